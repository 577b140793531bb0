"""Universal approximation measured: separations, certified errors and widths [slides 3-4].

How many labellings of points a plane separates, counted by linear programs; fits of the sine with
their certified errors for each activation; the least width of ReLU from both sides; what no network
of a polynomial activation can do; a classifier whose wrong side is certified; a largest error on a
grid that misses the supremum; sigmoidal steps; greedy steps against a fixed basis. Every error is a
certified bracket. Nothing is random but by fixed seeds.

Long because it has seven panels.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain, product
from typing import Any

import numpy as np
import sympy
from scipy.linalg import hadamard
from scipy.optimize import linprog
from scipy.special import expit
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

from sgdtheory import networks, script
from sgdtheory.evidence import Measurement
from sgdtheory.networks.activation import ACTIVATIONS, sigmoid
from sgdtheory.networks.box import box_of
from sgdtheory.networks.features import best_fit, points_of
from sgdtheory.networks.greedy import relaxed
from sgdtheory.networks.remez import polynomial_bracket
from sgdtheory.networks.ridge import ridge_polynomial
from sgdtheory.networks.steps import staircase
from sgdtheory.networks.target import target_of
from sgdtheory.networks.units import activation_of
from sgdtheory.networks.width import error_of_few
from sgdtheory.picture import marks, role
from sgdtheory.theory import universal_approximation as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

X = sympy.Symbol("x")
SINE = sympy.sin(2 * sympy.pi * X)
UNIT = [(0, 1)]
EPS, LEAST, BUILT = (0.1, 0.01, 1e-3, 1e-4), (4, 12, 38, 120), (5, 13, 39, 121)
SIZES = (4, 8, 12, 16, 24)
DEGREES, FLOORS = (1, 3, 5, 7, 9), (0.6824593, 0.1047308, 0.006849769, 2.501434e-4, 5.851780e-6)
STEEP = 6
POINTS, DIMENSION, ATOMS = (4, 5, 6, 7), 3, 64
MESHES = (0.5, 0.25, 0.125, 0.0625)
TRICK = {7: 3e-4, 13: 1.3e-9, 17: 2e-13}


@dataclass(frozen=True, eq=False)
class Curve:
    """Numbers over `at`, with lower and upper ends ``(k,)``."""

    name: str
    at: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True, eq=False)
class Fits:
    """The sine over `at` ``(k,)`` and small networks, with their certified errors."""

    at: np.ndarray
    target: np.ndarray
    fits: dict[str, np.ndarray]
    errors: dict[str, float]


@dataclass(frozen=True, eq=False)
class Classes:
    """An indicator over `at` and networks of growing steepness, each at least 1/2 away."""

    at: np.ndarray
    target: np.ndarray
    fits: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Classifier:
    """A network of `units` for two classes in the plane, on the product ``(k, k)`` of `at`.

    `off` is how far from 1/2 the target is at most where the classes may be taken for each other.
    """

    at: np.ndarray
    target: np.ndarray
    net: np.ndarray
    units: int
    off: float


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    fits: Fits
    errors: tuple[Curve, ...]
    width: Curve
    uniform: Curve
    floors: Curve
    classes: Classes
    classifier: Classifier
    greedy: Curve
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; nothing is random, so `runs` and `seed` change nothing."""
    parts: dict[str, Callable[[], tuple[tuple[Any, ...], Verdicts]]] = {
        "fits": _fits, "errors": _errors, "widths": _widths, "floors": _floors,
        "classes": _classes, "classifier": _classifier, "greedy steps": _greedy,
        "separations": _separations, "interpolation and steps": _formulas, "grids": _grids,
        "derivatives": _trick}
    found, verdicts = gather(parts, progress)
    return Result(runs, seed, DELTA, *chain.from_iterable(found.values()), verdicts)


# --- fits and their errors -----------------------------------------------------------------------


@cache
def _fit(activation: Any, n: int) -> tuple[Any, Any]:
    """Return a least-squares network for the sine with its bracket."""
    net = _features(activation, n).net
    return net, networks.certified_sup(SINE, net, UNIT)


