r"""Smooth losses: the exact worst case of SGD without bounded gradients, and the quadratic.

A gradient step contracts towards w* by r = max(|1 - alpha c|, |1 - alpha L|): write the gradient as
c h + u or as L h - v, where <u, v> >= 0 is cocoercivity, and take the end that alpha (c + L) <= 2
or >= 2 selects. The noise is orthogonal to what is known, so its variance adds. The geometric sum
that results is proved from the rules for finite sums; on a quadratic every step is an equality.
"""

from __future__ import annotations

from sgdtheory.elementary import absolute, geometric, maximum
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
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
from sgdtheory.logic.language import Expectation, FiniteSum, Index
from sgdtheory.logic.proof import (
    Step,
    above_both,
    above_maximum,
    average,
    by_cases,
    induction,
    limsup,
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
from sgdtheory.theory import noise_ball as says

k = Index("k")
error, moved = iterate(t) - w_star, iterate(t + 1) - w_star
alpha_positive, c_positive, B_positive = map(
    suppose, (a.positive_alpha, a.positive_c, a.positive_B)
)
unbiased, updated = suppose(a.unbiased), suppose(a.sgd)(t)
expansion = prove(
    "the square expanded",
    says.square_expanded.conclusion,
    by=[paired(updated, moved), paired(updated, iterate(t) - alpha * sample(t) - w_star)],
)
nonnegative = average(squared("a squared distance", error), title="a mean of squares")

# --- the gradient step contracts -----------------------------------------------------------------

at_iterate = iterate(t)
low, high, inner = (
    suppose(each)(at_iterate) for each in (a.curvature_above, a.curvature_below, a.cocoercive)
)
r = says.contraction(alpha, c, L)
descent = error - alpha * gradient(at_iterate)
balanced = 2 - alpha * (c + L)


def factor_above(number: object) -> Step:
    """Prove ``r**2 >= number**2`` for one of the two numbers whose absolute values r exceeds."""
    own = maximum(number, -number)
    other = absolute(1 - alpha * L if number is near else 1 - alpha * c)
    up = above_maximum(own, other)
    both = [
        prove("r is above", r >= side, by=[up, above_maximum(side, -side)])
        for side in (number, -number)
    ]
    return product("r is above in absolute value", *both)


near, far = 1 - alpha * c, 1 - alpha * L
bend = "the gradient step contracts"
contraction_claim = descent.norm2() <= r**2 * error.norm2()
short = suppose(Assumption("alpha (c + L) is at most 2", balanced >= 0))
long = suppose(Assumption("alpha (c + L) is at least 2", balanced <= 0))
error_squared = squared("a squared distance", error)


def contraction_in_case(case: Step, edge: Step, number: object) -> Step:
    """Prove the contraction in one of the two cases, from the curvature at one end."""
    return prove(
        bend,
        contraction_claim,
        by=[
            inner,
            product("the case, applied", alpha_positive, case, edge),
            product("r, applied", factor_above(number), error_squared),
        ],
        signs=[alpha_positive],
    )


contraction = by_cases(
    bend, contraction_in_case(short, low, near), contraction_in_case(long, high, far), balanced
)
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


def geometric_steps(base: object) -> tuple[Step, Step]:
    """Return what the sum of powers of a base is at 0, and how it goes from t to t+1."""
    powers = base**k
    first = sum_rule(kernel.sum_first, k, 0, t, powers)
    shifted = sum_rule(kernel.sum_shift, k, 0, t, powers)
    nxt = prove(
        "a geometric sum, one further",
        FiniteSum(k, 0, t + 1, powers).equals(1 + base * FiniteSum(k, 0, t, powers)),
        by=[first, shifted],
    )
    return sum_rule(kernel.sum_empty, k, 0, powers), nxt


no_terms, one_more_term = geometric_steps(r**2)
smooth_below = distance2(t) <= smooth_at(t)
smooth_hypothesis = suppose(Assumption("induction hypothesis", smooth_below), nonzero=[B_positive])
smooth_every_t = induction(
    "every t, smooth",
    prove("the start", distance2(0) <= smooth_at(0), by=[no_terms], signs=[B_positive]),
    prove(
        "the next time",
        distance2(t + 1) <= smooth_at(t + 1),
        by=[
            smooth_step,
            product("the hypothesis, contracted", squared("a square", r), smooth_hypothesis),
            weighted(alpha**2 * (sigma2 / B), one_more_term, signs=[B_positive]),
        ],
        signs=[B_positive],
    ),
    smooth_below,
    t,
)

# --- the limit of the smooth case, for alpha < 2/L -----------------------------------------------

ordered, below_limit = suppose(a.c_at_most_L), suppose(a.step_below_2_over_L)
alpha_c = product("alpha c > 0", alpha_positive, c_positive)
alpha_gap = product("alpha (L - c) >= 0", alpha_positive, ordered)


def absolute_below_one(number: object, by_plus: list[Step], by_minus: list[Step]) -> Step:
    """Prove ``|number| < 1`` from steps that give ``1 - number > 0`` and ``1 + number > 0``."""
    sides = (
        prove("below 1", 1 - number > 0, by=by_plus),
        prove("above -1", 1 + number > 0, by=by_minus),
    )
    claim = 1 - absolute(number) > 0
    return above_both("the absolute value is below 1", claim, (number, -number), sides)


near_below = absolute_below_one(near, [alpha_c], [below_limit, alpha_gap])
far_below = absolute_below_one(far, [alpha_c, alpha_gap], [below_limit])
r_below = above_both(
    "r is below 1", 1 - r > 0, (absolute(near), absolute(far)), (near_below, far_below)
)
r_above = prove(
    "r is above -1",
    1 + r > 0,
    by=[
        one_is_positive(),
        above_maximum(absolute(near), absolute(far)),
        above_maximum(near, -near),
        above_maximum(-near, near),
    ],
)
r2_below = prove("r^2 is below 1", 1 - r**2 > 0, by=[product("(1-r)(1+r)", r_below, r_above)])


def geometric_closed_form(base: object) -> Step:
    """Prove ``(1 - base) sum(base**k for k < t) = 1 - base**t`` by induction."""
    empty, further = geometric_steps(base)
    closed = ((1 - base) * FiniteSum(k, 0, t, base**k)).equals(1 - base**t)
    start = ((1 - base) * FiniteSum(k, 0, 0, base**k)).equals(1 - base**0)
    hypothesis = suppose(Assumption("induction hypothesis", closed))
    nxt = prove(
        "one further",
        ((1 - base) * FiniteSum(k, 0, t + 1, base**k)).equals(1 - base ** (t + 1)),
        by=[weighted(1 - base, further), weighted(base, hypothesis)],
    )
    base_case = prove("at 0", start, by=[weighted(1 - base, empty)])
    return induction("a geometric sum", base_case, nxt, closed, t)


smooth_radius = says.smooth_radius2(alpha, sigma2, B, c, L)
vanishing = prove(
    "every t, smooth, in closed form",
    distance2(t)
    <= (r**2) ** t * distance2(0) + smooth_radius - smooth_radius * (r**2) ** t,
    by=[
        smooth_every_t,
        weighted(
            alpha**2 * (sigma2 / B) / (1 - r**2),
            geometric_closed_form(r**2),
            signs=[r2_below, B_positive],
        ),
    ],
    signs=[r2_below, B_positive],
)
smooth_limit = limsup(
    "the smooth ball",
    vanishing,
    t,
    distance2(t),
    smooth_radius,
    [(r_above, r_below)],
    nonnegative,
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
