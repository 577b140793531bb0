"""Adam: rule, formulas, theorems and the exact runs that refute its paper's bounds, together."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import adam as proofs
from sgdtheory.simulations.adam import steps_of

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.optimizers import Adam, AdamAsStated, iterates
from sgdtheory.theory import adam as says

decays = hyp.fractions(min_value=F(1, 20), max_value=F(19, 20), max_denominator=20)
gradients = hyp.lists(hyp.integers(-50, 50).map(F), min_size=1, max_size=8)
BOUND = [(0.9, 0.999), (0.9, 0.99), (0.5, 0.7), (0.5, 0.5), (0.9, 0.81), (0.9, 0.5), (0.0, 0.9)]


def squared_step(g, beta1, beta2):
    """Return the squared last step over alpha, from the definition, on Fractions; eps = 0."""
    T = len(g)
    mean = (1 - beta1) * sum(beta1**k * g[T - 1 - k] for k in range(T)) / (1 - beta1**T)
    square = (1 - beta2) * sum(beta2**k * g[T - 1 - k] ** 2 for k in range(T)) / (1 - beta2**T)
    return mean**2 / square


# --- the bound -----------------------------------------------------------------------------------


@given(hyp.integers(1, 12), decays, decays)
def test_the_bound_is_that_of_cauchy_and_schwarz(t, beta1, beta2) -> None:
    """The root of the sum of w^2/u, w and u the weights of the two corrected averages."""
    w = [(1 - beta1) * beta1**k / (1 - beta1**t) for k in range(t)]
    u = [(1 - beta2) * beta2**k / (1 - beta2**t) for k in range(t)]
    bound2 = says.squared_step_bound(t, beta1, beta2)
    assert bound2 == sum(a**2 / b for a, b in zip(w, u, strict=True))
    assert says.step_bound(t, float(beta1), float(beta2)) == pytest.approx(float(bound2) ** 0.5)
    chi2 = sum((a - b) ** 2 / b for a, b in zip(w, u, strict=True))
    assert bound2 == 1 + chi2
    assert (bound2 == 1) is (t == 1 or beta1 == beta2)


@given(gradients.filter(any), decays, decays)
def test_no_gradients_step_further_and_those_that_grow_as_far(g, beta1, beta2) -> None:
    bound2 = says.squared_step_bound(len(g), beta1, beta2)
    assert squared_step(g, beta1, beta2) <= bound2
    growing = [(beta2 / beta1) ** s for s in range(len(g))]
    assert squared_step(growing, beta1, beta2) == bound2
    other = [(beta2 / beta1) ** s for s in range(len(g) - 1)] + [F(0)]
    assert len(g) == 1 or squared_step(other, beta1, beta2) < bound2


@pytest.mark.parametrize("betas", BOUND)
def test_the_rule_itself_attains_the_bound_also_where_a_factor_is_a_count(betas) -> None:
    """With beta1^2 = beta2 the geometric sum is t; where it is larger there is no limit."""
    g = (betas[1] / betas[0]) ** np.arange(60) if betas[0] else np.arange(60) == 59
    steps = steps_of(Adam(1.0, *betas, eps=0.0), g.astype(float))
    bound = says.step_bound(np.arange(1, 61), *betas)
    assert steps[-1] == pytest.approx(bound[-1], rel=1e-12)
    if betas[0]:
        assert steps == pytest.approx(bound, rel=1e-12)
    assert np.all(np.diff(bound) >= -1e-14)
    with_eps = steps_of(Adam(1.0, *betas, eps=0.1), g.astype(float))
    assert np.all(with_eps <= bound * (1 + 1e-12))
    assert with_eps[0] < 0.95


def test_known_bounds() -> None:
    assert says.largest_step(0.9, 0.999) == pytest.approx(7.2703, abs=5e-5)
    assert says.largest_step(0.9, 0.99) == pytest.approx(2.3452, abs=5e-5)
    paper = 0.1 / 0.001**0.5
    assert says.step_bound(209, 0.9, 0.999) < paper < says.step_bound(210, 0.9, 0.999)
    assert says.step_bound(2, 0.9, 0.99) > 1 == says.step_bound(1, 0.9, 0.99)
    assert says.step_bound(50, 0.9, 0.81) == pytest.approx(
        0.1 / (1 - 0.9**50) * ((1 - 0.81**50) / 0.19 * 50) ** 0.5, rel=1e-12)
    assert squared_step([F(1), F(7, 5)], F(1, 2), F(7, 10)) == F(323, 315)


@given(hyp.integers(1, 10), decays, decays)
def test_the_bound_lies_between_what_is_proved_of_it(t, beta1, beta2) -> None:
    bound2 = says.squared_step_bound(t, beta1, beta2)
    if beta1**2 < beta2:
        limit2 = says.squared_largest_step(beta1, beta2)
        gamma = beta1**2 / beta2
        rest = (1 - beta2**t) * (1 - gamma**t) / (1 - beta1**t) ** 2
        assert bound2 == limit2 * rest <= limit2
    else:
        assert bound2 >= (1 - beta1) ** 2 * t


def test_a_decay_that_the_bound_does_not_know_is_refused() -> None:
    """Each stands next to a call just inside, which is answered."""
    assert says.step_bound(2, 0.5, 0.01) > 1
    with pytest.raises(ValueError, match=r"beta2=0, .* must be > 0 here: without a memory"):
        says.step_bound(2, 0.5, 0.0)
    with pytest.raises(ValueError, match="beta2=0"):
        says.step_bound(2, 0.5, np.array([0.5, 0.0]))
    with pytest.raises(ValueError, match="t=0, the time, must be >= 1"):
        says.step_bound(0, 0.5, 0.5)
    assert says.largest_step(0.5, 0.26) > 1
    with pytest.raises(ValueError, match=r"beta1=0.5, .* must have a square below beta2=0.25"):
        says.largest_step(0.5, 0.25)
    assert says.effective_rate(1, 0.1, 0.9, 1.0, 0.0) == pytest.approx(0.1)
    with pytest.raises(ValueError, match=r"eps=0 and root=0, .* the rate is infinite"):
        says.effective_rate(1, 0.1, 0.9, 0.0, 0.0)


# --- the rule ------------------------------------------------------------------------------------


def test_the_steps_of_the_rule_are_those_of_the_claims_on_symbols() -> None:
    """With eps = 0; so the theorems speak of the package's own rule."""
    alpha, b1, b2, m, v, g = sympy.symbols("alpha beta1 beta2 m v g", positive=True)
    w, (m1, v1) = Adam(alpha, b1, b2, eps=0).step(sympy.Integer(0), (m, v), lambda _: g, 3)
    assert sympy.simplify(m1 - (b1 * m + (1 - b1) * g)) == 0
    assert sympy.simplify(v1 - (b2 * v + (1 - b2) * g**2)) == 0
    step = -alpha * (m1 / (1 - b1**3)) / sympy.sqrt(v1 / (1 - b2**3))
    assert sympy.simplify(w - step) == 0
    literal, _ = AdamAsStated(alpha, b1, b2, eps=0).step(sympy.Integer(0), (m, v), lambda _: g, 3)
    assert sympy.simplify(literal - (1 - b1**3) * step) == 0


