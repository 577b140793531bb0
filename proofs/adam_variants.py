r"""Adamax, AMSGrad, Nadam and Reddi's problem, proved and refuted [slide 31].

Adamax: both rules that take a maximum are run on formal numbers, and a maximum is at least its
parts. Reddi's problem: at the start of a cycle x = 1. With b = beta2 the first move d, made by the
slope C, is made good by the two that follow, since (4 - b) d_2 >= 2 d_1 and (4 - b) d_3 >=
(2 - b) d_1. Squared, these are inequalities of polynomials: C^2 v_2 = (2 - b) v_1 - b v_0,
C^2 v_3 = (1 + 2b - b^2) v_1 - b (1 + b) v_0, and what is left are squares. Nothing but v_0 >= 0
is needed of the past, and of C only that it is positive. Long because there are twenty-one
theorems.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs.adam import (
    assumed,
    at,
    at_most_one,
    averaging,
    below_one,
    beta2_nonnegative,
    beta2_positive,
    constant,
    corrected,
    correction_positive,
    literal_mean,
    nonnegative,
    one,
    power_sign,
    square_averaging,
    square_below_one,
    square_corrected,
    square_zero,
)
from sgdtheory.proofs.geometric import geometric_closed_form, geometric_steps

from sgdtheory.elementary import absolute, maximum
from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.language import FiniteSum, Index, Scalar, scalar
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    above_both,
    above_maximum,
    induction,
    invert,
    is_natural,
    maximum_is,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.optimizers import Adamax, AMSGrad
from sgdtheory.theory import adam
from sgdtheory.theory import adam_variants as says
from sgdtheory.theory.adam import average_at, beta2, gradient_at, later, sequence, square_at
from sgdtheory.theory.adam_variants import (
    C,
    clip,
    k,
    largest_at,
    maximum_at,
    move_at,
    n,
    p,
    point_at,
    rate2_at,
)
from sgdtheory.theory.bias_correction import beta1

# --- Adamax: what u remembers --------------------------------------------------------------------

decaying, u_zero = suppose(says.decaying), suppose(says.largest_starts)
newest = gradient_at(later)
size, older = absolute(newest), beta2 * largest_at(t)
above_older = prove("u is at least the old one, decayed", largest_at(later) >= older,
                    by=[decaying(t), above_maximum(older, size)])
above_size = prove("and at least the newest size", largest_at(later) >= size,
                   by=[decaying(t), above_maximum(size, older)])
above_plain, above_minus = (
    prove(f"so at least {sign}g", largest_at(later) >= part,
          by=[above_size, above_maximum(part, -part)])
    for sign, part in (("", newest), ("-", -newest)))
some_size = prove("a size is nonnegative", size >= 0,
                  by=[above_maximum(newest, -newest), above_maximum(-newest, newest)])
u_claim = largest_at(t) >= 0
u_nonnegative = induction(
    "u is nonnegative", prove("at the start", largest_at(0) >= 0, by=[u_zero]),
    prove("one step later", largest_at(t + 1) >= 0, by=[above_size, some_size]), u_claim, t)
first_size = absolute(gradient_at(t + 1))
remembers_claim = says.remembers.conclusion
remembers = induction(
    "what u remembers",
    prove("at once", largest_at(t + 0 + 1) >= beta2**0 * first_size, by=[above_size]),
    prove("a step later", largest_at(t + (k + 1) + 1) >= beta2 ** (k + 1) * first_size,
          by=[above_older.for_all(t)(t + k + 1),
              product("the old one, decayed", beta2_nonnegative, assumed(remembers_claim))]),
    remembers_claim, k)

# --- Adamax as a limit ---------------------------------------------------------------------------

averaged = suppose(says.powers_averaged)
power_at_most = at_most_one(beta2, beta2_nonnegative, square_below_one, p)
power_nonnegative = power_sign(beta2, beta2_nonnegative, p)


def powers_in_order(small: Scalar, large: Scalar, above: Step, order: Step) -> Step:
    """Prove ``small**p <= large**p`` from ``small >= 0`` and ``small <= large``."""
    small_power = power_sign(small, above, p)
    large_above = prove("the larger is nonnegative", large >= 0, by=[above, order])
    claim = large**p - small**p >= 0
    return induction(
        "powers keep the order", prove("the power 0", large**0 - small**0 >= 0, by=[]),
        prove("one factor more", large ** (p + 1) - small ** (p + 1) >= 0,
              by=[product("times the larger", large_above, assumed(claim)),
                  product("and the difference", small_power, order)]),
        claim, p)


older_nonnegative = product("the old one, decayed", beta2_nonnegative, u_nonnegative)
older_order = powers_in_order(older, largest_at(later), older_nonnegative, above_older)
size_order = powers_in_order(size, largest_at(later), some_size, above_size)
above_claim = says.limit_above.conclusion
limit_above = induction(
    "from above",
    prove("at the start", square_at(0) <= (1 - beta2**p) * 0 * largest_at(0) ** p,
          by=[square_zero]),
    prove("one step later",
          square_at(t + 1) <= (1 - beta2**p) * (t + 1) * largest_at(t + 1) ** p,
          by=[averaged(t), product("the old ones", power_nonnegative, assumed(above_claim)),
              product("their maximum", power_at_most, is_natural(t), older_order),
              product("the newest", power_at_most, size_order)]),
    above_claim, t)
size_power = power_sign(size, some_size, p)
v_claim = square_at(t) >= 0
v_nonnegative = induction(
    "v is nonnegative", prove("at the start", square_at(0) >= 0, by=[square_zero]),
    prove("one step later", square_at(t + 1) >= 0,
          by=[averaged(t), product("the old", power_nonnegative, assumed(v_claim)),
              product("the newest", power_at_most, size_power)]), v_claim, t)
below_claim = says.limit_below.conclusion
limit_below = induction(
    "from below",
    prove("at once",
          square_at(t + 0 + 1) >= (1 - beta2**p) * (beta2**0 * first_size) ** p,
          by=[averaged(t), product("the old", power_nonnegative, v_nonnegative)]),
    prove("a step later",
          square_at(t + (k + 1) + 1) >= (1 - beta2**p) * (beta2 ** (k + 1) * first_size) ** p,
          by=[averaged(t + k + 1),
              product("the old", power_nonnegative, assumed(below_claim)),
              product("the newest", power_at_most, size_power.for_all(t)(t + k + 1))]),
    below_claim, k)

# --- Adamax's steps ------------------------------------------------------------------------------

q = beta1 / beta2
empty, further = geometric_steps(q, [beta2_positive])
adamax_averaging, m_zero = suppose(says.averaging), suppose(adam.average_starts)
u_positive = suppose(says.positive_largest)
q_nonnegative = product("beta1/beta2", nonnegative, invert(beta2_positive))


def powers(time: Any) -> Scalar:
    """Return ``1 + q + ... + q**(time - 1)``, q = beta1/beta2."""
    return FiniteSum(k, 0, time, q**k)


G_claim = powers(t) >= 0
G_nonnegative = induction(
    "the powers add up", prove("none", powers(0) >= 0, by=[empty], signs=[beta2_positive]),
    prove("one more", powers(t + 1) >= 0,
          by=[one, further, product("the older", q_nonnegative,
                                    assumed(G_claim, [beta2_positive]))],
          signs=[beta2_positive]),
    G_claim, t, signs=[beta2_positive])


def bounded(sign: int, above: Step) -> Step:
    """Prove ``sign * m <= (1 - beta1) G u`` for every t."""
    def claim(time: Any) -> Any:
        return (1 - beta1) * powers(time) * largest_at(time) - sign * average_at(time) >= 0

    return induction(
        "the average is bounded",
        prove("at the start", claim(0),
              by=[weighted((1 - beta1) * powers(0), u_zero, signs=[beta2_positive]),
                  weighted(sign, m_zero)], signs=[beta2_positive]),
        prove("one step later", claim(t + 1),
              by=[weighted((1 - beta1) * largest_at(t + 1), further, signs=[beta2_positive]),
                  adamax_averaging(t),
                  product("the newest", below_one, above),
                  product("the older", below_one, q_nonnegative, G_nonnegative, above_older),
                  product("the old slack", nonnegative, assumed(claim(t), [beta2_positive]))],
              signs=[beta2_positive]),
        claim(t), t, signs=[beta2_positive]).for_all(t)(later)


signs = [corrected, u_positive, beta2_positive]
over = (invert(corrected), invert(u_positive))
adamax_bound = prove(
    "Adamax's bound", says.adamax_bound.conclusion,
    by=[product("over what is positive", bounded(1, above_plain), *over)], signs=signs)
adamax_bound_down = prove(
    "downwards", says.adamax_bound_down.conclusion,
    by=[product("over what is positive", bounded(-1, above_minus), *over)], signs=signs)

# --- what attains it -----------------------------------------------------------------------------

fading, first_positive = suppose(says.fading), suppose(says.first_positive)
g_claim = gradient_at(later) > 0
falling = induction(
    "the gradients stay positive", prove("the first", gradient_at(0 + 1) > 0, by=[first_positive]),
    prove("the next", gradient_at(later + 1) > 0,
          by=[fading(t), product("decayed", beta2_positive, assumed(g_claim))]), g_claim, t)


def size_is(number: Scalar, positive: Step) -> Step:
    """Prove that what is positive is its own size."""
    return maximum_is(prove("twice it", number - (-number) >= 0, by=[positive]), number, -number)


g2 = gradient_at(later + 1)
u_follows_claim = largest_at(later).equals(gradient_at(later))
first = gradient_at(1)
decayed_zero = prove("the first size is above 0", first >= beta2 * 0 * first, by=[first_positive])
older_first, size_first = beta2 * largest_at(0), absolute(first)
first_largest = maximum_is(
    prove("the first size is larger", size_first - older_first >= 0,
          by=[size_is(first, first_positive), weighted(beta2, u_zero), first_positive]),
    size_first, older_first)
next_size, next_older = absolute(g2), beta2 * largest_at(later)
supposed_follow = assumed(u_follows_claim)
next_largest = maximum_is(
    prove("both are the same", next_size - next_older >= 0,
          by=[size_is(g2, falling.for_all(t)(later)), fading(t),
              weighted(beta2, supposed_follow)]),
    next_size, next_older)
u_follows = induction(
    "u is the newest gradient",
    prove("the first", largest_at(0 + 1).equals(gradient_at(0 + 1)),
          by=[decaying(0), first_largest, size_is(first, first_positive)]),
    prove("the next", largest_at(later + 1).equals(gradient_at(later + 1)),
          by=[decaying(later), next_largest, size_is(g2, falling.for_all(t)(later))]),
    u_follows_claim, t)


def attained_mean(time: Any) -> Any:
    """State that m is (1 - beta1) G g."""
    return average_at(time).equals((1 - beta1) * powers(time) * gradient_at(time))


single = prove("one power", powers(0 + 1).equals(1),
               by=[further.for_all(t)(0), weighted(q, empty, signs=[beta2_positive])],
               signs=[beta2_positive])
mean_attained = induction(
    "the average of fading gradients",
    prove("at t = 1", attained_mean(0 + 1),
          by=[adamax_averaging(0), weighted(beta1, m_zero),
              weighted((1 - beta1) * first, single, signs=[beta2_positive])],
          signs=[beta2_positive]),
    prove("one step later", attained_mean(later + 1),
          by=[adamax_averaging(later), assumed(attained_mean(later), [beta2_positive]),
              weighted((1 - beta1) * g2, further.for_all(t)(later), signs=[beta2_positive]),
              weighted((1 - beta1) * q * powers(later), fading(t), signs=[beta2_positive])],
          signs=[beta2_positive]),
    attained_mean(later), t, signs=[beta2_positive])
u_shown = prove("u is positive", largest_at(later) > 0, by=[u_follows, falling])
attained_signs = [corrected, u_shown, beta2_positive]
unit = 1 / ((1 - beta1**later) * largest_at(later))
adamax_attained = prove(
    "the bound is attained", says.adamax_attained.conclusion,
    by=[weighted(unit, mean_attained, signs=attained_signs),
        weighted(unit * (1 - beta1) * powers(later), u_follows, signs=attained_signs)],
    signs=attained_signs)

# --- the limit of the bound ----------------------------------------------------------------------

remembered = suppose(says.remembered_longer, [beta2_positive])
closed = geometric_closed_form(q, [beta2_positive]).for_all(t)(later)
factors_claim = (beta2**t * q**t).equals(beta1**t)
factors = induction(
    "beta2^t q^t is beta1^t",
    prove("the power 0", (beta2**0 * q**0).equals(beta1**0), by=[], signs=[beta2_positive]),
    prove("one factor more", (beta2**later * q**later).equals(beta1**later),
          by=[weighted(beta1, assumed(factors_claim, [beta2_positive]), signs=[beta2_positive])],
          signs=[beta2_positive]),
    factors_claim, t, signs=[beta2_positive]).for_all(t)(later)
q_powers = power_sign(q, q_nonnegative, t, [beta2_positive]).for_all(t)(later)
at_most = at_most_one(beta2, beta2_positive, square_below_one, t).for_all(t)(later)
limit_signs = [corrected, beta2_positive, remembered]
share = (1 - beta1) / (1 - beta1**later) / (1 - q)
adamax_limit = prove(
    "at most the limit", says.adamax_limit.conclusion,
    by=[product("what is missing", below_one, invert(corrected), invert(remembered), q_powers,
                at_most),
        weighted(share, factors, signs=limit_signs), weighted(share, closed, signs=limit_signs)],
    signs=limit_signs)
forgotten = suppose(says.forgotten_faster, [beta2_positive])
long_claim = powers(t) - t >= 0
long_sum = induction(
    "the powers add up to t or more",
    prove("none", powers(0) - scalar(0) >= 0, by=[empty], signs=[beta2_positive]),
    prove("one more", powers(t + 1) - (t + 1) >= 0,
          by=[further, assumed(long_claim, [beta2_positive]),
              product("the older grow", forgotten, G_nonnegative)], signs=[beta2_positive]),
    long_claim, t, signs=[beta2_positive]).for_all(t)(later)
time = prove("a time is nonnegative", later >= 0, by=[one, is_natural(t)])
mean_powers = power_sign(beta1, nonnegative, t).for_all(t)(later)
adamax_unbounded = prove(
    "no bound for all times", says.adamax_unbounded.conclusion,
    by=[product("the sum", below_one, invert(corrected), long_sum),
        product("the mean", below_one, invert(corrected), mean_powers, time)],
    signs=limit_signs[:2])

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

# --- Reddi's problem: signs ----------------------------------------------------------------------

b, s0 = beta2, 3 * k
decay, C_positive = suppose(says.papers_decay), suppose(says.C_positive)
C_square = prove("1 + C^2 is positive", 1 + C**2 > 0, by=[one, squared("a square", C)])
b_positive = prove("b is positive", b > 0,
                   by=[invert(C_square), weighted(1 / (1 + C**2), decay, signs=[C_square])],
                   signs=[C_square])
rest_positive = prove("1 - b is positive", 1 - b > 0,
                      by=[product("b C^2", b_positive, C_positive, C_positive), decay])
natural = is_natural(k)
v0, v1, v2, v3 = (square_at(s0 + i) for i in range(4))
d1, d2, d3 = (move_at(s0 + i) for i in (1, 2, 3))
a1, a2, a3 = (rate2_at(s0 + i) for i in (1, 2, 3))
gradients = [suppose(each)(k) for each in (says.steep_first, says.then_gentle, says.gentle_again)]
v_above_claim = square_at(t) >= 0
v_above = induction(
    "v is nonnegative",
    prove("at the start", square_at(0) >= 0, by=[suppose(says.square_starts_above)]),
    prove("one step later", square_at(t + 1) >= 0,
          by=[square_averaging(t), product("the old", b_positive, assumed(v_above_claim)),
              product("the newest", rest_positive, squared("a square", gradient_at(t + 1)))]),
    v_above_claim, t).for_all(t)
numbers = (C, scalar(-1), scalar(-1))
v_steps = [
    prove(f"v in step {i}", square_at(s0 + i).equals(b * square_at(s0 + i - 1)
                                                     + (1 - b) * number**2),
          by=[square_averaging(s0 + i - 1),
              weighted((1 - b) * (gradient_at(s0 + i) + number), known)])
    for i, number, known in zip((1, 2, 3), numbers, gradients, strict=True)]
v0_above = v_above(s0)
v_positive = [
    prove("v is positive", square_at(s0 + i) > 0,
          by=[step, product("the old", b_positive, v_above(s0 + i - 1)),
              product("the newest", rest_positive, *(
                  [C_positive, C_positive] if i == 1 else [one]))])
    for i, step in zip((1, 2, 3), v_steps, strict=True)]
moves = [
    prove(f"the size of move {i}", (move_at(s0 + i) ** 2 * square_at(s0 + i)).equals(
        rate2_at(s0 + i) * number**2),
        by=[suppose(says.moved)(s0 + i - 1),
            weighted(rate2_at(s0 + i) * (gradient_at(s0 + i) + number), known)])
    for i, number, known in zip((1, 2, 3), numbers, gradients, strict=True)]
against = suppose(says.against)
down = prove("the first move goes down", d1 > 0,
             by=[product("over C", invert(C_positive), prove(
                 "times C", C * d1 > 0, by=[against(s0), weighted(d1, gradients[0])]))],
             signs=[C_positive])
ups = [prove("the others go up", -move_at(s0 + i) > 0,
             by=[against(s0 + i - 1), weighted(move_at(s0 + i), gradients[i - 1])])
       for i in (2, 3)]

# --- Reddi's problem: what comes back is at least what went --------------------------------------

slow = suppose(says.slow_decay)
rates = [slow(s0), prove("two steps later", (s0 + 3) * a3 >= (s0 + 1) * a1,
                         by=[slow(s0), slow(s0 + 1)])]
v2_of = prove("C^2 v_2", (C**2 * v2).equals((2 - b) * v1 - b * v0),
              by=[weighted(C**2, v_steps[1]), v_steps[0], weighted(v1, decay),
                  weighted(1 - b, decay), weighted(C**2, decay), decay])
v3_of = prove("C^2 v_3", (C**2 * v3).equals((1 + 2 * b - b**2) * v1 - b * (1 + b) * v0),
              by=[*v_steps, weighted(v2, decay), weighted(v1, decay), decay])
n2 = prove("3k + 2 is positive", s0 + 2 > 0, by=[one, natural])
n3 = prove("3k + 3 is positive", s0 + 3 > 0, by=[one, natural])
two_minus = prove("2 - b is positive", 2 - b > 0, by=[one, rest_positive])
four_minus = prove("4 - b is positive", 4 - b > 0, by=[one, rest_positive])
b_square, d_square = squared("a square", b), squared("a square", d1)
of_moves = [d_square, invert(C_positive), invert(C_positive)]
v1_up = [v_positive[0]]


def above_squared(i: int, room: Step, later_room: Step, factor: Scalar, start: Scalar,
                  past: list[Step], weight: int, square_of: Step) -> Step:
    """Prove ``(4 - b)**2 d_i**2 >= factor**2 d_1**2`` from what is left of the polynomials."""
    time, v, d = (n2, n3)[i - 2], square_at(s0 + i), move_at(s0 + i)
    over = [invert(time), invert(v_positive[i - 1])]
    facts = [C_positive, time, v_positive[i - 1]]
    left = product("the old v", *of_moves, *past, b_positive, v0_above, *over)
    return prove(
        f"move {i}, squared", (4 - b) ** 2 * d**2 - factor**2 * d1**2 >= 0,
        by=[product("the step sizes", squared("a square", 4 - b), rates[i - 2], *over),
            product("the first cycle", *of_moves, *v1_up, room, *over),
            product("later cycles", *of_moves, *v1_up, natural, later_room, *over),
            *[left] * bool(weight),
            weighted((4 - b) ** 2 / v, moves[i - 1], signs=facts),
            weighted((4 - b) ** 2 * (s0 + 1) / (time.statement.expression * v) / C / C,
                     moves[0], signs=facts),
            weighted(factor**2 * d1**2 / v / C / C, square_of, signs=facts)],
        signs=facts)


second_later = prove("8 - 4b + b^2 is positive", 8 - 4 * b + b**2 > 0,
                     by=[one, rest_positive, b_square])
second_squared = above_squared(2, b_square, second_later, scalar(2), b**2, [n2], 4, v2_of)
third_first = prove(
    "4 - 20b + 34b^2 - 18b^3 + 3b^4 is nonnegative",
    4 - 20 * b + 34 * b**2 - 18 * b**3 + 3 * b**4 >= 0,
    by=[squared("a square", 4 - 10 * b + 3 * b**2), squared("another", 2 * b - b**2)])
third_later = prove(
    "12 - 12b + 12b^2 - 6b^3 + b^4 is nonnegative",
    12 - 12 * b + 12 * b**2 - 6 * b**3 + b**4 >= 0,
    by=[rest_positive, b_square, product("b^2 (1 - b)", b_square, rest_positive),
        product("b^4", b_square, b_square)])
one_plus = prove("1 + b is positive", 1 + b > 0, by=[one, b_positive])
third_squared = above_squared(3, third_first, third_later, 2 - b, b,
                              [n3, two_minus, two_minus, one_plus], 1, v3_of)


def unsquared(i: int, factor: Scalar, positive: Step, squares: Step) -> Step:
    """Prove ``(4 - b) |d_i| >= factor d_1`` from its square."""
    big, small = -(4 - b) * move_at(s0 + i), factor * d1
    total = prove("the sum is positive", big + small > 0,
                  by=[product("the large", four_minus, ups[i - 2]),
                      product("the small", positive, down)])
    return prove(f"move {i}", big - small >= 0,
                 by=[product("over the sum", squares, invert(total))], signs=[total])


two = prove("2 is positive", scalar(2) > 0, by=[one])
made_good = prove(
    "the two moves up make the one down good", -d2 - d3 - d1 >= 0,
    by=[product("over 4 - b", prove(
        "times 4 - b", (4 - b) * (-d2 - d3 - d1) >= 0,
        by=[unsquared(2, scalar(2), two, second_squared),
            unsquared(3, 2 - b, two_minus, third_squared)]), invert(four_minus))],
    signs=[four_minus])

# --- Reddi's problem: the projection -------------------------------------------------------------

projected = suppose(says.projected)
x1, x2, x3 = (point_at(s0 + i) for i in (1, 2, 3))
at_one = assumed(says.comes_back.conclusion)


def inner(y: Scalar) -> Scalar:
    """Return ``max(-1, -y)``, which is ``-min(1, y)``."""
    return maximum(-1, -y)


no_higher = maximum_is(prove("x - d is at most 1", (d1 - x1) - (-1) >= 0, by=[down, at_one]),
                       d1 - x1, scalar(-1))
first_point = prove("after the first move", x2 >= 1 - d1,
                    by=[projected(s0), above_maximum(-inner(x1 - d1), -1), no_higher, at_one])
second_point = prove("after the second", x3 >= -inner(x2 - d2),
                     by=[projected(s0 + 1), above_maximum(-inner(x2 - d2), -1)])
third_point = above_both(
    "either way the third move reaches 1", -inner(x2 - d2) - d3 - 1 >= 0,
    (-1, d2 - x2),
    (ups[1], prove("without a clip", x2 - d2 - d3 - 1 >= 0, by=[first_point, made_good])))
reached = prove("1 is reached", x3 - d3 - 1 >= 0, by=[second_point, third_point])
clipped = maximum_is(prove("so the upper end clips", -1 - (d3 - x3) >= 0, by=[reached]),
                     scalar(-1), d3 - x3)
not_low = maximum_is(prove("and the lower does not", -inner(x3 - d3) - (-1) >= 0,
                           by=[one, clipped]), -inner(x3 - d3), scalar(-1))
comes_back = induction(
    "back at 1",
    prove("the start", point_at(3 * 0 + scalar(1)).equals(1), by=[suppose(says.starts_at_one)]),
    prove("after a cycle", point_at(3 * (k + 1) + 1).equals(1),
          by=[projected(s0 + 2), not_low, clipped]),
    says.comes_back.conclusion, k)
moved_to = point_at(t + 1) - move_at(t + 1)
at_most_end = above_both(
    "a clip is at most 1", 1 - clip(moved_to) >= 0, (-1, -inner(moved_to)),
    (prove("1 - (-1)", scalar(2) >= 0, by=[one]), above_maximum(-1, -moved_to)))
inside = prove("x is at most 1", 1 - point_at(t + 2) >= 0,
               by=[projected(t), at_most_end]).for_all(t)
back = comes_back.for_all(k)(n)
body = says.regret_of_cycle(k)


def regret(count: Any) -> Any:
    """State that the regret after `count` cycles is at least ``count (2 C - 4)``."""
    return FiniteSum(k, 0, count, body) >= count * (2 * C - 4)


regret_grows = induction(
    "the regret",
    prove("none", FiniteSum(k, 0, 0, body) - 0 * (2 * C - 4) >= 0,
          by=[sum_rule(kernel.sum_empty, k, 0, body)]),
    prove("one cycle more", regret(n + 1),
          by=[sum_rule(kernel.sum_last, k, 0, n, body), assumed(regret(n)), weighted(C, back),
              inside(3 * n), inside(3 * n + 1)]),
    regret(n), n)

# --- Reddi's problem: AMSGrad goes down ----------------------------------------------------------

by_maximum, falling_rate = suppose(says.moved_by_maximum), suppose(says.rates_fall)
V_always, V_grows = suppose(says.always_positive), prove(
    "V grows", maximum_at(t + 1) >= maximum_at(t),
    by=[suppose(says.largest_square)(t), above_maximum(maximum_at(t), square_at(t + 1))]
).for_all(t)
V1 = maximum_at(s0 + 1)
V1_positive, gentle = V_always(s0), d1 / C
by_V = [
    prove(f"the size of AMSGrad's move {i}", (move_at(s0 + i) ** 2 * maximum_at(s0 + i)).equals(
        rate2_at(s0 + i) * number**2),
        by=[by_maximum(s0 + i - 1),
            weighted(rate2_at(s0 + i) * (gradient_at(s0 + i) + number), known)])
    for i, number, known in zip((1, 2, 3), numbers, gradients, strict=True)]


def gentle_at_most(i: int) -> Step:
    """Prove that the move up number i is at most ``d_1/C``."""
    d, V = move_at(s0 + i), maximum_at(s0 + i)
    slower = prove("alpha_t fell", rate2_at(s0 + 1) - rate2_at(s0 + i) >= 0,
                   by=[falling_rate(s0 + j) for j in range(i - 1)])
    larger = prove("V grew", V - V1 >= 0, by=[V_grows(s0 + j) for j in range(1, i)])
    over = [C_positive, C_positive, invert(V1_positive)]
    squares = prove(
        "squared", d1**2 - C**2 * d**2 >= 0,
        by=[product("the rates", slower, *over),
            product("the maxima", larger, squared("a square", d), *over),
            weighted(1 / V1, by_V[0], signs=[V1_positive]),
            weighted(C**2 / V1, by_V[i - 1], signs=[V1_positive])],
        signs=[V1_positive])
    total = prove("the sum is positive", d1 - C * d > 0,
                  by=[down, product("C times the move", C_positive, ups[i - 2])])
    times_C = prove("times C", d1 + C * d >= 0,
                    by=[product("over the sum", squares, invert(total))], signs=[total])
    return prove("a gentle step", gentle + d >= 0,
                 by=[product("over C", times_C, invert(C_positive))], signs=[C_positive])


def clipped_below(time: Any) -> Step:
    """Prove that the point after a move is at most ``max(-1, x - d)``."""
    y = point_at(time) - move_at(time)
    upper = maximum(-1, y)
    bound = above_both(
        "a clip is at most what is clipped below", upper - clip(y) >= 0, (-1, -inner(y)),
        (above_maximum(-1, y), prove("not above y", upper + inner(y) >= 0,
                                     by=[above_maximum(y, -1), above_maximum(-y, -1)])))
    return prove("the point after a move", point_at(time + 1) <= upper,
                 by=[projected(time - 1), bound])


gone_down, near_end = x1 - (C - 2) * gentle, 2 * gentle - 1
goal = maximum(gone_down, near_end)
goal_down = above_maximum(gone_down, near_end, [C_positive])
goal_end = above_maximum(near_end, gone_down, [C_positive])
gentle_positive = product("a gentle step", down, invert(C_positive))


def still_below(i: int, left: int, sides: list[Step]) -> Step:
    """Prove that x after move i is below the goal by `left` gentle steps."""
    time = s0 + i
    claim = goal - left * gentle - maximum(-1, point_at(time) - move_at(time)) >= 0
    lower = prove("at the lower end", goal - left * gentle + 1 >= 0,
                  by=[goal_end, gentle_positive], signs=[C_positive])
    free = prove("if not clipped", goal - left * gentle - point_at(time) + move_at(time) >= 0,
                 by=sides, signs=[C_positive])
    either = above_both("either way", claim, (-1, point_at(time) - move_at(time)), (lower, free),
                        signs=[C_positive])
    return prove("below the goal", goal - left * gentle - point_at(time + 1) >= 0,
                 by=[either, clipped_below(time)], signs=[C_positive])


after_down = still_below(1, 2, [goal_down])
after_up = still_below(2, 1, [after_down, gentle_at_most(2)])
falls = prove("below the goal", says.falls.conclusion,
              by=[still_below(3, 0, [after_up, gentle_at_most(3)])], signs=[C_positive])

# --- Reddi's problem: the cycle of v, and random gradients ---------------------------------------

whole = prove("1 + b + b^2 is positive", 1 + b + b**2 > 0, by=[one, beta2_positive, b_square])
settled = says.cycle_square(2, b, C)
cycles_claim = says.cycles.conclusion
cycles = induction(
    "the cycle",
    prove("at the start", square_at(3 * scalar(0)).equals(
        settled + (b**3) ** 0 * (square_at(0) - settled)), by=[], signs=[whole]),
    prove("a cycle later", square_at(3 * (k + 1)).equals(
        settled + (b**3) ** (k + 1) * (square_at(0) - settled)),
        by=[v_steps[2], weighted(b, v_steps[1]), weighted(b**2, v_steps[0]),
            weighted(b**3, assumed(cycles_claim, [whole]), signs=[whole])], signs=[whole]),
    cycles_claim, k, signs=[whole])
C_plus = prove("C + 1 is positive", C + 1 > 0, by=[one, C_positive])
drawn_instead = prove(
    "the mean sign", says.drawn_instead.conclusion,
    by=[product("what is missing", suppose(says.unlikely), invert(C_plus)),
        weighted(1 / (C + 1), suppose(says.mean_is_delta), signs=[C_plus])], signs=[C_plus])

# --- Nadam ---------------------------------------------------------------------------------------

is_nesterov = prove("the same point", says.is_nesterov.conclusion,
                    by=[suppose(says.frozen_nadam)(t), weighted(alpha * says.P * beta1,
                                                                averaging(t))])
ahead_corrected = corrected.for_all(t)(t + 1)
mean_later = literal_mean.for_all(t)(later)
nadam_signs = [corrected, ahead_corrected]
nadam_weights = prove(
    "Nadam's weights", says.nadam_weights.conclusion,
    by=[weighted(beta1 / (1 - beta1 ** (t + 2)), mean_later, signs=nadam_signs),
        weighted((1 - beta1) / (1 - beta1**later), constant(t), signs=nadam_signs)],
    signs=nadam_signs)
beta1_positive = suppose(says.positive_beta1)
now = correction_positive(beta1, beta1_positive, below_one)
nadam_above_one = prove(
    "and they are more than 1", says.nadam_above_one.conclusion,
    by=[product("the rest", below_one, below_one, power_sign(beta1, beta1_positive, t)
                .for_all(t)(later), invert(now), invert(now.for_all(t)(later)))])

# --- every rule of this kind: Cauchy and Schwarz by induction ------------------------------------

j = Index("j")
weight = suppose(says.nonnegative_weights)


def ratio(time: Any) -> Scalar:
    """Return s, the weights of the filter over those of the scaler."""
    return sequence("s", time)


def mixed(time: Any) -> Scalar:
    """Return the weighted square of ``s_k g_j - g_k s_j``, which sums up to Lagrange's identity."""
    cross = ratio(time) * gradient_at(j) - gradient_at(time) * ratio(j)
    return sequence("u", time) * cross * cross


