"""How many steps a check takes where nobody says: until the start is forgotten.

Where the exact limit is known, until the exact mean is within 5 % of it. Else until the start is
5 % of the smooth ball, if that bound is smaller than the ball alone; a vacuous one says nothing of
how far down the iterates get, and then until the start has shrunk to 0.1 % of itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sgdtheory import exact
from sgdtheory.montecarlo.request import recorded_times
from sgdtheory.optimizers import SGD
from sgdtheory.theory import gradient_descent, noise_ball

__all__ = ["MOST_STEPS", "settled"]

TAIL = 0.05
"""The share of the ball that the start may still have."""

FORGOTTEN = 1e-3
"""The share of itself to which the start has shrunk, where no telling ball is known."""

FAR = 1e6
"""How many times the squared radius a run may reach that grows without limit."""

FEWEST, MOST_STEPS = 10, 10_000


def settled(problem: Any, alpha: float, B: int, replace: bool, inside: bool, d0: float,
            limit: float) -> tuple[int, str]:
    """Return the default number of steps, and a remark where it is not what one would wish.

    `limit` is the exact limit without projection, NaN where it is not known; `inside` says whether
    the iterates are certain to stay in the ball.
    """
    if math.isnan(limit) or (limit == math.inf and inside):
        return _by_the_bound(problem, alpha, B, d0)
    times = recorded_times(None, MOST_STEPS)
    at = exact.distance2(problem, SGD(alpha), B, times=times, replace=replace)
    if limit == math.inf:
        last = int(times[at <= FAR * max(d0, float(problem.radius) ** 2)][-1])
        return max(last, FEWEST), (f"{max(last, FEWEST)} steps by default: the mean grows without "
                                   f"limit, and more steps show nothing else")
    far = np.flatnonzero(np.abs(at - limit) > TAIL * limit)
    first = int(far[-1]) + 1 if len(far) else 0
    if first == len(times):
        return MOST_STEPS, _stopped(MOST_STEPS)
    return max(int(times[first]), FEWEST), ""


def _by_the_bound(problem: Any, alpha: float, B: int, d0: float) -> tuple[int, str]:
    """Return the steps after which the smooth bound, or the start alone, has nearly forgotten."""
    c, L, sigma2 = float(problem.c), float(problem.L), float(problem.sigma2)
    r2, ball = (1 - alpha * c) ** 2, math.inf
    if np.isfinite(L) and alpha * L < 2:
        r2 = gradient_descent.contraction(alpha=alpha, c=c, L=L) ** 2
        ball = noise_ball.smooth_radius2(alpha=alpha, sigma2=sigma2, B=B, c=c, L=L)
    vacuous = ball >= float(problem.radius) ** 2
    share = FORGOTTEN if vacuous else TAIL * ball / d0 if d0 > 0 else 1.0
    with np.errstate(divide="ignore"):
        asked = np.log(min(max(share, 1e-9), 1 / np.e)) / np.log(r2)
    steps = int(np.clip(np.ceil(asked), FEWEST, MOST_STEPS))
    if vacuous:
        return steps, (f"{steps} steps by default, in which a start without noise shrinks to "
                       f"{FORGOTTEN:.1%}: the exact limit is not known and the smooth bound is "
                       f"vacuous, so that nothing says when the ball is reached; take --steps N "
                       f"(steps=N), and a larger N to see whether the measured still falls")
    return steps, _stopped(steps) if steps == MOST_STEPS else ""


def _stopped(steps: int) -> str:
    return (f"stopped at {steps} steps by default; the ball may not be reached yet; take --steps N "
            f"(steps=N) for more")
