"""The kernel: the only place that makes theorems. Trusted.

A theorem reads: *if all its hypotheses hold almost surely, and what is listed as integrable is,
then its denominators are nonzero and its conclusion holds almost surely, for all values of the free
letters and indices.* A hypothesis that speaks of all values holds outside one null set for all of
them at once. Each rule below preserves that reading; together with `language`, `meaning` and
`arithmetic` they are all that has to be believed. Certificates may be found by any means; here
they are only replayed.

Whatever is passed to a rule may be mistaken, forged or changing; only code that rewrites these
modules or reads their secret is beyond them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec

from sgdtheory.logic import language as tree
from sgdtheory.logic.arithmetic import Polynomial, Ratio
from sgdtheory.logic.language import (
    Expectation,
    FiniteSum,
    Index,
    LanguageError,
    Letter,
    LimitSuperior,
    Maximum,
    Scalar,
    Statement,
    Term,
    Variable,
    Vector,
    VectorLetter,
    scalar,
    written,
)
from sgdtheory.logic.meaning import (
    AppliedAtom,
    ExpectationAtom,
    FieldAtom,
    InnerAtom,
    PowerAtom,
    ProcessAtom,
    SumAtom,
    VectorForm,
    affine,
    at_most,
    denominators,
    inverse,
    known,
    meaning,
    natural,
    nodes,
    parts,
    subterms,
)

__all__ = ["KernelError", "Theorem", "assume", "cases", "combine", "combine_vectors", "cut",
           "expect", "generalise", "imply", "induct", "instantiate", "is_theorem", "limit",
           "limit_shift", "maximum_above", "maximum_equals", "norm_square", "pair", "reciprocal",
           "square", "sum_empty", "sum_first", "sum_last", "sum_shift", "tower", "transfer"]

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
    text = repr((sorted(map(written, hypotheses)), written(conclusion),
                 sorted(map(written, integrable))))
    return blake2b(text.encode(), key=_SECRET).digest()


def is_theorem(value: Any) -> bool:
    """Tell whether `value` is a theorem, as the kernel issued it."""
    if type(value) is not Theorem or type(value.seal) is not bytes:
        return False
    if type(value.hypotheses) is not frozenset or type(value.integrable) is not frozenset:
        return False
    try:
        return value.seal == _seal(value.hypotheses, value.conclusion, value.integrable)
    except LanguageError:
        return False


Arguments = ParamSpec("Arguments")


def _rule(rule: Callable[Arguments, Theorem]) -> Callable[Arguments, Theorem]:
    """Run out all iterators and check all arguments before the rule looks at any of them.

    From then on no code runs but the kernel's: nothing can change between a check and its use.
    """
    call: Any = rule

    @wraps(rule)
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
            raise KernelError(f"{value!r} is not a theorem as the kernel issued it")
    else:
        written(value)


def _theorem(
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
        _require_defined(conclusion.expression, premises, nonzero)
    if hypotheses is None:
        hypotheses = (h for source in sources for h in source.hypotheses)
    kept = frozenset(hypotheses)
    said = [conclusion.expression] if guard is None else [conclusion.expression, guard]
    integrable = frozenset(token for term in said for token in _integrable(term))
    integrable = integrable.union(*(source.integrable for source in sources))
    return Theorem(kept, conclusion, integrable, _seal(kept, conclusion, integrable))


def _require_defined(
    term: Term, premises: Iterable[Theorem], nonzero: Iterable[Theorem] = ()
) -> None:
    """Refuse a denominator that is in no premise and divides nothing that is proved positive."""
    everywhere = [source.conclusion for source in premises if source.conclusion.guard is None]
    safe = {base for says in everywhere for base in denominators(says.expression)}
    if denominators(term) - safe - _nonzero(nonzero):
        raise KernelError(f"a denominator of {term} is not proved nonzero")


def _nonzero(theorems: Iterable[Theorem]) -> set[Polynomial]:
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
    return type(atom).__name__ + str(sorted({p.name for p in subterms(atom)
                                             if isinstance(p, ProcessAtom)}))


# --- variables ----------------------------------------------------------------------------------


def _free(term: Any) -> set[Any]:
    """Return the free variables of a term or of a statement."""
    match term:
        case Letter() | Index() | VectorLetter():
            return {term}
        case Statement(_, expression, _, bound, guard):
            return (_free(expression) | _free(guard)) - {variable for variable, _ in bound}
        case tree.ScalarSum(index, lower, upper, body) | tree.VectorSum(index, lower, upper, body):
            return _free(lower) | _free(upper) | (_free(body) - {index})
        case LimitSuperior(index, body):
            return _free(body) - {index}
        case Scalar() | Vector():
            return set().union(*map(_free, parts(term)))
    return set()


def _substitute(term: Any, values: Mapping[Any, Any]) -> Any:
    """Replace free variables by terms; refuse to capture a variable of those terms."""
    if isinstance(term, (Letter, Index, VectorLetter)):
        return values.get(term, term)
    return _rebuilt(term, values) if isinstance(term, (Scalar, Vector)) else term


def _rebuilt(term: Any, values: Mapping[Any, Any]) -> Any:
    running = term.index if isinstance(term, _BINDERS) else None
    inner = {v: value for v, value in values.items() if v != running and v in _free(term)}
    if any(running in _free(value) for value in inner.values()):
        raise KernelError(f"the index {running} of {term} would be captured")
    new = {f.name: _substitute(getattr(term, f.name), inner) for f in fields(term)}
    if running is not None:
        new["index"] = running
        for limit in {"lower", "upper"} & new.keys():
            new[limit] = _substitute(getattr(term, limit), values)
    return replace(term, **new)


def _substitute_statement(statement: Statement, values: Mapping[Any, Any]) -> Statement:
    expression = _substitute(statement.expression, values)
    guard = None if statement.guard is None else _substitute(statement.guard, values)
    return replace(statement, expression=expression, guard=guard)


_BINDERS = (tree.ScalarSum, tree.VectorSum, LimitSuperior)


def _require_not_free(variable: Variable, statements: Iterable[Statement]) -> None:
    for statement in statements:
        if variable in _free(statement):
            raise KernelError(f"{variable} is free in the hypothesis {statement}")


def _equal(left: Term, right: Term) -> bool:
    """Tell whether two terms have the same value wherever their denominators are nonzero."""
    difference = meaning(left - right)
    if isinstance(difference, Ratio):
        return difference.is_zero()
    return not difference.terms


def _same(left: Statement, right: Statement) -> bool:
    shape = (left.relation, left.domain, left.bound) == (right.relation, right.domain, right.bound)
    if (left.guard is None) != (right.guard is None):
        return False
    if left.guard is not None and right.guard is not None and not _equal(left.guard, right.guard):
        return False
    alike = isinstance(left.expression, Vector) == isinstance(right.expression, Vector)
    return shape and alike and _equal(left.expression, right.expression)


# --- hypotheses and quantifiers -----------------------------------------------------------------


@_rule
def assume(statement: Statement, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: `statement` under the hypothesis `statement`."""
    if type(statement) is not Statement:
        raise KernelError(f"{statement!r} is not a statement")
    inside = {part for base in denominators(statement.expression) for part in subterms(base)}
    if any(variable in inside for variable, _ in statement.bound):
        raise KernelError(f"a denominator of {statement} depends on a variable that it binds")
    kept = {statement}.union(*(theorem.hypotheses for theorem in nonzero))
    return _theorem(statement, nonzero=nonzero, hypotheses=kept)


