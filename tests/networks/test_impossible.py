"""Impossible requests are answered with a certificate that integers check, and no others are."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as hyp
from mpmath import iv

from sgdtheory.networks import CannotApproximate, approximate, certified_sup, shallow
from sgdtheory.networks.box import box_of
from sgdtheory.networks.dual import DualCertificate, JumpCertificate, WidthCertificate, annihilator
from sgdtheory.networks.pieces import jump_of, pieces_of
from sgdtheory.networks.remez import best_dual, polynomial_bracket
from sgdtheory.networks.target import target_of
from sgdtheory.networks.width import error_of_few, least_width

x, y, z = sympy.symbols("x y z")
WAVE = sympy.sin(2 * sympy.pi * x)
UNIT = [(0, 1)]


def refused(*args, **kwargs) -> CannotApproximate:
    with pytest.raises(CannotApproximate) as caught:
        approximate(*args, **kwargs)
    return caught.value


def third_party(numbers, value) -> F:
    """Check a certificate with integers alone; `value` encloses f at a rational point by mpmath.

    Return the lower bound that it proves, as a fraction.
    """
    nodes, weights = numbers["nodes"], numbers["weights"]
    assert all(isinstance(n, int) for n in [*nodes, *weights, *numbers["low"], *numbers["high"]])
    assert len(set(nodes)) == len(nodes)
    assert all(0 <= n <= numbers["node_scale"] for n in nodes)
    for n, point in zip(nodes, numbers["points"], strict=True):
        for a, b, at in zip(numbers["start"], numbers["end"], point, strict=True):
            assert numbers["node_scale"] * (at - a) == n * (b - a), "the node of the segment"
    for power in range(numbers["degree"] + 1):
        assert sum(w * n**power for w, n in zip(weights, nodes, strict=True)) == 0
    for n, low, high in zip(nodes, numbers["low"], numbers["high"], strict=True):
        inside = value(F(n, numbers["node_scale"]))
        scale = numbers["value_scale"]
        assert F(low, scale) <= inside[0] and inside[1] <= F(high, scale)
    least = sum(w * (a if w > 0 else b) for w, a, b in zip(weights, numbers["low"],
                                                          numbers["high"], strict=True))
    most = sum(w * (b if w > 0 else a) for w, a, b in zip(weights, numbers["low"],
                                                         numbers["high"], strict=True))
    return F(max(0, least, -most), numbers["value_scale"] * sum(map(abs, weights)))


def sine_at(t: F) -> tuple[F, F]:
    """Return a rational interval around ``sin(2 pi t)``, by mpmath's intervals of 40 digits."""
    before, iv.dps = iv.dps, 40
    try:
        found = iv.sin(2 * iv.pi * t.numerator / t.denominator)
        ends = (mpmath.mpf(found.a), mpmath.mpf(found.b))
        return tuple(F(int(m.man)) * F(2) ** int(m.exp) * (1 if m >= 0 else -1) for m in ends)
    finally:
        iv.dps = before


FLOORS = {1: 0.682459, 2: 0.682459, 3: 0.104730, 4: 0.104730, 5: 0.0068497, 6: 0.0068497,
          7: 2.50143e-4}


@pytest.mark.parametrize("degree", FLOORS)
def test_a_polynomial_activation_is_refused_with_a_certificate_in_integers(degree) -> None:
    g = z**degree - z + 1 if degree > 1 else 2 * z + 3
    error = refused(WAVE, UNIT, g, 1e-4)
    assert error.lower_bound == pytest.approx(FLOORS[degree], rel=2e-5)
    found = third_party(error.certificate.integers(), sine_at)
    assert found == error.certificate.bound
    assert F(error.lower_bound) <= found, "rounded down"
    assert "is a polynomial of degree" in str(error)


@pytest.mark.parametrize("degree", [1, 3, 5, 7])
def test_the_best_polynomial_is_bracketed_and_nothing_is_refused_above_it(degree) -> None:
    certificate, bracket = polynomial_bracket(WAVE, UNIT, degree)
    assert certificate.bound <= bracket.upper <= certificate.bound * (1 + F(1, 10**4))
    eps = 1.2 * float(certificate.bound)
    found = approximate(WAVE, UNIT, z**degree, eps)
    assert found.error < eps
    assert refused(WAVE, UNIT, z**degree, 0.99 * eps / 1.2).lower_bound > 0.99 * eps / 1.2


@pytest.mark.parametrize(("degree", "floor"), [(1, 2 / 9), (3, 0.048946), (5, 0.026626),
                                               (9, 0.016454), (13, 0.010350)])
