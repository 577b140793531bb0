"""Bias and variance: the U, the risk of the smallest weights by its law, and the best penalty."""

from __future__ import annotations

import math
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as hyp
from sgdtheory.proofs import bias_variance as proofs
from sgdtheory.simulations import bias_variance as simulation

import sgdtheory as st
from sgdtheory.evidence import EvidenceError, Example, ledger
from sgdtheory.evidence import example as evaluated
from sgdtheory.exact import noise_law, ridgeless_clipped, ridgeless_moment
from sgdtheory.theory import bias_variance as says
from sgdtheory.verdict import Replicas

sizes = hyp.integers(1, 60)
rationals = hyp.fractions(0, 4, max_denominator=8)


# --- the classical U -----------------------------------------------------------------------------


def test_the_counterexample_has_two_local_minima_and_falling_squares_have_one() -> None:
    risks = proofs.nested_risks((1, 0, 1), F(1, 10))
    assert risks == [2, F(11, 10), F(6, 5), F(3, 10)]
    assert proofs.local_minima(risks) == [1, 3]
    assert proofs.local_minima(proofs.nested_risks((1, 1, 0), F(1, 10))) == [2]


@given(hyp.lists(rationals, min_size=1, max_size=8), rationals)
def test_squares_that_do_not_increase_leave_one_minimum(squares, share) -> None:
    risks = proofs.nested_risks(sorted(squares, reverse=True), share)
    falls = [a > b for a, b in pairwise(risks)]
    assert falls == sorted(falls, reverse=True)


def test_local_minima_at_both_ends_are_counted() -> None:
    assert proofs.local_minima([1, 2, 3]) == [0]
    assert proofs.local_minima([3, 2, 1]) == [2]
    assert proofs.local_minima([2, 1, 2, 1]) == [1, 3]


@given(hyp.lists(rationals, min_size=1, max_size=8), hyp.integers(8, 40), rationals)
def test_the_risk_of_nested_features_is_that_of_one_feature_after_another(squares, n,
                                                                          sigma2) -> None:
    one_by_one = proofs.nested_risks(squares, sigma2 / n)
    for p in range(1, len(squares) + 1):
        assert says.nested_risk(F(n), F(p), sigma2, sum(squares[p:], start=F())) == one_by_one[p]
    with pytest.raises(ValueError, match="p=9, the number of features, must be at most n=8"):
        says.nested_risk(8, 9, 1.0, 0.0)


# --- the smallest weights ------------------------------------------------------------------------


@given(sizes, sizes, rationals, rationals)
@example(1, 1, F(1), F(0))
@example(1, 1, F(0), F(1))
@example(3, 3, F(1), F(1))
def test_the_risk_is_the_mean_of_its_law_and_the_variance_is_that_of_its_law(n, p, sigma2,
                                                                             signal2) -> None:
    numbers = F(n), F(p), sigma2, signal2
    first, second = (ridgeless_moment(n, p, order, sigma2, signal2) for order in (1, 2))
    assert says.ridgeless_risk(*numbers) == first
    if second != math.inf:
        assert says.ridgeless_variance(*numbers) == second - first**2
    else:
        assert says.ridgeless_variance(*numbers) == math.inf and abs(n - p) <= 3 and sigma2 > 0


@pytest.mark.parametrize("p", range(1, 81))
def test_the_risk_for_forty_samples_is_that_of_the_three_branches(p) -> None:
    """The branches as they are printed; a factor n/(p - n) for n/(p - n - 1) is seen."""
    risk = says.ridgeless_risk(F(40), F(p), F(1, 4), F(1))
    if p <= 38:
        assert risk == F(1, 4) * F(p, 40 - p - 1) != F(1, 4) * F(p, 40 - p)
    elif p >= 42:
        assert risk == 1 - F(40, p) + F(1, 4) * F(40, p - 41) != 1 - F(40, p) + F(10, p - 40)
    else:
        assert risk == math.inf


