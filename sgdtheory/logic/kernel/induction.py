"""Rules on natural numbers: induction and finite sums. Trusted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sgdtheory.logic.atoms import at_most
from sgdtheory.logic.kernel.terms import require_not_free, same, substitute, substitute_statement
from sgdtheory.logic.kernel.theorem import KernelError, Theorem, issue, require_defined, rule
from sgdtheory.logic.language import FiniteSum, Index, Statement, Term, scalar
from sgdtheory.logic.meaning import affine

__all__ = ["induct", "natural_number", "sum_empty", "sum_first", "sum_last", "sum_shift"]


@rule
def induct(
    base: Theorem,
    step: Theorem,
    claim: Statement,
    index: Index,
    nonzero: Iterable[Theorem] = (),
) -> Theorem:
    """From the claim at 0, and at ``index + 1`` under the hypothesis `claim`: the claim.

    The index may be free in no other hypothesis: the induction hypothesis speaks of this index.
    Denominators that are not those of the claim at 0 must be proved nonzero.
    """
    if not isinstance(index, Index) or index in {variable for variable, _ in claim.bound}:
        raise KernelError(f"{index!r} is not a free index of {claim}")
    for theorem, value in ((base, scalar(0)), (step, index + 1)):
        at = substitute_statement(claim, {index: value})
        if not same(theorem.conclusion, at):
            raise KernelError(f"{theorem.conclusion} is not {at}")
    kept = base.hypotheses.union(step.hypotheses - {claim}, *(n.hypotheses for n in nonzero))
    require_not_free(index, kept)
    require_defined(claim.expression, [base], nonzero)  # by `step` only if the claim holds
    return issue(claim, [base, step], nonzero=nonzero, hypotheses=kept, defined=True)


@rule
def natural_number(index: Index) -> Theorem:
    """From nothing: an index is at least 0."""
    if not isinstance(index, Index):
        raise KernelError(f"{index!r} is not an index")
    return issue(index >= 0)


@rule
def sum_empty(index: Index, limit: Any, body: Term, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: the sum over ``limit <= index < limit`` is 0."""
    return issue(_statement(FiniteSum(index, limit, limit, body)), nonzero=nonzero)


@rule
def sum_last(
    index: Index, lower: Any, last: Any, body: Term, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From nothing: a sum up to and with `last` is the sum below `last` plus the last term."""
    _require_range(lower, last)
    whole = FiniteSum(index, lower, scalar(last) + 1, body)
    rest = FiniteSum(index, lower, last, body)
    term = substitute(body, {index: scalar(last)})
    return issue(_statement(whole - rest - term), nonzero=nonzero)


@rule
def sum_first(
    index: Index, first: Any, last: Any, body: Term, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From nothing: a sum from `first` up to and with `last` is its first term plus the rest."""
    _require_range(first, last)
    whole = FiniteSum(index, first, scalar(last) + 1, body)
    rest = FiniteSum(index, scalar(first) + 1, scalar(last) + 1, body)
    term = substitute(body, {index: scalar(first)})
    return issue(_statement(whole - rest - term), nonzero=nonzero)


@rule
def sum_shift(
    index: Index, lower: Any, upper: Any, body: Term, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From nothing: the sum of the body at ``index + 1`` is the body's sum one further on."""
    shifted = FiniteSum(index, lower, upper, substitute(body, {index: index + 1}))
    whole = FiniteSum(index, scalar(lower) + 1, scalar(upper) + 1, body)
    return issue(_statement(whole - shifted), nonzero=nonzero)


def _statement(zero: Term) -> Statement:
    return Statement("=", zero)


def _require_range(first: Any, last: Any) -> None:
    if not at_most(affine(scalar(first)), affine(scalar(last))):
        raise KernelError(f"{first} <= {last} is not known: the sum may be empty")
