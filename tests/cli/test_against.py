"""`--against` reads an earlier term's results or its submissions, and shows both sources side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.classroom.alike import shown_code
from tests.content import driver

OWN_WAY = """import numpy as np

def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    zanahorias = [beta1, beta2]
    cesta = []
    for lugar, fruta in enumerate((m, v)):
        nuevo = fruta * zanahorias[lugar]
        nuevo = nuevo + (1 - zanahorias[lugar]) * grad ** (lugar + 1)
        cesta.append(nuevo)
    pesos = [cesta[i] / (1 - zanahorias[i] ** t) for i in range(len(cesta))]
    divisor = np.power(pesos[-1], 0.5)
    divisor = divisor + eps
    salto = pesos[0] * lr / divisor
    return param - salto, cesta[0], cesta[1]
"""


def grade(folder: Path, *words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == expect, done.stdout + done.stderr
    return done


def write(folder: Path, learners: dict[str, str]) -> None:
    for name, source in learners.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "adam_step.py").write_text(source)


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("against")
    reference = driver.course().exercise("adam_step").reference
    copied = OWN_WAY.replace("zanahorias", "betas").replace("cesta", "means").replace("salto", "move")
    write(folder / "spring", {"zoe": OWN_WAY, "leo": OWN_WAY + "# leo\n"})
    write(folder / "autumn", {"ana": copied, "ben": reference + "# ben\n", "eva": reference.replace("m_hat", "mh")})
    grade(folder, "class", "spring", "--out", "spring-results", "--no-pages")
    grade(folder, "class", "autumn", "--out", "out", "--no-pages")
    return folder


@pytest.mark.parametrize("earlier", ["spring", "spring-results"])
def test_a_copy_of_an_earlier_term_stands_beside_its_source(terms: Path, earlier: str) -> None:
    grade(terms, "report", "--out", "out", "--against", earlier)
    page = (terms / "out" / "similar.html").read_text()
    assert f"{earlier}: zoe" in page
    assert "zanahorias" in page
    assert "ana" in page
    assert "handed in the same program" not in page  # two of the earlier term alone are nobody's business


def test_a_term_that_is_not_there_is_said(terms: Path) -> None:
    assert (
        "There is no folder or archive nowhere."
        in grade(terms, "report", "--out", "out", "--against", "nowhere", expect=2).stderr
    )


def test_a_class_without_names_is_not_shown_any(terms: Path) -> None:
    grade(terms, "class", "autumn", "--out", "veiled", "--pseudonyms", "key.csv", "--no-pages")
    for earlier in ("spring", "spring-results"):
        done = grade(terms, "report", "--out", "veiled", "--against", earlier, expect=2)
        assert "holds names, and this class is kept without any" in done.stderr


def test_what_brief_and_hints_show_is_known() -> None:
    shown = "\n".join(shown_code(driver.course().exercise("adam_step")))
    assert "adam_step(" in shown
