"""What no verdict can rest on is refused: the name, the limit, the value and a next step."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from sgdtheory.theory import noise_ball
from sgdtheory.verdict import Replicas, interval, judge, judge_equal, judge_log
from sgdtheory.verdict.betting import FALLS
from sgdtheory.verdict.bound import bound_at

RUN = Replicas(np.random.default_rng(0).chisquare(4, (500, 3)) / 4, times=np.array([0, 10, 100]))


@pytest.mark.parametrize("delta", [0, 1, -0.1, 2, np.nan])
@pytest.mark.parametrize("asked", [judge, judge_equal])
def test_a_delta_that_is_no_probability_is_refused(asked, delta):
    with pytest.raises(ValueError, match=r"delta, the probability of a false alarm.*1e-6"):
        asked(1.0, RUN, delta)
    with pytest.raises(ValueError, match="delta"):
        interval(RUN, delta)


@pytest.mark.parametrize("wrong", [np.nan, -1.0, np.inf, [1, 1, np.nan], lambda t: -t - 1])
def test_a_bound_that_is_not_finite_and_nonnegative_is_refused(wrong):
    with pytest.raises(ValueError, match=r"bound on E distance2 must be finite and >= 0.*at t = "):
        judge(wrong, RUN)


@pytest.mark.parametrize("asked", [judge, judge_equal])
@pytest.mark.parametrize("wrong", [None, lambda t: None])
def test_a_bound_that_is_none_is_told_so(asked, wrong):
    with pytest.raises(ValueError, match=r"(bound|value).* must be real numbers; got None(; it|$)"):
        asked(wrong, RUN)


@pytest.mark.parametrize("wrong", [True, False, [True, 1.0, 2.0], np.array([True] * 3),
                                   lambda t: t > 0])
def test_a_truth_value_is_no_bound(wrong):
    if not callable(wrong) and np.ndim(wrong) and not isinstance(wrong, np.ndarray):
        wrong = np.array(wrong, dtype=object)  # as a list numpy has made numbers of it
    with pytest.raises(ValueError, match=r"bound.* must be real numbers; got .*True|False"):
        judge(wrong, RUN)


@pytest.mark.parametrize(("arguments", "message"), [
    ((RUN, 1.0), r"run, the simulated distances, .*; got 1.0; the bound comes first"),
    ((RUN, RUN), r"is a run; the (bound|value) comes first, then the run"),
    ((1.0, np.ones((5, 3))), r"sgdtheory\.verdict\.Replicas\(x\) of samples .*; got ndarray"),
    ((1.0, None), "run, .* must be what simulate returns.*got None"),
])
@pytest.mark.parametrize("asked", [judge, judge_equal])
def test_arguments_in_another_order_are_told_so(asked, arguments, message):
    with pytest.raises(TypeError, match=message):
        asked(*arguments)


@pytest.mark.parametrize("delta", ["a", None, [0.1, 0.2], 1j])
def test_a_delta_that_is_no_number_is_refused(delta):
    with pytest.raises(ValueError, match=r"delta, the probability of a false alarm, must lie in"):
        judge(1.0, RUN, delta)
    with pytest.raises(ValueError, match=r"delta, the probability of a false alarm, must lie in"):
        judge_log([1.0, 1.0], lambda x: x, delta)


@pytest.mark.parametrize("samples", [[["a", "b"], ["c", "d"]], [[1.0], [1.0, 2.0]]])
def test_samples_that_are_no_numbers_are_refused(samples):
    times = np.arange(2)
    with pytest.raises(ValueError, match=r"run\.distance2, .*, must be real numbers in rows"):
        judge(1.0, Mixed(samples, times))


@dataclass
class Mixed:
    """Samples as somebody else's code may hand them in."""

    distance2: object
    times: object
    ceiling: float = np.inf
    variance: None = None
    diverged: bool = False


