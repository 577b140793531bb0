"""Averages over the orders of the rows in an epoch.

The step on a row is an affine map, that on a batch the mean of those on its rows, an epoch their
product in the order of the batches. Cyclic: one product. Reshuffled: the mean of ``M Z M'`` over
all products ``M``, for the second moment ``Z`` of ``(x, 1)``, by a recursion over the sets of rows
used so far: the average over the orders of a set is one over its last batch. Shuffled once: the
powers of every product. Where all rows have one curvature only the shifts depend on the order, and
their covariance is that of batches without replacement, for any number of rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from sgdtheory.exact.affine import AffineMap
from sgdtheory.exact.laws import LeastSquaresRows, NotExactlyKnown
from sgdtheory.exact.moving import LARGEST, kronecker_increment
from sgdtheory.exact.transition import Transition

__all__ = ["RowSteps", "cyclic", "reshuffled", "shuffled_once"]

WORK = 1e9
"""Multiplications beyond which the sets of rows are too many (some ten seconds)."""

NUMBERS = 4e6
"""Numbers beyond which the orders, or the sets of rows, are too many to keep (32 MB)."""


@dataclass(frozen=True, eq=False)
class RowSteps:
    """The steps ``x -> x + increments[i] x + shifts[i]`` on single rows, and the batch sizes.

    `increments` is ``(n, q, q)``, `shifts` ``(n, q)`` with mean 0; of the ``q = k dim`` numbers the
    first `dim` are ``w - w*``.
    """

    increments: np.ndarray
    shifts: np.ndarray
    sizes: tuple[int, ...]
    dim: int

    @classmethod
    def of(cls, law: LeastSquaresRows, transition: Transition,
           sizes: tuple[int, ...]) -> RowSteps:
        """Return the steps of a rule on the rows of `law`."""
        X, d = law.rows, len(law.curvatures)
        hessians = X[:, :, None] * X[:, None, :] + law.l2 * np.eye(d)
        pull = np.outer(transition.push, transition.query)
        increments = np.array([np.kron(transition.drift, np.eye(d)) + np.kron(pull, H)
                               for H in hessians])
        return cls(increments, np.array([np.kron(transition.push, g) for g in law.at_minimum]),
                   sizes, d)

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.shifts)

    def batch(self, rows: np.ndarray) -> AffineMap:
        """Return the step on each batch of `rows` ``(..., b)``."""
        return AffineMap(self.increments[rows].mean(axis=-3), self.shifts[rows].mean(axis=-2))

    def distance2(self, path: np.ndarray) -> np.ndarray:
        """Return ``|w - w*|^2`` of the states ``(..., q)``."""
        return np.asarray(np.sum(path[..., : self.dim] ** 2, axis=-1))

    @cached_property
    def equal_curvatures(self) -> bool:
        """Whether the increments of all rows are one, up to rounding."""
        spread = np.abs(self.increments - self.increments[0]).max()
        return bool(spread <= 16 * np.finfo(float).eps * np.abs(self.increments).max())


def then(first: AffineMap, second: AffineMap) -> AffineMap:
    """Return the map that does `first`, then `second`, in increments."""
    increment = first.increment + second.increment + second.increment @ first.increment
    return AffineMap(increment, second(first.shift))


def cyclic(steps: RowSteps, x0: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return ``|w - w*|^2`` after `counts` epochs in the order of the rows."""
    every, first = AffineMap(0 * steps.increments[0], 0 * x0), 0
    for size in steps.sizes:
        every = then(every, steps.batch(np.arange(first, first + size)))
        first += size
    return steps.distance2(every.iterates(x0, counts))


