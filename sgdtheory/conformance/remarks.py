"""What an optimizer does that no rule does: lost parameters, decay, coupling, memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.conformance.adapters import Observed, observe
from sgdtheory.conformance.difference import difference
from sgdtheory.conformance.probe import FROM_AFAR, RESTING, Probe

__all__ = ["remarks", "undecayed", "uphill", "usable"]


def usable(path: np.ndarray, probe: Probe) -> np.ndarray:
    """Return the parameters to compare: without those that a first gradient of 0 made NaN."""
    lost = ~np.isfinite(path).all(axis=0) & (probe.gradients[0] == 0)
    kept: np.ndarray = ~lost
    return kept


def undecayed(path: np.ndarray, probe: Probe) -> tuple[np.ndarray, float]:
    """Return the path without a decay that shrinks parameters by a factor a step, and the factor.

    The factor is 1, and the path as it is, where a parameter without a gradient does not shrink so.
    """
    resting = path[:, probe.labels.index(RESTING)]
    factor = float(resting[1] / resting[0])
    powers = resting[0] * factor ** np.arange(len(resting))
    if not 0 < factor < 1 or not np.allclose(resting, powers, rtol=1e-12, atol=0):
        return path, 1.0
    moves = path[1:] - factor * path[:-1]
    return np.concatenate([path[:1], path[0] + np.cumsum(moves, axis=0)]), factor


def remarks(factory: Callable[..., Any], adapter: str, seen: Observed, probe: Probe, tol: float,
            ) -> tuple[str, ...]:
    """Return what is to be said beside the table."""
    said = []
    if not usable(seen.path, probe).all():
        said.append("it is NaN after a first gradient of 0 (0/0, without an epsilon), where the "
                    "rules here stay; those parameters are left out")
    said += _direction(seen.path, probe)
    if words := _resting(seen.path[:, probe.labels.index(RESTING)]):
        said.append(words)
    elif _from_afar(seen.path, probe) > tol:
        said.append("its steps depend on where the parameters are, as with weight decay")
    said += _again(factory, adapter, seen, probe, tol)
    return tuple(said)


def uphill(path: np.ndarray, probe: Probe) -> bool:
    """Tell whether the first step goes up every gradient."""
    ways = np.sign(path[1] - path[0]) * np.sign(probe.gradients[0])
    return bool(np.any(ways > 0) and np.all((ways > 0) | (probe.gradients[0] == 0)))


def _direction(path: np.ndarray, probe: Probe) -> list[str]:
    """Say so if the first step is no step, or goes up every gradient."""
    if np.all(path == path[0]):
        return ["it never moves: no step came of any gradient"]
    if uphill(path, probe):
        return ["its first step goes up every gradient, as with the sign turned around"]
    return []


def _resting(path: np.ndarray) -> str:
    if not np.isfinite(path).all() or np.all(path == path[0]):
        return ""
    factor = path[1] / path[0]
    if np.allclose(path, path[0] * factor ** np.arange(len(path)), rtol=1e-12, atol=0):
        return (f"weight decay: it shrinks parameters by {1 - factor:.6g} of themselves in every "
                f"step, besides; that is taken out of what is compared")
    return (f"it moves a parameter that has no gradient, from {path[0]:g} to {path[1]:.10g} in the "
            f"first step, as a weight decay does that is added to the gradient; no rule here does")


def _from_afar(path: np.ndarray, probe: Probe) -> float:
    far = path[:, [probe.labels.index(FROM_AFAR)]]
    near = path[:, [probe.labels.index("gradients of both signs, of about 1")]]
    return difference(far - far[0], near - near[0], 1.0).size


def _again(factory: Callable[..., Any], adapter: str, seen: Observed, probe: Probe, tol: float,
           ) -> list[str]:
    """Ask a second time: the same, and then with half of the parameters only."""
    again = observe(factory, adapter, probe).path
    if difference(again, seen.path, tol).step is not None:
        return ["asked a second time it went another way: the factory must make a new optimizer "
                "each time, and chance must be seeded"]
    half = np.arange(len(probe.labels)) % 2 == 0
    alone = observe(factory, adapter, probe.only(half)).path
    if difference(alone, seen.path[:, half], tol).step is None:
        return []
    return ["the step of a parameter depends on the gradients of the others, as with clipping by a "
            "norm: no rule here does that"]
