"""RMSProp: rule, formulas, theorems and its two eps, together."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.proofs import rmsprop as proofs
from sgdtheory.simulations.rmsprop import moves_of

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.logic.language import LanguageError
from sgdtheory.logic.roots import Roots
from sgdtheory.optimizers import CorrectedRMSProp, RMSProp
from sgdtheory.theory import rmsprop as says

decays = hyp.fractions(min_value=0, max_value=F(19, 20), max_denominator=20)
gradients = hyp.lists(hyp.integers(-50, 50).map(F), min_size=1, max_size=8).filter(
    lambda g: g[-1] != 0)


def squared_step(g, beta2, corrected=False):
    """Return the squared last step over alpha, from the definition, on Fractions; eps = 0."""
    T = len(g)
    square = (1 - beta2) * sum(beta2**k * g[T - 1 - k] ** 2 for k in range(T))
    return g[-1] ** 2 / (square / (1 - beta2**T) if corrected else square)


# --- the bound -----------------------------------------------------------------------------------


@given(gradients, decays)
def test_no_step_is_longer_than_its_bound_and_one_after_zeros_as_long(g, beta2) -> None:
    zeros = [F(0)] * (len(g) - 1) + g[-1:]
    for corrected, bound2 in ((False, says.step_bound2(beta2)),
                              (True, says.corrected_step_bound2(len(g), beta2))):
        assert squared_step(g, beta2, corrected) <= bound2
        assert squared_step(zeros, beta2, corrected) == bound2
    if beta2 > 0 and any(g[:-1]):
        assert squared_step(g, beta2) < says.step_bound2(beta2)


@given(hyp.integers(1, 9), decays)
def test_the_corrected_bound_grows_from_one_to_the_other(t, beta2) -> None:
    bound2 = says.corrected_step_bound2(t, beta2)
    assert bound2 == sum(beta2**k for k in range(t))
    assert 1 <= bound2 < says.step_bound2(beta2) or beta2 == 0
    assert says.corrected_step_bound2(1, beta2) == 1


@given(hyp.integers(1, 9), decays, hyp.integers(1, 9).map(F))
def test_a_constant_gradient_steps_too_far_without_correction(t, beta2, g) -> None:
    assert squared_step([g] * t, beta2) == says.constant_step2(t, beta2)
    assert squared_step([g] * t, beta2, corrected=True) == 1
    assert says.constant_step2(t, beta2) > 1 or beta2 == 0


def test_known_first_steps() -> None:
    for beta2, first in ((0.9, 3.1623), (0.999, 31.623)):
        assert says.constant_step2(1, beta2) ** 0.5 == pytest.approx(first, abs=5e-4)
        assert moves_of(RMSProp(1.0, beta2, eps=0.0), [7.0])[0] == pytest.approx(first, abs=5e-4)
        assert moves_of(CorrectedRMSProp(1.0, beta2, eps=0.0), [7.0])[0] == pytest.approx(1.0)


def test_a_time_without_a_gradient_is_refused() -> None:
    assert says.corrected_step_bound2(1, 0.5) == 1
    for formula in (says.corrected_step_bound2, says.constant_step2):
        with pytest.raises(ValueError, match="t=0, the time, must be >= 1"):
            formula(0, 0.5)


# --- the rule ------------------------------------------------------------------------------------


def test_the_steps_of_the_rules_are_those_of_the_claims_on_symbols() -> None:
    alpha, b2, eps, v, g = sympy.symbols("alpha beta2 eps v g", positive=True)
    after = b2 * v + (1 - b2) * g**2
    for rule, root in (
            (RMSProp(alpha, b2, eps), sympy.sqrt(after + eps)),
            (RMSProp(alpha, b2, eps, eps_inside=False), sympy.sqrt(after) + eps),
            (CorrectedRMSProp(alpha, b2, eps), sympy.sqrt(after / (1 - b2**3)) + eps)):
        w, v1 = rule.step(sympy.Integer(0), v, lambda _: g, 3)
        assert sympy.simplify(v1 - after) == 0
        assert sympy.simplify(w + alpha * g / root) == 0
        assert sympy.simplify(w + alpha * g / (root + 1)) != 0


def test_a_root_that_is_not_supposed_is_not_taken() -> None:
    known = Roots({says.root_at(says.later): says.square_with(says.newest)})
    with pytest.raises(LanguageError, match="is not among those that are supposed"):
        RMSProp(known(1), known(says.beta2), known(says.eps)).step(
            known(0), known(says.square_at(says.t)), lambda _: known(says.newest), 1)


def test_the_derivative_is_below_the_slides_rate_on_symbols() -> None:
    """The limit of the proved secant: alpha (beta2 v + eps)/r^3, not alpha/r."""
    b2, eps, v, g = sympy.symbols("beta2 eps v g", positive=True)
    w, v1 = RMSProp(sympy.Integer(1), b2, eps).step(sympy.Integer(0), v, lambda _: g, 1)
    r = sympy.sqrt(v1 + eps)
    derivative = -sympy.diff(w, g)
    assert sympy.simplify(derivative - (b2 * v + eps) / r**3) == 0
    assert sympy.simplify(derivative - 1 / r) != 0
    secant = 1 / r - (1 - b2) * g * 2 * g / (r * r * 2 * r)
    assert sympy.simplify(derivative - secant) == 0


@given(hyp.floats(-12, 2), hyp.floats(-12, 2))
def test_the_two_places_of_eps_differ_by_the_root_of_two_at_most(size, eps) -> None:
    """With the root of eps outside; with the same eps the steps differ by four decades."""
    g, eps = 10.0**size, 10.0**eps
    inside, outside = (abs(rule.step(0.0, g**2, lambda _: g, 1)[0]) for rule in (
        RMSProp(1.0, 0.9, eps), RMSProp(1.0, 0.9, eps**0.5, eps_inside=False)))
    assert outside * (1 - 1e-12) <= inside <= 2**0.5 * outside * (1 + 1e-12)
    tiny = [abs(RMSProp(1.0, 0.9, 1e-8, where).step(0.0, 1e-24, lambda _: 1e-12, 1)[0])
            for where in (True, False)]
    assert tiny[1] / tiny[0] == pytest.approx(1e4, rel=1e-3)


@given(hyp.integers(-200, 200), hyp.integers(0, 999))
def test_scaled_gradients_and_eps_give_the_same_bits(power, seed) -> None:
    """Powers of two scale without rounding; eps goes with the square of the gradient."""
    g = np.random.default_rng(seed).standard_normal(20)
    scale = 2.0**power
    plain = moves_of(RMSProp(0.1, eps=0.25), g)[0]
    assert np.array_equal(plain, moves_of(RMSProp(0.1, eps=0.25 * scale**2), scale * g)[0])
    assert np.array_equal(plain, moves_of(RMSProp(0.1, eps=0.25), scale * g)[0]) is (power == 0)


# --- the mean ------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [1, 2, 5])
def test_the_corrected_average_is_unbiased_and_its_root_is_not(t) -> None:
    """Every path of a gradient 1 or 3, beta2 = 1/2, exactly; at t = 1 the root has the mean 2."""
    paths = np.array(np.meshgrid(*[[1.0, 3.0]] * t)).reshape(t, -1)
    v = moves_of(RMSProp(1.0, 0.5), paths)[1][-1]
    hat = v / (1 - 0.5**t)
    assert np.mean(hat) == pytest.approx(5, rel=1e-14)
    assert np.mean(v) < 5 - 1e-3
    assert np.mean(np.sqrt(hat)) < 5**0.5
    assert np.mean(1 / np.sqrt(hat)) > 5**-0.5
    if t == 1:
        assert np.mean(np.sqrt(hat)) == 2


def test_the_root_of_a_gaussian_square_is_too_small() -> None:
    """At t = 1: E|g| = sqrt(2/pi), as the claim's note says, by quadrature."""
    x = np.linspace(0, 12, 200001)
    density = 2 * np.exp(-x**2 / 2) / np.sqrt(2 * np.pi)
    assert np.sum(x * density) * (x[1] - x[0]) == pytest.approx(0.79788, abs=1e-5)


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    with pytest.raises(EvidenceError, match="not true that the gradients before were 0"):
        example(says.attained_step, proofs.world((4, 2), F(3, 4)), "a gradient before")
    with pytest.raises(EvidenceError, match="not true that eps is 0"):
        example(says.attained_step, proofs.one, "some eps")
    with pytest.raises(EvidenceError, match="not true that r is the root of v"):
        example(says.bounded_step, proofs.world((2, 5), F(3, 4), 1, corrected=True), "corrected")
    with pytest.raises(EvidenceError, match="not true that every gradient has the second moment"):
        other = proofs.random_world(2)
        example(says.unbiased, proofs.replace(other, letters={**other.letters, "M": F(4)}), "M = 4")


def test_what_is_attained_is_called_tight() -> None:
    tight = {found.claim for found in proofs.examples if found.shows == "tight"}
    assert tight == {says.bounded_step, says.corrected_bound}
    assert "refuted" not in {found.shows for found in proofs.examples}
