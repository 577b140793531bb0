"""What an update rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Protocol

from sgdtheory.notation import LETTERS, Letter

__all__ = ["Rule", "require_rule"]


OPTIONS = {entry.name: entry for entry in (
    Letter("eps_root", "the number under the root, beside eps", r"\bar\varepsilon", low=0,
           open_low=False),
    Letter("initial", "what the accumulator starts at", "S_0", low=0, open_low=False),
    Letter("dampening", "what is taken off the weight of a gradient", "d", low=0, high=1,
           open_low=False, open_high=False),
    Letter("damping", "how much the schedule lowers the first decay", "a", low=0, high=1,
           open_low=False, open_high=False),
    Letter("decay", "how fast the schedule runs", r"\psi", low=0, open_low=False),
    Letter("base", "the base of the schedule", "q", low=0, high=1, open_high=False),
)}
"""Hyperparameters of single rules, which no formula has."""


class Rule(Protocol):
    """What the engine and the proofs ask of an update rule: a frozen dataclass with these.

    A field that is called like a letter of the notation, or one of the `OPTIONS`, is held to that
    letter's domain; one that is a bool, to be one.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value, known = getattr(self, field.name), LETTERS.get(field.name,
                                                                  OPTIONS.get(field.name))
            if known is not None:
                known.check_hyperparameter(value)
            elif field.type == "bool" and not isinstance(value, bool):
                raise TypeError(f"{field.name}, an option of {type(self).__name__}, must be True "
                                f"or False; got {value!r}")

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