@_rule
def generalise(theorem: Theorem, variable: Variable, inside: str | None = None) -> Theorem:
    """From a statement about a free variable: the statement for all its values.

    No hypothesis may mention the variable, except the one that it lies `inside` a set, which is
    discharged.
    """
    if not isinstance(variable, Variable) or (inside and not isinstance(variable, VectorLetter)):
        raise KernelError(f"{variable!r} is not a variable over {inside or 'all values'}")
    member = {Statement("in", variable, inside)} if inside else set()
    kept = theorem.hypotheses - member
    _require_not_free(variable, kept)
    if any(bound == variable for bound, _ in theorem.conclusion.bound):
        raise KernelError(f"{variable} is bound already")
    conclusion = theorem.conclusion.forall(variable, inside=inside)
    return _theorem(conclusion, [theorem], hypotheses=kept)


@_rule
def imply(theorem: Theorem, guard: Scalar) -> Theorem:
    """From a conclusion under the hypothesis ``guard >= 0``: the conclusion guarded by it."""
    if theorem.conclusion.bound:
        # Its free variables would become those that the conclusion binds, and no hypothesis'.
        raise KernelError(f"{theorem.conclusion} is guarded before it is generalised, not after")
    kept = theorem.hypotheses - {guard >= 0}
    return _theorem(theorem.conclusion.where(guard), [theorem], hypotheses=kept, defined=True)


