"""Values of targets as rational intervals, for certificates."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.networks.dual import DualCertificate, Interval, annihilator
from sgdtheory.networks.target import Formula, Target
from sgdtheory.networks.taylor import space

__all__ = ["dual_certificate", "value_at", "values_at"]

Point = tuple[Fraction, ...]


def value_at(target: Target, point: Point) -> Interval:
    """Return a rational interval with f at a rational point; exact if f is rational."""
    return values_at(target, (point,))[0]


def values_at(target: Target, points: tuple[Point, ...]) -> tuple[Interval, ...]:
    """Return `value_at` for several points."""
    exact = [_exact(target, point) for point in points]
    if all(value is not None for value in exact):
        return tuple((value, value) for value in exact if value is not None)
    centre = np.array([[float(x) for x in point] for point in points]).T
    away = np.array([[float(abs(x - Fraction(float(x)))) for x in point] for point in points]).T
    half = np.where(away > 0, np.nextafter(away, np.inf), 0.0)
    with np.errstate(all="ignore"):
        found = target.model(space(centre.shape[0], 2), centre, half).range
    lows, highs = np.broadcast_arrays(found.low, found.high)
    if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
        raise ValueError("f, the target, has no finite enclosure at a node of the certificate")
    return tuple((Fraction(float(a)), Fraction(float(b)))
                 for a, b in zip(lows, highs, strict=True))


def _exact(target: Target, point: Point) -> Fraction | None:
    if not isinstance(target, Formula) or not _piecewise_rational(target.expression):
        return None
    import sympy

    at = {s: sympy.Rational(x.numerator, x.denominator)
          for s, x in zip(target.symbols, point, strict=True)}
    value: Any = target.expression.subs(at)
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else None


def _piecewise_rational(expression: Any) -> bool:
    """Tell whether a formula is made of rational numbers, whole powers and kinks."""
    import sympy

    inside = {type(node).__name__ for node in sympy.preorder_traversal(expression)}
    powers = all(power.exp.is_Integer for power in expression.atoms(sympy.Pow))
    return powers and inside <= _RATIONAL


_RATIONAL = {"Add", "Mul", "Pow", "Symbol", "Dummy", "Integer", "Rational", "Zero", "One", "Half",
             "NegativeOne", "Abs", "Max", "Min", "sign", "Heaviside", "Piecewise", "ExprCondPair",
             "StrictLessThan", "LessThan", "StrictGreaterThan", "GreaterThan", "BooleanTrue"}


def dual_certificate(target: Target, segment: tuple[Point, Point], nodes: Any) -> DualCertificate:
    """Return the certificate with these nodes in [0, 1]; its degree is their number less 2."""
    at = tuple(sorted({t if isinstance(t, Fraction) else Fraction(float(t)) for t in nodes}))
    start, end = segment
    points = tuple(tuple(a + t * (b - a) for a, b in zip(start, end, strict=True)) for t in at)
    return DualCertificate(len(at) - 2, start, end, at, annihilator(at),
                           values_at(target, points))
