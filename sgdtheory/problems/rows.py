"""Minibatches of the rows of a linear model: which rows, and the mean gradient over them.

A linear model has the sample gradient ``u_i psi(u_i.e + b_i)`` (plus a penalty): ridge with
``u_i = x_i`` and ``psi(z) = z``, logistic with ``u_i = y_i x_i`` and ``psi(m) = -1/(1 + exp(m))``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sgdtheory.problems.geometry import Array

__all__ = ["CHUNK", "Rows", "draw_rows", "longest", "mean_over_rows"]

Rows = NDArray[np.int64]
"""Row numbers (B, runs): each column is a batch."""

CHUNK = 131_072
"""Most numbers in a temporary array (1 MiB): about the second-level cache of one core."""


def draw_rows(
    n: int, B: int, runs: int, rng: np.random.Generator, replace: bool = True
) -> Rows:
    """Return ``(B, runs)`` row numbers, independent over runs; each column is one batch."""
    if replace:
        return rng.integers(n, size=(B, runs))
    if B * B <= 64 * n:
        return _floyd(n, B, runs, rng)
    return _shuffled(n, B, runs, rng)


def _floyd(n: int, B: int, runs: int, rng: np.random.Generator) -> Rows:
    """Draw subsets by Floyd's algorithm: O(B^2) comparisons a run, whatever n is.

    The j-th row is uniform on the first ``n - B + j + 1``, or the last of these if it was drawn
    before: every subset is equally likely [Bentley & Floyd 1987].
    """
    rows = np.empty((B, runs), dtype=np.int64)
    for j in range(B):
        last = n - B + j
        rows[j] = rng.integers(last + 1, size=runs)
        rows[j][(rows[:j] == rows[j]).any(axis=0)] = last
    return rows


def _shuffled(n: int, B: int, runs: int, rng: np.random.Generator) -> Rows:
    """Draw subsets as the first B of a random permutation: O(n) a run, chunked over runs."""
    most = max(1, CHUNK // n)
    parts = []
    for start in range(0, runs, most):
        decks = np.tile(np.arange(n), (min(most, runs - start), 1))
        parts.append(rng.permuted(decks, axis=1)[:, :B].T)
    return np.concatenate(parts, axis=1)


def mean_over_rows(
    U: Array,
    b: Array,
    psi: Callable[[Array], Array],
    e: Array,
    rows: Rows,
) -> Array:
    """Return the mean over each column of `rows` of ``u_i psi(u_i.e + b_i)``, shape (dim, runs).

    No temporary has more than `CHUNK` numbers (or one row of U, where that is more). No BLAS: the
    bits do not depend on the number of threads.
    """
    B, runs = rows.shape
    dim = U.shape[1]
    batch = min(B, max(1, CHUNK // dim))
    width = max(1, CHUNK // (batch * dim))
    total = np.zeros((runs, dim))
    for first in range(0, runs, width):
        some = slice(first, first + width)
        errors = np.ascontiguousarray(e[:, some].T)
        for j in range(0, B, batch):
            index = np.ascontiguousarray(rows[j : j + batch, some].T)
            chosen = U.take(index, axis=0)
            z = np.einsum("rbd,rd->rb", chosen, errors) + b.take(index)
            total[some] += np.einsum("rb,rbd->rd", psi(z), chosen)
    mean: Array = total.T / B
    return mean


def longest(gradients: Array) -> float:
    """Return the largest length of the rows of `gradients`, shape (n, dim)."""
    return float(np.sqrt((gradients**2).sum(axis=1).max()))
