"""Minibatches: the variance of a mean of B sample gradients [slides 22-23].

>>> variance(sigma2=1.0, B=4)
0.25
>>> variance_without_replacement(sigma2=1.0, B=10, n=10)
0.0
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere, maximum, sqrt
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    FiniteSum,
    Index,
    Letter,
    Process,
    scalar,
)
from sgdtheory.theory import noise_ball


@formula
def variance(sigma2, B):
    """Variance of the mean of B independent draws [slide 22]."""
    return sigma2 / B


def batch_fits(B: Any, n: Any) -> None:
    """Raise ValueError unless ``B <= n`` and ``n >= 2``."""
    if anywhere(B > n):
        raise ValueError(f"B={B}, the batch size, exceeds n={n} samples without replacement; "
                         f"draw with replacement or take B <= {n}")
    if anywhere(n < 2):
        raise ValueError(f"n={n}, the number of samples, must be >= 2 without replacement")


@formula(requires=batch_fits)
def variance_without_replacement(sigma2, B, n):
    """Variance of the mean of B of n, without replacement [Cochran 1977, Thm 2.2]."""
    return sigma2 / B * (n - B) / (n - 1)


@formula
def largest_step(target, sigma2, B, mu2, c):
    """Step size whose ball has the squared radius `target`: linear in B, then flat [slide 23]."""
    return 2 * c * target / (sigma2 / B + mu2)


def some_slope(mu2: Any) -> None:
    """Raise ValueError unless ``mu2 > 0``."""
    if anywhere(mu2 <= 0):
        raise ValueError("mu2=0, the squared bound on the gradient, must be > 0 here: without a "
                         "floor a larger batch always pays; use the smooth bound instead")


@formula(requires=some_slope)
def critical_batch(sigma2, mu2):
    """Batch size at which noise and slope are equal: the step size is linear in B below [slide 23].

    Below it `largest_step` grows nearly in proportion to B, beyond it hardly.
    """
    return sigma2 / mu2


@formula(requires=some_slope)
def best_batch(sigma2, mu2, t0, t1):
    """Batch size that reaches a target most cheaply, if a step costs ``t0 + t1 B`` [slide 23]."""
    return sqrt(sigma2 * t0 / (mu2 * t1))


@formula
def least_cost(sigma2, mu2, t0, t1):
    """Least of ``(t0 + t1 B)(sigma2/B + mu2)``, to which the cost to a target is proportional."""
    return (sqrt(sigma2 * t1) + sqrt(mu2 * t0)) ** 2


@formula
def least_cost_overlapped(sigma2, mu2, latency, t1):
    """Least of ``max(latency, t1 B)(sigma2/B + mu2)``, at ``B = latency/t1`` [slide 23]."""
    return sigma2 * t1 + mu2 * latency


# --- claims --------------------------------------------------------------------------------------

size, total = Index("B"), Index("n")
chi, _target = Letter("chi"), Letter("target")
_t1, _latency = Letter("t1"), Letter("latency")
sigma, mu, _root0, _root1 = Letter("sigma"), Letter("mu"), Letter("r0"), Letter("r1")
_i, _j = Index("i"), Index("j")


def deviation(index: Any) -> Any:
    """Return the deviation of a draw from the mean gradient, known when it is drawn."""
    return Process("xi", scalar(index), delay=1)


def partial_sum(count: Any) -> Any:
    """Return the sum of the first `count` deviations."""
    return FiniteSum(_i, 0, count, deviation(_i))


centred = Assumption(
    "each draw is unbiased given the earlier ones",
    Expectation(deviation(_i), _i).equals(0).forall(_i),
)
bounded_variance = Assumption(
    "each draw has variance (trace) at most sigma2",
    (Expectation(deviation(_i).norm2()) <= a.sigma2).forall(_i),
)
some_draw = Assumption("the batch is not empty", size > 0)
exact_variance = Assumption(
    "each of the n draws has variance sigma2",
    Expectation(deviation(_i).norm2()).equals(a.sigma2).where(total - 1 - _i).forall(_i),
)
exchangeable = Assumption(
    "every two of the n draws have the same mean product",
    Expectation(deviation(_i).dot(deviation(_i + 1 + _j)))
    .equals(chi)
    .where(total - 2 - _i - _j)
    .forall(_i, _j),
)
deviations_cancel = Assumption("all n deviations add up to 0", partial_sum(total).equals(0))
several_samples = Assumption("there are at least two samples", total - 1 > 0)
batch_fits_in = Assumption("the batch is at most the n samples", total - size >= 0)
some_noise = Assumption("the variance is nonnegative", a.sigma2 >= 0)
some_slope_there = Assumption("the squared slope is nonnegative", a.mu2 >= 0)
some_target = Assumption("the target is nonnegative", _target >= 0)
some_slope_at_all = Assumption("mu2 is positive", a.mu2 > 0)
larger_size = Letter("B'")
larger = Assumption("B' is at least B", larger_size - a.B >= 0)
not_degenerate = Assumption("noise or slope is positive", a.sigma2 / a.B + a.mu2 > 0)

evaluation_bar = Claim(
    "sgd.S22-a", "The minibatch step, with the bar |_(W_t = w).",
    correction="The bar must read |_(w = W_t); a semicolon is missing before w.",
    printed="The minibatch step, with the bar |_(W_t = w).",
)
batch_variance = Claim(
    "sgd.S22-b", "The mean of B independent draws has variance at most sigma2/B.",
    Expectation((partial_sum(size) / size).norm2()) <= variance(a.sigma2, size),
    (centred, bounded_variance, some_draw),
)
variance_of_part = Claim(
    "sgd.T-without-replacement", "The mean of B of n samples drawn without replacement has the "
    "variance (sigma2/B)(n - B)/(n - 1).",
    Expectation((partial_sum(size) / size).norm2()).equals(
        variance_without_replacement(a.sigma2, size, total)
    ),
    (exact_variance, exchangeable, deviations_cancel, several_samples, batch_fits_in, some_draw),
)
ball_as_stated = Claim(
    "sgd.S22-c", "With batches of B the limsup of E|W_t - w*|^2 is at most alpha (sigma2/B + "
    "mu2)/(2c), for every step size.",
    noise_ball.ball_as_stated.conclusion, a.LECTURE,
    "As on slide 21: true for alpha c <= 1/2, false in between 1/2 and 2.",
)
ball = Claim(
    "sgd.S22-c-corrected", "With batches of B the limsup of E|W_t - w*|^2 is at most alpha "
    "(sigma2/B + mu2)/(2c) if alpha c <= 1/2.",
    noise_ball.ball.conclusion, (*a.LECTURE, a.small_step),
)
floor = Claim(
    "sgd.S22-d", "The slide's ball is a part that falls as 1/B plus the floor alpha mu2/(2c), "
    "which no batch size changes.",
    noise_ball.radius2(a.alpha, a.sigma2, a.B, a.mu2, a.c).equals(
        noise_ball.radius2(a.alpha, a.sigma2, a.B, 0, a.c) + a.alpha * a.mu2 / (2 * a.c)
    ),
    (a.positive_B, a.positive_c),
    "An identity of the bound. The floor is real for nonsmooth losses; for L-smooth ones it is an "
    "artefact.",
)
precision_and_cost = Claim(
    "sgd.S23-a", "Large batches estimate the gradient better, and cost more.",
    correction="The standard deviation falls as 1/sqrt(B), the cost of a step is t0 + t1 B.",
)
least_useful_batch = Claim(
    "sgd.S23-b", "There is a batch size below which processing gets no faster: if a step costs "
    "max(latency, t1 B), no batch reaches a target more cheaply than B = latency/t1.",
    maximum(_latency, _t1 * a.B) * noise_ball.second_moment(a.sigma2, a.B, a.mu2)
    >= least_cost_overlapped(a.sigma2, a.mu2, _latency, _t1),
    (some_noise, some_slope_there, a.positive_B),
    "If a step costs max(latency, t1 B), the cost to a target is least at B = latency/t1.",
)
powers_of_two = Claim(
    "sgd.S23-c", "Powers of two run faster on GPUs; memory grows with B.",
    correction="A statement on hardware; memory is affine in B.",
)
one_generalises_best = Claim(
    "sgd.S23-d", "B = 1 generalises best.", correction="Empirical; not a theorem.",
)
small_batch_small_step = Claim(
    "sgd.S23-e", "Small batches require small step sizes: of two batch sizes the larger one allows "
    "at least as long a step for the slide's ball to have a given squared radius.",
    largest_step(_target, a.sigma2, larger_size, a.mu2, a.c)
    >= largest_step(_target, a.sigma2, a.B, a.mu2, a.c),
    (a.positive_B, larger, a.positive_c, some_noise, some_slope_at_all, some_target),
    "Of the slide's ball, which bounds the limsup where this step has alpha c <= 1/2. The step is "
    "nearly linear in B below sigma2/mu2, then flat.",
)
step_reaches_target = Claim(
    "sgd.S23-e-target", "With the step size 2 c target/(sigma2/B + mu2) the slide's ball has the "
    "squared radius target.",
    noise_ball.radius2(
        largest_step(_target, a.sigma2, a.B, a.mu2, a.c), a.sigma2, a.B, a.mu2, a.c
    ).equals(_target),
    (a.positive_B, a.positive_c, not_degenerate),
    "An identity of the ball; that the ball is a bound is sgd.S22-c-corrected.",
)
batch_cost = Claim(
    "sgd.T-B", "If a step costs t0 + t1 B, no batch makes (t0 + t1 B)(sigma2/B + mu2), to which "
    "the cost of a target is proportional, less than at B = (sigma/mu) sqrt(t0/t1).",
    (_root0**2 + _root1**2 * a.B) * noise_ball.second_moment(sigma**2, a.B, mu**2)
    >= (sigma * _root1 + mu * _root0) ** 2,
    (a.positive_B,),
    "The best batch does not depend on the target, nor on the distance at the start.",
)
batch_tradeoff = Claim(
    "sgd.T-batch", "On a median problem and on ridge regression the ball keeps falling with B, "
    "where the slide's bound has its floor.",
)
