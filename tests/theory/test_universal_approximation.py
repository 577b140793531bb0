"""Universal approximation: claims, proofs, counterexamples and certificates hold together."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product
from math import comb

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.proofs import universal_approximation as proofs
from sgdtheory.simulations import universal_approximation as simulation

from sgdtheory import networks
from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.logic.claim import Claim
from sgdtheory.networks.exact import ExactNet
from sgdtheory.theory import universal_approximation as says
from sgdtheory.verdict import controls

rationals = hyp.fractions(min_value=-4, max_value=4, max_denominator=12)

# --- slide 3 -------------------------------------------------------------------------------------


def xor_error(w1, w2, b) -> F:
    """Return the mean squared error of an affine function on XOR."""
    return sum(((w1 * p + w2 * q + b - (p ^ q)) ** 2 for p, q in proofs.CORNERS), F(0)) / 4


@given(rationals, rationals, rationals)
def test_no_affine_function_is_xor(w1, w2, b) -> None:
    assert xor_error(w1, w2, b) >= F(1, 4)
    assert (xor_error(w1, w2, b) == F(1, 4)) is (w1 == w2 == 0 and b == F(1, 2))


def test_the_claim_on_xor_is_about_this_error_and_attained_by_least_squares() -> None:
    design = np.array([[p, q, 1] for p, q in proofs.CORNERS])
    best = np.linalg.lstsq(design, [p ^ q for p, q in proofs.CORNERS], rcond=None)[0]
    assert best == pytest.approx([0, 0, 0.5], abs=1e-12)
    world = proofs.numbers(w1=2, w2=-1, b=F(1, 3))
    assert world.slack(says.xor_affine.conclusion) == xor_error(2, -1, F(1, 3)) - F(1, 4)


def test_two_relu_units_are_xor_and_no_single_one_is() -> None:
    net = proofs.xor_by_relu()
    assert [net(F(p + q)) for p, q in proofs.CORNERS] == [0, 1, 1, 0]
    wrong = ExactNet(net.weights, net.biases, (F(1), F(-1)))
    assert [wrong(F(p + q)) for p, q in proofs.CORNERS] != [0, 1, 1, 0]
    for w1, w2, b in product((-2, -1, 0, 1, 2), repeat=3):
        values = [max(w1 * p + w2 * q + b, 0) for p, q in proofs.CORNERS]
        assert not (values[0] == values[3] == 0 and values[1] == values[2] != 0)


def test_fourteen_labellings_are_separated_and_the_two_others_are_opposite() -> None:
    found = proofs.separated()
    missing = set(product((0, 1), repeat=4)) - found
    assert missing == {(0, 1, 1, 0), (1, 0, 0, 1)}
    for labels in missing:
        signs = [1 if label else -1 for label in labels]
        assert sum(signs[i] * c for i, c in enumerate((1, 1, 1, 1))) == 0
        for axis in range(2):
            assert sum(s * corner[axis] for s, corner in zip(signs, proofs.CORNERS,
                                                            strict=True)) == 0
    """Farkas: the corners of one label and those of the other have the same mean."""


@given(hyp.integers(1, 12), hyp.integers(1, 8))
def test_the_count_of_separations_obeys_covers_recursion(points, dimension) -> None:
    more = says.separable(points + 1, dimension + 1)
    assert more == says.separable(points, dimension + 1) + says.separable(points, dimension)
    assert says.separable(points, dimension) <= 2**points
    assert (says.separable(points, dimension) == 2**points) is (
        points <= dimension)
    assert says.separable(2 * dimension, dimension) * 2 == 2 ** (2 * dimension)
    assert says.separable(2 * dimension + 1, dimension) * 2 < 2 ** (2 * dimension + 1)


def test_known_counts() -> None:
    assert F(says.separable(6, 3), 2**6) == F(1, 2)
    assert F(says.separable(10, 3), 2**10) == F(8984375, 10**8)
    assert says.separable(4, 3) == 14, "as for the corners of a square, with a bias"
    assert comb(3, 0) + comb(3, 1) + comb(3, 2) == 7


# --- formulas ------------------------------------------------------------------------------------


@given(hyp.integers(1, 20), hyp.fractions(F(1, 10), 5, max_denominator=10))
def test_the_chord_of_a_parabola_is_off_by_the_bound_and_no_point_by_more(pieces, scale) -> None:
    mesh = F(1, pieces)
    middle = scale * ((mesh / 2) * mesh - (mesh / 2) ** 2)
    assert says.relu_interpolation(mesh, 2 * scale) == middle
    for part in (F(1, 3), F(1, 7), F(9, 10)):
        assert scale * (part * mesh * mesh - (part * mesh) ** 2) < middle


def test_refusals_name_the_limit_and_the_next_step() -> None:
    """Each stands next to the same call just inside, which is answered."""
    refused = [
        (says.greedy_mean, (5, 4), (4, 5), "width=5, the number of units, must be at most atoms=4"),
        (says.fixed_basis, (5, 4), (4, 5), "with as many, nothing is left"),
        (says.greedy_rate, (1, 2, 1), (2, 1, 1), "f2=2, the squared norm of the target, must be"),
        (says.steps_error, (1, 1, 1), (1, 1, F(1, 2)), r"must be in \[0, 1\); got 1"),
        (says.relu_interpolation, (0, 1), (1, 1), "mesh, the width of a cell, must be > 0; got 0"),
    ]
    for formula, outside, inside, words in refused:
        assert formula(*inside) > 0
        with pytest.raises(ValueError, match=words):
            formula(*outside)


@given(hyp.integers(2, 40), hyp.data())
def test_a_greedy_choice_beats_every_fixed_one_and_stays_below_its_rate(atoms, data) -> None:
    width = data.draw(hyp.integers(1, atoms - 1))
    chosen = says.greedy_mean(F(width), F(atoms))
    assert chosen == F(1, width) - F(1, atoms)
    assert chosen <= says.greedy_rate(F(1), F(1, atoms), F(width))
    assert says.fixed_basis(F(width), F(atoms)) == width * chosen
    kept = width * (F(1, width) - F(1, atoms)) ** 2 + (atoms - width) * F(1, atoms) ** 2
    assert kept == chosen, "the mean of the chosen less the mean of all, squared"


def test_steps_lose_what_their_tails_are() -> None:
    assert says.steps_error(2, F(1, 4), 0) == F(1, 4)
    tails = sum(2 * 2 * F(1, 4) * F(1, 2) ** (2 * k + 1) for k in range(60))
    assert abs(says.steps_error(2, F(1, 4), F(1, 2)) - F(1, 4) - tails) < F(1, 2**100)


# --- the theorem as printed ----------------------------------------------------------------------


def test_networks_of_an_indicator_are_constants_off_finitely_many_points() -> None:
    errors = [proofs.indicator_error(seed) for seed in range(200)]
    assert min(errors) >= F(1, 2) and len(set(errors)) > 5
    assert min(errors) < 1, "some are nearer than the constant 0"


def test_networks_of_an_additive_function_have_no_second_difference() -> None:
    assert min(proofs.additive_error(seed) for seed in range(200)) >= F(1, 8)
    root = (F(0), F(1))
    assert proofs.times(root, root) == (2, 0)
    u, v = (F(1, 2), F(3)), (F(-2), F(1, 5))
    assert proofs.times(u, v) == (u[0] * v[0] + 2 * u[1] * v[1], u[0] * v[1] + u[1] * v[0])
    line = [x - F(1, 8) - x**2 for x in (F(0), F(1, 2), F(1))]
    assert list(map(abs, line)) == [F(1, 8)] * 3, "1/8 is attained by an affine function"


def test_on_four_points_cubes_meet_everything_and_squares_do_not() -> None:
    assert proofs.determinant(proofs.cubes()) == 80
    squares = [[(point + bias) ** 2 for bias in (0, 1, 2, 3)] for point in proofs.FINITE]
    assert proofs.determinant(squares) == 0
    exact = sympy.Matrix([[sympy.Rational(c.numerator, c.denominator) for c in row]
                          for row in proofs.cubes()])
    assert exact.det() == 80
    outputs = exact.LUsolve(sympy.Matrix([1, -2, 5, sympy.Rational(1, 3)]))
    assert exact * outputs == sympy.Matrix([1, -2, 5, sympy.Rational(1, 3)])


@pytest.mark.parametrize("kept", [0, 1, 2, 7])
def test_an_indicator_is_universal_on_a_sequence(kept) -> None:
    assert proofs.left_out(kept) == F(1, kept + 1)
    assert proofs.left_out(kept) != F(1, kept + 2)


def test_the_kink_has_the_floor_two_ninths_from_both_sides() -> None:
    assert proofs.kink_floor() == (F(2, 9), F(2, 9))


def test_a_network_that_rises_enough_may_follow_a_jump() -> None:
    steep = proofs.numbers(g0=0, g1=1, r=1, E=0)
    assert steep.slack(says.jump.conclusion) == 0
    with pytest.raises(EvidenceError, match="from the one to the other N rises by at most r"):
        example(says.jump, proofs.numbers(g0=0, g1=1, r=F(1, 2), E=0), "a rise of 1")


# --- greedy steps --------------------------------------------------------------------------------


@given(hyp.fractions(F(1, 10), 5, max_denominator=20), hyp.fractions(0, 9, max_denominator=20))
def test_steps_that_leave_db_over_d_plus_b_obey_the_rate(hull, start) -> None:
    distance = start
    for step in range(1, 12):
        distance = distance * hull / (distance + hull)
        assert step * distance <= hull
        assert (start == 0) or distance == 1 / (1 / start + step / hull)
        assert start == 0 or (step + 1) * distance > hull * F(step + 1, step + hull / start) * (
            F(99, 100))


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_what_is_attained_is_called_tight_and_what_is_refuted_is_as_stated() -> None:
    status = {row.claim: row.status for row in ledger(["universal_approximation"])}
    assert {claim for claim, word in status.items() if word == "refuted"} == {
        says.universal_as_stated, says.only_if_as_stated, says.authors_as_stated}
    assert status[says.universal] == "cited"
    assert status[says.greedy_hull] == "proved"
    assert {status[c] for c in (says.xor_affine, says.xor_relu, says.fourteen, says.dual_kink,
                                says.jump, says.chord, says.additive_misses, says.three_points,
                                says.indicator_misses, says.null_set)} == {"tight"}
    assert {status[c] for c in (says.relu_width, says.least_squares, says.tanh_fit, says.cover,
                                says.dual, says.steps, says.derivative_trick)} == {"measured"}


# --- the simulation ------------------------------------------------------------------------------


def test_every_control_of_the_run_is_caught() -> None:
    verdicts = simulation.run(runs=8).verdicts
    assert controls.failures(verdicts) == []
    fallen = {name for name, verdict in verdicts.items() if not verdict}
    assert {name for name in verdicts if name.startswith(controls.MUST_FALL)} == fallen
    assert len(fallen) >= 12


def test_a_plane_separates_what_a_linear_program_says() -> None:
    """Six points on a line in the plane through 1 are not in general position: fewer."""
    at = np.array([[1.0, k, 0.0] for k in range(6)])
    count = sum(simulation._separates(at, signs) for signs in product((-1, 1), repeat=6))
    assert count == says.separable(6, 2) == 12 < says.separable(6, 3) == 32


def test_the_small_networks_of_the_picture_are_those_of_the_certificates() -> None:
    fits = simulation.run(runs=8).fits
    assert list(fits.errors.values()) == pytest.approx([0.1, 0.087, 0.0058], rel=0.02)
    for name, fit in fits.fits.items():
        assert 0.95 * fits.errors[name] < np.abs(fit - fits.target).max() <= fits.errors[name]


def test_the_names_in_words_are_public() -> None:
    for name in ("approximate", "certified_sup", "shallow", "Bounded", "CannotApproximate"):
        assert name in networks.__all__ and callable(getattr(networks, name))