@pytest.mark.parametrize("wrong", [[1.0], [1.0] * 4, np.ones((3, 1)), np.ones((500, 3))])
def test_a_bound_of_another_shape_is_refused(wrong):
    with pytest.raises(ValueError, match=r"bound must be .* shape \(3,\).*got \("):
        judge(wrong, RUN)
    with pytest.raises(ValueError, match="value must be a number"):
        judge_equal(wrong, RUN)


@pytest.mark.parametrize("wrong", ["a lot", 1j, {}, None, True, [[1], [1, 2]]])
def test_a_bound_that_is_no_number_is_refused(wrong):
    with pytest.raises(ValueError, match="bound must be real numbers; got"):
        judge(wrong, RUN)


def test_a_formula_without_its_letters_is_refused_and_told_how():
    with pytest.raises(ValueError, match=r"bound radius2\(alpha, .* is a formula without its "
                       r"letters; pass radius2\.at\(alpha=\.\.\., sigma2=\.\.\., B="):
        judge(noise_ball.radius2, RUN)
    with pytest.raises(ValueError, match=r"value distance2.* pass distance2\.at\(d0=\.\.\., alpha"):
        judge_equal(noise_ball.distance2, RUN)


def test_a_formula_with_its_letters_is_judged_as_its_values_are():
    letters = {"d0": 4.0, "alpha": 0.1, "sigma2": 1.0, "B": 1, "mu2": 9.0, "c": 1.0}
    by_hand = [noise_ball.distance2(t=t, **letters) for t in RUN.times]
    assert judge(noise_ball.distance2.at(**letters), RUN) == judge(by_hand, RUN)
    constant = noise_ball.smooth_radius2.at(alpha=0.1, sigma2=1.0, B=1, c=1.0, L=1.0)
    assert not judge(constant, RUN), "1/19 is far below the mean of 1"


@pytest.mark.parametrize(("changed", "message"), [
    ({"distance2": np.ones(5)}, r"shape \(runs, k\).*got \(5,\)"),
    ({"distance2": np.ones((5, 0))}, r"k >= 1"),
    ({"distance2": np.ones((1, 3))}, r"at least 2 replicas.*got 1"),
    ({"distance2": -np.ones((5, 3))}, r"must be >= 0; got -1"),
    ({"times": np.arange(4)}, r"times.* must have shape \(3,\).*got \(4,\)"),
    ({"ceiling": [2.0, np.nan, 2.0]}, "ceiling must be >= 0"),
    ({"ceiling": -1.0}, "ceiling must be >= 0"),
    ({"variance": np.ones(2)}, r"variance must have shape \(3,\)"),
    ({"variance": -np.ones(3)}, "variance must be >= 0"),
    ({"diverged": np.zeros((2, 5), dtype=bool)}, "diverged"),
])
def test_a_run_that_contradicts_itself_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        judge(1.0, Replicas(**({"distance2": np.ones((5, 3))} | changed)))


def test_every_form_of_the_same_bound_gives_the_same_verdict():
    curve = 1 + 2.0 ** -np.array([0.0, 10, 100])
    forms = [curve, curve.tolist(), lambda t: 1 + 2.0**-t, lambda t: np.array(1 + 2.0**-t),
             lambda t: 1 + Fraction(1, 2**t), lambda t: curve,
             lambda t: 1 + np.exp2(-np.asarray(t, dtype=float))]
    assert len({judge(form, RUN).log_evalue for form in forms}) == 1


def test_a_callable_that_would_misread_an_array_is_asked_one_time_after_the_other():
    """The sum over an array of times is one number, and would be a wrong bound silently."""
    times = np.array([1, 2, 3])
    assert bound_at(lambda t: np.sum(t), times).tolist() == [1, 2, 3]
    assert bound_at(lambda t: 5.0 if t > 2 else 7.0, times).tolist() == [7, 7, 5]
    assert bound_at(lambda t: 2 ** -t, times).tolist() == [0.5, 0.25, 0.125]
    assert bound_at(lambda t: t.astype(float), times).tolist() == [1, 2, 3]


def test_a_formula_that_refuses_is_heard():
    def refuses(t):
        raise ValueError("alpha, the learning rate, must be > 0; got -1")

    with pytest.raises(ValueError, match="alpha, the learning rate"):
        judge(refuses, RUN)


