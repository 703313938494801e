"""Reports of every outcome, made by hand, with the texts that make pages hard: long, hostile, empty, many."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from grader.results import (
    Belief,
    CheckResult,
    Diagnosis,
    Evidence,
    ExerciseRef,
    FigureData,
    Frame,
    Isolation,
    Mismatch,
    Outcome,
    Report,
    Row,
    Submission,
)
from grader.telling.page import Told
from grader.text import Text

BRIEF_EN = r"""# One step of Adam

Adam gives **every weight** a step of its own. It keeps two running averages of the gradient $g_t$:

$$m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t$$
$$v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$$

Both start at zero, so they are corrected before they are used: $\hat{m}_t = \frac{m_t}{1 - \beta_1^t}$.

## What you write

```python
def adam_step(param, grad, m, v, t, lr=1e-3):
    # t is 1 at the first call
    return param, m, v
```

| symbol | argument |
|---|---|
| $\beta_1$ | `beta1` |
| $\beta_2$ | `beta2` |

- Leave the inputs as they are.
- `eps` stands outside the root.
"""

BRIEF_ES = r"""# Un paso de Adam

Adam da a **cada peso** un paso a su medida. Para ello lleva dos medias móviles del gradiente $g_t$:

$$m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t$$
$$v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$$

Ambas arrancan en cero, así que se corrigen antes de usarlas: $\hat{m}_t = \frac{m_t}{1 - \beta_1^t}$.

## Qué escribes

```python
def adam_step(param, grad, m, v, t, lr=1e-3):
    # t is 1 at the first call
    return param, m, v
```

| símbolo | argumento |
|---|---|
| $\beta_1$ | `beta1` |
| $\beta_2$ | `beta2` |

