"""The law of the risk of least squares with the smallest weights, for one draw of Gaussian data.

With n examples of p independent standard normal inputs, weights b and noise of variance sigma2, the
squared distance of the smallest least-squares weights from b is ``sigma2 Q + |b|^2 S``. Let ``s =
min(n, p)`` and ``m = |n - p|``: Q is a chi-squared number with s degrees of freedom over one with
``m + 1`` [Muirhead 1982, Thm 3.2.12], and S, the share of b that no input sees, is 0 for ``p <= n``
and of the law ``Beta((p - n)/2, n/2)`` else. Q and S are independent.

>>> ridgeless_moment(40, 38, 1, Fraction(1, 4), Fraction(1))
Fraction(19, 2)
>>> round(ridgeless_clipped(20, 20, 100), 2), ridgeless_moment(20, 20, 1, 1, 1)
(52.92, inf)
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from sgdtheory.notation import letter

__all__ = ["noise_law", "ridgeless_clipped", "ridgeless_moment"]


def ridgeless_moment(n: int, p: int, order: int, sigma2: Any, signal2: Any) -> Any:
    """Return the mean of the `order`-th power of the risk of one draw: of Fractions, a Fraction.

    It is infinite, ``math.inf``, where ``sigma2 > 0`` and ``|n - p| < 2 order``, and ValueError
    says what is no number of samples or parameters.
    """
    _checked(n=n, p=p, sigma2=sigma2, signal2=signal2)
    if order < 0 or order != int(order):
        raise ValueError(f"order={order}, the power of the risk, must be a whole number >= 0")
    noises = [_noise(n, p, k) if k else Fraction(1) for k in range(order + 1)]
    total = 0 * signal2
    for k in range(order + 1):
        weight = math.comb(order, k) * _unseen(n, p, order - k) * signal2 ** (order - k)
        if sigma2 > 0 or k == 0:
            total = total + weight * sigma2**k * noises[k] if weight else total
    return total


def _checked(**values: Any) -> None:
    """Raise ValueError or TypeError for what is outside the domain of its letter."""
    for name, value in values.items():
        letter(name).check_one(value)


def _noise(n: int, p: int, order: int) -> Any:
    """Return ``E Q^order``: moments of a chi-squared number and of the inverse of another."""
    size, free = min(n, p), abs(n - p) + 1
    if free <= 2 * order:
        return math.inf
    return math.prod((Fraction(size + 2 * r, free - 2 * (r + 1)) for r in range(order)),
                     start=Fraction(1))


def _unseen(n: int, p: int, order: int) -> Fraction:
    """Return ``E S^order``."""
    if p <= n:
        return Fraction(order == 0)
    return math.prod((Fraction(p - n + 2 * r, p + 2 * r) for r in range(order)), start=Fraction(1))


def noise_law(n: int, p: int) -> Any:
    """Return the law of Q, a frozen distribution of scipy: ``s/(m + 1)`` times Fisher's F."""
    from scipy.stats import f

    _checked(n=n, p=p)
    size, free = min(n, p), abs(n - p) + 1
    return f(size, free, scale=size / free)


def ridgeless_clipped(n: int, p: int, limit: float, order: int = 1) -> float:
    """Return ``E min(Q, limit)^order``, which exists where ``E Q^order`` does not.

    It is the integral of ``order x^(order-1) P(Q > x)`` from 0 to `limit`, in terms of ``log x``.
    """
    from scipy.integrate import quad

    if not (0 < limit < math.inf and order > 0):
        raise ValueError(f"limit={limit:g}, where the risk is cut off, and order={order}, the "
                         "power, must be above 0 and finite")
    law, end = noise_law(n, p), math.log(limit)

    def density(u: float) -> float:
        return float(order * math.exp(order * u) * law.sf(math.exp(u)))

    return float(quad(density, min(0.0, end) - 50, end, epsabs=0.0, epsrel=1e-11, limit=400)[0])
