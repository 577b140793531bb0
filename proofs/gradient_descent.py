r"""Gradient descent, proved [slide 16].

Write the gradient as c h + u or as L h - v, where <u, v> >= 0 is cocoercivity, and take the end
that alpha (c + L) <= 2 or >= 2 selects: the step contracts towards w* by
r = max(|1 - alpha c|, |1 - alpha L|), and r < 1 for 0 < alpha < 2/L.
"""

from __future__ import annotations

from fractions import Fraction

from sgdtheory.elementary import absolute, maximum
from sgdtheory.evidence import Example, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import L, alpha, c, gradient, iterate, loss, t, w, w_star
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.model import orbit_model
from sgdtheory.logic.proof import (
    Step,
    above_both,
    above_maximum,
    by_cases,
    induction,
    one_is_positive,
    paired,
    product,
    prove,
    squared,
    suppose,
)
from sgdtheory.problems import worst_case
from sgdtheory.theory import gradient_descent as says

error, moved = iterate(t) - w_star, iterate(t + 1) - w_star
alpha_positive, c_positive = suppose(a.positive_alpha), suppose(a.positive_c)

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


def contraction_at_end(case: Step, edge: Step, number: object) -> Step:
    """Prove the contraction by `number`, from the curvature at the end that the case selects."""
    return prove(
        "the gradient step contracts by one end",
        descent.norm2() <= number**2 * error.norm2(),
        by=[inner, product("the case, applied", alpha_positive, case, edge)],
        signs=[alpha_positive],
    )


def contraction_in_case(at_end: Step, number: object) -> Step:
    """Prove the contraction by r, which is at least the absolute value of `number`."""
    above = product("r, applied", factor_above(number), error_squared)
    return prove(bend, contraction_claim, by=[at_end, above])


by_near, by_far = contraction_at_end(short, low, near), contraction_at_end(long, high, far)
contraction = by_cases(
    bend, contraction_in_case(by_near, near), contraction_in_case(by_far, far), balanced
)

# --- the factor is below 1 for 0 < alpha < 2/L ---------------------------------------------------

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

# --- every t -------------------------------------------------------------------------------------

updated = suppose(says.descent)(t)
one_step = prove(
    "one step of gradient descent",
    moved.norm2() <= r**2 * error.norm2(),
    by=[contraction, paired(updated, moved), paired(updated, descent)],
)


def distance_below(time: object) -> object:
    """State the bound on the squared distance at a time."""
    start = (iterate(0) - w_star).norm2()
    return (iterate(time) - w_star).norm2() <= says.distance2(time, start, alpha, c, L)


every_t = induction(
    "every t",
    prove("the start", distance_below(0), by=[]),
    prove(
        "the next time",
        distance_below(t + 1),
        by=[
            one_step,
            product(
                "the hypothesis, contracted",
                squared("a square", r),
                suppose(Assumption("induction hypothesis", distance_below(t))),
            ),
        ],
    ),
    distance_below(t),
    t,
)
w_inside, star_inside = (
    suppose(Assumption("w lies in Theta", w.inside("Theta"))), suppose(a.minimiser_inside)
)
minimal = prove(
    "a stationary point is the minimiser",
    loss(w) >= loss(w_star) + c / 2 * (w - w_star).norm2(),
    by=[
        suppose(a.strongly_convex)(w, w_star, inside=[w_inside, star_inside]),
        paired(suppose(a.stationary), w - w_star),
    ],
).for_all(w, inside="Theta")
ordered_sum = prove("c + L is positive", c + L > 0, by=[c_positive, ordered])
at_c, at_L = (prove("the factor at an end", claim.conclusion, by=[], signs=[ordered_sum])
              for claim in (says.best_rate, says.best_rate_at_L))

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.stationary_is_minimal, minimal),
    Proof(says.converges, every_t),
    Proof(says.factor_below_one, r2_below),
    Proof(says.best_rate, at_c),
    Proof(says.best_rate_at_L, at_L),
)


def quadratic(curvature: int, alpha: Fraction) -> worst_case.Line:
    """Return the quadratic of a curvature on [-2, 2], without noise, started at 1."""
    return worst_case.Line(
        right=(0, curvature), left=(0, curvature), low=-2, high=2, minimiser=0, start=1,
        c=1, L=3, mu2=36, sigma=0, alpha=alpha, why="a quadratic whose curvature lies in [1, 3]",
    )


def world(curvature: int, alpha: Fraction) -> object:
    """Return the world of gradient descent on that quadratic."""
    instance = quadratic(curvature, alpha)
    return orbit_model(instance, 4, points=[-2, -1, 0, 1, 2], letters={"L": 3})


gentle, steep = world(1, Fraction(1, 4)), world(3, Fraction(3, 5))
double_well = worst_case.Line(
    right=(0, -2, 0, 4), left=(0, -2, 0, 4), low=-2, high=2, minimiser=0, start=0, c=1, L=46,
    mu2=784, sigma=0, alpha=Fraction(1, 100), why="w^4 - w^2: at 0 the gradient vanishes",
)
half = Fraction(1, 2)
examples = (
    example(says.stationary_is_minimal, gentle, "the quadratic of curvature c"),
    example(says.converges, gentle, "the quadratic of curvature c, alpha below 2/(c + L)"),
    example(says.converges, steep, "the quadratic of curvature L, alpha above 2/(c + L)"),
    example(says.factor_below_one, gentle, "c = 1, L = 3, alpha = 1/4"),
    *(example(claim, gentle, "c = 1, L = 3") for claim in (says.best_rate, says.best_rate_at_L)),
    Example(
        says.stationary_points_as_stated,
        double_well.loss(half) - double_well.loss(Fraction(0)),
        "w^4 - w^2: the gradient vanishes at 0, and the loss is less at 1/2",
    ),
)
