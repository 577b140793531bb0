"""Finite sums on an interval of the line, exact on Fractions: the stage of the epochs.

The derivative of each component is a plain function, so that the law of an iterate after epochs,
whatever the order of the components, is a finite table of rational numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.problems import interval
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.geometry import Array, check_batch, matching
from sgdtheory.problems.rows import Rows, draw_rows

__all__ = ["EpochLine", "after_cycles", "shuffled_law"]


@dataclass(frozen=True, eq=False)
class EpochLine:
    """The mean of `n` components on the interval ``[low, high]``, with a step size and a start.

    Attributes
    ----------
    component : function
        ``component(i, w)``, the derivative of component i at a number, or at an array of them.
    mean_loss : function
        The mean of the components at a number, or at an array of them.
    low, high, minimiser, start, alpha : numbers
        The set, the minimiser of the mean on it, where the orbit starts and its step size.
    c, L, mu2, sigma2 : numbers
        The constants of the lecture on the interval.
    """

    component: Callable[[int, Any], Any]
    mean_loss: Callable[[Any], Any]
    n: int
    low: Any
    high: Any
    minimiser: Any
    start: Any
    alpha: Any
    c: Any
    L: Any
    mu2: Any
    sigma2: Any
    why: str

    dim = 1

    @property
    def radius(self) -> Any:
        """The largest distance from the minimiser in the interval."""
        return max(self.high - self.minimiser, self.minimiser - self.low)

    def loss(self, w: Any) -> Any:
        """Return the mean loss at a number `w`, or at points of shape (1,) or (1, runs)."""
        value = self.mean_loss(w)
        return value.sum(axis=0) if getattr(value, "ndim", 0) else value

    def grad(self, w: Any) -> Any:
        """Return the derivative of the mean at `w`, in its shape."""
        return sum(self.component(i, w) for i in range(self.n)) / matching(Fraction(self.n), w)

    def variance(self, w: Any) -> Any:
        """Return the variance of the derivative of a random component at `w`."""
        mean = self.grad(w)
        squares = sum((self.component(i, w) - mean) ** 2 for i in range(self.n))
        value: Any = squares / matching(Fraction(self.n), w)
        return value.sum(axis=0) if getattr(value, "ndim", 0) else value

    def outcomes(self, w: Any) -> tuple[tuple[Any, Any], ...]:
        """Return the derivatives at the number `w`, as pairs (probability, value)."""
        return tuple((Fraction(1, self.n), self.component(i, w)) for i in range(self.n))

    w_star, w0 = property(interval.w_star), property(interval.w0)
    project, project_error = interval.project, interval.project_error
    sample_grad = interval.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, shape (1, runs)."""
        B = check_batch(B, self.n, replace)
        return self.batch_grad_error(e, draw_rows(self.n, B, e.shape[1], rng, replace))

    def batch_grad_error(self, e: Array, rows: Rows) -> Array:
        """Return the gradient at ``w_star + e`` over the given components, shape (B, runs)."""
        w = e + float(self.minimiser)
        each = np.concatenate([self.component(i, w) for i in range(self.n)])
        mean: Array = np.take_along_axis(each, rows, axis=0).mean(axis=0, keepdims=True)
        return mean

    def almost_sure_step(self, alpha: Any) -> None:
        """Return None: nothing is certified about a step."""

    def invariant(self, alpha: Any) -> bool:
        """Return False: nothing is certified about a step."""
        return False

    def constants(self) -> Constants:
        """Return each constant; all are exact on the interval."""
        names = ("c", "L", "mu2", "sigma2", "radius")
        return Constants(tuple(Constant(name, float(getattr(self, name)), "exact", self.why)
                               for name in names))


def shuffled_law(instance: EpochLine, epochs: int) -> dict[Any, Any]:
    """Return the law of the iterate after `epochs` epochs of one component a step, exactly.

    A new uniform order in each epoch. A table from values to probabilities, found over the sets of
    components used so far; `sgdtheory.problems.line.mean_square` takes it.
    """
    table = {instance.start: Fraction(1)}
    for _ in range(epochs):
        level: dict[tuple[frozenset[int], Any], Fraction] = {}
        for w, mass in table.items():
            level[frozenset(), w] = mass
        for left in range(instance.n, 0, -1):
            level = _next_component(instance, level, left)
        table = {w: mass for (_, w), mass in level.items()}
    return table


def _next_component(instance: EpochLine, level: dict[tuple[frozenset[int], Any], Fraction],
                    left: int) -> dict[tuple[frozenset[int], Any], Fraction]:
    after: dict[tuple[frozenset[int], Any], Fraction] = {}
    for (used, w), mass in level.items():
        for i in set(range(instance.n)) - used:
            place = used | {i}, w - instance.alpha * instance.component(i, w)
            after[place] = after.get(place, Fraction(0)) + mass / left
    return after


def after_cycles(instance: EpochLine, epochs: int) -> Any:
    """Return the iterate after `epochs` epochs in the order 0 .. n-1 of the components, exactly."""
    w = instance.start
    for _ in range(epochs):
        for i in range(instance.n):
            w = w - instance.alpha * instance.component(i, w)
    return w