@given(sizes, sizes, rationals, rationals)
def test_the_limit_has_the_bias_of_the_risk_and_another_noise(n, p, sigma2, signal2) -> None:
    m, numbers = abs(n - p), (F(n), F(p), sigma2, signal2)
    bias = says.ridgeless_risk(F(n), F(p), F(0), signal2)
    if m >= 2:
        noise = says.ridgeless_risk(*numbers) - bias
        assert says.ridgeless_limit(*numbers) == bias + noise * F(m - 1, m)
    assert says.ridgeless_limit(F(n), F(p), F(0), signal2) == bias


def test_arrays_of_whole_numbers_are_no_remainders() -> None:
    for kind in (np.uint8, np.int32, np.int64):
        n, p = np.array([40], dtype=kind), np.array([50], dtype=kind)
        assert says.ridgeless_risk(n, p, 1, 1) == pytest.approx([0.2 + 40 / 9])
    large = np.array([10**6]), np.array([3 * 10**6])
    assert says.ridgeless_variance(*large, 1, 1) == pytest.approx(
        [float(says.ridgeless_variance(F(10**6), F(3 * 10**6), F(1), F(1)))])


def test_without_noise_the_risk_is_finite_everywhere() -> None:
    p = np.arange(1, 81)
    risk = says.ridgeless_risk(40, p, 0.0, 1.0)
    np.testing.assert_allclose(risk, np.maximum(0, 1 - 40 / p), rtol=0, atol=1e-15)
    assert says.ridgeless_risk(F(40), F(40), F(0), F(1)) == 0


def test_arrays_fractions_and_symbols_give_the_same_risk() -> None:
    p = np.arange(1, 81)
    each = [says.ridgeless_risk(40, int(v), 0.25, 1.0) for v in p]
    np.testing.assert_allclose(says.ridgeless_risk(40, p, 0.25, 1.0), each, rtol=1e-15)
    letters = sympy.symbols("n p sigma2 signal2", positive=True)
    expression = says.ridgeless_risk(*letters)
    for v in (30, 40, 50):
        values = dict(zip(letters, (40, v, sympy.Rational(1, 4), 1), strict=True))
        assert float(expression.subs(values)) == each[v - 1]
    assert r"\infty" in says.ridgeless_risk.latex


@pytest.mark.parametrize(("n", "p"), [(20, 20), (20, 19), (21, 20), (40, 38), (7, 12)])
def test_the_quantiles_of_the_noise_are_those_of_two_gamma_numbers(n, p) -> None:
    """The other route: P(A/B <= x) is a beta probability of x/(1 + x)."""
    from scipy.stats import beta

    x = np.array([0.1, 1.0, 5.0, 100.0])
    expected = beta.cdf(x / (1 + x), min(n, p) / 2, (abs(n - p) + 1) / 2)
    np.testing.assert_allclose(noise_law(n, p).cdf(x), expected, rtol=1e-11)


def test_the_mean_that_is_cut_off_tends_to_the_mean_where_there_is_one() -> None:
    assert ridgeless_clipped(20, 10, 1e9) == pytest.approx(10 / 9, rel=1e-6)
    assert ridgeless_clipped(20, 10, 1e9, 2) == pytest.approx(
        float(ridgeless_moment(20, 10, 2, F(1), F(1))), rel=1e-6)
    grown = [ridgeless_clipped(20, 20, limit) for limit in (1e4, 1e6, 1e8)]
    assert grown[1] / grown[0] == pytest.approx(10, rel=0.1)
    assert grown[2] / grown[1] == pytest.approx(10, rel=0.02), "it grows as the root of the limit"


@pytest.mark.parametrize("order", [1, 2, 3])
def test_moments_exist_from_the_distance_on_that_the_claim_states(order) -> None:
    for apart in range(12):
        finite = ridgeless_moment(20, 20 + apart, order, F(1), F(1)) != math.inf
        assert finite == (apart > 2 * order - 1)
    assert ridgeless_moment(20, 20, order, F(0), F(1)) == 0


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_the_mean_inverse_by_bartletts_factor_is_that_of_wishart(size) -> None:
    for n in range(size + 2, 30):
        assert proofs.inverse_trace(n, size) == F(size, n - size - 1)
        assert proofs.inverse_trace(n, size) != F(size, n - size)


