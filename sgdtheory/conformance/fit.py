"""The hyperparameters with which a rule follows a path best, where nobody said them.

A step is proportional to alpha, so alpha needs no search; the decays are searched on a grid of the
usual ones and then by least squares, and a number that is short in decimals is taken so.

>>> from sgdtheory.conformance.probe import design
>>> from sgdtheory.optimizers import Adam
>>> path = follow(Adam(0.03, 0.85, 0.99, 1e-6), design())
>>> fit(Adam(1), path, design(), 1e-9)[0]
Adam(alpha=0.03, beta1=0.85, beta2=0.99, eps=1e-06, eps_root=0, eps_hat=False)
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import product
from typing import Any

import numpy as np

from sgdtheory.conformance.difference import Difference, difference
from sgdtheory.conformance.probe import Probe, follow
from sgdtheory.optimizers.rule import Rule

__all__ = ["fit", "screened"]

GRID: dict[str, tuple[float, ...]] = {
    "beta1": (0.5, 0.9, 0.99), "beta2": (0.5, 0.9, 0.99, 0.999),
    "dampening": (0.1, 0.5, 0.9), "eps": (1e-10, 1e-8, 1e-7, 1e-6, 1e-3, 0.3)}


def screened(rule: Rule, path: np.ndarray, probe: Probe) -> tuple[float, Rule]:
    """Return how badly the rule follows at the best point of the grid, and the rule there."""
    best = (math.inf, rule)
    decays = [name for name in GRID if name in _names(rule) and name != "eps"]
    for name in (decays, ["eps"] if "eps" in _names(rule) else []):
        for values in product(*(GRID[n] for n in name)) if name else ():
            tried = _scaled(replace(best[1] if name == ["eps"] else rule,  # type: ignore[type-var]
                                    **dict(zip(name, values, strict=True))), path, probe)
            best = min(best, tried, key=lambda pair: pair[0])
    return best if best[0] < math.inf else _scaled(rule, path, probe)


def fit(rule: Rule, path: np.ndarray, probe: Probe, tol: float) -> tuple[Rule, Difference]:
    """Return the rule with the numbers that fit best from where it is, and its difference."""
    from scipy.optimize import least_squares

    free = [n for n in GRID if n in _names(rule) and getattr(rule, n) not in (0, None)]

    def made(x: np.ndarray) -> tuple[float, Rule]:
        numbers = {n: _back(n, float(v)) for n, v in zip(free, x, strict=True)}
        return _scaled(replace(rule, **numbers), path, probe)  # type: ignore[type-var]

    def residuals(x: np.ndarray) -> np.ndarray:
        return _residuals(follow(made(x)[1], probe), path)

    start = np.array([_forth(n, getattr(rule, n)) for n in free])
    if free:
        low, high = np.array([_BOUNDS[n] for n in free]).T
        found = least_squares(residuals, np.clip(start, low + 1e-9, high - 1e-9), method="trf",
                              bounds=(low, high), xtol=1e-15, ftol=1e-15, gtol=1e-15,
                              max_nfev=40)
        start = found.x
    best = _rounded(made(start)[1], path, probe, tol)
    return best, difference(follow(best, probe), path, tol)


_BOUNDS = {"beta1": (-16.0, 0.0), "beta2": (-16.0, 0.0), "eps": (-50.0, 5.0),
           "dampening": (-16.0, 0.0)}


def _forth(name: str, value: float) -> float:
    return math.log(value) if name == "eps" else math.log(max(1 - value, 1e-7))


def _back(name: str, value: float) -> float:
    return math.exp(value) if name == "eps" else max(0.0, 1 - math.exp(value))


def _names(rule: Rule) -> set[str]:
    return {field.name for field in fields(rule)}  # type: ignore[arg-type]


def _scaled(rule: Rule, path: np.ndarray, probe: Probe) -> tuple[float, Rule]:
    """Return the rule with the alpha that fits best, and the mean squared residual."""
    name = "alpha0" if "alpha0" in _names(rule) else "alpha"
    unit: Rule = replace(rule, **{name: 1.0})  # type: ignore[type-var]
    moved, shown = _weighted(follow(unit, probe) - probe.w0, path), _weighted(path - probe.w0, path)
    fine = np.isfinite(moved) & np.isfinite(shown)
    moved, shown = np.where(fine, moved, 0), np.where(fine, shown, 0)
    below = float(np.sum(moved * moved))
    alpha = float(np.sum(moved * shown)) / below if below > 0 else 0.0
    if not alpha > 0 or not math.isfinite(alpha):
        return math.inf, rule
    off = float(np.mean((alpha * moved - shown) ** 2))
    return off, replace(rule, **{name: alpha})  # type: ignore[type-var]


def _weighted(moved: np.ndarray, path: np.ndarray) -> np.ndarray:
    length = np.sum(np.abs(np.diff(path, axis=0)), axis=0)
    return moved / np.where(length > 0, length, 1)


def _residuals(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    off = _weighted(one - other, other).ravel()
    return np.where(np.isfinite(off), off, 1e3)


def _rounded(rule: Rule, path: np.ndarray, probe: Probe, tol: float) -> Rule:
    """Return the rule with each number as short as the path allows."""
    limit = max(tol, 3 * difference(follow(rule, probe), path, tol).size)
    for name in [n for n in ("alpha", "alpha0", *GRID) if n in _names(rule)]:
        for short in _shorter(name, getattr(rule, name)):
            tried: Rule = replace(rule, **{name: short})  # type: ignore[type-var]
            if difference(follow(tried, probe), path, tol).size <= limit:
                rule = tried
                break
    return rule


def _shorter(name: str, value: Any) -> list[float]:
    """Return the decimals of up to 8 digits near a number; of a decay, near what it forgets."""
    if name in ("beta1", "beta2", "dampening"):
        near = [round(value, digits) for digits in range(1, 9)]
        return [x for x in near if math.isclose(1 - x, 1 - value, rel_tol=1e-5)]
    near = [float(f"{value:.{digits}g}") for digits in range(1, 9)]
    return [x for x in near if math.isclose(x, value, rel_tol=1e-5)]
