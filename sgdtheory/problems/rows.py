"""Minibatches of the rows of a linear model: which rows, and the mean gradient over them.

A linear model has the sample gradient ``u_i psi(u_i.e + b_i)`` (plus a penalty): ridge with
``u_i = x_i`` and ``psi(z) = z``, logistic with ``u_i = y_i x_i`` and ``psi(m) = -1/(1 + exp(m))``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgdtheory.problems.geometry import Array, check_batch

__all__ = ["CHUNK", "Rows", "almost_sure_step", "draw_rows", "longest", "mean_over_rows",
           "sample_grad_error", "steps_stay"]

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


def sample_grad_error(
    problem: Any, e: Array, B: int, rng: np.random.Generator, replace: bool = True
) -> Array:
    """Return `sample_grad` at ``w_star + e``, for `e` of shape (dim, runs)."""
    B = check_batch(B, problem.n, replace)
    if B == problem.n and not replace:
        full: Array = problem.full_grad_error(e)
        return full
    rows = draw_rows(problem.n, B, e.shape[1], rng, replace)
    gradient: Array = problem.batch_grad_error(e, rows)
    return gradient


def almost_sure_step(problem: Any, alpha: float) -> tuple[float, float]:
    """Return `factor`, `shift` with ``|e'| <= factor |e| + shift`` for every batch.

    The Hessian of a row has its eigenvalues in `row_curvatures`, so that its step contracts by
    `factor` around w_star but for ``shift = alpha max |grad f_i(w_star)|``.
    """
    low, high = problem.row_curvatures
    return max(abs(1 - alpha * low), abs(1 - alpha * high)), alpha * problem.largest_gradient


def steps_stay(problem: Any) -> str:
    """Say for which step sizes the ball needs no projection.

    A step of size up to ``2 / (low + high)`` contracts by ``1 - alpha low`` but for alpha times
    the row's gradient.
    """
    low, high = problem.row_curvatures
    need, alpha = problem.largest_gradient / low if low else np.inf, 2 / (low + high)
    if problem.radius >= need:
        return f"no step leaves it for alpha <= {alpha:.3g}"
    larger = ("no larger ball is certified to keep them" if need == np.inf else
              f"none leaves one of radius >= {need:.3g} for alpha <= {alpha:.3g}")
    return f"steps may leave it unless projected ({larger})"
