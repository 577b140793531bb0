"""The loss on which the slide's recursion is an equality for N steps [theory: lower bound].

``f(w) = c/2 |w|^2 + max(0, max_j k_j w_j)`` with one coordinate for each step, one for the start
and two for the noise. The subgradient ``c w + k_j e_j`` at the first coordinate j that has not been
used makes ``|g_t|^2 = c^2 D_t + k_t^2 = mu2``, and noise of size sigma at a right angle to all that
came before adds ``alpha^2 sigma2``: ``D_(t+1) = (1 - 2 alpha c) D_t + alpha^2 (sigma2 + mu2)``.

>>> problem = orthant(c=1.0, alpha=0.1, mu2=1.0, sigma2=1.0, d0=0.0, steps=50)
>>> path, rng = problem.distances2(np.random.default_rng(0)), None
>>> bool(abs(path[-1] / problem.recursion()[-1] - 1) < 1e-12)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.notation import letter
from sgdtheory.problems import ball
from sgdtheory.problems.constants import Constant, Constants
from sgdtheory.problems.design import readonly
from sgdtheory.problems.geometry import Array, along, check_points, inner

__all__ = ["Orthant", "orthant"]


@dataclass(frozen=True, eq=False)
class Orthant:
    """The matching lower bound for `steps` steps; build it with `orthant`.

    The coordinates are: one a step (0 .. steps-1), the start, and the plane of the noise. The
    bounds on gradient and variance hold at the iterates (where the proof asks for them), not on the
    whole ball of the radius.

    Attributes
    ----------
    c, alpha, mu2, sigma2, d0 : float
        The constants, the step size and the squared distance at the start.
    kinks : (steps,)
        ``k_j = sqrt(mu2 - c^2 D_j)``.
    """

    c: float
    alpha: float
    mu2: float
    sigma2: float
    d0: float
    kinks: Array

    n = None
    L = float("inf")

    @property
    def steps(self) -> int:
        """The number of steps for which the recursion is an equality."""
        return len(self.kinks)

    @property
    def dim(self) -> int:
        """One coordinate a step, one for the start, two for the noise."""
        return self.steps + 3

    @property
    def radius(self) -> float:
        """The largest distance of an iterate, a hair rounded up."""
        return float(np.sqrt(self.recursion().max())) * (1 + 1e-12)

    @property
    def w_star(self) -> Array:
        """The origin."""
        return np.zeros(self.dim)

    @property
    def w0(self) -> Array:
        """``sqrt(d0)`` along the coordinate of the start."""
        start = np.zeros(self.dim)
        start[self.steps] = np.sqrt(self.d0)
        return start

    def recursion(self) -> Array:
        """Return the slide's bound ``D_0 .. D_steps``, iterated; shape (steps + 1,)."""
        return _recursion(self.c, self.alpha, self.mu2 + self.sigma2, self.d0, self.steps)

    def loss(self, w: Any) -> Any:
        """Return the loss at `w`, shape (dim,) or (dim, runs)."""
        w = check_points(w, self.dim)
        kinks = along(self.kinks, w) * w[: self.steps]
        return self.c / 2 * inner(w, w) + np.maximum(kinks.max(axis=0), 0)

    def grad(self, w: Any) -> Any:
        """Return the subgradient at `w` along the first coordinate that attains the maximum."""
        w = check_points(w, self.dim)
        columns = w.reshape(self.dim, -1)
        kinks = self.kinks[:, None] * columns[: self.steps]
        first = kinks.argmax(axis=0)
        runs = np.arange(columns.shape[1])
        gradient = self.c * columns
        gradient[first, runs] += np.where(kinks[first, runs] >= 0, self.kinks[first], 0.0)
        return gradient.reshape(w.shape)

    def variance(self, w: Any) -> Any:
        """Return the variance of one sample gradient at `w`: of a sign times sigma."""
        return self.sigma2 + 0 * inner(w, w)

    def noise_direction(self, w: Any) -> Array:
        """Return the unit vector in the plane of the noise at a right angle to `w`."""
        columns = check_points(w, self.dim).reshape(self.dim, -1)
        direction = np.zeros_like(columns)
        x, y = columns[-2:]
        length = np.hypot(x, y)
        safe = np.where(length > 0, length, 1.0)
        direction[-2] = np.where(length > 0, -y / safe, 1.0)
        direction[-1] = x / safe
        return direction.reshape(np.shape(w))

    project, project_error = ball.project, ball.project_error
    sample_grad = ball.sample_grad

    def sample_grad_error(
        self, e: Array, B: int, rng: np.random.Generator, replace: bool = True
    ) -> Array:
        """Return `sample_grad` at ``w_star + e``, shape (dim, runs)."""
        if B != 1 or not replace:
            raise ValueError(f"B={B}, replace={replace}: the kinks are made for single samples "
                             "with replacement; build the problem with sigma2/B instead")
        signs = 2.0 * rng.integers(2, size=e.shape[1]) - 1
        noise: Array = np.sqrt(self.sigma2) * signs * self.noise_direction(e)
        noise += self.grad(e)
        return noise

    def distances2(self, rng: np.random.Generator) -> Array:
        """Return ``|w_t|^2``, t = 0 .. steps, of one run of SGD(alpha): not random at all."""
        w = self.w0[:, None]
        path = [float(inner(w, w)[0])]
        for _ in range(self.steps):
            w = w - self.alpha * self.sample_grad_error(w, 1, rng)
            path.append(float(inner(w, w)[0]))
        return np.array(path)

    def almost_sure_step(self, alpha: float) -> tuple[float, float]:
        """Return `factor`, `shift` with ``|e'| <= factor |e| + shift`` for every sample."""
        return abs(1 - alpha * self.c), float(
            alpha * (self.kinks.max() + np.sqrt(self.sigma2)))

    invariant = ball.invariant

    def constants(self) -> Constants:
        """Return each constant; those on gradient and noise hold at the iterates."""
        return Constants((
            Constant("c", self.c, "exact", "c/2 |w|^2 plus a convex function"),
            Constant("mu2", self.mu2, "exact", "c^2 D_t + k_t^2 at the iterates"),
            Constant("sigma2", self.sigma2, "exact", "a sign times sigma in a plane of its own"),
            Constant("radius", self.radius, "exact", "largest distance of an iterate"),
        ))


