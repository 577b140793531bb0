"""Arguments that are no numbers, no run, no rule, in the wrong place: each is told in words."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.optimizers import SGD

radius2 = st.theory.noise_ball.radius2


@cache
def made():
    """Return a problem and a run on it."""
    problem = st.problems.quadratic([1.0, 2.0], 1.0)
    return problem, st.simulate(problem, SGD(0.1), steps=10, runs=16)


CASES = {
    "text for a step size": (lambda p, run: SGD("x"), "alpha.*must be a real number.*got 'x'"),
    "nothing for a step size": (lambda p, run: SGD(None), "alpha.*a real number.*got None"),
    "an array with a wrong one": (lambda p, run: SGD(np.array([0.1, -1.0])), "alpha.*> 0; got -1"),
    "a truth value": (lambda p, run: SGD(True), "alpha.*a real number.*got True"),
    "NaN": (lambda p, run: SGD(float("nan")), "alpha.*must be finite and > 0; got nan"),
    "letters missing": (lambda p, run: radius2(alpha=0.1, c=1),
                        r"missing: sigma2 \(the variance .*\), B \(the batch size\), mu2"),
    "a letter too many": (lambda p, run: radius2(1, 1, 1, 1, 1, 1), "got more than 5"),
    "a letter unknown": (lambda p, run: radius2(alpha=1, sigma2=1, B=1, mu2=1, c=1, z=2),
                         "unknown: z"),
    "a letter twice": (lambda p, run: radius2(1, 1, 1, 1, c=1, alpha=2), "given twice"),
    "shapes that do not fit": (lambda p, run: radius2(np.ones(2), np.ones(3), 1, 1, 1),
                               r"shapes broadcast; got alpha \(2,\), sigma2 \(3,\); add an axis"),
    "a delta in words": (lambda p, run: st.judge(1.0, run, delta="a"), "delta.*got 'a'"),
    "the run first": (lambda p, run: st.judge(run, 1.0), "the bound comes first, then the run"),
    "no run": (lambda p, run: st.judge(1.0, "x"), "run, the simulated distances.*got 'x'"),
    "no bound": (lambda p, run: st.judge(None, run), "bound must be real numbers.*got None"),
    "a bound that returns nothing": (lambda p, run: st.judge(lambda t: None, run),
                                     "got None; it returned nothing"),
    "a truth value for a bound": (lambda p, run: st.judge(True, run), "bound.*got True"),
    "the rule first": (lambda p, run: st.simulate(SGD(0.1), p), "the problem comes first"),
    "no rule": (lambda p, run: st.simulate(p, "x"), "rule.*init and step; got 'x'"),
    "a class": (lambda p, run: st.simulate(p, SGD), r"that is the class.*SGD\(alpha=0.1\)"),
    "no problem": (lambda p, run: st.exact.distance2("x", SGD(0.1), times=[1]),
                   "problem, what is minimised, must have dim"),
    "no rule to know exactly": (lambda p, run: st.exact.distance2(p, "x", times=[1]),
                                "rule, the update rule"),
    "a log in words": (lambda p, run: st.judge_log("abc", lambda x: x), "must be numbers"),
    "an empty log": (lambda p, run: st.judge_log([], lambda x: x), r"T >= 2; got \(0,\)"),
    "a drift that is none": (lambda p, run: st.judge_log([1.0, 2.0], 5), "drift.*a function of X"),
    "negative steps": (lambda p, run: st.simulate(p, SGD(0.1), steps=-1), "steps.*about 1/"),
    "no runs": (lambda p, run: st.simulate(p, SGD(0.1), runs=0), "runs.*4096 is the default"),
    "a negative seed": (lambda p, run: st.simulate(p, SGD(0.1), seed=-1), "seed.*0 is the default"),
}


@pytest.mark.parametrize("what", CASES)
def test_what_cannot_be_used_is_refused_in_words(what: str) -> None:
    call, message = CASES[what]
    with pytest.raises((TypeError, ValueError), match=message):
        call(*made())
