"""Taylor models on boxes: a polynomial in scaled coordinates, and a certified remainder.

A `Model` describes a function on many boxes (cells) at once: on the cell ``c + h s``, |s| <= 1 in
each coordinate, the function is within ``rem`` of ``sum_k coefs[k] s^k`` over the monomials of the
`Space`. The coefficients are plain floats; what their rounding and the terms left out can amount to
is in ``rem`` [Makino & Berz 2003]. Where the function is not smooth or not known, a composition
takes the order that gives the smallest remainder, down to a constant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from sgdtheory.networks.ball import UNIT, Array, Ball, enlarged
from sgdtheory.networks.jets import Jet

__all__ = ["Model", "Space", "constant", "coordinate", "hull", "linear_model",
           "positive_part", "space"]


@dataclass(frozen=True)
class Space:
    """The monomials of `m` variables of a degree below `order`."""

    m: int
    order: int
    powers: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int, int], ...]

    @property
    def degrees(self) -> Array:
        """The degree of each monomial."""
        return np.array([sum(power) for power in self.powers])


@cache
def space(m: int, order: int) -> Space:
    """Return the `Space` of `m` variables and degrees below `order`."""
    powers = sorted((p for p in product(range(order), repeat=m) if sum(p) < order),
                    key=lambda p: (sum(p), tuple(-q for q in p)))
    place = {p: i for i, p in enumerate(powers)}
    sums = ((i, j, tuple(map(sum, zip(p, q, strict=True))))
            for i, p in enumerate(powers) for j, q in enumerate(powers))
    return Space(m, order, tuple(powers), tuple((i, j, place[r]) for i, j, r in sums if r in place))


@dataclass(frozen=True, eq=False)
class Model:
    """Polynomials `coefs` (monomials, cells) with remainders `rem` (cells,)."""

    space: Space
    coefs: Array
    rem: Array

    @property
    def size(self) -> Array:
        """An upper bound of the absolute value on each cell."""
        return np.asarray(enlarged(np.abs(self.coefs).sum(axis=0) + self.rem))

    @property
    def range(self) -> Ball:
        """A ball around the value at the centre that holds every value on the cell."""
        return Ball(self.coefs[0], self.spread)

    @property
    def spread(self) -> Array:
        """An upper bound of the distance from the value at the centre."""
        return np.asarray(enlarged(np.abs(self.coefs[1:]).sum(axis=0) + self.rem))

    def __neg__(self) -> Model:
        return Model(self.space, -self.coefs, self.rem)

    def __add__(self, other: Model) -> Model:
        coefs = self.coefs + other.coefs
        return Model(self.space, coefs,
                     enlarged(self.rem + other.rem + UNIT * np.abs(coefs).sum(axis=0)))

    def __sub__(self, other: Model) -> Model:
        return self + -other

    def scaled(self, factor: Ball) -> Model:
        """Return the model times a ball, which is one number or one for each cell."""
        coefs = self.coefs * factor.mid
        size = self.size
        rounding = UNIT * np.abs(coefs).sum(axis=0)
        return Model(self.space, coefs,
                     enlarged(np.abs(factor.mid) * self.rem + factor.rad * size + rounding))

    def shifted(self, by: Ball) -> Model:
        """Return the model plus a ball."""
        coefs = self.coefs.copy()
        coefs[0] += by.mid
        return Model(self.space, coefs, enlarged(self.rem + by.rad + UNIT * np.abs(coefs[0])))

    def __mul__(self, other: Model) -> Model:
        coefs = np.zeros_like(self.coefs)
        there = [bool(np.any(row)) for row in self.coefs], [bool(np.any(r)) for r in other.coefs]
        for i, j, k in self.space.pairs:
            if there[0][i] and there[1][j]:
                coefs[k] += self.coefs[i] * other.coefs[j]
        mine, others = self._by_degree(), other._by_degree()
        order = self.space.order
        lost = sum(mine[d] * others[e] for d in range(order) for e in range(order)
                   if d + e >= order)
        size, other_size = mine.sum(axis=0), others.sum(axis=0)
        rounding = (len(coefs) + 4) * UNIT * size * other_size
        rem = self.rem * (other_size + other.rem) + size * other.rem
        return Model(self.space, coefs, enlarged(rem + lost + rounding))

    def _by_degree(self) -> Array:
        """Return the sums of the absolute coefficients of each degree, ``(order, cells)``."""
        starts = np.searchsorted(self.space.degrees, np.arange(self.space.order))
        return np.asarray(np.add.reduceat(np.abs(self.coefs), starts, axis=0))

    def raised(self, exponent: int) -> Model:
        """Return a power with a whole exponent >= 0."""
        result = constant(self.space, Ball(np.ones_like(self.rem)))
        for _ in range(exponent):
            result = result * self
        return result

    def composed(self, jet: Callable[[Any, int], Jet]) -> Model:
        """Return the function with these Taylor coefficients, of this model.

        The value at the centre is the point of expansion; Horner's rule sums the powers of what is
        left. The order is, cell by cell, the one with the smallest remainder.
        """
        order = self.space.order
        wide, thin = jet(self.range, order), jet(Ball(self.coefs[0]), order - 1)
        spread = np.where(np.isnan(self.spread), np.inf, self.spread)
        rest = _remainders(wide, spread)
        best = np.argmin(rest, axis=0)
        moved = Model(self.space, self.coefs.copy(), self.rem)
        moved.coefs[0] = 0.0
        result = constant(self.space, Ball(np.zeros_like(self.rem)))
        for k in range(order - 1, -1, -1):
            kept = (k < best)
            term = Ball(np.where(kept, thin[k].mid, 0.0), np.where(kept, thin[k].rad, 0.0))
            result = (result * moved).shifted(term) if k < order - 1 else result.shifted(term)
        flat = best == 0
        coefs, rem = result.coefs, enlarged(result.rem + rest.min(axis=0))
        coefs[0] = np.where(flat, wide[0].mid, coefs[0])
        coefs[1:] = np.where(flat, 0.0, coefs[1:])
        return Model(self.space, coefs, np.where(flat, wide[0].rad, rem))


def _remainders(wide: Jet, spread: Array) -> Array:
    """Return Lagrange's remainder of each order, ``(order + 1, cells)``; infinite if unknown."""
    rows = [np.broadcast_to(wide[0].rad, spread.shape)]
    power = np.ones_like(spread)
    for coefficient in wide[1:]:
        power = enlarged(power * spread)
        rows.append(np.where(spread > 0, coefficient.magnitude * power, 0.0))
    table = np.array(rows)
    return np.where(np.isnan(table), np.inf, table)


