"""A rule that also adds up the points that it leaves, so that their average has moments too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Summed"]


@dataclass(frozen=True)
class Summed:
    """`rule`, with ``share (w_0 + .. + w_(t-1))`` as the last part of the state after step t."""

    rule: Any
    share: float

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return the state of the rule and an empty sum."""
        return self.rule.init(w), 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any],
             t: Any) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate and state."""
        inner, total = state
        after, inner = self.rule.step(w, inner, grad, t)
        return after, (inner, total + self.share * w)