lagrange_claim = FiniteSum(k, 0, n, mixed(k)) >= 0
lagrange = induction(
    "a sum of squares",
    prove("none", FiniteSum(k, 0, 0, mixed(k)) >= 0,
          by=[sum_rule(kernel.sum_empty, k, 0, mixed(k))]),
    prove("one more", FiniteSum(k, 0, n + 1, mixed(k)) >= 0,
          by=[sum_rule(kernel.sum_last, k, 0, n, mixed(k)), assumed(lagrange_claim),
              product("the last", weight(n), squared("a square", ratio(n) * gradient_at(j)
                                                     - gradient_at(n) * ratio(j)))]),
    lagrange_claim, n).for_all(j)(n)


def three_sums(count: Any) -> tuple[Scalar, Scalar, Scalar]:
    """Return the sums of u s g, u s^2 and u g^2."""
    return tuple(FiniteSum(k, 0, count, sequence("u", k) * a * b) for a, b in (
        (ratio(k), gradient_at(k)), (ratio(k), ratio(k)), (gradient_at(k), gradient_at(k))))


(A, B, V2), (A_next, B_next, V2_next) = three_sums(n), three_sums(n + 1)
products = [sequence("u", k) * a * b for a, b in (
    (ratio(k), gradient_at(k)), (ratio(k), ratio(k)), (gradient_at(k), gradient_at(k)))]
