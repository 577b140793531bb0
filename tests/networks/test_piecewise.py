"""Piecewise-linear functions in fractions: exact, canonical, and the same as the network itself."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as hyp

from sgdtheory.networks import MLP
from sgdtheory.networks.mlp import Layer
from sgdtheory.networks.piecewise import (
    PiecewiseLinear,
    combined,
    constant,
    identity,
    through,
    zigzag,
    zigzag_weights,
)

small = hyp.fractions(min_value=-3, max_value=3, max_denominator=8)
shares = hyp.fractions(min_value=0, max_value=1, max_denominator=24)


@hyp.composite
def functions(draw):
    """Draw a function on [0, 1] with up to 6 pieces."""
    inner = sorted(draw(hyp.sets(hyp.fractions(min_value=F(1, 12), max_value=F(11, 12),
                                               max_denominator=12), max_size=5)))
    knots = (F(0), *inner, F(1))
    return PiecewiseLinear(knots, tuple(draw(small) for _ in knots))


@given(functions(), functions(), shares, small, small)
def test_sums_relu_and_composition_are_those_of_the_values(f, g, x, a, b) -> None:
    assert (f + g)(x) == f(x) + g(x)
    assert (f - g)(x) == f(x) - g(x)
    assert (a * f)(x) == a * f(x)
    assert f.relu()(x) == max(f(x), 0)
    assert combined((a, b), (f, g), bias=2)(x) == a * f(x) + b * g(x) + 2
    inside = PiecewiseLinear(g.knots, tuple(abs(v) / 3 for v in g.values))
    assert f.after(inside)(x) == f(inside(x))


@given(functions())
def test_equal_functions_are_equal_objects_and_no_piece_is_counted_twice(f) -> None:
    finer = [(a + b) / 2 for a, b in zip(f.knots, f.knots[1:], strict=False)]
    knots = tuple(sorted([*f.knots, *finer]))
    again = PiecewiseLinear(knots, tuple(f(x) for x in knots))
    assert again == f
    assert again.pieces == len(f.slopes)
    assert all(a != b for a, b in zip(f.slopes, f.slopes[1:], strict=False))
    assert PiecewiseLinear(knots, tuple(f(x) + (x == finer[0]) for x in knots)) != f


@given(functions())
def test_the_sup_norms_and_the_area_are_those_of_a_fine_grid_and_never_below(f) -> None:
    grid = [F(i, 480) for i in range(481)]
    values = [f(x) for x in grid]
    steepest = max(abs(s) for s in f.slopes)
    assert 0 <= f.sup() - max(map(abs, values)) <= steepest / 480
    off = [abs(v - x * x) for v, x in zip(values, grid, strict=True)]
    assert 0 <= f.sup_from_square() - max(off) <= (steepest + 2) / 480
    mean = sum(abs(v) for v in values[1:-1]) / 480 + (abs(values[0]) + abs(values[-1])) / 960
    assert abs(f.area() - mean) <= (steepest + 1) / 480


def test_a_grid_that_misses_the_sup_is_caught() -> None:
    """The control: the exact sup is between the points of a grid of 10, which sees no error."""
    spike = PiecewiseLinear((0, F(9, 20), F(1, 2), F(11, 20), 1), (0, 0, 1, 0, 0))
    assert max(spike(F(i, 9)) for i in range(10)) == 0
    assert spike.sup() == 1
    assert spike.area() == F(1, 20)


@pytest.mark.parametrize(("m", "layers"), [(2, 1), (2, 5), (3, 3), (4, 2), (16, 1)])
def test_zigzag_layers_compose_to_a_zigzag_of_all_their_folds(m, layers) -> None:
    weights = zigzag_weights(m, layers)
    assert through(weights)[0] == zigzag(m**layers)
    assert [len(biases) for _, biases in weights] == [m] * layers + [1]
    broken = [*weights[:-1], ([[*weights[-1][0][0][:-1], F(1)]], [F(0)])]
    assert through(broken)[0] != zigzag(m**layers)


@given(hyp.integers(0, 10**6), hyp.lists(hyp.integers(1, 4), min_size=1, max_size=3))
def test_the_function_of_a_network_is_that_of_the_perceptron(seed, widths) -> None:
    """On fractions, exactly, at every knot and between; and pieces are at most the product."""
    rng, sizes = np.random.default_rng(seed), [1, *widths, 1]
    layers = [Layer(*(np.array([[F(int(v), 4) for v in row] for row in rng.integers(-8, 9, shape)],
                               dtype=object).reshape(final)
                      for shape, final in (((n, m), (n, m)), ((n, 1), (n,)))))
              for m, n in pairwise(sizes)]
    exact = through([(layer.W, layer.b) for layer in layers])[0]
    at = [*exact.knots, *((a + b) / 2 for a, b in zip(exact.knots, exact.knots[1:], strict=False))]
    trace = MLP(sizes, "relu").forward(layers, np.array([at], dtype=object))
    assert list(trace.output[0]) == [exact(x) for x in at]
    assert exact.pieces <= np.prod([m + 1 for m in widths])


def test_alternations_count_what_must_be_passed() -> None:
    half = F(1, 2)
    for k in range(1, 6):
        tent = zigzag(2**k)
        assert tent.alternations(half, half) == 2**k == tent.pieces
        assert tent.alternations(half, F(3, 4)) == 0
    wave = PiecewiseLinear((0, F(1, 4), F(1, 2), F(3, 4), 1), (0, 1, F(3, 5), 1, 0))
    assert wave.alternations(half, F(1, 4)) == 2, "it does not come down to 1/4 in the middle"
    assert constant(3).alternations(half, half) == 0


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(ValueError, match="must be at least 2 and as many as values; got 1 and 1"):
        PiecewiseLinear((F(0),), (F(0),))
    with pytest.raises(ValueError, match="knots, the ends of the pieces, must increase strictly"):
        PiecewiseLinear((0, 1, 1), (0, 1, 2))
    with pytest.raises(ValueError, match=r"x=2, the point, must be in \[0, 1\]"):
        identity()(2)
    with pytest.raises(ValueError, match="m=0, the number of pieces, must be a whole number >= 1"):
        zigzag(0)
    assert identity()(F(1, 3)) == F(1, 3)
