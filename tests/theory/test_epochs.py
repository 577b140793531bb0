"""Epochs: formulas against all orders of the samples, and theorems that need what they state."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from itertools import permutations
from itertools import product as product_of

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sgdtheory.proofs import epochs as proofs
from sgdtheory.simulations import epochs as simulation

from sgdtheory.evidence import EvidenceError, Proof, example
from sgdtheory.logic.certificate import NoCertificate
from sgdtheory.logic.claim import Claim
from sgdtheory.logic.language import Expectation
from sgdtheory.logic.proof import product, prove, squared, suppose
from sgdtheory.optimizers import SGD
from sgdtheory.problems import ridge
from sgdtheory.theory import epochs as says
from sgdtheory.theory import minibatch, noise_ball

FEW = settings(max_examples=40, deadline=None)
shares = st.fractions(min_value=F(1, 20), max_value=1, max_denominator=20)
curvatures = st.lists(st.sampled_from([F(1), F(3, 2), F(2), F(3)]), min_size=2, max_size=4)
targets = st.lists(st.integers(-3, 3), min_size=4, max_size=4)


def parabolas(hs, points):
    """Return minimiser and mean of ``|f_i'(w*)|^2`` of the mean of ``h (w - a)^2/2``."""
    centre = sum(h * a for h, a in zip(hs, points, strict=True)) / sum(hs)
    return centre, sum((h * (centre - a)) ** 2 for h, a in zip(hs, points, strict=True)) / len(hs)


def noise_of_an_epoch(alpha, sigma2, n, c, L):
    """Return the noise by its definition."""
    total = sum((1 - alpha * c) ** (n - 1 - i) * i * (n - i) for i in range(1, n))
    return alpha**3 * L * sigma2 / (n - 1) * total


def after_an_epoch(hs, points, alpha, start):
    """Return ``E (w - w*)^2`` after an epoch from `start`, over all orders, by the real SGD."""
    centre, _ = parabolas(hs, points)
    found = []
    for order in permutations(range(len(hs))):
        w = start
        for i in order:
            w, _ = SGD(alpha).step(w, None, lambda w, i=i: hs[i] * (w - points[i]), 1)
        found.append((w - centre) ** 2)
    return sum(found) / len(found)


@FEW
@given(curvatures, targets, shares, st.integers(-5, 5))
def test_the_bound_on_an_epoch_is_above_the_mean_over_all_orders(hs, points, share, start) -> None:
    points = points[: len(hs)]
    c, L, n = min(hs), max(hs), len(hs)
    centre, sigma2 = parabolas(hs, points)
    alpha, d0 = share / L, (start - centre) ** 2
    bound = says.reshuffled2(1, d0, alpha, sigma2, n, c, L)
    assert after_an_epoch(hs, points, alpha, F(start)) <= bound
    assert bound == (1 - alpha * c) ** n * d0 + noise_of_an_epoch(alpha, sigma2, n, c, L)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_bound_is_attained_by_one_curvature_at_the_largest_step_and_not_beyond(n) -> None:
    hs, points = [F(2)] * n, [F(k * k) for k in range(n)]
    centre, sigma2 = parabolas(hs, points)

    def exact(alpha):
        return after_an_epoch(hs, points, alpha, centre)

    half = F(1, 2)
    bound = says.epoch_noise(half, sigma2, n, F(2), F(2))
    assert exact(half) == bound == says.one_curvature_ball(half, sigma2, n, F(2))
    assert exact(half) > F(99, 100) * bound, "a bound that is 1 % less is false"
    less = F(49, 100)
    assert exact(less) < says.epoch_noise(less, sigma2, n, F(2), F(2))
    with pytest.raises(ValueError, match=r"alpha=3/5 exceeds 1/L=1/2: .* take a smaller alpha"):
        says.epoch_noise(F(3, 5), sigma2, n, F(2), F(2))


@FEW
@given(shares, st.integers(2, 30), st.sampled_from([F(1), F(1, 2), F(1, 7)]))
def test_the_closed_form_of_the_noise_is_its_sum(alpha, n, c) -> None:
    closed = says.epoch_noise(alpha, F(3), n, c, F(1))
    assert closed == noise_of_an_epoch(alpha, F(3), n, c, F(1)) > 0
    assert closed <= alpha**3 * 3 * F(n * (n + 1), 6), "the limit for small steps is above"
    assert alpha == 1 or closed != noise_of_an_epoch(alpha, F(3), n + 1, c, F(1))


