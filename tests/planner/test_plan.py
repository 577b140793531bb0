"""A plan is certified, and nothing on a grid of alpha, B and steps is cheaper."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import sgdtheory as st
from sgdtheory.planner import Linear, Overlapped, Parallel, Setting, Slide, Smooth, setting, solve
from sgdtheory.planner.model import alpha_of, steps_of
from sgdtheory.theory import noise_ball

QUIET = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
ODD = 679_891_637_639
BASE = {"c": 0.5, "sigma2": 16.0, "mu2": 1.0, "d0": 1.0, "target": 0.05, "t0": 15.0, "t1": 1.0}


def between(low, high):
    """Return numbers whose logarithm is spread evenly; simple ones are no more likely."""
    return some.integers(0, 2**40).map(lambda k: low * (high / low) ** (k * ODD % 2**40 / 2**40))


def or_zero(low, high):
    """Return 0 one time in eight."""
    return some.integers(0, 7).flatmap(lambda k: between(low, high) if k else some.just(0.0))


COSTS = some.one_of(
    some.builds(Linear, or_zero(0.1, 50), between(0.2, 5)),
    some.builds(Overlapped, between(0.5, 40), between(0.2, 5)),
    some.builds(Parallel, or_zero(0.1, 50), between(0.2, 5), some.integers(1, 9)))


@some.composite
def slides(draw):
    """Return what is asked of the slide's bound; it takes at most some thousand steps."""
    c, d0 = draw(between(0.02, 20)), draw(between(0.01, 100))
    target = d0 / draw(between(1.01, 100))
    unit = 4 * c**2 * target
    sigma2 = draw(or_zero(0.1, 300)) * unit
    mu2 = draw(or_zero(0.3, 60)) * unit
    return Setting(Slide(c, sigma2, mu2, d0, target), draw(COSTS))


@some.composite
def smooths(draw):
    """Return what is asked of the smooth bound."""
    c, d0 = draw(between(0.02, 20)), draw(between(0.01, 100))
    L, target = c * draw(between(1, 60)), d0 / draw(between(1.001, 60))
    sigma2 = draw(or_zero(0.01, 100)) * c**2 * target
    return Setting(Smooth(c, L, sigma2, d0, target), draw(COSTS))


def least_on_grid(asked, plan):
    """Return the least cost, below the plan's, on a grid of alpha and B and any number of steps.

    Nothing here is shared with the planner: the bound is iterated, ``D <- z D + noise``. What may
    reach the target by rounding alone does not count.
    """
    m, price_of = asked.model, asked.cost.price
    B = np.unique(np.r_[1:30, np.geomspace(1, 300, 60).round(), plan.B + np.r_[-3:4]])
    B = np.array([b for b in B if b >= 1 and price_of(int(b)) < plan.cost])
    if not B.size:
        return np.inf
    price = np.array([price_of(int(b)) for b in B])
    end = 1 / (2 * m.c) if isinstance(m, Slide) else 2 / m.L
    near = plan.alpha * np.linspace(0.8, 1.25, 31)
    alpha = np.r_[np.geomspace(end / 1000, end, 60), near[near <= end]][:, None]
    if isinstance(m, Slide):
        z, noise = 1 - 2 * alpha * m.c, alpha**2 * (m.sigma2 / B + m.mu2)
    else:
        z = np.maximum(abs(1 - alpha * m.c), abs(1 - alpha * m.L)) ** 2
        noise = alpha**2 * m.sigma2 / B
    distance2, least = np.full((len(alpha), len(B)), m.d0), np.inf
    for T in range(1, min(2000, int(plan.cost / price[0]) + 1)):
        distance2 = z * distance2 + noise
        reached = (distance2 <= m.target * (1 - 1e-12)).any(axis=0)
        least = min(least, float(np.min(T * price[reached], initial=np.inf)))
    return least


