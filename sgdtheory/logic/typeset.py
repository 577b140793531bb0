r"""LaTeX of the language's terms and statements; untrusted, for people.

>>> from sgdtheory.logic.language import Letter
>>> typeset(1 / (2 * Letter("c")) >= 0)
'\\frac{1}{2 c} \\ge 0'
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sgdtheory.logic import language as tree
from sgdtheory.logic.language import Statement
from sgdtheory.notation import LETTERS

__all__ = ["typeset"]

_NAMES = {"w*": "w^*", "Theta": r"\Theta", "grad L": r"\nabla\mathcal{L}", "L": r"\mathcal{L}",
          "P": r"P_\Theta", "xi": r"\xi", "chi": r"\chi", "m^": r"\hat{m}", "beta": r"\beta"}


def typeset(thing: Any) -> str:
    """Return the LaTeX of a term or a statement, without dollars."""
    if isinstance(thing, Statement):
        return _statement(thing)
    match thing:
        case tree.Number(value):
            return _number(value)
        case tree.Letter(name):
            return LETTERS[name].latex if name in LETTERS else _NAMES.get(name, name)
        case tree.Index(name) | tree.VectorLetter(name):
            return _NAMES.get(name, name)
        case tree.Plus(left, right) | tree.VectorPlus(left, right):
            return _plus(left, right)
        case tree.Times(left, right) | tree.Scaled(left, right):
            return _times(left, right)
        case tree.Over(left, right):
            return rf"\frac{{{typeset(left)}}}{{{typeset(right)}}}"
        case tree.Power(base, exponent):
            return f"{_wrapped(base, _COMPOUND)}^{{{typeset(exponent)}}}"
        case tree.Maximum(left, right):
            return rf"\max\{{{typeset(left)}, {typeset(right)}\}}"
        case tree.Inner(left, right) if left == right:
            return rf"\|{typeset(left)}\|^2"
        case tree.Inner(left, right):
            return rf"\langle {typeset(left)}, {typeset(right)} \rangle"
        case tree.FieldValue(name, point) | tree.Applied(name, point):
            return f"{_NAMES.get(name, name)}({typeset(point)})"
        case tree.LimitSuperior(index, body):
            return rf"\limsup_{{{typeset(index)}}} {_wrapped(body, _SUMS)}"
        case tree.Process(name, time, _):
            return f"{_NAMES.get(name, name)}_{{{typeset(time)}}}"
        case tree.Zero():
            return "0"
        case tree.ScalarExpectation(body, past) | tree.VectorExpectation(body, past):
            given = "" if past is None else rf" \mid \mathcal{{F}}_{{{typeset(past)}}}"
            return rf"\mathbb{{E}}[{typeset(body)}{given}]"
        case tree.ScalarSum(index, lower, upper, body) | tree.VectorSum(index, lower, upper, body):
            top = rf"{typeset(lower)} \le {typeset(index)} < {typeset(upper)}"
            return rf"\sum_{{{top}}} {_wrapped(body, _SUMS)}"
    raise TypeError(f"{thing!r} is not a term of the language")


_SUMS = (tree.Plus, tree.VectorPlus)
_COMPOUND = (*_SUMS, tree.Times, tree.Scaled, tree.Over, tree.Power, tree.Inner, tree.ScalarSum)


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _wrapped(term: Any, kinds: tuple[type, ...]) -> str:
    negative = isinstance(term, tree.Number) and term.value < 0
    text = typeset(term)
    return rf"\left({text}\right)" if isinstance(term, kinds) or negative else text


def _plus(left: Any, right: Any) -> str:
    if left == tree.Number(Fraction(0)) or left == tree.Zero():
        return typeset(right)
    match right:
        case tree.Number(value) if value == 0:
            return typeset(left)
        case tree.Zero():
            return typeset(left)
        case (tree.Times(tree.Number(minus), term) | tree.Scaled(tree.Number(minus), term)) if (
            minus == -1
        ):
            if term in (tree.Number(Fraction(0)), tree.Zero()):
                return typeset(left)
            return f"{typeset(left)} - {_wrapped(term, _SUMS)}"
    return f"{typeset(left)} + {typeset(right)}"


def _times(left: Any, right: Any) -> str:
    if left == tree.Number(Fraction(-1)):
        return f"-{_wrapped(right, _SUMS)}"
    if left == tree.Number(Fraction(1)):
        return _wrapped(right, _SUMS)
    return f"{_wrapped(left, _SUMS)} {_wrapped(right, _SUMS)}"


def _statement(statement: Statement) -> str:
    """Typeset a statement, with its guard if it has one."""
    if statement.guard is None:
        return _outright(statement)
    return rf"{_outright(statement)} \quad\text{{where }} {typeset(statement.guard)} \ge 0"


def _outright(statement: Statement) -> str:
    """Put the negative terms of ``expression >= 0`` on the right, as one would write it."""
    quantifiers = "".join(_quantifier(v, domain) for v, domain in statement.bound)
    if statement.relation == "in":
        return rf"{quantifiers}{typeset(statement.expression)} \in {_set(statement.domain)}"
    relation = {">=": r"\ge", ">": ">", "=": "="}[statement.relation]
    match statement.expression:
        case (
            tree.Plus(left, tree.Times(tree.Number(minus), right))
            | tree.VectorPlus(left, tree.Scaled(tree.Number(minus), right))
        ) if minus == -1:
            if relation == r"\ge" and _averaged(right) and not _averaged(left):
                return rf"{quantifiers}{typeset(right)} \le {typeset(left)}"
            return f"{quantifiers}{typeset(left)} {relation} {typeset(right)}"
    return f"{quantifiers}{typeset(statement.expression)} {relation} 0"


def _quantifier(variable: Any, domain: str | None) -> str:
    inside = rf" \in {_set(domain)}" if domain else ""
    return rf"\forall {typeset(variable)}{inside}:\ "


def _averaged(term: Any) -> bool:
    """Tell whether a term is what one bounds: an expectation, a limsup or a squared norm."""
    return isinstance(term, (tree.ScalarExpectation, tree.LimitSuperior, tree.Inner))


def _set(name: str | None) -> str:
    return _NAMES.get(name or "", name or "")