@_rule
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
    if brought - _nonzero(nonzero):
        raise KernelError("a denominator of a value is not proved nonzero")
    left = tuple((v, domain) for v, domain in statement.bound if v not in values)
    if any(v in _free(value) for v, _ in left for value in values.values()):
        raise KernelError(f"a variable of a value would be captured in {statement}")
    expression = _substitute(statement.expression, values)
    guard = None if statement.guard is None else _substitute(statement.guard, values)
    if guard is not None and not left:
        _require_guard(guard, guards)
        guard = None
    conclusion = Statement(statement.relation, expression, statement.domain, left, guard)
    return _theorem(conclusion, [theorem, *members, *guards], nonzero=nonzero, defined=True)


def _require_guard(guard: Scalar, proofs: Iterable[Theorem]) -> None:
    for proof in proofs:
        says = proof.conclusion
        if is_theorem(proof) and says.plain and says.relation in (">=", ">"):
            if _equal(says.expression, guard):
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
        if is_theorem(member) and says.domain == domain and says.plain:
            if _equal(says.expression, value):
                return
    raise KernelError(f"{value} is not proved to lie in {domain}")


@_rule
def cut(theorem: Theorem, proof: Theorem) -> Theorem:
    """From a theorem and a proof of one of its hypotheses: the theorem without that hypothesis."""
    if proof.conclusion not in theorem.hypotheses:
        raise KernelError(f"{proof.conclusion} is not a hypothesis of {theorem.conclusion}")
    kept = (theorem.hypotheses - {proof.conclusion}) | proof.hypotheses
    return _theorem(theorem.conclusion, [theorem, proof], hypotheses=kept)


# --- algebra ------------------------------------------------------------------------------------