def exactly(m, plan):
    """Return the bound of a plan in exact arithmetic, for the floats that it consists of."""
    own = {"mu2": m.mu2} if isinstance(m, Slide) else {"L": m.L}
    formula = noise_ball.distance2 if isinstance(m, Slide) else noise_ball.smooth_distance2
    given = {"d0": m.d0, "alpha": plan.alpha, "sigma2": m.sigma2, "c": m.c, **own}
    return formula(t=plan.steps, B=plan.B, **{k: Fraction(v) for k, v in given.items()})


def flaws(asked, plan):
    """Return what is wrong with a plan."""
    if plan.alpha > asked.model.largest_alpha * (1 + 1e-12):
        return ["not a step size of the bound"]
    found = []
    limit = Fraction(asked.model.target) * (1 + Fraction(1, 10**12))
    if plan.steps < 1500 and exactly(asked.model, plan) > limit:
        found.append("misses the target")
    if plan.cost != plan.steps * asked.cost.price(plan.B):
        found.append("has another cost")
    if least_on_grid(asked, plan) < plan.cost * (1 - 1e-9):
        found.append("is not the cheapest")
    return found


@settings(QUIET, max_examples=100)
@given(asked=slides())
def test_no_choice_on_the_grid_is_cheaper_than_a_plan_by_the_slides_bound(asked):
    assert flaws(asked, solve(asked)) == []


@settings(QUIET, max_examples=100)
@given(asked=smooths())
def test_no_choice_on_the_grid_is_cheaper_than_a_plan_by_the_smooth_bound(asked):
    assert flaws(asked, solve(asked)) == []


@pytest.mark.parametrize("change", [
    {"alpha": 2.0}, {"alpha": 0.5}, {"steps": 0.98}, {"steps": 1.02}, {"B": 0.5}, {"B": 2.0},
])
def test_the_grid_and_the_certificate_catch_a_plan_that_is_off(change):
    asked = setting(**BASE)
    plan = solve(asked)
    assert flaws(asked, plan) == []
    off = dataclasses.replace(plan, **{
        name: type(getattr(plan, name))(factor * getattr(plan, name))
        for name, factor in change.items()})
    if "B" in change:
        T = steps_of(asked.model, off.B)
        off = dataclasses.replace(off, steps=T, alpha=alpha_of(asked.model, off.B, T))
    off = dataclasses.replace(off, cost=off.steps * asked.cost.price(off.B))
    assert flaws(asked, off) != []


def test_a_plan_5_percent_too_cheap_fails_its_bound_whatever_the_batch_and_the_step_size():
    asked = setting(**BASE)
    m, budget = asked.model, 0.95 * solve(asked).cost
    for B in range(1, 400, 15):
        T = int(budget / asked.cost.price(B))
        best = alpha_of(m, B, T)
        for alpha in best * np.array([0.97, 1.0, 1.03]):
            cheap = dataclasses.replace(solve(asked), alpha=float(alpha), B=B, steps=T)
            assert T > 1 and exactly(m, cheap) > Fraction(m.target)


def inverted(model, cost):
    return math.sqrt(model.mu2 / model.sigma2 * cost.t1 / cost.t0)


def test_a_plan_made_for_the_inverted_square_root_law_is_caught():
    asked = setting(**BASE)
    B = max(1, round(inverted(asked.model, asked.cost)))
    T = steps_of(asked.model, B)
    plan = dataclasses.replace(solve(asked), B=B, steps=T, cost=T * asked.cost.price(B),
                               alpha=alpha_of(asked.model, B, T))
    assert flaws(asked, plan) == ["is not the cheapest"]


def test_a_step_size_beyond_the_limit_would_be_cheaper_and_is_caught():
    asked = setting(c=0.5, sigma2=0.0, mu2=0.5, d0=1.0, target=0.5, t0=1.0)
    assert solve(asked).alpha <= 1 and solve(asked).steps == 1
    bold = dataclasses.replace(solve(asked), alpha=1.2)
    assert flaws(asked, bold) == ["not a step size of the bound"]


