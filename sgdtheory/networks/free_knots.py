"""Continuous piecewise-linear functions with few pieces: the longest links through a tunnel.

A function within eps of f is a path in the tunnel between f - eps and f + eps. The fewest links
come from taking each as long as it can be [Imai & Iri 1986]: from any point of the last one, the
slopes that stay in the tunnel are an interval, and the link ends where that interval is empty. The
tunnel is sampled and shrunk a little; the certificate of the network comes after (`certify`).
"""

from __future__ import annotations

import numpy as np

from sgdtheory.networks.ball import Array
from sgdtheory.networks.network import Shallow, shallow

__all__ = ["longest_links", "relu_network"]

SHRINK = 1e-3
TRIES = 24


def longest_links(x: Array, y: Array, eps: float) -> tuple[Array, Array]:
    """Return the corners ``(t, v)`` of a path with few links within eps of ``(x, y)``."""
    low, high = y - (1 - SHRINK) * eps, y + (1 - SHRINK) * eps
    starts = np.stack([np.full(TRIES, x[0]), np.linspace(low[0], high[0], TRIES)])
    corners, step = [], max(8, len(x) // 64)
    while True:
        t, v, slope, end, step = _farthest(x, low, high, starts, step)
        corners.append((t, v))
        if end == len(x) - 1:
            corners.append((x[-1], v + slope * (x[-1] - t)))
            return np.array(corners).T[0], np.array(corners).T[1]
        at = t + (x[end] - t) * np.linspace(0.02, 1.0, TRIES)
        starts = np.stack([at, v + slope * (at - t)])


def _farthest(x: Array, low: Array, high: Array, starts: Array, step: int
              ) -> tuple[float, float, float, int, int]:
    """Return the start, the slope and the end of the longest link, the best start refined once."""
    for _ in range(3):
        ends, slopes, step = _reaches(x, low, high, starts, step)
        best = int(np.argmax(ends))
        t, v = starts[:, best]
        answer = (float(t), float(v), float(slopes[best]), int(ends[best]), step)
        left, right = starts[:, max(best - 1, 0)], starts[:, min(best + 1, starts.shape[1] - 1)]
        starts = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, TRIES)
        starts[:, 0] = t, v
    return answer


def _reaches(x: Array, low: Array, high: Array, starts: Array, step: int
             ) -> tuple[Array, Array, int]:
    """Return for each start how far a line stays in the tunnel, and its slope."""
    first = int(np.searchsorted(x, starts[0].min(), side="right"))
    while True:
        window = slice(first, min(first + step, len(x)))
        run = x[window][None, :] - starts[0][:, None]
        ahead = run > 0
        safe = np.where(ahead, run, 1.0)
        up = np.where(ahead, (high[window] - starts[1][:, None]) / safe, np.inf)
        down = np.where(ahead, (low[window] - starts[1][:, None]) / safe, -np.inf)
        up, down = np.minimum.accumulate(up, axis=1), np.maximum.accumulate(down, axis=1)
        inside = down <= up
        if window.stop == len(x) or not inside[:, -1].any():
            break
        step *= 2
    count = inside.sum(axis=1)
    last = np.maximum(count - 1, 0)
    rows = np.arange(len(count))
    slopes = (np.clip(up[rows, last], -1e300, 1e300) + np.clip(down[rows, last], -1e300, 1e300)) / 2
    return window.start + last, slopes, max(8, int(count.max()) + 8)


def relu_network(t: Array, v: Array) -> Shallow:
    """Return the ReLU network through the corners: a unit for each kink, and one or two.

    The affine part is that of one piece, which the units turned to the left leave alone; where the
    line of a piece keeps its sign on the whole interval, one unit is that line.
    """
    slopes = np.diff(v) / np.diff(t)
    kinks, changes = t[1:-1], np.diff(slopes)
    lines = np.stack([v[:-1] + slopes * (end - t[:-1]) for end in (t[0], t[-1])])
    sizes = np.where(lines[0] * lines[1] > 0, np.abs(lines).min(axis=0), -1.0)
    pivot = int(np.argmax(sizes))
    turned = np.where(np.arange(len(kinks)) < pivot, -1.0, 1.0)
    first, last = lines[:, pivot]
    weights, biases, outputs = _line(t, first, last, one=bool(sizes[pivot] > 0))
    return shallow(np.concatenate([turned, weights]), np.concatenate([-turned * kinks, biases]),
                   np.concatenate([changes, outputs]), "relu")


def _line(t: Array, first: float, last: float, one: bool) -> tuple[Array, Array, Array]:
    """Return the units of the line from ``(t_0, first)`` to ``(t_end, last)``."""
    a, b = t[0], t[-1]
    slope = (last - first) / (b - a)
    if one:
        sign = np.sign(first)
        return np.array([sign * slope]), np.array([sign * (first - slope * a)]), np.array([sign])
    return (np.array([1.0, -1.0]), np.array([-a, b]), np.array([last, first]) / (b - a))
