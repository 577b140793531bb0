"""Universal approximation as a function call: what must be reached is, with its certificate."""

from fractions import Fraction as F

import mpmath
import numpy as np
import pytest
import sympy

from sgdtheory import networks
from sgdtheory.networks import Bounded, approximate, certified_sup, shallow
from sgdtheory.networks.activation import sigmoid, tanh
from sgdtheory.networks.box import box_of
from sgdtheory.networks.exact import sup_of
from sgdtheory.networks.free_knots import longest_links, relu_network
from sgdtheory.networks.greedy import chosen, orthogonal_rate, relaxed
from sgdtheory.networks.hinges import hinges_of
from sgdtheory.networks.ridge import ridge_polynomial
from sgdtheory.networks.steps import staircase
from sgdtheory.networks.target import target_of

x, y, z = sympy.symbols("x y z")
WAVE = sympy.sin(2 * sympy.pi * x)
UNIT = [(0, 1)]


def named(g) -> str:
    """Return a name of an activation that is the same in every process."""
    return getattr(g, "name", str(g))


def certified(found, f, box, eps):
    """Tell whether an answer keeps its promise, asked again."""
    return found.error < eps and certified_sup(f, found, box, below=eps).upper < eps


@pytest.mark.parametrize(("eps", "least", "units"), [
    (0.1, 4, 5), (0.01, 12, 13), (1e-3, 38, 39), (1e-4, 120, 121)])
def test_the_width_of_relu_is_known_to_within_one_unit_for_the_sine(eps, least, units) -> None:
    found = approximate(WAVE, UNIT, "relu", eps)
    assert (found.width.n, found.n) == (least, units)
    assert certified(found, WAVE, UNIT, eps)
    assert found.width.bound >= eps
    assert all(part.bound >= eps for part in found.width.parts)
    assert found.bracket.lower > 0.99 * eps, "nothing is given away"
    fewer = relu_network(*longest_links(np.linspace(0, 1, 8193), np.sin(
        2 * np.pi * np.linspace(0, 1, 8193)), 1.1 * eps))
    assert certified_sup(WAVE, fewer, UNIT).lower > eps, "the tunnel of 1.1 eps is too wide"


def test_twenty_waves_need_far_more_than_two_units_beyond_the_intervals() -> None:
    """n* <= n_- + 2 holds for convex or concave f, and not here: 9 intervals, 19 units."""
    found = approximate(sympy.sin(20 * sympy.pi * x), UNIT, "relu", 0.9)
    assert found.width.n == 9
    assert 18 <= found.n <= 20


def test_the_sine_by_tanh_below_1e_10_with_at_most_32_units() -> None:
    found = approximate(WAVE, UNIT, "tanh", 1e-10)
    assert found.n <= 32 and certified(found, WAVE, UNIT, 1e-10)
    wrong = networks.shallow(found.weights, found.biases, found.outputs * (1 + 1e-9), "tanh")
    assert certified_sup(WAVE, wrong, UNIT).lower > 1e-10


def test_a_kink_is_exact_with_two_relu_units() -> None:
    f = sympy.Abs(x - sympy.Rational(1, 3))
    found = approximate(f, UNIT, "relu", 1e-3)
    assert found.n == 2 and found.error < 1e-16
    box = box_of(UNIT)
    assert sup_of(target_of(f, box), found.exact, box)[0] == 0
    other = networks.exact.ExactNet(found.exact.weights, found.exact.biases, (F(1), F(99, 100)))
    assert sup_of(target_of(f, box), other, box)[0] == F(1, 300)


@pytest.mark.parametrize(("f", "n"), [
    (sympy.Integer(0), 1), (sympy.Integer(2), 1), (x, 1), (x - sympy.Rational(1, 2), 2),
    (sympy.Max(0, 3 * x - 1), 1), (sympy.Min(x, 1 - x), 2),
    (sympy.Abs(sympy.Abs(x - sympy.Rational(1, 2)) - sympy.Rational(1, 4)), 4)], ids=str)
def test_piecewise_linear_targets_are_exact_with_few_units(f, n) -> None:
    found, box = approximate(f, UNIT, "relu", 1e-6), box_of(UNIT)
    assert found.n == n
    assert sup_of(target_of(f, box), found.exact, box)[0] == 0
    assert found.error < 1e-15


