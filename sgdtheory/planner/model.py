r"""Two bounds on ``E|w_T - w*|^2``, solved for the number of steps.

Both are ``rho + (d0 - rho) z^(p T)``, where a step contracts by z, and rho is the squared radius:

* `Slide`: ``z = 1 - q``, ``q = 2 alpha c <= 1``, ``p = 1``, ``rho = q s``,
  ``s = (sigma2/B + mu2)/(4 c^2)``;
* `Smooth`: ``z = 1 - q``, ``q = alpha c <= 2c/(c+L)``, ``p = 2``, ``rho = s q/(2-q)``,
  ``s = sigma2/(B c^2)``. A step size beyond 2/(c+L) contracts less and has a larger radius.

rho is a decreasing and convex function of z. So, where ``rho <= d0``, all terms of

    rho'' (1 - z^n) - 2 rho' n z^(n-1) + (d0 - rho) n (n-1) z^(n-2),    n = p T >= 1,

the second derivative of the bound, are >= 0; where ``rho > d0`` the bound exceeds d0. Hence the
step sizes that reach a target below d0 in T steps are an interval, and the real number of steps

    T(q) = log((d0 - rho)/(target - rho)) / (-p log(1 - q))

falls and then rises wherever it is above 1: a search by golden section finds its minimum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from sgdtheory.theory import noise_ball

__all__ = ["Model", "Slide", "Smooth", "alpha_of", "lowest", "steps_of"]

GOLDEN = (math.sqrt(5) - 1) / 2
NEAR = 1e-7
"""Relative width at which a golden section ends; the value there is exact to about its square."""

TIE = 1e-11
"""Relative distance to a whole number of steps within which the bound itself is asked."""

SURELY = 10**6
"""Numbers of steps from which on one more or less does not matter."""


@dataclass(frozen=True)
class Slide:
    """The lecture's bound `noise_ball.distance2` [slide 21]."""

    c: float
    sigma2: float
    mu2: float
    d0: float
    target: float
    quickness: ClassVar[float] = 1.0

    @property
    def largest_alpha(self) -> float:
        """The step size up to which the bound is a theorem."""
        return 1 / (2 * self.c)

    def scale(self, B: float) -> float:
        """Return the squared radius at the largest step size."""
        return (self.sigma2 / B + self.mu2) / (4 * self.c**2)

    def alpha(self, radius2: float, B: float) -> float:
        """Return the step size of this squared radius, but at most the largest."""
        scale = self.scale(B)
        return self.largest_alpha * (radius2 / scale if scale > radius2 else 1.0)

    def steps(self, alpha: float, B: float) -> float:
        """Return the real number of steps to the target; inf if the radius is larger."""
        q = alpha / self.largest_alpha
        return _steps(self, self.scale(B) * q, q, 1)

    def bound(self, T: int, alpha: float, B: int) -> float:
        """Return the bound after T steps."""
        return float(noise_ball.distance2(t=T, d0=self.d0, alpha=alpha, sigma2=self.sigma2, B=B,
                                          mu2=self.mu2, c=self.c))


@dataclass(frozen=True)
class Smooth:
    """The worst case over L-smooth losses, `noise_ball.smooth_distance2`."""

    c: float
    L: float
    sigma2: float
    d0: float
    target: float
    quickness: ClassVar[float] = 4.0

    @property
    def largest_alpha(self) -> float:
        """The step size that contracts most."""
        return 2 / (self.c + self.L)

    def scale(self, B: float) -> float:
        """Return the squared radius at ``alpha = 1/c``, if that were allowed."""
        return self.sigma2 / B / self.c**2

    def alpha(self, radius2: float, B: float) -> float:
        """Return the step size of this squared radius, but at most the largest."""
        return min(self.largest_alpha, 2 * radius2 / (self.scale(B) + radius2) / self.c)

    def steps(self, alpha: float, B: float) -> float:
        """Return the real number of steps to the target; inf if the radius is larger."""
        q = alpha * self.c
        return _steps(self, self.scale(B) * q / (2 - q), q, 2)

    def bound(self, T: int, alpha: float, B: int) -> float:
        """Return the bound after T steps."""
        return float(noise_ball.smooth_distance2(t=T, d0=self.d0, alpha=alpha, sigma2=self.sigma2,
                                                 B=B, c=self.c, L=self.L))


Model = Slide | Smooth


def _steps(model: Model, radius2: float, q: float, p: int) -> float:
    if q >= 1:
        return 0.0 if radius2 <= model.target else math.inf
    if radius2 >= model.target:
        return math.inf
    left = math.log1p((model.d0 - model.target) / (model.target - radius2))
    return left / (-p * math.log1p(-q))


def steps_of(model: Model, B: int) -> int:
    """Return the least whole number of steps, at least 1, that reaches the target."""
    end = model.alpha(model.target, B)
    least, _ = lowest(lambda alpha: model.steps(alpha, B), end)
    few, many = (max(1, math.ceil(least * factor)) for factor in (1 - TIE, 1 + TIE))
    if few < many < SURELY and model.bound(few, alpha_of(model, B, few), B) > model.target:
        return many
    return few


def alpha_of(model: Model, B: int, T: int) -> float:
    """Return the step size with the smallest bound after T steps."""
    return lowest(lambda alpha: model.bound(T, alpha, B), model.alpha(model.target, B))[1]


def lowest(function: Callable[[float], float], end: float) -> tuple[float, float]:
    """Return the least value on ``(0, end]`` of a function that falls, then rises, and its place.

    >>> [round(number, 6) for number in lowest(lambda x: (x - 1) ** 2 + 3, 5.0)]
    [3.0, 1.0]
    """
    low, high = 0.0, end
    near, far = end - GOLDEN * end, GOLDEN * end
    at_near, at_far = function(near), function(far)
    while high - low > NEAR * high:
        if at_near <= at_far:
            high, far, at_far = far, near, at_near
            near = high - GOLDEN * (high - low)
            at_near = function(near)
        else:
            low, near, at_near = near, far, at_far
            far = low + GOLDEN * (high - low)
            at_far = function(far)
    return min((function(end), end), (at_near, near), (at_far, far))
