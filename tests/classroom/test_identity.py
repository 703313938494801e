"""Whose work it is, in downloads as they really come: the right person gets it, or nobody does and it is listed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.classroom.arrival import Arrival
from grader.classroom.intake import Intake
from grader.classroom.intake_exercises import Expected
from grader.classroom.intake_roster import read_roster, read_times
from grader.errors import UsageError

ADAM = Expected(exercise="adam_step", number=3, file="adam_step.py", entry_points=("adam_step",))
SGD = Expected(exercise="sgd_step", number=2, file="sgd_step.py", entry_points=("sgd_step",))
CODE = b"def adam_step(param):\n    return param\n"
Take = Callable[..., tuple[list[Arrival], Intake]]


def zipped(files: Mapping[str, bytes], moment: tuple[int, ...] = (1980, 1, 1, 0, 0, 0)) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, moment), content)  # type: ignore[arg-type]  # six numbers
    return packed.getvalue()


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Lay out files, by name or as one archive, and take them in."""

    def taken(
        files: Mapping[str, bytes] | list[str], roster: str = "", *, packed: bytes | None = None, **more: object
    ) -> tuple[list[Arrival], Intake]:
        root = tmp_path / "class"
        contents = files if isinstance(files, Mapping) else {name: b"# " + name.encode() for name in files}
        for name, content in contents.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if packed is not None:
            root = tmp_path / "download.zip"
            root.write_bytes(packed)
        students = read_roster(roster.encode(), "roster.csv") if roster else ()
        intake = Intake(root, (ADAM, SGD), students, **more)  # type: ignore[arg-type]
        return [each for batch in intake.batches() for each in batch], intake

    return taken


def whose(arrivals: list[Arrival]) -> dict[str, list[str]]:
    """The last part of each file's folder or name, by learner."""
    found: dict[str, list[str]] = {}
    for each in arrivals:
        found.setdefault(each.learner, []).append(each.origin)
    return found


def notes(intake: Intake, kind: str) -> dict[str, str]:
    return {note.subject: note.reason["en"] for note in intake.notes if note.kind == kind}