- Deja los argumentos como estaban.
- `eps` va fuera de la raíz.
"""

SOURCE = '''import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the new (param, m, v)."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    # the averages catch up by themselves
    step = lr * m / (np.sqrt(v) + eps)
    return param - step, m, v
'''

CLAIMS = (
    ("returns_three_arrays", 1, "It returns three arrays with the shape of the parameter",
     "Devuelve tres arrays con la forma del parámetro"),
    ("averages", 3, "`m` and `v` come back as running averages of the gradient and of its square",
     "`m` y `v` vuelven como medias móviles del gradiente y de su cuadrado"),
    ("first_step_has_size_lr", 3, "The first step has size `lr`, whatever the size of the gradient",
     "El primer paso mide `lr`, sea cual sea el tamaño del gradiente"),
    ("correction_fades", 3, "The correction $1 - \\beta^t$ fades away over a hundred steps",
     "La corrección $1 - \\beta^t$ se desvanece a lo largo de cien pasos"),
    ("each_beta_its_own", 2, "`beta1` rules `m` and `beta2` rules `v`, with any values",
     "`beta1` gobierna `m` y `beta2` gobierna `v`, valgan lo que valgan"),
    ("epsilon_counts", 3, "Epsilon has its right weight when gradients are tiny",
     "Épsilon pesa lo que debe cuando los gradientes son diminutos"),
    ("zero_gradient", 1, "A parameter whose gradient has always been zero stays where it is",
     "Un parámetro cuyo gradiente siempre ha sido cero no se mueve"),
    ("no_shared_count", 2, "Several parameters of different shapes can take turns",
     "Varios parámetros de formas distintas pueden turnarse"),
    ("leaves_inputs_alone", 2, "The arrays that come in are not modified",
     "Los arrays de entrada no se modifican"),
)  # fmt: skip


def text(en: str, es: str | None = None) -> Text:
    return Text({"en": en, "es": en if es is None else es})


EXERCISE = Told(
    course=text("Descent", "Descenso"),
    title=text("One step of Adam", "Un paso de Adam"),
    brief=text(BRIEF_EN, BRIEF_ES),
    path="exercises/03_adam_step/adam_step.py",
    command="grade exercise 3",
    replay="grade exercise 3 --seed 2718281828",
    next_command="grade exercise 4",
    rtol=1e-9,
    atol=1e-12,
    tolerance_reason=text(
        "Everything is float64, where writing the same formula in another order changes about the sixteenth digit.",
        "Todo va en float64, donde escribir la misma fórmula en otro orden cambia más o menos la decimosexta cifra.",
    ),
    explanation=text(
        "After $t$ steps the weights of an average add up to $1 - \\beta^t$, and that is what it is divided by.",
        "Tras $t$ pasos los pesos de una media suman $1 - \\beta^t$, y entre eso se divide.",
    ),
    source=SOURCE,
    graded_at=datetime(2026, 11, 20, 16, 5, tzinfo=UTC),
)

BELIEF = Belief(
    id="no_bias_correction",
    kind="misconception",
    belief=text(
        "Starting the averages at zero does no harm: they catch up by themselves after a few steps.",
        "Que las medias empiecen en cero no hace daño: en unos pocos pasos se ponen al día solas.",
    ),
    explanation=text(
        "They do catch up, but at very different speeds: with the usual betas `m` needs some ten steps and `v` about "
        "a thousand. Meanwhile `v` is by far the shorter of the two, and it is the one that divides.",
        "Al día se ponen, pero a ritmos muy distintos: con las betas habituales, `m` necesita unos diez pasos y `v` "
        "unos mil. Mientras tanto `v` es, con diferencia, la que más corta se queda, y es la que divide.",
    ),
    question=text(
        "With a constant gradient $g$, `m` after one step is $0.1 g$ and `v` is $0.001 g^2$. What would the step be "
        "with those two numbers, and what should it be?",
        "Con un gradiente constante $g$, tras un paso `m` vale $0.1 g$ y `v` vale $0.001 g^2$. ¿Cuánto mediría el "
        "paso con esos dos números, y cuánto debería medir?",
    ),
    terms=("bias-correction", "adam"),
)

EPSILON = Belief(
    id="epsilon_inside",
    kind="misconception",
    belief=text(
        "Epsilon only avoids a division by zero, so inside the root is as good as outside.",
        "Épsilon solo evita dividir entre cero, así que da igual ponerlo dentro de la raíz.",
    ),
    explanation=text(
        "Inside, its root counts: $\\sqrt{10^{-8}}$ is $10^{-4}$, ten thousand times larger.",
        "Dentro, lo que cuenta es su raíz: $\\sqrt{10^{-8}}$ es $10^{-4}$, diez mil veces mayor.",
    ),
    question=text(
        "For which gradients is $10^{-4}$ no longer small?", "¿Para qué gradientes deja de ser pequeño $10^{-4}$?"
    ),
    terms=("adam",),
)

MISMATCH = Mismatch(
    kind="value",
    name="param",
    got=-0.31522776601683,
    expected=-0.3990000000125,
    step=1,
    index=(0,),
    absolute_error=0.08377223399567,
    relative_error=0.2099554736729,
    rtol=1e-9,
    atol=1e-12,
    differing=400,
    total=500,
    greatest_absolute=0.41300120102,
    greatest_relative=2.1622776601683795,
    rows=(
        Row("param[0] · 1", -0.31522776601683, -0.3990000000125, True),
        Row("param[1] · 1", 1.4837722339831, 1.5, True),
        Row("param[2] · 1", 0.25, 0.25, False),
        Row("param[3] · 1", -1.0162277660168, -1.00100000003, True),
        Row("param[4] · 1", 2.0e-7, 2.0e-7, False),
    ),
)


def adam_points(corrected: bool, steps: int = 60) -> np.ndarray:
    valley = np.array([[1.7, 1.2], [1.2, 1.1]])
    place, m, v = np.array([-2.6, 1.9]), np.zeros(2), np.zeros(2)
    points = [place]
    for t in range(1, steps + 1):
        grad = valley @ place
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2
        m_hat, v_hat = (m / (1 - 0.9**t), v / (1 - 0.999**t)) if corrected else (m, v)
        place = place - 0.12 * m_hat / (np.sqrt(v_hat) + 1e-8)
        points.append(place)
    return np.array(points)


def path_figure(learner: dict[str, Any] | str | None = "own") -> FigureData:
    x, y = np.linspace(-3.2, 1.6, 61), np.linspace(-1.6, 2.8, 56)
    across, along = np.meshgrid(x, y)
    ground = {
        "x": x,
        "y": y,
        "loss": 0.5 * (1.7 * across**2 + 2.4 * across * along + 1.1 * along**2),
        "minimum": np.zeros(2),
    }
    own = {**ground, "points": adam_points(False)} if learner == "own" else learner
    return FigureData(
        kind="path",
        title=text("Sixty steps down a slanted valley", "Sesenta pasos por un valle inclinado"),
        caption=text(
            "Both paths start at the same point and see the same loss.",
            "Los dos recorridos salen del mismo punto y ven la misma pérdida.",
        ),
        x_label=text("first weight", "primer peso"),
        y_label=text("second weight", "segundo peso"),
        expected={**ground, "points": adam_points(True)},
        learner=own,  # type: ignore[arg-type]
    )


def schedule_figure() -> FigureData:
    step = np.arange(100.0)

    def rate(first: int) -> np.ndarray:
        rise = 0.001 * (step + first) / 10
        fall = 0.0005 * (1 + np.cos(np.pi * np.clip((step - 10) / 80, 0, 1)))
        return np.where(step < 10, rise, fall)

    return FigureData(
        kind="schedule",
        title=text("The learning rate, step by step", "La tasa de aprendizaje, paso a paso"),
        caption=text("Ten steps of warmup, then half a cosine.", "Diez pasos de warmup y después medio coseno."),
        x_label=text("step", "paso"),
        y_label=text("learning rate", "tasa de aprendizaje"),
        expected={"x": step, "y": rate(1), "reference_lines": {"base_lr": 0.001}},
        learner={"x": step, "y": rate(0)},
    )


def bundle_figure() -> FigureData:
    """Four sizes of a signal: of the learner's one fades where it should stay, the others are right."""
    layer = np.arange(21.0)
    expected = {
        name: factor**layer for name, factor in (("he", 0.99), ("he2", 1.01), ("xavier", 0.7), ("xavier2", 0.71))
    }
    own = {**{name: curve * 1.1 for name, curve in expected.items()}, "he2": 0.5**layer}
    return FigureData(
        kind="bundle",
        title=text("A signal through layers", "Una señal a través de capas"),
        caption=text("Two stay, two fade.", "Dos se quedan y dos se apagan."),
        x_label=text("layer", "capa"),
        y_label=text("size", "tamaño"),
        expected={"x": layer, "names": list(expected), "values": list(expected.values()), "slack": 8.0},
        learner={"x": layer, "names": list(own), "values": list(own.values()), "slack": 8.0},
    )


