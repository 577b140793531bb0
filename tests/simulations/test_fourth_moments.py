"""The variances that make verdicts on regression two-sided, against sums over all that can happen.

None of these tests has anything random in it.
"""

from itertools import combinations, product

import numpy as np
import pytest
from sgdtheory.simulations import exact_moments, fourth_moments
from sgdtheory.simulations.fourth_moments import (
    finite_sum_variance,
    gaussian_rows_factors,
    gaussian_rows_variance,
)
from sgdtheory.simulations.two_runs import gaussian_variance

import sgdtheory as st
from sgdtheory.exact.fourth import isotropic_factor
from sgdtheory.optimizers import SGD
from sgdtheory.theory import exact_moments as says

X, Y = np.array([[1.0, 0.5], [-0.5, 1.5], [2.0, -1.0]]), np.array([1.0, -2.0, 0.5])
L2, ALPHA = 0.1, 0.2


def quadrature(alpha, h, noise2, B, d, r2):
    """Return the second and fourth moment of ``|e'|`` from ``|e|^2 = r2``, node by node."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)  # exact up to degree 9
    numbers = B * (d + 1)
    places = np.array(list(product(range(5), repeat=numbers)))
    drawn = nodes[places].reshape(-1, B, d + 1)
    mass = np.prod(weights[places] / weights.sum(), axis=1)
    e = np.zeros(d)
    e[0] = np.sqrt(r2)
    x = np.sqrt(h) * drawn[:, :, :d]
    residuals = x @ e - np.sqrt(noise2) * drawn[:, :, d]
    after = e - alpha * np.einsum("abi,ab->ai", x, residuals) / B
    norm2 = (after**2).sum(axis=1)
    return mass @ norm2, mass @ norm2**2


@pytest.mark.parametrize(("B", "d"), [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)])
def test_the_moments_of_a_step_on_gaussian_rows_by_quadrature(B, d):
    second, fourth = gaussian_rows_factors(0.3, 0.7, 1.3, B, d)
    for r2 in (0.0, 1.0, 2.5):
        m2, m4 = quadrature(0.3, 0.7, 1.3, B, d, r2)
        assert second[0] * r2 + second[1] == pytest.approx(m2, rel=1e-12)
        assert fourth[0] * r2**2 + fourth[1] * r2 + fourth[2] == pytest.approx(m4, rel=1e-12)
    assert gaussian_rows_factors(0.3, 0.7, 1.3, B, d + 1)[1][0] > fourth[0]


@pytest.mark.parametrize(("B", "d"), [(1, 1), (4, 3), (16, 32)])
def test_the_fourth_power_moves_by_the_factor_that_flags_a_run(B, d):
    factor = gaussian_rows_factors(0.4, 0.5, 2.0, B, d)[1][0]
    assert factor == pytest.approx(isotropic_factor(0.2, B, d), rel=1e-12)


def test_the_variance_on_gaussian_rows_is_that_found_for_one_sample_a_step():
    p = st.problems.gaussian_least_squares([1.0] * 8, 0.5, radius=1.0)
    times = (0, 1, 2, 10, 40)
    assert gaussian_rows_variance(p, 0.02, 1, times) == pytest.approx(
        gaussian_variance(8, 0.5, 1.0, 0.02, times), rel=1e-9)


def brute_force(p, alpha, B, steps, replaced):
    """Return mean and variance of ``|w_t - w*|^2`` over every sequence of batches."""
    rows = range(p.n)
    batches = list(product(rows, repeat=B) if replaced else combinations(rows, B))
    cloud = (p.w0 - p.w_star)[None, :]
    for _ in range(steps):
        moved = []
        for batch in batches:
            chosen, r = p.X[list(batch)], p.residuals[list(batch)]
            gradient = ((cloud @ chosen.T + r) @ chosen) / B + p.l2 * (cloud + p.w_star)
            moved.append(cloud - alpha * gradient)
        cloud = np.concatenate(moved)
    norm2 = (cloud**2).sum(axis=1)
    return norm2.mean(), norm2.var()


@pytest.mark.parametrize(("B", "replaced"), [(1, True), (2, True), (2, False), (3, False)])
def test_recursion_and_variance_on_a_finite_sum_by_enumeration(B, replaced):
    p, times = st.problems.ridge(X, Y, L2), np.arange(4)
    found = finite_sum_variance(p, ALPHA, B, times, replaced)
    kappa = exact_moments.share(B, p.n, replaced)
    second = exact_moments.recursion(p, ALPHA, kappa, times)
    for t in times:
        mean, variance = brute_force(p, ALPHA, B, t, replaced)
        assert second[t] == pytest.approx(mean, rel=1e-12)
        assert found[t] == pytest.approx(variance, rel=1e-9, abs=1e-12)
    slip = exact_moments.recursion(p, ALPHA, (p.n - B) / (B * p.n), times)
    assert replaced or B == p.n or not np.allclose(slip[1:], second[1:], rtol=1e-3)


def test_the_step_sizes_of_the_simulation_are_where_it_says():
    p, B = exact_moments._gaussian(), exact_moments.LMS_B
    limit = says.lms_stable_alpha(exact_moments.LMS_H, B, exact_moments.LMS_DIM)
    assert limit == exact_moments.LMS_LIMIT == st.exact.stable_alpha(p, SGD, B)
    fourth = st.exact.stable_alpha(p, SGD, B, moment=4)
    assert max(exact_moments.LMS_ALPHAS) < fourth < exact_moments.HEAVY < limit
    assert limit < exact_moments.BEYOND < 2 / exact_moments.LMS_H


@pytest.mark.parametrize("name", ["gaussian_rows_variance", "finite_sum_variance"])
def test_a_variance_that_is_far_too_small_makes_a_true_value_fall(name, monkeypatch):
    """So the variances matter: with a thousandth of them the same runs refute the exact values."""
    true = getattr(fourth_moments, name)
    monkeypatch.setattr(exact_moments, name, lambda *given: true(*given) / 1000)
    verdicts = exact_moments.run(runs=256, seed=1).verdicts
    start = "Gaussian regression" if name.startswith("gaussian") else "eight rows"
    assert not all(verdict for key, verdict in verdicts.items()
                   if key.startswith(start) and key.endswith("attained"))


def test_the_run_beyond_the_fourth_moment_is_flagged_and_the_one_below_is_not():
    result = exact_moments.run(runs=16, seed=3)
    assert [curve.heavy for curve in result.regression] == [False, False, True, True]
