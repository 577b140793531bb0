"""Ridge and logistic: closed forms, the shipped data, and refusals."""

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.data import path, read_table

ridge, logistic = st.problems.ridge, st.problems.logistic
X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [-2.0, 1.0]])
Y = np.array([1.0, 0.0, 2.0, -1.0])


def test_ridge_solves_the_normal_equations():
    problem = ridge(X, Y, l2=0.3)
    residual = X.T @ (X @ problem.w_star - Y) / 4 + 0.3 * problem.w_star
    assert np.abs(residual).max() < 1e-15
    eigenvalues = np.linalg.eigvalsh(X.T @ X / 4 + 0.3 * np.eye(2))
    assert (problem.c, problem.L) == pytest.approx(tuple(eigenvalues), rel=1e-14)


def test_the_default_ball_is_the_smallest_that_contains_the_start():
    for problem in (ridge(X, Y, 0.3), logistic(X, Y > 0, 0.3)):
        assert not problem.w0.any()
        assert problem.radius == pytest.approx(np.linalg.norm(problem.w_star), rel=1e-14)
        assert problem.w_star @ problem.w_star <= problem.radius**2
    assert ridge(X, 0 * Y, 0.3).radius == 1.0


def test_a_start_outside_of_a_small_ball_is_moved_into_it():
    for problem in (ridge(X, Y, 0.3, radius=0.01), logistic(X, Y > 0, 0.3, radius=0.01)):
        distance = np.linalg.norm(problem.w0 - problem.w_star)
        assert 0.00999 < distance <= 0.01
        assert np.linalg.norm(problem.w0) < np.linalg.norm(problem.w_star)


def test_ridge_on_standardised_diabetes_has_the_constants_of_the_readme():
    """The slide's ball .953 at alpha = .01, B = 1, and .2387 at B = 16, on R^2 = .2439."""
    table = read_table(path("diabetes"), "y")
    problem = ridge(table.X, table.y, l2=0.1)
    assert problem.radius**2 == pytest.approx(0.2439, abs=5e-5)
    for B, expected in ((1, 0.95298), (16, 0.23869)):
        ball = 0.01 * (problem.sigma2 / B + problem.mu2) / (2 * problem.c)
        assert ball == pytest.approx(expected, abs=5e-6)


def test_the_stationary_distance_on_diabetes_is_the_one_of_the_readme():
    """Solve P = E (I - a H_i) P (I - a H_i) + a^2 E g_i g_i' for all rows: tr P = .01913."""
    table, a = read_table(path("diabetes"), "y"), 0.01
    problem = ridge(table.X, table.y, l2=0.1)
    step = np.eye(10) - a * (table.X[:, :, None] * table.X[:, None, :] + 0.1 * np.eye(10))
    g = table.X * problem.residuals[:, None] + 0.1 * problem.w_star
    linear = np.einsum("nij,nkl->ikjl", step, step).reshape(100, 100) / len(g)
    P = np.linalg.solve(np.eye(100) - linear, (a * a * g.T @ g / len(g)).ravel()).reshape(10, 10)
    assert np.trace(P) == pytest.approx(0.019128, abs=5e-7)


def test_logistic_on_breast_cancer_has_certified_constants_of_the_right_size():
    """The bounds hold at the worst points that gradient ascent finds, and are within 6 of them."""
    table = read_table(path("breast_cancer"), "y")
    problem = logistic(table.X, table.y, l2=0.1)
    star, radius = problem.w_star[:, None], problem.radius
    e, h = np.random.default_rng(0).standard_normal((30, 8)), 1e-5
    sizes = {"mu2": lambda w: (problem.grad(w) ** 2).sum(axis=0), "sigma2": problem.variance}
    for name, size in sizes.items():
        for _ in range(30):
            e *= radius / np.sqrt((e**2).sum(axis=0))
            w = star + e
            e = np.stack([size(w + h * row[:, None]) - size(w - h * row[:, None])
                          for row in np.eye(30)])
        worst = size(star + radius * e / np.sqrt((e**2).sum(axis=0))).max()
        assert worst <= getattr(problem, name) <= 6 * worst
    assert problem.w_star_error < 1e-8
    assert 0.1 <= problem.c < 0.11


