"""The instance on which the slide's bound is attained, with no variance at all [claim T-tight1].

The loss of one sample is ``a w^2 / 2``, a being ``2 / alpha`` with probability ``alpha c / 2`` and
0 otherwise, on ``[-radius, radius]``. A step of size alpha changes the sign of w or nothing, so
that ``|w_t| = radius`` for ever, and ``radius^2 = alpha (sigma2 + mu2) / (2c)`` exactly.

>>> from fractions import Fraction as F
>>> problem = two_point(c=F(1), alpha=F(1, 4), radius=F(2))
>>> problem.alpha * (problem.sigma2 + problem.mu2) / (2 * problem.c) == problem.radius**2
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.notation import letter
from sgdtheory.problems import interval
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.geometry import Array, check_batch, inner, matching

__all__ = ["TwoPoint", "two_point"]


@dataclass(frozen=True, eq=False)
class TwoPoint:
    """The zero-variance instance; build it with `two_point`. Fractions in, Fractions out."""

    c: Any
    alpha: Any
    radius: Any

    dim = 1
    n = None
    minimiser = Fraction(0)

    @property
    def L(self) -> Any:
        """The curvature of the mean loss: c."""
        return self.c

    @property
    def mu2(self) -> Any:
        """The squared gradient at the ends."""
        return (self.c * self.radius) ** 2

    @property
    def sigma2(self) -> Any:
        """The variance of one sample gradient at the ends."""
        return self.radius**2 * self.c * (2 / self.alpha - self.c)

    @property
    def low(self) -> Any:
        """The left end."""
        return -self.radius

    @property
    def high(self) -> Any:
        """The right end."""
        return self.radius

    @property
    def start(self) -> Any:
        """The right end."""
        return self.radius

    def loss(self, w: Any) -> Any:
        """Return the loss at a number `w`, or at points of shape (1,) or (1, runs)."""
        return matching(self.c / 2, w) * inner(w, w)

    def grad(self, w: Any) -> Any:
        """Return the gradient of the loss, in the shape of `w`."""
        return matching(self.c, w) * w

    def variance(self, w: Any) -> Any:
        """Return the variance of one sample gradient at `w`."""
        return matching(self.c * (2 / self.alpha - self.c), w) * inner(w, w)

    def outcomes(self, w: Any) -> tuple[tuple[Any, Any], ...]:
        """Return the sample gradients at the number `w`, as pairs (probability, value)."""
        p = self.alpha * self.c / 2
        return ((p, 2 / self.alpha * w), (1 - p, 0 * w))

    w_star, w0 = property(interval.w_star), property(interval.w0)
    project, project_error = interval.project, interval.project_error
    sample_grad = interval.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, shape (1, runs)."""
        B = check_batch(B, None, replace)
        hits = rng.binomial(B, float(self.alpha * self.c / 2), e.shape)
        return 2 / float(self.alpha) * (hits / B) * e

    def almost_sure_step(self, alpha: Any) -> tuple[float, float]:
        """Return the largest factor of a step: 1 for steps up to the instance's own."""
        return max(1.0, abs(float(1 - 2 * alpha / self.alpha))), 0.0

    def invariant(self, alpha: Any) -> bool:
        """Say whether an unprojected step stays in the interval: up to the instance's own."""
        return bool(alpha <= self.alpha)

    def constants(self) -> Constants:
        """Return each constant; all are exact."""
        return Constants((
            Constant("c", float(self.c), "exact", "mean curvature: (2/alpha) (alpha c/2)"),
            Constant("L", float(self.L), "exact", "the mean loss is c w^2/2"),
            Constant("mu2", float(self.mu2), "exact", "(c radius)^2, at the ends"),
            Constant("sigma2", float(self.sigma2), "exact",
                     "radius^2 c (2/alpha - c): a scaled Bernoulli variable, at the ends"),
            Constant("radius", float(self.radius), "given",
                     f"the interval; no step of size <= {float(self.alpha):g} leaves it"),
        ))


def two_point(c: Any, alpha: Any, radius: Any) -> TwoPoint:
    """Return the instance that attains the bound of slide 21 for the step size `alpha` < 2/c."""
    for name, value in (("c", c), ("alpha", alpha), ("radius", radius)):
        letter(name).check(value)
    if not radius > 0:
        raise ValueError(f"radius={radius}, half the length of the interval, must be > 0")
    if not alpha * c < 2:
        raise ValueError(f"alpha={alpha} is not below 2/c={float(2 / c):g}: alpha c / 2 must be a "
                         "probability less than 1; take a smaller alpha")
    c, alpha, radius = (Fraction(v) if type(v) is int else v for v in (c, alpha, radius))
    return TwoPoint(c, alpha, radius)
