"""The simulated law against exact values, two-sided; delta is stated where chance enters.

All distances here are bounded by ``Run.ceiling``, so the empirical Bernstein interval of Maurer and
Pontil holds for any number of replicas and any law.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import ncx2

import sgdtheory as st
from sgdtheory import exact
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.problems.median import median
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge

pytestmark = pytest.mark.chance(1e-9)

DELTA = 1e-9
TIMES = [0, 1, 2, 5, 30]


def misses(values, expected, ceiling, delta=DELTA):
    """Whether an expected mean lies outside of a 1 - delta interval, all columns together."""
    runs, k = values.shape
    log = math.log(4 * k / delta)
    variance = values.var(axis=0, ddof=1)
    half = np.sqrt(2 * variance * log / runs) + 7 * ceiling * log / (3 * (runs - 1))
    return np.abs(values.mean(axis=0) - expected) > half


@pytest.fixture(scope="module")
def data_problem():
    rng = np.random.default_rng(2)
    X = rng.uniform(-1, 1, (6, 2))
    return ridge(X, rng.uniform(-1, 1, 6), l2=0.5)


@pytest.mark.parametrize(("B", "replace"), [(1, True), (3, True), (3, False)])
def test_ridge_agrees_with_its_exact_moments_and_not_with_wrong_ones(data_problem, B, replace):
    w0 = data_problem.w_star + np.array([1.0, 0.0])
    arguments = {"w0": w0, "replace": replace, "times": TIMES}
    run = st.simulate(data_problem, SGD(0.4), B, steps=30, runs=60_000, seed=1, project=False,
                      **arguments)
    assert np.all(np.isfinite(run.ceiling))
    right = exact.distance2(data_problem, SGD(0.4), B, **arguments)
    assert not misses(run.distance2, right, run.ceiling).any()

    def wrong(name, **changes):
        values = exact.distance2(data_problem, SGD(0.4), **{"B": B, **arguments, **changes})
        assert misses(run.distance2, values, run.ceiling).any(), name

    wrong("sigma2/B^2" if B > 1 else "half the noise", B=B * B if B > 1 else 2, replace=True)
    wrong("off by one in t", times=[1, 2, 3, 6, 31])
    if B > 1:
        wrong("replace ignored", replace=not replace)


@pytest.mark.parametrize("c", [1.0, 2.0])
def test_the_median_agrees_with_its_recursion(c):
    problem, rule = median(c), SGD(0.5)
    for B in (1, 2):
        run = st.simulate(problem, rule, B, steps=30, runs=65_536, times=TIMES, project=False)
        assert np.all(run.ceiling[1:] <= 1.0001)
        right = exact.distance2(problem, rule, B, times=TIMES)
        assert not misses(run.distance2, right, run.ceiling).any()
        other = exact.distance2(problem, rule, B + 1, times=TIMES)
        assert misses(run.distance2, other, run.ceiling).any()


def gaussian_parts(D, V):
    """Variance S and squared mean of a normal number with E x^2 = D and Var x^2 = V."""
    S = D - np.sqrt(np.maximum(D**2 - V / 2, 0))  # D = m^2 + S and V = 2 S^2 + 4 m^2 S
    return S, D - S


@pytest.mark.parametrize("rule", [SGD(0.4), Momentum(0.4, 0.6), CorrectedMomentum(0.4, 0.6)],
                         ids=lambda rule: type(rule).__name__)
def test_linear_rules_have_the_normal_law_that_their_exact_moments_say(rule):
    problem, times, levels = quadratic([1.0], 2.0), [1, 2, 3, 20], [0.1, 0.3, 0.5, 0.8]
    arguments = {"w0": [1.0], "times": times}
    run = st.simulate(problem, rule, 2, steps=20, runs=60_000, project=False, **arguments)

    def frequencies(moments_of, **changes):
        """Whether each distance is below the quantiles of its predicted law, and the levels."""
        asked = {"B": 2, **arguments, **changes}
        S, mean2 = gaussian_parts(exact.distance2(problem, moments_of, **asked),
                                  exact.variance(problem, moments_of, **asked))
        below = [run.distance2[:, [j]] <= S[j] * ncx2.ppf(levels, 1, mean2[j] / S[j])
                 for j in range(len(times))]
        return np.concatenate(below, axis=1).astype(float), np.tile(levels, len(times))

    assert not misses(*frequencies(rule), 1.0).any()
    for wrong in ({"B": 1}, {"times": [2, 3, 4, 21]}, {"w0": [0.8]}):
        assert misses(*frequencies(rule, **wrong), 1.0).any(), wrong
    others = [other for other in (SGD(0.4), Momentum(0.4, 0.6), CorrectedMomentum(0.4, 0.6))
              if other != rule]
    for other in others:
        assert misses(*frequencies(other), 1.0).any(), other


def clipped_normal_second_moment(s, radius):
    """E clip(s z, -radius, radius)^2 for standard normal z."""
    a = radius / s
    inside = math.erf(a / math.sqrt(2))
    density = math.exp(-a * a / 2) / math.sqrt(2 * math.pi)
    return s * s * (inside - 2 * a * density) + radius**2 * (1 - inside)


def test_projection_is_applied_and_only_where_asked_for():
    # With alpha = 1/h the step forgets its past: w_t = -alpha noise, then clipped to the ball.
    h, sigma2, radius = 2.0, 4.0, 0.8
    problem = quadratic([h], sigma2, radius=radius)
    run = st.simulate(problem, SGD(1 / h), steps=3, runs=65_536, times=[1, 2, 3])
    expected = clipped_normal_second_moment(math.sqrt(sigma2) / h, radius)
    np.testing.assert_allclose(run.ceiling, radius**2, rtol=1e-12)
    assert not misses(run.distance2, expected, run.ceiling).any()
    assert misses(run.distance2, sigma2 / h**2, run.ceiling).all()
    free = st.simulate(problem, SGD(1 / h), steps=3, runs=65_536, times=[1, 2, 3], project=False)
    assert np.max(free.distance2) > radius**2
    # |w|^2 is (sigma2/h^2) chi2_1; capped at 9 sigma2/h^2 it is bounded, of known mean.
    capped = np.minimum(free.distance2, 9 * sigma2 / h**2)
    expected_free = clipped_normal_second_moment(math.sqrt(sigma2) / h, 3 * math.sqrt(sigma2) / h)
    assert not misses(capped, expected_free, 9 * sigma2 / h**2).any()
    assert misses(capped, expected, 9 * sigma2 / h**2).all()


def test_the_variance_of_the_run_is_that_of_gaussian_quadratics_without_projection(data_problem):
    problem = quadratic([1.0, 3.0], 2.0)
    run = st.simulate(problem, SGD(0.2), steps=20, runs=100, times=[0, 20], project=False)
    np.testing.assert_array_equal(
        run.variance, exact.variance(problem, SGD(0.2), times=[0, 20]))
    assert run.variance[0] == 0 and run.variance[1] > 0
    projected = st.simulate(problem, SGD(0.2), steps=20, runs=100, times=[0, 20])
    assert projected.variance is None
    other = st.simulate(data_problem, SGD(0.2), steps=20, runs=100, project=False)
    assert other.variance is None


def test_each_block_has_the_law_and_no_two_have_the_same_numbers():
    problem = median(1.0)
    run = st.simulate(problem, SGD(0.5), steps=6, runs=3 * 65_536, times=[1, 6], project=False)
    right = exact.distance2(problem, SGD(0.5), times=[1, 6])
    blocks = run.distance2.reshape(3, 65_536, 2)
    for block in blocks:
        assert not misses(block, right, run.ceiling, DELTA / 3).any()
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert np.mean(blocks[a, :, 1] == blocks[b, :, 1]) < 0.9
        # Independent blocks: the product of centred bounded values has mean zero.
        product = (blocks[a, :, 1:] - right[1]) * (blocks[b, :, 1:] - right[1])
        assert not misses(product + 1, 1.0, 2.0, DELTA / 3).any()
    assert misses((blocks[0, :, 1:] - right[1]) ** 2 + 1, 1.0, 2.0).any()


@dataclass(frozen=True)
class Overconfident:
    """A problem whose certificate is false: it claims that every step halves the distance."""

    inner: object
    lie: str

    def __getattr__(self, name):
        return getattr(object.__getattribute__(self, "inner"), name)

    def almost_sure_step(self, alpha):
        return (0.5, 0.0) if self.lie == "step" else None

    def invariant(self, alpha):
        return self.lie == "ball"


@pytest.mark.parametrize("lie", ["step", "ball"])
def test_a_certificate_that_the_simulation_contradicts_is_refused(lie):
    problem = Overconfident(quadratic([1.0], 4.0, radius=0.5), lie)
    with pytest.raises(ValueError, match=r"certifies \|w - w\*\|\^2 <= .* is wrong"):
        st.simulate(problem, SGD(0.5), steps=10, runs=100, project=False)
    honest = Overconfident(quadratic([1.0], 4.0, radius=0.5), "none")
    assert np.all(st.simulate(honest, SGD(0.5), steps=10, runs=100,
                              project=False).ceiling[1:] == np.inf)


def test_the_ceiling_is_reached_by_a_noise_free_quadratic():
    problem = quadratic([1.0, 1.0], 0.0)
    run = st.simulate(problem, SGD(0.25), steps=12, runs=2, project=False)
    np.testing.assert_allclose(run.distance2[0], run.ceiling, rtol=1e-11)
    assert np.all(run.distance2 <= run.ceiling)


def test_an_invariant_ball_says_nothing_about_a_start_outside_of_it():
    problem = median(1.0)
    outside = st.simulate(problem, SGD(0.1), steps=3, runs=50, w0=[1.5], project=False)
    assert np.all(outside.distance2[:, 1] > 1) and np.all(outside.ceiling[:2] > 1)
    inside = st.simulate(problem, SGD(0.1), steps=3, runs=50, w0=[1.0], project=False)
    assert np.all(inside.ceiling < 1 + 1e-12)
