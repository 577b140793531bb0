"""The noise ball: formulas, theorems, exact values and refutations held together."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sgdtheory.proofs import noise_ball as proofs

from sgdtheory import exact, problems
from sgdtheory.evidence import EvidenceError, Example, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Claim
from sgdtheory.logic.language import LimitSuperior
from sgdtheory.optimizers import SGD
from sgdtheory.theory import noise_ball as says

positive = st.fractions(min_value=Fraction(1, 100), max_value=10, max_denominator=100)
nonnegative = st.fractions(min_value=0, max_value=10, max_denominator=100)
batches = st.integers(min_value=1, max_value=64)
times = st.integers(min_value=0, max_value=40)


def at(c: Fraction, share: Fraction) -> Fraction:
    """Return the step size with ``alpha c = share``."""
    return share / c


shares = st.fractions(min_value=Fraction(1, 100), max_value=Fraction(1, 2), max_denominator=100)


@given(times, nonnegative, positive, shares, nonnegative, batches, nonnegative)
def test_distance2_is_the_recursion_iterated(t, d0, c, share, sigma2, B, mu2) -> None:
    alpha, d = at(c, share), d0
    for _ in range(t):
        d = (1 - 2 * alpha * c) * d + alpha**2 * says.second_moment(sigma2, Fraction(B), mu2)
    assert says.distance2(t, d0, alpha, sigma2, Fraction(B), mu2, c) == d


@given(times, nonnegative, positive, positive, shares, nonnegative, batches)
def test_smooth_distance2_is_its_recursion_iterated(t, d0, c, gap, share, sigma2, B) -> None:
    L, d = c + gap, d0
    alpha = at(L, 4 * share)  # up to alpha L = 2, where the factor is 1
    r2 = says.contraction(alpha, c, L) ** 2
    for _ in range(t):
        d = r2 * d + alpha**2 * sigma2 / B
    assert says.smooth_distance2(t, d0, alpha, sigma2, Fraction(B), c, L) == d


def test_smooth_distance2_at_the_stability_limit_grows_linearly() -> None:
    d0, alpha, sigma2, c, L = map(Fraction, (2, 1, 3, 1, 2))
    value = says.smooth_distance2(7, d0, alpha, sigma2, 1, c, L)
    assert value == 2 + 7 * 3


@given(positive, shares, nonnegative, batches, nonnegative)
def test_radius2_is_the_fixed_point_of_the_recursion(c, share, sigma2, B, mu2) -> None:
    alpha, B = at(c, share), Fraction(B)
    ball = says.radius2(alpha, sigma2, B, mu2, c)
    assert (1 - 2 * alpha * c) * ball + alpha**2 * (sigma2 / B + mu2) == ball


@given(positive, positive, nonnegative, batches, nonnegative)
def test_the_corrected_radius_is_the_least_of_three(c, alpha, sigma2, B, mu2) -> None:
    moment = sigma2 / B + mu2
    expected = min(max(alpha**2, alpha / (2 * c)) * moment, mu2 / c**2)
    assert says.worst_case_radius2(alpha, sigma2, Fraction(B), mu2, c) == expected


def test_radius2_evaluates_broadcasts_and_typesets() -> None:
    assert says.radius2(alpha=0.1, sigma2=1.0, B=4, mu2=0.75, c=0.5) == 0.1
    alphas, batch_sizes = np.array([[0.1], [0.2]]), np.array([1, 2, 4])
    assert says.radius2(alphas, 1.0, batch_sizes, 0.75, 0.5).shape == (2, 3)
    alpha, sigma2, B, mu2, c = sympy.symbols("alpha sigma2 B mu2 c")
    assert sympy.cancel(says.radius2.expr - alpha * (sigma2 / B + mu2) / (2 * c)) == 0
    assert r"\sigma^2" in says.radius2.latex
    assert says.radius2.source == "slide 22"


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ({"alpha": -1}, r"alpha, the learning rate, must be > 0; got -1"),
        ({"alpha": float("nan")}, r"alpha, the learning rate, must be finite and > 0; got nan"),
        ({"B": 0}, r"B, the batch size, must be a whole number >= 1; got 0"),
        ({"B": 1.5}, r"B, the batch size, must be a whole number >= 1; got 1\.5"),
        ({"c": 0}, r"c, the constant of strong convexity, must be > 0; got 0"),
        ({"sigma2": np.array([1.0, -2.0])}, r"sigma2, .*, must be >= 0; got -2"),
    ],
)
def test_a_letter_outside_its_domain_is_named(letters, message) -> None:
    values = {"alpha": 0.1, "sigma2": 1.0, "B": 4, "mu2": 0.75, "c": 0.5} | letters
    with pytest.raises(ValueError, match=message):
        says.radius2(**values)


def test_a_step_beyond_the_contraction_says_what_still_holds() -> None:
    with pytest.raises(ValueError, match=r"alpha=0\.9 exceeds 1/\(2c\)=0\.5.*still holds for "
                       r"t >= 1, if the iterates stay in Theta: .*= 1;"):
        says.distance2(1, 1, 0.9, 1, 1, 1, 1)
    with pytest.raises(ValueError, match=r"alpha=2\.0 is not below 2/L=1\.0"):
        says.smooth_radius2(2.0, 1, 1, 1.0, 2.0)
    with pytest.raises(ValueError, match=r"L=1\.0, .* must be >= c=2\.0"):
        says.smooth_distance2(1, 1, 0.1, 1, 1, 2.0, 1.0)
    with pytest.raises(ValueError, match=r"alpha=2\.0 is not below 2/h=2\.0"):
        says.quadratic_ball(2.0, 1.0, 1.0)


@given(times, positive, shares, nonnegative, positive)
def test_floats_agree_with_fractions(t, c, share, sigma2, d0) -> None:
    values = (d0, at(c, share), sigma2, Fraction(2), sigma2, c)
    exactly = says.distance2(t, *values)
    assert says.distance2(t, *map(float, values)) == pytest.approx(float(exactly), rel=1e-12)


def test_small_steps_lose_no_digits() -> None:
    # (1 - x)^t with x = 1e-13: the plain form keeps 3 digits of 1 - (1-x)^t, the stable one all.
    alpha, t = Fraction(1, 10**13), 1000
    exactly = says.distance2(t, Fraction(0), alpha, Fraction(1), 1, Fraction(1), Fraction(1, 2))
    computed = says.distance2(t, 0.0, float(alpha), 1.0, 1, 1.0, 0.5)
    assert computed == pytest.approx(float(exactly), rel=1e-12)
    plain = float(alpha) * 2 * (1 - (1 - float(alpha)) ** t)
    assert abs(plain / float(exactly) - 1) > 1e-5


@pytest.mark.parametrize("alpha", [1e-300, 1e-17, 1e-9, 0.3, 0.6])
def test_the_smooth_ball_loses_no_digits_at_small_steps(alpha: float) -> None:
    """Both sides of ``alpha = 2/(c + L) = 0.4``; the subtraction ``1 - r^2`` is 0 up to 1e-17."""
    step, sigma2, c, L = Fraction(alpha), Fraction(3), Fraction(2), Fraction(3)
    r2 = max(abs(1 - step * c), abs(1 - step * L)) ** 2
    exactly = step**2 * sigma2 / 4 / (1 - r2)
    assert says.smooth_radius2(step, sigma2, 4, c, L) == exactly
    computed = says.smooth_radius2(alpha, 3.0, 4, 2.0, 3.0)
    assert type(computed) is float and computed == pytest.approx(float(exactly), rel=1e-15, abs=0)
    assert says.smooth_radius2(np.array([alpha]), 3.0, 4, 2.0, 3.0)[0] == computed
    subtracted = 1 - says.contraction(alpha, 2.0, 3.0) ** 2
    lost = abs(subtracted - float(1 - r2)) > 1e-9 * float(1 - r2)
    assert lost == (alpha <= 1e-9)


@given(positive, positive, shares, positive, batches)
def test_the_smooth_ball_is_where_its_recursion_rests(c, gap, share, sigma2, B) -> None:
    L = c + gap
    alpha = at(L, share * Fraction(39, 10))  # up to alpha L = 1.95
    rests = says.smooth_radius2(alpha, sigma2, Fraction(B), c, L)
    assert says.smooth_distance2(1, rests, alpha, sigma2, Fraction(B), c, L) == rests
    assert says.smooth_distance2(1, 2 * rests, alpha, sigma2, Fraction(B), c, L) < 2 * rests


# --- the bounds against exact values -------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.0, 1.7])
def test_the_smooth_bound_is_attained_on_the_isotropic_quadratic(alpha: float) -> None:
    problem = problems.quadratic([1.0, 1.0, 1.0], sigma2=2.0, radius=3.0)
    when, d0 = np.array([0, 1, 5, 50]), 9.0
    known = exact.distance2(problem, SGD(alpha), B=4, times=when)
    bound = says.smooth_distance2(when, d0, alpha, 2.0, 4, problem.c, problem.L)
    np.testing.assert_allclose(known, bound, rtol=1e-12)
    assert not np.allclose(known, says.smooth_distance2(when, d0, alpha, 2.0, 2, 1.0, 1.0))


@pytest.mark.parametrize("alpha", [0.01, 0.1, 0.25])
def test_every_bound_holds_on_the_median_problem(alpha: float) -> None:
    problem = problems.median(c=1.0)
    when = np.arange(0, 60)
    known = exact.distance2(problem, SGD(alpha), times=when)
    letters = (float(known[0]), alpha, problem.sigma2, 1, problem.mu2, problem.c)
    bound = says.distance2(when, *letters)
    assert np.all(known <= bound * (1 + 1e-12))
    assert exact.limit2(problem, SGD(alpha)) <= says.worst_case_radius2(*letters[1:])
    wrong = (*letters[:2], problem.sigma2 / 8, 1, problem.mu2 / 8, problem.c)
    assert np.any(known > says.distance2(when, *wrong)), "a bound eight times too small is seen"


# --- the evidence --------------------------------------------------------------------------------


def test_the_slide_s_ball_is_refuted_and_the_corrected_one_proved() -> None:
    refuted = next(e for e in proofs.refutations if e.claim is says.ball_as_stated)
    assert refuted.slack == Fraction(121, 200) - 1
    stated = says.ball.conclusion
    assert stated == says.ball_as_stated.conclusion
    assert set(says.ball.hypotheses) - set(says.ball_as_stated.hypotheses) == {a.small_step}


def test_the_two_cycle_is_no_example_of_the_corrected_claim() -> None:
    with pytest.raises(EvidenceError, match="it is not true that the step size is at most"):
        example(says.ball, proofs.jumping, "the 2-cycle")


def test_the_corrected_radius_holds_on_the_two_cycle() -> None:
    shown = example(says.worst_case_ball, proofs.jumping, "the 2-cycle")
    assert shown.slack == Fraction(21, 100)  # alpha^2 mu2 = 1.21 against 1


@pytest.mark.parametrize("name", ["every_t", "one_step", "ball", "smooth_every_t"])
def test_a_claim_that_is_off_by_anything_is_not_what_was_proved(name: str) -> None:
    claim = getattr(says, name)
    proof = next(p for p in proofs.proofs if p.claim is claim)
    wrong = replace(claim.conclusion, expression=claim.conclusion.expression * 1)
    with pytest.raises(EvidenceError, match="and the theorem says"):
        Proof(Claim(claim.key, claim.says, wrong, claim.hypotheses), proof.step)


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i, dropped in enumerate(claim.hypotheses):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)
        assert dropped.statement in proof.step.theorem.hypotheses


@pytest.mark.parametrize("factor", [Fraction(19, 20), Fraction(1, 2)])
def test_the_tight_instance_refutes_any_smaller_ball(factor: Fraction) -> None:
    ball = says.radius2(a.alpha, a.sigma2, a.B, a.mu2, a.c)
    smaller = LimitSuperior(a.t, a.distance2(a.t)) <= factor * ball
    claim = Claim("mutant", "a smaller ball", smaller, says.ball.hypotheses)
    assert example(claim, proofs.attaining, "two-point").shows == "refuted"


@pytest.mark.parametrize("factor", [Fraction(21, 20), Fraction(2)])
def test_the_tight_instance_shows_that_a_larger_ball_is_loose(factor: Fraction) -> None:
    ball = says.radius2(a.alpha, a.sigma2, a.B, a.mu2, a.c)
    larger = LimitSuperior(a.t, a.distance2(a.t)) <= factor * ball
    claim = Claim("mutant", "a larger ball", larger, says.ball.hypotheses)
    assert example(claim, proofs.attaining, "two-point").shows == "not vacuous"


def test_an_inexact_slack_is_no_evidence() -> None:
    with pytest.raises(EvidenceError, match=r"the slack -0\.1 is not exact"):
        Example(says.ball_as_stated, -0.1, "a float")  # type: ignore[arg-type]


def test_the_package_s_own_step_is_what_the_proof_is_about() -> None:
    new, _ = SGD(a.alpha).step(a.iterate(a.t), None, lambda _: a.sample(a.t), a.t + 1)
    assert a.sgd.statement == a.iterate(a.t + 1).equals(new).forall(a.t)
    assert a.sgd in says.one_step.hypotheses


def test_the_two_point_instance_is_run_and_another_step_size_would_be_seen(monkeypatch) -> None:
    assert all(proofs.off_the_ball(alpha) == 0 for alpha in proofs.step_sizes)
    monkeypatch.setattr(proofs, "SGD", lambda alpha: SGD(alpha * Fraction(21, 20)))
    assert all(proofs.off_the_ball(alpha) > 0 for alpha in proofs.step_sizes)


def test_the_smooth_bound_is_tight_at_both_ends_of_the_curvatures_and_not_between() -> None:
    between = proofs.signed(2, Fraction(2, 5), start=Fraction(2))
    assert example(says.smooth_every_t, between, "curvature 2 of [1, 3]").shows == "not vacuous"
    for end in (proofs.gentle, proofs.steep):
        model = proofs.signed(*end, start=Fraction(2))
        assert model.letters["c"] < model.letters["L"]
        assert example(says.smooth_every_t, model, "an end").shows == "tight"