def test_the_gaussian_bump_on_the_square_below_1e_6() -> None:
    f, box = sympy.exp(-(x**2) - y**2), [(-1, 1), (-1, 1)]
    found = approximate(f, box, "tanh", 1e-6)
    assert found.error < 1e-6 and found.n <= 128
    points = np.random.default_rng(0).uniform(-1, 1, (20_000, 2))
    seen = np.abs(found(points) - np.exp(-(points**2).sum(axis=1))).max()
    assert seen < found.error + 1e-9 and seen > found.bracket.lower / 3


def test_a_target_in_three_dimensions_below_1e_3() -> None:
    w = sympy.Symbol("w")
    f, box = sympy.exp(-(w**2 + x**2 + y**2) / 4), [(-1, 1)] * 3
    found = approximate(f, box, "tanh", 1e-3)
    assert found.error < 1e-3 and found.weights.shape == (found.n, 3)
    points = np.random.default_rng(0).uniform(-1, 1, (5000, 3))
    seen = np.abs(found(points) - np.exp(-(points**2).sum(axis=1) / 4)).max()
    assert found.bracket.lower / 5 < seen < found.error


@pytest.mark.parametrize("g", ["sigmoid", "softplus", "elu", sympy.sin(z), sympy.exp(-(z**2)),
                               sympy.log(1 + sympy.exp(z)), z * (1 + sympy.erf(z)) / 2,
                               networks.Activation("gauss", lambda u: np.exp(-(u**2)),
                                                   lambda u: -2 * u * np.exp(-(u**2)),
                                                   lambda u: sympy.exp(-(u**2)), 1)], ids=named)
def test_any_activation_by_the_same_call(g) -> None:
    eps = 1e-3 if g == "elu" else 1e-6
    found = approximate(WAVE, UNIT, g, eps)
    assert certified(found, WAVE, UNIT, eps)
    assert found.condition >= 1 and found.outer_size > 0 and found.seconds > 0
    assert found.tried[-1] == (found.n, found.error, True)


def test_two_calls_with_one_seed_are_the_same_and_with_another_not() -> None:
    one, same, other = (approximate(WAVE, UNIT, sympy.sin(z), 1e-3, rng=seed)
                        for seed in (0, np.random.default_rng(0), 1))
    assert np.array_equal(one.outputs, same.outputs)
    assert one.n != other.n or not np.array_equal(one.outputs, other.outputs)


def test_a_callable_with_a_bound_is_approximated() -> None:
    f = Bounded(lambda u: np.cos(3 * u), curvature=9)
    found = approximate(f, UNIT, "tanh", 1e-4)
    assert certified(found, sympy.cos(3 * x), UNIT, 1e-4)
    rough = Bounded(lambda u: np.abs(np.sin(5 * u)), lipschitz=5)
    found = approximate(rough, UNIT, "relu", 0.01)
    assert certified(found, sympy.Abs(sympy.sin(5 * x)), UNIT, 0.01)


def test_the_sides_of_a_box_may_be_named() -> None:
    f = sympy.sin(x) + 0 * y
    box = {"x": (0, 1), "y": (0, 2)}
    found = approximate(f, box, "tanh", 1e-3)
    assert found.weights.shape[1] == 2 and certified_sup(f, found, box).upper < 1e-3


def test_progress_is_shown() -> None:
    seen = []
    approximate(WAVE, UNIT, "tanh", 1e-6, progress=lambda *told: seen.append(told))
    assert {"11 units", "cells of the certificate"} <= {what for _, _, what in seen}


# --- each construction against its own theory -----------------------------------------------------


