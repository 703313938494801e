"""Items that leave the terminal are judged there as here: read by readers that are not the writers'."""

from __future__ import annotations

import html
import os
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import chain, combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.course import open_course
from grader.errors import UsageError
from grader.exports.formats import canvas_quiz, gift, moodle_quiz
from grader.exports.markup import to_plain
from grader.exports.questions import Drawn, Sheet, decimal, sheet_of
from grader.locale import LANGUAGES, same
from grader.quizzes.answers import Verdict, judge
from grader.quizzes.deck import load_deck
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Option, Question, Write
from tests.exports.quiz_readers import (
    Asked,
    Item,
    choosing,
    joined,
    number,
    ordered,
    read_gift,
    read_moodle,
    read_qti,
    words,
)

PACKAGE = Path(__file__).parent / "node_modules" / "gift-pegjs"
NASTY = "a}} b{ c} d=e ~f #g ]]> </p> //h -> i: \\j <k> & \"l\" 'm' %50% ñ ≤"
STARTS = ("# one", "= two", "~ three", "// four", "%50% five", "-> six", "} seven", "::eight::", "[html] nine")


@cache
def sheet() -> Sheet:
    course = open_course()
    return sheet_of(course.info.id, course.info.title, load_deck(course.root), (), 3)


@pytest.fixture
def gift_reader(need: Callable[..., str]) -> Callable[[bytes], list[Asked]]:
    node = need("node", install="nodejs")
    if not PACKAGE.is_dir():
        reason = "gift-pegjs is not installed: run npm install in tests/exports"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return lambda content: read_gift(content, node, PACKAGE)


# ---------------------------------------------------------------- the sheet


def test_every_item_is_there_and_those_with_parameters_in_up_to_three_variants() -> None:
    counted = Counter(drawn.question.item for drawn in sheet().questions)
    assert counted.keys() == load_deck(open_course().root).bank.items.keys()
    assert set(counted.values()) == {1, 2, 3}
    assert len({drawn.id for drawn in sheet().questions}) == len(sheet().questions)
    stems = [drawn.question.stem.in_language("en") for drawn in sheet().questions if counted[drawn.question.item] > 1]
    assert len(set(stems)) == len(stems)


def test_a_topic_is_a_part_and_an_unknown_one_is_refused() -> None:
    course = open_course()
    deck = load_deck(course.root)
    part = sheet_of(course.info.id, course.info.title, deck, ("adam",), 1)
    assert [name for name, _, _ in part.topics] == ["adam"]
    with pytest.raises(UsageError, match="no topic"):
        sheet_of(course.info.id, course.info.title, deck, ("alchemy",), 1)


@pytest.mark.parametrize(
    ("value", "written"), [(0.1 + 0.2, "0.3"), (1e-8, "0.00000001"), (1.5e20, "150000000000000000000"), (2.0, "2")]
)
def test_numbers_have_a_point_and_no_exponent(value: float, written: str) -> None:
    assert decimal(value) == written


# ---------------------------------------------------------------- judged there as here


def is_right(question: Question, typed: str) -> bool:
    verdict = judge(question, typed, "en")
    assert isinstance(verdict, Verdict), verdict
    return verdict.right


def assert_judged_alike(asked: Asked, question: Question, language: str = "en") -> None:
    """Right, wrong and partly right: full marks there exactly for what is right here."""
    match question.form:
        case Choose(options=options, several=several):
            places = range(len(options))
            picks = chain.from_iterable(
                combinations(places, size) for size in (range(1, len(options) + 1) if several else (1,))
            )
            for pick in picks:
                here = is_right(question, " ".join(str(place + 1) for place in pick))
                assert (choosing(asked, pick) >= 0.999) is here, (asked.name, pick)
            if several and sum(option.right for option in options) > 1:
                first = next(place for place in places if options[place].right)
                assert 0 < choosing(asked, [first]) < 0.999
        case Calculate(value=value, rtol=rtol, atol=atol, wrong=wrong):
            reach = atol + rtol * abs(value)
            tried = [value, value + 0.9 * reach, value - 0.9 * reach, value + 1.2 * reach, value - 1.2 * reach]
            for given in (*tried, *(known.value for known in wrong)):
                assert (number(asked, given) == 1.0) is is_right(question, decimal(given)), (asked.name, given)
        case Write(also=also, is_code=is_code):
            for given in (*also, *(() if is_code else (word.upper() for word in also)), "zzzzz"):
                assert (words(asked, given) == 1.0) is is_right(question, given), (asked.name, given)
        case Match(left=left, right=right, partner=partner):
            answers = [answer for _, answer in asked.pairs]
            assert joined(asked, answers) == 1.0
            assert joined(asked, answers[1:] + answers[:1]) < 1.0
            letters = [chr(ord("a") + place) for place in partner]
            assert is_right(question, " ".join(letters))
            assert len(set(answers)) == len(right) == len(left)
        case Arrange(order=order) if asked.pairs:
            answers = [answer for _, answer in asked.pairs]
            assert joined(asked, answers) == 1.0
            steps = [to_plain(question.form.steps[place].in_language(language)) for place in order]
            assert [left for left, _ in asked.pairs] == [str(place + 1) for place in range(len(steps))]
            assert answers == steps
        case Arrange(order=order):
            steps = [one.text for one in asked.answers]
            assert ordered(asked, steps) == 1.0
            assert 0 <= ordered(asked, steps[::-1]) < 1.0
            assert is_right(question, " ".join(str(place + 1) for place in order))


