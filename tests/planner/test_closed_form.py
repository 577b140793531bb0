"""The closed forms against a grid over real step sizes and batch sizes, and their mutants."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sgdtheory.planner import Linear, Overlapped, Parallel, Slide, Smooth, solve
from sgdtheory.planner.closed_form import batch, multiplier, step
from sgdtheory.planner.model import steps_of
from sgdtheory.planner.planning import Setting
from sgdtheory.theory import minibatch

QUIET = settings(max_examples=60, deadline=None, derandomize=True,
                 suppress_health_check=list(HealthCheck))
LARGE, SMALL = some.floats(1.0, 9.0), some.floats(-3.0, 3.0)


def model_steps(m, alpha, V):
    """Return the real steps of the model d0 e^(-2 alpha c T) + alpha V/(2c) = target."""
    left = m.target - alpha * V / (2 * m.c)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 0, np.log(m.d0 / left) / (2 * alpha * m.c), np.inf)


def best_on_grid(m, V):
    """Return the step size with the fewest steps, and these, by repeated refinement."""
    low, high = 0.0, min(2 * m.c * m.target / V, 1 / (2 * m.c))
    for _ in range(12):
        alphas = np.linspace(low, high, 200)[1:]
        k = int(np.argmin(model_steps(m, alphas, V)))
        low, high = alphas[max(k - 1, 0)], alphas[min(k + 1, len(alphas) - 1)]
    return float(alphas[k]), float(model_steps(m, alphas[k], V))


@QUIET
@given(depth=some.floats(0.01, 12.0))
def test_the_multiplier_solves_its_equation(depth):
    u = multiplier(math.exp(depth), 1.0)
    assert u >= 1
    assert u - math.log(u) == pytest.approx(1 + depth, rel=1e-9)


def test_the_multiplier_is_1_where_nothing_is_to_be_done_and_finite_for_tiny_targets():
    assert multiplier(1.0, 1 - 1e-15) == pytest.approx(1, abs=1e-6)
    assert 230 < multiplier(1.0, 1e-100) < 240


def drawn(depth, noise, bias):
    """Return a model of target 1 with the given logarithms."""
    return Slide(c=0.7, sigma2=10.0**noise, mu2=10.0**bias, d0=math.exp(depth), target=1.0)


@QUIET
@given(depth=LARGE, noise=some.floats(0.5, 3), bias=SMALL, B=some.integers(1, 200))
def test_the_step_size_and_the_steps_are_the_best_of_the_exponential_model(depth, noise, bias, B):
    m = drawn(depth, noise, bias)
    V = m.sigma2 / B + m.mu2
    alpha, T = best_on_grid(m, V)
    found = step(m, B)
    if found.alpha < m.largest_alpha:
        assert found.alpha == pytest.approx(alpha, rel=1e-3)
        assert found.steps == pytest.approx(max(1.0, T), rel=1e-6)
        assert found.alpha == pytest.approx(2 * m.c * (1 - 1 / multiplier(m.d0, 1.0)) / V)
        assert model_steps(m, 2 * found.alpha, V) > 1.05 * found.steps  # the mutant "factor 2"
        assert model_steps(m, found.alpha / 2, V) > 1.05 * found.steps
    else:
        assert found.alpha == m.largest_alpha == pytest.approx(alpha)


def test_without_clipping_the_step_size_would_be_refused_by_the_bound():
    m = Slide(c=0.5, sigma2=0.0, mu2=0.5, d0=100.0, target=1.0)
    unclipped = 2 * m.c * m.target * (1 - 1 / multiplier(m.d0, m.target)) / m.mu2
    assert unclipped > m.largest_alpha == step(m, 1).alpha == 1
    assert step(m, 1).steps == 1 and m.bound(1, 1.0, 1) == 0.5
    with pytest.raises(ValueError, match=r"alpha=1\.\d+ exceeds 1/\(2c\)=1"):
        m.bound(1, unclipped, 1)


@QUIET
@given(depth=LARGE, noise=some.floats(1, 3), bias=some.floats(0.5, 3), ratio=some.floats(-1, 3))
def test_the_batch_is_the_best_of_the_exponential_model(depth, noise, bias, ratio):
    m, cost = drawn(depth, noise, bias), Linear(10.0**ratio, 1.0)
    B = batch(m, cost)

    def relative(other):
        return (step(m, other).steps * (cost.t0 + other)) / (step(m, B).steps * (cost.t0 + B))

    others = np.geomspace(1, 1e4, 150)
    assert min(relative(other) for other in others) >= 1 - 1e-9
    inverse = max(1.0, math.sqrt(m.mu2 / m.sigma2 / cost.t0))
    if not 0.5 < inverse / B < 2:
        assert relative(inverse) > 1.001  # the mutant "B* inverted"


@QUIET
@given(depth=some.floats(0.001, 8), noise=some.floats(-1, 3), bias=SMALL, B=some.integers(1, 99),
       L=some.floats(0.7, 50))
def test_the_closed_form_is_certified_by_the_bound(depth, noise, bias, B, L):
    slide = drawn(depth, noise, bias)
    for m in (slide, Smooth(0.7, L, slide.sigma2, slide.d0, slide.target)):
        found = step(m, B)
        assert m.bound(math.ceil(found.steps), found.alpha, B) <= m.target * (1 + 1e-9)
        assert steps_of(m, B) <= math.ceil(found.steps)


def test_the_optimum_moved_by_a_tenth_costs_more_exactly():
    # (t0 + t1 B)(sigma2/B + mu2) at x B*: the least, and sigma mu sqrt(t0 t1)(x + 1/x - 2)
    sigma2, mu2, t0, t1 = (Fraction(number) for number in (10000, 1, 100, 1))
    m = Slide(c=0.5, sigma2=1e4, mu2=1.0, d0=1.0, target=1e-3)
    best = batch(m, Linear(100.0, 1.0))
    assert best == 1000 == minibatch.best_batch(sigma2, mu2, t0, t1)
    plan = solve(Setting(m, Linear(100.0, 1.0)))
    for x in (Fraction(9, 10), Fraction(1), Fraction(11, 10)):
        B = x * 1000
        excess = (t0 + t1 * B) * (sigma2 / B + mu2) - minibatch.least_cost(sigma2, mu2, t0, t1)
        assert excess == 100 * 10 * (x + 1 / x - 2)
        cost = steps_of(m, int(B)) * (100 + int(B))
        assert cost > plan.cost if x != 1 else cost == pytest.approx(plan.cost, rel=2e-4)
    for share in (0.9, 1.1):
        assert m.steps(share * plan.alpha, plan.B) > 1.001 * plan.steps


def test_far_from_the_start_the_plan_is_the_closed_form():
    m = Slide(c=0.5, sigma2=4e4, mu2=100.0, d0=1e8, target=1.0)
    cost = Linear(100.0, 1.0)
    plan = solve(Setting(m, cost))
    near = step(m, plan.B)
    assert batch(m, cost) == 200 and plan.B == pytest.approx(200, abs=3)
    assert plan.alpha == pytest.approx(near.alpha, rel=0.01)
    assert near.steps == pytest.approx(plan.steps, rel=0.01) and near.steps > plan.steps


def test_near_the_start_the_closed_form_asks_for_far_more_steps_than_the_exact_bound():
    # log(d0/(eps-r)) instead of log((d0-r)/(eps-r)): u s against 4 (d0/eps - 1) s at d0 = 1.01 eps
    m = Slide(c=0.5, sigma2=0.0, mu2=1000.0, d0=1.01, target=1.0)
    assert steps_of(m, 1) == pytest.approx(4 * 0.01 * 1000, abs=2)
    assert step(m, 1).steps > 25 * steps_of(m, 1)


@QUIET
@given(noise=some.floats(1, 5), ratio=some.floats(-2, 6), depth=LARGE, L=some.floats(1.5, 80))
def test_the_smooth_batch_is_the_best_at_the_largest_step_size(noise, ratio, depth, L):
    m, cost = Smooth(1.0, L, 10.0**noise, math.exp(depth), 1.0), Linear(10.0**ratio, 1.0)
    B = batch(m, cost)
    if B == 1:
        return

    def total(other):
        """Cost at alpha = 2/(c+L) in the model d0 z^(2T) + sigma2/(B c L) = target."""
        left = 1 - m.sigma2 / (other * m.c * m.L)
        return (cost.t0 + other) * math.log(m.d0 / left) if left > 0 else math.inf

    assert total(B) <= min(total(B * factor) for factor in (0.9, 0.99, 1.01, 1.1)) * (1 + 1e-12)
    assert m.sigma2 / (m.c * m.L) < B


@settings(QUIET, max_examples=15)
@given(noise=some.floats(2, 4), depth=some.floats(2, 9), L=some.floats(1.5, 20))
def test_smaller_smooth_batches_never_cost_less(noise, depth, L):
    # the real least steps times B fall until alpha = 2/(c+L): so there is no inner optimum
    m = Smooth(1.0, L, 10.0**noise, math.exp(depth), 1.0)
    end = m.sigma2 / (m.c * m.L)
    batches = np.geomspace(end / 50, end, 12)
    costs = [B * min(m.steps(alpha, B) for alpha in np.linspace(0, m.alpha(1.0, B), 2000)[1:-1])
             for B in batches]
    assert all(after <= before * (1 + 1e-4) for before, after in pairwise(costs))


def test_the_batch_of_each_cost_is_the_linear_one_in_its_own_unit():
    m = Slide(c=0.5, sigma2=1600.0, mu2=1.0, d0=1e3, target=1e-3)
    assert batch(m, Linear(4.0, 1.0)) == 80
    assert batch(m, Parallel(4.0, 1.0, 4)) == pytest.approx(4 * math.sqrt(400 * 4))
    assert batch(m, Parallel(0.01, 1.0, 100)) == 100
    assert batch(m, Overlapped(20.0, 1.0)) == 20  # sgd.S23-b: exactly latency/t1
    assert batch(m, Linear(1.0, 0.0)) == math.inf
    assert batch(m, Linear(0.0, 1.0)) == 1
    assert batch(Smooth(1.0, 2.0, 0.0, 1.0, 0.5), Linear(1.0, 1.0)) == 1
