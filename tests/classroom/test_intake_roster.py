"""Rosters as spreadsheets and systems write them, and whom a claim fits."""

from __future__ import annotations

from datetime import datetime

import pytest

from grader.classroom.intake_roster import read_roster, read_times
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.exports.identity import Claim, Roster, known_from

JOSE = Student(id="S1", name="García, José", email="jose@example.org")


def claim(name: str = "", *guesses: str, **who: str) -> Claim:
    return Claim(key="key", who=Student(id="key", name=name, **who), guesses=guesses, file="adam_step.py")


class TestReading:
    """Each encoding, delimiter and heading gives the same students; what tells nothing is refused."""

    def test_a_roster_without_a_telling_column_is_refused(self):
        """The sentence says what its first line was."""
        with pytest.raises(UsageError, match="its first line is: colour, size"):
            read_roster(b"colour,size\nred,3\n", "roster.csv")
        with pytest.raises(UsageError, match="no column"):
            read_roster(b"", "roster.csv")

    def test_an_id_named_twice_is_refused(self):
        """Two students could not be told apart."""
        with pytest.raises(UsageError, match="two students with the id S1"):
            read_roster(b"id,name\nS1,Ana\nS2,Eva\nS1,Luis\n", "roster.csv")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    def test_every_encoding_and_delimiter(self, encoding, delimiter, newline):
        """The quoted "García, José" is one name in all of them."""
        lines = [
            delimiter.join(cells) for cells in (["id", "name", "e-mail"], ["S1", '"García, José"', "jose@example.org"])
        ]
        assert read_roster(newline.join([*lines, ""]).encode(encoding), "roster.csv") == [JOSE]

    def test_an_unquoted_comma_does_not_shift_the_columns(self):
        """One cell too many is part of the name."""
        assert read_roster("id,name,email\nS1,García, José,jose@example.org\n".encode(), "r.csv") == [JOSE]

    def test_a_spreadsheets_hint_of_its_delimiter_is_obeyed(self):
        """The line sep=; is no heading."""
        assert read_roster('sep=;\nid;name;email\nS1;"García, José";jose@example.org\n'.encode(), "r.csv") == [JOSE]

    def test_moodles_participants_in_spanish(self):
        """Given and family names stand in columns of their own."""
        text = "Nombre,Apellido(s),Número de ID,Dirección de correo,Grupos\nJosé,García,S1,jose@example.org,A\n"
        (student,) = read_roster(text.encode("utf-8-sig"), "participantes.csv")
        assert (student.name, student.id, student.email, student.section) == (
            "García, José",
            "S1",
            "jose@example.org",
            "A",
        )

    def test_canvass_gradebook_is_a_roster(self):
        """Its column ID is Canvas's own number; the points row and the test student are nobody."""
        text = (
            "Student,ID,SIS User ID,SIS Login ID,Section,Task (9)\n    Points Possible,,,,,20\n"
            '"García, José",777,S1,jgarcia,A,\n"Student, Test",778,,x,A,\nTest Student,779,T,t,A,\n'
        )
        (jose,) = read_roster(text.encode(), "grades.csv")
        assert (jose.id, jose.canvas_id, jose.sis_id, jose.login) == ("S1", "777", "S1", "jgarcia")

    def test_who_teaches_and_who_only_looks_is_no_student(self):
        """Gradescope's column of roles, Blackboard's preview user, in either language."""
        text = (
            "Name,SID,Email,Role\nAna,S1,ana@x.edu,Student\nEva,T1,eva@x.edu,Instructor\nLeo,T2,leo@x.edu,TA\n"
            'Mar,T3,mar@x.edu,Profesor\nPau,S2,pau@x.edu,\nVista,S3,v@x.edu,"TA, Student"\n'
        )
        assert [each.id for each in read_roster(text.encode(), "r.csv")] == ["S1", "S2", "S3"]
        preview = read_roster(b"username,name\nana_previewuser,Ana\nana,Ana\n", "r.csv")
        assert [each.login for each in preview] == ["ana"]

    @pytest.mark.parametrize("word", ["Participant", "Participante"])
    def test_a_worksheet_of_moodles_is_a_roster(self, word):
        """Its participants' numbers hold for one assignment, and are no ids."""
        text = f"Identifier,Full name,Email address\n{word} 51001,Ana Paz,ana@x.edu\n{word} 51002,Eva Sol,eva@x.edu\n"
        ana, eva = read_roster(text.encode(), "w.csv")
        assert (ana.id, ana.moodle_id, ana.name) == ("ana@x.edu", "51001", "Ana Paz")
        assert eva.moodle_id == "51002"

    @pytest.mark.parametrize(
        ("heading", "written", "moment"),
        [
            ("Last modified (submission)", "Friday, 20 November 2026, 11:15 PM", (2026, 11, 20, 23, 15)),
            ("Last modified (submission)", "Friday, 20 November 2026, 12:05 AM", (2026, 11, 20, 0, 5)),
            ("Última modificación (entrega)", "viernes, 20 de noviembre de 2026, 23:15", (2026, 11, 20, 23, 15)),
            ("Última modificación (entrega)", "jueves, 3 de septiembre de 2026, 9:05", (2026, 9, 3, 9, 5)),
            ("Submitted at", "2026-11-20T23:15:00", (2026, 11, 20, 23, 15)),
            ("Last modified (submission)", "-", None),
            ("Last modified (submission)", "Friday, 41 November 2026, 11:15 PM", None),
        ],
    )
    def test_a_worksheet_tells_when_each_handed_in(self, heading, written, moment):
        """In the language of whoever downloaded it, by this machine's clock."""
        text = f'Identifier,Full name,Email address,{heading}\nParticipant 5,Ana,ana@x.edu,"{written}"\n'
        expected = {} if moment is None else {"ana@x.edu": datetime(*moment).astimezone()}
        assert read_times(text.encode()) == expected

    def test_a_classrooms_roster(self):
        """The identifier is the school's, the login is what clones are called."""
        (student,) = read_roster(b'"identifier","github_username","github_id","name"\n"S1","jose-g","99",""\n', "r.csv")
        assert (student.id, student.login) == ("S1", "jose-g")

    def test_rows_of_nothing_are_passed_over(self):
        """Blank lines and lines of commas name nobody."""
        assert [each.id for each in read_roster(b"\n\nid,name\n\n,,\nS1,Ana\n,\n", "r.csv")] == ["S1"]


