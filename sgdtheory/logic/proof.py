r"""Proofs as one says them: titled steps that call the kernel and remember why; untrusted.

Each function here asks the kernel for a theorem and wraps it in a `Step`, with a sentence for the
reader. A displayed statement is the kernel's own. Long because each rule has its sentence here.

>>> from sgdtheory.logic.claim import Assumption
>>> from sgdtheory.logic.language import Letter
>>> c = Letter("c")
>>> positive = suppose(Assumption("c is positive", c > 0))
>>> half = prove("half", 1 / (2 * c) > 0, by=[invert(positive)], signs=[positive])
>>> print(half.theorem)
c > 0 |- 1/(2*c) > 0
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from sgdtheory.logic import kernel
from sgdtheory.logic.certificate import find_multipliers, positive_factors, term_of
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.kernel import Theorem
from sgdtheory.logic.language import (
    Index,
    Process,
    Scalar,
    Statement,
    Variable,
    Vector,
    scalar,
)
from sgdtheory.logic.meaning import denominators, meaning, nodes
from sgdtheory.logic.typeset import typeset

__all__ = ["Step", "above_both", "above_maximum", "average", "by_cases", "divisors", "induction",
           "invert", "is_natural",
           "known_when", "later_limsup", "lies_in", "limsup", "maximum_is", "one_is_positive",
           "paired", "product", "prove", "prove_vector", "replace_hypothesis", "squared",
           "steps_of", "sum_rule", "suppose", "tower", "weighted"]


@dataclass(frozen=True)
class Step:
    """A titled theorem with the sentence that explains it and the steps that it rests on.

    In `because`, ``[[i]]`` stands for the i-th premise. A step `of` its first premise is one that
    a reader takes with it (an instance, a pairing): `title` then says what is done to it.
    """

    title: str
    theorem: Theorem
    because: str
    premises: tuple[Step, ...] = ()
    taken: bool = False

    @property
    def statement(self) -> Statement:
        """What the theorem concludes."""
        return self.theorem.conclusion

    def __call__(
        self, *values: Any, inside: Iterable[Step] = (), where: Iterable[Step] = ()
    ) -> Step:
        """Instantiate the first bound variables, in order.

        `inside` proves memberships, `where` the guard.
        """
        bound = [variable for variable, _ in self.statement.bound]
        chosen = dict(zip(bound, values, strict=False))
        members, guards = tuple(inside), tuple(where)
        theorem = kernel.instantiate(
            self.theorem, chosen, [m.theorem for m in members], (), [g.theorem for g in guards]
        )
        at = " at " + ", ".join(f"${typeset(scalar_or_vector(value))}$" for value in values)
        premises = (self, *members, *guards)
        return Step(at if values else "", theorem, "[[0]]" + at, premises, taken=True)

    def where(self, guard: Scalar) -> Step:
        """Make a hypothesis ``guard >= 0`` the condition of the statement."""
        theorem = kernel.imply(self.theorem, guard)
        return Step(self.title, theorem, self.because, self.premises)

    def for_all(self, *variables: Variable, inside: str | None = None) -> Step:
        """Generalise over free variables, the last one first; vectors `inside` a set if named."""
        theorem = self.theorem
        for variable in reversed(variables):
            theorem = kernel.generalise(theorem, variable, inside)
        return Step(self.title, theorem, self.because, self.premises)


def scalar_or_vector(value: Any) -> Any:
    """Return `value` as a term."""
    return value if isinstance(value, Vector) else scalar(value)


def suppose(assumption: Assumption, nonzero: Iterable[Step] = ()) -> Step:
    """Take an assumption as a hypothesis; `nonzero` proves its denominators positive."""
    nonzero = tuple(nonzero)
    theorem = kernel.assume(assumption.statement, [step.theorem for step in nonzero])
    return Step(assumption.title, theorem, "hypothesis", nonzero)


def prove(
    title: str,
    claim: Statement,
    by: Sequence[Step],
    signs: Sequence[Step] = (),
    because: str = "",
) -> Step:
    """Prove a scalar claim as a combination of the steps `by`; the multipliers are found.

    `signs` are steps that say what is positive: multipliers of inequalities and denominators must
    be products of them. Raises NoCertificate if there is no combination, or none of the right sign.
    """
    premises = [step.theorem for step in by]
    found = find_multipliers(claim.expression, [p.conclusion.expression for p in premises])
    facts = [step.theorem for step in signs]
    inequalities, equalities, said, used = [], [], list[str](), list[Step]()
    for step, multiplier in zip(by, found, strict=True):
        if multiplier == 0:
            continue
        said.append(_times(multiplier, len(used)))
        used.append(step)
        if step.statement.relation == "=":
            equalities.append((term_of(multiplier), step.theorem))
        else:
            weight, factors = positive_factors(multiplier, facts)
            inequalities.append((weight, [*factors, step.theorem]))
    divided = [claim.expression, *(multiplier for multiplier, _ in equalities)]
    theorem = kernel.combine(claim, inequalities, equalities, _dividing(divided, facts))
    sentence = f"{because} Add {'; '.join(said)}." if said else f"{because} An identity."
    return Step(title, theorem, sentence.strip(), tuple(used))


def divisors(term: Scalar, signs: Iterable[Step]) -> list[Step]:
    """Return those of `signs` that are needed to divide as `term` does."""
    steps = list(signs)
    facts = _dividing([term], [step.theorem for step in steps])
    return [step for step in steps if step.theorem in facts]


def _dividing(terms: Iterable[Any], facts: Iterable[Theorem]) -> list[Theorem]:
    """Return the facts that are needed to divide as `terms` do, and no others."""
    missing = set().union(*(denominators(term) for term in terms))
    needed = []
    for fact in facts:
        factors = meaning(fact.conclusion.expression).reciprocal().bases()
        if fact.conclusion.relation == ">" and factors & missing:
            needed.append(fact)
            missing -= factors
    return needed


def _times(multiplier: Any, premise: int) -> str:
    names = {s: typeset(term_of(s)) for s in multiplier.free_symbols}
    text = sympy.latex(multiplier, symbol_names=names)
    return f"[[{premise}]]" if multiplier == 1 else f"${text}$ × [[{premise}]]"


def prove_vector(
    title: str, claim: Statement, by: Sequence[tuple[Any, Step]], signs: Sequence[Step] = ()
) -> Step:
    """Prove a vector equation as the combination that `by` spells out."""
    terms = [claim.expression, *(scalar(multiplier) for multiplier, _ in by)]
    facts = _dividing(terms, [step.theorem for step in signs])
    theorem = kernel.combine_vectors(claim, [(m, step.theorem) for m, step in by], facts)
    said = "; ".join(f"${typeset(scalar(m))}$ × [[{i}]]" for i, (m, _) in enumerate(by))
    return Step(title, theorem, f"Add {said}.", tuple(step for _, step in by))


def paired(step: Step, other: Vector, signs: Iterable[Step] = ()) -> Step:
    """Take the inner product of a vector equation with `other`; `signs` are what it divides by."""
    name = f", paired with ${typeset(other)}$"
    facts = _dividing([other], [fact.theorem for fact in signs])
    theorem = kernel.pair(step.theorem, other, facts)
    return Step(name, theorem, f"[[0]]{name}", (step,), taken=True)


def product(title: str, *steps: Step) -> Step:
    """Multiply inequalities; the product is strict if they all are."""
    expression = steps[0].statement.expression
    for step in steps[1:]:
        expression = expression * step.statement.expression
    strict = all(step.statement.relation == ">" for step in steps)
    claim = expression > 0 if strict else expression >= 0
    theorem = kernel.combine(claim, [(1, [step.theorem for step in steps])])
    said = " by ".join(f"[[{i}]]" for i in range(len(steps)))
    return Step(title, theorem, f"Multiply {said}.", steps)


def weighted(factor: Any, step: Step, signs: Sequence[Step] = ()) -> Step:
    """Multiply an equation by any factor; `signs` say which denominators of it are positive."""
    claim = (scalar(factor) * step.statement.expression).equals(0)
    facts = _dividing([claim.expression], [fact.theorem for fact in signs])
    theorem = kernel.combine(claim, [], [(factor, step.theorem)], facts)
    name = f", times ${typeset(scalar(factor))}$"
    return Step(name, theorem, f"[[0]]{name}", (step,), taken=True)


def one_is_positive() -> Step:
    """State ``1 > 0``."""
    return Step("1 > 0", kernel.combine(scalar(1) > 0, [(1, [])]), "One is positive.")


def is_natural(index: Index) -> Step:
    """State that an index is at least 0."""
    return Step("an index is natural", kernel.natural_number(index), "An index is at least 0.")


def above_both(
    title: str,
    claim: Statement,
    parts: tuple[Any, Any],
    bounds: tuple[Step, Step],
    signs: Sequence[Step] = (),
) -> Step:
    """Prove a claim about ``max(left, right)`` from the same about each of the two `parts`."""
    left, right = (scalar(part) for part in parts)
    split = left - right
    needed = divisors(split, signs)

    def case(order: Statement, larger: Scalar, other: Scalar, bound: Step) -> Step:
        supposed = suppose(Assumption("which of the two is larger", order), nonzero=needed)
        chosen = maximum_is(supposed, larger, other, nonzero=needed)
        return prove(title, claim, by=[bound, chosen], signs=signs)

    first = case(split >= 0, left, right, bounds[0])
    second = case(split <= 0, right, left, bounds[1])
    return by_cases(title, first, second, split)


def squared(title: str, term: Any, signs: Iterable[Step] = ()) -> Step:
    """State that a square, or a squared norm, is nonnegative."""
    rule = kernel.norm_square if isinstance(term, Vector) else kernel.square
    facts = _dividing([term], [step.theorem for step in signs])
    return Step(title, rule(term, facts), "A square is nonnegative.")


def invert(step: Step) -> Step:
    """Invert what is positive."""
    return Step("an inverse", kernel.reciprocal(step.theorem), "Invert [[0]].", (step,))


def average(step: Step, past: Any = None, title: str = "") -> Step:
    """Take the expectation of a step, given F_past if a time is named."""
    given = "" if past is None else rf" given $\mathcal{{F}}_{{{typeset(scalar(past))}}}$"
    theorem = kernel.expect(step.theorem, past)
    if title:
        return Step(title, theorem, f"Take the expectation{given} of [[0]].", (step,))
    name = f", in expectation{given}"
    return Step(name, theorem, f"[[0]]{name}", (step,), taken=True)


def tower(body: Any, inner: Any, outer: Any = None) -> Step:
    """State the tower property for `body`."""
    return Step("the tower property", kernel.tower(body, inner, outer),
                "Averaging in two stages is averaging.")


def induction(
    title: str,
    base: Step,
    step: Step,
    claim: Statement,
    index: Index,
    signs: Iterable[Step] = (),
) -> Step:
    """Prove `claim` for every value of `index`; `signs` prove denominators that move with it."""
    facts = _dividing([claim.expression], [fact.theorem for fact in signs])
    theorem = kernel.induct(base.theorem, step.theorem, claim, index, facts)
    said = f"By induction on ${typeset(index)}$: from [[0]] by [[1]]."
    return Step(title, theorem, said, (base, step))


def replace_hypothesis(step: Step, proof: Step) -> Step:
    """Prove a hypothesis of `step` instead of assuming it."""
    theorem = kernel.cut(step.theorem, proof.theorem)
    return Step(step.title, theorem, "In [[0]], what was supposed is [[1]].", (step, proof))


def by_cases(title: str, first: Step, second: Step, split: Scalar) -> Step:
    """Prove a conclusion from its two cases, ``split >= 0`` and ``split <= 0``."""
    theorem = kernel.cases(first.theorem, second.theorem, split)
    said = f"If ${typeset(split >= 0)}$ by [[0]], else by [[1]]."
    return Step(title, theorem, said, (first, second))


def limsup(
    title: str,
    step: Step,
    index: Index,
    sequence: Scalar,
    bound: Any,
    decaying: Sequence[tuple[Step, Step]],
    below: Step,
) -> Step:
    """Let `index` grow: what carries a power of a base in (-1, 1) vanishes."""
    proofs = [(above.theorem, under.theorem) for above, under in decaying]
    theorem = kernel.limit(step.theorem, index, sequence, bound, proofs, below.theorem)
    said = f"Let ${typeset(index)}$ grow in [[0]]: what carries a power vanishes."
    premises = (step, below, *(proof for pair in decaying for proof in pair))
    return Step(title, theorem, said, premises)


def above_maximum(left: Any, right: Any, nonzero: Iterable[Step] = ()) -> Step:
    """State that the maximum of two numbers is at least the first."""
    theorem = kernel.maximum_above(left, right, [fact.theorem for fact in nonzero])
    return Step("a maximum is at least its parts", theorem, "A maximum is at least its parts.")


def maximum_is(step: Step, left: Any, right: Any, nonzero: Iterable[Step] = ()) -> Step:
    """State that the maximum is `left`, from a step that says ``left >= right``."""
    facts = [fact.theorem for fact in nonzero]
    theorem = kernel.maximum_equals(step.theorem, left, right, facts)
    return Step("the maximum is the larger", theorem, "By [[0]].", (step,))


def sum_rule(rule: Any, *arguments: Any) -> Step:
    """State one of the kernel's equations on finite sums."""
    theorem = rule(*arguments)
    title = {kernel.sum_empty: "an empty sum", kernel.sum_last: "the last term split off",
             kernel.sum_first: "the first term split off",
             kernel.sum_shift: "the index shifted"}[rule]
    return Step(title, theorem, f"Sums: {title}.")


def later_limsup(index: Index, sequence: Scalar) -> Step:
    """State that a limsup does not depend on where the sequence starts."""
    theorem = kernel.limit_shift(index, sequence)
    return Step("a limsup forgets the start", theorem, "A limsup does not depend on the start.")


def lies_in(step: Step, equation: Step, vector: Vector, title: str) -> Step:
    """State that `vector` lies where what it equals lies."""
    theorem = kernel.transfer(step.theorem, equation.theorem, vector)
    return Step(title, theorem, "By [[1]] and [[0]].", (step, equation))


def steps_of(last: Step) -> Iterator[Step]:
    """Yield the steps that `last` rests on, each once and after its premises, `last` at the end."""
    seen: set[int] = set()

    def visit(step: Step) -> Iterator[Step]:
        if id(step) not in seen:
            seen.add(id(step))
            for premise in step.premises:
                yield from visit(premise)
            yield step

    return visit(last)


def known_when(last: Step) -> Mapping[str, int]:
    """Return, for each random vector of the proof, how long after its time it is known."""
    found = {}
    for step in steps_of(last):
        for node, _ in nodes(step.statement.expression):
            if isinstance(node, Process):
                found[node.name] = node.delay
    return found
