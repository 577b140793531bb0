"""What the samples do around the minimiser: each constant holds, and a thousandth less does not."""

import itertools

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.problems.geometry import inner
from sgdtheory.problems.samples import samples_of, second_moment

LESS = 0.999


def data(n=9, dim=3, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, dim)) * np.linspace(0.5, 2, dim)
    return X, X @ np.ones(dim) + rng.standard_normal(n)


@pytest.fixture
def ridge():
    return st.problems.ridge(*data(), 0.3)


@pytest.fixture
def logistic():
    X, y = data(seed=2)
    return st.problems.logistic(X, y > 0, 0.3)


def each(problem, h):
    """The gradient of every row at the minimiser plus `h`, (dim, n)."""
    return problem.batch_grad_error(np.repeat(h[:, None], problem.n, axis=1),
                                    np.arange(problem.n)[None, :])


def between(problem, h, c, L):
    """The least slack over the rows of the curvature of a sample as seen from the minimiser."""
    change = each(problem, h) - each(problem, 0 * h)
    e = h[:, None]
    return inner(change - c * e, L * e - change).min()


@pytest.mark.parametrize("name", ["ridge", "logistic"])
def test_every_sample_lies_between_its_curvatures_everywhere(name, request):
    problem = request.getfixturevalue(name)
    found, rng = samples_of(problem), np.random.default_rng(0)
    for size in (1e-3, 1, 100):
        for _ in range(50):
            h = size * rng.standard_normal(problem.dim)
            assert between(problem, h, found.c, found.L) >= -1e-9 * size**2


def test_the_curvatures_of_ridge_are_attained(ridge):
    found, lengths = samples_of(ridge), (ridge.X**2).sum(axis=1)
    longest = ridge.X[lengths.argmax()]
    assert between(ridge, longest, found.c, found.L) == pytest.approx(0, abs=1e-9)
    assert between(ridge, longest, found.c, LESS * found.L) < -1e-3
    mixed = longest + 10 * np.linalg.svd(ridge.X[lengths.argmax()][None, :])[2][-1]
    assert between(ridge, mixed, found.c / LESS, found.L) < -1e-3
    one = st.problems.ridge([[1.0], [2.0]], [1.0, 0.0], 0.5)
    assert (samples_of(one).c, samples_of(one).L) == (1.5, 4.5)


def test_the_curvature_of_logistic_is_attained_at_margin_0():
    problem = st.problems.logistic([[1.0], [2.0]], [0, 1], 0.5)
    found = samples_of(problem)
    assert found.L == 1.5
    row = np.array([[1]])
    around = [problem.batch_grad_error(np.array([[e]]) - problem.w_star[:, None], row)[0, 0]
              for e in (-1e-4, 1e-4)]
    assert (around[1] - around[0]) / 2e-4 == pytest.approx(found.L, rel=1e-6)


@pytest.mark.parametrize("name", ["ridge", "logistic"])
def test_the_noise_at_the_minimiser_is_the_mean_over_the_rows(name, request):
    problem = request.getfixturevalue(name)
    mean = (each(problem, np.zeros(problem.dim))**2).sum(axis=0).mean()
    assert samples_of(problem).sigma2_star == pytest.approx(mean, rel=1e-9)
    assert samples_of(problem).sigma2_star >= mean * (1 - 1e-14)
    assert mean == pytest.approx(float(problem.variance(problem.w_star)), rel=1e-9)


def test_the_table_says_what_is_exact_and_what_is_certified(ridge, logistic):
    assert {entry.how for entry in samples_of(ridge).constants()} == {"exact"}
    hows = [entry.how for entry in samples_of(logistic).constants()]
    assert hows == ["certified lower bound", "certified upper bound", "certified upper bound"]
    assert samples_of(ridge).constants()["L"].value == samples_of(ridge).L


def test_synthetic_samples_have_the_constants_of_their_law():
    gauss = samples_of(st.problems.gaussian_least_squares([1.0, 2.0], noise2=3.0))
    assert (gauss.c, gauss.L, gauss.sigma2_star) == (0.0, np.inf, 9.0)
    flat = samples_of(st.problems.quadratic([1.0, 2.0], sigma2=3.0))
    assert (flat.c, flat.L, flat.sigma2_star) == (1.0, 2.0, 3.0)
    mirror = samples_of(st.problems.worst_case.mirrored(1, 3, 2))
    assert (mirror.c, mirror.L, mirror.sigma2_star) == (1.0, 3.0, 4.0)


def test_what_has_no_known_samples_is_refused():
    with pytest.raises(ValueError, match="the samples of Median have no known curvatures; pass a"):
        samples_of(st.problems.median(1.0))
    with pytest.raises(ValueError, match="the second moment of Median is not a quadratic; pass a"):
        second_moment(st.problems.median(1.0))


def brute(problem, h, B):
    """The mean of ``|G|^2`` over all batches of B rows, drawn with replacement."""
    rows = np.array(list(itertools.product(range(problem.n), repeat=B))).T
    e = np.repeat(h[:, None], rows.shape[1], axis=1)
    return (problem.batch_grad_error(e, rows)**2).sum(axis=0).mean()


