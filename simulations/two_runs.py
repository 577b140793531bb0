"""Processes of the topic `optimum_noise` that the engine does not record, and their exact laws.

Two runs that see the same rows, and their distance; the loss above its minimum where the loss is
flat in some directions, so that the distance to a minimiser says nothing; the fourth moment of
regression on isotropic Gaussian inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import sgdtheory as st
from sgdtheory.optimizers import SGD
from sgdtheory.problems.rows import draw_rows
from sgdtheory.theory import optimum_noise as says
from sgdtheory.verdict import Replicas

__all__ = ["LossGap", "apart", "burn_in", "gaussian_variance"]


def apart(problem: Any, alpha: float, starts: Any, B: int, times: Any, runs: int,
          rng: np.random.Generator, same: bool = True) -> Replicas:
    """Return ``|W_t - V_t|^2`` of two runs of SGD from two `starts` that see the same rows.

    The ceiling is that of the factor by which every step brings any two points closer, or apart.
    Unless they see the `same` rows there is none: they do not meet.
    """
    rule, times = SGD(alpha), np.asarray(times)
    first, second = (np.repeat((w - problem.w_star)[:, None], runs, axis=1) for w in starts)
    recorded = []
    for t in range(int(times[-1]) + 1):
        if t in times:
            recorded.append(np.sum((first - second) ** 2, axis=0))
        rows = draw_rows(problem.n, B, runs, rng)
        others = rows if same else draw_rows(problem.n, B, runs, rng)
        first, second = (rule.step(e, None, partial(problem.batch_grad_error, rows=seen), t + 1)[0]
                         for e, seen in ((first, rows), (second, others)))
    factor, _ = problem.almost_sure_step(alpha)
    closer = (factor**2) ** times * float(np.sum((starts[0] - starts[1]) ** 2)) * (1 + 1e-9)
    return Replicas(np.column_stack(recorded), times, ceiling=closer if same else np.inf)


def burn_in(d0: float, tolerance: float, alpha: float, c: float, L: float) -> int:
    """Return the least t after which `coupling2` from `d0` is at most ``tolerance^2``.

    With `d0` a bound on ``E|W_0 - W|^2``, W of the stationary law, the root mean square distance
    of W_t to the minimiser is then within `tolerance` of the stationary one.
    """
    q = says.coupling2(1, 1.0, alpha, c, L)
    return max(0, int(np.ceil(np.log(tolerance**2 / d0) / np.log(q))))


@dataclass(frozen=True, eq=False)
class LossGap:
    """Least squares with additive noise, in the coordinates whose squared length is the loss gap.

    With the Hessian's `eigenvalues` h, some of them 0, these are ``sqrt(h_i/2) (w - w*)_i``. The
    noise of a gradient has the total variance `sigma2`, in equal shares for the coordinates of w
    that are `noisy`, and Gaussian.
    """

    eigenvalues: np.ndarray
    noisy: np.ndarray
    sigma2: float
    gap0: float

    n = None
    radius = np.inf

    @property
    def dim(self) -> int:
        """The number of coordinates, flat ones too."""
        return len(self.eigenvalues)

    @property
    def c(self) -> float:
        """The least eigenvalue that is not 0: the constant of the Polyak-Lojasiewicz inequality."""
        return float(self.eigenvalues[self.eigenvalues > 0].min())

    @property
    def L(self) -> float:
        """The largest eigenvalue."""
        return float(self.eigenvalues.max())

    @property
    def w_star(self) -> np.ndarray:
        """The origin."""
        return np.zeros(self.dim)

    @property
    def w0(self) -> np.ndarray:
        """A point at which the gap is `gap0`, shared by the directions that are not flat."""
        steep = self.eigenvalues > 0
        return np.where(steep, np.sqrt(self.gap0 / steep.sum()), 0.0)

    @property
    def variances(self) -> np.ndarray:
        """The variance of one sample gradient in these coordinates, shape (dim,)."""
        return np.asarray(self.eigenvalues / 2 * self.noisy * self.sigma2 / self.noisy.sum())

    def sample_grad_error(self, e: np.ndarray, B: int, rng: np.random.Generator,
                          replace: bool = True) -> np.ndarray:
        """Return the gradient of a fresh batch of `B` samples for each column of `e`."""
        noise = np.sqrt(self.variances / B)[:, None] * rng.standard_normal(e.shape)
        return np.asarray(self.eigenvalues[:, None] * e + noise)

    def gradient_law(self) -> st.exact.AdditiveNoise:
        """Return the law of one sample gradient."""
        return st.exact.AdditiveNoise(self.eigenvalues, self.variances, gaussian=True)

    def project_error(self, e: np.ndarray) -> np.ndarray:
        """Return `e`: there is no set."""
        return e

    def almost_sure_step(self, alpha: float) -> None:
        """Return None: Gaussian noise has no bound."""
        return None

    def invariant(self, alpha: float) -> bool:
        """Return False: Gaussian noise leaves any ball."""
        return False

    def distance2(self, times: Any, alpha: float, B: int) -> np.ndarray:
        """Return ``E|w_t - w_0|^2`` along the flat directions: a random walk, at `times` (k,)."""
        share = self.noisy[self.eigenvalues == 0].sum() / self.noisy.sum()
        return np.asarray(alpha**2 * self.sigma2 / B * share * np.asarray(times))


def gaussian_variance(dim: int, noise2: float, d0: float, alpha: float, times: Any) -> np.ndarray:
    """Return the variance of ``|w_t - w*|^2`` for inputs N(0, I), one sample a step, at `times`.

    From r = |w - w*|, with u, v standard normal, k chi-squared of ``dim - 1`` degrees and the
    residual ``z = r u - sqrt(noise2) v``, the next square is
    ``r^2 - 2 alpha r u z + alpha^2 (u^2 + k) z^2``; the mean of its square is a quadratic of r^2.
    """
    x = np.arange(3.0)
    coefficients = np.linalg.solve(np.vander(x, increasing=True),
                                   [_fourth(dim, noise2, r2, alpha) for r2 in x])
    second, fourth, found = d0, d0**2, []
    q, floor = 1 - 2 * alpha + alpha**2 * (dim + 2), alpha**2 * dim * noise2
    for t in range(int(np.max(times)) + 1):
        if t in times:
            found.append(fourth - second**2)
        fourth = float(coefficients @ [1.0, second, fourth])
        second = q * second + floor
    return np.maximum(found, 0.0)


def _fourth(dim: int, noise2: float, r2: float, alpha: float) -> float:
    """Return ``E|w' - w*|^4`` after one step from ``|w - w*|^2 = r2``, by exact quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(6)
    u, v = np.meshgrid(nodes, nodes, indexing="ij")
    z = np.sqrt(r2) * u - np.sqrt(noise2) * v
    fixed = r2 - 2 * alpha * np.sqrt(r2) * u * z + (alpha * u * z) ** 2
    free, k, k2 = (alpha * z) ** 2, dim - 1, (dim - 1) * (dim + 1)
    mean = fixed**2 + 2 * fixed * free * k + free**2 * k2
    return float(weights @ mean @ weights / (2 * np.pi))
