"""Formulas: plain functions of letters that validate, evaluate, typeset and take part in proofs.

>>> @formula
... def area(radius):
...     \"\"\"Area of the square around the ball.\"\"\"
...     return (2 * radius) ** 2
>>> area(3)
36
>>> area.latex
'4 R^{2}'
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, overload

import numpy as np

from sgdtheory.formal import FormalNumber
from sgdtheory.notation import Letter, letter

_NUMBERS = frozenset({float, int})

__all__ = ["Bound", "Formula", "formula"]


@dataclass(frozen=True)
class Formula:
    """A function of letters, called on numbers, arrays, Fractions, sympy or formal terms.

    ``requires`` is a function of some of the letters that raises ValueError where the formula is
    not what its name says; it is asked about numbers only.
    """

    function: Callable[..., Any]
    requires: Callable[..., None] | None = None

    def __post_init__(self) -> None:
        for name, parameter in inspect.signature(self.function).parameters.items():
            letter(name)
            if parameter.default is not inspect.Parameter.empty:
                raise TypeError(f"{self.function.__name__}: the letter {name} must have no default")
        object.__setattr__(self, "__doc__", self.function.__doc__)
        object.__setattr__(self, "__wrapped__", self.function)

    @cached_property
    def parameters(self) -> tuple[Letter, ...]:
        """The letters, in the order of the call."""
        return tuple(letter(name) for name in inspect.signature(self.function).parameters)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.parameters)

    @cached_property
    def _letters(self) -> tuple[tuple[str, Letter], ...]:
        return tuple((entry.name, entry) for entry in self.parameters)

    def _of_numbers(self, values: dict[str, Any]) -> Any:
        try:
            return self.function(**values)
        except OverflowError:
            said = ", ".join(f"{name}={value}" for name, value in values.items())
            raise ValueError(f"{self.name} exceeds the largest float, 1.8e308, at {said}; take a "
                             "smaller number, or Fractions") from None

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.requires).parameters) if self.requires else ()

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.function.__name__

    @property
    def source(self) -> str:
        """Where the formula comes from, such as ``slide 22``; ``ours`` if it is nobody else's."""
        found = re.search(r"\[(.+?)\]", self.function.__doc__ or "")
        return found.group(1) if found else "ours"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; raise ValueError naming the letter that is outside its domain."""
        values = self._bind(args, kwargs)
        if _NUMBERS.issuperset(map(type, values.values())):
            for name, entry in self._letters:
                entry.check_number(values[name])
            if self.requires:
                self.requires(*(values[name] for name in self._needed))
            return self._of_numbers(values)
        if not any(_is_symbolic(value) for value in values.values()):
            for entry in self.parameters:
                values[entry.name] = _unlimited(entry.check(values[entry.name]))
            if any(isinstance(value, Fraction) for value in values.values()):
                values = {k: Fraction(v) if type(v) is int else v for k, v in values.items()}
            self._require_broadcast(values)
            if self.requires:
                self.requires(*(values[name] for name in self._needed))
        return self.function(**values)

    def _require_broadcast(self, values: dict[str, Any]) -> None:
        shapes = {name: value.shape for name, value in values.items() if hasattr(value, "shape")}
        try:
            np.broadcast_shapes(*shapes.values())
        except ValueError:
            said = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape)
            raise ValueError(f"{self.name} needs arrays whose shapes broadcast; got {said}; add an "
                             f"axis, as in alpha[:, None]") from None

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        names = self._names
        if not kwargs and len(args) == len(names):
            return dict(zip(names, args, strict=True))
        values = dict(zip(names, args, strict=False)) | kwargs
        if len(args) + len(kwargs) != len(names) or set(values) != set(names):
            raise TypeError(self._unfit(set(values) if len(args) <= len(names) else None))
        return values

    def _unfit(self, given: set[str] | None) -> str:
        """Say which letters of a call are missing, with their meaning, and which are unknown."""
        names = ", ".join(self._names)
        if given is None:
            return f"{self.name} takes ({names}); got more than {len(self._names)}"
        missing = ", ".join(f"{entry.name} ({entry.meaning})" for entry in self.parameters
                            if entry.name not in given)
        unknown = ", ".join(sorted(given - set(self._names)))
        said = [f"missing: {missing}"] if missing else []
        said += [f"unknown: {unknown}"] if unknown else []
        return f"{self.name} takes ({names}); {'; '.join(said) or 'a letter is given twice'}"

    @cached_property
    def expr(self) -> Any:
        """The sympy expression: the function called on the letters."""
        import sympy

        return self.function(*(sympy.Symbol(entry.name) for entry in self.parameters))

    @cached_property
    def latex(self) -> str:
        """LaTeX of the expression."""
        import sympy

        names = {sympy.Symbol(entry.name): entry.latex for entry in self.parameters}
        return str(sympy.latex(self.expr, symbol_names=names))

    def at(self, **values: Any) -> Bound:
        """Return the formula with its letters fixed, all but the time, as a function of t.

        That is what `sgdtheory.judge` takes: ``judge(distance2.at(d0=1, alpha=0.1, ...), run)``.
        Raises TypeError naming the letters that are missing or unknown.
        """
        names = {entry.name for entry in self.parameters} - {"t"}
        if set(values) != names:
            missing, unknown = sorted(names - set(values)), sorted(set(values) - names)
            means = "".join(f"; {name} is {letter(name).meaning}" for name in missing)
            raise TypeError(f"{self!r}.at needs every letter but the time t: missing {missing}, "
                            f"unknown {unknown}{means}")
        return Bound(self, values)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(entry.name for entry in self.parameters)})"


@dataclass(frozen=True)
class Bound:
    """A formula with its parameters: a function of the time t, constant if it has no time."""

    formula: Formula
    values: Mapping[str, Any]

    def __call__(self, t: Any) -> Any:
        """Return the value at time t."""
        timed = any(entry.name == "t" for entry in self.formula.parameters)
        return self.formula(**{**self.values, "t": t} if timed else self.values)

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.formula.name}.at({said})"


def _unlimited(value: Any) -> Any:
    """Return floats for whole numbers of NumPy, which are counted modulo 2^64 without a word."""
    if getattr(value, "dtype", None) is None or value.dtype.kind not in "iu":
        return value
    return value.astype(float) if value.ndim else int(value)


def _is_symbolic(value: Any) -> bool:
    sympy = sys.modules.get("sympy")
    return isinstance(value, FormalNumber) or bool(sympy and isinstance(value, sympy.Basic))


@overload
def formula(function: Callable[..., Any]) -> Formula: ...
@overload
def formula(*, requires: Callable[..., None]) -> Callable[[Callable[..., Any]], Formula]: ...


def formula(
    function: Callable[..., Any] | None = None, *, requires: Callable[..., None] | None = None
) -> Formula | Callable[[Callable[..., Any]], Formula]:
    """Turn a plain function of letters into a `Formula`; also ``@formula(requires=...)``."""
    if function is None:
        return lambda f: Formula(f, requires)
    return Formula(function)