@cache
def _features(activation: Any, n: int) -> Any:
    """Return the fit, its scale near that of the next smaller size."""
    box = box_of(UNIT)
    target = target_of(SINE, box)
    around = _features(activation, SIZES[SIZES.index(n) - 1]) if n in SIZES[1:] else None
    return best_fit(points_of(target, box, n), box, activation_of(activation), n,
                    np.random.default_rng(n), around=around)


@cache
def _relu(eps: float) -> tuple[Any, Any]:
    """Return the approximation of the sine by ReLU."""
    found = networks.approximate(SINE, UNIT, "relu", eps)
    return found, found.bracket


def _fits() -> tuple[tuple[Fits], Verdicts]:
    at = np.linspace(0, 1, 401)
    nets = {"5 ReLU units, longest links": _relu(0.1), "4 tanh units": _fit("tanh", 4),
            "6 sigmoid units": _fit("sigmoid", 6)}
    target = np.sin(2 * np.pi * at)
    fits = {name: net(at[:, None]) for name, (net, _) in nets.items()}
    errors = {name: bracket.upper for name, (_, bracket) in nets.items()}
    seen = np.array([np.abs(fit - target).max() for fit in fits.values()])
    return (Fits(at, target, fits, errors),), {
        "no error seen exceeds its certificate, over t = fit": within(
            seen, np.array(list(errors.values())), np.arange(len(seen)))}


def _errors() -> tuple[tuple[tuple[Curve, ...]], Verdicts]:
    curves = []
    for name, g in (("tanh", "tanh"), ("sigmoid", "sigmoid"), ("ELU", "elu"),
                    ("softplus", "softplus"), ("sine", sympy.sin(sympy.Symbol("z")))):
        brackets = [_fit(g, n)[1] for n in SIZES]
        curves.append(Curve(name, np.array(SIZES), np.array([b.lower for b in brackets]),
                            np.array([b.upper for b in brackets])))
    found = {curve.name: curve.upper for curve in curves}
    return (tuple(curves),), {
        "tanh below 1e-10 with 24 units": within(found["tanh"][-1:], [1e-10], [24]),
        "sigmoid below 1e-8 with 24 units": within(found["sigmoid"][-1:], [1e-8], [24]),
        "control: ELU below 1e-8 with 24 units": within(found["ELU"][-1:], [1e-8], [24])}


# --- what is needed ------------------------------------------------------------------------------


def _widths() -> tuple[tuple[Curve, Curve], Verdicts]:
    found = [_relu(eps)[0] for eps in EPS]
    least, built = (np.array(v, dtype=float) for v in (
        [f.width.n for f in found], [f.n for f in found]))
    at = np.array(EPS)
    uniform = np.ceil(np.pi / np.sqrt(2 * at)) + 1
    verdicts = {
        "least width of ReLU, over t = eps": certain(least, np.array(LEAST), at),
        "width of ReLU built, over t = eps": certain(built, np.array(BUILT), at),
        "its error is below eps, over t = eps": within([f.error for f in found], at, at),
        "every interval misses by eps, over t = eps": within(
            at, [float(f.width.bound) for f in found], at),
        "control: half as wide an error, same width, over t = eps": within(
            [f.bracket.lower for f in found], at / 2, at),
        "refuted: 6 units of ReLU are enough for 0.01": within([_of_few(6)], [0.01], [6])}
    return (Curve("ReLU", at, least, built), Curve("equal pieces", at, uniform, uniform)), verdicts


@cache
def _of_few(units: int) -> float:
    """Return the certified lower bound of the error of all networks of so many units."""
    target = target_of(SINE, box_of(UNIT))
    return float(error_of_few(target, ((Fraction(0),), (Fraction(1),)), units).bound)


@cache
def _floor(degree: int) -> tuple[float, float]:
    certificate, bracket = polynomial_bracket(SINE, UNIT, degree)
    return float(certificate.bound), bracket.upper


