"""Bias and variance: the U, the peak as a mean and as a law, more data, penalties [slide 12].

Least squares is solved on random designs. Its mean risk is known exactly with its variance, away
from the peak, and its law everywhere: near the peak shares of draws are judged, and means of what
is cut off, never plain means, which do not exist. Long because the slide has six pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from scipy.linalg import hadamard
from scipy.optimize import brentq
from scipy.stats import beta
from sgdtheory.proofs.bias_variance import EQUAL, HALVING, risk, weak_errors
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    band,
    certain,
    certain_witness,
    draw_band,
    gather,
    stream,
    within,
    witness,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.exact.ridgeless import noise_law, ridgeless_clipped, ridgeless_moment
from sgdtheory.picture import marks, role
from sgdtheory.theory import bias_variance as says
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

POINTS, SHARE = 32, 0.1
FALLING, TWO_MINIMA = tuple(0.5**k for k in range(1, 9)), (1.0, 0.0, 1.0)
SAMPLES, WIDTHS, EACH, CHUNK = 20, np.array([5, 8, 32, 60]), 8, 2**21
SIGMA2, SIGNAL2 = 0.25, 1.0
PEAKS, QUANTILES = ((20, 19), (20, 20), (20, 21), (8, 12)), (0.1, 0.5, 0.9)
LIMITS = np.array([25.0, 100.0])
WEAK_SAMPLES, WEAK_WIDTHS, WEAK_EACH, WEAK_NOISE = 40, np.array([10, 28, 100]), 2, Fraction(1, 16)
BEST = ((9, 4), (20, 4), (39, 9))
SQUARE_PAIRS = ((9, 2), (50, 2), (81, 5))
RIDGE_SAMPLES, RIDGE_WIDTHS = 24, np.array([12, 24, 48])
MORE_WIDTH, MORE_SIGNAL = 50, 2.0


@dataclass(frozen=True, eq=False)
class Nested:
    """In-sample risks over the number of features, exact and measured, for two targets."""

    at: np.ndarray
    falling: np.ndarray
    two: np.ndarray
    measured: Band
    measured_two: Band


@dataclass(frozen=True, eq=False)
class Peak:
    """Risk over the number of parameters: exact, its limit, the median of draws, measured."""

    at: np.ndarray
    exact: np.ndarray
    limit: np.ndarray
    median: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Law:
    """The distribution of the risk at the peak, drawn and exact, and what is claimed elsewhere."""

    at: np.ndarray
    exact: np.ndarray
    drawn: np.ndarray
    median: float


@dataclass(frozen=True, eq=False)
class Weak:
    """Errors over the number of features used: equal weights, halved ones, measured equal ones."""

    at: np.ndarray
    equal: np.ndarray
    halving: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Data:
    """Risks over the number of samples: smallest weights, best penalty; where more data hurt."""

    at: np.ndarray
    smallest: np.ndarray
    penalised: np.ndarray
    worse_from: float


@dataclass(frozen=True, eq=False)
class Ridge:
    """Risks over the number of parameters: smallest weights, best penalty, and measured."""

    at: np.ndarray
    smallest: np.ndarray
    penalised: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    nested: Nested
    peak: Peak
    law: Law
    weak: Weak
    data: Data
    ridge: Ridge
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Draw, solve and judge everything."""
    parts: dict[str, Callable[[np.random.Generator, int], tuple[Any, Verdicts]]] = {
        "nested": _nested, "peak": _peak, "law": _law, "weak": _weak, "data": _data,
        "ridge": _ridge}
    found, verdicts = gather({what: partial(part, stream(seed, what), runs)
                              for what, part in parts.items()}, progress)
    return Result(runs, seed, DELTA, **found, verdicts=verdicts)


# --- the classical U -----------------------------------------------------------------------------


def nested_draws(rng: np.random.Generator, runs: int, squares: tuple[float, ...]) -> np.ndarray:
    """Return the in-sample risks of least squares on the first 1, 2, ... features, (runs, k)."""
    features = hadamard(POINTS)[:, 1:len(squares) + 1].astype(float)
    truth = features @ np.sqrt(squares)
    labels = truth + rng.normal(0, (SHARE * POINTS) ** 0.5, (runs, POINTS))
    coefficients = labels @ features / POINTS
    found = [((coefficients[:, :k] @ features[:, :k].T - truth) ** 2).mean(axis=1)
             for k in range(1, len(squares) + 1)]
    return np.column_stack(found)


