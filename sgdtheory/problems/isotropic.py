"""Noise in every coordinate: what goes wrong if `var` is read coordinate by coordinate.

[claim S18-b] The loss is ``c |w|^2 / 2`` in R^d and the noise a vector of d independent signs
times s: its variance is ``d s^2``, that of each coordinate ``s^2``. With the latter for sigma2 the
slide's bound is false, and every hypothesis holds without projection.

>>> problem = isotropic(d=100)
>>> float(problem.limit), float(problem.misread_bound)
(5.2631578947368425, 5.05)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.notation import letter
from sgdtheory.problems import ball
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import readonly
from sgdtheory.problems.geometry import (
    Array,
    check_batch,
    check_points,
    inner,
    matching,
    sphere_point,
)

__all__ = ["Isotropic", "isotropic"]


@dataclass(frozen=True, eq=False)
class Isotropic:
    """``c |w|^2 / 2`` with d independent signs of size s; build it with `isotropic`.

    The ball has the squared radius ``d s^2 / c^2``: no step of size at most 1/c leaves it, since
    ``|(1 - alpha c) w - alpha noise| <= (1 - alpha c) radius + alpha s sqrt(d)``.
    """

    dim: int
    c: Any
    alpha: Any
    s2: Any

    n = None
    minimiser = Fraction(0)

    @property
    def L(self) -> Any:
        """The same as c."""
        return self.c

    @property
    def sigma2(self) -> Any:
        """The trace of the covariance."""
        return self.dim * self.s2

    @property
    def coordinate_variance(self) -> Any:
        """The variance of each coordinate: the misreading."""
        return self.s2

    @property
    def radius2(self) -> Any:
        """The squared radius of the smallest ball that steps of size 1/c cannot leave."""
        return self.dim * self.s2 / self.c**2

    @property
    def radius(self) -> float:
        """Its square root, as a float."""
        return float(np.sqrt(float(self.radius2)))

    @property
    def mu2(self) -> Any:
        """The largest squared gradient on the ball."""
        return self.c**2 * self.radius2

    @property
    def w_star(self) -> Array:
        """The origin."""
        return readonly(np.zeros(self.dim))

    @property
    def w0(self) -> Array:
        """The point of the sphere with equal coordinates."""
        return sphere_point(self.dim, self.radius)

    @property
    def limit(self) -> Any:
        """The limit of ``E|w_t|^2``: ``alpha d s^2 / (c (2 - alpha c))``."""
        return self.distance2(None)

    @property
    def misread_bound(self) -> Any:
        """The slide's ball with the variance of a coordinate for sigma2."""
        return self.alpha * (self.coordinate_variance + self.mu2) / (2 * self.c)

    def distance2(self, t: int | None) -> Any:
        """Return ``E|w_t|^2`` from ``|w_0| = radius``, exactly; None for the limit."""
        limit = self.alpha * self.sigma2 / (self.c * (2 - self.alpha * self.c))
        if t is None:
            return limit
        return limit + (1 - self.alpha * self.c) ** (2 * t) * (self.radius2 - limit)

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (dim,) or (dim, runs)."""
        w = check_points(w, self.dim)
        return matching(self.c / 2, w) * inner(w, w)

    def grad(self, w: Any) -> Any:
        """Return the gradient of the loss at `w`, in its shape."""
        w = check_points(w, self.dim)
        return matching(self.c, w) * w

    def variance(self, w: Any) -> Any:
        """Return the trace of the covariance of one sample gradient."""
        return matching(self.sigma2, w) + 0 * inner(w, w)

    project, project_error = ball.project, ball.project_error
    sample_grad = ball.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, shape (dim, runs), in floats."""
        B = check_batch(B, None, replace)
        signs = 2 * rng.binomial(B, 0.5, e.shape) / B - 1
        gradient: Array = float(self.c) * e + np.sqrt(float(self.s2)) * signs
        return gradient

    def almost_sure_step(self, alpha: Any) -> tuple[float, float]:
        """Return `factor`, `shift` with ``|e'| <= factor |e| + shift`` for every batch."""
        return abs(float(1 - alpha * self.c)), float(alpha) * float(np.sqrt(float(self.sigma2)))

    def invariant(self, alpha: Any) -> bool:
        """Say whether an unprojected step stays in the ball: for steps up to 1/c."""
        return bool(alpha * self.c <= 1)

    def constants(self) -> Constants:
        """Return each constant; all are exact."""
        return Constants((
            Constant("c", float(self.c), "exact", "the only eigenvalue"),
            Constant("L", float(self.L), "exact", "the only eigenvalue"),
            Constant("mu2", float(self.mu2), "exact", "(c radius)^2"),
            Constant("sigma2", float(self.sigma2), "exact", "trace: d coordinates of variance s2"),
            Constant("radius", self.radius, "exact",
                     f"s sqrt(d) / c; no step of size <= {float(1 / self.c):g} leaves it"),
        ))


def isotropic(
    d: int, c: Any = 1, alpha: Any = Fraction(1, 10), s2: Any = 1
) -> Isotropic:
    """Return the isotropic quadratic in R^d whose coordinates have noise of variance `s2`.

    The misread bound is false for ``alpha c > 2/(d + 1)``.
    """
    if type(d) is not int or d < 1:
        raise ValueError(f"d={d}, the dimension, must be a whole number >= 1")
    letter("c").check(c)
    letter("alpha").check(alpha)
    if not s2 > 0:
        raise ValueError(f"s2={s2}, the variance of the noise in a coordinate, must be > 0")
    c, alpha, s2 = (Fraction(v) if type(v) is int else v for v in (c, alpha, s2))
    return Isotropic(d, c, alpha, s2)
