"""Momentum on the quadratic: formulas, theorems, exact moments and roots held together."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import momentum as proofs

import sgdtheory as st
from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import SGD, Momentum, iterates
from sgdtheory.theory import momentum as says
from sgdtheory.theory.noise_ball import quadratic_ball

positive = hyp.fractions(min_value=F(1, 10), max_value=5, max_denominator=10)
share = hyp.fractions(min_value=F(1, 20), max_value=F(19, 20), max_denominator=20)
decays = hyp.fractions(min_value=0, max_value=F(19, 20), max_denominator=20)


def step_matrix(rule, h):
    """Return what a step does to (error, average), and what it does with the noise, exactly."""
    columns = [rule.step(*start, lambda point, noise=noise: h * point + noise, 2)
               for *start, noise in ((F(1), F(0), F(0)), (F(0), F(1), F(0)), (F(0), F(0), F(1)))]
    matrix = np.array(columns, dtype=object).T
    return matrix[:, :2], matrix[:, 2]


def by_lyapunov(rule, h):
    """Return the stationary (D, C, M) for noise of variance 1, by ``S = A S A' + b b'``."""
    A, b = step_matrix(rule, h)
    left = sympy.Matrix(np.eye(4, dtype=int) - np.kron(A, A))
    found = left.LUsolve(sympy.Matrix(np.kron(b, b)))
    D, C, _, M = (F(int(x.p), int(x.q)) for x in found)
    return D, C, M


def radius(rule, h):
    """Return the largest root of the mean of a step, in size."""
    A, _ = step_matrix(rule, h)
    trace, det = A[0, 0] + A[1, 1], A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
    inner = trace**2 / 4 - det
    return float(det) ** 0.5 if inner < 0 else abs(float(trace)) / 2 + float(inner) ** 0.5


# --- the ball ------------------------------------------------------------------------------------


@given(share, decays, positive, positive)
@settings(max_examples=30)
def test_the_ball_solves_the_lyapunov_equation_of_the_rule_itself(part, beta1, sigma2, h) -> None:
    alpha = part * says.stable_alpha(beta1, h)
    D, C, M = by_lyapunov(Momentum(alpha, beta1), h)
    assert says.ball(alpha, beta1, sigma2, h) == D * sigma2
    assert 2 * C == -alpha * M, "E<W - w*, m> does not change"
    assert M - C**2 / D == (1 - beta1) / (1 + beta1), "the variance of m that is not in W"
    wrong = alpha * sigma2 / (h * (2 - alpha * h * (1 - beta1)))
    assert (wrong == D * sigma2) is (beta1 == 0), "(1 - beta1) for (1 - beta1)/(1 + beta1)"


@given(share, decays, positive, positive)
@settings(max_examples=40)
def test_the_ball_is_the_limit_of_the_exact_moments(part, beta1, sigma2, h) -> None:
    problem = st.problems.quadratic([float(h)] * 2, sigma2=float(sigma2), radius=1.0)
    alpha = float(part * says.stable_alpha(beta1, h))
    exact = st.exact.limit2(problem, Momentum(alpha, float(beta1)))
    letters = (alpha, float(beta1), float(sigma2), float(h))
    assert says.ball(*letters) == pytest.approx(exact, rel=1e-10)
    assert says.ball(*letters[:3], 1.001 * float(h)) != pytest.approx(exact, rel=1e-8)


@given(share, positive, positive)
def test_without_a_decay_it_is_sgd(part, sigma2, h) -> None:
    alpha = part * 2 / h
    assert says.ball(alpha, F(0), sigma2, h) == quadratic_ball(alpha, sigma2, h)
    assert says.ball(alpha, F(1, 20), sigma2, h) < quadratic_ball(alpha, sigma2, h)
    assert says.stable_alpha(F(0), h) == 2 / h
    assert says.average2(7, F(0), alpha, F(0), sigma2, h) == quadratic_ball(alpha, sigma2, h)


@given(decays, positive, positive)
def test_to_first_order_the_ball_is_that_of_sgd_and_to_second_it_is_not(beta1, sigma2, h) -> None:
    """The ball is ``alpha sigma2/(2h) (1 + alpha h (1 - beta1)/(2 (1 + beta1)) + ...)``."""
    tiny = F(1, 10**9)
    leading = tiny * sigma2 / (2 * h)
    excess = (says.ball(tiny, beta1, sigma2, h) / leading - 1) / tiny
    assert abs(excess - h * (1 - beta1) / (2 * (1 + beta1))) < F(1, 10**6)
    of_sgd = (quadratic_ball(tiny, sigma2, h) / leading - 1) / tiny
    assert abs(of_sgd - h / 2) < F(1, 10**6)


@given(share, decays, positive, positive)
def test_the_ball_lies_between_the_leading_term_and_that_of_sgd(part, beta1, sigma2, h) -> None:
    alpha = part * 2 / h
    ball, sgd = says.ball(alpha, beta1, sigma2, h), quadratic_ball(alpha, sigma2, h)
    assert alpha * sigma2 / (2 * h) < ball <= sgd
    assert ball >= (2 - alpha * h) / 2 * sgd, "which is at least 1/2 for alpha h <= 1"
    assert ball > sgd / 2 or alpha * h > 1
    shorter = alpha * (1 - beta1) / (1 + beta1)
    assert ball == (1 + beta1) / (1 - beta1) * quadratic_ball(shorter, sigma2, h)


def test_half_of_the_ball_of_sgd_is_the_best_and_beyond_1_over_h_there_is_more() -> None:
    nearly = says.ball(F(1), F(999, 1000), F(1), F(1)) / quadratic_ball(F(1), F(1), F(1))
    assert F(1, 2) < nearly < F(1, 2) + F(1, 1000)
    assert says.ball(1.9, 0.9, 1.0, 1.0) / quadratic_ball(1.9, 1.0, 1.0) == pytest.approx(
        0.0526, abs=1e-4)


def test_the_effective_rate_predicts_a_ball_ten_times_too_small() -> None:
    ball, predicted = says.ball(F(1, 10), F(9, 10), F(1), F(1)), quadratic_ball(F(1, 100), F(1),
                                                                                F(1))
    assert (ball, predicted) == (F(19, 379), F(1, 199))
    assert ball / predicted == F(19 * 199, 379) == pytest.approx(9.976, abs=1e-3)


# --- stability -----------------------------------------------------------------------------------


@given(decays, positive)
@settings(max_examples=30)
def test_the_limit_of_alpha_is_where_a_root_leaves_the_circle(beta1, h) -> None:
    limit = says.stable_alpha(beta1, h)
    assert radius(Momentum(limit, beta1), h) == pytest.approx(1, abs=1e-12)
    assert radius(Momentum(limit * F(999, 1000), beta1), h) < 1 - 1e-6
    assert radius(Momentum(limit * F(1001, 1000), beta1), h) > 1 + 1e-6
    printed = 2 / ((1 - beta1) * h)  # mutant: that of SGD with the effective rate
    assert (radius(Momentum(printed, beta1), h) == pytest.approx(1, abs=1e-12)) is (beta1 == 0)


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9, 0.99])
def test_the_limit_is_that_of_the_exact_moments(beta1) -> None:
    problem = st.problems.quadratic([2.0], sigma2=1.0, radius=1.0)
    limit = says.stable_alpha(beta1, 2.0)
    assert st.exact.stable_alpha(problem, lambda a: Momentum(a, beta1)) == pytest.approx(
        limit, rel=1e-12)
    assert np.isinf(st.exact.limit2(problem, Momentum(1.001 * limit, beta1)))
    assert np.isfinite(st.exact.limit2(problem, Momentum(0.999 * limit, beta1)))


def test_refusals_name_the_limit_and_the_next_step() -> None:
    """Each stands next to the same call just inside, which is answered."""
    refused = [
        (says.ball, (F(6), F(1, 2), 1, F(1)), (F(59, 10), F(1, 2), 1, F(1)),
         r"alpha=6 is not below stable_alpha=6, the stability limit of momentum .* larger beta1"),
        (says.ball, (np.array([1.0, 7.0]), 0.5, 1.0, 1.0), (np.array([1.0, 5.0]), 0.5, 1.0, 1.0),
         r"alpha=7.0 is not below stable_alpha=6.0"),
        (says.average2, (1, 1, F(6), F(1, 2), 1, F(1)), (1, 1, F(5), F(1, 2), 1, F(1)),
         r"alpha=6 is not below stable_alpha=6"),
        (says.average2, (0, 1, F(1), F(1, 2), 1, F(1)), (1, 1, F(1), F(1, 2), 1, F(1)),
         r"t=0, the time, must be >= 1: at the start nothing is averaged"),
        (says.ball, (F(1), F(1), 1, F(1)), (F(1), F(1, 2), 1, F(1)),
         r"beta1, the decay of the first moment, must be in \[0, 1\); got 1"),
        (says.same_rate_gain, (F(1),), (F(1, 2),), r"rate, the factor .* must be in \[0, 1\)"),
    ]
    for formula, outside, inside, message in refused:
        assert np.all(formula(*inside) >= 0)
        with pytest.raises(ValueError, match=message):
            formula(*outside)


# --- the average over time -----------------------------------------------------------------------


def potential(alpha, beta1, h, S):
    """Return what the squares of a noiseless path from moments S add up to."""
    A, _ = step_matrix(Momentum(alpha, beta1), h)
    left = sympy.Matrix(np.eye(4, dtype=int) - np.kron(A, A).T)
    weights = left.LUsolve(sympy.Matrix([1, 0, 0, 0]))
    return sum(F(int(w.p), int(w.q)) * s for w, s in zip(weights, S.ravel(), strict=True))


@given(share, decays, positive, positive, hyp.integers(1, 30))
@settings(max_examples=30)
def test_the_average_over_time_is_below_its_bound_by_what_is_left_of_the_start(
    part, beta1, sigma2, h, t
) -> None:
    alpha = part * says.stable_alpha(beta1, h)
    rule, d0 = Momentum(alpha, beta1), F(4)
    A, b = step_matrix(rule, h)
    S, total = np.array([[d0, F(0)], [F(0), F(0)]]), F(0)
    for _ in range(t):
        total += S[0, 0]
        S = A @ S @ A.T + sigma2 * np.outer(b, b)
    bound = says.average2(t, d0, alpha, beta1, sigma2, h)
    assert bound - total / t == potential(alpha, beta1, h, S) / t >= 0


@pytest.mark.parametrize(("alpha", "beta1"), [(0.3, 0.5), (2.5, 0.5), (20.0, 0.9), (1.5, 0.0)])
def test_without_noise_the_squares_add_up_to_what_the_start_weighs(alpha, beta1) -> None:
    path = iterates(Momentum(alpha, beta1), np.array([3.0]), lambda w: w, 2000)
    bound = says.average2(2000, 9.0, alpha, beta1, 0.0, 1.0) * 2000
    assert np.sum(path**2) == pytest.approx(bound, rel=1e-10)
    assert np.sum(path[1:] ** 2) < 0.999 * bound


# --- speed ---------------------------------------------------------------------------------------


@given(share, decays, share)
@settings(max_examples=60)
def test_no_momentum_of_the_same_rate_has_a_smaller_ball(rate, share_of_beta, place) -> None:
    """Any two roots of size at most `rate` whose product is at least 0: real or conjugate."""
    beta1 = share_of_beta * rate**2
    low, high = (1 - rate) * (1 - beta1 / rate), (1 + rate) * (1 + beta1 / rate)
    alpha = (low + place * (high - low)) / (1 - beta1)
    assert radius(Momentum(alpha, beta1), F(1)) <= float(rate) + 1e-9
    least = says.same_rate_gain(rate) * quadratic_ball(1 - rate, F(1), F(1))
    assert says.ball(alpha, beta1, F(1), F(1)) > least
    best = Momentum((1 - rate) / (1 + rate), rate**2)
    assert radius(best, F(1)) == pytest.approx(float(rate), abs=1e-6)
    assert says.ball(best.alpha, best.beta1, F(1), F(1)) == least


@given(share, share)
def test_the_fastest_tunings_contract_as_they_should_and_cost_what_is_said(rate, place) -> None:
    kappa = ((1 + rate) / (1 - rate)) ** 2
    heavy = Momentum((1 - rate) / (1 + rate), rate**2)  # 1/sqrt(c L) with c = 1
    gd = SGD(2 / (1 + kappa))
    assert heavy.alpha**2 * kappa == 1
    h = 1 + place * (kappa - 1)
    for end in (F(1), h, kappa):
        A, _ = step_matrix(heavy, end)
        trace, det = A[0, 0] + A[1, 1], A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
        assert det == rate**2
        assert trace**2 <= 4 * det, "conjugate roots of size rate"
        assert abs(1 - gd.alpha * end) <= (kappa - 1) / (kappa + 1)
        ratio = says.ball(heavy.alpha, heavy.beta1, F(1), end) / quadratic_ball(gd.alpha, F(1), end)
        assert ratio == says.optimal_rate_loss(rate)
    root = (1 + rate) / (1 - rate)
    assert says.optimal_rate_loss(rate) == (kappa + 1) / (2 * root) > 1 > says.same_rate_gain(rate)


@given(share, hyp.floats(1e-3, 0.999), hyp.floats(1e-3, 0.999))
def test_no_tuning_contracts_faster_than_the_fastest(rate, beta1, part) -> None:
    kappa = ((1 + rate) / (1 - rate)) ** 2
    fastest = float(says.fastest_rate(F(1), kappa))
    assert says.fastest_rate(F(1), kappa) == rate
    best = Momentum((1 - rate) / (1 + rate), rate**2)
    assert max(radius(best, end) for end in (F(1), kappa)) == pytest.approx(fastest, abs=1e-7)
    tried = Momentum(F(part) * says.stable_alpha(F(beta1), kappa), F(beta1))
    assert max(radius(tried, end) for end in (F(1), kappa)) >= fastest - 1e-9


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_a_world_with_another_start_or_another_decay_is_refused() -> None:
    still = proofs.momentum_world(1, F(1, 2), 1, still=True)
    with pytest.raises(EvidenceError, match=r"not true that E\|W - w\*\|\^2 does not change"):
        example(says.stationary_ball, still, "started with the average 0")
    other = proofs.momentum_world(1, F(1, 2), 1)
    letters = {**other.letters, "beta1": F(1, 3)}
    with pytest.raises(EvidenceError, match="not true that the iterates are those of momentum"):
        example(says.stationary_ball, proofs.replace(other, letters=letters), "another decay")


def test_the_root_condition_is_needed_for_the_gain_at_the_same_rate() -> None:
    """A slower rate has a smaller ball: without the condition the claim is false."""
    letters = {"alpha": F(1, 100), "beta1": F(1, 4), "sigma2": 1, "h": 1, "rate": F(1, 2)}
    with pytest.raises(EvidenceError, match="not true that no root exceeds the rate"):
        example(says.same_rate, proofs.numbers(**letters), "a short step")
    assert proofs.numbers(**letters).slack(says.same_rate.conclusion) < 0


@given(hyp.fractions(min_value=0, max_value=50, max_denominator=30))
def test_four_squares_add_up(value) -> None:
    assert sum(x**2 for x in proofs.four_squares(value)) == value


def test_what_is_attained_is_called_tight_and_what_is_false_refuted() -> None:
    shown = {found.claim: found.shows for found in (*proofs.examples, *proofs.refutations)}
    assert {claim for claim, what in shown.items() if what == "refuted"} == {
        says.lowered_as_stated, says.effective_rate_as_stated}
    assert {claim for claim, what in shown.items() if what == "tight"} == {
        says.same_rate, says.fastest}