class TestNames:
    """A name decides only where nothing contradicts it."""

    FOLDERS = (
        "Ana García López_40031_assignsubmission_file_/adam_step.py",
        "Ana García López_40032_assignsubmission_file_/adam_step.py",
    )

    def test_two_people_of_one_name_are_two(self, take: Take) -> None:
        arrivals, intake = take(list(self.FOLDERS))
        assert sorted(whose(arrivals)) == ["Ana García López (40031)", "Ana García López (40032)"]
        assert {who.moodle_id for who in intake.students.values()} == {"40031", "40032"}

    def test_neither_of_them_is_the_one_the_roster_has(self, take: Take) -> None:
        arrivals, intake = take(list(self.FOLDERS), "id,name\nS1,Ana García López\n")
        assert sorted(whose(arrivals)) == ["Ana García López (40031)", "Ana García López (40032)"]
        assert "two people of one name are not one" in notes(intake, "unmatched_file")["Ana García López (40031)"]
        assert "Ana García López (S1)" in notes(intake, "unmatched_student")

    def test_two_in_the_roster_are_said_to_be_two(self, take: Take) -> None:
        roster = 'id,name\nu7,"García Núñez, José"\nu8,"García Núñez, José"\n'
        arrivals, intake = take(["José García Núñez_1_assignsubmission_file_/adam_step.py"], roster)
        assert list(whose(arrivals)) == ["José García Núñez (1)"]
        said = notes(intake, "unmatched_file")["José García Núñez (1)"]
        assert "several people of the roster have this name" in said
        assert "(u7)" in said
        assert "(u8)" in said

    def test_a_name_in_its_exact_order_wins_over_the_same_words_in_another(self, take: Take) -> None:
        roster = "id,name\nu1,Itziar Vázquez Castaño\nu2,Itziar Castaño Vázquez\n"
        folders = [f"Itziar {last}_{n}_assignsubmission_file_/adam_step.py" for n, last in
                   ((5, "Vázquez Castaño"), (6, "Castaño Vázquez"))]  # fmt: skip
        arrivals, _ = take(folders, roster)
        assert {who: origins[0].split("_")[1] for who, origins in whose(arrivals).items()} == {"u1": "5", "u2": "6"}

    def test_a_number_that_the_roster_knows_decides_between_namesakes(self, take: Take) -> None:
        roster = (
            "Identifier,Full name,Email address\n"
            "Participant 40031,Ana García López,ana1@x.edu\nParticipant 40032,Ana García López,ana2@x.edu\n"
        )
        arrivals, _ = take(list(self.FOLDERS), roster)
        assert {who: origins[0].split("_")[1] for who, origins in whose(arrivals).items()} == {
            "ana1@x.edu": "40031",
            "ana2@x.edu": "40032",
        }

    def test_a_number_that_contradicts_a_name_leaves_it_nobodys(self, take: Take) -> None:
        roster = "Identifier,Full name,Email address\nParticipant 99,Ana García López,ana@x.edu\n"
        arrivals, intake = take(list(self.FOLDERS[:1]), roster)
        assert list(whose(arrivals)) == ["Ana García López (40031)"]
        assert "another key contradicts it" in notes(intake, "unmatched_file")["Ana García López (40031)"]

    def test_an_id_whose_address_is_another_credits_nobody_who_has_that_id(self, take: Take) -> None:
        metadata = "s_1:\n  :submitters:\n  - :name: Ana\n    :sid: S1\n    :email: zed@x.edu\n"
        files = {"submission_metadata.yml": metadata.encode(), "s_1/adam_step.py": CODE}
        arrivals, intake = take(files, "id,name,email\nS1,Ana,ana@x.edu\n")
        assert list(whose(arrivals)) == ["S1 (?)"]
        assert "another contradicts it" in notes(intake, "unmatched_file")["S1"]
        assert list(intake.absent or ()) == ["S1"]

    def test_logins_that_only_look_alike_are_two(self, take: Take) -> None:
        arrivals, _ = take(["b-en/adam_step.py", "zed/adam_step.py"], "id,login\nS1,b.en\nS2,zed\n")
        assert sorted(whose(arrivals)) == ["S2", "b-en"]

    def test_two_of_gradescopes_submissions_under_one_name_are_two_people(self, take: Take) -> None:
        metadata = "".join(f"s_{n}:\n  :submitters:\n  - :name: Ana\n" for n in (1, 2))
        files = {"submission_metadata.yml": metadata.encode(), "s_1/adam_step.py": CODE, "s_2/adam_step.py": CODE}
        arrivals, _ = take(files)
        assert sorted(whose(arrivals)) == ["Ana (s_1)", "Ana (s_2)"]

    def test_keys_of_two_people_are_told(self, take: Take) -> None:
        metadata = "submission_1:\n  :submitters:\n  - :name: Ana\n    :sid: S1\n    :email: eva@x.edu\n"
        roster = "id,name,email\nS1,Ana,ana@x.edu\nS2,Eva,eva@x.edu\n"
        files = {"submission_metadata.yml": metadata.encode(), "submission_1/adam_step.py": CODE}
        _, intake = take(files, roster)
        assert "its keys belong to different people" in notes(intake, "unmatched_file")["S1"]


class TestMatchedByHand:
    """What an instructor says goes before every key, from run to run."""

    def test_a_claim_is_given_to_a_student(self, take: Take) -> None:
        roster = "id,name\nu7,José García Núñez\nu8,José García Núñez\n"
        folder = "José García Núñez_1_assignsubmission_file_/adam_step.py"
        arrivals, intake = take([folder], roster, matches={"José García Núñez (1)": "u8"})
        assert list(whose(arrivals)) == ["u8"]
        assert intake.adoptions == {"José García Núñez (1)": "u8"}
        assert notes(intake, "unmatched_file") == {}

    def test_a_match_with_nobody_is_refused(self, take: Take) -> None:
        with pytest.raises(UsageError, match="nobody of this id"):
            take(["ana/adam_step.py"], "id,name\nu7,Ana\n", matches={"ana": "u9"})

    def test_an_empty_match_leaves_work_under_its_own_name(self, take: Take) -> None:
        arrivals, _ = take(["Ana/adam_step.py", "Eva/adam_step.py"], "id,name\nu7,Ana\n", matches={"Ana": ""})
        assert sorted(whose(arrivals)) == ["Ana", "Eva"]


