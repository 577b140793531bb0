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
from sgdtheory.problems import ball
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import readonly
from sgdtheory.problems.geometry import (
    Array,
    along,
    ball_radius,
    check_batch,
    check_points,
    inner,
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
    radius_given : bool
        Whether the user gave the radius; else it is the default.
    """

    eigenvalues: Array
    sigma2: float
    radius: float
    w_star: Array
    w0: Array
    radius_given: bool = True

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

    project, project_error = ball.project, ball.project_error
    sample_grad = ball.sample_grad

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
        stays, default = (
            ("Gaussian noise leaves any ball unless projected",
             "sqrt(sigma2)/c, where the pull of the weakest direction equals the noise")
            if self.sigma2 else
            (f"no noise: no step leaves it for alpha <= {2 / self.L:.3g}", "1, without noise"))
        return Constants((
            Constant("c", self.c, "exact", "smallest eigenvalue"),
            Constant("L", self.L, "exact", "largest eigenvalue"),
            Constant("mu2", self.mu2, "exact", "(L radius)^2: the gradient is linear"),
            Constant("sigma2", self.sigma2, "given", "trace of the covariance of the noise"),
            ball.radius_row(self, default, stays),
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

    The loss is ``sum_j h_j w_j^2 / 2`` and a sample gradient ``(h_j w_j)_j`` plus
    ``N(0, sigma2/dim I)`` [the noisy quadratic model of Zhang et al. 2019, with white noise]. The
    mean of B samples has Gaussian noise of variance ``sigma2 / B`` and is one draw.

    Parameters
    ----------
    eigenvalues : (dim,) array_like
        The curvatures h_j, > 0: loss per squared unit of w.
    sigma2 : float
        The trace of the covariance of one sample gradient, >= 0.
    radius : float, optional
        Of the ball around 0, > 0; by default ``sqrt(sigma2) / c``, where the pull of the weakest
        direction equals the noise (1 without noise).

    Returns
    -------
    Quadratic
        All its constants are exact.

    Raises
    ------
    ValueError
        If an argument is not as above; it names the first eigenvalue that is not > 0.
    TypeError
        If `sigma2` is not a number.
    """
    values = check_eigenvalues(eigenvalues)
    sigma2 = float(letter("sigma2").check(sigma2))
    given, radius = radius is not None, ball_radius(radius, float(np.sqrt(sigma2) / values.min()))
    return Quadratic(values, sigma2, radius, readonly(np.zeros(len(values))),
                     sphere_point(len(values), radius), given)
