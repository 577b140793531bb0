"""The mean distance of two random points of a cube, which has a closed form for few dimensions.

The squared distance S is a sum of independent squares, and ``E sqrt(S)`` is an integral over u > 0
of ``(1 - E exp(-u^2 S))/u^2``, where the expectation is the d-th power of that of one coordinate.

>>> round(mean_distance(1), 10), round(mean_distance(2), 7), round(mean_distance(3), 7)
(0.3333333333, 0.5214054, 0.6617072)
"""

from __future__ import annotations

import math

from sgdtheory.notation import letter

__all__ = ["mean_distance"]

EXACTLY = {"epsabs": 0.0, "epsrel": 1e-12, "limit": 400}
SERIES = 0.25
"""Below this u the transform of a coordinate is summed as a series."""


def mean_distance(d: int) -> float:
    """Return the mean distance of two uniform points of ``[0, 1]^d``, to about 1e-12."""
    from scipy.integrate import quad

    letter("d").check_one(d)
    far = 1 + 4 * math.sqrt(d)
    near, middle = (quad(lambda u: _missing(u, d) / u**2, low, high, **EXACTLY)[0]
                    for low, high in ((0.0, 1.0), (1.0, far)))
    tail = quad(lambda v: _missing(1 / v, d), 0, 1 / far, **EXACTLY)[0]
    return float(near + middle + tail) / math.sqrt(math.pi)


def _missing(u: float, d: int) -> float:
    """Return ``1 - E exp(-u^2 S)``, without cancellation where u is small."""
    return -math.expm1(d * math.log1p(-_missing_of_one(u)))


def _missing_of_one(u: float) -> float:
    """Return ``1 - E exp(-u^2 x^2)`` for the difference x of two uniform numbers."""
    if u < SERIES:
        terms = ((-1) ** (k + 1) * u ** (2 * k) / math.factorial(k) / ((2 * k + 1) * (k + 1))
                 for k in range(1, 12))
        return math.fsum(terms)
    return 1 - (math.sqrt(math.pi) * u * math.erf(u) + math.expm1(-u * u)) / (u * u)
