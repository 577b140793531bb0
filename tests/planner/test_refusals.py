"""What the planner refuses, each by its message."""

from __future__ import annotations

import dataclasses
import math

import pytest

import sgdtheory as st
from sgdtheory.planner import setting, solve, tradeoff
from sgdtheory.planner.confirm import confirm
from sgdtheory.planner.picture import Shown, over_time

GOOD = {"c": 0.5, "sigma2": 16.0, "mu2": 1.0, "d0": 1.0, "target": 0.1, "t0": 15.0, "t1": 1.0}


def test_good_constants_are_not_refused():
    assert st.plan(**GOOD).steps > 1


@pytest.mark.parametrize(("change", "message"), [
    ({"c": 0.0}, "c, the constant of strong convexity, must be > 0; got 0"),
    ({"c": math.nan}, "c, .*, must be finite and > 0; got nan"),
    ({"sigma2": -1.0}, r"sigma2, the variance of one sample gradient \(trace\), or of the "
                      r"noise of a label, must be >= 0"),
    ({"mu2": math.inf}, "mu2, the squared bound on the gradient, must be finite and >= 0; got inf"),
    ({"mu2": None}, r"mu2, the squared bound on the gradient, is missing: the slide model needs "
                    r"it; give mu2= \(--mu2 in the shell\), or take the other model"),
    ({"model": "smooth"}, "L, the Lipschitz constant of the gradient, is missing: the smooth "
                            r"model needs it; give L= \(--L in the shell\), or"),
    ({"model": "smooth", "L": 0.1}, "L=0.1, .*, must be >= c=0.5, .*; check that the two were not"),
    ({"model": "best"}, "model, the bound to plan with, must be 'slide' or 'smooth'; got 'best'"),
    ({"target": 0.0}, "target, the squared distance to reach, must be > 0; got 0"),
    ({"target": 1.0}, "target=1, the squared distance to reach, is not below d0=1, .*: nothing is "
                      "to be done, in 0 steps; take a target below 1"),
    ({"target": 2.0}, "target=2, .* is not below d0=1"),
    ({"d0": 0.0}, "target=0.1, .* is not below d0=0"),
    ({"t0": -1.0}, "t0, the fixed cost of a step, must be a finite number >= 0; got -1; give a"),
    ({"t0": math.inf}, "t0, the fixed cost of a step, must be a finite number >= 0; got inf"),
    ({"t0": 1e60}, "t0, .*, must be 0 or lie between .* and 1e.50; got 1e.60; change the unit"),
    ({"t1": math.nan}, "t1, the cost of one sample in a step, must be a finite number >= 0; got n"),
    ({"t1": "much"}, "t1, the cost of one sample in a step, must be a number; got 'much'"),
    ({"t0": 0.0, "t1": 0.0}, "t0, .*, and t1, .*, are both 0: every plan is free; give one"),
    ({"latency": 3.0}, "latency, the least time of a step, is given together with t0 or P; give"),
    ({"latency": 3.0, "t0": 0.0, "P": 2}, "latency, .*, is given together with t0 or P"),
    ({"latency": 3.0, "t0": 0.0, "t1": 0.0}, "t1, .*, must be > 0 beside latency; got 0; give t0"),
    ({"latency": -3.0, "t0": 0.0}, "latency, the least time of a step, must be a finite number"),
    ({"P": 0}, "P, the number of samples .*, must be a whole number >= 1; got 0"),
    ({"P": 2**54}, r"P, .*, must be at most 2\^53; got 18014398509481984; leave t1 out"),
    ({"P": 1.5}, "P, the number of samples .*; got 1.5"),
    ({"P": math.nan}, "P, the number of samples .*; got nan"),
    ({"c": 1e-60}, "c, the constant of strong convexity, must be 0 or lie between .*; change the"),
    ({"sigma2": 1e60}, "sigma2, .*, must be 0 or lie between 1e-50 and 1e.50; got 1e.60"),
    ({"target": 1e-11}, "target=1e-11, .*, takes .*e.12 steps with batches of any size, more than "
                        "the 1e.09 that float64 can certify; take a larger target, or the smooth"),
])
def test_a_bad_number_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        st.plan(**{**GOOD, **change})


@pytest.mark.parametrize(("c", "d0"), [(1e-40, 1e40), (1e-3, 1e-40), (1e40, 1e-40), (1e-20, 1e-6)])
def test_the_extremes_that_are_not_refused_are_the_same_plan_in_other_units(c, d0):
    usual, unit = st.plan(**GOOD), 4 * c * c * d0
    plan = st.plan(c=c, sigma2=16 * unit, mu2=unit, d0=d0, target=0.1 * d0, t0=15.0)
    assert plan.distance2 <= 0.1 * d0
    assert (plan.B, plan.steps, plan.cost) == (usual.B, usual.steps, usual.cost)


def test_a_progress_that_rounding_hides_is_refused(monkeypatch):
    from sgdtheory.planner import model

    asked = setting(**GOOD)
    monkeypatch.setattr(model.Slide, "bound", lambda *_: 2.0)
    with pytest.raises(ValueError, match=r"target=0.1, .* so near to d0=1.0 that rounding hides"):
        solve(asked)


def test_a_simulation_that_is_too_large_is_refused_before_it_begins():
    problem = st.problems.quadratic([1.0, 2.0], sigma2=1.0)
    asked = setting(**GOOD)
    plan, long = solve(asked), dataclasses.replace(solve(asked), steps=10**9, B=10)
    with pytest.raises(ValueError, match=r"needs 1e\+13 sample gradients, more than 1e\+12; "
                                         r"take fewer runs or a larger target, or do without"):
        confirm(problem, asked, long, runs=1000)
    with pytest.raises(ValueError, match=r"delta, the probability of a false alarm, must lie in"):
        confirm(problem, asked, plan, delta=0)
    with pytest.raises(ValueError, match=r"runs, the number of replicas, must be .* >= 2; got 1"):
        confirm(problem, asked, plan, runs=1)


def test_the_panel_over_time_needs_the_plan_carried_out():
    asked = setting(**GOOD)
    with pytest.raises(ValueError, match="confirmation, the plan carried out, is missing"):
        over_time(Shown(tradeoff(asked, solve(asked))), None)


@pytest.mark.parametrize("wrong", ["much", [0.5, 0.5], True])
def test_a_constant_that_is_no_number_is_refused(wrong):
    with pytest.raises(TypeError, match=r"c, the constant .*, must be (a real|one) number"):
        st.plan(**{**GOOD, "c": wrong})
