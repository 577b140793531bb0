"""Activations measured: derivatives, suprema, kinks, digits [slide 5].

Derivatives are taken by complex steps of the functions themselves, which lose no digits, and
against numbers of 60 digits; the suprema of the derivatives of tanh over a fine grid stay below the
exact ones; and divided differences in exact fractions show that no polynomial of degree up to 13 is
one of these functions. Nothing is random.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sgdtheory.proofs.activations import divided_differences
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.networks.activation import ACTIVATIONS, ELU, Activation, sigmoid, tanh
from sgdtheory.networks.derivatives import tangent_number, tanh_polynomial, tanh_supremum
from sgdtheory.picture import marks, role
from sgdtheory.theory import activations as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

STEP = 1e-30
"""Of a complex step: nothing is subtracted, so it may be as small as floats go."""

TRIED = np.array([-1e4, -700.0, -40.0, -5.0, -1.0, -0.1, 0.1, 1.0, 5.0, 40.0, 700.0, 1e4])
NEAR = np.array([-3.0, -2.0, -1.3, -0.6, -0.1, 0.2, 0.7, 1.5, 2.4, 3.0])
DEPTHS = np.array([-2.0, -0.5, 0.25, 0.5, 2.0, 3.0])
ORDERS, DEGREE, DIGITS = 12, 13, 60
TAIL = np.array([1.0, 3.0, 6.0, 9.0, 12.0, 14.0, 16.0, 18.0, 18.7, 25.0, 60.0, 150.0, 300.0])


@dataclass(frozen=True, eq=False)
class Curves:
    """The activations and their derivatives over `at`, ``(k,)`` each."""

    at: np.ndarray
    values: dict[str, np.ndarray]
    slopes: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Suprema:
    """Over the order `at` of the derivative of tanh: the exact supremum, and that on a grid."""

    at: np.ndarray
    exact: np.ndarray
    grid: np.ndarray
    odd: np.ndarray
    tangent: np.ndarray


@dataclass(frozen=True, eq=False)
class Digits:
    """Relative errors of the derivative of tanh over z: as a float's 1 - tanh^2, and ours."""

    at: np.ndarray
    naive: np.ndarray
    stable: np.ndarray


