"""Certificates of impossibility that a third party checks with integers.

A `DualCertificate` is a functional ``sum_i w_i f(x_i)`` with rational nodes on a segment and
rational weights that annihilates every polynomial of a degree. So its size over ``sum |w_i|`` is at
most the error of any of them, and of any network that is one on the segment. The values of f are
rational intervals: exact where f is rational, else from the enclosures of `symbolic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm, prod
from typing import Any

from sgdtheory.networks.decimals import at_least

__all__ = ["CannotApproximate", "DualCertificate", "JumpCertificate", "WidthCertificate",
           "annihilator"]

Interval = tuple[Fraction, Fraction]


class CannotApproximate(ValueError):
    """No such network, or none was found.

    `lower_bound` is certified: no network that was asked for has a smaller error; then
    `certificate` says why. Both are None where nothing was certified, and `best` is what was
    reached.
    """

    def __init__(self, message: str, lower_bound: float | None = None, certificate: Any = None,
                 best: Any = None) -> None:
        super().__init__(message)
        self.lower_bound = lower_bound
        self.certificate = certificate
        self.best = best


def annihilator(nodes: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Return the weights of the divided difference at these nodes, scaled so that sum |w| = 1."""
    weights = [1 / prod((x - y for y in nodes if y != x), start=Fraction(1)) for x in nodes]
    total = sum(map(abs, weights), start=Fraction(0))
    return tuple(w / total for w in weights)


@dataclass(frozen=True)
class DualCertificate:
    """``degree + 2`` nodes in [0, 1] of the segment from `start` to `end`, weights, and values.

    The node t stands for the point ``start + t (end - start)``.
    """

    degree: int
    start: tuple[Fraction, ...]
    end: tuple[Fraction, ...]
    nodes: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    values: tuple[Interval, ...]

    def __post_init__(self) -> None:
        for power in range(self.degree + 1):
            moment = sum(w * t**power for w, t in zip(self.weights, self.nodes, strict=True))
            if moment != 0:
                raise ValueError(f"the weights of the certificate do not annihilate t^{power}: "
                                 f"their sum with it is {moment}")
        if not all(0 <= t <= 1 for t in self.nodes):
            raise ValueError("a node of the certificate is not on the segment")

    @property
    def bound(self) -> Fraction:
        """The certified lower bound of the error, exact."""
        low = high = Fraction(0)
        for w, (least, most) in zip(self.weights, self.values, strict=True):
            low += w * (least if w > 0 else most)
            high += w * (most if w > 0 else least)
        size = sum(map(abs, self.weights), start=Fraction(0))
        return max(Fraction(0), low, -high) / size

    @property
    def points(self) -> tuple[tuple[Fraction, ...], ...]:
        """The nodes as points of the box."""
        return tuple(tuple(a + t * (b - a) for a, b in zip(self.start, self.end, strict=True))
                     for t in self.nodes)

    def integers(self) -> dict[str, Any]:
        """Return the certificate in whole numbers, for a check without this package.

        The nodes are ``nodes[i] / node_scale``, the weights proportional to ``weights[i]``, and f
        at the point ``points[i] / point_scale``, which is the node of the segment from ``start``
        to ``end`` over the same scale, between ``low[i] / value_scale`` and ``high[i] /
        value_scale``. Check that ``sum_i weights[i] nodes[i]^j == 0`` for j = 0, ..., degree; then
        the error is at least ``|sum_i weights[i] f_i| / sum_i |weights[i]|``.
        """
        nodes, node_scale = _common(self.nodes)
        weights, _ = _common(self.weights)
        m, places = len(self.start), (self.start, self.end, *self.points)
        flat, point_scale = _common(tuple(x for place in places for x in place))
        start, end, *points = (flat[i : i + m] for i in range(0, len(flat), m))
        values, value_scale = _common(tuple(v for pair in self.values for v in pair))
        return {"degree": self.degree, "nodes": nodes, "node_scale": node_scale,
                "weights": weights, "start": start, "end": end, "points": points,
                "point_scale": point_scale, "low": values[::2], "high": values[1::2],
                "value_scale": value_scale}

    def __str__(self) -> str:
        return (f"every polynomial of degree <= {self.degree} misses f by at least "
                f"{at_least(self.bound)} at one of {len(self.nodes)} points")


def _common(numbers: tuple[Fraction, ...]) -> tuple[list[int], int]:
    """Return fractions as whole numbers over one denominator."""
    scale = lcm(*(number.denominator for number in numbers))
    return [int(number * scale) for number in numbers], scale


@dataclass(frozen=True)
class WidthCertificate:
    """Intervals without a common inner point; on each no affine function is near f.

    A ReLU network with fewer units than `parts` has no kink inside one of them.
    """

    parts: tuple[DualCertificate, ...]

    def __post_init__(self) -> None:
        ends = [(min(p.nodes), max(p.nodes)) for p in self.parts]
        if any(p.degree != 1 for p in self.parts):
            raise ValueError("a part of the certificate is not about affine functions")
        if len({(p.start, p.end) for p in self.parts}) > 1:
            raise ValueError("the parts of the certificate are not on one segment")
        if any(b > c for (_, b), (c, _) in pairwise(ends)):
            raise ValueError("the intervals of the certificate overlap")

    @property
    def n(self) -> int:
        """The least number of units with an error below `bound`."""
        return len(self.parts)

    @property
    def bound(self) -> Fraction:
        """The certified lower bound of the error with fewer than n units."""
        return min(part.bound for part in self.parts)

    def integers(self) -> list[dict[str, Any]]:
        """Return the parts in whole numbers, for a check without this package.

        Check each as `DualCertificate.integers` says, with degree 1, and that the intervals from
        the least to the largest of their nodes have no inner point in common.
        """
        return [part.integers() for part in self.parts]

    def __str__(self) -> str:
        return (f"fewer than {self.n} ReLU units have an error of at least "
                f"{at_least(self.bound)}: they have no kink inside one of {self.n} intervals")


@dataclass(frozen=True)
class JumpCertificate:
    """A point at which f jumps: every continuous function misses it by half the jump.

    `left` and `right` are two of its limits from the left, its value and its limit from the right.
    """

    point: Fraction
    left: Interval
    right: Interval

    @property
    def bound(self) -> Fraction:
        """Half the distance of the two."""
        return max(Fraction(0), self.left[0] - self.right[1], self.right[0] - self.left[1]) / 2

    def integers(self) -> dict[str, Any]:
        """Return the point, and the two intervals that hold the limits or values, over scales."""
        (point,), point_scale = _common((self.point,))
        values, value_scale = _common((*self.left, *self.right))
        return {"point": point, "point_scale": point_scale, "left": values[:2],
                "right": values[2:], "value_scale": value_scale}

    def __str__(self) -> str:
        return (f"f jumps at {self.point}: every continuous function misses it by at least "
                f"{at_least(self.bound)}")
