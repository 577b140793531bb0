"""The whole judge is an e-value: every possible outcome is judged, and the mean gain is at most 1.

A test that alarms at ``log_evalue >= log(1/delta)`` is wrong with probability at most ``delta`` if
``E exp(log_evalue) <= 1``. With three replicas of a law on few atoms that is a finite sum.
"""

import itertools
import math

import numpy as np
import pytest

from sgdtheory.verdict import Replicas, capital, judge, judge_equal, judge_log
from sgdtheory.verdict.sample import TOLERANCE, sample_of

RUNS = 3
# (values of X_1, X_2), probability; the two times depend on each other
PATHS = {"mirrored": [((0.0, 1.0), 0.5), ((2.0, 1.0), 0.25), ((2.0, 3.0), 0.25)],
         "rare": [((0.5, 0.98), 0.98), ((25.5, 1.98), 0.02)],
         "one time": [((0.2,), 0.5), ((1.0,), 0.25), ((2.6,), 0.25)]}


def moments(paths):
    x, p = np.array([path for path, _ in paths]), np.array([q for _, q in paths])
    return x.max(axis=0), p @ x, p @ x**2 - (p @ x) ** 2


def expected_evalue(paths, evalue, known):
    """Return E exp(evalue) over every outcome of independent replicas."""
    ceiling, _, variance = moments(paths)
    knows = {"ceiling": ceiling if known in ("ceiling", "both") else np.inf,
             "variance": variance if known in ("variance", "both") else None}
    total = 0.0
    for outcome in itertools.product(paths, repeat=RUNS):
        run = Replicas(np.array([path for path, _ in outcome]), **knows)
        total += math.prod(p for _, p in outcome) * math.exp(evalue(run))
    return total


@pytest.mark.parametrize("known", ["nothing", "ceiling", "variance", "both"])
@pytest.mark.parametrize("paths", PATHS)
def test_the_capital_against_a_true_claim_has_expectation_at_most_one(paths, known):
    _, mean, _ = moments(PATHS[paths])
    for bound in (mean, 1.3 * mean):
        gain = expected_evalue(PATHS[paths], lambda r, b=bound: judge(b, r).log_evalue, known)
        assert gain <= 1 + 1e-9
    gain = expected_evalue(PATHS[paths], lambda r: judge_equal(mean, r).log_evalue, known)
    assert gain <= 1 + 1e-9


@pytest.mark.parametrize("paths", PATHS)
def test_the_capital_against_a_false_claim_is_expected_to_grow(paths):
    _, mean, _ = moments(PATHS[paths])
    assert expected_evalue(PATHS[paths], lambda r: judge(mean / 2, r).log_evalue, "both") > 1


def sides(run, claimed):
    """The log capitals of both sides."""
    sample, active = sample_of(run), np.ones(len(run.times), dtype=bool)
    up = capital.rising(sample, claimed, active).total()
    return up, capital.falling(sample, claimed, active).total(claimed, active)


@pytest.mark.parametrize("known", ["ceiling", "variance", "both"])
@pytest.mark.parametrize("paths", PATHS)
def test_either_side_alone_is_an_evalue(paths, known):
    _, mean, _ = moments(PATHS[paths])
    for side in (0, 1):
        assert expected_evalue(PATHS[paths], lambda r, s=side: sides(r, mean)[s], known) <= 1 + 1e-9


EXTREMAL = [((0.0, 0.0), 2 / 3), ((3.0, 21.0), 1 / 3)]


@pytest.mark.parametrize("known", ["ceiling", "variance", "both"])
def test_the_capital_below_is_exactly_fair_on_the_extremal_law(known):
    """{0, 1 + tau2} with tau2 = 2, at both times at once, in other units: no slack is left.

    So any claim about the average over times that is stronger than what is known shows.
    """
    _, mean, _ = moments(EXTREMAL)
    gain = expected_evalue(EXTREMAL, lambda r: sides(r, mean)[1], known)
    assert gain == pytest.approx(1, abs=1e-6)
    assert expected_evalue(EXTREMAL, lambda r: sides(r, mean)[0], known) == pytest.approx(1)


def test_a_judge_that_forgets_to_halve_delta_is_caught():
    _, mean, _ = moments(PATHS["mirrored"])
    forgetful = expected_evalue(PATHS["mirrored"], lambda r: max(sides(r, mean)), "ceiling")
    assert forgetful > 1.01


def test_a_negative_bet_is_caught_on_a_claim_that_is_loose(monkeypatch):
    monkeypatch.setattr(capital, "RISES", -capital.RISES / 40)
    _, mean, _ = moments(PATHS["rare"])
    gain = expected_evalue(PATHS["rare"], lambda r: judge(2 * mean, r).log_evalue, "nothing")
    assert gain > 1.001


@pytest.mark.parametrize(("side", "name"), [(0, "rise"), (1, "fall")])
def test_a_shape_that_is_not_affine_is_caught(monkeypatch, side, name):
    convex = {"rise": lambda x, bet: 1 - bet + bet * x * x,
              "fall": lambda x, bet: 1 - bet + bet * (1 - x) ** 2}
    monkeypatch.setattr(capital, name, convex[name])
    _, mean, _ = moments(PATHS["mirrored"])
    gain = expected_evalue(PATHS["mirrored"], lambda r: sides(r, mean)[side], "ceiling")
    assert gain > 1.01


def test_adding_the_times_instead_of_averaging_them_is_caught(monkeypatch):
    monkeypatch.setattr(capital, "_halves", lambda average, times: float(
        np.logaddexp.reduce(np.append(times, average))))
    _, mean, _ = moments(PATHS["mirrored"])
    assert expected_evalue(PATHS["mirrored"], lambda r: judge(mean, r).log_evalue, "both") > 2


def test_a_variance_that_is_claimed_too_small_is_caught():
    paths = PATHS["one time"]
    _, mean, variance = moments(paths)

    def lying(run):
        return sides(Replicas(run.distance2, variance=variance / 4), mean)[1]

    assert expected_evalue(paths, lying, "nothing") > 1.01


def test_the_capital_along_a_trajectory_crosses_one_over_delta_at_most_that_often():
    """All 3^7 trajectories of X' = drift(X) * {0, 1, 2.5}, a mean of 1; Ville's inequality."""
    factors, chances = (0.0, 1.0, 2.5), (0.3, 0.5, 0.2)
    crossed = {0.05: 0.0, 0.2: 0.0, 0.5: 0.0}
    for path in itertools.product(range(3), repeat=7):
        log = [1.0]
        for j in path:
            log.append((0.5 * log[-1] + 0.1) * factors[j])
        evalue = judge_log(log, lambda x: 0.5 * x + 0.1).log_evalue
        for delta in crossed:
            alarm = evalue >= math.log(1 / delta)
            crossed[delta] += alarm * math.prod(chances[j] for j in path)
    assert all(probability <= delta for delta, probability in crossed.items())
    assert crossed[0.5] > 0


def test_the_tolerance_is_the_only_slack():
    _, mean, _ = moments(PATHS["one time"])
    claimed = mean / (1 + TOLERANCE)
    exact = expected_evalue(PATHS["one time"], lambda r: sides(r, claimed)[0], "both")
    assert exact == pytest.approx(1, abs=1e-12)
