"""Stochastic gradient descent [slide 17]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.optimizers.rule import Rule

__all__ = ["SGD"]


@dataclass(frozen=True)
class SGD(Rule):
    """``w_t = w_(t-1) - alpha grad(w_(t-1))`` [slide 17]."""

    alpha: Any

    def init(self, w: Any) -> None:
        """Return the empty state."""
        return None

    def step(self, w: Any, state: None, grad: Callable[[Any], Any], t: Any) -> tuple[Any, None]:
        """Return the next iterate and the empty state."""
        return w - self.alpha * grad(w), None
