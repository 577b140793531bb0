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
    values = _asked(bound, times) if callable(bound) else _numbers(bound, name)
    if values.ndim and values.shape != times.shape:
        raise ValueError(f"{name} must be a number, a callable of t or an array of shape "
                         f"{times.shape}, one number for each recorded time; got {values.shape}")
    values = np.broadcast_to(values, times.shape).astype(np.float64)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        j = int(np.argmax(wrong))
        raise ValueError(f"{name} on E distance2 must be finite and >= 0 at every recorded time; "
                         f"got {values[j]} at t = {times[j]}; an infinite one claims nothing, "
                         f"record other times")
    return values


def _asked(bound: Any, times: Any) -> Array:
    """Ask one time after the other, because a function of one t may misread an array silently."""
    try:
        values = [_numbers(bound(t.item()), "bound(t)") for t in times]
        if all(value.size == 1 for value in values):
            return np.array([value.item() for value in values])
    except (TypeError, ValueError, AttributeError, IndexError):
        pass
    values_at_once = _numbers(bound(times), "bound(times)")
    return values_at_once


def _numbers(value: Any, name: str) -> Array:
    try:
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "iufO" or value is None:
            raise TypeError
        return numbers.astype(np.float64)
    except (TypeError, ValueError) as error:
        advice = "; it returned nothing" if value is None and "(" in name else ""
        raise ValueError(f"{name} must be real numbers; got {value!r}{advice}") from error
