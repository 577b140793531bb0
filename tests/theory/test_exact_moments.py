"""Exact moments: formulas, theorems, recursions, enumerations and `sgdtheory.exact` together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sgdtheory.proofs import exact_moments as proofs
from sgdtheory.proofs import optimum_noise as optimum_proofs

from sgdtheory import exact
from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.claim import Claim
from sgdtheory.logic.language import Expectation, Process, scalar
from sgdtheory.logic.model import rational
from sgdtheory.optimizers import SGD
from sgdtheory.problems import gaussian_least_squares, median, quadratic, ridge
from sgdtheory.problems.samples import samples_of
from sgdtheory.theory import exact_moments as says
from sgdtheory.theory import optimum_noise

TOLERANCE = 1e-12
third = Fraction(1, 3)
positive = st.fractions(min_value=Fraction(1, 10), max_value=5, max_denominator=10)
times = st.integers(min_value=1, max_value=20)
whole = st.integers(min_value=1, max_value=9)
floats = st.floats(min_value=0.1, max_value=10)
shares = st.floats(min_value=0.05, max_value=0.95)

# --- Gaussian regression -------------------------------------------------------------------------


@given(times, positive, positive, positive, positive, whole, whole)
def test_regression_is_its_recursion_for_every_step_size(t, d0, alpha, star2, h, B, d) -> None:
    moment, found = Fraction(d + 1, B), d0
    for _ in range(t):
        found = (found - 2 * alpha * h * found
                 + alpha**2 * (star2 / B + h**2 * (1 + moment) * found))
    assert says.lms_distance2(t, d0, alpha, star2, B, h, d) == found
    assert says.lms_distance2(t, d0, alpha, star2, B, h, d + 1) > found, "a dimension more"


@given(whole, whole, floats, floats, shares)
def test_regression_agrees_with_the_moments_of_the_package(d, B, h, noise2, share) -> None:
    problem = gaussian_least_squares([h] * d, noise2)
    limit, star2, at = says.lms_stable_alpha(h, B, d), h * d * noise2, np.array([1, 2, 7, 100])
    alpha, d0 = share * limit, problem.radius**2
    assert exact.stable_alpha(problem, SGD, B) == pytest.approx(limit, rel=TOLERANCE)
    assert says.lms_distance2(at, d0, alpha, star2, B, h, d) == pytest.approx(
        exact.distance2(problem, SGD(alpha), B, times=at), rel=TOLERANCE)
    assert says.lms_radius2(alpha, star2, B, h, d) == pytest.approx(
        exact.limit2(problem, SGD(alpha), B), rel=TOLERANCE)
    assert exact.limit2(problem, SGD(limit * 1.001), B) == np.inf
    assert limit != pytest.approx(2 * B / (h * (B + d)), rel=1e-3), "B + d for B + d + 1"


@given(positive, positive, whole, whole)
def test_the_limit_of_regression_is_the_fixed_point_of_a_step(share, star2, B, d) -> None:
    h, limit = Fraction(1, 2), says.lms_stable_alpha(Fraction(1, 2), B, d)
    alpha = limit * share / 6
    ball = says.lms_radius2(alpha, star2, B, h, d)
    assert says.lms_distance2(1, ball, alpha, star2, B, h, d) == ball
    at_limit = says.lms_distance2(5, Fraction(1), limit, star2, B, h, d)
    assert at_limit == 1 + 5 * limit**2 * star2 / B, "at the limit it grows by the noise alone"


@pytest.mark.parametrize(("d", "B"), [(1, 1), (1, 2), (2, 1), (3, 1), (2, 2)])
def test_the_second_moment_of_a_batch_of_gaussian_rows_by_enumeration(d, B) -> None:
    """Inputs 0, 1, -1 of probabilities 4, 1, 1 sixths have Gaussian moments up to the fifth."""
    e, s2 = [Fraction(1), Fraction(-2), Fraction(1, 2)][:d], Fraction(1)
    nodes = [(4 * Fraction(1, 6), 0), (Fraction(1, 6), 1), (Fraction(1, 6), -1)]
    labels = [(Fraction(1, 2), 1), (Fraction(1, 2), -1)]
    found = Fraction(0)
    for rows in product(product(*[nodes] * d, labels), repeat=B):
        mass, total = Fraction(1), [Fraction(0)] * d
        for row in rows:
            for p, _ in row:
                mass *= p
            x = [value for _, value in row[:d]]
            residual = sum(a * b for a, b in zip(x, e, strict=True)) - row[d][1]
            total = [a + b * residual / B for a, b in zip(total, x, strict=True)]
        found += mass * sum(a * a for a in total)
    norm2, h = sum(a * a for a in e), third
    assert found == h * d * s2 / B + h**2 * (1 + Fraction(d + 1, B)) * norm2
    assert found != h * d * s2 / B + h**2 * (1 + Fraction(d, B)) * norm2


# --- averages ------------------------------------------------------------------------------------


@given(st.integers(min_value=1, max_value=7), positive, positive, positive)
def test_the_average_is_that_of_every_path_of_signs(t, start, alpha, h) -> None:
    total2 = Fraction(0)
    for signs in product((1, -1), repeat=t - 1):
        w, total = start, start
        for sign in signs:
            w = w - alpha * (h * w + sign)
            total += w
        total2 += (total / t) ** 2 / 2 ** (t - 1)
    one = Fraction(1)
    assert says.averaged2(t, start**2, alpha, one, 1, h) == total2
    assert says.averaged2(t + 1, start**2, alpha, one, 1, h) != total2 or alpha * h == 2


@given(st.integers(1, 2000), floats, st.floats(0.01, 1.99), floats, whole, whole)
def test_the_average_agrees_with_the_moments_of_the_package(t, h, step, sigma2, B, d) -> None:
    assume(step * t >= 0.1)  # below, the closed form cancels in floats, as it says
    problem, alpha = quadratic([h] * d, sigma2, radius=1.0), step / h
    assert says.averaged2(t, 1.0, alpha, sigma2, B, h) == pytest.approx(
        exact.average2(problem, SGD(alpha), B, times=t)[0], rel=TOLERANCE)


@given(positive, positive, st.fractions(Fraction(1, 10), Fraction(19, 10)))
def test_times_t_the_average_forgets_start_and_step_size(d0, sigma2, step) -> None:
    t = 10**5
    found = says.averaged2(t, float(d0), float(step), float(sigma2), 1, 1.0)
    assert t * found == pytest.approx(float(sigma2), rel=0.03 * (1 + float(d0 / sigma2)))


def test_where_the_float_average_cancels_the_fractions_do_not() -> None:
    """The error is that of its docstring: 1e-16 sigma2 / (B h^2 t), here far above the value."""
    small = (3, Fraction(0), Fraction(1, 10**9), Fraction(1), 1, Fraction(1))
    exactly = says.averaged2(*small)
    assert exactly == pytest.approx(5e-18 / 9, rel=1e-8)  # alpha^2 (1^2 + 2^2) / 9
    assert abs(says.averaged2(*map(float, small[:4]), 1, 1.0) - float(exactly)) < 1e-15
    problem = quadratic([1.0], 1.0)
    known = exact.average2(problem, SGD(1e-9), times=3, w0=np.zeros(1))[0]
    assert known == pytest.approx(float(exactly), rel=TOLERANCE)


# --- samples that are quadratics -----------------------------------------------------------------


@given(times, st.lists(st.tuples(positive, st.integers(-5, 5)), min_size=2, max_size=3), shares)
def test_samples_that_are_quadratics_obey_the_bound_from_the_minimiser(t, rows, share) -> None:
    """Enumerated: all draws with replacement of a_i w^2 / 2 - b_i w, from their minimiser."""
    share = Fraction(share).limit_denominator(20)
    curvature = sum(a for a, _ in rows) / len(rows)
    star = sum(Fraction(b) for _, b in rows) / len(rows) / curvature
    L, star2 = max(a for a, _ in rows), sum((a * star - b) ** 2 for a, b in rows) / len(rows)
    alpha, t = 2 * share / L, min(t, 5)
    law = {star: Fraction(1)}
    for _ in range(t):
        after = defaultdict(Fraction)
        for (w, p), (a, b) in product(law.items(), rows):
            after[w - alpha * (a * w - b)] += p / len(rows)
        law = after
    found = sum(p * (w - star) ** 2 for w, p in law.items())
    bound = says.quadratic_samples2(t, Fraction(0), alpha, star2, 1, curvature, L)
    assert found <= bound
    assert found >= bound / 2 or t > 1 or star2 == 0, "and it starts out equal"


@pytest.mark.parametrize("replaced", [True, False])
def test_the_ball_of_quadratic_samples_holds_on_data_from_any_start(replaced) -> None:
    rng, caught = np.random.default_rng(5), 0
    for _ in range(20):
        X = rng.standard_normal((6, 3)) * [1.0, 0.3, 2.0]
        problem = ridge(X, rng.standard_normal(6), 0.01)
        of, B = samples_of(problem), 2
        share = 1 / B if replaced else (6 - B) / (B * 5)
        for alpha in np.array([0.1, 0.9, 1.7]) / of.L:
            ball = optimum_noise.optimum_radius2(alpha, share * of.sigma2_star, 1, problem.c, of.L)
            assert exact.limit2(problem, SGD(alpha), B, replaced) <= ball
            wrong = optimum_noise.optimum_radius2(alpha, share * of.sigma2_star, 1, of.L, of.L)
            caught += bool(exact.limit2(problem, SGD(alpha), B, replaced) > wrong)
    assert caught > 55, "L for c"


def test_without_quadratics_the_same_ball_is_refuted_and_the_theorem_does_not_apply() -> None:
    """On the mirrored samples what the two gradients have in common is |.|, not linear."""
    refuting = next(e for e in optimum_proofs.refutations
                    if e.claim is optimum_noise.optimum_ball_as_stated)
    assert refuting.slack < 0
    claim = says.quadratics_ball
    own = {says.quadratic_samples, says.centred, optimum_noise.c_below_L}
    shared = set(optimum_noise.optimum_ball_as_stated.hypotheses)
    assert set(claim.hypotheses) - shared <= own | {optimum_noise.a.c_at_most_L}
    for dropped in (says.quadratic_samples, says.centred):
        fewer = tuple(h for h in claim.hypotheses if h is not dropped)
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proofs.quadratics_ball)


def test_a_start_away_from_the_minimiser_breaks_the_bound_for_every_t() -> None:
    """Then the mean is not w*, and the product with the noise at w* counts."""
    alpha, start = Fraction(2, 5), Fraction(1)
    rows = [(p, a, g) for p, a, g in proofs.skewed]
    second = sum(p * (start - alpha * (a * start + g)) ** 2 for p, a, g in rows)
    star2, c = sum(p * g**2 for p, _, g in rows), third
    bound = says.quadratic_samples2(1, start**2, alpha, star2, 1, c, Fraction(1))
    assert second > bound
    with pytest.raises(EvidenceError, match="the mean of the iterates"):
        example(says.quadratics_every_t, proofs.world(proofs.skewed, alpha, start), "from 1")


# --- the tail ------------------------------------------------------------------------------------


def law_of_the_median(t: int, alpha: Fraction, l2: int = 1) -> dict[Fraction, Fraction]:
    """Return the law of ``w_t`` from 1: a step sees the sign of w - X, X uniform on [-1, 1]."""
    law = {Fraction(1): Fraction(1)}
    for _ in range(t):
        after: dict[Fraction, Fraction] = defaultdict(Fraction)
        for w, p in law.items():
            after[w - alpha * (l2 * w + 1)] += p * (1 + w) / 2
            after[w - alpha * (l2 * w - 1)] += p * (1 - w) / 2
        law = after
    return law


def worst_tail(t: int, alpha: Fraction, gradient2: Fraction, spread2: Fraction) -> float:
    """Return the largest logarithm of the exact tail over the bound, over the atoms."""
    law = sorted(((w * w, p) for w, p in law_of_the_median(t, alpha).items() if p),
                 reverse=True)
    letters = (t, Fraction(1), alpha, gradient2, spread2)
    lowest, slope = (says.tail2(*letters, Fraction(n), Fraction(2)) for n in (0, 1))
    beyond, worst = Fraction(0), -np.inf
    for value, p in law:
        beyond += p
        nats = float((value - lowest) / (slope - lowest))
        worst = max(worst, np.log(float(beyond)) + max(nats, 0.0))
    return worst


@pytest.mark.parametrize("t", [1, 4, 8, 11])
@pytest.mark.parametrize("alpha", [Fraction(1, 20), Fraction(1, 4), Fraction(1, 2)])
def test_the_tail_of_the_median_is_below_the_bound_at_every_radius(t, alpha) -> None:
    assert worst_tail(t, alpha, Fraction(4), Fraction(1)) <= 0


@pytest.mark.parametrize(("gradient2", "spread2"), [(0, Fraction(1, 8)), (1, Fraction(1, 64))])
def test_letters_that_are_too_small_are_caught_by_the_exact_tail(gradient2, spread2) -> None:
    assert worst_tail(11, Fraction(1, 4), Fraction(gradient2), Fraction(spread2)) > 10


@pytest.mark.parametrize("alpha", [Fraction(1, 20), Fraction(1, 4)])
def test_the_exponential_moment_that_the_tail_rests_on_is_bounded_exactly(alpha) -> None:
    """log E exp(x |w|^2) <= x times the radius without its logarithm, x = c/(2 alpha b^2)."""
    for t in range(11):
        law = law_of_the_median(t, alpha)
        x = float(2 / (2 * alpha))
        found = np.log(sum(float(p) * np.exp(x * float(w * w)) for w, p in law.items()))
        radius2 = says.tail2(t, Fraction(1), alpha, Fraction(4), Fraction(1), Fraction(0), 2)
        assert found <= x * float(radius2) + 1e-12


def test_the_median_has_the_constants_of_its_tail() -> None:
    problem, e = median(1.0), np.linspace(-1, 1, 41)[None, :]
    gradients = np.concatenate([e - 1, e + 1])
    assert np.max(gradients**2) == 4.0  # gradient2
    assert np.max(np.abs(gradients - e)) == pytest.approx(1.0)  # the ball around l2 w, spread2
    assert problem.invariant(0.5) and problem.c == 2.0


# --- refusals and hypotheses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: says.lms_radius2(1.0, 1.0, 3, 1.0, 2), r"2B/\(h\(B\+d\+1\)\)=1.0, the stability"),
        (lambda: says.lms_stable_alpha(1.0, 3, 0), "d, the dimension, must be a whole number >= 1"),
        (lambda: says.lms_stable_alpha(0.0, 3, 1), "h, the curvature of the quadratic, must be"),
        (lambda: says.averaged2(0, 1.0, 0.1, 1.0, 1, 1.0), "t=0, the time, must be >= 1"),
        (lambda: says.quadratic_samples2(1, 1.0, 1.0, 1.0, 1, 1.0, 2.0), "not below 2/L=1.0"),
        (lambda: says.quadratic_samples2(1, 1.0, 1.0, 1.0, 1, 2.0, 1.0), "must be >= c=2.0"),
        (lambda: says.tail2(1, 1.0, 0.6, 1.0, 1.0, 1.0, 2.0), "alpha=0.6 exceeds 1/c=0.5"),
        (lambda: says.tail2(1, 1.0, 0.1, 1.0, 1.0, -1.0, 2.0), "nats, minus the logarithm"),
    ],
)
def test_a_letter_outside_its_domain_is_named(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_a_world_whose_inputs_are_not_gaussian_is_no_example_of_regression() -> None:
    """Signs as inputs: E x^4 is h^2 and not 3 h^2."""
    signs = tuple((Fraction(1, 2), Fraction(1), Fraction(sign)) for sign in (1, -1))
    with pytest.raises(EvidenceError, match="second moment of isotropic Gaussian regression"):
        example(says.gaussian_every_t, proofs.world(signs, Fraction(1, 3), 2), "signs")


def test_an_average_over_other_times_or_noise_that_grows_is_no_example() -> None:
    shifted = replace(proofs.averaging, letters={**proofs.averaging.letters, "sigma2": third},
                      indices={"t": 3})
    with pytest.raises(EvidenceError, match="noise of the minibatch is additive"):
        example(says.averaged, shifted, "another variance")
    growing = proofs.world(proofs.gaussian, Fraction(2, 5), 2)
    with pytest.raises(EvidenceError, match="noise of the minibatch is additive"):
        example(says.averaged, replace(growing, indices={"t": 3}), "Gaussian rows")
    elsewhere = replace(proofs.averaging, vectors={"w*": rational(1)}, indices={"t": 3})
    with pytest.raises(EvidenceError, match="the loss is the quadratic"):
        example(says.averaged, elsewhere, "another minimiser")


def test_a_random_start_is_known_at_time_0_and_its_ball_is_attained() -> None:
    model = proofs.scattered(proofs.skewed, Fraction(2, 7), proofs.half)
    start, first = Process("W", scalar(0)), Process("W", scalar(1))
    assert model.holds(Expectation(start.norm2()).equals(Fraction(1, 4)))
    assert model.holds(Expectation(start, scalar(0)).equals(start))
    assert not model.holds(Expectation(first, scalar(0)).equals(first))
    blind = replace(model, before=0)
    assert not blind.holds(Expectation(start, scalar(0)).equals(start))
    assert example(says.quadratics_ball, model, "a random start").slack == 0
    near = proofs.scattered(proofs.skewed, Fraction(1, 7), proofs.half)
    with pytest.raises(ValueError, match="not periodic"):
        example(says.quadratics_ball, near, "a start that is not stationary")
