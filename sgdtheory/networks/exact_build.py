"""The ReLU network through given corners, in rational numbers, with few units."""

from __future__ import annotations

from fractions import Fraction

from sgdtheory.networks.exact import ExactNet
from sgdtheory.networks.network import Shallow, shallow

__all__ = ["floats_of", "relu_through"]


def floats_of(exact: ExactNet) -> Shallow:
    """Return the network whose weights are the nearest floats."""
    weights, biases, outputs = ([float(x) for x in part] for part in (
        exact.weights, exact.biases, exact.outputs))
    return shallow(weights, biases, outputs, "relu")


def relu_through(corners: tuple[tuple[Fraction, Fraction], ...]) -> ExactNet:
    """Return the ReLU network through rational corners, with as few units as turning saves.

    The line of one piece needs no unit where it is 0, one where it keeps its sign, else two with
    their kink at its zero, one of which may be there already.
    """
    t, v = zip(*corners, strict=True)
    slopes = [(b - a) / (d - c) for a, b, c, d in zip(v, v[1:], t, t[1:], strict=False)]
    kinks = [(x, s - r) for x, r, s in zip(t[1:-1], slopes, slopes[1:], strict=False) if r != s]
    found = []
    for slope, (x, y) in zip(slopes, corners, strict=False):
        units = {(Fraction(-1), k) if k <= x else (Fraction(1), -k): c for k, c in kinks}
        for place, output in _line_units(t[0], t[-1], slope, y - slope * x):
            units[place] = units.get(place, Fraction(0)) + output
        found.append([(*place, output) for place, output in units.items() if output])
    best = min(found, key=len) or [(Fraction(0), Fraction(1), Fraction(0))]
    return ExactNet(*(tuple(part) for part in zip(*best, strict=True)))


def _line_units(a: Fraction, b: Fraction, slope: Fraction, level: Fraction
                ) -> list[tuple[tuple[Fraction, Fraction], Fraction]]:
    """Return weight, bias and output of the units of a line on ``[a, b]``."""
    first, last = slope * a + level, slope * b + level
    if first * last >= 0:
        sign = Fraction(1 if first + last > 0 else -1)
        return [((sign * slope, sign * level), sign)] if first or last else []
    zero = -level / slope
    return [((Fraction(1), -zero), slope), ((Fraction(-1), zero), -slope)]
