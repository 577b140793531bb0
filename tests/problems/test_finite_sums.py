"""Finite sums by enumeration: every row, every batch, no sampling and no tolerance to speak of."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

import sgdtheory as st
from sgdtheory.problems.hypotheses import slacks
from sgdtheory.problems.rows import CHUNK, draw_rows, mean_over_rows

pytestmark = pytest.mark.chance(1e-10)

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((5, 2)), RNG.standard_normal(5)
SUMS = {"ridge": lambda l2=0.4, radius=None: st.problems.ridge(X, Y, l2, radius),
        "logistic": lambda l2=0.4, radius=None: st.problems.logistic(X, Y > 0, l2, radius)}


@pytest.fixture(params=SUMS)
def problem(request):
    return SUMS[request.param]()


def each_batch(problem, e, batches):
    """The gradients at one error over the given batches, as columns."""
    rows = np.array(list(batches)).T
    return problem.batch_grad_error(np.repeat(e[:, None], rows.shape[1], axis=1), rows)


def row_gradient(problem, i, w, h=1e-6):
    """The gradient of the loss of row i alone, from its definition, by central differences."""
    def loss(w):
        if type(problem).__name__ == "Ridge":
            return (X[i] @ w - Y[i]) ** 2 / 2 + problem.l2 / 2 * w @ w
        return np.log1p(np.exp(-(1 if Y[i] > 0 else -1) * X[i] @ w)) + problem.l2 / 2 * w @ w
    return np.array([(loss(w + h * row) - loss(w - h * row)) / (2 * h) for row in np.eye(2)])


def test_the_gradient_of_one_row_is_that_of_its_loss(problem):
    e = np.array([0.3, -0.2])
    for i in range(5):
        expected = row_gradient(problem, i, problem.w_star + e)
        np.testing.assert_allclose(each_batch(problem, e, [(i,)])[:, 0], expected, atol=1e-8)
    assert np.abs(each_batch(problem, e, [(0,)])[:, 0]
                  - row_gradient(problem, 1, problem.w_star + e)).max() > 1e-2


@pytest.mark.parametrize("B", [1, 2, 3])
@pytest.mark.parametrize("replace", [True, False])
def test_over_all_batches_the_mean_is_the_gradient_and_the_variance_is_the_formula(
    problem, B, replace
):
    batches = product(range(5), repeat=B) if replace else combinations(range(5), B)
    for e in (np.zeros(2), np.array([0.3, -0.2]), np.array([-2.0, 5.0])):
        gradients, w = each_batch(problem, e, batches := list(batches)), problem.w_star + e
        np.testing.assert_allclose(gradients.mean(axis=1), problem.grad(w), rtol=0, atol=1e-13)
        variance = ((gradients - problem.grad(w)[:, None]) ** 2).sum(axis=0).mean()
        factor = 1 / B if replace else (5 - B) / (B * 4)
        assert variance == pytest.approx(factor * problem.variance(w), rel=1e-12, abs=1e-13)
        assert variance != pytest.approx(1.01 * factor * problem.variance(w), rel=1e-12)


def test_a_batch_of_all_rows_without_replacement_is_the_gradient(problem):
    e = np.random.default_rng(1).standard_normal((2, 7))
    full = problem.sample_grad_error(e, 5, np.random.default_rng(2), replace=False)
    np.testing.assert_allclose(full, problem.grad(problem.w_star[:, None] + e), atol=1e-14)


def test_the_almost_sure_shift_and_factor_are_attained_by_rows(problem):
    alpha = 0.3
    factor, shift = problem.almost_sure_step(alpha)
    at_star = each_batch(problem, np.zeros(2), [(i,) for i in range(5)])
    assert alpha * np.sqrt((at_star**2).sum(axis=0)).max() == pytest.approx(shift, rel=1e-12)
    longest = np.sqrt((X**2).sum(axis=1).max())
    step_size = 3.0
    factor, shift = problem.almost_sure_step(step_size)
    steepest = {"Ridge": 1, "Logistic": 1 / 4}[type(problem).__name__]
    assert factor == pytest.approx(step_size * (0.4 + longest**2 * steepest) - 1)


def test_no_row_breaks_the_almost_sure_bound_anywhere(problem):
    rng = np.random.default_rng(3)
    for alpha in (0.05, 0.5, 2.0, 20.0):
        factor, shift = problem.almost_sure_step(alpha)
        for e in rng.standard_normal((200, 2)) * 10.0 ** rng.integers(-3, 4, (200, 1)):
            after = e[:, None] - alpha * each_batch(problem, e, [(i,) for i in range(5)])
            assert np.sqrt((after**2).sum(axis=0)).max() <= (factor * np.sqrt(e @ e) + shift) * (
                1 + 1e-12)


def test_the_largest_variance_of_ridge_is_attained_at_the_point_it_names():
    for radius in (None, 1e-3, 0.5, 10.0, 1e4):
        problem = SUMS["ridge"](radius=radius)
        assert problem.noisiest @ problem.noisiest <= problem.radius**2 * (1 + 1e-12)
        there = problem.variance(problem.w_star + problem.noisiest)
        assert there <= problem.sigma2 * (1 + 1e-14) and problem.sigma2 <= there * (1 + 1e-9)


def test_floyd_draws_every_subset_equally_often():
    """All outcomes of the underlying integers are fed in: 3 * 4 * 5 of them, 10 subsets, 6 each."""
    class AllOutcomes:
        outcomes = np.array(list(product(range(3), range(4), range(5)))).T
        calls = 0

        def integers(self, high, size):
            values = self.outcomes[self.calls]
            assert high == 3 + self.calls and size == 60
            self.calls += 1
            return values

    rows = draw_rows(5, 3, 60, AllOutcomes(), replace=False)
    subsets, counts = np.unique(np.sort(rows, axis=0), axis=1, return_counts=True)
    assert subsets.shape[1] == 10 and set(counts) == {6}


@pytest.mark.parametrize(("n", "B"), [(7, 3), (7, 7), (50, 49), (5000, 4), (5000, 600)])
def test_rows_without_replacement_are_distinct_and_in_range(n, B):
    rows = draw_rows(n, B, 40, np.random.default_rng(4), replace=False)
    assert rows.shape == (B, 40) and rows.min() >= 0 and rows.max() < n
    assert all(len(set(column)) == B for column in rows.T)


@pytest.mark.parametrize("replace", [True, False])
def test_every_row_is_drawn_equally_often(replace):
    """Binomial counts, 100 of them: seven standard deviations, delta = 100 * 2.6e-12 < 1e-9."""
    for B in (3, 90):
        rows = draw_rows(100, B, 20_000, np.random.default_rng(5), replace)
        counts, expected = np.bincount(rows.ravel(), minlength=100), 20_000 * B / 100
        assert np.abs(counts - expected).max() <= 7 * np.sqrt(expected)


@pytest.mark.parametrize(("B", "dim", "runs"), [(1, 2, 3), (7, 3, 100_000), (3, CHUNK // 2, 2),
                                                (70_000, 4, 2)])
def test_chunks_do_not_change_the_mean_over_rows(B, dim, runs):
    rng = np.random.default_rng(6)
    U, b = rng.standard_normal((4, dim)), rng.standard_normal(4)
    e, rows = rng.standard_normal((dim, runs)), rng.integers(4, size=(B, runs))
    some = [0, runs // 2, runs - 1]
    expected = [(U[rows[:, r]] * np.tanh(U[rows[:, r]] @ e[:, r] + b[rows[:, r]])[:, None]).mean(0)
                for r in some]
    found = mean_over_rows(U, b, np.tanh, e, rows)
    assert found.shape == (dim, runs)
    np.testing.assert_allclose(found[:, some].T, expected, rtol=1e-9, atol=1e-12)


cells = hyp.integers(-8, 8)


@given(table=hyp.integers(2, 6).flatmap(lambda n: hyp.lists(
    hyp.tuples(cells, cells, cells), min_size=n, max_size=n)),
    l2=hyp.sampled_from([1e-3, 0.1, 1.0, 100.0]), radius=hyp.sampled_from([None, 1e-2, 1.0, 100.0]))
@settings(max_examples=60, deadline=None)
def test_the_hypotheses_hold_for_whatever_data(table, l2, radius):
    data = np.array(table, dtype=float)
    rng = np.random.default_rng(len(table))
    problems = [st.problems.ridge(data[:, :2], data[:, 2], l2, radius)]
    if len(np.unique(data[:, 2])) == 2:
        problems.append(st.problems.logistic(data[:, :2], data[:, 2], l2, radius))
    for problem in problems:
        e = problem.project_error(problem.radius * rng.standard_normal((2, 200)))
        w = problem.w_star[:, None] + e
        size = problem.mu2 + problem.sigma2 + (1 + problem.L) ** 2 * problem.radius**2 + 1e3
        for name, slack in slacks(problem, w, w[:, ::-1]).items():
            assert slack.min() >= -1e-12 * size, name
        assert problem.c <= problem.L


@given(seed=hyp.integers(0, 2**32), scale=hyp.sampled_from([1e-6, 1.0, 1e6]))
@settings(max_examples=25, deadline=None)
def test_scaling_the_data_scales_the_constants(seed, scale):
    """X -> s X, l2 -> s^2 l2 gives w_star / s: c, L scale as s^2, mu2 and sigma2 as s^2."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((9, 3)), rng.standard_normal(9)
    one = st.problems.ridge(X, y, 0.2)
    two = st.problems.ridge(scale * X, y, scale**2 * 0.2)
    for name, power in (("c", 2), ("L", 2), ("radius", -1), ("mu2", 2), ("sigma2", 2)):
        expected = getattr(one, name) * scale**power
        assert getattr(two, name) == pytest.approx(expected, rel=1e-9), name
