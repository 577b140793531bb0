"""Exact runs in which epochs break what holds for fresh samples, all in rationals."""

from fractions import Fraction as F
from itertools import chain, permutations, product

import numpy as np
import pytest

from sgdtheory.problems import hypotheses
from sgdtheory.problems.epochs import (
    after_cycles,
    clipped,
    parity,
    reused_sample2,
    shuffled_law,
    sorted_targets,
    waves,
)
from sgdtheory.problems.line import law, mean_square
from sgdtheory.theory import noise_ball

INSTANCES = [waves(), parity(), sorted_targets(2, F(1, 20)), clipped()]
NAMES = ["waves", "parity", "sorted", "clipped"]


def bound(instance, t):
    """The theorem for fresh samples, from the start of the instance."""
    d0 = (instance.start - instance.minimiser) ** 2
    return noise_ball.distance2(F(t), d0, instance.alpha, instance.sigma2, F(1), instance.mu2,
                                instance.c)


def grid(instance):
    """All points of the interval on which the components are rational: multiples of 1/4, 1/6."""
    points = {F(k, m) for m in (4, 6) for k in range(-2 * m, 2 * m + 1)}
    return sorted(w for w in points if instance.low <= w <= instance.high)


@pytest.mark.parametrize("instance", INSTANCES, ids=NAMES)
def test_every_hypothesis_but_independence_holds(instance):
    pairs = np.array(list(product(grid(instance), repeat=2)), dtype=object).T
    w, v = pairs[:1], pairs[1:]
    slacks = hypotheses.slacks(instance, w, v)
    assert min(min(slack) for slack in slacks.values()) >= 0
    assert min(slacks["gradient bound"]) == 0 and min(slacks["variance bound"]) == 0
    assert min(slacks["strong convexity"]) == 0
    for name in ("c", "mu2", "sigma2", "radius"):
        wrong = dict(vars(instance))
        if name == "radius":
            wrong["high"], wrong["low"] = instance.high * F(9, 10), instance.low * F(9, 10)
        else:
            wrong[name] = getattr(instance, name) * (F(11, 10) if name == "c" else F(9, 10))
        assert not hypotheses.holds(type(instance)(**wrong), w, v), name


@pytest.mark.parametrize("instance", INSTANCES, ids=NAMES)
def test_the_mean_of_the_components_is_the_derivative_of_the_loss(instance):
    step = 1e-6
    w = np.array([[float(x) + 0.001 for x in grid(instance)]])
    slope = (instance.loss(w + step) - instance.loss(w - step)) / (2 * step)
    np.testing.assert_allclose(instance.grad(w)[0], slope, atol=1e-8)
    assert np.max(np.abs(instance.component(0, w)[0] - slope)) > 0.4


@pytest.mark.parametrize("instance", INSTANCES, ids=NAMES)
def test_the_law_over_sets_is_the_mean_over_all_orders(instance):
    epochs = 1 if instance is INSTANCES[0] else 2  # the waves are rational for one epoch
    total, orders = F(0), list(permutations(range(instance.n)))
    for path in product(orders, repeat=epochs):
        w = instance.start
        for i in chain(*path):
            w -= instance.alpha * instance.component(i, w)
        total += (w - instance.minimiser) ** 2 / len(orders) ** epochs
    table = shuffled_law(instance, epochs)
    assert mean_square(instance, table) == total
    assert sum(table.values()) == 1
    assert mean_square(instance, law(instance, epochs * instance.n)) != total


def test_one_reshuffled_epoch_exceeds_the_bound_for_fresh_samples():
    instance = waves()
    value = mean_square(instance, shuffled_law(instance, 1))
    assert value == F(9, 16)
    assert bound(instance, 2) == F(25, 64) < value
    assert instance.alpha * instance.c == F(1, 2)
    fresh = mean_square(instance, law(instance, 2))
    assert fresh == F(5, 16) <= bound(instance, 2)


def test_the_waves_have_no_rational_value_elsewhere():
    with pytest.raises(ValueError, match=r"w=1/12, .* must be a multiple of 1/4 or of 1/6"):
        waves().component(0, F(1, 12))
    w = np.array([[float(x) for x in grid(waves())]])
    exactly = [float(waves().component(0, x)) for x in grid(waves())]
    np.testing.assert_allclose(waves().component(0, w)[0], exactly, atol=1e-15)
    assert waves().component(1, 0.125) == pytest.approx(0.125 - 0.5**0.5)


