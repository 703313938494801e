"""`grade variant` prints the file of a learner who holds certain beliefs, so that an author can try it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Grade
from tests.content import driver

ADAM = driver.course().exercise("adam_step")


def test_what_is_printed_is_the_file_itself(typed: Grade) -> None:
    told = typed("variant", "3", "no_bias_correction")
    assert (told.code, told.err) == (0, "")
    assert told.out == driver.variant("adam_step", "no_bias_correction")
    assert told.out != ADAM.reference


def test_beliefs_compose(typed: Grade) -> None:
    told = typed("variant", "adam_step", "no_bias_correction", "epsilon_inside_root")
    assert told.out == driver.variant("adam_step", "no_bias_correction", "epsilon_inside_root")
    assert "np.sqrt(v_hat + eps)" in told.out
    assert "1 - beta1**t)" not in told.out.split('"""')[-1]


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_beliefs_those_there_are_are_listed(language: str, typed: Grade) -> None:
    lines = " ".join(typed("variant", "3", language=language).out.split())
    for entry in ADAM.misconceptions:
        assert entry.id in lines
        assert " ".join(entry.belief[language].split()) in lines


def test_a_printed_variant_graded_is_named_as_itself(grade: Grade) -> None:
    source = grade("variant", "3", "no_root").out.encode()
    told = grade("exercise", "3", "--file", "-", stdin=source)
    assert told.code == 1
    assert (
        ADAM.misconceptions[[entry.id for entry in ADAM.misconceptions].index("no_root")].belief["en"][:30] in told.out
    )
