"""Which rule with which numbers gives a path, where it is not known; and why a rule does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import NamedTuple

import numpy as np

from sgdtheory.conformance.causes import cause, changes
from sgdtheory.conformance.difference import difference
from sgdtheory.conformance.fit import fit, screened
from sgdtheory.conformance.probe import Probe, follow
from sgdtheory.optimizers.adam import Adam
from sgdtheory.optimizers.rule import Rule

__all__ = ["Found", "explain", "search"]

TRIED, NEAR = 6, 1e-5


class Found(NamedTuple):
    """A rule with its numbers, and what must be changed to get the path, "" if nothing."""

    rule: Rule
    cause: str


def search(rules: Iterable[Rule], path: np.ndarray, probe: Probe, tol: float) -> Found:
    """Return the rule that is the path, or is it but for one mistake; else the nearest."""
    ranked = _ranked([("", rule, rule) for rule in dict.fromkeys(rules)], path, probe)
    different = {rule: words for words, _, rule in ranked}
    for rule, words in different.items():
        fitted, off = fit(rule, path, probe, tol)
        if off.step is None:
            return Found(fitted, words)
    nearest = [rule for _, _, rule in ranked[:2]]
    nearest += [rule for _, _, rule in ranked if isinstance(rule, Adam) and not rule.eps_hat][:1]
    return _mistaken(nearest, path, probe, tol) or Found(
        fit(nearest[0], path, probe, tol)[0], "")


def _mistaken(rules: list[Rule], path: np.ndarray, probe: Probe, tol: float) -> Found | None:
    """Return the rule, with numbers, of which one change is the path."""
    tried = [(words, rule, changed) for rule in dict.fromkeys(rules)
             for words, changed in changes(rule).items()]
    for words, rule, changed in _ranked(tried, path, probe)[:2 * TRIED]:
        fitted, off = fit(changed, path, probe, tol)
        if off.step is None:
            return Found(_take_numbers(rule, fitted), words)
    return None


def _take_numbers(rule: Rule, fitted: Rule) -> Rule:
    from sgdtheory.conformance.candidates import with_numbers
    from sgdtheory.conformance.numbers import of_rule

    return with_numbers(rule, of_rule(fitted))


def _ranked(tried: list[tuple[str, Rule, Rule]], path: np.ndarray, probe: Probe,
            ) -> list[tuple[str, Rule, Rule]]:
    """Return the tried rules, each at its best point of the grid, the best first."""
    found = [(screened(rule, path, probe), words, base) for words, base, rule in tried]
    found.sort(key=lambda item: item[0][0])
    return [(words, base, best[1]) for best, words, base in found]


def explain(rule: Rule, path: np.ndarray, probe: Probe, tol: float) -> str:
    """Return what the path does otherwise than `rule`: a change, other numbers, or both; or ""."""
    if words := cause(rule, path, probe, tol):
        return words
    if not {"alpha", "alpha0"} & {field.name for field in fields(rule)}:  # type: ignore[arg-type]
        return ""
    for start in (rule, screened(rule, path, probe)[1]):
        fitted, off = fit(start, path, probe, tol)
        if off.step is None:
            return _other_numbers(rule, fitted)
    if found := _mistaken([rule], path, probe, tol):
        return "; and ".join(filter(None, (found.cause, _other_numbers(rule, found.rule))))
    if difference(follow(rule, probe), path, tol).size < NEAR:
        return "rounding: it agrees to single precision (float32) and not beyond"
    return ""


def _other_numbers(rule: Rule, fitted: Rule) -> str:
    words = []
    for field in fields(rule):  # type: ignore[arg-type]
        is_, said = getattr(fitted, field.name), getattr(rule, field.name)
        if isinstance(is_, float) and abs(is_ - said) > 1e-9 * abs(said):
            words.append(f"{field.name} differs by {is_ - said:.3g}: it is {is_:.10g}, not "
                         f"{said:.10g}")
    return "; ".join(words)
