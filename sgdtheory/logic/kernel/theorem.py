"""Theorems, and the one function that issues them. Trusted."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec

from sgdtheory.logic import language as tree
from sgdtheory.logic.arithmetic import Polynomial
from sgdtheory.logic.atoms import (
    AppliedAtom,
    ExpectationAtom,
    FieldAtom,
    InnerAtom,
    ProcessAtom,
    SumAtom,
    VectorForm,
    known,
    subterms,
)
from sgdtheory.logic.language import LanguageError, Statement, Term, written
from sgdtheory.logic.meaning import denominators, inverse, meaning, nodes

__all__ = [
    "KernelError",
    "Theorem",
    "is_theorem",
    "issue",
    "nonzero_factors",
    "require_defined",
    "rule",
]

_SECRET = secrets.token_bytes(16)


class KernelError(ValueError):
    """A step that does not follow."""


@dataclass(frozen=True)
class Theorem:
    """A sequent that the kernel has checked; nothing else can make one."""

    hypotheses: frozenset[Statement]
    conclusion: Statement
    integrable: frozenset[str]
    seal: bytes

    def __post_init__(self) -> None:
        if not is_theorem(self):
            raise KernelError("a theorem is made by a rule of the kernel, and by nothing else")

    def __str__(self) -> str:
        return f"{' ; '.join(sorted(map(str, self.hypotheses)))} |- {self.conclusion}"


def _seal(
    hypotheses: frozenset[Statement], conclusion: Statement, integrable: frozenset[str]
) -> bytes:
    """Sign a sequent by its text, which tells apart whatever differs (``hash`` does not)."""
    text = repr(
        (sorted(map(written, hypotheses)), written(conclusion), sorted(map(written, integrable)))
    )
    return blake2b(text.encode(), key=_SECRET).digest()


def is_theorem(value: Any) -> bool:
    """Tell whether `value` is a theorem, as the kernel issued it."""
    if type(value) is not Theorem:
        return False
    try:
        kinds = type(value.hypotheses), type(value.integrable), type(value.seal)
        return kinds == (frozenset, frozenset, bytes) and value.seal == _seal(
            value.hypotheses, value.conclusion, value.integrable
        )
    except (AttributeError, LanguageError):
        return False


Arguments = ParamSpec("Arguments")


def rule(function: Callable[Arguments, Theorem]) -> Callable[Arguments, Theorem]:
    """Run out all iterators and check all arguments before the rule looks at any of them.

    From then on no code runs but the kernel's: nothing can change between a check and its use.
    """
    call: Any = function

    @wraps(function)
    def checked(*arguments: Arguments.args, **named: Arguments.kwargs) -> Theorem:
        settled = [_settled(value) for value in arguments]
        settled_named = {name: _settled(value) for name, value in named.items()}
        for value in (*settled, *settled_named.values()):
            _require_genuine(value)
        theorem: Theorem = call(*settled, **settled_named)
        return theorem

    return checked


def _settled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _settled(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(_settled(item) for item in value)
    return value


def _require_genuine(value: Any) -> None:
    if type(value) is dict:
        _require_genuine((*value, *value.values()))
    elif type(value) is tuple:
        for item in value:
            _require_genuine(item)
    elif type(value) is Theorem:
        if not is_theorem(value):
            raise KernelError("a theorem is forged, or was changed since the kernel issued it")
    else:
        written(value)


def issue(
    conclusion: Statement,
    premises: Iterable[Theorem] = (),
    *,
    nonzero: Iterable[Theorem] = (),
    hypotheses: Iterable[Statement] | None = None,
    defined: bool = False,
) -> Theorem:
    """Issue a theorem, by default with the hypotheses of its premises and of `nonzero`.

    Every denominator must occur in a premise, or divide something that `nonzero` proves positive;
    a rule that has seen to it otherwise says that the conclusion is `defined`.
    """
    premises, nonzero = tuple(premises), tuple(nonzero)
    sources = (*premises, *nonzero)
    for source in sources:
        if not is_theorem(source):
            raise KernelError(f"{source!r} is not a theorem")
    if type(conclusion) is not Statement:
        raise KernelError(f"{conclusion!r} is not a statement")
    meaning(conclusion.expression)
    guard = conclusion.guard
    if guard is not None and (not known(meaning(guard), None) or denominators(guard)):
        raise KernelError(f"the guard {guard} is random or has a denominator")
    if not defined:
        require_defined(conclusion.expression, premises, nonzero)
    if hypotheses is None:
        hypotheses = (h for source in sources for h in source.hypotheses)
    kept = frozenset(hypotheses)
    said = [conclusion.expression] if guard is None else [conclusion.expression, guard]
    integrable = frozenset(token for term in said for token in _integrable(term))
    integrable = integrable.union(*(source.integrable for source in sources))
    return Theorem(kept, conclusion, integrable, _seal(kept, conclusion, integrable))


def require_defined(
    term: Term, premises: Iterable[Theorem], nonzero: Iterable[Theorem] = ()
) -> None:
    """Refuse a denominator that is in no premise and divides nothing that is proved positive."""
    everywhere = [source.conclusion for source in premises if source.conclusion.guard is None]
    safe = {base for says in everywhere for base in denominators(says.expression)}
    if denominators(term) - safe - nonzero_factors(nonzero):
        raise KernelError(f"a denominator of {term} is not proved nonzero")


def nonzero_factors(theorems: Iterable[Theorem]) -> set[Polynomial]:
    """Return the factors of what is proved positive."""
    bases: set[Polynomial] = set()
    for theorem in theorems:
        if theorem.conclusion.relation != ">" or not theorem.conclusion.plain:
            raise KernelError(f"{theorem.conclusion} does not say that something is positive")
        bases |= inverse(theorem.conclusion.expression).bases()
        bases |= meaning(theorem.conclusion.expression).reciprocal().bases()
    return bases


def _integrable(term: Term) -> Iterable[str]:
    """Say what the expectations in a term presuppose: vectors in L2, products in L1."""
    for node, env in nodes(term):
        if isinstance(node, (tree.ScalarExpectation, tree.VectorExpectation)):
            form = meaning(node.body, env)
            if isinstance(form, VectorForm):
                yield from (token for v, _ in form.terms for token in _square_integrable(v))
                continue
            for m, _ in form.numerator.terms:
                yield from _integrable_product([(a, e) for a, e in m if not known(a, None)])


def _integrable_product(factors: list[tuple[Any, int]]) -> Iterable[str]:
    match factors:
        case []:
            return
        case [(InnerAtom(u, v), 1)]:
            yield from _square_integrable(u)
            yield from _square_integrable(v)
        case [(ExpectationAtom(), 1)]:
            return  # what stands under it was asked for at its own node
        case [(SumAtom(_, _, _, body, None), 1)]:
            yield from _integrable_product([(a, e) for a, e in body if not known(a, None)])
        case _:
            names = sorted(f"{_name(atom)}^{power}" for atom, power in factors)
            yield f"the product {' '.join(names)} in L1"


def _square_integrable(vector: Any) -> Iterable[str]:
    if isinstance(vector, SumAtom):
        random = [f"{_name(atom)}^{power}" for atom, power in vector.body if not known(atom, None)]
        if random:
            yield f"the product {' '.join(sorted(random))} {_name(vector.vector)} in L2"
        else:
            yield from _square_integrable(vector.vector)
    elif isinstance(vector, ExpectationAtom):
        yield from _square_integrable(vector.body)
    elif not known(vector, None):
        yield f"{_name(vector)} in L2"


def _name(atom: Any) -> str:
    match atom:
        case ProcessAtom(name, _, _):
            return name
        case InnerAtom(u, v):
            return f"<{_name(u)},{_name(v)}>"
        case AppliedAtom(name, point) | FieldAtom(name, point):
            return f"{name}({','.join(_name(v) for v, _ in point.terms)})"
    return type(atom).__name__ + str(
        sorted({p.name for p in subterms(atom) if isinstance(p, ProcessAtom)})
    )
