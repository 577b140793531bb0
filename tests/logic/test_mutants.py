"""Mutants of the noise-ball proof: every call of the kernel changed in one place, and replayed.

The proof file is run once more with every call of a rule written down. A mutant changes one
argument of one call (a premise dropped, a claim off by a constant, a time shifted, a hypothesis
negated, ...) and then replays all calls that rest on it. It is caught if a rule refuses, or if what
comes out is not the theorem that the ledger asked for under the hypotheses that it declared.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import pytest
from sgdtheory.proofs import noise_ball

from sgdtheory.logic import certificate, kernel
from sgdtheory.logic.kernel import Theorem
from sgdtheory.logic.kernel.terms import same, substitute
from sgdtheory.logic.language import (
    Index,
    Letter,
    Number,
    Scalar,
    Times,
    Vector,
    VectorLetter,
    scalar,
)
from sgdtheory.logic.meaning import denominators

TARGETS = ("one_step", "one_step_projected", "every_t", "ball", "corrected")
RULES = tuple(name for name in kernel.__all__ if name[0].islower() and name != "is_theorem")
t, alpha, elsewhere = Index("t"), Letter("alpha"), VectorLetter("elsewhere")


@dataclass(frozen=True)
class Call:
    """One call of a rule, as the proof made it."""

    rule: str
    arguments: tuple
    result: Theorem

    @cached_property
    def uses(self):
        """The theorems that it was given, by their ids."""
        return frozenset(theorems_in(self.arguments))


def settled(value):
    """Return an argument with its iterators run out, as the kernel's door does."""
    if isinstance(value, dict):
        return value
    if isinstance(value, (str, int, Fraction, Scalar, Vector)) or not hasattr(value, "__iter__"):
        return value
    return tuple(settled(item) for item in value)


@pytest.fixture(scope="module")
def proof():
    """Run the proof file again; return its calls in order and the theorems of its targets."""
    calls, originals = [], {name: getattr(kernel, name) for name in RULES}

    def recorded(name):
        def rule(*arguments, **named):
            assert not named, f"{name} is called by keyword: {sorted(named)}"
            arguments = settled(arguments)
            result = originals[name](*arguments)
            calls.append(Call(name, arguments, result))
            return result

        return rule

    with pytest.MonkeyPatch.context() as patch:
        for name in RULES:
            patch.setattr(kernel, name, recorded(name))
            if hasattr(certificate, name):
                patch.setattr(certificate, name, getattr(kernel, name))
        spec = importlib.util.spec_from_file_location("noise_ball_again", noise_ball.__file__)
        again = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(again)
    targets = [getattr(again, name).theorem for name in TARGETS]
    return needed_by(calls, targets), targets


def replaced(value, new):
    """Put the new theorems in place of the old ones, anywhere in an argument."""
    if isinstance(value, Theorem):
        return new.get(id(value), value)
    if isinstance(value, tuple):
        return tuple(replaced(item, new) for item in value)
    return value