@pytest.mark.parametrize("g", [sigmoid, tanh])
@pytest.mark.parametrize(("steps", "sharpness"), [(8, 40.0), (32, 5.0), (128, 8.0)])
def test_steps_obey_the_modulus_of_continuity(g, steps, sharpness) -> None:
    """L h/2 + 2 L h q^(1/2)/(1 - q), L = 2 pi; without the tails it would be violated by none
    here, with half of the first term by all of the sharp ones."""
    t, h = np.linspace(0, 1, steps + 1), 1 / steps
    bracket = certified_sup(WAVE, staircase(g, t, np.sin(2 * np.pi * t), sharpness), UNIT)
    q = np.exp(-sharpness)
    bound = 2 * np.pi * h * (1 / 2 + 2 * q**0.5 / (1 - q))
    assert bracket.upper <= bound * (1 + 1e-12)
    if sharpness == 40:
        assert bracket.lower > 2 * np.pi * h / 4, "half of L h/2 is too little"


def test_steps_through_a_line_approach_half_a_step() -> None:
    """f = x and K to infinity: L h/2 is attained in the limit."""
    t = np.linspace(0, 1, 17)
    bracket = certified_sup(x, staircase(sigmoid, t, t, 4000.0), UNIT)
    assert bracket.upper == pytest.approx(1 / 32, rel=0.03)


def test_methods_may_be_named_and_those_that_do_not_fit_are_refused() -> None:
    assert approximate(WAVE, UNIT, "tanh", 0.05, method="steps").method == "steps"
    assert approximate(WAVE, UNIT, "tanh", 0.01, method="greedy").method == "greedy features"
    assert approximate(WAVE, UNIT, "relu", 0.05, method="features").method.endswith("squares")
    for name in ("links", "magic"):
        with pytest.raises(ValueError, match=f"method='{name}', the construction, does not fit "
                                             "tanh units on a box of 1 sides; choose one of"):
            approximate(WAVE, UNIT, "tanh", 0.05, method=name)


@pytest.mark.parametrize("n", [1, 2, 10, 50, 100])
def test_greedy_steps_on_orthonormal_atoms_are_one_over_n_less_one_over_all(n) -> None:
    """Exactly 1/n - 1/N for the mean of N atoms; the bound is (1 - 1/N)/n."""
    N = 200
    atoms = np.eye(N) * N**0.5
    found = relaxed(np.full(N, N**0.5 / N), atoms, n)
    assert found.distance2[-1] == pytest.approx(1 / n - 1 / N, rel=1e-9)
    assert found.distance2[-1] <= (1 - 1 / N) / n
    assert n == 1 or not found.distance2[-1] <= (1 - 1 / N) / n**2


def test_greedy_steps_obey_their_rate_on_random_features_and_the_orthogonal_ones_too() -> None:
    rng = np.random.default_rng(4)
    points = rng.uniform(-1, 1, (400, 5))
    atoms = np.tanh(points @ rng.normal(0, 2, (5, 300)) + rng.normal(0, 1, 300))
    values = atoms @ rng.dirichlet(np.ones(300))
    b2 = (atoms**2).mean(axis=0).max()
    rate = (b2 - np.mean(values**2)) / np.arange(1, 41)
    found = relaxed(values, atoms, 40)
    assert np.all(found.distance2 <= rate)
    assert np.all(np.diff(found.distance2) <= 1e-15)
    assert found.coefficients.sum() == pytest.approx(1) and found.coefficients.min() >= 0
    taken = chosen(values, atoms, 40)
    left = values - atoms[:, taken] @ np.linalg.lstsq(atoms[:, taken], values, rcond=None)[0]
    assert len(set(taken)) == 40 and np.mean(left**2) <= rate[-1]
    assert np.mean(left**2) <= orthogonal_rate(values, atoms, 40) < np.mean(values**2)
    outside = 20 * values
    assert np.mean((outside - relaxed(outside, atoms, 40).coefficients @ atoms.T) ** 2) > rate[-1]


@pytest.mark.parametrize("n", [2, 32, 128])
def test_greedy_choices_leave_no_more_than_their_rate_and_the_first_atoms_do(n) -> None:
    """The mean of the last four of N orthonormal atoms leaves 1/4 (1 - n/4), or nothing."""
    N = 256
    atoms, values = np.eye(N) * N**0.5, np.zeros(N)
    values[-4:] = N**0.5 / 4
    rate = orthogonal_rate(values, atoms, n)
    assert 0.99 * (4 / n) * (1 / 4) / (4 / n + 1 / 4) <= rate <= min(1.01 * 4 / n, 1 / 4)

    def left(picked) -> float:
        return float(np.mean(np.delete(values, picked) ** 2) * (N - n) / N)

    assert left(chosen(values, atoms, n)) == pytest.approx(max(0, 1 / 4 - n / 16))
    assert left(chosen(values, atoms, n)) <= rate
    assert left(np.arange(n)) == pytest.approx(1 / 4) and (n == 2 or rate < 1 / 4)


