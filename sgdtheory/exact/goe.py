r"""The probability that every eigenvalue of a random symmetric matrix is positive, exactly.

The matrix is of the Gaussian orthogonal ensemble: independent normal entries, of variance 1 on the
diagonal and 1/2 off it. The density of its eigenvalues is the product of their distances times
``exp(-x^2/2)`` for each; over ordered eigenvalues it integrates to a Pfaffian [de Bruijn 1955], on
the whole line to Gamma functions [Mehta 1967]. On the half-line the entries of the Pfaffian are
integrals of ``x^i y^j`` over an eighth of the plane, in polar coordinates: powers of sine and
cosine, by parts.

>>> goe_positive(2), float(goe_positive(4))
(1/2 - sqrt(2)/4, 0.002456709259786224)
"""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["LARGEST_GOE", "goe_decay", "goe_positive"]

LARGEST_GOE = 8
"""Up to this size the Pfaffian is expanded: it has 105 terms there, and 945 two sizes on."""


@cache
def goe_positive(N: int) -> Any:
    """Return the probability for N x N matrices, in sympy; N is at most `LARGEST_GOE`."""
    import sympy

    if not 1 <= N <= LARGEST_GOE or N != int(N):
        raise ValueError(f"N={N}, the size of the matrix, must be a whole number from 1 to "
                         f"{LARGEST_GOE}: the expansion doubles and redoubles; for larger ones "
                         "-log(P)/N^2 is near log(3)/4 = 0.2747 [Dean & Majumdar 2006]")
    entries = [[_pair(i, j) for j in range(N)] for i in range(N)]
    if N % 2:
        ones = [_single(i) for i in range(N)]
        entries = [[*row, one] for row, one in zip(entries, ones, strict=True)]
        entries.append([*(-one for one in ones), sympy.Integer(0)])
    total = sympy.expand(_pfaffian(entries, tuple(range(len(entries)))))
    return sympy.expand(total * sympy.factorial(N) / _whole(N))


def goe_decay(N: int) -> float:
    """Return ``-log(P)/N^2``, which tends to ``log(3)/4`` [Dean & Majumdar 2006]."""
    import sympy

    return float(sympy.N(-sympy.log(goe_positive(N)) / N**2, 15, maxn=400))


def _whole(N: int) -> Any:
    """Return the integral of ``prod |x_i - x_j| exp(-x^2/2)`` over all of R^N [Mehta 1967]."""
    import sympy

    half = sympy.Rational(1, 2)
    return (2 * sympy.pi) ** (half * N) * sympy.prod(
        [sympy.gamma(1 + half * j) / sympy.gamma(3 * half) for j in range(1, N + 1)])


def _single(i: int) -> Any:
    """Return the integral of ``x^i exp(-x^2/2)`` over the half-line."""
    import sympy

    half = sympy.Rational(1, 2)
    return 2 ** (half * (i - 1)) * sympy.gamma(half * (i + 1))


def _pair(i: int, j: int) -> Any:
    """Return the integral of ``x^i y^j - x^j y^i`` over ``0 < x < y``, weighed by the normal."""
    import sympy

    radial = 2 ** sympy.Rational(i + j, 2) * sympy.gamma(1 + sympy.Rational(i + j, 2))
    return sympy.expand(radial * (_angular(i, j) - _angular(j, i)))


@cache
def _angular(i: int, j: int) -> Any:
    """Return the integral of ``cos^i sin^j`` from pi/4 to pi/2."""
    import sympy

    root = sympy.sqrt(2) / 2  # sine and cosine of pi/4
    if i == 1:
        return (1 - root ** (j + 1)) / (j + 1)
    if i > 1:
        return (-(root ** (i + j)) + (i - 1) * _angular(i - 2, j)) / (i + j)
    if j > 1:
        return (root**j + (j - 1) * _angular(0, j - 2)) / j
    return root if j else sympy.pi / 4


def _pfaffian(entries: Any, kept: tuple[int, ...]) -> Any:
    """Return the Pfaffian of the rows and columns `kept`, by its first row."""
    import sympy

    if not kept:
        return sympy.Integer(1)
    first, *rest = kept
    return sympy.expand(sum(
        (-1) ** place * entries[first][other]
        * _pfaffian(entries, tuple(k for k in rest if k != other))
        for place, other in enumerate(rest)))
