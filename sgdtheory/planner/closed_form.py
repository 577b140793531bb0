r"""The plan in closed form: real numbers, near the best whole ones where the steps are many.

**Slide.** Let ``r = alpha V/(2c)`` be the squared radius and ``V = sigma2/B + mu2``. As ``1 - x``
is at most ``e^-x``, the target is reached in ``log(d0/(target - r))/(2 alpha c)`` steps. They are
fewest where ``log(d0/(target - r)) = r/(target - r)``; with ``u = target/(target - r)`` that is
``u - log u = 1 + log(d0/target)``, so

    u = -W_{-1}(-target/(e d0)),   alpha = 2 c target (1 - 1/u)/V,   T = u V/(4 c^2 target).

u does not depend on B, so the cost is proportional to ``V (t0 + t1 B)``, least at
``B = (sigma/mu) sqrt(t0/t1)`` (`minibatch.best_batch`, with its proof). Where alpha exceeds 1/(2c)
it is 1/(2c), and one step suffices, because the squared radius is then below the target. Nothing is
lost for a small target; near d0 the exact bound needs fewer steps, for ``d0 - r`` is replaced by d0
here.

A batch beyond the one for which a step suffices is wasted. One step reaches the target where
``(1-q) d0 + q^2 s <= target`` for some ``q <= 1``: for s up to the target, or up to ``d0^2/(4 (d0 -
target))`` where ``2 target > d0``. With ``mu2 = 0`` this batch is the best of all under a linear
cost: the least real number of steps is, as a function of the scale s of `model`, a minimum of
multiples of ``-1/log(1 - r/s)``, whose ratio to s rises. So T steps never allow more than T times
the noise of one step, and T steps of B samples cost no less than one step of T B.

**Smooth.** The same argument (with ``1/artanh`` for ``-1/log``) shows that the cost falls as B
rises until ``alpha = 2/(c+L)``, the step size that contracts most. From there on rho =
``sigma2/(B c L)``, and with ``w = target/(target - rho)`` the derivative of ``(t0 + t1 B)
log(d0/(target - rho))`` in B vanishes where

    (1 + t0/(t1 B)) (w - 1) = log(w d0/target),     B = sigma2 w/(c L target (w - 1)).

The left side is convex in w, the right side concave, and they cross once in ``(1, u]``; at ``t0 =
0`` the crossing is at u. So B grows as ``sigma2/(c L target)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sgdtheory.planner.cost import Cost
from sgdtheory.planner.model import Model, Slide, Smooth
from sgdtheory.theory import minibatch

__all__ = ["ClosedForm", "batch", "multiplier", "step"]


@dataclass(frozen=True)
class ClosedForm:
    """A step size and a real number of steps, at least 1, for a batch size."""

    alpha: float
    steps: float


def multiplier(d0: float, target: float) -> float:
    """Return ``u = -W_{-1}(-target/(e d0))``, at least 1."""
    from scipy.special import lambertw

    return float(-lambertw(-target / (math.e * d0), -1).real)


def step(model: Model, B: float) -> ClosedForm:
    """Return the step size and the steps for batches of `B`; the model's bound certifies them."""
    u = multiplier(model.d0, model.target)
    scale, radius2 = model.scale(B), model.target * (1 - 1 / u)
    alpha = model.alpha(radius2, B)
    if alpha >= model.largest_alpha:
        alpha = model.largest_alpha
        return ClosedForm(alpha, max(1.0, model.steps(alpha, B)))
    return ClosedForm(alpha, max(1.0, u * scale / (model.quickness * model.target)))


def batch(model: Model, cost: Cost) -> float:
    """Return the best real batch size, at least 1; inf where samples are free."""
    if cost.t1 == 0:
        return math.inf
    noise = model.sigma2 / cost.unit
    found = (_slide(model, noise, cost.t0 / cost.t1) if isinstance(model, Slide)
             else _smooth(model, noise, cost.t0 / cost.t1))
    return max(1.0, cost.least, cost.unit * found)


def _slide(model: Slide, sigma2: float, ratio: float) -> float:
    """Return the batch of the square-root law, or the one for which a step suffices."""
    law = (minibatch.best_batch(sigma2=sigma2, mu2=model.mu2, t0=ratio, t1=1) if model.mu2 > 0
           else math.inf)
    target, d0 = model.target, model.d0
    one_step = target if 2 * target <= d0 else d0 / (4 * (d0 - target)) * d0
    spare = 4 * model.c**2 * one_step - model.mu2
    return min(law, sigma2 / spare) if spare > 0 else law


def _smooth(model: Smooth, sigma2: float, ratio: float) -> float:
    from scipy.optimize import brentq

    floor = sigma2 / (model.c * model.L * model.target)
    if floor == 0:
        return 1.0
    log, u = math.log(model.d0 / model.target), multiplier(model.d0, model.target)

    def excess(v: float) -> float:
        """Return left minus right side at ``w = 1 + v``."""
        return (1 + ratio * v / (floor * (1 + v))) * v - math.log1p(v) - log

    v = brentq(excess, 0, u - 1, xtol=1e-15 * (u - 1)) if ratio else u - 1
    return float(floor * (1 + v) / v)