def test_the_floors_of_a_kink_are_rational_and_known(degree, floor) -> None:
    certificate, bracket = polynomial_bracket(sympy.Abs(x - sympy.Rational(1, 3)), UNIT, degree)
    assert float(certificate.bound) == pytest.approx(floor, rel=1e-4)
    assert certificate.bound <= bracket.upper <= float(certificate.bound) * (1 + 1e-4)


def test_a_polynomial_activation_is_refused_on_a_square_by_a_segment() -> None:
    error = refused(sympy.exp(-(x**2) - y**2), [(-1, 1), (-1, 1)], z**3, 0.05)
    assert 0.05 < error.lower_bound < 0.11
    certificate = error.certificate
    assert len(certificate.points[0]) == 2
    values = [F(float(np.exp(-float(a) ** 2 - float(b) ** 2))) for a, b in certificate.points]
    about = abs(sum(w * v for w, v in zip(certificate.weights, values, strict=True)))
    assert float(about) == pytest.approx(error.lower_bound, rel=1e-9)


@given(hyp.lists(hyp.fractions(0, 1, max_denominator=50), min_size=3, max_size=9, unique=True))
@settings(max_examples=60)
def test_the_annihilator_kills_polynomials_and_no_more(nodes) -> None:
    weights = annihilator(tuple(nodes))
    degree = len(nodes) - 2
    for power in range(degree + 1):
        assert sum(w * t**power for w, t in zip(weights, nodes, strict=True)) == 0
    assert sum(w * t ** (degree + 1) for w, t in zip(weights, nodes, strict=True)) != 0
    assert sum(map(abs, weights)) == 1


def test_a_tampered_certificate_is_refused() -> None:
    good = best_dual(target_of(WAVE, box_of(UNIT)), box_of(UNIT), 3)
    with pytest.raises(ValueError, match=r"do not annihilate t\^0"):
        replace(good, weights=(good.weights[0] + F(1, 10**20), *good.weights[1:]))
    with pytest.raises(ValueError, match=r"do not annihilate t\^\d"):
        replace(good, degree=4)
    with pytest.raises(ValueError, match="is not on the segment"):
        DualCertificate(0, (F(0),), (F(1),), (F(0), F(2)), (F(1, 2), F(-1, 2)),
                        ((F(0), F(0)), (F(1), F(1))))
    one = good.integers()
    one["low"][0] += one["value_scale"]
    with pytest.raises(AssertionError):
        third_party(one, sine_at)


# --- width ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "eps"), [(3, 0.1), (11, 0.01), (20, 1e-3)])
def test_too_few_units_are_refused_with_intervals_that_integers_check(units, eps) -> None:
    error = refused(WAVE, UNIT, "relu", eps, units=units)
    certificate = error.certificate
    assert certificate.n == units + 1 and error.lower_bound >= eps
    parts = certificate.integers()
    bounds = [third_party(part, sine_at) for part in parts]
    assert min(bounds) == certificate.bound
    ends = [(F(min(p["nodes"]), p["node_scale"]), F(max(p["nodes"]), p["node_scale"]))
            for p in parts]
    assert all(b <= c for (_, b), (c, _) in pairwise(ends))
    best = approximate(WAVE, UNIT, "relu", 1.6 * error.lower_bound, units=units + 2)
    assert best.n <= units + 2, "and little more is enough"


def test_too_few_units_are_refused_on_a_square_along_a_segment() -> None:
    f, box = sympy.sin(6 * x) + 0 * y, {"x": (-1, 1), "y": (-1, 1)}
    error = refused(f, box, "relu", 0.01, units=3)
    assert error.certificate.n == 4 and error.lower_bound >= 0.2
    part = error.certificate.parts[0]
    assert len(part.start) == 2
    wave = {t: np.sin(6 * float(point[0])) for t, point in zip(part.nodes, part.points,
                                                              strict=True)}
    about = abs(sum(float(w) * wave[t] for w, t in zip(part.weights, part.nodes, strict=True)))
    assert about == pytest.approx(float(part.bound), rel=1e-9)
    found = approximate(sympy.Abs(x) + sympy.Abs(y), [(-1, 1)] * 2, "relu", 0.6)
    assert 1 <= found.width.n <= found.n


@pytest.mark.parametrize("seed", range(30))
def test_no_small_network_beats_the_bound_on_its_width(seed) -> None:
    rng = np.random.default_rng(seed)
    units = int(rng.integers(1, 6))
    target, segment = target_of(WAVE, box_of(UNIT)), ((F(0),), (F(1),))
    bound = error_of_few(target, segment, units).bound
    net = shallow(rng.normal(0, 5, units), rng.normal(0, 2, units), rng.normal(0, 1, units), "relu")
    grid = np.linspace(0, 1, 400)[:, None]
    features = net.features(grid)
    outputs = np.linalg.lstsq(features, np.sin(2 * np.pi * grid[:, 0]), rcond=1e-9)[0]
    fitted = shallow(net.weights, net.biases, outputs, "relu")
    assert certified_sup(WAVE, fitted, UNIT).upper >= bound > 0


