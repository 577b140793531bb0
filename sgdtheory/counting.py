"""Least and largest whole numbers, decided exactly: no logarithm or root is rounded.

A count that a float decides is off by one where it matters. So a float is taken for the decimal
fraction that it is printed as, 0.1 for 1/10, and a count is compared in fractions.

>>> least_trials(0.1, 1, 0.271), 1 - 0.9**3 >= 0.271
(3, False)
>>> whole_root(999, 3), whole_root(1000, 3), int(1000 ** (1 / 3))
(9, 10, 9)
"""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.kinds import each, sympy_of

__all__ = ["least_trials", "whole_above", "whole_power", "whole_root"]


def least_trials(share: Any, power: Any, confidence: Any) -> Any:
    """Return the least whole N with ``(1 - share**power)**N <= 1 - confidence``, elementwise.

    `share` and `confidence` are in (0, 1), `power` is a whole number.
    """
    if sympy := sympy_of(share, power, confidence):
        return sympy.ceiling(sympy.log(1 - confidence) / sympy.log(1 - share**power))
    if any(map(np.ndim, (share, power, confidence))):
        return np.vectorize(least_trials, otypes=[float])(share, power, confidence)
    found = _least_power(1 - _written(share) ** int(power), 1 - _written(confidence))
    return Fraction(found) if isinstance(share, Fraction) else found


def whole_above(a: Any) -> Any:
    """Return the least whole number that is at least `a`, elementwise."""
    if sympy := sympy_of(a):
        return sympy.ceiling(a)
    if isinstance(a, np.ndarray):
        return np.vectorize(whole_above, otypes=[a.dtype])(a)
    return Fraction(math.ceil(a)) if isinstance(a, Fraction) else math.ceil(a)


def whole_power(base: Any, exponent: Any) -> Any:
    """Return ``base**exponent`` of whole numbers, elementwise; arrays of integers become floats.

    Else NumPy would return what is left modulo 2^64, without a word.
    """
    if isinstance(base, np.ndarray) or isinstance(exponent, np.ndarray):
        return (np.asarray(base) if each(base) else np.asarray(base, dtype=float)) ** exponent
    plain = [int(v) if isinstance(v, np.integer) else v for v in (base, exponent)]
    return plain[0] ** plain[1]


def whole_root(a: Any, d: Any) -> Any:
    """Return the largest whole number whose d-th power is at most the whole number `a`."""
    if sympy := sympy_of(a, d):
        return sympy.floor(a ** (1 / d))
    if np.ndim(a) or np.ndim(d):
        return np.vectorize(whole_root, otypes=[float])(a, d)
    root = _whole_root(int(a), int(d))
    return Fraction(root) if isinstance(a, Fraction) else root


def _whole_root(a: int, d: int) -> int:
    """Halve the interval from 0 to a power of 2 above the root."""
    low, high = 0, 1 << (a.bit_length() // d + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**d <= a else (low, middle)
    return low


def _least_power(base: Fraction, limit: Fraction) -> int:
    """Return the least N with ``base**N <= limit``: the ratio of two logarithms, rounded up.

    They are enclosed ever more narrowly, until the ratio is between two whole numbers, or near one
    at which both sides may be equal: ``base**N = limit`` in lowest terms makes the denominator of
    `limit` at least ``2**N``. Those are compared.
    """
    digits = 30
    while True:
        (top, above), (low, high) = _minus_log(limit, digits), _minus_log(base, digits)
        if low > 0:
            least, most = math.ceil(top / high), math.ceil(above / low)
            if least == most:
                return least
            if most == least + 1 and least < limit.denominator.bit_length():
                return least + (base**least > limit)
        digits *= 2


def _minus_log(x: Fraction, digits: int) -> tuple[Fraction, Fraction]:
    """Return limits of ``-log(x)``; `decimal` rounds a logarithm correctly."""
    context = Context(prec=digits)
    logs = [Fraction(context.ln(Decimal(part))) for part in (x.denominator, x.numerator)]
    off = sum(logs, Fraction(1)) / 10 ** (digits - 1)
    return logs[0] - logs[1] - off, logs[0] - logs[1] + off


def _written(value: Any) -> Fraction:
    """Return the decimal fraction that a float is printed as; other numbers as they are."""
    return value if isinstance(value, Fraction) else Fraction(str(value))
