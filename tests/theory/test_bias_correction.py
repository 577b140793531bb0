"""Bias correction: formulas, theorems and the rules themselves held together."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgdtheory.proofs import bias_correction as proofs

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import CorrectedMomentum, iterates
from sgdtheory.theory import bias_correction as says

decays = st.fractions(min_value=0, max_value=Fraction(99, 100), max_denominator=100)
times = st.integers(min_value=1, max_value=30)


@given(times, decays)
def test_the_weights_are_what_the_rule_gives_each_gradient(t, beta1) -> None:
    beta1 = Fraction(beta1)
    uncorrected = proofs.gradient_weights(beta1, min(t, 6))
    t = len(uncorrected)
    weights = [says.weight(k, t, beta1) for k in range(t)]
    total = says.total(t, beta1)
    assert [w * total for w in weights] == uncorrected[::-1]
    assert sum(weights) == 1
    assert sum(uncorrected) == total
    assert sum(w**2 for w in weights) == says.variance_factor(t, beta1)
    assert sum(k * w for k, w in enumerate(weights)) == says.lag(t, beta1)


@given(times, decays, st.lists(st.fractions(-9, 9, max_denominator=9), min_size=30, max_size=30))
def test_the_corrected_average_lies_between_the_gradients(t, beta1, gradients) -> None:
    rule = CorrectedMomentum(Fraction(1), Fraction(beta1))
    start = np.array([Fraction(0)], dtype=object)
    path = iterates(rule, start, lambda w, s: 0 * w + gradients[s - 1], t)
    step = path[t - 1][0] - path[t][0]
    assert min(gradients[:t]) <= step <= max(gradients[:t])


@given(times, decays)
def test_floats_agree_with_fractions(t, beta1) -> None:
    for formula in (says.total, says.variance_factor, says.lag):
        exactly = formula(t, Fraction(beta1))
        assert formula(t, float(beta1)) == pytest.approx(float(exactly), rel=1e-11, abs=1e-13)


def test_beta_close_to_one_loses_no_digits() -> None:
    beta1 = 1 - 1e-11
    exactly = 1 - Fraction(beta1) ** 1001
    assert says.total(1001, beta1) == pytest.approx(float(exactly), rel=1e-14)
    assert abs((1 - beta1**1001) / float(exactly) - 1) > 1e-10, "the plain form loses digits"


def test_the_first_two_averages_of_the_slide() -> None:
    assert says.total(1, Fraction(9, 10)) == Fraction(1, 10)
    assert says.total(2, Fraction(9, 10)) == Fraction(19, 100)


def test_beta_zero_is_the_last_gradient() -> None:
    assert says.weight(0, 5, Fraction(0)) == 1
    assert says.weight(3, 5, Fraction(0)) == 0
    assert says.variance_factor(5, 0.0) == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: says.weight(0, 0, 0.9), "t=0, the time, must be >= 1"),
        (lambda: says.weight(5, 5, 0.9), "k=5, the age of a gradient, must be below the time t=5"),
        (lambda: says.total(1, 1.0), r"beta1, .*, must be in \[0, 1\); got 1"),
        (lambda: says.variance_factor(1, -0.1), r"beta1, .*, must be in \[0, 1\); got -0\.1"),
        (lambda: says.total(-1, 0.9), "t, the time, must be a whole number >= 0; got -1"),
        (lambda: says.total(1.5, 0.9), r"t, the time, must be a whole number >= 0; got 1\.5"),
    ],
)
def test_a_letter_outside_its_domain_is_named(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


# --- the evidence --------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_under_drift_the_corrected_average_is_not_unbiased() -> None:
    with pytest.raises(EvidenceError, match="every gradient has the mean v"):
        example(says.unbiased, proofs.world(slope=1), "drifting gradients")


def test_without_correction_the_mean_is_wrong() -> None:
    wrong = Claim(
        "mutant", "m_t is unbiased",
        says.Expectation(says.average_at(says.later)).equals(says.mean),
        says.unbiased.hypotheses,
    )
    assert example(wrong, proofs.world(), "fair signs around 2").shows == "refuted"
