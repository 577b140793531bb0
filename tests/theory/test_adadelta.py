"""Adadelta: rule, formulas, theorems and the exact runs that refute the slide, together."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.proofs import adadelta as proofs
from sgdtheory.simulations.adadelta import states_of

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import Adadelta, AdadeltaAsStated, iterates
from sgdtheory.theory import adadelta as says

decays = hyp.fractions(min_value=0, max_value=F(19, 20), max_denominator=20)
positive = hyp.fractions(min_value=F(1, 20), max_value=5, max_denominator=20)
gradients = hyp.lists(hyp.integers(-50, 50).map(F), min_size=1, max_size=7)


def run(g, beta2, eps, **more):
    """Return the squares of the rule's run on Fractions, from time 0 on."""
    return proofs.run_of([F(0), *g], beta2, eps, more.get("eps_x", eps), more.get("factor", F(1)),
                         more.get("start", (F(0), F(0))))


# --- the rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scaled", [False, True])
def test_the_squares_of_the_proofs_are_those_of_the_rule(scaled) -> None:
    g, (beta2, eps, alpha0) = [F(2), F(-1), F(5), F(3)], (F(1, 2), F(1, 3), F(3, 2))
    squares = run(g, beta2, eps, factor=alpha0**2 if scaled else F(1))
    rule = Adadelta(float(alpha0), float(beta2), float(eps), scaled=scaled)
    sizes, averages = states_of(rule, map(float, g))
    assert sizes**2 == pytest.approx([float(alpha0**2 * u) for u in squares["u"][1:]], rel=1e-13)
    assert averages == pytest.approx(list(map(float, squares["D"][1:])), rel=1e-13)
    other, _ = states_of(Adadelta(float(alpha0), float(beta2), float(eps), scaled=not scaled),
                         map(float, g))
    assert sizes[1:] != pytest.approx(other[1:], rel=1e-3)


def test_the_squared_step_is_that_of_the_rule_on_symbols() -> None:
    alpha0, b2, eps, s, D, g = sympy.symbols("alpha0 beta2 eps s D g", positive=True)
    w, (_, D1) = Adadelta(alpha0, b2, eps).step(sympy.Integer(0), (s, D), lambda _: g, 1)
    u = (D + eps) * g**2 / (b2 * s + (1 - b2) * g**2 + eps)
    assert sympy.simplify(w**2 - alpha0**2 * u) == 0
    assert sympy.simplify(D1 - (b2 * D + (1 - b2) * u)) == 0
    assert sympy.simplify(w**2 - alpha0**2 * u * (D1 + eps) / (D + eps)) != 0


def test_the_printed_rule_depends_on_the_origin_and_the_corrected_one_does_not() -> None:
    """The exact runs of the refutation: 24/5 from 12/5 and 32/5 from 32/5."""
    assert (proofs.near, proofs.far) == (F(24, 5), F(32, 5))
    for rule, same in ((AdadeltaAsStated(), False), (Adadelta(), True)):
        paths = [iterates(rule, np.array(w), lambda w: np.array(1.0), 20) - w
                 for w in (0.0, 16.0)]
        assert np.allclose(*paths, rtol=1e-10, atol=0) is same
    steps = [rule.step(F(3), (F(14), F(0)), lambda _: F(0), 1)[1][1]
             for rule in (AdadeltaAsStated(beta2=F(1, 2), eps=F(9)),
                          Adadelta(beta2=F(1, 2), eps=F(9)))]
    assert steps == [F(9, 2), 0], "without a gradient nothing changes, but theta^2 is averaged"


# --- the bounds ----------------------------------------------------------------------------------


@given(gradients, decays, positive)
def test_no_change_and_no_average_is_above_its_bound(g, beta2, eps) -> None:
    found = run(g, beta2, eps)
    for t in range(1, len(g) + 1):
        assert (1 - beta2) * found["u"][t] <= found["D"][t - 1] + eps
        assert found["D"][t] <= says.changes_bound(t, beta2, eps)


@given(hyp.integers(1, 6), decays, positive)
def test_gradients_that_grow_fast_come_near_the_bound(t, beta2, eps) -> None:
    found = run([F(10) ** (8 * k) for k in range(1, t + 1)], beta2, eps)
    bound = says.changes_bound(t, beta2, eps)
    assert F(999999, 1000000) * bound < found["D"][t] <= bound
    assert bound == (eps * ((1 + beta2) ** t - 1) / beta2 if beta2 else eps * t)


@given(decays, positive, hyp.integers(1, 50).map(F), positive)
def test_the_first_step_has_the_scale_of_eps(beta2, eps, g, alpha0) -> None:
    first2 = says.first_step2(alpha0, beta2, eps, g**2)
    assert first2 == alpha0**2 * run([g], beta2, eps)["u"][1]
    most = alpha0**2 * eps / (1 - beta2)
    assert most * (1 - eps / ((1 - beta2) * g**2)) <= first2 <= most
    assert says.first_step2(alpha0, beta2, eps, F(10) ** 12) > most * (1 - F(1, 10**9))


def test_known_numbers() -> None:
    assert says.first_step2(1, 0.95, 1e-6, 1.0) ** 0.5 == pytest.approx(4.472e-3, abs=1e-6)
    assert says.settling_time(0.95, 1e-6, 1.0) == pytest.approx(2e7, rel=2e-6)


