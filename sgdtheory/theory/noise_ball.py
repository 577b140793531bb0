"""The noise ball of stochastic gradient descent [slides 17-21].

On a bounded convex set, with a c-strongly convex loss, gradients of squared norm at most mu2 and
minibatch noise of variance at most sigma2/B, every step obeys
``D_(t+1) <= (1 - 2 alpha c) D_t + alpha^2 (sigma2/B + mu2)`` for ``D_t = E|W_t - w*|^2``. The slide
iterates it to a ball of squared radius ``alpha (sigma2/B + mu2) / (2c)``, which is true for
``alpha c <= 1/2`` and false between 1/2 and 2; `worst_case_radius2` is true for every step size.

Long because the lecture makes twenty-six claims here.

>>> round(radius2(alpha=0.1, sigma2=1.0, B=4, mu2=0.75, c=0.5), 12)
0.1
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import anywhere, geometric, maximum, minimum, one_minus_power
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import (
    B,
    L,
    alpha,
    c,
    gradient,
    h,
    iterate,
    loss,
    mu2,
    sample,
    sigma2,
    stationary,
    t,
    w,
    w_star,
)
from sgdtheory.logic.assumptions import distance2 as distance2_at
from sgdtheory.logic.claim import Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Expectation, LimitSuperior
from sgdtheory.theory.gradient_descent import contraction, curvatures_in_order


@formula
def second_moment(sigma2, B, mu2):
    """Bound on ``E|G|^2`` of a minibatch gradient: variance plus squared mean [slide 21]."""
    return sigma2 / B + mu2


@formula
def radius2(alpha, sigma2, B, mu2, c):
    """Squared radius of the noise ball [slide 22]. True as a limsup for ``alpha c <= 1/2``."""
    return alpha * (sigma2 / B + mu2) / (2 * c)


def contracts(alpha: Any, sigma2: Any, B: Any, mu2: Any, c: Any) -> None:
    """Raise ValueError unless ``alpha c <= 1/2``, where the recursion may be iterated."""
    excess = 2 * alpha * c > 1 + 1e-12
    if anywhere(excess):
        excess = np.asarray(excess)
        alpha, sigma2, B, mu2, c = (
            float(np.broadcast_to(np.asarray(value, dtype=float), excess.shape)[excess][0])
            for value in (alpha, sigma2, B, mu2, c)
        )
        still = worst_case_radius2(alpha, sigma2, B, mu2, c)
        raise ValueError(
            f"alpha={alpha:g} exceeds 1/(2c)={1 / (2 * c):g}: the recursion does not contract; "
            f"what still holds for t >= 1, if the iterates stay in Theta: E|w_t-w*|^2 <= "
            f"min(alpha^2 (sigma2/B + mu2), mu2/c^2) = {still:.6g}; use worst_case_radius2, or "
            f"alpha <= {1 / (2 * c):g}"
        )


@formula(requires=contracts)
def distance2(t, d0, alpha, sigma2, B, mu2, c):
    """Bound on ``E|W_t - w*|^2`` at time t, for ``alpha c <= 1/2`` [slide 21]."""
    ball = radius2.function(alpha, sigma2, B, mu2, c)
    return (1 - 2 * alpha * c) ** t * d0 + ball * one_minus_power(2 * alpha * c, t)


@formula
def worst_case_radius2(alpha, sigma2, B, mu2, c):
    """Squared radius that holds for every step size on the slide's bounded set."""
    return minimum(alpha * maximum(alpha, 1 / (2 * c)) * (sigma2 / B + mu2), mu2 / c**2)


@formula(requires=curvatures_in_order)
def smooth_distance2(t, d0, alpha, sigma2, B, c, L):
    """Exact worst case of ``E|W_t - w*|^2`` over L-smooth losses; no bounded gradient needed."""
    r2 = contraction.function(alpha, c, L) ** 2
    return r2**t * d0 + alpha**2 * sigma2 / B * geometric(1 - r2, t)


