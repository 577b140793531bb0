r"""Nesterov's momentum on the quadratic, proved [slide 28].

As for momentum: the package's own `Nesterov` runs on formal vectors, the noise is orthogonal to
what is known at the look-ahead point Y = W - alpha beta1 m, and the second moments of W - w* and m
obey a linear recursion. A combination of them falls in every step by E|Y - w*|^2 less its ball. It
is a sum of squares, so that the average over time obeys that ball; and if nothing changes, the ball
of W follows from that of Y, from which it moves by one step. Above the limit E|m|^2 would not be
positive.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs.fastest_tuning import fastest_nesterov
from sgdtheory.proofs.momentum import (
    after,
    afterwards,
    alpha_positive,
    before,
    below_one,
    error,
    h_positive,
    mean_before,
    nonnegative,
    numbers,
    of_the_gradient,
    one,
    one_plus,
    pull,
    push,
    unchanged,
    variance,
    world,
)

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import (
    alpha,
    distance2,
    gradient,
    h,
    iterate,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum, Index, Scalar
from sgdtheory.logic.model import Model
from sgdtheory.logic.proof import (
    average,
    induction,
    invert,
    paired,
    product,
    prove,
    prove_vector,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.optimizers import Nesterov
from sgdtheory.theory import momentum
from sgdtheory.theory import nesterov as says
from sgdtheory.theory.bias_correction import beta1
from sgdtheory.theory.momentum import average_at, average_size2, crossed

k = Index("k")
steps_along, averaging = suppose(says.steps_along)(t), suppose(says.averaging)(t)
below_limit = suppose(says.stable)
damped = prove("1 + alpha beta1 h is positive", 1 + alpha * beta1 * h > 0,
               by=[one, product("alpha beta1 h >= 0", alpha_positive, nonnegative, h_positive)])

# --- the moments after a step --------------------------------------------------------------------

keep = 1 - alpha * (1 - beta1) * h
stepped, averaged_once = says.after_step(t)
recursion = after(
    before, afterwards,
    ((keep**2, -2 * alpha * beta1 * keep**2, alpha**2 * beta1**2 * keep**2),
     (keep * pull, beta1 * keep * (keep - alpha * pull), -alpha * beta1**2 * keep**2),
     (pull**2, 2 * beta1 * pull * keep, beta1**2 * keep**2)),
    (alpha**2 * push**2, -alpha * push**2, push**2),
    (steps_along, averaging),
    (stepped - w_star, averaged_once),
    of_the_gradient(gradient(says.ahead(t)), suppose(says.unbiased)(t),
                    suppose(says.additive_noise)(t), suppose(a.quadratic)(says.ahead(t))),
)

# --- the combination that falls by E|Y - w*|^2 less its ball -------------------------------------

own = says.lookahead_ball(alpha, beta1, sigma2, h)
room = below_limit.statement.expression
signs = [alpha_positive, h_positive, below_one, damped, below_limit]
divisor = h * (1 + alpha * beta1 * h) * room
start_weight = prove(
    "the weight of the start is positive",
    1 - beta1**2 + alpha * beta1 * (1 + 2 * beta1 - beta1**2) * h > 0,
    by=[product("1 - beta1^2 > 0", below_one, one_plus),
        product("alpha beta1 h (1 - beta1^2) >= 0", alpha_positive, nonnegative, h_positive,
                below_one, one_plus),
        product("alpha beta1 h beta1 >= 0", alpha_positive, nonnegative, h_positive, nonnegative)],
)
start = start_weight.statement.expression
tilt = 1 + beta1 + alpha * beta1**2 * h
p = start / (alpha * (1 - beta1)) / divisor
q = -2 * beta1 * tilt / (1 - beta1) / divisor
r = (alpha * beta1**2 * (1 + beta1 - alpha * beta1 * (1 - beta1) * h)
     / (1 - beta1) / (1 - beta1) / divisor)


def potential(time: Any) -> Scalar:
    """Return the combination at a time."""
    return p * distance2(time) + q * crossed(time) + r * average_size2(time)


balance = prove(
    "it falls by E|Y - w*|^2 less its ball",
    potential(t + 1).equals(potential(t) - says.ahead2(t) + own),
    by=[weighted(weight, step, signs=signs)
        for weight, step in zip((p, q, r), recursion, strict=True)],
    signs=signs,
)
stationary_ahead = prove(
    "the stationary ball of the look-ahead point", says.ahead2(t).equals(own),
    by=[balance, *(weighted(weight, step, signs=signs)
                   for weight, step in zip((p, q, r), unchanged, strict=True))],
    signs=signs,
)
stationary_ball = prove(
    "the stationary ball", says.stationary_ball.conclusion,
    by=[recursion[0], unchanged[0], weighted(keep**2, stationary_ahead, signs=signs)],
    signs=signs,
)

# --- stationary only below the limit -------------------------------------------------------------

noise_positive = suppose(momentum.some_noise)
pushed = product("the newest noise is positive", below_one, below_one, noise_positive)
rest = beta1 * mean_before + (1 - beta1) * h * (says.ahead(t) - w_star)
spread = prove(
    "the newest noise spreads the averages", average_size2(t) > 0,
    by=[recursion[2], unchanged[2], pushed, average(squared("a squared norm", rest))],
)
undivided = (
    h * (1 + beta1 - alpha * beta1 * (1 - beta1) * h) / alpha,
    2 * beta1 * h * keep,
    (2 - alpha * h * (1 - beta1) ** 2 * (1 + alpha * beta1 * h)) / (1 - beta1),
)
without_room = prove(
    "the balance of the average, without a division",
    ((1 + alpha * beta1 * h) * room * average_size2(t)).equals(2 * (1 - beta1) * sigma2),
    by=[weighted(weight, step, signs=[alpha_positive, below_one])
        for steps in (recursion, unchanged)
        for weight, step in zip(undivided, steps, strict=True)],
)
limit_needed = prove(
    "the room below the limit is positive", room > 0,
    by=[product("what fills it is positive", noise_positive, below_one, invert(damped),
                invert(spread)),
        weighted(1 / ((1 + alpha * beta1 * h) * average_size2(t)), without_room,
                 signs=[damped, spread])],
    signs=[damped, spread],
)
wide = prove("1 + 2 beta1 is positive", 1 + 2 * beta1 > 0, by=[one, nonnegative])
only_if_stable = prove(
    "only below the limit", says.only_if_stable.conclusion,
    by=[limit_needed], signs=[below_one, h_positive, wide],
)

# --- the average over time -----------------------------------------------------------------------

over = (invert(alpha_positive), invert(below_one), invert(h_positive), invert(damped),
        invert(below_limit), invert(start_weight))
tilted = start * error - alpha * beta1 * tilt * mean_before
potential_positive = prove(
    "it is a sum of squares", potential(t) >= 0,
    by=[product("the first square", average(squared("a square", tilted)), *over),
        product("the second square", average(squared("a square",
                                                     alpha * beta1**2 * mean_before)),
                invert(below_one), invert(below_one), invert(damped), invert(start_weight))],
    signs=[*signs, start_weight],
)


def summed(count: Any) -> Any:
    """State what is left when the balance is summed up to a time."""
    return FiniteSum(k, 0, count, says.ahead2(k)).equals(
        count * own + potential(0) - potential(count))


telescope = induction(
    "the balance summed",
    prove("nothing summed yet", summed(0), by=[sum_rule(kernel.sum_empty, k, 0, says.ahead2(k))],
          signs=signs),
    prove("one more summand", summed(t + 1),
          by=[balance, suppose(Assumption("induction hypothesis", summed(t)), nonzero=signs),
              sum_rule(kernel.sum_last, k, 0, t, says.ahead2(k))], signs=signs),
    summed(t), t, signs=signs,
)
from_zero = suppose(momentum.averages_from_zero)
at_start = prove(
    "at the start", potential(0).equals(p * distance2(0)),
    by=[weighted(q, average(paired(from_zero, iterate(0) - w_star)), signs=signs),
        weighted(r, average(paired(from_zero, average_at(0))), signs=signs)],
    signs=signs,
)
averaged = prove(
    "the average over time", says.average_ball.conclusion,
    by=[telescope, potential_positive, at_start],
    signs=[*signs, suppose(momentum.some_step)],
)

# --- the form of the steps -----------------------------------------------------------------------

along_average = prove_vector(
    "along the average", says.along_average.conclusion,
    by=[(1, steps_along), (alpha, averaging)],
)
stored_point = prove_vector(
    "the rule of the look-ahead points", says.stored_point.conclusion,
    by=[(1, steps_along)],
)

# --- comparing balls -----------------------------------------------------------------------------

first_order = prove(
    "the leading term stays", says.first_order.conclusion,
    by=[product("the difference", variance, alpha_positive, alpha_positive, below_one)],
    signs=[h_positive, damped, below_limit],
)
moderate = suppose(says.moderate)
cubic = prove("1 + beta1 + beta1^2 is positive", 1 + beta1 + beta1**2 > 0,
              by=[one, nonnegative, squared("a square", beta1)])
within = prove(
    "alpha is below the limit", room > 0,
    by=[product("times what is allowed", moderate, wide, invert(cubic)),
        product("what is left", below_one, one_plus, invert(cubic))],
    signs=[cubic],
)
within_momentum = prove(
    "and below that of momentum", 2 * (1 + beta1) - alpha * (1 - beta1) * h > 0,
    by=[within, product("which is larger", alpha_positive, below_one, nonnegative, h_positive)],
)
below_momentum = prove(
    "below momentum", says.below_momentum.conclusion,
    by=[product("the difference", variance, alpha_positive, alpha_positive, nonnegative,
                moderate)],
    signs=[h_positive, damped, within, within_momentum],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.along_average, along_average),
    Proof(says.stored_point, stored_point),
    Proof(says.stationary_ball, stationary_ball),
    Proof(says.stationary_ahead, stationary_ahead),
    Proof(says.only_if_stable, only_if_stable),
    Proof(says.average_ball, averaged),
    Proof(says.first_order, first_order),
    Proof(says.below_momentum, below_momentum),
    Proof(says.fastest, fastest_nesterov),
)


def nesterov_world(alpha: Any, beta1: Any, h: Any, still: bool = False) -> Model:
    """Return the world of Nesterov's momentum with its stationary moments, or started `still`."""
    alpha, beta1, h = map(Fraction, (alpha, beta1, h))
    divided = (1 + alpha * beta1 * h) * (
        2 * (1 + beta1) - alpha * (1 - beta1) * (1 + 2 * beta1) * h)
    moments = (says.ball(alpha, beta1, Fraction(1), h), -alpha * (1 - beta1) / divided,
               2 * (1 - beta1) / divided)
    return world(Nesterov(alpha, beta1), h, moments, still)