def _recursion(c: float, alpha: float, second_moment: float, d0: float, steps: int) -> Array:
    values = [d0]
    for _ in range(steps):
        values.append((1 - 2 * alpha * c) * values[-1] + alpha**2 * second_moment)
    return np.array(values)


def orthant(
    c: Any, alpha: Any, mu2: Any, sigma2: Any, d0: Any = 0.0, steps: Any = 100
) -> Orthant:
    """Return the problem on which the slide's recursion is an equality for `steps` steps.

    Needs ``alpha c <= 1/2``, and `d0` and the noise ball at most ``mu2 / c^2``: beyond it no
    gradient of squared norm `mu2` exists.
    """
    numbers = {"c": c, "alpha": alpha, "sigma2": sigma2, "mu2": mu2, "d0": d0}
    c, alpha, sigma2, mu2, d0 = (float(letter(k).check(v)) for k, v in numbers.items())
    if type(steps) is not int or steps < 1:
        raise ValueError(f"steps={steps}, the number of steps, must be a whole number >= 1")
    if alpha * c > 0.5:
        raise ValueError(f"alpha={alpha:g} exceeds 1/(2c)={1 / (2 * c):g}: the recursion is not "
                         "attained there; use two_cycle")
    distances2 = _recursion(c, alpha, mu2 + sigma2, d0, steps)
    if distances2.max() * c**2 > mu2:
        raise ValueError(f"mu2={mu2:g}, the squared bound on the gradient, is below c^2 |w|^2 = "
                         f"{distances2.max() * c**2:g} on the way: no such loss exists; take a "
                         "larger mu2, or a smaller alpha, sigma2 or d0")
    kinks = np.sqrt(mu2 - c**2 * distances2[:-1])
    return Orthant(c, alpha, mu2, sigma2, d0, readonly(kinks))
