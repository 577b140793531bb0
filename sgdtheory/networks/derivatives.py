"""Derivatives of tanh of every order, exactly: polynomials of tanh with whole coefficients.

As ``tanh' = 1 - tanh^2``, the derivative of order k is ``P_k(tanh z)`` with ``P_0(t) = t`` and
``P_(k+1) = P_k' (1 - t^2)``; its supremum is that of ``|P_k|`` on [-1, 1]. As the sigmoid is
``(1 + tanh(z/2))/2``, its derivative of order k >= 1 has the supremum of tanh's over ``2^(k+1)``.

>>> tanh_polynomial(2)                                      # -2 t + 2 t^3
(0, -2, 0, 2)
>>> [tangent_number(j) for j in range(1, 6)]
[1, 2, 16, 272, 7936]
>>> low, high = tanh_supremum(2)                            # 4/(3 sqrt 3)
>>> f"{float(low):.12f}", high - low < 1e-15
('0.769800358920', True)
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb

__all__ = ["evaluated", "tangent_number", "tanh_polynomial", "tanh_supremum"]


@cache
def tanh_polynomial(k: int) -> tuple[int, ...]:
    """Return the coefficients of ``P_k``, from the constant on: ``tanh^(k) = P_k(tanh)``."""
    if k < 0:
        raise ValueError(f"k={k}, the order of a derivative, must be a whole number >= 0; "
                         "0 asks for the function itself")
    if k == 0:
        return (0, 1)
    slope = [i * c for i, c in enumerate(tanh_polynomial(k - 1))][1:]
    padded = [*slope, 0, 0]
    return tuple(a - b for a, b in zip(padded, [0, 0, *slope], strict=True))


def evaluated(polynomial: tuple[int, ...], t: Fraction) -> Fraction:
    """Return the value of a polynomial, exactly."""
    value = Fraction(0)
    for coefficient in reversed(polynomial):
        value = value * t + coefficient
    return value


@cache
def tangent_number(j: int) -> int:
    """Return the j-th tangent number: ``tan(z) = sum(T_j z^(2j-1)/(2j-1)!)``, by ``T = T T``.

    From ``tan' = 1 + tan^2``, a convolution that knows nothing of `tanh_polynomial`.
    """
    if j == 1:
        return 1
    return sum(comb(2 * j - 2, 2 * i - 1) * tangent_number(i) * tangent_number(j - i)
               for i in range(1, j))


@cache
def tanh_supremum(k: int) -> tuple[Fraction, Fraction]:
    """Return rational numbers that enclose ``sup |tanh^(k)|``, for k >= 0.

    The largest value of ``|P_k|`` is at an end of [-1, 1] or at a real root of ``P_k'``; the roots
    are isolated exactly (by Sturm's theorem or a variant), and a root is known to 1e-40.
    """
    import sympy

    own = tanh_polynomial(k)
    slope = sympy.Poly([i * c for i, c in enumerate(own)][:0:-1], sympy.Symbol("t"))
    steepest = sum(i * abs(c) for i, c in enumerate(own))
    found = [(abs(evaluated(own, Fraction(end))), Fraction(0)) for end in (-1, 1)]
    isolated = slope.intervals(eps=sympy.Rational(1, 10**40), inf=-1, sup=1)
    for (left, right), _ in isolated:
        low, high = (Fraction(int(x.p), int(x.q)) for x in (left, right))
        middle = (low + high) / 2
        found.append((abs(evaluated(own, middle)), (high - low) / 2 * steepest))
    return max(v - error for v, error in found), max(v + error for v, error in found)
