"""Hidden checks of `train`: losses and parameters after each batch, never the way they were reached.

What a training leaves behind is judged by what comes of it: where one more step of the optimizer leads, which depends
on its rate and on its memory, and what the model answers in the mode it was left in.
"""

import numpy as np

SIZES = {
    "hidden.weight": (3, 2),
    "hidden.bias": (3,),
    "output.weight": (1, 3),
    "output.bias": (1,),
}


def problem(rng, *rows):
    """Weights of a 2-3-1 network, and batches of so many rows whose slopes are far from zero."""
    weights = {name: rng.uniform(0.3, 1.0, size=shape) for name, shape in SIZES.items()}
    batches = [(rng.normal(size=(n, 2)), 3.0 + rng.uniform(-0.5, 0.5, size=(n, 1))) for n in rows]
    return weights, batches


def observed(learner, reference, expect, questions):
    """All of these runs by the learner, each beside the reference's."""
    answers = [learner.observe(*run, **settings) for run, settings in questions]
    pairs = [
        (got, reference.observe(*run, **settings)) for got, (run, settings) in zip(answers, questions, strict=True)
    ]
    for got, want in pairs:
        expect.that(
            isinstance(got, dict) and got.keys() == want.keys(),
            en="The training could not be observed: `train` changed what watches it run.",
            es="No se ha podido observar el entrenamiento: `train` ha modificado lo que observa su ejecución.",
            name="train",
        )
    return pairs


def parameters_agree(learner, reference, expect, questions):
    """Compare the parameters after each batch, by name; give what the runs showed."""
    pairs = observed(learner, reference, expect, questions)
    for got, want in pairs:
        expect.close(got["parameters"], want["parameters"], per_step=True)
    return pairs


def one_number_a_batch(got, want, expect):
    """A list of as many plain numbers as there are batches: an array of no dimension is none, nor is a tensor."""
    expect.that(
        isinstance(got["losses"], list) and len(got["losses"]) == len(want["losses"]),
        en="`train` must return a list with one loss for each batch.",
        es="`train` debe devolver una lista con una pérdida por cada lote.",
        name="losses",
    )
    expect.that(
        not any(isinstance(loss, np.ndarray) for loss in got["losses"]),
        en="Each loss must be a plain number: yours are arrays, though each holds a single one.",
        es="Cada pérdida debe ser un simple número: las tuyas son arrays, aunque cada uno contenga solo uno.",
        name="losses",
    )


def test_returns_each_loss_before_its_step(learner, reference, rng, expect):
    run = (*problem(rng, 5, 5), "SGD", {"lr": 0.1})
    ((got, want),) = observed(learner, reference, expect, [(run, {})])
    one_number_a_batch(got, want, expect)
    expect.close(got["losses"][:1], want["losses"][:1], names="losses")


def test_each_step_uses_its_own_gradient(learner, reference, rng, expect):
    settings = {"lr": float(rng.uniform(0.03, 0.06))}
    questions = [((*problem(rng, 5, 5, 5), "SGD", settings), {})]
    # A batch of one row among longer ones, a short one at the end, and a run of eight.
    questions.append(((*problem(rng, 6, 1, 6, 2), "SGD", settings), {}))
    questions.append(((*problem(rng, *[4] * 8), "SGD", settings), {}))
    # Losses that are no mean, and that tell an output from a target.
    questions.append(((*problem(rng, 5, 5, 3), "SGD", {"lr": 0.01}), {"loss": "sum_of_squares"}))
    questions.append(((*problem(rng, 5, 5, 3), "SGD", settings), {"loss": "leaning"}))
    parameters_agree(learner, reference, expect, questions)


def test_every_loss_is_right(learner, reference, rng, expect):
    settings = {"lr": float(rng.uniform(0.03, 0.06))}
    questions = [((*problem(rng, 5, 5, 5), "SGD", settings), {}), ((*problem(rng, 6, 1, 2), "SGD", settings), {})]
    questions.append(((*problem(rng, 5, 3), "SGD", {"lr": 0.01}), {"loss": "sum_of_squares"}))
    for got, want in observed(learner, reference, expect, questions):
        expect.close(got["losses"], want["losses"], names="losses", per_step=True)


def test_a_leftover_gradient_does_not_count(learner, reference, rng, expect):
    stale = {name: rng.uniform(1.0, 2.0, size=shape) for name, shape in SIZES.items()}
    some = {name: stale[name] for name in ("hidden.bias", "output.weight")}
    run = (*problem(rng, 5), "SGD", {"lr": 0.05})
    parameters_agree(learner, reference, expect, [(run, {"stale": stale}), (run, {"stale": some})])


def test_momentum_lives_on(learner, reference, rng, expect):
    settings = {"lr": 0.03, "momentum": float(rng.uniform(0.6, 0.9))}
    parameters_agree(learner, reference, expect, [((*problem(rng, 5, 5, 5), "SGD", settings), {})])


def test_works_with_whichever_optimizer(learner, reference, rng, expect):
    # A large eps, or these two would hardly notice a gradient that is off by a constant factor.
    common = {"lr": float(rng.uniform(0.01, 0.03)), "eps": 0.05}
    kinds = (("RMSprop", {**common, "alpha": 0.8}), ("AdamW", {**common, "weight_decay": 0.2}))
    run = problem(rng, 5, 5)
    parameters_agree(learner, reference, expect, [((*run, kind, settings), {}) for kind, settings in kinds])


def test_the_optimizer_handed_over_takes_every_step(learner, reference, rng, expect):
    # What it remembers of each step shows in one more: its averages, and how many steps they are of.
    kinds = (("Adam", {"lr": 0.01, "eps": 0.05}), ("SGD", {"lr": 0.03, "momentum": 0.8}))
    run = problem(rng, 5, 5)
    for got, want in observed(learner, reference, expect, [((*run, kind, settings), {}) for kind, settings in kinds]):
        expect.close(got["last_moves"], want["last_moves"])


def test_the_learning_rate_is_left_alone(learner, reference, rng, expect):
    run = (*problem(rng, 5, 5), "SGD", {"lr": float(rng.uniform(0.02, 0.05))})
    ((got, want),) = observed(learner, reference, expect, [(run, {})])
    expect.close(got["last_moves"], want["last_moves"])


def test_the_model_stays_in_training_mode(learner, reference, rng, expect):
    run = (*problem(rng, 8, 8), "SGD", {"lr": 0.05})
    ((got, want),) = parameters_agree(learner, reference, expect, [(run, {"normalised": True})])
    expect.close(got["outputs"], want["outputs"], names="model(inputs)")
