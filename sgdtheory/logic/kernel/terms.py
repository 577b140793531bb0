"""Free variables, substitution and equality of terms. Trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from sgdtheory.logic import language as tree
from sgdtheory.logic.arithmetic import Ratio
from sgdtheory.logic.atoms import parts
from sgdtheory.logic.kernel.theorem import KernelError
from sgdtheory.logic.language import (
    Index,
    Letter,
    LimitSuperior,
    Scalar,
    Statement,
    Term,
    Variable,
    Vector,
    VectorLetter,
)
from sgdtheory.logic.meaning import meaning

__all__ = [
    "equal",
    "free_variables",
    "require_not_free",
    "same",
    "substitute",
    "substitute_statement",
]


def free_variables(term: Any) -> set[Any]:
    """Return the free variables of a term or of a statement."""
    match term:
        case Letter() | Index() | VectorLetter():
            return {term}
        case Statement(_, expression, _, bound, guard):
            inside = free_variables(expression) | free_variables(guard)
            return inside - {variable for variable, _ in bound}
        case tree.ScalarSum(index, lower, upper, body) | tree.VectorSum(index, lower, upper, body):
            return free_variables(lower) | free_variables(upper) | (free_variables(body) - {index})
        case LimitSuperior(index, body):
            return free_variables(body) - {index}
        case Scalar() | Vector():
            return set().union(*map(free_variables, parts(term)))
    return set()


def substitute(term: Any, values: Mapping[Any, Any]) -> Any:
    """Replace free variables by terms; refuse to capture a variable of those terms."""
    if isinstance(term, (Letter, Index, VectorLetter)):
        return values.get(term, term)
    return _rebuilt(term, values) if isinstance(term, (Scalar, Vector)) else term


def _rebuilt(term: Any, values: Mapping[Any, Any]) -> Any:
    running = term.index if isinstance(term, _BINDERS) else None
    inner = {v: value for v, value in values.items() if v != running and v in free_variables(term)}
    if any(running in free_variables(value) for value in inner.values()):
        raise KernelError(f"the index {running} of {term} would be captured")
    new = {f.name: substitute(getattr(term, f.name), inner) for f in fields(term)}
    if running is not None:
        new["index"] = running
        for limit in {"lower", "upper"} & new.keys():
            new[limit] = substitute(getattr(term, limit), values)
    return replace(term, **new)


def substitute_statement(statement: Statement, values: Mapping[Any, Any]) -> Statement:
    """Replace free variables in a statement and in its guard."""
    expression = substitute(statement.expression, values)
    guard = None if statement.guard is None else substitute(statement.guard, values)
    return replace(statement, expression=expression, guard=guard)


_BINDERS = (tree.ScalarSum, tree.VectorSum, LimitSuperior)


def require_not_free(variable: Variable, statements: Iterable[Statement]) -> None:
    """Raise KernelError if a variable is free in one of the hypotheses."""
    for statement in statements:
        if variable in free_variables(statement):
            raise KernelError(f"{variable} is free in the hypothesis {statement}")


def equal(left: Term, right: Term) -> bool:
    """Tell whether two terms have the same value wherever their denominators are nonzero."""
    difference = meaning(left - right)
    if isinstance(difference, Ratio):
        return difference.is_zero()
    return not difference.terms


def same(left: Statement, right: Statement) -> bool:
    """Tell whether two statements say the same, with the same bound variables."""
    shape = (left.relation, left.domain, left.bound) == (right.relation, right.domain, right.bound)
    if (left.guard is None) != (right.guard is None):
        return False
    if left.guard is not None and right.guard is not None and not equal(left.guard, right.guard):
        return False
    alike = isinstance(left.expression, Vector) == isinstance(right.expression, Vector)
    return shape and alike and equal(left.expression, right.expression)
