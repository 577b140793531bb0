"""Balls: arrays of numbers that are known up to a radius, with every rounding accounted for.

A `Ball` stands for all numbers within ``rad`` of ``mid``. Sums, products and quotients of float64
are correctly rounded (IEEE 754), which the radius pays; the radii themselves are computed with
rounding and enlarged by a relative 2^-45 and an absolute 1e-290. Of the elementary functions it is
assumed that numpy returns them to within 4 units in the last place (`LIBM_ULPS`), and scipy erf to
within 16: the largest errors seen in the tests, against mpmath, are below half of that. A ball says
nothing where its radius is infinite, or nan.

>>> third = Ball(1.0) / Ball(3.0)
>>> bool(third.contains(0.3333333333333333)), float(third.rad) < 1e-15
(True, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["LIBM_ULPS", "Array", "Ball", "enlarged"]

Array = np.ndarray

LIBM_ULPS = 4
"""The stated assumption: elementary functions are this accurate, in units of the last place."""

UNIT = 2.0**-53
"""The relative error of one rounding."""

LIBM = 2 * LIBM_ULPS * UNIT


def enlarged(radius: Any) -> Any:
    """Return a sum of products of nonnegative floats, made an upper bound of its exact value."""
    return radius * (1 + 2.0**-45) + 1e-290


@dataclass(frozen=True, eq=False)
class Ball:
    """All numbers within `rad` of `mid`; both are numbers or arrays that broadcast."""

    mid: Any
    rad: Any = 0.0

    def contains(self, value: Any) -> Any:
        """Tell whether a float is in the ball, elementwise."""
        return np.abs(np.asarray(value) - self.mid) <= self.rad

    @property
    def magnitude(self) -> Any:
        """An upper bound of the absolute value."""
        return enlarged(np.abs(self.mid) + self.rad)

    @property
    def low(self) -> Any:
        """A lower bound of the value."""
        return np.nextafter(self.mid - self.rad, -np.inf)

    @property
    def high(self) -> Any:
        """An upper bound of the value."""
        return np.nextafter(self.mid + self.rad, np.inf)

    @property
    def mignitude(self) -> Any:
        """A lower bound of the absolute value, 0 if the ball contains 0."""
        return np.maximum(0.0, np.nextafter(np.abs(self.mid) - self.rad, -np.inf))

    def __neg__(self) -> Ball:
        return Ball(-self.mid, self.rad)

    def __add__(self, other: Any) -> Ball:
        other = ball(other)
        mid = self.mid + other.mid
        return Ball(mid, enlarged(self.rad + other.rad + UNIT * np.abs(mid)))

    def __sub__(self, other: Any) -> Ball:
        return self + -ball(other)

    def __mul__(self, other: Any) -> Ball:
        other = ball(other)
        mid = self.mid * other.mid
        size = np.abs(self.mid) * other.rad + self.rad * (np.abs(other.mid) + other.rad)
        return Ball(mid, enlarged(size + UNIT * np.abs(mid)))

    def __truediv__(self, other: Any) -> Ball:
        return self * ball(other).inverse()

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Ball:
        return ball(other) + -self

    def __rtruediv__(self, other: Any) -> Ball:
        return ball(other) * self.inverse()

    def inverse(self) -> Ball:
        """Return ``1/x``; infinite where the ball contains 0."""
        least = self.mignitude
        safe = np.where(least > 0, self.mid, 1.0)
        mid = 1 / safe
        rad = self.rad / np.abs(safe) / np.where(least > 0, least, 1.0) + UNIT * np.abs(mid)
        return Ball(mid, np.where(least > 0, enlarged(rad), np.inf))

    def power(self, exponent: int) -> Ball:
        """Return a power with a whole exponent."""
        if exponent < 0:
            return self.inverse().power(-exponent)
        result = ball(np.ones_like(np.asarray(self.mid)))
        for _ in range(exponent):
            result = result * self
        return result

    def exp(self) -> Ball:
        """Return the exponential: the smaller of its slope's radius and of that of its ends.

        Where it underflows, its error is that of the least normal float.
        """
        mid, tiny = np.exp(self.mid), np.finfo(float).tiny
        sloped = np.maximum(mid, tiny) * (np.expm1(self.rad) * (1 + LIBM) + LIBM)
        top = np.exp(self.high) * (1 + 2 * LIBM) + tiny
        return Ball(mid, enlarged(np.fmin(sloped, np.maximum(top - mid, mid) * (1 + LIBM))))

    def log(self) -> Ball:
        """Return the logarithm; infinite where the ball is not positive."""
        good = self.low > 0
        at, spread = np.where(good, self.mid, 1.0), np.where(good, self.rad, 0.0)
        mid = np.log(at)
        rad = spread / (at - spread) * (1 + 4 * UNIT) + LIBM * np.abs(mid)
        return Ball(mid, np.where(good, enlarged(rad), np.inf))

    def root(self, exponent: float) -> Ball:
        """Return a positive power of the part that is not negative; infinite if there is none.

        ``log`` of a float is below 745 in size, which bounds what rounding the exponent changes.
        """
        exact = np.asarray(self.rad) == 0
        low = np.maximum(np.where(exact, self.mid, self.low), 0.0) ** exponent
        high = np.maximum(np.where(exact, self.mid, self.high), 0.0) ** exponent
        relative = LIBM if float(exponent * 64).is_integer() else LIBM + 1500 * exponent * UNIT
        rad = enlarged((high - low) / 2 + (relative + 2 * UNIT) * high)
        return Ball((low + high) / 2, np.where(self.high >= 0, rad, np.inf))

    def _slowly(self, function: Any, steepest: Any, ulps: float = LIBM, top: float = 1.0) -> Ball:
        """Return a function of size at most `top` whose slope on the ball is at most `steepest`."""
        mid = function(np.asarray(self.mid, dtype=float))
        rad = enlarged(steepest * self.rad + ulps * np.abs(mid))
        anything = ~(rad <= top + np.abs(mid))
        return Ball(np.where(anything, 0.0, mid), np.where(anything, enlarged(top), rad))

    def sin(self) -> Ball:
        """Return the sine."""
        return self._slowly(np.sin, 1.0)

    def cos(self) -> Ball:
        """Return the cosine."""
        return self._slowly(np.cos, 1.0)

    def tanh(self) -> Ball:
        """Return the hyperbolic tangent."""
        small = np.exp(-2 * self.mignitude) * (1 + 2 * LIBM)
        return self._slowly(np.tanh, np.minimum(1.0, 4 * small))

    def atan(self) -> Ball:
        """Return the arc tangent."""
        return self._slowly(np.arctan, 1.0, top=1.6)

    def erf(self) -> Ball:
        """Return the error function."""
        from scipy.special import erf

        return self._slowly(erf, 1.13, 4 * LIBM)


def ball(value: Any) -> Ball:
    """Return a float or an array as a ball of radius 0; a ball as it is."""
    return value if isinstance(value, Ball) else Ball(np.asarray(value, dtype=float))
