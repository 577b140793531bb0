"""What normal forms are made of, and when each part is known. Trusted.

`Letter`, `Index` and `VectorLetter` of the language stand for themselves; every other atom holds
normal forms of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any

from sgdtheory.logic.arithmetic import ONE, Monomial, Polynomial, Ratio, polynomial
from sgdtheory.logic.language import Index

__all__ = ["AppliedAtom", "Bound", "ExpectationAtom", "FieldAtom", "InnerAtom", "LimitAtom",
           "MaximumAtom", "PowerAtom", "ProcessAtom", "SumAtom", "VectorForm", "at_most", "known",
           "natural", "parts", "subterms"]


@dataclass(frozen=True)
class Bound:
    """The running index of a sum or a limsup, by its depth of nesting."""

    depth: int


@dataclass(frozen=True)
class PowerAtom:
    """``base ** index``, with ``x ** 0 = 1`` for every x."""

    base: Ratio
    index: Index | Bound


@dataclass(frozen=True)
class InnerAtom:
    """The inner product of two vector atoms, in the order of their ``repr``."""

    left: Any
    right: Any


@dataclass(frozen=True)
class FieldAtom:
    """A deterministic real function at a point."""

    field: str
    point: VectorForm


@dataclass(frozen=True)
class MaximumAtom:
    """The larger of two numbers, in the order of their ``repr``."""

    left: Ratio
    right: Ratio


@dataclass(frozen=True)
class ExpectationAtom:
    """``E[body | F_past]`` of a monomial or of a vector atom; ``E[body]`` if `past` is None."""

    body: Any
    past: Polynomial | None


@dataclass(frozen=True)
class SumAtom:
    """The sum of a monomial, times a vector atom or None, over ``lower <= index < upper``."""

    index: Bound
    lower: Polynomial
    upper: Polynomial
    body: Monomial
    vector: Any


@dataclass(frozen=True)
class LimitAtom:
    """The limsup of a deterministic sequence."""

    index: Bound
    body: Ratio


@dataclass(frozen=True)
class ProcessAtom:
    """A random vector, known at ``time + delay``."""

    name: str
    time: Polynomial
    delay: int


@dataclass(frozen=True)
class AppliedAtom:
    """A deterministic map at a point."""

    map: str
    point: VectorForm


@dataclass(frozen=True)
class VectorForm:
    """A linear combination of vector atoms, in the order of their ``repr``."""

    terms: tuple[tuple[Any, Ratio], ...]


def natural(number: Polynomial) -> bool:
    """Tell whether an affine number is >= 0 for all values of its indices: no minus sign."""
    return all(a >= 0 for _, a in number.terms)


def at_most(left: Polynomial, right: Polynomial) -> bool:
    """Tell whether ``left <= right`` for all values of the indices."""
    return natural(right + left.scaled(Fraction(-1)))



Ranges = Mapping[Bound, tuple[Polynomial, Polynomial]]


def known(value: Any, past: Polynomial | None, ranges: Ranges | None = None) -> bool:
    """Tell whether `value` is provably F_past-measurable; deterministic if `past` is None."""
    ranges = ranges or {}
    match value:
        case ProcessAtom(_, time, delay):
            if past is None:
                return False
            latest = time + ONE.scaled(Fraction(delay))
            return at_most(_latest(latest, ranges), past)
        case ExpectationAtom(_, None):
            return True
        case ExpectationAtom(_, Polynomial() as time):
            return past is not None and at_most(_latest(time, ranges), past)
        case SumAtom(index, lower, upper, body, vector):
            inside = {**ranges, index: (lower, upper)}
            return known(body, past, inside) and known(vector, past, inside)
    return all(known(part, past, ranges) for part in parts(value))


def _latest(time: Polynomial, ranges: Ranges) -> Polynomial:
    """Replace each running index by the end of its range at which `time` is largest."""
    for index, (lower, upper) in ranges.items():
        slope = dict(time.terms).get(((index, 1),), Fraction(0))
        end = upper + ONE.scaled(Fraction(-1)) if slope > 0 else lower
        time = time + polynomial([(((index, 1),), -slope)]) + end.scaled(slope)
    return time


def parts(value: Any) -> Iterator[Any]:
    """Yield the fields of a dataclass, or the items of a tuple."""
    if isinstance(value, tuple):
        yield from value
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (getattr(value, field.name) for field in fields(value))


def subterms(value: Any) -> Iterator[Any]:
    """Yield `value` and everything inside it."""
    yield value
    for part in parts(value):
        yield from subterms(part)