@dataclass(frozen=True, eq=False)
class Kinks:
    """Slopes of ELU beside 0, over alpha: left, right, and their difference."""

    at: np.ndarray
    left: np.ndarray
    right: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    curves: Curves
    kinks: Kinks
    suprema: Suprema
    digits: Digits
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; nothing is random, so `runs` and `seed` change nothing."""
    parts: dict[str, Callable[[], tuple[Any, Verdicts]]] = {
        "derivatives": _curves, "kinks": _kinks, "suprema": _suprema, "digits": _digits,
        "polynomials": _polynomials}
    found, verdicts = gather(parts, progress)
    drawn = (arrays for arrays in found.values() if arrays is not None)
    return Result(runs, seed, DELTA, *drawn, verdicts)


def complex_step(function: Callable[[Any], Any], z: np.ndarray) -> np.ndarray:
    """Return the derivative of a function that takes complex numbers."""
    return np.imag(function(z + 1j * STEP)) / STEP


# --- derivatives ---------------------------------------------------------------------------------


def _curves() -> tuple[Curves, Verdicts]:
    at = np.linspace(-4, 4, 321)
    curves = Curves(at, {name: g(at) for name, g in ACTIVATIONS.items()},
                    {name: g.derivative(at) for name, g in ACTIVATIONS.items()})
    verdicts: Verdicts = {}
    for g in (*ACTIVATIONS.values(), ELU(0.5), ELU(2.0), ELU(-1.0)):
        verdicts[f"derivative, {g.name}, over t = z"] = _same_slopes(g, g.derivative)
    slopes = complex_step(sigmoid, NEAR), complex_step(tanh, NEAR)
    bends = complex_step(sigmoid.derivative, 2 * NEAR), complex_step(tanh.derivative, NEAR)
    value, square = sigmoid(NEAR), tanh(NEAR) ** 2
    return curves, {
        **verdicts,
        "control: derivative, sigmoid, s for s (1 - s)": _same_slopes(sigmoid, sigmoid),
        "control: derivative, tanh, 1 - tanh": _same_slopes(tanh, lambda z: 1 - tanh(z)),
        "control: derivative, softplus, a step":
            _same_slopes(ACTIVATIONS["softplus"], ACTIVATIONS["relu"].derivative),
        **certain_witness("slope of the sigmoid, over t = z", says.sigmoid_slope(value),
                          slopes[0], NEAR),
        **certain_witness("slope of tanh, over t = z", says.tanh_slope(square), slopes[1], NEAR),
        **certain_witness("curvature of the sigmoid, squared, over t = z",
                          says.sigmoid_bend2(square), bends[0] ** 2, NEAR),
        **certain_witness("curvature of tanh, squared, over t = z", says.tanh_bend2(square),
                          bends[1] ** 2, NEAR),
        "tanh z = 2 sigmoid(2z) - 1, over t = z": certain(2 + tanh(NEAR), 1 + 2 * sigmoid(2 * NEAR),
                                                          NEAR),
        "control: tanh z = 2 sigmoid(z) - 1": certain(2 + tanh(NEAR), 1 + 2 * sigmoid(NEAR), NEAR),
    }


def _same_slopes(g: Activation, claimed: Callable[[Any], Any]) -> Verdict:
    """Judge a derivative against complex steps; both 1 higher, as it may vanish, or 4 with -1."""
    return certain(4 + complex_step(g, TRIED), 4 + claimed(TRIED), TRIED)


# --- kinks ---------------------------------------------------------------------------------------


def _kinks() -> tuple[Kinks, Verdicts]:
    tiny, tried = 1e-300, np.concatenate([-np.geomspace(1e-300, 700, 400), [1.0]])
    left, right, largest, increasing = (np.empty(len(DEPTHS)) for _ in range(4))
    for i, depth in enumerate(DEPTHS):
        g = ELU(depth)
        left[i], right[i] = g.derivative(-tiny), g.derivative(tiny)
        largest[i] = np.max(np.abs(g.derivative(tried)))
        increasing[i] = np.min(g.derivative(tried[tried > -100])) > 0
    smooth, bent = ELU(1.0), complex_step(ELU(1.0).derivative, np.array([-1e-18, 1e-18]))
    one = [smooth.derivative(-tiny), smooth.derivative(tiny)]
    return Kinks(DEPTHS, left, right), {
        **certain_witness("kink of ELU, over t = alpha", says.elu_kink(DEPTHS), right - left,
                          DEPTHS),
        **certain_witness("Lipschitz constant of ELU, over t = alpha", says.elu_lipschitz(DEPTHS),
                          largest, DEPTHS),
        "no kink at alpha = 1": certain(one[:1], one[1:], [1.0]),
        "second derivative of ELU jumps by 1 at alpha = 1": certain(bent[:1] - bent[1:], [1], [1]),
        "refuted: alpha-ELU is continuously differentiable, over t = alpha":
            certain(left, right, DEPTHS),
        "control: the Lipschitz constant of ELU is 1": within(largest, np.ones(len(DEPTHS)),
                                                              DEPTHS),
        "ELU increases for alpha > 0 only, over t = alpha":
            certain(1 + increasing, 1 + (DEPTHS > 0), DEPTHS),
        "control: ELU always increases": certain(1 + increasing, np.full(len(DEPTHS), 2), DEPTHS),
    }


# --- suprema -------------------------------------------------------------------------------------


def _suprema() -> tuple[Suprema, Verdicts]:
    orders, t = np.arange(ORDERS), tanh(np.linspace(-4, 4, 20001))
    exact = np.array([float(tanh_supremum(k)[1]) for k in range(ORDERS)])
    grid = np.array([np.max(np.abs(np.polyval(tanh_polynomial(k)[::-1], t))) for k in orders])
    odd = orders[1::2]
    tangent = np.array([tangent_number((k + 1) // 2) for k in odd], dtype=float)
    inner = orders[1:]
    return Suprema(orders, exact, grid, odd, tangent), {
        "suprema of the derivatives of tanh, over t = order": within(grid, exact, orders),
        "control: suprema of the derivatives of tanh, 1% below":
            within(grid, 0.99 * exact, orders),
        "tangent numbers, over t = order": certain(exact[odd], tangent, odd),
        "control: tangent numbers, one order late": certain(exact[odd][:-1], tangent[1:], odd[:-1]),
        "suprema of the sigmoid's derivatives, over t = order":
            within(_sigmoid_grid(inner), exact[inner] / 2.0 ** (inner + 1), inner),
        "control: suprema of the sigmoid's derivatives, 2^-(k+2)":
            within(_sigmoid_grid(inner), exact[inner] / 2.0 ** (inner + 2), inner),
    }


def _sigmoid_grid(orders: np.ndarray) -> np.ndarray:
    """Return the largest derivatives of the sigmoid on a grid, as polynomials of s itself."""
    s, polynomial, found = sigmoid(np.linspace(-8, 8, 20001)), np.array([1.0, 0.0]), []
    for _ in orders:
        polynomial = np.polymul(np.polyder(polynomial), [-1.0, 1.0, 0.0])
        found.append(np.max(np.abs(np.polyval(polynomial, s))))
    return np.array(found)


# --- digits --------------------------------------------------------------------------------------


def _digits() -> tuple[Digits, Verdicts]:
    import mpmath

    with mpmath.workdps(DIGITS + 300):
        true = [mpmath.sech(mpmath.mpf(z)) ** 2 for z in TAIL]
        off = [np.array([float(abs(mpmath.mpf(float(v)) / e - 1)) for v, e in
                         zip(slopes, true, strict=True)])
               for slopes in (1 - tanh(TAIL) ** 2, tanh.derivative(TAIL))]
    with np.errstate(all="raise", under="ignore"):
        finite = [float(np.isfinite([g(TRIED), g.derivative(TRIED)]).all())
                  for g in ACTIVATIONS.values()]
    naive, stable = off
    return Digits(TAIL, naive, stable), {
        "derivative of tanh to 12 digits, over t = z":
            certain(1 + stable, np.ones(len(TAIL)), TAIL),
        "refuted: 1 - tanh^2 has the digits of the derivative, over t = z":
            certain(1 + naive, np.ones(len(TAIL)), TAIL),
        "control: 1 - tanh^2 from z = 9 to 18": certain(
            (1 + naive)[3:8], np.ones(5), TAIL[3:8]),
        "finite up to |z| = 1e4": certain(finite, np.ones(len(finite)), np.arange(len(finite))),
    }


# --- polynomials ---------------------------------------------------------------------------------


def rational_values(name: str, j: int) -> Fraction:
    """Return g at the point j log 2 (at j for ReLU), where it is rational."""
    two = Fraction(2) ** j
    return {"sigmoid": two / (1 + two), "tanh": (two**2 - 1) / (two**2 + 1),
            "relu": Fraction(max(j, 0))}[name]


def _polynomials() -> tuple[None, Verdicts]:
    points = [Fraction(j) for j in range(-DEGREE, 1)] + [Fraction(1)]
    verdicts: Verdicts = {}
    columns = {name: [rational_values(name, int(j)) for j in points]
               for name in ("sigmoid", "tanh", "relu")}
    columns["elu below 0"] = [Fraction(2) ** int(j) - 1 for j in points[:-1]]
    for name, values in columns.items():
        orders = divided_differences(points[: len(values)], values)
        verdicts[f"no divided difference vanishes, {name}"] = _all_differ(orders)
    degree5 = divided_differences(points, [p**5 - p for p in points])
    return None, {**verdicts, "control: no divided difference of z^5 - z vanishes":
                  _all_differ(degree5)}


def _all_differ(differences: list[Fraction]) -> Verdict:
    """Judge that the divided difference of the highest order is not 0, over its order."""
    return certain([1.0 + (differences[-1] != 0)], [2.0], [len(differences) - 1])


# --- the picture ---------------------------------------------------------------------------------

LOOKS = {"sigmoid": "slide", "tanh": "corrected", "relu": "exact", "elu": "smooth",
         "softplus": "other"}
NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "elu": r"ELU, $\alpha = 1$",
         "softplus": "softplus"}


def draw_values(result: Result, ax: Any) -> None:
    """Draw the activations.

    The activations of the slide, and softplus, over their input. Sigmoid and tanh are bounded
    on both sides; ReLU, ELU and softplus grow on without limit to the right. None of them is a
    polynomial, as the theorem of universal approximation requires.
    """
    for name, values in result.curves.values.items():
        ax.plot(result.curves.at, values, label=NAMES[name], **role(LOOKS[name]))
    ax.set(xlabel="$z$", ylabel="$g(z)$", ylim=(-1.3, 3.2), title="Activations")
    ax.legend(loc="upper left")


def draw_slopes(result: Result, ax: Any) -> None:
    """Draw their derivatives, with the kink of ReLU.

    Derivatives of the same activations. That of the sigmoid never exceeds 1/4 (dotted line), so
    a sigmoid always weakens a gradient that passes through it; those of tanh, ReLU and ELU
    reach 1, and that of ReLU jumps at 0, where there is none.
    """
    at = result.curves.at
    for name, slopes in result.curves.slopes.items():
        shown = np.where(at == 0, np.nan, slopes) if name == "relu" else slopes
        ax.plot(at, shown, label=NAMES[name], **role(LOOKS[name]))
    ax.axhline(0.25, **role("limit"))
    ax.annotate("1/4", (4, 0.25), (0, 3), textcoords="offset points", ha="right", fontsize=8)
    ax.set(xlabel="$z$", ylabel="$g'(z)$", ylim=(-0.05, 1.3), title="Their derivatives")
    ax.legend(loc="upper left", ncols=2)


def draw_suprema(result: Result, ax: Any) -> None:
    """Draw the suprema of the derivatives of tanh over their order.

    Largest absolute value of each derivative of tanh over its order, on a logarithmic axis. The
    exact values agree with the largest ones on a grid and, for odd orders, with the tangent
    numbers, and they grow very fast.
    """
    found = result.suprema
    ax.plot(found.at, found.exact, label="exact, by isolated roots", **role("exact"))
    ax.plot(found.at, found.grid, label="largest on a grid", **marks("measured"))
    ax.plot(found.odd, found.tangent, label="tangent numbers", **marks("measured too"))
    ax.set(yscale="log", xlabel="order $k$", ylabel=r"$\sup |\tanh^{(k)}|$",
           title="Derivatives of tanh, orders 0 to 11")
    ax.legend(loc="upper left")


def draw_digits(result: Result, ax: Any) -> None:
    r"""Draw the relative errors of two ways to write the derivative of tanh.

    Relative error of two formulas for the derivative of tanh in floating point. By $1 - \tanh^2
    z$ (squares) digit after digit is lost until none is right, while the formula by
    exponentials (dots) stays right but for 4 units in the last place.
    """
    found, floor = result.digits, 1e-17
    ax.plot(found.at, np.maximum(found.naive, floor), label=r"$1 - \tanh^2 z$ in floats",
            **role("slide", marker="s", markersize=3))
    ax.plot(found.at, np.maximum(found.stable, floor), label=r"$4e/(1+e)^2$, $e = e^{-2|z|}$",
            **marks("measured"))
    ax.axhline(4 * 2.0**-52, **role("limit"))
    ax.annotate("4 units in the last place", (300, 4 * 2.0**-52), (0, 4),
                textcoords="offset points", ha="right", fontsize=8)
    ax.set(xscale="log", yscale="log", xlabel="$z$", ylabel="relative error", ylim=(3e-18, 1e3),
           title="Digits of the derivative of tanh")
    ax.legend(loc="upper left")


MEASURED = (
    Measurement(says.sigmoid_derivative, "slope of the sigmoid, over t = z, attained"),
    Measurement(says.sigmoid_derivative, "derivative, sigmoid, over t = z"),
    Measurement(says.sigmoid_curvature,
                "curvature of the sigmoid, squared, over t = z, attained"),
    Measurement(says.tanh_derivative, "slope of tanh, over t = z, attained"),
    Measurement(says.tanh_derivative, "tanh z = 2 sigmoid(2z) - 1, over t = z"),
    Measurement(says.tanh_curvature, "curvature of tanh, squared, over t = z, attained"),
    Measurement(says.tangent_numbers, "suprema of the derivatives of tanh, over t = order"),
    Measurement(says.tangent_numbers, "tangent numbers, over t = order"),
    Measurement(says.elu_quotients, "kink of ELU, over t = alpha, attained"),
    Measurement(says.elu_quotients, "no kink at alpha = 1"),
    Measurement(says.elu_quotients, "second derivative of ELU jumps by 1 at alpha = 1"),
    Measurement(says.elu_constant, "Lipschitz constant of ELU, over t = alpha, attained"),
    Measurement(says.elu_constant, "ELU increases for alpha > 0 only, over t = alpha"),
    Measurement(says.stable, "derivative of tanh to 12 digits, over t = z"),
    Measurement(says.stable, "finite up to |z| = 1e4"),
    *(Measurement(says.not_polynomial, f"no divided difference vanishes, {name}")
      for name in ("sigmoid", "tanh", "relu", "elu below 0")),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.sigmoid_slope: ("slope of the sigmoid, over t = z",),
    says.tanh_slope: ("slope of tanh, over t = z",),
    says.sigmoid_bend2: ("curvature of the sigmoid, squared, over t = z",),
    says.tanh_bend2: ("curvature of tanh, squared, over t = z",),
    says.elu_kink: ("kink of ELU, over t = alpha",),
    says.elu_lipschitz: ("Lipschitz constant of ELU, over t = alpha",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_values, draw_slopes, draw_suprema, draw_digits)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
