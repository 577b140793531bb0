"""One trajectory against its one-step inequality. Alarms at delta = 1e-9 unless it says 0.01."""

import math

import numpy as np
import pytest

from sgdtheory.verdict import judge_log
from sgdtheory.verdict.betting import RISES

pytestmark = pytest.mark.chance(2e-9)

DELTA = 1e-9


def sgd_log(seed, steps, noise2=1.0, alpha=0.1, dim=3):
    """|w_t|^2 of SGD on |w|^2/2 with Gaussian noise: E[X'|X] = (1-alpha)^2 X + alpha^2 noise2."""
    rng = np.random.default_rng([seed, 12])
    w, log = np.ones(dim), [float(dim)]
    for noise in rng.standard_normal((steps, dim)) * math.sqrt(noise2 / dim):
        w = w - alpha * (w + noise)
        log.append(float(w @ w))
    return np.array(log)


def drift(x):
    return 0.9**2 * x + 0.1**2


def test_the_exact_drift_is_left_alone_along_200_trajectories(too_many):
    """At 0.01, the largest capital on the way counts; and none at 1e-12."""
    gains = [judge_log(sgd_log(seed, 400), drift).log_evalue for seed in range(200)]
    assert sum(gain >= math.log(100) for gain in gains) < too_many(200, 0.01)
    assert max(gains) < math.log(1e12)


def test_noise_that_is_larger_than_claimed_by_half_is_caught():
    verdicts = [judge_log(sgd_log(seed, 5000, noise2=1.5), drift, DELTA) for seed in range(20)]
    assert all(verdict.status == "violated" for verdict in verdicts)


def test_alpha_for_alpha_squared_and_a_missing_square_are_caught_where_they_tighten():
    log = sgd_log(0, 5000)
    assert judge_log(log, drift, DELTA).status == "not refuted"
    assert not judge_log(log, lambda x: 0.9**4 * x + 0.1**2, DELTA)
    assert not judge_log(log, lambda x: 0.9**2 * x + 0.1**3, DELTA)


def test_a_loosened_drift_is_not_seen():
    assert judge_log(sgd_log(0, 5000), lambda x: 0.9 * x + 0.1, DELTA)


def test_a_violation_that_passes_is_seen():
    honest = sgd_log(1, 3000)
    log = np.concatenate([sgd_log(2, 3000, noise2=2.0), honest])
    verdict = judge_log(log, drift, DELTA)
    assert verdict.status == "violated" and verdict.time < 3100


def test_a_thinned_log_breaks_the_hypothesis_and_is_judged_as_it_is():
    """Every second iterate of a drift that contracts less slowly than it is claimed to."""
    thinned = sgd_log(3, 20_000)[::2]
    assert not judge_log(thinned, lambda x: 0.9**4 * x + 0.1**2, DELTA)


def test_a_drift_of_one_number_is_asked_about_each_iterate():
    log = sgd_log(4, 300)
    plain = judge_log(log, drift).log_evalue
    assert judge_log(log, lambda x: float(drift(x)) if x >= 0 else math.nan).log_evalue == (
        pytest.approx(plain, abs=1e-12))
    assert judge_log(list(log), lambda x: 10.0).ratio < 1


def test_a_drift_may_depend_on_the_step_through_an_array():
    alphas = np.linspace(0.2, 0.1, 300)
    assert judge_log(sgd_log(5, 300), lambda x: (1 - alphas / 9) ** 2 * x + alphas**2, DELTA)


@pytest.mark.parametrize("looks_ahead", [lambda x: np.full(len(x), x.mean()),
                                         lambda x: np.append(x[1:], 1.0) + 0.1,
                                         lambda x: x[::-1] + 0.1])
def test_a_drift_that_looks_ahead_is_refused(looks_ahead):
    with pytest.raises(ValueError, match="drift must be predictable"):
        judge_log(sgd_log(6, 50), looks_ahead)


@pytest.mark.parametrize(("log", "message"), [
    ([1.0], r"shape \(T,\) with T >= 2; got \(1,\)"),
    (1.0, r"T >= 2; got \(\)"),
    (np.ones((4, 4)), "replicas are for judge"),
    ([1.0, np.nan, 1.0], "finite up to an overflow; got nan at t = 1"),
    ([np.inf, 1.0], "got inf at t = 0"),
    ([1.0, -0.5, 1.0], r"must be >= 0; got -0.5 at t = 1"),
])
def test_a_log_that_is_none_is_refused(log, message):
    with pytest.raises(ValueError, match=message):
        judge_log(log, drift)


