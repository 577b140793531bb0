"""Nesterov's momentum on the quadratic: rule, formulas, theorems and exact moments together."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import nesterov as proofs
from sgdtheory.proofs.momentum import numbers
from sgdtheory.simulations.nesterov import Stored

import sgdtheory as st
from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import Momentum, Nesterov, iterates
from sgdtheory.theory import momentum
from sgdtheory.theory import nesterov as says
from sgdtheory.theory.noise_ball import quadratic_ball

positive = hyp.fractions(min_value=F(1, 10), max_value=5, max_denominator=10)
share = hyp.fractions(min_value=F(1, 20), max_value=F(19, 20), max_denominator=20)
decays = hyp.fractions(min_value=0, max_value=F(19, 20), max_denominator=20)


def step_matrix(alpha, beta1, h):
    """Return what a step does to (error, average) and with the noise, by the rule itself."""
    rule = Nesterov(alpha, beta1)
    columns = [rule.step(*start, lambda point, noise=noise: h * point + noise, 2)
               for *start, noise in ((F(1), F(0), F(0)), (F(0), F(1), F(0)), (F(0), F(0), F(1)))]
    matrix = np.array(columns, dtype=object).T
    return matrix[:, :2], matrix[:, 2]


def by_lyapunov(alpha, beta1, h):
    """Return the stationary (D, C, M) for noise of variance 1, by ``S = A S A' + b b'``."""
    A, b = step_matrix(alpha, beta1, h)
    left = sympy.Matrix(np.eye(4, dtype=int) - np.kron(A, A))
    found = left.LUsolve(sympy.Matrix(np.kron(b, b)))
    D, C, _, M = (F(int(x.p), int(x.q)) for x in found)
    return D, C, M


def radius(alpha, beta1, h):
    """Return the largest root of the mean of a step, in size."""
    A, _ = step_matrix(alpha, beta1, h)
    trace, det = A[0, 0] + A[1, 1], A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
    inner = trace**2 / 4 - det
    return float(det) ** 0.5 if inner < 0 else abs(float(trace)) / 2 + float(inner) ** 0.5


# --- the rule ------------------------------------------------------------------------------------


@given(positive, decays, positive, positive, positive)
def test_the_rule_is_the_slides_and_asks_at_the_look_ahead_point(alpha, beta1, w, m, h) -> None:
    asked = []

    def grad(point):
        asked.append(point)
        return h * point**2

    rule = Nesterov(alpha, beta1)
    moved, mean = rule.step(w, m, grad, 3)
    point = w - alpha * beta1 * m
    assert asked == [point] == [rule.parameters(w, m)]
    assert moved == w - alpha * beta1 * m - alpha * (1 - beta1) * h * point**2  # slide 28
    assert mean == beta1 * m + (1 - beta1) * h * point**2
    assert moved == w - alpha * mean
    classical = Momentum(alpha, beta1).step(w, m, lambda point: h * point**2, 3)
    assert (classical == (moved, mean)) is (beta1 == 0 or w**2 == point**2)


def test_it_is_sutskevers_and_its_look_ahead_points_have_the_rule_of_frameworks() -> None:
    """``v = mu v - eps grad(w + mu v)``, ``w += v``; ``phi -= alpha ((1 - b) g + b m)``."""
    rng, alpha, beta1 = np.random.default_rng(0), 0.3, 0.8
    H = np.array([[2.0, 0.5], [0.5, 1.0]])
    w = start = rng.standard_normal(2)
    path = iterates(Nesterov(alpha, beta1), start, lambda w: H @ w, 40)
    stored = iterates(Stored(Nesterov(alpha, beta1)), start, lambda w: H @ w, 40)
    v, phi, m = np.zeros(2), start, np.zeros(2)
    for t in range(1, 41):
        v = beta1 * v - alpha * (1 - beta1) * H @ (w + beta1 * v)
        w = w + v
        g = H @ phi
        m = beta1 * m + (1 - beta1) * g
        phi = phi - alpha * ((1 - beta1) * g + beta1 * m)
        assert path[t] == pytest.approx(w, rel=1e-12, abs=1e-14)
        assert stored[t] == pytest.approx(phi, rel=1e-12, abs=1e-14)
        assert stored[t] == pytest.approx(w - alpha * beta1 * m, rel=1e-12, abs=1e-14)
    assert np.linalg.norm(path[5] - stored[5]) > 1e-3
    heavy = iterates(Momentum(alpha, beta1), start, lambda w: H @ w, 40)
    assert np.linalg.norm(path[5] - heavy[5]) > 1e-3


def test_the_rule_refuses_what_is_no_decay_and_runs_on_symbols() -> None:
    with pytest.raises(ValueError, match=r"beta1, the decay of the first moment, must be in \[0"):
        Nesterov(0.1, 1.0)
    with pytest.raises(ValueError, match="alpha, the learning rate, must be > 0; got 0"):
        Nesterov(0)
    alpha, beta1, w, m, h = sympy.symbols("alpha beta1 w m h")
    moved, _ = Nesterov(alpha, beta1).step(w, m, lambda point: h * point, 1)
    slide = w - alpha * beta1 * m - alpha * (1 - beta1) * h * (w - alpha * beta1 * m)
    assert sympy.expand(moved - slide) == 0


# --- the balls -----------------------------------------------------------------------------------


@given(share, decays, positive, positive)
@settings(max_examples=40)
def test_both_balls_solve_the_lyapunov_equation_of_the_rule_itself(part, beta1, s2, h) -> None:
    alpha = part * says.stable_alpha(beta1, h)
    D, C, M = by_lyapunov(alpha, beta1, h)
    assert says.ball(alpha, beta1, s2, h) == D * s2
    ahead = D - 2 * alpha * beta1 * C + (alpha * beta1) ** 2 * M
    assert says.lookahead_ball(alpha, beta1, s2, h) == ahead * s2
    keep = 1 - alpha * (1 - beta1) * h
    assert D == keep**2 * ahead + (alpha * (1 - beta1)) ** 2, "one step from the look-ahead point"
    other = alpha * s2 * (1 + beta1 * keep) / (h * (1 - beta1 * keep) * (
        1 + keep + 2 * beta1 * keep))
    assert D * s2 == other * (1 - beta1), "the form with eta = alpha (1 - beta1)"
    assert (D * s2 in {other, ahead * s2}) is (beta1 == 0)


@given(share, decays, positive, positive)
@settings(max_examples=40)
def test_both_balls_are_the_limits_of_the_exact_moments(part, beta1, sigma2, h) -> None:
    problem = st.problems.quadratic([float(h)] * 2, sigma2=float(sigma2), radius=1.0)
    alpha = float(part * says.stable_alpha(beta1, h))
    letters = (alpha, float(beta1), float(sigma2), float(h))
    rule = Nesterov(alpha, float(beta1))
    for formula, measured in ((says.ball, rule), (says.lookahead_ball, Stored(rule))):
        exact = st.exact.limit2(problem, measured)
        assert formula(*letters) == pytest.approx(exact, rel=1e-10)
        assert 1.001 * formula(*letters) != pytest.approx(exact, rel=1e-10)


@given(share, positive, positive)
def test_without_a_decay_it_is_sgd(part, sigma2, h) -> None:
    alpha = part * 2 / h
    sgd = quadratic_ball(alpha, sigma2, h)
    assert says.ball(alpha, F(0), sigma2, h) == says.lookahead_ball(alpha, F(0), sigma2, h) == sgd
    assert says.stable_alpha(F(0), h) == 2 / h
    assert says.average2(3, F(0), alpha, F(0), sigma2, h) == sgd
    if alpha < says.stable_alpha(F(1, 2), h):
        assert says.ball(alpha, F(1, 2), sigma2, h) != sgd


def test_the_second_order_of_the_ball_is_that_of_the_series() -> None:
    """``alpha sigma2/(2h) (1 - (2 b^2 + 3 b - 1) alpha h / (2 (1 + b)) + ...)``."""
    alpha, beta1, sigma2, h = sympy.symbols("alpha beta1 sigma2 h")
    ball = says.ball.expr.subs({sympy.Symbol("alpha"): alpha})
    series = sympy.series(ball / (alpha * sigma2 / (2 * h)), alpha, 0, 2).removeO()
    coefficient = -(2 * beta1**2 + 3 * beta1 - 1) * h / (2 * (1 + beta1))
    assert sympy.cancel(series - 1 - coefficient * alpha) == 0
    heavy = sympy.series(momentum.ball.expr / (alpha * sigma2 / (2 * h)), alpha, 0, 2).removeO()
    assert sympy.cancel(series - heavy) != 0


def test_known_numbers() -> None:
    assert says.ball(0.5, 0.9, 1.0, 1.0) == pytest.approx(0.174769, abs=1e-6)
    assert says.lookahead_ball(0.5, 0.9, 1.0, 1.0) == pytest.approx(0.190880, abs=1e-6)
    ratios = [says.ball(alpha, 0.9, 1.0, 1.0) / quadratic_ball(alpha, 1.0, 1.0)
              for alpha in (0.01, 0.1, 1.0)]
    assert ratios == pytest.approx([0.986, 0.874, 0.271], abs=5e-4)
    assert says.stable_alpha(0.9, 1.0) == pytest.approx(13.571, abs=1e-3)


@given(share, decays, positive, positive)
def test_the_ball_crosses_that_of_momentum_at_one_step_size(part, beta1, sigma2, h) -> None:
    beta1 = max(beta1, F(1, 20))
    crossing = (1 + beta1) ** 2 / ((1 - beta1) * (1 + beta1 + beta1**2) * h)
    limit = says.stable_alpha(beta1, h)
    assert 1 / h < crossing < limit
    at = (crossing, beta1, sigma2, h)
    assert says.ball(*at) == momentum.ball(*at)
    below, above = (part * crossing, *at[1:]), (crossing + part * (limit - crossing), *at[1:])
    assert says.ball(*below) < momentum.ball(*below)
    assert says.ball(*above) > momentum.ball(*above)
    first_order = below[0] * sigma2 / (2 * h)
    assert first_order / (1 + below[0] * beta1 * h) < says.ball(*below)


# --- stability -----------------------------------------------------------------------------------


@given(decays, positive)
@settings(max_examples=30)
def test_the_limit_of_alpha_is_where_a_root_leaves_the_circle(beta1, h) -> None:
    limit = says.stable_alpha(beta1, h)
    assert radius(limit, beta1, h) == pytest.approx(1, abs=1e-12)
    assert radius(limit * F(999, 1000), beta1, h) < 1 - 1e-6
    assert radius(limit * F(1001, 1000), beta1, h) > 1 + 1e-6
    assert momentum.stable_alpha(beta1, h) == (1 + 2 * beta1) * limit
    assert (radius(momentum.stable_alpha(beta1, h), beta1, h) > 1 + 1e-6) is (beta1 > 0)


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
def test_the_limit_is_that_of_the_exact_moments(beta1) -> None:
    problem = st.problems.quadratic([2.0], sigma2=1.0, radius=1.0)
    limit = says.stable_alpha(beta1, 2.0)
    assert st.exact.stable_alpha(problem, lambda a: Nesterov(a, beta1)) == pytest.approx(
        limit, rel=1e-12)
    assert np.isinf(st.exact.limit2(problem, Nesterov(1.001 * limit, beta1)))
    assert np.isfinite(st.exact.limit2(problem, Nesterov(0.999 * limit, beta1)))


def test_refusals_name_the_limit_and_the_next_step() -> None:
    """Each stands next to the same call just inside, which is answered."""
    message = r"alpha=3 is not below stable_alpha=3, the stability limit of Nesterov's .*momentum"
    refused = [
        (says.ball, (F(3), F(1, 2), 1, F(1)), (F(29, 10), F(1, 2), 1, F(1)), message),
        (says.lookahead_ball, (F(3), F(1, 2), 1, F(1)), (F(29, 10), F(1, 2), 1, F(1)), message),
        (says.ball, (np.array([1.0, 4.0]), 0.5, 1.0, 1.0), (np.array([1.0, 2.0]), 0.5, 1.0, 1.0),
         r"alpha=4.0 is not below stable_alpha=3.0"),
        (says.average2, (1, 1, F(3), F(1, 2), 1, F(1)), (1, 1, F(2), F(1, 2), 1, F(1)), message),
        (says.average2, (0, 1, F(1), F(1, 2), 1, F(1)), (1, 1, F(1), F(1, 2), 1, F(1)),
         r"t=0, the time, must be >= 1: at the start nothing is averaged"),
        (says.stable_alpha, (F(1), F(1)), (F(1, 2), F(1)), r"beta1, .* must be in \[0, 1\); got 1"),
    ]
    for formula, outside, inside, words in refused:
        assert np.all(formula(*inside) > 0)
        with pytest.raises(ValueError, match=words):
            formula(*outside)


# --- the average over time -----------------------------------------------------------------------


@given(share, decays, positive, positive, hyp.integers(1, 30))
@settings(max_examples=30)
def test_the_average_over_time_of_the_look_ahead_point_is_below_its_bound(
    part, beta1, sigma2, h, t
) -> None:
    alpha, d0 = part * says.stable_alpha(beta1, h), F(4)
    A, b = step_matrix(alpha, beta1, h)
    ahead = np.array([F(1), -alpha * beta1])
    S, total = np.array([[d0, F(0)], [F(0), F(0)]]), F(0)
    for _ in range(t):
        total += ahead @ S @ ahead
        S = A @ S @ A.T + sigma2 * np.outer(b, b)
    assert total / t <= says.average2(t, d0, alpha, beta1, sigma2, h)


@pytest.mark.parametrize(("alpha", "beta1"), [(0.3, 0.5), (2.5, 0.5), (10.0, 0.9), (1.5, 0.0)])
def test_without_noise_the_squares_add_up_to_what_the_start_weighs(alpha, beta1) -> None:
    path = iterates(Stored(Nesterov(alpha, beta1)), np.array([3.0]), lambda w: w, 2000)
    bound = says.average2(2000, 9.0, alpha, beta1, 0.0, 1.0) * 2000
    assert np.sum(path**2) == pytest.approx(bound, rel=1e-10)
    assert np.sum(path[1:] ** 2) < 0.999 * bound
    iterate = iterates(Nesterov(alpha, beta1), np.array([3.0]), lambda w: w, 2000)
    assert np.isclose(np.sum(iterate**2), bound, rtol=1e-10) == (beta1 == 0)


@given(share, hyp.floats(1e-3, 0.999), hyp.floats(1e-3, 0.999))
def test_no_tuning_contracts_faster_than_the_fastest(rate, beta1, part) -> None:
    kappa = (3 - rate) * (1 + rate) / (3 * (1 - rate) ** 2)
    assert says.fastest_rate(1.0, float(kappa)) == pytest.approx(float(rate), rel=1e-12)
    decay = rate / (2 - rate)
    best = Nesterov(4 / (3 * kappa + 1) / (1 - decay), decay)
    found = max(radius(best.alpha, best.beta1, end) for end in (F(1), kappa))
    assert found == pytest.approx(float(rate), abs=1e-7)
    tried = Nesterov(F(part) * says.stable_alpha(F(beta1), kappa), F(beta1))
    assert max(radius(tried.alpha, tried.beta1, end) for end in (F(1), kappa)) >= rate - F(1, 10**9)


@given(hyp.integers(2, 30))
def test_the_usual_tuning_has_its_rate_which_is_not_the_least(root) -> None:
    decay = F(root - 1, root + 1)
    usual = Nesterov(1 / (root**2 * (1 - decay)), decay)
    found = max(radius(usual.alpha, usual.beta1, end) for end in (F(1), F(root**2)))
    assert found == pytest.approx(float(says.usual_rate(F(1), F(root**2))), abs=1e-7)
    kappa = float(root**2)
    assert momentum.fastest_rate(1.0, kappa) < says.fastest_rate(1.0, kappa) < found


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    still = proofs.nesterov_world(1, F(1, 2), 1, still=True)
    with pytest.raises(EvidenceError, match=r"not true that E\|W - w\*\|\^2 does not change"):
        example(says.stationary_ball, still, "started with the average 0")
    world = proofs.nesterov_world(1, F(1, 2), 1)
    with pytest.raises(EvidenceError, match="not true that the noise is additive"):
        example(says.stationary_ball,
                replace(world, letters={**world.letters, "sigma2": F(1)}), "less noise")
    long_step = numbers(alpha=F(14, 5), beta1=F(1, 2), sigma2=1, h=1)
    with pytest.raises(EvidenceError, match=r"not true that alpha \(1 - beta1\) h is at most"):
        example(says.below_momentum, long_step, "a longer step")
    assert long_step.slack(says.below_momentum.conclusion) < 0


def test_what_is_attained_is_called_tight() -> None:
    shown = {found.claim: found.shows for found in proofs.examples}
    assert {claim for claim, what in shown.items() if what == "tight"} == {
        says.below_momentum, says.fastest}
    assert "refuted" not in shown.values()