class TestHiddenNames:
    """Blind marking gives numbers; a group's number is no participant's."""

    @pytest.mark.parametrize("word", ["Participant", "Participante"])
    @pytest.mark.parametrize("file", ["/adam_step.py", "adam_step.py"])
    def test_participants_are_told_apart_by_number(self, take: Take, word: str, file: str) -> None:
        names = [f"{word}_{number}_assignsubmission_file_{file}" for number in (51001, 51002, 51003)]
        arrivals, intake = take(names)
        assert sorted(whose(arrivals)) == [f"{word} {number}" for number in (51001, 51002, 51003)]
        assert sorted(who.moodle_id for who in intake.students.values()) == ["51001", "51002", "51003"]

    def test_a_teams_number_is_nobodys(self, take: Take) -> None:
        names = ["Grupo A_31_assignsubmission_file_/adam_step.py", "Default group_assignsubmission_file/adam_step.py"]
        arrivals, intake = take(names)
        assert sorted(whose(arrivals)) == ["Default group", "Grupo A"]
        assert {who.moodle_id for who in intake.students.values()} == {""}
        assert "neither the roster nor the download" in notes(intake, "group")["Grupo A"]

    def test_a_teams_work_counts_for_each_member_that_the_roster_names(self, take: Take) -> None:
        roster = "id,name,group\nS1,Ana,Grupo A\nS2,Eva,Grupo B\nS3,Leo,Grupo A\n"
        arrivals, intake = take(["Grupo A_31_assignsubmission_file_/adam_step.py"], roster)
        assert sorted(whose(arrivals)) == ["S1", "S3"]
        assert notes(intake, "group") == {"Grupo A": "handed in by a group; it counts for each of Ana, Leo"}

    def test_a_members_own_work_counts_besides_the_teams(self, take: Take) -> None:
        roster = 'id,name,group\nS1,"Paz, Ana",Grupo A\nS2,"Sol, Eva",Grupo A\n'
        names = [f"{name}_assignsubmission_file_/{file}" for name, file in
                 (("Grupo A_31", "adam_step.py"), ("Eva Sol_40", "sgd_step.py"))]  # fmt: skip
        arrivals, intake = take(names, roster)
        assert {who: len(origins) for who, origins in whose(arrivals).items()} == {"S1": 1, "S2": 2}
        assert notes(intake, "group") == {"Grupo A": "handed in by a group; it counts for each of Ana Paz, Eva Sol"}

    def test_a_group_of_canvass_counts_for_its_members(self, take: Take) -> None:
        roster = (
            "Student,ID,SIS User ID,SIS Login ID,Section,Group\n"
            "Ana Paz,777,S1,ana,A,Los Lobos\nEva Sol,778,S2,eva,A,Los Lobos\nLeo Mar,779,S3,leo,A,\n"
        )
        arrivals, _ = take(["loslobos_777_40001_adam_step.py", "leomar_779_40002_adam_step.py"], roster)
        assert sorted(whose(arrivals)) == ["S1", "S2", "S3"]

    def test_a_group_whose_name_somebody_outside_it_bears_counts_for_nobody_else(self, take: Take) -> None:
        roster = (
            "Student,ID,SIS User ID,SIS Login ID,Section,Group\n"
            "Ana Paz,777,S1,ana,A,Los Lobos\nEva Sol,778,S2,eva,A,Los Lobos\nLeo Mar,779,S3,leo,A,\n"
        )
        arrivals, _ = take(["loslobos_779_40001_adam_step.py", "anapaz_777_40002_adam_step.py"], roster)
        assert sorted(whose(arrivals)) == ["S1", "S3"]

    def test_a_gradescope_group_is_told_as_one(self, take: Take) -> None:
        metadata = "s_1:\n  :submitters:\n  - :name: Ana\n    :sid: S1\n  - :name: Eva\n    :sid: S2\n"
        arrivals, intake = take({"submission_metadata.yml": metadata.encode(), "s_1/adam_step.py": CODE})
        assert sorted(whose(arrivals)) == ["S1", "S2"]
        assert notes(intake, "group") == {"Ana, Eva": "handed in by a group; it counts for each of Ana, Eva"}


