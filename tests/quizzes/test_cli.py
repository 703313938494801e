"""`grade quiz` and `grade glossary` as a person, a pipe and a terminal meet them, in both languages."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from grader.course import bundled_root
from grader.quizzes.deck import Asked, Deck, load_deck
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Write
from grader.quizzes.session import State

ROOT = Path(__file__).parent.parent.parent
GRADE = [sys.executable, "-m", "grader"]
RIGHT = {"en": "Right.", "es": "Correcto."}
WRONG = {"en": "Not right.", "es": "No es correcto."}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own, so that nobody's journal is written."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRADE_", "LC_", "XDG_", "COLUMNS"))
    }
    return kept | {
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "LANGUAGE": "",
        "PYTHONIOENCODING": "",
    }


@pytest.fixture(scope="module")
def deck() -> Deck:
    return load_deck(bundled_root())


def grade(
    *words: str, env: dict[str, str], text: str = "", encoding: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GRADE, *words],
        input=text,
        capture_output=True,
        env=env,
        cwd=env["HOME"],
        encoding=encoding,
        timeout=60,
        check=False,
    )


def journal(env: dict[str, str]) -> Path:
    return Path(env["HOME"], ".local/share/grade/descenso/journal.sqlite3")


def reviews(env: dict[str, str]) -> list[tuple[str, str, int]]:
    if not journal(env).exists():
        return []
    database = sqlite3.connect(journal(env))
    try:
        return database.execute("SELECT card, answer, rating FROM reviews ORDER BY id").fetchall()
    finally:
        database.close()


def kept_state(env: dict[str, str]) -> State:
    import msgspec

    database = sqlite3.connect(journal(env))
    try:
        return msgspec.json.decode(database.execute("SELECT state FROM quiz_sessions").fetchone()[0], type=State)
    finally:
        database.close()


def right_line(deck: Deck, asked: Asked) -> str:
    """What to type to be right."""
    question = deck.question(asked)
    assert question is not None
    match question.form:
        case Choose(options=options):
            return " ".join(str(number) for number, option in enumerate(options, 1) if option.right)
        case Calculate(value=value):
            return repr(value)
        case Write(also=also):
            return also[0]
        case Arrange(order=order):
            return " ".join(str(place + 1) for place in order)
        case Match(partner=partner):
            return " ".join(f"{number}{'abcdefghi'[place]}" for number, place in enumerate(partner, 1))


class TestByPipe:
    """Standard input that is no terminal."""

    def test_no_input_at_all_keeps_the_quiz_and_ends_well(self, env: dict[str, str]) -> None:
        ended = grade("quiz", env=env)
        assert ended.returncode == 0
        assert "1/10" in ended.stdout
        assert ended.stdout.rstrip().endswith("The same command goes on from here.")
        assert reviews(env) == []

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_a_whole_quiz_is_asked_answered_kept_and_summed_up(
        self, language: str, env: dict[str, str], deck: Deck
    ) -> None:
        grade("quiz", "adam", "--limit", "6", "--lang", language, env=env)
        plan = kept_state(env).plan
        assert len(plan) == 6
        lines = [right_line(deck, one) for one in plan[:4]] + ["?", "?"]
        ended = grade("quiz", "adam", "--limit", "6", "--lang", language, env=env, text="\n".join(lines) + "\n")
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr == ""
        assert ended.stdout.count(RIGHT[language] + "\n") == 4
        assert ended.stdout.count(WRONG[language] + "\n") == 2
        assert {"en": "4 of 6 right.", "es": "4 de 6 correctas."}[language] in ended.stdout
        assert [rating for _, _, rating in reviews(env)] == [3, 3, 3, 3, 1, 1]
        assert [card for card, _, _ in reviews(env)] == [one.card for one in plan]

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_nothing_is_said_in_the_other_language(self, language: str, env: dict[str, str]) -> None:
        said = grade("quiz", "3", "--limit", "8", "--lang", language, "--seed", "5", env=env, text="?\n" * 8).stdout
        other = {"en": r"\b(el|la|los|una|respuesta|correcto)\b", "es": r"\b(the|your|answer|right|what|which)\b"}[
            language
        ]
        prose = re.sub(r"`[^`]*`|^    .*$", "", said, flags=re.MULTILINE)
        assert re.findall(other, prose, re.IGNORECASE) == []

    def test_unreadable_lines_are_asked_again_and_never_kept(self, env: dict[str, str], deck: Deck) -> None:
        grade("quiz", "adam", "--limit", "1", env=env)
        line = right_line(deck, kept_state(env).plan[0])
        ended = subprocess.run(
            [*GRADE, "quiz", "adam", "--limit", "1"], input=b"\n\xff\xfe\n\x00\n\x1b[A\n" + line.encode() + b"\n",
            capture_output=True, env=env, cwd=env["HOME"], timeout=60, check=False,
        )  # fmt: skip
        assert b"1 of 1 right." in ended.stdout, ended.stdout + ended.stderr
        assert len(reviews(env)) == 1

    def test_a_last_line_without_its_end_counts(self, env: dict[str, str]) -> None:
        assert "0 of 1 right." in grade("quiz", "--limit", "1", env=env, text="?").stdout

    def test_it_goes_on_where_the_input_ended(self, env: dict[str, str]) -> None:
        grade("quiz", "--limit", "3", env=env, text="?\n")
        again = grade("quiz", "--limit", "3", env=env, text="?\n?\n")
        assert "Going on where you left off, with question 2 of 3." in again.stdout
        assert "0 of 3 right." in again.stdout
        assert len(reviews(env)) == 3

    @pytest.mark.parametrize(
        ("language", "help_line", "kept"),
        [
            (
                "en",
                "3 questions. ? means you do not know; q leaves, and every answer is kept.",
                "Your answers are kept.",
            ),
            ("es", "3 preguntas. Escribe ? si no lo sabes o q para salir; cada respuesta se guarda.", "Tus respuestas"),
        ],
    )
    def test_q_leaves_and_the_answers_stay(self, language: str, help_line: str, kept: str, env: dict[str, str]) -> None:
        ended = grade("quiz", "--limit", "3", "--lang", language, env=env, text="?\nq\n")
        assert ended.returncode == 0
        assert help_line in " ".join(ended.stdout.split())
        assert kept in ended.stdout
        assert len(reviews(env)) == 1

    def test_a_seed_asks_the_same_again_from_the_start(self, env: dict[str, str]) -> None:
        once, again = (grade("quiz", "--limit", "4", "--seed", "7", env=env, text="?\n").stdout for _ in range(2))
        assert once.split("1/4")[1] == again.split("1/4")[1]

    def test_what_was_answered_is_not_new_and_not_yet_due(self, env: dict[str, str]) -> None:
        grade("quiz", "l2-regularization", "--limit", "100", env=env, text="?\n" * 100)
        ended = grade("quiz", "l2-regularization", "--due", env=env)
        assert ended.returncode == 0
        assert "Nothing is due." in ended.stdout
        assert "The next review is due in 1 day." in ended.stdout

    def test_what_a_failed_check_brought_forward_is_due(self, env: dict[str, str]) -> None:
        grade("quiz", "--limit", "1", env=env)
        database = sqlite3.connect(journal(env))
        for card in ("term:adam", "misconception:03_adam_step:no_bias_correction"):
            database.execute(
                "INSERT INTO overrides (card, due_at, reason, made_at) VALUES (?, ?, 'check:adam_step/x', ?)",
                (card, *["2026-01-01T00:00:00.000000+00:00"] * 2),
            )
        database.commit()
        database.close()
        grade("quiz", "--due", "--limit", "50", env=env, text="?\n" * 50)
        cards = {card for card, _, _ in reviews(env)}
        assert "term:adam" in cards
        assert any(card.startswith("item:adam") for card in cards)
        assert "Nothing is due." in grade("quiz", "--due", env=env).stdout

    @pytest.mark.parametrize("options", [["--new", "0"], ["--due"]])
    def test_with_no_history_nothing_is_due(self, options: list[str], env: dict[str, str]) -> None:
        assert "Nothing is due." in grade("quiz", *options, env=env).stdout

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_ascii_is_enough(self, language: str, env: dict[str, str]) -> None:
        env = env | {"PYTHONIOENCODING": "ascii"}
        said = grade(
            "quiz",
            "adam",
            "--limit",
            "12",
            "--lang",
            language,
            "--seed",
            "3",
            env=env,
            text="?\n" * 12,
            encoding="ascii",
        )
        assert said.returncode == 0, said.stderr
        assert f"{'0 of 12' if language == 'en' else '0 de 12'}" in said.stdout
        assert "beta_" in said.stdout or "eta" in said.stdout

    def test_a_windows_code_page_is_enough(self, env: dict[str, str]) -> None:
        said = grade("glossary", "adam", env=env | {"PYTHONIOENCODING": "cp1252"}, encoding="cp1252")
        assert said.returncode == 0, said.stderr
        assert "m_t = beta_1 m_(t-1) + (1 - beta_1) g_t" in said.stdout

    @pytest.mark.parametrize(
        "wrong", [["nothing-like-it"], ["--limit", "0"], ["--new", "-1"], ["--seed", "x"], ["--lang", "fr"]]
    )
    def test_wrong_words_get_one_sentence_and_exit_code_2(self, wrong: list[str], env: dict[str, str]) -> None:
        ended = grade("quiz", *wrong, env=env)
        assert ended.returncode == 2
        assert "Traceback" not in ended.stderr
        assert ended.stderr.strip()

    def test_a_broken_quiz_file_is_the_courses_fault(self, env: dict[str, str], tmp_path: Path) -> None:
        course = tmp_path / "course"
        course.mkdir()
        for name in ("exercises", "solutions"):
            (course / name).symlink_to(ROOT / name)
        shutil.copy(ROOT / "course.toml", course)
        shutil.copytree(ROOT / "quizzes", course / "quizzes")
        (course / "quizzes" / "broken.toml").write_text("[[item]]\nid = 'x'\n")
        ended = grade("quiz", "--course", str(course), env=env)
        assert ended.returncode == 5
        assert "broken.toml: x lacks the key" in ended.stderr


class TestInATerminal:
    """A pseudo-terminal, with its line editing, colours and end-of-file key."""

    def spawn(self, env: dict[str, str], *words: str, columns: int = 80) -> pexpect.spawn:
        return pexpect.spawn(
            GRADE[0], [*GRADE[1:], *words], env=env | {"TERM": "xterm"}, cwd=env["HOME"], encoding="utf-8", timeout=30,
            dimensions=(40, columns),
        )  # fmt: skip

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_a_whole_quiz(self, language: str, env: dict[str, str], deck: Deck) -> None:
        child = self.spawn(env, "quiz", "warmup", "--limit", "3", "--lang", language)
        for number in range(3):
            child.expect(f"{number + 1}/3.*: ")
            child.sendline("")
            child.expect({"en": "if you do not know.*: ", "es": "si no la sabes.*: "}[language])
            child.sendline(right_line(deck, kept_state(env).plan[number]))
            child.expect_exact(RIGHT[language])
        child.expect({"en": "3 of 3 right", "es": "3 de 3 correctas"}[language])
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        assert len(reviews(env)) == 3

    def test_control_d_leaves_and_the_answers_stay(self, env: dict[str, str]) -> None:
        child = self.spawn(env, "quiz", "--limit", "3")
        child.expect("1/3.*: ")
        child.sendline("?")
        child.expect("2/3.*: ")
        child.sendeof()
        child.expect("goes on from here")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        assert len(reviews(env)) == 1

    def test_control_c_leaves_with_130_and_the_answers_stay(self, env: dict[str, str]) -> None:
        child = self.spawn(env, "quiz", "--limit", "3")
        child.expect("1/3.*: ")
        child.sendline("?")
        child.expect("2/3.*: ")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 130
        assert len(reviews(env)) == 1

    @pytest.mark.parametrize("answered", range(4))
    def test_killed_at_any_prompt_it_goes_on_with_nothing_lost(self, answered: int, env: dict[str, str]) -> None:
        child = self.spawn(env, "quiz", "--limit", "4")
        for number in range(answered + 1):
            child.expect(f"{number + 1}/4.*: ")
            if number < answered:
                child.sendline("?")
        child.kill(signal.SIGKILL)
        child.expect(pexpect.EOF)
        child.close()
        assert len(reviews(env)) == answered
        plan = kept_state(env).plan
        again = grade("quiz", "--limit", "4", env=env, text="?\n" * 4)
        assert "0 of 4 right." in again.stdout
        assert [card for card, _, _ in reviews(env)] == [one.card for one in plan]

    def test_no_color_means_none_and_a_terminal_has_some(self, env: dict[str, str]) -> None:
        for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
            child = self.spawn(env | variables, "quiz", "--limit", "1", "--seed", "1")
            child.expect("1/1.*: ")
            child.sendline("?")
            child.expect(pexpect.EOF)
            assert ("\x1b[" in child.before.replace("\x1b[?2004", "")) == coloured

    def test_no_line_is_wider_than_the_terminal(self, env: dict[str, str]) -> None:
        for name in ("adam", "weight decay", "OneCycleLR"):
            child = self.spawn(env, "glossary", name, columns=60)
            child.expect(pexpect.EOF)
            prose = [line for line in child.before.splitlines() if not line.startswith("    ")]
            assert max(len(line) for line in prose) <= 60


@pytest.fixture
def tmux(env: dict[str, str], tmp_path: Path) -> Iterator[list[str]]:
    """A tmux server of its own."""
    if shutil.which("tmux") is None:
        pytest.fail("tmux is not installed: apt-get install tmux")
    command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_quiz_in_tmux_at_60_columns(language: str, tmux: list[str], env: dict[str, str], deck: Deck) -> None:
    quiz = f"{sys.executable} -m grader quiz learning-rate --limit 2 --lang {language}; sleep 60"
    subprocess.run([*tmux, "new-session", "-d", "-x", "60", "-y", "50", quiz], env=env, cwd=env["HOME"], check=True)

    def screen_with(pattern: str) -> str:
        shown = ""
        for _ in range(200):
            shown = subprocess.run(
                [*tmux, "capture-pane", "-p"], capture_output=True, text=True, env=env, check=True
            ).stdout
            if re.search(pattern, shown):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{pattern} never came up in:\n{shown}")

    screen_with(r"1/2[\s\S]*:\s*$")
    subprocess.run([*tmux, "send-keys", right_line(deck, kept_state(env).plan[0]), "Enter"], env=env, check=True)
    screen_with(r"2/2[\s\S]*:\s*$")
    subprocess.run([*tmux, "send-keys", "?", "Enter"], env=env, check=True)
    shown = screen_with({"en": "1 of 2 right", "es": "1 de 2 correctas"}[language])
    assert RIGHT[language] in shown
    assert WRONG[language] in shown
    assert max(len(line) for line in shown.splitlines()) <= 60


class TestGlossary:
    """`grade glossary`."""

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_alone_it_lists_every_term(self, language: str, env: dict[str, str], deck: Deck) -> None:
        said = " ".join(grade("glossary", "--lang", language, env=env).stdout.split())
        assert all(term.term[language] in said for term in deck.glossary.terms.values())

    def test_an_entry_has_both_names_the_definition_the_formula_and_the_exercise(self, env: dict[str, str]) -> None:
        said = grade("glossary", "corrección", "de", "sesgo", "--lang", "es", env=env)
        assert said.returncode == 0
        for part in (
            "en: bias correction",
            "m̂ₜ = mₜ/(1 − β₁ᵗ)",
            "m_hat = m / (1 - beta1**t)",
            "grade show 3",
            "No confundir con",
        ):
            assert part in said.stdout

    def test_several_matches_are_listed(self, env: dict[str, str]) -> None:
        said = grade("glossary", "l", env=env)
        assert said.returncode == 0
        assert "learning rate:" in said.stdout
        assert "loss:" in said.stdout

    def test_a_slip_gets_a_guess_and_exit_code_1(self, env: dict[str, str]) -> None:
        said = grade("glossary", "momentm", env=env)
        assert said.returncode == 1
        assert "momentum" in said.stdout

    def test_an_unknown_term_is_one_sentence(self, env: dict[str, str]) -> None:
        said = grade("glossary", "xyzzy", "--lang", "es", env=env)
        assert said.returncode == 2
        assert "no tiene ningún término parecido a «xyzzy»" in said.stderr


def test_a_quiz_imports_neither_torch_nor_pytest_nor_sqlalchemy_nor_rich(env: dict[str, str]) -> None:
    code = (
        "import sys, json; sys.argv = ['grade', 'quiz', 'learning-rate', '--limit', '3', '--seed', '1']\n"
        "from grader.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        input="?\n" * 3,
        capture_output=True,
        text=True,
        env=env,
        cwd=env["HOME"],
        check=True,
    )
    loaded = set(json.loads(ended.stdout.splitlines()[-1]))
    assert not loaded & {"torch", "pytest", "sqlalchemy", "rich", "jinja2", "spylls", "math_core", "babel"}
    assert "grader.quizzes.session" in loaded


def test_numpy_comes_only_with_a_numeric_item(env: dict[str, str]) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from grader.quizzes.deck import Asked, load_deck\n"
        f"deck = load_deck(Path({str(ROOT)!r}))\n"
        "deck.question(Asked('term:adam', 'adam/term_to_formula', 1))\n"
        "assert 'numpy' not in sys.modules\n"
        "numeric = next(i for i in deck.bank.items.values() if type(i).__name__ == 'Numeric' and ':' in i.answer)\n"
        "deck.question(Asked(f'item:{numeric.id}', numeric.id, 1))\n"
        "assert 'numpy' in sys.modules and 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], env=env, cwd=env["HOME"], check=True)
