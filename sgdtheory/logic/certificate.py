"""Multipliers found by exact linear algebra; untrusted: the kernel replays what is found here.

A claim is to be written as a combination of premises whose multipliers are rational functions of
the letters. Comparing coefficients of everything that is not a letter (inner products, powers,
expectations) gives a linear system over Q(letters), which sympy solves exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy
from sympy.polys.matrices import DomainMatrix

from sgdtheory.logic.arithmetic import Monomial, Ratio, brought_over, common_denominator
from sgdtheory.logic.kernel import Theorem, reciprocal, square
from sgdtheory.logic.language import Index, Letter, Scalar, scalar
from sgdtheory.logic.meaning import meaning

__all__ = ["NoCertificate", "find_multipliers", "positive_factors", "term_of"]


class NoCertificate(ValueError):
    """No combination of the premises gives the claim."""


def _symbol(atom: Any) -> sympy.Symbol:
    return sympy.Symbol(atom.name if isinstance(atom, Letter) else f"{atom.name}#")


def _is_parameter(atom: Any) -> bool:
    return isinstance(atom, (Letter, Index))


def _rows(form: Ratio) -> dict[Monomial, sympy.Expr]:
    """Return the coefficient, a rational function of the letters, of every other monomial."""
    below = sympy.Integer(1)
    for base, power in form.denominator:
        below *= _parameters_of(base.terms) ** power
    rows: dict[Monomial, sympy.Expr] = {}
    for m, a in form.numerator.terms:
        rest = tuple((atom, e) for atom, e in m if not _is_parameter(atom))
        own = tuple((atom, e) for atom, e in m if _is_parameter(atom))
        rows[rest] = rows.get(rest, sympy.Integer(0)) + _parameters_of([(own, a)]) / below
    return rows


def _parameters_of(terms: Any) -> sympy.Expr:
    total = sympy.Integer(0)
    for m, a in terms:
        product = _number(a)
        for atom, power in m:
            if not _is_parameter(atom):
                raise NoCertificate(f"a denominator contains {atom}, which is not a letter")
            product *= _symbol(atom) ** power
        total += product
    return total


def find_multipliers(claim: Scalar, premises: Sequence[Scalar]) -> list[sympy.Expr]:
    """Return one multiplier for each premise, rational numbers if they do, else rational functions.

    Raises NoCertificate if there are none.
    """
    forms = [meaning(term) for term in (*premises, claim)]
    common = reduce(common_denominator, (form.denominator for form in forms))
    numerators = [brought_over(form, common) for form in forms]
    constants = _solve([{m: _number(a) for m, a in p.terms} for p in numerators])
    if constants is not None:
        return constants
    found = _solve([_rows(form) for form in forms])
    if found is None:
        raise NoCertificate(f"{claim} is not a combination of its premises with letters as weights")
    return found


def _number(value: Fraction) -> sympy.Expr:
    return sympy.Rational(value.numerator, value.denominator)


def _solve(columns: list[dict[Monomial, sympy.Expr]]) -> list[sympy.Expr] | None:
    """Write the last column as a combination of the others, or return None."""
    keys = sorted({key for column in columns for key in column}, key=repr)
    table = [[column.get(key, sympy.Integer(0)) for column in columns] for key in keys]
    letters = sorted(set().union(*(x.free_symbols for row in table for x in row)), key=str)
    field = sympy.QQ.frac_field(*letters) if letters else sympy.QQ
    entries = [[field.from_sympy(sympy.cancel(x)) for x in row] for row in table]
    matrix = DomainMatrix(entries, (len(entries), len(columns)), field)
    reduced, pivots = matrix.rref()
    last = len(columns) - 1
    if last in pivots:
        return None
    solution = [sympy.Integer(0)] * last
    for row, pivot in enumerate(pivots):
        solution[pivot] = sympy.factor(field.to_sympy(reduced[row, last].element))
    return solution


def term_of(expression: sympy.Expr) -> Scalar:
    """Return a rational function of the letters as a term of the language."""
    if expression.is_Rational:
        return scalar(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Symbol:
        name = expression.name
        return Index(name[:-1]) if name.endswith("#") else Letter(name)
    parts = [term_of(part) for part in expression.args[: 1 if expression.is_Pow else None]]
    result = parts[0]
    if expression.is_Pow:
        return _power_of(result, int(expression.exp))
    for part in parts[1:]:
        result = result + part if expression.is_Add else result * part
    return result


def _power_of(base: Scalar, exponent: int) -> Scalar:
    return base**exponent if exponent > 0 else 1 / base ** (-exponent)


def positive_factors(
    multiplier: sympy.Expr, signs: Sequence[Theorem]
) -> tuple[Fraction, list[Theorem]]:
    """Write a multiplier as a positive number times theorems; raise NoCertificate if it cannot.

    An even power is a square; an odd one must be proportional to what a theorem in `signs` says is
    positive (or, in a numerator, nonnegative).
    """
    above, below = sympy.fraction(sympy.together(multiplier))
    weight, theorems = _factored(above, signs, inverse=False)
    divisor, inverses = _factored(below, signs, inverse=True)
    if weight / divisor <= 0:
        raise NoCertificate(f"the multiplier {multiplier} is not positive")
    return weight / divisor, theorems + inverses


def _factored(
    expression: sympy.Expr, signs: Sequence[Theorem], *, inverse: bool
) -> tuple[Fraction, list[Theorem]]:
    constant, factors = sympy.factor_list(expression)
    weight, found = Fraction(int(constant.p), int(constant.q)), []
    for factor, power in factors:
        scale, theorem = _sign_of(factor, power, signs, inverse)
        weight *= scale**power
        if theorem is None:
            found.extend([square(term_of(factor))] * (power // 2))
        else:
            found.extend([theorem] * power)
    return weight, found


def _sign_of(
    factor: sympy.Expr, power: int, signs: Sequence[Theorem], inverse: bool
) -> tuple[Fraction, Theorem | None]:
    """Return (s, theorem) such that ``factor = s * p`` and the theorem says ``p > 0``."""
    for theorem in signs:
        says = theorem.conclusion
        if inverse and says.relation != ">":
            continue
        ratio = sympy.cancel(factor / _as_expression(says.expression))
        if ratio.is_Rational:
            scale = Fraction(int(ratio.p), int(ratio.q))
            return scale, reciprocal(theorem) if inverse else theorem
    if power % 2 == 0 and not inverse:
        return Fraction(1), None
    raise NoCertificate(f"the sign of {factor} is not among the known ones")


def _as_expression(term: Any) -> sympy.Expr:
    rows = _rows(meaning(term))
    return rows[()] if set(rows) == {()} else sympy.Dummy()
