"""Adamax, AMSGrad, Nadam and Reddi's problem: rules, formulas, theorems and known numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import adam_variants as proofs
from sgdtheory.proofs.adam import at
from sgdtheory.simulations import adam_variants as measured
from sgdtheory.simulations.adam import steps_of

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import Adam, Adamax, AMSGrad, Nadam, Nesterov, RMSProp, iterates
from sgdtheory.theory import adam
from sgdtheory.theory import adam_variants as says

decays = hyp.fractions(min_value=F(1, 20), max_value=F(19, 20), max_denominator=20)
numbers = hyp.integers(-30, 30).map(F)


# --- Adamax --------------------------------------------------------------------------------------


def adamax_step(g, beta1, beta2):
    """Return the last step over alpha by the definition: u is the largest discounted size."""
    T = len(g)
    mean = (1 - beta1) * sum(beta1**k * g[T - 1 - k] for k in range(T)) / (1 - beta1**T)
    return mean / max(beta2**k * abs(g[T - 1 - k]) for k in range(T))


@given(hyp.lists(numbers, min_size=1, max_size=8).filter(any), decays, decays)
def test_the_rule_steps_by_its_definition_and_never_beyond_its_bound(g, beta1, beta2) -> None:
    rule, state, moved = Adamax(F(1), beta1, beta2), (F(0), F(0)), F(0)
    for t, x in enumerate(g, start=1):
        moved, state = rule.step(F(0), state, lambda _, x=x: x, t)
    assert moved == -adamax_step(g, beta1, beta2)
    bound = says.adamax_step_bound(len(g), beta1, beta2)
    assert abs(moved) <= bound
    falling = [beta2**s for s in range(len(g))]
    assert adamax_step(falling, beta1, beta2) == bound
    w = [(1 - beta1) * beta1**k / (1 - beta1 ** len(g)) for k in range(len(g))]
    assert bound == sum(x / beta2**k for k, x in enumerate(w))
    if beta1 >= beta2:
        assert bound >= (1 - beta1) * len(g)
    else:
        assert bound <= says.adamax_largest_step(beta1, beta2)


def test_known_bounds_of_adamax() -> None:
    assert says.adamax_largest_step(0.9, 0.999) == pytest.approx(1.009091, abs=5e-7)
    assert says.adamax_largest_step(0.9, 0.95) == pytest.approx(1.9)
    assert says.adamax_step_bound(400, 0.9, 0.95) == pytest.approx(1.9, rel=1e-8)
    assert says.adamax_step_bound(7, F(1, 2), F(1, 2)) == 7 * F(1, 2) / (1 - F(1, 128))
    steps = steps_of(Adamax(1.0, 0.9, 0.9), 0.9 ** np.arange(50))
    assert steps == pytest.approx(says.adamax_step_bound(np.arange(1, 51), 0.9, 0.9), rel=1e-12)
    with pytest.raises(ValueError, match="beta2=0, the decay of the second moment, must be > 0"):
        says.adamax_step_bound(2, 0.5, 0.0)


@given(hyp.lists(numbers, min_size=1, max_size=12).filter(any), decays)
def test_it_is_the_limit_of_averages_of_powers(g, beta2) -> None:
    """Between the roots of the two proved bounds, whose quotient is t^(1/p)."""
    T, sizes = len(g), [float(abs(x)) for x in g]
    u = max(float(beta2) ** k * sizes[T - 1 - k] for k in range(T))
    for p in (2, 16, 256):
        rest = 1 - float(beta2) ** p
        mean = rest * sum((float(beta2) ** k * sizes[T - 1 - k] / u) ** p for k in range(T))
        assert rest * (1 - 1e-12) <= mean <= rest * T * (1 + 1e-12)
        assert p < 256 or mean ** (1 / p) == pytest.approx(1, abs=0.02)


# --- every rule of this kind ---------------------------------------------------------------------


@given(hyp.lists(hyp.tuples(hyp.integers(0, 9), hyp.integers(-9, 9), numbers), min_size=1,
                 max_size=6))
def test_the_general_bound_is_cauchy_and_schwarz_and_needs_its_signs(rows) -> None:
    def total(a, b):
        return sum(u * x * y for u, x, y in zip(weights, a, b, strict=True))

    weights, s, g = zip(*rows, strict=True)
    assert total(s, g) ** 2 <= total(s, s) * total(g, g)
    weights, s, g = (1, -1), (1, 0), (1, 1)
    assert total(s, g) ** 2 > total(s, s) * total(g, g)


def test_it_gives_the_longest_step_of_nadam_and_of_rmsprop() -> None:
    """Their filters' weights are read off unit gradients; the gradients w/u attain the bound."""
    beta1, beta2, T = 0.9, 0.99, 12
    u = (1 - beta2) * beta2 ** np.arange(T)[::-1] / (1 - beta2**T)
    rule = Nadam(1.0, beta1, beta2, eps=0.0, damping=0.0)
    w = np.zeros(T)
    for s in range(T):
        m, unit = (0.0, 0.0, 1), np.arange(T) == s
        for t in range(1, T + 1):
            g = float(unit[t - 1])
            m = rule.step(0.0, m, lambda _, g=g: g, t)[1]
        w[s] = beta1 * m[0] / (1 - beta1 ** (T + 1)) + (1 - beta1) * unit[-1] / (1 - beta1**T)
    longest = np.sqrt(np.sum(w**2 / u))
    assert w.sum() == pytest.approx(says.nadam_total(T, beta1), rel=1e-12)
    assert steps_of(rule, w / u)[-1] == pytest.approx(longest, rel=1e-12)
    rng = np.random.default_rng(0)
    assert max(steps_of(rule, rng.standard_normal(T))[-1] for _ in range(200)) < longest
    alone = np.where(np.arange(T) == T - 1, 1.0, 0.0)
    assert steps_of(RMSProp(1.0, beta2, eps=0.0), alone)[-1] == pytest.approx((1 - beta2) ** -0.5)


