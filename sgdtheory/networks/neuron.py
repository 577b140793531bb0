"""Every critical point of the squared loss of one sigmoid unit with one weight, certified.

The loss is ``E(w) = sum((sigmoid(x_t w) - y_t)^2)``, with labels in (0, 1). Each example has its
own dip, at ``z_t = logit(y_t)/x_t``, and its slope there changes from falling to rising: so E falls
left of all the ``z_t`` and rises right of them. In between, cells are cut until on each the
enclosed slope or the enclosed curvature has a sign. Where the slope has one there is no critical
point; where the curvature has one there is exactly one if the slope changes its sign, and none
if not. So nothing is missed, and the count is exact for the examples as they are given, in floats.

>>> found = critical_points([1.0, 0.1, 0.01], [0.75, 0.75, 0.75])
>>> len(found.minima), len(found.maxima)
(3, 2)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from sgdtheory.networks.ball import Array, Ball, ball, enlarged

__all__ = ["CriticalPoints", "critical_points", "geometric_inputs", "on_axes", "slopes",
           "unit_value"]

MOST_CUTS, MOST_CELLS, FLAT = 70, 200_000, 30.0


@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """All critical points of a loss of one weight: each interval, ``(k, 2)``, holds exactly one.

    ``minimal_losses``, ``(k, 2)``, encloses the loss at each minimum.
    """

    minima: Array
    maxima: Array
    minimal_losses: Array

    @property
    def count(self) -> int:
        """The number of critical points."""
        return len(self.minima) + len(self.maxima)

    @property
    def spurious(self) -> int:
        """The number of minima whose loss is certainly above that of another."""
        if not len(self.minima):
            return 0
        return int(np.sum(self.minimal_losses[:, 0] > self.minimal_losses[:, 1].min()))


def geometric_inputs(count: int, ratio: float = 10.0) -> Array:
    """Return the inputs ``ratio^-t``, t = 0, 1, ..., of Auer's examples on one axis."""
    return float(ratio) ** -np.arange(count)


