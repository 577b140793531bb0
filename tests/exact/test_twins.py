"""Exact moments against slow obvious twins in rational or 60-digit arithmetic."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from sgdtheory import exact
from sgdtheory.exact.systems import Coupled
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.median import median
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge

ACCURACY = 1e-12


@dataclass(frozen=True)
class LookAhead:
    """Nesterov's method as on slide 28: the gradient at ``w - alpha beta1 m``."""

    alpha: object
    beta1: object

    def init(self, w):
        return 0 * w

    def step(self, w, m, grad, t):
        m = self.beta1 * m + (1 - self.beta1) * grad(w - self.alpha * self.beta1 * m)
        return w - self.alpha * m, m


@dataclass(frozen=True)
class TwoAverages:
    """Two averages in a tuple, and a step that decays with the time."""

    alpha: object
    beta1: object

    def init(self, w):
        return (0 * w, [0 * w])

    def step(self, w, state, grad, t):
        m, [u] = state
        m = self.beta1 * m + (1 - self.beta1) * grad(w)
        u = self.beta1 * u + (1 - self.beta1) * m
        return w - self.alpha * u / t, (m, [u])


@dataclass(frozen=True)
class Drops:
    """A step size that drops at step 6: the time is compared, not computed with."""

    alpha: object

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - (self.alpha if t < 6 else self.alpha / 4) * grad(w), None


A, BETA = Fraction(1, 8), Fraction(3, 4)
EXACT_RULES = [SGD(A), Momentum(A, BETA), CorrectedMomentum(A, BETA), LookAhead(A, BETA),
               TwoAverages(A, BETA), Drops(A)]


def in_floats(rule):
    return type(rule)(*(float(getattr(rule, name)) for name in rule.__dataclass_fields__))


def impulse_responses(rule, h, steps):
    """Response of ``w_t`` to a start at 1, and to a unit of noise at each step, as Fractions."""

    def path(start, noisy):
        w, state, found = Fraction(start), rule.init(Fraction(0)), []
        for t in range(steps + 1):
            if t:
                w, state = rule.step(w, state, lambda v, t=t: h * v + (t == noisy), t)
            found.append(w)
        return found

    return path(1, None), [path(0, s) for s in range(1, steps + 1)]


def rational_moments(rule, eigenvalues, variances, starts, steps):
    """Mean and variance of each coordinate at 0 .. steps, shapes (dim, steps + 1), exactly."""
    means, spreads = [], []
    for h, s2, e0 in zip(eigenvalues, variances, starts, strict=True):
        start, noise = impulse_responses(rule, h, steps)
        means.append([e0 * x for x in start])
        spreads.append([s2 * sum(path[t] ** 2 for path in noise) for t in range(steps + 1)])
    return np.array(means), np.array(spreads)


@pytest.mark.parametrize("rule", EXACT_RULES, ids=lambda rule: type(rule).__name__)
def test_quadratic_moments_agree_with_rational_impulse_responses(rule):
    eigenvalues, sigma2, steps = [Fraction(1, 4), Fraction(2)], Fraction(3, 2), 24
    starts = [Fraction(1), Fraction(-3, 2)]
    m, S = rational_moments(rule, eigenvalues, [sigma2 / 2 / 4] * 2, starts, steps)
    expected = (m**2 + S).sum(axis=0).astype(float)
    problem = quadratic([0.25, 2.0], sigma2=1.5)
    arguments = {"B": 4, "times": np.arange(steps + 1), "w0": [1.0, -1.5]}
    found = exact.distance2(problem, in_floats(rule), **arguments)
    np.testing.assert_allclose(found, expected, rtol=ACCURACY)
    spread = (2 * S**2 + 4 * m**2 * S).sum(axis=0).astype(float)
    found = exact.variance(problem, in_floats(rule), **arguments)
    np.testing.assert_allclose(found, spread, rtol=ACCURACY)
    late = exact.distance2(problem, in_floats(rule), **{**arguments, "B": 3})
    assert np.all(np.abs(late / expected - 1)[1:] > 1e-6)


def decimal_sgd(alpha, h, s2, e0, t):
    """E e_t^2 of SGD in 60 digits: ``rho^(2t) e0^2 + alpha^2 s2 (1 - rho^(2t)) / (1 - rho^2)``."""
    with localcontext() as context:
        context.prec = 60
        alpha, h, s2, e0 = Decimal(alpha), Decimal(h), Decimal(s2), Decimal(e0)
        rho2 = (1 - alpha * h) ** 2
        return rho2**t * e0**2 + alpha**2 * s2 * (1 - rho2**t) / (1 - rho2)


