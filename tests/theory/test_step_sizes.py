"""Step sizes: formulas, theorems and the recursion held together."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgdtheory.proofs import step_sizes as proofs

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import BoundOptimal, Inverse, LacosteJulien
from sgdtheory.theory import noise_ball
from sgdtheory.theory import step_sizes as says

positive = st.fractions(min_value=Fraction(1, 10), max_value=5, max_denominator=10)
times = st.integers(min_value=1, max_value=25)


def recursion(steps, d, c, moment):
    """Return ``D_t`` for step sizes given one by one, each step an equality."""
    for alpha in steps:
        d = max(1 - 2 * alpha * c, 0) * d + alpha**2 * moment
    return d


@given(times, positive, positive, positive)
def test_the_inverse_time_bound_is_above_the_recursion_from_any_start(t, d0, c, moment) -> None:
    steps = [1 / (c * (s + 1)) for s in range(t)]
    bound = says.inverse_time2(t, moment, Fraction(1), Fraction(0), c)
    assert recursion(steps, d0, c, moment) <= bound
    assert recursion(steps, d0, c, moment) > bound / 5, "and not five times too large"


@given(times, positive, positive, st.integers(min_value=2, max_value=9))
def test_the_offset_bound_is_above_the_recursion_from_below_it(t, c, moment, tau) -> None:
    letters = (tau, moment, Fraction(1), Fraction(0), c)
    start = says.offset_time2(0, *letters)
    steps = [1 / (c * (s + tau)) for s in range(t)]
    assert recursion(steps, start, c, moment) <= says.offset_time2(t, *letters)
    first = recursion(steps[:1], 9 * start, c, moment)
    assert tau == 2 or first > says.offset_time2(1, *letters), "and fails from above it"


@given(times, positive, positive, positive, positive)
def test_the_average_of_the_recursion_tends_to_its_bound(t, d0, alpha, c, moment) -> None:
    path, d = [], d0
    for _ in range(t):
        path.append(d)
        d = max(1 - 2 * alpha * c, 0) * d + alpha**2 * moment
    bound = says.average2(t, d0, alpha, moment, Fraction(1), Fraction(0), c)
    if 2 * alpha * c <= 1:
        assert sum(path) / t == bound - d / (2 * alpha * c * t)
        assert bound >= noise_ball.radius2(alpha, moment, Fraction(1), Fraction(0), c)


@given(times, positive, positive, positive)
def test_the_weighted_bound_loses_a_harmonic_sum_and_no_more(t, d, c, moment) -> None:
    """If every step is an equality, whatever the loss gaps: the bound is not twice too large."""
    gaps, lost = Fraction(0), Fraction(0)
    for s in range(t):
        alpha, gap = 2 / (c * (s + 2)), c / 2 * d
        gaps, lost = gaps + (s + 1) * gap, lost + Fraction(1, s + 2)
        d = (1 - alpha * c) * d - 2 * alpha * gap + alpha**2 * moment
    found = gaps / Fraction(t * (t + 1), 2) + c / 2 * d
    bound = says.weighted_gap(t, moment, Fraction(1), Fraction(0), c)
    assert bound - found == lost * moment / c / Fraction(t * (t + 1), 2)
    assert bound / 2 <= found < bound


@pytest.mark.parametrize("schedule, sizes", [
    (Inverse(Fraction(2)), [Fraction(1, 2), Fraction(1, 4), Fraction(1, 6)]),
    (Inverse(Fraction(2), offset=3), [Fraction(1, 6), Fraction(1, 8), Fraction(1, 10)]),
    (LacosteJulien(Fraction(2)), [Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)]),
])
def test_a_schedule_is_that_of_its_theorem(schedule, sizes) -> None:
    assert [schedule(t) for t in (1, 2, 3)] == sizes


def test_an_offset_that_divides_by_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"offset, the number at which the step .* > 0; got 0"):
        Inverse(1.0, offset=0)


def test_without_convexity_of_the_set_the_loss_of_the_average_is_not_bounded() -> None:
    claim = says.weighted_loss
    fewer = tuple(h for h in claim.hypotheses if h is not says.average_inside)
    with pytest.raises(EvidenceError, match="from what it does not state: for all t: A"):
        Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proofs.weighted_loss)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: says.inverse_time2(0, 1.0, 1, 1.0, 1.0), "t=0, the time, must be >= 1"),
        (lambda: says.average2(0, 1.0, 0.1, 1.0, 1, 1.0, 1.0), "t=0, the time, must be >= 1"),
        (lambda: says.offset_time2(1, 1.0, 1.0, 1, 1.0, 1.0), "tau, the offset .*, must be >= 2"),
    ],
)
def test_a_letter_outside_its_domain_is_named(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_an_orbit_with_other_step_sizes_is_no_example() -> None:
    with pytest.raises(EvidenceError, match="SGD with step size"):
        example(says.inverse_time, proofs.patient, "an offset of 3")


@given(st.integers(min_value=1, max_value=8), positive, positive, positive)
def test_no_step_sizes_make_the_recursion_fall_faster_than_the_schedule(t, c, moment, part) -> None:
    """Each step squares the fractions: eight steps are exact at once, 25 would take an hour."""
    d0 = min(part, 1) * moment / (2 * c**2)
    sizes = BoundOptimal(c, d0, moment, t).sizes
    reached = recursion(list(sizes), d0, c, moment)
    bound = says.scheduled2(t, d0, moment, Fraction(1), Fraction(0), c)
    assert reached <= bound < 6 * reached, "and the closed form is not far above it"
    for factor in (Fraction(9, 10), Fraction(11, 10)):
        assert recursion([factor * size for size in sizes], d0, c, moment) > reached
    assert recursion([1 / (c * (s + 1)) for s in range(t)], d0, c, moment) >= reached


def test_the_schedule_stays_below_its_bound_for_long() -> None:
    c, moment, d0, t = 0.3, 2.0, 1.0, 20_000
    reached = recursion(BoundOptimal(c, d0, moment, t).sizes, d0, c, moment)
    assert 0.999 < reached / says.scheduled2(t, d0, moment, 1.0, 0.0, c) < 1
    assert reached < recursion(1 / (c * np.arange(1, t + 1)), d0, c, moment)


def test_a_start_too_far_for_the_schedule_is_refused() -> None:
    with pytest.raises(ValueError, match=r"d0=3, .* begin with one step of 1/\(2c\)"):
        BoundOptimal(1, 3, 4, 10)
    with pytest.raises(ValueError, match="first step is too long; begin with one step of 1/"):
        says.scheduled2(1, 3.0, 2.0, 1, 2.0, 1.0)
