"""Exact moments of epochs, against every order of the rows and against closed forms."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from sgdtheory import exact
from sgdtheory.exact import epochs, orders
from sgdtheory.exact.orders import RowSteps
from sgdtheory.optimizers import SGD, CorrectedMomentum, DecayingSGD, Inverse, Momentum
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.logistic import logistic
from sgdtheory.problems.ridge import ridge
from sgdtheory.theory import minibatch

TOLERANCE = 1e-13
ORDERS = ("reshuffle", "cyclic", "shuffle-once")


def data(n, dim, one_curvature=False):
    """A ridge regression; with one curvature the rows are x and -x."""
    rng = np.random.default_rng([n, dim])
    X = rng.standard_normal((n, dim))
    if one_curvature:
        X = np.outer(np.where(np.arange(n) % 2, 1, -1), X[0] / np.linalg.norm(X[0]))
    return ridge(X, rng.standard_normal(n), 0.1)


def sequences(n, count, order):
    """Every equally likely sequence of rows in `count` epochs, shape (sequences, count n)."""
    every = list(permutations(range(n)))
    if order == "cyclic":
        every = every[:1]
    paths = product(every, repeat=count) if order == "reshuffle" else ((p,) * count for p in every)
    return np.array([np.concatenate(path) for path in paths])


def all_orders(problem, rule, B, count, order, w0):
    """E|w - w*|^2 after 1 .. count epochs, by the slow obvious mean over all sequences."""
    rows = sequences(problem.n, count, order)
    w = np.repeat(w0[:, None], len(rows), axis=1)
    state, values = rule.init(w), []
    for e in range(count):
        for first in range(0, problem.n, B):
            batch = rows[:, e * problem.n + first : e * problem.n + min(first + B, problem.n)]
            X, y = problem.X[batch], problem.y[batch]

            def grad(v, X=X, y=y):
                residuals = np.einsum("pbd,dp->pb", X, v) - y
                return np.einsum("pbd,pb->dp", X, residuals) / X.shape[1] + problem.l2 * v

            w, state = rule.step(w, state, grad, 1)
        values.append(np.mean(np.sum((w - problem.w_star[:, None]) ** 2, axis=0)))
    return np.array(values)


@pytest.mark.parametrize("one_curvature", [False, True])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("n", "dim"), [(2, 1), (3, 2), (4, 1), (5, 2)])
def test_epochs_are_the_mean_over_all_orders(n, dim, order, one_curvature):
    problem = data(n, dim, one_curvature)
    w0 = problem.w_star + 1
    for B in range(1, n + 1):
        for rule in (SGD(0.3), Momentum(0.4, 0.6)):
            expected = all_orders(problem, rule, B, 2, order, w0)
            ours = exact.epochs2(problem, rule, B, [1, 2], order, w0=w0)
            np.testing.assert_allclose(ours, expected, rtol=TOLERANCE)
            late = exact.epochs2(problem, rule, B, [2, 3], order, w0=w0)
            assert np.all(np.abs(late / expected - 1) > 1e3 * TOLERANCE)


@pytest.mark.parametrize("one_curvature", [False, True])
def test_the_three_orders_and_fresh_batches_have_different_moments(one_curvature):
    problem, rule = data(5, 2, one_curvature), SGD(0.3)
    values = [exact.epochs2(problem, rule, 2, [2], order)[0] for order in ORDERS]
    values += [exact.distance2(problem, rule, 2, [6], replace=replace)[0]
               for replace in (True, False)]
    ratios = np.array(values)[:, None] / np.array(values) - 1
    assert np.all(np.abs(ratios[~np.eye(len(values), dtype=bool)]) > 1e3 * TOLERANCE)


def test_the_two_routes_agree_where_both_exist(monkeypatch):
    problem = data(6, 2, one_curvature=True)
    ask = {"B": 4, "epochs": [1, 3, 50]}
    for order in ("reshuffle", "shuffle-once"):
        closed = exact.epochs2(problem, SGD(0.3), order=order, **ask)
        monkeypatch.setattr(RowSteps, "equal_curvatures", False)
        np.testing.assert_allclose(exact.epochs2(problem, SGD(0.3), order=order, **ask), closed,
                                   rtol=1e-12)
        monkeypatch.undo()


@pytest.mark.parametrize("mutant", ["the last batch is a full one", "independent batches",
                                    "no mean shift"])
def test_the_mean_over_all_orders_sees_a_wrong_epoch(monkeypatch, mutant):
    problem, w0 = data(5, 1), np.array([2.0])
    expected = all_orders(problem, SGD(0.3), 2, 2, "reshuffle", w0)
    if mutant == "the last batch is a full one":
        sizes = {"sizes": (2, 2)}
        build = epochs._rows
        monkeypatch.setattr(epochs, "_rows", lambda *a: (
            replace(build(*a)[0], **sizes, increments=build(*a)[0].increments[:4],
                    shifts=build(*a)[0].shifts[:4]), build(*a)[1]))
    elif mutant == "independent batches":
        monkeypatch.setattr(orders, "_over_sets", lambda steps, units: _independent(steps, units))
    else:
        build = orders._homogeneous
        monkeypatch.setattr(orders, "_homogeneous", lambda step: build(
            type(step)(step.increment, step.shift - step.shift.mean(axis=0))))
    wrong = exact.epochs2(problem, SGD(0.3), 2, [1, 2], w0=w0)
    assert np.all(np.abs(wrong / expected - 1) > 1e3 * TOLERANCE)


def _independent(steps, units):
    """The mean over batches drawn anew at every step."""
    for size in steps.sizes:
        batches = np.array(list(permutations(range(steps.n), size)))
        step = orders._homogeneous(steps.batch(batches))[:, None]
        units = (step @ units @ step.swapaxes(-1, -2)).mean(axis=0)
    return units


@pytest.mark.parametrize(("n", "B"), [(5, 3), (7, 4), (6, 3), (9, 9)])
def test_the_last_batch_has_the_variance_without_replacement_of_what_is_left(n, B):
    # With alpha = 1/curvature a step forgets its past: w is w* minus alpha times the last noise.
    problem = data(n, 1, one_curvature=True)
    last = n % B or B
    v = problem.variance(problem.w_star)
    expected = minibatch.variance_without_replacement(v, last, n) / problem.L**2
    for order in ("reshuffle", "shuffle-once"):
        ours = exact.epochs2(problem, SGD(1 / problem.L), B, [1, 4], order)
        np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-28)
    if B < n and n % B:
        full = minibatch.variance_without_replacement(v, B, n) / problem.L**2
        assert abs(full / expected - 1) > 0.1


def stationary_closed_form(gamma, h, s2, n):
    """S24-c: reshuffled, one curvature h, B = 1, s2 = mean |grad f_i(w*)|^2."""
    rho = 1 - gamma * h
    ends = n * (1 - rho ** (2 * n)) / (1 - rho**2) - ((1 - rho**n) / (1 - rho)) ** 2
    return gamma**2 * s2 / (n - 1) * ends / (1 - rho ** (2 * n))


@pytest.mark.parametrize("n", [2, 3, 5, 40])
def test_reshuffling_with_one_curvature_has_its_closed_form(n):
    problem = data(n, 1, one_curvature=True)
    s2, h = problem.variance(problem.w_star), problem.L
    for gamma in (0.01, 0.3, 1 / h, 1.5):
        ours = exact.epochs2(problem, SGD(gamma), epochs=5000)[0]
        assert ours == pytest.approx(stationary_closed_form(gamma, h, s2, n), rel=1e-10)
        assert abs(exact.limit2(problem, SGD(gamma)) / ours - 1) > 1e-3 or gamma == 1 / h
    # For small steps it is of the third order in gamma, fresh samples of the first.
    small = exact.epochs2(problem, SGD(1e-4), epochs=10**6)[0]
    assert small == pytest.approx(1e-12 * h * s2 * n * (n + 1) / 24, rel=1e-2)
    assert exact.limit2(problem, SGD(1e-4)) > 1e4 * small / n**2


def random_reshuffling_bound(problem, gamma, count):
    """T-RR for rows that are c-strongly convex and L-smooth each, gamma <= 1/L, at the end."""
    h = np.sum(problem.X**2, axis=1) + problem.l2
    c, L, n = h.min(), h.max(), problem.n
    assert gamma <= 1 / L * (1 + 1e-12)
    gradients = problem.X * problem.residuals[:, None] + problem.l2 * problem.w_star
    s2, r, i = np.mean(np.sum(gradients**2, axis=1)), 1 - gamma * c, np.arange(1, n)
    d0 = np.sum((problem.w0 - problem.w_star) ** 2)
    noise = np.sum(r ** (n - 1 - i) * i * (n - i)) / (1 - r**n)
    return r ** (n * count) * d0 + gamma**3 * L * s2 / (n - 1) * noise


@pytest.mark.parametrize("seed", range(5))
def test_reshuffling_obeys_its_bound(seed):
    rng = np.random.default_rng(seed)
    problem = ridge(rng.uniform(0.5, 1, (5, 1)), rng.standard_normal(5), 0.1)
    L = float(np.max(problem.X**2)) + 0.1
    for gamma in (0.01 / L, 0.3 / L, 1 / L):
        times = np.array([1, 3, 200])
        ours = exact.epochs2(problem, SGD(gamma), epochs=times)
        bound = np.array([random_reshuffling_bound(problem, gamma, T) for T in times])
        assert np.all(ours <= bound)
        assert np.any(ours > bound / 1000)


@pytest.mark.parametrize(("n", "expected"), [(2, 0.25), (3, 2 / 3), (5, 2.0)])
def test_the_bound_is_attained_by_one_curvature_at_the_largest_step(n, expected):
    # gamma = 1/L = 1/c and the targets 0 .. n-1: the end is the last noise, (n^2 - 1)/12.
    problem = ridge(np.ones((n, 1)), np.arange(n), 0.0)
    ours = exact.epochs2(problem, SGD(1.0), epochs=7)[0]
    assert ours == pytest.approx(expected, rel=1e-12)
    assert random_reshuffling_bound(problem, 1.0, 7) == pytest.approx(expected, rel=1e-12)
    less = exact.epochs2(problem, SGD(0.9), epochs=7)[0]
    assert less < 0.999 * random_reshuffling_bound(problem, 0.9, 7)


def test_the_limit_over_many_epochs_is_as_cheap_as_one():
    problem = data(6, 2)
    for order in ORDERS:
        late = exact.epochs2(problem, SGD(0.05), 1, [10**6, 10**7], order)
        assert late[0] == pytest.approx(late[1], rel=1e-9)
    assert exact.epochs2(problem, SGD(9.0), epochs=[0, 10**4])[1] == np.inf


def test_time_zero_is_the_start_and_all_rows_in_one_batch_are_gradient_descent():
    problem = data(5, 2)
    for order in ORDERS:
        values = exact.epochs2(problem, SGD(0.3), 5, [0, 1, 4], order)
        steps = exact.distance2(problem, SGD(0.3), 5, [0, 1, 4], replace=False)
        np.testing.assert_allclose(values, steps, rtol=1e-12)


def test_what_is_not_known_says_why():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 2)), rng.standard_normal(40)
    many = ridge(X, y, 0.1)
    for order in ("reshuffle", "shuffle-once"):
        with pytest.raises(exact.NotExactlyKnown, match="orders of n=40 rows with different curv"):
            exact.epochs2(many, SGD(0.1), order=order)
    assert np.isfinite(exact.epochs2(many, SGD(0.1), order="cyclic"))[0]
    signs = np.where(y > 0, 1.0, -1.0)
    with pytest.raises(exact.NotExactlyKnown, match="Logistic"):
        exact.epochs2(logistic(X, signs, 0.1), SGD(0.1))
    with pytest.raises(ValueError, match="epochs need a finite sum of rows"):
        exact.epochs2(gaussian_least_squares([1.0], 1.0), SGD(0.1))
    for rule in (CorrectedMomentum(0.1), DecayingSGD(Inverse(1.0))):
        with pytest.raises(exact.NotExactlyKnown, match="no two epochs are alike"):
            exact.epochs2(data(3, 1), rule)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"order": "random"}, "must be one of reshuffle, cyclic, shuffle-once; got 'random'"),
    ({"B": 4}, "B=4, the batch size, exceeds n=3"),
    ({"B": 0}, "B, the batch size, must be a whole number >= 1"),
    ({"epochs": [2, 1]}, "epochs must increase strictly"),
    ({"epochs": 1.5}, "epochs must be whole numbers"),
    ({"w0": [1.0, 2.0]}, "w0, the starting point, must be 1 finite numbers"),
])
def test_bad_questions_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        exact.epochs2(data(3, 1), SGD(0.1), **arguments)