def test_two_rows_of_the_bartlett_factor_are_checked_by_their_own_moments() -> None:
    """E (a + z^2 + b)/(a b), a and b chi-squared with n and n - 1 degrees of freedom."""
    for n in range(4, 40):
        a, b = F(1, n - 2), F(1, n - 3)
        assert proofs.inverse_trace(n, 2) == b + a * b + a


@pytest.mark.parametrize(("n", "p"), [(5, 3), (3, 5), (4, 4)])
def test_the_solver_finds_the_smallest_least_squares_weights(n, p) -> None:
    """Against numpy's pseudo-inverse, on the same random numbers."""
    weights = simulation.of_norm2(p, 2.0)
    assert weights @ weights == pytest.approx(2.0)
    found = simulation.fitted_risks(np.random.default_rng(3), 50, n, p, 0.5, weights)
    rng = np.random.default_rng(3)
    X, noise = rng.standard_normal((50, n, p)), rng.standard_normal((50, n, 1))
    fits = np.linalg.pinv(X) @ (X @ weights[:, None] + 0.5**0.5 * noise)
    np.testing.assert_allclose(found, ((fits[..., 0] - weights) ** 2).sum(axis=1), rtol=1e-6)


def test_a_large_sample_of_designs_does_not_fit_in_memory_at_once_and_is_cut() -> None:
    rng = np.random.default_rng(0)
    assert simulation.fitted_risks(rng, 9, 1000, 1000 // 4, 1.0, np.ones(250)).shape == (9,)


# --- double descent ------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "error"), [(10, 1.2944), (30, 3.304), (38, 26.62), (42, 26.36),
                                          (70, 1.1625), (100, 0.7049)])
def test_the_error_with_some_of_equal_features_is_that_of_the_literature(p, error) -> None:
    kept2 = p / 100
    found = says.weak_risk(40, p, 1 / 16, kept2, 1 - kept2)
    assert found == pytest.approx(error, rel=3e-4)
    assert found == pytest.approx(float(proofs.weak_errors(proofs.EQUAL, 40, F(1, 16))[p - 1]))


def test_the_courses_are_as_said_and_another_order_of_the_weights_is_not() -> None:
    assert proofs.course_misses() == 0
    assert proofs.course([3, 2, 5, 5, 4]) == "-+=-"
    backwards = proofs.weak_errors(proofs.HALVING[::-1], 40, F(1, 16))
    assert proofs.course(backwards) != "-+=-+"


# --- more data, more parameters ------------------------------------------------------------------


@given(hyp.integers(5, 80), hyp.fractions(F(1, 4), 30, max_denominator=6))
def test_more_data_hurt_on_the_exact_range_and_nowhere_else(p, signal2) -> None:
    for n in range(1, p - 2):
        change = (says.ridgeless_risk(F(n + 1), F(p), F(1), signal2)
                  - says.ridgeless_risk(F(n), F(p), F(1), signal2))
        m = p - n
        assert change == F(p - 1, (m - 1) * (m - 2)) - signal2 / p
        assert (change > 0) == ((m - 1) * (m - 2) < p * (p - 1) / signal2)


def test_a_range_that_is_off_by_one_is_caught(monkeypatch) -> None:
    right = proofs.rises_with_data
    monkeypatch.setattr(proofs, "rises_with_data", lambda n, p, q: right(n + 1, p, q)
                        if n < p - 3 else right(n, p, q))
    assert proofs.range_misses() > 0


@given(hyp.integers(1, 60), hyp.integers(1, 60), hyp.floats(0.01, 0.99))
def test_no_width_beats_the_least_risk_and_the_best_one_attains_it(n, beyond, ratio) -> None:
    sigma2 = ratio**2
    least = says.least_risk(n, sigma2, 1.0)
    assert says.ridgeless_risk(n, n + 1 + beyond, sigma2, 1.0) >= least * (1 - 1e-12)
    p = says.best_width(n, sigma2, 1.0)
    assert 1 - n / p + sigma2 * n / (p - n - 1) == pytest.approx(least, rel=1e-9)


