"""Balls without bounded gradients: formulas, theorems, exact recursions and laws held together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F
from functools import cache, partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import optimum_noise as proofs
from sgdtheory.simulations import two_runs

import sgdtheory as st
from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.montecarlo.block import generator
from sgdtheory.optimizers import SGD
from sgdtheory.problems.samples import samples_of, second_moment
from sgdtheory.problems.worst_case import law, mean_square, mirrored
from sgdtheory.theory import noise_ball
from sgdtheory.theory import optimum_noise as says

positive = hyp.fractions(min_value=F(1, 10), max_value=5, max_denominator=10)
share = hyp.fractions(min_value=F(1, 20), max_value=F(19, 20), max_denominator=20)
times = hyp.integers(min_value=1, max_value=12)
batches = hyp.integers(min_value=1, max_value=4).map(F)


# --- the formulas, by iteration ------------------------------------------------------------------


def letters(alpha_share, c, spread, noise, B, young):
    """The value at t + 1 of each recursion from its value, its formula, and its limit."""
    L = c * (1 + spread)
    below_two, below_affine = alpha_share * 2 / L, alpha_share * 2 * c / L**2
    below_young, below_one = alpha_share * 2 / ((1 + young) * L), alpha_share / L
    s = noise / B
    low = 2 - below_two * (L - c)
    return {
        "affine": (lambda d, a=below_affine: (1 - 2 * a * c + a**2 * L**2) * d + a**2 * noise,
                   partial(says.affine_distance2, alpha=below_affine, floor2=noise, growth=L**2,
                           c=c),
                   says.affine_radius2(below_affine, noise, L**2, c)),
        "Young": (lambda d, a=below_young: (1 - a * c * (2 - a * (1 + young) * L)) * d
                  + a**2 * (1 + 1 / young) * s,
                  partial(says.young_distance2, alpha=below_young, young=young, sigma2_star=noise,
                          B=B, c=c, L=L),
                  says.young_radius2(below_young, young, noise, B, c, L)),
        "optimum": (lambda d, a=below_two: (1 - 2 * a * c * (2 - a * L) / low) * d
                    + 2 * a**2 * s / low,
                    partial(says.optimum_distance2, alpha=below_two, sigma2_star=noise, B=B, c=c,
                            L=L),
                    says.optimum_radius2(below_two, noise, B, c, L)),
        "loss gap": (lambda d, a=below_two: (1 - a * c * (2 - a * L)) * d + a**2 * L * s / 2,
                     partial(says.loss_gap, alpha=below_two, sigma2=noise, B=B, c=c, L=L),
                     says.loss_gap_limit(below_two, noise, B, c, L)),
        "coupling": (lambda d, a=below_two: (1 - a * c * (2 - a * L)) * d,
                     partial(says.coupling2, alpha=below_two, c=c, L=L), F(0)),
        "from below": (lambda d, a=below_one: (1 - a * L) ** 2 * d + a**2 * s,
                       partial(says.lower_distance2, alpha=below_one, sigma2_low=noise, B=B, L=L),
                       below_one * s / (L * (2 - below_one * L))),
    }


@given(times, positive, share, positive, share, positive, batches, positive)
def test_every_formula_is_its_recursion_iterated_and_rests_at_its_limit(
    t, d0, alpha_share, c, spread, noise, B, young
) -> None:
    for name, (step, formula, limit) in letters(alpha_share, c, spread, noise, B, young).items():
        start, d = "gap0" if name == "loss gap" else "d0", d0
        for _ in range(t):
            d = step(d)
        assert formula(t=t, **{start: d0}) == d, name
        assert d0 == limit or formula(t=t + 1, **{start: d0}) != d, "and not a step later"
        assert step(limit) == limit == formula(t=t, **{start: limit})
        assert step(F(11, 10) * limit + 1) < F(11, 10) * limit + 1, "nothing above rests"


@given(share, positive, share, positive, batches)
def test_special_cases(alpha_share, c, spread, noise, B) -> None:
    L = c * (1 + spread)
    alpha = alpha_share / L
    needell = alpha * noise / B / (c * (1 - alpha * L))
    assert says.young_radius2(alpha, F(1), noise, B, c, L) == needell
    assert any(says.young_radius2(alpha, young, noise, B, c, L) != needell
               for young in (F(9, 10), F(10, 11))), "one other weight may cost the same, not two"
    assert says.optimum_radius2(alpha, noise, B, c, c) == noise_ball.quadratic_ball(
        alpha, noise / B, c)
    assert says.optimum_radius2(alpha, noise, B, c, L) > noise_ball.quadratic_ball(
        alpha, noise / B, c)
    both = (alpha / 2, 2 * noise / B, 2 * L**2, c)
    if both[0] * both[2] < 2 * c:
        bach_moulines = alpha / 2 * noise / B / (c - alpha / 2 * L**2)
        assert says.affine_radius2(*both) == bach_moulines
    gower, q = says.gower_radius2(alpha / 2, noise, B, c, L), 1 - alpha / 2 * c
    assert q * gower + 2 * (alpha / 2) ** 2 * noise / B == gower
    optimum = says.optimum_radius2(alpha / 2, noise, B, c, L)
    assert gower == 4 * optimum * (1 - alpha_share / 4), "2 (2 - alpha L) times that of the optimum"
    assert 2 * optimum < gower < 4 * optimum


@given(share, positive, share, batches)
def test_the_best_weight_is_the_cheapest(alpha_share, c, spread, B) -> None:
    """Ten per cent to either side cost more; so would the weight of a doubled step size."""
    L = float(c * (1 + spread))
    alpha = float(alpha_share) * 1.8 / L
    best = says.best_young(alpha, L)

    def ball(young):
        return says.young_radius2(alpha, young, 1.0, float(B), float(c), L)

    for factor in (0.9, 1.1):
        if alpha * (1 + factor * best) * L < 2:
            assert ball(factor * best) > ball(best)
    assert says.best_young(F(1, 8), F(1)) == 3
    closed = alpha / (float(c) * float(B) * 2 * (1 - np.sqrt(alpha * L / 2)) ** 2)
    assert ball(best) == pytest.approx(closed, rel=1e-9)


def test_refusals_name_the_limit_and_the_next_step() -> None:
    """Each stands next to the same call just inside, which is answered."""
    tenth, two = F(1, 10), F(2)
    refused = [
        (says.affine_radius2, (1, 1, F(1, 2), 1), (1, 1, F(1), 1),
         r"growth=1/2 is below c\^2=1: a second moment is at least the squared mean"),
        (says.affine_distance2, (1, 1, F(1), 1, two, 1), (1, 1, F(9, 10), 1, two, 1),
         r"alpha=1 is not below 2c/growth=1: the recursion does not contract; take a smaller"),
        (says.young_radius2, (F(1, 2), F(1), 1, 1, 1, two), (F(1, 2) - tenth, F(1), 1, 1, 1, two),
         r"alpha=1/2 is not below 2/\(\(1\+young\) L\)=1/2: the recursion does not contract"),
        (says.best_young, (F(1), two), (F(1, 4), two), r"alpha=1 is not below 2/L=1: no weight"),
        (says.gower_radius2, (F(1, 3), 1, 1, 1, two), (F(1, 4), 1, 1, 1, two),
         r"alpha=1/3 is not at most 1/\(2L\)=1/4: the loss no longer pays for the noise"),
        (says.optimum_radius2, (F(1), 1, 1, 1, two), (F(9, 10), 1, 1, 1, two),
         r"alpha=1 is not below 2/L=1: on a quadratic sample the iterates do not stay bounded"),
        (says.loss_gap_limit, (tenth, 1, 1, F(3), two), (tenth, 1, 1, two, two),
         r"L=2, the Lipschitz constant of the gradient, must be >= c=3"),
        (says.lower_distance2, (1, 1, F(3, 4), 1, 1, two), (1, 1, F(1, 2), 1, 1, two),
         r"alpha=3/4 exceeds 1/L=1/2: a step may land on w\*"),
        (says.young_radius2, (tenth, F(0), 1, 1, 1, two), (tenth, tenth, 1, 1, 1, two),
         r"young, the weight in Young's inequality, must be > 0; got 0"),
        (says.affine_radius2, (tenth, F(-1), two, 1), (tenth, F(0), two, 1),
         r"floor2, the second moment of the gradient, .* must be >= 0; got -1"),
    ]
    for formula, outside, inside, message in refused:
        assert formula(*inside) >= 0
        with pytest.raises(ValueError, match=message):
            formula(*outside)


def test_without_the_limit_of_the_step_the_bound_from_below_is_false() -> None:
    """On a quadratic of curvature c < L = 2c a step of size 1/c lands on the minimiser."""
    alpha = F(1)
    assert noise_ball.quadratic_ball(alpha, F(1), F(1)) == 1
    assert says.lower_distance2.function(1, F(9), alpha, F(1), 1, F(2)) == 10


# --- every bound against exact worlds of quadratic samples ---------------------------------------


@dataclass(frozen=True)
class Samples:
    """Equally likely samples ``a w^2/2 + b w`` on the line, the b of sum 0."""

    a: tuple[F, ...]
    b: tuple[F, ...]

    def mean(self, values) -> F:
        values = list(values)
        return sum(values) / F(len(values))

    def moments(self, alpha, m, p):
        """The mean and the mean square of ``w - alpha (a w + b)``."""
        pairs = list(zip(self.a, self.b, strict=True))
        square = (self.mean((1 - alpha * a) ** 2 for a in self.a) * p
                  - 2 * alpha * self.mean((1 - alpha * a) * b for a, b in pairs) * m
                  + alpha**2 * self.mean(b**2 for b in self.b))
        return (1 - alpha * self.mean(self.a)) * m, square


samples = hyp.lists(hyp.tuples(positive, hyp.integers(-3, 3)), min_size=1, max_size=4).map(
    lambda rows: Samples(
        tuple(a for a, _ in rows) * 2,
        tuple(F(b) for _, b in rows) + tuple(F(-b) for _, b in rows[::-1])))


@given(samples, share, positive, times)
@settings(max_examples=100)
def test_every_bound_is_above_the_exact_mean_square_at_every_time(world, part, w0, steps) -> None:
    c, low, L = world.mean(world.a), min(world.a), max(world.a)
    star = world.mean(b**2 for b in world.b)
    # E|G|^2 = E a^2 w^2 + 2 E ab w + E b^2 <= (E a^2 + 1) w^2 + (E ab)^2 + E b^2
    growth = world.mean(a**2 for a in world.a) + 1
    floor2 = star + world.mean(a * b for a, b in zip(world.a, world.b, strict=True)) ** 2
    alpha = part * min(2 * c / growth, 1 / L)
    weights = [young for young in (F(1, 4), F(1), F(3)) if alpha * (1 + young) * L < 2]
    m, p = w0, w0**2
    for t in range(1, steps + 1):
        m, p = world.moments(alpha, m, p)
        assert p <= says.affine_distance2(t, w0**2, alpha, floor2, growth, c)
        assert p <= says.optimum_distance2(t, w0**2, alpha, star, 1, low, L)
        for young in weights:
            assert p <= says.young_distance2(t, w0**2, alpha, young, star, 1, c, L)
        spread = world.mean((a - c) ** 2 for a in world.a)
        assert spread or p >= says.lower_distance2(t, w0**2, alpha, star, 1, c)


def test_with_the_mean_of_the_curvatures_for_the_largest_the_bounds_fail() -> None:
    """Mutants of the test above: samples of curvature 0 and L, whose mean is L/2."""
    world, alpha, c = Samples((F(0), F(4)), (F(0), F(0))), F(2, 5), F(2)
    _, p = world.moments(alpha, F(1), F(1))
    assert p == says.coupling2(1, F(1), alpha, c, F(4)), "and with the largest it is attained"
    assert p > says.coupling2(1, F(1), alpha, c, c)
    assert p > says.optimum_distance2(1, F(1), alpha, F(1, 100), 1, c, c)
    assert p > says.young_distance2(1, F(1), alpha, F(1, 9), F(1, 100), 1, c, c)


@given(positive, share, share, times)
def test_coupling_is_attained_by_curvatures_0_and_L(L, part, chance, t) -> None:
    """The mean of ``(1 - alpha a)^2`` is linear in a^2 = a L, for every c <= L."""
    alpha, c = part * 2 / L, chance * L
    contraction = chance * (1 - alpha * L) ** 2 + (1 - chance)
    assert says.coupling2(t, F(1), alpha, c, L) == contraction**t
    if chance <= F(9, 10):
        assert says.coupling2(t, F(1), alpha, c, F(9, 10) * L) < contraction**t


# --- where the bounds are attained ---------------------------------------------------------------


@given(positive, share, positive)
@settings(max_examples=40)
def test_the_ball_at_the_optimum_is_attained_by_mirrored_samples(c, spread, s) -> None:
    L = c * (1 + spread)
    problem = mirrored(c, L, s)
    found = mean_square(problem, law(problem, 3))
    letters = (problem.alpha, problem.sigma2_star, 1)
    assert found == says.optimum_radius2(*letters, c, L)
    assert found == says.optimum_distance2(3, problem.radius**2, *letters, c, L)
    assert found == (c + L) / (2 * c) * says.optimum_radius2(*letters, problem.c, L)
    assert found > says.optimum_radius2(*letters, F(101, 100) * c, L)
    assert found < says.optimum_radius2(*letters, c, F(101, 100) * L)


def test_with_the_curvature_of_the_mean_the_ball_is_false_for_a_flat_sample_too() -> None:
    """f1' = 1 + max(w, 0), f2' = -1 + min(w, 0), alpha = 1/2: 1.206 and not 2/3 (Jensen: |w|)."""
    values, masses = np.array([0.0]), np.array([1.0])
    for _ in range(19):
        values = np.concatenate([values - 0.5 * (1 + np.maximum(values, 0)),
                                 values - 0.5 * (-1 + np.minimum(values, 0))])
        masses = np.concatenate([masses, masses]) / 2
    assert masses @ values**2 == pytest.approx(1.206, abs=2e-3)
    assert says.optimum_radius2(0.5, 1.0, 1, 0.5, 1.0) == pytest.approx(2 / 3)
    young = says.best_young(0.5, 1.0)
    assert says.young_radius2(0.5, young, 1.0, 1, 0.5, 1.0) > 1.206


@pytest.mark.parametrize(("B", "d"), [(1, 3), (4, 8)])
def test_the_affine_ball_is_attained_by_isotropic_gaussian_regression(B, d) -> None:
    h, s2, alpha, at = 0.5, 0.3, 0.05, np.array([1, 2, 7, 60])
    problem = st.problems.gaussian_least_squares([h] * d, s2)
    floor2, growth = h * d * s2 / B, h**2 * (1 + (d + 1) / B)
    exact = st.exact.distance2(problem, SGD(alpha), B, times=at)
    d0 = float(problem.w0 @ problem.w0)
    assert says.affine_distance2(at, d0, alpha, floor2, growth, h) == pytest.approx(exact)
    assert says.affine_radius2(alpha, floor2, growth, h) == pytest.approx(
        st.exact.limit2(problem, SGD(alpha), B))
    without = h**2 * (1 + d / B)
    assert np.all(says.affine_distance2(at, d0, alpha, floor2, without, h) < (1 - 1e-6) * exact)
    assert np.all(says.affine_distance2(at, d0, alpha, 0.95 * floor2, growth, h) < exact)


@pytest.mark.parametrize("B", [1, 3])
def test_loss_and_distance_are_attained_by_isotropic_noise(B) -> None:
    h, s2, alpha, at = 2.0, 1.5, 0.3, np.array([1, 2, 5, 30])
    problem = st.problems.quadratic([h, h], sigma2=s2)
    exact = st.exact.distance2(problem, SGD(alpha), B, times=at)
    d0 = float(problem.w0 @ problem.w0)
    assert says.lower_distance2(at, d0, alpha, s2, B, h) == pytest.approx(exact)
    assert says.loss_gap(at, h / 2 * d0, alpha, s2, B, h, h) == pytest.approx(h / 2 * exact)
    assert not np.any(says.lower_distance2(at, d0, alpha, s2, B, 1.05 * h) > exact)
    assert np.all(says.lower_distance2(at, d0, alpha, s2, B, 0.95 * h) > exact)
    assert np.all(says.loss_gap(at, h / 2 * d0, alpha, 0.95 * s2, B, h, h) < h / 2 * exact)
    assert np.all(says.loss_gap(at, h / 2 * d0, alpha, s2, B, 0.95 * h, h) > h / 2 * exact)


def test_the_loss_gap_of_two_curvatures_lies_below_its_bound() -> None:
    """Sum of ``h/2 E w_h^2``, by the moments of each coordinate; c and L may not be exchanged."""
    curvatures, alpha, gap0, gaps = (F(1), F(3)), F(1, 4), F(4), []
    squares = [F(2), F(2)]
    for t in range(1, 12):
        squares = [(1 - alpha * h) ** 2 * p + alpha**2  # noise of variance 1 in each
                   for h, p in zip(curvatures, squares, strict=True)]
        gaps.append(sum(h / 2 * p for h, p in zip(curvatures, squares, strict=True)))
        assert gaps[-1] <= says.loss_gap(t, gap0, alpha, F(2), 1, F(1), F(3))
    assert any(gap > says.loss_gap(t, gap0, alpha, F(2), 1, F(3), F(3))
               for t, gap in enumerate(gaps, start=1)), "nor c replaced by L"
    assert gaps[-1] > says.loss_gap_limit(alpha, F(2), 1, F(1), F(1)), "nor L by c"


@given(positive, share, positive, hyp.lists(hyp.tuples(share, share), min_size=1, max_size=6))
def test_a_ball_with_short_gradients_at_its_centre_is_left_by_no_sample(
    c, spread, R, draws
) -> None:
    L = c * (1 + spread)
    alpha, w = F(2) / (c + L), R
    for curvature, pull in draws:
        w -= alpha * ((c + curvature * (L - c)) * w + (2 * pull - 1) * c * R)
        assert abs(w) <= R
    longer = F(21, 20) * alpha
    assert abs(R - longer * (L * R + c * R)) > R, "and left at once by a longer step"
    assert abs(R - alpha * (L * R + F(21, 20) * c * R)) > R, "or by a longer gradient"


# --- real data -----------------------------------------------------------------------------------


@cache
def diabetes():
    table = st.data.read_table(st.data.path("diabetes"), target="y")
    return st.problems.ridge(table.X, table.y, l2=1.0)


@pytest.mark.parametrize(("alpha", "B"), [(1e-3, 1), (0.01, 1), (0.01, 16), (0.03, 4)])
def test_on_data_the_exact_ball_lies_between_the_bounds(alpha, B) -> None:
    problem, of = diabetes(), samples_of(diabetes())
    moment, exact = second_moment(problem, B), st.exact.limit2(problem, SGD(alpha), B)
    optimum = says.optimum_radius2(alpha, of.sigma2_star, B, of.c, of.L)
    young = says.young_radius2(alpha, says.best_young(alpha, of.L), of.sigma2_star, B, problem.c,
                               of.L)
    lower = says.lower_distance2(10**6, 0.0, alpha, moment.least_variance, 1, problem.L)
    assert 0.1 * exact < lower < exact < optimum < young
    if B == 16:
        assert says.optimum_radius2(alpha, of.sigma2_star / B, B, of.c, of.L) < exact
        assert lower * B > exact
    growth = moment.best_growth(alpha, problem.c)
    if alpha * growth < 2 * problem.c:
        assert exact < says.affine_radius2(alpha, moment.floor2(growth), growth, problem.c)
    if 2 * alpha * moment.smoothness <= 1:
        gower = says.gower_radius2(alpha, of.sigma2_star, B, problem.c, moment.smoothness)
        assert exact < gower


@pytest.mark.chance(1e-10)
def test_two_runs_on_the_same_rows_meet_as_fast_as_all_paths_say() -> None:
    """Two rows, six steps, every path; the mean of 50,000 draws within seven standard errors."""
    problem = st.problems.ridge([[1.0], [2.0]], [1.0, 0.0], 0.5)
    of, alpha, starts = samples_of(problem), 0.3, (np.zeros(1), np.array([2.0]))
    paths = [np.prod([(1 - alpha * a) ** 2 for a in path]) * 4
             for path in product((1.5, 4.5), repeat=6)]
    found = two_runs.apart(problem, alpha, starts, 1, np.array([0, 6]), 50_000, generator(0, 0, 0))
    assert np.all(np.isin(found.distance2[:, 1].round(12), np.round(paths, 12)))
    mean = found.distance2[:, 1].mean()
    error = found.distance2[:, 1].std() / np.sqrt(50_000)
    assert abs(mean - np.mean(paths)) < 7 * error < abs(mean - 1.2 * np.mean(paths))
    assert np.mean(paths) < says.coupling2(6, 4.0, alpha, problem.c, of.L)
    assert np.mean(paths) > says.coupling2(6, 4.0, alpha, of.L, of.L), "not with L for c"
    assert found.ceiling[1] >= max(paths)
    apart = two_runs.apart(problem, alpha, starts, 1, np.array([0, 6]), 64, generator(0, 0, 0),
                           same=False)
    assert np.all(np.isinf(apart.ceiling))


def test_a_burn_in_brings_the_radius_within_its_tolerance_of_the_stationary_one() -> None:
    problem, alpha, tolerance = diabetes(), 0.01, 1e-3
    of = samples_of(problem)
    ball = says.optimum_radius2(alpha, of.sigma2_star, 1, of.c, of.L)
    d0 = (np.sqrt(np.sum((problem.w0 - problem.w_star) ** 2)) + np.sqrt(ball)) ** 2
    t = two_runs.burn_in(d0, tolerance, alpha, problem.c, of.L)
    assert says.coupling2(t, d0, alpha, problem.c, of.L) <= tolerance**2
    assert says.coupling2(t - 1, d0, alpha, problem.c, of.L) > tolerance**2
    still = np.sqrt(st.exact.limit2(problem, SGD(alpha)))
    early, late = np.sqrt(st.exact.distance2(problem, SGD(alpha), times=[t // 20, t]))
    assert abs(late - still) <= tolerance < abs(early - still)
    assert two_runs.burn_in(1e-9, tolerance, alpha, problem.c, of.L) == 0


# --- the simulation's own processes --------------------------------------------------------------


def test_the_variance_of_gaussian_regression_is_stable_where_its_fourth_moment_is() -> None:
    """d = 1: ``E (1 - alpha x^2)^4 = 1 - 4 a + 18 a^2 - 60 a^3 + 105 a^4`` multiplies the 4th."""
    a = 0.2
    factor = 1 - 4 * a + 18 * a**2 - 60 * a**3 + 105 * a**4
    second = 1 - 2 * a + 3 * a**2
    found = two_runs.gaussian_variance(1, 0.0, 1.0, a, np.array([0, 1, 3]))
    assert found == pytest.approx([0, factor - second**2, factor**3 - second**6])
    assert two_runs.gaussian_variance(1, 0.0, 1.0, 0.39, [400])[0] > 1 > (
        two_runs.gaussian_variance(1, 0.0, 1.0, 0.38, [4000])[0])


@pytest.mark.chance(1e-10)
def test_the_variance_of_gaussian_regression_is_that_of_plain_draws() -> None:
    """Seven standard errors of 200,000 draws from one point, with noise and in three dimensions."""
    rng, alpha, w = np.random.default_rng(0), 0.1, np.array([1.0, 0.0, 0.0])
    x, noise = rng.standard_normal((200_000, 3)), rng.standard_normal(200_000) * np.sqrt(0.5)
    squares = np.sum((w - alpha * x * (x @ w - noise)[:, None]) ** 2, axis=1)
    deviations2 = (squares - squares.mean()) ** 2
    variance = two_runs.gaussian_variance(3, 0.5, 1.0, alpha, [1])[0]
    error = deviations2.std() / np.sqrt(200_000)
    assert abs(deviations2.mean() - variance) < 7 * error
    assert abs(deviations2.mean() - 1.2 * variance) > 7 * error


def test_the_coordinates_of_the_loss_gap_have_it_as_their_square() -> None:
    eigenvalues, noisy = np.array([2.0, 0.5, 0.0]), np.array([1.0, 1.0, 2.0])
    problem = two_runs.LossGap(eigenvalues, noisy, sigma2=4.0, gap0=3.0)
    assert (problem.c, problem.L, problem.dim) == (0.5, 2.0, 3)
    assert problem.w0 @ problem.w0 == pytest.approx(3.0)
    h = np.array([0.3, -1.0, 9.0])
    coordinates = np.sqrt(eigenvalues / 2) * h
    assert coordinates @ coordinates == pytest.approx(eigenvalues @ h**2 / 2)
    step = problem.sample_grad_error(coordinates[:, None], 10**12, np.random.default_rng(0))
    assert step[:, 0] == pytest.approx(np.sqrt(eigenvalues / 2) * eigenvalues * h, abs=1e-4)
    assert problem.variances == pytest.approx([1.0, 0.25, 0.0])
    assert problem.distance2([0, 10], 0.5, 4) == pytest.approx([0, 0.25 * 1.0 * 0.5 * 10])
    assert not problem.invariant(0.1)
    assert problem.almost_sure_step(0.1) is None


# --- proofs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


@pytest.mark.parametrize(
    ("claim", "model", "message"),
    [
        (says.optimum_ball, lambda: proofs.mirror_world(F(2)),
         "not true that every sample is c-strongly convex and L-smooth"),
        (says.affine_ball, lambda: proofs.world(F(2, 5), F(1, 2), floor2=F(9, 10), growth=1),
         "not true that the second moment of the gradient is floor2 plus growth"),
        (says.young_ball, lambda: proofs.world(F(2, 5), F(1, 2), young=1, sigma2_star=F(9, 10)),
         "not true that the gradient of the minibatch at w\\* has second moment"),
        (says.young_ball, lambda: proofs.world(F(2, 5), F(1, 2), young=5),
         "not true that alpha \\(1 \\+ young\\) L is below 2"),
        (says.gower_ball, lambda: proofs.world(F(3, 5), F(1, 2)),
         "not true that alpha is at most 1/\\(2L\\)"),
        (says.ball_from_below, lambda: proofs.world(F(2, 5), F(1, 2), sigma2_low=F(11, 10)),
         "not true that the minibatch variance \\(trace\\) is at least"),
    ],
    ids=lambda part: getattr(part, "key", None),
)
def test_an_example_in_which_a_hypothesis_is_false_is_refused(claim, model, message) -> None:
    with pytest.raises(EvidenceError, match=message):
        example(claim, model(), "a world that does not belong here")


def test_what_is_attained_is_called_tight_and_what_is_false_refuted() -> None:
    shown = {found.claim: found.shows for found in (*proofs.examples, *proofs.refutations)}
    loose = {says.young_every_t, says.young_ball, says.gower_ball, says.bach_moulines_ball,
             says.gap_every_t, says.gap_limit}
    assert shown.pop(says.optimum_ball_as_stated) == "refuted"
    assert {claim for claim, what in shown.items() if what != "tight"} == loose
