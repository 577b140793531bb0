"""What an update rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Protocol

from sgdtheory.notation import LETTERS

__all__ = ["Rule", "require_rule"]


class Rule(Protocol):
    """What the engine and the proofs ask of an update rule: a frozen dataclass with these.

    A field that is called like a letter of the notation is held to that letter's domain.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            if field.name in LETTERS:
                LETTERS[field.name].check_hyperparameter(getattr(self, field.name))

    def init(self, w: Any) -> Any:
        """Return the state before the first step."""

    def step(self, w: Any, state: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and state; `t` is 1 at the first step."""

    def parameters(self, w: Any, state: Any) -> Any:
        """Return what a framework shows as the parameters: the iterate, unless the rule differs."""
        return w


def require_rule(rule: Any) -> None:
    """Raise TypeError unless `rule` can make steps."""
    made = not isinstance(rule, type)
    if made and callable(getattr(rule, "init", None)) and callable(getattr(rule, "step", None)):
        return
    advice = ("take one of sgdtheory.optimizers, such as SGD(alpha=0.1)" if made else
              f"that is the class: give its hyperparameters, {rule.__name__}(alpha=0.1)")
    raise TypeError(f"rule, the update rule, must have init and step; got {rule!r}; {advice}")
