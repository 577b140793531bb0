"""Nonsense is refused in words, next to the same call that is answered."""

import numpy as np
import pytest
import sympy

from sgdtheory import networks
from sgdtheory.networks import Bounded, approximate, certified_sup, shallow
from sgdtheory.networks.units import activation_of, is_continuous

x, y, z = sympy.symbols("x y z")
NET = shallow([1.0], [0.0], [1.0], "tanh")

BOXES = [
    ([], "must be one pair"), ([(1, 0)], r"needs low < high; its side 0, \(1, 0\), is empty"),
    ([(0, 1), (2, 2)], r"side 1, \(2, 2\), is a point"), ((0, 1), r"write \[\(low, high\)\]"),
    ([(0, np.inf)], "must be bounded; its side 0"), ([(np.nan, 1)], "must be of numbers"),
    ([(1, 1 + 4e-16)], "too short for float64"), ([(0, 1e-300)], "shift or scale the variables"),
    ([(0, "a")], "must be a list of pairs of real numbers"), (7, "must be a list of pairs"),
    ([(0, 1, 2)], "must be one pair"), ([(0, 1j)], "must be a list of pairs of real numbers"),
]


@pytest.mark.parametrize(("box", "words"), BOXES, ids=str)
def test_a_box_that_is_none_is_refused(box, words) -> None:
    with pytest.raises(ValueError, match=words):
        approximate(x, box)
    with pytest.raises(ValueError, match=words):
        certified_sup(x, NET, box)


TARGETS = [
    (np.sin, "is a callable without a bound: its values at points say nothing"),
    (sympy.I * x, "is complex at"), (sympy.sqrt(x - 2), "is complex at|is nan at"),
    (1 / x, r"is -?inf at \(0\)|is nan at"), (sympy.log(x), r"is -inf at \(0\)"),
    (1 / (x - sympy.Rational(1, 7)), "has no finite bound near"),
    (x + y, "has the variables x, y and the box has 1 sides"),
    (sympy.gamma(x + 1), "contains gamma, which has no certified enclosure here"),
    ("x +", "must be a sympy expression"), (None, "must be a sympy expression"),
    (Bounded(lambda u: u * np.nan, lipschitz=1), r"is nan at \(0\)"),
    (Bounded(lambda u: u + 1j, lipschitz=1), r"is complex at \(0\)"),
    (Bounded(lambda u: 1.0, lipschitz=1), "must return one value for each point"),
]


@pytest.mark.parametrize(("f", "words"), TARGETS, ids=lambda v: str(v)[:30])
def test_a_target_that_cannot_be_certified_is_refused(f, words) -> None:
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=words):
        certified_sup(f, NET, [(0, 1)])
    assert certified_sup(x, NET, [(0, 1)]).upper < 0.25


def test_the_variables_and_the_named_sides_must_fit() -> None:
    with pytest.raises(ValueError, match="contains y, for which the box has no side; add it"):
        certified_sup(x + y, NET, {x: (0, 1)})
    with pytest.raises(ValueError, match="net has 1 inputs and the box has 2 sides"):
        certified_sup(x + y, NET, [(0, 1), (0, 1)])
    assert certified_sup(x, NET, {x: (0, 1)}).upper < 0.25


@pytest.mark.parametrize("eps", [0, -1e-3, np.nan, np.inf, "small", None, True, 1j])
def test_an_eps_that_is_none_is_refused(eps) -> None:
    with pytest.raises(ValueError, match="eps, the error that is allowed, must be finite and > 0"):
        approximate(x, [(0, 1)], eps=eps)


def test_an_eps_below_rounding_is_refused_and_one_above_it_is_tried() -> None:
    with pytest.raises(ValueError, match=r"eps=1e-17 is below what float64 weights can certify"):
        approximate(sympy.sin(x), [(0, 1)], eps=1e-17)
    with pytest.raises(ValueError, match="eps=1e-11 is below what float64 weights can certify"):
        approximate(10**6 * sympy.sin(x), [(0, 1)], eps=1e-11)
    assert approximate(sympy.sin(x), [(0, 1)], eps=1e-9).error < 1e-9


@pytest.mark.parametrize(("g", "words"), [
    ("swishy", "activation='swishy', the function of the units, is not known; choose one of"),
    (3, "activation=3, the function of the units, must be a name"), (None, "activation=None"),
    (np.tanh, "must be a name, an Activation or a sympy expression of one symbol"),
    (x * y, "must have one variable; it has 2"), (sympy.Integer(1), "must have one variable"),
])
def test_an_activation_that_is_none_is_refused(g, words) -> None:
    with pytest.raises(ValueError, match=words):
        approximate(x, [(0, 1)], g)


def test_an_activation_whose_formula_is_another_function_is_refused() -> None:
    wrong = networks.Activation("wrong", np.sin, np.cos, lambda u: sympy.cos(u), 1)
    with pytest.raises(ValueError, match=r"activation wrong: its formula is .* and its value"):
        approximate(x, [(0, 1)], wrong)


