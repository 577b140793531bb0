"""Adamax, proved: what u remembers, its limit, its steps and what attains them [slide 31].

Both rules that take a maximum are run on formal numbers, and a maximum is at least its parts.
"""

from __future__ import annotations

from typing import Any

from sgdtheory.proofs.adam import (
    assumed,
    at_most_one,
    below_one,
    beta2_nonnegative,
    beta2_positive,
    corrected,
    nonnegative,
    one,
    power_sign,
    square_below_one,
    square_zero,
)
from sgdtheory.proofs.geometric import geometric_closed_form, geometric_steps

from sgdtheory.elementary import absolute
from sgdtheory.logic.assumptions import t
from sgdtheory.logic.language import FiniteSum, Scalar, scalar
from sgdtheory.logic.proof import (
    Step,
    above_maximum,
    induction,
    invert,
    is_natural,
    maximum_is,
    product,
    prove,
    suppose,
    weighted,
)
from sgdtheory.theory import adam
from sgdtheory.theory import adam_variants as says
from sgdtheory.theory.adam import average_at, beta2, gradient_at, later, square_at
from sgdtheory.theory.adam_variants import (
    k,
    largest_at,
    p,
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