def _floors() -> tuple[tuple[Curve], Verdicts]:
    at = np.array(DEGREES)
    lower, upper = np.array([_floor(degree) for degree in DEGREES]).T
    floors = np.array(FLOORS)
    return (Curve("polynomials", at, lower, upper),), {
        "floors of polynomial activations, over t = degree": within(floors, lower, at),
        "and what polynomials reach, over t = degree": within(upper, floors * (1 + 3e-5), at),
        "control: a floor 1 % higher, over t = degree": within(upper * 0 + 1.01 * lower, upper,
                                                               at)}


def _classes() -> tuple[tuple[Classes], Verdicts]:
    at = np.linspace(0, 1, 401)
    step = sympy.Heaviside(X - sympy.Rational(1, 2))
    fits, lower = {}, []
    for slope in (10.0, 40.0, 160.0):
        net = networks.shallow([slope], [-slope / 2], [1.0], "sigmoid")
        fits[f"one sigmoid, slope {slope / 4:g}"] = net(at[:, None])
        lower.append(networks.certified_sup(step, net, UNIT).upper)
    steep = networks.shallow([160.0], [-80.0], [1.0], "sigmoid")
    apart = [networks.certified_sup(sympy.Integer(label), steep, side).upper
             for label, side in ((0, [(0, 0.4)]), (1, [(0.6, 1)]))]
    return (Classes(at, (at > 0.5) * 1.0, fits),), {
        "no steepness is nearer than 1/2 to an indicator, over t = step": within(
            np.full(3, 0.5), lower, np.arange(3)),
        "classes 0.2 apart are met to 1e-6, over t = class": within(apart, [1e-6, 1e-6], [0, 1]),
        "refuted: a steep sigmoid is near an indicator": within(lower, np.full(3, 0.49),
                                                                np.arange(3))}


@cache
def _in_the_plane() -> Any:
    """Approximate a logistic rise across a curve, the sine of which each side is a class."""
    height = sympy.Symbol("y") - sympy.sin(sympy.pi * X) / 2
    return networks.approximate(1 / (1 + sympy.exp(-STEEP * height)), [(-1, 1)] * 2, "tanh", 0.1)


