"""Stationary values, stability, and what is refused."""

from dataclasses import dataclass

import numpy as np
import pytest

from sgdtheory import exact
from sgdtheory.exact import transition
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.logistic import logistic
from sgdtheory.problems.median import median
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge


@pytest.fixture
def data():
    rng = np.random.default_rng(11)
    return rng.standard_normal((15, 3)), rng.standard_normal(15)


def sgd_ball(alpha, h, s2):
    return alpha * s2 / (h * (2 - alpha * h))


def momentum_ball(alpha, beta1, h, s2):
    return alpha * s2 / (h * (2 - alpha * h * (1 - beta1) / (1 + beta1)))


@pytest.mark.parametrize(("alpha", "h"), [(0.1, 1.0), (1.9, 1.0), (0.01, 3.0), (1e-6, 0.5)])
def test_the_stationary_value_of_a_quadratic_is_its_closed_form(alpha, h):
    problem = quadratic([h], sigma2=2.0)
    assert exact.limit2(problem, SGD(alpha), 4) == pytest.approx(sgd_ball(alpha, h, 0.5), rel=1e-12)
    expected = momentum_ball(alpha, 0.9, h, 0.5)
    assert exact.limit2(problem, Momentum(alpha), 4) == pytest.approx(expected, rel=1e-11)
    corrected = exact.limit2(problem, CorrectedMomentum(alpha), 4)
    assert corrected == pytest.approx(expected, rel=1e-11)
    assert abs(expected / sgd_ball(alpha, h, 0.5) - 1) > 1e-8


def test_the_values_at_a_late_time_are_the_stationary_value(data):
    for problem in (quadratic([0.5, 2.0], 1.0), ridge(*data, 0.3), median(1.0),
                    gaussian_least_squares([0.5, 2.0], 1.0)):
        late = exact.distance2(problem, SGD(0.1), times=[10, 3000])
        limit = exact.limit2(problem, SGD(0.1))
        assert late[1] == pytest.approx(limit, rel=1e-11)
        assert abs(late[0] / limit - 1) > 1e-3


def test_the_second_moment_of_gaussian_rows_is_stable_below_two_thirds():
    problem = gaussian_least_squares([1.0], 1.0)
    assert exact.spectral_radius(problem, SGD(2 / 3)) == pytest.approx(1, abs=1e-14)
    assert exact.limit2(problem, SGD(0.67)) == np.inf
    assert exact.spectral_radius(problem, SGD(0.67)) > 1
    assert exact.limit2(problem, SGD(0.66)) == pytest.approx(0.66 / (2 - 3 * 0.66), rel=1e-12)


def test_the_spectral_radius_is_that_of_second_moments(data):
    # SGD multiplies a direction by 1 - alpha h, so its square by (1 - alpha h)^2.
    assert exact.spectral_radius(quadratic([1.0, 4.0], 1.0), SGD(0.4)) == pytest.approx(0.36)
    assert exact.spectral_radius(median(1.0), SGD(0.25)) == pytest.approx(1 - 1 + 3 / 16)
    # Momentum with alpha h = 1, beta1 = 1/2 has the characteristic polynomial z^2 - z + 1/2.
    radius = exact.spectral_radius(quadratic([1.0], 1.0), Momentum(1.0, 0.5))
    assert radius == pytest.approx(0.5)
    tiny = exact.spectral_radius(ridge(*data, 0.3), SGD(1e-9))
    assert 1 - tiny == pytest.approx(2e-9 * ridge(*data, 0.3).c, rel=1e-5)


def test_a_billion_steps_of_ridge_are_as_cheap_as_a_thousand(data):
    problem = ridge(*data, 0.3)
    for rule in (SGD(0.1), Momentum(0.1)):
        late = exact.distance2(problem, rule, times=10**9)[0]
        assert late == pytest.approx(exact.limit2(problem, rule), rel=1e-11)


def test_momentum_is_stable_below_its_own_limit():
    problem, beta1 = quadratic([1.0], 1.0), 0.5
    limit = 2 * (1 + beta1) / (1 - beta1)
    assert exact.spectral_radius(problem, Momentum(limit * 0.999, beta1)) < 1
    assert exact.limit2(problem, Momentum(limit * 1.001, beta1)) == np.inf
    assert exact.limit2(problem, SGD(2.0)) == np.inf


def test_without_replacement_of_all_rows_there_is_no_noise(data):
    problem = ridge(*data, 0.3)
    assert exact.limit2(problem, SGD(0.1), 15, replace=False) == pytest.approx(0, abs=1e-30)
    assert exact.limit2(problem, SGD(0.1), 15, replace=True) > 1e-3