@pytest.mark.parametrize("t", [1, 7, 1000, 99_999, 10**7])
def test_no_digits_are_lost_over_many_steps(t):
    h, alpha = [1e-5, 3e-3, 0.7, 11.0, 19.9], 0.1
    problem = quadratic(h, sigma2=0.5, radius=3.0)
    start = float(problem.w0[0])
    with localcontext() as context:
        context.prec = 60
        s2 = Decimal("0.5") / 5
        expected = float(sum(decimal_sgd(alpha, x, s2, start, t) for x in h))
    found = exact.distance2(problem, SGD(alpha), times=[t])
    np.testing.assert_allclose(found, [expected], rtol=ACCURACY)


def test_no_digits_are_lost_in_a_value_that_nearly_vanishes():
    # alpha h = 1/2 and 7/8: the noise-free iterate is halved, or divided by 8, exactly.
    problem = quadratic([0.5, 0.875], sigma2=0.0)
    found = exact.distance2(problem, SGD(1.0), times=[50, 150], w0=[1.0, 1.0])
    expected = [4.0**-50 + 64.0**-50, 4.0**-150 + 64.0**-150]
    np.testing.assert_allclose(found, expected, rtol=ACCURACY)


def test_a_rounded_contraction_factor_would_lose_these_digits():
    alpha, h, t = 0.1, 1e-5, 99_999
    found = (1 - alpha * h) ** (2 * t)
    with localcontext() as context:
        context.prec = 60
        truth = (1 - Decimal(alpha) * Decimal(h)) ** (2 * t)
    assert abs(found / float(truth) - 1) > ACCURACY


def rational_ridge(X, y, l2, w0, alpha, kappa, steps):
    """E|w_t - w*|^2 of SGD in Fractions: mean and second moment, matrix by matrix, d = 2."""
    n, one = len(X), np.array([[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]])
    hessians = [np.outer(x, x) + l2 * one for x in X]
    H = sum(hessians) / n
    (a, b), (_, d) = H
    inverse = np.array([[d, -b], [-b, a]]) / (a * d - b * b)
    w_star = inverse @ (sum(x * z for x, z in zip(X, y, strict=True)) / n)
    g = [x * (x @ w_star - z) + l2 * w_star for x, z in zip(X, y, strict=True)]
    m = np.array(w0) - w_star
    P, found = np.outer(m, m), []
    for _ in range(steps + 1):
        found.append(P[0, 0] + P[1, 1])
        second = sum(A @ P @ A + np.outer(A @ m, v) + np.outer(v, A @ m) + np.outer(v, v)
                     for A, v in zip(hessians, g, strict=True)) / n
        HP = H @ P
        P = P - alpha * (HP + HP.T) + alpha**2 * (HP @ H + kappa * (second - HP @ H))
        m = m - alpha * (H @ m)
        P, m = rounded(P), rounded(m)
    return np.array(found, dtype=float)


def rounded(array):
    """Keep 60 decimal digits, so that Fractions stay short; far below the accuracy tested."""
    return np.array([Fraction(round(x * 10**60), 10**60) for x in array.ravel()]).reshape(
        array.shape)


@pytest.mark.parametrize(("B", "replace"), [(1, True), (2, True), (2, False), (4, False)])
def test_ridge_moments_agree_with_a_rational_recursion(B, replace):
    rng = np.random.default_rng(5)
    X, y = rng.integers(-8, 9, (4, 2)) / 8, rng.integers(-8, 9, 4) / 8
    kappa = Fraction(1, B) if replace else Fraction(4 - B, B * 3)
    rational = [[Fraction(float(x)) for x in row] for row in X]
    expected = rational_ridge(np.array(rational), [Fraction(float(v)) for v in y], Fraction(1, 16),
                              [Fraction(1), Fraction(2)], Fraction(1, 4), kappa, 300)
    times = np.array([0, 1, 2, 5, 17, 60, 120, 299, 300])
    found = exact.distance2(ridge(X, y, 1 / 16), SGD(0.25), B, times=times, w0=[1.0, 2.0],
                            replace=replace)
    alive = expected[times] > 1e-12
    np.testing.assert_allclose(found[alive], expected[times][alive], rtol=ACCURACY)
    assert alive.sum() >= 7


