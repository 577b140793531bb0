"""ReLU networks in one variable against piecewise polynomials, in rational numbers.

Between neighbouring kinks, of the network and of f, their difference is a polynomial. Up to degree
two its supremum is a rational number: at an end or at the vertex. At the kinks and jumps of f, and
at the ends of the box, its own value counts too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from sgdtheory.networks.activation import relu
from sgdtheory.networks.box import Box
from sgdtheory.networks.enclosed import value_at
from sgdtheory.networks.network import Shallow
from sgdtheory.networks.pieces import Piece, pieces_of, polynomial
from sgdtheory.networks.target import Formula, Target

__all__ = ["ExactNet", "as_floats", "exact_net", "exact_sup", "linear_pieces", "sup_of"]

Polynomial = tuple[Fraction, ...]


@dataclass(frozen=True)
class ExactNet:
    """A ReLU network of one variable with rational weights."""

    weights: tuple[Fraction, ...]
    biases: tuple[Fraction, ...]
    outputs: tuple[Fraction, ...]

    def __call__(self, x: Fraction) -> Fraction:
        """Return the network at a rational point."""
        return sum((a * max(w * x + b, Fraction(0)) for w, b, a in self._units), start=Fraction(0))

    @property
    def _units(self) -> list[tuple[Fraction, Fraction, Fraction]]:
        return list(zip(self.weights, self.biases, self.outputs, strict=True))

    def kinks(self) -> set[Fraction]:
        """Return the points at which a unit has its kink."""
        return {-b / w for w, b, _ in self._units if w}

    def line(self, at: Fraction) -> Polynomial:
        """Return the affine function that the network is around a point without a kink."""
        active = [(w, b, a) for w, b, a in self._units if w * at + b > 0]
        return (sum((a * b for _, b, a in active), start=Fraction(0)),
                sum((a * w for w, _, a in active), start=Fraction(0)))


def exact_net(net: Shallow) -> ExactNet:
    """Return the network whose weights are those floats."""
    return ExactNet(*(tuple(Fraction(float(x)) for x in part)
                      for part in (net.weights[:, 0], net.biases, net.outputs)))


def linear_pieces(target: Target, box: Box) -> tuple[tuple[Fraction, Fraction], ...] | None:
    """Return the corners of a continuous piecewise-linear target; None for any other."""
    pieces = pieces_of(target, box)
    if not pieces:
        return None
    found = _polynomials(target, pieces)
    if found is None or max(map(len, found)) > 2:
        return None
    ends = [(_at(c, p.low), _at(c, p.high)) for p, c in zip(pieces, found, strict=True)]
    limits = [ends[0][0], *(end for _, end in ends)]
    if any(a[1] != b[0] for a, b in pairwise(ends)) or _own_values(target, pieces) != limits:
        return None
    return ((pieces[0].low, ends[0][0]), *((p.high, e[1])
                                           for p, e in zip(pieces, ends, strict=True)))


def exact_sup(target: Target, net: Shallow, box: Box) -> tuple[Fraction, Fraction] | None:
    """Return ``sup |f - N|`` and a point at which a one-sided limit attains it; None if unknown."""
    if net.activation != relu or box.m > 1:
        return None
    return sup_of(target, exact_net(net), box)


def sup_of(target: Target, net: ExactNet, box: Box) -> tuple[Fraction, Fraction] | None:
    """Return `exact_sup` of a network with rational weights."""
    pieces = pieces_of(target, box)
    found = _polynomials(target, pieces) if pieces else None
    if found is None or max(map(len, found)) > 3:
        return None
    values = _own_values(target, pieces)
    if values is None:
        return None
    best = max((abs(value - net(x)), x) for value, x in zip(values, _cuts(pieces), strict=True))
    for piece, coefficients in zip(pieces, found, strict=True):
        inner = sorted({piece.low, piece.high,
                        *(k for k in net.kinks() if piece.low < k < piece.high)})
        for low, high in pairwise(inner):
            line = net.line((low + high) / 2)
            best = max(best, _largest(_minus(coefficients, line), low, high))
    return best


def _cuts(pieces: tuple[Piece, ...]) -> list[Fraction]:
    return [pieces[0].low, *(piece.high for piece in pieces)]


def _own_values(target: Target, pieces: tuple[Piece, ...]) -> list[Fraction] | None:
    """Return f itself where it is cut and at the ends; None unless all are known fractions."""
    found = [value_at(target, (x,)) for x in _cuts(pieces)]
    return [low for low, _ in found] if all(low == high for low, high in found) else None


def _polynomials(target: Target, pieces: tuple[Piece, ...]) -> list[Polynomial] | None:
    if not isinstance(target, Formula):
        return None
    found = [polynomial(piece.expression, target.symbols[0]) for piece in pieces]
    return None if any(c is None for c in found) else [c for c in found if c is not None]


def _minus(one: Polynomial, other: Polynomial) -> Polynomial:
    return tuple((one[k] if k < len(one) else Fraction(0))
                 - (other[k] if k < len(other) else Fraction(0)) for k in range(3))


def _largest(c: Polynomial, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return the largest size of a quadratic between two points, and where."""
    points = [low, high]
    if c[2] and low < -c[1] / (2 * c[2]) < high:
        points.append(-c[1] / (2 * c[2]))
    return max((abs(_at(c, x)), x) for x in points)


def _at(c: Polynomial, x: Fraction) -> Fraction:
    return sum((value * x**k for k, value in enumerate(c)), start=Fraction(0))


def as_floats(value: Fraction) -> tuple[float, float]:
    """Return the neighbouring floats that have a fraction between them, or itself twice."""
    near = float(value)
    if Fraction(near) == value:
        return near, near
    return (near, float(np.nextafter(near, np.inf))) if Fraction(near) < value else (
        float(np.nextafter(near, -np.inf)), near)
