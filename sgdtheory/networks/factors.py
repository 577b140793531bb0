"""The landscape of ``|M - U V'|^2 / 2``, a linear network with one hidden layer, exactly.

M is p x p and invertible with distinct singular values, U and V are p x k, k <= p. A point is
critical if and only if ``U = A C`` and ``V = B D'``, where the columns of A and B are the left and
right singular vectors of a set S of at most k singular values and ``C D`` is the diagonal of these
[Baldi & Hornik 1989]. All such points of one S are images of each other under
``(U, V) -> (U G, V G'^-1)``, which leaves the loss alone; so they have the same inertia, which the
formulas of `sgdtheory.theory.landscape` count. Here it is found from the Hessian, in Fractions.

>>> found = hessian(*critical_pair(singular=(3, 2, 1), kept=(1,), rank=1))
>>> inertia(found)
Inertia(positive=4, negative=1, zero=1)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from sgdtheory.networks.inertia import inertia

__all__ = ["classes", "critical_pair", "gradient", "hessian", "inertia", "inversions", "loss",
           "residual", "times", "transposed"]

Matrix = list[list[Fraction]]


def classes(size: int, rank: int) -> list[tuple[int, ...]]:
    """Return the sets S of at most `rank` of `size` singular values: the classes of points."""
    return [kept for count in range(rank + 1) for kept in combinations(range(size), count)]


def inversions(kept: Sequence[int], size: int) -> int:
    """Return how often a value that is left out exceeds one that is kept; they are in order."""
    return sum(l < i for i in kept for l in range(size) if l not in kept)  # noqa: E741


def critical_pair(singular: Sequence[int | Fraction], kept: Sequence[int], rank: int
                  ) -> tuple[Matrix, Matrix, Matrix]:
    """Return M = diag(singular), and U and V of the class `kept`: rational, not balanced.

    Raises ValueError unless the values are positive and decreasing, and at most `rank` are kept.
    """
    values = [Fraction(value) for value in singular]
    if min(values) <= 0 or any(a <= b for a, b in pairwise(values)):
        raise ValueError(f"singular, the singular values, must be positive and decreasing, each "
                         f"once; got {tuple(singular)}; equal ones make whole families of critical "
                         "points and a larger nullity")
    if not len(kept) <= rank <= len(values):
        raise ValueError(f"kept={tuple(kept)} must hold at most rank={rank} of "
                         f"{len(values)} values; raise the rank")
    M = [[value * (i == j) for j in range(len(values))] for i, value in enumerate(values)]
    U, V = ([[Fraction(0)] * rank for _ in values] for _ in "UV")
    for column, i in enumerate(kept):
        U[i][column], V[i][column] = Fraction(1), values[i]
    return M, U, V


def times(a: Matrix, b: Matrix) -> Matrix:
    """Return the product of two matrices."""
    columns = transposed(b)
    return [[sum((x * y for x, y in zip(row, column, strict=True)), start=Fraction(0))
             for column in columns] for row in a]


def transposed(a: Matrix) -> Matrix:
    """Return the transposed matrix."""
    return [list(column) for column in zip(*a, strict=True)]


def residual(M: Matrix, U: Matrix, V: Matrix) -> Matrix:
    """Return ``M - U V'``."""
    product = times(U, transposed(V))
    return [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(M, product, strict=True)]


def loss(M: Matrix, U: Matrix, V: Matrix) -> Fraction:
    """Return ``|M - U V'|^2 / 2``, the sum over all entries."""
    return sum((entry**2 for row in residual(M, U, V) for entry in row), start=Fraction(0)) / 2


def gradient(M: Matrix, U: Matrix, V: Matrix) -> tuple[Matrix, Matrix]:
    """Return the gradients for U and for V: ``-R V`` and ``-R' U``."""
    minus = [[-entry for entry in row] for row in residual(M, U, V)]
    return times(minus, V), times(transposed(minus), U)


def hessian(M: Matrix, U: Matrix, V: Matrix) -> Matrix:
    """Return the Hessian, rows and columns in the order of U, then V, row by row.

    Along (X, Y) the second derivative is ``|X V' + U Y'|^2 - 2 <R, X Y'>``.
    """
    R, p, k = residual(M, U, V), len(U), len(U[0])
    inner_u, inner_v = times(transposed(U), U), times(transposed(V), V)
    first = [(i, a) for i in range(p) for a in range(k)]
    cross = [[V[j][a] * U[i][b] - R[i][j] * (a == b) for j, b in first] for i, a in first]
    upper = [[inner_v[a][b] * (i == j) for j, b in first] for i, a in first]
    lower = [[inner_u[a][b] * (i == j) for j, b in first] for i, a in first]
    return [[*u, *c] for u, c in zip(upper, cross, strict=True)] + [
        [*c, *w] for c, w in zip(transposed(cross), lower, strict=True)]
