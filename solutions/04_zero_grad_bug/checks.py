"""Hidden checks of `train`: losses and parameters after each batch, never the way they were reached."""

COUNTS = ("own_steps", "other_steps", "state_steps")
SIZES = {
    "hidden.weight": (3, 2),
    "hidden.bias": (3,),
    "output.weight": (1, 3),
    "output.bias": (1,),
}


def problem(rng, steps, rows=5):
    """Weights of a 2-3-1 network, and batches whose slopes are far from zero."""
    weights = {name: rng.uniform(0.3, 1.0, size=shape) for name, shape in SIZES.items()}
    batches = [(rng.normal(size=(rows, 2)), 3.0 + rng.uniform(-0.5, 0.5, size=(rows, 1))) for _ in range(steps)]
    return weights, batches


def observed(learner, reference, expect, *arguments, **keywords):
    """The same run by the learner and by the reference."""
    got = learner.observe(*arguments, **keywords)
    want = reference.observe(*arguments, **keywords)
    expect.that(
        isinstance(got, dict) and got.keys() == want.keys(),
        en="The training could not be observed: `train` changed what watches it run.",
        es="No se ha podido observar el entrenamiento: `train` ha modificado lo que lo observa mientras se ejecuta.",
        name="train",
    )
    return got, want


def parameters_agree(*run, **keywords):
    """Compare the parameters after each batch, by name; give what the learner's run showed."""
    _, _, expect, *_ = run
    got, want = observed(*run, **keywords)
    expect.close(got["parameters"], want["parameters"], per_step=True)
    return got


def test_returns_each_loss_before_its_step(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=2)
    settings = {"lr": 0.1}
    got, want = observed(learner, reference, expect, weights, batches, "SGD", settings)
    expect.that(
        isinstance(got["losses"], list) and len(got["losses"]) == len(want["losses"]),
        en="`train` must return a list with one loss for each batch.",
        es="`train` debe devolver una lista con una pérdida por cada lote.",
        name="losses",
    )
    expect.close(got["losses"][:1], want["losses"][:1], names="losses")


def test_each_step_uses_its_own_gradient(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=3)
    settings = {"lr": float(rng.uniform(0.03, 0.06))}
    parameters_agree(learner, reference, expect, weights, batches, "SGD", settings)


def test_every_loss_is_right(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=3)
    settings = {"lr": float(rng.uniform(0.03, 0.06))}
    got, want = observed(learner, reference, expect, weights, batches, "SGD", settings)
    expect.close(got["losses"], want["losses"], names="losses", per_step=True)


def test_a_leftover_gradient_does_not_count(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=1)
    stale = {name: rng.uniform(1.0, 2.0, size=shape) for name, shape in SIZES.items()}
    parameters_agree(learner, reference, expect, weights, batches, "SGD", {"lr": 0.05}, stale=stale)


def test_momentum_lives_on(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=3)
    settings = {"lr": 0.03, "momentum": float(rng.uniform(0.6, 0.9))}
    parameters_agree(learner, reference, expect, weights, batches, "SGD", settings)


def test_works_with_whichever_optimizer(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=2)
    # A large eps, or these two would hardly notice a gradient that is off by a constant factor.
    common = {"lr": float(rng.uniform(0.01, 0.03)), "eps": 0.05}
    for optimizer, settings in (
        ("RMSprop", {**common, "alpha": 0.8}),
        ("AdamW", {**common, "weight_decay": 0.2}),
    ):
        parameters_agree(learner, reference, expect, weights, batches, optimizer, settings)


def test_the_optimizer_handed_over_takes_every_step(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=2)
    got, want = observed(learner, reference, expect, weights, batches, "Adam", {"lr": 0.01})
    # As text: whatever a child sends has one, and comparing it cannot go wrong.
    expect.that(
        [str(got[count]) for count in COUNTS] == [str(want[count]) for count in COUNTS],
        en="The optimizer handed to `train` must take one step for each batch, and no other optimizer any.",
        es="El optimizador que recibe `train` debe dar un paso por cada lote, y ningún otro debe dar ninguno.",
        name="optimizer",
    )


def test_the_learning_rate_is_left_alone(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=2)
    settings = {"lr": float(rng.uniform(0.02, 0.05))}
    got, want = observed(learner, reference, expect, weights, batches, "SGD", settings)
    expect.close(got["learning_rates"], want["learning_rates"], names="lr", per_step=True)


def test_the_model_stays_in_training_mode(learner, reference, rng, expect):
    weights, batches = problem(rng, steps=2, rows=8)
    run = (learner, reference, expect, weights, batches, "SGD", {"lr": 0.05})
    got = parameters_agree(*run, normalised=True)
    expect.that(
        got["training"] is True,
        en="After `train` the model must still be in training mode.",
        es="Después de `train`, el modelo debe seguir en modo de entrenamiento.",
        name="model",
    )
