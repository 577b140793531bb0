"""Backpropagation: both passes, their cost, and the theorem that they meet."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.proofs import backpropagation as proofs
from sgdtheory.simulations import backpropagation as simulation

from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.logic.claim import Claim
from sgdtheory.networks import MLP
from sgdtheory.networks.mlp import Layer
from sgdtheory.theory import backpropagation as says

shapes = hyp.lists(hyp.integers(1, 30), min_size=2, max_size=6).map(tuple)


@given(shapes, hyp.integers(1, 50))
def test_the_formulas_are_the_counts_of_the_network(widths, B) -> None:
    weights, first, hidden = simulation.letters(widths)
    said = MLP(widths).operations(B)
    assert says.forward_products(B, weights) == said.forward.multiplications
    assert says.backward_products(B, weights, first, hidden) == said.backward.multiplications
    ratio = F(said.backward.multiplications, said.forward.multiplications)
    assert ratio < says.cost_limit(F(weights), F(hidden))
    assert (ratio > 2) is (hidden > first)


def test_more_weights_in_the_first_layer_than_in_all_are_refused() -> None:
    with pytest.raises(ValueError, match="first=9, the number of weights of the first layer, must"):
        says.backward_products(4, 8, 9, 2)
    assert says.backward_products(4, 9, 9, 2) == 44


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_forward_and_backward_meet_at_every_layer_of_a_network(name) -> None:
    """The theorem on a network: tangents forward, gradients backward, one inner product."""
    net, layers, x, y = simulation.problem(5, 4, name)
    rng = np.random.default_rng(1)
    moves = [Layer(rng.standard_normal(a.W.shape), rng.standard_normal(a.b.shape)) for a in layers]
    step = 1e-30j
    moved = [Layer(a.W + step * m.W, a.b + step * m.b) for a, m in zip(layers, moves, strict=True)]
    tangent = simulation.loss(net.forward(moved, x).output, y).imag / 1e-30
    trace = net.forward(layers, x)
    gradient = net.backward(layers, trace, trace.output - y)
    summed = [np.sum(g.W * m.W) + np.sum(g.b * m.b) for g, m in zip(gradient, moves, strict=True)]
    assert sum(summed) == pytest.approx(tangent, rel=1e-13)
    assert sum(summed[1:]) != pytest.approx(tangent, rel=1e-3), "every layer counts"


def test_the_slips_of_the_controls_are_no_gradients() -> None:
    case = simulation.problem(0, 4, "tanh")
    exact = simulation.by_complex_steps(*case)
    for slip in (simulation._without_slope, simulation._of_one_sample,
                 simulation._without_transpose):
        assert simulation.relative(slip(*case), exact) > 0.01


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_a_world_without_the_transpose_is_refused() -> None:
    world = proofs.passes()
    wrong = replace(world, maps={**world.maps, "J*": lambda p: proofs.JACOBIAN @ p})
    with pytest.raises(EvidenceError, match=r"not true that J\* is the adjoint of J"):
        example(says.same_everywhere, wrong, "J in place of its transpose")
    with pytest.raises(EvidenceError, match="not true that there are weights in the first layer"):
        example(says.cheap, proofs.counts(B=1, weights=2, first=0, hidden=1), "no first layer")
    assert world.holds(says.same_everywhere.conclusion)


def test_the_statuses() -> None:
    found = {row.claim: row.status for row in ledger(["backpropagation"])}
    assert found == {says.same_everywhere: "proved", says.gradient_is_right: "measured",
                     says.products: "measured", says.cheap: "proved"}
