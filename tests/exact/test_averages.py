"""Averages of iterates and decaying steps, against closed forms and sums over all paths."""

from dataclasses import dataclass
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

from sgdtheory import exact
from sgdtheory.optimizers import (
    SGD,
    CorrectedMomentum,
    DecayingSGD,
    Inverse,
    LacosteJulien,
    Momentum,
)
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.median import median
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge

TOLERANCE = 1e-13
ADDITIVE_AND_NOT = [quadratic([1.0, 0.5], 2.0), gaussian_least_squares([1.0], 1.0)]
X, Y, L2 = (F(1), F(-1, 4), F(3, 4)), (F(1), F(-1, 2), F(2)), F(1, 8)
START = F(1, 2)
RULES = [SGD(F(1, 4)), Momentum(F(1, 4), F(1, 2)), CorrectedMomentum(F(1, 4), F(1, 2)),
         DecayingSGD(Inverse(F(2))), DecayingSGD(LacosteJulien(F(2)))]


def on_floats(rule):
    """The rule with float hyperparameters."""
    if isinstance(rule, DecayingSGD):
        return DecayingSGD(type(rule.schedule)(float(rule.schedule.c)))
    return type(rule)(*(float(v) for v in vars(rule).values()))


def closed_form(problem, alpha, T, B=1):
    """T-PR: the sum of the AR(1) of each coordinate."""
    h, e0, s2 = problem.eigenvalues, problem.w0 - problem.w_star, problem.sigma2 / problem.dim / B
    rho = 1 - alpha * h
    bias = (e0 * (1 - rho**T) / (T * alpha * h)) ** 2
    spread = T - 2 * (1 - rho**T) / (1 - rho) + (1 - rho ** (2 * T)) / (1 - rho**2)
    return np.sum(bias + s2 / (T * h) ** 2 * spread)


@pytest.mark.parametrize("alpha", [0.003, 0.1, 0.9, 1.5])
def test_the_average_on_a_quadratic_is_its_closed_form(alpha):
    problem, times = quadratic([0.5, 0.7, 1.0], 3.0), np.array([1, 2, 3, 10, 1000, 12345])
    expected = np.array([closed_form(problem, alpha, T, 4) for T in times])
    ours = exact.average2(problem, SGD(alpha), 4, times=times)
    np.testing.assert_allclose(ours, expected, rtol=1e-11)
    mutants = {
        "W_1 .. W_T": [closed_form(problem, alpha, T + 1, 4) for T in times],
        "B ignored": [closed_form(problem, alpha, T) for T in times],
        "the last iterate": exact.distance2(problem, SGD(alpha), 4, times=times),
    }
    for name, wrong in mutants.items():
        assert np.any(np.abs(wrong / expected - 1) > 1e-4), name


def test_the_average_of_one_iterate_is_the_start_and_needs_one():
    problem = quadratic([0.5, 2.0], 3.0, radius=2.0)
    assert exact.average2(problem, SGD(0.1), times=1)[0] == pytest.approx(4, rel=1e-14)
    with pytest.raises(ValueError, match="the numbers of iterates averaged, must be >= 1; got 0"):
        exact.average2(problem, SGD(0.1), times=[0, 1])
    with pytest.raises(ValueError, match="whole numbers, at least one"):
        exact.average2(problem, SGD(0.1), times=[])


def test_the_average_forgets_the_step_size_in_the_long_run():
    # T D_T tends to tr(H^-1 S H^-1), with S = sigma2/dim for each coordinate.
    problem, T = quadratic([0.5, 2.0], 3.0), 10**7
    limit = 1.5 / 0.25 + 1.5 / 4
    for rule in (SGD(0.3), SGD(0.9), Momentum(0.3)):
        assert T * exact.average2(problem, rule, times=T)[0] == pytest.approx(limit, rel=1e-5)
    assert abs(T * exact.average2(problem, SGD(0.3), 2, times=T)[0] / limit - 1) > 0.4


def all_paths(rule, steps):
    """E|w_t - w*|^2 and E|bar w_t - w*|^2, t = 1 .. steps, over every path, in rationals."""
    star = sum(x * y for x, y in zip(X, Y, strict=True)) / (sum(x * x for x in X) + 3 * L2)
    last, average = [F(0)] * steps, [F(0)] * steps
    for path in product(range(3), repeat=steps):
        w, state, total = START, rule.init(START), F(0)
        for t, i in enumerate(path, 1):
            total += w
            w, state = rule.step(w, state, lambda v, i=i: X[i] * (X[i] * v - Y[i]) + L2 * v, t)
            last[t - 1] += (w - star) ** 2 / 3**steps
            average[t - 1] += (total / t - star) ** 2 / 3**steps
    return np.array(last, dtype=float), np.array(average, dtype=float)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: repr(rule)[:40])
def test_averages_and_decaying_steps_are_the_sum_over_all_rational_paths(rule):
    problem = ridge([[float(x)] for x in X], [float(y) for y in Y], float(L2))
    last, average = all_paths(rule, 5)
    ask = {"times": range(1, 6), "w0": [float(START)]}
    assert exact.distance2(problem, on_floats(rule), **ask) == pytest.approx(last, rel=TOLERANCE)
    assert exact.average2(problem, on_floats(rule), **ask) == pytest.approx(average, rel=TOLERANCE)
    other = exact.average2(problem, on_floats(rule), 2, **ask)
    assert np.all(np.abs(other / average - 1)[1:] > 1e3 * TOLERANCE)
    for wrong in RULES:
        if wrong != rule:
            values = exact.distance2(problem, on_floats(wrong), **ask)
            assert np.any(np.abs(values / last - 1) > 1e3 * TOLERANCE)


