"""Gradient descent: formulas, theorems, exact values and planted violations held together."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from operator import mul

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sgdtheory.proofs import gradient_descent as proofs

from sgdtheory import data, exact, problems
from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import SGD, iterates
from sgdtheory.theory import gradient_descent as says
from sgdtheory.theory import noise_ball

positive = st.fractions(min_value=Fraction(1, 100), max_value=10, max_denominator=100)
nonnegative = st.fractions(min_value=0, max_value=10, max_denominator=100)
times = st.integers(min_value=0, max_value=40)


def worst_of_two(alpha: Fraction, c: Fraction, L: Fraction, start: Fraction, t: int) -> Fraction:
    """Return the larger squared distance of the package's rule on the two extreme quadratics."""
    ends = (iterates(SGD(alpha), np.array([start], dtype=object), partial(mul, curvature), t)[-1][0]
            for curvature in (c, L))
    return max(end**2 for end in ends)


@given(times, nonnegative, positive, positive, nonnegative)
def test_distance2_is_the_rule_run_on_the_worse_quadratic(t, start, alpha, c, gap) -> None:
    value = says.distance2(t, start**2, alpha, c, c + gap)
    assert value == worst_of_two(alpha, c, c + gap, start, t)
    assert isinstance(value, Fraction)


def test_the_slips_are_other_numbers_where_the_branch_changes() -> None:
    """The controls of the identity above: r for r^2, and one branch of r alone."""
    c, L, d0, t = Fraction(1), Fraction(3), Fraction(2), 5
    short, long = Fraction(1, 4), Fraction(3, 5)
    for alpha, other in ((short, L), (long, c)):
        value = says.distance2(t, d0, alpha, c, L)
        assert value > says.contraction(alpha, c, L) ** (2 * t + 1) * d0
        assert value != says.contraction(alpha, c, L) ** t * d0
        assert value > (1 - alpha * other) ** (2 * t) * d0


@given(positive, positive, nonnegative)
def test_best_step_is_the_argmin_of_the_contraction(alpha, c, gap) -> None:
    L = c + gap
    best = says.best_step(c, L)
    least = says.contraction(best, c, L)
    assert least == gap / (c + L)
    assert says.contraction(alpha, c, L) >= least
    assert (says.contraction(alpha, c, L) == least) == (alpha == best)


@given(positive, positive)
def test_neighbours_of_the_best_step_are_not_the_argmin(c, gap) -> None:
    """The control: 1/L and 2/L are beaten wherever the curvatures differ."""
    L = c + gap
    least = says.contraction(says.best_step(c, L), c, L)
    assert says.contraction(1 / L, c, L) > least
    assert says.contraction(2 / L, c, L) == 1 > least


@given(positive, positive, nonnegative)
def test_the_factor_is_below_1_exactly_for_steps_below_2_over_L(alpha, c, gap) -> None:
    L = c + gap
    assert (says.contraction(alpha, c, L) < 1) == (alpha * L < 2)


@given(times, positive, nonnegative, st.fractions(Fraction(1, 100), Fraction(99, 100)), nonnegative)
def test_it_is_the_bound_for_smooth_losses_without_noise(t, c, gap, share, d0) -> None:
    """Slide 16 is the case sigma2 = 0 of the ball of `noise_ball`."""
    L = c + gap
    alpha = 2 * share / L
    smooth = noise_ball.smooth_distance2(t, d0, alpha, Fraction(0), 1, c, L)
    assert says.distance2(t, d0, alpha, c, L) == smooth


@given(times, positive, positive, nonnegative, positive)
def test_floats_agree_with_fractions(t, alpha, c, gap, d0) -> None:
    exactly = says.distance2(t, d0, alpha, c, c + gap)
    computed = says.distance2(t, float(d0), float(alpha), float(c), float(c + gap))
    # 1 - alpha c may cancel: its relative error is eps alpha L / |r|, and 2 t of them multiply.
    r = float(says.contraction(alpha, c, c + gap))
    if r > 1e-3:
        rel = 1e-13 + 1e-15 * (t + 1) * (1 + float(alpha * (c + gap))) / r
        assert computed == pytest.approx(float(exactly), rel=rel)


