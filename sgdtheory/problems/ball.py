"""What the problems share whose set is a ball around the minimiser: each takes them as methods.

They need of the problem its `dim`, `n`, `radius` and `w_star`, `sample_grad_error`, and for
`invariant` its `almost_sure_step`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.problems.constants import Constant
from sgdtheory.problems.geometry import Array, along, check_points, project_on_ball

__all__ = ["invariant", "points", "project", "project_error", "radius_row", "sample_grad"]


def points(problem: Any, w: Any) -> Array:
    """Return `w` as an array ``(dim,)`` or ``(dim, runs)``; raise ValueError if it is neither."""
    return check_points(w, problem.dim, against="the problem" if problem.n is None else "X")


def project(problem: Any, w: Any) -> Array:
    """Return the nearest point of the ball, in the shape of `w`; points inside are unchanged."""
    w = points(problem, w)
    e = w - along(problem.w_star, w)
    moved: Array = problem.project_error(e)
    return w if moved is e else np.where(moved == e, w, along(problem.w_star, w) + moved)


def project_error(problem: Any, e: Array) -> Array:
    """Return the projection of ``w_star + e`` on the ball, minus `w_star`."""
    return project_on_ball(e, problem.radius)


def sample_grad(
    problem: Any, w: Any, B: int, rng: np.random.Generator, replace: bool = True
) -> Array:
    """Return the gradient of a fresh batch of `B` samples for each column of `w` (dim, runs)."""
    w = points(problem, w)
    gradient: Array = problem.sample_grad_error(w - along(problem.w_star, w), B, rng, replace)
    return gradient


def invariant(problem: Any, alpha: float) -> bool:
    """Say whether an unprojected step from inside the ball is certain to stay inside."""
    factor, shift = problem.almost_sure_step(alpha)
    return bool(factor * problem.radius + shift <= problem.radius)


def radius_row(problem: Any, default: str, stays: str) -> Constant:
    """Return the row of the radius: whether it was given, else the rule of the default."""
    if problem.radius_given:
        return Constant("radius", problem.radius, "given", f"around w_star; {stays}")
    return Constant("radius", problem.radius, "default", f"around w_star: {default}; {stays}")