@pytest.mark.parametrize("units", [0, -1, 2.5, "many"])
def test_a_number_of_units_that_is_none_is_refused(units) -> None:
    with pytest.raises(ValueError, match="units, the most that may be used, must be a whole"):
        approximate(x, [(0, 1)], units=units)


@pytest.mark.parametrize(("parts", "words"), [
    (([np.nan], [0.0], [1.0]), "weights of the network must be finite; entry 0 is nan"),
    (([1.0], [np.inf], [1.0]), "biases of the network must be finite; entry 0 is inf"),
    (([1.0, 2.0], [0.0, 1.0], [1.0, np.nan]), "outputs of the network must be finite; entry 1"),
    (([1.0, 2.0], [0.0], [1.0]), "biases must have one number for each row of weights"),
    (([[[1.0]]], [0.0], [1.0]), "biases must have one number for each row of weights"),
])
def test_a_network_of_no_numbers_or_the_wrong_shapes_is_refused(parts, words) -> None:
    with pytest.raises(ValueError, match=words):
        shallow(*parts, "tanh")
    with pytest.raises(ValueError, match=r"the points, must have the shape \(N, 1\); got \(3,\)"):
        NET(np.zeros(3))
    assert NET(np.zeros((3, 1))).shape == (3,)


@pytest.mark.parametrize(("settings", "words"), [
    ({"tolerance": -1}, "tolerance, the relative width at which to stop, must be finite"),
    ({"tolerance": np.nan}, "must be finite and >= 0, and cells"),
    ({"cells": 0}, "got 0.02 and 0")])
def test_a_certificate_of_no_tolerance_is_refused(settings, words) -> None:
    with pytest.raises(ValueError, match=words):
        certified_sup(x, NET, [(0, 1)], **settings)
    with pytest.raises(ValueError, match="net, the network, must be one of"):
        certified_sup(x, None, [(0, 1)])


def test_a_source_of_random_numbers_that_is_none_is_refused() -> None:
    for rng in ("a", -1, 1.5):
        with pytest.raises(ValueError, match="rng, the source of random numbers, must be a seed"):
            approximate(x, [(0, 1)], rng=rng)


@pytest.mark.parametrize("bounds", [{}, {"lipschitz": 1, "curvature": 1}])
def test_a_callable_needs_exactly_one_bound(bounds) -> None:
    with pytest.raises(ValueError, match="needs exactly one of lipschitz, curvature and modulus"):
        Bounded(np.sin, **bounds)


@pytest.mark.parametrize("value", [-1, np.nan, np.inf])
def test_a_bound_that_is_none_is_refused(value) -> None:
    with pytest.raises(ValueError, match="lipschitz, a bound of the target, must be finite"):
        Bounded(np.sin, lipschitz=value)


@pytest.mark.parametrize(("f", "words"), [
    (sympy.zoo, r"contains zoo, which has no value"),
    (sympy.Function("h")(sympy.Symbol("x")), r"contains h\(x\), which has no value"),
    (networks.Bounded(lambda a, b: a, lipschitz=1), r"could not be called with 1 arrays, one for"),
])
def test_a_target_without_values_is_refused(f, words) -> None:
    net = networks.shallow([[1.0]], [0.0], [1.0], "tanh")
    with pytest.raises(ValueError, match=words):
        networks.certified_sup(f, net, [(0, 1)])


def test_weights_that_are_not_real_and_boxes_that_reach_too_far_are_refused() -> None:
    with pytest.raises(ValueError, match="weights of the network must be an array of real numbers"):
        networks.shallow([[1j]], [0.0], [1.0], "tanh")
    net = networks.shallow([[1.0]], [0.0], [1.0], "tanh")
    with pytest.raises(ValueError, match=r"within 1e\+150 of 0, .* scale the variables"):
        networks.certified_sup(sympy.Symbol("x"), net, [(0, 1e308)])


def test_a_jump_to_a_value_at_one_point_is_no_target_of_continuous_units() -> None:
    for f in (sympy.sign(x), sympy.Piecewise((5, x <= 0), (0, True))):
        with pytest.raises(networks.CannotApproximate, match="f jumps at 0 by") as refused:
            networks.approximate(f, [(0, 1)], "relu", 1e-3)
        assert refused.value.lower_bound >= 0.5


def test_an_activation_that_jumps_is_not_held_to_be_continuous() -> None:
    z = sympy.Symbol("z")
    for wild in (sympy.acot(z), sympy.frac(z), sympy.Heaviside(z), sympy.tan(z), 1 / z):
        assert not is_continuous(activation_of(wild)), wild
    for tame in (sympy.sin(z), z**3 * sympy.exp(-(z**2)), sympy.Abs(z), sympy.erf(z / 2)):
        assert is_continuous(activation_of(tame)), tame
