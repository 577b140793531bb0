"""What an update rule is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["Rule"]


class Rule(Protocol):
    """What the engine and the proofs ask of an update rule."""

    def init(self, w: Any) -> Any:
        """Return the state before the first step."""

    def step(self, w: Any, state: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and state; `t` is 1 at the first step."""

    def parameters(self, w: Any, state: Any) -> Any:
        """Return what a framework shows as the parameters: the iterate, unless the rule differs."""
        return w
