"""High dimension: formulas, exact counts and theorems held together, and the slips they catch."""

from __future__ import annotations

import math
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import dimension as proofs
from sgdtheory.simulations import dimension as simulation
from sgdtheory.simulations import points

from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.exact import contrast_fraction, contrast_probability, mean_distance
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


@pytest.mark.chance(1e-14)
def test_points_are_counted_in_the_ball_and_not_beside_it() -> None:
    rng = np.random.default_rng(0)
    assert points.shares_of_ball(rng, 5, 1, 100).tolist() == [1.0] * 5
    many = points.shares_of_ball(rng, 400, 2, 4000).mean()
    assert abs(many - math.pi / 4) < 8 * (0.17 / 1.6e6) ** 0.5 < abs(many - 0.8)


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
    assert points.spread_variance(1.0) == pytest.approx(
        float(moments[1] - moments[0] ** 2), rel=1e-12)
    assert moments[0] == sympy.Rational(7, 5)


@pytest.mark.parametrize("d", [2, 4, 10, 40])
def test_the_contrast_in_fractions_is_that_of_the_integral_in_floats(d) -> None:
    exact = float(contrast_fraction(d, 20, F(9, 4)))
    assert contrast_probability(d, 20, 0.5) == pytest.approx(exact, rel=1e-11)
    assert contrast_probability(d, 19, 0.5) != pytest.approx(exact, rel=1e-3)


def test_the_contrast_of_two_dimensions_is_a_beta_function_and_the_claims_have_its_digits() -> None:
    """With ``u = exp(-s/2)``: ``n/(r - 1) B(n/(r - 1), n)``, and 16 B(16, 20) of the audit."""
    beta = F(math.factorial(15) * math.factorial(19), math.factorial(35))
    assert contrast_fraction(2, 20, F(9, 4)) == 16 * beta
    for n, ratio2 in ((2, F(3)), (5, F(7, 3)), (9, F(10))):
        a = n / (ratio2 - 1)
        expected = a * math.factorial(n - 1) / math.prod(a + i for i in range(n))
        assert contrast_fraction(2, n, ratio2) == expected
    assert proofs.digits_off() == 0
    high = [contrast_probability(d, 20, 0.5) for d in (40, 60, 100)]
    assert [f"{p:.3f}" for p in high] == ["0.445", "0.823", "0.991"]
    assert all(f"{p:.3f}" in says.contrast_high.says for p in high)


def test_the_contrast_of_one_point_or_of_any_spread_is_certain_and_nonsense_is_refused() -> None:
    assert contrast_fraction(6, 1, F(2)) == 1 and contrast_fraction(6, 7, F(1)) == 0
    assert contrast_probability(5, 2, 1e9) == pytest.approx(1)
    with pytest.raises(ValueError, match="d=3, the dimension, must be even and at least 2"):
        contrast_fraction(3, 20, F(9, 4))
    with pytest.raises(ValueError, match="n, the number of samples, must be a whole number >= 1"):
        contrast_probability(3, 0, 0.5)
    with pytest.raises(ValueError, match=r"spread=1e-06, by how much the farthest may be farther"):
        contrast_probability(1, 5, 1e-6)
    with pytest.raises(ValueError, match=r"ratio2=1/2, the square of farthest over nearest"):
        contrast_fraction(2, 20, F(1, 2))


def test_what_no_grid_and_no_search_can_be_is_refused() -> None:
    for formula, letters in ((says.grid_trials, (0, 10)), (says.grid_gap, (0,)),
                             (says.midpoint_error, (0, 2)), (says.occupied_share, (5, 0, 2))):
        with pytest.raises(ValueError, match="k=0, the points along a side, must be at least 1"):
            formula(*letters)
    with pytest.raises(ValueError, match=r"side=0.3 in d=10000 dimensions takes more than 10\^300"):
        says.near_trials(0.3, 10000, 0.95)
    assert says.near_trials(0.5, np.array([10, 900]), 0.95)[1] == pytest.approx(2.53220636e271)


def test_the_floor_of_the_contrast_holds_tends_to_1_and_says_nothing_at_first() -> None:
    eta = F(5, 13)
    assert (1 + eta) / (1 - eta) == F(9, 4)
    floors = [says.contrast_floor(20, eta, F(d)) for d in (40, 400, 4000, 10**6)]
    assert floors == [1 - 20 * says.gaussian_spread2(F(d)) / eta**2 for d in (40, 400, 4000, 10**6)]
    assert floors[0] < 0 and floors == sorted(floors) and floors[-1] > F(999, 1000)
    for d in (10, 20, 40):
        assert contrast_fraction(d, 3, F(9)) > says.contrast_floor(3, F(4, 5), F(d)) > 0


