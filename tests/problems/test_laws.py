"""The laws of sample gradients that are not finite sums, by feeding every outcome of the noise."""

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.special import roots_genlaguerre, roots_hermitenorm

import sgdtheory as st

pytestmark = pytest.mark.chance(1e-9)

worst_case = st.problems.worst_case


class Fed:
    """A generator that returns what it was fed, whatever is asked."""

    def __init__(self, **outcomes):
        self.outcomes, self.asked = outcomes, {}

    def __getattr__(self, name):
        def draw(*args):
            self.asked[name] = args
            return np.array(self.outcomes[name], dtype=float)
        return draw


def binomial_moments(problem, w, B, p):
    """Mean and variance of the gradient over all counts, each with its binomial probability."""
    masses = np.array([comb(B, k) * p**k * (1 - p) ** (B - k) for k in range(B + 1)])
    rng = Fed(binomial=[list(range(B + 1))])
    gradients = problem.sample_grad(np.full((1, B + 1), w), B, rng)[0]
    mean = masses @ gradients
    return rng.asked["binomial"], mean, masses @ (gradients - mean) ** 2


@pytest.mark.parametrize("B", [1, 2, 5])
@pytest.mark.parametrize("w", [-1.0, -0.3, 0.0, 0.5, 1.0])
def test_median_gradients_are_binomial_with_the_right_mean_and_variance(w, B):
    problem, point = st.problems.median(1.5), np.array([w])
    asked, mean, variance = binomial_moments(problem, w, B, (1 + w) / 2)
    assert asked[0] == B and np.all(asked[1] == (1 + w) / 2)
    assert mean == pytest.approx(problem.grad(point)[0], abs=1e-14)
    assert variance == pytest.approx(problem.variance(point) / B, abs=1e-14)


def test_the_median_obeys_its_exact_recursion():
    """E e'^2 = (1 - 2a(1+l2) + a^2 (2 l2 + l2^2)) e^2 + a^2, at each point, B = 1."""
    problem, a, l2 = st.problems.median(1.5), 0.3, 1.5
    for w in (-0.8, 0.1, 1.0):
        grads = problem.sample_grad(np.full((1, 2), w), 1, Fed(binomial=[[0, 1]]))[0]
        masses = np.array([(1 - w) / 2, (1 + w) / 2])
        expected = (1 - 2 * a * (1 + l2) + a * a * (2 * l2 + l2 * l2)) * w * w + a * a
        assert masses @ (w - a * grads) ** 2 == pytest.approx(expected, rel=1e-13)


def test_the_strong_convexity_of_the_median_is_not_its_penalty():
    problem = st.problems.median(1.0)
    assert (problem.l2, problem.c, problem.mu2, problem.sigma2) == (1.0, 2.0, 4.0, 1.0)


def test_the_median_is_invariant_exactly_where_the_ends_say_so():
    assert st.problems.median(1.0).invariant(1.0) and not st.problems.median(1.0).invariant(1.001)
    assert st.problems.median(3.0).invariant(0.5) and not st.problems.median(3.0).invariant(0.501)
    assert not st.problems.median(0.99).invariant(0.01)


@pytest.mark.parametrize("B", [1, 3])
def test_two_point_and_isotropic_and_line_gradients_are_binomial(B):
    two = worst_case.two_point(c=1.0, alpha=0.5, radius=2.0)
    asked, mean, variance = binomial_moments(two, 1.5, B, 0.25)
    assert asked[:2] == (B, 0.25)
    assert mean == pytest.approx(two.grad(np.array([1.5]))[0], rel=1e-14)
    assert variance == pytest.approx(two.variance(np.array([1.5])) / B, rel=1e-13)
    for problem in (worst_case.escape(), worst_case.isotropic(1)):
        asked, mean, variance = binomial_moments(problem, 0.05, B, 0.5)
        assert asked[:2] == (B, 0.5) and mean == pytest.approx(0.05, rel=1e-13)
        assert variance == pytest.approx(float(problem.sigma2) / B, rel=1e-13)


def test_quadratic_noise_has_covariance_sigma2_over_dim_and_batch():
    signs = np.array(list(product([-1, 1], repeat=3))).T  # identity covariance, exactly
    problem = st.problems.quadratic([1.0, 2.0, 4.0], sigma2=6.0)
    w = np.array([1.0, -1.0, 0.5])
    gradients = problem.sample_grad(np.repeat(w[:, None], 8, axis=1), 3, Fed(standard_normal=signs))
    np.testing.assert_allclose(gradients.mean(axis=1), [1.0, -2.0, 2.0], rtol=1e-14)
    np.testing.assert_allclose(np.cov(gradients, bias=True), np.eye(3) * 6 / (3 * 3), atol=1e-14)


