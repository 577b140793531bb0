"""The best polynomial of a degree, from both sides: an exchange of nodes, then two certificates.

The exchange itself is only numerical. What it finds is certified afterwards: the nodes, rounded to
floats, give a lower bound in integers (`dual`); the polynomial, with rational coefficients, an
upper bound by Taylor models.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from numpy.polynomial import chebyshev

from sgdtheory.networks.ball import Array
from sgdtheory.networks.box import Box
from sgdtheory.networks.dual import DualCertificate
from sgdtheory.networks.enclosed import Point, dual_certificate
from sgdtheory.networks.target import Target

__all__ = ["best_dual", "best_polynomial", "segments"]

GRID = 4001


def best_polynomial(s: Array, y: Array, degree: int) -> tuple[Array, Array]:
    """Return the Chebyshev coefficients of the best polynomial at points of [-1, 1], and its nodes.

    The nodes, ``(degree + 2,)`` indices, are where the error is largest with alternating sign.
    """
    wanted = np.cos(np.pi * np.arange(degree + 2)[::-1] / (degree + 1))
    nodes = np.unique(np.searchsorted(s, wanted).clip(0, len(s) - 1))
    signs = (-1.0) ** np.arange(degree + 2)
    matrix = chebyshev.chebvander(s, degree)
    for _ in range(60):
        system = np.column_stack([matrix[nodes], signs])
        found = np.linalg.solve(system, y[nodes])
        error = y - matrix @ found[:-1]
        new = _alternating(error, degree + 2)
        if new is None or np.array_equal(new, nodes):
            break
        if np.abs(error[new]).min() <= abs(found[-1]) * (1 - 1e-9):
            break
        nodes = new
    return found[:-1], nodes


def _alternating(error: Array, count: int) -> Array | None:
    """Return `count` points with alternating signs and large errors; None if there are fewer."""
    runs = np.flatnonzero(np.diff(np.sign(error))) + 1
    groups = np.split(np.arange(len(error)), runs)
    peaks = [int(group[np.argmax(np.abs(error[group]))]) for group in groups]
    while len(peaks) > count:
        left, right = abs(error[peaks[0]]), abs(error[peaks[-1]])
        sizes = np.abs(error[peaks])
        inner = int(np.argmin(sizes))
        if len(peaks) == count + 1 or inner in (0, len(peaks) - 1):
            peaks.pop(0 if left < right else -1)
        else:
            neighbour = inner + 1 if sizes[inner + 1] < sizes[inner - 1] else inner - 1
            for place in sorted((inner, neighbour), reverse=True):
                peaks.pop(place)
    return np.array(peaks) if len(peaks) == count else None


def segments(box: Box) -> tuple[tuple[Point, Point], ...]:
    """Return the segments of a box on which bounds are looked for: sides through the centre and
    diagonals.
    """
    low, high = ([Fraction(float(x)) for x in end] for end in (box.low, box.high))
    middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    found = []
    for axis in range(box.m):
        start, end = list(middle), list(middle)
        start[axis], end[axis] = low[axis], high[axis]
        found.append((tuple(start), tuple(end)))
    if box.m > 1:
        for choice in product((0, 1), repeat=box.m - 1):
            flips = (0, *choice)
            ends = [(b, a) if flip else (a, b) for a, b, flip in zip(low, high, flips, strict=True)]
            found.append((tuple(e[0] for e in ends), tuple(e[1] for e in ends)))
    return tuple(found)


def on_segment(target: Target, segment: tuple[Point, Point], t: Array) -> Array:
    """Return the values of f at points ``t`` in [0, 1] of a segment."""
    start, end = (np.array([float(x) for x in point]) for point in segment)
    return np.asarray(target.values(start + t[:, None] * (end - start)))


def best_dual(target: Target, box: Box, degree: int) -> DualCertificate:
    """Return the best certificate for polynomials of a degree that is found on `segments`."""
    t = (1 - np.cos(np.pi * np.arange(GRID) / (GRID - 1))) / 2
    found: list[DualCertificate] = []
    for segment in segments(box):
        _, nodes = best_polynomial(2 * t - 1, on_segment(target, segment, t), degree)
        found.append(dual_certificate(target, segment, t[nodes]))
    return max(found, key=lambda certificate: certificate.bound)
