r"""Step sizes, proved: averages, 1/t, and weights [slide 21 and beyond].

The recursion D(t+1) <= (1 - 2 alpha_t c) D(t) + alpha_t^2 M^2 is all that is used. Summed over t it
telescopes, which bounds the average for every step size. With alpha_t = 1/(c (t + 1)) it gives
M^2/(c^2 t) by induction; started later, with an offset, the bound keeps the memory of the start.
Minimised over alpha_t at every step it is D(t+1) = D(t) (1 - c^2 D(t)/M^2), whose inverse grows by
c^2/M^2 or more.

Long because the schedule, the weighted average and the offset have an induction each.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sgdtheory.proofs import noise_ball
from sgdtheory.proofs.noise_ball import B_positive, alpha_positive, c_positive

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import (
    B,
    alpha,
    c,
    distance2,
    gradient,
    iterate,
    loss,
    mu2,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, FiniteSum, Index, Statement, scalar
from sgdtheory.logic.model import Model, orbit_model, rational
from sgdtheory.logic.proof import (
    Step,
    average,
    divisors,
    induction,
    invert,
    is_natural,
    one_is_positive,
    paired,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    tower,
    weighted,
)
from sgdtheory.problems import worst_case
from sgdtheory.theory import step_sizes as says

k = Index("k")
M2 = noise_ball.M2
one, natural = one_is_positive(), is_natural(t)

# --- the average, for every step size ------------------------------------------------------------


def summed(count: object) -> object:
    """Return the sum of the squared distances before a time."""
    return FiniteSum(k, 0, count, distance2(k))


def telescoped(count: object) -> object:
    """State what is left when the recursion is summed."""
    return (
        2 * alpha * c * summed(count) + distance2(count) <= distance2(0) + count * alpha**2 * M2
    )


telescope = induction(
    "the recursion summed",
    prove(
        "nothing summed yet",
        telescoped(0),
        by=[sum_rule(kernel.sum_empty, k, 0, distance2(k))],
        signs=[B_positive],
    ),
    prove(
        "one more summand",
        telescoped(t + 1),
        by=[
            noise_ball.one_step,
            suppose(Assumption("induction hypothesis", telescoped(t)), nonzero=[B_positive]),
            sum_rule(kernel.sum_last, k, 0, t, distance2(k)),
        ],
        signs=[B_positive],
    ),
    telescoped(t),
    t,
)
averaged = prove(
    "the average",
    says.average_ball.conclusion,
    by=[telescope, noise_ball.nonnegative],
    signs=[alpha_positive, c_positive, B_positive, suppose(says.some_step)],
)

# --- step sizes 1/(c(t+1)) -----------------------------------------------------------------------

later = prove("t + 1 is positive", t + 1 > 0, by=[natural, one])
even_later = prove("t + 2 is positive", t + 2 > 0, by=[natural, one])
inverse_recursion = noise_ball.recursion_with(
    says.inverse_step, says.sgd_inverse, [c_positive, later]
).for_all(t)
inverse_claim = says.inverse_time.conclusion
inverse_time = induction(
    "1/t",
    prove(
        "the first step forgets the start",
        distance2(0 + 1) <= says.inverse_time2(scalar(0) + 1, sigma2, B, mu2, c),
        by=[inverse_recursion(0), noise_ball.nonnegative.for_all(t)(0)],
        signs=[c_positive, B_positive, one],
    ),
    prove(
        "the next time",
        distance2(t + 1 + 1) <= says.inverse_time2(t + 1 + 1, sigma2, B, mu2, c),
        by=[
            inverse_recursion(t + 1),
            suppose(
                Assumption("induction hypothesis", inverse_claim),
                nonzero=[c_positive, B_positive, later],
            ),
            noise_ball.nonnegative_M2,
        ],
        signs=[c_positive, B_positive, later, even_later, natural],
    ),
    inverse_claim,
    t,
    signs=[c_positive, B_positive, later],
)

# --- weights 1, 2, ...: the loss of the average --------------------------------------------------

n = Index("n")
gap = Expectation(loss(iterate(t))) - loss(w_star)
weighted_recursion = prove(
    "one step, with the loss kept",
    distance2(t + 1)
    <= (1 - says.weighted_step * c) * distance2(t)
    - 2 * says.weighted_step * gap
    + says.weighted_step**2 * M2,
    by=[
        average(prove(
            "one step with the loss, given the past",
            Expectation(noise_ball.moved.norm2(), t)
            <= (1 - says.weighted_step * c) * noise_ball.error.norm2()
            - 2 * says.weighted_step * (loss(iterate(t)) - loss(w_star))
            + says.weighted_step**2 * M2,
            by=[
                average(
                    noise_ball.stepped_with(
                        says.weighted_step, says.sgd_weighted, [c_positive, even_later]
                    ),
                    t,
                ),
                noise_ball.fresh,
                noise_ball.second_moment,
                noise_ball.slope(iterate(t), inside=[noise_ball.stays(t)]),
            ],
            signs=[c_positive, even_later, B_positive],
        )),
        tower(noise_ball.moved.norm2(), t),
    ],
    signs=[c_positive, even_later, B_positive],
)


def weighted_losses(count: object) -> object:
    """Return the sum of the loss gaps before a time, with the weights 1, 2, ..."""
    return FiniteSum(k, 0, count, (k + 1) * (Expectation(loss(iterate(k))) - loss(w_star)))


def losses_below(count: object) -> object:
    """State what is left when the weighted recursion is summed."""
    kept = c / 4 * count * (count + 1) * distance2(count)
    return weighted_losses(count) + kept <= count * M2 / c


losses_summed = induction(
    "the weighted recursion summed",
    prove("nothing summed yet", losses_below(scalar(0)),
          by=[sum_rule(kernel.sum_empty, k, 0,
                       (k + 1) * (Expectation(loss(iterate(k))) - loss(w_star)))],
          signs=[B_positive, c_positive]),
    prove(
        "one more summand",
        losses_below(t + 1),
        by=[
            weighted_recursion,
            suppose(Assumption("induction hypothesis", losses_below(t)),
                    nonzero=[c_positive, B_positive]),
            sum_rule(kernel.sum_last, k, 0, t,
                     (k + 1) * (Expectation(loss(iterate(k))) - loss(w_star))),
            noise_ball.nonnegative_M2,
        ],
        signs=[c_positive, B_positive, later, even_later],
    ),
    losses_below(t),
    t,
)

# Jensen's inequality, from the tangent at the average A(n) of n iterates

centre = says.weighted_average(n)
centre_inside = suppose(says.average_inside)(n)
tangent = gradient(centre)
tangent_below = prove(
    "the tangent at the average lies below",
    loss(iterate(t)) >= loss(centre) + tangent.dot(iterate(t) - centre),
    by=[
        noise_ball.convex(iterate(t), centre, inside=[noise_ball.stays(t), centre_inside]),
        product("convexity", c_positive, squared("a square", iterate(t) - centre)),
    ],
)
values = (k + 1) * (loss(iterate(k)) - loss(centre))
moments = (k + 1) * (iterate(k) - centre)


def values_above(count: object) -> Statement:
    """State that the values lie above the tangent, summed with the weights."""
    slopes = tangent.dot(FiniteSum(k, 0, count, moments))
    return FiniteSum(k, 0, count, values) >= slopes


values_above_tangent = induction(
    "the values above the tangent, summed",
    prove("nothing summed yet", values_above(scalar(0)),
          by=[sum_rule(kernel.sum_empty, k, 0, values),
              paired(sum_rule(kernel.sum_empty, k, 0, moments), tangent)]),
    prove(
        "one more summand",
        values_above(t + 1),
        by=[
            suppose(Assumption("induction hypothesis", values_above(t))),
            sum_rule(kernel.sum_last, k, 0, t, values),
            paired(sum_rule(kernel.sum_last, k, 0, t, moments), tangent),
            product("with its weight", later, tangent_below),
        ],
    ),
    values_above(t),
    t,
).for_all(t)(n)
weights = induction(
    "the weights add up",
    prove("no weights", FiniteSum(k, 0, scalar(0), k + 1).equals(0),
          by=[sum_rule(kernel.sum_empty, k, 0, k + 1)]),
    prove("one more weight", FiniteSum(k, 0, t + 1, k + 1).equals((t + 1) * (t + 2) / 2),
          by=[suppose(Assumption("induction hypothesis",
                                 FiniteSum(k, 0, t, k + 1).equals(t * (t + 1) / 2))),
              sum_rule(kernel.sum_last, k, 0, t, k + 1)]),
    FiniteSum(k, 0, t, k + 1).equals(t * (t + 1) / 2),
    t,
).for_all(t)(n)
jensen = prove(
    "Jensen's inequality for the weighted average",
    FiniteSum(k, 0, n, (k + 1) * loss(iterate(k))) >= n * (n + 1) / 2 * loss(centre),
    by=[
        values_above_tangent,
        weighted(loss(centre), weights),
        weighted(tangent.dot(centre), weights),
        paired(suppose(says.averages)(n), tangent),
    ],
)
weighted_loss = prove(
    "the loss of the weighted average",
    says.weighted_loss.conclusion,
    by=[
        losses_summed,
        average(jensen.for_all(n)(t)),
        weighted(loss(w_star), weights.for_all(n)(t)),
    ],
    signs=[suppose(says.some_step), later, c_positive, B_positive],
)

# --- an offset keeps the memory of the start -----------------------------------------------------

tau = says.tau
two_or_more = suppose(says.offset_at_least_two)
offset_positive = prove("t + tau is positive", t + tau > 0, by=[natural, two_or_more, one])
offset_later = prove("t + 1 + tau is positive", t + 1 + tau > 0, by=[natural, two_or_more, one])
start_positive = prove("tau is positive", 0 + tau > 0, by=[two_or_more, one])
patience = prove("t + tau - 2 is at least 0", t + tau - 2 >= 0, by=[natural, two_or_more])
offset_claim = says.offset_time.conclusion
offset_time = induction(
    "1/(t + tau)",
    suppose(says.starts_below, nonzero=[c_positive, B_positive, start_positive]),
    prove(
        "the next time",
        distance2(t + 1) <= says.offset_time2(t + 1, tau, sigma2, B, mu2, c),
        by=[
            noise_ball.recursion_with(
                says.offset_step, says.sgd_offset, [c_positive, offset_positive]
            ),
            suppose(
                Assumption("induction hypothesis", offset_claim),
                nonzero=[c_positive, B_positive, offset_positive],
            ),
            noise_ball.nonnegative_M2,
        ],
        signs=[c_positive, B_positive, offset_positive, offset_later, patience],
    ),
    offset_claim,
    t,
    signs=[c_positive, B_positive, offset_positive],
)

# --- the schedule for which the bound falls fastest ----------------------------------------------

D, D_later, d0 = says.scheduled(t), says.scheduled(t + 1), says.d0
M2_positive = suppose(says.positive_moment, nonzero=[B_positive])
start, close = suppose(says.positive_start), suppose(says.close_start, nonzero=[B_positive])
begins = suppose(says.schedule_starts)
divided = [M2_positive, B_positive]
falls = suppose(says.schedule, nonzero=divided)(t)


def assumed(claim: Statement, signs: list[Step]) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), divisors(claim.expression, signs))


def small(time: object) -> Statement:
    """State that c^2 D(time) is at most half of M^2."""
    return M2 - 2 * c**2 * says.scheduled(time) >= 0


def positive(time: object) -> Statement:
    """State that D(time) is positive."""
    return says.scheduled(time) > 0


shrinks = product("c^2 D^2/M^2", squared("a square", c * D), invert(M2_positive))
stays_small = induction(
    "the share stays small",
    prove("at the start", small(0), by=[close, weighted(2 * c**2, begins)], signs=[B_positive]),
    prove("a step later", small(t + 1),
          by=[assumed(small(t), [B_positive]), weighted(2 * c**2, falls, signs=divided),
              product("what it falls by", squared("a square", c), shrinks)], signs=divided),
    small(t), t, signs=[B_positive])
share = product("half of D is left", stays_small, invert(M2_positive))
stays_positive = induction(
    "D stays positive",
    prove("at the start", positive(0), by=[start, begins]),
    prove("a step later", positive(t + 1),
          by=[falls, product("half of it", assumed(positive(t), []), share),
              assumed(positive(t), [])], signs=divided),
    positive(t), t)
inverse_grows = prove(
    "1/D grows by c^2/M^2 or more", M2 * D - D_later * (M2 + c**2 * D) >= 0,
    by=[product("what is left", stays_positive, squared("a square", c**2 * D), invert(M2_positive)),
        weighted(M2 + c**2 * D, falls, signs=divided)],
    signs=divided,
)


def slow(time: object) -> Statement:
    """State the closed form of the bound, without its division."""
    return M2 * d0 - says.scheduled(time) * (c**2 * d0 * time + M2) >= 0


closed = induction(
    "the closed form",
    prove("at the start", slow(scalar(0)), by=[weighted(M2, begins, signs=[B_positive])],
          signs=[B_positive]),
    prove("a step later", slow(t + 1),
          by=[product("the older slack", stays_positive.for_all(t)(t + 1), invert(stays_positive),
                      assumed(slow(t), [B_positive])),
              product("the newest", start, invert(stays_positive), inverse_grows)],
          signs=[stays_positive, B_positive]),
    slow(t), t, signs=[B_positive])
step_positive = product("the step size is positive", c_positive, stays_positive,
                        invert(M2_positive))
shrunk, added = 1 - 2 * says.optimal_step * c, says.optimal_step**2 * M2
given_past = prove(
    "one step, given the past",
    Expectation(noise_ball.moved.norm2(), t) <= shrunk * noise_ball.error.norm2() + added,
    by=[
        average(noise_ball.stepped_with(says.optimal_step, says.sgd_scheduled, divided), t),
        weighted(says.optimal_step, noise_ball.fresh, signs=divided),
        product("of the gradient", step_positive, step_positive, noise_ball.second_moment),
        product("of the slope", step_positive,
                noise_ball.monotone(iterate(t), inside=[noise_ball.stays(t)])),
    ],
    signs=divided,
)
one_scheduled_step = prove(
    "one step", distance2(t + 1) <= shrunk * distance2(t) + added,
    by=[average(given_past), tower(noise_ball.moved.norm2(), t)], signs=divided,
)
follows = induction(
    "the schedule follows the bound",
    prove("at the start", distance2(0) <= says.scheduled(0),
          by=[suppose(says.starts_within), begins]),
    prove("a step later", distance2(t + 1) <= D_later,
          by=[one_scheduled_step, falls,
              product("it contracts", stays_small, invert(M2_positive),
                      assumed(distance2(t) <= D, []))],
          signs=divided),
    distance2(t) <= D, t)
slope_positive = prove(
    "what divides is positive", c**2 * d0 * t + M2 > 0,
    by=[M2_positive, product("c^2 d0 t", squared("a square", c), start, natural)],
    signs=[B_positive])
scheduled_bound = prove(
    "the schedule's bound", says.scheduled_bound.conclusion,
    by=[follows, product("the closed form", closed, invert(slope_positive))],
    signs=[slope_positive, B_positive],
)
no_better_step = prove(
    "no better step", says.no_better_step.conclusion,
    by=[product("a square", squared("a square", alpha * M2 - c * d0, [B_positive]),
                invert(M2_positive))],
    signs=divided,
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.average_ball, averaged),
    Proof(says.inverse_time, inverse_time),
    Proof(says.offset_time, offset_time),
    Proof(says.weighted_loss, weighted_loss),
    Proof(says.scheduled_bound, scheduled_bound),
    Proof(says.no_better_step, no_better_step),
)
citation = Citation(
    says.decaying, "Turinici 2021 (in mean square); Robbins and Siegmund 1971 (almost surely)"
)

swinging = worst_case.Line(
    right=(0, 1), left=(0, 1), low=-2, high=2, minimiser=0, start=Fraction(1, 2), c=1, L=1, mu2=4,
    sigma=1, alpha=Fraction(1, 2), why="w^2/2 with signs: a step of at most 1 averages the signs",
)
points = tuple(Fraction(j, 2) for j in range(-4, 5))
falling = orbit_model(swinging, 3, points=points, step_size=lambda s: Fraction(1, s + 1))
patient = orbit_model(
    swinging, 3, points=points, step_size=lambda s: Fraction(1, s + 3), letters={"tau": 3}
)


def weighted_average(time: int, outcome: tuple[int, ...]) -> object:
    """Return the average of the iterates before `time` with the weights 1, 2, ..."""
    iterates = [(s + 1) * rooted.processes["W"](s, outcome) for s in range(time)]
    return sum(iterates, rational(0)) / max(Fraction(time * (time + 1), 2), Fraction(1))


rooted = orbit_model(swinging, 3, points=points, step_size=lambda s: Fraction(2, s + 2))
averaging = replace(
    rooted, processes={**rooted.processes, "A": weighted_average}, indices={"t": 2}
)
followed = [Fraction(1, 4)]
for _ in range(4):
    followed.append(followed[-1] - followed[-1] ** 2 / 5)
following = orbit_model(swinging, 3, points=points, step_size=lambda s: followed[s] / 5,
                        letters={"d0": followed[0]})
following = replace(following, vectors={**following.vectors, "e": rational(1)},
                    fields={**following.fields, "D": lambda point: followed[int(point[0])]})
best_step = Model(letters={"alpha": Fraction(1, 20), "c": Fraction(1), "d0": Fraction(1, 4),
                           "sigma2": Fraction(1), "B": Fraction(1), "mu2": Fraction(4)})
examples = (
    example(
        says.average_ball, replace(noise_ball.attaining, indices={"t": 2}),
        "the two-point instance, two steps",
    ),
    example(says.inverse_time, falling, "w^2/2 with signs: W_t is the mean of t signs"),
    example(says.offset_time, patient, "w^2/2 with signs, offset 3"),
    example(says.scheduled_bound, following, "w^2/2 with signs, M^2 = 5, from 1/2"),
    example(says.no_better_step, best_step, "at that step size, c = 1, d0 = 1/4, M^2 = 5"),
    example(says.weighted_loss, averaging, "w^2/2 with signs, two steps"),
)
