"""Depth: pieces, tents, squares, products and chains, by formula, by network and by theorem."""

from __future__ import annotations

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import depth as proofs
from sgdtheory.simulations import depth as simulation

from sgdtheory.elementary import one_minus_power
from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.logic.claim import Claim
from sgdtheory.networks.piecewise import constant, through, zigzag, zigzag_weights
from sgdtheory.theory import depth as says

HALF = F(1, 2)


# --- pieces and tents ----------------------------------------------------------------------------


@given(hyp.integers(0, 10**6), hyp.sampled_from([(3, 3), (4, 2), (2, 2, 2), (1, 3)]))
@settings(max_examples=40)
def test_a_network_has_at_most_the_product_of_its_widths_plus_one_as_pieces(seed, widths) -> None:
    weights = simulation.random_weights(np.random.default_rng(seed), widths)
    assert through(weights)[0].pieces <= math.prod(m + 1 for m in widths)


def test_the_number_of_pieces_is_between_what_is_built_and_the_limit() -> None:
    """The audit's case: (m, L) = (3, 3): 36 <= max <= 64."""
    assert (says.pieces_built(3, 3), says.piece_limit(3, 3)) == (36, 64)
    for m in (1, 2, 3, 4):
        for layers in (1, 2, 3):
            built = proofs.built_pieces(m, layers)
            assert built == says.pieces_built(m, layers) <= says.piece_limit(m, layers)
            assert (built == says.piece_limit(m, layers)) is (layers == 1)
    assert proofs.built_pieces(3, 3) > 1 + 9, "more than one for each unit"


@given(hyp.integers(0, 10**6), hyp.integers(2, 5))
@settings(max_examples=40)
def test_fewer_pieces_than_the_tent_are_at_least_half_away(seed, k) -> None:
    rng = np.random.default_rng(seed)
    g = simulation.random_pieces(rng, int(rng.integers(2, 2**k)))
    assert (zigzag(2**k) - g).sup() >= HALF
    assert (zigzag(2**k) - constant(HALF)).sup() == HALF
    assert (zigzag(2**k) - zigzag(2**k)).sup() == 0
    assert (zigzag(2**k) - g).area() >= F(says.area_floor(g.pieces, k))


@given(hyp.integers(0, 10**6), hyp.integers(2, 4))
@settings(max_examples=40)
def test_what_is_closer_than_half_has_at_least_as_many_pieces_as_the_tent(seed, k) -> None:
    """The other way round: the tent, moved by less than 1/2 anywhere, keeps its changes of sign."""
    rng, tent = np.random.default_rng(seed), zigzag(2**k)
    noise = simulation.random_pieces(rng, 6)
    near = tent + F(49, 100) / max(noise.sup(), F(1)) * noise
    assert (near - tent).sup() < HALF
    assert near.pieces >= 2**k
    assert near.alternations(HALF, F(1, 100)) >= 2**k
    assert constant(HALF).alternations(HALF, F(1, 100)) == 0


def test_the_area_between_a_tent_and_half_is_a_quarter_and_twice_the_bound() -> None:
    for k in range(1, 8):
        assert (zigzag(2**k) - constant(HALF)).area() == F(1, 4)
        assert F(says.area_floor(F(1), F(k))) == F(1, 8) - F(2, 2 ** (k + 2))
    assert says.area_floor(1, 6) == pytest.approx(0.1172, abs=5e-5)


# --- units ---------------------------------------------------------------------------------------


def test_the_brackets_of_the_audit() -> None:
    """k = 8: [255, 256], [30, 32], [12, 16], [8, 16]; k = 12, L = 3: [45, 48]."""
    cases = {(8, 1): (255, 256), (8, 2): (30, 32), (8, 4): (12, 16), (8, 8): (8, 16),
             (12, 3): (45, 48)}
    for letters, bracket in cases.items():
        assert (says.fewest_units(*letters), says.built_units(*letters)) == bracket


