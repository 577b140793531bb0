"""The stationary balls of momentum and Nesterov: closed form, exact moments and simulation."""

from __future__ import annotations

import pytest

import sgdtheory as st
from sgdtheory.montecarlo import DivergedError
from sgdtheory.optimizers import Momentum, Nesterov
from sgdtheory.theory import momentum, nesterov

DELTA = 1e-12
H, SIGMA2, DIM = 1.0, 1.0, 24
TOPICS = {"momentum": (Momentum, momentum), "nesterov": (Nesterov, nesterov)}
BETAS = (0.0, 0.5, 0.9, 0.99)
PLACES = (1e-3, 0.1, 0.5, 0.95)
"""The first is alpha h itself, the others shares of the stability limit."""


def settled(name, beta1, place, runs=512):
    """Return step size, closed form, exact moment and simulation when all has settled."""
    kind, topic = TOPICS[name]
    alpha = place if place == PLACES[0] else place * topic.stable_alpha(beta1, H)
    steps = 6000 if place == PLACES[0] else 3000 if beta1 == 0.99 else 400
    problem = st.problems.quadratic([H] * DIM, sigma2=SIGMA2, radius=1.0)
    rule = kind(alpha, beta1)
    run = st.simulate(problem, rule, steps=steps, times=[steps], runs=runs, w0=problem.w_star,
                      project=False)
    exact = st.exact.distance2(problem, rule, times=[steps], w0=problem.w_star)
    return alpha, topic.ball(alpha, beta1, SIGMA2, H), exact, run


@pytest.mark.chance(DELTA)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("beta1", BETAS)
@pytest.mark.parametrize("name", TOPICS)
def test_the_measured_ball_is_the_closed_form(name, beta1, place) -> None:
    _, ball, exact, run = settled(name, beta1, place)
    assert exact[0] == pytest.approx(ball, rel=2e-5), "what the start still weighs"
    verdict = st.judge_equal(exact, run, delta=DELTA)
    assert verdict and verdict.detectable < 0.2, str(verdict)
    for wrong in (1 + 1.5 * verdict.detectable, 1 / (1 + 1.5 * verdict.detectable)):
        assert not st.judge_equal(wrong * exact, run, delta=DELTA), "and it can fail"


@pytest.mark.parametrize("beta1", BETAS)
@pytest.mark.parametrize("name", TOPICS)
def test_beyond_the_limit_divergence_is_reported(name, beta1) -> None:
    kind, topic = TOPICS[name]
    alpha = 1.05 * topic.stable_alpha(beta1, H)
    problem = st.problems.quadratic([H] * 2, sigma2=SIGMA2, radius=1.0)
    with pytest.raises(ValueError, match=r"not below stable_alpha.*no stationary law"):
        topic.ball(alpha, beta1, SIGMA2, H)
    assert st.exact.spectral_radius(problem, kind(alpha, beta1)) > 1
    with pytest.raises(DivergedError, match="step"):
        st.simulate(problem, kind(alpha, beta1), steps=60_000, runs=4, project=False)
