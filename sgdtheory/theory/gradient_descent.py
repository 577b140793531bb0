"""Gradient descent without noise [slide 16].

On a c-strongly convex, L-smooth loss every step brings w closer to w* by the factor
``max(|1 - alpha c|, |1 - alpha L|)``, which is below 1 exactly for ``0 < alpha < 2/L``, and is
attained on the quadratics of curvature c and L.

>>> contraction(alpha=0.5, c=1.0, L=2.0)
0.5
>>> best_step(c=1.0, L=3.0)
0.5
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import absolute, anywhere, maximum
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import scalar
from sgdtheory.optimizers import SGD


@formula
def contraction(alpha, c, L):
    """Lipschitz factor of a gradient step on a c-strongly convex, L-smooth loss [slide 16]."""
    return maximum(absolute(1 - alpha * c), absolute(1 - alpha * L))


def curvatures_in_order(c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L``."""
    if anywhere(L < c):
        raise ValueError(
            f"L={L}, the Lipschitz constant of the gradient, must be >= c={c}, the constant of "
            "strong convexity; check that the two were not exchanged"
        )


@formula(requires=curvatures_in_order)
def distance2(t, d0, alpha, c, L):
    """Exact worst case of ``|w_t - w*|^2`` without noise [slide 16]."""
    return (contraction.function(alpha, c, L) ** 2) ** t * d0


@formula(requires=curvatures_in_order)
def best_step(c, L):
    """Step size with the smallest contraction factor, ``(L - c)/(L + c)``."""
    return 2 / (c + L)


# --- claims --------------------------------------------------------------------------------------

descent = Assumption(
    "the iterates are those of gradient descent",
    a.iterate(a.t + 1)
    .equals(SGD(a.alpha).step(a.iterate(a.t), None, a.gradient, scalar(a.t) + 1)[0])
    .forall(a.t),
)
_squared_distance = (a.iterate(a.t) - a.w_star).norm2()

stationary_points_as_stated = Claim(
    "sgd.S16-a", "The solution is where the gradient vanishes.",
    correction="Necessary at an interior minimiser, and sufficient for a convex loss only.",
)
stationary_is_minimal = Claim(
    "sgd.S16-a-corrected", "On a strongly convex loss a point of zero gradient is the minimiser.",
    (a.loss(a.w) >= a.loss(a.w_star) + a.c / 2 * (a.w - a.w_star).norm2()).forall(
        a.w, inside="Theta"
    ),
    (a.strongly_convex, a.minimiser_inside, a.stationary),
)
converges = Claim(
    "sgd.S16-b", "On a loss of curvatures between c and L gradient descent contracts the distance "
    "by r = max(|1 - alpha c|, |1 - alpha L|) a step.",
    _squared_distance
    <= distance2(a.t, (a.iterate(0) - a.w_star).norm2(), a.alpha, a.c, a.L),
    (a.curvature_above, a.curvature_below, a.cocoercive, descent, a.positive_alpha),
    "It converges for 0 < alpha < 2/L on every such loss, and for no other step size.",
)
factor_below_one = Claim(
    "sgd.S16-b-range", "The factor r = max(|1 - alpha c|, |1 - alpha L|) of gradient descent is "
    "below 1 for 0 < alpha < 2/L.",
    1 - contraction(a.alpha, a.c, a.L) ** 2 > 0,
    (a.positive_alpha, a.positive_c, a.c_at_most_L, a.step_below_2_over_L),
    "Not at alpha = 2/L: on the quadratic of curvature L the iterate jumps to its mirror image.",
)
best_rate = Claim(
    "sgd.S16-b-best", "At alpha = 2/(c + L) gradient descent contracts the curvature c by "
    "1 - alpha c = (L - c)/(L + c).",
    (1 - best_step(a.c, a.L) * a.c).equals((a.L - a.c) / (a.L + a.c)),
    (a.positive_c, a.c_at_most_L),
)
best_rate_at_L = Claim(
    "sgd.S16-b-best-L", "At alpha = 2/(c + L) gradient descent contracts the curvature L by "
    "alpha L - 1 = (L - c)/(L + c), as it does c.",
    (best_step(a.c, a.L) * a.L - 1).equals((a.L - a.c) / (a.L + a.c)),
    (a.positive_c, a.c_at_most_L),
)
