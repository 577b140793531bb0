"""How much farther than the nearest the farthest of Gaussian points is.

Seen from 0, the squared distances of standard Gaussian points are chi-squared with d degrees of
freedom. One point is the nearest, at the squared distance s, and all others are within ``ratio2 s``
or not: an integral over the law of s, in floats for every d, and in fractions for an even one.

>>> round(contrast_probability(100, 20, 0.5), 4)
0.9907
>>> float(contrast_fraction(2, 20, Fraction(9, 4)))
2.4630972913947174e-10
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate

from sgdtheory.notation import letter

__all__ = ["contrast_fraction", "contrast_probability"]

NARROW = 1e-3
"""The least spread for which the probability is integrated in floats."""

Polynomial = list[int]


def contrast_probability(d: int, n: int, spread: float) -> float:
    """Return P(farthest <= (1 + spread) nearest) of n standard Gaussian points, seen from 0.

    To about 1e-11, relative; raises ValueError for less than one dimension or point, or a spread
    below `NARROW`.
    """
    _counted(d, n)
    if not NARROW <= spread < math.inf:
        raise ValueError(f"spread={spread:g}, by how much the farthest may be farther, must be at "
                         f"least {NARROW:g}, as floats cancel below, and finite; take a wider one, "
                         "or contrast_fraction")
    from scipy.integrate import quad
    from scipy.special import gammainc, gammaincinv

    def density(share: float) -> float:
        half = gammaincinv(d / 2, share)
        return float(n * (gammainc(d / 2, (1 + spread) ** 2 * half) - share) ** (n - 1))

    return float(quad(density, 0.0, 1.0, epsabs=0.0, epsrel=1e-11, limit=400)[0])


def contrast_fraction(d: int, n: int, ratio2: Fraction) -> Fraction:
    """Return P(farthest^2 <= ratio2 nearest^2) of the same points exactly, for an even d.

    With ``z = s/2`` and ``h = d/2`` a point is farther with probability ``exp(-z) p(z)``, ``p =
    sum(z^j/j! for j < h)``, so that the integrand is a sum over i of polynomials ``p(z)^(n-1-i)
    p(ratio2 z)^i`` times powers of z and ``exp(-(n - i + ratio2 i) z)``.
    """
    _counted(d, n)
    if ratio2 < 1:
        raise ValueError(f"ratio2={ratio2}, the square of farthest over nearest, must be at least "
                         "1: the farthest is no nearer than the nearest")
    if d % 2:
        raise ValueError(f"d={d}, the dimension, must be even and at least 2: an odd one has no "
                         "rational probability; use contrast_probability")
    ratio2 = Fraction(ratio2)
    h, scale = d // 2, math.factorial(d // 2 - 1)
    near = [scale // math.factorial(j) for j in range(h)]
    far = [a * ratio2.numerator**j * ratio2.denominator ** (h - 1 - j) for j, a in enumerate(near)]
    nears, fars = _powers(near, n - 1), _powers(far, n - 1)
    terms = ((-1) ** i * math.comb(n - 1, i)
             * _integral(_times(nears[n - 1 - i], fars[i]), h, n - i + ratio2 * i)
             / ratio2.denominator ** ((h - 1) * i) for i in range(n))
    return n * sum(terms, Fraction()) / Fraction(scale**n)


def _counted(d: int, n: int) -> None:
    """Raise ValueError unless there are a dimension and a point."""
    letter("d").check_one(d)
    letter("n").check_one(n)


def _integral(polynomial: Polynomial, h: int, rate: Fraction) -> Fraction:
    """Return the integral over z > 0 of ``polynomial(z) z^(h-1) exp(-rate z)``, by Horner."""
    total, power = 0, 1
    for j in reversed(range(len(polynomial))):
        total = polynomial[j] * power + (j + h) * rate.denominator * total
        power *= rate.numerator
    top = math.factorial(h - 1) * rate.denominator**h
    return Fraction(total * top, power * rate.numerator ** (h - 1))


def _powers(polynomial: Polynomial, most: int) -> list[Polynomial]:
    return list(accumulate([polynomial] * most, _times, initial=[1]))


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    product = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            product[i + j] += x * y
    return product
