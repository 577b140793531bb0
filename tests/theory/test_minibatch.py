"""Minibatches: formulas, theorems and enumeration held together."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgdtheory.proofs import minibatch as proofs

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Claim
from sgdtheory.logic.language import Expectation
from sgdtheory.theory import minibatch as says
from sgdtheory.theory import noise_ball

samples = st.lists(st.fractions(-5, 5, max_denominator=9), min_size=2, max_size=5)


def spread(numbers) -> Fraction:
    """Return the variance of a list of Fractions."""
    mean = sum(numbers) / len(numbers)
    return sum((x - mean) ** 2 for x in numbers) / len(numbers)


@given(samples, st.integers(min_value=1, max_value=3))
def test_the_variance_of_independent_draws_is_that_of_all_batches(numbers, B) -> None:
    means = [sum(batch) / Fraction(B) for batch in product(numbers, repeat=B)]
    assert spread(means) == says.variance(spread(numbers), B)


@given(samples, st.data())
def test_the_variance_without_replacement_is_that_of_all_subsets(numbers, data) -> None:
    n = len(numbers)
    B = data.draw(st.integers(min_value=1, max_value=n))
    means = [sum(batch) / Fraction(B) for batch in combinations(numbers, B)]
    sigma2 = spread(numbers)
    assert spread(means) == says.variance_without_replacement(sigma2, B, n)
    if sigma2 and B < n:
        assert spread(means) != says.variance(sigma2, B) * Fraction(n - B, n) or B == n, "n for n-1"


def test_a_batch_of_everything_has_no_variance() -> None:
    assert says.variance_without_replacement(1.0, 10, 10) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: says.variance_without_replacement(1.0, 11, 10), "B=11.*exceeds n=10 samples"),
        (lambda: says.variance_without_replacement(1.0, 1, 1), "n=1.*must be >= 2"),
        (lambda: says.variance(-1.0, 1), "sigma2, .* must be >= 0; got -1"),
        (lambda: says.variance(1.0, 0), "B, the batch size, must be a whole number >= 1; got 0"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@given(st.fractions(min_value=Fraction(1, 50), max_value=3), st.integers(1, 99))
def test_the_largest_step_reaches_its_target(target, B) -> None:
    letters = (Fraction(3), Fraction(B), Fraction(1, 2), Fraction(2))
    alpha = says.largest_step(target, *letters)
    assert noise_ball.radius2(alpha, *letters) == target


def test_the_largest_step_is_linear_in_small_batches_then_flat() -> None:
    small, large = np.array([1, 2, 4]), np.array([10**5, 10**6])
    steps = says.largest_step(0.1, 1000.0, small, 1.0, 1.0)
    np.testing.assert_allclose(steps / steps[0], small, rtol=5e-3)
    flat = says.largest_step(0.1, 1000.0, large, 1.0, 1.0)
    assert flat[1] / flat[0] < 1.01


@given(*[st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=9)] * 4)
def test_the_best_batch_costs_the_least_and_its_neighbours_more(sigma, mu, root0, root1) -> None:
    """On squares, where all roots are exact."""
    letters = {"sigma2": sigma**2, "mu2": mu**2, "t0": root0**2, "t1": root1**2}

    def cost(B) -> Fraction:
        return (letters["t0"] + letters["t1"] * B) * (letters["sigma2"] / B + letters["mu2"])

    best = says.best_batch(**letters)
    assert cost(best) == says.least_cost(**letters)
    assert min(cost(best * Fraction(9, 10)), cost(best * Fraction(11, 10))) > cost(best)
    wrong = sigma / mu * root1 / root0
    assert cost(wrong) > cost(best) or root0 == root1, "t1/t0 for t0/t1"


@given(*[st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=9)] * 4)
def test_overlapped_the_best_batch_fills_the_latency(sigma2, mu2, latency, t1) -> None:
    def cost(B) -> Fraction:
        return max(latency, t1 * B) * (sigma2 / B + mu2)

    least = says.least_cost_overlapped(sigma2, mu2, latency, t1)
    assert cost(latency / t1) == least
    assert min(cost(latency / t1 / 2), cost(2 * latency / t1)) > least


def test_without_a_floor_there_is_no_best_batch() -> None:
    with pytest.raises(ValueError, match=r"mu2=0, .* must be > 0 here: without a floor"):
        says.best_batch(1.0, 0.0, 1.0, 1.0)
    assert says.critical_batch(9.0, 3.0) == 3.0


# --- the evidence --------------------------------------------------------------------------------


def test_the_correction_for_a_finite_population_is_needed() -> None:
    wrong = Claim(
        "mutant", "n for n - 1",
        Expectation((says.partial_sum(says.size) / says.size).norm2()).equals(
            proofs.sigma2 / says.size * (says.total - says.size) / says.total
        ),
        says.variance_of_part.hypotheses,
    )
    assert example(wrong, proofs.drawn_out, "two of three").shows == "refuted"


def test_independence_is_needed_for_the_variance_of_a_batch() -> None:
    with pytest.raises(EvidenceError, match="each draw is unbiased given the earlier ones"):
        example(says.batch_variance, proofs.drawn_out, "drawn without replacement")


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_a_smaller_batch_does_not_allow_a_longer_step() -> None:
    turned = Claim("x", "x", says.largest_step(says._target, a.sigma2, a.B, a.mu2, a.c)
                   >= says.largest_step(says._target, a.sigma2, says.larger_size, a.mu2, a.c),
                   says.small_batch_small_step.hypotheses)
    assert example(turned, proofs.signs, "B = 2 against B' = 4").shows == "refuted"
    assert example(says.small_batch_small_step, proofs.signs, "as it is").slack > 0
    fewer = tuple(h for h in turned.hypotheses if h is not says.larger)
    with pytest.raises(EvidenceError, match="from what it does not state"):
        Proof(Claim("x", "x", says.small_batch_small_step.conclusion, fewer), proofs.longer_step)
