"""The transition in symbols: the Jacobian of the rule's own step, and what follows from it."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp

import sgdtheory as st
from sgdtheory.exact.transition import transition
from sgdtheory.optimizers import SGD, Adam, CorrectedMomentum, Momentum, Nesterov
from sgdtheory.theory import momentum, nesterov, noise_ball

alpha, beta1, h, sigma2 = sympy.symbols("alpha beta1 h sigma2", positive=True)
RULES = {"SGD": SGD(alpha), "Momentum": Momentum(alpha, beta1), "Nesterov": Nesterov(alpha, beta1)}
BALLS = {
    "SGD": noise_ball.quadratic_ball.function(alpha, sigma2, h),
    "Momentum": momentum.ball.function(alpha, beta1, sigma2, h),
    "Nesterov": nesterov.ball.function(alpha, beta1, sigma2, h),
}
LIMITS = {"SGD": 2 / h, "Momentum": momentum.stable_alpha.function(beta1, h),
          "Nesterov": nesterov.stable_alpha.function(beta1, h)}


@pytest.mark.parametrize("name", RULES)
def test_the_closed_form_of_the_ball_is_the_solution_of_the_lyapunov_equation(name: str) -> None:
    covariance = st.exact.stationary(RULES[name], h, sigma2)
    assert sympy.cancel(covariance[0, 0] - BALLS[name]) == 0
    assert sympy.cancel(covariance[0, 0] - BALLS[name].subs(h, 2 * h)) != 0
    A, b = st.exact.jacobian(RULES[name], h), st.exact.push(RULES[name], h)
    left = covariance - A * covariance * A.T - sigma2 * b * b.T
    assert left.applyfunc(sympy.cancel) == sympy.zeros(*covariance.shape)


def test_the_look_ahead_point_has_the_ball_of_its_own() -> None:
    C = st.exact.stationary(RULES["Nesterov"], h, sigma2)
    seen = sympy.Matrix([[1, -alpha * beta1]])
    assert sympy.cancel((seen * C * seen.T)[0, 0]
                        - nesterov.lookahead_ball.function(alpha, beta1, sigma2, h)) == 0


@pytest.mark.parametrize("name", RULES)
def test_jurys_conditions_end_at_the_stability_limit(name: str) -> None:
    conditions = st.exact.stability(RULES[name], h)
    at_limit = [sympy.cancel(part.subs(alpha, LIMITS[name])) for part in conditions]
    assert at_limit.count(0) == 1, "one root leaves, at -1"
    for share, stable in ((F(99, 100), True), (F(101, 100), False)):
        values = [part.subs(alpha, share * LIMITS[name]).subs({beta1: F(9, 10), h: 3})
                  for part in conditions]
        assert all(value > 0 for value in values) is stable


@given(hyp.floats(1e-3, 5), hyp.floats(0, 0.99), hyp.floats(0.1, 10))
def test_the_symbols_and_the_unit_vectors_find_one_transition(a, b1, curvature) -> None:
    for rule in (SGD(a), Momentum(a, b1), Nesterov(a, b1)):
        symbolic = np.array(st.exact.jacobian(rule, curvature), dtype=float)
        numeric = np.eye(len(symbolic)) + transition(rule, 1, 3).increment(curvature).squeeze(0)
        np.testing.assert_allclose(symbolic, numeric, rtol=1e-12, atol=1e-12)


def test_the_characteristic_polynomial_is_that_of_the_heavy_ball() -> None:
    z = sympy.Symbol("z")
    step = alpha * (1 - beta1) * h
    found = st.exact.characteristic(RULES["Momentum"], h, z)
    assert sympy.expand(found - (z**2 - (1 + beta1 - step) * z + beta1)) == 0
    found = st.exact.characteristic(RULES["Nesterov"], h, z)
    assert sympy.expand(
        found - (z**2 - (1 + beta1) * (1 - step) * z + beta1 * (1 - step))) == 0


def test_fractions_stay_exact() -> None:
    covariance = st.exact.stationary(Momentum(F(1, 2), F(1, 2)), F(1), F(1))
    ball = momentum.ball(F(1, 2), F(1, 2), F(1), F(1))
    assert covariance[0, 0] == sympy.Rational(ball.numerator, ball.denominator)


@pytest.mark.parametrize(("rule", "message"), [
    (CorrectedMomentum(alpha, beta1), "CorrectedMomentum depends on the time.*distance2 knows"),
    (Adam(alpha, beta1, F(1, 2), eps=0), "Adam is not linear in the gradients"),
])
def test_what_has_no_stationary_law_is_refused(rule, message: str) -> None:
    with pytest.raises(st.exact.NotExactlyKnown, match=message):
        st.exact.stationary(rule, h, sigma2)


def test_a_root_on_the_circle_has_no_stationary_law() -> None:
    with pytest.raises(st.exact.NotExactlyKnown, match="a root lies on the circle"):
        st.exact.stationary(SGD(F(2)), F(1), F(1))
