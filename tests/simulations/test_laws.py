"""The exact laws that make the verdicts two-sided, each by enumeration of all cases."""

import itertools
from fractions import Fraction as F
from math import comb

import numpy as np
import pytest
from sgdtheory.simulations import bias_correction, median_law, minibatch, noise_ball

import sgdtheory as st
from sgdtheory.optimizers import SGD
from sgdtheory.theory import noise_ball as says


def median_moments(l2, alpha, B, steps):
    """The second and fourth moment of SGD on the median from 1, over all counts, in Fractions."""
    law = {F(1): F(1)}
    for _ in range(steps):
        after = {}
        for w, mass in law.items():
            p = (1 + w) / 2
            for below in range(B + 1):
                chance = comb(B, below) * p**below * (1 - p) ** (B - below)
                new = w - alpha * (F(2 * below, B) - 1 + l2 * w)
                after[new] = after.get(new, 0) + mass * chance
        law = after
    return [sum(mass * w**power for w, mass in law.items()) for power in (2, 4)]


@pytest.mark.parametrize(("B", "steps"), [(1, 7), (2, 4), (3, 3), (5, 3)])
def test_the_fourth_moment_on_the_median_is_that_of_all_paths(B, steps):
    second, fourth = median_moments(F(1), F(1, 5), B, steps)
    found = median_law.variance(1.0, 0.2, B, np.array([steps]))
    assert found == pytest.approx([float(fourth - second**2)], rel=1e-12)
    exact = st.exact.distance2(st.problems.median(1.0), SGD(0.2), B, times=[steps])
    assert exact == pytest.approx([float(second)], rel=1e-12)


def test_the_law_of_the_median_is_refused_where_iterates_leave_the_interval():
    problem = st.problems.median(0.5)
    run = st.simulate(problem, SGD(0.1), steps=2, runs=4)
    with pytest.raises(ValueError, match="leaves"):
        median_law.with_variance(run, problem)


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("B", [1, 2, 3, 4, 5])
def test_the_variance_of_a_squared_batch_deviation_is_that_of_all_batches(B, kept):
    each = np.random.default_rng(0).standard_normal((3, 5))
    each -= each.mean(axis=1, keepdims=True)
    draws = itertools.product(range(5), repeat=B) if kept else itertools.combinations(range(5), B)
    squares = np.array([np.sum(each[:, list(draw)].mean(axis=1) ** 2) for draw in draws])
    assert minibatch.variance_of_square(each, B, kept) == pytest.approx(squares.var(), abs=1e-14)


@pytest.mark.parametrize("t", [1, 2, 3, 6])
def test_the_fourth_moment_of_the_average_is_that_of_all_signs(t):
    w = st.theory.bias_correction.weight(np.arange(t), t, 0.9)
    sums = np.array(list(itertools.product([-1, 1], repeat=t))) @ w
    second = st.theory.bias_correction.variance_factor(t, 0.9)
    formula = 3 * second**2 - 2 * bias_correction.fourth_weights(t, 0.9)
    assert formula == pytest.approx(np.mean(sums**4), rel=1e-12)


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("t", [1, 2, 10, 200])
def test_the_lag_is_the_mean_age_of_the_gradients_in_the_average_of_the_rule(t, beta1):
    weights = bias_correction.responses(st.optimizers.CorrectedMomentum(0.1, beta1), t)[-1]
    age = np.arange(t - 1, -1, -1.0)
    assert weights @ age == pytest.approx(st.theory.bias_correction.lag(t, beta1), abs=1e-9)


def test_the_average_of_momentum_is_its_own_state():
    """The iterate that `Average` shows is the m_t that the rule keeps, for any gradients."""
    gradients = np.random.default_rng(0).standard_normal(30)
    rule = st.optimizers.Momentum(0.3, 0.9)
    seen, state = [], rule.init(np.zeros(1))
    for t, g in enumerate(gradients, start=1):
        _, state = rule.step(np.zeros(1), state, lambda w, g=g: np.array([g]), t)
        seen.append(state[0])
    path = st.optimizers.iterates(bias_correction.Average(rule), np.zeros(1),
                                  lambda w, t: gradients[t - 1 : t], 30)
    assert path[1:, 0] == pytest.approx(np.array(seen), rel=1e-12)