@pytest.mark.parametrize("problem", [quadratic([1.0], 2.0), gaussian_least_squares([1.0], 1.0),
                                     median(1.0)], ids=lambda p: type(p).__name__)
def test_the_average_has_a_smaller_error_than_the_last_iterate_in_the_long_run(problem):
    average = exact.average2(problem, SGD(0.3), times=[10, 1000])
    last = exact.distance2(problem, SGD(0.3), times=[10, 1000])
    assert average[1] < last[1] / 10
    assert average[1] < average[0]


@pytest.mark.parametrize("c", [0.5, 2.0])
def test_with_inverse_steps_the_iterate_is_the_mean_of_the_samples(c):
    # T-1t: sigma2 / (B c^2 t) on a quadratic of curvature c; the start is forgotten at once.
    problem, times = quadratic([c], 3.0, radius=7.0), np.array([1, 2, 10, 20_000])
    ours = exact.distance2(problem, DecayingSGD(Inverse(c)), 4, times=times)
    np.testing.assert_allclose(ours, 3 / (4 * c**2 * times), rtol=1e-12)
    late = exact.distance2(problem, DecayingSGD(lambda t: 1 / (c * (t + 1))), 4, times=times)
    assert np.all(np.abs(late / ours - 1) > 1e-6)


def test_lacoste_julien_steps_weigh_the_samples_linearly():
    # On curvature c the step t leaves sum_k 2k g_k / (t (t + 1)) / c: the variance is a sum of k^2.
    c, times = 2.0, np.array([1, 2, 10, 500])
    problem = quadratic([c], 3.0)
    ours = exact.distance2(problem, DecayingSGD(LacosteJulien(c)), times=times)
    expected = 3 / c**2 * 2 * (2 * times + 1) / (3 * times * (times + 1))
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert np.all(np.abs(exact.distance2(problem, DecayingSGD(Inverse(c)), times=times)
                         / ours - 1)[1:] > 0.1)


def half(t):
    return 0.5 / t**0.5


def halting(t):
    return 0.5 if t <= 40 else 0.25


def table(t):
    return (0.5, 0.5, 0.25, 0.125)[min(t, 4) - 1]


@pytest.mark.parametrize("schedule", [half, halting, table])
@pytest.mark.parametrize("problem", ADDITIVE_AND_NOT, ids=lambda p: type(p).__name__)
def test_any_schedule_is_the_recursion_step_by_step(problem, schedule):
    h, times = problem.grad(np.ones(problem.dim)), [1, 5, 41, 90]
    D, expected = (problem.w0 - problem.w_star) ** 2, []
    for t in range(1, 91):
        alpha = schedule(t)
        noise = (np.full(problem.dim, problem.sigma2 / problem.dim)
                 if problem.dim == 2 else 2 * h**2 * D + h * problem.noise2)
        D = (1 - alpha * h) ** 2 * D + alpha**2 * noise
        expected += [D.sum()] if t in times else []
    ours = exact.distance2(problem, DecayingSGD(schedule), times=times)
    np.testing.assert_allclose(ours, expected, rtol=1e-13)
    constant = exact.distance2(problem, SGD(0.5), times=times)
    assert np.all(np.abs(constant / ours - 1)[-2:] > 1e-3)


def test_a_square_root_schedule_has_half_its_step_as_variance():
    # T-RM: alpha_t = .5/sqrt(t) on curvature 1 gives D / (alpha_t / 2) -> 1.
    problem = quadratic([1.0], 1.0)
    times = np.array([100, 20_000])
    ratio = exact.distance2(problem, DecayingSGD(half), times=times) / (half(times) / 2)
    assert abs(ratio[1] - 1) < abs(ratio[0] - 1) and ratio[1] == pytest.approx(1, abs=0.01)


def test_a_constant_schedule_is_sgd():
    problem, times = quadratic([1.0, 3.0], 2.0), [0, 1, 7, 10**6]
    ours = exact.distance2(problem, DecayingSGD(lambda t: 0.3), times=times)
    assert np.array_equal(ours, exact.distance2(problem, SGD(0.3), times=times))
    with pytest.raises(exact.NotExactlyKnown, match="changes its step with the time"):
        exact.limit2(problem, DecayingSGD(Inverse(1.0)))


@dataclass(frozen=True)
class Cold:
    """A schedule that ends."""

    def __call__(self, t):
        return 1.0 - t


def test_a_schedule_must_be_a_function_with_positive_values():
    with pytest.raises(ValueError, match=r"schedule, .* must be a function of t; got 0.1"):
        DecayingSGD(0.1)
    with pytest.raises(ValueError, match="alpha, the learning rate, must be > 0; got 0"):
        exact.distance2(quadratic([1.0], 1.0), DecayingSGD(Cold()), times=3)
    for schedule in (Inverse, LacosteJulien):
        with pytest.raises(ValueError, match="c, the constant of strong convexity, must be > 0"):
            schedule(0)


def test_a_decaying_rule_runs_on_symbols():
    import sympy

    c, w, g, t = sympy.symbols("c w g t", positive=True)
    moved, _ = DecayingSGD(Inverse(c)).step(w, None, lambda v: g, t)
    assert sympy.expand(moved - (w - g / (c * t))) == 0
    moved, _ = DecayingSGD(LacosteJulien(c)).step(w, None, lambda v: g, t)
    assert sympy.simplify(moved - (w - 2 * g / (c * (t + 1)))) == 0
    assert sympy.simplify(moved - (w - g / (c * t))) != 0