@given(hyp.lists(hyp.integers(1, 99), min_size=2, max_size=6), hyp.integers(1, 50))
def test_points_with_equal_coordinates_have_the_contrast_of_their_numbers(numbers, d) -> None:
    assert proofs.farthest2(numbers, d) == F(max(numbers), min(numbers)) ** 2


def test_mean_distances_have_robbins_closed_forms() -> None:
    two, three = math.sqrt(2), math.sqrt(3)
    square = (2 + two + 5 * math.log(1 + two)) / 15
    cube = (4 + 17 * two - 6 * three + 21 * math.log(1 + two) + 42 * math.log(2 + three)
            - 7 * math.pi) / 105
    found = [mean_distance(d) for d in (1, 2, 3)]
    assert found == pytest.approx([1 / 3, square, cube], rel=1e-13)
    assert [round(f, 4) for f in found[1:]] == [0.5214, 0.6617]
    assert "0.5214 and 0.6617" in says.far_mean.says
    with pytest.raises(ValueError, match=r"d, the dimension, must be a whole number >= 1; got 2"):
        mean_distance(2.5)


@pytest.mark.parametrize("d", [1, 2, 5, 10, 100, 1000])
def test_the_mean_distance_is_between_what_jensen_and_two_moments_allow(d) -> None:
    """``sqrt(s) >= 1 + (s - 1)/2 - (s - 1)^2/2`` for s >= 0, at ``s = S/E S``: 1 - v/2 below."""
    root = math.sqrt(says.square_distance(d))
    assert root * (1 - says.cube_spread2(d) / 2) <= mean_distance(d) < root
    assert (mean_distance(d) > 0.98 * root) is (d >= 10)


@pytest.mark.parametrize("d", range(1, 9))
def test_the_mean_distance_of_gaussians_is_that_of_the_chi_law(d) -> None:
    from scipy.stats import chi

    assert says.gaussian_distance(d) == pytest.approx(math.sqrt(2) * chi(d).mean(), rel=1e-12)
    exact = float(says.gaussian_distance(sympy.Integer(d)))
    assert says.gaussian_distance(d) == pytest.approx(exact, rel=1e-14)
    assert 2 * d - exact**2 == pytest.approx(2 * chi(d).var(), rel=1e-9)


@pytest.mark.parametrize(("n", "k", "d"), proofs.CELLS)
def test_the_occupied_share_is_that_of_all_placements_and_so_is_its_variance(n, k, d) -> None:
    cells = k**d
    shares = [F(len(set(places)), cells) for places in product(range(cells), repeat=n)]
    mean = sum(shares) / len(shares)
    assert mean == says.occupied_share(F(n), F(k), F(d)) == proofs.mean_occupied(n, cells)
    spread = sum((s - mean) ** 2 for s in shares) / len(shares)
    assert points.occupied_variance(n, cells) == pytest.approx(float(spread), abs=1e-15)
    assert mean <= F(n, cells)


def test_40000_points_by_deciles() -> None:
    assert says.occupied_share(40_000, 10, 10) == pytest.approx(4.0e-6, rel=1e-5)
    assert F(99, 100) ** 40_000 == pytest.approx(3e-175, rel=0.2)
    assert "4.0e-6" in says.sparse.correction and "3e-175" in says.sparse.correction


def test_drawn_points_occupy_cells_and_gaps_and_bits_are_what_they_are_called() -> None:
    rng = np.random.default_rng(3)
    assert set(np.unique(points.occupied_shares(rng, (50, 4), 1, 3, 2))) == {1 / 9}
    assert points.occupied_shares(rng, (5, 4), 400, 2, 2).tolist() == [[1.0] * 4] * 5
    assert points.midpoint_gaps(rng, (99, 9), 2, 40).max() <= 1 / 4
    assert points.square_distances(rng, (99, 9), 3).max() <= 3
    fair = points.parity(rng, (100, 100), 64)
    assert set(np.unique(fair)) == {0.0, 1.0} and abs(fair.mean() - 0.5) < 0.05
    word = np.random.default_rng(8).integers(0, 2**64, (1,), dtype=np.uint64)[0]
    for bits in (1, 7, 64):
        odd = points.parity(np.random.default_rng(8), (1,), bits)[0]
        assert odd == (int(word) >> (64 - bits)).bit_count() % 2