@_rule
def square(term: Any, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``term**2 >= 0``."""
    return _theorem(scalar(term) * scalar(term) >= 0, nonzero=nonzero)


@_rule
def norm_square(term: Vector, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``|term|**2 >= 0``."""
    return _theorem(tree.vector(term).norm2() >= 0, nonzero=nonzero)


@_rule
def reciprocal(theorem: Theorem) -> Theorem:
    """From ``p > 0``: ``1/p > 0``."""
    if theorem.conclusion.relation != ">" or not theorem.conclusion.plain:
        raise KernelError(f"{theorem.conclusion} does not say that something is positive")
    return _theorem(1 / theorem.conclusion.expression > 0, [theorem], nonzero=[theorem])


@_rule
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
    if claim.relation == "in" or (claim.relation == "=" and inequalities):
        raise KernelError(f"{claim} does not follow from inequalities")
    if claim.relation == ">" and not strict:
        raise KernelError(f"{claim} is strict, and no product of strict inequalities is in the sum")
    if not _equal(claim.expression, total):
        raise KernelError(f"{claim} is not the combination of its premises: it differs by "
                          f"{claim.expression - total}")
    _require_defined(total, premises, nonzero)  # the multipliers may divide, too
    return _theorem(claim, premises, nonzero=nonzero)


def _product_of(weight: Any, factors: Iterable[Theorem]) -> tuple[Scalar, bool]:
    if type(weight) not in (int, Fraction) or weight <= 0:
        raise KernelError(f"the weight {weight!r} is not a positive rational number")
    product = scalar(weight)
    for factor in factors:
        if factor.conclusion.relation not in (">=", ">") or not factor.conclusion.plain:
            raise KernelError(f"{factor.conclusion} is not an inequality: it cannot be a factor")
        product = product * factor.conclusion.expression
    return product, all(factor.conclusion.relation == ">" for factor in factors)


@_rule
def pair(theorem: Theorem, other: Vector, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From the vector equation ``v = 0``: ``<v, other> = 0``."""
    return _theorem(_vector_equation(theorem).dot(other).equals(0), [theorem], nonzero=nonzero)


@_rule
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
    if not _equal(claim.expression, total):
        raise KernelError(f"{claim} is not the combination of its premises: it differs by "
                          f"{claim.expression - total}")
    premises = [theorem for _, theorem in equalities]
    _require_defined(total, premises, nonzero)  # the multipliers may divide, too
    return _theorem(claim, premises, nonzero=nonzero)


def _vector_equation(theorem: Theorem) -> Vector:
    says = theorem.conclusion
    if says.relation != "=" or not says.plain or not isinstance(says.expression, Vector):
        raise KernelError(f"{says} is not a vector equation")
    return says.expression


@_rule
def transfer(member: Theorem, equation: Theorem, vector: Vector) -> Theorem:
    """From ``v in S`` and an equation that says ``vector - v = 0``: ``vector in S``."""
    says = member.conclusion
    if says.relation != "in" or not says.plain:
        raise KernelError(f"{says} does not say that a vector lies in a set")
    if not _equal(_vector_equation(equation), vector - says.expression):
        raise KernelError(f"{equation.conclusion} does not say that {vector} is {says.expression}")
    return _theorem(Statement("in", vector, says.domain), [member, equation])


@_rule
def maximum_above(left: Any, right: Any, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``max(left, right) >= left``."""
    return _theorem(Maximum(scalar(left), scalar(right)) >= left, nonzero=nonzero)


@_rule
def maximum_equals(
    theorem: Theorem, left: Any, right: Any, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From ``left - right >= 0``: ``max(left, right) = left``."""
    says = theorem.conclusion
    if says.relation not in (">=", ">") or not says.plain:
        raise KernelError(f"{says} is not an inequality")
    if not _equal(says.expression, scalar(left) - right):
        raise KernelError(f"{says} does not say that {left} >= {right}")
    conclusion = Maximum(scalar(left), scalar(right)).equals(left)
    return _theorem(conclusion, [theorem], nonzero=nonzero)


@_rule
def cases(first: Theorem, second: Theorem, split: Scalar) -> Theorem:
    """From a conclusion under ``split >= 0`` and under ``-split >= 0``: the conclusion."""
    if not known(meaning(split), None):
        raise KernelError(f"{split} is random: a case may hold for some outcomes only")
    if not _same(first.conclusion, second.conclusion):
        raise KernelError(f"{first.conclusion} and {second.conclusion} are not the same")
    _require_defined(first.conclusion.expression, [second])  # by `first` only if split >= 0
    kept = (first.hypotheses - {split >= 0}) | (second.hypotheses - {split <= 0})
    return _theorem(first.conclusion, [first, second], hypotheses=kept)


# --- expectation --------------------------------------------------------------------------------


@_rule
def expect(theorem: Theorem, past: Any = None) -> Theorem:
    """From a statement: the statement in expectation, given F_past if a time is named."""
    says = theorem.conclusion
    if not says.plain or says.relation == "in":
        raise KernelError(f"{says} has no expectation")
    return _theorem(Statement(says.relation, Expectation(says.expression, past)), [theorem])


@_rule
def tower(body: Term, inner: Any, outer: Any = None, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: ``E[E[body | F_inner] | F_outer] = E[body | F_outer]`` if outer <= inner."""
    if outer is not None and not at_most(affine(scalar(outer)), affine(scalar(inner))):
        raise KernelError(f"F_({outer}) is not known to be part of F_({inner})")
    twice = Expectation(Expectation(body, inner), outer)
    return _theorem(twice.equals(Expectation(body, outer)), nonzero=nonzero)


# --- natural numbers ----------------------------------------------------------------------------


@_rule
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
        at = _substitute_statement(claim, {index: value})
        if not _same(theorem.conclusion, at):
            raise KernelError(f"{theorem.conclusion} is not {at}")
    kept = base.hypotheses.union(step.hypotheses - {claim}, *(n.hypotheses for n in nonzero))
    _require_not_free(index, kept)
    _require_defined(claim.expression, [base], nonzero)  # by `step` only if the claim holds
    return _theorem(claim, [base, step], nonzero=nonzero, hypotheses=kept, defined=True)


@_rule
def sum_empty(index: Index, limit: Any, body: Term, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: the sum over ``limit <= index < limit`` is 0."""
    return _theorem(_statement(FiniteSum(index, limit, limit, body)), nonzero=nonzero)


@_rule
def sum_last(
    index: Index, lower: Any, last: Any, body: Term, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From nothing: a sum up to and with `last` is the sum below `last` plus the last term."""
    _require_range(lower, last)
    whole = FiniteSum(index, lower, scalar(last) + 1, body)
    rest = FiniteSum(index, lower, last, body)
    term = _substitute(body, {index: scalar(last)})
    return _theorem(_statement(whole - rest - term), nonzero=nonzero)


@_rule
def sum_first(
    index: Index, first: Any, last: Any, body: Term, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From nothing: a sum from `first` up to and with `last` is its first term plus the rest."""
    _require_range(first, last)
    whole = FiniteSum(index, first, scalar(last) + 1, body)
    rest = FiniteSum(index, scalar(first) + 1, scalar(last) + 1, body)
    term = _substitute(body, {index: scalar(first)})
    return _theorem(_statement(whole - rest - term), nonzero=nonzero)


@_rule
def sum_shift(
    index: Index, lower: Any, upper: Any, body: Term, nonzero: Iterable[Theorem] = ()
) -> Theorem:
    """From nothing: the sum of the body at ``index + 1`` is the body's sum one further on."""
    shifted = FiniteSum(index, lower, upper, _substitute(body, {index: index + 1}))
    whole = FiniteSum(index, scalar(lower) + 1, scalar(upper) + 1, body)
    return _theorem(_statement(whole - shifted), nonzero=nonzero)


def _statement(zero: Term) -> Statement:
    return Statement("=", zero)


def _require_range(first: Any, last: Any) -> None:
    if not at_most(affine(scalar(first)), affine(scalar(last))):
        raise KernelError(f"{first} <= {last} is not known: the sum may be empty")


@_rule
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
        _require_not_free(index, premise.hypotheses)
        if premise.conclusion.relation not in (">=", ">") or not premise.conclusion.plain:
            raise KernelError(f"{premise.conclusion} is not an inequality")
    lowest = meaning(sequence - below.conclusion.expression)
    if index in _free(scalar(bound)) or index in set(subterms(lowest)):
        raise KernelError(f"the bounds on {sequence} depend on {index}")
    rest = meaning(theorem.conclusion.expression - bound + sequence)
    bases = [_decaying_base(*proofs) for proofs in decaying]
    if index in {part for base in (*rest.bases(), *bases) for part in subterms(base)}:
        raise KernelError(f"a base or a denominator depends on {index}")
    for m, _ in rest.numerator.terms:
        _require_decay([atom for atom, _ in m], index, bases)
    premises = [theorem, below, *(proof for proofs in decaying for proof in proofs)]
    return _theorem(LimitSuperior(index, sequence) <= bound, premises)


@_rule
def limit_shift(index: Index, sequence: Scalar, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """From nothing: the limsup of a sequence is that of the sequence from its second term on."""
    later = LimitSuperior(index, _substitute(sequence, {index: index + 1}))
    return _theorem(later.equals(LimitSuperior(index, sequence)), nonzero=nonzero)


def _decaying_base(above: Theorem, under: Theorem) -> Ratio:
    """Return the base b of two proofs that say ``b >= 0`` or ``b + 1 > 0``, and ``1 - b > 0``."""
    low, high = above.conclusion, under.conclusion
    if not (high.plain and low.plain and high.relation == ">" and low.relation in (">=", ">")):
        raise KernelError(f"{low} and {high} do not confine a base to (-1, 1)")
    base = 1 - high.expression
    positive = _equal(low.expression, base)
    if not positive and not (low.relation == ">" and _equal(low.expression, base + 1)):
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