@pytest.mark.parametrize(("degree", "error"), [(7, 3e-4), (13, 1.3e-9), (17, 1.3e-13)])
def test_the_derivative_trick_needs_degree_plus_one_units_and_many_digits(degree, error) -> None:
    f = sympy.sin(2 * sympy.pi * x + sympy.pi)
    found = ridge_polynomial(f, [(-0.5, 0.5)], degree)
    assert found.n == degree + 1 and found.error < error
    assert found.outer_size > 1e16 and found.digits > 16
    points = np.linspace(-0.5, 0.5, 41)[:, None]
    with mpmath.workdps(30):
        exact = np.array([float(mpmath.sin(2 * mpmath.pi * mpmath.mpf(float(p)) + mpmath.pi))
                          for p in points[:, 0]])
    seen = np.abs(found(points) - exact).max()
    assert seen <= found.error + 4e-16 and seen > 0.3 * found.polynomial.lower - 4e-16
    in_floats = np.tanh(points * np.array([[float(w[0]) for w in found.weights]])
                        + float(found.bias)) @ np.array([float(a) for a in found.outputs])
    assert np.abs(in_floats - exact).max() > 1, "float64 does not have the digits"


def test_the_derivative_trick_in_two_dimensions_and_with_sigmoid() -> None:
    found = ridge_polynomial(sympy.exp(-(x**2) - y**2), [(-1, 1)] * 2, 4, "sigmoid")
    assert found.n == 15 and found.error < 0.06
    points = np.random.default_rng(0).uniform(-1, 1, (10, 2))
    assert np.abs(found(points) - np.exp(-(points**2).sum(axis=1))).max() <= found.error
    with pytest.raises(ValueError, match="must be centred at 0 for the derivative trick"):
        ridge_polynomial(WAVE, UNIT, 3)
    with pytest.raises(ValueError, match="degree, that of the polynomial, must be >= 1; got 0"):
        ridge_polynomial(WAVE, [(-1, 1)], 0)
    with pytest.raises(ValueError, match="must be a sympy expression for the derivative trick"):
        ridge_polynomial(Bounded(np.sin, lipschitz=1), [(-1, 1)], 3)


@pytest.mark.parametrize(("f", "n"), [
    (sympy.Abs(x + y), 2), (sympy.Max(x, y), 3), (sympy.Min(x, 2 * y) + sympy.Abs(x) / 3, 5),
    (x - y / 7 + 2, 2), (sympy.Integer(0) + 0 * x, 1),
])
def test_a_sum_of_kinks_in_two_dimensions_is_exact(f, n) -> None:
    box = {x: (-1, 1), y: (-2, 1)}
    found = approximate(f, box, "relu", 1e-12)
    assert found.n == n and found.error < 1e-14 and found.method == "exact sum of kinks"
    points = np.random.default_rng(0).uniform([-1, -2], [1, 1], (500, 2))
    values = sympy.lambdify((x, y), f, "numpy")(*points.T)
    assert np.abs(found(points) - values).max() < 1e-14


def test_what_is_no_sum_of_kinks_or_has_too_few_units_goes_another_way() -> None:
    square = [(-1, 1)] * 2
    for other in (sympy.Max(x, y, 0), sympy.Abs(x * y), sympy.sqrt(2) * sympy.Abs(x) + y):
        assert hinges_of(target_of(other, box_of(square))) is None
    few = approximate(sympy.Abs(x + y), square, "relu", 2.5, units=1)
    assert few.method != "exact sum of kinks" and few.n == 1
    hinges = hinges_of(target_of(sympy.Abs(x / 3 + y), box_of(square)))
    net = hinges.floats()
    other = shallow(net.weights * 1.01, net.biases, net.outputs, "relu")
    assert hinges.distance(net, box_of(square)) < 1e-15 < hinges.distance(other, box_of(square))
