"""Hidden checks of accumulation: losses and parameters after each step, never the way they were reached."""

import numpy as np

SHAPES = {"hidden.weight": (3, 2), "hidden.bias": (3,), "output.weight": (1, 3), "output.bias": (1,)}
NAMES = tuple(SHAPES)


def network(rng):
    return {name: rng.uniform(0.3, 1.0, size=shape) for name, shape in SHAPES.items()}


def batches(rng, *rows):
    """Batches of so many rows, whose targets differ from batch to batch: no two have nearly the same loss."""
    return [(rng.normal(size=(n, 2)), rng.uniform(2.0, 6.0) + rng.uniform(0.0, 1.0, size=(n, 1))) for n in rows]


def rate(rng):
    return {"lr": float(rng.uniform(0.02, 0.05))}


def observed(learner, reference, expect, questions, drive="take_steps"):
    """All of these runs by the learner, each beside the reference's."""
    answers = [getattr(learner, drive)(*run, **settings) for run, settings in questions]
    expected = [getattr(reference, drive)(*run, **settings) for run, settings in questions]
    for got, want in zip(answers, expected, strict=True):
        expect.that(
            isinstance(got, dict) and got.keys() == want.keys(),
            en="The training could not be observed: your program changed what watches it run.",
            es="No se ha podido observar el entrenamiento: tu programa ha modificado lo que observa su ejecución.",
            name="accumulated_step",
        )
    return list(zip(answers, expected, strict=True))


def steps_agree(learner, reference, expect, *questions):
    for got, want in observed(learner, reference, expect, questions):
        expect.close(
            {name: np.array(got[name]) for name in NAMES},
            {name: np.array(want[name]) for name in NAMES},
            per_step=True,
        )


def test_returns_the_mean_over_all_rows(learner, reference, rng, expect):
    questions = [
        ((network(rng), [batches(rng, *rows)]), {"settings": rate(rng)}) for rows in ((4, 4, 4), (1, 5, 2), (3,))
    ]
    questions.append(((network(rng), [batches(rng, 2, 6)]), {"settings": rate(rng), "loss": "leaning"}))
    for got, want in observed(learner, reference, expect, questions):
        expect.close(got["losses"][0], want["losses"][0], names="loss")


def test_equals_one_large_batch(learner, reference, rng, expect):
    questions = [((network(rng), [batches(rng, *[3] * k)]), {"settings": rate(rng)}) for k in (3, 2, 1)]
    # Two groups, one after the other: the second starts without the gradients of the first.
    two = [batches(rng, 4, 4), batches(rng, 4, 4)]
    questions.append(((network(rng), two), {"settings": rate(rng)}))
    steps_agree(learner, reference, expect, *questions)


def test_unequal_micro_batches_weigh_by_their_rows(learner, reference, rng, expect):
    questions = [((network(rng), [batches(rng, *rows)]), {"settings": rate(rng)}) for rows in ((1, 6), (5, 2, 3))]
    questions.append(((network(rng), [batches(rng, 6, 1)]), {"settings": rate(rng), "loss": "leaning"}))
    steps_agree(learner, reference, expect, *questions)


def test_a_gradient_from_before_does_not_count(learner, reference, rng, expect):
    stale = {name: rng.uniform(1.0, 2.0, size=shape) for name, shape in SHAPES.items()}
    question = ((network(rng), [batches(rng, 3, 3)]), {"settings": rate(rng), "stale": stale})
    steps_agree(learner, reference, expect, question)


def test_the_optimizer_takes_one_step_a_group(learner, reference, rng, expect):
    kinds = (("SGD", {**rate(rng), "momentum": 0.8}), ("Adam", {"lr": 0.02, "eps": 0.05}))
    groups = [batches(rng, 3, 3), batches(rng, 3, 3)]
    questions = [((network(rng), groups), {"optimizer": kind, "settings": settings}) for kind, settings in kinds]
    pairs = observed(learner, reference, expect, questions)
    for got, want in pairs:
        expect.close({name: np.array(got[name]) for name in NAMES}, {name: np.array(want[name]) for name in NAMES},
                     per_step=True)  # fmt: skip
    for got, want in pairs:
        expect.close(got["last_moves"], want["last_moves"])


def trained(learner, reference, rng, expect, *cases):
    """Trainings with so many batches of three rows, in groups of so many."""
    questions = [
        ((network(rng), batches(rng, *[3] * number), accumulate), {"settings": rate(rng)})
        for number, accumulate in cases
    ]
    return observed(learner, reference, expect, questions, "run")


def test_train_steps_once_a_group(learner, reference, rng, expect):
    for got, want in trained(learner, reference, rng, expect, (6, 3), (6, 2), (2, 1)):
        expect.close(got["parameters"], want["parameters"], per_step=True)


def test_train_returns_one_loss_a_group(learner, reference, rng, expect):
    for got, want in trained(learner, reference, rng, expect, (6, 3), (6, 2), (2, 1)):
        expect.that(
            isinstance(got["losses"], (list, tuple)) and len(got["losses"]) == len(want["losses"]),
            en="`train` must return a list with one loss for each group of batches.",
            es="`train` debe devolver una lista con una pérdida por cada grupo de lotes.",
            name="losses",
        )
        expect.close(list(got["losses"]), want["losses"], names="losses", per_step=True)


def test_what_is_left_over_makes_a_shorter_group(learner, reference, rng, expect):
    pairs = trained(learner, reference, rng, expect, (7, 3), (2, 4))
    for got, want in pairs:
        expect.close(got["parameters"], want["parameters"], per_step=True)