def test_the_formulas_broadcast_and_typeset() -> None:
    alphas, t = np.array([[0.1], [0.2]]), np.array([0, 1, 2])
    assert says.distance2(t, 1.0, alphas, 1.0, 4.0).shape == (2, 3)
    c, L = sympy.symbols("c L")
    assert sympy.cancel(says.best_step.expr - 2 / (c + L)) == 0
    assert r"\alpha" in says.contraction.latex
    assert says.contraction.source == says.distance2.source == "slide 16"


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ({"alpha": -1}, r"alpha, the learning rate, must be > 0; got -1"),
        ({"alpha": float("nan")}, r"alpha, the learning rate, must be finite and > 0; got nan"),
        ({"c": 0}, r"c, the constant of strong convexity, must be > 0; got 0"),
        ({"L": -2.0}, r"L, the Lipschitz constant of the gradient, must be > 0; got -2"),
        ({"d0": -1.0}, r"d0, the squared distance at the start, must be >= 0; got -1"),
        ({"t": 1.5}, r"t, the time, must be a whole number >= 0; got 1\.5"),
        ({"c": 5.0}, r"L=4\.0, .* must be >= c=5\.0, .*check that the two were not exchanged"),
    ],
)
def test_a_letter_outside_its_domain_is_named(letters, message) -> None:
    values = {"t": 3, "d0": 1.0, "alpha": 0.2, "c": 1.0, "L": 4.0}
    assert says.distance2(**values) == pytest.approx(0.8**6, rel=1e-14)
    with pytest.raises(ValueError, match=message):
        says.distance2(**values | letters)


def test_the_best_step_refuses_exchanged_curvatures() -> None:
    with pytest.raises(ValueError, match=r"L=1\.0, .* must be >= c=4\.0"):
        says.best_step(4.0, 1.0)


# --- the bound against problems ------------------------------------------------------------------


def ridge():
    table = data.read_table(data.path("diabetes"), target="y")
    return problems.ridge(table.X, table.y, 0.1)


def logistic():
    rows = np.random.default_rng(0).standard_normal((40, 3))
    return problems.logistic(rows, np.where(rows[:, 0] + rows[:, 1] > 0.1, 1.0, -1.0), 0.2)


KINDS = {
    "one curvature": lambda: problems.quadratic([2.0, 2.0], sigma2=0.0),
    "four curvatures": lambda: problems.quadratic([0.5, 1.0, 2.0, 5.0], sigma2=0.0),
    "ridge": ridge,
    "logistic": logistic,
}


def descend(problem, alpha: float, steps: int) -> np.ndarray:
    """Return the squared distances of gradient descent on a problem."""
    path = iterates(SGD(alpha), problem.w0, problem.grad, steps)
    return np.sum((path - problem.w_star) ** 2, axis=1)


@pytest.mark.parametrize("share", [0.2, 0.9, 1.0, 1.8, 2.0])
@pytest.mark.parametrize("kind", KINDS)
def test_the_bound_holds_on_problems_of_several_kinds(kind, share) -> None:
    problem, t = KINDS[kind](), np.arange(31)
    alpha = share / problem.L
    d = descend(problem, alpha, 30)
    bound = says.distance2(t, d[0], alpha, problem.c, problem.L)
    # 1e-28 is the rounding of the minimiser itself, of which a squared distance cannot know more.
    assert np.all(d <= bound * (1 + 1e-12) + 1e-28)


@pytest.mark.parametrize("kind", KINDS)
def test_a_factor_that_is_too_small_is_seen_on_every_kind(kind) -> None:
    """The control: twice the strong convexity is refuted at a short step."""
    problem = KINDS[kind]()
    alpha, t = 0.2 / problem.L, np.arange(601)
    d = descend(problem, alpha, 600)
    assert np.any(d > d[0] * (1 - 2 * alpha * problem.c) ** (2 * t) * (1 + 1e-12))