def series_figure() -> FigureData:
    step = np.arange(1.0, 31.0)
    cleared = 2.4 * np.exp(-step / 14) * (1 + 0.18 * np.sin(step * 1.9))
    return FigureData(
        kind="series",
        title=text("The gradient's norm at each step", "La norma del gradiente en cada paso"),
        caption=text("Cleared before each step, and not.", "Puesto a cero antes de cada paso, y sin hacerlo."),
        x_label=text("step", "paso"),
        y_label=text("norm of the gradient", "norma del gradiente"),
        expected={"x": step, "y": cleared},
        learner={"x": step, "y": np.abs(np.cumsum(cleared))},
    )


def matrix_figure() -> FigureData:
    rng = np.random.default_rng(7)
    names = ["grad_w1", "grad_b1", "grad_w2", "grad_b2"]
    expected = [rng.normal(size=shape) for shape in ((32, 32), (1, 32), (32, 10), (1, 10))]
    own = [expected[0] * 2.0, expected[1], expected[2], np.abs(expected[3])]
    return FigureData(
        kind="matrix",
        title=text("The gradient, layer by layer", "El gradiente, capa por capa"),
        caption=text(
            "Each cell is one element, or the mean of a block.", "Cada celda es un elemento o la media de un bloque."
        ),
        x_label=text("output", "salida"),
        y_label=text("input", "entrada"),
        expected={"names": names, "values": expected},
        learner={"names": names, "values": own},
    )


def check(place: int, outcome: Outcome, **found: Any) -> CheckResult:
    name, points, en, es = CLAIMS[place]
    return CheckResult(
        id=name,
        claim=text(en, es),
        outcome=outcome,
        points=points if outcome is Outcome.PASSED else 0,
        max_points=points,
        **found,
    )


