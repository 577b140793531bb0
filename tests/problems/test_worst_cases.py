"""Worst cases, run exactly: what they attain, what they break, and that they play by the rules."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from sgdtheory.elementary import maximum, minimum
from sgdtheory.optimizers import SGD, iterates
from sgdtheory.problems.hypotheses import holds, points, slacks
from sgdtheory.problems.worst_case import (
    boundary,
    escape,
    escape_cubic,
    isotropic,
    law,
    limit_cycle,
    mean_square,
    mirrored,
    orthant,
    two_cycle,
    two_point,
)

fractions = hyp.fractions(min_value=F(1, 50), max_value=20, max_denominator=50)


def ball(instance):
    return instance.alpha * (instance.sigma2 + instance.mu2) / (2 * instance.c)


def pairs(instance, k=12):
    """All pairs of k + 1 equidistant rational points of the set, 0 and the minimiser."""
    low, high = getattr(instance, "low", -instance.radius), getattr(instance, "high", None)
    high = instance.radius if high is None else high
    grid = {low + (high - low) * F(i, k) for i in range(k + 1)} | {instance.minimiser}
    grid |= {F(0)} if low <= 0 <= high else set()
    return points(*[a for a in grid for _ in grid]), points(*[b for _ in grid for b in grid])


INSTANCES = [
    two_point(F(1), F(1, 4), F(2)), two_point(F(1, 3), F(5), F(2, 7)), two_cycle(),
    two_cycle(c=F(1)), two_cycle(F(9, 10), F(1, 100), F(89, 100)),
    two_cycle(F(3, 4), F(1), F(1, 1000), c=F(1)),
    limit_cycle(), limit_cycle(F(2), F(1, 3), F(5)), escape(), escape_cubic(), boundary(),
    mirrored(), mirrored(F(1, 2), F(9, 2), F(2, 3)),
]


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda i: f"{type(i).__name__} c={i.c}")
def test_every_hypothesis_holds_exactly_on_the_set(instance):
    w, v = pairs(instance)
    assert all(type(x) is F for slack in slacks(instance, w, v).values() for x in slack)
    assert holds(instance, w, v)


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda i: f"{type(i).__name__} c={i.c}")
def test_the_exact_slacks_are_tight_so_that_a_better_constant_is_refuted(instance):
    found = slacks(instance, *pairs(instance))
    assert min(found["gradient bound"]) == 0 and min(found["variance bound"]) == 0


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda i: f"{type(i).__name__} c={i.c}")
def test_sample_gradients_are_unbiased_and_of_the_stated_variance_exactly(instance):
    for w in (instance.start, instance.minimiser, instance.start / 3):
        outcomes = instance.outcomes(w)
        assert sum(p for p, _ in outcomes) == 1 and all(p >= 0 for p, _ in outcomes)
        mean = sum(p * g for p, g in outcomes)
        assert mean == instance.grad(w)
        assert sum(p * (g - mean) ** 2 for p, g in outcomes) == instance.variance(w)


@given(c=fractions, alpha=fractions, radius=fractions)
@settings(max_examples=100, deadline=None)
def test_two_point_attains_the_slides_ball_for_every_step_size(c, alpha, radius):
    if alpha * c >= 2:
        with pytest.raises(ValueError, match="must be a probability"):
            two_point(c, alpha, radius)
        return
    instance = two_point(c, alpha, radius)
    table = law(instance, 4)
    assert set(map(abs, table)) == {radius} and sum(table.values()) == 1
    assert mean_square(instance, table) == radius**2 == ball(instance)
    assert holds(instance, *pairs(instance, 4))


def test_two_point_simulated_has_no_variance():
    problem = two_point(c=F(1), alpha=F(1, 4), radius=F(2))
    rng, e = np.random.default_rng(0), np.full((1, 500), 2.0)
    for _ in range(50):
        e = e - 0.25 * problem.sample_grad_error(e, 1, rng)
    assert set(np.abs(e[0])) == {2.0} and len(set(e[0])) == 2


@given(c=fractions, share=fractions, s=fractions)
@settings(max_examples=100, deadline=None)
def test_mirrored_samples_keep_their_distance_and_obey_their_own_curvatures(c, share, s):
    L = c * (1 + share)
    problem = mirrored(c, L, s)
    assert mean_square(problem, law(problem, 4)) == s**2 / c**2
    assert s**2 / c**2 == problem.alpha * s**2 / (c * (2 - problem.alpha * L))
    w, v = (column[0] for column in pairs(problem, 4))
    sampled = [[problem.outcomes(x)[j][1] for x in column] for column in (w, v) for j in (0, 1)]
    for at_w, at_v in zip(sampled[:2], sampled[2:], strict=True):
        turn, step = np.array(at_w) - np.array(at_v), w - v
        assert min((turn - c * step) * (L * step - turn)) == 0
        assert min((turn - c * (1 + share / 9) * step) * (L * step - turn)) < 0


def test_mirrored_samples_need_two_curvatures_and_a_gradient_at_0():
    with pytest.raises(ValueError, match=r"c=2, the least curvature of a sample, must be below"):
        mirrored(2, 2, 1)
    with pytest.raises(ValueError, match=r"s=0, the gradient of the first sample at 0, must be"):
        mirrored(1, 2, 0)
    with pytest.raises(ValueError, match=r"c, the constant of strong convexity, must be > 0"):
        mirrored(0, 2, 1)
    assert type(mirrored(1, 2, 3).sigma2) is F and type(mirrored(1.0, 2.0, 3.0).sigma2) is float


@pytest.mark.parametrize("B", [1, 2, 3])
def test_a_batch_of_mirrored_samples_has_the_mean_of_theirs_and_rests_below_the_bound(B):
    problem, rng = mirrored(1.0, 3.0, 2.0), np.random.default_rng(0)
    w = np.array([[0.7], [-1.2]]).reshape(1, 2)
    each = [np.array([float(g) for _, g in problem.outcomes(x)]) for x in w[0]]
    drawn = np.array([problem.sample_grad(w, B, rng)[0] for _ in range(300)])
    for k, (first, second) in enumerate(each):
        means = {round(((B - j) * first + j * second) / B, 12) for j in range(B + 1)}
        assert set(drawn[:, k].round(12)) == means
    d = 0.0  # |w'| = (rho |w| + alpha s) |2k/B - 1|, with rho = alpha s / 2 = 1/2 here
    for _ in range(200):
        d = (0.5 * np.sqrt(d) + 1.0) ** 2 / B  # Jensen: E(rho|w| + alpha s)^2 is at most this
    assert d == pytest.approx(4.0) if B == 1 else d < 0.99 * 4.0 / B


@given(alpha=fractions, x=fractions, y=fractions)
@settings(max_examples=100, deadline=None)
def test_two_cycles_break_the_slides_ball_by_the_factor_of_the_repair(alpha, x, y):
    cycle = two_cycle(alpha, x, y)
    path = iterates(SGD(alpha), x, cycle.grad, 6)
    assert list(path) == [x, -y] * 3 + [x]
    limsup = max(x, y) ** 2
    product = alpha * cycle.c
    assert 1 <= product <= 2 and cycle.invariant(alpha)
    assert limsup == minimum(2 * product, 2 / product) * ball(cycle)
    assert limsup == cycle.mu2 / cycle.c**2 and limsup >= ball(cycle)
    assert holds(cycle, *pairs(cycle, 6))


def test_the_two_cycles_of_the_text_have_the_numbers_of_the_text():
    assert ball(two_cycle(c=F(1))) == F(121, 200) < 1
    cycle = two_cycle(F(3, 4), F(1), F(1, 1000), c=F(1))
    assert F(667, 1000) < ball(cycle) < F(669, 1000) < 1
    cycle = two_cycle(F(9, 10), F(1, 100), F(89, 100), c=F(1))
    assert cycle.mu2 == 1 and (cycle.right[1], cycle.left[1]) == (100, F(100, 89))
    assert ball(cycle) == F(9, 20) < F(89, 100) ** 2


@given(alpha=fractions, c=fractions, mu=fractions)
@settings(max_examples=60, deadline=None)
def test_limit_cycles_attain_the_repaired_bound_up_to_alpha_c_1(alpha, c, mu):
    if alpha * c > 1:
        return
    cycle = limit_cycle(c, alpha, mu)
    assert list(iterates(SGD(alpha), F(0), cycle.grad, 4)) == [0, -alpha * mu, 0, -alpha * mu, 0]
    assert (alpha * mu) ** 2 == 2 * alpha * c * ball(cycle)
    assert holds(cycle, *pairs(cycle, 6))


def test_escaping_without_projection_breaks_the_bound_and_projection_repairs_it():
    walk = escape()
    assert ball(walk) == F(2525, 10000)
    free, kept = law(walk, 10), law(walk, 10, project=True)
    expected = F(1, 3) * (1 - F(1, 4) ** 10)
    assert mean_square(walk, free) == expected > ball(walk)
    assert mean_square(walk, kept) <= walk.radius**2 < ball(walk)
    assert not walk.invariant(walk.alpha)


def test_the_cubic_blows_up_in_five_steps_by_exact_enumeration():
    walk = escape_cubic()
    table = law(walk, 5)
    assert len(table) == 22 and sum(table.values()) == 1  # 32 paths, of which some meet
    assert ball(walk) == F(58, 10)
    assert 2.83e21 < mean_square(walk, table) < 2.84e21
    assert mean_square(walk, law(walk, 5, project=True)) <= 1


def test_reading_the_variance_by_coordinates_is_false_and_by_trace_it_is_true():
    problem = isotropic(100)
    assert problem.limit == F(100, 19) and problem.misread_bound == F(505, 100) < problem.limit
    assert problem.limit < ball(problem) == 10
    for d in (1, 5, 100):
        for product in (F(1, 100), F(1, 10), F(9, 10)):
            one = isotropic(d, c=2, alpha=product / 2, s2=F(3))
            assert (one.limit > one.misread_bound) == (product > F(2, d + 1))
            assert one.limit <= ball(one) and one.invariant(one.alpha)
            assert one.invariant(F(1, 2)) and not one.invariant(F(51, 100))


def test_the_distance_of_the_isotropic_problem_obeys_the_enumerated_recursion():
    """All 2^2 signs from a point: E|w'|^2 = (1 - alpha c)^2 |w|^2 + alpha^2 d s^2."""
    problem, w = isotropic(2, c=F(2), alpha=F(1, 5), s2=F(9)), (F(1, 2), F(-1, 3))
    mean = F(0)
    for s, t in ((3, 3), (3, -3), (-3, 3), (-3, -3)):
        after = [x - F(1, 5) * (2 * x + noise) for x, noise in zip(w, (s, t), strict=True)]
        mean += F(1, 4) * sum(x**2 for x in after)
    assert mean == F(9, 25) * (w[0] ** 2 + w[1] ** 2) + F(1, 25) * problem.sigma2
    assert problem.distance2(0) == problem.radius2
    assert problem.distance2(3) == F(9, 25) * problem.distance2(2) + F(1, 25) * problem.sigma2
    grid = np.array([[F(0), F(1, 2), F(-1)], [F(1), F(1, 3), F(0)]], dtype=object)
    assert all(bool((slack >= 0).all())
               for name, slack in slacks(problem, grid, grid[:, ::-1]).items() if name != "inside")