lasts = [sum_rule(kernel.sum_last, k, 0, n, each) for each in products]
none = [sum_rule(kernel.sum_empty, k, 0, each) for each in products]
u_n, s_n, g_n = sequence("u", n), ratio(n), gradient_at(n)
general_claim = says.general_bound.conclusion
general_bound = induction(
    "Cauchy and Schwarz",
    prove("none", three_sums(0)[0] ** 2 <= three_sums(0)[1] * three_sums(0)[2],
          by=[weighted(three_sums(0)[0], none[0]), weighted(three_sums(0)[2], none[1])]),
    prove("one more", A_next**2 <= B_next * V2_next,
          by=[assumed(general_claim), product("the mixed terms", weight(n), lagrange),
              weighted(A_next + A + u_n * s_n * g_n, lasts[0]), weighted(V2_next, lasts[1]),
              weighted(B + u_n * s_n**2, lasts[2])]),
    general_claim, n)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.remembers, remembers),
    Proof(says.limit_above, limit_above),
    Proof(says.limit_below, limit_below),
    Proof(says.adamax_bound, adamax_bound),
    Proof(says.adamax_bound_down, adamax_bound_down),
    Proof(says.adamax_attained, adamax_attained),
    Proof(says.adamax_limit, adamax_limit),
    Proof(says.adamax_unbounded, adamax_unbounded),
    Proof(says.rate_falls, rate_falls),
    Proof(says.corrected_before, corrected_before),
    Proof(says.warm_up, warm_up),
    Proof(says.kept_in_a_cycle, kept_in_a_cycle),
    Proof(says.comes_back, comes_back),
    Proof(says.regret_grows, regret_grows),
    Proof(says.falls, falls),
    Proof(says.cycles, cycles),
    Proof(says.drawn_instead, drawn_instead),
    Proof(says.is_nesterov, is_nesterov),
    Proof(says.nadam_weights, nadam_weights),
    Proof(says.nadam_above_one, nadam_above_one),
    Proof(says.general_bound, general_bound),
)

