"""Greedy approximation in a Hilbert space, one unit at a time [Jones 1992; Barron 1993].

If f is in the closed convex hull of functions of norm at most b, the relaxed greedy algorithm has
``|f - f_n|^2 <= (b^2 - |f|^2)/n``, in any dimension. The orthogonal one has ``|f - f_n|^2 <=
|f - h|^2 + 4 b^2/n`` for every sum h of the functions with ``sum |coefficient| |function| = b``
[Barron, Cohen, Dahmen & DeVore 2008, Thm 2.3]. The norm is the mean square over points, not the
supremum: what is certified in the sup norm is the network that results.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgdtheory.networks.ball import Array

__all__ = ["Greedy", "chosen", "orthogonal_rate", "relaxed"]

RIDGES = tuple(float(r) for r in np.geomspace(1e-8, 1, 9))
"""By how much coefficients are drawn to 0, in squared singular values, to find a good h."""


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
    error is at most `orthogonal_rate`.
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


def orthogonal_rate(values: Array, atoms: Array, n: int) -> float:
    """Return a mean squared error that n `chosen` atoms do not exceed, known without choosing.

    It is ``|f - h|^2 + 4 b^2/n`` for the best of a few h: 0, and ridge regressions on all atoms.
    """
    u, s, vt = np.linalg.svd(atoms, full_matrices=False)
    along, sizes = u.T @ values, np.sqrt((atoms**2).mean(axis=0))
    bounds = [np.mean(values**2)]
    for ridge in RIDGES:
        h = vt.T @ (along * s / (s**2 + ridge * s[0] ** 2))
        bounds.append(np.mean((values - atoms @ h) ** 2) + 4 * float(np.abs(h) @ sizes) ** 2 / n)
    return float(min(bounds))