@pytest.mark.parametrize("B", [1, 2, 3])
def test_the_growth_and_its_floor_hold_for_all_batches_and_are_attained(ridge, B):
    """At ``h = (growth - Q)^-1 q`` nothing is left; there a thousandth less is refuted."""
    moment = second_moment(ridge, B)
    spread = np.array([brute(ridge, np.eye(3)[j], B) + brute(ridge, -np.eye(3)[j], B)
                       for j in range(3)]) / 2 - moment.at_minimum
    assert spread.sum() == pytest.approx(moment.spectrum.sum(), rel=1e-12)
    Q, q = quadratic(ridge, B)
    assert np.linalg.eigvalsh(Q) == pytest.approx(moment.spectrum, rel=1e-10)
    for growth in (1.001 * moment.least_growth, 2 * moment.least_growth):
        floor2 = moment.floor2(growth)
        worst = np.linalg.solve(growth * np.eye(3) - Q, q)
        assert brute(ridge, worst, B) == pytest.approx(floor2 + growth * worst @ worst, rel=1e-9)
        rng = np.random.default_rng(0)
        for h in rng.standard_normal((20, 3)):
            assert brute(ridge, h, B) <= floor2 + growth * h @ h
        assert brute(ridge, worst, B) > LESS * floor2 + growth * worst @ worst
    assert moment.floor2(LESS * moment.least_growth) == np.inf


def quadratic(problem, B):
    """Q and q of ``E|G|^2``, from values at a few points alone."""
    dim = problem.dim
    at = {(i, j): brute(problem, np.eye(dim)[i] + np.eye(dim)[j], B)
          for i in range(dim) for j in range(dim)}
    plus = np.array([brute(problem, row, B) for row in np.eye(dim)])
    minus = np.array([brute(problem, -row, B) for row in np.eye(dim)])
    zero = brute(problem, np.zeros(dim), B)
    Q = np.array([[(at[i, j] - plus[i] - plus[j] + zero) / 2 for j in range(dim)]
                  for i in range(dim)])
    return Q, (plus - minus) / 4


@pytest.mark.parametrize("B", [1, 2])
def test_expected_smoothness_is_paid_for_by_the_loss_and_attained(ridge, B):
    """The quadratic part of the second moment is that of ``G - G*``."""
    moment, Q = second_moment(ridge, B), quadratic(ridge, B)[0]
    values, vectors = np.linalg.eig(np.linalg.solve(ridge.hessian, Q))
    worst = np.real(vectors[:, np.argmax(np.real(values))])
    gap = ridge.loss(ridge.w_star + worst) - ridge.loss(ridge.w_star)
    assert worst @ Q @ worst == pytest.approx(2 * moment.smoothness * gap, rel=1e-9)
    assert worst @ Q @ worst > 2 * LESS * moment.smoothness * gap
    for h in np.random.default_rng(1).standard_normal((30, 3)):
        gap = ridge.loss(ridge.w_star + h) - ridge.loss(ridge.w_star)
        assert h @ Q @ h <= 2 * moment.smoothness * gap
    assert ridge.L <= moment.smoothness <= samples_of(ridge).L


def test_the_least_variance_is_that_of_some_point(ridge):
    from scipy.optimize import minimize

    found = minimize(lambda w: float(ridge.variance(w)), ridge.w_star)
    assert second_moment(ridge).least_variance == pytest.approx(found.fun, rel=1e-6)
    assert second_moment(ridge).least_variance < 0.999 * ridge.variance(ridge.w_star)
    assert second_moment(ridge, 4).least_variance == second_moment(ridge).least_variance / 4


def test_the_best_growth_has_the_least_ball_of_all(ridge):
    moment, alpha = second_moment(ridge, 4), 0.01
    growth = moment.best_growth(alpha, ridge.c)

    def ball(g):
        return moment.floor2(g) / (2 * ridge.c / alpha - g)

    others = np.linspace(1.0001 * moment.least_growth, 1.99 * ridge.c / alpha, 500)
    assert ball(growth) <= 1.01 * min(map(ball, others))
    assert ball(growth) < 0.9 * ball(others[0])
    assert moment.best_growth(10.0, ridge.c) == moment.least_growth


@pytest.mark.parametrize("B", [1, 4])
def test_gaussian_inputs_grow_by_one_plus_the_dimension(B):
    """``E|G|^2 = h^2 (1 + (d + 1)/B) |e|^2 + d h s^2 / B`` for curvature h and noise s^2."""
    h, d, s2 = 0.5, 7, 0.3
    moment = second_moment(st.problems.gaussian_least_squares([h] * d, s2), B)
    assert moment.spectrum == pytest.approx(h**2 * (1 + (d + 1) / B), rel=1e-12)
    assert moment.floor2(moment.least_growth) == pytest.approx(h * d * s2 / B, rel=1e-12)
    flat = second_moment(st.problems.quadratic([1.0, 2.0], sigma2=3.0), B)
    assert flat.spectrum == pytest.approx([1.0, 4.0])
    assert flat.at_minimum == pytest.approx(3 / B)
    assert flat.smoothness == pytest.approx(2.0)
    assert flat.least_variance == pytest.approx(3 / B)
