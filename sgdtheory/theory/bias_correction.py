"""Exponentially weighted averages and their bias correction [slides 26-27].

Long because the two slides hold seventeen claims.

>>> round(total(t=2, beta1=0.9), 12)
0.19
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sgdtheory.elementary import anywhere, one_minus_power
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    FiniteSum,
    Index,
    Letter,
    Process,
    VectorLetter,
    scalar,
)
from sgdtheory.optimizers import Momentum


def some_gradient(t: Any) -> None:
    """Raise ValueError unless ``t >= 1``."""
    if anywhere(t < 1):
        raise ValueError(f"t={t}, the time, must be >= 1: before the first gradient the "
                         "bias-corrected average is 0/0")


def age_below_time(k: Any, t: Any) -> None:
    """Raise ValueError unless ``k < t``."""
    some_gradient(t)
    if anywhere(k >= t):
        raise ValueError(f"k={k}, the age of a gradient, must be below the time t={t}: the "
                         "average at time t holds the gradients of ages 0 .. t-1")


@formula(requires=age_below_time)
def weight(k, t, beta1):
    """Weight of the gradient ``g_(t-k)`` in the corrected average at time t [slide 27]."""
    return (1 - beta1) * beta1**k / one_minus_power(1 - beta1, t)


@formula
def total(t, beta1):
    """Sum of the uncorrected weights at time t [slide 27]."""
    return one_minus_power(1 - beta1, t)


@formula(requires=some_gradient)
def variance_factor(t, beta1):
    """Variance of the corrected average over that of one gradient [after Roberts 1959].

    For uncorrelated gradients of one variance.
    """
    return (1 - beta1) * (1 + beta1**t) / ((1 + beta1) * one_minus_power(1 - beta1, t))


@formula(requires=some_gradient)
def lag(t, beta1):
    """Steps by which the corrected average trails a linear drift of the mean [slide 27]."""
    return beta1 / (1 - beta1) - t * beta1**t / one_minus_power(1 - beta1, t)


# --- claims --------------------------------------------------------------------------------------

beta1, other_beta, sigma2 = Letter("beta1"), Letter("beta"), Letter("sigma2")
rho = Letter("rho")
t, _k, _s = Index("t"), Index("k"), Index("s")
mean, drift = VectorLetter("v"), VectorLetter("b")
later = t + 1  # the average needs a gradient: times are t + 1 = 1, 2, ...


def gradient_at(time: Any) -> Any:
    """Return the gradient drawn for the step to `time`."""
    return Process("g", scalar(time))


def average_at(time: Any) -> Any:
    """Return the exponentially weighted average m at `time`."""
    return Process("m", scalar(time))


def undamped_at(time: Any) -> Any:
    """Return the average that starts at the first gradient itself."""
    return Process("u", scalar(time))


def corrected_at(time: Any) -> Any:
    """Return the bias-corrected average, as `CorrectedMomentum` steps along it."""
    return average_at(time) / total(scalar(time), beta1)


def weighted_sum(time: Any) -> Any:
    """Return ``(1 - beta1) sum(beta1**k g(time - k) for k < time)``."""
    body = beta1**_k * gradient_at(scalar(time) - _k)
    return (1 - beta1) * FiniteSum(_k, 0, time, body)


def stationary_error(beta: Any) -> Any:
    """Return the limit of variance plus squared lag: ``lag`` tends to ``beta / (1 - beta)``."""
    noise = sigma2 * (1 - beta) / (1 + beta)
    return noise + drift.norm2() * (beta / (1 - beta)) ** 2


def _averaged(time: Any, beta: Any = beta1) -> Any:
    _, m = Momentum(Letter("alpha"), beta).step(
        VectorLetter("w"), average_at(time), lambda _: gradient_at(scalar(time) + 1), time
    )
    return m


averaging = Assumption(
    "m is the average of the momentum rule", average_at(t + 1).equals(_averaged(t)).forall(t)
)
starts_at_zero = Assumption("m starts at 0", average_at(0).equals(0))
undamped_start = Assumption("u starts at the first gradient", undamped_at(1).equals(gradient_at(1)))
undamped_averaging = Assumption(
    "u averages as m does from then on",
    undamped_at(t + 2)
    .equals(beta1 * undamped_at(t + 1) + (1 - beta1) * gradient_at(t + 2))
    .forall(t),
)
constant_mean = Assumption(
    "every gradient has the mean v", Expectation(gradient_at(t + 1)).equals(mean).forall(t)
)
drifting_mean = Assumption(
    "the mean gradient drifts linearly",
    Expectation(gradient_at(t + 1)).equals(mean + (t + 1) * drift).forall(t),
)
fresh = Assumption(
    "every gradient has the mean v given the earlier ones",
    Expectation(gradient_at(t + 1), t).equals(mean).forall(t),
)
same_variance = Assumption(
    "every gradient has the variance (trace) sigma2",
    Expectation((gradient_at(t + 1) - mean).norm2()).equals(sigma2).forall(t),
)
correlated = Assumption(
    "given the past, the next gradient deviates by rho times the last deviation",
    Expectation(gradient_at(t + 2), t + 1).equals(mean + rho * (gradient_at(t + 1) - mean))
    .forall(t),
)
correlation_below_one = Assumption("rho is at most 1", 1 - rho >= 0)
later_averaging = Assumption(
    "m is the average of the momentum rule", average_at(t + 2).equals(_averaged(t + 1)).forall(t)
)


def wander2(time: Any) -> Any:
    """Return ``E|m(time) - v|^2``."""
    return Expectation((average_at(time) - mean).norm2())


def wander_with_gradient(time: Any) -> Any:
    """Return ``E<m(time) - v, g(time) - v>``."""
    return Expectation((average_at(time) - mean).dot(gradient_at(time) - mean))


wander_stationary = Assumption(
    "E|m - v|^2 does not change", wander2(t + 2).equals(wander2(t + 1)).forall(t)
)
correlation_stationary = Assumption(
    "E<m - v, g - v> does not change",
    wander_with_gradient(t + 2).equals(wander_with_gradient(t + 1)).forall(t),
)
nonnegative_beta = Assumption("beta1 is at least 0", beta1 >= 0)
beta_below_one = Assumption("beta1 is below 1", 1 - beta1 > 0)
printed_averaging = Assumption(
    "m is the average of the momentum rule with beta1 = 0.9",
    average_at(t + 1).equals(_averaged(t, Fraction(9, 10))).forall(t),
)
other_nonnegative = Assumption("beta is at least 0", other_beta >= 0)
other_below_one = Assumption("beta is below 1", 1 - other_beta > 0)
balanced = Assumption(
    "beta1 balances noise and drift",
    (sigma2 * (1 - beta1) ** 3).equals(drift.norm2() * (beta1 * (1 + beta1) ** 2)),
)
_RULE = (averaging, starts_at_zero)
_BETA = (nonnegative_beta, beta_below_one)

closed_form = Claim(
    "optimizers.S26-ema-closed", "The average m_t is a geometrically weighted sum of the "
    "gradients, for every beta1.",
    average_at(t).equals(weighted_sum(t)), _RULE,
)
fifth_average = Claim(
    "optimizers.S26-m5", "m_5 has the weights (1 - beta1) beta1^k, k = 0, ..., 4.",
    average_at(5).equals(
        (1 - beta1) * gradient_at(5)
        + (1 - beta1) * beta1 * gradient_at(4)
        + (1 - beta1) * beta1**2 * gradient_at(3)
        + (1 - beta1) * beta1**3 * gradient_at(2)
        + (1 - beta1) * beta1**4 * gradient_at(1)
    ),
    _RULE,
)
weights_total = Claim(
    "optimizers.S26-weights", "The weights of the gradients in m_t add up to 1 - beta1^t.",
    FiniteSum(_k, 0, t, (1 - beta1) * beta1**_k).equals(total(t, beta1)),
)
weights_squared = Claim(
    "optimizers.S26-weights-squared", "The squared weights in m_t add up to (1 - beta1)/(1 + "
    "beta1) (1 - beta1^(2t)).",
    FiniteSum(_k, 0, t, ((1 - beta1) * beta1**_k) ** 2).equals(
        (1 - beta1) / (1 + beta1) * (1 - beta1 ** (2 * t))
    ),
    (nonnegative_beta,),
)
weights_age = Claim(
    "optimizers.S26-weights-age", "The ages of the gradients in m_t, times their weights, add up "
    "to beta1 (1 - beta1^t)/(1 - beta1) - t beta1^t.",
    FiniteSum(_k, 0, t, _k * ((1 - beta1) * beta1**_k)).equals(
        beta1 * (1 - beta1**t) / (1 - beta1) - t * beta1**t
    ),
    (beta_below_one,),
)
mean_shrinks = Claim(
    "optimizers.S26-mean", "The mean of m_t is (1 - beta1^t) times that of the gradients.",
    Expectation(average_at(t)).equals((1 - beta1**t) * mean), (*_RULE, constant_mean),
)
variance_shrinks = Claim(
    "optimizers.S26-var", "For uncorrelated gradients at a frozen point m_t has the variance "
    "sigma2 (1 - beta1)/(1 + beta1) (1 - beta1^(2t)).",
    Expectation((average_at(t) - (1 - beta1**t) * mean).norm2()).equals(
        sigma2 * ((1 - beta1) / (1 + beta1) * (1 - beta1 ** (2 * t)))
    ),
    (*_RULE, fresh, same_variance, nonnegative_beta),
)
correlated_variance = Claim(
    "optimizers.S26-var-ar1",
    "For gradients of autocorrelation rho^k the stationary variance of m is sigma2 (1 - beta1)/"
    "(1 + beta1) (1 + beta1 rho)/(1 - beta1 rho).",
    wander2(t + 1).equals(
        sigma2 * ((1 - beta1) / (1 + beta1)) * ((1 + beta1 * rho) / (1 - beta1 * rho))),
    (later_averaging, correlated, same_variance, correlation_below_one, wander_stationary,
     correlation_stationary, *_BETA),
    "Correlation costs the factor (1 + beta1 rho)/(1 - beta1 rho): as rho tends to 1 averaging "
    "lowers nothing.",
)
first_average = Claim(
    "optimizers.S27-bias-first", "m_1 = 0.1 g_1 at beta1 = 0.9.",
    average_at(1).equals(Fraction(1, 10) * gradient_at(1)), (printed_averaging, starts_at_zero),
)
second_average = Claim(
    "optimizers.S27-bias", "m_2 = 0.1 g_2 + 0.09 g_1 at beta1 = 0.9.",
    average_at(2).equals(Fraction(1, 10) * gradient_at(2) + Fraction(9, 100) * gradient_at(1)),
    (printed_averaging, starts_at_zero),
)
convex_combination = Claim(
    "optimizers.S27-convex", "The weights of the corrected average add up to 1.",
    FiniteSum(_k, 0, later, weight(_k, later, beta1)).equals(1), _BETA,
)
weights_nonnegative = Claim(
    "optimizers.S27-convex-sign", "The weights of the corrected average are nonnegative.",
    weight(_k, later, beta1) >= 0, _BETA,
)
unbiased = Claim(
    "optimizers.S27-unbiased", "For gradients of a constant mean the corrected average is "
    "unbiased, for every t.",
    Expectation(corrected_at(later)).equals(mean), (*_RULE, constant_mean, *_BETA),
)
trails = Claim(
    "optimizers.S27-lag", "Under a linear drift of the mean the corrected average trails by "
    "beta1/(1 - beta1) - t beta1^t/(1 - beta1^t) steps.",
    Expectation(corrected_at(later)).equals(mean + (later - lag(later, beta1)) * drift),
    (*_RULE, drifting_mean, *_BETA),
    "Bias correction removes the bias of the start, not the lag.",
)
best_beta = Claim(
    "optimizers.S27-mse", "Under a drift b the stationary mean square error (variance plus squared "
    "lag) is least where beta1 (1 + beta1)^2 / (1 - beta1)^3 = sigma2 / |b|^2.",
    stationary_error(other_beta) >= stationary_error(beta1),
    (*_BETA, other_nonnegative, other_below_one, balanced),
)
variance_corrected = Claim(
    "optimizers.S27-var", "For uncorrelated gradients the corrected average has the variance "
    "sigma2 (1 - beta1)(1 + beta1^t)/((1 + beta1)(1 - beta1^t)).",
    Expectation((corrected_at(later) - mean).norm2()).equals(
        sigma2 * variance_factor(later, beta1)
    ),
    (*_RULE, fresh, same_variance, *_BETA),
)
effective_rate = Claim(
    "optimizers.S27-lr", "The newest gradient has the weight (1 - beta1)/(1 - beta1^t) in the "
    "corrected average.",
    weight(scalar(0), later, beta1).equals((1 - beta1) / (1 - beta1**later)), _BETA,
    "The instantaneous gain; the total response of one gradient exceeds alpha, and that to a "
    "constant gradient is alpha exactly.",
)
undamped_first_step = Claim(
    "optimizers.S27-torch-dampening", "An average that starts at g_1 is m_t + beta1^t g_1.",
    undamped_at(t + 1).equals(average_at(t + 1) + beta1 ** (t + 1) * gradient_at(1)),
    (*_RULE, undamped_start, undamped_averaging),
    "Its weights add up to 1 too; it is neither slide 26 nor slide 27.",
)
