"""Taylor coefficients of elementary functions, in balls: ``h^(k)(u)/k!`` for k = 0, ..., order.

Asked at a point, they are the coefficients there; asked on a wide ball, they contain those of every
point of it, so that the last of them bounds the remainder of Taylor's formula. Each function is the
solution of a differential equation, which gives its coefficients one after another.

>>> [float(c.mid) for c in JETS["exp"](Ball(0.0), 2)]
[1.0, 1.0, 0.5]
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.networks.ball import Ball, ball

__all__ = ["JETS", "Jet", "power"]

Jet = list[Ball]


def _convolved(a: Jet, b: Jet, k: int) -> Ball:
    """Return the coefficient k of a product."""
    total = a[0] * b[k]
    for i in range(1, k + 1):
        total = total + a[i] * b[k - i]
    return total


def exponential(u: Ball, order: int) -> Jet:
    """Solve ``y' = y``."""
    jet = [u.exp()]
    for k in range(order):
        jet.append(jet[k] / (k + 1.0))
    return jet


def sine(u: Ball, order: int) -> Jet:
    """Solve ``y'' = -y`` from the sine."""
    return _oscillating(u.sin(), u.cos(), order)


def cosine(u: Ball, order: int) -> Jet:
    """Solve ``y'' = -y`` from the cosine."""
    return _oscillating(u.cos(), -u.sin(), order)


def _oscillating(value: Ball, slope: Ball, order: int) -> Jet:
    jet = [value, slope]
    for k in range(2, order + 1):
        jet.append(-jet[k - 2] / (k * (k - 1.0)))
    return jet[: order + 1]


def hyperbolic_tangent(u: Ball, order: int) -> Jet:
    """Solve ``y' = 1 - y^2``, where ``1 - y^2`` of a saturated unit keeps its relative accuracy."""
    jet = [u.tanh()]
    if order:
        small = (ball(u.mignitude) * -2.0).exp()
        steep = 4.0 * small / ((1.0 + small) * (1.0 + small))
        bound = steep.high
        slope = 1.0 - jet[0] * jet[0]
        low, high = np.maximum(slope.low, 0.0), np.minimum(slope.high, bound)
        high = np.maximum(low, high)
        jet.append(Ball((low + high) / 2, (high - low) / 2 * (1 + 2.0**-45) + high * 2.0**-51))
    for k in range(1, order):
        jet.append(-_convolved(jet, jet, k) / (k + 1.0))
    return jet


def logistic(u: Ball, order: int) -> Jet:
    """Return that of ``(1 + tanh(u/2))/2``."""
    jet = hyperbolic_tangent(u * 0.5, order)
    halves = [c * 0.5 ** (k + 1) for k, c in enumerate(jet)]
    return [halves[0] + 0.5, *halves[1:]]


def softplus(u: Ball, order: int) -> Jet:
    """Integrate the logistic function, from ``log(1 + exp(u))``."""
    mid = np.logaddexp(0.0, u.mid)
    jet = [Ball(mid, u.rad * (1 + 2.0**-45) + 16 * 2.0**-53 * (np.abs(mid) + np.abs(u.mid)))]
    slopes = logistic(u, order)
    return [*jet, *(slopes[k] / (k + 1.0) for k in range(order))]


def logarithm(u: Ball, order: int) -> Jet:
    """Integrate ``1/u``."""
    inverses = power(u, Fraction(-1), order)
    return [u.log(), *(inverses[k] / (k + 1.0) for k in range(order))]


def power(u: Ball, exponent: Fraction, order: int) -> Jet:
    """Return the binomial series of ``u^exponent``."""
    about = Ball(float(exponent), abs(float(exponent)) * 2.0**-53)
    factors = [ball(1.0)]
    for k in range(order):
        factors.append(factors[-1] * (about - float(k)) / (k + 1.0))
    return [p * factor for p, factor in zip(_powers(u, exponent, order), factors, strict=True)]


def _powers(u: Ball, exponent: Fraction, order: int) -> Jet:
    """Return ``u^(exponent - k)`` for k up to `order`."""
    powers: Jet = []
    for k in range(order + 1):
        left = exponent - k
        if exponent.denominator == 1 and exponent >= 0:
            powers.append(u.power(max(int(left), 0)))
        elif exponent.denominator > 1 and left > 0:
            powers.append(u.root(float(left)))
        elif k == 0 and exponent.denominator == 1:
            powers.append(u.power(int(exponent)))
        elif k == 0:
            powers.append(u.root(float(-exponent)).inverse())
        else:
            powers.append(powers[-1] * u.inverse())
    return powers


def arc_tangent(u: Ball, order: int) -> Jet:
    """Integrate ``1/(1 + u^2)``, whose series is a recursion of two terms."""
    slopes = [(1.0 + u * u).inverse()]
    for k in range(1, order):
        last = slopes[k - 2] if k > 1 else ball(0.0)
        slopes.append(-(u * 2.0 * slopes[k - 1] + last) * slopes[0])
    return [u.atan(), *(slopes[k] / (k + 1.0) for k in range(order))]


def error_function(u: Ball, order: int) -> Jet:
    """Integrate ``2/sqrt(pi) exp(-u^2)``, for which ``y' = -2 u y``."""
    first = (-(u * u)).exp() * Ball(2 / math.sqrt(math.pi), 2.0**-51)
    slopes = [first]
    for k in range(order - 1):
        last = slopes[k - 1] if k else ball(0.0)
        slopes.append((u * slopes[k] + last) * (-2.0 / (k + 1.0)) if k else u * slopes[0] * -2.0)
    return [u.erf(), *(slopes[k] / (k + 1.0) for k in range(order))]


JETS: dict[str, Callable[[Any, int], Jet]] = {
    "exp": exponential, "sin": sine, "cos": cosine, "tanh": hyperbolic_tangent, "log": logarithm,
    "atan": arc_tangent, "erf": error_function, "logistic": logistic, "softplus": softplus,
}
"""The functions that a target and an activation may be made of, by their names in sympy."""
