"""Rules on hypotheses and quantifiers. Trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sgdtheory.logic import language as tree
from sgdtheory.logic.arithmetic import Polynomial
from sgdtheory.logic.atoms import known, natural
from sgdtheory.logic.kernel.terms import equal, free_variables, require_not_free, substitute
from sgdtheory.logic.kernel.theorem import (
    KernelError,
    Theorem,
    is_theorem,
    issue,
    nonzero_factors,
    rule,
)
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
    scalar,
)
from sgdtheory.logic.meaning import affine, denominators, meaning, nodes

__all__ = ["assume", "cut", "generalise", "imply", "instantiate"]


@rule
def assume(statement: Statement, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: `statement` under the hypothesis `statement`.

    A denominator may depend on a variable that it binds, if it is nonzero for all its values.
    """
    if type(statement) is not Statement:
        raise KernelError(f"{statement!r} is not a statement")
    for variable, _ in statement.bound:
        for theorem in nonzero:
            require_not_free(variable, theorem.hypotheses)
    kept = {statement}.union(*(theorem.hypotheses for theorem in nonzero))
    return issue(statement, nonzero=nonzero, hypotheses=kept)


@rule
def generalise(theorem: Theorem, variable: Variable, inside: str | None = None) -> Theorem:
    """From a statement about a free variable: the statement for all its values.

    No hypothesis may mention the variable, except the one that it lies `inside` a set, which is
    discharged.
    """
    if not isinstance(variable, Variable) or (inside and not isinstance(variable, VectorLetter)):
        raise KernelError(f"{variable!r} is not a variable over {inside or 'all values'}")
    member = {Statement("in", variable, inside)} if inside else set()
    kept = theorem.hypotheses - member
    require_not_free(variable, kept)
    if any(bound == variable for bound, _ in theorem.conclusion.bound):
        raise KernelError(f"{variable} is bound already")
    conclusion = theorem.conclusion.forall(variable, inside=inside)
    return issue(conclusion, [theorem], hypotheses=kept)


@rule
def imply(theorem: Theorem, guard: Scalar) -> Theorem:
    """From a conclusion under the hypothesis ``guard >= 0``: the conclusion guarded by it."""
    if theorem.conclusion.bound:
        # Its free variables would become those that the conclusion binds, and no hypothesis'.
        raise KernelError(f"{theorem.conclusion} is guarded before it is generalised, not after")
    kept = theorem.hypotheses - {guard >= 0}
    return issue(theorem.conclusion.where(guard), [theorem], hypotheses=kept, defined=True)


@rule
def instantiate(
    theorem: Theorem,
    values: Mapping[Variable, Any],
    members: Iterable[Theorem] = (),
    nonzero: Iterable[Theorem] = (),
    guards: Iterable[Theorem] = (),
) -> Theorem:
    """From a universal statement: its instance, given proofs that the values lie in their sets.

    A guard is proved by one of `guards` once no variable is left bound. The denominators of the
    universal statement are nonzero for all values; those that the values bring along must be
    proved nonzero.
    """
    statement, domains = theorem.conclusion, dict(theorem.conclusion.bound)
    values = {v: term if isinstance(term, Vector) else scalar(term) for v, term in values.items()}
    brought: set[Polynomial] = set()
    for variable, value in values.items():
        if variable not in domains:
            raise KernelError(f"{variable} is not bound in {statement}")
        _require_admissible(variable, value, theorem)
        _require_member(value, domains[variable], members)
        brought |= denominators(value)
    if brought - nonzero_factors(nonzero):
        raise KernelError("a denominator of a value is not proved nonzero")
    left = tuple((v, domain) for v, domain in statement.bound if v not in values)
    if any(v in free_variables(value) for v, _ in left for value in values.values()):
        raise KernelError(f"a variable of a value would be captured in {statement}")
    expression = substitute(statement.expression, values)
    guard = None if statement.guard is None else substitute(statement.guard, values)
    if guard is not None and not left:
        _require_guard(guard, guards)
        guard = None
    conclusion = Statement(statement.relation, expression, statement.domain, left, guard)
    return issue(conclusion, [theorem, *members, *guards], nonzero=nonzero, defined=True)


def _require_guard(guard: Scalar, proofs: Iterable[Theorem]) -> None:
    for proof in proofs:
        says = proof.conclusion
        if is_theorem(proof) and says.plain and says.relation in (">=", ">"):
            if equal(says.expression, guard):
                return
    raise KernelError(f"the guard {guard} >= 0 is not proved")


def _require_admissible(variable: Variable, value: Term, theorem: Theorem) -> None:
    """Refuse a value of the wrong kind, and a random one where a constant is meant."""
    if isinstance(variable, VectorLetter) != isinstance(value, Vector):
        raise KernelError(f"{value} is not of the kind of {variable}")
    if isinstance(variable, Index) and not natural(affine(scalar(value))):
        raise KernelError(f"{value} is not a natural number for all values of its indices")
    if known(meaning(value), None):
        return
    if isinstance(variable, Letter):
        raise KernelError(f"{variable} is a constant, and {value} is random")
    averaged = (tree.ScalarExpectation, tree.VectorExpectation, LimitSuperior)
    said = (theorem.conclusion.expression, theorem.conclusion.guard)
    inside = any(isinstance(node, averaged) for term in said for node, _ in nodes(term))
    if inside or theorem.integrable:
        # E L(x) = L(x) holds for each constant x, and not for a random one.
        raise KernelError(f"{variable} stands under an expectation, and {value} is random")


def _require_member(value: Term, domain: str | None, members: Iterable[Theorem]) -> None:
    if domain is None:
        return
    for member in members:
        says = member.conclusion
        inside = says.relation == "in" and says.domain == domain and says.plain
        if is_theorem(member) and inside and equal(says.expression, value):
            return
    raise KernelError(f"{value} is not proved to lie in {domain}")


@rule
def cut(theorem: Theorem, proof: Theorem) -> Theorem:
    """From a theorem and a proof of one of its hypotheses: the theorem without that hypothesis."""
    if proof.conclusion not in theorem.hypotheses:
        raise KernelError(f"{proof.conclusion} is not a hypothesis of {theorem.conclusion}")
    kept = (theorem.hypotheses - {proof.conclusion}) | proof.hypotheses
    return issue(theorem.conclusion, [theorem, proof], hypotheses=kept)
