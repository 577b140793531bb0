"""The moments of a rule on Gaussian rows: eigendirections that meet in one number.

By Isserlis the noise at e has the covariance ``H P H + H tr(H P)``: a direction sees its own second
moment and the one trace. So the ``k x k`` blocks of the directions are a system of their own, of
``dim k^2`` numbers, where general affine noise needs all ``(k dim)^2``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from sgdtheory.exact.affine import AffineMap
from sgdtheory.exact.laws import GaussianRows, NotExactlyKnown
from sgdtheory.exact.moving import LARGEST, Step, kronecker, kronecker_increment, visit
from sgdtheory.exact.transition import Transition

__all__ = ["Traced"]


@dataclass(frozen=True, eq=False)
class Traced:
    """Gaussian rows: the second moment of each direction's ``k`` numbers, ``(dim k^2,)``."""

    law: GaussianRows
    scale: float
    k: int

    def start(self, x: np.ndarray) -> np.ndarray:
        """Return the moments of the certain start `x` ``(dim, k)``."""
        return np.asarray(x[:, :, None] * x[:, None, :]).ravel()

    def increment(self, transition: Transition, x: np.ndarray) -> np.ndarray:
        """Return what one step adds to `x`, without the floor of the noise."""
        h, P = self.law.curvatures, x.reshape(-1, self.k, self.k)
        moved = transition.increment(h) @ P
        grown = moved + moved.swapaxes(1, 2) + moved @ transition.increment(h).swapaxes(1, 2)
        asked = np.einsum("i,dij,j->d", transition.query, P, transition.query)
        noise = self.scale * h * (h * asked + h @ asked)
        pushed = np.outer(transition.push, transition.push)
        return np.asarray(grown + noise[:, None, None] * pushed).ravel()

    def shift(self, transition: Transition) -> np.ndarray:
        """Return what the floor of the noise adds in one step."""
        pushed = np.outer(transition.push, transition.push).ravel()
        return np.kron(self.scale * self.law.noise2 * self.law.curvatures, pushed)

    def map(self, transition: Transition) -> AffineMap:
        """Return the map of one step; refuse a large one."""
        h, square = self.law.curvatures, self.k * self.k
        if len(h) * square > LARGEST:
            raise NotExactlyKnown(f"the moments are {len(h) * square} numbers, more than the "
                                  f"{LARGEST} whose matrix is formed; ask exact.distance2")
        pushed, asked = (kronecker(v[:, None], v[:, None])[:, 0]
                         for v in (transition.push, transition.query))
        meeting = self.scale * (np.outer(h, h) + np.diag(h * h))
        shape = (len(h), square, len(h), square)
        increment = np.kron(meeting, np.outer(pushed, asked)).reshape(shape)
        every = np.arange(len(h))
        increment[every, :, every, :] += kronecker_increment(transition.increment(h))
        return AffineMap(increment.reshape(len(h) * square, -1), self.shift(transition))

    def iterates(self, transition: Transition, x: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Return `x` after each of `counts` steps: by powers, or one by one where that is less."""
        if transition.varied:
            return visit((self._step(one) for one in transition), x, counts)
        if len(x) <= min(LARGEST, counts.max(initial=0)):
            return self.map(transition).iterates(x, counts)
        return visit(itertools.repeat(self._step(transition)), x, counts)

    def _step(self, transition: Transition) -> Step:
        shift = self.shift(transition)
        return lambda x: x + (self.increment(transition, x) + shift)

    def moment2(self, path: np.ndarray, part: int = 0) -> np.ndarray:
        """Return ``E|x_part|^2`` along a path ``(T, numbers)``; part 0 is ``w - w*``."""
        blocks = path.reshape(len(path), -1, self.k, self.k)
        return np.asarray(blocks[:, :, part, part].sum(axis=1))

    def limit(self, transition: Transition) -> np.ndarray:
        """Return the stationary state, shape ``(1, numbers)``."""
        step = self.map(transition)
        return np.linalg.solve(-step.increment, step.shift)[None]

    def spectral_radius(self, transition: Transition) -> float:
        """Return the largest modulus of the map of second moments."""
        return float(np.max(np.abs(np.linalg.eigvals(self.map(transition).matrix))))
