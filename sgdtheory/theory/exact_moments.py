"""Exact moments: Gaussian regression, averages of iterates, quadratic samples, and the tail.

Where the second moment of the gradient is affine in the squared distance, ``E|W_t - w*|^2`` is
known for every t. Gaussian least squares with noise that grows with the distance is stable for
``alpha < 2B/(h (B + d + 1))`` only; the average of all iterates on a quadratic has a closed form;
samples that are quadratics obey `optimum_radius2` with the curvature of their mean loss; and
bounded gradients give a radius that a single run exceeds with probability ``exp(-nats)`` at most.

>>> lms_stable_alpha(h=1.0, B=3, d=2)
1.0
>>> lms_radius2(alpha=0.5, sigma2_star=2.0, B=3, h=1.0, d=2)
0.3333333333333333
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere, geometric, one_minus_power
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import B, L, alpha, c, gradient, h, iterate, sample, sigma2, t
from sgdtheory.logic.assumptions import distance2 as distance2_at
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    FiniteSum,
    Index,
    Letter,
    LimitSuperior,
    VectorLetter,
)
from sgdtheory.theory import optimum_noise
from sgdtheory.theory.optimum_noise import optimum_radius2, sample_at_minimiser, sigma2_star
from sgdtheory.theory.step_sizes import after_the_start


@formula
def lms_stable_alpha(h, B, d):
    """Step size below which ``E|W_t - w*|^2`` of isotropic Gaussian regression has a limit."""
    return 2 * B / (h * (B + d + 1))


@formula
def lms_distance2(t, d0, alpha, sigma2_star, B, h, d):
    """Exact ``E|W_t - w*|^2`` of least squares over inputs ``x ~ N(0, h I)`` in d dimensions.

    For every step size. The label noise enters by ``sigma2_star = h d noise2`` [Isserlis 1918].
    """
    decay = alpha * h * (2 - alpha * h * (B + d + 1) / B)
    return (1 - decay) ** t * d0 + alpha**2 * sigma2_star / B * geometric(decay, t)


def below_lms_limit(alpha: Any, h: Any, B: Any, d: Any) -> None:
    """Raise ValueError unless ``alpha < 2B/(h (B + d + 1))``."""
    limit = lms_stable_alpha.function(h, B, d)
    if anywhere(alpha >= limit):
        raise ValueError(
            f"alpha={alpha} is not below 2B/(h(B+d+1))={limit}, the stability limit of Gaussian "
            "regression: the squared distance grows without bound; take a smaller alpha or a "
            "larger batch, or lms_distance2 at a finite t"
        )


@formula(requires=below_lms_limit)
def lms_radius2(alpha, sigma2_star, B, h, d):
    """Limit of `lms_distance2` as t grows, for ``alpha < 2B/(h (B + d + 1))``."""
    return alpha * sigma2_star / (h * (2 * B - alpha * h * (B + d + 1)))


@formula(requires=after_the_start)
def averaged2(t, d0, alpha, sigma2, B, h):
    """Exact ``E|mean of W_0 .. W_(t-1) - w*|^2`` on the quadratic of curvature h, additive noise.

    For every step size [Polyak and Juditsky 1992, their limit]. In floats the three terms of the
    noise cancel where ``alpha h t`` is small, to an error of about 1e-16 sigma2/(B h^2 t): take
    Fractions there, or `sgdtheory.exact.average2`.
    """
    kept, noise = geometric(alpha * h, t), sigma2 / B / h**2
    squares = geometric(alpha * h * (2 - alpha * h), t)
    return (d0 * kept**2 + noise * (t - 2 * kept + squares)) / t**2


@formula(requires=optimum_noise.strongly_convex_samples)
def quadratic_samples2(t, d0, alpha, sigma2_star, B, c, L):
    """Bound on ``E|W_t - w*|^2`` if every sample is a convex quadratic of curvature L at most.

    Only the mean loss has the curvature c; for iterates of mean w*. The limit is
    `optimum_radius2`.
    """
    decay = alpha * c * (2 - alpha * L)
    return (1 - decay) ** t * d0 + alpha**2 * sigma2_star / B * geometric(decay, t)


def step_at_most_inverse_c(alpha: Any, c: Any) -> None:
    """Raise ValueError unless ``alpha c <= 1``."""
    if anywhere(alpha * c > 1):
        raise ValueError(f"alpha={alpha} exceeds 1/c={1 / c}: the exponential moment is not "
                         "contracted; take a smaller alpha, or the certain bound mu2/c^2")


@formula(requires=step_at_most_inverse_c)
def tail2(t, d0, alpha, gradient2, spread2, nats, c):
    """Squared radius that ``|W_t - w*|`` exceeds with probability ``exp(-nats)`` at most.

    For sample gradients of squared norm at most `gradient2`, those at one point within a ball of
    squared radius `spread2` [with the lemma of Hoeffding 1963]. At any one time t, not at all.
    """
    ball, scale = alpha * gradient2 / c, 2 * alpha * spread2 / c
    return (1 - alpha * c) ** t * d0 + ball * one_minus_power(alpha * c, t) + scale * nats


# --- assumptions ---------------------------------------------------------------------------------

d, _k, cross = Letter("d"), Index("k"), VectorLetter("b")
_error = iterate(t) - a.w_star
gaussian_moment = Assumption(
    "the minibatch gradient has the second moment of isotropic Gaussian regression",
    Expectation(sample(t).norm2(), t)
    .equals(sigma2_star / B + h**2 * (1 + (d + 1) / B) * _error.norm2())
    .forall(t),
)
additive_noise = Assumption(
    "the noise of the minibatch is additive, of variance sigma2/B",
    Expectation((sample(t) - gradient(iterate(t))).norm2(), t).equals(sigma2 / B).forall(t),
)
positive_h = Assumption("h is positive", h > 0)
some_dimension = Assumption("the dimension is at least 1", d - 1 >= 0)
some_variance = Assumption("sigma2_star is a second moment", sigma2_star >= 0)
some_step = Assumption("at least one iterate is averaged", t > 0)
lms_stable = Assumption("alpha is below 2B/(h(B+d+1))", 2 * B - alpha * h * (B + d + 1) > 0)
lms_unstable = Assumption("alpha is at least 2B/(h(B+d+1))", alpha * h * (B + d + 1) - 2 * B >= 0)
quadratic_samples = Assumption(
    "the samples are quadratics: what their gradients at W and w* have in common is linear",
    Expectation((sample(t) - sample_at_minimiser(t)).dot(sample_at_minimiser(t)), t)
    .equals(cross.dot(_error))
    .forall(t),
)
centred = Assumption(
    "the mean of the iterates is w*, as from a start at w* if the gradient is linear",
    Expectation(iterate(t)).equals(a.w_star).forall(t),
)

# --- claims --------------------------------------------------------------------------------------

mean_iterate = FiniteSum(_k, 0, t, iterate(_k)) / t
_LMS = (a.quadratic, a.unbiased, a.sgd, gaussian_moment, a.positive_B)
_FINITE_SUM = (a.unbiased, a.sgd, a.positive_alpha, a.curvature_above,
               optimum_noise.smooth_samples, optimum_noise.optimum_moment,
               optimum_noise.optimum_unbiased, a.positive_B, a.positive_c, a.step_below_2_over_L,
               a.c_at_most_L, quadratic_samples, centred)

gaussian_rows = Claim(
    "sgd.T-lms-rows", "Rows x ~ N(0, h I) and label noise give the gradient of a batch the second "
    "moment sigma2_star/B + h^2 (1 + (d+1)/B) |w - w*|^2, with sigma2_star = h d noise2.",
)
gaussian_every_t = Claim(
    "sgd.T-lms", "In regression on isotropic Gaussian inputs E|W_t - w*|^2 is lms_distance2, "
    "exactly, for every step size and time.",
    distance2_at(t).equals(lms_distance2(t, distance2_at(0), alpha, sigma2_star, B, h, d)), _LMS,
)
gaussian_ball = Claim(
    "sgd.T-lms-limit", "In regression on isotropic Gaussian inputs, for alpha < 2B/(h(B+d+1)), the "
    "limsup of E|W_t - w*|^2 is at most lms_radius2.",
    LimitSuperior(t, distance2_at(t)) <= lms_radius2(alpha, sigma2_star, B, h, d),
    (*_LMS, a.positive_alpha, positive_h, some_dimension, lms_stable),
    "It is the limit, by the exact value of sgd.T-lms; the theorem has one side of that.",
)
gaussian_grows = Claim(
    "sgd.T-lms-unstable", "In regression on isotropic Gaussian inputs E|W_t - w*|^2 grows at least "
    "linearly from alpha = 2B/(h(B+d+1)) on, if there is noise at w*.",
    distance2_at(t) >= distance2_at(0) + t * alpha**2 * sigma2_star / B,
    (*_LMS, a.positive_alpha, positive_h, lms_unstable),
    "Below 2/h, where gradient descent is stable, and where additive noise would be.",
)
gaussian_spectrum = Claim(
    "sgd.T-lms-spectrum", "For rows of any covariance each coordinate has the limit "
    "(alpha/B) noise2 / ((1-q)(2 - alpha h_i (1+1/B))), with q = (alpha/B) sum h_j / "
    "(2 - alpha h_j (1+1/B)); stable if and only if q < 1 and every denominator is positive.",
)
averaged = Claim(
    "sgd.T-PR", "On a quadratic with additive noise the squared distance of the average of the "
    "iterates is averaged2, exactly, for every t.",
    Expectation((mean_iterate - a.w_star).norm2()).equals(
        averaged2(t, distance2_at(0), alpha, sigma2, B, h)
    ),
    (a.quadratic, a.unbiased, a.sgd, additive_noise, positive_h, a.positive_B, some_step),
    "Times t it tends to sigma2/(B h^2), which has forgotten start and step size.",
)
quadratics_every_t = Claim(
    "sgd.T-fsq", "If the samples are convex quadratics and the mean of W_t is w*, E|W_t - w*|^2 is "
    "at most quadratic_samples2, with c of the mean loss only.",
    distance2_at(t)
    <= quadratic_samples2(t, distance2_at(0), alpha, sigma2_star, B, c, L), _FINITE_SUM,
    "For samples that are not quadratics the same ball is refuted: optimum_ball_as_stated.",
)
quadratics_ball = Claim(
    "sgd.T-fsq-limit", "If the samples are convex quadratics and the mean of W_t is w*, the ball "
    "is alpha sigma2_star/B / (c (2 - alpha L)), with c of the mean loss only.",
    LimitSuperior(t, distance2_at(t)) <= optimum_radius2(alpha, sigma2_star, B, c, L), _FINITE_SUM,
    "From another start the mean tends to w* and the limit is the same, which is not proved here.",
)
finite_sum_exact = Claim(
    "sgd.T-fsq-recursion", "On a finite sum of quadratics the mean and the second moment of "
    "W_t - w* obey an affine recursion, in which a batch enters by the factor 1/B with and "
    "(n-B)/(B(n-1)) without replacement.",
)
tail = Claim(
    "sgd.T-HP", "One run exceeds the radius tail2 at time t with probability exp(-nats) at most, "
    "for alpha c <= 1.",
    correction="Needed: the lecture's geometry and unbiased fresh draws, iterates that stay in "
    "Theta, W_0 certain, |G|^2 <= gradient2 surely, and at each point a ball of squared radius "
    "spread2 that holds the sample gradients. Not needed: sigma2 and mu2.",
)
