"""The lecture's assumptions on SGD [slide 18], in the language of proofs.

``W(t)`` is the iterate, known at time t; ``g(t)`` the stochastic gradient that the step from t to
t+1 uses, known at t+1; ``Theta`` the set on which the lecture's bounds live.
"""

from __future__ import annotations

from typing import Any

from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import (
    Applied,
    Expectation,
    FieldValue,
    Index,
    Letter,
    Process,
    Scalar,
    Vector,
    VectorLetter,
    scalar,
)
from sgdtheory.optimizers import SGD

alpha, c, L, h, sigma2, mu2, B = map(Letter, ("alpha", "c", "L", "h", "sigma2", "mu2", "B"))
t = Index("t")
x, y, w, w_star = map(VectorLetter, ("x", "y", "w", "w*"))


def loss(point: Vector) -> Scalar:
    """Return the expected loss at a point."""
    return FieldValue("L", point)


def gradient(point: Vector) -> Vector:
    """Return the gradient (or the chosen subgradient) of the expected loss at a point."""
    return Applied("grad L", point)


def projection(point: Vector) -> Vector:
    """Return the projection of a point on Theta."""
    return Applied("P", point)


def iterate(time: Any) -> Vector:
    """Return ``W(time)``."""
    return Process("W", scalar(time))


def sample(time: Any) -> Vector:
    """Return ``g(time)``, the stochastic gradient at ``W(time)``."""
    return Process("g", scalar(time), delay=1)


def distance2(time: Any) -> Any:
    """Return ``E|W(time) - w*|^2``, a scalar."""
    return Expectation((iterate(time) - w_star).norm2())


def after_step(time: Any, step_size: Scalar = alpha) -> Any:
    """Return the vector that the package's own SGD makes of ``W(time)`` with ``g(time)``."""
    new, _ = SGD(step_size).step(iterate(time), None, lambda _: sample(time), scalar(time) + 1)
    return new


def sgd_with(step_size: Scalar, words: str) -> Assumption:
    """Return the assumption of SGD with a step size that may depend on t."""
    return Assumption(
        f"the iterates are those of SGD with step size {words}",
        iterate(t + 1).equals(after_step(t, step_size)).forall(t),
    )


strongly_convex = Assumption(
    "strong convexity on Theta",
    (loss(x) >= loss(y) + gradient(y).dot(x - y) + c / 2 * (x - y).norm2()).forall(
        x, y, inside="Theta"
    ),
)
optimal = Assumption(
    "w* is optimal on Theta", (gradient(w_star).dot(x - w_star) >= 0).forall(x, inside="Theta")
)
minimiser_inside = Assumption("w* lies in Theta", w_star.inside("Theta"))
stationary = Assumption("the gradient vanishes at w*", gradient(w_star).equals(0))
bounded_gradient = Assumption(
    "the gradient is bounded on Theta", (gradient(x).norm2() <= mu2).forall(x, inside="Theta")
)
unbiased = Assumption(
    "the draws are fresh and unbiased",
    Expectation(sample(t), t).equals(gradient(iterate(t))).forall(t),
)
bounded_variance = Assumption(
    "the minibatch variance (trace) is bounded",
    (Expectation((sample(t) - gradient(iterate(t))).norm2(), t) <= sigma2 / B).forall(t),
)
sgd = Assumption("the iterates are those of SGD", iterate(t + 1).equals(after_step(t)).forall(t))
projected_sgd = Assumption(
    "the iterates are those of projected SGD",
    iterate(t + 1).equals(projection(after_step(t))).forall(t),
)
stays = Assumption("the iterates stay in Theta", iterate(t).inside("Theta").forall(t))
starts_inside = Assumption("the start lies in Theta", iterate(0).inside("Theta"))
projects = Assumption("P maps into Theta", projection(x).inside("Theta").forall(x))
projection_shortens = Assumption(
    "P is the projection on the convex Theta",
    ((x - projection(x)).dot(projection(x) - y) >= 0).forall(y, inside="Theta").forall(x),
)
_h = x - w_star
curvature_above = Assumption(
    "the curvature seen from w* is at least c", (gradient(x).dot(_h) >= c * _h.norm2()).forall(x)
)
curvature_below = Assumption(
    "the curvature seen from w* is at most L", (gradient(x).dot(_h) <= L * _h.norm2()).forall(x)
)
cocoercive = Assumption(
    "the gradient is cocoercive between c and L as seen from w*",
    ((gradient(x) - c * _h).dot(L * _h - gradient(x)) >= 0).forall(x),
)
quadratic = Assumption("the loss is the quadratic of curvature h",
                       gradient(x).equals(h * _h).forall(x))
additive_noise = Assumption(
    "the noise is additive, of variance sigma2",
    Expectation((sample(t) - gradient(iterate(t))).norm2(), t).equals(sigma2).forall(t),
)
positive_alpha = Assumption("alpha is positive", alpha > 0)
c_at_most_L = Assumption("c is at most L", L - c >= 0)
step_below_2_over_L = Assumption("the step size is below 2/L", 2 - alpha * L > 0)
positive_c = Assumption("c is positive", c > 0)
positive_B = Assumption("B is positive", B > 0)
small_step = Assumption("the step size is at most 1/(2c)", 1 - 2 * alpha * c >= 0)
large_step = Assumption("the step size is at least 1/(2c)", 1 - 2 * alpha * c <= 0)
huge_step = Assumption("the step size is at least 2/c", alpha * c - 2 >= 0)

GEOMETRY = (strongly_convex, optimal, minimiser_inside)
"""What slide 19 needs: strong convexity and the optimality of w*, not a vanishing gradient."""

RECURSION = (
    *GEOMETRY, bounded_gradient, unbiased, bounded_variance, sgd, stays, positive_alpha, positive_B,
)
"""What one step needs: with the slide's bounds, what it leaves unsaid, namely freshness of the
draws and iterates that stay in Theta. No step-size condition is among them."""

LECTURE = (*RECURSION, positive_c)
"""The hypotheses of slides 17-22."""

PROJECTED = (
    *GEOMETRY, bounded_gradient, unbiased, bounded_variance, projected_sgd, projects,
    projection_shortens, starts_inside, positive_alpha, positive_B,
)
"""The same for projected SGD, which needs no promise that the iterates stay in Theta."""

SMOOTH = (
    curvature_above, curvature_below, cocoercive, unbiased, bounded_variance, sgd, positive_alpha,
    positive_B,
)
"""An L-smooth, c-strongly convex loss on the whole space, with bounded noise and no Theta."""
