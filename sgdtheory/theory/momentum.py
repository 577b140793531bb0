"""Momentum on the quadratic: its noise ball, its stability, its rate [slide 26].

Steps along the exponentially weighted average m_t leave, to first order in alpha, the noise ball
of SGD: the variance of m_t is smaller by (1 - beta1)/(1 + beta1), but successive averages share
their gradients. What is gained is stability: up to (1 + beta1)/(1 - beta1) times longer steps. The
slide's effective rate alpha (1 - beta1) is the weight of the newest gradient only; the ball is that
of SGD with alpha (1 - beta1)/(1 + beta1), and (1 + beta1)/(1 - beta1) times as large.

Long because there are fourteen claims, two of which are refuted.

>>> round(ball(alpha=0.1, beta1=0.9, sigma2=1.0, h=1.0), 6)
0.050132
>>> round(noise_ball.quadratic_ball(alpha=0.1, sigma2=1.0, h=1.0), 6)
0.052632
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import anywhere, sqrt
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import (
    L,
    alpha,
    c,
    distance2,
    h,
    iterate,
    sample,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Expectation, FiniteSum, Index, Letter, Process, scalar
from sgdtheory.optimizers import Momentum
from sgdtheory.theory import noise_ball
from sgdtheory.theory.bias_correction import beta1, beta_below_one, nonnegative_beta


@formula
def stable_alpha(beta1, h):
    """Open upper limit of alpha on the quadratic of curvature h; SGD has 2/h [Polyak 1964]."""
    return 2 * (1 + beta1) / ((1 - beta1) * h)


def below_stability(alpha: Any, beta1: Any, h: Any) -> None:
    """Raise ValueError unless ``alpha < stable_alpha(beta1, h)``."""
    unstable = np.asarray(alpha * (1 - beta1) * h >= 2 * (1 + beta1))
    if anywhere(unstable):
        limit = np.broadcast_to(np.asarray(stable_alpha.function(beta1, h)), unstable.shape)
        value = np.broadcast_to(np.asarray(alpha), unstable.shape)
        raise ValueError(
            f"alpha={value[unstable][0]} is not below stable_alpha={limit[unstable][0]}, the "
            "stability limit of momentum on the quadratic of curvature h: there is no stationary "
            "law; take a smaller alpha, or a larger beta1"
        )


@formula(requires=below_stability)
def ball(alpha, beta1, sigma2, h):
    """Stationary ``E w^2`` of the iterate, curvature h, additive noise [AR(2)]."""
    return alpha * sigma2 * (1 + beta1) / (h * (2 * (1 + beta1) - alpha * (1 - beta1) * h))


def averaged_and_stable(t: Any, alpha: Any, beta1: Any, h: Any) -> None:
    """Raise ValueError unless ``t >= 1`` and ``alpha < stable_alpha(beta1, h)``."""
    if anywhere(t < 1):
        raise ValueError(f"t={t}, the time, must be >= 1: at the start nothing is averaged; ask "
                         "for a later one")
    below_stability(alpha, beta1, h)


@formula(requires=averaged_and_stable)
def average2(t, d0, alpha, beta1, sigma2, h):
    """Bound on the mean of ``E|W_s - w*|^2`` over s < t, for every stable alpha."""
    start = (1 - beta1**2 + 2 * alpha * beta1 * h) / (
        alpha * h * (1 - beta1) * (2 * (1 + beta1) - alpha * (1 - beta1) * h))
    return ball.function(alpha, beta1, sigma2, h) + start * d0 / t


@formula
def same_rate_gain(rate):
    """Smallest ball of momentum over that of SGD, if both contract by `rate`: at least 1/2.

    Attained by ``beta1 = rate**2`` and ``alpha h = (1 - rate) / (1 + rate)``.
    """
    return (1 + rate**2) / (1 + rate) ** 2


@formula
def fastest_rate(c, L):
    """Least rate at which momentum contracts all curvatures from c to L [Polyak 1964].

    Attained by ``alpha = 1 / sqrt(c L)`` and ``beta1 = fastest_rate**2``; SGD has
    ``(L - c) / (L + c)``.
    """
    return (sqrt(L) - sqrt(c)) / (sqrt(L) + sqrt(c))


@formula
def optimal_rate_loss(rate):
    """Ball of momentum over that of SGD, each with its fastest tuning on curvatures c to L.

    `rate` is that of momentum, ``(sqrt(L/c) - 1) / (sqrt(L/c) + 1)``: the loss of the ball is
    ``(L/c + 1) / (2 sqrt(L/c))``, for every curvature.
    """
    return (1 + rate**2) / (1 - rate**2)


# --- assumptions ---------------------------------------------------------------------------------

rate = Letter("rate")
_k = Index("k")


def average_at(time: Any) -> Any:
    """Return ``m(time)``, the exponentially weighted average, known as the iterate is."""
    return Process("m", scalar(time))


def after_step(time: Any) -> Any:
    """Return iterate and average that `Momentum` makes of those at `time` with ``g(time)``."""
    return Momentum(alpha, beta1).step(iterate(time), average_at(time), lambda _: sample(time),
                                       scalar(time) + 1)


def crossed(time: Any) -> Any:
    """Return ``E<W(time) - w*, m(time)>``."""
    return Expectation((iterate(time) - w_star).dot(average_at(time)))


def average_size2(time: Any) -> Any:
    """Return ``E|m(time)|^2``."""
    return Expectation(average_at(time).norm2())


steps_along = Assumption(
    "the iterates are those of momentum", iterate(t + 1).equals(after_step(t)[0]).forall(t)
)
averaging = Assumption(
    "m is the average of the momentum rule", average_at(t + 1).equals(after_step(t)[1]).forall(t)
)
averages_from_zero = Assumption("m starts at 0", average_at(0).equals(0))
stationary = tuple(
    Assumption(f"{what} does not change", moment(t + 1).equals(moment(t)).forall(t))
    for what, moment in (("E|W - w*|^2", distance2), ("E<W - w*, m>", crossed),
                         ("E|m|^2", average_size2))
)
positive_h = Assumption("the curvature is positive", h > 0)
some_noise = Assumption("there is noise", sigma2 > 0)
nonnegative_noise = Assumption("a variance is not negative", sigma2 >= 0)
stable = Assumption(
    "alpha is below the stability limit", 2 * (1 + beta1) - alpha * (1 - beta1) * h > 0
)
stable_sgd = Assumption("alpha is below the stability limit of SGD", 2 - alpha * h > 0)
short_step = Assumption("alpha is at most 1/h", 1 - alpha * h >= 0)
some_step = Assumption("at least one step is taken", t > 0)
nonnegative_rate = Assumption("the rate is at least 0", rate >= 0)
positive_rate = Assumption("the rate is positive", rate > 0)
rate_below_one = Assumption("the rate is below 1", 1 - rate > 0)
contracts = (
    Assumption("the product of the two roots is at most rate^2", rate**2 - beta1 >= 0),
    Assumption("no root exceeds the rate",
               rate**2 - (1 + beta1 - alpha * (1 - beta1) * h) * rate + beta1 >= 0),
)
"""Two of the conditions for both roots of z^2 - (1 + beta1 - alpha (1 - beta1) h) z + beta1 to be
at most the rate in size; the third, at -rate, is not needed."""

positive_L = Assumption("L is positive", L > 0)


def roots_within(trace_at_c: Any, trace_at_L: Any, product_at_c: Any, product_at_L: Any) -> Any:
    """Return three conditions for the roots of ``z^2 - trace z + product`` to be within the rate.

    They are necessary at the curvatures c and L, and all that a bound on the rate needs.
    """
    return (
        Assumption("at the curvature c no root exceeds the rate",
                   rate**2 - trace_at_c * rate + product_at_c >= 0),
        Assumption("at the curvature L no root is below minus the rate",
                   rate**2 + trace_at_L * rate + product_at_L >= 0),
        Assumption("at the curvature c the product of the roots is at most rate^2",
                   rate**2 - product_at_c >= 0),
    )


contracts_from_c_to_L = roots_within(
    1 + beta1 - alpha * (1 - beta1) * c, 1 + beta1 - alpha * (1 - beta1) * L, beta1, beta1
)

# --- claims --------------------------------------------------------------------------------------

WORLD = (a.quadratic, a.additive_noise, a.unbiased)
"""The quadratic of curvature h with additive noise, freshly drawn."""
_RULE = (*WORLD, steps_along, averaging)
_LETTERS = (alpha, beta1, sigma2, h)
_sgd_ball = noise_ball.quadratic_ball(alpha, sigma2, h)

in_keras = Claim(
    "optimizers.S25-keras-list",
    "SGD with momentum, Nesterov, RMSProp, Adagrad, Adadelta, Adam, Adamax, AMSGrad and Nadam are "
    "implemented in Keras.",
    correction="All nine exist, but not always as on the slides: momentum is a velocity (the "
    "slides' alpha is learning_rate/(1 - beta1)), Adagrad starts its sum at 0.1, and the "
    "bias-corrected averages of slides 27 and 30 exist in Adam's family only.",
)
newest_weight = Claim(
    "optimizers.S26-lr-inst", "The newest gradient moves the iterate of momentum by alpha (1 - "
    "beta1).",
    iterate(t + 1).equals(
        iterate(t) - alpha * beta1 * average_at(t) - alpha * (1 - beta1) * sample(t)
    ),
    (steps_along,),
    "Its instantaneous weight only: in this and all later steps together every gradient has the "
    "weight alpha, which is not attenuated.",
    printed="The effective learning rate is alpha (1 - beta1).",
)
heavy_ball = Claim(
    "optimizers.S26-hb", "Momentum is the heavy ball with step size alpha (1 - beta1).",
    iterate(t + 2).equals(
        iterate(t + 1) - alpha * (1 - beta1) * sample(t + 1)
        + beta1 * (iterate(t + 1) - iterate(t))
    ),
    (steps_along, averaging),
    "From the second step on; for constant alpha and beta1.",
)
stationary_ball = Claim(
    "optimizers.S26-noise-ball", "If the second moments of momentum on a quadratic do not change, "
    "E|W_t - w*|^2 is the ball momentum.ball.",
    distance2(t).equals(ball(*_LETTERS)),
    (*_RULE, *stationary, a.positive_alpha, positive_h, beta_below_one, stable),
    "The slide wants it lower than that of SGD: to first order in alpha both are alpha "
    "sigma2/(2h), and momentum gains only for alpha h of order 1.",
    printed="The aim: to lower the noise ball with a large learning rate and no more work.",
)
only_if_stable = Claim(
    "optimizers.S26-stab-hb", "The second moments of momentum on a quadratic can be stationary "
    "only if alpha < 2(1 + beta1)/((1 - beta1) h).",
    stable_alpha(beta1, h) - alpha > 0,
    (*_RULE, *stationary, a.positive_alpha, positive_h, nonnegative_beta, beta_below_one,
     some_noise),
    "Below the limit the average over time stays bounded, from every start.",
)
average_ball = Claim(
    "sgd.T-momentum", "For every stable alpha the average over time of momentum's E|W_s - w*|^2 is "
    "at most its ball plus a memory of the start, which falls as 1/t.",
    FiniteSum(_k, 0, t, distance2(_k)) / t <= average2(t, distance2(0), *_LETTERS),
    (*_RULE, averages_from_zero, a.positive_alpha, positive_h, nonnegative_beta, beta_below_one,
     stable, some_step),
)
lowered_as_stated = Claim(
    "sgd.S26-a", "Averaging lowers the noise ball as it lowers the variance of the gradient.",
    distance2(t) <= (1 - beta1) / (1 + beta1) * _sgd_ball,
    (*_RULE, *stationary, a.positive_alpha, positive_h, nonnegative_beta, beta_below_one,
     stable_sgd),
    "Successive averages share their gradients: the ball is smaller, but by less than a factor of "
    "2 for alpha <= 1/h, and not to first order in alpha; longer steps are stable.",
)
lowered = Claim(
    "sgd.S26-a-corrected", "On a quadratic the ball of momentum is at most that of SGD with the "
    "same alpha.",
    ball(*_LETTERS) <= _sgd_ball,
    (a.positive_alpha, positive_h, nonnegative_beta, nonnegative_noise, stable_sgd),
)
first_order = Claim(
    "sgd.S26-a-first-order", "No decay brings the ball of momentum below alpha sigma2/(2h), its "
    "leading term in alpha.",
    ball(*_LETTERS) >= alpha * sigma2 / (2 * h),
    (a.positive_alpha, positive_h, beta_below_one, nonnegative_noise, stable),
)
at_most_half = Claim(
    "sgd.S26-a-half", "For alpha <= 1/h the ball of momentum is at least half that of SGD.",
    ball(*_LETTERS) >= _sgd_ball / 2,
    (a.positive_alpha, positive_h, nonnegative_beta, beta_below_one, nonnegative_noise,
     short_step),
)
effective_rate_as_stated = Claim(
    "sgd.S26-b", "The effective learning rate of momentum is alpha (1 - beta1): its ball is that "
    "of SGD with it.",
    distance2(t) <= noise_ball.quadratic_ball(alpha * (1 - beta1), sigma2, h),
    lowered_as_stated.hypotheses,
    "That predicts a ball about 1/(1 - beta1) times too small: alpha (1 - beta1) is the weight of "
    "the newest gradient only.",
)
effective_rate = Claim(
    "sgd.S26-b-corrected", "The ball of momentum is (1 + beta1)/(1 - beta1) times that of SGD with "
    "the step size alpha (1 - beta1)/(1 + beta1).",
    ball(*_LETTERS).equals(
        (1 + beta1) / (1 - beta1)
        * noise_ball.quadratic_ball(alpha * (1 - beta1) / (1 + beta1), sigma2, h)
    ),
    (positive_h, nonnegative_beta, beta_below_one, stable),
)
same_rate = Claim(
    "sgd.T-momentum-same-rate", "Among all that contract at the same rate, momentum has at least "
    "(1 + rate^2)/(1 + rate)^2 of the ball of SGD: a gain of 2 at most.",
    ball(*_LETTERS)
    >= same_rate_gain(rate) * noise_ball.quadratic_ball((1 - rate) / h, sigma2, h),
    (positive_h, nonnegative_beta, beta_below_one, nonnegative_noise, stable, positive_rate,
     rate_below_one, *contracts),
    "SGD with alpha h = 1 - rate has the least noise of those that contract by the rate.",
)
optimal_rate = Claim(
    "sgd.T-momentum-optimal-rate", "With alpha = 1/sqrt(cL), beta1 = rate^2 momentum's ball is (1 "
    "+ rate^2)/(1 - rate^2) times that of SGD with alpha = 2/(c + L), in every direction.",
    ball((1 - rate) / (c * (1 + rate)), rate**2, sigma2, h).equals(
        optimal_rate_loss(rate)
        * noise_ball.quadratic_ball((1 - rate) ** 2 / (c * (1 + rate**2)), sigma2, h)
    ),
    (a.positive_c, positive_h, nonnegative_rate, rate_below_one,
     Assumption("the curvature is at most L = c ((1 + rate)/(1 - rate))^2",
                c * (1 + rate) ** 2 - h * (1 - rate) ** 2 >= 0)),
    "Momentum with alpha = 1/sqrt(c L) and beta1 = rate^2, SGD with alpha = 2/(c + L).",
)
fastest = Claim(
    "optimizers.S26-opt-hb",
    "No alpha and beta1 contract all curvatures from c to L at a rate below "
    "(sqrt(L/c) - 1)/(sqrt(L/c) + 1).",
    c * (1 + rate) ** 2 - L * (1 - rate) ** 2 >= 0,
    (a.positive_c, positive_L, positive_rate, rate_below_one, *contracts_from_c_to_L),
    "Attained by alpha = 1/sqrt(c L), beta1 = rate^2, where the two roots coincide: the error "
    "falls as t rate^t.",
)
