"""One file over all problems: each constant is held to the hypothesis that it stands for.

A constant that is a little too good is refuted at a point that the test knows (its witness).
"""

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any, get_args

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.problems.constants import How
from sgdtheory.problems.geometry import inner
from sgdtheory.problems.hypotheses import slacks

pytestmark = pytest.mark.chance(2e-10)

worst_case = st.problems.worst_case


def _data(n: int, dim: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, dim)) * np.linspace(0.5, 2, dim)
    return X, X @ np.ones(dim) + rng.standard_normal(n)


def _ridge(n=12, dim=3, l2=0.3, radius=None):
    return st.problems.ridge(*_data(n, dim, seed=1), l2, radius)


def _logistic(n=12, dim=3, l2=0.3, radius=None):
    X, y = _data(n, dim, seed=2)
    return st.problems.logistic(X, y > 0, l2, radius)


PROBLEMS: dict[str, Callable[[], Any]] = {
    "ridge": _ridge,
    "ridge, one column": lambda: _ridge(dim=1, l2=0.0),
    "ridge, more columns than rows": lambda: _ridge(n=5, dim=8, l2=0.1),
    "ridge, invariant ball": lambda: _ridge(l2=1.0, radius=50.0),
    "logistic": _logistic,
    "logistic, invariant ball": lambda: _logistic(l2=1.0, radius=5.0),
    "logistic, tiny ball": lambda: _logistic(radius=1e-4),
    "quadratic": lambda: st.problems.quadratic([1.0, 2.0, 5.0], sigma2=2.0, radius=3.0),
    "quadratic without noise": lambda: st.problems.quadratic([0.5, 4.0], sigma2=0.0),
    "Gaussian least squares": lambda: st.problems.gaussian_least_squares([0.5, 1, 3], noise2=0.7),
    "median": lambda: st.problems.median(1.0),
    "median without penalty": lambda: st.problems.median(0.0),
    "two_point": lambda: worst_case.two_point(c=1.0, alpha=0.25, radius=2.0),
    "two_point, Fractions": lambda: worst_case.two_point(c=F(1), alpha=F(3, 2), radius=F(2)),
    "two_cycle": worst_case.two_cycle,
    "limit_cycle": worst_case.limit_cycle,
    "escape": worst_case.escape,
    "escape_cubic": worst_case.escape_cubic,
    "isotropic": lambda: worst_case.isotropic(4),
    "boundary": worst_case.boundary,
    "mirrored": worst_case.mirrored,
    "mirrored, floats": lambda: worst_case.mirrored(c=0.5, L=4.0, s=0.3),
}


@pytest.fixture(params=PROBLEMS, scope="module")
def problem(request):
    return PROBLEMS[request.param]()


def inside(problem: Any, k: int, rng: np.random.Generator) -> np.ndarray:
    """Points of the set, a third of them on its boundary, a few at and near the minimiser."""
    e = rng.standard_normal((problem.dim, k))
    e *= float(problem.radius) / np.sqrt((e**2).sum(axis=0))
    e *= np.minimum(1, 1.5 * rng.random(k)) ** (1 / problem.dim)
    e[:, :3] *= [0, 1e-3, 1e-6]
    return problem.w_star[:, None] + problem.project_error(e)


def rounding(problem: Any) -> float:
    """A millionth of a millionth of the largest quantity that the slacks subtract."""
    L = problem.L if problem.L < np.inf else 0
    values = (problem.mu2, problem.sigma2, (1 + L * L) * problem.radius**2, 1)
    w = problem.w_star + problem.project_error(np.ones((problem.dim, 1)))[:, 0]
    return 1e-12 * float(sum(values) + abs(problem.loss(w)) + inner(w, w))


@dataclass
class Claim:
    """A problem that claims other constants than its own."""

    of: Any
    claimed: dict[str, float]

    def __getattr__(self, name):
        claimed = self.__dict__["claimed"]
        return claimed[name] if name in claimed else getattr(self.of, name)


def refuted(problem, w, v, **claimed) -> bool:
    found = slacks(Claim(problem, claimed), w, v)
    return any(slack.min() < -rounding(problem) for slack in found.values())


def test_every_hypothesis_of_the_lecture_holds_all_over_the_set(problem):
    rng = np.random.default_rng(0)
    w, v = inside(problem, 4000, rng), inside(problem, 4000, rng)
    for name, slack in slacks(problem, w, v).items():
        assert slack.dtype == np.float64 and slack.min() >= -rounding(problem), name


def _top(problem):
    return problem.w_star + problem.radius * np.linalg.eigh(problem.hessian)[1][:, -1]