def test_a_width_certificate_with_an_overlap_or_the_wrong_degree_is_refused() -> None:
    target, segment = target_of(WAVE, box_of(UNIT)), ((F(0),), (F(1),))
    good = least_width(target, segment, 0.1)
    with pytest.raises(ValueError, match="the intervals of the certificate overlap"):
        WidthCertificate((good.parts[1], good.parts[0]))
    cubic = best_dual(target, box_of(UNIT), 3)
    with pytest.raises(ValueError, match="is not about affine functions"):
        WidthCertificate((cubic,))
    elsewhere = replace(good.parts[1], end=(F(2),))
    with pytest.raises(ValueError, match="are not on one segment"):
        WidthCertificate((good.parts[0], elsewhere))


def test_a_line_needs_no_kink_and_a_parabola_as_many_as_its_curvature_asks_for() -> None:
    """E_1 of x^2 on an interval of length h is h^2/8: 1/sqrt(8 eps) intervals."""
    segment = ((F(0),), (F(1),))
    assert least_width(target_of(3 * x - 1, box_of(UNIT)), segment, 1e-9).n == 0
    assert least_width(target_of(x**2, box_of(UNIT)), segment, 0.999 / (8 * 20**2)).n == 20
    assert least_width(target_of(x**2, box_of(UNIT)), segment, 1.001 / (8 * 20**2)).n == 19


# --- jumps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("f", "point", "size"), [
    (sympy.Heaviside(x - sympy.Rational(1, 3)), F(1, 3), 1),
    (sympy.Piecewise((x, x < sympy.Rational(1, 2)), (3 - x, True)), F(1, 2), 2),
    (sympy.sign(x - sympy.Rational(1, 4)) * 5, F(1, 4), 10)], ids=str)
@pytest.mark.parametrize("g", ["tanh", "relu"])
def test_a_jump_is_refused_by_half_of_it_and_no_smaller_error_is(f, point, size, g) -> None:
    error = refused(f, UNIT, g, size / 4)
    jump = error.certificate
    assert isinstance(jump, JumpCertificate)
    assert (jump.point, jump.bound) == (point, F(size, 2)) and error.lower_bound == size / 2
    numbers = jump.integers()
    assert F(numbers["point"], numbers["point_scale"]) == point
    apart = abs(numbers["left"][0] - numbers["right"][0])
    assert F(apart, numbers["value_scale"]) == size
    assert "approximate each side on a box of its own" in str(error)
    slope = 2000.0
    steep = shallow([slope, 0], [-slope * float(point), 1.0], [1.0, 0.0], "tanh")
    assert certified_sup(f, steep, UNIT).upper >= size / 2


def test_half_a_jump_is_reached_and_a_continuous_piecewise_f_has_none() -> None:
    step = sympy.Heaviside(x - sympy.Rational(1, 3))
    flat = approximate(step, UNIT, "tanh", 0.51)
    assert 0.5 <= flat.error < 0.51
    kinked = sympy.Piecewise((x, x < sympy.Rational(1, 2)), (1 - x, True))
    assert jump_of(target_of(kinked, box_of(UNIT)), box_of(UNIT)) is None
    assert len(pieces_of(target_of(kinked, box_of(UNIT)), box_of(UNIT))) == 2
    assert approximate(kinked, UNIT, "relu", 1e-3).error < 1e-15


@pytest.mark.parametrize("g", [sympy.Heaviside(z), sympy.sign(z)], ids=str)
def test_a_jump_is_not_refused_to_units_that_jump_themselves(g) -> None:
    step = sympy.Heaviside(x - sympy.Rational(1, 2))
    try:
        found = approximate(step, UNIT, g, 0.4, units=11)
    except CannotApproximate as error:
        assert error.certificate is None
    else:
        assert found.error < 0.4


def test_an_eps_out_of_reach_is_no_proof_and_says_so() -> None:
    error = refused(WAVE, UNIT, "tanh", 1e-6, units=4)
    assert error.lower_bound is None and error.certificate is None
    assert "was not reached with 4 units of tanh" in str(error)
    assert "That is no proof of impossibility" in str(error)
    assert error.best.n == 4 and 1e-6 < error.best.bracket.lower < error.best.error < 1