@pytest.mark.parametrize(("alpha", "curvature"), [(0.2, 1.0), (0.4, 1.0), (0.4, 4.0), (0.45, 4.0),
                                                  (0.5, 4.0), (0.525, 4.0)])
def test_the_bound_is_attained_on_the_extreme_quadratics(alpha, curvature) -> None:
    d = descend(problems.quadratic([curvature], sigma2=0.0), alpha, 40)
    bound = says.distance2(np.arange(41), 1.0, alpha, 1.0, 4.0)
    np.testing.assert_allclose(d, bound, rtol=1e-12)
    assert not np.allclose(d[1:], says.distance2(np.arange(1, 41), 1.0, alpha, 0.9, 4.4))


def test_beyond_2_over_L_the_distance_grows_and_the_formula_says_so() -> None:
    d = descend(problems.quadratic([4.0], sigma2=0.0), 0.525, 10)
    assert np.all(np.diff(d) > 0)
    d = descend(problems.quadratic([4.0], sigma2=0.0), 0.475, 10)
    assert np.all(np.diff(d) < 0)


def test_a_batch_of_all_rows_is_gradient_descent() -> None:
    problem, t = ridge(), np.arange(31)
    rule = SGD(says.best_step(problem.c, problem.L))
    whole = exact.distance2(problem, rule, problem.n, times=t, replace=False)
    np.testing.assert_allclose(descend(problem, rule.alpha, 30), whole, rtol=1e-12)
    half = exact.distance2(problem, rule, problem.n // 2, times=t, replace=False)
    assert not np.allclose(whole, half)


# --- the evidence --------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_claim_that_is_off_by_anything_is_not_what_was_proved(proof: Proof) -> None:
    claim = proof.claim
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


def test_the_factor_is_proved_to_be_below_1() -> None:
    a, theorem = says.a, proofs.r2_below.theorem
    r = says.contraction(a.alpha, a.c, a.L)
    assert theorem.conclusion == (1 - r**2 > 0)
    needed = (a.positive_alpha, a.positive_c, a.c_at_most_L, a.step_below_2_over_L)
    assert theorem.hypotheses == {each.statement for each in needed}


def bound_scaled(factor: Fraction) -> Claim:
    """Return the claim of slide 16 with its bound multiplied by a number."""
    claim = says.converges
    start = (says.a.iterate(0) - says.a.w_star).norm2()
    letters = (says.a.alpha, says.a.c, says.a.L)
    scaled = says._squared_distance <= factor * says.distance2(says.a.t, start, *letters)
    return Claim("mutant", "a scaled bound", scaled, claim.hypotheses)


@pytest.mark.parametrize("world", [proofs.gentle, proofs.steep], ids=["short step", "long step"])
def test_the_extreme_quadratics_refute_any_smaller_bound(world) -> None:
    assert example(bound_scaled(Fraction(19, 20)), world, "extreme").shows == "refuted"
    assert example(bound_scaled(Fraction(1)), world, "extreme").shows == "tight"
    assert example(bound_scaled(Fraction(21, 20)), world, "extreme").shows == "not vacuous"


def test_the_slide_s_stationary_points_are_refuted_by_the_double_well() -> None:
    refuted = next(e for e in proofs.examples if e.claim is says.stationary_points_as_stated)
    assert refuted.slack == Fraction(1, 16) - Fraction(1, 4)
    assert proofs.double_well.grad(Fraction(0)) == 0
    assert refuted.shows == "refuted"


def test_the_package_s_own_step_is_what_the_proof_is_about() -> None:
    a = says.a
    new, _ = SGD(a.alpha).step(a.iterate(a.t), None, a.gradient, a.t + 1)
    assert says.descent.statement == a.iterate(a.t + 1).equals(new).forall(a.t)
    assert says.descent in says.converges.hypotheses