def shuffled_once(steps: RowSteps, x0: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return ``E|w - w*|^2`` after `counts` epochs in one random order."""
    if steps.equal_curvatures:
        epoch, noise = _one_curvature(steps)
        unit = np.eye(len(x0))
        each = AffineMap(np.broadcast_to(epoch, (len(x0), *epoch.shape)), unit)
        sums = each.iterates(0 * unit, counts)[..., : steps.dim]
        spread = np.einsum("tid,ij,tjd->t", sums, noise, sums)
        mean = AffineMap(epoch, 0 * x0).iterates(x0, counts)
        return np.asarray(steps.distance2(mean) + spread)
    number = math.factorial(steps.n) // math.prod(math.factorial(b) for b in steps.sizes)
    if number * steps.increments[0].size > NUMBERS:
        raise _too_many(steps, f"{number:.3g} orders")
    orders = list(_orders(tuple(range(steps.n)), steps.sizes))
    q = len(x0)
    every = AffineMap(np.zeros((number, q, q)), np.zeros((number, q)))
    for place in range(len(steps.sizes)):
        every = then(every, steps.batch(np.array([order[place] for order in orders])))
    path = every.iterates(np.broadcast_to(x0, (number, q)), counts)
    return np.asarray(steps.distance2(path).mean(axis=-1))


def reshuffled(steps: RowSteps, x0: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return ``E|w - w*|^2`` after `counts` epochs, each in a random order of its own."""
    if steps.equal_curvatures and len(x0) ** 2 <= LARGEST:
        epoch, noise = _one_curvature(steps)
        spread = AffineMap(kronecker_increment(epoch), noise.ravel())
        path = spread.iterates(np.zeros(noise.size), counts).reshape(-1, *noise.shape)
        mean = AffineMap(epoch, 0 * x0).iterates(x0, counts)
        trace = np.trace(path[:, : steps.dim, : steps.dim], axis1=1, axis2=2)
        return np.asarray(steps.distance2(mean) + trace)
    z = np.append(x0, 1.0)
    row, column = half = np.triu_indices(len(z))
    units = np.zeros((len(row), len(z), len(z)))
    units[np.arange(len(row)), row, column] = units[np.arange(len(row)), column, row] = 1
    images = _over_sets(steps, units)[:, row, column]
    moments = AffineMap(images.T - np.eye(len(row)), np.zeros(len(row)))
    path = moments.iterates(np.outer(z, z)[half], counts)
    return np.asarray(np.sum(path[:, (row == column) & (row < steps.dim)], axis=-1))


def _over_sets(steps: RowSteps, units: np.ndarray) -> np.ndarray:
    """Return the mean of ``M Z M'`` over all epochs M, for each Z of `units` ``(N, q+1, q+1)``."""
    _check_sets(steps, units)
    level: dict[tuple[int, ...], np.ndarray] = {(): units}
    used = 0
    for size in steps.sizes:
        after: dict[tuple[int, ...], np.ndarray] = {}
        used += size
        for chosen in combinations(range(steps.n), used):
            last = list(combinations(chosen, size))
            before = np.stack([level[tuple(i for i in chosen if i not in b)] for b in last])
            step = _homogeneous(steps.batch(np.array(last)))[:, None]
            after[chosen] = (step @ before @ step.swapaxes(-1, -2)).mean(axis=0)
        level = after
    return level[tuple(range(steps.n))]


def _check_sets(steps: RowSteps, units: np.ndarray) -> None:
    """Raise NotExactlyKnown if the sets of rows are too many."""
    ends = np.cumsum(steps.sizes)
    pairs = [math.comb(steps.n, int(s)) * math.comb(int(s), b)
             for s, b in zip(ends, steps.sizes, strict=True)]
    widest = max(math.comb(steps.n, int(s)) for s in ends)
    if sum(pairs) * 2 * units[0, 0].size * units.size > WORK or widest * units.size > NUMBERS:
        raise _too_many(steps, f"{sum(pairs):.3g} pairs of a set and its last batch")


def _homogeneous(step: AffineMap) -> np.ndarray:
    """Return the matrices of maps on ``(x, 1)``, shape ``(..., q + 1, q + 1)``."""
    q = step.shift.shape[-1]
    matrix = np.zeros((*step.shift.shape[:-1], q + 1, q + 1))
    matrix[..., :q, :q], matrix[..., :q, q], matrix[..., q, q] = step.matrix, step.shift, 1
    return matrix


def _one_curvature(steps: RowSteps) -> tuple[np.ndarray, np.ndarray]:
    """Return the increment of an epoch and the covariance of its shift, both ``(q, q)``.

    The shift is ``sum_j A^(J-1-j) s_j`` over batches j of sizes ``b_j``, drawn without replacement:
    ``n/(n-1) sum_j b_j V_j S V_j'``, for the covariance S of a row's shift and
    ``V_j = A^(J-1-j)/b_j`` less their mean with the weights ``b_j/n``.
    """
    increment, sizes = steps.increments.mean(axis=0), np.array(steps.sizes)
    powers: list[np.ndarray] = []
    epoch = np.zeros_like(increment)
    for _ in steps.sizes:
        powers.append(np.eye(len(increment)) + epoch)
        epoch = epoch + increment + increment @ epoch
    stacked = np.array(powers[::-1])
    centred = stacked / sizes[:, None, None] - stacked.sum(axis=0) / steps.n
    S = steps.shifts.T @ steps.shifts / steps.n
    noise = np.einsum("j,jab,bc,jdc->ad", sizes.astype(float), centred, S, centred, optimize=True)
    return epoch, noise * (steps.n / (steps.n - 1))


def _orders(rows: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield each sequence of batches of these `sizes`."""
    if not sizes:
        yield ()
    else:
        for batch in combinations(rows, sizes[0]):
            rest = tuple(i for i in rows if i not in batch)
            yield from ((batch, *tail) for tail in _orders(rest, sizes[1:]))


def _too_many(steps: RowSteps, what: str) -> NotExactlyKnown:
    return NotExactlyKnown(f"the average over the orders of n={steps.n} rows with different "
                           f"curvatures takes {what}; simulate it, take fewer rows or larger "
                           f"batches, or order='cyclic'")
