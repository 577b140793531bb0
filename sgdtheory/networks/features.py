"""Random or regular features and least squares: the fit that is made before it is certified.

The hidden weights are drawn (or laid out), and the outer ones are those of least squares at
Chebyshev points, by a singular value decomposition that is cut where rounding would take over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sgdtheory.networks.activation import Activation
from sgdtheory.networks.ball import UNIT, Array
from sgdtheory.networks.box import Box
from sgdtheory.networks.greedy import chosen, orthogonal_rate
from sgdtheory.networks.network import Shallow
from sgdtheory.networks.target import Target

__all__ = ["Fit", "Points", "best_fit", "greedy_fit", "points_of"]

CUTS = (1e-15, 1e-13, 1e-11, 1e-9)
SCALES = tuple(float(s) for s in np.geomspace(0.25, 16, 13))


@dataclass(frozen=True, eq=False)
class Points:
    """Where the fit is made, and other points at which it is tried; with the values of f."""

    fit: Array
    fit_values: Array
    trial: Array
    trial_values: Array


@dataclass(frozen=True, eq=False)
class Fit:
    """A network, its largest error on the points (no certificate), and how it was found.

    `rate` is the mean squared error at the points that greedy steps do not exceed.
    """

    net: Shallow
    residual: float
    condition: float
    scale: float
    layout: str
    rate: float = np.inf


def points_of(target: Target, box: Box, n: int) -> Points:
    """Return points enough for n units."""
    per_side = {1: max(400, 6 * n), 2: max(30, int(3 * n**0.5)),
                3: max(11, int(2.6 * n ** (1 / 3)))}.get(box.m, max(5, int((5 * n)**(1 / box.m))))
    fit, trial = box.chebyshev(per_side), box.grid(per_side + 1)
    return Points(fit, target.values(fit), trial, target.values(trial))


def best_fit(points: Points, box: Box, g: Activation, n: int, rng: np.random.Generator,
             goal: float = 0.0, around: Fit | None = None) -> Fit:
    """Return the best of a few scales and layouts of the hidden weights.

    That is the one with the smallest error, or, among those with an error below `goal`, the one
    with the smallest fourth derivatives, as far as the weights tell, which is certified faster.
    """
    seed = int(rng.integers(2**32))
    scales = [s for s in SCALES[:: 1 if box.m == 1 else 2]
              if around is None or 0.4 < s / around.scale < 2.5]
    layouts = (["regular"] if box.m == 1 else []) + ["random"]
    layouts = [name for name in layouts if around is None or name == around.layout or box.m == 1]
    fits = [_fitted(points, _hidden(box, g, n, scale, layout, np.random.default_rng(seed)),
                    scale, layout, goal) for layout in layouts for scale in scales]
    return min(fits, key=lambda fit: _order(fit, goal))


def _order(fit: Fit, goal: float) -> tuple[bool, float]:
    enough = fit.residual < goal
    rough = np.abs(fit.net.outputs) @ (np.abs(fit.net.weights).sum(axis=1) ** 4)
    return not enough, float(rough) if enough else fit.residual


def greedy_fit(points: Points, box: Box, g: Activation, n: int, rng: np.random.Generator) -> Fit:
    """Return the fit of n units that are chosen one after another from eight times as many."""
    scales = rng.choice(SCALES, 4, replace=False)
    pools = [_hidden(box, g, 2 * n, float(scale), "random", rng) for scale in scales]
    weights = np.concatenate([pool.weights for pool in pools])
    biases = np.concatenate([pool.biases for pool in pools])
    many = Shallow(weights, biases, np.zeros(len(biases)), g)
    features = many.features(points.fit)
    taken = chosen(points.fit_values, features, n)
    few = Shallow(weights[taken], biases[taken], np.zeros(n), g)
    return replace(_fitted(points, few, 1.0, "greedy"),
                   rate=orthogonal_rate(points.fit_values, features, n))


def _hidden(box: Box, g: Activation, n: int, scale: float, layout: str,
            rng: np.random.Generator) -> Shallow:
    """Return a network without outer weights: the units change inside the box or near it."""
    if layout == "regular":
        directions = np.ones((n, 1))
        spread = 1.05 if g.smoothness < 2 else 1.6
        centres = np.linspace(-spread, spread, n)[:, None]
        if g.smoothness < 2:
            centres = centres - 1 / n
    else:
        directions = rng.standard_normal((n, box.m))
        centres = rng.uniform(-1.2, 1.2, (n, box.m))
    weights = scale * directions / box.half
    biases = -(weights * (box.centre + box.half * centres)).sum(axis=1)
    return Shallow(weights, biases, np.zeros(n), g)


def _fitted(points: Points, hidden: Shallow, scale: float, layout: str, goal: float = 0.0
            ) -> Fit:
    """Return the fit of the outer weights; the cut with the smallest error and rounding."""
    with np.errstate(all="ignore"):
        features, trial = hidden.features(points.fit), hidden.features(points.trial)
    if not (np.isfinite(features).all() and np.isfinite(trial).all()):
        return Fit(hidden, np.inf, np.inf, scale, layout)
    u, s, vt = np.linalg.svd(features, full_matrices=False)
    along = u.T @ points.fit_values
    best = Fit(hidden, np.inf, np.inf, scale, layout)
    for cut in CUTS:
        kept = s > cut * s[0]
        if not kept.any():
            continue
        outputs = vt[kept].T @ (along[kept] / s[kept])
        error = float(np.abs(trial @ outputs - points.trial_values).max())
        size = float(np.abs(outputs).sum() * max(1.0, np.abs(trial).max()))
        error += (hidden.n + 60) * UNIT * size
        net = Shallow(hidden.weights, hidden.biases, outputs, hidden.activation)
        found = Fit(net, error, float(s[0] / s[kept][-1]), scale, layout)
        best = min(best, found, key=lambda fit: _order(fit, goal))
    return best
