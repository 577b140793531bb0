"""The hypotheses of the lecture as slacks: each is >= 0 where its hypothesis holds [slides 18-19].

The same function judges a problem of floats and, exactly, an instance of Fractions: that is how a
constant that is merely claimed is found out, and how a refutation shows that it plays by the rules.

>>> from fractions import Fraction as F
>>> from sgdtheory.problems.worst_case import two_cycle
>>> instance = two_cycle(alpha=F(1), x=F(1), y=F(1, 10))
>>> found = slacks(instance, points(F(1), F(-1, 10)), points(F(-1, 10), F(1, 20)))
>>> min(found["strong convexity"]), found["gradient bound"].tolist()
(Fraction(99, 2000), [Fraction(0, 1), Fraction(0, 1)])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.problems.geometry import Array, along, inner, matching

__all__ = ["holds", "points", "slacks"]


def points(*numbers: Any) -> Array:
    """Return points of the line as columns, shape (1, k); Fractions stay exact."""
    return np.array([numbers], dtype=None if _floats(numbers) else object)


def _floats(numbers: tuple[Any, ...]) -> bool:
    return all(isinstance(number, (float, np.floating)) for number in numbers)


def slacks(problem: Any, w: Array, v: Array) -> dict[str, Array]:
    """Return the slack of each hypothesis at the pairs of columns of `w` and `v`, (dim, k).

    ``strong convexity``: ``f(v) - f(w) - <g(w), v - w> - c/2 |v - w|^2``. ``smoothness`` (where L
    is finite): ``<g(v) - g(w), L (v - w) - (g(v) - g(w))>``. ``gradient bound``:
    ``mu2 - |g(w)|^2``. ``variance bound``: ``sigma2 - tr Cov(w)``. ``minimiser``:
    ``f(w) - f(w_star)``. ``inside``: ``w`` is in the ball of the radius.
    """
    c, step = matching(problem.c, w), v - w
    at_w, turn = problem.grad(w), problem.grad(v) - problem.grad(w)
    star = 0 * w + (problem.minimiser if w.dtype == object else along(problem.w_star, w))
    e = w - star
    found = {
        "strong convexity": problem.loss(v) - problem.loss(w) - inner(at_w, step)
        - c * inner(step, step) / 2,
        "gradient bound": matching(problem.mu2, w) - inner(at_w, at_w),
        "variance bound": matching(problem.sigma2, w) - problem.variance(w),
        "minimiser": problem.loss(w) - problem.loss(star),
        "inside": matching(problem.radius, w) ** 2 - inner(e, e),
    }
    if problem.L != np.inf:
        found["smoothness"] = inner(turn, matching(problem.L, w) * step - turn)
    return found


def holds(problem: Any, w: Array, v: Array) -> bool:
    """Say whether every slack is >= 0, without tolerance: meant for Fractions."""
    return all(bool(np.all(slack >= 0)) for slack in slacks(problem, w, v).values())