half, F = Fraction(1, 2), Fraction


def world(letters: dict[str, Any], horizon: int, **sequences: list[Any]) -> Model:
    """Return the world of some real sequences, from time 0 on."""
    return at(Model(letters={name: F(value) for name, value in letters.items()},
                    vectors={"e": rational(1)}, horizon=horizon), **sequences)


def adamax_world(gradients: tuple[Any, ...], beta1: Any, beta2: Any) -> Model:
    """Return the world in which the package's own `Adamax` runs; v averages their squares."""
    rule = Adamax(F(1), F(beta1), F(beta2))
    states, v = [rule.init(F(0))], [F(0)]
    for time, g in enumerate(map(F, gradients), start=1):
        states.append(rule.step(F(0), states[-1], lambda _, g=g: g, time)[1])
        v.append(rule.beta2**2 * v[-1] + (1 - rule.beta2**2) * g**2)
    m, u = map(list, zip(*states, strict=True))
    found = world({"beta1": beta1, "beta2": beta2}, len(gradients) - 1,
                  g=[F(0), *map(F, gradients)], m=m, u=u, v=v)
    return replace(found, indices={"p": 2})


def amsgrad_world(gradients: tuple[Any, ...], rule: AMSGrad, start: Any = 0) -> Model:
    """Return the world in which the package's own `AMSGrad` runs, from v = V = `start`."""
    states = [(F(0), F(start), F(start))]
    for time, g in enumerate(map(F, gradients), start=1):
        states.append(rule.step(F(0), states[-1], lambda _, g=g: g, time)[1])
    _, v, largest = map(list, zip(*states, strict=True))
    return world({"beta2": rule.beta2}, len(gradients) - 1, g=[F(0), *map(F, gradients)], v=v,
                 V=largest)


