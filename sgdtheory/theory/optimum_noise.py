"""The noise at the optimum: balls without bounded gradients [beyond slide 22].

On the whole space no strongly convex loss has bounded gradients, so the slides' theorem is empty
there. What replaces the bound mu2 is how the samples behave around w*: the second moment of the
gradient may grow with the distance (`affine_radius2`), or every sample is smooth and only its
gradient *at* w* counts (`young_radius2`, `gower_radius2`, `optimum_radius2`). Where the samples
agree at w*, sigma2_star = 0 and there is no ball at all.

Long because there are nine theorems, each with the hypotheses that replace mu2.

>>> optimum_radius2(alpha=0.1, sigma2_star=1.9, B=1, c=1.0, L=1.0)
0.1
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import geometric, sqrt
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import (
    B,
    L,
    alpha,
    c,
    gradient,
    iterate,
    loss,
    sample,
    sigma2,
    t,
    w_star,
    x,
    y,
)
from sgdtheory.logic.assumptions import distance2 as distance2_at
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    Letter,
    LimitSuperior,
    Process,
    VectorLetter,
    scalar,
)
from sgdtheory.theory.gradient_descent import curvatures_in_order


def _refuse(wrong: Any, message: str) -> None:
    if np.any(np.asarray(wrong)):
        raise ValueError(message)


def affine_step(alpha: Any, growth: Any, c: Any) -> None:
    """Raise ValueError unless ``c**2 <= growth`` and ``alpha growth < 2 c``."""
    _refuse(growth < c**2, f"growth={growth} is below c^2={c**2}: a second moment is at least the "
            "squared mean, which grows by c^2; check c, or take growth >= c^2")
    _refuse(alpha * growth >= 2 * c, f"alpha={alpha} is not below 2c/growth={2 * c / growth}: the "
            "recursion does not contract; take a smaller alpha or a larger batch")


def young_step(alpha: Any, young: Any, c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L`` and ``alpha (1 + young) L < 2``."""
    curvatures_in_order(c, L)
    limit = 2 / ((1 + young) * L)
    _refuse(alpha >= limit, f"alpha={alpha} is not below 2/((1+young) L)={limit}: the recursion "
            "does not contract; take a smaller alpha, or a smaller weight young")


