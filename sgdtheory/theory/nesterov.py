"""Nesterov's momentum on the quadratic: its noise ball and its stability [slide 28].

The gradient is asked at the look-ahead point w - alpha beta1 m. With noise this damps: for moderate
steps the ball is smaller than that of `momentum`, with the same leading term alpha sigma2/(2h). But
steps must be 1 + 2 beta1 times shorter to be stable. The slide prints no update of m. What
frameworks store is the look-ahead point, whose ball is another one.

>>> ball(alpha=1.0, beta1=0.5, sigma2=1.0, h=1.0)
0.4166666666666667
>>> round(lookahead_ball(alpha=1.0, beta1=0.5, sigma2=1.0, h=1.0), 6)
0.666667
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
    gradient,
    h,
    iterate,
    sample,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Expectation, FiniteSum, Index, scalar
from sgdtheory.optimizers import Nesterov
from sgdtheory.theory import momentum
from sgdtheory.theory.bias_correction import beta1, beta_below_one, nonnegative_beta
from sgdtheory.theory.momentum import average_at, rate


@formula
def stable_alpha(beta1, h):
    """Open upper limit of alpha on the quadratic of curvature h [slide 28]."""
    return 2 * (1 + beta1) / ((1 - beta1) * (1 + 2 * beta1) * h)


def _room(alpha: Any, beta1: Any, h: Any) -> Any:
    return 2 * (1 + beta1) - alpha * (1 - beta1) * (1 + 2 * beta1) * h


def below_stability(alpha: Any, beta1: Any, h: Any) -> None:
    """Raise ValueError unless ``alpha < stable_alpha(beta1, h)``."""
    unstable = np.asarray(_room(alpha, beta1, h) <= 0)
    if anywhere(unstable):
        limit = np.broadcast_to(np.asarray(stable_alpha.function(beta1, h)), unstable.shape)
        value = np.broadcast_to(np.asarray(alpha), unstable.shape)
        raise ValueError(
            f"alpha={value[unstable][0]} is not below stable_alpha={limit[unstable][0]}, the "
            "stability limit of Nesterov's momentum on the quadratic of curvature h: there is no "
            "stationary law; take a smaller alpha, or momentum.ball, whose limit is 1 + 2 beta1 "
            "times as large"
        )


@formula(requires=below_stability)
def ball(alpha, beta1, sigma2, h):
    """Stationary ``E w^2`` of the slide's iterate, curvature h, additive noise [slide 28]."""
    return alpha * sigma2 * (1 + beta1 - alpha * beta1 * (1 - beta1) * h) / (
        h * (1 + alpha * beta1 * h) * _room(alpha, beta1, h))


@formula(requires=below_stability)
def lookahead_ball(alpha, beta1, sigma2, h):
    """Stationary ``E w^2`` of the look-ahead point, which frameworks store as the parameters."""
    return alpha * sigma2 * (1 + beta1 + alpha * beta1 * (1 - beta1) * (1 + 2 * beta1) * h) / (
        h * (1 + alpha * beta1 * h) * _room(alpha, beta1, h))


def averaged_and_stable(t: Any, alpha: Any, beta1: Any, h: Any) -> None:
    """Raise ValueError unless ``t >= 1`` and ``alpha < stable_alpha(beta1, h)``."""
    if anywhere(t < 1):
        raise ValueError(f"t={t}, the time, must be >= 1: at the start nothing is averaged; ask "
                         "for a later one")
    below_stability(alpha, beta1, h)


@formula(requires=averaged_and_stable)
def average2(t, d0, alpha, beta1, sigma2, h):
    """Bound on the mean of ``E|Y_s - w*|^2`` over s < t, Y the look-ahead point; stable alpha."""
    start = (1 - beta1**2 + alpha * beta1 * (1 + 2 * beta1 - beta1**2) * h) / (
        alpha * h * (1 - beta1) * (1 + alpha * beta1 * h) * _room(alpha, beta1, h))
    return lookahead_ball.function(alpha, beta1, sigma2, h) + start * d0 / t


@formula
def fastest_rate(c, L):
    """Least rate at which it contracts all curvatures from c to L [Lessard, Recht & Packard 2016].

    Attained by ``alpha (1 - beta1) = 4 / (3 L + c)`` and ``beta1 = rate / (2 - rate)``; the usual
    ``alpha (1 - beta1) = 1/L``, ``beta1 = (sqrt(L/c) - 1) / (sqrt(L/c) + 1)`` has `usual_rate`.
    """
    return 1 - 2 * sqrt(c) / sqrt(3 * L + c)


@formula
def usual_rate(c, L):
    """Rate of the usual tuning, ``alpha (1 - beta1) = 1/L``: not the least [Nesterov 2004, 2.2]."""
    return 1 - sqrt(c) / sqrt(L)


# --- assumptions ---------------------------------------------------------------------------------

_k = Index("k")


def after_step(time: Any) -> Any:
    """Return iterate and average that `Nesterov` makes of those at `time` with ``g(time)``."""
    return Nesterov(alpha, beta1).step(iterate(time), average_at(time), lambda _: sample(time),
                                       scalar(time) + 1)


def ahead(time: Any) -> Any:
    """Return the look-ahead point at `time`, at which the rule asks for its gradient."""
    return Nesterov(alpha, beta1).parameters(iterate(time), average_at(time))


def ahead2(time: Any) -> Any:
    """Return ``E|Y(time) - w*|^2`` of the look-ahead point."""
    return Expectation((ahead(time) - w_star).norm2())