class TestOtherDownloads:
    """Shared drives, Canvas's typed and anonymous entries, Blackboard, nbgrader's exchange, clones without .git."""

    def test_a_shared_drive_names_people_in_its_files(self, take: Take) -> None:
        drive = "drive-download-20261120T101010Z-001/"
        files = [f"{drive}{name}" for name in ("Ana Paz - adam_step.py", "Eva Sol - adam_step.py", "adam_step(1).py",
                                                "Copy of adam_step.py", "Copia de Leo Mar - adam_step.py")]  # fmt: skip
        arrivals, intake = take(files)
        assert sorted(whose(arrivals)) == ["ana paz", "eva sol", "leo mar"]
        assert set(notes(intake, "refused")) == {f"{drive}adam_step(1).py", f"{drive}Copy of adam_step.py"}

    def test_a_folder_in_a_folder_is_nobody(self, take: Take) -> None:
        files = [f"Week 3-20261120T1/Week 3/{name} - adam_step.py" for name in ("Ana", "Eva", "Leo")]
        arrivals, _ = take(files)
        assert sorted(whose(arrivals)) == ["ana", "eva", "leo"]

    def test_canvas_anonymous_entries_of_one_person_are_one_learner(self, take: Take) -> None:
        files = [
            "anon_A3xY9_900201_adam_step.py",
            "anon_A3xY9_900202_sgd_step.py",
            "LATE_anon_B7qq_900203_adam_step.py",
        ]
        arrivals, _ = take(files)
        assert {who: len(origins) for who, origins in whose(arrivals).items()} == {"anon A3xY9": 2, "anon B7qq": 1}
        assert {each.learner: each.late for each in arrivals} == {"anon A3xY9": False, "anon B7qq": True}

    def test_what_was_typed_into_canvas_is_listed(self, take: Take) -> None:
        files = [
            "haddadomar_70015_text.html",
            "ruizeva_LATE_70016_link.html",
            "anon_C7_text.html",
            "pazana_70017_40002_adam_step.py",
        ]
        _, intake = take(files)
        assert set(notes(intake, "refused")) == set(files[:3])

    def test_blackboards_names_tell_who_and_when(self, take: Take) -> None:
        begin = "Adam_b1001_attempt_2026-11-20-23-15-02"
        arrivals, intake = take([f"{begin}_adam_step.py", f"{begin}.txt", "Adam_b1002_attempt_2026-11-19-08-00-00.txt"])
        assert [(each.learner, each.submitted_at) for each in arrivals] == [
            ("b1001", datetime(2026, 11, 20, 23, 15, 2).astimezone())
        ]
        assert set(notes(intake, "refused")) == {"Adam_b1002_attempt_2026-11-19-08-00-00.txt"}

    def test_nbgraders_exchange_tells_who_and_when(self, take: Take) -> None:
        files = [f"{user}+ps1+2026-11-20 23:15:0{n}.123456 UTC/adam_step.py" for n, user in enumerate(("ana", "eva"))]
        arrivals, _ = take([*files, "ana+ps1+2026-11-21 09:00:00.000000 UTC+x1/adam_step.py"])
        assert {who: len(origins) for who, origins in whose(arrivals).items()} == {"ana": 2, "eva": 1}
        assert arrivals[0].submitted_at == datetime(2026, 11, 20, 23, 15, 0, tzinfo=UTC)

    def test_clones_without_git_are_told_by_logins(self, take: Take) -> None:
        roster = "identifier,github_username\nS1,ana-g\nS2,eva\nS3,leo\n"
        files = [f"c50-adam-{login}/adam_step.py" for login in ("ana-g", "eva", "x-leo")]
        arrivals, _ = take(files, roster)
        assert sorted(whose(arrivals)) == ["S1", "S2", "x-leo"]

    def test_a_moodle_archive_keeps_the_moment_of_each_upload(self, take: Take) -> None:
        files = {
            "Ana Paz_5_assignsubmission_file_/adam_step.py": CODE,
            "Eva_6_assignsubmission_file_/adam_step.py": CODE,
        }
        arrivals, _ = take({}, packed=zipped(files, (2026, 11, 20, 23, 15, 2)))
        assert {each.submitted_at for each in arrivals} == {datetime(2026, 11, 20, 23, 15, 2).astimezone()}

    def test_a_worksheets_times_are_of_its_own_assignment(self, take: Take) -> None:
        roster = (
            "Identifier,Full name,Email address,Last modified (submission)\n"
            'Participant 5,Ana Paz,ana@x.edu,"Friday, 20 November 2026, 11:15 PM"\n'
        )
        names = ["ana@x.edu/adam_step.py", "eva@x.edu/adam_step.py"]
        arrivals, _ = take(names, roster, times=read_times(roster.encode()))
        assert [(each.learner, each.submitted_at) for each in arrivals] == [("ana@x.edu", None), ("eva@x.edu", None)]

    def test_a_worksheet_tells_when_its_participants_handed_in(self, take: Take) -> None:
        roster = (
            "Identifier,Full name,Email address,Last modified (submission)\n"
            'Participant 5,Ana Paz,ana@x.edu,"Friday, 20 November 2026, 11:15 PM"\n'
        )
        arrivals, _ = take(["Ana Paz_5_assignsubmission_file_/adam_step.py"], roster, times=read_times(roster.encode()))
        assert [each.submitted_at for each in arrivals] == [datetime(2026, 11, 20, 23, 15).astimezone()]

    def test_the_time_in_a_learners_own_archive_counts_for_nothing(self, take: Take) -> None:
        inner = zipped({"adam_step.py": CODE}, (2001, 1, 1, 0, 0, 0))
        arrivals, _ = take({"Ana_5_assignsubmission_file_/work.zip": inner, "Eva_6_assignsubmission_file_/x.py": CODE})
        assert [each.submitted_at for each in arrivals] == [None, None]


