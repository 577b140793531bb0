"""Least squares with Gaussian inputs: a minibatch of any size costs dim + 1 random numbers.

Samples are ``x ~ N(0, diag(h))``, ``y = noise`` with noise ~ N(0, noise2), so that the minimiser
of ``E (x.w - y)^2 / 2`` is 0.

>>> problem = gaussian_least_squares([1.0, 1.0], noise2=1.0)
>>> problem.c, problem.mu2, problem.sigma2
(1.0, 1.0, 5.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

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
    number_or_nan,
    sphere_point,
)
from sgdtheory.problems.quadratic import check_eigenvalues

__all__ = ["GaussianLeastSquares", "gaussian_least_squares"]


@dataclass(frozen=True, eq=False)
class GaussianLeastSquares:
    """Least squares over ``x ~ N(0, diag(eigenvalues))``; build with `gaussian_least_squares`.

    Attributes
    ----------
    eigenvalues : (dim,)
        The variances of the inputs, which are the curvatures.
    noise2 : float
        The variance of the target's noise.
    c, L, mu2, sigma2, radius : float
        Exact on the ball.
    w_star, w0 : (dim,)
        The origin, and the point at distance `radius` with equal coordinates.
    radius_given : bool
        Whether the user gave the radius; else it is the default.
    """

    eigenvalues: Array
    noise2: float
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

    @property
    def sigma2(self) -> float:
        """The largest variance on the ball: at its boundary, along the largest eigenvalue."""
        trace = float(self.eigenvalues.sum())
        return self.mu2 + trace * (self.L * self.radius**2 + self.noise2)

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (dim,) or (dim, runs)."""
        w = check_points(w, self.dim)
        return (inner(w, self.grad(w)) + self.noise2) / 2

    def grad(self, w: Any) -> Any:
        """Return the gradient of the loss at `w`, in its shape."""
        w = check_points(w, self.dim)
        return along(self.eigenvalues, w) * w

    def variance(self, w: Any) -> Any:
        """Return the trace of the covariance of one sample gradient at `w` [Isserlis 1918].

        ``|Hw|^2 + tr H (w'Hw + noise2)``.
        """
        g = self.grad(w)
        return inner(g, g) + self.eigenvalues.sum() * (inner(np.asarray(w), g) + self.noise2)

    project, project_error = ball.project, ball.project_error
    sample_grad = ball.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, for `e` of shape (dim, runs).

        With ``v = H^(1/2) e``, ``tau^2 = |v|^2 + noise2``, Q ~ chi2 of B degrees and g ~ N(0, I)
        the batch gradient has the law of
        ``H^(1/2) (v (Q - sqrt(Q) v.g / (tau + s)) + sqrt(Q) tau g) / B``: given the B residuals
        ``tau u``, |u|^2 = Q, the inputs are ``v u / tau`` plus a Gaussian of covariance
        ``I - v v' / tau^2``.
        """
        B = check_batch(B, None, replace)
        root = np.sqrt(self.eigenvalues)[:, None]
        v = root * e
        tau, s = np.sqrt(inner(v, v) + self.noise2), np.sqrt(self.noise2)
        Q = rng.chisquare(B, e.shape[1])
        g = rng.standard_normal(e.shape)
        tilt = inner(v, g) / np.where(tau + s > 0, tau + s, 1.0)
        gradient: Array = root * (v * (Q - np.sqrt(Q) * tilt) + np.sqrt(Q) * tau * g) / B
        return gradient

    def almost_sure_step(self, alpha: float) -> None:
        """Return None: Gaussian inputs are unbounded."""
        return None

    def invariant(self, alpha: float) -> bool:
        """Return False: Gaussian inputs leave any ball."""
        return False

    def constants(self) -> Constants:
        """Return each constant with how it was obtained."""
        default = ("sqrt(noise2/c), where the weakest direction adds as much as the noise"
                   if self.noise2 else "1, without noise")
        return Constants((
            Constant("c", self.c, "exact", "smallest eigenvalue of the covariance of x"),
            Constant("L", self.L, "exact", "largest eigenvalue of the covariance of x"),
            Constant("mu2", self.mu2, "exact", "(L radius)^2: the gradient is linear"),
            Constant("sigma2", self.sigma2, "exact",
                     "(L^2 + L tr H) radius^2 + noise2 tr H: fourth moments of Gaussians"),
            ball.radius_row(self, default, "Gaussian inputs leave any ball unless projected"),
        ))


def gaussian_least_squares(
    eigenvalues: Any, noise2: Any, radius: Any = None
) -> GaussianLeastSquares:
    """Return least squares over inputs of these variances and a target of variance `noise2`.

    The loss is ``E (x.w - y)^2 / 2`` over ``x ~ N(0, diag(eigenvalues))`` and ``y ~ N(0, noise2)``
    independent of x; the variance of its sample gradients is a fourth moment [Isserlis 1918].

    Parameters
    ----------
    eigenvalues : (dim,) array_like
        The variances of the inputs, > 0, which are the curvatures: squared units of x.
    noise2 : float
        The variance of the target, >= 0: squared units of y; those of w are y per x.
    radius : float, optional
        Of the ball around 0, > 0, in the units of w; by default ``sqrt(noise2 / c)``, where the
        weakest direction adds as much to the residual as the noise (1 without noise).

    Returns
    -------
    GaussianLeastSquares
        All its constants are exact on the ball.

    Raises
    ------
    ValueError
        If an argument is not as above; it names the first eigenvalue that is not > 0.
    """
    values = check_eigenvalues(eigenvalues)
    if not 0 <= number_or_nan(noise2) < np.inf:
        raise ValueError(f"noise2={noise2}, the variance of the target's noise, must be >= 0 and "
                         "finite")
    noise2 = float(noise2)
    given, radius = radius is not None, ball_radius(radius, float(np.sqrt(noise2 / values.min())))
    return GaussianLeastSquares(values, noise2, radius, readonly(np.zeros(len(values))),
                                sphere_point(len(values), radius), given)