steps_along = Assumption(
    "the iterates are those of Nesterov's momentum",
    iterate(t + 1).equals(after_step(t)[0]).forall(t),
)
averaging = Assumption(
    "m averages the gradients of the look-ahead points",
    average_at(t + 1).equals(after_step(t)[1]).forall(t),
)
unbiased = Assumption(
    "the draws are fresh and unbiased at the look-ahead point",
    Expectation(sample(t), t).equals(gradient(ahead(t))).forall(t),
)
additive_noise = Assumption(
    "the noise is additive, of variance sigma2",
    Expectation((sample(t) - gradient(ahead(t))).norm2(), t).equals(sigma2).forall(t),
)
stable = Assumption("alpha is below the stability limit", _room(alpha, beta1, h) > 0)
moderate = Assumption(
    "alpha (1 - beta1) h is at most (1 + beta1)^2/(1 + beta1 + beta1^2)",
    (1 + beta1) ** 2 - alpha * (1 - beta1) * h * (1 + beta1 + beta1**2) >= 0,
)

_damped_c, _damped_L = (1 - alpha * (1 - beta1) * end for end in (c, L))
contracts_from_c_to_L = momentum.roots_within(
    (1 + beta1) * _damped_c, (1 + beta1) * _damped_L, beta1 * _damped_c, beta1 * _damped_L
)

# --- claims --------------------------------------------------------------------------------------

_RULE = (a.quadratic, additive_noise, unbiased, steps_along, averaging)
_SIGNS = (a.positive_alpha, momentum.positive_h, nonnegative_beta, beta_below_one)
_LETTERS = (alpha, beta1, sigma2, h)

along_average = Claim(
    "optimizers.S28-lookahead", "The iterate of Nesterov's momentum moves along the average, as "
    "that of momentum does.",
    iterate(t + 1).equals(iterate(t) - alpha * average_at(t + 1)), (steps_along, averaging),
    "The slide prints no update of m: it averages the gradients of the look-ahead points.",
)
stored_point = Claim(
    "optimizers.S28-phi", "The look-ahead points of Nesterov's momentum have a rule of their own, "
    "which frameworks use.",
    ahead(t + 1).equals(
        ahead(t) - alpha * ((1 - beta1) * sample(t) + beta1 * average_at(t + 1))
    ),
    (steps_along,),
    "For constant alpha and beta1.",
)
stationary_ball = Claim(
    "sgd.S28-a", "If the second moments of Nesterov's momentum on a quadratic do not change, E|W_t "
    "- w*|^2 is the ball nesterov.ball.",
    distance2(t).equals(ball(*_LETTERS)), (*_RULE, *momentum.stationary, *_SIGNS, stable),
)
stationary_ahead = Claim(
    "optimizers.S28-noise-nag", "If the second moments of Nesterov's momentum do not change, its "
    "look-ahead point has the ball nesterov.lookahead_ball.",
    ahead2(t).equals(lookahead_ball(*_LETTERS)), stationary_ball.hypotheses,
)
only_if_stable = Claim(
    "optimizers.S28-stab-nag", "The second moments of Nesterov's momentum can be stationary only "
    "if alpha < 2(1 + beta1)/((1 - beta1)(1 + 2 beta1) h).",
    stable_alpha(beta1, h) - alpha > 0,
    (*_RULE, *momentum.stationary, *_SIGNS, momentum.some_noise),
    "1 + 2 beta1 times smaller than the limit of momentum.",
)
average_ball = Claim(
    "sgd.T-nesterov", "The average over time of the look-ahead points' squared distance is at most "
    "their ball plus a memory of the start, which falls as 1/t.",
    FiniteSum(_k, 0, t, ahead2(_k)) / t <= average2(t, distance2(0), *_LETTERS),
    (*_RULE, momentum.averages_from_zero, *_SIGNS, stable, momentum.some_step),
)
first_order = Claim(
    "sgd.S28-a-first-order", "The ball of Nesterov's momentum is at least alpha sigma2/(2h (1 + "
    "alpha beta1 h)): to first order no less than that of SGD.",
    ball(*_LETTERS) >= alpha * sigma2 / (2 * h * (1 + alpha * beta1 * h)),
    (*_SIGNS, momentum.nonnegative_noise, stable),
)
below_momentum = Claim(
    "sgd.T-nesterov-momentum", "For moderate steps the ball of Nesterov's momentum is at most that "
    "of momentum.",
    ball(*_LETTERS) <= momentum.ball(*_LETTERS), (*_SIGNS, momentum.nonnegative_noise, moderate),
    "Beyond them it is larger, and grows without limit where momentum is still stable.",
)
fastest = Claim(
    "optimizers.S28-opt-nag",
    "No alpha and beta1 contract all curvatures from c to L at a rate below "
    "1 - 2/sqrt(3 L/c + 1).",
    c * (1 + rate) * (3 - rate) - 3 * L * (1 - rate) ** 2 >= 0,
    (a.positive_alpha, nonnegative_beta, beta_below_one, momentum.positive_rate,
     momentum.rate_below_one, *contracts_from_c_to_L),
    "Attained by alpha (1 - beta1) = 4/(3 L + c), beta1 = rate/(2 - rate). The usual tuning, "
    "alpha (1 - beta1) = 1/L and beta1 = (sqrt(L/c) - 1)/(sqrt(L/c) + 1), has 1 - sqrt(c/L), and "
    "momentum contracts faster than both: (sqrt(L/c) - 1)/(sqrt(L/c) + 1).",
)
knows_more = Claim(
    "optimizers.S28-motivation",
    "Nesterov's momentum uses all the information there is before it chooses where to move.",
    correction="A motivation, not a theorem. What is true: without noise it accelerates on smooth "
    "convex functions; with noise the ball has the same leading term as that of SGD.",
)
