"""Affine steps one after the other, and their Kronecker squares."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import numpy as np

__all__ = ["LARGEST", "Step", "kronecker", "kronecker_increment", "visit"]

Step = Callable[[np.ndarray], np.ndarray]

LARGEST = 1500
"""Numbers beyond which the matrix of a coupled system is not formed (its powers cost the cube)."""


def visit(steps: Iterable[Step], x: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return `x` after each number of `steps` in `counts`, which do not decrease."""
    path, t, remaining = np.empty((len(counts), *x.shape)), 0, iter(steps)
    with np.errstate(over="ignore", invalid="ignore"):
        for place, count in enumerate(counts):
            for step in itertools.islice(remaining, int(count) - t):
                x = step(x)
            t, path[place] = int(count), x
    return path


def kronecker_increment(mean: np.ndarray) -> np.ndarray:
    """Return ``(I + D) (x) (I + D) - I`` for each ``D``, without the cancellation."""
    full = np.broadcast_to(np.eye(mean.shape[-1]), mean.shape)
    once = kronecker(mean, full) + kronecker(full, mean)
    return np.asarray(once + kronecker(mean, mean))


def kronecker(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the Kronecker product of matrices on the last two axes, ``(..., m p, n q)``."""
    product = np.einsum("...ij,...kl->...ikjl", a, b)
    rows, columns = a.shape[-2] * b.shape[-2], a.shape[-1] * b.shape[-1]
    return np.asarray(product.reshape(*product.shape[:-4], rows, columns))
