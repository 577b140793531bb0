"""Random points of cubes and of Gaussians: what is counted and averaged of them.

Every function draws replicas: arrays ``(runs,)``, or of the `shape` ``(runs, copies)`` that it is
given. Beside those whose spread is not plain stands their exact variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sgdtheory.proofs.dimension import moment

__all__ = ["gaussian_distances", "midpoint_gaps", "occupied_shares", "occupied_variance", "parity",
           "shares_of_ball", "spread_variance", "square_distances"]

CHUNK = 2**20
"""How many numbers are drawn at once."""

Shape = tuple[int, int]


def shares_of_ball(rng: np.random.Generator, runs: int, d: int, points: int) -> np.ndarray:
    """Return the share of `points` uniform points of the cube in the ball, ``(runs,)``."""
    at_once = max(1, CHUNK // (points * d))
    found = []
    for start in range(0, runs, at_once):
        x = rng.uniform(-1, 1, (min(at_once, runs - start), points, d))
        found.append((np.einsum("ijk,ijk->ij", x, x) <= 1).mean(axis=1))
    return np.concatenate(found)


def square_distances(rng: np.random.Generator, shape: Shape, d: int) -> np.ndarray:
    """Return squared distances of two uniform points of the cube ``[0, 1]^d``."""
    squares = np.zeros(shape)
    for _ in range(d):
        squares += (rng.random(shape) - rng.random(shape)) ** 2
    return squares


def gaussian_distances(rng: np.random.Generator, shape: Shape, d: int) -> np.ndarray:
    """Return squared distances of two standard Gaussian points of d dimensions."""
    squares = np.zeros(shape)
    for _ in range(d):
        squares += (rng.standard_normal(shape) - rng.standard_normal(shape)) ** 2
    return squares


def spread_variance(d: Any) -> Any:
    """Return the variance of ``(D^2/E D^2 - 1)^2`` in the cube, from four moments of a term."""
    one, two, three, four = (float(moment(2 * k)) for k in range(1, 5))
    second = two - one**2
    fourth = four - 4 * one * three + 6 * one**2 * two - 3 * one**4
    central = d * fourth + 3 * d * (d - 1) * second**2
    return central / (one * d) ** 4 - (second / (one**2 * d)) ** 2


def occupied_shares(rng: np.random.Generator, shape: Shape, n: int, k: int, d: int) -> np.ndarray:
    """Return the shares of the ``k^d`` cells of a cube that n uniform points occupy."""
    cells = np.zeros((*shape, n), dtype=np.int64)
    for _ in range(d):
        cells = k * cells + (k * rng.random(cells.shape)).astype(np.int64)
    cells.sort(axis=-1)
    different = 1 + np.count_nonzero(np.diff(cells, axis=-1), axis=-1)
    return np.asarray(different / float(k) ** d)


def occupied_variance(n: int, cells: Any) -> Any:
    """Return the variance of the occupied share, as one cell and two cells may stay empty."""
    one, two = (1 - 1 / cells) ** n, (1 - 2 / cells) ** n
    return one / cells + (1 - 1 / cells) * two - one**2


def midpoint_gaps(rng: np.random.Generator, shape: Shape, k: int, d: int) -> np.ndarray:
    """Return max-norm distances of uniform points from the nearest midpoint of ``k^d`` cells."""
    gap = np.zeros(shape)
    for _ in range(d):
        x = k * rng.random(shape)
        gap = np.maximum(gap, np.abs(x - np.floor(x) - 0.5) / k)
    return gap


def parity(rng: np.random.Generator, shape: tuple[int, ...], bits: int) -> np.ndarray:
    """Return 1.0 where an odd number of so many fair bits, at most 64, are ones."""
    words = rng.integers(0, 2**64, shape, dtype=np.uint64) >> np.uint64(64 - bits)
    for shift in (32, 16, 8, 4, 2, 1):
        words = words ^ (words >> np.uint64(shift))
    return np.asarray((words & np.uint64(1)).astype(float))
