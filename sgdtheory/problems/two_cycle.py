"""Deterministic 2-cycles: without noise the slide's ball is false for 1/2 < alpha c < 2.

[claim S21-d] Gradient descent jumps between x and -y for ever, so that the largest squared distance
stays ``max(x, y)^2``, above ``alpha mu2 / (2c)``, although every hypothesis of the lecture holds.

>>> from fractions import Fraction as F
>>> cycle = two_cycle(alpha=F(1), x=F(1), y=F(1, 10), c=F(1))
>>> cycle.alpha * cycle.mu2 / (2 * cycle.c)                # the slide's ball, below 1
Fraction(121, 200)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.notation import letter
from sgdtheory.problems.line import Line

__all__ = ["limit_cycle", "two_cycle"]


def two_cycle(
    alpha: Any = 1, x: Any = 1, y: Any = Fraction(1, 10), c: Any = None
) -> Line:
    """Return the loss with derivative ``(x+y)/(alpha x) w`` right of 0, ``(x+y)/(alpha y) w`` left.

    On ``[-y, x]``, without noise: x goes to -y and back. The strong convexity `c` is the lesser
    slope ``(x+y)/(alpha max(x, y))`` or any number below it that is given; the factor
    ``min(2 alpha c, 2/(alpha c))`` of the repaired theorem is attained with the former.
    """
    alpha, x, y = (Fraction(v) if type(v) is int else v for v in (alpha, x, y))
    letter("alpha").check(alpha)
    if not (x > 0 and y > 0):
        raise ValueError(f"x={x} and y={y}, the ends of the cycle, must be > 0; the cycle is x, -y")
    slopes = (x + y) / (alpha * x), (x + y) / (alpha * y)
    if c is None:
        c = min(slopes)
    elif not 0 < c <= min(slopes):
        raise ValueError(f"c={c}, the constant of strong convexity, must be in (0, {min(slopes)}]: "
                         "the lesser slope of the derivative; leave it out to take that")
    return Line(right=(0, slopes[0]), left=(0, slopes[1]), low=-y, high=x, minimiser=0 * x, start=x,
                c=c, L=max(slopes), mu2=((x + y) / alpha) ** 2, sigma=0, alpha=alpha,
                why="slopes of the piecewise linear derivative on [-y, x]")


def limit_cycle(c: Any = 1, alpha: Any = Fraction(3, 4), mu: Any = 1) -> Line:
    """Return ``c w^2/2 + max(mu w, -(1 - alpha c) mu w)`` on ``[-alpha mu, 0]``: a cycle through 0.

    For ``alpha c <= 1``, without noise and with the subgradient `mu` at 0 the iterates are
    0, -alpha mu, 0, ...: the limsup is ``alpha^2 mu^2``, which is ``2 alpha c`` times the slide's
    ball: the repaired bound is attained (above 1/2), by a loss that is not differentiable at 0.
    Projection does not touch this orbit; others need it (`Line.invariant` is False).
    """
    c, alpha, mu = (Fraction(v) if type(v) is int else v for v in (c, alpha, mu))
    for name, value in (("c", c), ("alpha", alpha)):
        letter(name).check(value)
    if not mu > 0:
        raise ValueError(f"mu={mu}, the subgradient at 0, must be > 0")
    if alpha * c > 1:
        raise ValueError(f"alpha={alpha} exceeds 1/c={1 / c}: the loss would not have its minimum "
                         "at 0; take alpha <= 1/c, or two_cycle")
    return Line(right=(mu, c), left=(-(1 - alpha * c) * mu, c), low=-alpha * mu, high=0 * mu,
                minimiser=0 * mu, start=0 * mu, c=c, L=np.inf, mu2=mu**2, sigma=0, alpha=alpha,
                why="c w plus a jump at 0 from -(1 - alpha c) mu to mu, on [-alpha mu, 0]")