@settings(QUIET, max_examples=60)
@given(asked=slides() | smooths(), share=some.floats(0.01, 1.0), B=some.integers(1, 400))
def test_the_steps_that_a_step_size_needs_are_the_inverse_of_the_bound(asked, share, B):
    m = asked.model
    alpha = share * m.alpha(m.target, B)
    T = max(1, math.ceil(m.steps(alpha, B) * (1 - 1e-9))) if m.steps(alpha, B) < 1e6 else None
    if T is not None:
        assert m.bound(T + 1, alpha, B) <= m.target * (1 + 1e-9)
        assert T == 1 or m.bound(T - 1, alpha, B) >= m.target * (1 - 1e-9)


@settings(QUIET, max_examples=60)
@given(asked=slides() | smooths(), B=some.integers(1, 400))
def test_one_step_fewer_is_too_few_for_every_step_size(asked, B):
    m = asked.model
    T = steps_of(m, B)
    alphas = np.linspace(0, m.largest_alpha, 81)[1:]
    assert m.bound(T, alpha_of(m, B, T), B) <= m.target * (1 + 1e-9)
    if 1 < T < 5000:
        assert min(m.bound(T - 1, alpha, B) for alpha in alphas) > m.target * (1 - 1e-9)


@settings(QUIET, max_examples=60)
@given(asked=slides() | smooths())
def test_the_step_size_of_a_plan_has_the_smallest_bound(asked):
    plan, m = solve(asked), asked.model
    for alpha in plan.alpha * np.array([0.9, 0.999, 1.001, 1.1]):
        if alpha <= m.largest_alpha:
            assert m.bound(plan.steps, alpha, plan.B) >= plan.distance2 * (1 - 1e-12)


def test_a_plan_is_a_value_and_says_what_it_costs():
    plan = st.plan(**BASE)
    assert plan == st.plan(**BASE)
    assert plan.cost == plan.steps * (15 + plan.B) and plan.samples == plan.B * plan.steps


# --- degenerate constants, by derivation ----------------------------------------------------------

def test_without_mu2_one_step_of_the_largest_size_is_best():
    plan = st.plan(c=0.5, sigma2=16.0, mu2=0.0, d0=1.0, target=0.125, t0=3.0)
    assert (plan.alpha, plan.B, plan.steps, plan.cost) == (1.0, 128, 1, 131.0)
    assert plan.distance2 == 0.125


def test_without_mu2_and_near_the_start_one_smaller_step_is_best():
    # (1-q) d0 + q^2 s is least at q = d0/(2s), d0 - d0^2/(4s): s = d0^2/(4 (d0 - target)) = 1
    plan = st.plan(c=0.5, sigma2=16.0, mu2=0.0, d0=1.0, target=0.75)
    assert (plan.B, plan.steps) == (16, 1)
    assert plan.alpha == pytest.approx(0.5, rel=1e-6)


def test_without_sigma2_a_batch_of_one_is_best_for_every_cost():
    for cost in ({"t0": 3.0}, {"t0": 0.0}, {"t1": 0.0, "t0": 1.0}):
        assert st.plan(**{**BASE, **cost, "sigma2": 0.0}).B == 1


def test_without_noise_of_any_kind_one_step_suffices():
    plan = st.plan(c=0.5, sigma2=0.0, mu2=0.0, d0=1.0, target=1e-9)
    assert (plan.alpha, plan.B, plan.steps, plan.distance2) == (1.0, 1, 1, 0.0)


def test_if_only_samples_cost_a_batch_of_one_is_nearly_best():
    plan = st.plan(**{**BASE, "t0": 0.0, "target": 0.001})
    assert plan.B == 1


def test_if_samples_are_free_the_steps_are_those_of_the_exact_gradient():
    plan = st.plan(**{**BASE, "t1": 0.0})
    without = st.plan(**{**BASE, "sigma2": 0.0})
    asked = setting(**{**BASE, "t1": 0.0})
    assert plan.steps == without.steps
    assert steps_of(asked.model, plan.B - 1) == plan.steps + 1


