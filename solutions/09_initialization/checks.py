"""Hidden checks of the first weights, from their fans to a signal that twenty layers keep.

They are statistics, so a right submission could be refused by chance: less than once in a hundred million gradings.
That follows from the law of each statistic at its number of draws and the width of the step that it is rounded to:

    mean           a fifth of a deviation; at 16,384 draws half a step is 12.8 of its own deviations
    variance       a third of an octave; at 8,176 draws and more, half a step is 7 of its own deviations
    kurtosis       0.6; at 16,384 normal draws half a step is 7.8 of its own deviations
    twenty layers  a factor of 2 at each, of width 112; by Chernoff's bound, since the gains of layers are independent
"""

UNIFORM, NORMAL = ("xavier_uniform", "he_uniform"), ("xavier_normal", "he_normal")
XAVIER, HE = ("xavier_uniform", "xavier_normal"), ("he_uniform", "he_normal")
ALL = (*XAVIER, *HE)
SQUARE, KERNELS = (128, 128), ((48, 16, 2, 8), (24, 8, 16, 4))


def seed_of(rng):
    return int(rng.integers(2**31))


def whole(rng, low, high):
    return int(rng.integers(low, high + 1))


def slim(rng):
    """A wide and a tall array. The fans add up to a power of two, so that right variances lie amid their steps."""
    few = int(rng.choice([4, 8]))
    return (few, 2048 - few), (2048 - few, few)


def statistics_agree(learner, reference, rng, expect, names, shapes, part):
    """One part of the statistics of each function is the reference's. All is asked before any of it is judged."""
    seeds = {name: seed_of(rng) for name in names}
    answers = {name: getattr(learner, f"{name}_statistics")(shapes, seed) for name, seed in seeds.items()}
    for name, seen in answers.items():
        wanted = getattr(reference, f"{name}_statistics")(shapes, seeds[name])
        for shape, got, want in zip(shapes, seen, wanted, strict=True):
            expect.close(got[part], want[part], names=f"{name}({shape}): {part}")


def test_fans_of_a_linear_layer(learner, reference, rng, expect):
    many, few = whole(rng, 20, 90), whole(rng, 3, 12)
    fans_agree(learner, reference, expect, [(2, 8), (many, few), (few, many)])


def test_fans_of_a_convolution(learner, reference, rng, expect):
    channels = whole(rng, 20, 90), whole(rng, 3, 12)
    kernels = (3, 3), (1, whole(rng, 2, 7)), (whole(rng, 4, 7), whole(rng, 2, 3))
    fans_agree(learner, reference, expect, [(*channels, *kernel) for kernel in kernels])


def fans_agree(learner, reference, expect, shapes):
    for shape, got in [(shape, learner.fans(shape)) for shape in shapes]:
        expect.that(
            isinstance(got, (tuple, list)) and len(got) == 2,
            en="`fans` must return two numbers: fan_in and fan_out.",
            es="`fans` debe devolver dos números: fan_in y fan_out.",
            name="fans",
        )
        names = tuple(f"fans({shape}): {name}" for name in ("fan_in", "fan_out"))
        expect.close(tuple(got), reference.fans(shape), names=names)


def test_returns_weights_of_the_shape(learner, reference, rng, expect):
    shapes = (whole(rng, 4, 9), whole(rng, 10, 19)), (whole(rng, 4, 9), 3, 5, 2)
    for name, shape, seen in looks(learner, rng, shapes):
        expect.shape(seen["weights"], shape, f"{name}({shape})")
        are_floats(seen["type"], expect, name)
        expect.that(
            seen["different_in_tenths"] == 10,
            en=f"`{name}` gave several weights the same number: each is to be drawn on its own.",
            es=f"`{name}` dio el mismo número a varios pesos: cada uno se sortea por su cuenta.",
            name=name,
        )


def looks(learner, rng, shapes):
    """What each function returns for each shape, before any of it is judged."""
    answers = {name: getattr(learner, f"{name}_look")(shapes, seed_of(rng)) for name in ALL}
    return [(name, *one) for name, seen in answers.items() for one in zip(shapes, seen, strict=True)]


def are_floats(kind, expect, name):
    expect.that(
        kind == "float",
        en=f"`{name}` returned weights of the type {kind}; expected float64 or float32.",
        es=f"`{name}` devolvió pesos del tipo {kind}; se esperaba float64 o float32.",
        name=name,
    )


def test_weights_lie_around_zero(learner, reference, rng, expect):
    statistics_agree(learner, reference, rng, expect, ALL, [SQUARE], "mean_in_deviations")


def test_normal_draws_have_their_tails(learner, reference, rng, expect):
    statistics_agree(learner, reference, rng, expect, NORMAL, [SQUARE], "kurtosis")


def test_uniform_draws_are_flat(learner, reference, rng, expect):
    statistics_agree(learner, reference, rng, expect, UNIFORM, [SQUARE], "kurtosis")


def test_xavier_divides_by_both_fans(learner, reference, rng, expect):
    statistics_agree(learner, reference, rng, expect, XAVIER, [*slim(rng), SQUARE], "variance")


def test_he_divides_by_the_fan_in(learner, reference, rng, expect):
    statistics_agree(learner, reference, rng, expect, HE, slim(rng), "variance")


def test_kernels_count_in_the_variance(learner, reference, rng, expect):
    statistics_agree(learner, reference, rng, expect, ALL, KERNELS, "variance")


def test_a_signal_survives_twenty_layers(learner, reference, rng, expect):
    asked = [(name, f"{name}_through_layers", seed_of(rng)) for name in HE]
    answers = [[getattr(side, driver)(seed) for side in (learner, reference)] for _, driver, seed in asked]
    for (name, _, _), (got, want) in zip(asked, answers, strict=True):
        expect.close(got, want, names=f"{name}: factor of the mean square at each layer")


def test_chance_comes_from_rng_alone(learner, reference, rng, expect):
    for name, _, seen in looks(learner, rng, [(6, 7)]):
        expect.that(
            seen["different_in_tenths"] and seen["leaves_the_global_generator"] and seen["repeats_with_its_seed"],
            en=f"`{name}` gave other weights for a generator of the same seed, or drew from NumPy's global one.",
            es=f"`{name}` dio otros pesos con un generador de la misma semilla, o sorteó con el global de NumPy.",
            name=name,
        )
        expect.that(
            seen["moves_its_generator_on"] and seen["listens_to_its_seed"],
            en=f"`{name}` gave the same weights again, where `rng` had moved on or had another seed.",
            es=f"`{name}` volvió a dar los mismos pesos con un `rng` que ya había avanzado o tenía otra semilla.",
            name=name,
        )
