"""Activations and their derivatives with as many digits as asked for, in mpmath.

`context` is ``mpmath.mp``, or ``mpmath.iv`` whose intervals contain the exact value.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from sgdtheory.networks.activation import Activation
from sgdtheory.networks.units import JET_NAMES, formula_of

__all__ = ["as_fraction", "derivatives_at", "value_at"]


def derivatives_at(context: Any, g: Activation, at: Fraction, degree: int) -> list[Any]:
    """Return ``g^(k)(at)`` for k up to `degree`, in mpmath's numbers or intervals."""
    if g in JET_NAMES:
        return _by_recursion(context, JET_NAMES[g], at, degree)
    z, expression = formula_of(g)
    found = []
    for _ in range(degree + 1):
        found.append(value_at(context, expression, z, at))
        expression = expression.diff(z)
    return found


def _by_recursion(context: Any, name: str, at: Fraction, degree: int) -> list[Any]:
    """Solve ``t' = 1 - t^2`` for the Taylor coefficients of tanh, and scale them."""
    where = context.mpf(at.numerator) / at.denominator
    t = [_tanh(context, where if name == "tanh" else where / 2)]
    for k in range(degree):
        square = sum((t[i] * t[k - i] for i in range(1, k + 1)), start=t[0] * t[k])
        t.append(((1 if k == 0 else 0) - square) / (k + 1))
    if name == "tanh":
        return [c * factorial(k) for k, c in enumerate(t)]
    slopes = [(c + (k == 0)) / 2 * factorial(k) / context.mpf(2) ** k for k, c in enumerate(t)]
    if name == "logistic":
        return slopes
    return [context.log(1 + context.exp(where)), *slopes[:-1]]


def _tanh(context: Any, z: Any) -> Any:
    return 1 - 2 / (context.exp(2 * z) + 1)


def value_at(context: Any, expression: Any, z: Any, at: Fraction) -> Any:
    """Return an expression of z at a rational point."""
    import sympy

    names = {name: getattr(context, name) for name in ("exp", "log", "sin", "cos", "sqrt")}
    function = sympy.lambdify(z, expression, modules=[names | {
        "tanh": lambda u: _tanh(context, u)}])
    return function(context.mpf(at.numerator) / at.denominator)


def as_fraction(value: Any) -> Fraction:
    """Return a number of mpmath exactly."""
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-1 if sign else 1) * int(mantissa) * Fraction(2) ** int(exponent)
