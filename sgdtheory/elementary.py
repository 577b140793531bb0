"""Elementary functions that work on numbers, arrays, Fractions, sympy and formal terms alike.

A formula written with ``+ - * / **`` and these functions is evaluated, typeset and proved by the
same text. On floats `one_minus_power` and the sums of powers are computed without cancellation.
Long because each of them knows five kinds of numbers.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.formal import FormalNumber, RootedNumber
from sgdtheory.kinds import each, floating, formal, plain, sympy_of

__all__ = [
    "absolute",
    "anywhere",
    "bridge_sum",
    "exp",
    "factorial",
    "gamma_step",
    "geometric",
    "maximum",
    "minimum",
    "one_minus_power",
    "over_or_infinite",
    "positive_root",
    "power_spread",
    "quotient",
    "sqrt",
    "unit_ball",
]


def anywhere(condition: Any) -> bool:
    """Tell whether a condition holds, or holds anywhere in an array of them."""
    return condition if type(condition) is bool else bool(np.any(np.asarray(condition)))


def maximum(a: Any, b: Any) -> Any:
    """Return the larger of `a` and `b`, elementwise."""
    if plain(a, b):
        return a if a >= b or a != a else b
    if formal(a, b):
        return a.maximum(b) if isinstance(a, FormalNumber) else b.maximum(a)
    if sympy := sympy_of(a, b):
        return sympy.Max(a, b)
    return _plain(np.maximum(a, b))


def minimum(a: Any, b: Any) -> Any:
    """Return the smaller of `a` and `b`, elementwise."""
    if plain(a, b):
        return a if a <= b or a != a else b
    if formal(a, b):
        return -maximum(-a, -b)
    if sympy := sympy_of(a, b):
        return sympy.Min(a, b)
    return _plain(np.minimum(a, b))


def absolute(a: Any) -> Any:
    """Return the absolute value of `a`, elementwise."""
    if plain(a):
        return abs(a)
    if formal(a):
        return maximum(a, -a)
    if sympy := sympy_of(a):
        return sympy.Abs(a)
    return _plain(np.abs(a)) if not isinstance(a, Fraction) else abs(a)


def sqrt(a: Any) -> Any:
    """Return the square root of `a`, elementwise; of a Fraction, exactly or ValueError."""
    if sympy := sympy_of(a):
        return sympy.sqrt(a)
    if isinstance(a, RootedNumber):
        return a.sqrt()
    if isinstance(a, Fraction):
        return _rational_sqrt(a)
    if each(a):
        return np.frompyfunc(sqrt, 1, 1)(a)
    return _plain(np.sqrt(a))


def quotient(a: Any, b: Any) -> Any:
    """Return ``a / b``, elementwise, and 0 where `a` and `b` are both 0."""
    if each(a, b):
        return np.frompyfunc(quotient, 2, 1)(a, b)
    if sympy_of(a, b) or formal(a, b) or isinstance(a, Fraction) or isinstance(b, Fraction):
        return b if a == 0 and b == 0 else a / b
    a, b = np.asarray(a), np.asarray(b)
    return _plain(np.divide(a, np.where((a == 0) & (b == 0), 1, b)))


def over_or_infinite(a: Any, b: Any) -> Any:
    """Return ``a / b`` where ``b > 0``, else infinity; but 0 where `a` is 0, elementwise."""
    if sympy_of(a, b):
        import sympy

        return sympy.Piecewise((0, sympy.Eq(a, 0)), (a / b, b > 0), (sympy.oo, True))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        found = np.frompyfunc(over_or_infinite, 2, 1)(a, b)
        return found if each(a, b) else found.astype(float)
    return 0 * a if a == 0 else a / b if b > 0 else math.inf


def positive_root(half: Any, product: Any) -> Any:
    """Return the positive x with ``x**2 + 2 half x = product``, elementwise, for a product >= 0.

    It is ``sqrt(half**2 + product) - half``, which on floats would cancel where half > 0.
    """
    root = sqrt(half**2 + product)
    if sympy_of(half, product) or not floating(half, product):
        return root - half
    far = root + np.abs(half)
    return _plain(np.where(np.asarray(half) > 0, quotient(product, far), far))


def _rational_sqrt(a: Fraction) -> Fraction:
    from math import isqrt

    if a < 0:
        raise ValueError(f"the square root of {a} is not real")
    root = Fraction(isqrt(a.numerator), isqrt(a.denominator))
    if root * root != a:
        raise ValueError(f"the square root of {a} is not rational; pass a float")
    return root


def exp(a: Any) -> Any:
    """Return the exponential of `a`, elementwise."""
    if sympy := sympy_of(a):
        return sympy.exp(a)
    return _plain(np.exp(a))


def factorial(n: Any) -> Any:
    """Return ``n!`` of whole numbers, elementwise; exact but for floats."""
    if isinstance(n, (int, Fraction)) and not isinstance(n, bool):
        return type(n)(math.factorial(int(n)))
    if sympy := sympy_of(n):
        return sympy.factorial(n)
    if each(n):
        return np.frompyfunc(factorial, 1, 1)(n)
    return _plain(np.vectorize(lambda k: float(math.factorial(int(k))), otypes=[float])(n))


def gamma_step(a: Any) -> Any:
    """Return ``Gamma(a + 1/2)/Gamma(a)``, elementwise."""
    if sympy := sympy_of(a):
        return sympy.gamma(a + sympy.Rational(1, 2)) / sympy.gamma(a)
    from scipy.special import poch

    return _plain(poch(np.asarray(a, dtype=float), 0.5))


def unit_ball(d: Any) -> Any:
    """Return the volume of the ball of radius 1 in d dimensions, ``pi^(d/2)/Gamma(d/2 + 1)``."""
    if sympy := sympy_of(d):
        return sympy.pi ** (d / 2) / sympy.gamma(d / 2 + 1)
    from scipy.special import gammaln

    half = np.asarray(d, dtype=float) / 2
    return _plain(np.exp(half * math.log(math.pi) - gammaln(half + 1)))


def one_minus_power(x: Any, t: Any) -> Any:
    """Return ``1 - (1 - x)**t``, on floats by ``expm1`` and ``log1p`` where ``0 <= x < 1``.

    A Fraction to the power of a float is a float in any case.
    """
    if isinstance(x, Fraction) and (isinstance(t, float) or (isinstance(t, np.ndarray)
                                    and t.dtype.kind == "f")):
        x = float(x)
    if plain(x, t):
        return -math.expm1(t * math.log1p(-x)) if 0 <= x < 1 else 1 - (1 - x) ** t
    if sympy := sympy_of(x, t):
        return 1 - sympy.sympify(1 - x) ** t  # a Fraction to the power of a symbol is a float
    if formal(x, t) or not floating(x, t):
        return 1 - (1 - x) ** t
    x, t = np.asarray(x, dtype=float), np.asarray(t, dtype=float)
    inside = (x >= 0) & (x < 1)
    stable = -np.expm1(t * np.log1p(-np.where(inside, x, 0.0)))
    return _plain(np.where(inside, stable, 1 - np.where(inside, 0.0, 1 - x) ** t))


def geometric(x: Any, t: Any) -> Any:
    """Return ``sum((1 - x)**k for k in range(t))``: ``t`` at ``x = 0``, else ``(1-(1-x)**t)/x``."""
    if plain(x, t):
        return one_minus_power(x, t) / x if x else t
    if isinstance(x, FormalNumber):
        return x.geometric_sum(t)
    if sympy := sympy_of(x, t):
        return sympy.Piecewise((t, sympy.Eq(x, 0)), ((1 - (1 - x) ** t) / x, True))
    if isinstance(x, Fraction):
        return one_minus_power(x, t) / x if x else Fraction(t)
    x, t = np.asarray(x), np.asarray(t)
    return _plain(np.where(x == 0, t, one_minus_power(x, t) / np.where(x == 0, 1, x)))


def bridge_sum(x: Any, n: Any) -> Any:
    """Return ``sum((1 - x)**(n-1-i) * i * (n-i) for i in range(n))``, for ``0 < x <= 1``.

    The closed form loses all digits where ``n x`` is small; there, on floats, the expansion
    ``sum((j + 1) binomial(n + 1, j + 3) (-x)**j)`` is used, whose terms fall fast.
    """
    if formal(x, n) or sympy_of(x, n) or not floating(x, n):
        return _bridge_closed(x, n)
    x, n = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(n, dtype=float))
    small = n * x < 2
    return _plain(np.where(small, _bridge_series(np.where(small, x, 0.0), n),
                           _bridge_closed(np.where(small, 1.0, x), n)))


def _bridge_closed(x: Any, n: Any) -> Any:
    return ((n + 1) * x - 2 + (1 - x) ** n * ((n - 1) * x + 2)) / x**3


def _bridge_series(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    term = (n + 1) * n * (n - 1) / 6
    total = np.array(term)
    for j in range(1, 30):
        term = -term * x * (n - j - 1) * (j + 1) / (j * (j + 3))
        total += term
    return total


def power_spread(x: Any, n: Any) -> Any:
    """Return ``n sum((1-x)**(2k)) - sum((1-x)**k)**2`` over ``k < n``, for ``0 < x < 2``.

    On floats it is ``n sum((p - mean)**2)`` for the powers less 1, which loses no digits.
    """
    if formal(x, n) or sympy_of(x, n) or not floating(x, n):
        r = 1 - x
        return n * (1 - r ** (2 * n)) / (x * (2 - x)) - (1 - r**n) ** 2 / x**2
    return _plain(np.vectorize(_spread, otypes=[float])(x, n))


def _spread(x: float, n: float) -> float:
    powers = -np.asarray(one_minus_power(x, np.arange(n)))
    return float(n * np.sum((powers - powers.mean()) ** 2))


def _plain(value: Any) -> Any:
    """Return an array of one number without axes as that number of Python; else `value`."""
    single = isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim)
    return value.item() if single else value
