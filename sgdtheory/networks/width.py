"""How many ReLU units are needed in one dimension: intervals on which no affine function is near f.

A unit has one kink. On an interval without a kink inside, the network is affine, and misses f by
the best affine error there. So as many units are needed as there are neighbouring intervals with a
best affine error of eps or more, each shown by three points. In a box of more dimensions the same
holds along any segment.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.networks.ball import Array
from sgdtheory.networks.dual import DualCertificate, WidthCertificate
from sgdtheory.networks.enclosed import Point, dual_certificate
from sgdtheory.networks.target import Target

__all__ = ["affine_reference", "error_of_few", "least_width"]

GRID = 2**17 + 1


def affine_reference(t: Array, y: Array) -> tuple[float, tuple[int, int, int]]:
    """Return the error of the best affine function at points, and the three that show it."""
    last = len(t) - 1
    nodes = (0, max(1, last // 2), last)
    for _ in range(40):
        a, b, c = nodes
        slope = (y[c] - y[a]) / (t[c] - t[a])
        level = (y[a] + y[b] + slope * (t[a] - t[b])) / 2
        error = y - level - slope * (t - t[a])
        worst = int(np.argmax(np.abs(error)))
        best = abs(error[b])
        if abs(error[worst]) <= best * (1 + 1e-12) or worst in nodes:
            break
        nodes = _exchanged(nodes, worst, error)
    return float(best), nodes


def _exchanged(nodes: tuple[int, int, int], new: int, error: Array) -> tuple[int, int, int]:
    """Put a new node in for the neighbour with the same sign, so that the signs alternate."""
    a, b, c = nodes
    same = np.sign(error[new]) == np.sign(error[b])
    if new < a:
        return (new, b, c) if not same else (new, a, b)
    if new > c:
        return (a, b, new) if not same else (b, c, new)
    if same:
        return a, new, c
    return (new, b, c) if new < b else (a, b, new)


def least_width(target: Target, segment: tuple[Point, Point], eps: float, y: Array | None = None,
                most: int | None = None) -> WidthCertificate:
    """Return the intervals that show how many units an error below eps needs; none shows 0."""
    t, y = _sampled(target, segment, y)
    parts: list[DualCertificate] = []
    start = 0
    while start < len(t) - 2 and (most is None or len(parts) < most):
        found = _next_part(target, segment, t, y, start, eps)
        if found is None:
            break
        start, part = found
        parts.append(part)
    return WidthCertificate(tuple(parts))


def _sampled(target: Target, segment: tuple[Point, Point], y: Array | None) -> tuple[Array, Array]:
    t = np.linspace(0.0, 1.0, GRID if y is None else len(y))
    if y is None:
        start, end = (np.array([float(x) for x in point]) for point in segment)
        y = target.values(start + t[:, None] * (end - start))
    return t, y


def _next_part(target: Target, segment: Any, t: Array, y: Array, start: int, eps: float
               ) -> tuple[int, DualCertificate] | None:
    """Return the shortest interval from `start` on with a certified affine error of eps."""
    low, step = start + 1, 2
    while _error(t, y, start, min(start + step, len(t) - 1)) < eps:
        if start + step >= len(t) - 1:
            return None
        low, step = start + step, 2 * step
    high = min(start + step, len(t) - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _error(t, y, start, middle) < eps else (low, middle)
    for end in range(high, min(high + 3, len(t))):
        _, nodes = affine_reference(t[start : end + 1], y[start : end + 1])
        part = dual_certificate(target, segment, t[start + np.array(nodes)])
        if part.bound >= eps:
            return end, part
    return None


def _error(t: Array, y: Array, start: int, end: int) -> float:
    if end < start + 2:
        return 0.0
    return affine_reference(t[start : end + 1], y[start : end + 1])[0]


def error_of_few(target: Target, segment: tuple[Point, Point], units: int) -> WidthCertificate:
    """Return the certificate that bounds the error of every net with at most `units` units.

    Bisection for the largest eps with ``units + 1`` intervals.
    """
    _, y = _sampled(target, segment, None)
    low, high = 0.0, float(np.ptp(y)) / 2 or 1e-300
    best = WidthCertificate(())
    for _ in range(24):
        middle = high / 2 if low == 0 else (low + high) / 2
        found = least_width(target, segment, middle, y, most=units + 1)
        if found.n > units:
            low, best = middle, found
        else:
            high = middle
        if high - low < 1e-3 * high or high < 1e-14:
            break
    return best
