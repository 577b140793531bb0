"""Mutants of the proofs: every call of the kernel changed in one place, and replayed.

A proof file is run once more with every call of a rule written down. A mutant changes one
argument of one call (a premise dropped, a claim off by a constant, a time shifted, a hypothesis
negated, ...) and then replays all calls that rest on it. It is caught if a rule refuses, or if what
comes out is not the theorem that the ledger asked for under the hypotheses that it declared; and it
must be caught for a reason that is expected of its kind, in the words of the kernel.

Here the first of every kind is tried, and each `EVERY`-th of all, but for the `LONG` topics.
``make campaign`` tries them all, which ``MUTANTS=all`` asks for.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

import pytest

from sgdtheory.evidence import Proof
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
from sgdtheory.theory import TOPICS

ALL = os.environ.get("MUTANTS") == "all"
EVERY = 1 if ALL else 25
LONG = {"epochs", "optimum_noise", "exact_moments", "momentum", "nesterov", "adagrad", "rmsprop",
        "adadelta", "adam", "adam_variants", "activations", "depth", "dimension", "backpropagation"}
"""The longest, and those of networks, which have no kind of step that the others lack."""

TRIED = [topic for topic in TOPICS if ALL or topic not in LONG]
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


@cache
def recorded(topic):
    """Run a proof file again; return its calls in order and the theorems that it proves itself."""
    calls, originals = [], {name: getattr(kernel, name) for name in RULES}

    def rule_of(name):
        def rule(*arguments, **named):
            assert not named, f"{name} is called by keyword: {sorted(named)}"
            arguments = settled(arguments)
            result = originals[name](*arguments)
            calls.append(Call(name, arguments, result))
            return result

        return rule

    with pytest.MonkeyPatch.context() as patch:
        for name in RULES:
            patch.setattr(kernel, name, rule_of(name))
            if hasattr(certificate, name):
                patch.setattr(certificate, name, getattr(kernel, name))
        home = import_module(f"sgdtheory.proofs.{topic}").__file__
        for part in parts_of(topic):
            patch.delattr(f"sgdtheory.proofs.{part}")
            patch.delitem(sys.modules, f"sgdtheory.proofs.{part}")  # so that it is run again, too
        spec = importlib.util.spec_from_file_location(f"{topic}_again", home)
        again = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, spec.name, again)  # a dataclass in it looks its module up
        spec.loader.exec_module(again)
    made = {id(call.result) for call in calls}
    targets = [theorem for theorem in proved_in(again) if id(theorem) in made]
    return needed_by(calls, targets), targets


def parts_of(topic):
    """Return the proof files that are no topic and speak of this one: its theorems, set apart."""
    proofs = Path(import_module("sgdtheory.proofs").__path__[0])
    return [path.stem for path in sorted(proofs.glob("*.py")) if path.stem not in TOPICS
            and f"from sgdtheory.theory import {topic} as says" in path.read_text()]


def test_the_parts_of_a_topic_that_stand_in_files_of_their_own_are_mutated_with_it():
    assert parts_of("adam_variants") == ["adamax", "amsgrad", "reddi"]
    alone = {topic for topic in TOPICS if parts_of(topic)}
    assert alone == {"adam_variants", "noise_ball", "exact_moments", "bias_correction"}
    from sgdtheory.proofs import smooth_ball

    assert smooth_ball.__name__ == "sgdtheory.proofs.smooth_ball"


def proved_in(module):
    """Return the theorems of the proofs of a module, each once."""
    found = {}
    for value in vars(module).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Proof):
                found[item.claim.key] = item.step.theorem
    return list(found.values())


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
    """Make call number `at` with `arguments` and all calls that rest on it.

    Return the targets that still come out, and the first words of why others do not.
    """
    try:
        new = {id(calls[at].result): getattr(kernel, calls[at].rule)(*arguments)}
    except ValueError as error:
        return [], words(error)
    failed, why = set(), ""
    for call in calls[at + 1 :]:
        if call.uses & failed:
            failed.add(id(call.result))
        elif call.uses & new.keys():
            try:
                new[id(call.result)] = getattr(kernel, call.rule)(*replaced(call.arguments, new))
            except ValueError as error:
                failed.add(id(call.result))
                why = why or words(error)
    out = [(new[id(target)], target) for target in targets if id(target) in new]
    why = why or next((differs(*pair) for pair in out if differs(*pair)), "")
    return [target for theorem, target in out if not differs(theorem, target)], why


def test_a_refusal_by_accident_is_no_refusal():
    """The control: a TypeError in a ValueError's clothes, a bare one, and another kind's reason."""
    accident = words(ValueError("unsupported operand type(s) for +"))
    assert reason(accident) == f"accident: {accident}"
    assert reason(words(kernel.KernelError("'int' has no attribute 'relation'")))[:8] == "accident"
    assert reason("").startswith("accident")
    said = words(kernel.KernelError("a denominator of 1/x is not proved nonzero"))
    assert reason(said) == "nonzero"
    assert reason(said) in expected("combine: divisor not proved")
    assert reason(said) not in expected("combine: weight negated")
    assert expected("combine: never heard of") == {"combination"}
    assert expected("another rule: whatever") == set()
    assert all(set(said.split(", ")) <= set(REASONS) for _, said in EXPECTED)


@pytest.mark.parametrize(("kind", "arguments"), [
    ("a hypothesis less", lambda statement, *rest: (statement.expression, *rest)),
    ("no statement at all", lambda statement, *rest: (None, *rest)),
])
def test_what_is_no_proof_at_all_is_refused_in_words_that_no_mutant_is(kind, arguments):
    calls, targets = recorded("gradient_descent")
    number = next(i for i, call in enumerate(calls) if call.rule == "assume")
    left, why = replay(calls, targets, number, arguments(*calls[number].arguments))
    assert not left and reason(why).startswith("accident"), why


def words(error):
    return f"{type(error).__name__}: {error}"


def differs(theorem, target):
    """Return in which respect a theorem is not the target; nothing if it is, or is better."""
    if theorem.conclusion != target.conclusion:
        return "another conclusion"
    if not theorem.hypotheses <= target.hypotheses:
        return "an undeclared hypothesis"
    return "" if theorem.integrable <= target.integrable else "an undeclared integrability"


# --- why a mutant is refused: the kernel's words, and what is expected of each kind ---------------

REASONS = {
    "combination": r"KernelError: .* is not the combination of its premises: it differs by",
    "strictness": r"KernelError: .* is strict, and no product of strict inequalities is in the sum",
    "inequalities": r"KernelError: .* does not follow from inequalities",
    "equality": r"KernelError: .* is not an equality$",
    "vector equation": r"KernelError: .* is not a vector equation",
    "factor": r"KernelError: .* is not an inequality(: it cannot be a factor)?$",
    "weight": r"KernelError: the weight .* is not a positive rational number",
    "positive": r"KernelError: .* does not say that something is positive",
    "nonzero": r"KernelError: a denominator of .* is not proved nonzero",
    "member": r"KernelError: .* is not proved to lie in ",
    "transferred": r"KernelError: .* does not say that (a vector lies in a set|.* is .*)$",
    "guard": r"KernelError: the guard .* is not proved",
    "maximum": r"KernelError: .* does not say that .* >= ",
    "free": r"KernelError: \w+ is free in the hypothesis ",
    "bound": r"KernelError: \w+ is not bound in ",
    "index": r"KernelError: .* is not a free index of ",
    "natural": r"KernelError: .* is not a natural number for all values of its indices",
    "random": r"KernelError: .* (is a constant|stands under an expectation), and .* is random",
    "range": r"KernelError: .* is not known: the sum may be empty",
    "limit": r"KernelError: (a term besides the bound does not vanish|the bounds on .* depend on"
             r"|.* do not confine (a|the same) base|.* is not a power that is proved to vanish)",
    "not a hypothesis": r"KernelError: .* is not a hypothesis of ",
    "quantifier": r"KernelError: .* is not a scalar statement without quantifiers",
    "another statement": r"KernelError: .* (>=|>|=|in) [\w ]+ is not ",
    "cases": r"KernelError: .* and .* are not the same$",
    "another conclusion": r"another conclusion$",
    "undeclared": r"an undeclared (hypothesis|integrability)$",
}


def reason(why):
    """Return the word for why a mutant is refused; whatever else refuses it is an accident."""
    return next((word for word, said in REASONS.items() if re.match(said, why, re.DOTALL)),
                f"accident: {why}")


# --- the mutations, rule by rule: (what was changed, the new arguments) ---------------------------


def divisors_to_prove(claim, products, pairs):
    """Return the divisors that are not those of the premises, so that they must be proved."""
    premises = [theorem for _, factors in products for theorem in factors]
    premises += [equation for _, equation in pairs]
    known = {base for p in premises for base in denominators(p.conclusion.expression)}
    asked = [claim.expression, *(scalar(multiplier) for multiplier, _ in pairs)]
    return {base for term in asked for base in denominators(term)} - known


def is_one(theorem):
    """Tell whether a factor is 1 > 0, without which a product is the same."""
    return same(theorem.conclusion, scalar(1) > 0)


def is_strict(products):
    """Tell whether one product is of strict inequalities only, so that the sum is strict, too."""
    return any(all(factor.conclusion.relation == ">" for factor in factors)
               for _, factors in products)


def without(items):
    for i in range(len(items)):
        yield items[:i] + items[i + 1 :]


def another(body):
    """Return another term: a constant more would cancel on both sides of an identity of sums."""
    return 2 * body


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
            if claim.relation != ">" and not is_strict(products):
                yield "claim: strict", (replace(claim, relation=">"), products, pairs, nonzero)
            for fewer in without(products):
                yield "inequality dropped", (claim, fewer, pairs, nonzero)
            for i, (weight, factors) in enumerate(products):
                for fewer, dropped in zip(without(factors), factors, strict=True):
                    if is_one(dropped):
                        continue
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
            for fewer, dropped in zip(without(nonzero), nonzero, strict=True):
                divisors = denominators(1 / dropped.conclusion.expression)
                if divisors & divisors_to_prove(claim, products, pairs):
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
        case "combine_vectors", (claim, pairs, *rest):
            for what, changed in statements(claim):
                yield f"claim: {what}", (changed, pairs, *rest)
            for fewer in without(pairs):
                yield "equality dropped", (claim, fewer, *rest)
            for i, (multiplier, equation) in enumerate(pairs):
                changed = (*pairs[:i], (-scalar(multiplier), equation), *pairs[i + 1 :])
                yield "multiplier negated", (claim, changed, *rest)
        case "imply", (theorem, guard):
            yield "another guard", (theorem, guard + 1)
        case "sum_empty", (index, limit, body, *rest):
            yield "another limit", (index, scalar(limit) + 1, body, *rest)
            yield "another body", (index, limit, another(body), *rest)
        case ("sum_last" | "sum_first" | "sum_shift"), (index, lower, upper, body, *rest):
            yield "a longer sum", (index, lower, scalar(upper) + 1, body, *rest)
            yield "another body", (index, lower, upper, another(body), *rest)
        case "natural_number", (index,):
            yield "another index", (Index("elsewhere"),)
        case "transfer", (member, equation, vector):
            yield "another vector", (member, equation, vector + elsewhere)


USED = "combination, member, transferred, guard, maximum, nonzero, another statement"
"""What refuses the use of a theorem that says something else than the one that was used."""

WEAKER = "combine: claim: > to >="
"""Not false but weaker: it may be refused, and where less is enough it proves what was proved."""

EXPECTED = (
    (r"assume: hypothesis: = to >=", "equality"),
    (r"assume: hypothesis: > to >=", "positive, strictness, undeclared, free"),
    (r"assume: hypothesis: >= to =", "factor, guard, another statement"),
    (r"assume: hypothesis: for all values", "undeclared"),
    (r"assume: hypothesis: no quantifier", "bound"),
    (r"assume: hypothesis: another (set|point)", "member, transferred, another statement"),
    (r"assume: hypothesis: (a sign|negated)", f"{USED}, undeclared"),
    (r"assume: hypothesis: ", USED),
    (r"cases: ", "undeclared, free"),
    (r"combine: claim: = to >=", "equality, cases, another statement, another conclusion"),
    (WEAKER, "positive, strictness, limit, cases, another statement, another conclusion"),
    (r"combine: claim: >= to =", "inequalities, factor, guard, another statement"),
    (r"combine: claim: strict", "strictness"),
    (r"combine: divisor not proved", "nonzero"),
    (r"combine: inequality dropped", "combination, strictness"),
    (r"combine: weight negated", "weight"),
    (r"combine(_vectors)?: ", "combination"),
    (r"cut: ", "not a hypothesis"),
    (r"expect: ", "combination, limit, nonzero"),
    (r"generalise: (another set|for all values)", "free"),
    (r"generalise: another variable",
     "bound, not a hypothesis, another statement, another conclusion"),
    (r"imply: ", "free, another statement"),
    (r"induct: ", "another statement"),
    (r"instantiate: membership dropped", "member"),
    (r"instantiate: ", f"{USED}, limit"),
    (r"limit: another index", "limit, combination"),
    (r"limit: ", "limit"),
    (r"maximum_equals: ", "maximum"),
    (r"norm_square: ", "combination, limit"),
    (r"reciprocal: ", "positive"),
    (r"transfer: ", "transferred"),
    (r"(limit_shift|maximum_above|natural_number|pair|square|sum_\w+|tower): ", "combination"),
)
"""The reasons for which mutants of each kind may be refused: the first entry that fits."""


def expected(kind):
    """Return the reasons for which mutants of a kind may be refused."""
    return next((set(words.split(", ")) for said, words in EXPECTED if re.match(said, kind)), set())


@cache
def every_mutant(topic):
    """Return the mutants of a proof file: number of the call, kind, arguments."""
    return [(number, f"{call.rule}: {what}", arguments)
            for number, call in enumerate(recorded(topic)[0])
            for what, arguments in mutants(call)]


@cache
def first_of_kinds():
    """Return the topic and place in its list of the first mutant of every kind."""
    found = {}
    for topic in TRIED:
        for place, (_, kind, _) in enumerate(every_mutant(topic)):
            found.setdefault(kind, (topic, place))
    return frozenset(found.values())


def chosen(topic):
    """Return the mutants to try: the first of every kind, and each `EVERY`-th of all."""
    return [mutant for place, mutant in enumerate(every_mutant(topic))
            if place % EVERY == 0 or (topic, place) in first_of_kinds()]


@pytest.mark.parametrize("topic", TRIED)
def test_the_proof_itself_is_accepted_when_it_is_replayed(topic):
    calls, targets = recorded(topic)
    assert len(calls) > 5
    assert targets
    for call in calls[:: min(EVERY, 5)]:
        made = getattr(kernel, call.rule)(*call.arguments)
        assert made.conclusion == call.result.conclusion
        assert made.hypotheses == call.result.hypotheses
    used = {call.rule for call in calls}
    assert {"assume", "combine"} <= used
    for rule in used & {"assume", "instantiate", "combine"}:  # the first: much rests on them
        number = next(i for i, call in enumerate(calls) if call.rule == rule)
        left, why = replay(calls, targets, number, calls[number].arguments)
        assert left and not why, f"the control is refused: {calls[number].result.conclusion}"


@pytest.mark.parametrize("topic", TRIED)
def test_no_mutant_proves_what_was_proved_and_each_is_refused_for_a_reason_of_its_kind(topic):
    calls, targets = recorded(topic)
    wrong = []
    for number, kind, arguments in chosen(topic):
        left, why = replay(calls, targets, number, arguments)
        if left and kind == WEAKER:
            continue
        if left:
            wrong.append(f"{kind} is accepted: {calls[number].result.conclusion}")
        elif reason(why) not in expected(kind):
            wrong.append(f"{kind} is refused by {reason(why)!r}, not by {expected(kind)}")
    assert not wrong, "\n".join(wrong)
    assert len(every_mutant(topic)) > max(50, len(calls))
    assert {calls[number].rule for number, _, _ in every_mutant(topic)} == {
        call.rule for call in calls}
