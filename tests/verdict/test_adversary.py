"""Samples that try to make the judge pass a wrong bound, condemn a right one, or stumble.

Every verdict here is at delta = 1e-9 unless it says otherwise.
"""

import math
from functools import partial

import numpy as np
import pytest

from sgdtheory import verdict as judging
from sgdtheory.verdict import Replicas, interval
from sgdtheory.verdict.sample import sample_of

pytestmark = pytest.mark.chance(2e-9)

judge = partial(judging.judge, delta=1e-9)
judge_equal = partial(judging.judge_equal, delta=1e-9)

RNG = np.random.default_rng(11)
CHI2 = RNG.standard_normal((4096, 5)) ** 2


def constant(value, runs=4096, **known):
    return Replicas(np.full((runs, 1), value), **known)


@pytest.mark.parametrize("value", [5e-324, 1e-310, 1e-200, 0.1, 1.0, 1e200, 1.7e308])
def test_a_deterministic_equality_is_never_a_violation(value):
    run = constant(value)
    for verdict in (judge(value, run), judge_equal(value, run)):
        assert verdict and verdict.ratio == pytest.approx(1)
    assert judge_equal(value, constant(value, variance=np.zeros(1))).status == "holds"
    assert judge_equal(value, constant(value, ceiling=value))


@pytest.mark.parametrize("drift", [1e-15, 1e-12, 9e-10])
def test_a_rounding_of_up_to_1e_9_is_granted_on_both_sides(drift):
    runs = 300_000
    for sign in (1, -1):
        seen = 2.0 * (1 + sign * drift)
        for known in ({}, {"ceiling": 2.1}, {"ceiling": max(2.0, seen)}, {"variance": [0.0]}):
            assert judge_equal(2.0, constant(seen, runs, **known))
            assert judge(2.0, constant(seen, runs, **known))


def test_a_deterministic_deviation_beyond_the_rounding_is_caught():
    assert judge_equal(2.0, constant(2.0 * (1 + 1e-8), variance=[0.0])).status == "violated"
    assert judge_equal(2.0, constant(2.0 * (1 - 1e-8), variance=[0.0])).status == "violated"
    assert judge(2.0, constant(2.0 * 1.01)).status == "violated"
    assert judge_equal(2.0, constant(2.0 * (1 - 1e-5), ceiling=2.0)).status == "violated"


def test_the_start_of_a_run_is_judged_with_the_rest():
    distance2 = np.column_stack([np.full(4096, 3.7), CHI2[:, 1:]])
    bounds = np.array([3.7, 1, 1, 1, 1])
    assert judge(bounds, Replicas(distance2))
    verdict = judge(np.array([3.7, 8, 8, 8, 8]), Replicas(distance2))
    assert verdict.time != 0 and verdict.ratio < 0.15
    assert judge(np.array([3.6, 1, 1, 1, 1]), Replicas(distance2)).status == "violated"


def test_a_bound_of_zero_allows_zeros_only():
    zeros = np.zeros((16, 2))
    assert judge(0.0, Replicas(zeros)) and judge_equal(0.0, Replicas(zeros))
    assert judge(0.0, Replicas(zeros, ceiling=0.0)).status == "holds"
    zeros[3, 1] = 5e-324
    for verdict in (judge(0.0, Replicas(zeros)), judge_equal(0.0, Replicas(zeros))):
        assert verdict.status == "violated" and verdict.log_evalue == math.inf
        assert verdict.time == 1 and verdict.ratio == math.inf


def test_a_bound_of_zero_at_the_start_does_not_hide_the_other_times():
    distance2 = np.column_stack([np.zeros(4096), CHI2[:, 1]])
    assert judge([0.0, 1.0], Replicas(distance2))
    assert not judge([0.0, 0.7], Replicas(distance2))
    assert not judge_equal([0.0, 0.7], Replicas(distance2))
    assert not judge_equal([0.0, 1.5], Replicas(distance2, variance=[0.0, 2.0]))


def test_a_time_without_variance_is_compared_and_not_bet_on():
    """A bet on the constant 5 against the scale 1 would win at every replica."""
    distance2 = np.column_stack([np.full(4096, 5.0), CHI2[:, 1]])
    assert judge_equal([5.0, 1.0], Replicas(distance2, variance=[0.0, 2.0]))
    assert judge_equal([5.0, 1.0], Replicas(distance2, variance=[0.0, 2.0], ceiling=99.0))
    assert not judge_equal([5.1, 1.0], Replicas(distance2, variance=[0.0, 2.0]))


def test_six_replicas_refute_a_value_of_twice_the_mean_if_the_variance_is_small():
    """The best tilt, 12.7, wins 6 nats a replica; a tilt of 0.5 wins a quarter of one."""
    quarter = Replicas(np.full((6, 1), 0.5), variance=[1e-6])
    assert judge_equal(1.0, quarter).status == "violated"


