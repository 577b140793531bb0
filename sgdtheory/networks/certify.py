"""A true bracket of ``sup |f - N|`` on a box: no maximum over a grid, but a certificate.

Branch and bound over cells: on each a Taylor model (`taylor`) bounds ``|f - N|`` from above, and
its value at the centre, with its rounding, bounds the supremum from below. Cells that cannot exceed
the best known value by more than the tolerance are kept as they are; the others are cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.networks.ball import UNIT, Array
from sgdtheory.networks.box import Box, box_of
from sgdtheory.networks.decimals import at_least, at_most
from sgdtheory.networks.exact import as_floats, exact_sup
from sgdtheory.networks.network import Shallow
from sgdtheory.networks.target import Target, target_of
from sgdtheory.networks.taylor import Model, Space, space

__all__ = ["CELLS", "Bracket", "certified_sup"]

CELLS = 400_000
"""How many cells a certificate may cut before it stops with the bracket that it has."""

WORK = 8e8
"""How many coefficients of units a certificate may compute by default."""

BATCH = 2_000_000
"""How many numbers the model of a batch of cells may have."""

ROUNDED = "the rest is rounding, which no cut makes smaller"
DECIDED = "stopped: it is not below the error that is allowed"
CELLS_SPENT = "stopped: all cells that it may cut are cut"

ORDERS = {1: 10, 2: 7, 3: 5}
"""The order of the Taylor models, by dimension; 4 beyond."""


@dataclass(frozen=True, eq=False)
class Bracket:
    """``lower <= sup |f - N| <= upper``; unpacks into the two.

    `lower` is attained or exceeded at `point` ``(m,)``; `cells` were cut; `closed` tells whether
    the tolerance was reached, and `why` what ended the work otherwise. Where the supremum is a
    known fraction, `exact`, it is attained at the fraction `exact_at`, of which `point` is the
    nearest float (at a jump, by a one-sided limit).
    """

    lower: float
    upper: float
    point: Array
    cells: int
    closed: bool
    exact: Fraction | None = None
    exact_at: Fraction | None = None
    why: str = ""

    def __iter__(self) -> Iterator[float]:
        return iter((self.lower, self.upper))

    @property
    def gap(self) -> float:
        """The width of the bracket over its upper end; 0 for the exact value 0."""
        return (self.upper - self.lower) / self.upper if self.upper > 0 else 0.0

    def __str__(self) -> str:
        why = f"; {self.why}" if self.why else ""
        return (f"sup |f - N| in [{at_least(self.lower)}, {at_most(self.upper)}], {self.cells} "
                f"cells{why}")


def certified_sup(f: Any, net: Shallow, box: Any, tolerance: float = 0.02, *,
                  below: float = 0.0, cells: int | None = None,
                  progress: Callable[[int, int, str], None] | None = None) -> Bracket:
    """Return a true bracket of ``sup |f - N|`` over the box.

    Parameters
    ----------
    f
        A sympy expression, or `Bounded`.
    net
        A `Shallow` network (or an `Approximation`).
    box
        ``[(low, high), ...]``.
    tolerance
        The relative width at which to stop. Where it is not reached, ``closed`` is False.
    below
        If given, the bracket goes on until its upper end is below this, or its lower end is not.
    cells
        The most cells to cut; by default fewer for a network with many units.
    progress
        Called as ``progress(done, total, what)``.
    """
    where = box_of(box)
    target = target_of(f, where)
    net = getattr(net, "net", net)
    if not isinstance(net, Shallow):
        raise ValueError(f"net, the network, must be one of networks.shallow or approximate; got "
                         f"{net!r}")
    if not 0 <= tolerance < np.inf or not (cells is None or cells >= 1):
        raise ValueError(f"tolerance, the relative width at which to stop, must be finite and >= "
                         f"0, and cells, the most to cut, >= 1; got {tolerance} and {cells}")
    if net.m != where.m:
        raise ValueError(f"net has {net.m} inputs and the box has {where.m} sides; they must agree")
    _on_a_grid(target, where)
    known = exact_sup(target, net, where)
    if known is not None:
        lower, upper = as_floats(known[0])
        return Bracket(lower, upper, np.array([float(known[1])]), 0, True, *known)
    order = _order(net)
    most = min(CELLS, int(WORK / (net.n * order))) if cells is None else cells
    search = _Search(target, net, where, tolerance, below, most, order)
    with np.errstate(all="ignore"):
        return search.run(progress)


def _order(net: Shallow) -> int:
    """Return the order of the Taylor models, low where a kink may be anywhere in a cell."""
    return 3 if net.m > 1 and net.activation.smoothness < 1 else ORDERS.get(net.m, 4)


def _on_a_grid(target: Target, box: Box) -> None:
    """Evaluate f at a few points, so that one that is not real or finite is refused in words."""
    target.values(box.grid({1: 33, 2: 7, 3: 4}.get(box.m, 2)))


@dataclass
class _Search:
    target: Target
    net: Shallow
    box: Box
    tolerance: float
    below: float
    most: int
    order: int

    def run(self, progress: Any) -> Bracket:
        """Cut until the bracket is closed."""
        over = space(self.box.m, self.order)
        low, high = self._first_cells()
        best, point, settled, cut, lost = 0.0, self.box.centre, 0.0, 0, False
        while True:
            upper, axis, centre, value = self._bounds(over, low, high)
            best, point = self._improved(best, point, centre, value)
            goal = best * (1 + self.tolerance)
            goal = min(goal, np.nextafter(self.below, 0)) if self.below > 0 else goal
            open_ = ~(upper <= goal)
            settled = max(settled, float(upper[~open_].max(initial=0.0)))
            cut += len(upper)
            stuck = self._stuck(upper, centre, value, open_, high - low)
            settled = max(settled, float(upper[stuck].max(initial=0.0)))
            open_, lost = open_ & ~stuck, lost or bool(stuck.any())
            if not open_.any():
                return Bracket(best, max(settled, best), point, cut, not lost, why=ROUNDED * lost)
            if cut + 2 * open_.sum() > self.most or best >= self.below > 0:
                top = float(np.where(np.isnan(upper), np.inf, upper).max(initial=settled))
                return Bracket(best, max(top, best), point, cut, False,
                               why=DECIDED if best >= self.below > 0 else CELLS_SPENT)
            if progress:
                progress(cut, self.most, "cells of the certificate")
            low, high = _cut(low[:, open_], high[:, open_], axis[open_])

    def _stuck(self, upper: Array, centre: Array, value: Array, open_: Array, width: Array
               ) -> Array:
        """Tell the open cells whose width of bounds is rounding, which no cut makes smaller.

        Raise ValueError where a cell of the size of rounding has no finite bound.
        """
        found = np.zeros(len(upper), dtype=bool)
        if not open_.any():
            return found
        alone = centre[:, open_]
        rounding = self._error(space(self.box.m, 1), alone, np.zeros_like(alone)).rem
        found[open_] = 4 * rounding >= upper[open_] - value[open_]
        scale = np.maximum(np.abs(self.box.low), np.abs(self.box.high))[:, None]
        found |= open_ & (width <= 16 * UNIT * scale).all(axis=0)
        lost = found & ~np.isfinite(upper)
        if lost.any():
            at = ", ".join(f"{c:.6g}" for c in centre[:, lost][:, 0])
            raise ValueError(f"f - N has no finite bound near ({at}): f is unbounded or not "
                             "defined there, or its formula is a quotient of zeros; keep away "
                             "from there, or write f in another form")
        return found

    def _first_cells(self) -> tuple[Array, Array]:
        """Return the cells to begin with; in 1-D they end at the kinks of the network."""
        if self.box.m > 1:
            return self.box.low[:, None], self.box.high[:, None]
        a, b = float(self.box.low[0]), float(self.box.high[0])
        ends = np.linspace(a, b, 9)[1:-1]
        if self.net.activation.smoothness < 2:
            w = self.net.weights[:, 0]
            ends = np.concatenate([ends, -self.net.biases[w != 0] / w[w != 0]])
        ends = np.unique(np.concatenate([[a], ends[(ends > a) & (ends < b)], [b]]))
        return ends[None, :-1], ends[None, 1:]

    def _bounds(self, over: Space, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        """Return upper bounds, the axes to cut, the centres and the sizes at the centres."""
        batch = max(1, BATCH // (self.net.n * over.order + len(over.powers)))
        parts = [self._batch(over, low[:, i : i + batch], high[:, i : i + batch])
                 for i in range(0, low.shape[1], batch)]
        return tuple(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))  # type: ignore[return-value]

    def _batch(self, over: Space, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        centre = np.clip(low + (high - low) / 2, low, high)
        half = np.maximum(np.nextafter(high - centre, np.inf), np.nextafter(centre - low, np.inf))
        model = self._error(over, centre, half)
        return model.size, _variation(model, half), centre, np.abs(model.coefs[0])

    def _error(self, over: Space, centre: Array, half: Array) -> Model:
        return self.target.model(over, centre, half) - self.net.model(over, centre, half)

    def _improved(self, best: float, point: Array, centre: Array, value: Array
                  ) -> tuple[float, Array]:
        """Evaluate the most promising centres alone, where only rounding is left."""
        top = np.argsort(np.where(np.isfinite(value), value, -1.0))[-4:]
        error = self._error(space(self.box.m, 1), centre[:, top], np.zeros((self.box.m, len(top))))
        least = error.range.mignitude
        least = np.where(np.isnan(least), 0.0, least)
        which = int(np.argmax(least))
        if least[which] > best:
            return float(least[which]), centre[:, top[which]]
        return best, point


def _variation(model: Model, half: Array) -> Array:
    """Return the axis along which each model changes most, cut next; the longest if unknown."""
    m = model.space.m
    weights = np.array(model.space.powers, dtype=float)
    changes = np.array([weights[:, j] @ np.abs(model.coefs) for j in range(m)])
    known = np.isfinite(changes).all(axis=0) & (changes.max(axis=0) > model.rem)
    longest = np.argmax(half, axis=0)
    most = np.argmax(changes * (half > half.max(axis=0) / 8), axis=0)
    return np.asarray(np.where(known, most, longest))


def _cut(low: Array, high: Array, axis: Array) -> tuple[Array, Array]:
    """Return both halves of each cell."""
    cells = np.arange(low.shape[1])
    middle = low[axis, cells] + (high[axis, cells] - low[axis, cells]) / 2
    left, right = high.copy(), low.copy()
    left[axis, cells] = middle
    right[axis, cells] = middle
    return np.concatenate([low, right], axis=1), np.concatenate([left, high], axis=1)
