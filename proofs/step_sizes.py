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

from sgdtheory.evidence import Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import B, alpha, c, distance2, mu2, sigma2, t
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum, Index, scalar
from sgdtheory.logic.model import orbit_model
from sgdtheory.logic.proof import (
    induction,
    is_natural,
    one_is_positive,
    prove,
    sum_rule,
    suppose,
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
examples = (
    example(
        says.average_ball, replace(noise_ball.attaining, indices={"t": 2}),
        "the two-point instance, two steps",
    ),
    example(says.inverse_time, falling, "w^2/2 with signs: W_t is the mean of t signs"),
    example(says.offset_time, patient, "w^2/2 with signs, offset 3"),
)
