"""What the problems share whose set is an interval: each takes them as methods and properties.

They need of the problem its `low` and `high` ends, `minimiser` and `start`, all exact numbers, and
`sample_grad_error`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.problems.design import readonly
from sgdtheory.problems.geometry import Array, matching

__all__ = ["project", "project_error", "sample_grad", "w0", "w_star"]


def w_star(problem: Any) -> Array:
    """Return the minimiser as a float, shape (1,)."""
    return readonly([float(problem.minimiser)])


def w0(problem: Any) -> Array:
    """Return the start as a float, shape (1,)."""
    return readonly([float(problem.start)])


def project(problem: Any, w: Any) -> Any:
    """Return the nearest point of the interval."""
    return np.minimum(np.maximum(w, matching(problem.low, w)), matching(problem.high, w))


def project_error(problem: Any, e: Array) -> Array:
    """Return the nearest point of the interval to ``w_star + e``, minus `w_star`."""
    low, high = float(problem.low - problem.minimiser), float(problem.high - problem.minimiser)
    nearest: Array = np.minimum(np.maximum(e, low), high)
    return nearest


def sample_grad(
    problem: Any, w: Any, B: int, rng: np.random.Generator, replace: bool = True
) -> Array:
    """Return the gradient of a fresh batch of `B` samples for each column of `w`, in floats."""
    e = np.asarray(w, dtype=float) - float(problem.minimiser)
    gradient: Array = problem.sample_grad_error(e, B, rng, replace)
    return gradient
