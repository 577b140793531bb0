"""Balls, jets and Taylor models hold what they enclose; without what they pay for, they do not."""

from fractions import Fraction as F
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp

from sgdtheory.networks import ball as balls
from sgdtheory.networks.activation import ACTIVATIONS
from sgdtheory.networks.ball import LIBM_ULPS, Ball
from sgdtheory.networks.jets import JETS, power
from sgdtheory.networks.symbolic import KNOWN, enclose, number
from sgdtheory.networks.taylor import Model, coordinate, space
from sgdtheory.networks.units import unit_models

floats = hyp.floats(-100, 100).filter(lambda value: value == 0 or abs(value) > 1e-20)
x, y = sympy.symbols("x y")


def inside(found: Ball, exact: F) -> bool:
    """Tell whether an exact value is in a ball, in rational numbers."""
    mid, rad = np.broadcast_arrays(found.mid, found.rad)
    return abs(exact - F(float(mid))) <= F(float(rad))


@given(floats, floats, hyp.floats(0, 1), hyp.floats(-1, 1), hyp.floats(-1, 1))
@settings(max_examples=200)
def test_a_ball_holds_sums_products_and_quotients_of_what_is_in_it(a, b, rad, s, t) -> None:
    one, other = Ball(a, rad), Ball(b, rad / 3)
    p, q = F(a) + F(s) * F(rad), F(b) + F(t) * F(rad / 3)
    assert inside(one + other, p + q) and inside(one - other, p - q) and inside(one * other, p * q)
    assert inside(2.0 - one, 2 - p)
    if other.mignitude > 0:
        assert inside(one / other, p / q)
        assert inside(other.power(-3), 1 / q**3)
    else:
        assert np.isinf(other.inverse().rad)


def test_without_the_rounding_a_ball_would_not_hold_one_third(monkeypatch) -> None:
    third = Ball(1.0) / Ball(3.0)
    assert inside(third, F(1, 3))
    assert not inside(Ball(third.mid, 0.0), F(1, 3))
    monkeypatch.setattr(balls, "enlarged", lambda radius: 0 * radius)
    assert not inside(Ball(1.0) / Ball(3.0), F(1, 3))


NAMES = {"exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
         "atan": np.arctan}


@pytest.mark.parametrize("name", [*NAMES, "erf", "expm1", "log1p"])
def test_the_assumption_on_the_elementary_functions_is_kept_with_room(name) -> None:
    """Errors in units of the last place against 40 digits: less than half of what is assumed."""
    from scipy.special import erf

    rng = np.random.default_rng(3)
    at = np.concatenate([rng.uniform(-20, 20, 1500), rng.standard_normal(500) / 100])
    at = np.abs(at) if name in ("log", "log1p") else at
    function = {**NAMES, "erf": erf, "expm1": np.expm1, "log1p": np.log1p}[name]
    worst = 0.0
    with mpmath.workdps(40):
        for z, found in zip(at, function(at), strict=True):
            exact = getattr(mpmath, name)(mpmath.mpf(float(z)))
            worst = max(worst, float(abs(exact - mpmath.mpf(float(found))))
                        / float(np.spacing(abs(float(found)))))
    assert worst <= LIBM_ULPS * (4 if name == "erf" else 1) / 2


def taylor(name, at, order):
    """Return the Taylor coefficients of a function, by mpmath's numerical derivatives."""
    extra = {"logistic": lambda z: 1 / (1 + mpmath.exp(-z)),
             "softplus": lambda z: mpmath.log(1 + mpmath.exp(z))}
    with mpmath.workdps(60):
        return mpmath.taylor(extra.get(name) or getattr(mpmath, name), mpmath.mpf(at), order)