@pytest.mark.parametrize("B", [1, 3])
def test_the_stationary_value_of_ridge_obeys_its_bound(data, B):
    X, y = data
    problem = ridge(X, y, 0.3)
    gradients = X * problem.residuals[:, None] + 0.3 * problem.w_star
    S = np.mean(np.sum(gradients**2, axis=1)) / B
    largest = 0.3 + np.max(np.sum(X**2, axis=1))
    for alpha in (0.001, 0.02, 0.1):
        bound = alpha * S / (problem.c * (2 - alpha * largest))
        value = exact.limit2(problem, SGD(alpha), B)
        assert value <= bound
        assert value > bound / 50


def test_an_unstable_moment_beyond_the_floats_is_infinite():
    problem = quadratic([1.0, 1e-3], 1.0)
    values = exact.distance2(problem, SGD(3.0), times=[0, 10, 10**4])
    assert np.isfinite(values[:2]).all() and values[2] == np.inf
    assert exact.variance(problem, SGD(3.0), times=[10**4])[0] == np.inf


def test_an_unstable_direction_that_is_never_entered_does_no_harm():
    problem = quadratic([4.0, 0.5], sigma2=0.0)
    values = exact.distance2(problem, SGD(1.0), times=[0, 2000], w0=[0.0, 1.0])
    assert values[1] == 0.0 and values[0] == 1.0
    assert exact.distance2(problem, SGD(1.0), times=[2000], w0=[1e-9, 1.0])[0] == np.inf


@dataclass(frozen=True)
class Scaled:
    """A step along the sign of the gradient: not linear."""

    alpha: float

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - self.alpha * np.sign(grad(w)), None


@dataclass(frozen=True)
class Clipped:
    """Linear for small gradients only."""

    alpha: float

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - self.alpha * np.clip(grad(w), -1e5, 1e5), None


@dataclass(frozen=True)
class Uneven:
    """Linear, but the first coordinate moves faster than the others."""

    alpha: float

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - self.alpha * grad(w) / np.arange(1, len(w) + 1)[:, None], None


@dataclass(frozen=True)
class Detour:
    """Linear in the gradient that it is given, but asks for it at a bent point."""

    alpha: float

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - self.alpha * grad(np.abs(w)), None


@dataclass(frozen=True)
class Twice:
    """Two gradients a step."""

    alpha: float

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - self.alpha * (grad(w) + grad(w)) / 2, None


@dataclass(frozen=True)
class Counting:
    """A number in the state."""

    alpha: float

    def init(self, w):
        return 1.0

    def step(self, w, state, grad, t):
        return w - self.alpha * grad(w) / state, state + 1


@dataclass(frozen=True)
class Warm:
    """A state that does not start at zero."""

    alpha: float

    def init(self, w):
        return 0 * w + 1

    def step(self, w, m, grad, t):
        m = (m + grad(w)) / 2
        return w - self.alpha * m, m


@pytest.mark.parametrize(("rule", "why"), [
    (Scaled(0.1), "not linear in the gradients"), (Clipped(0.1), "not linear in the gradients"),
    (Uneven(0.1), "treats coordinates unlike"), (Twice(0.1), "asks for 2 gradients"),
    (Detour(0.1), "not linear in the gradients"),
    (Counting(0.1), "something else than arrays"), (Warm(0.1), "does not start at zero"),
], ids=lambda value: type(value).__name__)
def test_a_rule_without_a_closed_recursion_is_refused(rule, why):
    with pytest.raises(exact.NotExactlyKnown, match=why):
        exact.distance2(quadratic([1.0, 2.0], 1.0), rule, times=[5])


def test_a_problem_without_closed_moments_is_refused(data):
    X, y = data
    problem = logistic(X, np.sign(y), 0.1)
    with pytest.raises(exact.NotExactlyKnown, match="no closed second moment"):
        exact.distance2(problem, SGD(0.1), times=[5])
    with pytest.raises(exact.NotExactlyKnown, match="fourth moments"):
        exact.variance(ridge(X, y, 0.1), SGD(0.1), times=[5])


def test_the_median_is_refused_where_its_iterates_may_leave_the_interval():
    for problem, rule, w0 in ((median(1.0), SGD(1.01), None), (median(1.0), Momentum(0.1), None),
                              (median(0.5), SGD(0.1), None), (median(1.0), SGD(0.5), [1.1])):
        with pytest.raises(exact.NotExactlyKnown, match="inside its ball only"):
            exact.distance2(problem, rule, times=[5], w0=w0)
    assert exact.distance2(median(1.0), SGD(1.0), times=[5]).shape == (1,)


@dataclass(frozen=True)
class Fading:
    """A step size that decays with the time: no stationary recursion."""

    alpha: float

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return w - self.alpha / t * grad(w), None