def test_a_spread_of_one_in_a_billion_is_not_lost_in_the_mean():
    values = 1 + 1e-9 * RNG.standard_normal((4096, 1))
    assert sample_of(Replicas(values)).sd == pytest.approx(values.std(), rel=1e-3)
    assert sample_of(Replicas(CHI2)).sd == pytest.approx(CHI2.std(axis=0))
    assert sample_of(Replicas(CHI2)).mean == pytest.approx(CHI2.mean(axis=0))


def test_the_ratio_is_the_one_furthest_from_one_where_equality_is_judged():
    verdict = judge_equal([0.97, 1.0, 2.0, 1.0, 1.03], Replicas(CHI2))
    assert verdict.time == 2 and verdict.ratio == pytest.approx(0.5, abs=0.1)


def test_an_excess_by_a_factor_of_two_that_could_pass_makes_a_verdict_inconclusive():
    seen = {n: judge(1.0, Replicas(CHI2[:n])) for n in (450, 1500)}
    assert 1 < seen[450].detectable < 3 and seen[450].status == "inconclusive"
    assert seen[1500].detectable < 1 and seen[1500].status == "not refuted"


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e-150, 1e150, 1e305])
def test_the_scale_does_not_matter(scale):
    ceiling = min(20 * scale, 1.7e308)
    scaled = Replicas(np.minimum(CHI2 * scale, ceiling), ceiling=ceiling)
    plain = Replicas(np.minimum(CHI2, 20))
    assert judge(scale, scaled) and not judge(0.8 * scale, scaled)
    assert judge_equal(scale, scaled) and not judge_equal(1.5 * scale, scaled)
    if 1e-300 <= scale <= 1e150:
        assert judge(scale, scaled).log_evalue == pytest.approx(judge(1, plain).log_evalue)


@pytest.mark.parametrize("ratio", [1e20, 1e200, 1e308])
def test_a_huge_excess_is_a_violation_and_a_huge_bound_is_not(ratio):
    run = Replicas(CHI2, ceiling=np.inf)
    assert not judge(1 / ratio, run) and not judge_equal(1 / ratio, run)
    assert judge(ratio, run) and judge(5e-324, Replicas(CHI2 * 0))
    assert judge(5e-324, run).status == "violated"


def test_one_huge_outlier_refutes_by_markov_only():
    """A mean of 1 allows 1e12 once in 4096 with probability 4e-9 > delta, 1e15 with 4e-12."""
    few = np.zeros((4096, 1))
    few[7] = 1e12
    verdict = judge(1.0, Replicas(few))
    assert verdict.status == "inconclusive" and "no excess would have been caught" in str(verdict)
    few[7] = 1e15
    assert not judge(1.0, Replicas(few))


def test_two_replicas_and_one_time_are_enough_to_be_judged_and_too_few_to_say_anything():
    verdict = judge(1.0, Replicas(np.array([[0.9], [1.1]])))
    assert verdict.status == "inconclusive" and verdict.detectable > 1
    assert "runs would catch it" in str(verdict)
    assert judge(1.0, Replicas(np.array([[1e8], [1e8]]))).status == "violated"


def test_a_loose_bound_on_a_bounded_law_holds():
    run = Replicas(CHI2[:, :1].clip(0, 9), ceiling=9.0)
    verdict = judge(9.0, run)
    assert verdict.status == "holds" and verdict.tol == 0 and verdict.ratio < 0.12
    assert judge(5.0, run).status == "holds"


def test_a_ceiling_is_a_certificate_even_for_two_replicas():
    assert judge(2.0, Replicas(np.array([[0.5], [1.0]]), ceiling=2.0)).status == "holds"


def test_data_above_the_ceiling_condemn_the_certificate():
    with pytest.raises(ValueError, match=r"ceiling violated.*replica 2 .*certificate is wrong"):
        judge(1.0, Replicas(np.array([[0.5], [1.0], [1.01]]), ceiling=1.0))
    assert judge(1.0, Replicas(np.array([[0.5], [1.0], [1 + 1e-10]]), ceiling=1.0))


def test_a_value_above_the_ceiling_is_refuted_exactly():
    verdict = judge_equal(2.1, Replicas(np.array([[1.9], [2.0]]), ceiling=2.0))
    assert verdict.status == "violated" and verdict.log_evalue == math.inf


def test_the_order_of_the_replicas_does_not_matter():
    known = {"ceiling": 30.0, "variance": np.full(5, 2.0)}
    shuffled = RNG.permutation(CHI2)
    for judgement in (judge, judge_equal):
        one, other = judgement(0.9, Replicas(CHI2, **known)), judgement(
            0.9, Replicas(shuffled, **known))
        assert one.log_evalue == pytest.approx(other.log_evalue, rel=1e-9)
        assert one.tol == pytest.approx(other.tol, rel=1e-9)
        assert (one.status, one.time) == (other.status, other.time)