@pytest.mark.parametrize("B", [1, 4, 64])
@pytest.mark.parametrize("noise2", [0.0, 0.7])
@pytest.mark.parametrize("w", [(0.0, 0.0), (0.6, -1.1)])
def test_gaussian_least_squares_has_the_moments_of_a_minibatch(B, noise2, w):
    """Gauss quadrature in the dim + 1 numbers is exact for the first two moments.

    The mean of B copies of x (x.w - noise) has mean H w and covariance
    (H w w' H + (w'Hw + noise2) H) / B [Isserlis].
    """
    problem = st.problems.gaussian_least_squares([0.5, 3.0], noise2)
    half, q_weights = roots_genlaguerre(4, B / 2 - 1)
    z, z_weights = roots_hermitenorm(4)
    grid = [np.array(list(product(*axes))).T for axes in ((2 * half, z, z),
                                                          (q_weights, z_weights, z_weights))]
    masses = grid[1].prod(axis=0) / grid[1].prod(axis=0).sum()
    rng = Fed(chisquare=grid[0][0], standard_normal=grid[0][1:])
    gradients = problem.sample_grad(np.repeat(np.array(w)[:, None], 64, axis=1), B, rng)
    assert rng.asked["chisquare"] == (B, 64)
    H, point = np.diag([0.5, 3.0]), np.array(w)
    mean = gradients @ masses
    np.testing.assert_allclose(mean, H @ point, rtol=1e-11, atol=1e-13)
    covariance = (gradients * masses) @ gradients.T - np.outer(mean, mean)
    Hw = H @ point
    expected = (np.outer(Hw, Hw) + (point @ Hw + noise2) * H) / B
    np.testing.assert_allclose(covariance, expected, rtol=1e-10, atol=1e-12)
    assert np.trace(expected) * B == pytest.approx(float(problem.variance(point)), rel=1e-12)


def test_losses_have_the_values_of_their_definitions():
    """E|w - X| is (1 + w^2)/2 inside and |w| outside; E(x.w - noise)^2/2 = (w'Hw + noise2)/2."""
    at = [float(st.problems.median(1.5).loss(np.array([w]))) for w in (0.0, 1.0, -2.0)]
    assert at == [0.5, 1.75, 2 + 1.5 / 2 * 4]
    assert st.problems.gaussian_least_squares([1.0, 2.0], 3.0).loss(np.array([1.0, 2.0])) == 6.0
    assert st.problems.quadratic([1.0, 2.0], 3.0).loss(np.array([1.0, 2.0])) == 4.5
    assert st.problems.worst_case.escape_cubic().loss(np.array([2.0])) == 2 + 4
    data = [[1.0], [2.0]], [3.0, 1.0]
    assert st.problems.ridge(*data, 0.5).loss(np.array([2.0])) == (1 + 9) / 4 + 1
    expected = (np.log1p(np.exp(-2.0)) + np.log1p(np.exp(4.0))) / 2 + 1
    assert st.problems.logistic(*data, 0.5).loss([2.0]) == pytest.approx(expected, rel=1e-14)


def test_default_balls_of_synthetic_problems_scale_with_the_noise():
    assert st.problems.gaussian_least_squares([4.0, 9.0], 16.0).radius == 2.0
    assert st.problems.gaussian_least_squares([4.0, 9.0], 0.0).radius == 1.0
    assert st.problems.quadratic([4.0, 9.0], 16.0).radius == 1.0
    assert st.problems.quadratic([0.5], 0.25).radius == 1.0
    assert np.linalg.norm(st.problems.quadratic([4.0, 9.0], 64.0).w0) == pytest.approx(2.0)


def test_gaussian_least_squares_has_the_law_of_a_minibatch_beyond_moments():
    """Kolmogorov-Smirnov on two projections, 20,000 batches each: delta = 2e-10 each."""
    from scipy.stats import ks_2samp

    problem, rng = st.problems.gaussian_least_squares([0.5, 3.0], 0.7), np.random.default_rng(0)
    w, runs, B = np.array([[0.6], [-1.1]]), 20_000, 2
    fast = problem.sample_grad(np.repeat(w, runs, axis=1), B, rng)
    x = rng.standard_normal((2, B, runs)) * np.sqrt([0.5, 3.0])[:, None, None]
    residual = (x * w[:, None]).sum(axis=0) - np.sqrt(0.7) * rng.standard_normal((B, runs))
    slow = (x * residual).mean(axis=1)
    for direction in ([1.0, 0.3], [-0.2, 1.0]):
        assert ks_2samp(direction @ fast, direction @ slow).pvalue > 2e-10
        assert ks_2samp(direction @ (1.15 * fast), direction @ slow).pvalue < 2e-10