def theorems_in(value):
    if isinstance(value, Theorem):
        yield id(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from theorems_in(item)


def needed_by(calls, targets):
    """Return the calls that a target rests on, in order."""
    wanted, needed = {id(target) for target in targets}, []
    for call in reversed(calls):
        if id(call.result) in wanted:
            needed.append(call)
            wanted |= call.uses
    return needed[::-1]


def replay(calls, targets, at, arguments):
    """Return the targets that still come out when call number `at` is made with `arguments`."""
    new = {id(calls[at].result): getattr(kernel, calls[at].rule)(*arguments)}
    failed = set()
    for call in calls[at + 1 :]:
        if call.uses & failed:
            failed.add(id(call.result))
        elif call.uses & new.keys():
            try:
                new[id(call.result)] = getattr(kernel, call.rule)(*replaced(call.arguments, new))
            except ValueError:
                failed.add(id(call.result))
    return [target for target in targets if still_proves(new.get(id(target)), target)]


def still_proves(theorem, target):
    return (
        theorem is not None
        and theorem.conclusion == target.conclusion
        and theorem.hypotheses <= target.hypotheses
        and theorem.integrable <= target.integrable
    )


# --- the mutations, rule by rule: (what was changed, the new arguments) ---------------------------


def divides_as_its_premises_do(claim, products, pairs):
    """Tell whether all divisors are those of the premises, so that none need be proved again."""
    premises = [theorem for _, factors in products for theorem in factors]
    premises += [equation for _, equation in pairs]
    known = {base for p in premises for base in denominators(p.conclusion.expression)}
    asked = [claim.expression, *(scalar(multiplier) for multiplier, _ in pairs)]
    return {base for term in asked for base in denominators(term)} <= known


def without(items):
    for i in range(len(items)):
        yield items[:i] + items[i + 1 :]


def shifted(term):
    """Return the term with t one later, or None if t is not in it."""
    later = substitute(term, {t: t + 1})
    return None if later == term else later


def signs_of(term):
    """Yield the term with the sign of one summand changed."""
    match term:
        case Times(Number(value), right) if value == -1:
            yield right
        case Scalar() if hasattr(term, "left") and type(term).__name__ == "Plus":
            yield from (replace(term, left=other) for other in signs_of(term.left))
            yield from (replace(term, right=other) for other in signs_of(term.right))
        case Scalar():
            yield -term


def statements(statement):
    """Yield statements that say something else."""
    for what, changed in changes(statement):
        if not same(changed, statement):
            yield what, changed


def changes(statement):
    """Yield what is off by a constant, a sign, a strictness, a time, a set or a quantifier."""
    expression = statement.expression
    if statement.relation == "in":
        yield "another set", replace(statement, domain="Elsewhere")
        yield "another point", replace(statement, expression=expression + elsewhere)
    elif isinstance(expression, Vector):
        yield "a vector more", replace(statement, expression=expression + elsewhere)
        yield "a factor", replace(statement, expression=2 * expression + alpha * expression)
    else:
        yield "one more", replace(statement, expression=expression + 1)
        yield "one less", replace(statement, expression=expression - 1)
        yield "negated", replace(statement, expression=-expression)
        yield "alpha squared", replace(
            statement, expression=substitute(expression, {alpha: alpha * alpha})
        )
        for term in signs_of(expression):
            yield "a sign", replace(statement, expression=term)
    other = {">=": "=", "=": ">=", ">": ">=", "in": "in"}[statement.relation]
    if not isinstance(expression, Vector) and other != statement.relation:
        yield f"{statement.relation} to {other}", replace(statement, relation=other)
    if statement.bound:
        yield "no quantifier", replace(statement, bound=())
        freed = tuple((v, None) for v, _ in statement.bound)
        yield "for all values", replace(statement, bound=freed)
    elif shifted(expression) is not None:
        yield "later", replace(statement, expression=shifted(expression))


def mutants(call):
    """Yield what one call may be changed to, as (what, arguments)."""
    arguments = call.arguments
    match call.rule, arguments:
        case "assume", (statement, *nonzero):
            for what, changed in statements(statement):
                yield f"hypothesis: {what}", (changed, *nonzero)
        case "combine", (claim, products, pairs, nonzero):
            for what, changed in statements(claim):
                yield f"claim: {what}", (changed, products, pairs, nonzero)
            if claim.relation != ">":
                yield "claim: strict", (replace(claim, relation=">"), products, pairs, nonzero)
            for fewer in without(products):
                yield "inequality dropped", (claim, fewer, pairs, nonzero)
            for i, (weight, factors) in enumerate(products):
                for fewer in without(factors):
                    changed = (*products[:i], (weight, fewer), *products[i + 1 :])
                    yield "sign fact dropped", (claim, changed, pairs, nonzero)
                changed = (*products[:i], (2 * weight, factors), *products[i + 1 :])
                yield "weight doubled", (claim, changed, pairs, nonzero)
                changed = (*products[:i], (-weight, factors), *products[i + 1 :])
                yield "weight negated", (claim, changed, pairs, nonzero)
            for fewer in without(pairs):
                yield "equality dropped", (claim, products, fewer, nonzero)
            for i, (multiplier, equation) in enumerate(pairs):
                changed = (*pairs[:i], (-scalar(multiplier), equation), *pairs[i + 1 :])
                yield "multiplier negated", (claim, products, changed, nonzero)
            for fewer in without(nonzero):
                if not divides_as_its_premises_do(claim, products, pairs):
                    yield "divisor not proved", (claim, products, pairs, fewer)
        case "instantiate", (theorem, values, members, nonzero, guards):
            for variable, value in values.items():
                other = value + elsewhere if isinstance(value, Vector) else scalar(value) + 1
                new = {**values, variable: other}
                yield "another value", (theorem, new, members, nonzero, guards)
                if shifted(value) is not None:
                    new = {**values, variable: shifted(value)}
                    yield "a later value", (theorem, new, members, nonzero, guards)
            for fewer in without(members):
                yield "membership dropped", (theorem, values, fewer, nonzero, guards)
        case "generalise", (theorem, variable, inside):
            yield "another variable", (theorem, elsewhere, None)
            if inside is not None:
                yield "for all values", (theorem, variable, None)
                yield "another set", (theorem, variable, "Elsewhere")
        case "expect", (theorem, past):
            yield "another time", (theorem, t if past is None else None)
            if past is not None:
                yield "a later time", (theorem, scalar(past) + 1)
        case "tower", (body, inner, outer, *rest):
            yield "a later time", (body, scalar(inner) + 1, outer, *rest)
        case "pair", (equation, other, *rest):
            yield "another vector", (equation, other + elsewhere, *rest)
            yield "the other sign", (equation, -other, *rest)
        case "induct", (base, step, claim, index, *rest):
            yield "base for step", (base, base, claim, index, *rest)
            yield "step for base", (step, step, claim, index, *rest)
            yield "another index", (base, step, claim, Index("s"), *rest)
            for what, changed in statements(claim):
                yield f"claim: {what}", (base, step, changed, index, *rest)
        case "limit", (theorem, index, sequence, bound, decaying, below):
            yield "half the bound", (theorem, index, sequence, scalar(bound) / 2, decaying, below)
            yield "another index", (theorem, Index("s"), sequence, bound, decaying, below)
            yield "another sequence", (theorem, index, sequence + 1, bound, decaying, below)
            yield "not bounded below", (theorem, index, sequence, bound, decaying, theorem)
            for fewer in without(decaying):
                yield "no decay", (theorem, index, sequence, bound, fewer, below)
            for i, (above, under) in enumerate(decaying):
                changed = (*decaying[:i], (under, above), *decaying[i + 1 :])
                yield "sides swapped", (theorem, index, sequence, bound, changed, below)
        case "limit_shift", (index, sequence, *rest):
            yield "another sequence", (index, sequence + 1, *rest)
        case "cases", (first, second, split):
            yield "one case twice", (first, first, split)
            yield "the cases swapped", (second, first, split)
            yield "another split", (first, second, split + 1)
        case "maximum_equals", (theorem, left, right, *rest):
            yield "the smaller", (theorem, right, left, *rest)
        case "maximum_above", (left, right, *rest):
            yield "above another", (scalar(left) + 1, right, *rest)
        case ("square" | "norm_square"), (term, *rest):
            other = term + elsewhere if isinstance(term, Vector) else scalar(term) + 1
            yield "another square", (other, *rest)
        case "reciprocal", (theorem,):
            yield "of nothing", (kernel.square(alpha),)
        case "cut", (theorem, _):
            yield "by itself", (theorem, theorem)
        case "transfer", (member, equation, vector):
            yield "another vector", (member, equation, vector + elsewhere)


def test_the_proof_itself_is_accepted_when_it_is_replayed(proof):
    calls, targets = proof
    assert len(calls) > 60
    for call in calls:
        made = getattr(kernel, call.rule)(*call.arguments)
        assert made.conclusion == call.result.conclusion
        assert made.hypotheses == call.result.hypotheses
    for rule in ("assume", "instantiate", "combine"):  # the first of each: much rests on them
        number = next(i for i, call in enumerate(calls) if call.rule == rule)
        left = replay(calls, targets, number, calls[number].arguments)
        assert left, f"the control is refused: {calls[number].result.conclusion}"
    assert [target.conclusion for target in targets] == [
        getattr(noise_ball, name).theorem.conclusion for name in TARGETS
    ]


def test_no_mutant_of_the_noise_ball_proves_it(proof):
    calls, targets = proof
    refused, survivors = Counter(), []
    for number, call in enumerate(calls):
        for what, arguments in mutants(call):
            try:
                left = replay(calls, targets, number, arguments)
            except ValueError:
                left = []
            refused[call.rule] += not left
            if left:
                survivors.append(f"{call.rule}, {what}: {call.result.conclusion}")
    assert not survivors, "\n".join(survivors)
    assert refused.total() > 500
    assert set(refused) == {call.rule for call in calls}