def test_a_constant_gradient_is_recovered_by_the_corrected_average_only():
    plain, corrected = (st.optimizers.iterates(bias_correction.Average(rule(0.3, 0.9)), np.zeros(1),
                                               lambda w: np.ones(1), 5)[1:, 0]
                        for rule in (st.optimizers.Momentum, st.optimizers.CorrectedMomentum))
    assert corrected == pytest.approx(np.ones(5), rel=1e-14)
    assert plain[:2] == pytest.approx([0.1, 0.19], rel=1e-14)


def test_signs_are_refused_in_batches():
    with pytest.raises(ValueError, match="the batch size, must be 1"):
        bias_correction.Signs(1.0, 0.5).sample_grad_error(np.zeros((1, 3)), 2, None)


@pytest.mark.parametrize("alpha_c", noise_ball.CYCLES)
def test_every_two_cycle_refutes_the_slides_ball_and_obeys_the_corrected_radius(alpha_c):
    cycle = noise_ball.two_cycle(alpha_c)
    limsup = noise_ball.limsup2(cycle)
    ball = says.radius2(cycle.alpha, 0, 1, cycle.mu2, cycle.c)
    assert ball < limsup <= says.worst_case_radius2(cycle.alpha, 0, 1, cycle.mu2, cycle.c)


def test_an_orbit_that_does_not_come_back_has_no_limsup_here():
    line = st.problems.worst_case.escape()
    with pytest.raises(ValueError, match="no cycle of two points"):
        noise_ball.limsup2(line)


@pytest.mark.parametrize("dim", [2, 7, 60])
def test_the_orbit_of_the_maximum_function_is_its_closed_form(dim):
    found, formula = minibatch.orbit(dim, 0.05), minibatch.orbit_formula(dim, 0.05)
    assert found == pytest.approx([float(value) for value in formula], rel=1e-12)


def test_the_floor_is_reached_up_to_4_percent_in_1000_dimensions(small_floor):
    """0.961, measured independently with the true bound on the gradient."""
    assert small_floor[-1] == pytest.approx(0.961, abs=5e-4)
    assert np.all(np.diff(small_floor) > 0)


@pytest.fixture
def small_floor():
    dims = np.array([100, 1000])
    distance2, mu2 = minibatch.orbit_formula(dims, 0.05)
    return distance2 / says.radius2(0.05, 0.0, 1, mu2, 1.0)


def test_a_larger_step_is_faster_and_has_a_larger_ball_on_the_median(sweep):
    """The trade-off of slide 21 in the exact values that are measured; speed for alpha c <= 1/2."""
    after_2, ball = sweep
    assert np.all(np.diff(ball) > 0)
    assert np.all(np.diff(after_2[2 * np.array(noise_ball.SWEEP_ALPHAS) <= 0.5]) < 0)


@pytest.fixture
def sweep():
    problem = st.problems.median(1.0)
    return np.array([(st.exact.distance2(problem, SGD(alpha), times=[2])[0],
                      st.exact.limit2(problem, SGD(alpha)))
                     for alpha in noise_ball.SWEEP_ALPHAS]).T


def test_the_exact_largest_step_size_has_the_target_as_its_exact_ball(small_steps):
    for B, alpha in zip(small_steps.at[:4], small_steps.exact[:4], strict=True):
        ball = says.quadratic_ball(float(alpha), 1.0 / float(B), 1.0)
        assert ball == pytest.approx(small_steps.target, rel=1e-12)


@pytest.fixture
def small_steps():
    from sgdtheory.simulations.measuring import Sampler

    return minibatch._step_sizes(Sampler(0), 8)[0]