def test_on_the_boundary_the_gradient_at_the_minimiser_is_not_zero():
    problem = boundary()
    assert problem.minimiser == 1 and problem.grad(problem.minimiser) == 1
    assert all(problem.project(w - problem.alpha * problem.grad(w)) >= 1 for w in (F(1), F(3, 2)))
    assert list(law(problem, 3, project=True)) == [1]


@pytest.mark.parametrize(("steps", "alpha", "d0"), [(50, 0.1, 0.0), (300, 0.02, 0.005),
                                                    (2000, 0.05, 0.0)])
def test_orthant_attains_the_slides_recursion_at_every_step(steps, alpha, d0):
    problem = orthant(c=1.0, alpha=alpha, mu2=1.0, sigma2=1.0, d0=d0, steps=steps)
    path = problem.distances2(np.random.default_rng(0))
    np.testing.assert_allclose(path, problem.recursion(), rtol=1e-12, atol=0)
    bound = alpha * 2.0 / 2
    closed = (1 - 2 * alpha) ** np.arange(steps + 1) * (d0 - bound) + bound
    np.testing.assert_allclose(problem.recursion(), closed, rtol=1e-11, atol=1e-15)
    assert np.abs(path[1:] / (1.0001 * closed[1:]) - 1).min() > 5e-5