def _nested(rng: np.random.Generator, runs: int) -> tuple[Nested, Verdicts]:
    verdicts: Verdicts = {}
    lines, samples = [], []
    for name, squares in (("falling coefficients", FALLING), ("two minima", TWO_MINIMA)):
        at = np.arange(1, len(squares) + 1)
        missed = sum(squares) - np.cumsum(squares)
        sample = Replicas(nested_draws(rng, runs, squares), at, np.inf, 2 * SHARE**2 * at)
        claimed = says.nested_risk(POINTS, at, SHARE * POINTS, np.maximum(missed, 0))
        verdicts |= witness(f"in-sample risk, {name}, over t = p", claimed, sample)
        lines.append(np.concatenate([[sum(squares)], claimed]))
        samples.append(sample)
    two = samples[1]
    second = Replicas(two.distance2[:, 1:2], two.times[1:2], np.inf, two.variance[1:2])
    verdicts["refuted: two features have no more risk than one"] = st.judge(1.1, second, DELTA)
    return Nested(np.arange(len(FALLING) + 1), *lines, *map(band, samples)), verdicts


# --- the smallest weights ------------------------------------------------------------------------


def fitted_risks(rng: np.random.Generator, count: int, n: int, p: int, sigma2: float,
                 weights: np.ndarray) -> np.ndarray:
    """Return ``|w - b|^2`` of the smallest least-squares weights on `count` designs."""
    at_once = max(1, CHUNK // (n * p))
    return np.concatenate([_risks(rng, min(at_once, count - start), n, p, sigma2, weights)
                           for start in range(0, count, at_once)])


def _risks(rng: np.random.Generator, count: int, n: int, p: int, sigma2: float,
           weights: np.ndarray) -> np.ndarray:
    X = rng.standard_normal((count, n, p))
    labels = X @ weights[:, None] + sigma2**0.5 * rng.standard_normal((count, n, 1))
    return np.asarray(((smallest(X, labels)[..., 0] - weights) ** 2).sum(axis=1))


def smallest(X: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the smallest least-squares weights of designs (count, n, p), labels (count, n, k)."""
    turned = np.swapaxes(X, 1, 2)
    if X.shape[2] <= X.shape[1]:
        return np.asarray(np.linalg.solve(turned @ X, turned @ labels))
    return np.asarray(turned @ np.linalg.solve(X @ turned, labels))


def of_norm2(p: int, norm2: float) -> np.ndarray:
    """Return p unequal weights with this squared norm."""
    weights = np.arange(1.0, p + 1)
    return np.asarray(weights * (norm2 / (weights @ weights)) ** 0.5)


def variance_of(n: int, p: int, sigma2: Fraction, signal2: Fraction) -> float:
    """Return the variance of the risk of one draw, from the moments of its law."""
    mean = ridgeless_moment(n, p, 1, sigma2, signal2)
    return float(ridgeless_moment(n, p, 2, sigma2, signal2) - mean**2)


def _peak(rng: np.random.Generator, runs: int) -> tuple[Peak, Verdicts]:
    seen = [fitted_risks(rng, runs * EACH, SAMPLES, int(p), SIGMA2, of_norm2(int(p), SIGNAL2))
            .reshape(runs, EACH).mean(axis=1) for p in WIDTHS]
    spread = np.array([variance_of(SAMPLES, int(p), Fraction(SIGMA2), Fraction(SIGNAL2)) / EACH
                       for p in WIDTHS])
    sample = Replicas(np.column_stack(seen), WIDTHS, np.inf, spread)
    claimed = says.ridgeless_risk(SAMPLES, WIDTHS, SIGMA2, SIGNAL2)
    at = np.arange(1, 61)
    median = np.array([SIGMA2 * noise_law(SAMPLES, p).median() for p in at.tolist()])
    shown = Peak(at, says.ridgeless_risk(SAMPLES, at, SIGMA2, SIGNAL2),
                 says.ridgeless_limit(SAMPLES, at, SIGMA2, SIGNAL2), median, band(sample))
    return shown, {
        **witness("risk of the smallest weights, over t = p", claimed, sample),
        "control: n/(p-n) in place of n/(p-n-1)": st.judge_equal(
            says.ridgeless_limit(SAMPLES, WIDTHS, SIGMA2, SIGNAL2), sample, DELTA),
        **_moments(),
    }


def _moments() -> Verdicts:
    """Judge variance and limit against the exact moments, for pairs at a distance from 4 to 41."""
    pairs = [(20, 5), (9, 5), (12, 30), (20, 61), (5, 9)]
    n, p = np.array(pairs).T
    sigma2, signal2 = Fraction(1, 4), Fraction(1)
    exact = [variance_of(*pair, sigma2, signal2) for pair in pairs]
    noise = [float(risk(*pair, sigma2, 0 * signal2)) for pair in pairs]
    apart = np.abs(n - p)
    return {
        **certain_witness("variance of the risk, over t = p",
                          says.ridgeless_variance(n, p, 0.25, 1.0), exact, p),
        **certain_witness("limit of the risk without a signal, over t = p",
                          says.ridgeless_limit(n, p, 0.25, 0.0), noise, p,
                          ratio=apart / (apart - 1)),
        "refuted: the limit is the risk, over t = p": certain(
            noise, says.ridgeless_limit(n, p, 0.25, 0.0), p),
        "control: variance of the risk with m - 1 for m - 3, over t = p": certain(
            says.ridgeless_variance(n, p, 0.25, 0.0) * (apart - 3) / (apart - 1),
            says.ridgeless_variance(n, p, 0.25, 0.0), p),
    }


def _law(rng: np.random.Generator, runs: int) -> tuple[Law, Verdicts]:
    """Draw at the peak and beside it, and count what is below the quantiles, of noise and signal.

    The fit is linear in the labels: that of the noise has the squared distance Q, that of what the
    weights give the distance S.
    """
    drawn = {(n, p): both_parts(rng, runs * EACH, n, p) for n, p in PEAKS}
    verdicts: Verdicts = {}
    for pair, (noise, unseen) in drawn.items():
        verdicts |= _noise_shares(pair, noise, runs)
        if pair[1] > pair[0]:
            verdicts |= _unseen_shares(pair, noise, unseen, runs)
        if abs(pair[0] - pair[1]) <= 1 and pair[0] <= pair[1]:
            verdicts |= _without_mean(pair, noise, runs)
    at, peak = np.geomspace(1, 1e5, 41), (SAMPLES, SAMPLES)
    law, noise = noise_law(*peak), np.sort(drawn[peak][0])
    below = np.searchsorted(noise, at, side="right") / len(noise)
    return Law(at, law.cdf(at), below, float(law.median())), verdicts


def both_parts(rng: np.random.Generator, count: int, n: int, p: int,
               ) -> tuple[np.ndarray, np.ndarray]:
    """Return Q and S of the same `count` designs, for noise and weights of size 1."""
    weights, found = of_norm2(p, 1.0), []
    at_once = max(1, CHUNK // (n * p))
    for start in range(0, count, at_once):
        X = rng.standard_normal((min(at_once, count - start), n, p))
        labels = np.concatenate([rng.standard_normal((len(X), n, 1)), X @ weights[:, None]], axis=2)
        fits = smallest(X, labels)
        found.append([(fits[..., 0] ** 2).sum(axis=1),
                      ((fits[..., 1] - weights) ** 2).sum(axis=1)])
    noise, unseen = np.concatenate(found, axis=1)
    return noise, unseen


def _noise_shares(pair: tuple[int, int], noise: np.ndarray, runs: int) -> Verdicts:
    """Judge the law of Q by shares; the control has one degree of freedom more or less."""
    (n, p), at = pair, np.array(QUANTILES)
    name = f"law of the risk by noise, n = {n}, p = {p}, over t = share"
    other = noise_law(n, p + 2 * (p >= n) - 1)
    right, wrong = (_shares(noise, runs, law.ppf(at), at) for law in (noise_law(n, p), other))
    return {name: st.judge_equal(at, right, DELTA),
            f"control: {name}, one parameter more or less": st.judge_equal(at, wrong, DELTA),
            f"control: {name}, shares 5% too large": st.judge_equal(1.05 * at, right, DELTA)}


def _unseen_shares(pair: tuple[int, int], noise: np.ndarray, unseen: np.ndarray,
                   runs: int) -> Verdicts:
    """Judge the law of S, and by the shares of quarters that it is independent of Q."""
    (n, p), at = pair, np.array(QUANTILES)
    name = f"law of the risk by what is not seen, n = {n}, p = {p}, over t = share"
    law, other = beta((p - n) / 2, n / 2), beta((p - n + 1) / 2, n / 2)
    right, wrong = (_shares(unseen, runs, each.ppf(at), at) for each in (law, other))
    low = (noise <= noise_law(n, p).median()) & (unseen <= law.median())
    both = _shares(~low, runs, [0], np.array([0.25]))
    return {name: st.judge_equal(at, right, DELTA),
            f"control: {name}, one parameter more": st.judge_equal(at, wrong, DELTA),
            f"both parts of the risk below their medians, n = {n}, p = {p}":
                st.judge_equal(0.25, both, DELTA),
            f"control: both parts of the risk below their medians, n = {n}, p = {p}, 0.3":
                st.judge_equal(0.3, both, DELTA)}


def _without_mean(pair: tuple[int, int], noise: np.ndarray, runs: int) -> Verdicts:
    """Judge the mean of what is cut off, which exists, and that it grows without limit."""
    name = f"mean risk cut off at t, n = {pair[0]}, p = {pair[1]}"
    cut = np.column_stack([np.minimum(noise, limit).reshape(runs, EACH).mean(axis=1)
                           for limit in LIMITS])
    mean, square = (np.array([ridgeless_clipped(*pair, limit, order) for limit in LIMITS])
                    for order in (1, 2))
    far = np.array([1e4, 1e6, 1e8])
    grown = np.array([ridgeless_clipped(*pair, limit) for limit in far])
    return {
        **witness(name, mean, Replicas(cut, LIMITS, LIMITS, (square - mean**2) / EACH)),
        f"{name}, grows as the logarithm or faster": within(SAMPLES * np.log(far) / 4, grown, far),
        f"refuted: {name}, stays below 100": within(grown, np.full(3, 100.0), far)}


def _shares(risks: np.ndarray, runs: int, limits: Any, shares: np.ndarray) -> Replicas:
    """Return how many of the draws are below each limit, with the variance of the shares."""
    below = [(risks <= limit).reshape(runs, EACH).mean(axis=1) for limit in limits]
    return Replicas(np.column_stack(below), shares, 1.0, shares * (1 - shares) / EACH)


# --- double descent ------------------------------------------------------------------------------


def _weak(rng: np.random.Generator, runs: int) -> tuple[Weak, Verdicts]:
    """Fit the first p of 100 features with equal weights; the others are in the labels."""
    errors, spread = [], []
    for p in WEAK_WIDTHS.tolist():
        kept = Fraction(p, len(EQUAL))
        noise = WEAK_NOISE + 1 - kept
        weights = np.full(p, len(EQUAL) ** -0.5)
        risks = fitted_risks(rng, runs * WEAK_EACH, WEAK_SAMPLES, p, float(noise), weights)
        errors.append(float(noise) + risks.reshape(runs, WEAK_EACH).mean(axis=1))
        spread.append(variance_of(WEAK_SAMPLES, p, noise, kept) / WEAK_EACH)
    sample = Replicas(np.column_stack(errors), WEAK_WIDTHS, np.inf, np.array(spread))
    kept2 = WEAK_WIDTHS / len(EQUAL)
    claimed = says.weak_risk(WEAK_SAMPLES, WEAK_WIDTHS, float(WEAK_NOISE), kept2, 1 - kept2)
    equal, halving = (np.array(weak_errors(squares, WEAK_SAMPLES, WEAK_NOISE), dtype=float)
                      for squares in (EQUAL, HALVING))
    exact = equal[WEAK_WIDTHS - 1]
    return Weak(np.arange(1, 101), equal, halving, band(sample)), {
        **witness("error with some of the features, over t = p", claimed, sample),
        "error with some of the features, from its law": certain(claimed, exact, WEAK_WIDTHS),
        "control: features left out are no noise to the fit": st.judge_equal(
            says.weak_risk(WEAK_SAMPLES, WEAK_WIDTHS, float(WEAK_NOISE), kept2, 0 * kept2),
            sample, DELTA),
    }


# --- more data, more parameters ------------------------------------------------------------------


def _least(numbers: dict[int, Any]) -> float:
    return float(min(numbers, key=lambda key: numbers[key]))


def _data(rng: np.random.Generator, runs: int) -> tuple[Data, Verdicts]:
    n, ratio = np.array(BEST, dtype=float).T
    one = Fraction(1)
    over_p = [{p: risk(int(each), p, one, Fraction(q)) for p in range(each + 2, 12 * each)}
              for each, q in BEST]
    over_n = [{m: risk(m, p, one, Fraction(q)) for m in range(1, p - 1)} for p, q in SQUARE_PAIRS]
    p, square = np.array(SQUARE_PAIRS, dtype=float).T
    best = [_least(risks) for risks in over_p]
    fewest = [_least(risks) for risks in over_n]
    at = np.arange(1, 2 * MORE_WIDTH + 1)
    return Data(at, says.ridgeless_risk(at, MORE_WIDTH, 1.0, MORE_SIGNAL),
                says.ridge_limit(at, MORE_WIDTH, 1.0, MORE_SIGNAL),
                says.best_samples(MORE_WIDTH, 1.0, MORE_SIGNAL)), {
        **certain_witness("best number of parameters, over t = n",
                          says.best_width(n, 1.0, ratio), best, n),
        **certain_witness("least risk above the peak, over t = n",
                          says.least_risk(n, 1.0, ratio),
                          [float(min(risks.values())) for risks in over_p], n),
        **certain_witness("samples from which on more data hurt, over t = p",
                          says.best_samples(p, 1.0, square), fewest, p),
        "control: more data hurt from one sample later on, over t = p": certain(
            fewest, says.best_samples(p, 1.0, square) + 1, p),
        "refuted: more data never hurt, over t = p": within(
            [float(risks[len(risks)]) for risks in over_n],
            [float(min(risks.values())) for risks in over_n], p),
    }


# --- the best penalty ----------------------------------------------------------------------------


def penalised_risks(rng: np.random.Generator, count: int, n: int, p: int,
                    penalty: float) -> np.ndarray:
    """Return ``sigma2 trace (X'X + penalty)^-1`` of `count` designs, for sigma2 = `SIGMA2`.

    It is the mean of ``|w - b|^2`` over noise and directions of b, where the penalty is the best.
    """
    X = rng.standard_normal((count, n, p))
    gram = X @ np.swapaxes(X, 1, 2) if n < p else np.swapaxes(X, 1, 2) @ X
    spectrum = np.linalg.eigvalsh(gram)
    zeros = max(0, p - n) / penalty
    return np.asarray(SIGMA2 * ((1 / (spectrum + penalty)).sum(axis=1) + zeros))


def marchenko_pastur(n: int, p: int, penalty: float) -> float:
    """Return the limit of the trace of ``(X'X + penalty)^-1`` by integrating over the spectrum.

    With ``x = (1 + c + 2 sqrt(c) cos u) n`` the integrand is smooth and periodic: the rule of
    equal steps is exact to rounding [Marchenko & Pastur 1967].
    """
    c = p / n
    u = np.pi * (np.arange(4096) + 0.5) / 4096
    x = 1 + c + 2 * c**0.5 * np.cos(u)
    density = 4 * c * np.sin(u) ** 2 / (2 * np.pi * c * x)
    zeros = max(0.0, 1 - 1 / c) / (penalty / n)
    return float(c * (np.sum(density / (x + penalty / n)) * np.pi / 4096 + zeros))


def best_by_slope(spectrum: np.ndarray, p: int) -> float:
    """Return where the slope of the mean risk over the penalty vanishes, by complex steps."""
    def slope(penalty: float) -> float:
        z = penalty + 1e-30j
        of_each = (z**2 * SIGNAL2 / p + SIGMA2 * spectrum) / (spectrum + z) ** 2
        return float(of_each.sum().imag / 1e-30)

    return float(brentq(slope, 1e-3, 1e3, xtol=1e-15, rtol=1e-14))


def _ridge(rng: np.random.Generator, runs: int) -> tuple[Ridge, Verdicts]:
    n, p = RIDGE_SAMPLES, RIDGE_WIDTHS
    penalties = SIGMA2 / SIGNAL2 * p
    seen = np.column_stack([penalised_risks(rng, runs, n, int(width), float(penalty))
                            for width, penalty in zip(p, penalties, strict=True)])
    sample, at = Replicas(seen, p, SIGNAL2), np.arange(1, 73)
    limit = np.array([SIGMA2 * marchenko_pastur(n, int(width), float(penalty))
                      for width, penalty in zip(p, penalties, strict=True)])
    slopes = [best_by_slope(_spectrum(rng, width), width) for width in p.tolist()]
    return Ridge(at, says.ridgeless_risk(n, at, SIGMA2, SIGNAL2),
                 says.ridge_limit(n, at, SIGMA2, SIGNAL2), band(sample)), {
        **certain_witness("limit of the risk with the best penalty, over t = p",
                          says.ridge_limit(n, p, SIGMA2, SIGNAL2), limit, p),
        **certain_witness("best penalty, over t = p", says.best_penalty(p, SIGMA2, SIGNAL2),
                          slopes, p),
        **_no_peak(seen, limit, p)}


def _spectrum(rng: np.random.Generator, width: int) -> np.ndarray:
    """Return the eigenvalues of X'X of one design."""
    X = rng.standard_normal((2 * RIDGE_SAMPLES, width))
    return np.asarray(np.linalg.eigvalsh(X.T @ X))


def _no_peak(seen: np.ndarray, limit: np.ndarray, p: np.ndarray) -> Verdicts:
    """Judge the mean from above and, as what it leaves of `SIGNAL2`, from below."""
    def at_most(number: Any, some: slice = slice(None)) -> Verdict:
        return st.judge(number, Replicas(seen[:, some], p[some], SIGNAL2), DELTA)

    def at_least(number: Any, some: slice = slice(None)) -> Verdict:
        return st.judge(SIGNAL2 - number, Replicas(SIGNAL2 - seen[:, some], p[some], SIGNAL2),
                        DELTA)

    between, name = (limit[:-1] * limit[1:]) ** 0.5, "risk with the best penalty"
    return {
        f"{name}, at most 5% above its limit, over t = p": at_most(1.05 * limit),
        f"{name}, at least 5% below its limit, over t = p": at_least(0.95 * limit),
        f"{name}, at p = 12 and 24 below what it is above at 24 and 48":
            at_most(between, slice(0, 2)),
        f"{name}, at p = 24 and 48 above what it is below at 12 and 24":
            at_least(between, slice(1, 3)),
        f"control: {name}, half of its limit, over t = p": at_most(limit / 2),
        f"control: {name}, at least 14% above its limit, over t = p": at_least(1.14 * limit),
        f"refuted: {name}, at p = 24 above that at 48": at_least(limit[2:], slice(1, 2))}


# --- the picture ---------------------------------------------------------------------------------


def draw_nested(result: Result, ax: Any) -> None:
    """Draw the risk over the number of features, for two targets.

    In-sample risk of least squares over the number of orthonormal features, exact (lines) and
    measured (marks). With squared coefficients that fall it has the U of the slide; with the
    coefficients 1, 0, 1 it has two minima, so that the U is no theorem.
    """
    found = result.nested
    ax.plot(found.at, found.falling, label="squares 1/2, 1/4, 1/8, ...: a U", **role("exact"))
    ax.plot(found.at[:len(found.two)], found.two, label="squares 1, 0, 1: two minima",
            **role("corrected"))
    draw_band(ax, found.measured, "U, measured")
    draw_band(ax, found.measured_two, "two minima, measured", "measured too")
    ax.set(xlabel="features", ylabel="in-sample risk", ylim=(0, 2.9),
           title=r"The classical U: each feature adds $\sigma^2/n - \theta^2$")
    ax.legend(loc="upper right")


def draw_peak(result: Result, ax: Any) -> None:
    """Draw the risk of the smallest weights over the number of parameters.

    Risk of the smallest least-squares weights over the number of parameters, for 20 samples.
    The mean (line) is infinite in the grey band, where the numbers differ by at most one; the
    limit of the literature (dashed) is too low near it. Half of all draws are below the median
    (dotted, up to $p$ = 20), which is finite at the peak, too.
    """
    found = result.peak
    ax.axvspan(SAMPLES - 1, SAMPLES + 1, color="0.85", label="infinite mean")
    for part, label in ((found.at < SAMPLES - 1, "mean, exact"), (found.at > SAMPLES + 1, None)):
        ax.plot(found.at[part], found.exact[part], label=label, **role("exact"))
    ax.plot(found.at, found.limit, label="limit for many samples", **role("slide"))
    below = found.at <= SAMPLES
    ax.plot(found.at[below], found.median[below], label="median, exact", **role("smooth"))
    draw_band(ax, found.measured, "measured, certified limits")
    ax.set(yscale="log", xlabel="parameters $p$", ylabel="risk $|w - b|^2$", ylim=(5e-3, 300),
           title=rf"Smallest weights: $n$ = {SAMPLES}, $\sigma^2$ = 1/4, $|b|$ = 1")
    ax.legend(loc="upper right", ncols=2)


def draw_law(result: Result, ax: Any) -> None:
    """Draw the distribution of the risk where its mean is infinite.

    Distribution of the risk of a draw with as many parameters as samples, exact and drawn. It
    has no mean, so that averages of simulations say nothing there, but its law is known: half
    of all draws are below 42.4 times the noise.
    """
    found = result.law
    ax.plot(found.at, found.exact, label="exact", **role("exact"))
    ax.plot(found.at[::2], found.drawn[::2], label="drawn", **marks("measured"))
    ax.axvline(found.median, label=f"median {found.median:.1f}", **role("limit"))
    ax.set(xscale="log", xlabel=r"risk $|w - b|^2 / \sigma^2$", ylim=(-0.03, 1.25),
           ylabel="probability of at most that", title=f"At the peak: $n$ = $p$ = {SAMPLES}")
    ax.legend(loc="upper left", ncols=3)


def draw_weak(result: Result, ax: Any) -> None:
    """Draw the error over the number of features used, for two kinds of weights.

    Error of predictions from the first of 100 features, for 40 samples. If the first weights are
    the largest (dashed) it falls, rises, falls again and rises again, and the first minimum is the
    least; if all are equal (line) it falls beyond the peak only, to the least of all.
    """
    found = result.weak
    ax.axvspan(WEAK_SAMPLES - 1, WEAK_SAMPLES + 1, color="0.85", label="infinite mean")
    for part in (found.at < WEAK_SAMPLES - 1, found.at > WEAK_SAMPLES + 1):
        first = part[0]
        ax.plot(found.at[part], found.equal[part], **role("exact"),
                label="equal weights, exact" if first else None)
        ax.plot(found.at[part], found.halving[part], **role("slide"),
                label="squares 1/2, 1/4, 1/8, ..., exact" if first else None)
    draw_band(ax, found.measured, "equal weights, measured")
    ax.set(yscale="log", xlabel="features used $p$", ylabel="mean squared error", ylim=(0.05, 1e3),
           title=f"Double descent: $n$ = {WEAK_SAMPLES} of $D$ = 100 features")
    ax.legend(loc="upper right")


def draw_data(result: Result, ax: Any) -> None:
    """Draw the risk over the number of samples, without and with the best penalty.

    Risk over the number of samples for 50 parameters. With the smallest weights more data hurt,
    from the dotted line up to the peak; with the best penalty they never do.
    """
    found = result.data
    ax.axvspan(MORE_WIDTH - 1, MORE_WIDTH + 1, color="0.85", label="infinite mean")
    for part in (found.at < MORE_WIDTH - 1, found.at > MORE_WIDTH + 1):
        ax.plot(found.at[part], found.smallest[part], **role("slide"),
                label="smallest weights, exact" if part[0] else None)
    ax.plot(found.at, found.penalised, label="best penalty, limit", **role("exact"))
    ax.axvline(found.worse_from, label=f"more data hurt from $n$ = {found.worse_from:.0f}",
               **role("limit"))
    ax.set(yscale="log", xlabel="samples $n$", ylabel="risk", ylim=(0.3, 3000),
           title=rf"More data: $p$ = {MORE_WIDTH}, $|b|^2 = 2\sigma^2$")
    ax.legend(loc="upper center", ncols=2)


def draw_ridge(result: Result, ax: Any) -> None:
    """Draw the risk with the best penalty over the number of parameters, beside that without.

    Risk over the number of parameters for 24 samples. With the best penalty (dash-dotted, and
    measured) the peak of the smallest weights (dashed) is gone: double descent is a matter of the
    method, not of the model.
    """
    found = result.ridge
    ax.axvspan(RIDGE_SAMPLES - 1, RIDGE_SAMPLES + 1, color="0.85", label="infinite mean")
    for part in (found.at < RIDGE_SAMPLES - 1, found.at > RIDGE_SAMPLES + 1):
        ax.plot(found.at[part], found.smallest[part], **role("slide"),
                label="smallest weights, exact" if part[0] else None)
    ax.plot(found.at, found.penalised, label="best penalty, limit", **role("corrected"))
    draw_band(ax, found.measured, "best penalty, measured")
    ax.set(yscale="log", xlabel="parameters $p$", ylabel="risk", ylim=(5e-3, 300),
           title=rf"The best penalty: $n$ = {RIDGE_SAMPLES}, $\sigma^2$ = 1/4, $|b|$ = 1")
    ax.legend(loc="upper right")


MEASURED = (
    Measurement(says.classic_as_stated, "refuted: two features have no more risk than one"),
    Measurement(says.nested, "in-sample risk, falling coefficients, over t = p, attained"),
    Measurement(says.nested, "in-sample risk, two minima, over t = p, attained"),
    Measurement(says.exact_risk, "risk of the smallest weights, over t = p, attained"),
    *(Measurement(says.risk_law, f"law of the risk by noise, n = {n}, p = {p}, over t = share")
      for n, p in PEAKS),
    *(Measurement(says.risk_law, f"{what}, n = {n}, p = {p}{over}") for n, p in PEAKS if p > n
      for what, over in (("law of the risk by what is not seen", ", over t = share"),
                         ("both parts of the risk below their medians", ""))),
    *(Measurement(says.exact_risk, f"mean risk cut off at t, n = 20, p = {p}, {how}")
      for p in (20, 21) for how in ("attained", "grows as the logarithm or faster")),
    Measurement(says.risk_variance, "variance of the risk, over t = p, attained"),
    Measurement(says.limit_as_stated, "refuted: the limit is the risk, over t = p"),
    Measurement(says.weak, "error with some of the features, over t = p, attained"),
    Measurement(says.more_data_range, "samples from which on more data hurt, over t = p, attained"),
    Measurement(says.wider, "best number of parameters, over t = n, attained"),
    Measurement(says.wider, "least risk above the peak, over t = n, attained"),
    Measurement(says.best, "best penalty, over t = p, attained"),
    *(Measurement(says.no_peak, f"risk with the best penalty, {how}") for how in (
        "at most 5% above its limit, over t = p", "at least 5% below its limit, over t = p",
        "at p = 12 and 24 below what it is above at 24 and 48",
        "at p = 24 and 48 above what it is below at 12 and 24")),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.nested_risk: ("in-sample risk, falling coefficients, over t = p",
                       "in-sample risk, two minima, over t = p"),
    says.ridgeless_risk: ("risk of the smallest weights, over t = p",),
    says.ridgeless_variance: ("variance of the risk, over t = p",),
    says.ridgeless_limit: ("limit of the risk without a signal, over t = p",),
    says.weak_risk: ("error with some of the features, over t = p",),
    says.best_width: ("best number of parameters, over t = n",),
    says.least_risk: ("least risk above the peak, over t = n",),
    says.best_samples: ("samples from which on more data hurt, over t = p",),
    says.best_penalty: ("best penalty, over t = p",),
    says.ridge_limit: ("limit of the risk with the best penalty, over t = p",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_nested, draw_peak, draw_law, draw_weak, draw_data, draw_ridge)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
