"""The inertia of a symmetric matrix of rational numbers, exactly [Sylvester 1852].

>>> inertia([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]])
Inertia(positive=1, negative=1, zero=0)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

__all__ = ["Inertia", "inertia"]

Row = dict[int, Fraction]


class Inertia(NamedTuple):
    """How many eigenvalues of a symmetric matrix are positive, negative and zero."""

    positive: int
    negative: int
    zero: int


def inertia(matrix: Sequence[Sequence[Fraction]]) -> Inertia:
    """Return the inertia by elimination in Fractions: a congruence does not change it.

    Where the diagonal vanishes, a pair of rows with an entry off it is eliminated at once: it has
    one eigenvalue of each sign. Raises ValueError for a matrix that is not symmetric or not exact.
    """
    rows = _rows(matrix)
    positive = negative = 0
    while rows:
        pivot = min((i for i, row in rows.items() if i in row), default=None,
                    key=lambda i: len(rows[i]))
        if pivot is not None:
            positive, negative = positive + (rows[pivot][pivot] > 0), negative + (
                rows[pivot][pivot] < 0)
            _eliminate(rows, pivot)
            continue
        pair = next((i for i, row in rows.items() if row), None)
        if pair is None:
            break
        _add(rows, pair, next(iter(rows[pair])))
    return Inertia(positive, negative, len(matrix) - positive - negative)


def _rows(matrix: Sequence[Sequence[Fraction]]) -> dict[int, Row]:
    """Return the entries that are not 0, row by row."""
    size = len(matrix)
    for i, row in enumerate(matrix):
        if len(row) != size or any(row[j] != matrix[j][i] for j in range(i)):
            raise ValueError(f"matrix must be square and symmetric, as a Hessian is; row {i} is "
                             "not its column: symmetrise it first")
        if not all(isinstance(entry, (int, Fraction)) for entry in row):
            raise ValueError(f"matrix must hold whole numbers and Fractions; row {i} has others: "
                             "the sign of an eigenvalue that is 0 cannot be told in floats")
    return {i: {j: Fraction(entry) for j, entry in enumerate(row) if entry}
            for i, row in enumerate(matrix)}


def _eliminate(rows: dict[int, Row], pivot: int) -> None:
    """Clear the row and the column of a diagonal entry that is not 0, and drop them."""
    head = rows.pop(pivot)
    diagonal = head.pop(pivot)
    for i, entry in head.items():
        row = rows[i]
        del row[pivot]
        for j, other in head.items():
            _put(row, j, row.get(j, Fraction(0)) - entry * other / diagonal)


def _add(rows: dict[int, Row], to: int, other: int) -> None:
    """Add row and column `other` to row and column `to`: its diagonal becomes twice their entry."""
    for j, entry in list(rows[other].items()):
        if j != to:
            value = rows[to].get(j, Fraction(0)) + entry
            _put(rows[to], j, value)
            _put(rows[j], to, value)
    _put(rows[to], to, 2 * rows[other][to])


def _put(row: Row, column: int, value: Fraction) -> None:
    if value:
        row[column] = value
    else:
        row.pop(column, None)
