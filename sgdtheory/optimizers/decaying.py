"""Stochastic gradient descent with a step size that depends on the time [slide 21].

>>> rule = DecayingSGD(Inverse(c=2))
>>> rule.schedule(1), rule.schedule(5)
(0.5, 0.1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sgdtheory.notation import Letter, letter
from sgdtheory.optimizers.rule import Rule

__all__ = ["BoundOptimal", "DecayingSGD", "Inverse", "LacosteJulien"]


OFFSET = Letter("offset", "the number at which the step sizes start to count", "", low=0,
                advice="1 forgets the start in the first step")


@dataclass(frozen=True)
class Inverse:
    """``1 / (c (t - 1 + offset))`` at step t = 1, 2, ...: from ``w_t``, ``1/(c (t + offset))``.

    Without an offset, on a quadratic of one curvature c, the iterate is the mean of the samples so
    far; an offset shortens the first steps.
    """

    c: Any
    offset: Any = 1

    def __post_init__(self) -> None:
        letter("c").check_hyperparameter(self.c)
        OFFSET.check_hyperparameter(self.offset)

    def __call__(self, t: Any) -> Any:
        """Return the step size of step `t`."""
        return 1 / (self.c * (t - 1 + self.offset))


@dataclass(frozen=True)
class LacosteJulien:
    """``2 / (c (t + 1))`` at step t = 1, 2, ... [Lacoste-Julien, Schmidt & Bach 2012].

    The paper counts the iterates from 1: its ``w_t`` is ours at the time ``t - 1``.
    """

    c: Any

    def __post_init__(self) -> None:
        letter("c").check_hyperparameter(self.c)

    def __call__(self, t: Any) -> Any:
        """Return the step size of step `t`."""
        return 2 / (self.c * (t + 1))


@dataclass(frozen=True)
class BoundOptimal:
    """The step sizes for which the bound of slide 21 falls fastest: ``c D_t / M^2``.

    ``D_(t+1) = (1 - 2 alpha c) D_t + alpha^2 M^2`` is least at this alpha, where it is
    ``D_t (1 - c^2 D_t / M^2)``, from ``D_0 = d0``; M^2 = sigma2/B + mu2 is `moment2`. Needs
    ``c^2 d0 <= M^2 / 2``, which the lecture's hypotheses give for B with ``sigma2/B >= mu2``, and
    otherwise a first step ``1/(2c)`` does. Only the first `steps` step sizes are known.
    """

    c: Any
    d0: Any
    moment2: Any
    steps: int

    def __post_init__(self) -> None:
        for name in ("c", "d0"):
            letter(name).check_hyperparameter(getattr(self, name))
        if not 2 * self.c**2 * self.d0 <= self.moment2:
            raise ValueError(f"d0={self.d0}, the squared distance at the start, must be at most "
                             f"moment2/(2 c^2)={self.moment2 / (2 * self.c**2)}: above it steps of "
                             f"c d0/moment2 are too long; begin with one step of 1/(2c)")

    @cached_property
    def sizes(self) -> np.ndarray:
        """The step sizes of the steps 1, 2, ..., shape ``(steps,)``."""
        share, sizes = self.c**2 * self.d0 / self.moment2, []
        for _ in range(self.steps):
            sizes.append(share / self.c)
            share = share * (1 - share)
        return np.array(sizes)

    def __call__(self, t: Any) -> Any:
        """Return the step size of step `t`."""
        return self.sizes[t - 1]


@dataclass(frozen=True)
class DecayingSGD(Rule):
    """``w_t = w_(t-1) - schedule(t) grad(w_(t-1))`` for t = 1, 2, ...

    `schedule` is a function of the number of the step; one that also takes an array of them makes
    the exact moments fast, and one that can be pickled (`Inverse`, `LacosteJulien`, a module's own)
    can be simulated by other processes.
    """

    schedule: Callable[[Any], Any]

    def __post_init__(self) -> None:
        if not callable(self.schedule):
            raise ValueError(f"schedule, the step size of each step, must be a function of t; got "
                             f"{self.schedule!r}; a constant step size is SGD(alpha)")

    def init(self, w: Any) -> None:
        """Return the empty state."""
        return None

    def step(self, w: Any, state: None, grad: Callable[[Any], Any], t: Any) -> tuple[Any, None]:
        """Return the next iterate and the empty state."""
        alpha = self.schedule(t)
        letter("alpha").check_unless_formal(alpha)
        return w - alpha * grad(w), None
