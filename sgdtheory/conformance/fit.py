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
from typing import Any, NamedTuple

import numpy as np

from sgdtheory.conformance.difference import Difference, difference
from sgdtheory.conformance.probe import Probe, follow
from sgdtheory.optimizers.rule import Rule

__all__ = ["fit", "screened"]

GRID: dict[str, tuple[float, ...]] = {
    "beta1": (0.5, 0.9, 0.99), "beta2": (0.5, 0.9, 0.99, 0.999), "dampening": (0.1, 0.5, 0.9)}
SIZES = tuple(10.0 ** np.arange(-12, 1))
SILENT = 1e-13
LONGEST = 1 - 1e-5
"""A decay above this is where least squares get stuck, not where anybody starts."""
NONE = 1e-16
"""An estimated epsilon below this is tried as 0."""
NEAR, POLISHED = 1e-2, 4
"""Below which distance least squares start anew where they ended, and how often they run."""


class Fitted(NamedTuple):
    """A rule with numbers, and how far it is from a path: in the mean square, and each value."""

    off: float
    rule: Rule
    residual: np.ndarray


def screened(rule: Rule, path: np.ndarray, probe: Probe) -> tuple[float, Rule]:
    """Return how badly the rule follows large gradients at its best, and the rule there.

    Its epsilon says nothing there and is left as small as none, but in Adadelta, where it is found
    on a grid too.
    """
    loud = probe.loud
    path, probe = path[:, loud], probe.only(loud)
    grid = {name: values for name, values in GRID.items() if name in _names(rule)}
    if "alpha0" in _names(rule):
        grid["eps"] = SIZES[2::2]
    elif _has_eps(rule):
        rule = _with(rule, eps=SILENT)
    tried = [_scaled(_with(rule, **dict(zip(grid, values, strict=True))), path, probe)
             for values in product(*grid.values())]
    best = min(tried, key=lambda fitted: fitted.off)
    if grid and best.off < math.inf:
        nearer = _least(best.rule, tuple(grid), path, probe, coarse=True)
        forgets = all(getattr(nearer.rule, name, 0) < LONGEST for name in ("beta1", "beta2"))
        best = min(best, nearer, key=lambda fitted: fitted.off) if forgets else best
    return best.off, best.rule


def fit(rule: Rule, path: np.ndarray, probe: Probe, tol: float) -> tuple[Rule, Difference]:
    """Return the rule with the numbers that fit best, near those it has, and its difference.

    An epsilon that is as small as none is looked for at every size first.
    """
    if _has_eps(rule) and rule.eps <= SILENT:  # type: ignore[attr-defined]
        sizes = [_scaled(_with(rule, eps=eps), path, probe) for eps in SIZES]
        rule = min(sizes, key=lambda fitted: fitted.off).rule
    free = tuple(n for n in (*GRID, "eps") if getattr(rule, n, 0) not in (0, None))
    found = _least(rule, free, path, probe).rule
    for _ in range(POLISHED):
        best = _rounded(found, path, probe, tol)
        off = difference(follow(best, probe), path, tol)
        if off.step is None or off.size > NEAR:
            break
        found = _least(found, free, path, probe).rule
    return best, off


def _has_eps(rule: Rule) -> bool:
    return "eps" in _names(rule) and getattr(rule, "eps", 0) != 0


def _with(rule: Rule, **numbers: Any) -> Rule:
    changed: Rule = replace(rule, **numbers)  # type: ignore[type-var]
    return changed


def _least(rule: Rule, free: tuple[str, ...], path: np.ndarray, probe: Probe,
           coarse: bool = False) -> Fitted:
    """Return the least mean square over the numbers in `free` and alpha."""
    if not free:
        return _scaled(rule, path, probe)
    from scipy.optimize import least_squares

    def made(x: np.ndarray) -> Fitted:
        numbers = {n: _back(n, float(v)) for n, v in zip(free, x, strict=True)}
        return _scaled(_with(rule, **numbers), path, probe)

    low, high = np.array([_BOUNDS[n] for n in free]).T
    start = np.array([_forth(n, getattr(rule, n)) for n in free])
    found = least_squares(lambda x: made(x).residual, np.clip(start, low + 1e-9, high - 1e-9),
                          method="trf", bounds=(low, high), max_nfev=6 if coarse else 30,
                          **dict.fromkeys(("xtol", "ftol", "gtol"), 1e-15))
    return made(found.x)


_BOUNDS = {"beta1": (-16.0, 0.0), "beta2": (-16.0, 0.0), "eps": (-50.0, 5.0),
           "dampening": (-16.0, 0.0)}


def _forth(name: str, value: float) -> float:
    return math.log(value) if name == "eps" else math.log(max(1 - value, 1e-7))


def _back(name: str, value: float) -> float:
    return math.exp(value) if name == "eps" else max(0.0, 1 - math.exp(value))


def _names(rule: Rule) -> set[str]:
    return {field.name for field in fields(rule)}  # type: ignore[arg-type]


def _scaled(rule: Rule, path: np.ndarray, probe: Probe) -> Fitted:
    """Return the rule with the alpha that fits best; what is not finite counts as not moved."""
    name = "alpha0" if "alpha0" in _names(rule) else "alpha"
    moved = _weighted(follow(_with(rule, **{name: 1.0}), probe) - probe.w0, path)
    shown = _weighted(path - probe.w0, path)
    fine = np.isfinite(moved) & np.isfinite(shown)
    moved, shown = np.where(fine, moved, 0), np.where(np.isfinite(shown), shown, 0)
    below = float(np.sum(moved * moved))
    alpha = float(np.sum(moved * shown)) / below if below > 0 else 0.0
    if not alpha > 0 or not math.isfinite(alpha):
        return Fitted(math.inf, rule, shown.ravel() + 1)
    residual = (alpha * moved - shown).ravel()
    return Fitted(float(np.mean(residual**2)), _with(rule, **{name: alpha}), residual)


def _weighted(moved: np.ndarray, path: np.ndarray) -> np.ndarray:
    length = np.sum(np.abs(np.diff(path, axis=0)), axis=0)
    return moved / np.where(length > 0, length, 1)


def _rounded(rule: Rule, path: np.ndarray, probe: Probe, tol: float) -> Rule:
    """Return the rule with each number as short as the path allows."""
    limit = max(tol, 3 * difference(follow(rule, probe), path, tol).size)
    for name in [n for n in ("alpha", "alpha0", *GRID, "eps") if n in _names(rule)]:
        for short in _shorter(name, getattr(rule, name)):
            tried = _with(rule, **{name: short})
            if difference(follow(tried, probe), path, tol).size <= limit:
                rule = tried
                break
    return rule


def _shorter(name: str, value: Any) -> list[float]:
    """Return the decimals of up to 8 digits near a number; of a decay, near what it forgets."""
    if name in ("beta1", "beta2", "dampening"):
        near = [round(value, digits) for digits in range(1, 9)]
        return [x for x in near if math.isclose(1 - x, 1 - value, rel_tol=1e-5)]
    if name == "eps" and value < NONE:
        return [0.0]
    near = [float(f"{value:.{digits}g}") for digits in range(1, 9)]
    return [x for x in near if math.isclose(x, value, rel_tol=1e-5)]
