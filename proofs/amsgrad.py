"""AMSGrad, proved: its rate, its corrections, and how it warms up [slide 31]."""

from __future__ import annotations

from typing import Any

from sgdtheory.proofs.adam import (
    assumed,
    at_most_one,
    beta2_nonnegative,
    square_averaging,
    square_below_one,
    square_corrected,
    square_zero,
)
from sgdtheory.proofs.geometric import geometric_closed_form

from sgdtheory.logic.assumptions import t
from sgdtheory.logic.language import Scalar
from sgdtheory.logic.proof import (
    Step,
    above_maximum,
    induction,
    invert,
    maximum_is,
    product,
    prove,
    squared,
    suppose,
    weighted,
)
from sgdtheory.theory import adam_variants as says
from sgdtheory.theory.adam import beta2, gradient_at, later, square_at
from sgdtheory.theory.adam_variants import (
    maximum_at,
)

# --- AMSGrad -------------------------------------------------------------------------------------

largest = suppose(says.largest_square)(t)
V, V_next = maximum_at(t), maximum_at(t + 1)
V_positive = suppose(says.positive_maximum)


def never_rises(title: str, rule: Step, newest: Scalar, signs: list[Step], claim: Any) -> Step:
    """Prove that one over a running maximum never rises."""
    facts = [fact for fact in signs if fact is not V_positive]
    grows = prove("V grows", V_next >= V, by=[rule, above_maximum(V, newest, facts)], signs=facts)
    next_positive = prove("V stays positive", V_next > 0, by=[V_positive, grows], signs=facts)
    return prove(title, claim, by=[product("over both", grows, invert(V_positive),
                                           invert(next_positive))],
                 signs=[V_positive, next_positive])


rate_falls = never_rises("the paper's rate", largest, square_at(t + 1), [V_positive],
                         says.rate_falls.conclusion)
every_square_corrected = square_corrected.for_all(t)(t)
corrected_before = never_rises(
    "corrected before the maximum",
    suppose(says.largest_corrected, [square_corrected])(t),
    square_at(t + 1) / (1 - beta2 ** (t + 1)), [V_positive, square_corrected],
    says.corrected_before.conclusion)

spike = gradient_at(1) ** 2
no_more = suppose(says.some_spike)
v_first = prove("the first v", square_at(1).equals((1 - beta2) * spike),
                by=[square_averaging(0), weighted(beta2, square_zero)])
faded_claim = square_at(later).equals((1 - beta2) * beta2**t * spike)
faded = induction(
    "v after one gradient",
    prove("at once", square_at(0 + 1).equals((1 - beta2) * beta2**0 * spike), by=[v_first]),
    prove("a step later", square_at(later + 1).equals((1 - beta2) * beta2**later * spike),
          by=[square_averaging(later), weighted(beta2, assumed(faded_claim)),
              weighted((1 - beta2) * gradient_at(t + 2), no_more(t))]),
    faded_claim, t)
V_zero = suppose(says.maximum_starts)
spike_square = squared("a square", gradient_at(1))
V_first = maximum_is(
    prove("the first v is the larger", square_at(1) - maximum_at(0) >= 0,
          by=[v_first, V_zero, product("a square", square_below_one, spike_square)]),
    square_at(1), maximum_at(0))
kept_claim = maximum_at(later).equals((1 - beta2) * spike)
V_kept = maximum_is(
    prove("the old V is the larger", maximum_at(later) - square_at(later + 1) >= 0,
          by=[assumed(kept_claim), faded.for_all(t)(later),
              product("what has faded", square_below_one, spike_square,
                      at_most_one(beta2, beta2_nonnegative, square_below_one, t)
                      .for_all(t)(later))]),
    maximum_at(later), square_at(later + 1))
kept = induction(
    "V after one gradient",
    prove("at once", maximum_at(0 + 1).equals((1 - beta2) * spike),
          by=[suppose(says.largest_square)(0), V_first, v_first]),
    prove("a step later", maximum_at(later + 1).equals((1 - beta2) * spike),
          by=[suppose(says.largest_square)(later), V_kept, assumed(kept_claim)]),
    kept_claim, t)
warm_up = prove(
    "the rate grows", says.warm_up.conclusion,
    by=[weighted(says.warm_up_gain2(later, beta2), kept),
        weighted(spike, geometric_closed_form(beta2).for_all(t)(later))])
unmoved = maximum_is(
    prove("V is the larger", V - square_at(later) >= 0,
          by=[square_averaging(t), weighted(1 - beta2, suppose(says.unit_gradient)),
              product("of the old v", beta2_nonnegative, suppose(says.above_square)),
              product("of the 1", square_below_one, suppose(says.above_one))]),
    V, square_at(later))
kept_in_a_cycle = prove("V stays", says.kept_in_a_cycle.conclusion, by=[largest, unmoved])
