"""RMSProp: rule, formulas, theorems and numbers together."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import rmsprop as proofs
from sgdtheory.simulations.adagrad import hostile, measured_rates, steps_of

from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import Adam, CorrectedRMSProp, RMSProp, iterates
from sgdtheory.theory import rmsprop as says

seeds = hyp.integers(0, 2**20)
decays = hyp.sampled_from([0.0, 0.3, 0.9, 0.999])


# --- the rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize("corrected", [False, True])
def test_the_rules_are_the_slides(corrected) -> None:
    """With the average as the weighted sum, eps inside the first root and outside the second."""
    rng, beta = np.random.default_rng(0), 0.8
    g, w = rng.standard_normal((20, 3)), np.zeros(3)
    kind = CorrectedRMSProp if corrected else RMSProp
    path = iterates(kind(0.3, beta, 0.1), w, lambda w, t: g[t - 1], 20)
    other = iterates(kind(0.3, beta, 0.1, eps_inside=corrected), w, lambda w, t: g[t - 1], 20)
    for t in range(1, 21):
        v = sum((1 - beta) * beta**k * g[t - 1 - k] ** 2 for k in range(t))
        root = np.sqrt(v / (1 - beta**t)) + 0.1 if corrected else np.sqrt(v + 0.1)
        w = w - 0.3 * g[t - 1] / root
        assert path[t] == pytest.approx(w, rel=1e-12)
    assert np.abs(other - path).max() > 1e-2


def test_the_corrected_rule_is_adam_without_a_first_average() -> None:
    g = np.random.default_rng(1).standard_normal((30, 2))
    ours, adam, plain = (iterates(rule, np.zeros(2), lambda w, t: g[t - 1], 30) for rule in (
        CorrectedRMSProp(0.1, 0.99, 1e-3), Adam(0.1, 0.0, 0.99, 1e-3), RMSProp(0.1, 0.99, 1e-3)))
    assert ours == pytest.approx(adam, rel=1e-12)
    assert np.abs(plain - adam).max() > 0.1


# --- effective learning rates --------------------------------------------------------------------


def test_the_sensitivity_is_the_derivative_of_the_rule_on_symbols() -> None:
    v, g, w, alpha, eps = sympy.symbols("v g w alpha eps", positive=True)
    beta = sympy.Rational(3, 4)
    moved, new = RMSProp(alpha, beta, eps).step(w, v, lambda _: g, 1)
    derivative = sympy.diff(moved, g)
    formula = says.sensitivity2.function(alpha, beta, eps, new, g**2)
    assert sympy.simplify(derivative**2 - formula) == 0
    assert sympy.simplify(derivative**2 - says.gain2.function(alpha, eps, new)) != 0


@given(seeds, decays, hyp.floats(1e-3, 1))
@settings(max_examples=20)
def test_gain_and_sensitivity_are_those_of_the_rule(seed, beta, eps) -> None:
    g = np.random.default_rng(seed).standard_normal((30, 1))
    gain, slope = measured_rates(RMSProp(0.7, beta, eps), g)
    state = np.zeros(1)
    for t in range(30):
        _, state = RMSProp(0.7, beta, eps).step(0, state, lambda _, t=t: g[t], t + 1)
        assert gain[t] ** 2 == pytest.approx(says.gain2(0.7, eps, state), rel=1e-10)
        newest = np.minimum(g[t] ** 2, state / (1 - beta))
        assert slope[t] ** 2 == pytest.approx(says.sensitivity2(0.7, beta, eps, state, newest),
                                              rel=1e-6)
    assert not np.allclose(slope, gain)


def test_the_effective_rate_rises_when_the_gradients_fall() -> None:
    g = np.array([1.0] * 20 + [1e-3] * 20)[:, None]
    gain, _ = measured_rates(RMSProp(0.1, 0.9), g)
    assert gain[-1] > 2 * gain[19] > 2 * 0.09


# --- the length of a step ------------------------------------------------------------------------


@given(seeds, decays, hyp.sampled_from([0.0, 1e-8, 1.0]))
@settings(max_examples=30)
def test_no_step_of_hostile_gradients_is_longer_than_its_bound(seed, beta, eps) -> None:
    g, t = hostile(np.random.default_rng(seed), 200), np.arange(1, 201)
    plain = steps_of(RMSProp(0.5, beta, eps), g)
    corrected = steps_of(CorrectedRMSProp(0.5, beta, eps), g)
    assert np.all(plain**2 <= says.step_bound2(0.5, beta) * (1 + 1e-12))
    assert np.all(corrected**2 <= says.corrected_step_bound2(t, 0.5, beta) * (1 + 1e-12))
    if eps == 0:
        assert plain[0] ** 2 == pytest.approx(says.step_bound2(0.5, beta), rel=1e-12)


@given(decays, hyp.integers(1, 60))
def test_the_bounds_are_attained_by_a_gradient_after_zeros(beta, t) -> None:
    spike = np.append(np.zeros(t - 1), 3.0)
    plain = steps_of(RMSProp(0.5, beta, 0.0), spike)[-1] ** 2
    corrected = steps_of(CorrectedRMSProp(0.5, beta, 0.0), spike)[-1] ** 2
    assert plain == pytest.approx(says.step_bound2(0.5, beta), rel=1e-12)
    assert corrected == pytest.approx(says.corrected_step_bound2(t, 0.5, beta), rel=1e-12)
    assert bool(corrected > 0.25 * (1 + 1e-9)) is (t > 1 and beta > 0), "longer than alpha"


def test_the_first_steps_of_the_slide_are_3_16_10_and_31_6_alpha_long() -> None:
    for beta, times in ((0.9, 3.16), (0.99, 10.0), (0.999, 31.6)):
        step = steps_of(RMSProp(1.0, beta, 0.0), np.array([5.0]))[0]
        assert step == pytest.approx(times, rel=2e-3)
        assert says.constant_step2(1, 1.0, beta) == pytest.approx(step**2)
        assert steps_of(CorrectedRMSProp(1.0, beta, 0.0), np.array([5.0]))[0] == pytest.approx(1)


@given(hyp.sampled_from([F(0), F(1, 2), F(9, 10)]), hyp.integers(1, 20))
def test_under_a_constant_gradient_the_step_falls_to_alpha(beta, t) -> None:
    square = says.constant_step2(t, F(2), beta)
    assert square == F(4) / (1 - beta**t)
    assert square <= says.step_bound2(F(2), beta)
    assert (square == says.step_bound2(F(2), beta)) is (t == 1 or beta == 0)


def test_refusals_name_the_letter() -> None:
    for formula, rest in ((says.corrected_step_bound2, (1, F(1, 2))),
                          (says.constant_step2, (1, F(1, 2)))):
        assert formula(1, *rest) > 0
        with pytest.raises(ValueError, match=r"t=0, the time, must be >= 1: the first step"):
            formula(0, *rest)
    assert says.sensitivity2(1, F(1, 2), 0, F(4), F(8)) == 0
    with pytest.raises(ValueError, match=r"newest2=9, .*, times 1 - beta2 must be at most averaged"
                                         r"2=4"):
        says.sensitivity2(1, F(1, 2), 0, F(4), F(9))
    with pytest.raises(ValueError, match=r"beta2, the decay of the second moment, .* got 1"):
        RMSProp(0.1, 1.0)


# --- what the correction corrects ----------------------------------------------------------------


def test_the_numbers_for_gaussian_gradients() -> None:
    """``E|g| = sqrt(2/pi)``; as beta2 tends to 1, two gradients have ``E 1/root = sqrt(pi)``.

    (``g_1^2 + g_2^2`` has a Rayleigh root, of which one over has the mean ``sqrt(pi/2)``.)
    """
    x = (np.arange(400_000) + 0.5) / 400_000 * 12
    density = np.exp(-(x**2) / 2) * 12 / 400_000
    mean_root = np.sum(x * density) * math.sqrt(2 / math.pi)
    assert mean_root == pytest.approx(math.sqrt(2 / math.pi), abs=1e-8)
    rayleigh = np.sum(density) * math.sqrt(2)  # E 1/sqrt((g1^2 + g2^2)/2)
    assert rayleigh == pytest.approx(math.sqrt(math.pi), abs=1e-6)
    halved = [np.sum(density[x > low] / x[x > low]) for low in (1e-1, 1e-2, 1e-3)]
    assert np.diff(halved) == pytest.approx(math.log(10), rel=0.01), "E 1/|g| has no limit"


@given(hyp.sampled_from([F(1, 2), F(9, 10)]), hyp.integers(1, 6))
def test_the_corrected_average_is_unbiased_and_its_root_is_not(beta, t) -> None:
    """Every path of t fair draws from 1 and 3, exactly, through the rule itself."""
    rule, means = RMSProp(1.0, beta), []
    for path in range(2**t):
        v = F(0)
        for s in range(t):
            g = F(3 if path >> s & 1 else 1)
            v = rule.beta2 * v + (1 - rule.beta2) * g**2
        means.append(v / (1 - beta**t))
    assert sum(means) / 2**t == 5
    assert sum(means) * (1 - beta**t) / 2**t != 5
    root = sum(float(v) ** 0.5 for v in means) / 2**t
    assert root < 5**0.5 * (1 - 1e-6)
    assert sum(float(v) ** -0.5 for v in means) / 2**t > 5**-0.5 * (1 + 1e-6)


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    rule = RMSProp(F(1), F(3, 4), F(0))
    world = proofs.world(rule, 0, (6, 0, 0))
    with pytest.raises(EvidenceError, match="not true that the step at t is that of RMSProp"):
        example(says.at_most, replace(world, letters={**world.letters, "alpha": F(2)}), "longer")
    with pytest.raises(EvidenceError, match="not true that the gradient is always the same"):
        example(says.constant, world, "another gradient")
    with pytest.raises(EvidenceError, match="not true that every gradient has the second moment"):
        draws = proofs.draws()
        example(says.unbiased, replace(draws, letters={**draws.letters, "m2": F(4)}), "less")


def test_every_claim_of_the_slide_has_its_status() -> None:
    status = {row.claim.key: row.status for row in ledger(["rmsprop"])}
    tight = {"optimizers.S30-rms-first", "optimizers.S30-rms-first-corrected"}
    assert {key for key, said in status.items() if said == "tight"} == tight
    assert {said for key, said in status.items() if key not in tight} == {"proved"}
    assert {f"optimizers.S30-{name}" for name in (
        "rms-rule", "lr-typo", "rms-first", "vhat")} <= status.keys()
