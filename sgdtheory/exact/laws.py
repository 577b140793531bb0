"""The noise of one sample gradient, as far as second moments see it.

At ``w* + e`` a sample gradient has the mean ``H e`` and a covariance that is affine in ``e`` and
``e e'``; averaged over ``e`` of mean ``m`` and second moment ``P`` it is ``spread(m, P) + floor``.
Everything is written in the eigenbasis of ``H``. A user's own problem takes part by a method
``gradient_law() -> AdditiveNoise | AffineNoise``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from sgdtheory.problems.gaussian_least_squares import GaussianLeastSquares
from sgdtheory.problems.median import Median
from sgdtheory.problems.quadratic import Quadratic
from sgdtheory.problems.ridge import Ridge

__all__ = [
    "AdditiveNoise",
    "AffineNoise",
    "GaussianRows",
    "KnowsItsLaw",
    "LeastSquaresRows",
    "NotExactlyKnown",
    "RandomSigns",
    "gradient_law",
]


class NotExactlyKnown(ValueError):
    """The moments asked for have no closed recursion here."""


@dataclass(frozen=True, eq=False)
class AdditiveNoise:
    """Gradient ``H e + xi`` with ``xi`` centred and independent of ``e`` [T-quad].

    `curvatures` are the eigenvalues of ``H`` and `variances` those of each coordinate of ``xi`` in
    its eigenbasis, both ``(dim,)``; `basis` has the eigenvectors as columns, None for the identity.
    `gaussian` says that ``xi`` is Gaussian with uncorrelated coordinates.
    """

    curvatures: np.ndarray
    variances: np.ndarray
    basis: np.ndarray | None = None
    gaussian: bool = False


class AffineNoise(Protocol):
    """A law whose covariance moves with the point."""

    @property
    def curvatures(self) -> np.ndarray:
        """The eigenvalues of ``H``, shape ``(dim,)``."""

    @property
    def basis(self) -> np.ndarray | None:
        """The eigenvectors of ``H`` as columns, shape ``(dim, dim)``; None for the identity."""

    @property
    def floor(self) -> np.ndarray:
        """The covariance at ``w*``, shape ``(dim, dim)``."""

    def spread(self, m: np.ndarray, P: np.ndarray) -> np.ndarray:
        """Return the part of the covariance that is linear in (`m`, `P`), shape ``(dim, dim)``."""


@runtime_checkable
class KnowsItsLaw(Protocol):
    """A problem that states its own law."""

    def gradient_law(self) -> AdditiveNoise | AffineNoise:
        """Return the law of one sample gradient."""


@dataclass(frozen=True, eq=False)
class LeastSquaresRows:
    """Rows ``(x.w - y)^2 / 2 + l2 |w|^2 / 2``, one drawn uniformly [T-fsq].

    The sample gradient is ``(x x' + l2) e + g`` with ``g = x r + l2 w*`` at the residual ``r``.
    `rows` is ``X`` in the eigenbasis, ``(n, dim)``, and `at_minimum` the ``g``, ``(n, dim)``.
    """

    curvatures: np.ndarray
    basis: np.ndarray
    rows: np.ndarray
    at_minimum: np.ndarray
    l2: float

    @classmethod
    def of(cls, X: np.ndarray, residuals: np.ndarray, l2: float,
           w_star: np.ndarray) -> LeastSquaresRows:
        """Return the law for data `X` ``(n, dim)`` and `residuals` ``X w* - y``, ``(n,)``."""
        squares, basis = np.linalg.eigh(X.T @ X / len(X))
        at_minimum = X * residuals[:, None] + l2 * w_star
        return cls(squares + l2, basis, X @ basis, at_minimum @ basis, l2)

    @property
    def floor(self) -> np.ndarray:
        """The mean of ``g g'``."""
        return np.asarray(self.at_minimum.T @ self.at_minimum / len(self.rows))

    def spread(self, m: np.ndarray, P: np.ndarray) -> np.ndarray:
        """Return ``mean (x'Px) x x' - H_s P H_s + K + K'`` with ``K = mean x (x.m) g'``."""
        X, hessian = self.rows, self.curvatures - self.l2
        forms = np.sum((X @ P) * X, axis=1)
        cross = X.T @ ((X @ m)[:, None] * self.at_minimum)
        total = X.T @ (forms[:, None] * X) + cross + cross.T
        return np.asarray(total / len(X) - hessian[:, None] * P * hessian)


@dataclass(frozen=True, eq=False)
class GaussianRows:
    """Fresh rows ``x ~ N(0, H)``, ``y = x.w* + noise`` of variance `noise2`, squared loss [T-lms].

    ``E (x x' - H) P (x x' - H) = H P H + H tr(H P)`` by Isserlis; `curvatures` is ``(dim,)``.
    """

    curvatures: np.ndarray
    noise2: float
    basis: None = None

    @property
    def floor(self) -> np.ndarray:
        """The covariance ``noise2 H``."""
        return np.diag(self.noise2 * self.curvatures)

    def spread(self, m: np.ndarray, P: np.ndarray) -> np.ndarray:
        """Return ``H P H + H tr(H P)``."""
        h = self.curvatures
        return np.asarray(h[:, None] * P * h + np.diag(h * np.sum(h * np.diag(P))))


@dataclass(frozen=True, eq=False)
class RandomSigns:
    """Gradient ``sign(w - X) + c w`` with ``X`` uniform on [-1, 1], for ``|w| <= 1`` [P7].

    The sign has the mean ``w`` and the variance ``1 - w^2``: the noise shrinks with the distance.
    """

    c: float
    basis: None = None

    @property
    def curvatures(self) -> np.ndarray:
        """The slope ``1 + c`` of the mean gradient."""
        return np.array([1 + self.c])

    @property
    def floor(self) -> np.ndarray:
        """The variance 1 of a fair sign."""
        return np.ones((1, 1))

    def spread(self, m: np.ndarray, P: np.ndarray) -> np.ndarray:
        """Return ``-P``."""
        return -P


def gradient_law(problem: Any) -> AdditiveNoise | AffineNoise:
    """Return the law of one sample gradient of `problem`, or raise NotExactlyKnown."""
    match problem:
        case KnowsItsLaw():
            return problem.gradient_law()
        case Quadratic():
            each = np.full(problem.dim, problem.sigma2 / problem.dim)
            return AdditiveNoise(problem.eigenvalues, each, gaussian=True)
        case Ridge():
            return LeastSquaresRows.of(problem.X, problem.residuals, problem.l2, problem.w_star)
        case GaussianLeastSquares():
            return GaussianRows(problem.eigenvalues, problem.noise2)
        case Median():
            return RandomSigns(problem.l2)
    raise NotExactlyKnown(
        f"the gradient noise of {type(problem).__name__} has no closed second moment here; "
        f"simulate it, or give the problem a method gradient_law()")
