r"""Step sizes, proved: averages, 1/t, and weights [slide 21 and beyond].

The recursion D(t+1) <= (1 - 2 alpha_t c) D(t) + alpha_t^2 M^2 is all that is used. Summed over t it
telescopes, which bounds the average for every step size. With alpha_t = 1/(c (t + 1)) it gives
M^2/(c^2 t) by induction; started later, with an offset, the bound keeps the memory of the start.
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
from sgdtheory.logic.model import orbit_model, rational
from sgdtheory.logic.proof import (
    average,
    induction,
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

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.average_ball, averaged),
    Proof(says.inverse_time, inverse_time),
    Proof(says.offset_time, offset_time),
    Proof(says.weighted_loss, weighted_loss),
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
examples = (
    example(
        says.average_ball, replace(noise_ball.attaining, indices={"t": 2}),
        "the two-point instance, two steps",
    ),
    example(says.inverse_time, falling, "w^2/2 with signs: W_t is the mean of t signs"),
    example(says.offset_time, patient, "w^2/2 with signs, offset 3"),
    example(says.weighted_loss, averaging, "w^2/2 with signs, two steps"),
)
