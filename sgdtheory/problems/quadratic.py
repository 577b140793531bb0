"""The diagonal quadratic with additive Gaussian noise: every moment is known.

>>> problem = quadratic([1.0, 4.0], sigma2=2.0)
>>> problem.c, problem.L, problem.sigma2
(1.0, 4.0, 2.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.notation import letter
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import readonly
from sgdtheory.problems.geometry import (
    Array,
    along,
    ball_radius,
    check_batch,
    check_points,
    inner,
    project_on_ball,
    sphere_point,
)

__all__ = ["Quadratic", "check_eigenvalues", "quadratic"]


@dataclass(frozen=True, eq=False)
class Quadratic:
    """``sum_j h_j w_j^2 / 2`` with gradient noise ``N(0, sigma2/dim I)``; build with `quadratic`.

    Attributes
    ----------
    eigenvalues : (dim,)
        The curvatures h_j.
    c, L, mu2, sigma2, radius : float
        Exact; `sigma2` is the trace of the covariance, the same everywhere.
    w_star, w0 : (dim,)
        The origin, and the point at distance `radius` with equal coordinates.
    """

    eigenvalues: Array
    sigma2: float
    radius: float
    w_star: Array
    w0: Array

    n = None

    @property
    def dim(self) -> int:
        """The number of eigenvalues."""
        return len(self.eigenvalues)

    @property
    def c(self) -> float:
        """The smallest eigenvalue."""
        return float(self.eigenvalues.min())

    @property
    def L(self) -> float:
        """The largest eigenvalue."""
        return float(self.eigenvalues.max())

    @property
    def mu2(self) -> float:
        """The largest squared gradient on the ball."""
        return (self.L * self.radius) ** 2

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (dim,) or (dim, runs)."""
        w = check_points(w, self.dim)
        return inner(w, self.grad(w)) / 2

    def grad(self, w: Any) -> Any:
        """Return the gradient of the loss at `w`, in its shape."""
        w = check_points(w, self.dim)
        return along(self.eigenvalues, w) * w

    def variance(self, w: Any) -> Any:
        """Return the trace of the covariance of one sample gradient at `w`."""
        return self.sigma2 + 0 * inner(w, w)

    def project(self, w: Any) -> Array:
        """Return the nearest point of the ball."""
        return project_on_ball(check_points(w, self.dim), self.radius)

    def project_error(self, e: Array) -> Array:
        """Return the projection of ``w_star + e`` on the ball, minus `w_star`."""
        return project_on_ball(e, self.radius)

    def sample_grad(
        self, w: Any, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return the gradient of a batch for each column of `w` (dim, runs): one draw for any B."""
        return self.sample_grad_error(check_points(w, self.dim), B, rng, replace)

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, for `e` of shape (dim, runs)."""
        B = check_batch(B, None, replace)
        noise: Array = rng.standard_normal(e.shape)
        noise *= np.sqrt(self.sigma2 / (self.dim * B))
        noise += self.eigenvalues[:, None] * e
        return noise

    def almost_sure_step(self, alpha: float) -> tuple[float, float] | None:
        """Return the contraction of a noise-free step, or None: Gaussian noise is unbounded."""
        if self.sigma2:
            return None
        return max(abs(1 - alpha * self.c), abs(1 - alpha * self.L)), 0.0

    def invariant(self, alpha: float) -> bool:
        """Say whether an unprojected step from inside the ball is certain to stay inside."""
        step = self.almost_sure_step(alpha)
        return step is not None and step[0] <= 1

    def constants(self) -> Constants:
        """Return each constant with how it was obtained."""
        stays = ("Gaussian noise leaves any ball: project" if self.sigma2 else
                 f"no noise: no step leaves it for alpha <= {2 / self.L:.3g}")
        return Constants((
            Constant("c", self.c, "exact", "smallest eigenvalue"),
            Constant("L", self.L, "exact", "largest eigenvalue"),
            Constant("mu2", self.mu2, "exact", "(L radius)^2: the gradient is linear"),
            Constant("sigma2", self.sigma2, "given", "trace of the covariance of the noise"),
            Constant("radius", self.radius, "given", f"around w_star = 0; {stays}"),
        ))


def check_eigenvalues(eigenvalues: Any) -> Array:
    """Return `eigenvalues` as a read-only array (dim,); raise ValueError unless all are > 0."""
    values = readonly(eigenvalues)
    if values.ndim != 1 or not values.size:
        raise ValueError(f"eigenvalues has shape {values.shape}; pass a list of numbers")
    if not np.isfinite(values).all():
        raise ValueError(f"eigenvalues, the curvatures, must be finite; got {values.tolist()}")
    if values.min() <= 0:
        raise ValueError(f"not strongly convex: lambda_min = {values.min():g} (entry "
                         f"{values.argmin()}); every eigenvalue must be > 0")
    return values


def quadratic(eigenvalues: Any, sigma2: Any, radius: Any = None) -> Quadratic:
    """Return the quadratic with these curvatures and additive noise of variance `sigma2` (trace).

    The mean of B samples has Gaussian noise of variance ``sigma2 / B`` and is one draw. The ball
    around 0 has radius ``sqrt(sigma2) / c`` (1 without noise) unless `radius` is given: where the
    pull of the weakest direction equals the noise.
    """
    values = check_eigenvalues(eigenvalues)
    sigma2 = float(letter("sigma2").check(sigma2))
    radius = ball_radius(radius, float(np.sqrt(sigma2) / values.min()))
    origin = readonly(np.zeros(len(values)))
    return Quadratic(values, sigma2, radius, origin, sphere_point(len(values), radius))
