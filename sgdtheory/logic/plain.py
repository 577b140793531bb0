"""Terms and statements of the language as plain text, for messages; untrusted, for people.

>>> from sgdtheory.logic.language import Letter
>>> alpha, c = Letter("alpha"), Letter("c")
>>> plain((1 - 2 * alpha * c) ** 2)
'(1 - 2*alpha*c)**2'

A random vector that is known later than its time says so: ``g[+1](t)`` is known at t + 1.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from sgdtheory.logic import language as tree

__all__ = ["plain"]

_MINUS = tree.Number(Fraction(-1))
_SUMS = (tree.Plus, tree.VectorPlus)
_COMPOUND = (tree.Plus, tree.Times, tree.Over, tree.Power)


def plain(thing: Any) -> str:
    """Return the text of a term or a statement, in the notation of Python where it has one."""
    match thing:
        case tree.Statement():
            return _statement(thing)
        case tree.Number(value):
            return str(value)
        case tree.Letter(name) | tree.Index(name) | tree.VectorLetter(name):
            return _named(name)
        case tree.Plus(left, right) | tree.VectorPlus(left, right):
            return _plus(left, right)
        case tree.Times(left, right) | tree.Scaled(left, right):
            start = "-" if left == _MINUS else f"{_wrapped(left, _SUMS)}*"
            return f"{start}{_wrapped(right, _SUMS)}"
        case tree.Over(left, right):
            return f"{_wrapped(left, _SUMS)}/{_wrapped(right, (tree.Plus, tree.Times, tree.Over))}"
        case tree.Power(base, exponent):
            return f"{_wrapped(base, _COMPOUND)}**{_wrapped(exponent, _COMPOUND)}"
        case tree.Maximum(left, right):
            return f"max({plain(left)}, {plain(right)})"
        case tree.Inner(left, right):
            return f"|{plain(left)}|^2" if left == right else f"<{plain(left)}, {plain(right)}>"
        case tree.FieldValue(name, point) | tree.Applied(name, point):
            return f"{_named(name)}({plain(point)})"
        case tree.Process(name, time, delay):
            return f"{_named(name)}{f'[+{delay}]' if delay else ''}({plain(time)})"
        case tree.LimitSuperior(index, body):
            return f"limsup_{plain(index)} {_wrapped(body, _SUMS)}"
        case tree.Zero():
            return "0"
        case tree.ScalarExpectation(body, past) | tree.VectorExpectation(body, past):
            return f"E[{plain(body)}{'' if past is None else f' | F_({plain(past)})'}]"
        case tree.ScalarSum(index, lower, upper, body) | tree.VectorSum(index, lower, upper, body):
            return (f"sum({plain(body)} for {plain(index)} in "
                    f"range({plain(lower)}, {plain(upper)}))")
    return repr(thing)


def _named(name: str) -> str:
    """Return a name, in quotes if it could be read as something else."""
    return name if re.fullmatch(r"\w[\w ]*[*']*", name) else repr(name)


def _wrapped(term: Any, kinds: tuple[type, ...]) -> str:
    return f"({plain(term)})" if isinstance(term, kinds) else plain(term)


def _plus(left: Any, right: Any) -> str:
    match right:
        case tree.Times(factor, term) | tree.Scaled(factor, term) if factor == _MINUS:
            return f"{plain(left)} - {_wrapped(term, _SUMS)}"
    return f"{plain(left)} + {plain(right)}"


def _statement(statement: tree.Statement) -> str:
    right = _named(str(statement.domain)) if statement.relation == "in" else "0"
    quantifiers = "".join(
        f"for all {plain(v)}{f' in {_named(domain)}' if domain else ''}: "
        for v, domain in statement.bound
    )
    guard = "" if statement.guard is None else f" where {plain(statement.guard)} >= 0"
    return f"{quantifiers}{plain(statement.expression)} {statement.relation} {right}{guard}"