def smooth_step_size(alpha: Any, c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L`` and ``alpha < 2/L``."""
    curvatures_in_order(c, L)
    if anywhere(alpha * L >= 2):
        raise ValueError(
            f"alpha={alpha} is not below 2/L={2 / L}: the distance does not stay bounded on "
            "every L-smooth loss; take alpha < 2/L, or smooth_distance2 at a finite t"
        )


@formula(requires=smooth_step_size)
def smooth_radius2(alpha, sigma2, B, c, L):
    """Limit of `smooth_distance2` as t grows, for ``alpha < 2/L``: the larger of two balls.

    They are those of the quadratics of curvature c and L: ``1 - (1 - alpha h)^2`` is
    ``alpha h (2 - alpha h)``, written so that nothing cancels for small alpha.
    """
    noise, ball = sigma2 / B, quadratic_ball.function
    return maximum(ball(alpha, noise, c), ball(alpha, noise, L))


def stable_on_quadratic(alpha: Any, h: Any) -> None:
    """Raise ValueError unless ``alpha h < 2``."""
    if anywhere(alpha * h >= 2):
        raise ValueError(
            f"alpha={alpha} is not below 2/h={2 / h}, the stability limit of the quadratic of "
            "curvature h: there is no stationary law; take a smaller alpha"
        )


@formula(requires=stable_on_quadratic)
def quadratic_ball(alpha, sigma2, h):
    """Stationary ``E w^2`` on the 1-D quadratic of curvature h with additive noise [AR(1)].

    The variance of the autoregression ``w_t = (1 - alpha h) w_(t-1) + alpha xi``.
    """
    return alpha * sigma2 / (h * (2 - alpha * h))


# --- claims --------------------------------------------------------------------------------------

update_rule = Claim(
    "sgd.S17-a", "Each step moves against the gradient of one freshly drawn sample.",
    correction="A definition; the rule is `st.optimizers.SGD`.",
)
ball_exists = Claim(
    "sgd.S17-b", "The randomness makes SGD converge to a noise ball.",
    correction="In mean square and for constant alpha only: W_t itself does not converge, and "
    "there is no ball where the noise vanishes at w*.",
)
ball_is_bias_as_stated = Claim(
    "sgd.S17-c", "The noise ball is a bias problem.",
    correction="It is variance: on a quadratic the mean of W_t tends to w* exactly.",
)
cheaper_steps = Claim(
    "sgd.S17-d", "A step of SGD is much cheaper than one of gradient descent.",
    correction="It costs 1 (or B) sample gradients instead of n.",
)
generalises = Claim(
    "sgd.S17-e", "The noise improves generalisation.",
    correction="An empirical statement; the slide has no theorem.",
)
independent_draws = Claim(
    "sgd.S18-a", "The pairs are i.i.d. and independent of W_0.",
    correction="True for one pass over the population or for sampling with replacement; false "
    "from the second epoch on, and inside an epoch.",
)
variance_by_coordinate_as_stated = Claim(
    "sgd.S18-b", "sigma2 bounds the variance of the gradient, read coordinate by coordinate.",
    correction="var must be the trace of the covariance, E|G - E G|^2.",
)
set_is_bounded = Claim(
    "sgd.S18-c", "A bounded gradient and strong convexity confine the set to a ball.",
    (c**2 * (w - w_star).norm2() <= mu2).forall(w, inside="Theta"),
    (*a.GEOMETRY, a.bounded_gradient, a.positive_c),
    "With Theta = R^d no loss satisfies the hypotheses; mu >= c radius.",
)
whole_space_as_stated = Claim(
    "sgd.S18-c-whole-space", "Bounded gradients and strong convexity are possible with Theta = "
    "R^d.",
    correction="A strongly convex loss has unbounded gradients on R^d.",
)
convex_where = Claim(
    "sgd.S18-d", "The inequality of strong convexity is asked for all w_1 and w_2.",
    correction="It is needed on Theta only, where the gradient bound lives; subgradients will do.",
)
derivative_is_unbiased_as_stated = Claim(
    "sgd.S18-e", "The expected derivative is the derivative of the expectation.",
    correction="A hypothesis of its own (automatic for convex samples): without it the limit can "
    "lie outside the ball.",
)
iterates_stay_as_stated = Claim(
    "sgd.S18-f", "The iterates stay in Theta of themselves.",
    correction="They must be projected, or Theta be invariant.",
)
minimiser_exists = Claim(
    "sgd.S19-a", "Convexity gives a unique minimiser.",
    correction="Strong convexity on a closed Theta does; plain convexity gives neither.",
)
gradient_vanishes_as_stated = Claim(
    "sgd.S19-b", "The gradient of the loss vanishes at its minimiser w* on Theta.",
    stationary.statement, (),
    "Only <grad L(w*), w - w*> >= 0 on Theta; the rest of the lecture needs no more.",
)
quadratic_growth = Claim(
    "sgd.S19-c", "A strongly convex loss grows at least as c/2 |w - w*|^2 from its minimiser on "
    "Theta.",
    (loss(w) >= loss(w_star) + c / 2 * (w - w_star).norm2()).forall(w, inside="Theta"),
    a.GEOMETRY,
)
square_expanded = Claim(
    "sgd.S19-d", "After a step of SGD the squared distance |W - w*|^2 has changed by alpha^2 |G|^2 "
    "- 2 alpha <G, W - w*>.",
    (iterate(t + 1) - w_star).norm2().equals(
        (iterate(t) - w_star).norm2()
        + alpha**2 * sample(t).norm2()
        - 2 * alpha * sample(t).dot(iterate(t) - w_star)
    ),
    (a.sgd,),
    "With projection '=' becomes '<='.",
)
past_indices = Claim(
    "sgd.S20-a", "W_t is a function of W_0 and of the pairs 1 .. t-1.",
    correction="Of the pairs 0 .. t-1, if W_(t+1) uses pair t; independence of pair t is true.",
    printed="W_t is a function of W_0 and of the pairs 1 .. t-1.",
)
fresh_draw = Claim(
    "sgd.S20-b", "Given W_t, the mean of <G, W_t - w*> is <grad L(W_t), W_t - w*>.",
    Expectation(sample(t).dot(iterate(t) - w_star), t).equals(
        gradient(iterate(t)).dot(iterate(t) - w_star)
    ),
    (a.unbiased,),
    "It needs the expected derivative to be the derivative, sgd.S18-e.",
)
slope_towards_minimiser = Claim(
    "sgd.S20-c", "The slope <grad L(w), w - w*> is at least L(w) - L(w*) + c/2 |w - w*|^2.",
    (
        gradient(w).dot(w - w_star) >= loss(w) - loss(w_star) + c / 2 * (w - w_star).norm2()
    ).forall(w, inside="Theta"),
    (a.strongly_convex, a.minimiser_inside),
)
strong_monotonicity = Claim(
    "sgd.S20-d", "The slope <grad L(w), w - w*> is at least c |w - w*|^2.",
    (gradient(w).dot(w - w_star) >= c * (w - w_star).norm2()).forall(w, inside="Theta"),
    a.GEOMETRY,
)
second_moment_bound = Claim(
    "sgd.S21-a", "The second moment of a minibatch gradient is at most variance plus squared mean, "
    "sigma2/B + mu2.",
    Expectation(sample(t).norm2(), t) <= second_moment(sigma2, B, mu2),
    (a.bounded_gradient, a.unbiased, a.bounded_variance, a.stays, a.positive_B),
    "With the variance read as the trace of the covariance, sgd.S18-b.",
)
one_step = Claim(
    "sgd.S21-b", "For every step size, D_t = E|W_t - w*|^2 obeys D_(t+1) <= (1 - 2 alpha c) D_t + "
    "alpha^2 (sigma2/B + mu2).",
    distance2_at(t + 1)
    <= (1 - 2 * alpha * c) * distance2_at(t) + alpha**2 * second_moment(sigma2, B, mu2),
    a.RECURSION,
    "No step-size condition, but fresh draws and iterates that stay in Theta.",
)
one_step_projected = Claim(
    "sgd.T-projected", "Projected SGD obeys the recursion of slide 21, and needs no promise that "
    "its iterates stay in Theta.",
    one_step.conclusion,
    a.PROJECTED,
)
every_t = Claim(
    "sgd.S21-c", "The recursion of slide 21 can be iterated to every t if alpha c <= 1/2.",
    distance2_at(t) <= distance2(t, distance2_at(0), alpha, sigma2, B, mu2, c),
    (*a.LECTURE, a.small_step),
    "Not printed; this is where the step size must be at most 1/(2c).",
)
ball_as_stated = Claim(
    "sgd.S21-d", "The limsup of E|W_t - w*|^2 is at most alpha (sigma2/B + mu2)/(2c), for every "
    "step size.",
    LimitSuperior(t, distance2_at(t)) <= radius2(alpha, sigma2, B, mu2, c),
    a.LECTURE,
    "True for alpha c <= 1/2 (and for alpha c >= 2); false in between, by 2-cycles.",
)
ball = Claim(
    "sgd.S21-d-corrected", "The limsup of E|W_t - w*|^2 is at most alpha (sigma2/B + mu2)/(2c) if "
    "alpha c <= 1/2.",
    ball_as_stated.conclusion,
    (*a.LECTURE, a.small_step),
)
ball_again = Claim(
    "sgd.S21-d-huge-step", "The limsup of E|W_t - w*|^2 is at most alpha (sigma2/B + mu2)/(2c) "
    "also if alpha c >= 2, where the set itself is smaller.",
    ball_as_stated.conclusion,
    (*a.GEOMETRY, a.bounded_gradient, a.bounded_variance, a.stays, a.positive_B, a.positive_alpha,
     a.positive_c, a.huge_step),
)
tradeoff = Claim(
    "sgd.S21-e", "A larger step size is faster and has a larger ball.",
    correction="True of the bound for alpha <= 1/(2c), and of the quadratic for alpha < 1/c.",
)
distance_capped = Claim(
    "sgd.T-trace", "The bounded set alone gives E|W_t - w*|^2 <= mu2/c^2, for every step size and "
    "time.",
    distance2_at(t) <= mu2 / c**2,
    (*a.GEOMETRY, a.bounded_gradient, a.stays, a.positive_c),
)
worst_case_ball = Claim(
    "sgd.T-worst-case", "For every step size the limsup of E|W_t - w*|^2 is at most alpha "
    "max(alpha, 1/(2c)) (sigma2/B + mu2), and at most mu2/c^2.",
    LimitSuperior(t, distance2_at(t)) <= worst_case_radius2(alpha, sigma2, B, mu2, c),
    a.LECTURE,
)
smooth_every_t = Claim(
    "sgd.T-smooth", "On L-smooth losses, without bounded gradients or Theta, E|W_t - w*|^2 is at "
    "most smooth_distance2, which quadratics of curvature c and L attain.",
    distance2_at(t) <= smooth_distance2(t, distance2_at(0), alpha, sigma2, B, c, L),
    a.SMOOTH,
)
smooth_ball = Claim(
    "sgd.T-smooth-limit", "On L-smooth losses, for alpha < 2/L, the limsup of E|W_t - w*|^2 is at "
    "most smooth_radius2, which has no floor in mu2.",
    LimitSuperior(t, distance2_at(t)) <= smooth_radius2(alpha, sigma2, B, c, L),
    (*a.SMOOTH, a.positive_c, a.c_at_most_L, a.step_below_2_over_L),
)
quadratic_exact = Claim(
    "sgd.T-quad", "On the quadratic of curvature h with additive noise E|W_t - w*|^2 is known "
    "exactly, for every t.",
    distance2_at(t).equals(
        ((1 - alpha * h) ** 2) ** t * distance2_at(0)
        + alpha**2 * sigma2 * geometric(1 - (1 - alpha * h) ** 2, t)
    ),
    (a.quadratic, a.additive_noise, a.unbiased, a.sgd),
)
attained = Claim(
    "sgd.T-tight1", "A zero-variance instance attains the ball for every alpha < 2/c.",
)
lower_bound_function = Claim(
    "sgd.T-lower-bound", "A function in N dimensions attains the recursion of slide 21 at each of "
    "N steps.",
)
