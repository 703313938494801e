"""Values and ends of calls are told in a learner's words, in both languages, with nothing a terminal could act on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checker import Call
from grader.checker.places import Places
from grader.checker.wording import death, ending, kind_of, kind_said, load_failure, number, question, two_numbers
from grader.results import Frame
from grader.sandbox import Died, Ended, Opaque, Raised, Returned, TimedOut
from grader.text import Text

FRAMES = (Frame(2, "<module>", "x = g()"), Frame(9, "g", "return x"))


def call(ended: Ended, *arguments: Any, **keywords: Any) -> Call:
    return Call(function="f", arguments=arguments, keywords=keywords, ended=ended, check="c")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.zeros((2, 3), "float32"), "float32 array (2, 3)"),
        (np.float64(1), "float64"),
        (np.bool_(True), "bool"),
        ((1, 2), "tuple of 2"),
        ([], "list of 0"),
        ({"a": 1}, "dict of 1"),
        (None, "None"),
        (1.5, "float"),
        ("text", "str"),
        (Opaque("torch.Tensor"), "torch.Tensor"),
    ],
)
def test_a_value_is_named_as_a_learner_would(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("value", "es"),
    [
        (np.zeros((2, 3), "float32"), "un array float32 (2, 3)"),
        ((1, 2), "tuple de 2"),
        ({"a": 1}, "dict de 1"),
        (None, "None"),
    ],
)
def test_within_a_sentence_it_is_named_in_its_language(value: Any, es: str) -> None:
    said = kind_said(value)
    assert (said if isinstance(said, str) else said["es"]) == es
    assert (said if isinstance(said, str) else said["en"]) == kind_of(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [(float("nan"), "nan"), (float("inf"), "inf"), (float("-inf"), "-inf"), (np.float32(0.5), 0.5)],
)
def test_a_number_is_one_that_json_can_carry(value: float, written: float | str) -> None:
    assert number(value) == written


class TestTwoNumbers:
    @pytest.mark.parametrize(
        ("got", "expected", "shown"),
        [
            (1.0, 2.0, ("1", "2")),
            (1.0, 1.0000001, ("1", "1.0000001")),
            (0.1, 0.1 + 2**-56, ("0.10000000000000001", "0.10000000000000002")),
            (float("nan"), 1.0, ("nan", "1")),
            (-0.0, 0.0, ("0", "0")),
        ],
    )
    def test_they_have_as_few_digits_as_tell_them_apart(
        self, got: float, expected: float, shown: tuple[str, str]
    ) -> None:
        assert two_numbers(got, expected) == shown

    @given(st.floats(), st.floats())
    def test_they_look_alike_only_where_they_are(self, got: float, expected: float) -> None:
        first, second = two_numbers(got, expected)
        assert (first == second) == (repr(got + 0.0) == repr(expected + 0.0))  # -0.0 is told as 0


class TestQuestion:
    def test_arrays_are_shown_by_their_shapes(self) -> None:
        asked = call(Returned(None), np.zeros((3, 2)), 1, 0.125, lr=np.float32(0.5), nesterov=True, name=None)
        assert question(asked) == "f(array (3, 2), 1, 0.125, lr=0.5, nesterov=True, name=None)"

    def test_many_arguments_are_cut_short(self) -> None:
        assert question(call(Returned(None), *range(50))) == "f(0, 1, 2, 3, 4, 5, 6, 7, 8, …)"

    def test_a_long_text_is_cut_short(self) -> None:
        assert len(question(call(Returned(None), "x" * 1000))) < 40

    def test_structures_are_shown_by_their_kind(self) -> None:
        assert question(call(Returned(None), [1, 2], {"a": 1}, (1,))) == "f(list of 2, dict of 1, tuple of 1)"


class TestEnding:
    @pytest.mark.parametrize(
        ("ended", "en", "es"),
        [
            (Raised("ValueError", "low."), "f raised ValueError: low.", "f ha lanzado ValueError: low."),
            (Raised("KeyError", ""), "f raised KeyError.", "f ha lanzado KeyError."),
            (Raised("MissingEntryPoint", "f"), "does not define a function f.", "no define ninguna función f."),
            (Raised("NotImplementedError", "N"), "Not written yet: N.", "Todavía sin escribir: N."),
            (TimedOut(2.0, "call"), "f(1) had not answered after 2 s: look for a loop", "f(1) no había respondido"),
            (TimedOut(30.0, "total"), "The time for the whole submission (30 s)", "El tiempo para toda la entrega"),
            (Died("exit", "3"), "ended during f(1): it left with exit code 3.", "ha salido con el código 3"),
            (Died("signal", "SIGSEGV"), "it was stopped by SIGSEGV", "SIGSEGV"),
            (Died("memory", "512 MB"), "it ran out of the memory allowed", "memoria"),
            (Died("cpu", "SIGXCPU"), "it used up the computing time allowed", "tiempo de cálculo"),
            (Died("protocol", "?"), "its answer could not be read", "respuesta"),
        ],
        ids=lambda value: getattr(value, "reason", None),
    )  # fmt: skip
    def test_every_end_is_told_in_both_languages(self, ended: Ended, en: str, es: str) -> None:
        message = ending(call(ended, 1))
        assert en in message["en"]
        assert es in message["es"]

    def test_what_to_do_instead_follows_what_cannot_work(self) -> None:
        advice = Text({"en": "Use the arguments.", "es": "Usa los argumentos."})
        ended = Raised("EOFError", "no more", advice=advice)
        loading = load_failure(ended, Places("a.py"))
        for message, start in ((ending(call(ended)), "f raised"), (loading, "a.py does not load")):
            assert message["en"] == f"{start}{':' if 'load' in start else ''} EOFError: no more. Use the arguments."
            assert message["es"].endswith("EOFError: no more. Usa los argumentos.")

    def test_a_call_that_returned_has_no_bad_end(self) -> None:
        with pytest.raises(TypeError):
            ending(call(Returned(1)))

    def test_every_death_has_its_words(self) -> None:
        told = {str(death(Died(reason, "7"))) for reason in ("exit", "signal", "memory", "cpu", "protocol")}
        assert len(told) == 5


class TestLoading:
    @pytest.mark.parametrize(
        ("ended", "en"),
        [
            (Raised("SyntaxError", "invalid syntax", line=4), "a.py, line 4: SyntaxError: invalid syntax."),
            (Raised("NameError", "x", FRAMES), "a.py, line 9: NameError: x."),
            (Raised("MemoryError", ""), "a.py does not load: MemoryError."),
            (TimedOut(5.0, "call"), "a.py had not finished loading after 5 s"),
            (Died("exit", "0"), "The program ended while loading a.py (it left with exit code 0)"),
        ],
    )  # fmt: skip
    def test_why_a_file_does_not_load_is_told(self, ended: Any, en: str) -> None:
        message = load_failure(ended, Places("a.py"))
        assert message["en"].startswith(en)
        assert message["es"] != message["en"]
