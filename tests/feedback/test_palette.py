"""The colours in light and in dark, against WCAG: 4.5 for text, 3 for what a picture or a control needs."""

from __future__ import annotations

import re

import pytest

from grader.feedback import html
from grader.feedback.figures import isolines

Colour = tuple[float, float, float]
STYLE = (html.template_folder() / "style.css").read_text(encoding="utf-8")
NAMED = re.compile(r"--(\w[\w-]*):\s*light-dark\((#\w{6}),\s*(#\w{6})\)")

TEXT = [
    (ink, ground)
    for ink, grounds in {
        "ink": ("paper", "sheet", "well", "learner-wash", "expected-wash"),
        "soft": ("paper", "sheet", "well", "learner-wash", "expected-wash"),
        "accent": ("paper", "sheet", "learner-wash"),
        "learner": ("paper", "sheet", "learner-wash"),
        "expected": ("paper", "sheet", "expected-wash"),
        "passed": ("paper", "sheet", "learner-wash"),
        "failed": ("paper", "sheet", "learner-wash"),
        "waiting": ("paper", "sheet"),
    }.items()
    for ground in grounds
]
SHAPES = [("edge", "paper"), ("edge", "sheet"), ("passed", "paper"), ("failed", "paper"), ("waiting", "paper")]


def palette(theme: int) -> dict[str, Colour]:
    return {name: _rgb(colours[theme]) for name, *colours in NAMED.findall(STYLE)}


def _rgb(colour: str) -> Colour:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def luminance(colour: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(top: Colour, ground: Colour, opacity: float) -> Colour:
    red, green, blue = (opacity * a + (1 - opacity) * b for a, b in zip(top, ground, strict=True))
    return red, green, blue


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast(_rgb("#000000"), _rgb("#ffffff")) == pytest.approx(21)
    assert contrast(_rgb("#777777"), _rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: int, ink: str, ground: str) -> None:
    colours = palette(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_marks_and_controls_can_be_seen(theme: int, shape: str, ground: str) -> None:
    colours = palette(theme)
    assert contrast(colours[shape], colours[ground]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("run", ["learner", "expected", "ink"])
def test_both_runs_can_be_seen_on_the_lowest_ground_of_a_map(theme: int, run: str) -> None:
    colours = palette(theme)
    opacity = float(re.search(r"\.area \{ fill: var\(--ground\); fill-opacity: ([\d.]+)", STYLE)[1])  # type: ignore[index]
    ground = colours["sheet"]
    for _ in range(isolines._LEVELS):
        ground = over(colours["ground"], ground, opacity)
        assert contrast(colours[run], ground) >= 3


def test_the_two_runs_differ_by_more_than_colour() -> None:
    assert re.search(r"\.run-learner \.run-line[^{]*\{[^}]*stroke-dasharray", STYLE)
    assert not re.search(r"\.run-expected[^{]*\{[^}]*stroke-dasharray", STYLE)
    assert re.search(r"\[class\^=cell-m\] \{[^}]*stroke-width: \.5", STYLE)


def test_every_colour_is_named_once_for_light_and_once_for_dark() -> None:
    bodies = STYLE.replace(":root {", "", 1).split("@media print")[0].split("}", 1)[1]
    assert not re.search(r"#[0-9a-f]{3,8}\b(?![^(]*gradient)", re.sub(r"#000\w*|#0000", "", bodies))
    used = set(re.findall(r"var\(--([\w-]+)\)", STYLE))
    defined = set(re.findall(r"--([\w-]+):", STYLE))
    assert used == defined