def test_with_weak_signals_no_width_is_best_and_the_refusal_says_so() -> None:
    for formula in (says.best_width, says.least_risk):
        with pytest.raises(ValueError, match=r"signal2=1, the squared norm of the weights, must be "
                                             r"above sigma2=1, the noise"):
            formula(40, 1, 1)
    for formula in (says.best_samples, says.best_penalty):
        with pytest.raises(ValueError, match="signal2=0, the squared norm of the weights"):
            formula(40, 1, 0)
    with pytest.raises(ValueError, match="p, the number of parameters, must be a whole number"):
        says.ridgeless_risk(40, 0, 1, 1)
    with pytest.raises(ValueError, match="sigma2, the variance"):
        ridgeless_moment(40, 3, 1, -1, 1)
    with pytest.raises(ValueError, match="order=-1, the power of the risk, must be a whole number"):
        ridgeless_moment(40, 3, -1, 1, 1)
    with pytest.raises(ValueError, match="limit=0, where the risk is cut off"):
        ridgeless_clipped(40, 3, 0)
    with pytest.raises(ValueError, match="n, the number of samples, must be a whole number"):
        noise_law(-3, 5)


# --- the best penalty ----------------------------------------------------------------------------


def test_the_limit_at_as_many_parameters_as_samples_is_that_of_the_literature() -> None:
    assert says.ridge_limit(100, 100, 0.25, 1.0) == pytest.approx(0.39039, abs=5e-6)
    assert says.best_penalty(100, 0.25, 1.0) == 25


@pytest.mark.parametrize(("n", "sigma2"), [(10**6, 1e-3), (10**7, 1e-3), (10**9, 1e-6)])
def test_the_limit_keeps_its_digits_where_data_are_many(n, sigma2) -> None:
    """The other route: fractions, and the root that cancels with 60 digits."""
    import mpmath

    with mpmath.workdps(60):
        half = (mpmath.mpf(n - 1) + sigma2) / 2
        exact = float(mpmath.sqrt(half**2 + sigma2) - half)
    assert says.ridge_limit(n, 1, sigma2, 1.0) == pytest.approx(exact, rel=1e-13)


@given(hyp.integers(1, 200), hyp.integers(1, 200), hyp.floats(0.01, 10), hyp.floats(0.01, 10))
def test_the_limit_solves_its_equation_and_falls_with_every_sample(n, p, sigma2, signal2) -> None:
    r = says.ridge_limit(n, p, sigma2, signal2)
    assert 0 < r < signal2
    assert p * r**2 + (signal2 * (n - p) + sigma2 * p) * r == pytest.approx(p * sigma2 * signal2,
                                                                            rel=1e-6)
    assert says.ridge_limit(n + 1, p, sigma2, signal2) <= r * (1 + 1e-12)


def test_the_spectral_integral_has_its_mass_and_its_zeros() -> None:
    """With a large penalty the trace is p over it."""
    for n, p in ((10, 5), (10, 10), (10, 40)):
        assert simulation.marchenko_pastur(n, p, 1e12) == pytest.approx(p / n * 10 / 1e12 * n / 10,
                                                                        rel=1e-9)


@given(hyp.integers(1, 8), hyp.integers(1, 8), hyp.floats(0.1, 10), hyp.integers(0, 10**6))
def test_no_penalty_does_better_than_the_best_on_any_spectrum(n, p, factor, seed) -> None:
    spectrum = np.linalg.svd(np.random.default_rng(seed).standard_normal((n, p)),
                             compute_uv=False) ** 2
    w = np.concatenate([spectrum, np.zeros(p - len(spectrum))])
    best = says.best_penalty(p, 0.5, 2.0)

    def mean_risk(penalty: float) -> float:
        return float(((penalty**2 * 2.0 / p + 0.5 * w) / (w + penalty) ** 2).sum())

    assert mean_risk(factor * best) >= mean_risk(best) * (1 - 1e-12)
    assert mean_risk(best) == pytest.approx(0.5 * (1 / (w + best)).sum(), rel=1e-12)


