"""Bias and variance: the classical U, double descent, and what removes it [slide 12].

The U is no theorem: each new orthonormal feature changes the risk by ``sigma2/n`` less the square
of its coefficient, which may fall and rise as it likes. Double descent is exact for least squares
with the smallest weights on Gaussian inputs: the risk is infinite where the numbers of samples and
parameters differ by at most one, known for every other pair, and known as a law for all. More data
hurt on an exact range. The optimal penalty removes the peak, and with it more data never hurt.
Long because the slide's two pictures hold twenty claims.

>>> ridgeless_risk(n=40, p=38, sigma2=0.25, signal2=1), ridgeless_risk(40, 40, 0.25, 1)
(9.5, inf)
>>> round(ridgeless_limit(40, 38, 0.25, 1), 2), round(ridge_limit(100, 100, 0.25, 1), 5)
(4.75, 0.39039)
>>> best_width(n=40, sigma2=0.25, signal2=1), best_samples(p=50, sigma2=1, signal2=2)
(82.0, 14.0)
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import (
    absolute,
    anywhere,
    maximum,
    minimum,
    over_or_infinite,
    positive_root,
    sqrt,
)
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Index, Letter, Process, Scalar, VectorLetter, scalar


def stronger_signal(sigma2: Any, signal2: Any) -> None:
    """Raise ValueError unless ``signal2 > sigma2``."""
    if anywhere(signal2 <= sigma2):
        raise ValueError(f"signal2={signal2}, the squared norm of the weights, must be above "
                         f"sigma2={sigma2}, the noise: else no number of parameters above n + 1 is "
                         "better than predicting 0")


def no_more_than_points(n: Any, p: Any) -> None:
    """Raise ValueError unless ``p <= n``."""
    if anywhere(p > n):
        raise ValueError(f"p={p}, the number of features, must be at most n={n}, the number of "
                         "points: no more are orthonormal there")


def some_signal(signal2: Any) -> None:
    """Raise ValueError unless ``signal2 > 0``."""
    if anywhere(signal2 == 0):
        raise ValueError("signal2=0, the squared norm of the weights, must be above 0: without a "
                         "signal every weight estimated is too much")


@formula(requires=no_more_than_points)
def nested_risk(n, p, sigma2, missed2):
    """In-sample risk of least squares on p orthonormal features that miss `missed2` [slide 12]."""
    return missed2 + sigma2 * p / n


@formula
def ridgeless_risk(n, p, sigma2, signal2):
    """Mean risk of the smallest least-squares weights, on Gaussian inputs [slide 12].

    The mean of ``|w - b|^2``, without the noise of a new label; infinite where ``|n - p| <= 1``,
    unless there is no noise.
    """
    used = minimum(n, p)
    return signal2 * (1 - used / p) + over_or_infinite(sigma2 * used, absolute(n - p) - 1)


@formula
def ridgeless_variance(n, p, sigma2, signal2):
    """Variance of the risk of one draw, over data and noise; infinite where ``|n - p| <= 3``."""
    used, others, apart = minimum(n, p), maximum(maximum(n, p) - 1, 1), absolute(n - p)
    infinite_or_not = over_or_infinite(2 * sigma2**2 * used * others, apart - 3)
    noise = infinite_or_not / maximum(apart - 1, 1) ** 2
    return noise + 2 * signal2**2 * used * (p - used) / (p**2 * (p + 2))


@formula
def ridgeless_limit(n, p, sigma2, signal2):
    """Limit of `ridgeless_risk` as n and p grow at a fixed ratio [Hastie et al. 2022]."""
    used = minimum(n, p)
    return signal2 * (1 - used / p) + over_or_infinite(sigma2 * used, absolute(n - p))


@formula
def weak_risk(n, p, sigma2, kept2, missed2):
    """Mean squared error of a prediction from p of many Gaussian features [Belkin et al. 2020].

    What the others carry, `missed2`, is noise to the fit; the noise of the new label is counted.
    """
    used, noise = minimum(n, p), sigma2 + missed2
    return kept2 * (1 - used / p) + noise + over_or_infinite(noise * used, absolute(n - p) - 1)


@formula(requires=stronger_signal)
def best_width(n, sigma2, signal2):
    """Best number of parameters above ``n + 1``, as a real number [after Hastie et al. 2022]."""
    return (n + 1) * sqrt(signal2) / (sqrt(signal2) - sqrt(sigma2))


@formula(requires=stronger_signal)
def least_risk(n, sigma2, signal2):
    """Least `ridgeless_risk` over all real numbers of parameters above ``n + 1``."""
    return signal2 - n * (sqrt(signal2) - sqrt(sigma2)) ** 2 / (n + 1)


@formula(requires=some_signal)
def best_samples(p, sigma2, signal2):
    """Best number of samples below ``p - 1``, as a real number [Nakkiran 2019]; more hurt."""
    return p - 1 - sqrt(p * (p - 1) * sigma2 / signal2)


@formula(requires=some_signal)
def best_penalty(p, sigma2, signal2):
    """Penalty of ridge regression that is best for weights in no known direction."""
    return p * sigma2 / signal2


@formula(requires=some_signal)
def ridge_limit(n, p, sigma2, signal2):
    """Limit of the risk with that penalty, at a fixed ratio of n and p [Dobriban & Wager 2018].

    The positive r with ``p r^2 + (signal2 (n - p) + sigma2 p) r = p sigma2 signal2``.
    """
    return positive_root((signal2 * (n - p) + sigma2 * p) / (2 * p), sigma2 * signal2)


# --- assumptions ---------------------------------------------------------------------------------

t = Index("t")
residual, feature, unseen, fitted = map(VectorLetter, ("r", "e", "v", "w"))
column, dual, others, alone, solved = map(VectorLetter, ("x", "v", "o", "r", "u"))
share, theta, before, stretch = map(Letter, ("s", "theta", "k", "c"))
apart, width, noise2, signal2 = map(Letter, ("m", "p", "sigma2", "b2"))
signal, noise, surplus, examples = map(Letter, ("a", "s", "v", "n"))
penalty, prior, seen = map(Letter, ("lambda", "tau2", "w"))
trace, lower, drop, inner = map(Letter, ("T", "T_1", "d", "q"))
_unit = VectorLetter("e")


def square_at(time: Any) -> Scalar:
    """Return the squared coefficient of the feature that is added at `time`."""
    return Process("theta", scalar(time)).dot(_unit)


def smallest_risk(n: Any, p: Any, distance: Any) -> Any:
    """Return the mean risk above the peak in the language of proofs, ``distance = p - n - 1``."""
    return signal2 * (1 - n / p) + noise2 * n / distance


unit = Assumption("the feature e has the mean square 1", feature.norm2().equals(1))
coefficient = Assumption("theta is its coefficient in what the others miss",
                         residual.dot(feature).equals(theta))
decreasing = Assumption("the squared coefficients do not increase",
                        (square_at(t) - square_at(t + 1) >= 0).forall(t))
rises = Assumption("the risk does not fall at the start", share - square_at(0) >= 0)
orthogonal = Assumption("v, the part of the weights that no input sees, is orthogonal to w, a "
                        "combination of the inputs", unseen.dot(fitted).equals(0))
splits = Assumption("the first column x is r + o, o a combination of the others",
                    column.equals(alone + others))
dual_others = Assumption("v, the first column of X W^-1, is orthogonal to the other columns",
                         dual.dot(others).equals(0))
dual_one = Assumption("<v, x> = 1", dual.dot(column).equals(1))
along = Assumption("r, a combination of the columns orthogonal to the others, is c v",
                   alone.equals(stretch * dual))
beyond_peak = Assumption("n = p - m with m above 2, before and after the new example", apart > 2)
some_width = Assumption("p is positive", width > 0)
some_surplus = Assumption("v = p - n - 1 is positive", surplus > 0)
some_examples = Assumption("n is positive", examples > 0)
some_prior = Assumption("tau2 = |b|^2/p is positive", prior > 0)
some_noise = Assumption("sigma2 is positive", noise2 > 0)
curvature = Assumption("w, an eigenvalue of X'X, is not negative", seen >= 0)
some_penalty = Assumption("the penalty is positive", penalty > 0)
new_trace = Assumption("T_1 is the trace of the inverse after the new example x, d less than T",
                       lower.equals(trace - drop))
rank_one = Assumption("with u the inverse times x and q = <x, u>, d (1 + q) = |u|^2 [Sherman & "
                      "Morrison 1950]", (drop * (1 + inner)).equals(solved.norm2()))
definite = Assumption("the inverse is positive definite: q is not negative", inner >= 0)

# --- claims: the classical U ---------------------------------------------------------------------

classic_as_stated = Claim(
    "networks.S12-bv_classic",
    "As a model grows the risk falls to one minimum and rises after it: a U.",
    correction="Not in general: each orthonormal feature changes the risk by sigma2/n less its "
    "squared coefficient. With 1, 0, 1 for these and sigma2/n = 0.1 the risks are 2, 1.1, 1.2, "
    "0.3: two local minima.",
)
classic_step = Claim(
    "networks.S12-bv_classic-step",
    "The k-th orthonormal feature changes the in-sample risk of least squares by s - theta^2: "
    "s = sigma2/n, theta its coefficient.",
    (((residual - theta * feature).norm2() + share * (before + 1))
     - (residual.norm2() + share * before)).equals(share - theta**2),
    (unit, coefficient),
    "For a fixed design, in the mean square over its n points; the noise adds s a feature.",
)
classic_unimodal = Claim(
    "networks.S12-bv_classic-unimodal",
    "If the squared coefficients do not increase, the risk never falls again after a feature that "
    "does not lower it: then there is a U, or one of its two sides.",
    share - square_at(t) >= 0, (decreasing, rises),
)
nested = Claim(
    "networks.S12-bv_classic-risk",
    "Least squares on p orthonormal features of n points has the in-sample risk missed2 + sigma2 "
    "p/n, with the variance 2 sigma2^2 p/n^2 for Gaussian noise.",
)

# --- claims: least squares with the smallest weights ---------------------------------------------

splits_in_two = Claim(
    "networks.S12-dd_exact-split",
    "The risk of the smallest least-squares weights is that of what no input sees and that of the "
    "noise: |w - v|^2 = |w|^2 + |v|^2.",
    (fitted - unseen).norm2().equals(fitted.norm2() + unseen.norm2()), (orthogonal,),
)
schur = Claim(
    "networks.S12-dd_exact-schur",
    "The first diagonal entry of W^-1, W = X'X, is one over the squared norm of what the first "
    "column has apart from the others.",
    (alone.norm2() * dual.norm2()).equals(1), (splits, dual_others, dual_one, along),
    "|v|^2 is that entry. For n Gaussian rows |r|^2 is chi-squared with n - p + 1 degrees of "
    "freedom, also at p = n, where 1/|r|^2 has no mean.",
)
exact_risk = Claim(
    "networks.S12-dd_exact",
    "On independent standard Gaussian inputs the smallest least-squares weights have the risk "
    "sigma2 p/(n-p-1) for p <= n-2, |b|^2 (1-n/p) + sigma2 n/(p-n-1) for p >= n+2, and an "
    "infinite one for |p-n| <= 1 and sigma2 > 0.",
    correction="Without the noise of a new label. Without noise it is 0 for p <= n and "
    "|b|^2 (1-n/p) beyond.",
)
inverse_wishart = Claim(
    "networks.S12-dd_exact-trace",
    "The trace of W^-1, W = X'X with n rows of p independent standard normal numbers, has the mean "
    "p/(n-p-1) for n >= p + 2: shown for p <= 30 and n <= 60.",
    correction="By Bartlett's triangular factor of W, in fractions.",
)
risk_law = Claim(
    "networks.S12-dd_exact-law",
    "On independent standard Gaussian inputs the risk of the smallest least-squares weights is "
    "sigma2 Q + |b|^2 S for one draw, Q and S independent, for all n and p: Q is a chi-squared "
    "number with min(n, p) degrees of freedom over one with |n-p|+1, S has the law "
    "Beta((p-n)/2, n/2) for p > n and is 0 else.",
    correction="So half of all draws at n = p = 20 have a risk below 43 sigma2, though the mean is "
    "infinite; means say nothing there, laws do.",
)
limit_near = Claim(
    "networks.S12-dd_exact-near",
    "The noise in the limit of Hastie et al. is (m-1)/m of that in the risk, m = |n-p| >= 2: for "
    "n <= 40 and p <= 80.",
)
risk_variance = Claim(
    "networks.S12-dd_exact-variance",
    "With noise the k-th moment of the risk of the smallest least-squares weights, for one draw, "
    "is finite if and only if |n-p| > 2k-1; the variance, for m = |n-p| >= 4 and s = min(n, p), is "
    "2 sigma2^2 s (max(n,p)-1)/((m-1)^2 (m-3)) + 2 |b|^4 s (p-s)/(p^2 (p+2)).",
)
limit_as_stated = Claim(
    "networks.S12-dd_exact-limit",
    "The limit of Hastie et al., sigma2 p/(n-p) or |b|^2 (1-n/p) + sigma2 n/(p-n), is the risk.",
    correction="Its noise is too small by the factor (m-1)/m, m = |n-p|: for n = 40, sigma2 = 1/4 "
    "and |b| = 1 it says 4.75 at p = 38 and 5.05 at p = 42, where the risk is 9.5 and 10.05.",
)

# --- claims: double descent ----------------------------------------------------------------------

weak = Claim(
    "networks.S12-dd_weak",
    "Predicting by the smallest least-squares weights of p of D independent standard Gaussian "
    "features has the mean squared error (sigma2 + |b_out|^2) (1 + p/(n-p-1)) for p <= n-2, and "
    "|b_in|^2 (1-n/p) + (sigma2 + |b_out|^2) (1 + n/(p-n-1)) for p >= n+2; in between an infinite "
    "one, if sigma2 + |b_out|^2 > 0.",
    correction="The features left out are noise to the fit. The noise of the new label is counted.",
    printed="In deep learning the error falls, rises, and falls again as the model grows.",
)
weak_course = Claim(
    "networks.S12-dd_weak-course",
    "With n = 40, D = 100, |b| = 1, sigma2 = 1/16 and squared weights 1/2, 1/4, 1/8, ... that "
    "error falls to 0.084 at p = 8, rises to infinity at p = 39, 40, 41, falls again, to 0.514 at "
    "p = 55, and rises.",
    correction="The first minimum is the least. With equal weights the error rises from p = 1 to "
    "the peak, and falls from there to 0.7049 at p = 100, the least: one descent, and deep.",
)
more_data = Claim(
    "networks.S12-dd_sample",
    "One example more, n + 1 for n = p - m, changes the risk of the smallest least-squares weights "
    "by sigma2 (p-1)/((m-1)(m-2)) - |b|^2/p.",
    (smallest_risk(width - apart + 1, width, apart - 2)
     - smallest_risk(width - apart, width, apart - 1)).equals(
        noise2 * (width - 1) / ((apart - 1) * (apart - 2)) - signal2 / width),
    (beyond_peak, some_width),
    "So for m > 2 more data hurt exactly where (m-1)(m-2) < p (p-1) sigma2/|b|^2; at m = 2 one "
    "example more makes the risk infinite, if there is noise.",
    printed="Bigger models and more data hurt.",
)
more_data_range = Claim(
    "networks.S12-dd_sample-range",
    "One example more raises the risk of the smallest least-squares weights at n <= p - 3 exactly "
    "where (p-n-1)(p-n-2) < p (p-1) sigma2/|b|^2: for p <= 60 and |b|^2/sigma2 = 1/2, 1, 2, 5, 20.",
    correction="Over real n the risk is least at p - 1 - sqrt(p (p-1) sigma2/|b|^2) and rises from "
    "there; over whole n the rise may begin one sample before.",
)
wider = Claim(
    "networks.S12-dd_sample-width",
    "With more parameters than n + 1 no model of the smallest least-squares weights has a risk "
    "below a^2 - n (a-s)^2/(n+1), a = |b|, s = sigma.",
    signal**2 * (1 - examples / (surplus + examples + 1)) + noise**2 * examples / surplus
    >= signal**2 - examples * (signal - noise) ** 2 / (examples + 1),
    (some_surplus, some_examples),
    "Attained at p = (n+1) a/(a-s) if a > s: the risk falls up to there and rises beyond, so that "
    "a bigger model hurts as well. If a <= s it falls for ever, to |b|^2, the risk of 0.",
)

# --- claims: the best penalty --------------------------------------------------------------------

best = Claim(
    "networks.S12-dd_ridge-best",
    "For weights in no known direction no penalty does better than p sigma2/|b|^2 on any data: an "
    "eigenvalue w of X'X adds at least sigma2 tau2/(tau2 w + sigma2) to the risk, tau2 = |b|^2/p.",
    (penalty**2 * prior + noise2 * seen) / (seen + penalty) ** 2
    >= noise2 * prior / (prior * seen + noise2),
    (some_penalty, some_prior, some_noise, curvature),
    "The difference is a square, (penalty tau2 - sigma2)^2, times a positive number.",
)
bounded = Claim(
    "networks.S12-dd_ridge-bounded",
    "With the best penalty no eigenvalue adds more than tau2 = |b|^2/p to the risk: it is at most "
    "|b|^2, at the peak, too.",
    noise2 * prior / (prior * seen + noise2) <= prior,
    (some_prior, some_noise, curvature),
)
never_hurts = Claim(
    "networks.S12-dd_ridge-data",
    "With the best penalty an example more never raises the risk, sigma2 times the trace of the "
    "inverse of X'X plus the penalty, whatever the data.",
    lower <= trace, (new_trace, rank_one, definite),
    "Nakkiran et al. 2020 show it on average, and for more random features of the same inputs.",
)
adding = Claim(
    "networks.S12-dd_ridge-rank",
    "An example x lowers that trace by |u|^2/(1 + <x, u>), u the inverse times x: in fractions on "
    "30 designs.",
)
no_peak = Claim(
    "networks.S12-dd_ridge",
    "With the best penalty there is no peak: for n = 24, sigma2 = 1/4 and |b| = 1 the mean risk "
    "rises from p = 12 to 24 to 48, below |b|^2 and at most 5 % off its limit.",
    correction="So double descent is a matter of the method, not of the model. At n = p the limit "
    "is 0.39039, where the mean risk of the smallest weights is infinite.",
    printed="In deep learning the error peaks where the model can just fit all examples.",
)
