"""Every bound of the noise ball against every exact law there is, over drawn problems.

Nothing is random here but Hypothesis' choice of examples, save where `mc` is asked for. Which
hypotheses hold is what the package reports; where it reports that one fails, nothing is supposed,
and a search shows that the bound may then be false. Mutated bounds are found out by the same
searches.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as hs
from hypothesis.errors import NoSuchExample

import sgdtheory as st
from sgdtheory.check.hypotheses import hypotheses
from sgdtheory.problems.worst_case import law, mean_square
from sgdtheory.strategies import letters, problems

ball, far, SGD = st.theory.noise_ball, st.theory.optimum_noise, st.optimizers.SGD
TIMES = np.array([0, 1, 2, 7, 50])
ROUNDING = 1e-9
WITH_LAWS = ("quadratic", "ridge", "gaussian_least_squares", "median")
WORST_CASES = ("two_point", "two_cycle", "limit_cycle", "escape", "escape_cubic", "boundary")

batches = hs.integers(1, 30)
steps = hs.tuples(hs.floats(-4, 0.3).map(lambda x: 10.0**x), hs.booleans())
"""A step size as a share of 1/c or of 1/L."""


def step_size(problem: Any, step: tuple[float, bool]) -> float:
    share, of_c = step
    return share / float(problem.c if of_c else problem.L)


def constants(problem: Any) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("c", "L", "mu2", "sigma2")}


def start2(problem: Any) -> float:
    return float(((problem.w0 - problem.w_star) ** 2).sum())


def failing(problem: Any, alpha: Any, B: int, project: bool = False) -> set[str]:
    """The bounds that rest on a hypothesis which the package reports to fail."""
    reported = hypotheses(problem, float(alpha), B, replace=True, project=project)
    return {bound for h in reported if h.status == "fails" for bound in h.needed_by}


def bounds(problem: Any, alpha: Any, B: int, t: Any, d0: Any) -> dict[str, Any]:
    """Every bound on E|w_t - w*|^2 whose own condition on the step size holds, by its name."""
    c, L, mu2, sigma2 = constants(problem).values()
    found = {"cap": mu2 / c**2 + 0 * t}
    with np.errstate(over="ignore", invalid="ignore"):
        if 2 * alpha * c <= 1:
            found["slide"] = ball.distance2(t, d0, alpha, sigma2, B, mu2, c)
            found["one step"] = (1 - 2 * alpha * c) ** t * d0 + alpha**2 * ball.second_moment(
                sigma2, B, mu2) * sum((1 - 2 * alpha * c) ** np.minimum(k, t) * (k < t)
                                      for k in range(int(np.max(t))))
        else:
            still = ball.worst_case_radius2(alpha, sigma2, B, mu2, c)
            found["worst case"] = np.where(np.asarray(t) > 0, still, d0)
        if L < np.inf:
            found["smooth"] = ball.smooth_distance2(t, d0, alpha, sigma2, B, c, L)
    return found


NEEDS = {"cap": "slide", "slide": "slide", "one step": "slide", "worst case": "corrected",
         "smooth": "smooth"}
"""Under which name the package reports the hypotheses of each bound."""


def exceeds(exact: Any, bound: Any, rounding: float = ROUNDING) -> bool:
    """Whether an exact value is above its bound somewhere, beyond rounding and underflow."""
    bound = np.where(np.isnan(bound), np.inf, bound)
    return bool(np.any(exact > bound * (1 + rounding) + 1e-280))


def exact_law(problem: Any, alpha: float, B: int) -> np.ndarray:
    try:
        return st.exact.distance2(problem, SGD(alpha), B, times=TIMES)
    except st.exact.NotExactlyKnown:
        assume(False)
        raise


@pytest.mark.parametrize("kind", WITH_LAWS)
@settings(max_examples=250, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=hs.data())
def test_the_exact_law_obeys_every_bound_whose_hypotheses_hold(kind, data):
    problem, B = data.draw(problems(kind)), data.draw(batches)
    alpha = step_size(problem, data.draw(steps))
    exact = exact_law(problem, alpha, B)
    without = failing(problem, alpha, B)
    for name, bound in bounds(problem, alpha, B, TIMES, start2(problem)).items():
        if NEEDS[name] not in without:
            assert not exceeds(exact, bound), name
    if kind == "quadratic":  # additive noise: bounded everywhere, so the smooth bound needs no set
        smooth = bounds(problem, alpha, B, TIMES, start2(problem))["smooth"]
        assert not exceeds(exact, smooth)
        if problem.c == problem.L:  # and there it is an equality
            assert not exceeds(smooth, exact)


@settings(max_examples=200)
@given(problem=problems("quadratic", "ridge", "median"), step=steps, B=batches)
def test_the_exact_limit_obeys_the_radii_whose_hypotheses_hold(problem, step, B):
    alpha = step_size(problem, step)
    c, L, mu2, sigma2 = constants(problem).values()
    without = failing(problem, alpha, B)
    assume("corrected" not in without)
    try:
        limit = st.exact.limit2(problem, SGD(alpha), B)
    except st.exact.NotExactlyKnown:
        assume(False)
    assume(np.isfinite(limit))
    assert not exceeds(limit, ball.worst_case_radius2(alpha, sigma2, B, mu2, c))
    if 2 * alpha * c <= 1:
        assert not exceeds(limit, ball.radius2(alpha, sigma2, B, mu2, c))
    if alpha * L < 2:
        assert not exceeds(limit, ball.smooth_radius2(alpha, sigma2, B, c, L))


@settings(max_examples=200)
@given(drawn=letters("alpha sigma2 h", floats=True), B=batches)
def test_the_ball_of_a_quadratic_is_what_its_recursion_tends_to(drawn, B):
    alpha, sigma2, h = drawn["alpha"], drawn["sigma2"], drawn["h"]
    assume(1e-6 < alpha * h < 1.99)
    limit = st.exact.limit2(st.problems.quadratic([h], sigma2), SGD(alpha), B)
    assert limit == pytest.approx(ball.quadratic_ball(alpha, sigma2 / B, h), rel=1e-8)


@pytest.mark.parametrize("kind", WORST_CASES)
@settings(max_examples=150)
@given(data=hs.data())
def test_projected_worst_cases_obey_every_bound_without_any_rounding(kind, data):
    """In Fractions: the law of projected SGD is a finite table."""
    problem, t = data.draw(problems(kind)), data.draw(hs.integers(0, 6))
    exact = mean_square(problem, law(problem, t, project=True))
    d0 = (problem.start - problem.minimiser) ** 2
    assert isinstance(exact, Fraction) and failing(problem, problem.alpha, 1, project=True) == set()
    found = bounds(problem, problem.alpha, 1, Fraction(t), d0)
    found.pop("smooth", None)  # of steps that are not projected, on the whole line
    for name, bound in found.items():
        assert exact <= bound, name
    if kind == "two_point" and "slide" in found:  # tight, at every time and for every step size
        assert exact == found["slide"]


@settings(max_examples=150)
@given(problem=problems("isotropic"), t=hs.integers(0, 20))
def test_noise_in_every_coordinate_obeys_the_bounds_where_the_set_is_kept(problem, t):
    without = failing(problem, problem.alpha, 1)
    assert ("slide" in without) == (problem.alpha * problem.c > 1)
    for name, bound in bounds(problem, problem.alpha, 1, Fraction(t), problem.radius2).items():
        if NEEDS[name] not in without:
            assert problem.distance2(t) <= bound, name


def without_gradients(problem: Any, alpha: float, B: int, t: Any, d0: float) -> dict[str, Any]:
    """Every bound on all of R^d whose conditions on the step size hold: (name, at the times)."""
    of, moment = st.problems.samples_of(problem), st.problems.second_moment(problem, B)
    growth, star = max(moment.best_growth(alpha, problem.c), problem.c**2), of.sigma2_star
    tried = {
        "affine": lambda: far.affine_distance2(t, d0, alpha, moment.floor2(growth), growth,
                                               problem.c),
        "Needell": lambda: far.young_distance2(t, d0, alpha, 1.0, star, B, problem.c, of.L),
        "Young": lambda: far.young_distance2(t, d0, alpha, far.best_young(alpha, of.L), star, B,
                                             problem.c, of.L),
        "optimum": lambda: far.optimum_distance2(t, d0, alpha, star, B, of.c, of.L),
        "lower": lambda: far.lower_distance2(t, d0, alpha, moment.least_variance, 1, problem.L),
    }
    found = {}
    for name, bound in tried.items():
        try:
            found[name] = bound()
        except ValueError:
            continue  # the formula refuses this step size, or these constants
    return found


@pytest.mark.parametrize("kind", ["quadratic", "ridge", "gaussian_least_squares"])
@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=hs.data())
def test_the_exact_law_obeys_every_bound_without_bounded_gradients(kind, data):
    """No set, no projection: these need no hypothesis beyond what `samples_of` derives."""
    problem, B = data.draw(problems(kind)), data.draw(batches)
    alpha = step_size(problem, data.draw(steps)) * data.draw(hs.sampled_from([1.0, 0.1, 0.01]))
    exact = exact_law(problem, alpha, B)
    found = without_gradients(problem, alpha, B, TIMES, start2(problem))
    low, lost = found.pop("lower", np.zeros(len(TIMES))), 1e-14 * start2(problem)
    assert not exceeds(low - lost, exact), "lower"
    for name, bound in found.items():
        assert not exceeds(exact - lost, bound), name


@pytest.mark.parametrize("wrong", [
    lambda p, alpha, B, of: far.optimum_distance2(TIMES, start2(p), alpha, of.sigma2_star / B, B,
                                                  of.c, of.L),
    lambda p, alpha, B, of: far.optimum_distance2(TIMES, start2(p), alpha, of.sigma2_star, B,
                                                  of.L, of.L),
    lambda p, alpha, B, of: 0.95 * far.optimum_distance2(TIMES, start2(p), alpha, of.sigma2_star,
                                                         B, of.c, of.L),
], ids=["sigma2_star/B^2", "L for c", "5 % too small"])
def test_a_mutated_ball_without_gradients_is_found_out(wrong):
    def refuted(drawn):
        problem, step, B = drawn
        alpha, of = step_size(problem, step), st.problems.samples_of(problem)
        if alpha * of.L >= 2:
            return False
        exact = st.exact.distance2(problem, SGD(alpha), B, times=TIMES)
        return exceeds(exact, wrong(problem, alpha, B, of))

    assert found(hs.tuples(problems("quadratic"), steps, batches), refuted) is not None


# --- what fails is reported -----------------------------------------------------------------------


@settings(max_examples=200)
@given(problem=problems(), step=steps, B=batches)
def test_a_hypothesis_that_fails_is_reported_and_a_bound_that_needs_it_refuses(problem, step, B):
    alpha = step_size(problem, step) if problem.L < np.inf else step[0] / float(problem.c)
    c, L, mu2, sigma2 = (float(value) for value in constants(problem).values())
    for project in (False, True):
        stays = {h.name: h.status for h in hypotheses(problem, alpha, B, True, project)}[
            "iterates stay in Theta"]
        kept = problem.invariant(alpha)
        assert stays == ("holds" if kept else "holds by projection" if project else "fails")
    if 2 * alpha * c > 1 + 1e-11:
        with pytest.raises(ValueError, match=r"exceeds 1/\(2c\).*the recursion does not contract"):
            ball.distance2(5, 1.0, alpha, sigma2, B, mu2, c)
    if 2 <= alpha * L < np.inf:
        with pytest.raises(ValueError, match=r"is not below 2/L"):
            ball.smooth_radius2(alpha, sigma2, B, c, L)


def found(strategy: Any, condition: Any, examples: int = 2000) -> Any:
    """An example that meets the condition, or None."""
    try:
        return find(strategy, condition,
                    settings=settings(max_examples=examples, database=None, derandomize=True,
                                      phases=[Phase.generate]))
    except NoSuchExample:
        return None


@pytest.mark.parametrize("name", ["cap", "slide"])
def test_where_the_set_is_left_the_bound_may_be_false(name):
    """Without noise bounded or projection, as the report says: the hypothesis is no formality."""
    def false(drawn):
        problem, step, B = drawn
        alpha = step_size(problem, step)
        bound = bounds(problem, alpha, B, TIMES, start2(problem)).get(name)
        return bound is not None and exceeds(
            st.exact.distance2(problem, SGD(alpha), B, times=TIMES), bound, 1e-3)

    problem, step, B = found(hs.tuples(problems("quadratic"), steps, batches), false)
    assert NEEDS[name] in failing(problem, step_size(problem, step), B)


def test_above_half_the_slides_radius_is_false_and_the_corrected_one_is_attained():
    def false(problem):
        reached = max(mean_square(problem, law(problem, t, project=True)) for t in (5, 6))
        return reached > ball.radius2(problem.alpha, problem.sigma2, 1, problem.mu2, problem.c)

    cycle = found(problems("two_cycle", "limit_cycle"), false)
    assert cycle.alpha * cycle.c > Fraction(1, 2)
    tight = found(problems("two_cycle"), lambda p: false(p) and max(p.high, -p.low) ** 2 ==
                  ball.worst_case_radius2(p.alpha, p.sigma2, 1, p.mu2, p.c))
    assert tight is not None


def mutant(name: str, alpha: float, B: int, t: Any, d0: float, problem: Any) -> Any:
    """The smooth bound with one mistake; on an isotropic quadratic it is an equality."""
    c, L, _, sigma2 = constants(problem).values()
    smooth = ball.smooth_distance2
    with np.errstate(over="ignore", invalid="ignore"):
        return {
            "sigma2/B^2": lambda: smooth(t, d0, alpha, sigma2 / B, B, c, L),
            "sigma for sigma2": lambda: smooth(t, d0, alpha, sigma2**0.5, B, c, L),
            "one step late": lambda: smooth(np.maximum(t + 1, 0), d0, alpha, sigma2, B, c, L),
            "L for c": lambda: smooth(t, d0, alpha, sigma2, B, L, L),
            "5 % too small": lambda: 0.95 * smooth(t, d0, alpha, sigma2, B, c, L),
            "no start": lambda: smooth(t, 0.0, alpha, sigma2, B, c, L),
            "none": lambda: smooth(t, d0, alpha, sigma2, B, c, L),
        }[name]()


@pytest.mark.parametrize("name", ["sigma2/B^2", "sigma for sigma2", "one step late", "L for c",
                                  "5 % too small", "no start"])
def test_a_mutated_bound_is_found_out_and_the_true_one_is_not(name):
    def refuted(drawn, name=name):
        problem, step, B = drawn
        alpha = step_size(problem, step)
        exact = st.exact.distance2(problem, SGD(alpha), B, times=TIMES)
        return exceeds(exact, mutant(name, alpha, B, TIMES, start2(problem), problem))

    drawn = hs.tuples(problems("quadratic"), steps, batches)
    assert found(drawn, refuted) is not None
    assert found(drawn, lambda example: refuted(example, "none"), examples=100) is None


# --- and the simulation agrees --------------------------------------------------------------------

DELTA = 1e-12
EXAMPLES = 12
measured = settings(max_examples=EXAMPLES, suppress_health_check=[
    HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow])


def measure(problem: Any, step: tuple[float, bool], B: int, seed: int) -> tuple[Any, np.ndarray]:
    alpha, times = step_size(problem, step) / 2, [1, 3, 10]
    run = st.simulate(problem, SGD(alpha), B, steps=10, times=times, runs=1024, seed=seed,
                      project=False, allow_divergence=True)
    return run, st.exact.distance2(problem, SGD(alpha), B, times=times)


@pytest.mark.parametrize("kind", ["quadratic", "ridge", "gaussian_least_squares", "median"])
def test_what_is_measured_is_consistent_with_what_is_exact(kind, mc):
    @measured
    @given(problem=problems(kind), step=steps, B=batches)
    def agree(problem, step, B):
        assume(kind != "median" or problem.invariant(step_size(problem, step) / 2))
        run, exact = measure(problem, step, B, mc.seed(f"{problem} {step} {B}"))
        mc.equal_mean(run, exact, DELTA, allow_inconclusive=True)

    agree()


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_law_that_is_wrong_by_a_factor_of_two_is_found_out_on_either_side(factor):
    def refuted(drawn):
        problem, step, B = drawn
        run, exact = measure(problem, step, B, 0)
        return not st.judge_equal(factor * exact, run, DELTA)

    drawn = hs.tuples(problems("quadratic"), steps, batches)
    assert found(drawn, refuted, examples=200) is not None