def linear_model(jet: Callable[[Any, int], Jet], centre: Array, half: Array, blur: Array,
                 order: int) -> Model:
    """Return `composed` for the function ``centre + half s + e``, |e| <= `blur`, of one variable.

    The powers of a linear function are single monomials; `blur` moves the value by the steepest
    slope at most.
    """
    spread = enlarged(half + blur)
    wide, thin = jet(Ball(centre, spread), order), jet(Ball(centre), order - 1)
    rest = _remainders(wide, spread)
    best = np.argmin(rest, axis=0)
    coefs, rem = np.zeros((order, len(centre))), rest.min(axis=0)
    power = np.ones_like(half)
    for k in range(order):
        kept = k < best
        coefs[k] = np.where(kept, thin[k].mid * power, 0.0)
        rem = rem + np.where(kept, thin[k].rad * power + 2 * k * UNIT * np.abs(coefs[k]), 0.0)
        power = power * half
    flat = best == 0
    coefs[0] = np.where(flat, wide[0].mid, coefs[0])
    steep = np.where(flat | (blur == 0), 0.0, wide[1].magnitude * blur)
    return Model(space(1, order), coefs, np.asarray(enlarged(rem + steep)))


def constant(over: Space, value: Ball) -> Model:
    """Return a constant on every cell, `value` having one entry for each."""
    coefs = np.zeros((len(over.powers), len(value.mid)))
    coefs[0] = value.mid
    return Model(over, coefs, np.asarray(value.rad + np.zeros(len(value.mid))))


def coordinate(over: Space, which: int, centre: Array, half: Array) -> Model:
    """Return the coordinate function `which` on the cells ``centre + half s``, each (cells,)."""
    model = constant(over, Ball(centre))
    if over.order > 1:
        model.coefs[1 + which] = half
        return model
    return Model(over, model.coefs, half)


def positive_part(u: Model) -> Model:
    """Return ``max(u, 0)``: on a cell where u changes sign, the chord within half its gap."""
    low, high = u.range.low, u.range.high
    above, crossing = low >= 0, (low < 0) & (high > 0)
    width = np.where(crossing, high - low, 1.0)
    slope = np.where(above, 1.0, np.where(crossing, high / width, 0.0))
    gap = np.where(crossing, -high / width * low, 0.0)
    rounding = np.where(crossing, 16 * UNIT * width, 0.0)
    coefs = u.coefs * slope
    coefs[0] += gap / 2
    rem = np.where(above, u.rem, np.where(crossing, enlarged(
        slope * u.rem + gap / 2 + rounding + 2 * UNIT * np.abs(coefs).sum(axis=0)), 0.0))
    unknown = ~(np.isfinite(low) & np.isfinite(high))
    return Model(u.space, np.where(unknown, 0.0, coefs), np.where(unknown, np.inf, rem))


def hull(one: Model, other: Model, which: Array) -> Model:
    """Return a model that holds `one` where `which` is 1, `other` where -1, and both where 0."""
    middle = (one + other).scaled(Ball(0.5))
    apart = enlarged((one - other).size / 2)
    both = Model(one.space, middle.coefs, enlarged(middle.rem + apart))
    coefs = np.where(which > 0, one.coefs, np.where(which < 0, other.coefs, both.coefs))
    rem = np.where(which > 0, one.rem, np.where(which < 0, other.rem, both.rem))
    return Model(one.space, coefs, np.asarray(rem))