def _low(problem):
    return problem.w_star + problem.radius * np.linalg.eigh(problem.hessian)[1][:, 0]


def _axis(problem, j):
    return problem.radius * np.eye(problem.dim)[j]


RIDGE = {"c": (_low, None), "L": (_top, None), "mu2": (_top, None),
         "sigma2": (lambda p: p.w_star + p.noisiest, None)}
AXES = {"c": (lambda p: _axis(p, 0), None), "L": (lambda p: _axis(p, -1), None),
        "mu2": (lambda p: _axis(p, -1), None), "sigma2": (lambda p: _axis(p, -1), None)}
MEDIAN = {"c": (lambda p: [1.0], None), "L": (lambda p: [1.0], None),
          "mu2": (lambda p: [1.0], None), "sigma2": (lambda p: [0.0], None)}
WITNESSES = {
    **dict.fromkeys([name for name in PROBLEMS if name.startswith("ridge")], RIDGE),
    **dict.fromkeys(["quadratic", "Gaussian least squares", "isotropic"], AXES),
    "quadratic without noise": {name: AXES[name] for name in ("c", "L", "mu2")},
    **dict.fromkeys(["median", "median without penalty"], MEDIAN),
    **dict.fromkeys(["two_point", "two_point, Fractions"], AXES),
    **dict.fromkeys(["mirrored", "mirrored, floats"], AXES),
    "two_cycle": {"c": (lambda p: [1.0], lambda p: [0.5]), "L": (lambda p: [-0.1], None),
                  "mu2": (lambda p: [1.0], None)},
    "limit_cycle": {"c": (lambda p: [-0.75], lambda p: [-0.1]), "mu2": (lambda p: [0.0], None)},
    "escape": AXES,
    "escape_cubic": {"c": (lambda p: [0.0], lambda p: [0.01]),
                     "L": (lambda p: [1.0], lambda p: [0.9999]), "mu2": (lambda p: [1.0], None),
                     "sigma2": (lambda p: [0.0], None)},
    "boundary": {"c": (lambda p: [2.0], None), "L": (lambda p: [2.0], None),
                 "mu2": (lambda p: [2.0], None)},
}


@pytest.mark.parametrize(("name", "constant"),
                         [(name, constant) for name in WITNESSES for constant in WITNESSES[name]])
def test_a_constant_better_by_a_thousandth_is_refuted(name, constant):
    problem = PROBLEMS[name]()
    at, other = WITNESSES[name][constant]
    w = np.asarray(at(problem), dtype=float)[:, None]
    v = np.asarray(other(problem), dtype=float)[:, None] if other else problem.w_star[:, None]
    true = float(getattr(problem, constant))
    assert not refuted(problem, w, v)
    assert refuted(problem, w, v, **{constant: true * (1.001 if constant == "c" else 0.999)})


def test_the_certified_constants_of_logistic_are_exact_in_the_limit_of_a_small_ball():
    problem = _logistic(radius=1e-4)
    hessian = [(problem.grad(problem.w_star + 1e-6 * row) - problem.grad(problem.w_star)) / 1e-6
               for row in np.eye(3)]
    low, _, top = 1e-4 * np.linalg.eigh(np.array(hessian))[1].T
    star, tolerance = problem.w_star[:, None], 1e-10
    far, near = star + low[:, None], star + top[:, None]
    for constant, factor, w in (("c", 1.005, far), ("L", 0.995, near), ("mu2", 0.99, near)):
        found = slacks(Claim(problem, {constant: getattr(problem, constant) * factor}), w, star)
        scaled = min(float(slack[0]) for slack in found.values()) / problem.radius**2
        assert scaled < -tolerance, constant
    assert problem.variance(problem.w_star) <= problem.sigma2 <= 1.005 * problem.variance(star)[0]


def test_a_minimiser_that_is_moved_is_refuted(problem):
    rng = np.random.default_rng(3)
    w = inside(problem, 200, rng)
    assert np.all(problem.loss(w) >= problem.loss(problem.w_star) - rounding(problem))
    farthest = inner(w - problem.w_star[:, None], w - problem.w_star[:, None]).argmax()
    moved = (problem.w_star + w[:, farthest]) / 2
    assert np.any(problem.loss(w) < problem.loss(moved) - rounding(problem))