def test_an_example_more_lowers_the_trace_by_the_formula_and_one_that_is_wrong_is_caught() -> None:
    falls = [proofs.trace_falls(*each, F(3, 2)) for each in proofs.DESIGNS]
    assert len(falls) == 30 and all(seen == said > 0 for seen, said in falls)
    assert any(seen != said * F(9, 10) for seen, said in falls)
    rows = proofs.design(1, 3, 3)
    identity = [[sum(a * b for a, b in zip(line, column, strict=True))
                 for column in zip(*proofs.penalised(rows, F(1)), strict=True)]
                for line in proofs.inverse(proofs.penalised(rows, F(1)))]
    assert identity == [[F(i == j) for j in range(3)] for i in range(3)]


@pytest.mark.parametrize("what", ["course", "inverse_trace", "trace_falls", "risk"])
def test_an_exact_run_that_finds_something_wrong_says_so(what, monkeypatch) -> None:
    """Each count of misses is above 0 where what it counts is off."""
    right = getattr(proofs, what)
    wrong = {"course": lambda numbers: right(numbers)[::-1] + "+",
             "inverse_trace": lambda n, p: right(n, p) + F(1, 10**6),
             "trace_falls": lambda *each: (right(*each)[0], right(*each)[1] * F(9, 10)),
             "risk": lambda n, p, sigma2, signal2: right(n, p, sigma2, signal2) * F(21, 20)}[what]
    count = {"course": proofs.course_misses, "inverse_trace": proofs.trace_misses,
             "trace_falls": proofs.adding_misses, "risk": proofs.limit_misses}[what]
    assert count() == 0
    monkeypatch.setattr(proofs, what, wrong)
    assert count() > 0


def test_the_thirty_designs_differ() -> None:
    assert len({str(proofs.design(*each)) for each in proofs.DESIGNS}) == 30


# --- evidence ------------------------------------------------------------------------------------


def test_every_claim_of_the_slide_is_settled_and_the_u_is_refuted() -> None:
    rows = {row.claim: row for row in ledger(["bias_variance"])}
    assert all(row.status != "unsettled" for row in rows.values())
    assert rows[says.classic_as_stated].status == rows[says.limit_as_stated].status == "refuted"
    assert rows[says.wider].status == rows[says.best].status == rows[says.bounded].status == "tight"


@pytest.mark.parametrize("claim", [says.more_data, says.wider, says.best, says.bounded])
def test_a_world_where_a_hypothesis_fails_is_no_example(claim) -> None:
    world = proofs.numbers(m=1, p=10, sigma2=-1, b2=2, a=2, s=1, n=-3, v=4, tau2=2, w=-1)
    world.letters["lambda"] = F(1)
    with pytest.raises(EvidenceError, match="it is not true that"):
        evaluated(claim, world, "nothing holds")


def test_the_other_branch_of_a_claim_is_refuted_by_an_exact_run() -> None:
    """The signs of the two fractions of more_data, exchanged."""
    n, p = 6, 10
    change = proofs.risk(n + 1, p, F(1), F(2)) - proofs.risk(n, p, F(1), F(2))
    assert change == F(9, 6) - F(2, 10)
    assert Example(says.more_data_range, -abs(change - (F(2, 10) - F(9, 6))), "").shows == "refuted"


@pytest.mark.chance(1e-12)
def test_the_judge_tells_the_risk_from_its_limit_at_a_distance_of_ten() -> None:
    """1.05 and 1/1.05 are seen, too."""
    rng, n, p = np.random.default_rng(11), 12, 2
    risks = simulation.fitted_risks(rng, 32768, n, p, 1.0, np.zeros(p)).reshape(4096, 8)
    sample = Replicas(risks.mean(axis=1)[:, None], [p], np.inf,
                      [simulation.variance_of(n, p, F(1), F(0)) / 8])
    truth = says.ridgeless_risk(n, p, 1.0, 0.0)
    assert st.judge_equal(truth, sample, 1e-12)
    for wrong in (says.ridgeless_limit(n, p, 1.0, 0.0), 1.1 * truth):
        assert not st.judge_equal(wrong, sample, 1e-12)
