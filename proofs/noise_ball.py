r"""The noise ball, proved [slides 19-21], and its worst cases.

Read strong convexity from both ends to get strong monotonicity, with the variational inequality in
place of a vanishing gradient. Run the package's own SGD step on formal vectors and expand the
square; average given the past, where the fresh draw is unbiased; pay for the squared gradient with
the two bounds. That is the recursion, for every step size. Iterating it needs ``alpha c <= 1/2``.

Long because the lecture's central chain has seventeen theorems.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sgdtheory.proofs import smooth_ball

from sgdtheory.elementary import maximum
from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import (
    B,
    after_step,
    alpha,
    c,
    distance2,
    gradient,
    iterate,
    loss,
    mu2,
    projection,
    sample,
    sigma2,
    t,
    w,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, LimitSuperior, Scalar
from sgdtheory.logic.model import Model, orbit_model
from sgdtheory.logic.proof import (
    Step,
    above_both,
    above_maximum,
    average,
    by_cases,
    divisors,
    induction,
    invert,
    later_limsup,
    lies_in,
    limsup,
    paired,
    product,
    prove,
    replace_hypothesis,
    squared,
    suppose,
    tower,
)
from sgdtheory.optimizers import SGD
from sgdtheory.problems import worst_case
from sgdtheory.theory import noise_ball as says

alpha_positive, c_positive, B_positive = map(
    suppose, (a.positive_alpha, a.positive_c, a.positive_B)
)
w_inside = suppose(Assumption("w lies in Theta", w.inside("Theta")))
star_inside = suppose(a.minimiser_inside)
convex, optimal = suppose(a.strongly_convex), suppose(a.optimal)
bounded_gradient = suppose(a.bounded_gradient)
unbiased = suppose(a.unbiased)
bounded_variance = suppose(a.bounded_variance, nonzero=[B_positive])
stays = suppose(a.stays)
small_step = suppose(a.small_step)

error = iterate(t) - w_star
M2 = says.second_moment(sigma2, B, mu2)

# --- the geometry of slide 19 and 20 -------------------------------------------------------------

growth = prove(
    "quadratic growth",
    loss(w) >= loss(w_star) + c / 2 * (w - w_star).norm2(),
    by=[convex(w, w_star, inside=[w_inside, star_inside]), optimal(w, inside=[w_inside])],
).for_all(w, inside="Theta")

slope = prove(
    "the slope towards w*",
    gradient(w).dot(w - w_star) >= loss(w) - loss(w_star) + c / 2 * (w - w_star).norm2(),
    by=[convex(w_star, w, inside=[w_inside, star_inside])],
).for_all(w, inside="Theta")

monotone = prove(
    "strong monotonicity",
    gradient(w).dot(w - w_star) >= c * (w - w_star).norm2(),
    by=[slope(w, inside=[w_inside]), growth(w, inside=[w_inside])],
).for_all(w, inside="Theta")

bounded_set = prove(
    "the set is bounded",
    c**2 * (w - w_star).norm2() <= mu2,
    by=[
        bounded_gradient(w, inside=[w_inside]),
        monotone(w, inside=[w_inside]),
        squared("a square", gradient(w) - c * (w - w_star)),
    ],
    signs=[c_positive],
).for_all(w, inside="Theta")

# --- the recursion of slide 21 -------------------------------------------------------------------

fresh = prove(
    "the draw is fresh",
    Expectation(sample(t).dot(error), t).equals(gradient(iterate(t)).dot(error)),
    by=[paired(unbiased(t), error)],
)

second_moment = prove(
    "second moment = variance + squared mean",
    Expectation(sample(t).norm2(), t) <= M2,
    by=[
        bounded_variance(t),
        bounded_gradient(iterate(t), inside=[stays(t)]),
        paired(unbiased(t), gradient(iterate(t))),
    ],
    signs=[B_positive],
)

after = after_step(t) - w_star
updated = suppose(a.sgd)(t)
moved = iterate(t + 1) - w_star
unprojected = prove(
    "no projection",
    moved.norm2() <= after.norm2(),
    by=[paired(updated, moved), paired(updated, after)],
)


def recursion(
    no_further: Step, step_size: Scalar = alpha, signs: Sequence[Step] = (alpha_positive,)
) -> Step:
    """Prove the one-step recursion from ``|W_(t+1) - w*| <= |W_t - alpha g_t - w*|``.

    `signs` say that the step size, which may depend on t, is positive.
    """
    shrunk, added = 1 - 2 * step_size * c, step_size**2 * M2
    given_past = prove(
        "one step, given the past",
        Expectation(moved.norm2(), t) <= shrunk * error.norm2() + added,
        by=[
            average(no_further, t),
            fresh,
            second_moment,
            monotone(iterate(t), inside=[stays(t)]),
        ],
        signs=[*signs, B_positive],
    )
    return prove(
        "one step",
        distance2(t + 1) <= shrunk * distance2(t) + added,
        by=[average(given_past), tower(moved.norm2(), t)],
        signs=[*signs, B_positive],
    )


def stepped_with(step_size: Scalar, update: Assumption, signs: Sequence[Step]) -> Step:
    """Expand a step of unprojected SGD with a step size that may depend on t."""
    new = suppose(update, nonzero=divisors(step_size, signs))(t)
    target = after_step(t, step_size) - w_star
    return prove(
        "no projection",
        moved.norm2() <= target.norm2(),
        by=[paired(new, moved, signs), paired(new, target, signs)],
        signs=signs,
    )


def recursion_with(step_size: Scalar, update: Assumption, signs: Sequence[Step]) -> Step:
    """Prove the recursion of unprojected SGD with a step size that may depend on t."""
    return recursion(stepped_with(step_size, update, signs), step_size, signs)


one_step = recursion(unprojected)

# --- projection: the iterates stay in Theta because they are put there ---------------------------

projected = suppose(a.projected_sgd)(t)
image = projection(after_step(t))
put_back = suppose(a.projects)(after_step(t))
stays_put = induction(
    "projected iterates stay in Theta",
    suppose(a.starts_inside),
    lies_in(put_back, projected, iterate(t + 1), "the next iterate lies in Theta"),
    iterate(t).inside("Theta"),
    t,
)
shortened = suppose(a.projection_shortens)(after_step(t), w_star, inside=[star_inside])
brought_closer = prove(
    "projection brings closer",
    moved.norm2() <= after.norm2(),
    by=[
        paired(projected, moved),
        paired(projected, image - w_star),
        shortened,
        squared("a square", after_step(t) - image),
    ],
)
one_step_projected = replace_hypothesis(recursion(brought_closer), stays_put.for_all(t))

# --- every t, and the ball -----------------------------------------------------------------------


def at_time(time: object) -> object:
    """Return the bound of slide 21 at a time, from ``E|W_0 - w*|^2`` on."""
    return says.distance2(time, distance2(0), alpha, sigma2, B, mu2, c)


below = distance2(t) <= at_time(t)
every_t = induction(
    "every t",
    prove("the start", distance2(0) <= at_time(0), by=[], signs=[c_positive, B_positive]),
    prove(
        "the next time",
        distance2(t + 1) <= at_time(t + 1),
        by=[
            one_step,
            product(
                "the induction hypothesis, contracted",
                small_step,
                suppose(
                    Assumption("induction hypothesis", below), nonzero=[c_positive, B_positive]
                ),
            ),
        ],
        signs=[c_positive, B_positive],
    ),
    below,
    t,
)

nonnegative = average(squared("a squared distance", error), title="a mean of squares")
shrinks = prove(
    "1 - 2 alpha c < 1",
    1 - (1 - 2 * alpha * c) > 0,
    by=[product("alpha c > 0", alpha_positive, c_positive)],
)
ball = limsup(
    "the noise ball",
    every_t,
    t,
    distance2(t),
    says.radius2(alpha, sigma2, B, mu2, c),
    [(small_step, shrinks)],
    nonnegative,
)

# --- the set bounds the distance for every step size ---------------------------------------------

trivial = prove(
    "the distance is at most mu/c",
    distance2(t) <= mu2 / c**2,
    by=[average(bounded_set(iterate(t), inside=[stays(t)]))],
    signs=[c_positive],
)
trivial_limsup = limsup(
    "the set bounds the limsup", trivial, t, distance2(t), mu2 / c**2, [], nonnegative
)
spread = sample(0) - gradient(iterate(0))
some_variance = prove(
    "a variance is nonnegative",
    sigma2 / B >= 0,
    by=[average(bounded_variance(0)), average(squared("a squared deviation", spread)),
        tower(spread.norm2(), 0)],
    signs=[B_positive],
)
some_slope = prove(
    "a squared bound is nonnegative",
    mu2 >= 0,
    by=[bounded_gradient(w_star, inside=[star_inside]), squared("a slope", gradient(w_star))],
)
ball_again = prove(
    "a huge step",
    LimitSuperior(t, distance2(t)) <= says.radius2(alpha, sigma2, B, mu2, c),
    by=[
        trivial_limsup,
        product("the variance, weighted", some_variance, alpha_positive, invert(c_positive)),
        product("the slope, weighted", some_slope, suppose(a.huge_step), invert(c_positive),
                invert(c_positive)),
    ],
    signs=[c_positive, B_positive],
)
nonnegative_M2 = prove(
    "a second moment is nonnegative",
    M2 >= 0,
    by=[
        average(second_moment.for_all(t)(0)),
        average(squared("a squared gradient", sample(0))),
        tower(sample(0).norm2(), 0),
    ],
    signs=[B_positive],
)

# --- every step size: the corrected radius -------------------------------------------------------

longest = maximum(alpha, 1 / (2 * c))
uncapped = alpha * longest * M2
ball_uncapped = prove(
    "small steps",
    LimitSuperior(t, distance2(t)) <= uncapped,
    by=[
        ball,
        product(
            "1/(2c) is below the maximum",
            alpha_positive,
            above_maximum(1 / (2 * c), alpha, nonzero=[c_positive]),
            nonnegative_M2,
        ),
    ],
    signs=[c_positive, B_positive],
)
large_step = suppose(a.large_step)
no_contraction = prove(
    "large steps forget the start",
    distance2(t + 1) <= alpha**2 * M2,
    by=[one_step, product("a negative factor", large_step, nonnegative)],
    signs=[B_positive],
)
later = nonnegative.for_all(t)(t + 1)
forgetful = prove(
    "large steps",
    LimitSuperior(t, distance2(t)) <= uncapped,
    by=[
        limsup("one step", no_contraction, t, distance2(t + 1), alpha**2 * M2, [], later),
        later_limsup(t, distance2(t)),
        product(
            "alpha is below the maximum",
            alpha_positive,
            above_maximum(alpha, 1 / (2 * c), nonzero=[c_positive]),
            nonnegative_M2,
        ),
    ],
    signs=[c_positive, B_positive],
)
every_alpha = by_cases("every step size", ball_uncapped, forgetful, 1 - 2 * alpha * c)
cap = mu2 / c**2
corrected = above_both(
    "the corrected radius",
    LimitSuperior(t, distance2(t)) <= says.worst_case_radius2(alpha, sigma2, B, mu2, c),
    (-uncapped, -cap),
    (every_alpha, trivial_limsup),
    signs=[c_positive, B_positive],
)


# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.set_is_bounded, bounded_set),
    Proof(says.quadratic_growth, growth),
    Proof(says.square_expanded, smooth_ball.expansion),
    Proof(says.fresh_draw, fresh),
    Proof(says.slope_towards_minimiser, slope),
    Proof(says.strong_monotonicity, monotone),
    Proof(says.second_moment_bound, second_moment),
    Proof(says.one_step, one_step),
    Proof(says.one_step_projected, one_step_projected),
    Proof(says.every_t, every_t),
    Proof(says.ball, ball),
    Proof(says.ball_again, ball_again),
    Proof(says.distance_capped, trivial),
    Proof(says.worst_case_ball, corrected),
    Proof(says.smooth_every_t, smooth_ball.smooth_every_t),
    Proof(says.smooth_ball, smooth_ball.smooth_limit),
    Proof(says.quadratic_exact, smooth_ball.quadratic_every_t),
)

half, grid = Fraction(1, 2), tuple(Fraction(j, 10) for j in range(-20, 21, 4))
two_point = worst_case.two_point(c=Fraction(1), alpha=half / 2, radius=Fraction(1))
attaining = orbit_model(two_point, steps=3, points=[-1, -half, 0, half, 1], period=1)


def signed(curvature: int, alpha: Fraction, start: Fraction, period: int | None = None) -> Model:
    """Return SGD with noise of sign 1 on a quadratic whose curvature is an end of [1, 3]."""
    instance = worst_case.Line(
        right=(0, curvature), left=(0, curvature), low=-2, high=2, minimiser=0, start=start, c=1,
        L=3, mu2=36, sigma=1, alpha=alpha, why="a quadratic with noise of sign 1",
    )
    return orbit_model(instance, 3, points=grid, period=period, letters={"L": 3, "h": curvature})


gentle, steep = (1, Fraction(2, 5)), (3, Fraction(3, 5))
hopping = worst_case.Line(
    right=(0, 1), left=(0, 1), low=-1, high=1, minimiser=0, start=1, c=1, L=1, mu2=1, sigma=0,
    alpha=Fraction(2), why="w^2/2 without noise at alpha = 2/c: W_t jumps between 1 and -1",
)
onto_interval = orbit_model(
    worst_case.boundary(), steps=3, points=[1, 1 + half, 2, Fraction(5, 2)], project=True, period=1
)
with_signs = "noise of sign 1, c = 1, L = 3; "
without_variance = "two-point gradients 0 and 2w/alpha at |w| = R: |W_t| never changes"
examples = (
    *(
        example(claim, attaining, without_variance)
        for claim in (
            says.set_is_bounded,
            says.quadratic_growth,
            says.square_expanded,
            says.fresh_draw,
            says.slope_towards_minimiser,
            says.strong_monotonicity,
            says.second_moment_bound,
            says.one_step,
            says.every_t,
            says.ball,
            says.distance_capped,
            says.worst_case_ball,
        )
    ),
    *(
        example(claim, signed(*case, start=Fraction(2)), f"{with_signs}{words}, from 2")
        for claim in (says.smooth_every_t, says.quadratic_exact)
        for case, words in ((gentle, "curvature c, alpha = 2/5"), (steep, "curvature L, 3/5"))
    ),
    example(says.smooth_ball, signed(*gentle, start=half, period=1),
            f"{with_signs}curvature c, alpha = 2/5, from 1/2: E w^2 stays 1/4"),
    example(says.smooth_ball, signed(*steep, start=Fraction(1), period=1),
            f"{with_signs}curvature L, alpha = 3/5, from 1: E w^2 stays 1"),
    example(says.ball_again, orbit_model(hopping, steps=3, points=[-1, 0, 1], period=1),
            "w^2/2 on [-1, 1], alpha = 2: jumping between the ends"),
    example(says.one_step_projected, onto_interval, "w^2/2 on [1, 2], projected"),
)

cycle = worst_case.two_cycle(alpha=1, x=1, y=Fraction(1, 10), c=1)
jumping = orbit_model(cycle, steps=4, points=[-Fraction(1, 10), 0, half, 1], period=2)
escape, isotropic = worst_case.escape(), worst_case.isotropic(d=100)
escaped_to = says.quadratic_ball.function(escape.alpha, escape.sigma2, 1)
spread = worst_case.mean_square(escape, worst_case.law(escape, 4))
tenth = Fraction(1, 10)
step_sizes = [Fraction(j, 10) for j in range(1, 20)]
refutations = (
    example(says.ball_as_stated, jumping, "gradient descent that jumps between 1 and -1/10"),
    example(says.gradient_vanishes_as_stated, onto_interval, "w^2/2 on [1, 2]: the gradient is 1"),
    Example(
        says.ball_is_bias_as_stated, -spread,
        f"w^2/2 with signs: after 4 steps from w* the bias is 0 and the mean square {spread}",
    ),
    Example(
        says.variance_by_coordinate_as_stated, isotropic.misread_bound - isotropic.limit,
        "100 coordinates of noise: the limit is 100/19, the misread ball less",
    ),
    Example(
        says.whole_space_as_stated, Fraction(1) - 2**2,
        "w^2/2 with mu2 = 1: at w = 2 the squared gradient is 4",
    ),
    Example(
        says.derivative_is_unbiased_as_stated,
        says.radius2.function(tenth, Fraction(0), 1, Fraction(9, 4), 1) - Fraction(1, 4),
        "w^2/2 + 1{X > w}, X uniform on [-1, 1]: W_t tends to 0, and w* = -1/2; alpha = 1/10",
    ),
    Example(
        says.iterates_stay_as_stated,
        says.radius2.function(escape.alpha, escape.sigma2, 1, escape.mu2, escape.c) - escaped_to,
        "noise of sign 1 on [-1/10, 1/10]: the limit is 1/3, the ball 0.2525",
    ),
)


def off_the_ball(alpha: Fraction) -> Fraction:
    """Return how far ball and squared distance of the two-point instance are from R^2 = 1.

    A step of the package's SGD from either end, on either sample, should lead to an end.
    """
    p = worst_case.two_point(c=Fraction(1), alpha=alpha, radius=Fraction(1))
    after = [SGD(alpha).step(end, None, lambda _, g=g: g, 1)[0]
             for end in (p.radius, -p.radius) for _, g in p.outcomes(end)]
    ball_off = abs(says.radius2.function(alpha, p.sigma2, 1, p.mu2, p.c) - 1)
    return ball_off + sum(abs(w**2 - 1) for w in after)


tight = Example(
    says.attained, -sum(map(off_the_ball, step_sizes)),
    "alpha = 1/10, ..., 19/10: the ball is R^2, and every step from an end leads to an end",
)

DEEP_LEARNING = "Goodfellow, Bengio and Courville 2016, Deep Learning, chapter 8"
citations = (
    Citation(says.update_rule, "definition"),
    Citation(says.cheaper_steps, "count of sample gradients: 1 or B a step against n"),
    Citation(says.generalises, f"empirical: {DEEP_LEARNING}"),
    Citation(says.independent_draws, "an assumption; see the topics minibatch and epochs"),
    Citation(says.convex_where, "an assumption; the proofs use it on Theta only"),
    Citation(says.minimiser_exists, "Nesterov 2018, Lectures on Convex Optimization, Thm 2.2.11"),
    Citation(says.past_indices, "erratum of an index"),
)