def reddi_world(C: int, cycles: int) -> Model:
    """Return Reddi's problem with moves in hundredths, for step sizes about alpha/sqrt(t).

    Each move is the least of them with which the step size falls no faster than 1/sqrt(t).
    """
    beta2 = F(1, 1 + C**2)
    g, v, d, a, x = [F(0)], [F(0)], [F(0)], [F(0)], [F(0), F(1)]
    for time in range(1, 3 * cycles + 3):
        g.append(F(C if time % 3 == 1 else -1))
        v.append(beta2 * v[-1] + (1 - beta2) * g[-1] ** 2)
        least = (time - 1) * a[-1] / time * g[-1] ** 2 / v[-1]
        size = next(F(i, 100) for i in range(1, 100) if F(i, 100) ** 2 >= max(least, F(1, 100)))
        d.append(size if g[-1] > 0 else -size)
        a.append(size**2 * v[-1] / g[-1] ** 2)
        x.append(max(F(-1), min(F(1), x[-1] - d[-1])))
    return world({"beta2": beta2, "C": C}, cycles, g=g, v=v, d=d, a=a, x=x)


def repaired_world(C: int, cycles: int) -> Model:
    """Return Reddi's problem for AMSGrad, with moves in hundredths and alpha_t that do not rise."""
    beta2 = F(1, 1 + C**2)
    g, v, V, d, a, x = [F(0)], [F(0)], [F(0)], [F(0)], [F(1, 4)], [F(0), F(1)]
    for time in range(1, 3 * cycles + 3):
        g.append(F(C if time % 3 == 1 else -1))
        v.append(beta2 * v[-1] + (1 - beta2) * g[-1] ** 2)
        V.append(max(V[-1], v[-1]))
        size = next(F(i, 100) for i in range(99, 0, -1)
                    if F(i, 100) ** 2 * V[-1] <= a[-1] * g[-1] ** 2)
        d.append(size if g[-1] > 0 else -size)
        a.append(size**2 * V[-1] / g[-1] ** 2)
        x.append(max(F(-1), min(F(1), x[-1] - d[-1])))
    return world({"beta2": beta2, "C": C}, cycles, g=g, v=v, V=V, d=d, a=a, x=x)


