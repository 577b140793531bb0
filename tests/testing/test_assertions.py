"""The assertions: what passes, what fails and with which words, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.testing import assert_below, assert_drift, assert_equal_mean
from sgdtheory.verdict import Verdict

DELTA = 1e-12
pytestmark = pytest.mark.chance(4 * DELTA)  # no test here makes more than 4 true claims


def exponential(runs: int = 4096, columns: int = 1) -> np.ndarray:
    """Samples of mean 1 and variance 1."""
    return np.random.default_rng(7).exponential(size=(runs, columns))


def log(steps: int = 4000) -> np.ndarray:
    """One trajectory with E[X' | X] = X / 2 + 1."""
    rng, path = np.random.default_rng(8), [2.0]
    for _ in range(steps):
        path.append((path[-1] / 2 + 1) * rng.exponential())
    return np.array(path)


def test_a_true_bound_passes_and_the_verdict_comes_back():
    verdict = assert_below(exponential(), 1.0, DELTA)
    assert isinstance(verdict, Verdict)
    assert verdict.status == "not refuted" and verdict.delta == DELTA
    assert assert_below(exponential(), 1.05, DELTA).status == "not refuted"
    assert assert_below(exponential(), 1.05, DELTA, variance=1.0).status == "holds"


def test_a_bound_that_is_a_fifth_too_small_fails_with_the_verdict_and_what_to_do():
    with pytest.raises(AssertionError, match="violated: mean / claimed") as failed:
        assert_below(exponential(), 0.8)
    lines = str(failed.value).splitlines()
    assert "would have been caught" in lines[0] and "delta = 1e-09, 4096 runs" in lines[0]
    assert lines[1].startswith("a true claim fails here with probability at most 1e-09")
    assert "More runs" in lines[1]


def test_one_axis_is_replicas_and_two_are_replicas_and_times():
    samples = exponential(columns=3) * [1.0, 2.0, 3.0]
    assert assert_below(samples[:, 0], 1.0, DELTA).runs == 4096
    assert assert_below(samples, lambda t: t + 1, DELTA)
    with pytest.raises(AssertionError, match="at t = 2"):
        assert_below(samples, [1.0, 2.0, 2.0])


def test_a_run_brings_its_ceiling_and_its_variance():
    problem, rule = st.problems.quadratic([1.0, 2.0], sigma2=1.0), st.optimizers.SGD(0.25)
    run = st.simulate(problem, rule, steps=20, times=[5, 20], runs=8192, project=False)
    exact = st.exact.distance2(problem, rule, times=[5, 20])
    verdict = assert_equal_mean(run, exact, DELTA)
    assert verdict.detectable_below < 0.2
    for wrong in (0.8, 1.2):
        with pytest.raises(AssertionError, match="violated"):
            assert_equal_mean(run, wrong * exact)


def test_what_is_given_comes_before_what_the_run_knows():
    run = st.simulate(st.problems.quadratic([1.0], sigma2=1.0), st.optimizers.SGD(0.25), steps=20,
                      times=[20], runs=8192, project=False)
    with pytest.raises(ValueError, match="ceiling violated"):
        assert_below(run, 1.0, ceiling=1e-3)
    with pytest.raises(AssertionError, match="violated"):
        assert_equal_mean(run, float(run.mean[0]), variance=0.0)


def test_equality_that_sees_one_side_only_is_not_a_pass():
    with pytest.raises(AssertionError, match="no shortfall can be seen"):
        assert_equal_mean(exponential(), 1.0)
    assert assert_equal_mean(exponential(), 1.0, DELTA, allow_inconclusive=True)
    with pytest.raises(AssertionError, match="violated"):
        assert_equal_mean(exponential(), 1.3, variance=1.0)
    assert assert_equal_mean(exponential(), 1.3, allow_inconclusive=True)  # the blind side
    uniform = np.random.default_rng(9).random(4096)
    assert assert_equal_mean(uniform, 0.5, DELTA, ceiling=1.0).detectable_below < 0.1
    with pytest.raises(AssertionError, match="violated"):
        assert_equal_mean(uniform, 0.6, ceiling=1.0)


@pytest.mark.parametrize("check", [
    lambda **options: assert_below(exponential(runs=8), 1.0, DELTA, **options),
    lambda **options: assert_equal_mean(exponential(runs=8), 1.0, DELTA, variance=1.0, **options),
    lambda **options: assert_drift(log(steps=8), lambda x: x / 2 + 1, DELTA, **options),
    lambda **options: assert_below([1.0, np.nan, 2.0], 10.0, **options)])
def test_a_check_that_cannot_see_fails_unless_it_is_allowed(check):
    with pytest.raises(AssertionError, match=r"inconclusive(.|\n)*(cannot see is not a pass)"):
        check()
    assert check(allow_inconclusive=True).status in ("inconclusive", "not refuted")


def test_a_drift_is_judged_along_one_trajectory():
    assert assert_drift(log(), lambda x: x / 2 + 1, DELTA).status == "not refuted"
    with pytest.raises(AssertionError, match="violated"):
        assert_drift(log(), lambda x: 0.8 * (x / 2 + 1))


@pytest.mark.parametrize(("samples", "message"), [
    ("often", "must be a run or an array of real numbers; got str"),
    (np.float64(1), r"samples of shape \(runs,\) or \(runs, k\); got \(\)"),
    (np.ones((2, 2, 2)), r"got \(2, 2, 2\); average over the other axes first"),
    ([1.0, -2.0], "must be >= 0; got -2; subtract a certain lower limit"),
    ([1.0], "needs at least 2 replicas")])
def test_what_is_no_sample_is_refused(samples, message):
    with pytest.raises(ValueError, match=message):
        assert_below(samples, 1.0)


@pytest.mark.parametrize("delta", [0, 1, -1e-9, 2.0, float("nan")])
def test_a_delta_that_is_no_probability_is_refused(delta):
    for check in (lambda: assert_below(exponential(), 1.0, delta),
                  lambda: assert_equal_mean(exponential(), 1.0, delta, variance=1.0),
                  lambda: assert_drift(log(), lambda x: x / 2 + 1, delta)):
        with pytest.raises(ValueError, match=r"delta, the probability of a false alarm, must lie"):
            check()
