"""Every rule of the lint finds what it is for, and nothing in quizzes that are right."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import pytest

from grader.cli.quiz_lint import print_lint
from grader.course import Course
from grader.errors import CourseError
from grader.quizzes import spelling
from grader.quizzes.deck import Deck, load_deck
from grader.quizzes.lint import RULES, lint, source_hash
from grader.quizzes.lint_entries import entries

from .conftest import ONE, Make


def rules(deck: Deck, course: Course) -> set[str]:
    return {finding.rule for finding in lint(deck, course, spelling=False)}


def test_quizzes_that_are_right_pass_every_rule(deck: Deck, course: Course) -> None:
    assert lint(deck, course, spelling=False) == ()


def test_the_courses_own_quizzes_pass_every_rule(course: Course) -> None:
    found = lint(load_deck(course.root), course)
    assert [f"{one.where} [{one.rule}] {one.problem}" for one in found] == []


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("languages", 'feedback = { en = "Every batch.", es = "En cada lote." }', 'feedback = { en = "Every batch." }'),
        ("languages", "es = ['tasa de aprendizaje'] }\nfeedback", "fr = ['taux'] }\nfeedback"),
        ("languages", "es = [] }", "fr = [] }"),
        ("same-formulas", r"Con $g=<<g>>$, $\beta_1=<<b1>>$", r"Con $g=<<g>>$, $\beta_2=<<b1>>$"),
        ("same-formulas", 'es = "Viene después."', 'es = "Viene tras `a()`."'),
        ("readable-formulas", r"'w - \eta g'", r"'w - \frac{g}'"),
        ("readable-formulas", '"A step against the slope."', '"A step against $ the slope."'),
        ("readable-formulas", "what is $m$ after", "what is $m^^2$ after"),
        ("control-characters", r"latex = 'w - \lambda w'", r'latex = "w - \beta w"'),
        ("control-characters", r"latex = 'w - \eta n'", r'latex = "w - \nabla n"'),
        ("control-characters", '"Some is not."', '"Some\\u0007 is not."'),
        ("stale-translation", 'en = "Put them in order."', 'en = "Put these in order."'),
        ("stale-translation", 'definition.en = "How long a step is."', 'definition.en = "How long each step is."'),
        ("stale-translation", 'en = "Later still."', 'en = "Much later."'),
        ("unique-ids", "id = 'match-1'", "id = 'order-1'"),
        ("unique-ids", "'step size'", "'momentum'"),
        ("references", "exercise = 3\nstem", "exercise = 99\nstem"),
        ("references", "exercises = [3]", "exercises = [98]"),
        ("references", "terms = ['sgd']\nanswer", "terms = ['nothing']\nanswer"),
        ("references", "'03_adam_step:no_bias_correction', why", "'03_adam_step:unheard_of', why"),
        ("references", "'03_adam_step:no_bias_correction', why", "'77_adam_step:no_bias_correction', why"),
        ("placeholders", "after <<t>> steps", "after <<u>> steps"),
        ("placeholders", "too soon: <<g>>", "too soon: <<gg>>"),
        ("placeholders", "after <<t>> steps", "after some steps"),
        ("placeholders", 'en = "Clear first."', 'en = "Clear <<g>> first."'),
        ("placeholders", "expr = 'g'", "expr = 'g*lr'"),
        ("placeholders", "expr = 'g'", "expr = 'g +'"),
        ("numbers", "expr = 'g'", "expr = 'g*(1 - b1**t)*1.001'"),
        ("numbers", "expr = 'g'", "expr = '1/(g - 0.5)'"),
        ("numbers", "m_raw(g, b1, t)", "unheard_of(g, b1, t)"),
        ("numbers", "wrong = [{", "wrong = [{ expr = 'g + g - g' }, {"),
        ("choices", 'right = true, text = { en = "The first"', 'text = { en = "The first"'),
        ("choices", '{ text = { en = "The third"', '{ right = true, text = { en = "The third"'),
        ("choices", ', why = { en = "Later still.", es = "Más tarde aún." }', ""),
        ("choices", '{ en = "The third", es = "La tercera" }', '{ en = "The third", es = "La primera" }'),
        ("choices", '{ en = "The third", es = "La tercera" }', '{ en = "The  FIRST", es = "La tercera" }'),
        ("different-parts", '{ en = "move", es = "mover" }', '{ en = "move", es = "borrar" }'),
        ("different-parts", "left = '`b()`'", "left = '`a()`'"),
        ("different-parts", '{ en = "moves", es = "mueve" }', '{ en = "adds", es = "mueve" }'),
        ("gaps", 'es = "El ____ se corrige."', 'es = "El sesgo se corrige."'),
        ("gaps", "code = 'optimizer.____'", "code = '____.____'"),
        ("echoes", 'stem.en = "Which one?"', 'stem.en = "Which comes first?"'),
        ("references", "terms = ['sgd']\nanswer", "never_with = ['nothing']\nterms = ['sgd']\nanswer"),
        ("references", "terms = ['sgd']\nanswer", "never_with = ['true-1']\nterms = ['sgd']\nanswer"),
        ("pictures", "curves = ['diverges']", "curves = ['dances']"),
        ("titles", "basics = {", "basic = {"),
        ("generated", 'definition.es = "Cuánto mide un paso."', 'definition.es = "La tasa de aprendizaje."'),
        (
            "generated",
            'definition.es = "Una penalización del cuadrado."',
            'definition.es = "Una penalización del tamaño absoluto."',
        ),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: str, right: str, wrong: str, make_deck: Make, course: Course) -> None:
    assert rule in rules(make_deck(replace=(right, wrong)), course)


def test_a_synonym_among_the_wrong_options_is_found(make_deck: Make, course: Course) -> None:
    named = ONE.replace("The first", "Adam").replace("La primera", "Adam")
    named = named.replace("The third", "adaptive moment estimation").replace("La tercera", "adaptive moment estimation")
    assert "choices" in rules(make_deck(items=named), course)


def test_every_rule_has_a_case_that_breaks_it() -> None:
    mark = next(mark for mark in test_each_rule_finds_what_it_is_for.pytestmark if mark.name == "parametrize")
    broken = {case[0].replace("-", "_") for case in mark.args[1]}
    named = {rule.__name__ for rule in RULES}
    assert named - broken == {
        "stale_translations",  # spelt in the singular when it is told
        "giveaways", "statements",  # look at all items together: test_lint_cues
    }  # fmt: skip
    assert "stale_translation" in broken


def test_one_fault_at_many_seeds_is_told_once(make_deck: Make, course: Course) -> None:
    deck = make_deck(replace=("expr = 'g'", "expr = 'g*(1 - b1**t)'"))
    assert [finding.rule for finding in lint(deck, course, spelling=False)] == ["numbers"]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (("kind = 'technique'", "kind = 'thing'"), "adam.kind: Invalid enum value 'thing'"),
        (("group = 'optimizers'", ""), "adam lacks the key `group`"),
        (("confusable = ['adamw']", "confusable = ['adamx']"), "points to `adamx`"),
        (("confusable = ['adamw']", "confusable = ['adam']"), "points to `adam`"),
        (("[l1]", "[L1]"), "L1"),
        (("answer = false", "answer = 'no'"), "true-1.answer: expected bool, found str"),
        (("kind = 'true_false'", "kind = 'maybe'"), "true-1.kind: Invalid value 'maybe'"),
        (("code = 'optimizer.____'", "code = 'optimizer.____'\nlanguage = 'python'"), "unknown key `language`"),
        (("[[item]]\nid = 'order-1'", "[[question]]\nid = 'order-1'"), "question was not expected"),
        (('es = "Todo va bien."', 'es = "  "'), "true-1.stem: Expected a sentence for language `es`"),
        (("id = 'order-1'", "id = 'order-1"), "is not valid TOML"),
        (
            ("misconception = '03_adam_step:no_bias_correction', why", "misconception = 'no_bias_correction', why"),
            "misconception",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_file_entry_and_key(
    broken: tuple[str, str], expected: str, make_deck: Make
) -> None:
    with pytest.raises(CourseError) as caught:
        make_deck(replace=broken)
    assert expected in str(caught.value)
    assert ".toml" in str(caught.value)


def test_a_missing_glossary_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"glossary\.toml is missing"):
        load_deck(tmp_path)


class TestSpelling:
    """Words that no dictionary knows."""

    def test_unknown_words_are_found_in_each_language(
        self, make_deck: Make, tmp_path: Path, need_dictionaries: None
    ) -> None:
        deck = make_deck(
            replace=('en = "It moves.", es = "Se mueve."', 'en = "It mooves.", es = "Despues, el aprendisaje."')
        )
        found = {str(finding.problem) for finding in spelling.misspelled(entries(deck), deck, tmp_path)}
        assert found == {"Unknown in en: mooves.", "Unknown in es: Despues, aprendisaje."}

    def test_the_courses_word_list_and_names_of_terms_are_known(
        self, make_deck: Make, tmp_path: Path, need_dictionaries: None
    ) -> None:
        deck = make_deck(
            replace=('en = "It moves.", es = "Se mueve."', 'en = "It mooves.", es = "Se mueve con learning rate."')
        )
        (tmp_path / "words.en.txt").write_text("# a note\nMooves\n", encoding="utf-8")
        assert list(spelling.misspelled(entries(deck), deck, tmp_path)) == []

    def test_code_formulas_and_capitals_are_no_words(self) -> None:
        sentence = "Usa `optimizr.stp()` con $\\bta xyzzy$ en StepLR y SGD, no scheduler's."
        assert spelling.words_of(sentence) == ["Usa", "con", "en", "no", "scheduler's"]

    def test_a_missing_dictionary_is_a_finding_and_not_a_silence(
        self, deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spelling, "dictionary", lambda language: None)
        found = list(spelling.misspelled(entries(deck), deck, tmp_path))
        assert [finding.where for finding in found] == ["en", "es"]
        assert "hunspell-es" in str(found[1].problem)
        assert all(finding.is_unchecked for finding in found)

    def test_what_is_wrong_is_no_matter_of_the_machine(
        self, make_deck: Make, tmp_path: Path, need_dictionaries: None
    ) -> None:
        deck = make_deck(replace=('en = "It moves."', 'en = "It mooves."'))
        assert not any(finding.is_unchecked for finding in spelling.misspelled(entries(deck), deck, tmp_path))


def test_the_hash_is_four_bytes_of_blake2b_over_every_sentence() -> None:
    assert source_hash(["The loss."]) == blake2b(b"The loss.", digest_size=4).hexdigest()
    assert source_hash(["a", "b"]) != source_hash(["b", "a"]) != source_hash(["ab"])


def test_the_lint_says_what_it_could_not_check_and_does_not_fail_for_it(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spelling, "dictionary", lambda language: None)
    assert print_lint(course) == 0
    told = capsys.readouterr().out
    assert "apt" in told
    assert "hunspell-en-us" in told
    assert "Nothing is wrong with" in told.splitlines()[-1]
