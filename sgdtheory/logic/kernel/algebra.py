"""Rules of algebra: combinations, squares, vectors, maxima, cases. Trusted."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sgdtheory.logic import language as tree
from sgdtheory.logic.atoms import known
from sgdtheory.logic.kernel.terms import equal, same
from sgdtheory.logic.kernel.theorem import KernelError, Theorem, issue, require_defined, rule
from sgdtheory.logic.language import Maximum, Scalar, Statement, Vector, scalar
from sgdtheory.logic.meaning import meaning

__all__ = [
    "cases",
    "combine",
    "combine_vectors",
    "maximum_above",
    "maximum_equals",
    "norm_square",
    "pair",
    "reciprocal",
    "square",
    "transfer",
]


@rule
def square(term: Any, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``term**2 >= 0``."""
    return issue(scalar(term) * scalar(term) >= 0, nonzero=nonzero)


@rule
def norm_square(term: Vector, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``|term|**2 >= 0``."""
    return issue(tree.vector(term).norm2() >= 0, nonzero=nonzero)


@rule
def reciprocal(theorem: Theorem) -> Theorem:
    """From ``p > 0``: ``1/p > 0``."""
    if theorem.conclusion.relation != ">" or not theorem.conclusion.plain:
        raise KernelError(f"{theorem.conclusion} does not say that something is positive")
    return issue(1 / theorem.conclusion.expression > 0, [theorem], nonzero=[theorem])


@rule
def combine(
    claim: Statement,
    inequalities: Iterable[tuple[Any, Iterable[Theorem]]] = (),
    equalities: Iterable[tuple[Any, Theorem]] = (),
    nonzero: Iterable[Theorem] = (),
) -> Theorem:
    """From ``p_ij REL 0`` and ``q_k = 0``: a claim that is, identically, their combination.

    ``inequalities`` are pairs of a positive rational and theorems, which are multiplied together;
    ``equalities`` are pairs of any multiplier and an equality. The claim's expression must be the
    sum of them all, as an identity of rational functions. It is strict only if one product is of
    strict inequalities only, and an equality only if there are no products.
    """
    if not claim.plain or not isinstance(claim.expression, Scalar):
        raise KernelError(f"{claim} is not a scalar statement without quantifiers")
    total, premises, strict = scalar(0), list[Theorem](), False
    for weight, factors in inequalities:
        product, all_strict = _product_of(weight, factors)
        total, premises = total + product, [*premises, *factors]
        strict = strict or all_strict
    for multiplier, theorem in equalities:
        if theorem.conclusion.relation != "=" or not theorem.conclusion.plain:
            raise KernelError(f"{theorem.conclusion} is not an equality")
        if not isinstance(theorem.conclusion.expression, Scalar):
            raise KernelError(f"{theorem.conclusion} is an equality of vectors: pair it first")
        total = total + scalar(multiplier) * theorem.conclusion.expression
        premises.append(theorem)
    if claim.relation not in (">=", ">", "=") or (claim.relation == "=" and inequalities):
        raise KernelError(f"{claim} does not follow from inequalities")
    if claim.relation == ">" and not strict:
        raise KernelError(f"{claim} is strict, and no product of strict inequalities is in the sum")
    if not equal(claim.expression, total):
        raise KernelError(
            f"{claim} is not the combination of its premises: it differs by "
            f"{claim.expression - total}"
        )
    require_defined(total, premises, nonzero)  # the multipliers may divide, too
    return issue(claim, premises, nonzero=nonzero)


def _product_of(weight: Any, factors: Iterable[Theorem]) -> tuple[Scalar, bool]:
    if type(weight) not in (int, Fraction) or weight <= 0:
        raise KernelError(f"the weight {weight!r} is not a positive rational number")
    product = scalar(weight)
    for factor in factors:
        if factor.conclusion.relation not in (">=", ">") or not factor.conclusion.plain:
            raise KernelError(f"{factor.conclusion} is not an inequality: it cannot be a factor")
        product = product * factor.conclusion.expression
    return product, all(factor.conclusion.relation == ">" for factor in factors)


@rule
def pair(theorem: Theorem, other: Vector, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From the vector equation ``v = 0``: ``<v, other> = 0``."""
    return issue(_vector_equation(theorem).dot(other).equals(0), [theorem], nonzero=nonzero)


@rule
def combine_vectors(
    claim: Statement,
    equalities: Iterable[tuple[Any, Theorem]],
    nonzero: Iterable[Theorem] = (),
) -> Theorem:
    """From vector equations: a vector equation that is, identically, their combination."""
    if not claim.plain or claim.relation != "=" or not isinstance(claim.expression, Vector):
        raise KernelError(f"{claim} is not a vector equation without quantifiers")
    total: Vector = tree.Zero()
    for multiplier, theorem in equalities:
        total = total + scalar(multiplier) * _vector_equation(theorem)
    if not equal(claim.expression, total):
        raise KernelError(
            f"{claim} is not the combination of its premises: it differs by "
            f"{claim.expression - total}"
        )
    premises = [theorem for _, theorem in equalities]
    require_defined(total, premises, nonzero)  # the multipliers may divide, too
    return issue(claim, premises, nonzero=nonzero)


def _vector_equation(theorem: Theorem) -> Vector:
    says = theorem.conclusion
    if says.relation != "=" or not says.plain or not isinstance(says.expression, Vector):
        raise KernelError(f"{says} is not a vector equation")
    return says.expression


@rule
def transfer(member: Theorem, equation: Theorem, vector: Vector) -> Theorem:
    """From ``v in S`` and an equation that says ``vector - v = 0``: ``vector in S``."""
    says = member.conclusion
    if says.relation != "in" or not says.plain:
        raise KernelError(f"{says} does not say that a vector lies in a set")
    if not equal(_vector_equation(equation), vector - says.expression):
        raise KernelError(f"{equation.conclusion} does not say that {vector} is {says.expression}")
    return issue(Statement("in", vector, says.domain), [member, equation])


@rule
def maximum_above(left: Any, right: Any, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``max(left, right) >= left``."""
    return issue(Maximum(scalar(left), scalar(right)) >= left, nonzero=nonzero)


@rule
def maximum_equals(
    theorem: Theorem, left: Any, right: Any, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From ``left - right >= 0``: ``max(left, right) = left``."""
    says = theorem.conclusion
    if says.relation not in (">=", ">") or not says.plain:
        raise KernelError(f"{says} is not an inequality")
    if not equal(says.expression, scalar(left) - right):
        raise KernelError(f"{says} does not say that {left} >= {right}")
    conclusion = Maximum(scalar(left), scalar(right)).equals(left)
    return issue(conclusion, [theorem], nonzero=nonzero)


@rule
def cases(first: Theorem, second: Theorem, split: Scalar) -> Theorem:
    """From a conclusion under ``split >= 0`` and under ``-split >= 0``: the conclusion."""
    if not known(meaning(split), None):
        raise KernelError(f"{split} is random: a case may hold for some outcomes only")
    if not same(first.conclusion, second.conclusion):
        raise KernelError(f"{first.conclusion} and {second.conclusion} are not the same")
    require_defined(first.conclusion.expression, [second])  # by `first` only if split >= 0
    kept = (first.hypotheses - {split >= 0}) | (second.hypotheses - {split <= 0})
    return issue(first.conclusion, [first, second], hypotheses=kept)