def gower_step(alpha: Any, c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L`` and ``2 alpha L <= 1``."""
    curvatures_in_order(c, L)
    _refuse(2 * alpha * L > 1, f"alpha={alpha} is not at most 1/(2L)={1 / (2 * L)}: the loss no "
            "longer pays for the noise; take a smaller alpha, or optimum_radius2 for alpha < 2/L")


def strongly_convex_samples(alpha: Any, c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L`` and ``alpha L < 2``."""
    curvatures_in_order(c, L)
    _refuse(alpha * L >= 2, f"alpha={alpha} is not below 2/L={2 / L}: on a quadratic sample the "
            "iterates do not stay bounded; take a smaller alpha")


def _shrink(alpha: Any, c: Any, L: Any) -> Any:
    """Return ``1 - alpha c (2 - alpha L)``, for c <= L nonnegative after rounding, too."""
    return (1 - alpha * c) ** 2 + alpha**2 * c * (L - c)


@formula(requires=affine_step)
def affine_distance2(t, d0, alpha, floor2, growth, c):
    """Bound on ``E|W_t - w*|^2`` if ``E|G|^2 <= floor2 + growth |w - w*|^2`` everywhere."""
    q = (1 - alpha * c) ** 2 + alpha**2 * (growth - c**2)  # nonnegative after rounding, too
    return q**t * d0 + alpha**2 * floor2 * geometric(1 - q, t)


@formula(requires=affine_step)
def affine_radius2(alpha, floor2, growth, c):
    """Limit of `affine_distance2`, for ``alpha growth < 2 c``; attained by Gaussian regression."""
    return alpha * floor2 / (2 * c - alpha * growth)


@formula(requires=young_step)
def young_distance2(t, d0, alpha, young, sigma2_star, B, c, L):
    """Bound on ``E|W_t - w*|^2`` for convex L-smooth samples, any weight [after Needell 2014]."""
    q = _shrink(alpha, c, (1 + young) * L)
    return q**t * d0 + alpha**2 * (1 + 1 / young) * sigma2_star / B * geometric(1 - q, t)


@formula(requires=young_step)
def young_radius2(alpha, young, sigma2_star, B, c, L):
    """Limit of `young_distance2`; Needell, Srebro and Ward 2014 is the weight 1."""
    return alpha * (1 + 1 / young) * sigma2_star / B / (c * (2 - alpha * (1 + young) * L))


def below_stability(alpha: Any, L: Any) -> None:
    """Raise ValueError unless ``alpha L < 2``."""
    _refuse(alpha * L >= 2, f"alpha={alpha} is not below 2/L={2 / L}: no weight gives a bound; "
            "take a smaller alpha")


@formula(requires=below_stability)
def best_young(alpha, L):
    """Weight with the smallest `young_radius2`, for ``alpha L < 2``."""
    return sqrt(2 / (alpha * L)) - 1


@formula(requires=gower_step)
def gower_radius2(alpha, sigma2_star, B, c, L):
    """Limit of ``E|W_t - w*|^2`` for ``alpha <= 1/(2L)`` [Gower et al. 2019, Thm 3.1]."""
    return 2 * alpha * sigma2_star / B / c


@formula(requires=strongly_convex_samples)
def optimum_distance2(t, d0, alpha, sigma2_star, B, c, L):
    """Bound on ``E|W_t - w*|^2`` if every sample is c-strongly convex and L-smooth."""
    below = 2 - alpha * (L - c)
    q = ((L - c) * (2 - alpha * L) + 2 * c * (1 - alpha * L) ** 2) / (L * below)
    return q**t * d0 + 2 * alpha**2 * sigma2_star / B / below * geometric(1 - q, t)


@formula(requires=strongly_convex_samples)
def optimum_radius2(alpha, sigma2_star, B, c, L):
    """Limit of `optimum_distance2`, for ``alpha < 2/L``."""
    return alpha * sigma2_star / B / (c * (2 - alpha * L))


@formula(requires=strongly_convex_samples)
def loss_gap(t, gap0, alpha, sigma2, B, c, L):
    """Bound on ``E L(W_t) - L(w*)`` under the PL inequality: convexity is not needed."""
    q = _shrink(alpha, c, L)
    return q**t * gap0 + alpha**2 * L * sigma2 / (2 * B) * geometric(1 - q, t)


@formula(requires=strongly_convex_samples)
def loss_gap_limit(alpha, sigma2, B, c, L):
    """Limit of `loss_gap`, for ``alpha < 2/L`` [after Karimi, Nutini and Schmidt 2016, Thm 4]."""
    return alpha * L * sigma2 / (2 * B * c * (2 - alpha * L))


@formula(requires=strongly_convex_samples)
def coupling2(t, d0, alpha, c, L):
    """Bound on ``E|W_t - V_t|^2`` of two runs that see the same samples."""
    return _shrink(alpha, c, L) ** t * d0


def monotone_step(alpha: Any, L: Any) -> None:
    """Raise ValueError unless ``alpha L <= 1``."""
    _refuse(alpha * L > 1, f"alpha={alpha} exceeds 1/L={1 / L}: a step may land on w*, and the "
            "curvature L no longer bounds it from below; take a smaller alpha")


@formula(requires=monotone_step)
def lower_distance2(t, d0, alpha, sigma2_low, B, L):
    """Lower bound on ``E|W_t - w*|^2`` for ``alpha <= 1/L``: noise everywhere leaves a ball."""
    q = (1 - alpha * L) ** 2
    return q**t * d0 + alpha**2 * sigma2_low / B * geometric(1 - q, t)


# --- assumptions ---------------------------------------------------------------------------------

floor2, growth, young, radius = map(Letter, ("floor2", "growth", "young", "radius"))
sigma2_star, sigma2_low = Letter("sigma2_star"), Letter("sigma2_low")
centre = VectorLetter("z")


def sample_at_minimiser(time: Any) -> Any:
    """Return ``g*(time)``: the gradient at w* of what ``g(time)`` is the gradient of at W."""
    return Process("g*", scalar(time), delay=1)


def other_iterate(time: Any) -> Any:
    """Return ``V(time)``, the iterate of the second run."""
    return Process("V", scalar(time))


def other_sample(time: Any) -> Any:
    """Return ``h(time)``, the gradient at V of what ``g(time)`` is the gradient of at W."""
    return Process("h", scalar(time), delay=1)


def sample_at_centre(time: Any) -> Any:
    """Return ``gz(time)``, the gradient at z of what ``g(time)`` is the gradient of at W."""
    return Process("gz", scalar(time), delay=1)


def apart2(time: Any) -> Any:
    """Return ``E|W(time) - V(time)|^2``."""
    return Expectation((iterate(time) - other_iterate(time)).norm2())


def gap(time: Any) -> Any:
    """Return ``E L(W(time)) - L(w*)``."""
    return Expectation(loss(iterate(time))) - loss(w_star)


_error = iterate(t) - w_star
_change = sample(t) - sample_at_minimiser(t)
affine_moment = Assumption(
    "the second moment of the gradient is floor2 plus growth times the squared distance, at most",
    (Expectation(sample(t).norm2(), t) <= floor2 + growth * _error.norm2()).forall(t),
)
growth_at_least_c2 = Assumption("growth is at least c^2", growth - c**2 >= 0)
affine_limit = Assumption("alpha growth is below 2c", 2 * c - alpha * growth > 0)
smooth_samples = Assumption(
    "every sample is convex and L-smooth, as seen from w*",
    (_change.dot(L * _error - _change) >= 0).forall(t),
)
between_samples = Assumption(
    "every sample is c-strongly convex and L-smooth, as seen from w*",
    ((_change - c * _error).dot(L * _error - _change) >= 0).forall(t),
)
optimum_moment = Assumption(
    "the gradient of the minibatch at w* has second moment sigma2_star/B, at most",
    (Expectation(sample_at_minimiser(t).norm2()) <= sigma2_star / B).forall(t),
)
optimum_unbiased = Assumption(
    "the draws are fresh, and w* is stationary",
    Expectation(sample_at_minimiser(t), t).equals(0).forall(t),
)
expected_smooth = Assumption(
    "expected smoothness: the gradients of the samples change by no more than the loss pays for",
    (Expectation(_change.norm2(), t) <= 2 * L * (loss(iterate(t)) - loss(w_star))).forall(t),
)
strongly_convex_at_minimiser = Assumption(
    "strong convexity, as seen from w*",
    (
        gradient(x).dot(x - w_star) >= loss(x) - loss(w_star) + c / 2 * (x - w_star).norm2()
    ).forall(x),
)
minimum = Assumption("w* minimises the loss", (loss(x) >= loss(w_star)).forall(x))
positive_young = Assumption("the weight is positive", young > 0)
young_limit = Assumption("alpha (1 + young) L is below 2", 2 - alpha * (1 + young) * L > 0)
lipschitz_samples = Assumption(
    "the gradients of the samples are L-Lipschitz in mean square, as seen from w*",
    (Expectation(_change.norm2(), t) <= L**2 * _error.norm2()).forall(t),
)
lipschitz_limit = Assumption("alpha L^2 is below c", c - alpha * L**2 > 0)
gower_limit = Assumption("alpha is at most 1/(2L)", 1 - 2 * alpha * L >= 0)
c_below_L = Assumption("c is below L", L - c > 0)
smooth_loss = Assumption(
    "the loss is L-smooth",
    (loss(y) <= loss(x) + gradient(x).dot(y - x) + L / 2 * (y - x).norm2()).forall(x, y),
)
polyak = Assumption(
    "the Polyak-Lojasiewicz inequality",
    (gradient(x).norm2() >= 2 * c * (loss(x) - loss(w_star))).forall(x),
)
same_samples = Assumption(
    "both runs see the same convex and L-smooth samples",
    (
        (sample(t) - other_sample(t)).dot(
            L * (iterate(t) - other_iterate(t)) - (sample(t) - other_sample(t))
        )
        >= 0
    ).forall(t),
)
monotone = Assumption(
    "the loss is c-strongly convex",
    ((gradient(x) - gradient(y)).dot(x - y) >= c * (x - y).norm2()).forall(x, y),
)
other_unbiased = Assumption(
    "the draws of the second run are fresh and unbiased",
    Expectation(other_sample(t), t).equals(gradient(other_iterate(t))).forall(t),
)
other_sgd = Assumption(
    "the second run is SGD",
    other_iterate(t + 1).equals(other_iterate(t) - alpha * other_sample(t)).forall(t),
)
some_noise = Assumption(
    "the minibatch variance (trace) is at least sigma2_low/B everywhere",
    (Expectation((sample(t) - gradient(iterate(t))).norm2(), t) >= sigma2_low / B).forall(t),
)
small_curvature_step = Assumption("alpha is at most 1/L", 1 - alpha * L >= 0)
_from_centre = iterate(t) - centre
_change_from_centre = sample(t) - sample_at_centre(t)
between_at_centre = Assumption(
    "every sample is c-strongly convex and L-smooth, as seen from z",
    ((_change_from_centre - c * _from_centre).dot(L * _from_centre - _change_from_centre) >= 0)
    .forall(t),
)
monotone_at_centre = Assumption(
    "every sample is c-strongly convex, as seen from z",
    (_change_from_centre.dot(_from_centre) >= c * _from_centre.norm2()).forall(t),
)
small_at_centre = Assumption(
    "no sample gradient at z is longer than c R",
    (sample_at_centre(t).norm2() <= c**2 * radius**2).forall(t),
)
short_step = Assumption("alpha is at most 2/(c + L)", 2 - alpha * (c + L) >= 0)
below_inverse_c = Assumption("alpha is below 1/c", 1 - alpha * c > 0)
starts_in_ball = Assumption(
    "the start lies in the ball", (iterate(0) - centre).norm2() <= radius**2
)

# --- claims --------------------------------------------------------------------------------------

_STEP = (a.unbiased, a.sgd, a.positive_alpha)
_SAMPLES = (optimum_moment, optimum_unbiased, a.positive_B, a.positive_c)
affine_every_t = Claim(
    "sgd.T-affine", "If E|G|^2 <= floor2 + growth |W_t - w*|^2 on all of R^d, E|W_t - w*|^2 is at "
    "most affine_distance2 for every t.",
    distance2_at(t) <= affine_distance2(t, distance2_at(0), alpha, floor2, growth, c),
    (*_STEP, a.curvature_above, affine_moment, growth_at_least_c2),
)
affine_ball = Claim(
    "sgd.T-affine-limit", "If E|G|^2 <= floor2 + growth |W_t - w*|^2 and alpha growth < 2c, the "
    "noise ball alpha floor2/(2c - alpha growth) holds without bounded gradients.",
    LimitSuperior(t, distance2_at(t)) <= affine_radius2(alpha, floor2, growth, c),
    (*affine_every_t.hypotheses, affine_limit),
)
_CONVEX = (*_STEP, a.curvature_above, smooth_samples, *_SAMPLES, a.c_at_most_L, positive_young,
           young_limit)
young_every_t = Claim(
    "sgd.T-young", "With convex L-smooth samples E|W_t - w*|^2 is at most young_distance2, in "
    "which only the noise at w* counts, for every weight.",
    distance2_at(t)
    <= young_distance2(t, distance2_at(0), alpha, young, sigma2_star, B, c, L), _CONVEX,
)
young_ball = Claim(
    "sgd.T-young-limit", "With convex L-smooth samples the limsup of E|W_t - w*|^2 is at most "
    "young_radius2; the weight 1 is Needell, Srebro and Ward 2014.",
    LimitSuperior(t, distance2_at(t)) <= young_radius2(alpha, young, sigma2_star, B, c, L), _CONVEX,
)
bach_moulines_ball = Claim(
    "sgd.T-bach-moulines", "With samples of L-Lipschitz gradients the affine ball holds with a "
    "second moment that grows by 2 L^2, for alpha L^2 < c.",
    LimitSuperior(t, distance2_at(t))
    <= affine_radius2(alpha, 2 * sigma2_star / B, 2 * L**2, c),
    (*_STEP, a.curvature_above, lipschitz_samples, optimum_moment, a.positive_B, a.positive_c,
     a.c_at_most_L, lipschitz_limit),
    "After Bach and Moulines 2011; convex samples do better: `young_radius2`.",
)
gower_ball = Claim(
    "sgd.T-gower", "Expected smoothness alone gives the ball 2 alpha sigma2_star/(B c), for alpha "
    "<= 1/(2L).",
    LimitSuperior(t, distance2_at(t)) <= gower_radius2(alpha, sigma2_star, B, c, L),
    (*_STEP, strongly_convex_at_minimiser, minimum, expected_smooth, optimum_moment, a.positive_B,
     a.positive_c, gower_limit, a.c_at_most_L),
)
_STRONG = (a.sgd, a.positive_alpha, between_samples, *_SAMPLES, a.step_below_2_over_L, c_below_L)
optimum_every_t = Claim(
    "sgd.T-optimum", "With strongly convex L-smooth samples E|W_t - w*|^2 is at most "
    "optimum_distance2, in which only the noise at w* counts, for alpha < 2/L.",
    distance2_at(t)
    <= optimum_distance2(t, distance2_at(0), alpha, sigma2_star, B, c, L), _STRONG,
)
optimum_ball = Claim(
    "sgd.T-optimum-limit", "The ball of strongly convex smooth samples: alpha "
    "sigma2_star/B / (c (2 - alpha L)).",
    LimitSuperior(t, distance2_at(t)) <= optimum_radius2(alpha, sigma2_star, B, c, L), _STRONG,
    "With c of the average only it is false; then `young_radius2` or `gower_radius2`.",
)
optimum_ball_as_stated = Claim(
    "sgd.T-optimum-average", "The ball alpha sigma2_star/B / (c (2 - alpha L)) holds with c of the "
    "mean loss only, if its samples are convex and L-smooth.",
    LimitSuperior(t, distance2_at(t)) <= optimum_radius2(alpha, sigma2_star, B, c, L),
    (*_STEP, a.curvature_above, smooth_samples, *_SAMPLES, a.step_below_2_over_L, c_below_L),
    "Exceeded by the factor (c + L)/(2c) on mirrored samples of curvatures c and L.",
)
_PL = (*_STEP, smooth_loss, polyak, a.bounded_variance, a.positive_B, a.positive_c, a.c_at_most_L,
       a.step_below_2_over_L)
gap_every_t = Claim(
    "sgd.T-PL", "Under the Polyak-Lojasiewicz inequality, without convexity, the loss is at most "
    "loss_gap above its minimum, for alpha < 2/L.",
    gap(t) <= loss_gap(t, gap(0), alpha, sigma2, B, c, L), _PL,
)
gap_limit = Claim(
    "sgd.T-PL-limit", "Under the Polyak-Lojasiewicz inequality the limsup of the loss above its "
    "minimum is at most alpha L sigma2/(2 B c (2 - alpha L)).",
    LimitSuperior(t, gap(t)) <= loss_gap_limit(alpha, sigma2, B, c, L), (*_PL, minimum),
)
runs_meet = Claim(
    "sgd.T-W2", "Two runs on the same convex L-smooth samples meet, linearly fast, for alpha < "
    "2/L.",
    apart2(t) <= coupling2(t, apart2(0), alpha, c, L),
    (*_STEP, other_unbiased, other_sgd, same_samples, monotone, a.c_at_most_L, a.positive_c,
     a.step_below_2_over_L),
    "So there is one stationary law, and a burn-in can be certified.",
)
ball_from_below = Claim(
    "sgd.T-smooth-lower", "On every L-smooth loss noise of variance sigma2_low/B everywhere leaves "
    "at least the ball lower_distance2, for alpha <= 1/L.",
    distance2_at(t) >= lower_distance2(t, distance2_at(0), alpha, sigma2_low, B, L),
    (*_STEP, a.curvature_below, some_noise, small_curvature_step, a.positive_B),
)
ball_is_invariant = Claim(
    "sgd.T-invariant", "No iterate leaves a ball whose sample gradients at the centre are short.",
    (iterate(t) - centre).norm2() <= radius**2,
    (a.sgd, a.positive_alpha, a.positive_c, between_at_centre, monotone_at_centre,
     small_at_centre, short_step, below_inverse_c, starts_in_ball),
)
