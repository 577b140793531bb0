"""The one door through which a bound or a value enters a verdict."""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.logic.formula import Formula
from sgdtheory.verdict.betting import Array

__all__ = ["bound_at"]


def bound_at(bound: Any, times: Any, name: str = "bound") -> Array:
    """Return `bound` at the `times`, shape ``(k,)``, finite and >= 0.

    A number holds at every time, an array gives one number a time, a callable (such as a formula
    with its letters, `Formula.at`) is asked about one time after the other and, if it cannot answer
    that, about all times at once.
    """
    if isinstance(bound, Formula):
        letters = ", ".join(f"{entry.name}=..." for entry in bound.parameters if entry.name != "t")
        raise ValueError(f"{name} {bound!r} is a formula without its letters; pass "
                         f"{bound.name}.at({letters})")
    _refuse_exchanged(bound, name)
    values = _asked(bound, times, name) if callable(bound) else _numbers(bound, name)
    if values.ndim and values.shape != times.shape:
        raise ValueError(f"{name} must be a number, a callable of t or an array of shape "
                         f"{times.shape}, one number for each recorded time; got {values.shape}")
    values = np.broadcast_to(values, times.shape).astype(np.float64)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        j = int(np.argmax(wrong))
        raise ValueError(f"{name} on E distance2 must be finite and >= 0 at every recorded time; "
                         f"got {values[j]} at t = {times[j]}; {_next_step(values[j])}")
    return values


def _next_step(value: float) -> str:
    if np.isnan(value):
        return "find out where it is 0/0 or inf - inf, or record other times"
    if value > 0:
        return "an infinite one claims nothing, record other times"
    return "no mean of squares is negative, check its sign"


def _refuse_exchanged(bound: Any, name: str) -> None:
    """Raise TypeError where a run stands in the place of the bound."""
    if hasattr(bound, "distance2") and hasattr(bound, "times"):
        raise TypeError(f"{name}, what E distance2 is held to, is a run; the {name} comes first, "
                        f"then the run")


def _asked(bound: Any, times: Any, name: str) -> Array:
    """Ask one time after the other, because a function of one t may misread an array silently."""
    try:
        values = [_numbers(bound(t.item()), f"{name}(t)") for t in times]
        if all(value.size == 1 for value in values):
            return np.array([value.item() for value in values])
    except (TypeError, ValueError, AttributeError, IndexError):
        pass
    return _numbers(bound(times), f"{name}(times)")


def _numbers(value: Any, name: str) -> Array:
    if value is None:
        returned = "; it returned nothing, and lacks a return" if "(" in name else ""
        raise ValueError(f"{name} must be real numbers; got None{returned}")
    try:
        given = np.asarray(value)
        if given.dtype.kind == "b" or (given.dtype.kind == "O" and _holds_truth(given)):
            raise ValueError("a truth value")
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be real numbers; got {value!r}; pass a number, an array of "
                         f"one number for each recorded time, or a function of t") from error


def _holds_truth(given: Any) -> bool:
    return any(isinstance(entry, bool) for entry in given.ravel())
