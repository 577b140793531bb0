"""Rules on expectations and on limits. Trusted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sgdtheory.logic.arithmetic import Ratio
from sgdtheory.logic.atoms import PowerAtom, at_most, subterms
from sgdtheory.logic.kernel.terms import equal, free_variables, require_not_free, substitute
from sgdtheory.logic.kernel.theorem import KernelError, Theorem, issue, rule
from sgdtheory.logic.language import (
    Expectation,
    Index,
    LimitSuperior,
    Scalar,
    Statement,
    Term,
    scalar,
)
from sgdtheory.logic.meaning import affine, meaning

__all__ = ["expect", "limit", "limit_shift", "tower"]


@rule
def expect(theorem: Theorem, past: Any = None) -> Theorem:
    """From a statement: the statement in expectation, given F_past if a time is named."""
    says = theorem.conclusion
    if not says.plain or says.relation == "in":
        raise KernelError(f"{says} has no expectation")
    return issue(Statement(says.relation, Expectation(says.expression, past)), [theorem])


@rule
def tower(body: Term, inner: Any, outer: Any = None, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``E[E[body | F_inner] | F_outer] = E[body | F_outer]`` if outer <= inner."""
    if outer is not None and not at_most(affine(scalar(outer)), affine(scalar(inner))):
        raise KernelError(f"F_({outer}) is not known to be part of F_({inner})")
    twice = Expectation(Expectation(body, inner), outer)
    return issue(twice.equals(Expectation(body, outer)), nonzero=nonzero)


@rule
def limit(
    theorem: Theorem,
    index: Index,
    sequence: Scalar,
    bound: Any,
    decaying: Iterable[tuple[Theorem, Theorem]],
    below: Theorem,
) -> Theorem:
    """From ``bound + decaying terms - sequence >= 0``: ``limsup sequence <= bound``.

    Every term of the theorem besides ``bound - sequence`` must carry a factor ``b**index`` whose
    base has, in `decaying`, proofs of ``b > -1`` (or ``b >= 0``) and of ``b < 1``, and nothing else
    may depend on the index. `below` proves ``sequence >= m`` for an m without the index.
    """
    for premise in (theorem, below, *(proof for proofs in decaying for proof in proofs)):
        require_not_free(index, premise.hypotheses)
        if premise.conclusion.relation not in (">=", ">") or not premise.conclusion.plain:
            raise KernelError(f"{premise.conclusion} is not an inequality")
    lowest = meaning(sequence - below.conclusion.expression)
    if index in free_variables(scalar(bound)) or index in set(subterms(lowest)):
        raise KernelError(f"the bounds on {sequence} depend on {index}")
    rest = meaning(theorem.conclusion.expression - bound + sequence)
    bases = [_decaying_base(*proofs) for proofs in decaying]
    if index in {part for base in (*rest.bases(), *bases) for part in subterms(base)}:
        raise KernelError(f"a base or a denominator depends on {index}")
    for m, _ in rest.numerator.terms:
        _require_decay([atom for atom, _ in m], index, bases)
    premises = [theorem, below, *(proof for proofs in decaying for proof in proofs)]
    return issue(LimitSuperior(index, sequence) <= bound, premises)


@rule
def limit_shift(index: Index, sequence: Scalar, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: the limsup of a sequence is that of the sequence from its second term on."""
    later = LimitSuperior(index, substitute(sequence, {index: index + 1}))
    return issue(later.equals(LimitSuperior(index, sequence)), nonzero=nonzero)


def _decaying_base(above: Theorem, under: Theorem) -> Ratio:
    """Return the base b of two proofs that say ``b >= 0`` or ``b + 1 > 0``, and ``1 - b > 0``."""
    low, high = above.conclusion, under.conclusion
    if not (high.plain and low.plain and high.relation == ">" and low.relation in (">=", ">")):
        raise KernelError(f"{low} and {high} do not confine a base to (-1, 1)")
    base = 1 - high.expression
    positive = equal(low.expression, base)
    if not positive and not (low.relation == ">" and equal(low.expression, base + 1)):
        raise KernelError(f"{low} and {high} do not confine the same base to (-1, 1)")
    form: Ratio = meaning(base)
    return form


def _require_decay(atoms: list[Any], index: Index, bases: list[Ratio]) -> None:
    moving = [atom for atom in atoms if any(part == index for part in subterms(atom))]
    for atom in moving:
        if not (isinstance(atom, PowerAtom) and atom.index == index and atom.base in bases):
            raise KernelError(f"{atom} is not a power that is proved to vanish")
    if not moving:
        raise KernelError("a term besides the bound does not vanish")
