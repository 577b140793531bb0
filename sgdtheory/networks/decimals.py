"""Certified numbers in print: lower bounds are rounded down and upper bounds up.

>>> at_least(Fraction(2, 3), 3), at_most(Fraction(2, 3), 3), at_most(3.140323e-07, 3)
('0.666', '0.667', '3.15e-7')
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

__all__ = ["at_least", "at_most"]


def at_least(value: Fraction | float, figures: int = 6) -> str:
    """Return a decimal that is at most `value`, to so many figures."""
    return _rounded(value, figures, ROUND_FLOOR)


def at_most(value: Fraction | float, figures: int = 6) -> str:
    """Return a decimal that is at least `value`, to so many figures."""
    return _rounded(value, figures, ROUND_CEILING)


def _rounded(value: Fraction | float, figures: int, rounding: str) -> str:
    if not math.isfinite(value):
        return str(float(value))
    exact = Fraction(value)
    found = Context(figures, rounding).divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return f"{found.normalize():g}"