def test_a_rule_that_never_settles_has_no_limit_here():
    with pytest.raises(exact.NotExactlyKnown, match="changes its step with the time"):
        exact.limit2(quadratic([1.0], 1.0), Fading(0.1))
    expected = 1 / 100  # alpha/t with alpha = 1 on curvature 1 averages the noise: sigma2 / t
    found = exact.distance2(quadratic([1.0], 1.0), Fading(1.0), times=[100])
    assert found[0] == pytest.approx(expected, rel=1e-12)


def test_a_large_coupled_system_is_stepped_but_its_limit_is_refused():
    rng = np.random.default_rng(3)
    problem = ridge(rng.standard_normal((80, 60)), rng.standard_normal(80), 0.5)
    assert exact.distance2(problem, SGD(0.01), times=[0, 3])[1] > 0
    with pytest.raises(exact.NotExactlyKnown, match="the moments are 1890 numbers"):
        exact.limit2(problem, SGD(0.01))


@pytest.mark.parametrize(("arguments", "message"), [
    ({"times": [3, 2]}, "increase strictly"), ({"times": [-1]}, "t, the time, must be"),
    ({"times": [0.5]}, "whole numbers"), ({"times": []}, "at least one"),
    ({"B": 0}, "B, the batch size, must be"), ({"w0": [1.0]}, "must be 2 finite numbers"),
    ({"replace": False}, "needs a finite sum"),
])
def test_an_argument_out_of_its_domain_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        exact.distance2(quadratic([1.0, 2.0], 1.0), SGD(0.1), **{"times": [5], **arguments})


def test_more_rows_than_there_are_is_refused_without_replacement(data):
    with pytest.raises(ValueError, match="exceeds n=15 samples without replacement"):
        exact.distance2(ridge(*data, 0.3), SGD(0.1), 16, times=[5], replace=False)


class Own:
    """A user's problem that states its law: correlated coordinates, a basis of its own."""

    dim, n = 2, None
    w_star = np.array([1.0, -1.0])
    w0 = np.zeros(2)
    basis = np.array([[0.6, -0.8], [0.8, 0.6]])

    def gradient_law(self):
        return exact.AdditiveNoise(np.array([1.0, 3.0]), np.array([0.5, 2.0]), self.basis)


def test_a_users_problem_takes_part_by_stating_its_law():
    alpha, t = 0.2, 4
    starts = Own.basis.T @ (Own.w0 - Own.w_star)
    expected = sum(r ** (2 * t) * e**2 + alpha**2 * s2 * (1 - r ** (2 * t)) / (1 - r**2)
                   for r, e, s2 in zip((0.8, 0.4), starts, (0.5, 2.0), strict=True))
    assert exact.distance2(Own(), SGD(alpha), times=[t])[0] == pytest.approx(expected, rel=1e-13)
    with pytest.raises(exact.NotExactlyKnown, match="additive Gaussian noise only"):
        exact.variance(Own(), SGD(alpha), times=[t])


@dataclass(frozen=True)
class First:
    """A longer first step, asked for in three ways that only compare the time or look it up."""

    alpha: float
    way: str

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        first = {"equal": lambda: t == 1, "truth": lambda: not t and True,
                 "table": lambda: {1: True}.get(t, False)}[self.way]()
        return w - self.alpha * (2 if first else 1) * grad(w), None


@pytest.mark.parametrize("way", ["equal", "truth", "table"])
def test_a_rule_that_only_looks_at_the_time_is_not_taken_for_one_that_does_not(way):
    longer = 1 if way == "truth" else 2  # the time is never 0, so the truth of it is no news
    expected = (1 - 0.1 * longer) ** 2 * (1 - 0.1) ** 6
    found = exact.distance2(quadratic([1.0], 0.0), First(0.1, way), times=[0, 4])
    np.testing.assert_allclose(found, [1, expected], rtol=1e-13)
    start = exact.distance2(quadratic([1.0], 0.0), First(0.1, way), times=[0])
    np.testing.assert_array_equal(start, [1.0])
    with pytest.raises(exact.NotExactlyKnown, match="changes its step with the time"):
        exact.limit2(quadratic([1.0], 1.0), First(0.1, way))


def test_a_rule_that_changes_with_the_time_is_followed_across_chunks_of_time(monkeypatch):
    problem, rule = quadratic([0.5, 1.0], 1.0), CorrectedMomentum(0.1, 0.5)
    expected = exact.distance2(problem, rule, times=[3, 10, 99, 100])
    monkeypatch.setattr(transition, "CHUNK", 10)
    np.testing.assert_allclose(exact.distance2(problem, rule, times=[3, 10, 99, 100]), expected,
                               rtol=1e-14)
