"""Greedy approximation in a Hilbert space, one unit at a time [Jones 1992; Barron 1993].

If f is in the closed convex hull of functions of norm at most b, the relaxed greedy algorithm has
``|f - f_n|^2 <= (b^2 - |f|^2)/n``, in any dimension. The norm is the mean square over points, not
the supremum: what is certified in the sup norm is the network that results.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgdtheory.networks.ball import Array

__all__ = ["Greedy", "chosen", "relaxed"]


@dataclass(frozen=True, eq=False)
class Greedy:
    """Which atoms were taken, (n,), their coefficients, (atoms,), and the squared errors, (n,)."""

    picked: Array
    coefficients: Array
    distance2: Array


def relaxed(values: Array, atoms: Array, n: int) -> Greedy:
    """Return n steps ``f_k = (1 - t) f_(k-1) + t a`` with the best atom a and t in [0, 1].

    `values` (points,), `atoms` (points, atoms); the norm is the mean square over the points. The
    first step takes one atom whole.
    """
    coefficients, now = np.zeros(atoms.shape[1]), np.zeros(len(values))
    picked: list[int] = []
    distance2: list[float] = []
    for step in range(n):
        move = atoms - now[:, None]
        along, size = move.T @ (values - now), (move**2).sum(axis=0)
        t = np.ones(len(along)) if step == 0 else np.clip(along / np.where(size > 0, size, 1), 0, 1)
        gain = 2 * t * along - t**2 * size
        best = int(np.argmax(gain))
        coefficients *= 1 - t[best]
        coefficients[best] += t[best]
        now = atoms @ coefficients
        picked.append(best)
        distance2.append(float(np.mean((values - now) ** 2)))
    return Greedy(np.array(picked), coefficients, np.array(distance2))


def chosen(values: Array, atoms: Array, n: int) -> Array:
    """Return the indices of n atoms, each the most correlated with what is left unexplained.

    After each the coefficients of all are solved for again (orthogonal greedy), so that the squared
    error is at most that of `relaxed`'s bound.
    """
    sizes = np.sqrt((atoms**2).sum(axis=0))
    scaled = atoms / np.where(sizes > 0, sizes, 1)
    basis, rest = np.zeros((len(values), 0)), values.copy()
    picked: list[int] = []
    for _ in range(n):
        score = np.abs(scaled.T @ rest)
        score[picked] = -1.0
        best = int(np.argmax(score))
        new = scaled[:, best]
        for _ in range(2):
            new = new - basis @ (basis.T @ new)
        size = float(np.sqrt(new @ new))
        picked.append(best)
        if size > 1e-13:
            basis = np.column_stack([basis, new / size])
            rest = rest - basis[:, -1] * (basis[:, -1] @ rest)
    return np.array(picked)
