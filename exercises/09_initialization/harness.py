"""Draws weights with a learner's functions, and returns what many of them have in common.

Two right ways draw other numbers of the same generator, so no number is compared. Statistics are, each rounded so
coarsely that chance does not move a right one: variances to thirds of an octave (1, 0.79, 0.63, 0.5 …), kurtosis to
steps of 0.6 (flat 1.8, truncated 2.4, normal 3), means to fifths of a deviation, the largest weight to 0.4 deviations.
"""

import numpy as np

LAYERS, WIDTH, PICTURED = 20, 112, 192


def xavier_uniform_statistics(xavier_uniform, shapes, seed):
    """Mean, variance, largest weight and kurtosis of weights of each shape."""
    return [statistics(xavier_uniform, shape, seed) for shape in shapes]


def xavier_normal_statistics(xavier_normal, shapes, seed):
    """The same of the next function."""
    return [statistics(xavier_normal, shape, seed) for shape in shapes]


def he_uniform_statistics(he_uniform, shapes, seed):
    """The same of the next function."""
    return [statistics(he_uniform, shape, seed) for shape in shapes]


def he_normal_statistics(he_normal, shapes, seed):
    """The same of the next function."""
    return [statistics(he_normal, shape, seed) for shape in shapes]


def xavier_uniform_look(xavier_uniform, shapes, seed):
    """For each shape the form of what is returned, and what it does with its generator."""
    return [look(xavier_uniform, shape, seed) for shape in shapes]


def xavier_normal_look(xavier_normal, shapes, seed):
    """The same of the next function."""
    return [look(xavier_normal, shape, seed) for shape in shapes]


def he_uniform_look(he_uniform, shapes, seed):
    """The same of the next function."""
    return [look(he_uniform, shape, seed) for shape in shapes]


def he_normal_look(he_normal, shapes, seed):
    """The same of the next function."""
    return [look(he_normal, shape, seed) for shape in shapes]


def he_uniform_through_layers(he_uniform, seed):
    """By what the mean square of a signal is multiplied at each ReLU layer, to the nearest power of two."""
    return per_layer(he_uniform, seed)


def he_normal_through_layers(he_normal, seed):
    """The same of the next function."""
    return per_layer(he_normal, seed)


def statistics(draw, shape, seed):
    values = np.array(draw(shape, np.random.default_rng(seed)), dtype=float).ravel()
    with np.errstate(all="ignore"):
        center = values.mean()
        # In place: fresh memory costs more than the arithmetic.
        values -= center
        values *= values
        variance = values.mean()
        return {
            "mean_in_deviations": float(np.round(5 * center / np.sqrt(variance)) / 5) + 0.0,
            "variance": third_of_an_octave(variance),
            # Beyond three, a longer tail is no news.
            "largest_in_deviations": float(np.round(min(np.sqrt(values.max() / variance), 3.2) / 0.4) * 0.4),
            "kurtosis": float(np.round(values @ values / values.size / variance**2 / 0.6) * 0.6),
        }


def third_of_an_octave(value):
    """The nearest of three steps that double it together; zero, and what is not finite, stay as they are."""
    return float(2.0 ** (np.round(3 * np.log2(value)) / 3)) if 0 < value < np.inf else float(value)


def look(draw, shape, seed):
    """The form of the weights, with nothing in it, how many of them are different, and which draws are the same."""
    made = np.random.Generator(np.random.SFC64(seed))
    before = global_state()
    first, second = kept(draw(shape, made)), kept(draw(shape, made))
    untouched = before == global_state()
    np.random.random(7)
    again = kept(draw(shape, np.random.Generator(np.random.SFC64(seed))))
    other = kept(draw(shape, np.random.Generator(np.random.SFC64(seed + 1))))
    is_array = isinstance(first, np.ndarray)
    return {
        "weights": np.zeros(first.shape) if is_array else first,
        "type": kind_of(first),
        "different_in_tenths": round(10 * len(np.unique(first)) / first.size) if is_array else 0,
        "repeats_with_its_seed": same(first, again),
        "moves_its_generator_on": not same(first, second),
        "listens_to_its_seed": not same(first, other),
        "leaves_the_global_generator": untouched,
    }


def kind_of(weights):
    """One word for both kinds of float that are right."""
    kind = str(getattr(weights, "dtype", None))
    return "float" if kind in ("float32", "float64") else kind


def global_state():
    """Where NumPy's hidden generator stands: its numbers, and how many of them are used up."""
    _, numbers, used, *_ = np.random.get_state()
    return numbers.tobytes(), used


def kept(weights):
    """A copy, so that code which hands out one array and fills it again shows both."""
    return weights.copy() if isinstance(weights, np.ndarray) else weights


def same(one, other):
    return bool(np.array_equal(one, other))


def per_layer(draw, seed):
    size = spreads(draw, WIDTH, seed)[-1]
    return float(2.0 ** np.round(2 * np.log2(size) / LAYERS)) if 0 < size < np.inf else float(size)


def spreads(draw, width, seed):
    """The root mean square of a signal that begins at 1, before the first ReLU layer and after each."""
    rng, signal, sizes = np.random.default_rng(seed), np.ones(width), [1.0]
    with np.errstate(all="ignore"):
        for _ in range(LAYERS):
            signal = np.maximum(np.asarray(draw((width, width), rng), dtype=float) @ signal, 0.0)
            sizes.append(float(np.sqrt((signal**2).mean())))
    return np.array(sizes)


def figure_layers(xavier_uniform, xavier_normal, he_uniform, he_normal):
    """The size of a signal through twenty ReLU layers, by each of the four."""
    draws = {
        "he_normal": he_normal,
        "he_uniform": he_uniform,
        "xavier_normal": xavier_normal,
        "xavier_uniform": xavier_uniform,
    }
    sizes = [spreads(draw, PICTURED, seed) for seed, draw in enumerate(draws.values())]
    return {"x": np.arange(LAYERS + 1.0), "names": list(draws), "values": sizes, "slack": 10.0}


def trace(he_normal, xavier_normal):
    """The size of the signal after each layer, by both normal draws; a step is a layer."""
    own = [np.nan] * (LAYERS + 1)
    columns = {"he_normal": he_normal, "xavier_normal": xavier_normal}
    sizes = [sizes_or_nan(draw, seed, own) for seed, draw in enumerate(columns.values())]
    return {"columns": ["step", *columns], "rows": np.column_stack([np.arange(LAYERS + 1.0), *sizes])}


def sizes_or_nan(draw, seed, blank):
    """Nothing while that function is still to be written: the other one can be traced already."""
    try:
        return spreads(draw, PICTURED, seed)
    except NotImplementedError:
        return blank
