"""The interval is what the judge does not refute; a verdict alarms exactly at 1/delta."""

import math

import numpy as np
import pytest

from sgdtheory.verdict import Replicas, interval, judge, judge_equal, judge_log

pytestmark = pytest.mark.chance(2e-9)

RNG = np.random.default_rng(13)
SAMPLES = RNG.choice([0.0, 0.5, 1.0, 3.0], size=(3000, 4), p=[0.2, 0.4, 0.2, 0.2])
VARIANCE = np.full(4, 1.1)


def judged():
    run = Replicas(SAMPLES, ceiling=3.0)
    log = 1 + np.random.default_rng(14).random(400)
    return {"judge": lambda delta: judge(0.92, run, delta),
            "below": lambda delta: judge_equal(1.1, run, delta),
            "above": lambda delta: judge_equal(0.92, run, delta),
            "judge_log": lambda delta: judge_log(log, lambda x: 1.35 + 0 * x, delta)}


@pytest.mark.parametrize("name", judged())
def test_a_verdict_is_violated_from_one_over_delta_on_and_not_before(name):
    evalue = judged()[name](0.01).log_evalue
    assert 1 < evalue < 600
    assert judged()[name](math.exp(-evalue) * 1.001).status == "violated"
    assert judged()[name](math.exp(-evalue) / 1.001).status != "violated"


def test_the_lower_limit_is_where_the_judge_stops_refuting():
    """Each limit of the band of one time has delta/2."""
    run, delta = Replicas(SAMPLES[:, :1]), 1e-6
    lower, upper = interval(run, delta)
    assert judge(lower[0], run, delta / 2).status == "violated"
    assert judge(lower[0] * 0.9999, run, delta / 2).status == "violated"
    assert judge(lower[0] * 1.001, run, delta / 2).status == "not refuted"
    assert upper[0] == math.inf


@pytest.mark.parametrize("runs", [2, 3, 5, 10, 30])
def test_the_lower_limit_of_few_replicas_is_refuted_too_or_zero(runs):
    """Also where the spread promises a limit that so few replicas cannot pay for."""
    wide = np.random.default_rng([runs, 15]).chisquare(1, (runs, 1)) + 0.01
    for samples in (wide, 1 + wide / 1000):
        lower, _ = interval(Replicas(samples), 1e-3)
        assert lower[0] == 0 or not judge(lower[0], Replicas(samples), 5e-4)


@pytest.mark.parametrize("known", [{"ceiling": 3.0}, {"variance": VARIANCE[:1]},
                                   {"ceiling": 3.0, "variance": VARIANCE[:1]}])
def test_the_upper_limit_is_what_a_one_sided_verdict_certifies(known):
    run, delta = Replicas(SAMPLES[:, :1], **known), 1e-9
    _, upper = interval(run, delta)
    verdict = judge(1.05, run, delta / 2)
    assert 1.05 * (1 + verdict.tol) == pytest.approx(upper[0], rel=1e-9)
    assert 1 < upper[0] < 1.2


def test_the_tolerance_of_equality_is_the_further_end_of_the_interval():
    """The bets of the lower end are fractions of the value there, of the limit here: within 5 %."""
    run = Replicas(SAMPLES[:, :1], ceiling=3.0)
    (lower,), (upper,) = interval(run, 1e-6)
    assert judge_equal(0.97, run, 1e-6).tol == pytest.approx(upper / 0.97 - 1, rel=1e-9)
    assert judge_equal(1.03, run, 1e-6).tol == pytest.approx(1 - lower / 1.03, rel=0.05)


def test_the_interval_is_a_band_over_all_times_and_shrinks_with_replicas_and_delta():
    width = {}
    for runs, delta, k in ((3000, 1e-6, 4), (300, 1e-6, 4), (3000, 1e-2, 4), (3000, 1e-6, 1)):
        lower, upper = interval(Replicas(SAMPLES[:runs, :k], ceiling=3.0), delta)
        assert (lower < SAMPLES[:runs, :k].mean(axis=0)).all()
        assert (upper > SAMPLES[:runs, :k].mean(axis=0)).all()
        width[runs, delta, k] = upper[0] - lower[0]
    widest, band, quick, single = (width[key] for key in (
        (300, 1e-6, 4), (3000, 1e-6, 4), (3000, 1e-2, 4), (3000, 1e-6, 1)))
    assert widest > 2.5 * band and quick < 0.8 * band and single < band


def test_the_widths_are_those_of_the_normal_law_up_to_the_price_of_the_bets():
    """At 1e-6 and 4 times that is 5.2 standard errors a side; ours are at most 1.5 times that."""
    run = Replicas(SAMPLES, ceiling=3.0, variance=VARIANCE)
    lower, upper = interval(run)
    half = 5.2 * math.sqrt(1.1 / 3000)
    assert (SAMPLES.mean(axis=0) - lower < 1.5 * half).all()
    assert (upper - SAMPLES.mean(axis=0) < 1.5 * half).all()


def test_a_limit_is_certain_where_the_law_is():
    constant = Replicas(np.full((64, 2), 2.0), variance=np.zeros(2), ceiling=[2.0, np.inf])
    lower, upper = interval(constant)
    assert upper == pytest.approx([2, 2]) and (lower <= 2).all()
    zeros = Replicas(np.zeros((64, 2)), ceiling=[0.0, 5.0])
    lower, upper = interval(zeros)
    assert lower.tolist() == [0, 0] and upper[0] == 0 and 0 < upper[1] < 5


def test_the_upper_limit_never_exceeds_the_ceiling():
    _, upper = interval(Replicas(np.array([[1.9, 0.1], [2.0, 0.0]]), ceiling=2.0))
    assert (upper <= 2 * (1 + 1e-8)).all()
