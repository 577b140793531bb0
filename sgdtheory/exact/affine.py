"""Iterates of an affine map ``x -> A x + b`` at many times, by repeated squaring.

Near the identity the map is kept as its increment ``A - I``, whose relative accuracy survives the
squaring; ``A`` itself would lose as many digits as there are steps. Maps are batched, one for each
leading index, and each passes from the one form to the other when its increment is no longer small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["AffineMap"]

SMALL = 0.5


@dataclass(frozen=True, eq=False)
class AffineMap:
    """``x -> x + increment x + shift``: `increment` is ``(..., q, q)``, `shift` is ``(..., q)``."""

    increment: np.ndarray
    shift: np.ndarray

    @property
    def matrix(self) -> np.ndarray:
        """The linear part ``I + increment``, shape ``(..., q, q)``."""
        return self.increment + np.eye(self.increment.shape[-1])

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the image of `x`, shape ``(..., q)``."""
        return np.asarray(x + (_times(self.increment, x) + self.shift))

    def iterates(self, x: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Return `x` after each number of steps in `counts`, shape ``(len(counts), ..., q)``.

        What exceeds the range of float64 is not finite.
        """
        counts = np.asarray(counts)
        with np.errstate(over="ignore", invalid="ignore"):
            path = self._by_squaring(x, counts)
            finite = np.isfinite(path).all()
            return path if finite else self._one_by_one(x, counts)

    def _by_squaring(self, x: np.ndarray, counts: np.ndarray) -> np.ndarray:
        path = np.broadcast_to(x, (len(counts), *x.shape)).copy()
        power = _Power(self.matrix, self.increment, self.shift)
        for bit in range(int(counts.max(initial=0)).bit_length()):
            chosen = (counts >> bit) & 1 == 1
            path[chosen] = power(path[chosen])
            power = power.squared()
        return path

    def _one_by_one(self, x: np.ndarray, counts: np.ndarray) -> np.ndarray:
        path, t = np.empty((len(counts), *x.shape)), 0
        for place in np.argsort(counts, kind="stable"):
            for _ in range(int(counts[place]) - t):
                x = self(x)
            t, path[place] = int(counts[place]), x
        return path


@dataclass(frozen=True, eq=False)
class _Power:
    """A power of an affine map, in both forms; each batch entry uses the accurate one."""

    matrix: np.ndarray
    increment: np.ndarray
    shift: np.ndarray

    @property
    def small(self) -> np.ndarray:
        """Whether the increment is the form to use, shape ``(...)``."""
        return np.asarray(np.abs(self.increment).sum(axis=-1).max(axis=-1) < SMALL)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        small = self.small[..., None]
        moved = _times(np.where(small[..., None], self.increment, self.matrix), x) + self.shift
        return np.asarray(np.where(small, x + moved, moved))

    def squared(self) -> _Power:
        """Return the map applied twice."""
        small, identity = self.small[..., None, None], np.eye(self.shift.shape[-1])
        form = np.where(small, self.increment, self.matrix)
        square = form @ form
        increment = np.where(small, 2 * self.increment + square, square - identity)
        return _Power(np.where(small, identity + increment, square), increment, self(self.shift))


def _times(matrix: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.asarray(np.einsum("...ij,...j->...i", matrix, x))
