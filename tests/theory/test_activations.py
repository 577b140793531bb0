"""Activations: functions, derivatives, constants and theorems hold together."""

from __future__ import annotations

import math
from fractions import Fraction as F

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.proofs import activations as proofs
from sgdtheory.simulations import activations as simulation

from sgdtheory import networks
from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.networks.activation import ACTIVATIONS, ELU, Activation, activation_named, tanh
from sgdtheory.networks.derivatives import (
    evaluated,
    tangent_number,
    tanh_polynomial,
    tanh_supremum,
)
from sgdtheory.theory import activations as says

ALL = [*ACTIVATIONS.values(), ELU(0.5), ELU(F(5, 2)), ELU(-1), ELU(0)]
SMOOTH = [g for g in ACTIVATIONS.values() if g.name not in ("relu", "elu(1)")]
z = sympy.Symbol("z", real=True)

places = hyp.floats(min_value=-1e4, max_value=1e4)
rationals = hyp.fractions(min_value=-5, max_value=5, max_denominator=12)

TRUE = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "elu(1)": lambda x: x if x > 0 else mpmath.expm1(x),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
}
SLOPES = {
    "sigmoid": lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2,
    "tanh": lambda x: mpmath.sech(x) ** 2,
    "relu": lambda x: mpmath.mpf(x > 0),
    "elu(1)": lambda x: mpmath.mpf(1) if x > 0 else mpmath.exp(x),
    "softplus": lambda x: 1 / (1 + mpmath.exp(-x)),
}


# --- the functions -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRUE)
@given(place=places)
def test_an_activation_has_all_digits_and_so_has_its_derivative(name, place) -> None:
    """4 ulp, against 60 digits; what is below the smallest float may be lost."""
    g = next(g for g in ACTIVATIONS.values() if g.name == name)
    with np.errstate(all="raise", under="ignore"), mpmath.workdps(60):
        for ours, true in ((g(place), TRUE[name]), (g.derivative(place), SLOPES[name])):
            exact = float(true(mpmath.mpf(place)))
            assert abs(ours - exact) <= 4 * np.finfo(float).eps * abs(exact) + 1e-307


def test_the_naive_derivative_of_tanh_has_lost_4_percent_at_18_and_all_at_20() -> None:
    """The control of the test above, with the figures of the claim's correction."""
    for place, least, most in ((10.0, 1e-9, 1e-7), (15.0, 1e-4, 1e-3), (18.0, 0.03, 0.05),
                               (20.0, 1.0, 1.0)):
        exact = float(mpmath.sech(place) ** 2)
        off = abs((1 - np.tanh(place) ** 2) / exact - 1)
        assert least <= off <= most
        assert tanh.derivative(place) == pytest.approx(exact, rel=1e-15)


@pytest.mark.parametrize("g", ALL, ids=lambda g: g.name)
def test_the_derivative_is_that_of_the_formula_and_of_a_complex_step(g) -> None:
    formula = g.formula(z)
    for place in (-3.5, -1.0, -0.25, 0.125, 2.0):
        slope = float(sympy.diff(formula, z).subs(z, sympy.Rational(place)))
        assert g.derivative(place) == pytest.approx(slope, rel=1e-14, abs=1e-15)
        assert np.imag(g(place + 1e-30j)) / 1e-30 == pytest.approx(slope, rel=1e-14, abs=1e-15)
        assert g(place) == pytest.approx(float(formula.subs(z, sympy.Rational(place))), rel=1e-14)
    assert sympy.diff(formula, z).subs(z, 2) != sympy.diff(formula, z).subs(z, -1)


@pytest.mark.parametrize("g", ALL, ids=lambda g: g.name)
def test_an_activation_keeps_the_shape_and_acts_on_each_number(g) -> None:
    grid = np.linspace(-2, 2, 12).reshape(3, 4)
    assert g(grid).shape == g.derivative(grid).shape == (3, 4)
    assert np.array_equal(g(grid).ravel(), [g(float(x)) for x in grid.ravel()])
    assert isinstance(g(0.5), float)
    assert g(np.array([1.0])).shape == (1,)


