"""Stochastic gradient descent with a step size that depends on the time [slide 21].

>>> rule = DecayingSGD(Inverse(c=2))
>>> rule.schedule(1), rule.schedule(5)
(0.5, 0.1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.notation import Letter, letter
from sgdtheory.optimizers.rule import Rule

__all__ = ["DecayingSGD", "Inverse", "LacosteJulien"]


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