def test_the_gradient_is_the_derivative_of_the_loss(problem):
    rng = np.random.default_rng(4)
    w = problem.w_star[:, None] + 0.9 * (inside(problem, 50, rng)[:, 3:] - problem.w_star[:, None])
    kinked = problem.dim == 1 and isinstance(problem, worst_case.Line)
    w = w[:, np.abs(w[0]) > 1e-3 * problem.radius] if kinked else w
    h = 1e-4 * float(problem.radius)
    numeric = np.stack([(problem.loss(w + h * row[:, None]) - problem.loss(w - h * row[:, None]))
                        / (2 * h) for row in np.eye(problem.dim)])
    scale = 1e-6 * np.sqrt(float(problem.mu2)) + 1e-15 * (1 + problem.loss(problem.w_star)) / h
    assert np.abs(numeric - problem.grad(w)).max() <= scale
    assert np.abs(numeric - 1.01 * problem.grad(w)).max() > scale


def test_projection_gives_the_nearest_point_and_leaves_the_inside_alone(problem):
    rng = np.random.default_rng(5)
    star, radius = problem.w_star[:, None], float(problem.radius)
    z = star + 3 * radius * rng.standard_normal((problem.dim, 500))
    p, u = problem.project(z), inside(problem, 500, rng)
    assert np.sqrt(inner(p - star, p - star).max()) <= radius * (1 + 1e-12) + 1e-15
    assert inner(z - p, p - u).min() >= -1e-9 * (radius**2 + inner(z, z).max())
    within = star + 0.999 * (u - star)
    np.testing.assert_array_equal(problem.project(within), within, strict=True)
    np.testing.assert_allclose(problem.project(p), p, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(problem.project(z[:, 0]), p[:, 0], rtol=1e-14)


def test_projected_errors_are_in_the_ball_in_floats_too(problem):
    rng = np.random.default_rng(6)
    e = problem.project_error(3 * float(problem.radius) * rng.standard_normal((problem.dim, 5000)))
    assert (e * e).sum(axis=0).max() <= float(problem.radius) ** 2


def test_the_start_is_in_the_set_and_not_at_the_minimiser_of_a_synthetic_problem(problem):
    np.testing.assert_array_equal(problem.project(problem.w0), problem.w0)
    assert inner(problem.w0 - problem.w_star, problem.w0 - problem.w_star) <= problem.radius**2
    assert problem.w0.shape == problem.w_star.shape == (problem.dim,)
    assert problem.w0.dtype == problem.w_star.dtype == np.float64


def test_sample_gradients_in_error_coordinates_are_the_same_draws(problem):
    w = inside(problem, 40, np.random.default_rng(7))
    for B in (1, 3):
        one = problem.sample_grad(w, B, np.random.default_rng(8))
        two = problem.sample_grad_error(w - problem.w_star[:, None], B, np.random.default_rng(8))
        assert one.shape == w.shape and one.dtype == np.float64
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-12)


def test_sample_gradients_have_the_mean_and_the_variance_that_they_should(problem):
    """Seven standard errors, two numbers: delta = 1e-11 a problem (normal limit of 40,000 runs)."""
    runs, B = 40_000, 3
    w = inside(problem, 8, np.random.default_rng(9))[:, -1]
    points = np.repeat(w[:, None], runs, axis=1)
    noise = problem.sample_grad(points, B, np.random.default_rng(10)) - problem.grad(w)[:, None]
    along_mean = noise.T @ np.ones(problem.dim)
    norm2 = inner(noise, noise)
    variance = float(problem.variance(w)) / B
    assert abs(along_mean.mean()) <= 7 * along_mean.std() / np.sqrt(runs) + 1e-12
    assert abs(norm2.mean() - variance) <= 7 * norm2.std() / np.sqrt(runs) + 1e-12
    if variance > 1e-9:
        assert abs(norm2.mean() - 1.2 * variance) > 7 * norm2.std() / np.sqrt(runs) + 1e-12


def test_steps_obey_the_almost_sure_bound_and_invariant_sets_are_not_left(problem):
    rng = np.random.default_rng(11)
    w = inside(problem, 2000, rng)
    e = w - problem.w_star[:, None]
    for alpha in (0.01, 0.1, 0.25, 1.0, 1.9):
        for B in (1, 2):
            after = e - alpha * problem.sample_grad_error(e, B, rng)
            size2, tolerance = inner(after, after), rounding(problem)
            bound = problem.almost_sure_step(alpha)
            if bound is not None:
                limit = bound[0] * np.sqrt(inner(e, e)) + bound[1]
                assert np.all(np.sqrt(size2) <= limit * (1 + 1e-12) + tolerance)
            if problem.invariant(alpha):
                moved = problem.project_error(after) - after
                assert inner(moved, moved).max() <= tolerance


