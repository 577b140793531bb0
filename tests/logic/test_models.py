"""Whatever the kernel proves from hypotheses that hold in a world holds in that world.

A prover that knows nothing tries the rules on random terms; every theorem that comes out is read in
random rational worlds by `sgdtheory.logic.model`, which shares no rule with the kernel. Each check
of the kernel is then switched off in turn, and the same prover must find a false theorem.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from sgdtheory.logic import kernel, meaning
from sgdtheory.logic.kernel import algebra, averages, induction, quantifiers
from sgdtheory.logic.kernel.terms import substitute, substitute_statement
from sgdtheory.logic.language import (
    Applied,
    Expectation,
    FieldValue,
    Index,
    Letter,
    Maximum,
    Process,
    Scalar,
    Statement,
    Vector,
    VectorLetter,
    scalar,
)

a, b, c = map(Letter, "abc")
s, t = Index("s"), Index("t")
e, x, y, z = map(VectorLetter, "exyz")


def W(time):
    return Process("W", scalar(time))


def h(time):
    return Process("h", scalar(time), delay=1)


TRUE_OF_ALL = (
    Expectation(h(t), t).equals(W(t)).forall(t),
    Applied("D", z).equals(2 * z + y).forall(z),
    (z.dot(e) >= 0).forall(z, inside="S"),
    Applied("P", z).inside("S").forall(z),
    Applied("P", z).inside("S").forall(z, inside="S"),
)
"""Universal statements that are true of every world, not only at the points that it checks."""


class Prover:
    """Moves of a blind prover; each returns a theorem or raises ValueError."""

    def __init__(self, rng, terms):
        self.rng, self.terms = rng, terms
        self.pool = [kernel.assume(statement) for statement in TRUE_OF_ALL]
        self.pool.append(kernel.assume(a > 0))

    def scalar(self, depth=1):
        return self.terms.scalar(self.rng.randint(0, depth))

    def vector(self, depth=1):
        return self.terms.vector(self.rng.randint(0, depth))

    def some(self, wanted):
        found = [theorem for theorem in self.pool if wanted(theorem.conclusion)]
        if not found:
            raise ValueError("nothing of the kind is proved yet")
        return self.rng.choice(found)

    def inequality(self):
        return self.some(lambda says: says.plain and says.relation in (">", ">="))

    def positive(self):
        known = [p for p in self.pool if p.conclusion.plain and p.conclusion.relation == ">"]
        return known[-3:]

    def vector_equation(self):
        return self.some(
            lambda says: says.plain and says.relation == "=" and isinstance(says.expression, Vector)
        )

    def axiom(self):
        body, time, depth = self.scalar(), self.terms.time(()), self.rng.randint(0, 1)
        within = self.rng.choice([self.terms.scalar, self.terms.vector])(depth, (Index("k"),))
        first, last = self.terms.time(()), self.terms.time(())
        rule = self.rng.choice([
            lambda: kernel.square(body),
            lambda: kernel.norm_square(self.vector()),
            lambda: kernel.maximum_above(body, self.scalar()),
            lambda: kernel.tower(self.vector(), time, self.rng.choice([None, first])),
            lambda: kernel.tower(body, time, self.rng.choice([None, first])),
            lambda: kernel.sum_empty(Index("k"), first, within),
            lambda: kernel.sum_first(Index("k"), first, last, within),
            lambda: kernel.sum_last(Index("k"), first, last, within),
            lambda: kernel.sum_shift(Index("k"), first, last, within),
        ])
        return rule()

    def suppose(self):
        term = self.scalar(2)
        kind = self.rng.choice([
            lambda: term >= 0, lambda: term > 0, lambda: term.equals(self.scalar()),
            lambda: self.vector().equals(self.vector()), lambda: self.vector().inside("S"),
        ])
        return kernel.assume(kind(), self.positive())

    def combine(self):
        chosen = [self.inequality() for _ in range(self.rng.randint(0, 2))]
        product = [self.inequality() for _ in range(self.rng.randint(0, 2))]
        equal = [self.some(lambda says: says.plain and says.relation == "="
                           and isinstance(says.expression, Scalar))] * self.rng.randint(0, 1)
        factor, total = self.scalar(), scalar(0)
        products = [(2, [one]) for one in chosen] + [(1, product)] * bool(product)
        for weight, factors in products:
            part = scalar(weight)
            for theorem in factors:
                part = part * theorem.conclusion.expression
            total = total + part
        for theorem in equal:
            total = total + factor * theorem.conclusion.expression
        relation = self.rng.choice([">", ">=", "="])
        pairs = [(factor, theorem) for theorem in equal]
        return kernel.combine(Statement(relation, total), products, pairs, self.positive())

    def divide(self):
        facts = self.rng.choice([self.positive(), [kernel.assume(a > 0)]])
        quotient = self.scalar(2) / a
        return kernel.combine((quotient + quotient).equals(2 * quotient), [], [], facts)

    def read_off(self):
        term = self.scalar(2)
        other = self.rng.choice([self.scalar(), term + self.scalar() - self.scalar()])
        return kernel.combine(term.equals(other))

    def factor_out(self):
        """Take one of two vectors out of a mean: right if it is known by then."""
        one, other, time = self.vector(), self.vector(), self.terms.time(())
        return kernel.combine(
            Expectation(one.dot(other), time).equals(Expectation(one, time).dot(other))
        )

    def pair(self):
        return kernel.pair(self.vector_equation(), self.vector(), self.positive())

    def combine_vectors(self):
        equation, factor = self.vector_equation(), self.scalar()
        claim = (factor * equation.conclusion.expression).equals(0)
        return kernel.combine_vectors(claim, [(factor, equation)], self.positive())

    def expect(self):
        return kernel.expect(self.some(lambda says: says.plain),
                             self.rng.choice([None, self.terms.time(())]))

    def generalise(self):
        variable = self.rng.choice([a, b, x, y, s, t])
        inside = "S" if isinstance(variable, VectorLetter) and self.rng.random() < 0.5 else None
        return kernel.generalise(self.rng.choice(self.pool), variable, inside)

    def instantiate(self):
        theorem = self.some(lambda says: not says.plain)
        values = {}
        for variable, _ in theorem.conclusion.bound:
            if self.rng.random() < 0.9:
                values[variable] = {
                    Letter: self.scalar, VectorLetter: self.vector,
                    Index: lambda: self.rng.choice([self.terms.time(()), t - 1, s - t]),
                }[type(variable)]()
        members = [m for m in self.pool if m.conclusion.relation == "in"]
        return kernel.instantiate(theorem, values, self.rng.sample(members, 1), self.positive(),
                                  [self.inequality()])

    def inside(self):
        """Assume a membership, and use it where a set is asked for."""
        point = self.vector()
        member = kernel.assume(self.rng.choice([point, self.vector()]).inside("S"))
        return kernel.instantiate(kernel.assume(TRUE_OF_ALL[2]), {z: point}, [member])

    def guarded(self):
        """Guard a hypothesis, quantify, and go back with whatever proof of the guard there is."""
        letter = self.rng.choice([a, b, c])
        room = letter - self.rng.choice([0, 1])
        drawn = self.rng.choice([scalar(0), scalar(0), self.scalar()])
        claim = room + drawn * drawn >= 0
        parts = kernel.assume(room >= 0), kernel.square(drawn)
        under = kernel.combine(claim, [(1, [part]) for part in parts])
        every = kernel.generalise(kernel.imply(under, room), letter)
        value = self.rng.choice([-1, 0, 1, b, self.scalar()])
        proof = kernel.assume(substitute(room, {letter: scalar(value)}) >= 0)
        return kernel.instantiate(every, {letter: value},
                                  guards=[self.rng.choice([proof, self.inequality()])])

    def imply(self):
        theorem = self.some(lambda says: says.guard is None)
        ordered = sorted(theorem.hypotheses, key=str)
        options = [h.expression for h in ordered if h.relation == ">=" and h.plain]
        return kernel.imply(theorem, self.rng.choice([self.scalar(), *options, *options]))

    def absolute(self):
        """Show ``E|X| = |E X|`` from ``X >= 0`` and from ``X <= 0``: true only if X is constant."""
        number = self.scalar()
        mean = Expectation(number)
        claim = Expectation(Maximum(number, -number)).equals(Maximum(mean, -mean))
        branches = []
        for sign in (1, -1):
            order = kernel.assume(number >= 0 if sign == 1 else number <= 0)
            double = kernel.combine(sign * number + sign * number >= 0, [(2, [order])])
            size = kernel.maximum_equals(double, sign * number, -sign * number)
            average = kernel.expect(double)
            of_mean = kernel.maximum_equals(average, sign * mean, -sign * mean)
            branches.append(
                kernel.combine(claim, [], [(1, kernel.expect(size)), (-1, of_mean)])
            )
        return kernel.cases(*branches, number)

    def divide_in_a_case(self):
        """Divide by ``split + 1`` where ``split >= 0``, or by what is always positive."""
        split = self.rng.choice([a - 1, b, a])
        one = kernel.combine(scalar(1) > 0, [(1, [])])
        above = self.rng.choice([kernel.assume(split >= 0), kernel.square(split)])
        below = above.conclusion.expression + 1
        positive = kernel.combine(below > 0, [(1, [above]), (1, [one])])
        divided = kernel.combine((below / below).equals(1), [], [], [positive])
        plain = kernel.combine(scalar(0).equals(0))
        return kernel.cases(divided, self.rng.choice([divided, plain]), split)

    def transfer(self):
        member = self.some(lambda says: says.plain and says.relation == "in")
        moved = self.rng.choice([self.vector(), member.conclusion.expression])
        equation = kernel.assume((moved - member.conclusion.expression).equals(0))
        return kernel.transfer(member, equation, self.rng.choice([moved, self.vector()]))

    def cut(self):
        theorem = self.rng.choice(self.pool)
        return kernel.cut(theorem, self.rng.choice(self.pool))

    def induct(self):
        """Climb from time 0, by steps that hold at this time or at all times."""
        at = self.rng.choice([
            lambda n: W(n).dot(x), lambda n: Expectation(W(n).norm2()), lambda n: a**n * b,
            lambda n: scalar(n) * a, lambda n: scalar(n) / a,
        ])
        claim = at(t) + self.rng.choice([0, 1, b]) >= 0
        start = kernel.assume(substitute_statement(claim, {t: scalar(0)}), self.positive())
        later = substitute_statement(claim, {t: t + 1})
        climb = later.expression - claim.expression >= 0
        steps = [kernel.assume(climb, self.positive()),
                 kernel.assume(substitute_statement(climb, {t: s}), self.positive())]
        here = kernel.assume(claim, self.positive())
        step = kernel.combine(later, [(1, [here]), (1, [self.rng.choice(steps)])])
        return kernel.induct(start, step, claim, t)

    def count_up(self):
        """Show ``a t + b >= 0`` from ``a >= 0``, ``b >= 0``, and ``t + 1 > 0``."""
        claim = a * t + b >= 0
        base = kernel.combine(a * 0 + b >= 0, [(1, [kernel.assume(b >= 0)])])
        step = kernel.combine(a * (t + 1) + b >= 0,
                              [(1, [kernel.assume(claim)]), (1, [kernel.assume(a >= 0)])])
        every = kernel.generalise(kernel.induct(base, step, claim, t), t)
        return kernel.instantiate(every, {t: self.rng.choice([t, t + 1, s, t - 1, s - t])})

    def mean_of_constant(self):
        """Show ``E f(z) = f(z)`` for every z, and put something in its place."""
        value = self.rng.choice([Expectation(FieldValue("L", z)), Expectation(a * z.dot(x), t)])
        same = kernel.combine(value.equals(value.body))
        variable = self.rng.choice([z, a])
        return kernel.instantiate(kernel.generalise(same, variable),
                                  {variable: self.vector() if variable == z else self.scalar()})

    def play(self, moves):
        """Make random moves; yield what is proved."""
        for _ in range(moves):
            move = self.rng.choice(OFTEN)
            try:
                theorem = getattr(self, move)()
            except ValueError:
                continue
            if len(str(theorem)) < 600:
                self.pool.append(theorem)
                yield move, theorem


MOVES = {
    "absolute", "axiom", "combine", "combine_vectors", "count_up", "cut", "divide",
    "divide_in_a_case", "expect", "factor_out", "generalise", "guarded", "imply", "induct",
    "inside", "instantiate", "mean_of_constant", "pair", "read_off", "suppose", "transfer",
}
OFTEN = [*sorted(MOVES), "combine", "expect", "generalise", "instantiate"]


def holds(model, statement):
    """Tell whether a statement holds in a world; one about nothing does."""
    return not any(True for _ in model.slacks(statement)) or model.holds(statement)


def judged(model, theorem):
    """Tell whether a theorem is true in a world; None where it says nothing."""
    try:
        if not all(holds(model, hypothesis) for hypothesis in theorem.hypotheses):
            return None
    except ZeroDivisionError:  # a hypothesis divides by zero, and so does not hold
        return None
    try:
        return holds(model, theorem.conclusion)
    except ZeroDivisionError:
        return False


def verdicts(seeds, random_world, random_terms, fix_times, moves=50):
    """Yield what a blind prover proves, and whether it is true, as (seed, move, theorem, truth)."""
    for seed in seeds:
        rng = Random(seed)
        prover = Prover(rng, random_terms(rng, divide=False))
        model = fix_times(random_world(seed % 40), rng)
        for name, theorem in prover.play(moves):
            yield seed, name, theorem, judged(model, theorem)


def test_what_is_proved_is_true_in_every_world_in_which_its_hypotheses_are(
    random_world, random_terms, fix_times
):
    true = Counter()
    for seed, move, theorem, truth in verdicts(range(40), random_world, random_terms, fix_times):
        assert truth is not False, f"seed {seed}, {move}: {theorem}"
        true[move] += truth is True
    assert set(true.elements()) == MOVES, f"proved nothing true: {MOVES - set(true.elements())}"
    assert true.total() > 600


def nothing(*_, **__):
    return None


def always(*_, **__):
    return True


CHECKS = {
    "a hypothesis may keep what is generalised": ("require_not_free", nothing),
    "a sum that may be empty has a first term": ("_require_range", nothing),
    "anything may stand for a variable": ("_require_admissible", nothing),
    "a set's membership is not asked for": ("_require_member", nothing),
    "a guard is not asked for": ("_require_guard", nothing),
    "denominators are not asked for": ("require_defined", nothing),
    "everything is equal": ("equal", always),
    "every case is certain": ("known", always),
    "every time is before every other": ("at_most", always),
    "all is natural": ("natural", always),
}
RULES = (algebra, averages, induction, quantifiers)


@pytest.mark.parametrize("switched", [*CHECKS, "everything is known at every time"])
def test_without_one_of_its_checks_the_kernel_proves_something_false(
    switched, monkeypatch, random_world, random_terms, fix_times
):
    name, without = CHECKS.get(switched, ("known", always))
    modules = RULES if switched in CHECKS else (meaning,)
    holders = [module for module in modules if hasattr(module, name)]
    assert holders, f"no rule has {name}"
    for module in holders:
        monkeypatch.setattr(module, name, without)
    if name == "require_defined":
        monkeypatch.setattr(kernel.theorem, name, without)
    found = verdicts(range(400), random_world, random_terms, fix_times)
    assert any(truth is False for _, _, _, truth in found), f"{switched}: nothing false was found"
