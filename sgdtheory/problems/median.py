"""The regularised median: every hypothesis of the lecture is literally true, without projection.

The loss is ``E|w - X| + l2 w^2 / 2`` with X uniform on [-1, 1]. Its sample gradients are the sign
of ``w - X`` plus ``l2 w``, bounded; on [-1, 1] its curvature is ``1 + l2``.

>>> problem = median(1.0)
>>> problem.l2, problem.c, problem.mu2, problem.sigma2, problem.invariant(alpha=1.0)
(1.0, 2.0, 4.0, 1.0, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.problems import ball
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import penalty, readonly
from sgdtheory.problems.geometry import Array, check_batch, check_points, inner

__all__ = ["Median", "median"]


@dataclass(frozen=True, eq=False)
class Median:
    """The regularised median of the uniform law on [-1, 1]; build it with `median`.

    The penalty is called `l2`; the constant of strong convexity is ``c = 1 + l2``.
    """

    l2: float

    dim = 1
    n = None
    radius = 1.0
    sigma2 = 1.0

    @property
    def c(self) -> float:
        """The curvature on [-1, 1]: 1 from the density of X, l2 from the penalty."""
        return 1 + self.l2

    @property
    def L(self) -> float:
        """The same: on [-1, 1] the loss is a quadratic."""
        return 1 + self.l2

    @property
    def mu2(self) -> float:
        """The squared gradient at 1 and -1."""
        return (1 + self.l2) ** 2

    @property
    def w_star(self) -> Array:
        """The origin."""
        return readonly([0.0])

    @property
    def w0(self) -> Array:
        """The end 1 of the interval."""
        return readonly([1.0])

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (1,) or (1, runs)."""
        w = check_points(w, 1)
        inside = np.minimum(np.abs(w), 1)
        return ((1 + inside**2) / 2 + np.abs(w) - inside).sum(axis=0) + self.l2 / 2 * inner(w, w)

    def grad(self, w: Any) -> Any:
        """Return the derivative of the loss at `w`, in its shape."""
        w = check_points(w, 1)
        return np.clip(w, -1, 1) + self.l2 * w

    def variance(self, w: Any) -> Any:
        """Return the variance of one sample gradient at `w`: ``1 - w^2``, 0 outside [-1, 1]."""
        inside = np.clip(check_points(w, 1), -1, 1)
        return 1 - inner(inside, inside)

    project, project_error = ball.project, ball.project_error
    sample_grad = ball.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at `e`, shape (1, runs): one binomial number a batch.

        The number of samples below w has the law Bin(B, (1 + w) / 2).
        """
        B = check_batch(B, None, replace)
        below = rng.binomial(B, (1 + np.clip(e, -1, 1)) / 2)
        gradient: Array = 2 * below / B - 1 + self.l2 * e
        return gradient

    def almost_sure_step(self, alpha: float) -> tuple[float, float]:
        """Return `factor`, `shift` with ``|e'| <= factor |e| + shift`` for every batch."""
        return abs(1 - alpha * self.l2), alpha

    def invariant(self, alpha: float) -> bool:
        """Say whether an unprojected step stays in [-1, 1]: ``l2 >= 1``, ``alpha (1 + l2) <= 2``.

        From w close to 1 the step ``w - alpha (l2 w - 1)`` goes up if l2 < 1, and
        ``w - alpha (l2 w + 1)`` goes below -1 if ``alpha (1 + l2) > 2``.
        """
        return self.l2 >= 1 and alpha * (1 + self.l2) <= 2

    def constants(self) -> Constants:
        """Return each constant with how it was obtained."""
        stays = (f"no step leaves it for alpha <= {2 / (1 + self.l2):.3g}" if self.l2 >= 1 else
                 "steps may leave it unless projected (none can where l2 >= 1)")
        return Constants((
            Constant("c", self.c, "exact", "1 + l2: twice the density of X plus the penalty"),
            Constant("L", self.L, "exact", "1 + l2: the loss is quadratic on [-1, 1]"),
            Constant("mu2", self.mu2, "exact", "(1 + l2)^2, at 1 and -1"),
            Constant("sigma2", self.sigma2, "exact", "the variance of a sign is 1 - w^2, 1 at 0"),
            Constant("radius", self.radius, "exact", f"the interval [-1, 1]; {stays}"),
        ))


def median(c: Any) -> Median:
    """Return the regularised median with penalty ``c w^2 / 2``, c >= 0.

    The loss is ``E|w - X| + c w^2 / 2``, X uniform on [-1, 1] (its median is 0), and a sample
    gradient ``sign(w - X) + c w`` [the stochastic quantile search of Robbins & Monro 1951, with a
    penalty].

    Parameters
    ----------
    c : float
        The factor of the penalty, >= 0, called `Median.l2`: the strong convexity is ``1 + c``.

    Returns
    -------
    Median
        One coordinate, on the interval [-1, 1]; all its constants are exact.

    Raises
    ------
    ValueError
        If `c` is not a finite number >= 0.
    """
    return Median(penalty(c, "c"))
