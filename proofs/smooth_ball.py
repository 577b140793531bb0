r"""Smooth losses: the exact worst case of SGD without bounded gradients, and the quadratic.

The gradient step contracts towards w* by r (see gradient_descent); the noise is orthogonal to what
is known, so its variance adds, and the recursion is iterated. On a quadratic every step is an
equality.
"""

from __future__ import annotations

from sgdtheory.proofs.geometric import geometric_steps, iterated, settled
from sgdtheory.proofs.gradient_descent import (
    alpha_positive,
    at_iterate,
    contraction,
    descent,
    error,
    moved,
    r,
    r2_below,
    r_above,
    r_below,
)

from sgdtheory.elementary import geometric
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import (
    B,
    L,
    alpha,
    c,
    distance2,
    gradient,
    h,
    iterate,
    sample,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation
from sgdtheory.logic.proof import (
    average,
    induction,
    paired,
    prove,
    squared,
    suppose,
    tower,
    weighted,
)
from sgdtheory.theory import noise_ball as says

B_positive = suppose(a.positive_B)
unbiased, updated = suppose(a.unbiased), suppose(a.sgd)(t)
expansion = prove(
    "the square expanded",
    says.square_expanded.conclusion,
    by=[paired(updated, moved), paired(updated, iterate(t) - alpha * sample(t) - w_star)],
)
nonnegative = average(squared("a squared distance", error), title="a mean of squares")

noise_bound = suppose(a.bounded_variance, nonzero=[B_positive])(t)
noise_split = prove(
    "the noise is orthogonal to what is known",
    Expectation(moved.norm2(), t).equals(
        descent.norm2()
        + alpha**2 * Expectation((sample(t) - gradient(at_iterate)).norm2(), t)
    ),
    by=[
        average(expansion, t),
        paired(unbiased(t), error),
        paired(unbiased(t), gradient(at_iterate)),
    ],
)
smooth_given_past = prove(
    "one smooth step, given the past",
    Expectation(moved.norm2(), t) <= r**2 * error.norm2() + alpha**2 * (sigma2 / B),
    by=[noise_split, contraction, noise_bound],
    signs=[alpha_positive, B_positive],
)
smooth_step = prove(
    "one smooth step",
    distance2(t + 1) <= r**2 * distance2(t) + alpha**2 * (sigma2 / B),
    by=[average(smooth_given_past), tower(moved.norm2(), t)],
    signs=[B_positive],
)


def smooth_at(time: object) -> object:
    """Return the worst case over smooth losses at a time."""
    return says.smooth_distance2(time, distance2(0), alpha, sigma2, B, c, L)


smooth_noise = alpha**2 * (sigma2 / B)
smooth_every_t = iterated(
    "every t, smooth",
    smooth_step,
    distance2,
    smooth_at,
    squared("r^2 is nonnegative", r),
    smooth_noise,
    signs=[B_positive],
)
smooth_limit = settled(
    "the smooth ball",
    smooth_every_t,
    distance2,
    says.smooth_radius2(alpha, sigma2, B, c, L),
    r**2,
    smooth_noise,
    (r_above, r_below),
    nonnegative,
    signs=[r2_below, B_positive],
)

# --- the quadratic, exactly ----------------------------------------------------------------------

curved, additive = suppose(a.quadratic)(at_iterate), suppose(a.additive_noise)(t)
q2 = (1 - alpha * h) ** 2
quadratic_step = prove(
    "one step on the quadratic",
    distance2(t + 1).equals(q2 * distance2(t) + alpha**2 * sigma2),
    by=[
        average(
            prove(
                "one step on the quadratic, given the past",
                Expectation(moved.norm2(), t).equals(q2 * error.norm2() + alpha**2 * sigma2),
                by=[
                    noise_split,
                    additive,
                    weighted(alpha**2, paired(curved, gradient(at_iterate))),
                    weighted(alpha**2 * h - 2 * alpha, paired(curved, error)),
                ],
            )
        ),
        tower(moved.norm2(), t),
    ],
)


def quadratic_at(time: object) -> object:
    """Return the exact value on the quadratic at a time."""
    return q2**time * distance2(0) + alpha**2 * sigma2 * geometric(1 - q2, time)


no_terms_q, one_more_term_q = geometric_steps(q2)
quadratic_claim = distance2(t).equals(quadratic_at(t))
quadratic_every_t = induction(
    "every t on the quadratic",
    prove("the start", distance2(0).equals(quadratic_at(0)), by=[no_terms_q]),
    prove(
        "the next time",
        distance2(t + 1).equals(quadratic_at(t + 1)),
        by=[
            quadratic_step,
            weighted(q2, suppose(Assumption("induction hypothesis", quadratic_claim))),
            weighted(alpha**2 * sigma2, one_more_term_q),
        ],
    ),
    quadratic_claim,
    t,
)
