"""What the samples of a problem do around the minimiser, on all of R^d: constants without a ball.

Bounds without bounded gradients ask for the curvatures of *every* sample and for the noise at the
minimiser alone (`samples_of`), or for the second moment of the gradient as a function of the
distance (`second_moment`), which squared losses have in closed form.

>>> from sgdtheory.problems.ridge import ridge
>>> problem = ridge([[1.0], [-1.0]], [1.0, 0.0], l2=0.5)
>>> found = samples_of(problem)
>>> found.c, found.L, round(found.sigma2_star, 12)
(1.5, 1.5, 0.25)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.problems.constants import Constant, Constants, How
from sgdtheory.problems.gaussian_least_squares import GaussianLeastSquares
from sgdtheory.problems.geometry import Array
from sgdtheory.problems.logistic import Logistic
from sgdtheory.problems.mirrored import Mirrored
from sgdtheory.problems.quadratic import Quadratic
from sgdtheory.problems.ridge import Ridge

__all__ = ["Samples", "SecondMoment", "samples_of", "second_moment"]


@dataclass(frozen=True)
class Samples:
    """Every sample is c-strongly convex and L-smooth everywhere; the noise at the minimiser.

    `sigma2_star` is the mean of ``|grad f_i(w_star)|^2``; `L` is infinite where nothing bounds it.
    """

    c: float
    L: float
    sigma2_star: float
    how: tuple[How, How, How]
    why: tuple[str, str, str]

    def constants(self) -> Constants:
        """Return each constant with how it was obtained."""
        values = (self.c, self.L, self.sigma2_star)
        names = ("c", "L", "sigma2_star")
        return Constants(tuple(map(Constant, names, values, self.how, self.why)))


def samples_of(problem: Any) -> Samples:
    """Return the constants of the samples of `problem`, or raise ValueError."""
    match problem:
        case Ridge():
            return _ridge(problem)
        case Logistic():
            return _logistic(problem)
        case Mirrored():
            return Samples(float(problem.flat), float(problem.steep), float(problem.sigma2_star),
                           ("exact",) * 3, ("the lesser slope", "the greater slope",
                                            "the gradients at 0 are s and -s"))
        case Quadratic():
            return Samples(problem.c, problem.L, problem.sigma2, ("exact",) * 3,
                           ("additive noise: all samples have the curvatures of their mean",) * 2
                           + ("additive noise: the same variance everywhere",))
        case GaussianLeastSquares():
            return Samples(0.0, np.inf, problem.noise2 * float(problem.eigenvalues.sum()),
                           ("exact",) * 3, ("x x' has rank 1", "Gaussian inputs have no bound",
                                            "noise2 tr H"))
    raise ValueError(f"the samples of {type(problem).__name__} have no known curvatures; pass a "
                     "problem of ridge, logistic, quadratic, gaussian_least_squares or mirrored, "
                     "or your own constants to the formulas")


def _ridge(problem: Ridge) -> Samples:
    """Return the constants of rows with the Hessian ``x x' + l2``: exact."""
    low, high = _lengths(problem.X)
    gradients = problem.X * problem.residuals[:, None] + problem.l2 * problem.w_star
    return Samples(problem.l2 + low, problem.l2 + high, float((gradients**2).sum(axis=1).mean()),
                   ("exact",) * 3, ("l2, and in one dimension min x^2", "l2 + max |x|^2",
                                    "mean |x r + l2 w_star|^2, r the residuals"))


def _logistic(problem: Logistic) -> Samples:
    """Return the constants of rows with the Hessian ``k x x' + l2``, 0 < k <= 1/4.

    The gradient of a row changes by at most L times `w_star_error` from the true minimiser.
    """
    L = problem.l2 + _lengths(problem.signed)[1] / 4
    rows = np.arange(problem.n)[None, :]
    each = problem.batch_grad_error(np.zeros((problem.dim, problem.n)), rows)
    moved = np.sqrt((each**2).sum(axis=0).mean()) + L * problem.w_star_error
    upper: How = "certified upper bound"
    return Samples(problem.l2, L, float(moved**2), ("certified lower bound", upper, upper),
                   ("l2", "l2 + max |x|^2/4", "(root mean square at w_star + L w_star_error)^2"))


def _lengths(X: Array) -> tuple[float, float]:
    """Return the extreme eigenvalues of the matrices ``x x'``."""
    length2 = (X**2).sum(axis=1)
    return (float(length2.min()) if X.shape[1] == 1 else 0.0), float(length2.max())