@given(hyp.integers(1, 9), decays, decays, hyp.integers(-9, 9).filter(bool).map(F))
def test_on_a_constant_gradient_every_step_is_alpha_and_what_is_printed_less(t, b1, b2, g) -> None:
    path = iterates(Adam(F(1, 7), b1, b2, eps=F(1)), np.array(F(0)), lambda w: np.array(g), t)
    steps = np.diff(path)
    assert set(steps) == {-g / (abs(g) + 1) / 7}
    printed = iterates(AdamAsStated(F(1, 7), b1, b2, eps=F(1)), np.array(F(0)),
                       lambda w: np.array(g), t)
    assert list(np.diff(printed)) == [(1 - b1**s) * steps[0] for s in range(1, t + 1)]


def test_without_corrections_the_longest_step_is_the_twelfth() -> None:
    sizes = np.sqrt(says.uncorrected_step2(np.arange(1, 3000), 0.9, 0.999))
    assert (1 + np.argmax(sizes), sizes.max()) == (12, pytest.approx(6.5685, abs=5e-5))
    assert sizes[0] == pytest.approx(10**0.5)
    assert says.uncorrected_step2(1, F(9, 10), F(99, 100)) == 1


@given(hyp.lists(hyp.integers(-9, 9).map(F), min_size=1, max_size=6))
def test_without_memory_and_eps_it_steps_by_the_sign(g) -> None:
    steps = [Adam(F(1), F(0), F(0), eps=F(0)).step(F(0), (F(5), F(5)), lambda _, x=x: x, 4)[0]
             for x in g]
    assert steps == [-((x > 0) - (x < 0)) for x in g]


@given(hyp.integers(-200, 200), hyp.integers(0, 999))
@settings(max_examples=30)
def test_scaled_gradients_and_eps_give_the_same_bits(power, seed) -> None:
    """Powers of two scale without rounding; another eps, or no eps scaled, does not."""
    g = np.random.default_rng(seed).standard_normal(30)
    scale = 2.0**power
    plain = steps_of(Adam(0.1, eps=0.25), g)
    assert np.array_equal(plain, steps_of(Adam(0.1, eps=0.25 * scale), scale * g))
    assert np.array_equal(plain, steps_of(Adam(0.1, eps=0.25), scale * g)) is (power == 0)


