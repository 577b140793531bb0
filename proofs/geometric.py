r"""Geometric sums and recursions, proved once for every topic that iterates one.

A sum of powers loses its first term and shifts; so ``(1 - q) sum(q^k for k < t) = 1 - q^t`` by
induction. A sequence with ``D(t+1) <= q D(t) + noise`` and ``q >= 0`` obeys
``D(t) <= q^t D(0) + noise sum(q^k for k < t)``, and its limsup is at most ``noise / (1 - q)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import t
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum, Index, Scalar
from sgdtheory.logic.proof import (
    Step,
    divisors,
    induction,
    limsup,
    product,
    prove,
    sum_rule,
    suppose,
    weighted,
)

k = Index("k")
Series = Callable[[Any], Scalar]


def geometric_steps(base: Scalar, signs: Sequence[Step] = ()) -> tuple[Step, Step]:
    """Return what the sum of powers of a base is at 0, and how it goes from t to t+1.

    `signs` prove that the base is defined.
    """
    powers, facts = base**k, [step.theorem for step in divisors(base, signs)]
    first = sum_rule(kernel.sum_first, k, 0, t, powers, facts)
    shifted = sum_rule(kernel.sum_shift, k, 0, t, powers, facts)
    further = prove(
        "a geometric sum, one further",
        FiniteSum(k, 0, t + 1, powers).equals(1 + base * FiniteSum(k, 0, t, powers)),
        by=[first, shifted],
        signs=signs,
    )
    return sum_rule(kernel.sum_empty, k, 0, powers, facts), further


def geometric_closed_form(base: Scalar, signs: Sequence[Step] = ()) -> Step:
    """Prove ``(1 - base) sum(base**k for k < t) = 1 - base**t`` by induction.

    `signs` prove that the base is defined.
    """
    empty, further = geometric_steps(base, signs)

    def closed(time: Any) -> Any:
        return ((1 - base) * FiniteSum(k, 0, time, base**k)).equals(1 - base**time)

    hypothesis = suppose(
        Assumption("induction hypothesis", closed(t)), nonzero=divisors(base, signs)
    )
    start = prove("at 0", closed(0), by=[weighted(1 - base, empty, signs=signs)], signs=signs)
    nxt = prove(
        "one further",
        closed(t + 1),
        by=[weighted(1 - base, further, signs=signs), weighted(base, hypothesis, signs=signs)],
        signs=signs,
    )
    return induction("a geometric sum", start, nxt, closed(t), t)


def iterated(
    title: str,
    one_step: Step,
    sequence: Series,
    bound: Series,
    factor: Step,
    noise: Scalar,
    signs: Sequence[Step] = (),
) -> Step:
    """Iterate ``sequence(t+1) <= q sequence(t) + noise``; `factor` says ``q >= 0``.

    ``bound(t)`` must be ``q**t sequence(0) + noise sum(q**k for k < t)`` in some form.
    """
    q = factor.statement.expression
    empty, further = geometric_steps(q, signs)
    claim = sequence(t) <= bound(t)
    hypothesis = suppose(
        Assumption("induction hypothesis", claim), nonzero=divisors(claim.expression, signs)
    )
    start = prove(
        "the start",
        sequence(0) <= bound(0),
        by=[weighted(noise, empty, signs=signs)],
        signs=signs,
    )
    nxt = prove(
        "the next time",
        sequence(t + 1) <= bound(t + 1),
        by=[
            one_step,
            product("the hypothesis, contracted", factor, hypothesis),
            weighted(noise, further, signs=signs),
        ],
        signs=signs,
    )
    return induction(title, start, nxt, claim, t)


def settled(
    title: str,
    every_t: Step,
    sequence: Series,
    limit: Scalar,
    q: Scalar,
    noise: Scalar,
    decay: tuple[Step, Step],
    nonnegative: Step,
    signs: Sequence[Step] = (),
) -> Step:
    """Let t grow in an iterated recursion; ``limit`` must be ``noise / (1 - q)`` in some form.

    `decay` proves that the base of the powers lies in (-1, 1), `signs` that ``1 - q`` is positive.
    """
    closed = prove(
        f"{title}, in closed form",
        sequence(t) <= q**t * sequence(0) + limit - limit * q**t,
        by=[every_t, weighted(noise / (1 - q), geometric_closed_form(q, signs), signs=signs)],
        signs=signs,
    )
    return limsup(title, closed, t, sequence(t), limit, [decay], nonnegative)