def test_orthant_obeys_the_hypotheses_at_its_iterates_with_no_room():
    problem = orthant(c=1.0, alpha=0.1, mu2=1.0, sigma2=0.5, d0=0.02, steps=60)
    rng, w = np.random.default_rng(1), problem.w0[:, None]
    visited = [w]
    for _ in range(59):
        w = w - 0.1 * problem.sample_grad_error(w, 1, rng)
        visited.append(w)
    iterate = np.concatenate(visited, axis=1)
    other = 0.3 * rng.standard_normal(iterate.shape)
    for v in (other, iterate[:, rng.permutation(60)], 0 * iterate):
        found = slacks(problem, iterate, v)
        assert found["strong convexity"].min() >= -1e-13 and found["minimiser"].min() >= 0
        assert np.abs(found["gradient bound"]).max() <= 1e-13
        assert found["inside"].min() >= 0
    assert slacks(problem, other, iterate)["strong convexity"].min() >= -1e-12
    noise = problem.noise_direction(iterate)
    np.testing.assert_allclose((noise**2).sum(axis=0), 1, rtol=1e-14)
    assert np.abs((noise * iterate).sum(axis=0)).max() <= 1e-15


def test_orthant_stays_in_its_ball_and_outside_of_it_the_ball_is_not_certified():
    problem = orthant(c=1.0, alpha=0.1, mu2=1.0, sigma2=0.5, steps=20)
    assert problem.recursion().max() <= problem.radius**2 <= problem.recursion().max() * 1.0001
    assert not problem.invariant(0.1)
    factor, shift = problem.almost_sure_step(0.1)
    assert (factor, shift) == pytest.approx((0.9, 0.1 * (1 + np.sqrt(0.5))), rel=1e-12)
    far = 3 * np.random.default_rng(0).standard_normal((problem.dim, 50))
    after = far - 0.1 * problem.sample_grad_error(far, 1, np.random.default_rng(1))
    assert np.all(np.sqrt((after**2).sum(axis=0)) <= factor * np.sqrt((far**2).sum(axis=0)) + shift)
    assert np.all((problem.project_error(far) ** 2).sum(axis=0) <= problem.radius**2)


