"""The best polynomial of a degree, from both sides: an exchange of nodes, then two certificates.

The exchange itself is only numerical. What it finds is certified afterwards: the nodes, rounded to
floats, give a lower bound in integers (`dual`); the polynomial, with rational coefficients, an
upper bound by Taylor models.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev

from sgdtheory.networks.ball import Array
from sgdtheory.networks.box import Box, box_of
from sgdtheory.networks.certify import Bracket, certified_sup
from sgdtheory.networks.dual import DualCertificate
from sgdtheory.networks.enclosed import Point, dual_certificate
from sgdtheory.networks.network import Shallow
from sgdtheory.networks.pieces import pieces_of
from sgdtheory.networks.target import Formula, Target, target_of
from sgdtheory.networks.units import activation_of

__all__ = ["best_dual", "best_polynomial", "polynomial_bracket", "segments"]

GRID = 4001


def best_polynomial(s: Array, y: Array, degree: int) -> tuple[Array, Array]:
    """Return the Chebyshev coefficients of the best polynomial at points of [-1, 1], and its nodes.

    The nodes, ``(degree + 2,)`` indices, are where the error is largest with alternating sign.
    """
    wanted = np.cos(np.pi * np.arange(degree + 2)[::-1] / (degree + 1))
    nodes = np.unique(np.searchsorted(s, wanted).clip(0, len(s) - 1))
    signs = (-1.0) ** np.arange(degree + 2)
    matrix = chebyshev.chebvander(s, degree)
    best, level = nodes, -1.0
    for _ in range(60):
        found = np.linalg.solve(np.column_stack([matrix[nodes], signs]), y[nodes])
        if abs(found[-1]) <= level * (1 + 1e-12):
            break
        best, level, answer = nodes, abs(found[-1]), found[:-1]
        new = _alternating(y - matrix @ answer, degree + 2)
        if new is None:
            break
        nodes = new
    return answer, best


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
    t = _grid(target, box)
    found: list[DualCertificate] = []
    for segment in segments(box):
        _, nodes = best_polynomial(2 * t - 1, on_segment(target, segment, t), degree)
        found.append(dual_certificate(target, segment, t[nodes]))
    return max(found, key=lambda certificate: certificate.bound)


def polynomial_bracket(f: Any, box: Any, degree: int) -> tuple[DualCertificate, Bracket]:
    """Return both certificates of ``E_k(f)``, the error of the best polynomial on an interval.

    The `bound` of the first is at most, and the `upper` of the second at least, E_k. f is a sympy
    expression.
    """
    import sympy

    where = box_of(box)
    target = target_of(f, where)
    if where.m > 1 or not isinstance(target, Formula):
        raise ValueError("the best polynomial is bracketed for a sympy expression of one variable; "
                         f"got {where.m} variables; on a larger box take best_dual, the lower end")
    segment, t = segments(where)[0], _grid(target, where)
    found, nodes = best_polynomial(2 * t - 1, on_segment(target, segment, t), degree)
    low, high = sympy.Rational(float(where.low[0])), sympy.Rational(float(where.high[0]))
    s = sympy.Dummy("s")
    series = sum((sympy.Rational(float(c)) * sympy.chebyshevt(k, s) for k, c in enumerate(found)),
                 start=sympy.Integer(0))
    moved = target.expression.subs(target.symbols[0], (low + high) / 2 + (high - low) / 2 * s)
    error = Formula(moved - sympy.horner(sympy.expand(series)), (s,))
    nothing = Shallow(np.zeros((1, 1)), np.zeros(1), np.zeros(1), activation_of("tanh"))
    return (dual_certificate(target, segment, t[nodes]),
            certified_sup(error, nothing, [(-1, 1)], tolerance=1e-5))


def _grid(target: Target, box: Box) -> Array:
    """Return Chebyshev points of [0, 1], and the points at which f has kinks, if they are known."""
    t = (1 - np.cos(np.pi * np.arange(GRID) / (GRID - 1))) / 2
    if box.m > 1:
        return t
    low, high = Fraction(float(box.low[0])), Fraction(float(box.high[0]))
    ends = [float((p.high - low) / (high - low)) for p in pieces_of(target, box)]
    return np.unique(np.concatenate([t, ends]))