@pytest.mark.parametrize("languages", [("en",), ("es",), tuple(LANGUAGES)], ids="+".join)
def test_moodle_judges_every_question_as_the_terminal_does(languages: tuple[str, ...]) -> None:
    read = read_moodle(moodle_quiz.write(sheet(), languages))
    assert [one.name for one in read] == [drawn.id for drawn in sheet().questions]
    for asked, drawn in zip(read, sheet().questions, strict=True):
        assert_judged_alike(asked, drawn.question)
        assert asked.idnumber == f"descenso-{drawn.id}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_gift_judges_what_it_can_say_as_the_terminal_does_and_tells_the_rest(
    gift_reader: Callable[[bytes], list[Asked]], language: str
) -> None:
    written = gift.write(sheet(), language)
    read = {one.name: one for one in gift_reader(written.content)}
    left_out = [drawn for drawn in sheet().questions if drawn.id not in read]
    assert all(drawn.question.curves for drawn in left_out)
    told = " ".join(note.in_language("en") for note in written.notes)
    assert all(drawn.id in told for drawn in left_out)
    for drawn in sheet().questions:
        if drawn.id in read:
            assert_judged_alike(read[drawn.id], drawn.question, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_canvas_judges_every_question_as_the_terminal_does(language: str) -> None:
    read = read_qti(canvas_quiz.write(sheet(), language))
    assert [one.name for one in read] == [drawn.id for drawn in sheet().questions]
    for item, drawn in zip(read, sheet().questions, strict=True):
        assert_processed_alike(item, drawn.question)


def assert_processed_alike(item: Item, question: Question) -> None:
    match question.form:
        case Choose(options=options, several=several):
            places = range(len(options))
            sizes = range(1, len(options) + 1) if several else (1,)
            for pick in chain.from_iterable(combinations(places, size) for size in sizes):
                score = item.score({"response1": [str(place + 1) for place in pick]})
                assert (score == 1.0) is is_right(question, " ".join(str(place + 1) for place in pick)), item.name
        case Calculate(value=value, rtol=rtol, atol=atol, wrong=wrong):
            reach = atol + rtol * abs(value)
            tried = [value, value + 0.9 * reach, value - 0.9 * reach, value + 1.2 * reach, value - 1.2 * reach]
            for given in (*tried, *(known.value for known in wrong)):
                score = item.score({"response1": [decimal(given)]})
                assert (score == 1.0) is is_right(question, decimal(given)), (item.name, given)
        case Write(also=also):
            for given in (*also, "zzzzz"):
                assert (item.score({"response1": [given]}) == 1.0) is is_right(question, given), (item.name, given)
        case Match(partner=partner) | Arrange(order=partner):
            right = {f"response_{number}": [f"right{place}"] for number, place in enumerate(partner, start=1)}
            assert item.score(right) == pytest.approx(1.0, abs=1e-3)
            assert 0 < item.score({**right, "response_1": right["response_2"]}) < 0.999
            assert all(len(set(labels.values())) == len(partner) for _, labels in item.labels)


def test_each_form_has_canvass_own_type() -> None:
    kinds = {one.kind for one in read_qti(canvas_quiz.write(sheet(), "en"))}
    assert kinds == {f"{kind}_question" for kind in (
        "multiple_choice", "multiple_answers", "true_false", "numerical", "short_answer", "matching")}  # fmt: skip


def test_each_form_has_moodles_own_type() -> None:
    read = Counter(one.kind for one in read_moodle(moodle_quiz.write(sheet(), ("en",))))
    assert read.keys() == {"one", "several", "truefalse", "numerical", "shortanswer", "matching", "ordering"}


def test_who_judged_wrongly_reads_why() -> None:
    read = {one.name: one for one in read_moodle(moodle_quiz.write(sheet(), ("es",)))}
    for drawn in sheet().questions:
        match drawn.question.form:
            case Choose(options=options):
                for option, answer in zip(options, read[drawn.id].answers, strict=True):
                    assert bool(answer.feedback) is (option.why is not None)


# ---------------------------------------------------------------- text arrives as written


def nasty() -> Sheet:
    options = (
        Option(text=same(NASTY), right=True),
        *(Option(text=same(start), right=False, why=same(start)) for start in STARTS),
    )
    choose = Question(card="item:n-1", item="n-1", stem=same(NASTY), form=Choose(options), terms=("adam",))
    write = Write(accept=same("lr * g"), also=("lr * g", "lr*g{0}"), is_code=True)
    lines = f"x = {{{NASTY}}}\n\ny\n"
    code = Question(card="item:n-2", item="n-2", stem=same("Fill ____"), form=write, terms=("adam",), code=lines)
    pairs = Question(card="item:n-3", item="n-3", stem=same(STARTS[3]), terms=("adam",),
                     form=Match((same(NASTY), same(STARTS[0])), (same("a -> b"), same(STARTS[1])), (0, 1)))  # fmt: skip
    drawn = tuple(Drawn(one.item, one, ("adam",)) for one in (choose, code, pairs))
    return Sheet("c", same("A / B: {c}"), (("adam", same("x // y"), drawn),))


def shown(markup: str) -> str:
    """What a reader sees of a sentence."""
    return "".join(ElementTree.fromstring(f"<p>{markup.replace('<br>', chr(10))}</p>").itertext())


def test_signs_that_formats_use_arrive_in_moodle_as_written() -> None:
    choose, code, pairs = read_moodle(moodle_quiz.write(nasty(), ("en",)))
    assert shown(choose.stem) == NASTY
    assert [shown(one.text) for one in choose.answers] == [NASTY, *STARTS]
    assert [shown(one.feedback) for one in choose.answers[1:]] == list(STARTS)
    assert f"x = {{{NASTY}}}\n\ny\n" in shown(code.stem)
    assert words(code, "lr * g") == words(code, "lr*g{0}") == 1.0
    assert words(code, "lr and g") == 0.0  # a star is a star
    assert [shown(left) for left, _ in pairs.pairs] == [NASTY, STARTS[0]]
    assert [right for _, right in pairs.pairs] == ["a -> b", STARTS[1]]


def test_signs_that_formats_use_arrive_in_gift_as_written(gift_reader: Callable[[bytes], list[Asked]]) -> None:
    choose, code, pairs = gift_reader(gift.write(nasty(), "en").content)
    assert shown(choose.stem) == NASTY
    assert [shown(one.text) for one in choose.answers] == [NASTY, *STARTS]
    assert f"x = {{{NASTY}}}\n\ny\n" in shown(code.stem)
    assert words(code, "lr * g") == 1.0
    assert [shown(left) for left, _ in pairs.pairs] == [NASTY, STARTS[0]]


def test_signs_that_formats_use_arrive_in_canvas_as_written() -> None:
    choose, code, pairs = read_qti(canvas_quiz.write(nasty(), "en"))
    assert shown(choose.stem.removeprefix("<p>").removesuffix("</p>")) == NASTY
    assert [shown(said) for said in choose.labels[0][1].values()] == [NASTY, *STARTS]
    assert f"x = {{{NASTY}}}\n\ny\n" in html.unescape(code.stem)
    assert [shown(left) for left in pairs.lefts] == [NASTY, STARTS[0]]
    assert list(pairs.labels[0][1].values()) == ["a -> b", STARTS[1]]


def test_mathematics_is_written_as_moodle_draws_it() -> None:
    (adam,) = (one for one in read_moodle(moodle_quiz.write(sheet(), ("en",))) if one.name == "adam-02")
    assert r"\(\beta_1 = " in adam.stem
    assert "$" not in adam.stem


def test_two_languages_stand_in_spans_side_by_side_and_never_within_each_other() -> None:
    (adam,) = (one for one in read_moodle(moodle_quiz.write(sheet(), ("en", "es"))) if one.name == "adam-02")
    spans = ElementTree.fromstring(adam.stem).findall("span")
    assert [span.get("lang") for span in spans] == ["en", "es"]
    assert all(span.get("class") == "multilang" and span.find("span") is None for span in spans)


def test_curves_travel_within_the_file() -> None:
    root = ElementTree.fromstring(moodle_quiz.write(sheet(), ("en",)))
    drawn = [one.id for one in sheet().questions if one.question.curves]
    files = {file.get("name") for file in root.iter("file")}
    assert files == {f"{name}.svg" for name in drawn}
    texts = [one.findtext("questiontext/text", "") for one in root if one.find("questiontext/file") is not None]
    assert all("@@PLUGINFILE@@/" in text for text in texts)


def test_the_same_release_gives_the_same_bytes() -> None:
    course = open_course()
    again = sheet_of(course.info.id, course.info.title, load_deck(course.root), (), 3)
    assert moodle_quiz.write(again, ("en", "es")) == moodle_quiz.write(sheet(), ("en", "es"))
    assert canvas_quiz.write(again, "es") == canvas_quiz.write(sheet(), "es")
    assert gift.write(again, "es").content == gift.write(sheet(), "es").content