@pytest.mark.parametrize("name", sorted(JETS))
def test_a_jet_holds_the_taylor_coefficients_of_every_point_of_its_ball(name) -> None:
    for mid in (0.3, 1.7, 4.0, 9.5, -0.4, -3.0):
        if name == "log" and mid < 0:
            continue
        jet = JETS[name](Ball(np.array([mid]), np.array([0.05])), 6)
        thin = JETS[name](Ball(np.array([mid])), 6)
        for at in (mid - 0.05, mid - 0.02, mid, mid + 0.05):
            for k, exact in enumerate(taylor(name, at, 6)):
                assert abs(exact - mpmath.mpf(jet[k].mid[0])) <= mpmath.mpf(jet[k].rad[0])
        for k, exact in enumerate(taylor(name, mid, 6)):
            assert abs(exact - mpmath.mpf(thin[k].mid[0])) <= mpmath.mpf(thin[k].rad[0])
            assert thin[k].rad[0] <= 1e-12 * max(abs(float(exact)), 1.0)
        assert abs(taylor(name, mid + 0.5, 6)[1] - jet[1].mid[0]) > jet[1].rad[0] or mid > 8 or (
            abs(mid) < 1)


@pytest.mark.parametrize("exponent", [F(-2), F(1, 2), F(1, 3), F(5, 2), F(3), F(-2, 3)])
def test_a_jet_of_a_power_holds_its_coefficients(exponent) -> None:
    jet = power(Ball(np.array([2.0]), np.array([0.1])), exponent, 5)
    with mpmath.workdps(40):
        for at in (1.9, 2.0, 2.1):
            for k in range(6):
                e = mpmath.mpf(exponent.numerator) / exponent.denominator
                exact = mpmath.binomial(e, k) * mpmath.mpf(at) ** (e - k)
                assert abs(exact - mpmath.mpf(jet[k].mid[0])) <= mpmath.mpf(jet[k].rad[0])


# --- Taylor models -------------------------------------------------------------------------------

EXPRESSIONS = [
    x**3 * y - 2 * x + sympy.Rational(1, 3), sympy.exp(-(x**2) - y**2), sympy.sin(3 * x * y) + 1,
    1 / (2 + x * y), sympy.sqrt(2 + x), sympy.Abs(x - y / 2), sympy.Max(x, y, 1 - x * y),
    sympy.Min(x, 0), sympy.tanh(3 * x - y), sympy.log(3 + x + y), sympy.atan(2 * x), sympy.erf(x),
    sympy.cosh(x) - sympy.sinh(y), sympy.tan(x / 2), (3 + x) ** (y / 2), sympy.pi * x**2,
    sympy.Piecewise((x**2, x < y), (y**2 + x, True)), sympy.Heaviside(x) * y, sympy.sign(x + y),
    sympy.cos(5 * x) * sympy.exp(y) / (1 + x**2), (x**2 + sympy.Rational(1, 7)) ** sympy.Rational(
        1, 3), sympy.Abs(x) ** sympy.Rational(3, 2),
]


def cells(seed: int):
    """Return 6 cells (centre, half) in [-1, 1]^2, of sizes from 1e-6 to 0.5; one holds 0."""
    rng = np.random.default_rng(seed)
    half = 10.0 ** rng.uniform(-6, -0.31, (2, 6))
    centre = rng.uniform(-1, 1, (2, 6)) * (1 - half)
    centre[:, 0], half[:, 0] = (0.01, -0.02), (0.1, 0.2)
    return centre, half


def outside(model: Model, expression, centre, half, seed=0) -> int:
    """Count the points of the cells at which the exact value is not in the model."""
    rng, count = np.random.default_rng(seed), 0
    function = sympy.lambdify((x, y), expression, modules="mpmath")
    with mpmath.workdps(40):
        for cell in range(centre.shape[1]):
            for s in [*rng.uniform(-1, 1, (6, 2)), *np.array([[-1, 1], [1, 1], [0, 0.0]])]:
                point = [mpmath.mpf(float(c)) + mpmath.mpf(float(h)) * mpmath.mpf(float(t))
                         for c, h, t in zip(centre[:, cell], half[:, cell], s, strict=True)]
                at = [mpmath.mpf(float(t)) for t in s]
                value = sum(mpmath.mpf(float(model.coefs[i, cell])) * at[0] ** p[0] * at[1] ** p[1]
                            for i, p in enumerate(model.space.powers))
                count += abs(function(*point) - value) > mpmath.mpf(float(model.rem[cell]))
    return count


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_a_taylor_model_holds_its_function_on_the_whole_cell(expression) -> None:
    centre, half = cells(len(str(expression)))
    over = space(2, 5)
    with np.errstate(all="ignore"):
        model = enclose(expression, {x: coordinate(over, 0, centre[0], half[0]),
                                     y: coordinate(over, 1, centre[1], half[1])})
    assert outside(model, expression, centre, half) == 0
    assert np.isfinite(model.rem).all()
    shrunk = Model(model.space, model.coefs, model.rem * 1e-4)
    if not expression.is_polynomial(x, y):
        assert outside(shrunk, expression, centre, half) > 0, "a remainder that is not needed"