class TestPlanted:
    """What a learner puts into what is theirs claims nobody else's name."""

    ROSTER = "id,name,email\nana,Ana Paz,ana@x.edu\nben,Ben Roe,ben@x.edu\n"
    METADATA = "adam:\n  :submitters:\n  - :sid: ben\n    :email: ben@x.edu\n  :created_at: 2020-01-01 00:00:00 Z\n"

    @pytest.mark.parametrize("roster", ["", ROSTER])
    @pytest.mark.parametrize(
        "planted",
        [
            "Ben Roe_5_assignsubmission_file_/adam_step.py",
            "ben/adam_step.py",
            "benroe_777_40001_adam_step.py",
            "x+ps1+2026-11-20 23:15:00.000000 UTC/adam_step.py",
            "Adam_ben_attempt_2026-11-20-23-15-02_adam_step.py",
            "hw-ben/adam_step.py",
        ],
    )
    def test_a_name_inside_a_learners_folder_is_the_learners(self, take: Take, roster: str, planted: str) -> None:
        arrivals, _ = take({f"ana/{planted}": CODE, "ana/sgd_step.py": b"", "ben/adam_step.py": b"# his"}, roster)
        assert {each.learner for each in arrivals if each.content == CODE} <= {"ana"}
        assert [each.content for each in arrivals if each.learner == "ben"] == [b"# his"]

    @pytest.mark.parametrize("roster", ["", ROSTER])
    def test_a_list_of_submitters_inside_a_learners_folder_moves_nobody(self, take: Take, roster: str) -> None:
        planted = {f"ana/{place}submission_metadata.yml": self.METADATA.encode() for place in ("", "adam/", "x/")}
        packed = zipped({"submission_metadata.yml": self.METADATA.encode(), "adam/adam_step.py": CODE})
        files = {**planted, "ana/adam/adam_step.py": CODE, "ana/x/work.zip": packed, "ben/adam_step.py": b"# his"}
        arrivals, _ = take(files, roster)
        assert {each.learner for each in arrivals if each.content == CODE} == {"ana"}
        assert {each.submitted_at for each in arrivals} == {None}

    @pytest.mark.parametrize(
        "metadata",
        [
            "s_1:\n  :submitters:\n  - :sid: ana\ns_1:\n  :submitters:\n  - :sid: ben\n",
            "s_1:\n  :submitters: 7\n",
            "s_1:\n  :submitters:\n" + "".join(f"  - :sid: x{n}\n" for n in range(2000)),
        ],
    )
    def test_a_list_that_names_a_folder_twice_or_thousands_of_people_names_nobody(
        self, take: Take, metadata: str
    ) -> None:
        files = {"submission_metadata.yml": metadata.encode(), "s_1/adam_step.py": CODE}
        arrivals, intake = take(files)
        assert len(arrivals) <= 1
        assert notes(intake, "refused")

    @pytest.mark.parametrize(
        "name",
        ["ana_778_12345_777_40001_adam_step.py", "anapaz_777_40001_benroe_778_40002_adam_step.py"],
    )
    def test_a_name_of_canvass_that_can_be_read_in_two_ways_is_nobodys(self, take: Take, name: str) -> None:
        roster = "Student,ID,SIS User ID,SIS Login ID,Section\nAna,777,S1,ana,A\nBen,778,S2,ben,A\n"
        arrivals, intake = take([name, "ben_778_40009_sgd_step.py"], roster)
        assert {each.learner: each.exercise for each in arrivals} == {name: "adam_step", "S2": "sgd_step"}
        assert "that of two people" in notes(intake, "unmatched_file")[name]

    def test_blackboards_logins_may_end_in_anothers(self, take: Take) -> None:
        names = [f"Adam_1_{login}_attempt_2026-11-20-23-15-02_adam_step.py" for login in ("x_ben", "eva")]
        arrivals, _ = take(names, "id,login\nS1,ben\nS2,eva\n")
        assert sorted(whose(arrivals)) == ["S2", "x_ben"]

    def test_a_list_of_submitters_in_the_one_folder_there_is_moves_nobody(self, take: Take) -> None:
        files = {"eva/submission_metadata.yml": self.METADATA.encode(), "eva/adam/adam_step.py": CODE}
        arrivals, intake = take(files)
        assert not {each.learner for each in arrivals} & {"ben", "ben@x.edu"}
        assert "moves nobody" in notes(intake, "refused")["eva/submission_metadata.yml"]

    def test_a_login_that_ends_in_anothers_is_a_login_of_its_own(self, take: Take) -> None:
        roster = "identifier,github_username\nS1,ana\nS2,ben\n"
        clones = [f"hw-{login}/{path}" for login in ("ana", "ben", "x-ben") for path in (".git/HEAD", "adam_step.py")]
        arrivals, _ = take(clones, roster)
        assert sorted(whose(arrivals)) == ["S1", "S2", "x-ben"]

    def test_an_archive_among_others_claims_no_more_than_its_name(self, take: Take) -> None:
        crafted = zipped(
            {f"{who}_{n}_assignsubmission_file_/adam_step.py": CODE for n, who in enumerate(("Ben", "Eva"))}
        )
        arrivals, _ = take({"ana.zip": crafted, "ben.zip": zipped({"adam_step.py": b"# his"})}, self.ROSTER)
        assert {each.learner for each in arrivals if each.content == CODE} == {"ana"}
        assert [each.content for each in arrivals if each.learner == "ben"] == [b"# his"]
