"""How far two paths are apart, and when that is first seen.

>>> here, there = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [2.5]])
>>> difference(here, there, tol=1e-9)
Difference(size=0.2, step=2, place=0)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["Difference", "difference", "relative"]


@dataclass(frozen=True)
class Difference:
    """The largest relative difference, the first step at which it exceeds `tol`, and the parameter.

    `step` is None where no difference exceeds it; `place` is the parameter that differs most.
    """

    size: float
    step: int | None
    place: int


def difference(one: np.ndarray, other: np.ndarray, tol: float) -> Difference:
    """Compare two paths ``(steps + 1, dim)``, each parameter relative to its size and its way."""
    apart = relative(one, other)
    worst = apart.max(axis=0)
    place = int(np.argmax(worst))
    late = np.flatnonzero((apart > tol).any(axis=1))
    return Difference(float(worst[place]), int(late[0]) if len(late) else None, place)


def relative(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return ``|one - other|`` over the larger size or length so far; inf where one is lost."""
    with np.errstate(all="ignore"):
        scale = np.maximum(_scale(one), _scale(other))
        apart = np.abs(one - other) / np.where(scale > 0, scale, 1)
    both = np.isnan(one) & np.isnan(other)
    apart = np.where(np.isfinite(one - other), apart, math.inf)
    shown: np.ndarray = np.where(both, 0.0, apart)
    return shown


def _scale(path: np.ndarray) -> np.ndarray:
    length = np.cumsum(np.abs(np.diff(path, axis=0, prepend=path[:1])), axis=0)
    larger: np.ndarray = np.maximum(np.abs(path), length)
    return larger