def test_the_remainder_falls_with_the_order_of_the_model() -> None:
    centre, half = np.array([[0.3], [0.2]]), np.array([[0.1], [0.1]])
    widths = []
    for order in (2, 4, 6, 8):
        over = space(2, order)
        model = enclose(sympy.exp(x * y) * sympy.sin(x), {
            x: coordinate(over, 0, centre[0], half[0]), y: coordinate(over, 1, centre[1], half[1])})
        widths.append(float(model.rem[0]))
    assert all(b < a / 20 for a, b in pairwise(widths))


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_a_unit_is_enclosed_wherever_it_is_from_minus_1000_to_1000(name) -> None:
    g = ACTIVATIONS[name]
    centre = np.array([-1000.0, -40.0, -3.0, -0.01, 0.0, 0.3, 2.0, 30.0, 1000.0])
    half, blur = np.full(9, 0.25), np.full(9, 1e-9)
    with np.errstate(all="ignore"):
        model = unit_models(g, centre, half, blur, 8)
    z = sympy.Symbol("z", real=True)
    exact = sympy.lambdify(z, g.formula(z), modules="mpmath")
    missed = 0
    with mpmath.workdps(30):
        for cell in range(9):
            for s in np.linspace(-1, 1, 9):
                at = mpmath.mpf(float(centre[cell])) + mpmath.mpf(0.25) * float(s) + 1e-9
                value = mpmath.polyval([mpmath.mpf(float(c)) for c in model.coefs[::-1, cell]],
                                       mpmath.mpf(float(s)))
                missed += abs(exact(at) - value) > float(model.rem[cell])
    if name != "sigmoid" and name != "softplus":
        assert np.isfinite(model.rem).all()
    assert missed == 0
    assert model.rem[[0, -1]].max() < 1e-6


@pytest.mark.parametrize("expression", [1 / (1 + sympy.exp(-x)), sympy.log(1 + sympy.exp(x)),
                                        1 / (1 + sympy.exp(3 * x))], ids=str)
def test_what_saturates_is_enclosed_where_its_exponentials_overflow(expression) -> None:
    exact = sympy.lambdify(x, expression, modules="mpmath")
    for at in (-5000.0, -2.0, 0.5, 5000.0):
        with np.errstate(all="ignore"):
            model = enclose(expression, {x: coordinate(space(1, 6), 0, np.array([at]),
                                                       np.array([0.5]))})
        assert model.rem[0] < (1e-6 if abs(at) > 10 else 0.3)
        with mpmath.workdps(40):
            for s in (-0.5, 0.1, 0.5):
                assert abs(exact(mpmath.mpf(at + s)) - model.coefs[0, 0]) <= model.spread[0]


def test_numbers_that_are_no_floats_are_enclosed_and_complex_ones_refused() -> None:
    assert inside(number(sympy.Rational(1, 3)), F(1, 3))
    assert float(number(sympy.Rational(1, 4)).rad) == 0
    with mpmath.workdps(40):
        found = number(sympy.pi)
        assert abs(mpmath.pi - mpmath.mpf(found.mid)) <= found.rad
    with pytest.raises(ValueError, match="contains I, which is not a real number"):
        number(sympy.I)
    with pytest.raises(ValueError, match=r"exceeds the largest float, 1.8e308; scale the target"):
        number(sympy.Integer(10) ** 400)


def test_a_function_without_an_enclosure_is_refused_by_name() -> None:
    one = coordinate(space(1, 3), 0, np.array([0.5]), np.array([0.1]))
    with pytest.raises(ValueError, match="contains gamma, which has no certified enclosure here; "
                                         "known are"):
        enclose(sympy.gamma(x), {x: one})
    with pytest.raises(ValueError, match="contains the symbol y, which is no variable of the box"):
        enclose(x + y, {x: one})
    assert "tanh" in KNOWN