def test_a_line_is_linear_only_if_both_of_its_branches_are():
    from dataclasses import replace

    bent = replace(escape(), left=(0, 1, 0, 1))
    assert bent.almost_sure_step(0.5) is None and not bent.invariant(0.001)
    assert replace(escape(), sigma=0).almost_sure_step(0.5) == (0.5, 0.0)
    assert replace(escape(), sigma=0).invariant(F(1, 2))
    assert two_cycle().invariant(1.0) and not two_cycle().invariant(1 + 2**-52)
    assert not replace(escape(), sigma=0, low=F(-1, 100)).invariant(F(3, 2))


def test_orthant_is_for_single_samples():
    problem = orthant(c=1.0, alpha=0.1, mu2=1.0, sigma2=0.5, steps=5)
    with pytest.raises(ValueError, match=r"B=2, replace=True: the kinks are made for single"):
        problem.sample_grad(problem.w0[:, None], 2, np.random.default_rng(0))
    assert [entry.name for entry in problem.constants()] == ["c", "mu2", "sigma2", "radius"]
    assert problem.project(10 * problem.w0 + 1).shape == (8,)


def test_numbers_keep_their_type():
    assert type(two_point(1, F(1, 2), 1).sigma2) is F
    assert type(two_point(1.0, 0.5, 1.0).sigma2) is float
    assert type(two_cycle(1, 1, F(1, 10)).mu2) is F and type(two_cycle(0.5, 1.0, 0.1).c) is float
    assert maximum(F(1, 2), F(1, 3)) == F(1, 2)
    assert two_cycle().sample_grad(np.array([[0.5]]), 1, np.random.default_rng(0)).dtype == float