@pytest.mark.parametrize(("k", "layers"), [(4, 1), (4, 2), (4, 4), (6, 2), (6, 3), (8, 4)])
def test_the_units_that_are_built_give_the_tent_and_none_can_go(k, layers) -> None:
    weights = zigzag_weights(2 ** (k // layers), layers)
    assert through(weights)[0] == zigzag(2**k)
    assert sum(len(b) for _, b in weights[:-1]) == says.built_units(k, layers)
    for unit in range(len(weights[0][1])):
        matrix, biases = weights[-1]
        cut = [*weights[:-1], ([[w * (i != unit) for i, w in enumerate(matrix[0])]], biases)]
        assert through(cut)[0] != zigzag(2**k)


@given(hyp.integers(1, 7), hyp.integers(1, 7))
def test_the_least_whole_widths_are_at_least_the_bound_and_reach_it_where_it_is_whole(
    k, layers
) -> None:
    least, bound = proofs.least_total(2**k, layers), says.fewest_units(k, layers)
    assert least >= max(layers, bound - 1e-9)
    if k % layers == 0:
        assert least == round(bound)
    assert least < bound + layers + 1e-9, "rounding up every width is enough"


def test_the_least_of_the_built_units_is_near_k_log_2_and_nothing_decays_for_ever() -> None:
    k = 60
    built = {L: says.built_units(k, L) for L in range(1, 200)}
    best = min(built, key=built.get)
    assert abs(best - k * math.log(2)) < 1
    assert built[best] == pytest.approx(math.e * math.log(2) * k, rel=1e-3)
    assert built[k // 2] == built[k] == 2 * k
    assert all(built[L + 1] > built[L] for L in range(best, 199))
    falls = [says.fewest_units(k, L + 1) < says.fewest_units(k, L) for L in range(1, 199)]
    assert all(falls), "the lower bound itself decreases: the true least number is open"
    logs = [math.log2(says.built_units(k, L) / L) * L for L in (1, 5, 20)]
    assert logs == pytest.approx([k] * 3), "the logarithm is k/L, a hyperbola"


# --- squares and products ------------------------------------------------------------------------


@pytest.mark.parametrize("m", range(1, 9))
def test_tents_approximate_the_square_to_exactly_a_power_of_4(m) -> None:
    found = proofs.square_approximation(m)
    assert found.sup_from_square() == says.square_error(m) == F(1, 4 ** (m + 1))
    assert found.pieces == 2**m
    assert all(found(x) == x * x for x in found.knots)
    assert found.sup_from_square() != F(1, 4**m)


@given(hyp.integers(0, 10**6), hyp.integers(1, 12))
def test_no_function_of_p_pieces_is_closer_to_the_square(seed, pieces) -> None:
    even = simulation._lowered_chords([F(i, pieces) for i in range(pieces + 1)])
    assert even.sup_from_square() == F(says.shallow_square_error(F(pieces)))
    rng = np.random.default_rng(seed)
    other = simulation.random_pieces(rng, pieces)
    assert other.sup_from_square() >= F(says.shallow_square_error(F(other.pieces)))
    uneven = simulation._lowered_chords(other.knots)
    assert uneven.sup_from_square() >= F(says.shallow_square_error(F(pieces)))


@pytest.mark.parametrize("d", range(1, 6))
def test_the_matrix_of_a_product_has_full_rank_however_it_is_filled(d) -> None:
    assert {proofs.product_rank(d, filled) for filled in (0, 1, 2, 5)} == {2**d}
    assert says.shallow_product_units(d) == proofs.least_product_rank(d) == 2**d


def test_a_matrix_that_is_not_anti_triangular_certifies_no_rank(monkeypatch) -> None:
    matrix = proofs.product_matrix(2)
    matrix[0][1] = None
    monkeypatch.setattr(proofs, "product_matrix", lambda d: matrix)
    assert proofs.least_product_rank(2) == 0


def test_the_rank_is_that_of_sympy_and_a_defect_is_seen() -> None:
    import sympy

    matrix = [[F(1), F(2), F(3)], [F(2), F(4), F(6)], [F(1), F(0), F(1)]]
    assert proofs.rank(matrix) == sympy.Matrix(matrix).rank() == 2
    assert proofs.rank([[F(0), F(1)], [F(1), F(0)]]) == 2
    assert proofs.rank([[F(0)] * 3] * 2) == 0


def test_by_parity_four_units_of_tanh_give_a_product_of_three() -> None:
    """At bias 0: tanh'''(0) = -2, so that the four cubes leave ``-8 s^3 x y z + O(s^5)``."""
    x = np.linspace(-1, 1, 9)
    X, Y, Z = np.meshgrid(x, x, x)
    errors = []
    for s in (0.1, 0.05):
        four = (np.tanh(s * (X + Y + Z)) - np.tanh(s * (X + Y - Z)) - np.tanh(s * (X - Y + Z))
                - np.tanh(s * (Y + Z - X)))
        errors.append(np.max(np.abs(four / (-8 * s**3) - X * Y * Z)))
    assert errors[1] < errors[0] / 3.5 < 0.05


# --- the chain -----------------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [1, 2, 7, 20])
def test_the_gradient_along_sigmoids_at_zero_is_exactly_a_power_of_4(layers) -> None:
    assert proofs.chain_gradient(layers) == F(1, 4**layers) == says.chain_slope(layers)
    assert float(says.chain_slope(20)) == pytest.approx(9.1e-13, rel=1e-2)
    rng = np.random.default_rng(layers)
    assert all(simulation._random_chain(rng, layers) <= 4.0**-layers for _ in range(50))


# --- evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_outside_the_hypotheses_break_the_conclusions_and_are_refused() -> None:
    worlds = [
        (says.depth_pieces, proofs.orbit("p", [lambda s: 4**s], width=2), "cuts a piece into"),
        (says.tent_three, proofs.numbers(g0=0, g1=1, g2=0, E=0), "g is affine from"),
        (says.square_shallow,
         proofs.numbers(g0=0, g1=F(1, 4), g2=1, a=0, h=1, pieces=1, E=F(1, 16)), "g is affine"),
        (says.two_layers, proofs.numbers(m1=1, m2=1, q=9), r"\(m1 \+ 1\)\(m2 \+ 1\) is at least"),
        (says.square_deep, proofs.orbit("y", [lambda s: F(1, 2)]), r"y\(t\+1\) is 2 y\(t\) or"),
        (says.chain, proofs.orbit("Df", [lambda s: 1, lambda s: 1]), "a sigmoid's slope at most"),
    ]
    for claim, world, why in worlds:
        assert not world.holds(claim.conclusion)
        with pytest.raises(EvidenceError, match=why):
            example(claim, world, "outside")


def test_the_statuses_of_the_slides() -> None:
    """What the slides say of every function and of training is refuted; the rest is no theorem."""
    found = {row.claim: row.status for row in ledger(["depth"])}
    assert {claim for claim, status in found.items() if status == "refuted"} == {
        says.units_decay_as_stated, says.train_as_stated}
    assert {claim for claim, status in found.items() if status == "cited"} == {
        says.generalise, says.dimension, says.conventions}
    assert {found[c] for c in (says.tent_area, says.tent_dichotomy, says.tent_units)} == {
        "measured"}, "for every k: by hand, and not by the kernel"
    assert {found[c] for c in (says.tent_attained, says.whole_widths, says.square_deep,
                               says.product_units)} == {"tight"}
    assert found[says.product_two] == found[says.square_identity] == "proved"


def test_the_share_of_the_cells_that_40000_points_occupy() -> None:
    """By the expectation of the number of cells that are hit, and by the birthday bound."""
    share = one_minus_power(1e-10, 40_000)
    assert "4.0e-6" in says.conventions.correction
    assert share == pytest.approx(4.0e-6, rel=1e-5)
    assert share < 40_000 / 1e10
    assert one_minus_power(1e-2, 40_000) == pytest.approx(1), "in two dimensions all are"


def test_formulas_refuse_what_is_no_number_of_layers() -> None:
    with pytest.raises(ValueError, match="layers, the number of hidden layers, must be a whole"):
        says.fewest_units(8, 0)
    with pytest.raises(ValueError, match="folds, how often the tent is applied, must be a whole"):
        says.built_units(0, 2)
    assert says.built_units(8, 2) == 32