def test_the_memory_layout_and_the_precision_of_the_array_do_not_matter():
    one = judge(0.9, Replicas(CHI2)).log_evalue
    assert judge(0.9, Replicas(np.asfortranarray(CHI2))).log_evalue == pytest.approx(one)
    assert judge(0.9, Replicas(CHI2.astype(np.float32))).log_evalue == pytest.approx(one, rel=1e-4)
    assert judge(0.9, Replicas(CHI2.tolist())).log_evalue == one


@pytest.mark.parametrize("missing", [np.inf, np.nan])
def test_a_diverged_replica_leaves_the_verdict_open_unless_the_others_refute(missing):
    distance2, diverged = CHI2.copy(), np.zeros(4096, dtype=bool)
    distance2[3, 2:], diverged[3] = missing, True
    run = Replicas(distance2, diverged=diverged)
    for judgement in (judge, judge_equal):
        verdict = judgement(1.0, run)
        assert verdict.status == "inconclusive" and "1 replicas left" in verdict.why
        assert judgement(0.7, run).status == "violated"


def test_a_replica_that_is_flagged_is_not_overlooked():
    diverged = np.arange(4096) == 9
    assert judge(1.0, Replicas(CHI2, diverged=diverged)).status == "inconclusive"


def test_replicas_that_are_all_lost_refute_nothing_and_certify_nothing():
    lost = Replicas(np.full((64, 2), np.inf), diverged=True, ceiling=[np.inf, 4.0])
    for judgement in (judge, judge_equal):
        verdict = judgement(1.0, lost)
        assert verdict.status == "inconclusive" and verdict.ratio == math.inf
    lower, upper = interval(lost)
    assert (lower == 0).all() and upper[0] == np.inf and 3.9 < upper[1] <= 4.0 * (1 + 1e-8)


def test_a_lost_replica_cannot_refute_from_below_by_counting_as_small():
    """Entries that are not finite count as the ceiling there, and as infinite without one."""
    distance2 = np.where(np.arange(400)[:, None] < 200, np.nan, 0.9)
    true_mean_could_be_one = Replicas(distance2, ceiling=1.1)
    assert judge_equal(1.0, true_mean_could_be_one).status == "inconclusive"
    assert judge_equal(1.0, Replicas(distance2, variance=[0.01])).status == "inconclusive"


def test_a_rare_event_never_seen_is_not_certified_away():
    """0.9 always, but 100.9 once in a thousand: a true value of 1 with no event among 400."""
    quiet = np.full((400, 1), 0.9)
    assert judge_equal(1.0, Replicas(quiet, ceiling=100.9))
    assert judge_equal(1.0, Replicas(quiet, variance=[10.0]))
    assert judge(0.95, Replicas(quiet, ceiling=100.9)).status != "holds"
    assert judge(0.95, Replicas(quiet)).status != "holds"


def test_an_extremely_small_delta_is_served():
    assert judge(1.0, Replicas(CHI2), delta=1e-300)
    assert not judge(0.5, Replicas(CHI2), delta=1e-300)
    lower, upper = interval(Replicas(CHI2, variance=np.full(5, 2.0)), delta=1e-300)
    assert (lower < 1).all() and (upper > 1).all()


def test_a_verdict_is_false_only_if_violated_and_prints_on_one_line():
    for verdict in (judge(1.0, Replicas(CHI2)), judge(0.5, Replicas(CHI2)),
                    judge(1.0, Replicas(CHI2[:3])), judge(30.0, Replicas(CHI2, ceiling=30.0))):
        assert bool(verdict) == (verdict.status != "violated")
        assert str(verdict).startswith(verdict.status) and "\n" not in str(verdict)
        assert f"delta = {verdict.delta:g}" in str(verdict)


def test_an_infinite_variance_and_an_infinite_ceiling_are_no_knowledge():
    run = Replicas(CHI2, variance=np.full(5, np.inf))
    assert judge_equal(1.3, run).status == "not refuted"
    assert judge_equal(1.3, run).log_evalue == judge_equal(1.3, Replicas(CHI2)).log_evalue


def test_knowing_both_is_at_worst_a_factor_of_two_poorer_than_the_better():
    for value in (1.2, 1.4):
        near = {"ceiling": float(CHI2.max()) + 1}
        varied = {"variance": np.full(5, 2.0)}
        gains = [judge_equal(value, Replicas(CHI2, **known)).log_evalue
                 for known in (near, varied, near | varied)]
        assert gains[2] >= max(gains[:2]) - 2 * math.log(2)
