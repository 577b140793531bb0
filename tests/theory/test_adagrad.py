"""Adagrad: rule, formulas, theorems and numbers together."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import adagrad as proofs
from sgdtheory.simulations.adagrad import hostile, measured_rates, steps_of

from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import SGD, Adagrad, iterates
from sgdtheory.theory import adagrad as says

seeds = hyp.integers(0, 2**20)
positive = hyp.floats(0.01, 100)


# --- the rule ------------------------------------------------------------------------------------


def test_the_rule_is_the_slides() -> None:
    """``theta - alpha g / (sqrt(sum g^2) + eps)``, written out."""
    rng = np.random.default_rng(0)
    gradients, w = rng.standard_normal((20, 3)), np.zeros(3)
    path = iterates(Adagrad(0.3, 0.1), w, lambda w, t: gradients[t - 1], 20)
    for t in range(1, 21):
        w = w - 0.3 * gradients[t - 1] / (np.sqrt(np.sum(gradients[:t] ** 2, axis=0)) + 0.1)
        assert path[t] == pytest.approx(w, rel=1e-13)
    inside = iterates(Adagrad(0.3, 0.1, eps_inside=True), 0 * w, lambda w, t: gradients[t - 1], 20)
    started = iterates(Adagrad(0.3, 0.1, initial=0.1), 0 * w, lambda w, t: gradients[t - 1], 20)
    assert np.abs(inside - path).max() > 1e-2
    assert np.abs(started - path).max() > 1e-2


@given(hyp.floats(0, 1e3), hyp.floats(1e-6, 1e3))
def test_the_two_places_of_eps_differ_by_at_most_the_root_of_two(S, eps) -> None:
    ratio = (S**0.5 + eps) / (S + eps**2) ** 0.5
    assert 1 - 1e-12 <= ratio <= 2**0.5 * (1 + 1e-12)
    assert 2 * eps / (2 * eps**2) ** 0.5 == pytest.approx(2**0.5), "attained at S = eps^2"
    assert 2 * eps / (2 * eps**2) ** 0.5 > 1.4


# --- effective learning rates --------------------------------------------------------------------


def test_the_sensitivity_is_the_derivative_of_the_rule_on_symbols() -> None:
    S, g, w, alpha, eps = sympy.symbols("S g w alpha eps", positive=True)
    moved, _ = Adagrad(alpha, eps).step(w, S, lambda _: g, 1)
    derivative = -sympy.diff(moved, g)
    formula = says.sensitivity.function(alpha, eps, S + g**2, g**2)
    assert sympy.simplify(derivative - formula) == 0
    assert sympy.simplify(derivative - says.gain.function(alpha, eps, S + g**2)) != 0
    first = sympy.limit(formula, S, 0)
    assert sympy.simplify(first - alpha * eps / (g + eps) ** 2) == 0


@given(*[hyp.fractions(F(1, 9), 9, max_denominator=9)] * 2, hyp.integers(1, 3))
def test_the_secant_is_the_difference_of_two_steps(alpha, eps, scale) -> None:
    """For the gradients 3 and 4 after sums whose roots are rational."""
    S, a, b, p, q = (F(x) for x in (0, 3, 4, 3, 4)) if scale == 1 else (
        F(144 * scale**2), F(5 * scale), F(9 * scale), F(13 * scale), F(15 * scale))
    rule = Adagrad(alpha, eps)
    steps = [-rule.step(F(0), S, lambda _, g=g: g, 1)[0] for g in (a, b)]
    slope = alpha * ((S + p * q - a * b) / (p + q) + eps) / ((p + eps) * (q + eps))
    assert steps[1] - steps[0] == slope * (b - a)
    assert alpha * ((S + p * q) / (p + q) + eps) / ((p + eps) * (q + eps)) != slope


@given(seeds, hyp.floats(0, 1))
@settings(max_examples=20)
def test_gain_and_sensitivity_are_those_of_the_rule(seed, eps) -> None:
    g = np.random.default_rng(seed).standard_normal((30, 2))
    gain, slope = measured_rates(Adagrad(0.7, eps), g)
    S = np.cumsum(g**2, axis=0)
    assert gain == pytest.approx(says.gain(0.7, eps, S), rel=1e-12)
    assert slope[1:] == pytest.approx(says.sensitivity(0.7, eps, S, g**2)[1:], rel=1e-9)
    assert np.all(np.diff(gain, axis=0) <= 0)
    assert not np.allclose(slope, gain)


def test_refusals_name_the_letter() -> None:
    assert says.sensitivity(1, 0, F(25), F(9)) == F(16, 125)
    with pytest.raises(ValueError, match=r"newest2=26, the square of the newest gradient, must be "
                                         r"at most summed2=25"):
        says.sensitivity(1, 0, F(25), F(26))
    with pytest.raises(ValueError, match=r"summed2, the sum of the squared gradients, .* > 0"):
        says.gain(1, 0, 0)
    with pytest.raises(ValueError, match=r"eps, the number that keeps .* must be >= 0; got -1"):
        Adagrad(1.0, -1)


# --- steps and their sums ------------------------------------------------------------------------


@given(seeds, hyp.sampled_from([0.0, 1e-8, 1.0]))
@settings(max_examples=30)
def test_steps_and_their_squares_obey_their_bounds_on_hostile_gradients(seed, eps) -> None:
    g = hostile(np.random.default_rng(seed), 200)
    moved, S = steps_of(Adagrad(0.5, eps), g), np.cumsum(g**2)
    assert np.abs(moved).max() <= 0.5 * (1 + 1e-12)
    assert np.all(np.cumsum(moved**2) <= 0.25 * (1 + np.log(S / S[0])) * (1 + 1e-12))
    assert np.all(np.cumsum(moved * g) <= says.travel(0.5, S) * (1 + 1e-12))
    if eps == 0:
        assert np.abs(moved).max() == pytest.approx(0.5, rel=1e-12)
        assert abs(moved[0]) == 0.5, "and so nothing below alpha would do"


def test_the_constants_are_the_best_ones() -> None:
    t = np.arange(1, 200_001)
    moved = 1 / np.sqrt(t)
    assert np.sum(moved) / says.travel(1, float(t[-1])) == pytest.approx(1, abs=2e-3)
    q = 1 + 1e-4  # S grows by q a step: the squares are (1 - 1/q), the logarithm ln q
    assert (1 - 1 / q) / np.log(q) == pytest.approx(1, abs=1e-4)


@given(seeds, positive, hyp.floats(0, 10), hyp.integers(1, 40))
@settings(max_examples=40)
def test_the_regret_obeys_its_bound_for_every_alpha(seed, alpha, eps, steps) -> None:
    rng = np.random.default_rng(seed)
    slopes = rng.standard_normal(steps) * 10 ** rng.uniform(-2, 2, steps)
    w, state, lost, rule = np.array([rng.uniform(0, 2)]), np.zeros(1), 0.0, Adagrad(alpha, eps)
    for t, g in enumerate(slopes, start=1):
        lost += g * w[0]
        w, state = rule.step(w, state, lambda w, g=g: 0 * w + g, t)
        w = np.clip(w, 0, 2)
    least = min(0.0, 2 * slopes.sum())
    bound = says.regret(alpha, eps, 2.0, float(np.sum(slopes**2)))
    assert lost - least <= bound * (1 + 1e-12)


def test_without_clipping_to_a_bounded_set_the_regret_may_exceed_the_bound() -> None:
    """The hypothesis on the radius is needed: the iterate starts farther from u than it says."""
    start, radius = 100.0, 1.0
    lost = start * 1.0
    assert lost > says.regret(1.0, 0.0, radius, 1.0)
    assert lost <= says.regret(1.0, 0.0, start, 1.0)


def test_it_does_not_feel_scales_but_feels_the_axes() -> None:
    matrix = np.array([[2.0, 0.7], [0.7, 1.0]])
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    start = np.array([1.0, 2.0])
    plain = iterates(Adagrad(0.3, 0), start, lambda w: matrix @ w, 9)
    scaled = iterates(Adagrad(0.3, 0), start, lambda w: 2.0**40 * (matrix @ w), 9)
    assert np.array_equal(plain, scaled)
    assert not np.allclose(plain, iterates(Adagrad(0.3, 1.0), start, lambda w: matrix @ w, 9))
    for rule, feels in ((Adagrad(0.3, 0), True), (SGD(0.3), False)):
        path = iterates(rule, start, lambda w: matrix @ w, 9)
        turned = iterates(rule, turn @ start, lambda w: turn @ matrix @ turn.T @ w, 9)
        assert np.allclose(turned, path @ turn.T) is not feels


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    world = proofs.world()
    with pytest.raises(EvidenceError, match="not true that the iterates are those of Adagrad"):
        example(says.effective, replace(world, letters={**world.letters, "alpha": F(2)}), "longer")
    with pytest.raises(EvidenceError, match="not true that no iterate is farther than the radius"):
        example(says.below_regret, replace(world, letters={**world.letters, "radius": F(1, 4)}),
                "a smaller set")
    with pytest.raises(EvidenceError, match="not true that no iterate is farther from u than what"):
        pushed = dict(world.processes, W=lambda time, _: world.processes["W"](time, ()) * (-3))
        example(says.below_regret, replace(world, processes=pushed), "thrown away from u")
    with pytest.raises(EvidenceError, match="not true that q is the root of S - a"):
        example(says.one_step, proofs.numbers(p=5, q=3, S=25, a=9), "another root")


def test_forty_nine_equal_gradients_tell_the_2_of_the_lemma_from_1_7() -> None:
    travelled = np.sum(steps_of(Adagrad(1.0, 0.0), np.ones(49)))
    assert 1.7 * 7 < travelled < 2 * 7


def test_every_claim_of_the_slide_has_its_status() -> None:
    status = {row.claim.key: row.status for row in ledger(["adagrad"])}
    tight = {"optimizers.S29-step", "optimizers.S29-eps-sandwich",
             "optimizers.S29-eps-sandwich-upper"}
    assert {key for key, said in status.items() if said == "tight"} == tight
    assert {said for key, said in status.items() if key not in tight} == {"proved"}
    assert {f"optimizers.S29-{name}" for name in (
        "rule", "eps-sandwich", "lr", "step", "lemma", "regret", "const")} <= status.keys()