half = Fraction(1, 2)
stationary = nesterov_world(1, half, 1)
at_rest = "fair signs in five dimensions, started with the stationary second moments"
examples = (
    *(example(claim, stationary, f"{at_rest}; alpha = h = 1, beta1 = 1/2")
      for claim in (says.along_average, says.stored_point, says.stationary_ball,
                    says.stationary_ahead, says.only_if_stable)),
    example(says.average_ball, replace(nesterov_world(1, half, 1, still=True), indices={"t": 2}),
            "the same error, but m = 0 at the start; at t = 2"),
    example(says.first_order, numbers(alpha=half, beta1=half, sigma2=1, h=1),
            "alpha = beta1 = 1/2, h = sigma2 = 1"),
    example(says.below_momentum, numbers(alpha=Fraction(18, 7), beta1=half, sigma2=1, h=1),
            "beta1 = 1/2, at the longest of the steps"),
    example(says.fastest, numbers(alpha=Fraction(3, 8), beta1=Fraction(1, 3), c=1, L=5, rate=half),
            "c = 1, L = 5 at alpha (1 - beta1) = 1/4, beta1 = 1/3, with a double root at c"),
)
citations = (
    Citation(says.knows_more, "a motivation; Sutskever, Martens, Dahl & Hinton 2013, sec. 2; "
                              "Nesterov 2018, Lectures on Convex Optimization, sec. 2.2"),
)