def test_a_callable_that_gives_several_numbers_for_one_time_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3,\).*got \(2,\)"):
        judge(lambda t: [1.0, 2.0], RUN)


def test_a_run_of_the_engine_is_read_as_it_is():
    """Anything with the five attributes is a run."""
    class Anything:
        times = np.array([3])
        distance2 = np.ones((4, 1))
        ceiling = np.array([1.0])
        variance = None
        diverged = np.zeros(4, dtype=bool)

    assert judge(1.0, Anything()).status == "holds"


def test_a_verdict_says_what_it_certifies_and_what_it_would_have_seen_without_contradiction():
    samples = Replicas(np.random.default_rng(1).random((4000, 1)), ceiling=1.0)
    above, close = str(judge(0.9, samples)), str(judge(0.5, samples))
    assert "certified: the confidence limit respects the claim at every time" in above
    assert "certified: the confidence limit is beyond the claim by at most" in close
    for said in (above, close):
        assert "within 0.00%" not in said and "were the claim false, an excess of" in said
    assert "were the claim false" not in str(judge(0.5, Replicas(samples.distance2)))


def test_a_large_excess_is_a_factor_and_a_small_one_a_percentage():
    verdict = judge(0.5, RUN)
    assert "a mean of 2546 times the claimed would have been caught" in str(
        replace(verdict, status="not refuted", detectable=2545.12))
    assert "an excess of 99.00% would have been caught" in str(
        replace(verdict, status="not refuted", detectable=0.99))


def test_a_violation_is_not_said_to_have_been_out_of_sight():
    verdict = judge(0.5, RUN)
    assert verdict.status == "violated" and "would have been caught" in str(verdict)
    assert "caught" not in str(replace(verdict, detectable=np.inf))


def test_nothing_over_nothing_is_no_ratio():
    still = Replicas(np.zeros((9, 2)), ceiling=1.0)
    for asked in (judge, judge_equal):
        assert np.isnan(asked(0.0, still).ratio) and asked(0.0, still)
        assert "mean and claimed are both 0 at t = 0" in str(asked(0.0, still))
        half = Replicas(np.ones((9, 2)) * [0, 1], ceiling=1.0)
        assert asked([0.0, 1.0], half).ratio == 1 and asked([0.0, 1.0], half).time == 1


def test_a_shortfall_that_no_run_would_show_is_told_with_the_number_that_would():
    """With H/value = 1e6 a bet against the ceiling wins 1e-6 nats a replica at best."""
    samples = np.random.default_rng(0).chisquare(4, (500, 1)) / 4
    far = judge_equal(1.0, Replicas(samples, ceiling=1e6))
    needed = float(re.search(r"about ([\d.e+]+) runs would see one, too many: a lower ceiling",
                             far.why)[1])
    nats = np.log(2 / 1e-6) + np.log(2) + np.log(len(FALLS))
    assert needed == pytest.approx(nats * 1e6, rel=0.05)
    near = judge_equal(1.0, Replicas(samples, ceiling=30.0))
    few = float(re.search(r"about ([\d.e+]+) runs would see one$", near.why)[1])
    assert np.isinf(near.detectable_below) and few < 1000
    enough = np.random.default_rng(1).chisquare(4, (int(1.1 * few), 1)) / 4
    assert np.isfinite(judge_equal(1.0, Replicas(enough, ceiling=30.0)).detectable_below)


def test_an_excess_that_no_run_would_show_is_told_with_the_number_that_would():
    rare = np.where(np.arange(50_000) < 1, 1e4, 1e-3)[:, None]
    found = judge(1.0, Replicas(rare))
    assert found.status == "inconclusive"
    assert re.search(r"about [\d.]+e\+07 runs would catch it, too many: project", found.why)
    common = judge(1.0, Replicas(np.where(np.arange(60) < 2, 20.0, 1e-3)[:, None]))
    assert re.search(r"about [\d.e+]+ runs would catch it$", common.why)
