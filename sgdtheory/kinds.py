"""Which kind of number a value is: of Python, of sympy, formal, or an array of either.

>>> from fractions import Fraction
>>> plain(1, 0.5), plain(Fraction(1, 2)), floating(0.5, 2), floating(Fraction(1, 2))
(True, False, True, False)
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.formal import FormalNumber

__all__ = ["each", "floating", "formal", "plain", "sympy_of"]

_NUMBERS = frozenset({float, int})


def plain(*values: Any) -> bool:
    """Tell whether all are plain numbers of Python, for which NumPy would only cost time."""
    return _NUMBERS.issuperset(map(type, values))


def formal(*values: Any) -> bool:
    """Tell whether one is a term of a proof."""
    return any(isinstance(value, FormalNumber) for value in values)


def sympy_of(*values: Any) -> Any:
    """Return the sympy module if one of `values` is a sympy expression, else None."""
    sympy = sys.modules.get("sympy")
    return sympy if sympy and any(isinstance(v, sympy.Basic) for v in values) else None


def floating(*values: Any) -> bool:
    """Tell whether floats may be computed with: no Fraction, no array of objects."""
    return not any(isinstance(v, Fraction) or np.asarray(v).dtype == object for v in values)


def each(*values: Any) -> bool:
    """Tell whether one is an array of Fractions or symbols, taken one by one."""
    return any(isinstance(value, np.ndarray) and value.dtype == object for value in values)