@pytest.mark.parametrize("g", ALL, ids=lambda g: g.name)
def test_the_lipschitz_constant_is_the_largest_slope(g) -> None:
    tried = np.concatenate([-np.geomspace(1e-17, 700, 2000), [0.0], np.geomspace(1e-17, 700, 2000)])
    largest = np.max(np.abs(g.derivative(tried)))
    assert largest == pytest.approx(float(g.lipschitz), rel=1e-12)


@pytest.mark.parametrize("g", ALL, ids=lambda g: g.name)
def test_the_smoothness_is_the_order_up_to_which_both_sides_agree(g) -> None:
    """By one-sided limits of the formula; from order 4 on we call it smooth."""
    formula, agreed = g.formula(z), -1
    pieces = [formula.args[0][0], formula.args[1][0]] if formula.is_Piecewise else [formula] * 2
    while agreed < 3 and len({sympy.nsimplify(sympy.diff(p, z, agreed + 1).subs(z, 0))
                              for p in pieces}) == 1:
        agreed += 1
    assert min(g.smoothness, 3) == agreed


def test_a_name_that_is_not_known_and_a_depth_that_is_no_number_are_refused() -> None:
    assert activation_named("tanh") is tanh
    assert activation_named(tanh) is tanh
    with pytest.raises(ValueError, match=r"activation='swish', the function of the units, is not "
                                         r"known; choose one of sigmoid, tanh, relu, elu"):
        activation_named("swish")
    with pytest.raises(ValueError, match="alpha_elu, the depth of ELU below 0, must be a finite"):
        networks.ELU(math.inf)
    sine = Activation("sine", np.sin, np.cos, sympy.sin, 1)
    assert sine(np.array([0.5])) == pytest.approx(np.sin(0.5))


# --- derivatives of every order ------------------------------------------------------------------