class TestMatching:
    """A claim fits one student or none; two who fit alike are none."""

    ROSTER = Roster(
        [
            Student(id="S1", name="García López, José", email="jose@example.org", login="jgarcia", canvas_id="777"),
            Student(id="S2", name="Ruiz, Ana", email="ana@example.org", login="aruiz", canvas_id="101"),
            Student(id="S3", name="Ruiz, Ana", email="ana.ruiz@example.org", login="ana2"),
        ]
    )

    @pytest.mark.parametrize(
        "said",
        [
            claim("José García López"),
            claim("JOSE GARCIA LOPEZ"),
            claim("García_López,_José"),
            claim("garcialopezjose"),
            claim("", "s1"),
            claim("", "jgarcia"),
            claim("", "jose"),
            claim("", "hw-jgarcia", "jgarcia"),
            claim("x", email="JOSE@example.org"),
            claim("x", canvas_id="777"),
        ],
        ids=str,
    )
    def test_what_fits_one_student(self, said):
        """By name in any order and spelling, by id, login, address, or Canvas's number."""
        assert self.ROSTER.find(said).student.id == "S1"

    @pytest.mark.parametrize(
        "said",
        [claim("Ana Ruiz"), claim("José García"), claim("", "777"), claim("", "101"), claim(""), claim("", "")],
        ids=str,
    )
    def test_what_fits_nobody_or_several(self, said):
        """Two of one name, part of a name, or a number that means something else."""
        assert self.ROSTER.find(said).student is None

    def test_what_the_path_told_is_kept(self):
        """Numbers that only the download knows are needed for the way back."""
        kept = known_from(claim("Ana", moodle_id="12", canvas_id="9"), JOSE)
        assert (kept.id, kept.name, kept.moodle_id, kept.canvas_id) == ("S1", "García, José", "12", "9")
        assert known_from(claim("Ana", canvas_id=""), Student(id="S2", canvas_id="101")).canvas_id == "101"