def test_the_nearest_of_a_thousand() -> None:
    medians = [says.nearest_median(1000, d) for d in (2, 10, 20)]
    assert medians == pytest.approx([0.026, 0.483, 0.695], abs=5e-4)
    with pytest.raises(ValueError, match="n=1, the number of points, must be at least 2"):
        says.nearest_median(1, 3)
    assert "0.69" not in says.nearest_median.latex, "log 2 is not written as a float"
    far = says.nearest_median(10**15, 1)
    assert far == pytest.approx(math.log(2) / 1e15, rel=1e-12), "nothing cancels"
    assert says.nearest_median(2, 1) == 0.5 and says.nearest_median(F(2), F(1)) == 0.5


# --- samples -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "d"), [(1, 1), (3, 1), (2, 2), (3, 2), (2, 3)])
def test_midpoints_attain_the_least_error_and_one_sample_less_does_not(k, d) -> None:
    assert proofs.covering_radius(k, d) == F(1, 2 * k) == says.lipschitz_error(F(k**d), F(d))
    assert says.lipschitz_samples(F(1, 2 * k), d) == k**d
    if k > 1:
        assert says.lipschitz_error(F(k**d - 1), F(d)) == F(1, 2 * (k - 1))
        assert says.lipschitz_samples(F(1, 2 * k) + F(1, 100 * k), d) == k**d


@given(hyp.integers(1, 3).flatmap(lambda d: hyp.lists(
    hyp.tuples(*[hyp.integers(0, 2520)] * d), min_size=1, max_size=12)))
@settings(max_examples=100)
def test_no_samples_do_better_than_the_least_error(samples) -> None:
    n, d = len(samples), len(samples[0])
    height = F(proofs.fooling_height(samples, 2520), 2520)
    assert height >= says.lipschitz_error(F(n), F(d))


def test_the_fooling_function_is_lipschitz_0_at_the_samples_and_so_high() -> None:
    """Distances in the max norm from the nearest of 5 samples: what f and -f cannot be told by."""
    rng = np.random.default_rng(4)
    samples = [tuple(map(int, place)) for place in rng.integers(0, 2521, (5, 2))]
    assert all(proofs.nearest(sample, samples) == 0 for sample in samples)
    places = [tuple(map(int, place)) for place in rng.integers(0, 2521, (60, 2))]
    for x in places:
        for y in places:
            apart = max(abs(a - b) for a, b in zip(x, y, strict=True))
            assert abs(proofs.nearest(x, samples) - proofs.nearest(y, samples)) <= apart
    assert proofs.fooling_height(samples, 2520) >= 630


@pytest.mark.parametrize("slip", [
    lambda n, d: 1 / (2 * F(math.ceil(round(float(n) ** (1 / float(d)), 9)))),
    lambda n, d: 1 / (2 * (F(math.floor(float(n) ** (1 / float(d)) + 1e-9)) + 1)),
    lambda n, d: 1 / F(math.floor(float(n) ** (1 / float(d)) + 1e-9)),
    lambda n, d: 1 / (2 * n)])
def test_a_floor_that_is_off_by_one_is_caught_by_the_exact_run(slip) -> None:
    def found(error):
        return proofs.off(*((proofs.least_height(n, d, cells), error(F(n), F(d)))
                            for n, d, cells in proofs.SUBSETS if n < 4))

    assert found(says.lipschitz_error) == 0
    assert found(slip) < 0


@pytest.mark.parametrize(("k", "d"), [(1, 1), (2, 1), (1, 2), (2, 3), (3, 5)])
def test_the_error_of_the_mean_over_midpoints_is_the_integral_of_its_fooling_function(k, d):
    """By sums over m points a side of a cell, which differ by at most 1/(k m)."""
    m, reach = 64, 1 / (2 * k)
    levels = (np.arange(m) + 0.5) / m * reach
    weights = ((np.arange(m) + 1) / m) ** d - (np.arange(m) / m) ** d
    assert says.midpoint_error(k, d) == pytest.approx(levels @ weights, abs=reach / m)
    assert proofs.mean_of_nearest(k, d) == says.midpoint_error(F(k), F(d))
    assert says.midpoint_error(k, d) != pytest.approx(reach, rel=0.05)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_mean_of_fair_bits_attains_the_error_of_a_drawn_mean(n) -> None:
    squares = [(F(sum(bits), n) - F(1, 2)) ** 2 for bits in product((0, 1), repeat=n)]
    mean = sum(squares) / len(squares)
    assert mean == says.monte_carlo_error2(F(n))
    spread = sum((s - mean) ** 2 for s in squares) / len(squares)
    assert spread == F(n - 1, 8 * n**3), "the variance that the simulation uses"
    assert says.monte_carlo_error2(simulation.MEAN_DRAWS) == pytest.approx(0.05**2)
    assert {proofs.draws_for_parity(d) for d in range(1, 8)} == {100}


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


