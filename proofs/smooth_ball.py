r"""Smooth losses: the exact worst case of SGD without bounded gradients, and the quadratic.

The gradient step contracts towards w* by r (see gradient_descent); the noise is orthogonal to what
is known, so its variance adds, and the recursion is iterated. On a quadratic every step is an
equality.
"""

from __future__ import annotations

from sgdtheory.proofs.geometric import geometric_steps, iterated, settled
from sgdtheory.proofs.gradient_descent import (
    alpha_gap,
    alpha_positive,
    at_iterate,
    balanced,
    below_limit,
    by_far,
    by_near,
    c_positive,
    contraction,
    descent,
    error,
    far,
    moved,
    near,
    ordered,
    r,
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
from sgdtheory.logic.language import Expectation, LimitSuperior, Scalar
from sgdtheory.logic.proof import (
    Step,
    above_maximum,
    average,
    by_cases,
    induction,
    paired,
    product,
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
smooth_noise = alpha**2 * (sigma2 / B)


def one_smooth_step(shorter: Step, factor: Scalar) -> Step:
    """Prove the recursion from a proof that the gradient step contracts by a factor."""
    given_past = prove(
        "one smooth step, given the past",
        Expectation(moved.norm2(), t) <= factor**2 * error.norm2() + smooth_noise,
        by=[noise_split, shorter, noise_bound],
        signs=[alpha_positive, B_positive],
    )
    return prove(
        "one smooth step",
        distance2(t + 1) <= factor**2 * distance2(t) + smooth_noise,
        by=[average(given_past), tower(moved.norm2(), t)],
        signs=[B_positive],
    )


def smooth_at(time: object) -> object:
    """Return the worst case over smooth losses at a time."""
    return says.smooth_distance2(time, distance2(0), alpha, sigma2, B, c, L)


smooth_every_t = iterated(
    "every t, smooth",
    one_smooth_step(contraction, r),
    distance2,
    smooth_at,
    squared("r^2 is nonnegative", r),
    smooth_noise,
    signs=[B_positive],
)

# --- its limit: at each end the ball of the quadratic of that curvature --------------------------


def ball_at_end(shorter: Step, number: Scalar, curvature: Scalar, signs: list[Step]) -> Step:
    """Prove ``limsup <= quadratic_ball(alpha, sigma2/B, h)`` from a contraction by ``1 - alpha h``.

    The `signs` are those of h and ``2 - alpha h``.
    """
    own = says.quadratic_ball(alpha, sigma2 / B, curvature)
    steps = [alpha_positive, B_positive, *signs]
    nonnegative_factor = squared("the factor is nonnegative", number)
    below_one = product("the factor is below 1", alpha_positive, *signs)
    every_t = iterated(
        "every t, at one end",
        one_smooth_step(shorter, number),
        distance2,
        lambda time: (number**2) ** time * distance2(0)
        + smooth_noise * geometric(1 - number**2, time),
        nonnegative_factor,
        smooth_noise,
        signs=[B_positive],
    )
    return settled(
        "the ball of one end", every_t, distance2, own, number**2, smooth_noise,
        (nonnegative_factor, below_one), nonnegative, signs=steps,
    )


L_positive = prove("L is positive", L > 0, by=[c_positive, ordered])
far_inside = prove("2 - alpha L > 0", 2 - alpha * L > 0, by=[below_limit])
near_inside = prove("2 - alpha c > 0", 2 - alpha * c > 0, by=[below_limit, alpha_gap])
ball_near = ball_at_end(by_near, near, c, [c_positive, near_inside])
ball_far = ball_at_end(by_far, far, L, [L_positive, far_inside])
own_near = says.quadratic_ball(alpha, sigma2 / B, c)
own_far = says.quadratic_ball(alpha, sigma2 / B, L)
signs = [B_positive, c_positive, near_inside, L_positive, far_inside]


def larger(of_end: Step, own: Scalar, other: Scalar) -> Step:
    """Replace the ball of one end by the larger of the two."""
    return prove(
        "the smooth ball",
        LimitSuperior(t, distance2(t)) <= says.smooth_radius2(alpha, sigma2, B, c, L),
        by=[of_end, above_maximum(own, other, nonzero=signs)],
        signs=signs,
    )


smooth_limit = by_cases(
    "the smooth ball",
    larger(ball_near, own_near, own_far), larger(ball_far, own_far, own_near),
    balanced,
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
