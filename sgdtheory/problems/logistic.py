"""Logistic regression with an l2 penalty on a finite sample, its constants certified on the ball.

The loss is the mean over the rows of ``log(1 + exp(-y x.w))``, y in {-1, 1}, plus
``l2 |w|^2 / 2``. On the ball the margin ``y_i x_i.w`` stays within ``|x_i| radius`` of its value at
the centre, which bounds the sigmoid and its slope row by row.

>>> problem = logistic([[1.0], [-1.0], [0.5]], ["yes", "no", "no"], l2=0.5)
>>> problem.w_star.round(3).tolist(), float(problem.c) > 0.5
([0.365], True)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.problems import ball, rows
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import design_matrix, penalty, readonly, two_labels
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
from sgdtheory.problems.logistic_ball import bounds_on_ball, minimiser, pull_of
from sgdtheory.problems.rows import Rows, longest, mean_over_rows

__all__ = ["Logistic", "logistic"]


@dataclass(frozen=True, eq=False)
class Logistic:
    """A logistic regression; build it with `logistic`.

    Attributes
    ----------
    signed : (n, dim)
        The rows ``y_i x_i``, y_i in {-1, 1}.
    l2 : float
        The factor of ``|w|^2 / 2``.
    c, L, mu2, sigma2 : float
        Certified on the ball: curvature at least c and at most L, ``|grad|^2 <= mu2`` and
        ``tr Cov <= sigma2`` for one sample gradient.
    w_star, w0 : (dim,)
        The minimiser to within `w_star_error`, and the start: 0, or the
        nearest point of the ball to it.
    w_star_error : float
        ``|grad(w_star)| / l2``, rounding included: the distance to the true minimiser is less.
    radius : float
        Of the ball around `w_star`.
    margins : (n,)
        ``y_i x_i.w_star``.
    radius_given : bool
        Whether the user gave the radius; else it is the default.
    """

    signed: Array
    l2: float
    c: float
    L: float
    mu2: float
    sigma2: float
    w_star: Array
    w0: Array
    radius: float
    w_star_error: float
    margins: Array
    radius_given: bool = True

    @property
    def dim(self) -> int:
        """The number of columns."""
        return int(self.signed.shape[1])

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.signed)

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (dim,) or (dim, runs)."""
        w = check_points(w, self.dim, against="X")
        return np.logaddexp(0, -(self.signed @ w)).mean(axis=0) + self.l2 / 2 * inner(w, w)

    def grad(self, w: Any) -> Any:
        """Return the gradient of the loss at `w`, in its shape."""
        w = check_points(w, self.dim, against="X")
        return self.signed.T @ pull_of(self.signed @ w) / self.n + self.l2 * w

    def variance(self, w: Any) -> Any:
        """Return the trace of the covariance of one sample gradient at `w`, exactly."""
        w = check_points(w, self.dim, against="X")
        pull = pull_of(self.signed @ w)
        mean = self.signed.T @ pull / self.n
        length2 = along((self.signed**2).sum(axis=1), w)
        return (length2 * pull**2).mean(axis=0) - inner(mean, mean)

    project, project_error = ball.project, ball.project_error
    sample_grad, sample_grad_error = ball.sample_grad, rows.sample_grad_error

    def full_grad_error(self, e: Array) -> Array:
        """Return the gradient at ``w_star + e``, for `e` of shape (dim, runs)."""
        full: Array = self.grad(e + self.w_star[:, None])
        return full

    def batch_grad_error(self, e: Array, rows: Rows) -> Array:
        """Return the gradient at ``w_star + e`` over the given `rows`, shape (B, runs)."""
        mean = mean_over_rows(self.signed, self.margins, pull_of, e, rows)
        return mean + self.l2 * (e + self.w_star[:, None])

    @property
    def row_curvatures(self) -> tuple[float, float]:
        """Limits of the curvature of the loss of a row anywhere: l2 and ``l2 + |x|^2/4``."""
        return self.l2, self.l2 + float((self.signed**2).sum(axis=1).max()) / 4

    @property
    def largest_gradient(self) -> float:
        """The largest ``|grad f_i(w_star)|`` over the rows."""
        return longest(self.signed * pull_of(self.margins)[:, None] + self.l2 * self.w_star)

    almost_sure_step, invariant = rows.almost_sure_step, ball.invariant

    def constants(self) -> Constants:
        """Return each constant with how it was obtained."""
        return Constants((
            Constant("c", self.c, "certified lower bound",
                     "l2 + lambda_min of mean k x x', k the least sigmoid slope on the ball"),
            Constant("L", self.L, "certified upper bound",
                     "l2 + lambda_max of mean K x x', K the largest sigmoid slope on the ball"),
            Constant("mu2", self.mu2, "certified upper bound",
                     "least of (|grad(w_star)| + L radius)^2 and (mean |x| s + l2 |w|)^2"),
            Constant("sigma2", self.sigma2, "certified upper bound",
                     "least of a bound by rows and (sd at w_star + Lipschitz constant radius)^2"),
            Constant("w_star_error", self.w_star_error, "certified upper bound",
                     "|grad(w_star)| / l2: distance to the true minimiser"),
            ball.radius_row(self, ball_of_data(self.w_star), rows.steps_stay(self)),
        ))


def logistic(X: Any, y: Any, l2: Any, radius: Any = None) -> Logistic:
    """Return the logistic regression of the labels `y` on `X` with penalty ``l2 |w|^2 / 2``.

    The loss is ``mean_i log(1 + exp(-y_i x_i.w)) + l2 |w|^2 / 2`` with y_i in {-1, 1} [Shalev-
    Shwartz & Ben-David 2014, section 9.3]; a sample gradient is that of one row.

    Parameters
    ----------
    X : (n, dim) array_like
        Real numbers in the user's units, n >= 2; nothing is scaled, centred or added (no
        intercept). A coordinate of w has one over the units of its column.
    y : (n,) array_like
        Two values, numbers or text; the smaller in sorted order is -1.
    l2 : float
        Positive, in the squared units of X: without it separable data have no minimiser.
    radius : float, optional
        Of the ball around the minimiser, > 0, in the units of w; by default the smallest that
        contains 0, where runs start (1 if 0 is the minimiser). Runs start at the point of a
        smaller ball that is nearest to 0. See `invariant` for whether the iterates can leave it.

    Returns
    -------
    Logistic
        Its constants are certified on their safe sides; `w_star` is exact to `w_star_error`.

    Raises
    ------
    ValueError
        If an argument is not as above, with the first wrong row or value; if X has a largest entry
        outside of (1e-60, 1e60); if `y` does not take two values; if `l2` is 0.
    """
    X = design_matrix(X)
    y, l2 = two_labels(y, X), penalty(l2)
    if l2 == 0:
        raise ValueError("not strongly convex: l2=0, and the curvature of the logistic loss "
                         "vanishes far from 0 (separable data have no minimiser); add l2 > 0")
    signed = readonly(X * y[:, None])
    w_star, error = minimiser(signed, l2)
    given, radius = radius is not None, ball_radius(radius, distance_up(w_star))
    bounds = bounds_on_ball(signed, l2, w_star, error, radius)
    return Logistic(signed, l2, *bounds, readonly(w_star), near_origin(w_star, radius), radius,
                    error, readonly(signed @ w_star), given)