@pytest.mark.parametrize("bad", [lambda x: x - 2, lambda x: 0 * x, lambda x: x * np.nan,
                                 lambda x: x + np.inf,
                                 lambda x: x * 1e308 * 10])
def test_a_drift_that_is_not_positive_and_finite_is_refused(bad):
    with pytest.raises(ValueError, match=r"drift, the claimed.*must be finite and > 0; got .*X_0"):
        judge_log([1.0, 1.0, 1.0], bad)


def test_a_drift_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"one number for each of 2 values; got shape \(3,\)"):
        judge_log([1.0, 1.0, 1.0], lambda x: np.ones(3))


def test_a_delta_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="delta"):
        judge_log([1.0, 1.0], drift, delta=1.0)


def test_an_overflow_is_a_violation_only_if_the_drift_did_not_allow_it():
    log = [1.0, 1.0, np.inf, np.nan, np.inf]
    assert judge_log(log, drift).status == "violated"
    growing = [1e300, 1e305, np.inf]
    verdict = judge_log(growing, lambda x: 1e3 * x)
    assert verdict.status == "inconclusive" and "overflow" in verdict.why


def test_a_log_that_is_too_short_is_inconclusive_and_never_holds():
    assert judge_log([1.0, 0.9], drift).status == "inconclusive"
    assert judge_log([0.0, 0.0, 0.0], drift)


def test_the_capital_of_a_long_log_is_that_of_the_slow_product():
    log = sgd_log(7, 10_000, noise2=1.1)
    ratio = log[1:] / drift(log[:-1])
    path = np.array([np.cumsum(np.log(1 - bet + bet * ratio)) for bet in RISES])
    slow = np.logaddexp.reduce(path, axis=0) - math.log(len(RISES))
    verdict = judge_log(log, drift)
    assert verdict.log_evalue == pytest.approx(slow.max(), abs=1e-4)
    assert verdict.time == int(np.argmax(slow)) + 1 > 4096


def test_a_rounding_below_one_in_a_billion_wins_nothing():
    log = 0.9 ** np.arange(3000) + 1
    assert judge_log(log, lambda x: (0.9 * x + 0.1) * (1 - 5e-10)).log_evalue == 0.0
    assert judge_log(log, lambda x: (0.9 * x + 0.1) * (1 - 5e-9)).log_evalue > 0.0


def test_the_deterministic_recursion_is_never_a_violation():
    log = [1.0]
    for _ in range(20_000):
        log.append(drift(log[-1]))
    verdict = judge_log(log, drift, DELTA)
    assert verdict.status == "not refuted" and verdict.log_evalue < 1e-3
    assert not judge_log(np.array(log) * 1.0, lambda x: drift(x) / 1.01, DELTA)


@pytest.mark.parametrize(("log", "message"), [
    ([], r"must have shape \(T,\) with T >= 2; got \(0,\)"),
    (["a", "b"], "distance2, the squared distances along one trajectory, must be numbers"),
    ([[1.0], [1.0, 2.0]], "distance2, .*, must be numbers .*; pass an array of floats"),
    ([1.0, math.nan, 1.0], "must be finite up to an overflow; got nan at t = 1"),
    (np.ones((3, 3)), r"got \(3, 3\); replicas are for judge"),
    (None, "distance2, .* must"),
])
def test_a_log_of_nonsense_is_refused_in_words(log, message):
    with pytest.raises(ValueError, match=message):
        judge_log(log, lambda x: x)


def test_a_drift_that_is_no_function_of_the_distance_is_refused_in_words():
    with pytest.raises(TypeError, match=r"drift, .*, must be a function of X_t; got 0\.9; for SGD"):
        judge_log([1.0, 1.0], 0.9)
    for nothing in (lambda x: None, lambda x: "much"):
        with pytest.raises(ValueError, match=r"drift, .*, must return a number; got .* at X_t = 1"):
            judge_log([1.0, 1.0], nothing)
