"""Boxes: the sets on which networks approximate, closed and with sides along the axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.networks.ball import Array

__all__ = ["Box", "box_of"]


@dataclass(frozen=True, eq=False)
class Box:
    """A product of intervals: `low` and `high`, each ``(m,)``, and the symbols if named."""

    low: Array
    high: Array
    symbols: tuple[Any, ...] = ()

    @property
    def m(self) -> int:
        """The dimension."""
        return len(self.low)

    @property
    def centre(self) -> Array:
        """The point in the middle, ``(m,)``."""
        return np.asarray((self.low + self.high) / 2)

    @property
    def half(self) -> Array:
        """Half the lengths of the sides, ``(m,)``."""
        return np.asarray((self.high - self.low) / 2)

    def grid(self, count: int) -> Array:
        """Return the points of a grid with `count` on each side, ``(count^m, m)``."""
        axes = [np.linspace(a, b, count) for a, b in zip(self.low, self.high, strict=True)]
        return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)

    def chebyshev(self, count: int) -> Array:
        """Return a grid with `count` Chebyshev points on each side, ``(count^m, m)``."""
        nodes = np.cos(np.pi * (np.arange(count) + 0.5) / count)
        axes = [c + h * nodes for c, h in zip(self.centre, self.half, strict=True)]
        return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)

    def sample(self, count: int, rng: np.random.Generator) -> Array:
        """Return uniform points, ``(count, m)``."""
        return np.asarray(rng.uniform(self.low, self.high, (count, self.m)))


LARGEST = 1e150
"""How far from 0 a box may reach."""

SHORTEST = 2.0**-44
"""How short a box may be, in units of its distance from 0."""


def box_of(box: Any) -> Box:
    """Return ``[(low, high), ...]`` or ``{symbol: (low, high)}`` as a `Box`, checked."""
    if isinstance(box, Box):
        return box
    symbols = tuple(box) if isinstance(box, Mapping) else ()
    try:
        sides = np.array(list(box.values() if symbols else box), dtype=float)
    except (TypeError, ValueError, AttributeError):
        raise ValueError(f"box, the set on which f is approximated, must be a list of pairs of "
                         f"real numbers [(low, high), ...]; got {box!r}") from None
    if sides.ndim != 2 or sides.shape[1] != 2 or not len(sides):
        hint = "; write [(low, high)] for an interval" if sides.shape == (2,) else ""
        raise ValueError("box, the set on which f is approximated, must be one pair (low, high) "
                         f"for each variable; got {box!r}{hint}")
    return _checked(sides, symbols)


def _checked(sides: Array, symbols: tuple[Any, ...]) -> Box:
    for axis, (low, high) in enumerate(sides):
        if np.isnan([low, high]).any():
            raise ValueError(f"box, the set on which f is approximated, must be of numbers; its "
                             f"side {axis} is ({low:g}, {high:g})")
        if not np.isfinite([low, high]).all():
            raise ValueError(f"box, the set on which f is approximated, must be bounded; its side "
                             f"{axis} is ({low:g}, {high:g}): on an unbounded set no network with "
                             "a bounded activation follows a growing f")
        if max(-low, high) > LARGEST:
            raise ValueError(f"box, the set on which f is approximated, must be within {LARGEST:g} "
                             f"of 0, where float64 can still square; its side {axis} is ({low:g}, "
                             f"{high:g}): scale the variables")
        if low >= high:
            what = "empty" if low > high else "a point"
            raise ValueError(f"box, the set on which f is approximated, needs low < high; its side "
                             f"{axis}, ({low:g}, {high:g}), is {what}: exchange or widen its ends")
        least = max(SHORTEST * max(-low, high), 1 / LARGEST)
        if high - low < least:
            raise ValueError(f"box, the set on which f is approximated, is too short for float64: "
                             f"its side {axis}, ({low:.17g}, {high:.17g}), must be at least "
                             f"{least:.2g} long; shift or scale the variables")
    return Box(sides[:, 0].copy(), sides[:, 1].copy(), symbols)