# --- AMSGrad -------------------------------------------------------------------------------------


def test_a_rate_corrected_after_the_maximum_rises_from_1_to_five_fourths_exactly() -> None:
    rule = AMSGrad(F(1), F(0), F(9, 16), correct_square=True)
    w, state = rule.step(F(0), rule.init(F(0)), lambda _: F(4), 1)
    assert w == -1
    scale = rule.step(F(0), (F(0), *state[1:]), lambda _: F(1, 4), 2)[0] / -F(1, 4)
    assert scale == F(5, 4) / 4, "the rate was 1/4"
    paper = AMSGrad(F(1), F(0), F(9, 16), correct_before_max=True)
    _, state = paper.step(F(0), paper.init(F(0)), lambda _: F(4), 1)
    assert paper.step(F(0), (F(0), *state[1:]), lambda _: F(1, 4), 2)[0] / -F(1, 4) == F(1, 4)
    assert says.warm_up_gain2(2, F(9, 16)) == F(25, 16)


def test_known_growths_of_the_rate() -> None:
    growth = np.sqrt(says.warm_up_gain2(np.array([1, 50, 10**5]), 0.999))
    assert growth == pytest.approx([1, 6.985, 1000**0.5], abs=5e-4)
    with pytest.raises(ValueError, match="t=0, the time, must be >= 1"):
        says.warm_up_gain2(0, 0.999)


# --- Nadam ---------------------------------------------------------------------------------------


@given(hyp.integers(1, 9), decays)
def test_the_weights_of_nadam_add_up_to_more_than_1_exactly(t, beta1) -> None:
    rule = Nadam(F(1), beta1, F(1, 2), eps=F(0), damping=0)
    state, moved = rule.init(F(0)), F(0)
    for s in range(1, t + 1):
        moved, state = rule.step(F(0), state, lambda _: F(3), s)
    assert -moved == says.nadam_total(t, beta1) > 1
    assert says.nadam_total(1, beta1) == 1 + beta1 / (1 + beta1) * (1 - beta1) / (1 - beta1)


def test_known_sums_of_weights() -> None:
    constant = np.ones(20)
    optax, dozat, torch = (steps_of(rule, constant) for rule in measured.NADAMS.values())
    assert optax[0] == pytest.approx(1.4737, abs=5e-5)
    assert dozat[:2] == pytest.approx([1.3104, 1.0846], abs=5e-5)
    assert torch[[0, 1, 2, 4, 9, 19]] == pytest.approx(
        [1.0565, 0.7837, 0.7322, 0.746, 0.843, 0.945], abs=5e-4)