@pytest.mark.parametrize("epochs", range(1, 10))
def test_every_reshuffled_epoch_exceeds_the_ball_for_fresh_samples(epochs):
    instance = parity()
    table = shuffled_law(instance, epochs)
    value = mean_square(instance, table)
    assert value == F(3, 5) * (1 - F(1, 16**epochs))
    assert value > noise_ball.radius2(instance.alpha, instance.sigma2, F(1), instance.mu2,
                                      instance.c) == F(1, 2)
    assert max(abs(w) for w in table) <= 1
    # Starts have an even power of 2 below the line, half-way points an odd one: no clash.
    assert all(w.denominator == 4**epochs for w in table)
    middle = {w - instance.alpha * instance.component(i, w) for w in table for i in (0, 1)}
    assert all(w.denominator == 2 * 4**epochs for w in middle)


def test_fresh_samples_of_the_same_components_obey_the_ball():
    instance = parity()
    for t in range(1, 9):
        assert mean_square(instance, law(instance, t)) <= bound(instance, t) <= F(1, 2)


@pytest.mark.parametrize("m", [1, 5, 40])
def test_a_sorted_pass_ends_far_from_the_minimiser(m):
    alpha = F(1, 20)
    instance, r = sorted_targets(m, alpha), (1 - alpha) ** m
    limit = (1 - r) / (1 + r)
    assert after_cycles(instance, 1) == (1 - r) ** 2
    # The affine map of an epoch has the slope r^2 and the fixed point (1 - r)/(1 + r).
    assert after_cycles(instance, 2) == limit + r**4 * (0 - limit)
    assert (limit**2 > alpha) == (m > 5)
    fresh = noise_ball.radius2(alpha, F(1), F(1), F(1), F(1))
    assert fresh == alpha


def test_two_thousand_sorted_rows_end_at_distance_one():
    instance = sorted_targets(1000, 0.05)
    assert after_cycles(instance, 1) ** 2 == pytest.approx(1, abs=1e-14)
    assert noise_ball.radius2(0.05, 1.0, 1.0, 1.0, 1.0) == pytest.approx(0.05)


def test_reshuffling_can_be_worse_than_fresh_samples():
    instance = clipped()
    for epochs in (1, 2, 3):
        assert mean_square(instance, shuffled_law(instance, epochs)) == 3
    # The stationary law of fresh samples on -2 .. 2, by its balance.
    stationary = {F(-2): F(1, 3), F(2): F(1, 3), F(-1): F(1, 9), F(1): F(1, 9), F(0): F(1, 9)}
    after = dict.fromkeys(stationary, F(0))
    for w, mass in stationary.items():
        for share, gradient in instance.outcomes(w):
            after[w - instance.alpha * gradient] += share * mass
    assert after == stationary
    assert mean_square(instance, stationary) == F(26, 9) < 3
    assert abs(mean_square(instance, law(instance, 12)) - F(26, 9)) < F(1, 10**4)


def test_a_sample_used_for_ever_does_not_reach_the_population():
    n, alpha, steps = 3, F(1, 3), 3
    total = F(0)
    for sample in product((1, -1), repeat=n):
        for path in product(sample, repeat=steps):
            w = F(0)
            for x in path:
                w -= alpha * (w - x)
            total += w**2 / (2**n * n**steps)
    assert reused_sample2(steps, n, alpha) == total
    assert reused_sample2(steps, n + 1, alpha) != total
    late = float(reused_sample2(4000, 10, F(1, 100)))
    assert late == pytest.approx(0.1 + 0.9 * 0.01 / 1.99, rel=1e-12)
    assert late > 10 * noise_ball.radius2(F(1, 100), F(1), F(1), F(1), F(1))
    for n in (10, 1000):
        assert reused_sample2(10**5, n, 1e-4) == pytest.approx(1 / n, rel=0.06)


@pytest.mark.parametrize("make", [lambda: sorted_targets(0, F(1, 2)),
                                  lambda: sorted_targets(2, F(-1, 2)),
                                  lambda: sorted_targets(2, F(3, 2)),
                                  lambda: reused_sample2(1, 0, F(1, 2))])
def test_bad_instances_are_refused(make):
    with pytest.raises(ValueError, match="must be"):
        make()