@given(hyp.integers(1, 40), decays, decays)
def test_eps_before_the_correction_is_a_larger_eps(t, beta1, beta2) -> None:
    b1, b2 = float(beta1), float(beta2)
    state = (0.3, 0.7)
    rules = (Adam(0.1, b1, b2, eps=0.01, eps_hat=True),
             Adam(0.1, b1, b2, eps=0.01 / (1 - b2**t) ** 0.5), Adam(0.1, b1, b2, eps=0.01))
    faster, larger, same = (rule.step(0.0, state, lambda _: 1.5, t)[0] for rule in rules)
    assert faster == pytest.approx(larger, rel=1e-13)
    assert abs(faster) < abs(same) or b2**t < 1e-9


# --- the effective learning rate -----------------------------------------------------------------


def test_the_rate_of_the_slide_and_the_derivative_are_those_of_the_rule_on_symbols() -> None:
    """The limit of the proved secant for x -> 0 is the derivative of the step."""
    b1, b2, m, v, g, root = sympy.symbols("beta1 beta2 m v g root", positive=True)
    rule, t = Adam(sympy.Integer(1), b1, b2, eps=0), 3
    w, (m1, v1) = rule.step(sympy.Integer(0), (m, v), lambda _: g, t)
    mean, r = m1 / (1 - b1**t), sympy.sqrt(v1 / (1 - b2**t))
    gain = says.effective_rate(t, sympy.Integer(1), b1, root, sympy.Integer(0))
    assert sympy.simplify(sympy.diff(mean / root, g) - gain) == 0
    taken = mean * g * (1 - b2) / ((1 - b2**t) * r**3)
    derivative = sympy.diff(-w, g)
    assert sympy.simplify(derivative - (gain.subs(root, r) - taken)) == 0
    assert sympy.simplify(derivative - gain.subs(root, r)) != 0
    first, _ = rule.step(sympy.Integer(0), (0, 0), lambda _: g, 1)
    assert sympy.diff(first, g) == 0


def test_what_one_gradient_moves_in_all_is_between_alpha_and_its_bound() -> None:
    """At a frozen root, for beta1 = 0.9: the audit's 3.00961, 2.2329, 1.2459."""
    total = {s: sum(0.1 * 0.9**n / (1 - 0.9 ** (n + s)) for n in range(600)) for s in (1, 2, 10)}
    assert list(total.values()) == pytest.approx([3.00961, 2.2329, 1.2459], abs=6e-5)
    assert all(1 < value < 1 / (1 - 0.9**s) for s, value in total.items())


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_that_do_not_belong_here_are_refused() -> None:
    with pytest.raises(EvidenceError, match="not true that 1 - beta1 is above the root"):
        example(says.paper_sparse_as_stated, proofs.at(proofs.dense, t=1), "short steps")
    with pytest.raises(EvidenceError, match="not true that the gradient is constant"):
        example(says.constant_mean, proofs.at(proofs.dense, t=1), "growing gradients")
    with pytest.raises(EvidenceError, match="not true that the gradients grow"):
        example(says.attained_step, proofs.at(proofs.even, t=1), "another ratio")
    other = replace(proofs.dense, fields={**proofs.dense.fields, "r": lambda _: F(1, 2)})
    with pytest.raises(EvidenceError, match="not true that r is the root of the corrected v"):
        example(says.bounded_step, proofs.at(other, t=1), "another root")


def test_the_papers_bounds_fall_by_exact_runs_of_the_rule() -> None:
    """Each run is by the package's own rule, whose roots are rational there."""
    for world, g, betas, step2 in (
        (proofs.dense, [F(1), F(45, 32)], (F(2, 5), F(9, 16)), F(85, 84) ** 2),
        (proofs.even, [F(1), F(43, 27)], (F(1, 2), F(3, 4)), F(113, 111) ** 2),
        (proofs.rare, [F(1), F(16, 11)], (F(11, 20), F(4, 5)), F(63, 62) ** 2),
    ):
        assert squared_step(g, *betas) == step2 > 1
        assert [world.fields["g"]([F(s)]) for s in (1, 2)] == g
    assert F(63, 62) ** 2 > F(9, 20) ** 2 / F(1, 5), "the sparse bound is (1 - b1)^2/(1 - b2)"
    assert F(1, 4) == (1 - F(1, 2)) ** 2 == 1 - F(3, 4)


def test_what_is_attained_is_called_tight() -> None:
    shown = {found.claim: found.shows for found in proofs.examples}
    assert {claim for claim, what in shown.items() if what == "tight"} >= {says.bounded_step}
    assert "refuted" not in shown.values()
    assert {found.shows for found in proofs.refutations} == {"refuted"}
