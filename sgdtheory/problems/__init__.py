"""Strongly convex problems that derive their constants from their data.

>>> import sgdtheory as st
>>> problem = st.problems.quadratic([1.0, 2.0], sigma2=1.0)
>>> problem.c, problem.L, problem.radius
(1.0, 2.0, 1.0)
>>> print(problem.constants()["mu2"].why)
(L radius)^2: the gradient is linear

Every constant is held by the tests to the slack of the hypothesis that it stands for
(`sgdtheory.problems.hypotheses`). What every sample of a problem does on all of R^d, its curvature
and its noise at the minimiser, is in `samples_of` and `second_moment`. A point is an array (dim,),
a set of points (dim, runs).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from sgdtheory.problems import worst_case
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.geometry import Array
from sgdtheory.problems.logistic import logistic
from sgdtheory.problems.median import median
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge
from sgdtheory.problems.samples import samples_of, second_moment

__all__ = [
    "Constant",
    "Constants",
    "Problem",
    "gaussian_least_squares",
    "logistic",
    "median",
    "quadratic",
    "ridge",
    "samples_of",
    "second_moment",
    "worst_case",
]


class Problem(Protocol):
    """What the simulation, the exact moments and the proofs ask of a problem.

    The set is the ball of `radius` around `w_star` (for `worst_case.Line` an interval in it). On
    it the loss is c-strongly convex and L-smooth, ``|grad|^2 <= mu2``, and the trace of the
    covariance of one sample gradient is at most `sigma2`. In error coordinates ``e = w - w_star``.
    """

    @property
    def dim(self) -> int:
        """The number of coordinates."""

    @property
    def n(self) -> int | None:
        """The number of rows of a finite sum; None for a distribution."""

    @property
    def c(self) -> float:
        """The constant of strong convexity."""

    @property
    def L(self) -> float:
        """The Lipschitz constant of the gradient; infinite where it jumps."""

    @property
    def mu2(self) -> float:
        """The squared bound on the gradient."""

    @property
    def sigma2(self) -> float:
        """The bound on the variance (trace) of one sample gradient."""

    @property
    def radius(self) -> float:
        """The largest distance from the minimiser in the set."""

    @property
    def w_star(self) -> Array:
        """The minimiser, shape (dim,)."""

    @property
    def w0(self) -> Array:
        """Where runs start: 0 for data, a point at distance `radius` for synthetic problems."""

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`: a number, or (runs,)."""

    def grad(self, w: Any) -> Any:
        """Return its gradient, in the shape of `w`."""

    def variance(self, w: Any) -> Any:
        """Return the exact variance (trace) of one sample gradient: a number, or (runs,)."""

    def project(self, w: Any) -> Any:
        """Return the nearest point of the set; points inside come back unchanged."""

    def project_error(self, e: Array) -> Array:
        """Return the projection of ``w_star + e``, minus `w_star`."""

    def sample_grad(
        self, w: Any, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return the gradient of a fresh batch for each column of `w` (dim, runs)."""

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, for `e` of shape (dim, runs)."""

    def almost_sure_step(self, alpha: float) -> tuple[float, float] | None:
        """Return `factor`, `shift` with ``|e'| <= factor |e| + shift`` for every batch.

        For a step of SGD without projection; None where the noise has no bound.
        """

    def invariant(self, alpha: float) -> bool:
        """Say whether an unprojected step from the set is certain to stay in the set."""

    def constants(self) -> Constants:
        """Return each constant with its value, how it was obtained and why."""