@pytest.mark.parametrize(("name", "e", "alpha"), [
    ("two_cycle", -0.1, 0.5), ("two_cycle", -1.0, 3.0), ("two_cycle", -0.1, 1.0),
    ("limit_cycle", 0.0, 0.75), ("escape", 0.1, 0.5), ("boundary", 0.0, 0.5),
    ("median", -0.9, 0.5), ("two_point", 2.0, 0.2), ("two_point", 2.0, 1.0),
    ("isotropic", 1.0, 0.7), ("mirrored", 1.0, 0.5), ("mirrored", -0.2, 1.5),
    ("quadratic without noise", 0.01, 0.3), ("quadratic without noise", 0.01, 1.0)])
def test_the_almost_sure_bound_is_attained_at_some_point_by_some_sample(name, e, alpha):
    problem = PROBLEMS[name]()
    errors = np.zeros((problem.dim, 200))
    errors[int(problem.dim > 1 and alpha == 1.0)] = e
    if name == "isotropic":
        errors[:] = e
    steps = errors - alpha * problem.sample_grad_error(errors, 1, np.random.default_rng(0))
    factor, shift = problem.almost_sure_step(alpha)
    size = np.sqrt(inner(steps, steps).max())
    limit = factor * np.sqrt(inner(errors, errors)[0]) + shift
    assert size == pytest.approx(limit, rel=1e-12)


def test_the_table_names_the_step_size_of_noise_free_and_synthetic_problems():
    named = {"quadratic without noise": 0.5, "median": 1.0, "two_point": 0.25, "isotropic": 1.0,
             "mirrored": 0.5}
    for name, alpha in named.items():
        problem = PROBLEMS[name]()
        assert problem.constants()["radius"].why.endswith(f"{alpha:g} leaves it") or (
            f"alpha <= {alpha:g}" in problem.constants()["radius"].why)
        assert problem.invariant(alpha) and not problem.invariant(1.01 * alpha)


@pytest.mark.parametrize("name", ["ridge", "logistic", "ridge, invariant ball",
                                  "logistic, invariant ball"])
def test_the_table_names_the_ball_and_the_step_size_from_which_none_can_leave(name):
    """The two numbers in words are checked against `invariant` on both sides of each."""
    why = PROBLEMS[name]().constants()["radius"].why
    alpha = float(why.split("alpha <= ")[1].rstrip(")"))
    make = _ridge if "ridge" in name else _logistic
    l2 = 1.0 if "invariant" in name else 0.3
    small = make(l2=l2)
    radius = float(small.constants()["radius"].why.split("radius >= ")[1].split(" ")[0])
    assert make(l2=l2, radius=1.01 * radius).invariant(0.99 * alpha)
    assert not make(l2=l2, radius=0.99 * radius).invariant(0.99 * alpha)
    assert not make(l2=l2, radius=1.01 * radius).invariant(1.1 * alpha)
    assert ("no step leaves it" in why) == PROBLEMS[name]().invariant(0.99 * alpha)


@pytest.mark.parametrize("name", ["ridge", "logistic", "median without penalty", "escape",
                                  "quadratic", "boundary"])
def test_a_set_that_is_not_invariant_is_left(name):
    problem, rng = PROBLEMS[name](), np.random.default_rng(12)
    assert not problem.invariant(0.5)
    e = inside(problem, 5000, rng) - problem.w_star[:, None]
    after = e - 0.5 * problem.sample_grad_error(e, 1, rng)
    assert np.any(problem.project_error(after) != after)


@pytest.mark.parametrize(("name", "alpha"), [("ridge, invariant ball", 0.05), ("median", 1.0),
                                             ("logistic, invariant ball", 0.1),
                                             ("two_point", 0.25), ("two_cycle", 1),
                                             ("mirrored", 0.5),
                                             ("isotropic", 1), ("quadratic without noise", 0.5)])
def test_some_sets_are_invariant_up_to_a_step_size(name, alpha):
    problem = PROBLEMS[name]()
    assert problem.invariant(alpha) and not problem.invariant(100 * alpha)


def test_unbounded_noise_has_no_almost_sure_bound():
    assert PROBLEMS["quadratic"]().almost_sure_step(0.1) is None
    assert PROBLEMS["Gaussian least squares"]().almost_sure_step(0.1) is None
    assert PROBLEMS["escape_cubic"]().almost_sure_step(0.1) is None
    assert PROBLEMS["quadratic without noise"]().almost_sure_step(0.25) == (0.875, 0.0)


