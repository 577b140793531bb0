"""Every bet is fair, exactly, on every rational law; the fast sums are the slow ones."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sgdtheory.verdict.betting import (
    FALLS,
    RISES,
    TILTS,
    fall,
    log_fair_tilt,
    log_mean_exp,
    log_sums,
    log_wealth,
    rise,
)

ATOMS = some.lists(some.fractions(0, 1, max_denominator=60), min_size=1, max_size=5)
WEIGHTS = some.lists(some.integers(1, 50), min_size=5, max_size=5)
RISES_EXACT, FALLS_EXACT = [F(float(b)) for b in RISES], [F(float(b)) for b in FALLS]


def up(x, mean, bet):
    """The factor against E X <= mean, as the library bets: on x divided by the claimed mean."""
    return rise(x / mean, bet)


def down(x, mean, bet):
    """The factor against E X >= mean, on [0, 1]."""
    return fall(x, bet) / fall(mean, bet)


def textbook_down(x, mean, bet):
    """1 + l ((H-X)/(H-mean) - 1) at H = 1, with the l that the docstring of `betting` names."""
    stake = bet * (1 - mean) / (1 - bet * mean)
    return 1 + stake * ((1 - x) / (1 - mean) - 1)


def expected(factor, law, mean, bet):
    return sum(p * factor(x, mean, bet) for x, p in law)


def laws(atoms, weights):
    """A law with rational atoms and probabilities, and its mean."""
    total = sum(weights[: len(atoms)])
    law = [(x, F(w, total)) for x, w in zip(atoms, weights, strict=False)]
    return law, sum(x * p for x, p in law)


def is_fair(factor, bets, side):
    """The validity test: on hard two-point laws, no negative factor and no expected gain."""
    for rare in (F(1, 2), F(1, 100), F(99, 100)):
        law = [(F(0), 1 - rare), (F(9, 10), rare)]
        mean = F(9, 10) * rare
        claims = [mean, *( [mean * F(3, 2)] if side == "up" else [mean / 2])]
        for claim in claims:
            for bet in bets:
                if any(factor(x, claim, bet) < 0 for x, _ in law):
                    return False
                if expected(factor, law, claim, bet) > 1:
                    return False
    return True


@settings(max_examples=150, deadline=None)
@given(ATOMS, WEIGHTS, some.fractions(0, 1, max_denominator=60))
def test_no_rational_law_makes_a_bet_win_on_average_if_the_claim_is_true(atoms, weights, other):
    law, mean = laws(atoms, weights)
    for bet in RISES_EXACT:
        if mean > 0:
            assert expected(up, law, mean, bet) == 1
        if other >= mean and other > 0:
            assert expected(up, law, other, bet) <= 1
    for bet in FALLS_EXACT:
        assert expected(down, law, mean, bet) == 1
        if other <= mean:
            assert expected(down, law, other, bet) <= 1


@settings(max_examples=100, deadline=None)
@given(ATOMS, WEIGHTS, some.fractions(0, 1, max_denominator=60))
def test_a_bet_wins_on_average_if_the_claim_is_false(atoms, weights, other):
    law, mean = laws(atoms, weights)
    if 0 < other < mean:
        assert all(expected(up, law, other, bet) > 1 for bet in RISES_EXACT)
    if other > mean:
        assert all(expected(down, law, other, bet) > 1 for bet in FALLS_EXACT)


def test_the_falling_bet_is_the_bet_of_the_textbook_on_the_distance_to_the_ceiling():
    for bet in FALLS_EXACT:
        for x, mean in ((F(0), F(1, 3)), (F(1), F(1, 3)), (F(2, 7), F(9, 10))):
            assert down(x, mean, bet) == textbook_down(x, mean, bet)


def test_no_factor_is_ever_zero_or_negative():
    x = np.array([0.0, 5e-324, 0.5, 1.0])
    assert all((rise(x, bet) > 0).all() and rise(1e300, bet) > 0 for bet in RISES)
    assert all((fall(x, bet) > 0).all() for bet in FALLS)
    assert RISES.max() < 1 and FALLS.max() < 1


def test_the_library_passes_the_validity_test():
    assert is_fair(up, RISES_EXACT, "up")
    assert is_fair(down, FALLS_EXACT, "down")
    assert is_fair(textbook_down, FALLS_EXACT, "down")


MUTANTS = {
    "a fraction above 1": (lambda x, m, b: 1 + 2 * b * (x / m - 1), "up"),
    "the claimed mean is added, not divided": (lambda x, m, b: 1 - b + b * (x + m) / m, "up"),
    "the price of the bet is not paid": (lambda x, m, b: 1 + b * x / m, "up"),
    "the square of the sample": (lambda x, m, b: 1 - b + b * (x / m) ** 2, "up"),
    "the claim is forgotten": (lambda x, m, b: 1 - b + b * x / (m / 2), "up"),
    "H - v mixed up with v": (lambda x, m, b: 1 + b * ((1 - x) / m - 1), "down"),
    "H - X mixed up with X": (lambda x, m, b: 1 + b * (x / (1 - m) - 1), "down"),
    "H of the claim forgotten": (lambda x, m, b: fall(x, b) / fall(2 * m, b), "down"),
    "up and down exchanged": (down, "up"),
    "down and up exchanged": (up, "down"),
    "a ceiling below the data": (lambda x, m, b: fall(2 * x, b) / fall(2 * m, b), "down"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_a_bet_fails_the_validity_test(name):
    factor, side = MUTANTS[name]
    assert not is_fair(factor, [b for b in FALLS_EXACT if b < F(99, 100)][:10], side)


def tilted_expectation(law, tilt):
    return sum(p * np.exp(tilt * (1 - x)) for x, p in law)


def random_law_above_one(rng):
    """Three atoms, mean >= 1, and its variance."""
    x, p = rng.exponential(size=3) * rng.choice([0.1, 1, 5]), rng.dirichlet([0.5] * 3)
    x = x / (p @ x) * rng.choice([1.0, 1.01, 1.5, 4.0])
    return list(zip(x, p, strict=True)), float(p @ x**2 - (p @ x) ** 2)


def tilt_is_fair(log_fair, trials=400):
    rng = np.random.default_rng(7)
    for _ in range(trials):
        law, variance = random_law_above_one(rng)
        for tilt in TILTS:
            if tilted_expectation(law, tilt) > np.exp(log_fair(tilt, variance)) * (1 + 1e-9):
                return False
    return True


def test_the_tilts_are_fair_for_every_law_of_that_variance_and_a_mean_of_at_least_one():
    assert tilt_is_fair(log_fair_tilt)


def test_a_tilt_that_forgets_part_of_the_variance_is_caught():
    assert not tilt_is_fair(lambda tilt, tau2: log_fair_tilt(tilt, tau2 * 0.9))
    assert not tilt_is_fair(lambda tilt, tau2: tilt**2 * tau2 / 2)


def test_the_price_of_a_tilt_is_attained_by_the_two_point_law():
    for tau2 in (1e-3, 0.5, 2.0, 50.0):
        law = [(0.0, tau2 / (1 + tau2)), (1 + tau2, 1 / (1 + tau2))]
        for tilt in TILTS:
            attained = np.log(tilted_expectation(law, tilt))
            assert log_fair_tilt(tilt, tau2) == pytest.approx(attained, rel=1e-9, abs=1e-12)


def test_the_price_of_a_tilt_grows_with_the_variance_up_to_the_tilt():
    tau2 = np.geomspace(1e-12, 1e99, 400)
    for tilt in TILTS:
        assert (np.diff(log_fair_tilt(tilt, tau2)) >= -1e-13).all()
        assert log_fair_tilt(tilt, np.array(np.inf)) == tilt


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 250])
def test_the_grouped_logarithms_are_the_sum_of_the_logarithms(rows):
    x = np.random.default_rng(rows).exponential(size=(rows, 3)) ** 4
    slow = np.array([np.log(rise(x, bet)).sum(axis=0) for bet in RISES])
    assert np.allclose(log_sums([x], rise, RISES), slow, rtol=1e-12, atol=1e-12)
    assert np.allclose(log_sums(np.array_split(x, min(rows, 4)), rise, RISES), slow, rtol=1e-12)
    x = x / x.max()
    slow = np.array([np.log(fall(x, bet)).sum(axis=0) for bet in FALLS])
    assert np.allclose(log_sums([x], fall, FALLS), slow, rtol=1e-10, atol=1e-10)


def test_huge_samples_neither_overflow_nor_lose_their_logarithm():
    x = np.full((100, 1), 1e300)
    x[::2] = 0.0
    slow = np.array([np.log(rise(x, bet)).sum(axis=0) for bet in RISES])
    assert np.allclose(log_sums([x], rise, RISES), slow, rtol=1e-12)


def test_a_mean_of_exponentials_beyond_the_floats_is_finite():
    assert log_mean_exp(np.array([1e4, 1e4 - np.log(3)])) == pytest.approx(1e4 + np.log(2 / 3))


def test_the_capital_is_the_mean_over_the_grid_of_the_product_of_the_factors():
    x = [F(1, 3), F(2), F(0), F(7, 5)]
    exact = sum(np.prod([up(a, F(1), b) for a in x]) for b in RISES_EXACT) / len(RISES)
    sums = log_sums([np.array([[float(a)] for a in x])], rise, RISES)
    assert log_wealth(sums, 4, rise, RISES, 1.0)[0] == pytest.approx(np.log(float(exact)))