def test_samples_up_to_the_latency_are_free_and_used():
    # exactly latency/t1 at 20, because 20 is far above the square-root law for t0 = 0
    plan = st.plan(**{**BASE, "t0": 0.0, "latency": 20.0, "target": 0.002})
    assert plan.B == 20 and plan.cost == 20 * plan.steps


def test_parallel_samples_come_in_full_rounds():
    # sgd.S23-b: near P (sigma/mu) sqrt(t0/(t1 P)) = 8 * 4 * sqrt(60/8) = 87.6
    plan = st.plan(**{**BASE, "t0": 60.0, "P": 8, "target": 0.002})
    assert plan.B == 88


def test_one_sample_at_a_time_is_the_linear_cost():
    assert st.plan(**BASE, P=1) == st.plan(**BASE)


def test_without_noise_the_smooth_plan_is_gradient_descent():
    plan = st.plan(model="smooth", c=1.0, L=3.0, sigma2=0.0, d0=1.0, target=0.01)
    # contraction (L-c)/(L+c) = 1/2: 4^-T <= 1/100 first at T = 4
    assert (plan.alpha, plan.B, plan.steps) == (0.5, 1, 4)


def test_the_smooth_batch_grows_as_the_noise_over_the_target():
    plans = [st.plan(model="smooth", c=1.0, L=4.0, sigma2=8.0, d0=1.0, target=target, t0=1.0)
             for target in (1e-2, 1e-3, 1e-4)]
    ratios = [plan.B * target * 4 / 8 for plan, target in
              zip(plans, (1e-2, 1e-3, 1e-4), strict=True)]
    assert all(1 <= ratio < 1.4 for ratio in ratios)  # 1/(1 - 1/w), w between 1 and u
    assert all(plan.alpha > 0.9 * 2 / 5 for plan in plans)


def test_a_tiny_target_is_planned_or_refused_but_never_missed():
    # u - log u = 1 + log 1e12 at u = 32.1; T = u mu2/(4 c^2 target)
    small = st.plan(c=1e3, sigma2=1.0, mu2=1.0, d0=1.0, target=1e-12, t0=1.0)
    assert small.distance2 <= 1e-12
    with pytest.raises(ValueError, match=r"target=1e-12, .* takes 3.21e\+13 steps with batches "
                                         r"of any size, more than the 1e\+09 .* take a larger"):
        st.plan(**{**BASE, "target": 1e-12})


def test_a_tie_is_decided_by_the_bound():
    # 4^-T <= 4^-3 exactly at T = 3; and v/(1+v) <= 1/10 exactly at v = 1/9, B = 576, where the
    # best alpha is no float: 577 costs 1 more, a second step would cost 591 more
    assert st.plan(model="smooth", c=1.0, L=3.0, sigma2=0.0, d0=1.0, target=1 / 64).steps == 3
    plan = st.plan(model="smooth", c=0.5, L=0.5, sigma2=16.0, d0=1.0, target=0.1, t0=15.0)
    assert plan.steps == 1 and plan.B in (576, 577)


def test_a_target_next_to_the_start_takes_a_step():
    plan = st.plan(**{**BASE, "target": 1 - 1e-15})
    assert plan.steps == 1 and plan.distance2 <= 1 - 1e-15


def test_many_steps_are_certified_in_spite_of_rounding():
    plan = st.plan(c=1e-3, sigma2=1.0, mu2=1e-3, d0=1.0, target=1e-3, t0=5.0)
    assert plan.steps > 10**7 and plan.distance2 <= 1e-3


def test_a_flat_cost_is_planned_within_a_tenth_of_a_percent():
    # t0 = 0, L large: steps times B is nearly the same for every B; the
    # full search, which takes seconds, ends at B = 4,400,135
    plan = st.plan(model="smooth", c=0.05, L=2.0, sigma2=400.0, d0=1.0, target=1e-3)
    asked = setting(model="smooth", c=0.05, L=2.0, sigma2=400.0, d0=1.0, target=1e-3)
    assert plan.cost <= 1.001 * 4_400_135 * steps_of(asked.model, 4_400_135)