@pytest.mark.parametrize("n", [2, 3, 10, 60])
@pytest.mark.parametrize("x", [1e-12, 1e-6, 1e-3, 0.033, 0.034, 0.19, 0.21, 0.5, 1.0])
def test_floats_lose_no_digits_at_small_steps(x, n) -> None:
    """The closed form, naively, has none left at 1e-6."""
    exact = float(noise_of_an_epoch(F(x), F(1), n, F(1), F(1)))
    assert says.epoch_noise(x, 1.0, n, 1.0, 1.0) == pytest.approx(exact, rel=1e-12)
    assert says.epoch_noise(np.array([x]), 1.0, n, 1.0, 1.0)[0] == pytest.approx(exact, rel=1e-12)
    ball = float(says.one_curvature_ball(F(x), F(1), n, F(1)))
    assert says.one_curvature_ball(x, 1.0, n, 1.0) == pytest.approx(ball, rel=1e-12)
    if x == 1e-6:
        naive = ((n + 1) * x - 2 + (1 - x) ** n * ((n - 1) * x + 2)) / (n - 1)
        assert abs(naive / exact - 1) > 1e-5


def test_the_ball_is_where_an_epoch_of_the_bound_stays() -> None:
    given = {"alpha": F(1, 3), "sigma2": F(2), "n": 4, "c": F(1, 2), "L": F(2)}
    ball = says.reshuffled_radius2(**given)
    assert says.reshuffled2(7, ball, **given) == ball
    assert says.reshuffled2(7, 2 * ball, **given) > ball > says.reshuffled2(7, ball / 2, **given)
    assert says.reshuffled2(200, 1, **given) == pytest.approx(float(ball), rel=1e-12)


@FEW
@given(st.fractions(min_value=F(1, 20), max_value=F(19, 10), max_denominator=20),
       st.integers(2, 8))
def test_the_ball_of_one_curvature_is_the_fixed_point_of_an_epoch(alpha, n) -> None:
    ball = says.one_curvature_ball(alpha, F(1), n, F(1))
    assert ball > 0
    if n <= 4:
        points = [F(k) for k in range(n)]
        centre, sigma2 = parabolas([F(1)] * n, points)
        contracted = (1 - alpha) ** (2 * n) * ball * sigma2
        assert after_an_epoch([F(1)] * n, points, alpha, centre) + contracted == ball * sigma2


def test_small_steps_have_a_ball_of_the_third_order_where_fresh_draws_have_the_first() -> None:
    n, alpha, h = 20, F(1, 10**7), F(3)
    ball = says.one_curvature_ball(alpha, F(5), n, h)
    assert ball == pytest.approx(float(alpha**3 * h * 5 * n * (n + 1) / 24), rel=1e-4)
    fresh = noise_ball.quadratic_ball(alpha, F(5), h)
    assert ball / fresh == pytest.approx(float(alpha**2 * h**2 * n * (n + 1) / 12), rel=1e-4)


@FEW
@given(st.integers(2, 6), st.data())
def test_the_bridge_is_the_second_moment_of_a_part_of_an_epoch(n, data) -> None:
    B = data.draw(st.integers(0, n))
    points = [F(k * k) for k in range(n)]
    mean = sum(points) / n
    sigma2 = sum((a - mean) ** 2 for a in points) / n
    sums = [sum(order[:B]) - B * mean for order in permutations(points)]
    found = sum(s**2 for s in sums) / len(sums)
    if B:
        assert found == says.bridge2(sigma2, B, n)
        assert found == B**2 * minibatch.variance_without_replacement(sigma2, B, n)
        assert n in (2, B) or B == 1 or found != sigma2 * B, "as if the draws were independent"
    else:
        assert found == 0


@pytest.mark.parametrize(("n", "B", "steps", "last"), [(12, 4, 3, 4), (10, 4, 3, 2), (5, 5, 1, 5),
                                                       (5, 1, 5, 1), (442, 40, 12, 2)])
def test_an_epoch_has_as_many_steps_as_its_batches_need(n, B, steps, last) -> None:
    assert (says.steps_per_epoch(n, B), says.last_batch(n, B)) == (steps, last)
    assert (steps - 1) * B + last == n


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: says.steps_per_epoch(3, 4), "B=4, the batch size, exceeds n=3"),
        (lambda: says.reshuffled2(1, 1.0, 0.1, 1.0, 1, 1.0, 1.0), "n=1, .*, must be >= 2"),
        (lambda: says.epoch_noise(0.1, 1.0, 4, 2.0, 1.0), "L=1.0, .*, must be >= c=2.0"),
        (lambda: says.one_curvature_ball(2.0, 1.0, 4, 1.0), r"alpha=2.0 is not below 2/h=2.0"),
        (lambda: says.bridge2(1.0, 5, 4), "B=5, the batch size, exceeds n=4"),
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