@dataclass(frozen=True, eq=False)
class SecondMoment:
    """``E|G(w_star + h)|^2 = h'Q h + 2 q'h + at_minimum`` for every h, exactly.

    `Q` is ``(dim, dim)``, `q` ``(dim,)``, both in the eigenbasis of `Q`, whose eigenvalues are
    `spectrum`; `smoothness` is the least l with ``E|G - G*|^2 <= 2 l (loss - least loss)``, and
    `least_variance` the least trace of the covariance of G over all h.
    """

    spectrum: Array
    q: Array
    at_minimum: float
    smoothness: float
    least_variance: float

    @property
    def least_growth(self) -> float:
        """The largest eigenvalue of Q: no second moment grows more slowly."""
        return float(self.spectrum.max())

    def floor2(self, growth: float) -> float:
        """Return the least A with ``E|G|^2 <= A + growth |h|^2`` for every h, or inf.

        ``A = at_minimum + q' (growth - Q)^-1 q``, the maximum of a concave quadratic.
        """
        room, q2 = growth - self.spectrum, self.q**2
        if np.any((room < 0) | ((room == 0) & (q2 > 0))):
            return np.inf
        return float(self.at_minimum + (q2 / np.where(room > 0, room, 1.0)).sum())

    def best_growth(self, alpha: float, c: float) -> float:
        """Return a growth with about the least ``alpha floor2 / (2c - alpha growth)``.

        Each growth gives a true bound, so that a grid of 400 costs tightness only; `least_growth`
        where none is below ``2c / alpha``.
        """
        low, high = self.least_growth, 2 * c / alpha
        if low >= high:
            return low
        tried = low + (high - low) * np.concatenate([[0], np.geomspace(1e-6, 1, 400)[:-1]])
        balls = [self.floor2(growth) / (high - growth) if growth < high else np.inf
                 for growth in tried]
        return float(tried[int(np.argmin(balls))])


def second_moment(problem: Any, B: int = 1) -> SecondMoment:
    """Return the second moment of a batch of `B` rows, drawn with replacement, or raise ValueError.

    With the Hessians A_i of the rows, their mean H and the gradients g_i at the minimiser
    ``Q = mean A_i^2 / B + (1 - 1/B) H^2``, ``q = mean A_i g_i / B`` and ``mean |g_i|^2 / B``.
    """
    match problem:
        case Ridge():
            X, l2 = problem.X, problem.l2
            at_minimum = X * problem.residuals[:, None] + l2 * problem.w_star
            scatter = X.T @ X / problem.n
            squares = (X.T * (X**2).sum(axis=1)) @ X / problem.n + 2 * l2 * scatter
            squares += l2**2 * np.eye(problem.dim)
            turned = (X * at_minimum).sum(axis=1)[:, None] * X + l2 * at_minimum
            return _batch(problem.hessian, squares, turned.mean(axis=0),
                          float((at_minimum**2).sum(axis=1).mean()), B)
        case GaussianLeastSquares():
            H, h = np.diag(problem.eigenvalues), problem.eigenvalues
            return _batch(H, 2 * H @ H + h.sum() * H, np.zeros(problem.dim),
                          problem.noise2 * float(h.sum()), B)
        case Quadratic():
            H = np.diag(problem.eigenvalues)
            return _batch(H, H @ H, np.zeros(problem.dim), problem.sigma2, B)
    raise ValueError(f"the second moment of {type(problem).__name__} is not a quadratic; pass a "
                     "problem of ridge, gaussian_least_squares or quadratic")


def _batch(H: Array, squares: Array, q: Array, at_minimum: float, B: int) -> SecondMoment:
    """Return the second moment of a batch from that of one row."""
    spread = squares - H @ H
    spectrum, basis = np.linalg.eigh(spread / B + H @ H)
    curvature, axes = np.linalg.eigh(H)
    root = axes / np.sqrt(curvature)
    smoothness = float(np.linalg.eigvalsh(root.T @ (spread / B + H @ H) @ root).max())
    low = at_minimum - float(q @ np.linalg.lstsq(spread, q, rcond=None)[0])
    low -= 1e-13 * at_minimum  # a lower bound must not be above the truth by its rounding
    return SecondMoment(spectrum, basis.T @ q / B, at_minimum / B, smoothness, max(low, 0.0) / B)
