"""What a term means: its normal form over atoms. Trusted.

A scalar becomes a ratio of polynomials in atoms, a vector a linear combination of vector atoms with
such ratios as coefficients. Inner products and expectations are expanded as far as linearity and
measurability allow, and what remains is an atom. Two terms with the same normal form are equal
wherever their denominators are nonzero. Everything that is not listed here is refused. Long because
the cases are many, not because they are hard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from sgdtheory.logic import language as tree
from sgdtheory.logic.arithmetic import ONE, Monomial, Polynomial, Ratio, monomial, polynomial
from sgdtheory.logic.atoms import (
    AppliedAtom,
    Bound,
    ExpectationAtom,
    FieldAtom,
    InnerAtom,
    LimitAtom,
    MaximumAtom,
    PowerAtom,
    ProcessAtom,
    SumAtom,
    VectorForm,
    at_most,
    known,
    natural,
    parts,
    subterms,
)
from sgdtheory.logic.language import Index, LanguageError, Letter, VectorLetter

__all__ = ["affine", "denominators", "inverse", "meaning", "nodes"]


def _number(value: int | Fraction) -> Ratio:
    return Ratio(ONE.scaled(Fraction(value)))


def _atom(value: Any, power: int = 1) -> Ratio:
    return Ratio(polynomial([(((value, power),), Fraction(1))]))


def _term(m: Monomial, a: Fraction = Fraction(1)) -> Ratio:
    return Ratio(polynomial([(m, a)]))


def _total(ratios: Iterable[Ratio]) -> Ratio:
    result = _number(0)
    for ratio in ratios:
        result = result + ratio
    return result


def _combination(terms: Iterable[tuple[Any, Ratio]]) -> VectorForm:
    collected: dict[Any, Ratio] = {}
    for atom, factor in terms:
        collected[atom] = collected[atom] + factor if atom in collected else factor
    kept = [(v, a) for v, a in collected.items() if not a.is_zero()]
    return VectorForm(tuple(sorted(kept, key=lambda item: repr(item[0]))))


def _scaled(form: VectorForm, factor: Ratio) -> VectorForm:
    return _combination((v, a * factor) for v, a in form.terms)


def affine(term: tree.Scalar, env: Env | None = None) -> Polynomial:
    """Return a time, an exponent or a limit as an integer combination of indices."""
    form: Ratio = meaning(term, env)
    for m, a in form.numerator.terms:
        single = m == () or (len(m) == 1 and m[0][1] == 1 and isinstance(m[0][0], (Index, Bound)))
        if not single or a.denominator != 1:
            raise LanguageError(f"{term} is not an integer combination of indices")
    if form.denominator:
        raise LanguageError(f"{term} is not an integer combination of indices")
    return form.numerator


Env = Mapping[Index, Bound]


def nodes(term: Any, env: Env | None = None) -> Iterator[tuple[Any, Env]]:
    """Yield every node of a term of the language with the indices that run there."""
    env = env or {}
    yield term, env
    if isinstance(term, (tree.ScalarSum, tree.VectorSum)):
        yield from nodes(term.lower, env)
        yield from nodes(term.upper, env)
    if isinstance(term, (tree.ScalarSum, tree.VectorSum, tree.LimitSuperior)):
        yield from nodes(term.body, {**env, term.index: _fresh(env, term.index)})
        return
    for part in parts(term):
        if isinstance(part, (tree.Scalar, tree.Vector)):
            yield from nodes(part, env)


def _fresh(env: Env, index: Any) -> Bound:
    if type(index) is not Index:
        raise LanguageError(f"{index!r} is not an index: it cannot run")
    return Bound(1 + max((bound.depth for bound in env.values()), default=-1))


def denominators(term: Any) -> set[Polynomial]:
    """Return every polynomial that must be nonzero for `term` to be defined.

    They are read off the term itself, before anything can cancel.
    """
    found: set[Polynomial] = set()
    for node, env in nodes(term):
        match node:
            case tree.Over(_, below):
                found |= inverse(below, env).bases()
            case tree.Power(base, exponent) if not natural(affine(exponent, env)):
                found |= inverse(base, env).bases()
    return found


# --- normal forms -------------------------------------------------------------------------------


def meaning(term: Any, env: Env | None = None) -> Any:
    """Return the normal form of a scalar (a Ratio) or of a vector (a VectorForm).

    `env` says which indices are running, and under which name. Only the exact node types of the
    language are accepted: a subclass could answer differently each time it is asked.
    """
    env = env or {}
    match term:
        case _ if type(term) not in tree.NODES:
            raise LanguageError(f"{term!r} is not a term of the language")
        case tree.Number(value):
            return _number(value)
        case Letter() | VectorLetter():
            return _atom(term) if isinstance(term, Letter) else _single(term)
        case Index():
            return _atom(env.get(term, term))
        case tree.Plus(left, right):
            return meaning(left, env) + meaning(right, env)
        case tree.Times(left, right):
            return meaning(left, env) * meaning(right, env)
        case tree.Over(left, right):
            return meaning(left, env) * inverse(right, env)
        case tree.Power(base, exponent):
            return _power(base, exponent, env)
        case tree.Maximum(left, right):
            return _maximum(meaning(left, env), meaning(right, env))
        case tree.Inner(left, right):
            return _inner(meaning(left, env), meaning(right, env))
        case tree.FieldValue(field, point):
            return _atom(FieldAtom(field, meaning(point, env)))
        case tree.LimitSuperior(index, body):
            return _limit(index, body, env)
        case tree.ScalarExpectation(body, past) | tree.VectorExpectation(body, past):
            time = None if past is None else affine(past, env)
            return _expectation(meaning(body, env), time)
        case tree.ScalarSum(index, lower, upper, body) | tree.VectorSum(index, lower, upper, body):
            return _sum_of_term(index, affine(lower, env), affine(upper, env), body, env)
        case tree.Process(name, time, delay):
            return _single(ProcessAtom(name, affine(time, env), delay))
        case tree.Zero():
            return VectorForm(())
        case tree.VectorPlus(left, right):
            return _combination([*meaning(left, env).terms, *meaning(right, env).terms])
        case tree.Scaled(factor, vector):
            return _scaled(meaning(vector, env), meaning(factor, env))
        case tree.Applied(name, point):
            return _single(AppliedAtom(name, meaning(point, env)))
    raise LanguageError(f"{term!r} has no meaning in the language")


def _single(atom: Any) -> VectorForm:
    return VectorForm(((atom, _number(1)),))


def inverse(term: tree.Scalar, env: Env | None = None) -> Ratio:
    """Return the normal form of ``1 / term``; a product is inverted factor by factor."""
    if isinstance(term, tree.Times):
        return inverse(term.left, env) * inverse(term.right, env)
    form: Ratio = meaning(term, env)
    try:
        return form.reciprocal()
    except ZeroDivisionError:
        raise LanguageError(f"division by {term}, which is identically zero") from None


def _power(base: tree.Scalar, exponent: tree.Scalar, env: Env) -> Ratio:
    powers = affine(exponent, env)
    if len(powers.terms) == 1 and powers.terms[0][0] == () and not natural(powers):
        return _product([inverse(base, env)] * -int(powers.terms[0][1]))
    if not natural(powers):
        raise LanguageError(f"the exponent {exponent} may be negative")
    form = meaning(base, env)
    return _product(
        _raised(form, m[0][0] if m else None, int(count)) for m, count in powers.terms
    )


def _product(ratios: Iterable[Ratio]) -> Ratio:
    result = _number(1)
    for ratio in ratios:
        result = result * ratio
    return result


def _raised(base: Ratio, index: Any, count: int) -> Ratio:
    """Return ``base ** (count * index)``, or ``base ** count`` without an index."""
    if index is None:
        return _product([base] * count)
    terms = base.numerator.terms
    if len(terms) == 1 and terms[0][1] == 1 and not base.denominator:
        return _product(_atom(PowerAtom(_atom(a), index), e * count) for a, e in terms[0][0])
    return _atom(PowerAtom(base, index), count)


def _maximum(left: Ratio, right: Ratio) -> Ratio:
    first, second = sorted((left, right), key=repr)
    return left if left == right else _atom(MaximumAtom(first, second))


def _inner(left: VectorForm, right: VectorForm) -> Ratio:
    return _total(
        a * b * _atom(InnerAtom(*sorted((u, v), key=repr)))
        for u, a in left.terms
        for v, b in right.terms
    )


def _limit(index: Index, body: tree.Scalar, env: Env) -> Ratio:
    bound = _fresh(env, index)
    form = meaning(body, {**env, index: bound})
    if not known(form, None):
        raise LanguageError(f"the limsup of the random sequence {body} is not in the language")
    return _atom(LimitAtom(bound, form))


# --- finite sums --------------------------------------------------------------------------------


def _sum_of_term(
    index: Index, lower: Polynomial, upper: Polynomial, body: Any, env: Env
) -> Any:
    if not natural(lower):
        raise LanguageError("the lower limit of a sum must be a natural number")
    bound = _fresh(env, index)
    return _sum(bound, lower, upper, meaning(body, {**env, index: bound}))


def _sum(bound: Bound, lower: Polynomial, upper: Polynomial, form: Any) -> Any:
    """Sum a normal form over a running index: factors that are free of it come out."""
    if isinstance(form, VectorForm):
        return _combination(
            (atom, part)
            for vector, factor in form.terms
            for atom, part in _summed(bound, lower, upper, factor, vector)
        )
    return _total(
        part if atom is None else part * _atom(atom)
        for atom, part in _summed(bound, lower, upper, form, None)
    )


def _summed(
    bound: Bound, lower: Polynomial, upper: Polynomial, factor: Ratio, vector: Any
) -> Iterator[tuple[Any, Ratio]]:
    """Yield (atom, coefficient) pairs whose sum is the sum of ``factor * vector``."""
    if any(_mentions(base, bound) for base in factor.bases()):
        raise LanguageError("a denominator inside a sum depends on the running index")
    below = Ratio(ONE, factor.denominator)
    for m, a in factor.numerator.terms:
        inside = monomial({atom: e for atom, e in m if _mentions(atom, bound)})
        outside = below * _term(monomial({x: e for x, e in m if not _mentions(x, bound)}), a)
        if _mentions(vector, bound):
            yield SumAtom(bound, lower, upper, inside, vector), outside
        elif inside == () and at_most(lower, upper):
            yield vector, outside * Ratio(upper + lower.scaled(Fraction(-1)))
        else:
            yield vector, outside * _atom(SumAtom(bound, lower, upper, inside, None))


def _mentions(value: Any, bound: Bound) -> bool:
    return any(part == bound for part in subterms(value))


# --- expectations -------------------------------------------------------------------------------


def _expectation(form: Any, past: Polynomial | None) -> Any:
    """Return the (conditional) expectation: linear, and known factors come out."""
    if isinstance(form, VectorForm):
        return _combination(
            term for v, a in form.terms for term in _vector_expectation(v, a, past).terms
        )
    if not all(known(base, past) for base in form.bases()):
        raise LanguageError("a denominator inside an expectation is not known at that time")
    below = Ratio(ONE, form.denominator)
    return _total(below * _term((), a) * _expected(m, past) for m, a in form.numerator.terms)


def _expected(m: Monomial, past: Polynomial | None) -> Ratio:
    outside = monomial({atom: e for atom, e in m if known(atom, past)})
    inside = monomial({atom: e for atom, e in m if not known(atom, past)})
    match inside:
        case ():
            expected = _number(1)
        case ((InnerAtom(u, v), 1),) if known(u, past) or known(v, past):
            fixed, random = (u, v) if known(u, past) else (v, u)
            expected = _inner(_single(fixed), _vector_expectation(random, _number(1), past))
        case ((SumAtom(index, lower, upper, body, None), 1),):
            expected = _sum(index, lower, upper, _expected(body, past))
        case _:
            expected = _atom(ExpectationAtom(inside, past))
    return _term(outside) * expected


def _vector_expectation(vector: Any, factor: Ratio, past: Polynomial | None) -> VectorForm:
    if not known(factor, past):
        raise LanguageError("a vector under an expectation has a coefficient not known then")
    if known(vector, past):
        return VectorForm(((vector, factor),))
    match vector:
        case SumAtom(index, lower, upper, body, inner) if known(body, past):
            expected = _vector_expectation(inner, _term(body), past)
            return _scaled(_sum(index, lower, upper, expected), factor)
    return VectorForm(((ExpectationAtom(vector, past), factor),))