@pytest.mark.parametrize("k", range(9))
def test_the_polynomials_give_the_derivatives_of_tanh(k) -> None:
    for place in (0.0, 0.3, -1.1):
        with mpmath.workdps(60):
            true = float(mpmath.diff(mpmath.tanh, mpmath.mpf(place), k))
            value = float(evaluated(tanh_polynomial(k), F(float(mpmath.tanh(place)))))
        assert value == pytest.approx(true, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("k", range(1, 12))
def test_the_suprema_are_above_every_value_and_reached(k) -> None:
    """theory: 4/(3 sqrt 3), 4.08589, 52.266, 1223.72, 45572; odd orders are tangent numbers."""
    low, high = tanh_supremum(k)
    grid = [abs(evaluated(tanh_polynomial(k), F(i, 400))) for i in range(-400, 401)]
    assert 0 <= high - low < F(1, 10**15)
    assert low * F(99, 100) < max(grid) <= high
    known = {2: 4 / (3 * math.sqrt(3)), 4: 4.08589, 6: 52.266, 8: 1223.72, 10: 45572}
    if k in known:
        assert float(low) == pytest.approx(known[k], rel=2e-6)
    else:
        assert low == high == tangent_number((k + 1) // 2)
    cauchy = math.factorial(k) * math.tan(1.4) / 1.4**k
    assert high < cauchy


def test_tangent_numbers_are_those_of_the_series_of_tan_and_orders_are_not_negative() -> None:
    series = sympy.series(sympy.tan(z), z, 0, 13).removeO()
    for j in range(1, 7):
        assert tangent_number(j) == series.coeff(z, 2 * j - 1) * sympy.factorial(2 * j - 1)
        assert tangent_number(j) != abs(evaluated(tanh_polynomial(2 * j + 1), F(0)))
    with pytest.raises(ValueError, match="k=-1, the order of a derivative, must be a whole"):
        tanh_polynomial(-1)


# --- the formulas --------------------------------------------------------------------------------


@given(rationals)
def test_slopes_and_curvatures_are_those_that_sympy_differentiates(value) -> None:
    sigma, point = 1 / (1 + sympy.exp(-z)), sympy.Rational(value.numerator, value.denominator)
    number = float(sigma.subs(z, point))
    square = math.tanh(point / 2) ** 2
    assert says.sigmoid_slope(number) == pytest.approx(float(sigma.diff(z).subs(z, point)))
    assert says.sigmoid_bend2(square) == pytest.approx(
        float(sigma.diff(z, 2).subs(z, point)) ** 2, abs=1e-15)
    assert says.tanh_slope(square) == pytest.approx(float(sympy.sech(point / 2)) ** 2)
    assert says.tanh_bend2(square) == pytest.approx(64 * says.sigmoid_bend2(square))


def test_the_largest_curvatures_are_where_the_claims_say() -> None:
    assert says.sigmoid_bend2(F(1, 3)) == F(1, 108)
    assert says.tanh_bend2(F(1, 3)) == F(16, 27)
    assert all(says.tanh_bend2(F(i, 60)) < F(16, 27) for i in range(61) if i != 20)
    at = math.log(2 + math.sqrt(3))
    assert math.tanh(at / 2) ** 2 == pytest.approx(1 / 3)
    assert 1 / (6 * math.sqrt(3)) == pytest.approx(0.0962250448649376, rel=1e-15)


@given(rationals)
def test_the_kink_of_elu_vanishes_at_1_only(alpha) -> None:
    g = ELU(alpha)
    assert (says.elu_kink(alpha) == 0) is (alpha == 1) is (g.smoothness == 1)
    assert says.elu_lipschitz(alpha) == g.lipschitz == max(1, abs(alpha))
    for h in (1e-3, 1e-5):
        quotients = g(h) / h - g(-h) / -h
        assert abs(quotients - float(says.elu_kink(alpha))) <= abs(float(alpha)) * h / 2 + 1e-9


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_without_its_hypotheses_a_bound_is_broken_and_a_world_outside_is_refused() -> None:
    """Each needs what it supposes: numbers beyond it break the conclusion."""
    for claim, letters in ((says.sigmoid_curvature, {"u": 3}), (says.tanh_lipschitz, {"u": -1}),
                           (says.tanh_curvature, {"u": 2}),
                           (says.relu_homogeneous, {"x": 1, "a": -1}),
                           (says.elu_constant, {"alpha_elu": 2, "e": 2}),
                           (says.elu_quotients, {"alpha_elu": 1, "h": F(1, 2), "E": 0})):
        world = proofs.numbers(**letters)
        assert not world.holds(claim.conclusion)
        with pytest.raises(EvidenceError, match="it is not true that"):
            example(claim, world, "outside")


@given(hyp.floats(min_value=1e-6, max_value=50))
def test_the_exponential_is_between_the_bounds_that_the_kink_supposes(h) -> None:
    share = -math.expm1(-h) / h
    assert 1 - h / 2 <= share * (1 + 1e-15)
    assert share <= 1


def test_what_is_attained_is_called_tight_and_nothing_is_refuted() -> None:
    shown = {found.claim: found.shows for found in proofs.examples}
    assert "refuted" not in shown.values()
    assert {claim for claim, what in shown.items() if what == "tight"} >= {
        says.sigmoid_lipschitz, says.tanh_lipschitz, says.tangent_numbers}


def test_a_polynomial_is_told_by_its_divided_differences() -> None:
    points = [F(j) for j in range(-6, 3)]
    orders = proofs.divided_differences(points, [p**4 - 3 * p for p in points])
    assert orders[4:] == [1, 0, 0, 0, 0]
    relu = proofs.divided_differences(points, [max(p, F(0)) for p in points])
    assert all(relu[-2:])
    for name in ("sigmoid", "tanh"):
        for j in (-3, 0, 2):
            true = ACTIVATIONS[name](j * math.log(2))
            assert float(simulation.rational_values(name, j)) == pytest.approx(true, abs=1e-15)
    assert simulation.rational_values("relu", -2) == 0