def test_powers_and_single_steps_give_the_same_ridge_moments():
    rng = np.random.default_rng(6)
    problem = ridge(rng.standard_normal((12, 3)), rng.standard_normal(12), 0.2)
    times = np.unique(np.round(np.geomspace(1, 3000, 25)).astype(int))
    for rule in (SGD(0.05), Momentum(0.05), CorrectedMomentum(0.05)):
        together = exact.distance2(problem, rule, times=times)
        apart = [exact.distance2(problem, rule, times=t)[0] for t in times if t < 12]
        np.testing.assert_allclose(together[: len(apart)], apart, rtol=ACCURACY)


def test_the_median_follows_its_scalar_recursion():
    for c, alpha in ((1.0, 0.25), (2.0, 2 / 3), (1.5, 0.1)):
        D, expected = 0.49, []
        for _ in range(41):
            expected.append(D)
            D = (1 - 2 * alpha * (1 + c) + alpha**2 * (2 * c + c**2)) * D + alpha**2
        found = exact.distance2(median(c), SGD(alpha), times=np.arange(41), w0=[0.7])
        np.testing.assert_allclose(found, expected, rtol=ACCURACY)
        limit = alpha / (2 * (1 + c) - alpha * (2 * c + c**2))
        assert exact.limit2(median(c), SGD(alpha)) == pytest.approx(limit, rel=ACCURACY)


def test_isotropic_gaussian_rows_follow_their_scalar_recursion():
    d, h, s2, B, alpha, D = 3, 0.5, 0.8, 4, 0.6, 1.75
    expected = []
    for _ in range(31):
        expected.append(D)
        D = (1 - 2 * alpha * h + alpha**2 * h**2 * (1 + (d + 1) / B)) * D
        D += alpha**2 * h * d * s2 / B
    found = exact.distance2(gaussian_least_squares([h] * d, s2), SGD(alpha), B,
                            times=np.arange(31), w0=[0.5, 0.5, -1.118033988749895])
    np.testing.assert_allclose(found, expected, rtol=ACCURACY)


@pytest.mark.parametrize(("alpha", "beta1", "h"), [
    (0.1, 0.9, 1.0), (1.9, 0.5, 0.5), (0.3, 0.0, 2.0)])
def test_the_look_ahead_has_the_stationary_value_of_its_closed_form(alpha, beta1, h):
    # sgd, momentum and the look-ahead share the first order alpha s2 / (2 h) and differ beyond it.
    eta = alpha * (1 - beta1)
    q = 1 - eta * h
    expected = eta * (1 + beta1 * q) / (h * (1 - beta1 * q) * (1 + q + 2 * beta1 * q))
    found = exact.limit2(quadratic([h], 1.0), LookAhead(alpha, beta1))
    assert found == pytest.approx(expected, rel=1e-12)
    plain = exact.limit2(quadratic([h], 1.0), SGD(alpha))
    assert (abs(plain / found - 1) > 1e-3) == (beta1 > 0)


@pytest.mark.parametrize("rule", [
    SGD(0.1), Momentum(0.2, 0.5), LookAhead(0.1, 0.7), CorrectedMomentum(0.1, 0.9),
    TwoAverages(0.3, 0.5),
], ids=lambda rule: type(rule).__name__)
def test_gaussian_rows_need_no_cross_moments(rule, monkeypatch):
    """The blocks of each direction and one trace, against the full second moment."""
    problem = gaussian_least_squares([1.0, 2.0, 0.3], noise2=1.0, radius=2.0)
    times = np.arange(1, 50)
    blocks = exact.distance2(problem, rule, B=2, times=times)
    asked = []

    def full(law, scale, k):
        asked.append(k)
        return Coupled(law, scale, k)

    monkeypatch.setattr("sgdtheory.exact.question.system", full)
    np.testing.assert_allclose(exact.distance2(problem, rule, B=2, times=times), blocks, rtol=1e-13)
    assert asked and not np.allclose(exact.distance2(problem, rule, B=3, times=times), blocks)


def test_the_limit_on_gaussian_rows_is_that_of_the_closed_form():
    """Isotropic: the fixed point of D -> ((1-ah)^2 + (d+1) a^2 h^2 / B) D + a^2 d h noise2 / B."""
    a, h, d, B, noise2 = 0.1, 1.5, 7, 2, 0.8
    factor = (1 - a * h) ** 2 + (d + 1) * (a * h) ** 2 / B
    limit = exact.limit2(gaussian_least_squares([h] * d, noise2=noise2, radius=1.0), SGD(a), B=B)
    assert limit == pytest.approx(a**2 * d * h * noise2 / B / (1 - factor), rel=1e-12)
