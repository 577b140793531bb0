"""The noise ball of stochastic gradient descent [slides 17-21].

On a bounded convex set, with a c-strongly convex loss, gradients of squared norm at most mu2 and
minibatch noise of variance at most sigma2/B, every step obeys
``D_(t+1) <= (1 - 2 alpha c) D_t + alpha^2 (sigma2/B + mu2)`` for ``D_t = E|W_t - w*|^2``. The slide
iterates it to a ball of squared radius ``alpha (sigma2/B + mu2) / (2c)``, which is true for
``alpha c <= 1/2`` and false between 1/2 and 2; `worst_case_radius2` is true for every step size.

>>> round(radius2(alpha=0.1, sigma2=1.0, B=4, mu2=0.75, c=0.5), 12)
0.1
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import absolute, geometric, maximum, minimum, one_minus_power
from sgdtheory.logic.formula import formula


@formula
def second_moment(sigma2, B, mu2):
    """Bound on ``E|G|^2`` of a minibatch gradient: variance plus squared mean [slide 21]."""
    return sigma2 / B + mu2


@formula
def radius2(alpha, sigma2, B, mu2, c):
    """Squared radius of the noise ball [slide 22]. True as a limsup for ``alpha c <= 1/2``."""
    return alpha * (sigma2 / B + mu2) / (2 * c)


def contracts(alpha: Any, sigma2: Any, B: Any, mu2: Any, c: Any) -> None:
    """Raise ValueError unless ``alpha c <= 1/2``, where the recursion may be iterated."""
    excess = np.asarray(2 * alpha * c > 1 + 1e-12)
    if excess.any():
        alpha, sigma2, B, mu2, c = (
            float(np.broadcast_to(np.asarray(value, dtype=float), excess.shape)[excess][0])
            for value in (alpha, sigma2, B, mu2, c)
        )
        still = float(worst_case_radius2(alpha, sigma2, B, mu2, c))
        raise ValueError(
            f"alpha={alpha:g} exceeds 1/(2c)={1 / (2 * c):g}: the recursion does not contract; "
            f"what still holds for t >= 1: E|w_t-w*|^2 <= min(alpha^2 (sigma2/B + mu2), mu2/c^2) "
            f"= {still:.6g}; use worst_case_radius2, or alpha <= {1 / (2 * c):g}"
        )


@formula(requires=contracts)
def distance2(t, d0, alpha, sigma2, B, mu2, c):
    """Bound on ``E|W_t - w*|^2`` at time t, for ``alpha c <= 1/2`` [slide 21]."""
    return (1 - 2 * alpha * c) ** t * d0 + radius2(alpha, sigma2, B, mu2, c) * one_minus_power(
        2 * alpha * c, t
    )


@formula
def worst_case_radius2(alpha, sigma2, B, mu2, c):
    """Squared radius that holds for every step size on the slide's bounded set."""
    return minimum(alpha * maximum(alpha, 1 / (2 * c)) * (sigma2 / B + mu2), mu2 / c**2)


@formula
def contraction(alpha, c, L):
    """Lipschitz factor of a gradient step on a c-strongly convex, L-smooth loss [slide 16]."""
    return maximum(absolute(1 - alpha * c), absolute(1 - alpha * L))


def curvatures_in_order(c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L``."""
    if np.any(np.asarray(L < c)):
        raise ValueError(
            f"L={L}, the Lipschitz constant of the gradient, must be >= c={c}, the constant of "
            "strong convexity; check that the two were not exchanged"
        )


@formula(requires=curvatures_in_order)
def smooth_distance2(t, d0, alpha, sigma2, B, c, L):
    """Exact worst case of ``E|W_t - w*|^2`` over L-smooth losses; no bounded gradient needed."""
    r2 = contraction(alpha, c, L) ** 2
    return r2**t * d0 + alpha**2 * sigma2 / B * geometric(1 - r2, t)


def smooth_step_size(alpha: Any, c: Any, L: Any) -> None:
    """Raise ValueError unless ``c <= L`` and ``alpha < 2/L``."""
    curvatures_in_order(c, L)
    if np.any(np.asarray(alpha * L >= 2)):
        raise ValueError(
            f"alpha={alpha} is not below 2/L={2 / L}: the distance does not stay bounded on "
            "every L-smooth loss; take alpha < 2/L, or smooth_distance2 at a finite t"
        )


@formula(requires=smooth_step_size)
def smooth_radius2(alpha, sigma2, B, c, L):
    """Limit of `smooth_distance2` as t grows, for ``alpha < 2/L``."""
    return alpha**2 * sigma2 / B / (1 - contraction(alpha, c, L) ** 2)


def stable_on_quadratic(alpha: Any, h: Any) -> None:
    """Raise ValueError unless ``alpha h < 2``."""
    if np.any(np.asarray(alpha * h >= 2)):
        raise ValueError(
            f"alpha={alpha} is not below 2/h={2 / h}, the stability limit of the quadratic of "
            "curvature h: there is no stationary law; take a smaller alpha"
        )


@formula(requires=stable_on_quadratic)
def quadratic_ball(alpha, sigma2, h):
    """Stationary ``E w^2`` on the 1-D quadratic of curvature h with additive noise."""
    return alpha * sigma2 / (h * (2 - alpha * h))
