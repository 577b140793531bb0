"""Problems on an interval of the line that are exact on Fractions: the stage of the worst cases.

The derivative is one polynomial right of 0 and one left of 0, the noise a fair sign: plain
arithmetic, so that an orbit of stochastic gradient descent is a sequence of rational numbers and
the law of an iterate a finite table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.problems import interval
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.geometry import Array, check_batch, matching

__all__ = ["Line", "law", "mean_square"]


def _number(value: Any) -> Any:
    """Return integers as Fractions, so that their quotients are exact."""
    return Fraction(value) if type(value) is int else value


def _polynomial(coefficients: tuple[Any, ...], w: Any) -> Any:
    total = 0 * w
    for coefficient in reversed(coefficients):
        total = total * w + coefficient
    return total


def _primitive(coefficients: tuple[Any, ...]) -> tuple[Any, ...]:
    return (0, *(a / (k + 1) for k, a in enumerate(coefficients)))


@dataclass(frozen=True, eq=False)
class Line:
    """A worst case on the interval ``[low, high]``; every attribute keeps the type it was given.

    Attributes
    ----------
    right, left : tuples
        Coefficients (constant first) of the derivative for ``w >= 0`` and for ``w < 0``.
    low, high, minimiser, start : numbers
        The set, the minimiser of the loss on it, and where the orbit starts.
    c, L, mu2, sigma2 : numbers
        The constants of the lecture on the interval; L is infinite where the derivative jumps.
    alpha : number
        The step size that makes it a worst case.
    """

    right: tuple[Any, ...]
    left: tuple[Any, ...]
    low: Any
    high: Any
    minimiser: Any
    start: Any
    c: Any
    L: Any
    mu2: Any
    sigma: Any
    alpha: Any
    why: str

    dim = 1
    n = None

    def __post_init__(self) -> None:
        for name in ("low", "high", "minimiser", "start", "c", "mu2", "sigma", "alpha"):
            object.__setattr__(self, name, _number(getattr(self, name)))
        for name in ("right", "left"):
            object.__setattr__(self, name, tuple(map(_number, getattr(self, name))))

    @property
    def sigma2(self) -> Any:
        """The variance of one sample gradient."""
        return self.sigma**2

    @property
    def radius(self) -> Any:
        """The largest distance from the minimiser in the interval."""
        return max(self.high - self.minimiser, self.minimiser - self.low)

    def loss(self, w: Any) -> Any:
        """Return the loss at a number `w`, or at points of shape (1,) or (1, runs)."""
        value = self._branch(_primitive(self.right), _primitive(self.left), w)
        return value.sum(axis=0) if getattr(value, "ndim", 0) else value

    def grad(self, w: Any) -> Any:
        """Return the derivative at `w`, in its shape; at a jump, that from the right."""
        return self._branch(self.right, self.left, w)

    def _branch(self, right: tuple[Any, ...], left: tuple[Any, ...], w: Any) -> Any:
        right, left = (tuple(matching(a, w) for a in side) for side in (right, left))
        if not getattr(w, "ndim", 0):
            return _polynomial(right if w >= 0 else left, w)
        return np.where(w >= 0, _polynomial(right, w), _polynomial(left, w))

    def variance(self, w: Any) -> Any:
        """Return the variance of one sample gradient at `w`."""
        return matching(self.sigma2, w) + 0 * self.loss(w)

    def outcomes(self, w: Any) -> tuple[tuple[Any, Any], ...]:
        """Return the sample gradients at the number `w`, as pairs (probability, value)."""
        if self.sigma == 0:
            return ((1, self.grad(w)),)
        half = Fraction(1, 2)
        return ((half, self.grad(w) + self.sigma), (half, self.grad(w) - self.sigma))

    w_star, w0 = property(interval.w_star), property(interval.w0)
    project, project_error = interval.project, interval.project_error
    sample_grad = interval.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, shape (1, runs)."""
        B = check_batch(B, None, replace)
        gradient: Array = self.grad(e + float(self.minimiser))
        if self.sigma == 0:
            return gradient
        signs = 2 * rng.binomial(B, 0.5, e.shape) / B - 1
        return gradient + float(self.sigma) * signs

    def almost_sure_step(self, alpha: Any) -> tuple[float, float] | None:
        """Return `factor`, `shift` with ``|e'| <= factor |e| + shift``, or None (not linear)."""
        if max(len(self.right), len(self.left)) > 2:
            return None
        factor, shift = 0.0, 0.0
        for a0, a1 in (self.right, self.left):
            factor = max(factor, abs(float(1 - alpha * a1)))
            shift = max(shift, float(alpha * (abs(a0 + a1 * self.minimiser) + self.sigma)))
        return factor, shift

    def invariant(self, alpha: Any) -> bool:
        """Say whether an unprojected step from inside the interval is certain to stay inside.

        The step is linear on either side of 0, so that its extremes are at the ends and at 0.
        """
        if max(len(self.right), len(self.left)) > 2:
            return False
        alpha = Fraction(alpha) if isinstance(self.low, Fraction) else alpha
        zero = 0 * self.low
        ends = [(self.right, max(self.low, zero)), (self.right, self.high)]
        ends += [(self.left, self.low), (self.left, min(self.high, zero))] if self.low < 0 else []
        reached = [w - alpha * (_polynomial(side, w) + noise)
                   for side, w in ends for noise in (self.sigma, -self.sigma)]
        return all(bool(self.low <= w <= self.high) for w in reached)

    def constants(self) -> Constants:
        """Return each constant; all are exact on the interval."""
        rows = [Constant(name, float(getattr(self, name)), "exact", self.why)
                for name in ("c", "L", "mu2", "sigma2", "radius") if getattr(self, name) < math.inf]
        return Constants(tuple(rows))


def law(instance: Any, steps: int, project: bool = False) -> dict[Any, Any]:
    """Return the law of the iterate after `steps` steps of size `instance.alpha`, exactly.

    A table from values to probabilities: at most ``2**steps`` values. `instance` has `start`,
    `alpha`, `outcomes` and `project`, as `Line` does.
    """
    table = {instance.start: Fraction(1)}
    for _ in range(steps):
        after: dict[Any, Any] = {}
        for w, mass in table.items():
            for probability, gradient in instance.outcomes(w):
                new = w - instance.alpha * gradient
                new = instance.project(new) if project else new
                after[new] = after.get(new, 0) + mass * probability
        table = after
    return table


def mean_square(instance: Any, table: dict[Any, Any]) -> Any:
    """Return ``E|w - w_star|^2`` under the law `table`."""
    return sum(mass * (w - instance.minimiser) ** 2 for w, mass in table.items())