def test_each_of_the_two_variance_bounds_of_logistic_is_needed():
    """Twenty rows in forty dimensions: by distance on a small ball, by rows on a large one."""
    rng = np.random.default_rng(0)
    data, labels = rng.standard_normal((20, 40)), rng.random(20) > 0.5
    for radius, slack in ((0.1, 1.6), (5.0, 5.0)):
        problem = logistic(data, labels, 0.1, radius)
        e = rng.standard_normal((40, 4000))
        e *= radius / np.sqrt((e**2).sum(axis=0))
        e[:, :20] = -radius * data.T / np.sqrt((data**2).sum(axis=1)) * np.where(labels, 1, -1)
        worst = problem.variance(problem.w_star[:, None] + e).max()
        assert worst <= problem.sigma2 <= slack * worst


def test_the_variance_bound_by_distance_is_exact_to_first_order_for_equal_rows():
    """Rows x and -x as often: v = +-x s(+-z), sd = |x|/2 at 0; s'(0) = 1/4 moves each by |x|^2 R/4.

    The bound is (|x|/2 + |x|^2 R/4)^2; the truth at h = -R x/|x| for one sign is below it.
    """
    from sgdtheory.problems import logistic_ball

    signed, radius = np.array([[3.0, 4.0], [-3.0, -4.0]]), 0.2
    bound = logistic_ball._noise_by_distance(signed, np.zeros(2), np.full(2, 0.25), radius)
    assert bound == pytest.approx((5 / 2 + 25 * 0.2 / 4) ** 2, rel=1e-14)
    rows = logistic_ball._noise_by_rows(signed, np.zeros(2), np.full(2, 5 * radius))
    assert rows == pytest.approx((5 / (1 + np.exp(-1.0))) ** 2, rel=1e-14)


def test_curvature_that_is_too_small_to_see_is_not_invented():
    """Margins near 2000 times |x|: the slopes are below 1e-300 and c is l2, not l2 + 1e-10."""
    problem = logistic([[3000.0], [-3000.0]], [1, 0], l2=1e-9, radius=0.001)
    slopes = np.exp(-np.abs(problem.margins) - 3.0)
    assert 1e-9 <= problem.c <= 1e-9 + 3000.0**2 * slopes.max()


def test_the_logistic_minimiser_is_within_its_certified_error_of_a_better_one():
    """Scalar case solved by bisection in rationals of 60 bits: a root of l2 w = 1/(1+e^w)."""
    problem = logistic([[1.0], [-1.0]], [1, 0], l2=0.5)
    low, high = 0.0, 2.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 * middle < 1 / (1 + np.exp(middle)) else (low, middle)
    assert abs(problem.w_star[0] - low) <= problem.w_star_error < 1e-13


def test_logistic_finds_the_minimiser_of_hard_data():
    table = read_table(path("breast_cancer_raw"), "y")
    problem = logistic(table.X, table.y, l2=1e-3)
    assert np.abs(problem.grad(problem.w_star)).max() < 1e-8
    separable = logistic([[1.0], [-1.0]], ["b", "a"], l2=1e-6)
    assert separable.grad(separable.w_star)[0] == pytest.approx(0, abs=1e-15)


def test_the_labels_may_be_any_two_values():
    same = [logistic(X, y, 0.3).w_star for y in (
        [1, 0, 1, 0], [1.0, -1.0, 1.0, -1.0], [True, False, True, False], ["b", "a", "b", "a"],
        np.array(["yes", "no", "yes", "no"], dtype=object))]
    for w_star in same[1:]:
        np.testing.assert_array_equal(w_star, same[0])
    np.testing.assert_allclose(logistic(X, [0, 1, 0, 1], 0.3).w_star, -same[0], rtol=1e-12)


