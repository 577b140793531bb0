"""The moments of a rule on a law, as affine maps.

With additive noise each eigendirection is a system of its own: the mean and the covariance of its
``k`` numbers, batched over directions. With affine noise the mean and the second moment of all
``k dim`` numbers are coupled; the symmetric half of the second moment is kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sgdtheory.exact.affine import AffineMap
from sgdtheory.exact.laws import AdditiveNoise, AffineNoise, GaussianRows, NotExactlyKnown
from sgdtheory.exact.moving import LARGEST, Step, kronecker, kronecker_increment, visit
from sgdtheory.exact.traced import Traced
from sgdtheory.exact.transition import Transition

__all__ = ["Coupled", "Separate", "System", "system"]

CHUNK = 131_072
"""Numbers in the maps of several steps that are formed at a time (1 MiB)."""


@dataclass(frozen=True, eq=False)
class Separate:
    """Additive noise: ``(m, covariance)`` of each direction, an array ``(dim, k + k^2)``."""

    law: AdditiveNoise
    scale: float
    k: int

    def start(self, x: np.ndarray) -> np.ndarray:
        """Return the moments of the certain start `x` ``(dim, k)``."""
        return np.concatenate([x, np.zeros((len(x), x.shape[1] ** 2))], axis=1)

    def map(self, transition: Transition) -> AffineMap:
        """Return the map of one step."""
        k, d = self.k, len(self.law.curvatures)
        mean = transition.increment(self.law.curvatures)
        push = transition.push[..., None]
        noise = kronecker(push, push)[..., 0]
        increment = np.zeros((*push.shape[:-2], d, k + k * k, k + k * k))
        increment[..., :k, :k] = mean
        increment[..., k:, k:] = kronecker_increment(mean)
        shift = np.zeros(increment.shape[:-1])
        shift[..., k:] = self.scale * self.law.variances[:, None] * noise[..., None, :]
        return AffineMap(increment, shift)

    def iterates(self, transition: Transition, x: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Return `x` after each of `counts` steps, of one transition or of several."""
        if transition.varied:
            return visit(self._each(transition), x, counts)
        return self.map(transition).iterates(x, counts)

    def _each(self, transition: Transition) -> Iterator[AffineMap]:
        """Yield the map of each step; they are formed many at a time."""
        many = max(1, CHUNK // (len(self.law.curvatures) * (self.k + self.k**2) ** 2))
        for first in range(0, len(transition.push), many):
            some = self.map(transition[first : first + many])
            yield from map(AffineMap, some.increment, some.shift)

    def moment2(self, path: np.ndarray, part: int = 0) -> np.ndarray:
        """Return ``E|x_part|^2`` along a path ``(T, dim, k + k^2)``; part 0 is ``w - w*``."""
        mean, spread = path[..., part], path[..., self.k + part * (self.k + 1)]
        return np.asarray(np.sum(mean**2 + spread, axis=-1))

    def variance2(self, path: np.ndarray) -> np.ndarray:
        """Return ``Var |w - w*|^2`` along a path, if the noise is Gaussian: 2 tr(S^2) + 4 m'S m."""
        mean, spread = path[..., 0], path[..., self.k]
        return np.asarray(np.sum(2 * spread**2 + 4 * mean**2 * spread, axis=-1))

    def limit(self, transition: Transition) -> np.ndarray:
        """Return the stationary state, shape ``(1, dim, k + k^2)``; the mean is zero."""
        k, step = self.k, self.map(transition)
        fixed = np.linalg.solve(-step.increment[:, k:, k:], step.shift[:, k:, None])[..., 0]
        return np.concatenate([np.zeros((len(fixed), k)), fixed], axis=1)[None]

    def spectral_radius(self, transition: Transition) -> float:
        """Return the largest modulus of the map of covariances."""
        mean = np.eye(self.k) + transition.increment(self.law.curvatures)
        return float(np.max(np.abs(np.linalg.eigvals(mean))) ** 2)


@dataclass(frozen=True, eq=False)
class Coupled:
    """Affine noise: ``m`` ``(k dim,)``, coordinates last, and the symmetric half of ``P``."""

    law: AffineNoise
    scale: float
    k: int

    @cached_property
    def size(self) -> int:
        """The number ``k dim`` of numbers that the rule moves."""
        return self.k * len(self.law.curvatures)

    @cached_property
    def half(self) -> tuple[np.ndarray, np.ndarray]:
        """The indices of the symmetric half."""
        return np.triu_indices(self.size)

    def start(self, x: np.ndarray) -> np.ndarray:
        """Return the moments of the certain start `x` ``(dim, k)``."""
        m = x.T.ravel()
        return self._packed(m, np.outer(m, m))

    def increment(self, transition: Transition, x: np.ndarray) -> np.ndarray:
        """Return what one step adds to `x`, without the floor of the noise."""
        m, P = self._unpacked(x)
        drift = self._drift(transition)
        ask = np.kron(transition.query, np.eye(len(self.law.curvatures)))
        push = np.outer(transition.push, transition.push)
        noise = np.kron(push, self.scale * self.law.spread(ask @ m, ask @ P @ ask.T))
        moved = drift @ P
        return self._packed(drift @ m, moved + moved.T + moved @ drift.T + noise)

    def shift(self, transition: Transition) -> np.ndarray:
        """Return what the floor of the noise adds in one step."""
        push = np.outer(transition.push, transition.push)
        return self._packed(np.zeros(self.size), np.kron(push, self.scale * self.law.floor))

    def map(self, transition: Transition) -> AffineMap:
        """Return the map of one step, formed column by column; refuse a large one."""
        numbers = self.size + len(self.half[0])
        if numbers > LARGEST:
            raise NotExactlyKnown(f"the moments are {numbers} numbers, more than the {LARGEST} "
                                  f"whose matrix is formed; ask exact.distance2 at large times")
        columns = [self.increment(transition, unit) for unit in np.eye(numbers)]
        return AffineMap(np.stack(columns, axis=1), self.shift(transition))

    def iterates(self, transition: Transition, x: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Return `x` after each of `counts` steps: by powers, or one by one where that is less."""
        if transition.varied:
            return visit((self._step(one) for one in transition), x, counts)
        if len(x) <= min(LARGEST, counts.max(initial=0)):
            return self.map(transition).iterates(x, counts)
        return visit(itertools.repeat(self._step(transition)), x, counts)

    def _step(self, transition: Transition) -> Step:
        """Return the map of one step as a function, without its matrix."""
        shift = self.shift(transition)
        return lambda x: x + (self.increment(transition, x) + shift)

    def moment2(self, path: np.ndarray, part: int = 0) -> np.ndarray:
        """Return ``E|x_part|^2`` along a path ``(T, numbers)``; part 0 is ``w - w*``."""
        (row, column), d = self.half, len(self.law.curvatures)
        diagonal = (row == column) & (row // d == part)
        return np.asarray(np.sum(path[:, self.size:][:, diagonal], axis=-1))

    def limit(self, transition: Transition) -> np.ndarray:
        """Return the stationary state, shape ``(1, numbers)``; the mean is zero."""
        step, n = self.map(transition), self.size
        fixed = np.linalg.solve(-step.increment[n:, n:], step.shift[n:])
        return np.concatenate([np.zeros(n), fixed])[None]

    def spectral_radius(self, transition: Transition) -> float:
        """Return the largest modulus of the map of second moments."""
        moments = self.map(transition).matrix[self.size:, self.size:]
        return float(np.max(np.abs(np.linalg.eigvals(moments))))

    def _drift(self, transition: Transition) -> np.ndarray:
        pull = np.outer(transition.push, transition.query)
        return np.asarray(np.kron(transition.drift, np.eye(len(self.law.curvatures)))
                          + np.kron(pull, np.diag(self.law.curvatures)))

    def _packed(self, m: np.ndarray, P: np.ndarray) -> np.ndarray:
        return np.concatenate([m, P[self.half]])

    def _unpacked(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        P = np.zeros((self.size, self.size))
        P[self.half] = x[self.size:]
        return x[: self.size], P + np.triu(P, 1).T


System = Separate | Coupled | Traced


def system(law: AdditiveNoise | AffineNoise, scale: float, k: int) -> System:
    """Return the moments of a rule of `k` numbers a coordinate, noise scaled by `scale`."""
    if isinstance(law, AdditiveNoise):
        return Separate(law, scale, k)
    if isinstance(law, GaussianRows):
        return Traced(law, scale, k)
    return Coupled(law, scale, k)
