"""The largest value of a convex quadratic on a ball, with a certificate.

``max { h'Qh + 2q'h : |h| <= R } = min { nu R^2 + q'(nu - Q)^{-1}q : nu > lambda_max(Q) }``: every
`nu` gives an upper bound, and the best one solves the secular equation ``|(nu - Q)^{-1}q| = R``,
whose `h` attains it (the trust-region problem, strong duality without convexity).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sgdtheory.problems.geometry import Array

__all__ = ["Maximum", "maximize_on_ball"]


class Maximum(NamedTuple):
    """The value attained at `point`, and the certified `upper` bound of the multiplier `nu`."""

    value: float
    point: Array
    upper: float
    nu: float


def maximize_on_ball(Q: Array, q: Array, radius: float) -> Maximum:
    """Maximise ``h'Qh + 2q'h`` over ``|h| <= radius`` for symmetric Q >= 0, shape (d, d)."""
    eigenvalues, V = np.linalg.eigh(Q)
    b, gap = V.T @ q, eigenvalues[-1] - eigenvalues
    delta = _secular_root(b, gap, radius)
    active = b != 0
    coordinates = np.zeros_like(b)
    coordinates[active] = b[active] / (delta + gap[active])
    missing = radius**2 - coordinates @ coordinates
    if missing > 0:
        coordinates[-1] += np.copysign(np.sqrt(missing + coordinates[-1] ** 2)
                                       - abs(coordinates[-1]), coordinates[-1])
    point = V @ coordinates
    point *= radius / np.linalg.norm(point)
    nu = float(eigenvalues[-1] + delta)
    upper = nu * radius**2 + float((b[active] ** 2 / (delta + gap[active])).sum())
    return Maximum(float(point @ Q @ point + 2 * q @ point), point, upper, nu)


def _secular_root(b: Array, gap: Array, radius: float) -> float:
    """Return the least ``delta >= 0`` with ``sum((b / (delta + gap))**2) <= radius**2``.

    It is at least ``|b_top| / radius`` (top: the eigenvalues equal to the largest) and at most
    ``|b| / radius``; bisection to the last bit. In the hard case (b_top = 0) it may be 0.
    """
    b, gap = b[b != 0], gap[b != 0]
    low, high = float(np.linalg.norm(b[gap == 0])) / radius, float(np.linalg.norm(b)) / radius
    if not low and float(((b / gap) ** 2).sum()) <= radius**2:
        return 0.0
    while low < (middle := (low + high) / 2) < high:
        inside = float(((b / (middle + gap)) ** 2).sum()) <= radius**2
        low, high = (low, middle) if inside else (middle, high)
    return high