def test_the_data_cannot_be_changed_afterwards():
    data = X.copy()
    problem = ridge(data, Y, 0.3)
    data[:] = 0
    assert problem.X[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        problem.w_star[0] = 1


def test_lists_and_integers_are_data_too():
    one, two = ridge([[1, 2], [3, 4], [5, 7]], [1, 2, 3], 1), ridge(
        np.array([[1.0, 2], [3, 4], [5, 7]]), np.array([1.0, 2, 3]), 1.0)
    np.testing.assert_array_equal(one.w_star, two.w_star)


NAN = np.where(X == 0.5, np.nan, X)


@pytest.mark.parametrize(("arguments", "message"), [
    ((NAN, Y, 1), r"X has 2 NaN or infinite values, the first at row 2, column 0"),
    ((X, [1, np.inf, 2, 3], 1), r"y has 1 NaN or infinite value, the first at row 1 \(counted"),
    ((X[0], Y, 1), r"X has 1 dimension, must have 2.*reshape"),
    ((X[:1], Y[:1], 1), r"X has 1 row; at least 2"),
    ((np.zeros((0, 2)), [], 1), r"X is empty: its shape is \(0, 2\)"),
    ((X, Y[:3], 1), r"y has 3 entries, X has 4 rows"),
    ((X, Y[:, None], 1), r"y has 2 dimensions, must have 1"),
    ((X, Y, -1), r"l2=-1, the factor of \|w\|\^2/2 in the loss, must be a finite number >= 0"),
    ((X, Y, np.nan), r"l2=nan"),
    ((X, Y, "strong"), r"l2='strong'"),
    ((X, Y, 1, 0), r"radius=0, the largest distance from the minimiser, must be > 0"),
    ((X, Y, 1, np.inf), r"radius=inf"),
    (([["a", "b"]] * 3, [1, 2, 3], 1), r"X must hold real numbers; it holds <U1 values"),
    (([[1, 2], [3]], [1, 2], 1), r"X is ragged"),
    ((X * 1e70, Y, 1), r"X has a largest entry of size 3e\+70; it must be in \(1e-60, 1e60\)"),
    ((X * 1e-70, Y, 1), r"rescale it"),
    ((X[:, [0, 1, 0]], Y, 0), 
     r"not strongly convex: lambda_min = 0 \(rank 2 of 3\); add l2 > 0, or remove column 2"),
    ((X.T, Y[:2], 0), r"not strongly convex: lambda_min = 0 \(rank 2 of 4\)"),
])
def test_ridge_refuses_bad_input_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        ridge(*arguments)


def test_rank_nine_of_ten_is_named():
    table = read_table(path("diabetes"), "y")
    data = table.X.copy()
    data[:, 3] = 2 * data[:, 0] - data[:, 1]
    with pytest.raises(ValueError, match=r"lambda_min = 0 \(rank 9 of 10\); add l2 > 0"):
        ridge(data, table.y, 0)
    assert ridge(data, table.y, 1e-6).c == 1e-6


@pytest.mark.parametrize(("arguments", "message"), [
    ((X, [0, 1, 2, 1], 1), r"y, the labels, must take two values; it takes 3: 0, 1, 2; .*ridge"),
    ((X, np.ones(4), 1), r"it takes 1: 1\.0"),
    ((X, [0, 1, np.nan, 1], 1), r"y has 1 NaN or infinite value, the first at row 2"),
    ((X, np.array([0, "a", 1, None], dtype=object), 1), r"must be numbers or text; got 0 among"),
    ((X, Y > 0, 0), r"not strongly convex: l2=0.*add l2 > 0"),
])
def test_logistic_refuses_bad_input_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        logistic(*arguments)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: st.problems.quadratic([1, 0], 1), r"lambda_min = 0 \(entry 1\)"),
    (lambda: st.problems.quadratic([], 1), r"eigenvalues has shape \(0,\)"),
    (lambda: st.problems.quadratic([1, np.nan], 1), r"must be finite"),
    (lambda: st.problems.quadratic([1], -1), r"sigma2, the variance .* must be >= 0; got -1"),
    (lambda: st.problems.gaussian_least_squares([1], -1), r"noise2=-1"),
    (lambda: st.problems.median(-1), r"c=-1, the factor"),
    (lambda: st.problems.worst_case.two_point(4, 2, 1), r"alpha=2 is not below 2/c=0\.5"),
    (lambda: st.problems.worst_case.two_point(1, 1, 0), r"radius=0"),
    (lambda: st.problems.worst_case.two_cycle(1, 0, 1), r"x=0 and y=1"),
    (lambda: st.problems.worst_case.two_cycle(1, 1, 1, 3), r"c=3.*must be in \(0, 2\]"),
    (lambda: st.problems.worst_case.limit_cycle(2, 1), r"alpha=1 exceeds 1/c=1/2"),
    (lambda: st.problems.worst_case.limit_cycle(1, 1, 0), r"mu=0"),
    (lambda: st.problems.worst_case.isotropic(0), r"d=0, the dimension"),
    (lambda: st.problems.worst_case.isotropic(2, s2=0), r"s2=0"),
    (lambda: st.problems.worst_case.orthant(1, 0.6, 1, 1), r"alpha=0\.6 exceeds 1/\(2c\)=0\.5"),
    (lambda: st.problems.worst_case.orthant(1, 0.1, 1, 1, d0=2), r"mu2=1.*is below c\^2"),
    (lambda: st.problems.worst_case.orthant(1, 0.1, 1, 1, steps=0), r"steps=0"),
])
def test_synthetic_problems_refuse_bad_parameters(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_importing_problems_is_light():
    import subprocess
    import sys

    code = ("import sys, sgdtheory.problems, sgdtheory.data; "
            "print([m for m in ('scipy', 'sympy', 'matplotlib') if m in sys.modules])")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
