"""The instance that attains the ball of the noise at the optimum [claim T-optimum].

Two fair samples with the derivatives ``f1' = (c if w < 0 else L) w + s`` and
``f2' = (L if w < 0 else c) w - s``: mirror images, each c-strongly convex and L-smooth. Their mean
is ``(c + L) w / 2``, their noise ``s + (L - c) |w| / 2`` of either sign. At ``alpha = 2/(c + L)``
both steps lead to ``|w'| = rho |w| + alpha s`` with ``rho = (L - c)/(L + c)``, so that nothing
about ``|w|`` is random; it rests at ``s/c``, whose square is the bound.

>>> from fractions import Fraction as F
>>> problem = mirrored(c=F(1), L=F(3), s=F(2))
>>> alpha, bound = problem.alpha, problem.alpha * problem.s**2 / (1 * (2 - problem.alpha * 3))
>>> alpha, bound == problem.radius**2
(Fraction(1, 2), True)
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

__all__ = ["Mirrored", "mirrored"]


@dataclass(frozen=True, eq=False)
class Mirrored:
    """Two mirrored samples; build it with `mirrored`. Fractions in, Fractions out.

    `flat` and `steep` are the curvatures of the samples. Those of their mean, `c` and `L`, are both
    ``(flat + steep) / 2``: with them in place of the samples' the bound is false here.
    """

    flat: Any
    steep: Any
    s: Any

    dim = 1
    n = None
    minimiser = Fraction(0)

    @property
    def c(self) -> Any:
        """The curvature of the mean loss."""
        return (self.flat + self.steep) / 2

    @property
    def L(self) -> Any:
        """The curvature of the mean loss."""
        return self.c

    @property
    def alpha(self) -> Any:
        """The step size that attains the bound, ``2 / (flat + steep)``."""
        return 1 / self.c

    @property
    def radius(self) -> Any:
        """The distance ``s / flat``, which steps of size `alpha` keep."""
        return self.s / self.flat

    @property
    def mu2(self) -> Any:
        """The squared gradient at the ends."""
        return (self.c * self.radius) ** 2

    @property
    def sigma2(self) -> Any:
        """The variance of one sample gradient at the ends."""
        return self.variance(self.radius)

    @property
    def sigma2_star(self) -> Any:
        """The second moment of one sample gradient at the minimiser, ``s^2``."""
        return self.s**2

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
        """Return the mean loss at a number `w`, or at points of shape (1,) or (1, runs)."""
        return matching(self.c / 2, w) * inner(w, w)

    def grad(self, w: Any) -> Any:
        """Return the gradient of the mean loss, in the shape of `w`."""
        return matching(self.c, w) * w

    def deviation(self, w: Any) -> Any:
        """Return what the gradients of the samples are above and below their mean, at `w`."""
        return matching(self.s, w) + matching((self.steep - self.flat) / 2, w) * abs(w)

    def variance(self, w: Any) -> Any:
        """Return the variance of one sample gradient at `w`."""
        deviation = self.deviation(w)
        return inner(deviation, deviation)

    def outcomes(self, w: Any) -> tuple[tuple[Any, Any], ...]:
        """Return the sample gradients at the number `w`, as pairs (probability, value)."""
        half, mean, deviation = Fraction(1, 2), self.grad(w), self.deviation(w)
        return ((half, mean + deviation), (half, mean - deviation))

    w_star, w0 = property(interval.w_star), property(interval.w0)
    project, project_error = interval.project, interval.project_error
    sample_grad = interval.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, shape (1, runs).

        With k of the B samples the first, the noise is ``2 k/B - 1`` times the deviation: for B > 1
        the theorem holds with ``s^2/B``, and is attained no longer.
        """
        B = check_batch(B, None, replace)
        gradient: Array = self.grad(e) + (2 * rng.binomial(B, 0.5, e.shape) / B - 1) * (
            self.deviation(e))
        return gradient

    def almost_sure_step(self, alpha: Any) -> tuple[float, float]:
        """Return `factor`, `shift` with ``|e'| <= factor |e| + shift``: the samples are linear."""
        factor = max(abs(float(1 - alpha * self.flat)), abs(float(1 - alpha * self.steep)))
        return factor, float(alpha * self.s)

    def invariant(self, alpha: Any) -> bool:
        """Say whether an unprojected step stays in the interval: up to the instance's own."""
        return bool(alpha <= self.alpha)

    def constants(self) -> Constants:
        """Return each constant; all are exact."""
        return Constants((
            Constant("c", float(self.c), "exact", "the mean loss is (flat + steep) w^2/4"),
            Constant("L", float(self.L), "exact", "the mean loss is (flat + steep) w^2/4"),
            Constant("mu2", float(self.mu2), "exact", "(c radius)^2, at the ends"),
            Constant("sigma2", float(self.sigma2), "exact",
                     "(s + (steep - flat) radius/2)^2, at the ends"),
            Constant("sigma2_star", float(self.sigma2_star), "exact",
                     "the samples have the gradients s and -s at 0"),
            Constant("radius", float(self.radius), "exact",
                     f"s/flat; no step of size <= {float(self.alpha):g} leaves it"),
        ))


def mirrored(c: Any = 1, L: Any = 3, s: Any = 1) -> Mirrored:
    """Return two mirrored samples with curvatures `c` < `L` and the gradients `s`, -`s` at 0."""
    for name, value in (("c", c), ("L", L)):
        letter(name).check(value)
    if not s > 0:
        raise ValueError(f"s={s}, the gradient of the first sample at 0, must be > 0")
    if not c < L:
        raise ValueError(f"c={c}, the least curvature of a sample, must be below L={L}, the "
                         "largest; with one curvature take problems.quadratic")
    flat, steep, s = (Fraction(v) if type(v) is int else v for v in (c, L, s))
    return Mirrored(flat, steep, s)
