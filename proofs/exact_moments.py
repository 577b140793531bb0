r"""Exact moments, proved: Gaussian regression, averages of iterates, quadratic samples.

Where the second moment of the gradient is affine in the squared distance, a step is an equality,
which is iterated; the average of the iterates is in `averaged`. For samples that are quadratics the
gradient at W and the gradient of the same sample at w* have a mean product that is linear in the
error, and so vanishes on average if the mean of the error does.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs import optimum_noise
from sgdtheory.proofs.averaged import assumed, averaged, h_positive
from sgdtheory.proofs.geometric import geometric_steps, settled
from sgdtheory.proofs.rows import gaussian, half, scattered, skewed, world
from sgdtheory.proofs.smooth_ball import (
    B_positive,
    alpha_positive,
    c_positive,
    curved,
    error,
    expansion,
    moved,
    nonnegative,
    unbiased,
)

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic.assumptions import (
    B,
    L,
    alpha,
    c,
    distance2,
    h,
    t,
)
from sgdtheory.logic.language import Expectation
from sgdtheory.logic.model import orbit_model
from sgdtheory.logic.proof import (
    average,
    induction,
    invert,
    one_is_positive,
    paired,
    product,
    prove,
    squared,
    suppose,
    tower,
    weighted,
)
from sgdtheory.problems import worst_case
from sgdtheory.theory import exact_moments as says
from sgdtheory.theory import optimum_noise as optimum_says
from sgdtheory.theory.exact_moments import d
from sgdtheory.theory.optimum_noise import sigma2_star

# --- Gaussian regression: a step that is an equality ---------------------------------------------

second_moment = suppose(says.gaussian_moment, nonzero=[B_positive])(t)
decay = alpha * h * (2 - alpha * h * (B + d + 1) / B)
floor = alpha**2 * sigma2_star / B
gaussian_step = prove(
    "one step of Gaussian regression",
    distance2(t + 1).equals((1 - decay) * distance2(t) + floor),
    by=[
        average(
            prove(
                "one step of Gaussian regression, given the past",
                Expectation(moved.norm2(), t).equals((1 - decay) * error.norm2() + floor),
                by=[
                    average(expansion, t),
                    paired(unbiased(t), error),
                    weighted(alpha**2, second_moment, signs=[B_positive]),
                    weighted(-2 * alpha, paired(curved, error)),
                ],
                signs=[B_positive],
            )
        ),
        tower(moved.norm2(), t),
    ],
    signs=[B_positive],
)


def gaussian_at(time: Any) -> Any:
    """Return the closed form at a time."""
    return says.lms_distance2(time, distance2(0), alpha, sigma2_star, B, h, d)


no_terms, one_more_term = geometric_steps(1 - decay, [B_positive])
gaussian_every_t = induction(
    "every t of Gaussian regression",
    prove("the start", distance2(0).equals(gaussian_at(0)),
          by=[weighted(floor, no_terms, signs=[B_positive])], signs=[B_positive]),
    prove(
        "the next time",
        distance2(t + 1).equals(gaussian_at(t + 1)),
        by=[
            gaussian_step,
            weighted(1 - decay, assumed(says.gaussian_every_t.conclusion, B_positive),
                     signs=[B_positive]),
            weighted(floor, one_more_term, signs=[B_positive]),
        ],
        signs=[B_positive],
    ),
    says.gaussian_every_t.conclusion,
    t,
    signs=[B_positive],
)

# its limit

one = one_is_positive()
stable = suppose(says.lms_stable)
spread_positive = prove("d + 1 is positive", d + 1 > 0, by=[suppose(says.some_dimension), one])
near = 1 - alpha * h
factor_nonnegative = prove(
    "the factor is nonnegative",
    1 - decay >= 0,
    by=[
        squared("a square", near),
        product("the part of the noise", squared("a square", alpha * h), spread_positive,
                invert(B_positive)),
    ],
    signs=[B_positive],
)
decays = prove(
    "the factor is below 1", 1 - (1 - decay) > 0, by=[stable],
    signs=[B_positive, alpha_positive, h_positive],
)
gaussian_signs = [B_positive, alpha_positive, h_positive, stable]
gaussian_ball = settled(
    "the ball of Gaussian regression",
    prove("every t, as a bound", distance2(t) <= gaussian_at(t), by=[gaussian_every_t],
          signs=[B_positive]),
    distance2,
    says.lms_radius2(alpha, sigma2_star, B, h, d),
    1 - decay,
    floor,
    (factor_nonnegative, decays),
    nonnegative,
    signs=gaussian_signs,
)

# beyond the limit of stability

unstable = suppose(says.lms_unstable)


def at_least(time: Any) -> Any:
    """State the linear growth at a time."""
    return distance2(time) >= distance2(0) + time * alpha**2 * sigma2_star / B


gaussian_grows = induction(
    "linear growth",
    prove("the start", at_least(0), by=[], signs=[B_positive]),
    prove(
        "the next time",
        at_least(t + 1),
        by=[
            gaussian_step,
            assumed(at_least(t), B_positive),
            product("what the step adds", unstable, nonnegative),
        ],
        signs=[B_positive, alpha_positive, h_positive],
    ),
    at_least(t),
    t,
    signs=[B_positive],
)

# --- samples that are quadratics: the product with the noise at w* vanishes on average -----------

star, change = optimum_noise.star, optimum_noise.change
below_limit = optimum_noise.below_limit
star_noise = alpha**2 * sigma2_star / B
q = 1 - alpha * c * (2 - alpha * L)
quadratics_step = prove(
    "one step, quadratic samples",
    distance2(t + 1) <= q * distance2(t) + star_noise,
    by=[
        average(expansion),
        *optimum_noise.fresh,
        *optimum_noise.star_fresh,
        optimum_noise.steep,
        optimum_noise.at_optimum,
        average(suppose(optimum_says.smooth_samples)(t)),
        average(suppose(says.quadratic_samples)(t)),
        tower(change.dot(star), t),
        paired(suppose(says.centred)(t), says.cross),
    ],
    signs=[alpha_positive, below_limit, B_positive],
)
quadratics_every_t, quadratics_ball = optimum_noise.every_t_and_limit(
    "quadratic samples",
    quadratics_step,
    distance2,
    lambda time: says.quadratic_samples2(time, distance2(0), alpha, sigma2_star, B, c, L),
    says.optimum_radius2(alpha, sigma2_star, B, c, L),
    star_noise,
    prove("q is nonnegative", q >= 0,
          by=[squared("a square", 1 - alpha * c),
              product("L for c", alpha_positive, alpha_positive, c_positive,
                      optimum_noise.ordered)]),
    prove("q is below 1", 1 - q > 0,
          by=[product("times the room", alpha_positive, c_positive, below_limit)]),
    [below_limit, alpha_positive, c_positive, B_positive],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.gaussian_every_t, gaussian_every_t),
    Proof(says.gaussian_ball, gaussian_ball),
    Proof(says.gaussian_grows, gaussian_grows),
    Proof(says.averaged, averaged),
    Proof(says.quadratics_every_t, quadratics_every_t),
    Proof(says.quadratics_ball, quadratics_ball),
)
citations = (
    Citation(says.gaussian_rows, "Isserlis 1918, for the fourth moments of Gaussian inputs"),
    Citation(says.tail, "by Hoeffding's lemma (Hoeffding 1963, Lemma 1) and Jensen's inequality; "
                        "after Harvey, Liaw, Plan and Randhawa 2019, Tight analyses"),
)


signs_around = worst_case.Line(
    right=(0, 1), left=(0, 1), low=-9, high=9, minimiser=0, start=2, c=1, L=1, mu2=81, sigma=1,
    alpha=Fraction(2, 5), why="w^2/2 with signs, from 2",
)
averaging = orbit_model(signs_around, 3, points=[-1, 0, half, 2], letters={"h": 1})
nodes = "inputs 0, 1 and -1, which have the moments of a Gaussian of variance 1/3"
examples = (
    example(says.gaussian_every_t, world(gaussian, Fraction(2, 5), 2), f"{nodes}; alpha = 2/5"),
    example(says.gaussian_ball, world(gaussian, Fraction(2, 5), half, period=1),
            f"{nodes}; from the ball of alpha = 2/5, where E w^2 stays 1/4"),
    example(says.gaussian_grows, world(gaussian, Fraction(2), 1),
            f"{nodes}; at the limit alpha = 2 it grows by 4/3 in each step"),
    example(says.averaged, replace(averaging, indices={"t": 3}),
            "w^2/2 with signs, alpha = 2/5, three iterates from 2"),
    example(says.quadratics_every_t, world(skewed, Fraction(2, 5), 0),
            "rows of curvature 0 and 1 with unequal gradients, from w*"),
    example(says.quadratics_ball, scattered(skewed, Fraction(2, 7), half),
            "rows of curvature 0 and 1, c = 1/3, from 1/2 or -1/2 by a coin: E w^2 stays 1/4"),
)