def test_trials_near_the_best_are_exponential_and_those_of_a_share_are_not() -> None:
    found = [says.near_trials(0.5, d, 0.95) for d in proofs.NEAR]
    assert found == list(proofs.NEAR.values()) == [5, 11, 95, 3067]
    assert all(str(count) in says.near_counts.says for count in found)
    assert says.near_trials(0.5, 30, 0.95) == 3_216_643_035
    assert says.near_trials(0.05, 1, 0.95) == says.random_trials(0.05, 0.95) == 59
    ratios = [says.near_trials(0.5, d + 1, 0.95) / says.near_trials(0.5, d, 0.95)
              for d in range(10, 20)]
    assert ratios == pytest.approx([2] * 10, rel=1e-3)


@given(hyp.sampled_from([(0.05, 0.95), (0.01, 0.95), (0.05, 0.99), (0.3, 0.5), (1e-9, 0.95)]))
def test_the_least_trials_succeed_as_often_as_asked_and_one_less_does_not(asked) -> None:
    quantile, confidence = asked
    n = says.random_trials(quantile, confidence)
    assert says.random_success(quantile, n) >= confidence
    assert says.random_success(quantile, n - 1) < confidence
    assert says.random_success(F(1, 20), F(59)) == 1 - F(19, 20) ** 59


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


def test_a_bowl_has_one_minimum_and_a_sum_of_wells_has_as_many_as_newton_finds() -> None:
    assert [proofs.critical_points(d, proofs.BOWL) for d in (1, 5)] == [(1, 0, 0)] * 2
    starts = np.array(list(product((-1.7, -0.9, 0.8, 1.6), repeat=3)))
    for _ in range(400):
        starts = starts - 0.05 * 4 * starts * (starts**2 - 1)
    ends = {tuple(np.round(end).astype(int)) for end in starts}
    assert len(ends) == says.product_minima(3) == 8


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof) -> None:
    claim = proof.claim
    assert proof.unused == ()
    for hypothesis in claim.hypotheses:
        fewer = tuple(h for h in claim.hypotheses if h is not hypothesis)
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_outside_the_hypotheses_break_the_conclusions_and_are_refused() -> None:
    world, half = proofs.numbers, F(1, 2)
    plane = {"u": (1, 1), "x": (2, 2), "y": (1, 0), "z": (0, 0)}
    apart = {"x": (1, 0), "y": (-1, 0), "g_x": (0, 0), "g_y": (0, 0)}
    worlds = [
        (says.contrast_equal, world(plane, a=2, b=1, c=0), "every coordinate of y is b"),
        (says.fooled, world(E=0, g=half, delta=half), "the same answer is at most E above"),
        (says.variance, world(m1=half, m2=1), r"the values are in \[0, 1\]"),
        (says.minima_convex, world(apart, c=1), "the gradient is strongly monotone"),
        (says.minima_convex, world(apart, c=0), "c is positive"),
    ]
    for claim, model, why in worlds:
        assert not model.holds(claim.conclusion)
        with pytest.raises(EvidenceError, match=why):
            example(claim, model, "outside")


def test_the_statuses_of_the_slides() -> None:
    found = {row.claim: row.status for row in ledger(["dimension"])}
    assert {claim for claim, status in found.items() if status == "refuted"} == {
        says.ball_as_stated, says.distance_as_stated, says.samples_as_stated,
        says.minima_as_stated, says.trials_as_stated}
    assert {claim for claim, status in found.items() if status == "measured"} == {
        says.ball_share, says.far, says.far_mean, says.far_gaussian, says.far_nearest,
        says.contrast_high, says.contrast_limit}
    assert found[says.contrast_equal] == found[says.all_miss] == "proved"
    assert set(found.values()) == {"refuted", "measured", "proved", "tight"}


def test_slips_in_the_exact_runs_would_be_seen() -> None:
    assert proofs.off((F(1, 2), F(1, 2))) == 0
    assert proofs.off((proofs.share_coefficient(10), F(1, 1024))) < 0
    assert proofs.off((says.product_minima(3), proofs.critical_points(3)[0] + 1)) < 0
    assert proofs.off((says.near_trials(F(1, 2), F(2), F(19, 20)), 10)) < 0
    assert not proofs.enough(F(1, 4), F(19, 20), 10) and not proofs.enough(F(1, 4), F(19, 20), 12)


def test_digits_of_the_contrast_that_are_wrong_would_be_seen(monkeypatch) -> None:
    monkeypatch.setitem(proofs.CONTRAST, 10, "4.579e-04")
    assert proofs.digits_off() == -1