def report(outcome: Outcome, checks: tuple[CheckResult, ...], **found: Any) -> Report:
    fields: dict[str, Any] = {
        "exercise": ExerciseRef(3, "adam_step"),
        "outcome": outcome,
        "points": sum(check.points for check in checks),
        "max_points": sum(check.max_points for check in checks),
        "checks": checks,
        "isolation": Isolation(
            "A",
            text(
                "The code ran in namespaces of its own, without network, files or other processes.",
                "El código se ejecutó en espacios de nombres propios, sin red, archivos ni otros procesos.",
            ),
        ),
        "seed": 2718281828,
        "submission": Submission("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        "seconds": 0.3142,
        "versions": {"python": "3.11.7", "numpy": "2.4.6"},
    }
    return Report(**{**fields, **found})


ALL = range(len(CLAIMS))


def passed() -> Report:
    return report(
        Outcome.PASSED,
        tuple(check(place, Outcome.PASSED) for place in ALL),
        figures=(path_figure({"points": adam_points(True)}),),
    )


def failed() -> Report:
    checks = (
        check(0, Outcome.PASSED),
        check(1, Outcome.PASSED),
        check(2, Outcome.FAILED, message=text("`param[0]` is another.", "`param[0]` es otro."), mismatch=MISMATCH),
        check(3, Outcome.FAILED, message=text("m"), mismatch=_mismatch(step=12, got=0.125, expected=0.1250000001)),
        check(4, Outcome.PASSED),
        check(5, Outcome.FAILED, message=text("m"), mismatch=_mismatch(kind="not_finite", got="nan", expected=1e-9)),
        check(6, Outcome.PASSED),
        check(7, Outcome.PASSED),
        check(8, Outcome.FAILED, message=text("m"), mismatch=_mismatch(kind="changed", got="1.5", expected="1.0")),
    )
    evidence = Evidence(entry_point="adam_step", calls=212, separating_call=1, difference=0.0838, margin=8.4e7)
    found = Diagnosis(kind="misconception", beliefs=(BELIEF,), evidence=(evidence,))
    return report(
        Outcome.FAILED,
        checks,
        diagnosis=(found,),
        figures=(path_figure(),),
        output="t = 1, m = [0.4], v = [0.016]\nt = 2, m = [0.76], v = [0.031984]\n",
    )


def _mismatch(**changes: Any) -> Mismatch:
    fields: dict[str, Any] = {"kind": "value", "name": "m", "got": 0.5, "expected": 0.25, "index": (2,)}
    return Mismatch(**{**fields, **changes})


def wrong_shape() -> Report:
    message = text("`param` has shape (5, 1), expected (5,).", "`param` tiene la forma (5, 1) y se esperaba (5,).")
    mismatch = Mismatch(kind="shape", name="param", got="(5, 1)", expected="(5,)")
    waiting = text("It waits for another check.", "Espera a otra prueba.")
    checks = (
        check(0, Outcome.FAILED, message=message, mismatch=mismatch),
        *(check(place, Outcome.BLOCKED, needs=CLAIMS[0][0], message=waiting) for place in ALL if place),
    )
    return report(
        Outcome.FAILED, checks, figures=(schedule_figure(), series_figure(), matrix_figure(), bundle_figure())
    )


def raised() -> Report:
    message = text(
        "adam_step raised TypeError: unsupported operand type(s) for ** or pow(): 'list' and 'int'.",
        "adam_step lanzó TypeError: unsupported operand type(s) for ** or pow(): 'list' and 'int'.",
    )
    frames = (
        Frame(7, "adam_step", "    v = beta2 * v + (1 - beta2) * grad**2"),
        Frame(41, "<module>", "print('a line that is not in the file shown')", 2),
    )
    checks = (
        check(0, Outcome.FAILED, message=message, frames=frames),
        *(check(place, Outcome.BLOCKED, needs=CLAIMS[0][0]) for place in ALL if place),
    )
    pair = Diagnosis(kind="one_of", beliefs=(BELIEF, EPSILON))
    shape = Diagnosis(
        kind="shape",
        summary=text("Your `v` is the expected one times 3.", "Tu `v` es la esperada multiplicada por 3."),
    )
    mutation = Diagnosis(kind="mutation", summary=text("Look at the denominator $\\sqrt{v}$.", "Mira $\\sqrt{v}$."))
    return report(Outcome.FAILED, checks, diagnosis=(pair, shape, mutation), figures=(path_figure(None),))


def not_started() -> Report:
    message = text("Not written yet: Exercise 3: adam_step.", "Sin escribir todavía: Exercise 3: adam_step.")
    return report(
        Outcome.NOT_STARTED, tuple(check(place, Outcome.NOT_STARTED, message=message) for place in ALL), versions={}
    )


def did_not_load() -> Report:
    message = text(
        "adam_step.py, line 9: SyntaxError: '(' was never closed.",
        "adam_step.py, línea 9: SyntaxError: '(' was never closed.",
    )
    frames = (Frame(9, "<module>", "    step = lr * m / (np.sqrt(v) + eps"),)
    checks = tuple(check(place, Outcome.DID_NOT_LOAD, message=message, frames=frames) for place in ALL)
    return report(Outcome.DID_NOT_LOAD, checks, message=message)


def timed_out() -> Report:
    message = text(
        "adam_step(array (5,), array (5,), array (5,), array (5,), 1, lr=0.1) had not answered after 5 s: "
        "look for a loop that never ends.",
        "adam_step(array (5,), array (5,), array (5,), array (5,), 1, lr=0.1) no había respondido a los 5 s: "
        "busca un bucle que no acaba nunca.",
    )
    checks = (
        check(0, Outcome.PASSED),
        check(1, Outcome.TIMED_OUT, message=message),
        *(check(place, Outcome.TIMED_OUT, message=message) for place in ALL if place > 1),
    )
    return report(Outcome.TIMED_OUT, checks, output="still here\n" * 4000)


def crashed() -> Report:
    message = text(
        "The program ended during adam_step(array (5,)): it was stopped by SIGSEGV.",
        "El programa terminó durante adam_step(array (5,)): lo detuvo SIGSEGV.",
    )
    checks = tuple(check(place, Outcome.CRASHED, message=message) for place in ALL)
    return report(Outcome.CRASHED, checks, message=text("It was stopped three times.", "Se detuvo tres veces."))


def blocked() -> Report:
    checks = tuple(check(place, Outcome.BLOCKED, needs="nothing_of_that_name") for place in ALL)
    return report(Outcome.BLOCKED, checks)


def grader_error() -> Report:
    message = text("The check `averages` itself raised KeyError.", "La propia prueba `averages` lanzó KeyError.")
    checks = (check(0, Outcome.PASSED), check(1, Outcome.GRADER_ERROR, message=message))
    return report(Outcome.GRADER_ERROR, checks, message=message)


def convention() -> Report:
    belief = Belief(
        id="efficient", kind="convention", belief=EPSILON.belief, explanation=EPSILON.explanation,
        question=EPSILON.question,
    )  # fmt: skip
    checks = (check(0, Outcome.PASSED), check(5, Outcome.FAILED, message=text("Off.", "No coincide.")))
    pair = Diagnosis(kind="misconception", beliefs=(BELIEF, EPSILON))
    return report(
        Outcome.FAILED,
        checks,
        diagnosis=(Diagnosis(kind="misconception", beliefs=(belief,)), pair),
        figures=(series_figure(),),
    )


def huge() -> Report:
    """As long as anything may get: the page must still stay under its weight."""
    long = "A very long sentence that goes on " * 400
    rows = tuple(Row(f"param[{place}] " + "x" * 600, place * 1.1, place * 1.2, True) for place in range(500))
    mismatch = _mismatch(rows=rows, name="n" * 5000, got="g" * 5000, expected="e" * 5000)
    frames = tuple(Frame(line, "f" * 900, "y = 1  # " + "z" * 3000) for line in range(1, 200))
    checks = tuple(
        CheckResult(
            id=f"check_{place}", claim=text(f"The claim number {place}", f"La afirmación número {place}"),
            outcome=Outcome.FAILED, points=0, max_points=1, message=text(long), mismatch=mismatch, frames=frames,
        )
        for place in range(24)
    )  # fmt: skip
    return report(
        Outcome.FAILED,
        checks,
        output="\x00\x1b[31mred\x1b[0m" * 200_000,
        versions={f"package{place}": "1" * 900 for place in range(90)},
        figures=(path_figure(), matrix_figure()),
    )


REPORTS = {
    make.__name__: make
    for make in (
        passed, failed, wrong_shape, raised, not_started, did_not_load, timed_out, crashed, blocked, grader_error,
        convention, huge,
    )
}  # fmt: skip
