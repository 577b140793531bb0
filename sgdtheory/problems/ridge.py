"""Ridge regression on a finite sample, with every constant exact.

The loss is the mean over the rows of ``(x.w - y)^2 / 2``, plus ``l2 |w|^2 / 2``.

>>> problem = ridge([[1.0], [-1.0]], [1.0, 0.0], l2=0.5)
>>> round(problem.c, 12), problem.w_star.round(6).tolist()
(1.5, [0.333333])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.problems import ball, rows
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import design_matrix, penalty, readonly, target_numbers
from sgdtheory.problems.geometry import (
    Array,
    along,
    ball_of_data,
    ball_radius,
    check_points,
    distance_up,
    inner,
    near_origin,
)
from sgdtheory.problems.rows import Rows, longest, mean_over_rows
from sgdtheory.problems.secular import maximize_on_ball

__all__ = ["Ridge", "ridge"]


@dataclass(frozen=True, eq=False)
class Ridge:
    """A ridge regression; build it with `ridge`.

    Attributes
    ----------
    X : (n, dim), y : (n,), l2 : float
        The data, unscaled.
    c, L : float
        Extreme eigenvalues of the Hessian ``X'X/n + l2 I``.
    mu2, sigma2 : float
        Largest ``|grad|^2`` and largest trace of the covariance of one sample gradient on the ball.
    w_star, w0 : (dim,)
        The minimiser, and the start: 0, or the nearest point of the ball to it.
    radius : float
        Of the ball around `w_star`.
    residuals : (n,)
        ``x_i.w_star - y_i``.
    noisiest : (dim,)
        The point of the ball, minus `w_star`, where the variance is `sigma2`.
    radius_given : bool
        Whether the user gave the radius; else it is the default.
    """

    X: Array
    y: Array
    l2: float
    c: float
    L: float
    mu2: float
    sigma2: float
    w_star: Array
    w0: Array
    radius: float
    hessian: Array
    residuals: Array
    noisiest: Array
    radius_given: bool = True

    @property
    def dim(self) -> int:
        """The number of columns of `X`."""
        return int(self.X.shape[1])

    @property
    def n(self) -> int:
        """The number of rows of `X`."""
        return len(self.X)

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (dim,) or (dim, runs)."""
        w = check_points(w, self.dim, against="X")
        residuals = self.X @ w - along(self.y, w)
        return (residuals**2).mean(axis=0) / 2 + self.l2 / 2 * inner(w, w)

    def grad(self, w: Any) -> Any:
        """Return the gradient of the loss at `w`, in its shape."""
        w = check_points(w, self.dim, against="X")
        return self.hessian @ (w - along(self.w_star, w))

    def variance(self, w: Any) -> Any:
        """Return the trace of the covariance of one sample gradient at `w`, exactly."""
        w = check_points(w, self.dim, against="X")
        errors = self.X @ (w - along(self.w_star, w)) + along(self.residuals, w)
        length2 = along((self.X**2).sum(axis=1), w)
        mean = self.X.T @ errors / self.n
        return (length2 * errors**2).mean(axis=0) - inner(mean, mean)

    project, project_error = ball.project, ball.project_error
    sample_grad, sample_grad_error = ball.sample_grad, rows.sample_grad_error

    def full_grad_error(self, e: Array) -> Array:
        """Return the gradient at ``w_star + e``, for `e` of shape (dim, runs)."""
        return self.hessian @ e

    def batch_grad_error(self, e: Array, rows: Rows) -> Array:
        """Return the gradient at ``w_star + e`` over the given `rows`, shape (B, runs)."""
        mean = mean_over_rows(self.X, self.residuals, _identity, e, rows)
        return mean + self.l2 * (e + self.w_star[:, None])

    @property
    def row_curvatures(self) -> tuple[float, float]:
        """The least curvature of a row, l2 (plus ``x^2`` if dim = 1), and the largest of all."""
        length2 = (self.X**2).sum(axis=1)
        low = self.l2 + (float(length2.min()) if self.dim == 1 else 0.0)
        return low, self.l2 + float(length2.max())

    @property
    def largest_gradient(self) -> float:
        """The largest ``|grad f_i(w_star)|`` over the rows."""
        return longest(self.X * self.residuals[:, None] + self.l2 * self.w_star)

    almost_sure_step, invariant = rows.almost_sure_step, ball.invariant

    def constants(self) -> Constants:
        """Return each constant with how it was obtained."""
        return Constants((
            Constant("c", self.c, "exact", "smallest eigenvalue of X'X/n + l2 I"),
            Constant("L", self.L, "exact", "largest eigenvalue of X'X/n + l2 I"),
            Constant("mu2", self.mu2, "exact", "(L radius)^2: the gradient is linear"),
            Constant("sigma2", self.sigma2, "certified upper bound",
                     "dual of max h'Qh + 2q'h + s0 on the ball, attained at `noisiest`"),
            ball.radius_row(self, ball_of_data(self.w_star), rows.steps_stay(self)),
        ))