def _classifier() -> tuple[tuple[Classifier], Verdicts]:
    found, at = _in_the_plane(), np.linspace(-1, 1, 121)
    x, y = np.meshgrid(at, at)
    target = expit(STEEP * (y - np.sin(np.pi * x) / 2))
    net = found.net(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    wrong = np.abs(target - 0.5)[(net > 0.5) != (target > 0.5)]
    return (Classifier(at, target, net, found.n, found.error),), {
        "certified error of a classifier of the plane": within([found.error], [0.1], [found.n]),
        "on the wrong side only what is as near to 1/2 as the error": within(
            [wrong.max()], [found.error], [found.n]),
        "control: nothing is on the wrong side": within([wrong.max()], [1e-3], [found.n]),
        "control: a tenth of the certified error": within(
            [found.bracket.lower], [found.error / 10], [found.n])}


# --- greedy steps --------------------------------------------------------------------------------


def _greedy() -> tuple[tuple[Curve], Verdicts]:
    """Take orthonormal atoms one at a time for their mean; and fixed functions for the worst."""
    atoms = np.eye(ATOMS) * ATOMS**0.5
    mean = np.full(ATOMS, ATOMS**-0.5)
    sizes = np.array([1, 2, 4, 8, 16, 32])
    found = relaxed(mean, atoms, int(sizes[-1])).distance2[sizes - 1]
    basis = hadamard(ATOMS)[:, sizes[-1]:] / ATOMS**0.5
    left = np.array([_worst_left(hadamard(ATOMS)[:, :m] / ATOMS**0.5) for m in sizes])
    random = np.linalg.qr(np.random.default_rng(0).standard_normal((ATOMS, 32)))[0]
    at = np.arange(1, 40)
    return (Curve("greedy", at, says.greedy_mean(at, ATOMS), says.fixed_basis(at, ATOMS)),), {
        **certain_witness("greedy steps for a mean, over t = m", says.greedy_mean(sizes, ATOMS),
                          found, sizes),
        **certain_witness("fixed functions of Hadamard, over t = m",
                          says.fixed_basis(sizes, ATOMS), left, sizes),
        **certain_witness("rate of greedy steps, over t = m",
                          says.greedy_rate(1.0, 1 / ATOMS, sizes), found, sizes,
                          ratio=(ATOMS - sizes) / (ATOMS - 1)),
        "random functions leave no less, over t = m": within(
            [says.fixed_basis(32, ATOMS)], [_worst_left(random)], [32]),
        "refuted: fixed functions do as well as chosen ones": within(
            left, says.greedy_mean(sizes, ATOMS), sizes),
        "control: half a basis leaves nothing": within([_worst_left(basis)], [1e-3], [32])}


def _worst_left(basis: np.ndarray) -> float:
    """Return the largest squared distance of a unit vector from the span of the columns."""
    return float((1 - (basis**2).sum(axis=1)).max())


# --- separations ---------------------------------------------------------------------------------


@cache
def _counted(points: int) -> int:
    """Count the labellings that a plane through 0 separates, by a linear program for each half."""
    at = np.random.default_rng(points).standard_normal((points, DIMENSION))
    return 2 * sum(_separates(at, (1, *signs)) for signs in product((-1, 1), repeat=points - 1))


def _separates(at: np.ndarray, signs: tuple[int, ...]) -> bool:
    """Tell whether ``signs_i at_i . w >= 1`` has a solution."""
    found = linprog(np.zeros(DIMENSION), A_ub=-np.array(signs)[:, None] * at,
                    b_ub=-np.ones(len(at)), bounds=(None, None), method="highs")
    return found.status == 0


def _separations() -> tuple[tuple[()], Verdicts]:
    counted = np.array([_counted(points) for points in POINTS], dtype=float)
    claimed = np.array([says.separable(points, DIMENSION) for points in POINTS], dtype=float)
    more = np.array([says.separable(points, DIMENSION + 1) for points in POINTS], dtype=float)
    return (), {
        "labellings that a plane separates, over t = N": certain(counted, claimed, POINTS),
        "half of them at N = 2 d": certain([says.separable(6, 3)], [2**6 / 2], [6]),
        "control: one dimension more, over t = N": certain(counted, more, POINTS)}


# --- formulas ------------------------------------------------------------------------------------


def _formulas() -> tuple[tuple[()], Verdicts]:
    """Interpolate a parabola, exactly; take steps through a line with the tails left out."""
    at = np.array(MESHES)
    chords = [float(_chords(round(1 / mesh))) for mesh in MESHES]
    jumps = [float(_jumps(round(1 / mesh))) for mesh in MESHES]
    smooth = [_stairs(round(1 / mesh)) for mesh in MESHES]
    tail = np.exp(-5 / 2)
    return (), {
        **certain_witness("chords of a parabola, over t = mesh",
                          says.relu_interpolation(at, 2.0), chords, at),
        **certain_witness("sharp steps through a line, over t = mesh",
                          says.steps_error(3.0, at, 0.0), jumps, at),
        "sigmoidal steps through the sine, over t = mesh": within(
            smooth, says.steps_error(2 * np.pi, at, tail), at),
        "control: steps of a tenth of the slope, over t = mesh": within(
            smooth, says.steps_error(0.2 * np.pi, at, tail), at)}


def _chords(pieces: int) -> Fraction:
    """Return the exact error of the ReLU network through x^2 at equal distances."""
    t = np.linspace(0, 1, pieces + 1)
    slopes = np.diff(t**2) * pieces
    net = networks.shallow(np.ones(pieces), -t[:-1], np.diff(slopes, prepend=0.0), "relu")
    found = networks.certified_sup(X**2, net, UNIT)
    return found.exact if found.exact is not None else Fraction(0)


def _jumps(cells: int) -> Fraction:
    """Return the error of jumps at the midpoints for f(x) = 3 x, on either side of each."""
    h = Fraction(1, cells)
    middles = [(i + Fraction(1, 2)) * h for i in range(cells)]
    return max(abs(3 * m - 3 * (i + side) * h) for i, m in enumerate(middles) for side in (0, 1))


@cache
def _stairs(cells: int) -> float:
    t = np.linspace(0, 1, cells + 1)
    return networks.certified_sup(SINE, staircase(sigmoid, t, np.sin(2 * np.pi * t)), UNIT).upper


# --- grids, and the derivative trick -------------------------------------------------------------


@cache
def _through_points() -> tuple[float, float]:
    """Return the largest error at 40 points of 40 units through them, and the certified one."""
    rng, grid = np.random.default_rng(1), np.linspace(-1, 1, 40)
    w, b = rng.normal(0, 20, 40), rng.normal(0, 3, 40)
    values = 1 / (1 + 25 * grid**2)
    features = ACTIVATIONS["tanh"](grid[:, None] * w + b)
    net = networks.shallow(w, b, np.linalg.lstsq(features, values, rcond=None)[0], "tanh")
    seen = float(np.abs(net(grid[:, None]) - values).max())
    return seen, networks.certified_sup(1 / (1 + 25 * X**2), net, [(-1, 1)]).lower


def _grids() -> tuple[tuple[()], Verdicts]:
    seen, true = _through_points()
    return (), {
        "nothing is left on the grid": within([seen], [1e-6], [40]),
        "more than 1/100 between its points": within([0.01], [true], [40]),
        "refuted: the largest error on a grid is the supremum": within([true], [seen], [40])}


@cache
def _ridge(degree: int) -> tuple[float, float, float]:
    """Return the certified error, the size of the outer weights, and the error in floats."""
    moved = sympy.sin(2 * sympy.pi * X + sympy.pi)
    found = ridge_polynomial(moved, [(-0.5, 0.5)], degree)
    at = np.linspace(-0.5, 0.5, 9)
    units = np.tanh(at[:, None] * [float(w[0]) for w in found.weights] + float(found.bias))
    rounded = units @ [float(alpha) for alpha in found.outputs] - np.sin(2 * np.pi * at + np.pi)
    return found.error, found.outer_size, float(np.abs(rounded).max())


def _trick() -> tuple[tuple[()], Verdicts]:
    errors, sizes, rounded = np.array([_ridge(degree) for degree in TRICK]).T
    at = np.array(list(TRICK)) + 1
    return (), {
        "derivative trick, over t = units": within(errors, np.array(list(TRICK.values())), at),
        "outer weights beyond 1e16, over t = units": within(np.full(3, 1e16), sizes, at),
        "control: derivative trick in floats, over t = units": within(rounded, errors, at)}


# --- the picture ---------------------------------------------------------------------------------

LOOKS = ("corrected", "smooth", "slide", "other", "limit")


def draw_fits(result: Result, ax: Any) -> None:
    """Draw the sine and small networks.

    The sine and three small networks with one hidden layer. Each follows it with a largest
    error on the whole interval that is certified and not only seen at sample points: a few
    units suffice for a rough fit.
    """
    found = result.fits
    ax.plot(found.at, found.target, label=r"$\sin 2\pi x$", **role("exact"))
    for (name, fit), look in zip(found.fits.items(), LOOKS, strict=False):
        ax.plot(found.at, fit, label=f"{name}: error below {found.errors[name]:.2g}", **role(look))
    ax.set(xlabel="$x$", ylabel="$f(x)$", ylim=(-1.2, 2.1), title="Regression, certified")
    ax.legend(loc="upper right", fontsize=7)


def draw_differences(result: Result, ax: Any) -> None:
    """Draw the errors of these networks within their certified bands.

    Errors of these three networks over the interval, with their certified limits as thin lines.
    No curve leaves its limits and each comes up to them, so that the certificates hold and are
    not loose.
    """
    found = result.fits
    for (name, fit), look in zip(found.fits.items(), LOOKS, strict=False):
        ax.plot(found.at, fit - found.target, label=name, **role(look))
        for sign in (-1, 1):
            ax.axhline(sign * found.errors[name], **role(look, linewidth=0.6))
    ax.set(xlabel="$x$", ylabel="$N(x) - f(x)$", ylim=(-0.19, 0.12),
           title="Their errors and the certificates")
    ax.legend(loc="lower left", fontsize=7)


def draw_errors(result: Result, ax: Any) -> None:
    """Draw the certified error over the number of units.

    Certified largest error over the number of hidden units, for several activations. With
    smooth activations it falls fast, while ELU, and ReLU even more, need many more units for
    the same error.
    """
    for curve, look in zip(result.errors, LOOKS, strict=True):
        ax.plot(curve.at, curve.upper, label=curve.name, marker=".", **role(look))
    width = result.width
    ax.plot(width.upper, width.at, label="ReLU, longest links", **marks("measured"))
    ax.set(xscale="log", yscale="log", xlabel="units $n$", ylabel=r"certified $\sup |f - N|$",
           title=r"Units against certified error, $\sin 2\pi x$")
    ax.legend(loc="lower left", fontsize=7)


def draw_widths(result: Result, ax: Any) -> None:
    r"""Draw the width of ReLU over eps: how many are needed, and how many are enough.

    ReLU units over the error allowed: how many every network needs (line) and how many are
    enough (dots). The two differ by one unit, so the least width is known almost exactly; it
    grows as $1/\sqrt{\varepsilon}$, and pieces of equal length take nearly twice as many units.
    """
    width = result.width
    ax.plot(result.uniform.at, result.uniform.upper, label="equal pieces, by theorem",
            **role("slide"))
    ax.plot(width.at, width.upper, label="built, error certified", **marks("measured"))
    ax.plot(width.at, width.lower, label="needed, certified", **role("exact"))
    for eps, low, high in zip(width.at, width.lower, width.upper, strict=True):
        ax.annotate(f"[{low:.0f}, {high:.0f}]", (eps, low), (0, -14), ha="center", fontsize=8,
                    textcoords="offset points")
    ax.set(xscale="log", yscale="log", xlabel=r"error allowed $\varepsilon$", ylabel="ReLU units",
           xlim=(5e-5, 0.2), ylim=(1.5, 400), title="Least width of ReLU, from both sides")
    ax.legend(loc="upper right")


def draw_floors(result: Result, ax: Any) -> None:
    """Draw what no network of a polynomial activation can do.

    Least error for the sine over the degree of a polynomial activation. No network enters the
    grey area however wide it is, and the dots show that the floor is reached: this is why the
    theorem asks for an activation that is not a polynomial.
    """
    found = result.floors
    ax.fill_between(found.at, 1e-7, found.lower, color="0.85", label="impossible, at any width")
    ax.plot(found.at, found.lower, label="floor, checked in integers", **role("exact"))
    ax.plot(found.at, found.upper, label="reached by a polynomial", **marks("measured"))
    ax.set(yscale="log", ylim=(1e-6, 3), xlabel="degree of the activation",
           ylabel=r"$\sup |f - N|$", title=r"Polynomial activations, $\sin 2\pi x$")
    ax.legend(loc="upper right")


def draw_classes(result: Result, ax: Any) -> None:
    """Draw an indicator and steep networks, which all miss it by 1/2.

    The indicator of a class and sigmoids that become ever steeper. Each is 1/2 away from the
    indicator at the jump, as every continuous network is by at least that: the theorem speaks
    of continuous functions, and classes that touch are none.
    """
    found = result.classes
    ax.plot(found.at, found.target, label="indicator of a class", **role("exact"))
    for (name, fit), look in zip(found.fits.items(), LOOKS, strict=False):
        ax.plot(found.at, fit, label=name, **role(look))
    ax.plot([0.5], [0.5], label="1/2 away, on both sides", **marks("measured"))
    ax.set(xlabel="$x$", ylabel="$N(x)$", title="Classification: never nearer than 1/2")
    ax.legend(loc="upper left")


def draw_classifier(result: Result, ax: Any) -> None:
    """Draw a classifier of the plane, the true boundary, and where it may be on the wrong side.

    Two classes in the plane, their boundary (line) and that of a fitted network (dash-dotted),
    which is where its output is 1/2. Its error is certified for the whole square, so that points
    outside the grey band are surely on the right side: the classes are told apart wherever they are
    at a distance.
    """
    found = result.classifier
    near = [0.5 - found.off, 0.5 + found.off]
    ax.contourf(found.at, found.at, found.target, levels=near, colors=["0.85"])
    for shown, look in ((found.target, "exact"), (found.net, "corrected")):
        ax.contour(found.at, found.at, shown, levels=[0.5], colors=role(look)["color"],
                   linestyles=role(look)["linestyle"], linewidths=role(look)["linewidth"])
    few = slice(6, None, 12)
    x, y = np.meshgrid(found.at[few], found.at[few])
    target = found.target[few, few]
    for name, which, look in (("class 0", target < near[0], "measured"),
                              ("class 1", target > near[1], "measured too")):
        ax.plot(x[which], y[which], label=name, **marks(look, markersize=3))
    ax.plot([], [], label="true boundary", **role("exact"))
    ax.plot([], [], label=f"boundary of {found.units} tanh units", **role("corrected"))
    ax.fill_between([], [], color="0.85", label="band: outside it, the right side")
    ax.set(xlabel="$x$", ylabel="$y$", title="Classification, certified", ylim=(-1, 2))
    ax.legend(loc="upper center", ncols=2)


MEASURED = (
    Measurement(says.cover, "labellings that a plane separates, over t = N"),
    Measurement(says.cover, "half of them at N = 2 d"),
    Measurement(says.fixed_or_adaptive, "greedy steps for a mean, over t = m, attained"),
    Measurement(says.fixed_or_adaptive, "fixed functions of Hadamard, over t = m, attained"),
    Measurement(says.fixed_or_adaptive, "random functions leave no less, over t = m"),
    Measurement(says.dual, "floors of polynomial activations, over t = degree"),
    Measurement(says.dual, "and what polynomials reach, over t = degree"),
    Measurement(says.jump, "no steepness is nearer than 1/2 to an indicator, over t = step"),
    Measurement(says.jump, "classes 0.2 apart are met to 1e-6, over t = class"),
    Measurement(says.jump, "certified error of a classifier of the plane"),
    Measurement(says.jump, "on the wrong side only what is as near to 1/2 as the error"),
    Measurement(says.relu_width, "least width of ReLU, over t = eps"),
    Measurement(says.relu_width, "width of ReLU built, over t = eps"),
    Measurement(says.relu_width, "its error is below eps, over t = eps"),
    Measurement(says.relu_width, "every interval misses by eps, over t = eps"),
    Measurement(says.chord, "chords of a parabola, over t = mesh, attained"),
    Measurement(says.steps, "sigmoidal steps through the sine, over t = mesh"),
    Measurement(says.steps, "sharp steps through a line, over t = mesh, attained"),
    Measurement(says.derivative_trick, "derivative trick, over t = units"),
    Measurement(says.derivative_trick, "outer weights beyond 1e16, over t = units"),
    Measurement(says.least_squares, "nothing is left on the grid"),
    Measurement(says.least_squares, "more than 1/100 between its points"),
    Measurement(says.greedy_hull, "rate of greedy steps, over t = m, attained"),
    Measurement(says.tanh_fit, "tanh below 1e-10 with 24 units"),
    Measurement(says.tanh_fit, "no error seen exceeds its certificate, over t = fit"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.relu_interpolation: ("chords of a parabola, over t = mesh",),
    says.steps_error: ("sharp steps through a line, over t = mesh",),
    says.fixed_basis: ("fixed functions of Hadamard, over t = m",),
    says.greedy_mean: ("greedy steps for a mean, over t = m",),
    says.greedy_rate: ("rate of greedy steps, over t = m",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_fits, draw_differences, draw_errors, draw_widths, draw_floors, draw_classes,
          draw_classifier)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