# --- rests ---------------------------------------------------------------------------------------


@given(decays, positive, positive, hyp.integers(1, 9).map(F))
def test_on_a_settled_gradient_D_rests_where_it_is_said_to(beta2, eps, g, alpha0) -> None:
    g2 = F(g) ** 2
    again = run([F(g)], beta2, eps, start=(g2, g2))
    assert again["D"] == [g2, g2]
    if alpha0**2 < says.largest_factor2(g2, eps):
        rest = says.scaled_limit(alpha0, eps, g2)
        assert run([F(g)], beta2, eps, start=(g2, rest), factor=alpha0**2)["D"] == [rest, rest]
        assert (rest == g2) is (alpha0 == 1)
    else:
        grown = run([F(g)] * 5, beta2, eps, factor=alpha0**2)["D"]
        assert all(D >= (1 - beta2) * eps * t for t, D in enumerate(grown))


@given(hyp.integers(0, 6), decays, positive, hyp.integers(1, 9).map(F))
def test_D_nears_the_square_as_slowly_as_it_is_said_to(t, beta2, eps, g) -> None:
    left = g**2 - run([g] * t, beta2, eps, start=(g**2, F(0)))["D"][t]
    assert left == (1 - 1 / says.settling_time(beta2, eps, g**2)) ** t * g**2
    assert t == 0 or left != (1 - 1 / (1 + says.settling_time(beta2, eps, g**2))) ** t * g**2


def test_from_the_least_factor_on_the_scaled_average_overflows() -> None:
    """alpha0 = 1.5: D multiplies by 1.06 in a step; without alpha0 it stays at 1 or below."""
    gradient = np.ones((20000, 1))
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = states_of(Adadelta(1.5, 0.95, 1e-6, scaled=True), gradient)[1]
    assert not np.isfinite(scaled[-1, 0])
    assert states_of(Adadelta(1.5, 0.95, 1e-6), gradient)[1].max() < 1
    assert says.largest_factor2(1.0, 1e-6) == pytest.approx(1 + 1e-6)


@given(hyp.lists(hyp.integers(1, 9).map(F), min_size=1, max_size=5), decays)
def test_without_eps_it_never_moves_and_with_eps_it_does(g, beta2) -> None:
    w, state = F(5), (F(0), F(0))
    rule = Adadelta(F(1), F(0), eps=F(0))
    for x in g:
        w, state = rule.step(w, state, lambda _, x=x: x, 1)
    assert (w, state[1]) == (5, 0)
    assert set(run(g, beta2, F(0))["D"]) == {0}
    assert run(g, beta2, F(1))["u"][1] > 0


@given(gradients, decays, positive, hyp.sampled_from([F(1, 3), F(2), F(7)]))
def test_two_eps_know_the_units_and_one_does_not(g, beta2, eps, c) -> None:
    plain = run(g, beta2, eps)
    other = [x / c for x in g]
    with_two = run(other, beta2, eps / c**2, eps_x=c**2 * eps)
    assert with_two["u"] == [c**2 * u for u in plain["u"]]
    if g[0]:
        assert run(other, beta2, eps)["u"] != [c**2 * u for u in plain["u"]]


# --- refusals ------------------------------------------------------------------------------------


def test_what_a_formula_does_not_know_is_refused() -> None:
    """Each stands next to a call just inside, which is answered."""
    assert says.scaled_limit(1, F(1), F(4)) == 4
    with pytest.raises(ValueError, match=r"alpha0=2, .* below largest_factor2"):
        says.scaled_limit(2, F(1), F(1, 3))
    assert says.largest_factor2(F(1), F(0)) == 1
    with pytest.raises(ValueError, match=r"newest2=0, .* must be > 0: without a gradient"):
        says.largest_factor2(F(0), F(1))
    assert says.first_step2(1, F(1, 2), F(0), F(1)) == 0
    with pytest.raises(ValueError, match=r"newest2=0, .* where eps=0: the step is 0/0"):
        says.first_step2(1, F(1, 2), F(0), F(0))
    with pytest.raises(ValueError, match=r"eps=0, .* Adadelta never moves"):
        says.settling_time(F(1, 2), F(0), F(1))


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    scaled = proofs.world((2, -1, 5), alpha0=2, scaled=True)
    with pytest.raises(EvidenceError, match="not true that D averages the squared changes"):
        example(says.bounded_changes, scaled, "alpha0 in D")
    with pytest.raises(EvidenceError, match="not true that eps is positive"):
        example(says.bounded_change, proofs.world((2, -1, 5), eps=0), "eps = 0")
    with pytest.raises(EvidenceError, match="not true that D does not change"):
        example(says.unscaled_settles, proofs.world((2, 2), settled=True), "D from 0 on")
    with pytest.raises(EvidenceError, match="not true that alpha0\\^2 g\\^2 is at least"):
        example(says.scaled_overflows, proofs.world((2, 2), scaled=True), "alpha0 = 1")


def test_the_slide_falls_by_exact_runs_only() -> None:
    shown = {found.claim: found.slack for found in proofs.refutations}
    assert shown == {says.printed_as_stated: F(-8, 5), says.automatic_as_stated: F(-12, 5),
                     says.one_eps_as_stated: F(-37, 15)}
    assert "refuted" not in {found.shows for found in proofs.examples}
