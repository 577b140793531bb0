"""High dimension: formulas, exact counts and theorems held together, and the slips they catch."""

from __future__ import annotations

import math
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.proofs import dimension as proofs
from sgdtheory.simulations import dimension as simulation

from sgdtheory.evidence import EvidenceError, Proof
from sgdtheory.exact.contrast import contrast_probability
from sgdtheory.logic.claim import Claim
from sgdtheory.theory import dimension as says

# --- balls ---------------------------------------------------------------------------------------


def test_the_shares_of_the_slide_and_what_its_formula_lacks() -> None:
    shares = [says.ball_to_cube(d) for d in (2, 3, 10)]
    assert shares == pytest.approx([math.pi / 4, math.pi / 6, math.pi**5 / 122880], rel=1e-14)
    assert [round(100 * share, digits) for share, digits in zip(shares, (1, 1, 3), strict=True)
            ] == [78.5, 52.4, 0.249]
    printed = math.pi**5 / 2**10
    assert printed / shares[2] == pytest.approx(math.factorial(5)) and printed > 0.298
    assert round(100 * math.pi / 6, 1) != 52.3, "the slide cuts off what is to be rounded"


@given(hyp.integers(1, 60))
def test_the_share_is_its_recursion_and_has_its_symbols(d) -> None:
    exact = float(proofs.share_coefficient(d)) * math.pi ** (d // 2)
    assert says.ball_to_cube(d) == pytest.approx(exact, rel=1e-12)
    assert float(says.ball_to_cube(sympy.Integer(d))) == pytest.approx(exact, rel=1e-12)
    assert says.ball_to_cube(np.array([d, d + 1]))[0] == says.ball_to_cube(d)
    assert says.ball_to_cube(d + 2) / says.ball_to_cube(d) == pytest.approx(
        math.pi / (2 * (d + 2)), rel=1e-12)


def test_points_are_counted_in_the_ball_and_not_beside_it() -> None:
    rng = np.random.default_rng(0)
    assert simulation.shares(rng, 5, 1, 100).tolist() == [1.0] * 5
    many = simulation.shares(rng, 400, 2, 4000).mean()
    assert abs(many - math.pi / 4) < 5 * (0.17 / 1.6e6) ** 0.5 < abs(many - 0.8)


# --- distances -----------------------------------------------------------------------------------


def test_moments_of_a_difference_are_those_of_its_density() -> None:
    x = sympy.Symbol("x")
    for power in range(9):
        assert sympy.integrate(2 * (1 - x) * x**power, (x, 0, 1)) == sympy.Rational(
            proofs.moment(power).numerator, proofs.moment(power).denominator)


def test_the_spread_of_a_spread_is_that_of_the_enumerated_law() -> None:
    """In one dimension ``D^2`` has the density of a squared difference: integrals by sympy."""
    x = sympy.Symbol("x")
    mean = sympy.Rational(1, 6)
    moments = [sympy.integrate(2 * (1 - x) * (x**2 / mean - 1) ** k, (x, 0, 1)) for k in (2, 4)]
    assert simulation._spread_variance(np.array([1.0]))[0] == pytest.approx(
        float(moments[1] - moments[0] ** 2), rel=1e-12)
    assert moments[0] == sympy.Rational(7, 5)


def test_the_contrast_of_two_dimensions_has_a_closed_form_and_the_others_their_digits() -> None:
    from scipy.special import beta

    assert contrast_probability(2, 20, 0.5) == pytest.approx(16 * beta(16, 20), rel=1e-9)
    found = [contrast_probability(d, 20, 0.5) for d in (10, 100)]
    assert found == pytest.approx([4.58e-4, 0.99065], rel=1e-3)
    assert found[0] > 10 * contrast_probability(10, 20, 0.25)
    assert contrast_probability(5, 2, 1e9) == pytest.approx(1)


def test_the_nearest_of_a_thousand() -> None:
    medians = [says.nearest_median(1000, d) for d in (2, 10, 20)]
    assert medians == pytest.approx([0.026, 0.483, 0.695], abs=5e-4)
    with pytest.raises(ValueError, match="n=1, the number of points, must be at least 2"):
        says.nearest_median(1, 3)


# --- samples -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "d"), [(1, 1), (3, 1), (2, 2), (3, 2), (2, 3)])
def test_midpoints_cover_and_one_less_does_not(k, d) -> None:
    assert proofs.covering_radius(k, d) == F(1, 2 * k) == says.lipschitz_error(F(k))
    assert says.lipschitz_samples(F(1, 2 * k), d) == k**d
    if k > 1:
        assert proofs.packing_distance(k, d) == F(1, k - 1)
        finer = F(1, 2 * k) + F(1, 100 * k)
        assert 2 * finer < proofs.packing_distance(k, d), "so k^d samples are needed, at finer too"
        assert says.lipschitz_samples(finer, d) == k**d


def test_the_numbers_of_samples_of_the_audit() -> None:
    found = [says.lipschitz_samples(0.05, d) for d in (1, 2, 5, 10)]
    assert found == [10, 100, 1e5, 1e10]
    assert says.lipschitz_samples(F(1, 20), 3) == 1000
    assert says.lipschitz_samples(F(1, 21), 3) == 11**3


# --- trials --------------------------------------------------------------------------------------


def test_random_trials_are_59_299_and_90_and_not_one_less() -> None:
    for (quantile, confidence), count in proofs.TRIALS.items():
        assert says.random_trials(quantile, confidence) == count
        assert says.random_trials(float(quantile), float(confidence)) == count
        assert proofs.enough(quantile, confidence, count)
        assert not proofs.enough(quantile, confidence, count - 1)
        assert not proofs.enough(quantile, confidence, count + 1)


@given(hyp.fractions(F(1, 50), F(49, 50), max_denominator=50), hyp.integers(1, 30))
def test_where_a_power_meets_the_confidence_exactly_it_is_enough(quantile, count) -> None:
    exactly = 1 - (1 - quantile) ** count
    assert says.random_trials(quantile, exactly) == count
    assert says.random_trials(quantile, exactly + F(1, 10**40) * (1 - exactly)) == count + 1


def test_trials_of_arrays_symbols_and_nonsense() -> None:
    assert says.random_trials(np.array([0.05, 0.01]), 0.95).tolist() == [59, 299]
    assert says.random_trials(sympy.Rational(1, 20), sympy.Rational(19, 20)) == 59
    assert says.grid_trials(np.array([2, 3]), 3).tolist() == [8, 27]
    with pytest.raises(ValueError, match=r"quantile, the share of the settings .* got 0"):
        says.random_trials(0, 0.95)
    with pytest.raises(ValueError, match=r"confidence, .* must be in \(0, 1\); got 1"):
        says.random_trials(0.05, 1)


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_the_gap_of_random_trials_is_its_integral(n) -> None:
    """``P(gap > g)`` given the best value is a power of what is left of [0, 1]."""
    g, b = sympy.symbols("g b", nonnegative=True)
    half = sympy.integrate((1 - 2 * g) ** n, (g, 0, b)) + sympy.integrate(
        (1 - b - g) ** n, (g, b, 1 - b))
    mean = 2 * sympy.integrate(sympy.expand(half), (b, 0, sympy.Rational(1, 2)))
    assert sympy.simplify(mean) == sympy.Rational(n + 3, 2 * (n + 1) * (n + 2))
    assert proofs.random_gap(n) == F(n + 3, 2 * (n + 1) * (n + 2)) != F(1, 2 * (n + 1))


def test_the_example_of_the_audit() -> None:
    assert says.grid_gap(4) == 0.0625 and round(says.random_gap(64), 4) == 0.0078


# --- minima, and what is proved ------------------------------------------------------------------


def test_critical_points_of_four_dimensions() -> None:
    assert proofs.critical_points(4) == (16, 1, 64)
    assert (says.product_minima(4), says.product_saddles(4)) == (16, 64)


def test_the_theorem_needs_both_hypotheses() -> None:
    claim, step = says.all_miss, proofs.all_miss
    assert Proof(claim, step).unused == ()
    for hypothesis in claim.hypotheses:
        fewer = tuple(h for h in claim.hypotheses if h is not hypothesis)
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), step)


def test_slips_in_the_exact_runs_would_be_seen() -> None:
    assert proofs.off((F(1, 2), F(1, 2))) == 0
    assert proofs.off((proofs.share_coefficient(10), F(1, 1024))) < 0
    assert proofs.off((says.product_minima(3), proofs.critical_points(3)[0] + 1)) < 0
