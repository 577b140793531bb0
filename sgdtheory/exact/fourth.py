"""Whether the fourth moment of the distance stays bounded: if not, a sample of it deceives.

Multiplicative noise has heavy tails: ``E|w - w*|^2`` may have a limit where ``E|w - w*|^4`` has
none, and then the mean of a simulation has no standard error, and misses for long what the
expectation is made of. The linear part of the fourth moments is ``E M (x) M (x) M (x) M`` for the
random matrix M of a step: a sum over the batches of a finite sum; for Gaussian rows a polynomial of
degree 8 in the numbers drawn, which five Gauss-Hermite nodes for each integrate exactly.
"""

from __future__ import annotations

import math
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np

from sgdtheory.exact.laws import (
    AdditiveNoise,
    GaussianRows,
    LeastSquaresRows,
    NotExactlyKnown,
    RandomSigns,
)
from sgdtheory.exact.question import stationary
from sgdtheory.exact.transition import Transition

__all__ = ["fourth_moment_stable", "fourth_radius", "isotropic_factor"]

NODES = 5
LARGEST = 250
"""Fourth powers beyond which the eigenvalues of their map are not computed (0.1 s)."""

WORK = 3e8
"""Multiplications beyond which the map is not formed."""


def fourth_moment_stable(problem: Any, rule: Any, B: int = 1, replace: bool = True) -> bool:
    """Return whether ``E|w_t - w*|^4`` stays bounded in t, for iterates that are not projected.

    Raises
    ------
    NotExactlyKnown
        If the noise, the dimension or the number of batches is too much for it.
    """
    moments, _ = stationary(problem, rule, B, replace)
    if isinstance(moments.law, RandomSigns):
        return True
    stable = fourth_radius(problem, rule, B, replace) < 1
    if stable and isinstance(moments.law, AdditiveNoise) and not moments.law.gaussian:
        raise NotExactlyKnown(f"the noise of {type(problem).__name__} is not said to be Gaussian, "
                              f"and its own fourth moment is not known")
    return stable


def fourth_radius(problem: Any, rule: Any, B: int = 1, replace: bool = True) -> float:
    """Return the spectral radius of the map of fourth moments: below 1, they are bounded."""
    moments, transition = stationary(problem, rule, B, replace)
    law, d = moments.law, len(moments.law.curvatures)
    if isinstance(law, AdditiveNoise):
        return moments.spectral_radius(transition) ** 2
    if isinstance(law, GaussianRows) and np.ptp(law.curvatures) == 0 and _forgetful(transition):
        step = -float(transition.push[0]) * float(law.curvatures[0])
        return float(isotropic_factor(step, B, d))
    pairs = len(transition.push) * d * (len(transition.push) * d + 1) // 2
    if isinstance(law, GaussianRows):
        hessians, weights = _gaussian_batches(law, B, pairs)
    elif isinstance(law, LeastSquaresRows):
        hessians, weights = _row_batches(law, B, replace, pairs)
    else:
        raise NotExactlyKnown(f"the fourth moment of the noise of {type(problem).__name__} is not "
                              f"known")
    pull = np.outer(transition.push, transition.query)
    product = np.einsum("ij,akl->aikjl", pull, hessians)
    size = len(pull) * d
    fixed = np.eye(size) + np.kron(transition.drift, np.eye(d))
    return _radius(fixed + product.reshape(-1, size, size), weights)


