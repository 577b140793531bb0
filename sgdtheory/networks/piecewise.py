"""Continuous piecewise-linear functions of one number, in fractions: what ReLU networks compute.

Sums, compositions and ReLU of such functions are exact, and so are the number of pieces, the sup
norm and the area of what is left. No piece is counted twice: a knot is kept only where the slope
changes.

>>> once = zigzag(2)                       # the tent: 2 x, then 2 - 2 x
>>> thrice = once.after(once).after(once)
>>> thrice.pieces, thrice == zigzag(8), thrice(Fraction(1, 8))
(8, True, Fraction(1, 1))
>>> (thrice - constant(Fraction(1, 2))).sup()
Fraction(1, 2)
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

__all__ = ["PiecewiseLinear", "Weights", "combined", "constant", "identity", "through", "zigzag",
           "zigzag_weights"]

Weights = Sequence[tuple[Sequence[Sequence[Any]], Sequence[Any]]]
"""Matrix ``(n_l, n_(l-1))`` and biases ``(n_l,)`` of each layer; the last has no activation."""


@dataclass(frozen=True)
class PiecewiseLinear:
    """The function on ``[knots[0], knots[-1]]`` that joins the points ``(knots, values)``.

    Knots are strictly increasing; those where the slope does not change are dropped, so that equal
    functions are equal objects. Raises ValueError for fewer than two points or a knot out of order.
    """

    knots: tuple[Fraction, ...]
    values: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        knots, values = ([Fraction(x) for x in given] for given in (self.knots, self.values))
        if len(knots) < 2 or len(knots) != len(values):
            raise ValueError(f"knots, the ends of the pieces, must be at least 2 and as many as "
                             f"values; got {len(knots)} and {len(values)}")
        if any(right <= left for left, right in pairwise(knots)):
            raise ValueError("knots, the ends of the pieces, must increase strictly; sort them and "
                             "drop those that are there twice")
        slopes = _slopes(knots, values)
        kept = [i for i in range(len(knots))
                if i in (0, len(knots) - 1) or slopes[i - 1] != slopes[i]]
        object.__setattr__(self, "knots", tuple(knots[i] for i in kept))
        object.__setattr__(self, "values", tuple(values[i] for i in kept))

    @property
    def pieces(self) -> int:
        """The number of intervals on which the function is affine, none of them extensible."""
        return len(self.knots) - 1

    @property
    def slopes(self) -> tuple[Fraction, ...]:
        """The slope of each piece."""
        return tuple(_slopes(self.knots, self.values))

    def __call__(self, x: Any) -> Fraction:
        """Return the value at `x`; raise ValueError outside the interval."""
        x = Fraction(x)
        if not self.knots[0] <= x <= self.knots[-1]:
            raise ValueError(f"x={x}, the point, must be in [{self.knots[0]}, {self.knots[-1]}], "
                             "where the function is known")
        i = min(bisect_right(self.knots, x), self.pieces) - 1
        left, right = self.knots[i], self.knots[i + 1]
        share: Fraction = (x - left) / (right - left)
        return (1 - share) * self.values[i] + share * self.values[i + 1]

    def __add__(self, other: PiecewiseLinear) -> PiecewiseLinear:
        return combined((1, 1), (self, other))

    def __sub__(self, other: PiecewiseLinear) -> PiecewiseLinear:
        return combined((1, -1), (self, other))

    def __rmul__(self, factor: Any) -> PiecewiseLinear:
        return PiecewiseLinear(self.knots, tuple(Fraction(factor) * v for v in self.values))

    def relu(self) -> PiecewiseLinear:
        """Return ``max(f, 0)``."""
        points = dict(zip(self.knots, self.values, strict=True))
        points |= dict.fromkeys(self.where(Fraction(0)), Fraction(0))
        knots = tuple(sorted(points))
        return PiecewiseLinear(knots, tuple(max(points[x], Fraction(0)) for x in knots))

    def where(self, level: Fraction) -> list[Fraction]:
        """Return the points at which the function passes `level` strictly inside a piece."""
        points = []
        for i, slope in enumerate(self.slopes):
            if (self.values[i] < level < self.values[i + 1]
                    or self.values[i + 1] < level < self.values[i]):
                points.append(self.knots[i] + (level - self.values[i]) / slope)
        return points

    def after(self, inner: PiecewiseLinear) -> PiecewiseLinear:
        """Return ``self(inner(x))``; the values of `inner` must be where `self` is known."""
        cuts = [x for level in self.knots for x in inner.where(level)]
        knots = _merged(inner.knots, sorted(cuts))
        return PiecewiseLinear(knots, tuple(self(inner(x)) for x in knots))

    def sup(self) -> Fraction:
        """Return the largest absolute value, which is at a knot."""
        return max(abs(v) for v in self.values)

    def area(self) -> Fraction:
        """Return the integral of the absolute value."""
        knots = _merged(self.knots, self.where(Fraction(0)))
        values = [abs(self(x)) for x in knots]
        return sum(((knots[i + 1] - knots[i]) * (values[i] + values[i + 1]) / 2
                    for i in range(len(knots) - 1)), Fraction(0))

    def sup_from_square(self) -> Fraction:
        """Return ``sup |f(x) - x^2|``: on a piece at an end, or where 2 x is the slope."""
        turns = [slope / 2 for i, slope in enumerate(self.slopes)
                 if self.knots[i] < slope / 2 < self.knots[i + 1]]
        return max(abs(self(x) - x * x) for x in (*self.knots, *turns))

    def alternations(self, level: Fraction, margin: Fraction) -> int:
        """Return the greatest m with m + 1 knots, in order, alternately that far above and below.

        Every continuous function that is within less than `margin` of this one passes `level` m
        times, and needs m pieces for it if it is piecewise linear.
        """
        sides = [1 if v >= level + margin else -1 for v in self.values if abs(v - level) >= margin]
        return sum(a != b for a, b in pairwise(sides))


def _slopes(knots: Sequence[Fraction], values: Sequence[Fraction]) -> list[Fraction]:
    return [(values[i + 1] - values[i]) / (knots[i + 1] - knots[i]) for i in range(len(knots) - 1)]


def _merged(first: Iterable[Fraction], second: Iterable[Fraction]) -> tuple[Fraction, ...]:
    return tuple(sorted({*first, *second}))


def constant(value: Any, low: Any = 0, high: Any = 1) -> PiecewiseLinear:
    """Return the constant function on an interval."""
    return PiecewiseLinear((low, high), (value, value))


def identity(low: Any = 0, high: Any = 1) -> PiecewiseLinear:
    """Return ``x`` on an interval."""
    return PiecewiseLinear((low, high), (low, high))


def zigzag(m: int) -> PiecewiseLinear:
    """Return the function on [0, 1] that goes 0, 1, 0, 1, ... in m pieces; at 2^k, k-fold tent."""
    if m < 1:
        raise ValueError(f"m={m}, the number of pieces, must be a whole number >= 1")
    return PiecewiseLinear(tuple(Fraction(i, m) for i in range(m + 1)),
                           tuple(Fraction(i % 2) for i in range(m + 1)))


def zigzag_weights(m: int, layers: int) -> Weights:
    """Return the ReLU network of `layers` hidden layers of m units that computes ``zigzag(m^L)``.

    A layer has the units ``relu(x - i/m)``, i = 0..m-1, whose sum with the weights ``m`` and then
    ``-2m, 2m, ...`` is ``zigzag(m)``.
    """
    inward = [Fraction(m) if i == 0 else Fraction((-1) ** i * 2 * m) for i in range(m)]
    biases = [Fraction(-i, m) for i in range(m)]
    first = ([[Fraction(1)] for _ in range(m)], biases)
    return [first, *[([inward] * m, biases)] * (layers - 1), ([inward], [Fraction(0)])]


def through(weights: Weights, low: Any = 0, high: Any = 1) -> list[PiecewiseLinear]:
    """Return the outputs of a ReLU network with one input, as functions on ``[low, high]``."""
    values = [identity(low, high)]
    for number, (matrix, biases) in enumerate(weights, start=1):
        sums = [combined(row, values, bias) for row, bias in zip(matrix, biases, strict=True)]
        values = sums if number == len(weights) else [f.relu() for f in sums]
    return values


def combined(factors: Sequence[Any], functions: Sequence[PiecewiseLinear],
             bias: Any = 0) -> PiecewiseLinear:
    """Return ``bias + sum(factor * function)``, in one sweep over where the slopes change."""
    low, high = functions[0].knots[0], functions[0].knots[-1]
    value, slope, jumps = Fraction(bias), Fraction(0), dict[Fraction, Fraction]()
    for factor, f in zip(factors, functions, strict=True):
        slopes = f.slopes
        value, slope = value + factor * f.values[0], slope + factor * slopes[0]
        for knot, before, after in zip(f.knots[1:], slopes, slopes[1:], strict=False):
            jumps[knot] = jumps.get(knot, Fraction(0)) + factor * (after - before)
    knots, values = [low], [value]
    for knot in sorted({*jumps, high}):
        values.append(values[-1] + slope * (knot - knots[-1]))
        knots.append(knot)
        slope += jumps.get(knot, Fraction(0))
    return PiecewiseLinear(tuple(knots), tuple(values))