def on_axes(n: int, d: int) -> tuple[int, ...]:
    """Return how many of n examples lie on each of d axes, as evenly as can be."""
    if d < 1 or n < d:
        raise ValueError(f"n={n}, the number of examples, must be at least d={d} >= 1, one for "
                         f"each axis; take d = {max(n, 1)} axes at most")
    return (n // d + 1,) * (n % d) + (n // d,) * (d - n % d)


def critical_points(x: Any, y: Any) -> CriticalPoints:
    """Return all critical points of the loss of one unit, inputs and labels ``(n,)``."""
    x, y = _checked(x, y)
    with np.errstate(all="ignore"):
        return _found(x, y)


def _checked(x: Any, y: Any) -> tuple[Array, Array]:
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise ValueError(f"x and y, inputs and labels, must both have the shape (n,), n >= 1; got "
                         f"{x.shape} and {y.shape}; a unit with several weights has critical "
                         "points axis by axis if each input lies on an axis")
    if not (np.isfinite(x) & (x != 0)).all():
        raise ValueError(f"x, the inputs, must be finite and not 0; got "
                         f"{x[~(np.isfinite(x) & (x != 0))][0]:g}; an input of 0 tells nothing "
                         "about the weight: leave it out")
    if not ((y > 0) & (y < 1)).all():
        raise ValueError(f"y, the labels, must lie in (0, 1), where the sigmoid has its values; "
                         f"got {y[~((y > 0) & (y < 1))][0]:g}; move it inside, as 0.75 for 1")
    return x, y


def _found(x: Array, y: Array) -> CriticalPoints:
    dips = (ball(y) / (ball(1.0) - y)).log() / x
    low, high = float(dips.low.min()), float(dips.high.max())
    least, places = 1e-9 / float(np.abs(x).max()), np.unique(dips.mid)
    first, last = low - 1e-3 * abs(low) - least, high + 1e-3 * abs(high) + least
    cells = _decided(x, y, np.concatenate([[first], places, [last]]))
    intervals, signs = _crossings(*cells)
    narrow = _narrowed(x, y, intervals, signs)
    minima, maxima = narrow[signs > 0], narrow[signs < 0]
    losses = _loss(x, y, _cell(minima[:, 0], minima[:, 1]))
    return CriticalPoints(minima, maxima, np.stack([losses.low, losses.high], axis=-1))


def _cell(low: Array, high: Array) -> Ball:
    """Return a ball that holds the interval from `low` to `high`."""
    mid = low + (high - low) / 2
    return Ball(mid, enlarged(np.maximum(high - mid, mid - low)))


def _decided(x: Array, y: Array, ends: Array) -> tuple[Array, Array, Array, Array]:
    """Return cells in order, their ends and the signs of slope and curvature, 0 if not known."""
    low, high, done = ends[:-1], ends[1:], []
    for _ in range(MOST_CUTS):
        slope, bend = slopes(x, y, _cell(low, high))
        sign, turn = _sign(slope), _sign(bend)
        open_ = (sign == 0) & (turn == 0)
        done.append(np.stack([low, high, sign, turn])[:, ~open_])
        if not open_.any():
            cells = np.concatenate(done, axis=1)
            low, high, sign, turn = cells[:, np.argsort(cells[0], kind="stable")]
            return low, high, sign, turn
        a, b = low[open_], high[open_]
        middle = a + (b - a) / 2
        low, high = np.concatenate([a, middle]), np.concatenate([middle, b])
        if len(low) > MOST_CELLS:
            break
    raise ValueError(f"x, the inputs: near the weight {low[0]:.6g} slope and curvature are both so "
                     "small that their signs cannot be told; the critical point is degenerate, or "
                     "two are too close: move an example a little")


def slopes(x: Array, y: Array, w: Ball) -> tuple[Ball, Ball]:
    """Return half the first and half the second derivative of the loss, over all of a ball."""
    slope = bend = ball(np.zeros_like(w.mid))
    for input_, label in zip(map(ball, x), y, strict=True):
        value, steep = unit_value(input_ * w)
        off = value - label
        slope = slope + input_ * (off * steep)
        bend = bend + (input_ * input_) * (steep * (steep + off * (1.0 - 2.0 * value)))
    return slope, bend


def unit_value(z: Ball) -> tuple[Ball, Ball]:
    """Return the sigmoid and its derivative, which is below ``exp(-|z|)``."""
    t = (z * 0.5).tanh()
    steep = (1.0 - t) * (1.0 + t) * 0.25
    half = enlarged(np.exp(-z.mignitude)) / 2
    far = z.mignitude > FLAT
    return (1.0 + t) * 0.5, Ball(np.where(far, half, steep.mid),
                                 np.where(far, enlarged(half), steep.rad))


def _loss(x: Array, y: Array, w: Ball) -> Ball:
    total = ball(np.zeros_like(w.mid))
    for input_, label in zip(map(ball, x), y, strict=True):
        total = total + (unit_value(input_ * w)[0] - label).power(2)
    return total


def _sign(value: Ball) -> Array:
    """Return the sign of the numbers in a ball; 0 if it is not the same for all, or not known."""
    return np.where(value.low > 0, 1.0, np.where(value.high < 0, -1.0, 0.0))


def _crossings(low: Array, high: Array, slope: Array, bend: Array) -> tuple[Array, Array]:
    """Return the intervals on which the slope passes 0 once, and whether it rises there.

    Neighbours of cells of curved type have a slope of known sign, up to the common end: curvature
    of both signs at one point is impossible, and beyond the ends the loss falls, then rises.
    """
    kinds = np.where(slope != 0, 0.0, bend)
    intervals, signs, place = [], [], 0
    for kind, group in groupby(kinds):
        first, place = place, place + len(list(group))
        before = slope[first - 1] if first else -1.0
        after = slope[place] if place < len(slope) else 1.0
        if kind and before != after:
            intervals.append((low[first], high[place - 1]))
            signs.append(kind)
    return np.array(intervals).reshape(-1, 2), np.array(signs)


def _narrowed(x: Array, y: Array, intervals: Array, signs: Array) -> Array:
    """Bisect intervals on which the slope passes 0 once, as far as its sign can be told."""
    low, high = intervals.T.copy()
    for _ in range(MOST_CUTS):
        middle = low + 0.49 * (high - low)  # not the half, where a single example has its zero
        rises = _sign(slopes(x, y, ball(middle))[0]) * signs
        low, high = np.where(rises < 0, middle, low), np.where(rises > 0, middle, high)
    return np.stack([low, high], axis=-1)