def isotropic_factor(step: Any, B: Any, d: Any) -> Any:
    """Return ``E|(I - step S) u|^4`` for a unit u and S the mean of B Wishart ``z z'``, exactly.

    ``|(I - step S) u|^2 = (1 - step Q)^2 + step^2 (Q/B) chi2_(d-1)`` with ``Q = chi2_B / B``. For
    ``d = B = 1`` it is ``1 - 4 a + 18 a^2 - 60 a^3 + 105 a^4``. SGD only, `step` = alpha lambda.
    """
    q = [1, 1, (B + 2) / B, (B + 2) * (B + 4) / B**2, (B + 2) * (B + 4) * (B + 6) / B**3]
    along = sum(math.comb(4, k) * (-step) ** k * q[k] for k in range(5))
    mixed = q[1] - 2 * step * q[2] + step**2 * q[3]
    return (along + 2 * step**2 * (d - 1) / B * mixed
            + step**4 * (d - 1) * (d + 1) / B**2 * q[2])


def _forgetful(transition: Transition) -> bool:
    """Return whether the rule is SGD, at its own iterate."""
    return (len(transition.push) == 1 and transition.drift[0, 0] == 0
            and transition.query[0] == 1)


def _gaussian_batches(law: GaussianRows, B: int, pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the Hessians ``(a, d, d)`` of quadrature batches and their weights ``(a,)``."""
    numbers = B * len(law.curvatures)
    _check(numbers * math.log(NODES), pairs, f"{numbers} Gaussian numbers a step")
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    grid = np.meshgrid(*[np.arange(NODES)] * numbers, indexing="ij")
    places = np.stack([axis.ravel() for axis in grid], axis=1)
    x = nodes[places].reshape(-1, B, len(law.curvatures)) * np.sqrt(law.curvatures)
    return np.einsum("abi,abj->aij", x, x) / B, np.prod(weights[places] / weights.sum(), axis=1)


def _row_batches(law: LeastSquaresRows, B: int, replace: bool,
                 pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the Hessians ``(a, d, d)`` of all batches and their probabilities ``(a,)``."""
    n, d = law.rows.shape
    some, others = (n - 1, B) if replace else (B, n - B)
    number = float(np.log1p(float(others) / np.arange(1, some + 1)).sum())
    _check(number, pairs, f"10^{number / math.log(10):.0f} batches")
    choose = combinations_with_replacement if replace else combinations
    batches = np.array(list(choose(range(n), B)))
    counts = np.array([np.bincount(rows, minlength=n) for rows in batches])
    ways = np.array([1 / math.prod(map(math.factorial, row)) for row in counts.tolist()])
    hessians = np.einsum("an,ni,nj->aij", counts / B, law.rows, law.rows, optimize=True)
    return hessians + law.l2 * np.eye(d), ways / ways.sum()


def _check(log_atoms: float, pairs: int, what: str) -> None:
    """Raise NotExactlyKnown if the map of `pairs` squared moments is too large to be formed."""
    if pairs**2 > LARGEST or log_atoms + 4 * math.log(pairs) > math.log(WORK):
        raise NotExactlyKnown(f"the fourth moments are {pairs**2} numbers and {what}, too many; "
                              f"ask in a smaller dimension or for smaller batches")


def _radius(matrices: np.ndarray, weights: np.ndarray) -> float:
    """Return the spectral radius of ``E M (x) M (x) M (x) M``, on squares of squares."""
    squares = _on_symmetric(matrices)
    a, pairs, _ = squares.shape
    flat = squares.reshape(a, -1)
    fourth = ((flat * weights[:, None]).T @ flat).reshape([pairs] * 4)
    fourth = fourth.transpose(0, 2, 1, 3).reshape(pairs**2, pairs**2)
    return float(np.max(np.abs(np.linalg.eigvals(fourth))))


def _on_symmetric(matrices: np.ndarray) -> np.ndarray:
    """Return the matrices of ``P -> M P M'`` on the upper halves of symmetric P."""
    row, column = np.triu_indices(matrices.shape[-1])
    units = np.zeros((len(row), *matrices.shape[-2:]))
    units[np.arange(len(row)), row, column] = units[np.arange(len(row)), column, row] = 1
    images = np.einsum("aij,pjk,alk->apil", matrices, units, matrices, optimize=True)
    return np.asarray(images[..., row, column].swapaxes(-1, -2))