@given(decays, hyp.integers(0, 999))
@settings(max_examples=20)
def test_frozen_and_uncorrected_nadam_is_nesterov_and_a_moving_one_is_not(beta1, seed) -> None:
    rng, b = np.random.default_rng(seed), float(beta1)
    P, H = np.array([0.5, 2.0]), np.array([1.0, 0.3])
    path = iterates(Nesterov(0.1 * P, b), np.ones(2), lambda w: H * w, 12)
    for moving in (False, True):
        w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
        for t in range(1, 13):
            g, v = H * w, 0.9 * v + rng.random(2)
            m = b * m + (1 - b) * g
            scale = P / (1 + v) if moving else P
            w = w - 0.1 * scale * (b * m + (1 - b) * g)
            close = np.allclose(w + 0.1 * scale * b * m, path[t], rtol=1e-12)
            assert close is not moving


# --- Reddi's problem ------------------------------------------------------------------------------


def test_the_known_run_at_C_3() -> None:
    played = {name: measured.play(rule, 0.5, 3.0, 3000) for name, rule in measured.RULES.items()}
    path, regret, _ = played["Adam, uncorrected"]
    assert path[1:4] == pytest.approx([1 - 10**0.5 / 6, 0.743322758523, 1], abs=1e-12)
    assert np.all(path[::3] == 1.0), "to the bit"
    assert regret[-1] == pytest.approx(2024.4591717964, abs=1e-10)
    assert played["Adam"][1][-1] == pytest.approx(2024.4064091375, abs=1e-10)
    ams = [played[name] for name in played if "AMS" in name]
    assert [int(np.argmax(found[0] == -1)) for found in ams] == [235, 241, 259]
    assert [found[1][-1] for found in ams] == pytest.approx([82.06, 84.14, 86.17], abs=5e-3)


@pytest.mark.parametrize("power", [0.0, 0.3, 0.5])
def test_it_comes_back_for_every_slope_and_not_if_steps_fall_faster(power) -> None:
    """Below C = 2 that is the right way; steps like 1/t^2 break the hypothesis, and the theorem."""
    C = np.array([0.1, 1.0, 2.0, 2.001, 2.5, 7.0, 100.0])
    for alpha in (1e-4, 0.3, 5.0, 1e3):
        b = 1 / (1 + C**2)
        for rule in (RMSProp(1.0, b, eps=0.0), Adam(1.0, 0.0, b, eps=0.0)):
            path, regret, _ = measured.play(rule, alpha, C, 60, power)
            assert np.all(path[::3] == 1.0)
            assert np.all(regret[::3] >= np.arange(21)[:, None] * (2 * C - 4) - 1e-9)
    faster = measured.play(RMSProp(1.0, 1 / (1 + C**2), eps=0.0), 0.5, C, 60, 2.0)[0]
    assert np.all(faster[6::3, 3:] < 1)
    slower = measured.play(RMSProp(1.0, 0.999 + 0 * C, eps=0.0), 0.1, C, 60, power)[0]
    assert np.all(slower[60, 4:] < 1), "another beta2"


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_amsgrad_goes_down_in_each_cycle_and_adam_does_not(power) -> None:
    """By C - 2 gentle steps alpha_t/sqrt(V), or to within two of them of -1."""
    C = np.array([2.2, 3.0, 8.0])
    largest, v, steps = np.zeros(3), np.zeros(3), []
    for t in range(1, 601):
        v = 0.9 * v + 0.1 * (C if t % 3 == 1 else 1.0) ** 2
        largest = np.maximum(largest, v)
        steps.append(0.3 / t**power / np.sqrt(largest))
    gentle = np.array(steps)[::3]
    for rule, holds in ((AMSGrad(1.0, 0.0, 0.9), True), (RMSProp(1.0, 0.02, eps=0.0), False)):
        ends = measured.play(rule, 0.3, C, 600, power)[0][::3]
        goal = np.maximum(ends[:-1] - (C - 2) * gentle, 2 * gentle - 1)
        assert np.all(ends[1:] <= goal + 1e-12) == holds