def test_the_table_of_constants_holds_the_constants(problem):
    table = problem.constants()
    for entry in table:
        assert entry.value == pytest.approx(float(getattr(problem, entry.name)), rel=0, abs=0)
        assert entry.how in get_args(How)
        assert entry.why and entry.name in str(table)
    names = [entry.name for entry in table]
    expected = {"c", "L", "mu2", "sigma2", "radius"} - ({"L"} if problem.L == np.inf else set())
    assert expected <= set(names) and len(table) == len(names) and table[0].name == "c"
    assert table["c"] is table[0]
    with pytest.raises(KeyError, match="no constant 'gamma'; there are: c, "):
        table["gamma"]


def test_the_table_is_aligned():
    lines = str(PROBLEMS["quadratic without noise"]().constants()).splitlines()
    assert len({line.index(word) for line, word in zip(lines, ["exact"] * 3
                                                       + ["given", "default"], strict=True)}) == 1
    assert all(len(line.split("  ")) >= 4 for line in lines)


@pytest.mark.parametrize(("build", "rule"), [
    (lambda **radius: st.problems.ridge([[1.0], [2.0]], [1.0, 3.0], 0.1, **radius),
     "the smallest ball that contains 0"),
    (lambda **radius: st.problems.ridge([[1.0], [-1.0]], [0.0, 0.0], 0.1, **radius), "radius 1"),
    (lambda **radius: st.problems.logistic([[1.0], [2.0]], [0, 1], 0.1, **radius),
     "the smallest ball that contains 0"),
    (lambda **radius: st.problems.quadratic([1.0, 2.0], 4.0, **radius), r"sqrt\(sigma2\)/c"),
    (lambda **radius: st.problems.quadratic([1.0, 2.0], 0.0, **radius), "1, without noise"),
    (lambda **radius: st.problems.gaussian_least_squares([4.0], 4.0, **radius),
     r"sqrt\(noise2/c\)"),
    (lambda **radius: st.problems.gaussian_least_squares([4.0], 0.0, **radius), "1, without noise"),
])
def test_a_radius_that_was_given_is_told_from_a_default(build, rule):
    chosen = build()
    row, given = chosen.constants()["radius"], build(radius=chosen.radius).constants()["radius"]
    assert row.how == "default" and re.search(f"around w_star: {rule}", row.why)
    assert given.how == "given" and not re.search(rule, given.why)
    assert given.value == row.value


def test_a_table_does_not_say_whether_the_iterates_are_projected():
    for name in ("ridge", "logistic", "median without penalty", "quadratic"):
        why = PROBLEMS[name]().constants()["radius"].why
        assert "unless projected" in why and "are projected" not in why
    free = st.problems.ridge([[1.0, 0.0], [0.0, 2.0]], [1.0, 2.0], 0.0)
    assert "no larger ball is certified" in free.constants()["radius"].why
    assert "no larger ball is certified" not in _ridge().constants()["radius"].why


@pytest.mark.parametrize("wrong", ["x", float("nan"), -1, [1, 2]])
def test_what_is_no_number_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=r"radius=.*, the largest distance from the minimiser"):
        st.problems.quadratic([1.0], 1.0, wrong)
    with pytest.raises(ValueError, match=r"noise2=.*, the variance of the target's noise"):
        st.problems.gaussian_least_squares([1.0], wrong)
    assert st.problems.gaussian_least_squares([1.0], F(1, 2), F(1, 4)).radius == 0.25


def test_a_problem_survives_the_trip_to_another_process(problem):
    copy, w = pickle.loads(pickle.dumps(problem)), problem.w0[:, None]
    np.testing.assert_array_equal(copy.sample_grad(w, 2, np.random.default_rng(0)),
                                  problem.sample_grad(w, 2, np.random.default_rng(0)))


def test_points_of_the_wrong_dimension_and_bad_batches_are_refused(problem):
    rng, w = np.random.default_rng(0), problem.w0[:, None]
    with pytest.raises(ValueError, match=r"B, the batch size, must be a whole number >= 1; got 0"):
        problem.sample_grad(w, 0, rng)
    with pytest.raises(ValueError, match=r"must be a whole number >= 1; got 1\.5"):
        problem.sample_grad(w, 1.5, rng)
    with pytest.raises(ValueError, match=r"the batch size, exceeds 2\^53.*the gradient itself"):
        problem.sample_grad(w, 2**53 + 1, rng)
    if problem.n is None:
        with pytest.raises(ValueError, match=r"replace=False.*needs a finite sum of rows"):
            problem.sample_grad(w, 2, rng, replace=False)
    else:
        with pytest.raises(ValueError, match=r"B=99, the batch size, exceeds n=\d+ rows without"):
            problem.sample_grad(w, 99, rng, replace=False)
        with pytest.raises(ValueError, match=r"w has 9 entries, X has \d columns?"):
            problem.loss(np.zeros(9))