def _identity(z: Array) -> Array:
    return z


def ridge(X: Any, y: Any, l2: Any, radius: Any = None) -> Ridge:
    """Return the ridge regression of `y` on `X` with penalty ``l2 |w|^2 / 2``.

    The loss is ``mean_i (x_i.w - y_i)^2 / 2 + l2 |w|^2 / 2`` [Hoerl & Kennard 1970, with 1/n and
    1/2]; a sample gradient is that of one row, ``x_i (x_i.w - y_i) + l2 w``.

    Parameters
    ----------
    X : (n, dim) array_like
        Real numbers in the user's units, n >= 2; nothing is scaled, centred or added (no
        intercept).
    y : (n,) array_like
        Real numbers in the user's units. A coordinate of w has those of y per those of its column,
        so that the squared distances make sense where all columns have the same.
    l2 : float
        At least 0, in the squared units of X; positive if the columns of `X` are linearly
        dependent.
    radius : float, optional
        Of the ball around the minimiser, > 0, in the units of w; by default the smallest that
        contains 0, where runs start (1 if 0 is the minimiser). Runs start at the point of a
        smaller ball that is nearest to 0. See `invariant` for whether the iterates can leave it.

    Returns
    -------
    Ridge
        Its `c`, `L` and `mu2` are exact, `sigma2` is certified from above.

    Raises
    ------
    ValueError
        If an argument is not as above, with n and the first wrong row or value; if X or y has a
        largest entry outside of (1e-60, 1e60); if the loss is not strongly convex.
    """
    X = design_matrix(X)
    y, l2 = target_numbers(y, X), penalty(l2)
    n, dim = X.shape
    hessian = X.T @ X / n + l2 * np.eye(dim)
    c, L, w_star = _solve(X, y, l2)
    given, radius = radius is not None, ball_radius(radius, distance_up(w_star))
    residuals = X @ w_star - y
    sigma2, noisiest = _largest_variance(X, residuals, radius)
    return Ridge(X, y, l2, c, L, (L * radius) ** 2, sigma2, readonly(w_star),
                 near_origin(w_star, radius), radius, readonly(hessian), readonly(residuals),
                 readonly(noisiest), given)


def _solve(X: Array, y: Array, l2: float) -> tuple[float, float, Array]:
    """Return `c`, `L` and the minimiser from the singular values of X (no squared condition)."""
    n, dim = X.shape
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    rank = int((s > max(n, dim) * np.finfo(float).eps * s[0]).sum())
    if l2 == 0 and rank < dim:
        import scipy.linalg

        column = int(scipy.linalg.qr(X, mode="economic", pivoting=True)[2][rank])
        raise ValueError(f"not strongly convex: lambda_min = 0 (rank {rank} of {dim}); add l2 > 0, "
                         f"or remove column {column} (counted from 0), which is 0 or a combination "
                         f"of the others")
    smallest = float(s[-1]) if rank == dim else 0.0
    w_star = Vt.T @ (s / np.where(s > 0, s**2 + n * l2, 1.0) * (U.T @ y))
    return smallest**2 / n + l2, float(s[0]) ** 2 / n + l2, w_star


def _largest_variance(
    X: Array, residuals: Array, radius: float
) -> tuple[float, Array]:
    """Return the largest variance on the ball, rounded up, and the error where it is attained.

    ``tr Cov = h'Qh + 2q'h + s0`` with ``Q = mean |x|^2 x x' - H^2``, ``q = mean |x|^2 r x - H m``
    and ``s0 = mean |x|^2 r^2 - |m|^2``, for ``H = X'X/n``, ``m = X'r/n`` (which is -l2 w_star).
    """
    n, dim = X.shape
    length2 = (X**2).sum(axis=1)
    H, m = X.T @ X / n, X.T @ residuals / n
    fourth = (X.T * length2) @ X / n
    s0 = float((length2 * residuals**2).mean() - m @ m)
    best = maximize_on_ball(fourth - H @ H, X.T @ (length2 * residuals) / n - H @ m, radius)
    size = (radius * np.sqrt(np.trace(fourth)) + np.sqrt((length2 * residuals**2).mean())) ** 2
    rounding = 4 * (n + dim) * np.finfo(float).eps * size
    return float(max(best.upper, best.value) + s0 + rounding), best.point
