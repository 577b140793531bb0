"""A true claim is left alone, however often one looks, and a t-test would not have left it alone.

300 seeds a law. The counts are judged at the level 0.01, where a judge that is wrong by a factor
of 7 is caught; each test here fails by chance with probability below 1e-9. Alarms at delta = 1e-9
would have 3e-7 a test, so none is tolerated at 1e-12 (3e-10 a test).
"""

import math

import numpy as np
import pytest

from sgdtheory.verdict import Replicas, capital, interval, judge
from sgdtheory.verdict.sample import sample_of

pytestmark = pytest.mark.chance(3e-9)

SEEDS = 300
LOOKS = (20, 50, 100, 300, 1000, 1500)
LEVEL = math.log(1 / 0.01)


def gains(draw, law, seed, evalue):
    """Return the log capital at every look at one growing sample."""
    samples = draw(law, np.random.default_rng([seed, 1]), LOOKS[-1])
    return [evalue(samples[:n]) for n in LOOKS]


def alarms(draw, law, evalue):
    largest = [max(gains(draw, law, seed, evalue)) for seed in range(SEEDS)]
    assert max(largest) < math.log(1e12)
    return sum(gain >= LEVEL for gain in largest)


def below(ceiling, variance):
    """The log capital against a mean of at least 1, by what is known."""
    def evalue(samples):
        run = Replicas(samples, ceiling=ceiling, variance=variance)
        active = np.array([True])
        bets = capital.falling(sample_of(run), np.ones(1), active)
        return bets.total(np.ones(1), active)
    return evalue


def test_a_bound_that_is_attained_is_left_alone(any_law, draw, too_many):
    def evalue(samples):
        return judge(1.0, Replicas(samples)).log_evalue

    assert alarms(draw, any_law, evalue) < too_many(SEEDS, 0.01)


def test_the_lower_side_of_a_true_value_is_left_alone(any_law, draw, known, too_many):
    ceiling, variance = known(any_law)
    if math.isfinite(ceiling):
        assert alarms(draw, any_law, below(ceiling, None)) < too_many(SEEDS, 0.01)
    assert alarms(draw, any_law, below(ceiling, variance)) < too_many(SEEDS, 0.01)
    assert alarms(draw, any_law, below(np.inf, variance)) < too_many(SEEDS, 0.01)


@pytest.mark.parametrize(("law", "side"), [("rare_zeros", 1), ("rare_outlier", -1)])
def test_a_t_test_condemns_the_truth_on_skewed_laws(law, side, draw, too_many):
    """The control: rare events not yet seen make its standard error far too small."""
    def t_statistic(samples):
        error = samples.std(ddof=1) / math.sqrt(len(samples))
        return side * (samples.mean() - 1) / max(error, 1e-15)

    # a one-sided normal level of 1e-9 is 6 standard errors
    condemned = sum(max(gains(draw, law, seed, t_statistic)) > 6 for seed in range(SEEDS))
    assert condemned > 200 > too_many(SEEDS, 0.01)


def test_a_judge_with_a_ceiling_of_half_the_truth_is_caught_by_the_same_count(draw, too_many):
    """The control of the lower side: a ceiling that is wrong makes alarms of a true value."""
    def evalue(samples):
        run = Replicas(np.minimum(samples, 1.5), ceiling=1.5)
        return capital.falling(sample_of(run), np.ones(1), np.array([True])).total(
            np.ones(1), np.array([True]))

    largest = [max(gains(draw, "bounded_discrete", seed, evalue)) for seed in range(30)]
    assert sum(gain >= LEVEL for gain in largest) > too_many(30, 0.01)


def test_a_judge_of_a_bound_one_half_too_small_is_caught_by_the_same_count(any_law, draw, too_many):
    def evalue(samples):
        return judge(0.5, Replicas(samples)).log_evalue

    largest = [max(gains(draw, any_law, seed, evalue)) for seed in range(30)]
    assert sum(gain >= LEVEL for gain in largest) > too_many(30, 0.01)


def test_the_interval_covers_the_mean(any_law, draw, known, too_many):
    """300 seeds at delta = 0.01: a miss has at most that probability."""
    ceiling, variance = known(any_law)
    misses = 0
    for seed in range(SEEDS):
        samples = draw(any_law, np.random.default_rng([seed, 2]), 200)
        run = Replicas(samples, ceiling=ceiling, variance=variance if seed % 2 else None)
        lower, upper = interval(run, delta=0.01)
        misses += not (lower[0] <= 1 <= upper[0])
    assert misses < too_many(SEEDS, 0.01)


def test_a_normal_interval_does_not_cover_the_mean_of_skewed_laws(draw, too_many):
    """The control: at 0.01 it should miss 3 of 300 and misses four fifths of them."""
    misses = 0
    for seed in range(SEEDS):
        samples = draw("rare_zeros", np.random.default_rng([seed, 2]), 200)
        half = 2.576 * samples.std(ddof=1) / math.sqrt(200)
        misses += not abs(samples.mean() - 1) <= half
    assert misses > 200


def test_the_laws_have_the_mean_one_and_the_variance_that_the_tests_assume(any_law, draw, known):
    """The largest deviation of 4e6 samples is 6 standard errors; a mean of 0.9 is 100 of them."""
    samples = draw(any_law, np.random.default_rng(3), 4_000_000)
    ceiling, variance = known(any_law)
    assert abs(samples.mean() - 1) < 6.2 * math.sqrt(variance[0] / 4e6)
    assert samples.max() <= ceiling
    assert samples.var() == pytest.approx(variance[0], rel=0.15)
