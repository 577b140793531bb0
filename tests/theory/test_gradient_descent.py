"""Gradient descent: formulas, theorems and runs held together."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from operator import mul

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgdtheory.proofs import gradient_descent as proofs

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import SGD, iterates
from sgdtheory.theory import gradient_descent as says

positive = st.fractions(min_value=Fraction(1, 20), max_value=5, max_denominator=20)
steps = st.integers(min_value=0, max_value=8)


@given(positive, positive, positive, steps)
def test_the_bound_is_the_run_on_the_worse_of_the_two_quadratics(c, gap, alpha, t) -> None:
    L = c + gap
    runs = []
    for curvature in (c, L):
        start = np.array([Fraction(3)], dtype=object)
        path = iterates(SGD(alpha), start, partial(mul, curvature), t)
        runs.append(path[-1][0] ** 2)
    assert says.distance2(t, Fraction(9), alpha, c, L) == max(runs)


@given(positive, positive, positive)
def test_no_step_contracts_better_than_the_best(c, gap, alpha) -> None:
    L = c + gap
    best = says.contraction(says.best_step(c, L), c, L)
    assert best == (L - c) / (L + c)
    assert says.contraction(alpha, c, L) >= best


@given(positive, positive, positive)
def test_it_contracts_exactly_below_two_over_L(c, gap, alpha) -> None:
    L = c + gap
    assert (says.contraction(alpha, c, L) < 1) == (alpha * L < 2)


def test_exchanged_curvatures_are_named() -> None:
    with pytest.raises(ValueError, match=r"L=1\.0, .* must be >= c=2\.0.*not exchanged"):
        says.distance2(1, 1.0, 0.1, 2.0, 1.0)


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


@pytest.mark.parametrize("world", [proofs.gentle, proofs.steep])
def test_a_smaller_factor_is_refuted_at_one_end(world) -> None:
    smaller = Fraction(99, 100) * proofs.r
    said = (proofs.iterate(proofs.t) - proofs.w_star).norm2() <= (smaller**2) ** proofs.t * (
        proofs.iterate(0) - proofs.w_star
    ).norm2()
    claim = Claim("mutant", "a smaller factor", said, says.converges.hypotheses)
    assert example(claim, world, "an extreme quadratic").shows == "refuted"