@pytest.mark.parametrize("power", [2, 4])
def test_another_power_of_the_step_size_in_the_noise_is_not_proved(power) -> None:
    m, q, L = proofs.m, says.q, proofs.L
    by = [proofs.paired(proofs.shifted, says.shadow_error(m + 1)),
          proofs.paired(proofs.shifted, proofs.turned),
          suppose(says.components)(m, where=[proofs.draws.below_total]),
          product("a short step", proofs.short, squared("a square", says.bend(m)))]

    def step(exponent):
        claim = (says.shadow_error(m + 1).norm2()
                 <= q * says.shadow_error(m).norm2()
                 + proofs.alpha**exponent * L * minibatch.partial_sum(m).norm2())
        return prove("one step", claim, by=by, signs=[proofs.alpha_positive, proofs.L_positive])

    assert step(3).theorem.conclusion == proofs.inner_step.theorem.conclusion
    with pytest.raises(NoCertificate):
        step(power)


def test_fresh_draws_are_no_example_of_an_epoch() -> None:
    """The deviations of the targets add up to 0 in an epoch, and not if they are fresh."""
    targets = (0, 1, 5)
    anew = tuple((F(1, 27), order) for order in product_of(targets, repeat=3))
    with pytest.raises(EvidenceError, match=r"\(three targets, drawn anew\) it is not true that"):
        example(says.bridge, replace(proofs.three, outcomes=anew), "three targets, drawn anew")


def test_the_bridge_of_fresh_draws_would_not_come_back() -> None:
    wrong = Claim("x", "x", Expectation(minibatch.partial_sum(minibatch.size).norm2()).equals(
        minibatch.size * proofs.sigma2), says.bridge.hypotheses)
    assert example(wrong, proofs.three, "three targets").shows == "refuted"
    assert example(says.bridge, proofs.three, "three targets").shows == "not vacuous"


def test_the_bound_without_the_contraction_of_the_start_is_refuted_by_the_example() -> None:
    """D_1 = 1/4 from the start 2, where D_0 = 9/4: the noise is not to be halved."""
    claim = says.one_epoch
    half = Claim("x", "x", proofs.a.distance2(minibatch.total)
                 <= says.epoch_noise(proofs.alpha, proofs.sigma2, minibatch.total, proofs.c,
                                     proofs.L) / 2, claim.hypotheses)
    assert example(half, proofs.two, "two targets").shows == "refuted"


def test_the_bounds_on_epochs_are_attained_in_one_corner_and_loose_elsewhere() -> None:
    two = replace(proofs.shuffled_world((0, 1), F(1), 2), start=1, period=1)
    wide = replace(proofs.two, start=1, period=1)
    for claim in (says.reshuffled, says.ball, says.one_epoch):
        assert example(claim, two, "two targets, alpha = 1/L = 1/c").slack == 0
        assert example(claim, wide, "the same as components of c = 1/2").slack > 0


def test_arrays_broadcast() -> None:
    alphas = np.array([0.1, 0.2])
    both = says.reshuffled2(2, 1.0, alphas, 1.0, 4, 1.0, 2.0)
    assert both.tolist() == [says.reshuffled2(2, 1.0, alpha, 1.0, 4, 1.0, 2.0) for alpha in alphas]


def ends_of_epochs(problem, alpha: float, start) -> list[float]:
    """Return the squared distance to w* after an epoch in every order of the rows."""
    found = []
    for order in permutations(range(problem.n)):
        w = start
        for j in order:
            x = problem.X[j]
            w, _ = SGD(alpha).step(w, None, lambda w, x=x, j=j: (
                x * (x @ w - problem.y[j]) + problem.l2 * w), 1)
        found.append(float(np.sum((w - problem.w_star) ** 2)))
    return found


def test_no_order_of_the_rows_leads_above_the_ceiling_of_ridge(monkeypatch) -> None:
    """The bound on their mean is exceeded by some: an outlier that comes last remains."""
    problem, L = ridge(np.ones((4, 1)), np.array([3.0, -1.0, -1.0, -1.0]), simulation.L2), 2.0
    monkeypatch.setattr(simulation, "RIDGE_ALPHA", 1 / L)
    kept = (1 - simulation.L2 / L) ** 4
    (ceiling,) = simulation._every_order(problem, L, np.array([1]))
    away = problem.w_star + 1.0
    assert max(ends_of_epochs(problem, 1 / L, away)) <= ceiling
    ends = ends_of_epochs(problem, 1 / L, problem.w_star)
    in_the_mean = says.epoch_noise(1 / L, problem.variance(problem.w_star), 4, simulation.L2, L)
    assert np.mean(ends) <= in_the_mean < max(ends) <= ceiling - kept