@given(hyp.fractions(min_value=0, max_value=1, max_denominator=60))
def test_what_the_proof_leaves_are_squares(b) -> None:
    """The moves are made good since 2/(4 - b) + (2 - b)/(4 - b) = 1."""
    first = (4 - b) ** 2 - 3 * (2 - b) ** 2 * (1 + 2 * b - b**2)
    assert first == (4 - 10 * b + 3 * b**2) ** 2 / 4 + 3 * (2 * b - b**2) ** 2 / 4 > 0
    later = (4 - b) ** 2 - (2 - b) ** 2 * (1 + 2 * b - b**2)
    assert later == 12 - 12 * b + 12 * b**2 - 6 * b**3 + b**4 > 0
    assert (4 - b) ** 2 - 2 * 2**2 * (2 - b) == b**2, "the second move, in the first cycle"
    assert F(2) / (4 - b) + (2 - b) / (4 - b) == 1


def test_the_thresholds_are_known_and_their_signs_exact() -> None:
    """With rational numbers: C/sqrt(V1) against 1/sqrt(V2) + 1/sqrt(V3), squared twice."""
    for C, critical in ((F(3), 0.472313), (F(5, 2), 0.629188), (F(21, 10), 0.885926),
                        (F(10), 0.098347)):
        found = measured.critical_beta2(float(C))
        assert found == pytest.approx(critical, abs=1.5e-6)
        for side in (-1, 1):
            beta2 = F(round(found * 10**6) + 20 * side, 10**6)
            V1, V2, V3 = (says.cycle_square(k, beta2, C) for k in range(3))
            rest = C**2 / V1 - 1 / V2 - 1 / V3
            wrong_way = rest < 0 or rest**2 < 4 / (V2 * V3)
            assert wrong_way is (side < 0)
    assert all(measured.drift(0.999, C) < 0 for C in np.linspace(2.01, 200, 400))
    with pytest.raises(ValueError, match="k=3, the age of the rare gradient, must be 0, 1 or 2"):
        says.cycle_square(3, 0.5, 3.0)


def test_the_drift_with_random_gradients_is_that_of_all_paths() -> None:
    """Of 15 gradients, beta2 = 0.2: what was before them has the weight 3e-11 in v."""
    beta2, C, p, length = 0.2, 3.0, 1.1 / 4, 15
    paths = np.array(list(product([C, -1.0], repeat=length)))
    weights = np.prod(np.where(paths == C, p, 1 - p), axis=1)
    v = np.ones(len(paths))
    for g in paths.T:
        v = beta2 * v + (1 - beta2) * g**2
    brute = float(weights @ (paths[:, -1] / np.sqrt(v)))
    assert measured.stochastic_drift(beta2, C, 0.1) == pytest.approx(brute, abs=1e-9)
    assert measured.stochastic_drift(0.0, C, 0.1) == pytest.approx(2 * p - 1, abs=1e-12)
    assert measured.critical_of_drawn(3.0, 0.1) == pytest.approx(0.899477, abs=1e-6)
    assert measured.critical_of_drawn(3.0, 0.5) == pytest.approx(0.463217, abs=1e-6)


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    world = proofs.reddis
    other = replace(world, letters={**world.letters, "beta2": F(1, 2)})
    with pytest.raises(EvidenceError, match="not true that v averages their squares"):
        example(says.comes_back, other, "another beta2")
    moves = [F(0)] + [world.fields["d"]([F(i)]) for i in range(1, 9)]
    moves[2] = F(0)
    with pytest.raises(EvidenceError, match="not true that x moves by d"):
        example(says.comes_back, at(world, d=moves), "a move less")
    with pytest.raises(EvidenceError, match="not true that the gradients fall by beta2"):
        example(says.adamax_attained, proofs.adamax_world((1, 2, 3), F(1, 2), F(3, 4)), "rising")
    with pytest.raises(EvidenceError, match="not true that V is at least 1"):
        example(says.kept_in_a_cycle, at(proofs.world(
            {"beta2": F(3, 4)}, 1, g=[F(0), F(1)], v=[F(1, 4), F(7, 16)], V=[F(1, 4), F(7, 16)]),
            t=0), "a small V")


def test_what_is_attained_is_called_tight_and_what_falls_refuted() -> None:
    shown = {found.claim: found.shows for found in proofs.examples}
    assert {claim for claim, what in shown.items() if what == "tight"} == {
        says.remembers, says.limit_above, says.adamax_bound, says.corrected_before,
        says.general_bound}
    assert "refuted" not in shown.values()
    assert {found.shows for found in proofs.refutations} == {"refuted"}
    assert adamax_step([F(1), F(3, 4)], F(1, 2), F(3, 4)) == F(10, 9)
    assert adam.squared_step_bound(2, F(1, 2), F(3, 4)) > 1
