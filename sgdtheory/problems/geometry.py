"""Points as columns: inner products, the ball around the minimiser, and the checks of both.

A point has shape ``(dim,)``, a set of points ``(dim, runs)``: the coordinates are always first.
Everything here works on object arrays of Fractions too, except the projection on a ball.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgdtheory.notation import letter

__all__ = [
    "Array",
    "along",
    "ball_of_data",
    "ball_radius",
    "check_batch",
    "check_points",
    "distance_up",
    "inner",
    "matching",
    "near_origin",
    "number_or_nan",
    "project_on_ball",
    "sphere_point",
]

Array = NDArray[np.float64]
"""Points (dim,) or columns (dim, runs); exact instances put Fractions in object arrays."""

_EPS = float(np.finfo(float).eps)


def inner(u: Any, v: Any) -> Any:
    """Return ``<u, v>`` of points ``(dim, ...)``, or the product of two numbers."""
    product = u * v
    return product.sum(axis=0) if getattr(product, "ndim", 0) else product


def along(vector: Array, w: Array) -> Array:
    """Return `vector`, shape ``(dim,)``, in the shape that broadcasts against the points `w`."""
    return vector.reshape(-1, *(1,) * (w.ndim - 1))


def matching(value: Any, w: Any) -> Any:
    """Return the constant `value` as a float where `w` is an array of floats, else unchanged."""
    return float(value) if getattr(w, "dtype", None) == np.float64 else value


def number_or_nan(value: Any) -> float:
    """Return `value` as a float, NaN where it is no number: it then fails every comparison."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def check_points(w: Any, dim: int, name: str = "w", against: str = "the problem") -> Array:
    """Return `w` as an array ``(dim,)`` or ``(dim, runs)``; raise ValueError if it is neither."""
    points = np.asarray(w)
    if points.ndim not in (1, 2) or len(points) != dim:
        entries = len(points) if points.ndim else 1
        raise ValueError(
            f"{name} has {entries} entries, {against} has {dim} "
            f"{'column' if against == 'X' else 'coordinate'}{'s' if dim > 1 else ''}; pass an "
            f"array of shape ({dim},) or ({dim}, runs)"
        )
    return points


def check_batch(B: Any, n: int | None, replace: bool) -> int:
    """Return the batch size; raise ValueError unless `n` rows (None: a distribution) give it."""
    letter("B").check(B)
    if not replace and n is None:
        raise ValueError("replace=False, sampling without replacement, needs a finite sum of rows; "
                         "this problem draws from a distribution: use replace=True")
    if not replace and n is not None and n < B:
        raise ValueError(f"B={B}, the batch size, exceeds n={n} rows without replacement; use "
                         f"replace=True or B <= {n}")
    if B > 2**53:
        raise ValueError(f"B={B}, the batch size, exceeds 2^53, up to which floats count; the "
                         "noise of such a batch is below their precision: use the gradient itself")
    return int(B)


def ball_radius(radius: Any, default: float) -> float:
    """Return the radius in use: `radius`, or `default` (1 where that is 0)."""
    if radius is None:
        return default if default > 0 else 1.0
    if not 0 < number_or_nan(radius) < np.inf:
        raise ValueError(f"radius={radius}, the largest distance from the minimiser, must be > 0 "
                         "and finite; leave it out for a ball that contains w0")
    return float(radius)


def ball_of_data(w_star: Array) -> str:
    """Say how the radius is chosen that a problem of data has by default."""
    if inner(w_star, w_star) > 0:
        return "the smallest ball that contains 0, where runs start"
    return "radius 1, because runs start at w_star = 0"


def distance_up(w: Array) -> float:
    """Return ``|w|`` a hair rounded up, so that the ball of this radius contains `w` in floats."""
    return float(np.sqrt(inner(w, w))) * (1 + 4 * _EPS)


def sphere_point(dim: int, radius: float) -> Array:
    """Return the point at distance `radius` from 0 with equal coordinates, read-only."""
    point = project_on_ball(np.full(dim, radius / np.sqrt(dim)), radius)
    point.flags.writeable = False
    return point


def near_origin(w_star: Array, radius: float) -> Array:
    """Return 0, or if it is not in the ball a point close to the nearest to it; read-only."""
    length = float(np.sqrt(inner(w_star, w_star)))
    share = 0.0 if length <= radius else 1 - (1 - 1e-9) * radius / length
    point = share * w_star + 0.0
    point.flags.writeable = False
    return point


def project_on_ball(e: Array, radius: float) -> Array:
    """Return the errors `e` moved to the ball ``|e| <= radius``, those inside unchanged.

    Points outside land a hair inside the sphere, so that ``(e * e).sum(axis=0) <= radius**2`` is
    true in floats as well.
    """
    norm2 = inner(e, e)
    outside = norm2 > radius**2
    if not np.any(outside):
        return e
    length = np.sqrt(np.where(outside, norm2, radius**2))
    return e * np.where(outside, radius * (1 - (len(e) + 4) * _EPS) / length, 1.0)