def nadam_world(gradients: tuple[Any, ...], scales: tuple[Any, ...]) -> Model:
    """Return the world of Nadam without corrections, alpha = 1, beta1 = 1/2, beta2 = 3/4."""
    m, v, w = [F(0)], [F(0)], [F(0)]
    for g, scale in zip(map(F, gradients), map(F, scales), strict=True):
        m.append((m[-1] + g) / 2)
        v.append(F(3, 4) * v[-1] + g**2 / 4)
        w.append(w[-1] - scale * (m[-1] + g) / 2)
    letters = {"alpha": 1, "beta1": half, "beta2": F(3, 4), "P": scales[0]}
    return world(letters, len(gradients), g=[F(0), *map(F, gradients)], m=m, v=v, w=w,
                 P=[F(1), *map(F, scales)])


slowly, quarter = adamax_world((1, F(3, 4), F(9, 16)), half, F(3, 4)), AMSGrad(F(1), F(0), F(3, 4))
falling_gradients = "the gradients 1, 3/4, 9/16, beta1 = 1/2, beta2 = 3/4"
reddis = reddi_world(3, 2)
on_reddi = "C = 3, two cycles, moves in hundredths"
spiked = amsgrad_world((2, 0, 0), quarter)
rising = at(amsgrad_world((2, F(11, 4)), quarter), t=1)
numbers_only = Model(letters={"beta1": half, "beta2": F(3, 4)})
examples = (
    *(example(claim, slowly, falling_gradients) for claim in (
        says.remembers, says.limit_above, says.limit_below, says.adamax_bound,
        says.adamax_bound_down, says.adamax_attained)),
    example(says.adamax_limit, numbers_only, "beta1 = 1/2, beta2 = 3/4"),
    example(says.adamax_unbounded, Model(letters={"beta1": half, "beta2": half}),
            "beta1 = beta2 = 1/2"),
    example(says.rate_falls, rising, "the gradients 2 and 11/4, beta2 = 3/4"),
    example(says.corrected_before, at(amsgrad_world((2, 2, 2), replace(
        quarter, correct_before_max=True)), t=1), "the gradient 2 in every step, beta2 = 3/4"),
    example(says.warm_up, spiked, "the gradients 2, 0, 0, beta2 = 3/4"),
    example(says.kept_in_a_cycle, at(amsgrad_world((-1, -1), quarter, 4), t=0),
            "v = V = 4, the gradient -1"),
    *(example(claim, reddis, on_reddi) for claim in (says.comes_back, says.cycles)),
    example(says.regret_grows, replace(reddis, indices={"n": 2}), on_reddi),
    example(says.falls, repaired_world(3, 3), "C = 3, three cycles, moves in hundredths"),
    example(says.drawn_instead, Model(letters={"C": F(3), "delta": F(1, 10), "prob": F(11, 40)}),
            "C = 3, delta = 1/10, prob = 11/40"),
    example(says.is_nesterov, nadam_world((2, 1, 5), (half, half, half)), "P = 1/2"),
    example(says.nadam_weights, nadam_world((2, 2, 2), (half, half, half)),
            "the gradient 2 in every step, beta1 = 1/2"),
    example(says.nadam_above_one, numbers_only, "beta1 = 1/2"),
    example(says.general_bound, at(world({}, 3, u=[F(1), F(2), F(0)], s=[F(3), F(-1), F(4)],
                                         g=[F(6), F(-2), F(5)]), n=3), "g = 2s where u > 0"),
)
refutations = (
    example(says.adamax_paper_as_stated, at(slowly, t=1),
            "the gradients 1 and 3/4, beta1 = 1/2, beta2 = 3/4: the second step is 10/9 alpha"),
    example(says.corrected_after_as_stated, spiked,
            "the gradients 2 and 0, beta2 = 3/4: the squared rate grows by 7/4"),
    example(says.is_nesterov_as_stated, nadam_world((2, F(11, 4)), (1, F(8, 13))),
            "the gradients 2 and 11/4, beta2 = 3/4: P falls from 1 to 8/13"),
)
citations = (
    Citation(says.rule_of_the_paper, "Reddi, Kale and Kumar 2018, Alg. 2; a definition"),
    Citation(says.repaired, "Reddi, Kale and Kumar 2018, Thm 4, for the regret"),
)
