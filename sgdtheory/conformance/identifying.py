"""`identify` says which dialect an optimizer follows; `conform` holds it to a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sgdtheory.conformance.adapters import Observed, observe
from sgdtheory.conformance.candidates import Candidate, candidates
from sgdtheory.conformance.causes import cause
from sgdtheory.conformance.difference import Difference, difference
from sgdtheory.conformance.finding import SHOWN, Finding, NonConforming, Row
from sgdtheory.conformance.numbers import given, letters, of_rule
from sgdtheory.conformance.probe import Probe, design, follow
from sgdtheory.conformance.remarks import remarks, undecayed, uphill, usable
from sgdtheory.conformance.search import Found, explain, search
from sgdtheory.optimizers.dialects import FRAMEWORKS, dialect, names
from sgdtheory.optimizers.rule import Rule, require_rule

__all__ = ["conform", "identify"]

Factory = Callable[..., Any]
LABELS = ("name", "weight_decay")
"""What an instance states beside its rule: a label, and a decay that `undecayed` looks for."""


@np.errstate(over="ignore", invalid="ignore")  # what blows up is infinitely far
def identify(optimizer_factory: Factory, adapter: str, *,
             hyperparameters: Mapping[str, float] | None = None, tol: float = 1e-9) -> Finding:
    """Return the dialects, nearest first, that an optimizer could be.

    Parameters
    ----------
    optimizer_factory
        Makes a new optimizer. ``adapter="torch"``: from a list of parameters, such as a class of
        `torch.optim`; ``"keras"``, ``"optax"``: from nothing; ``"callable"``: from nothing, a
        function ``step(w, g)`` or ``step(w, g, t)`` that returns the new parameters, keeping what
        it needs itself.
    adapter
        ``"torch"``, ``"keras"``, ``"optax"`` or ``"callable"``.
    hyperparameters
        What the optimizer is meant to have, in the letters of the rules: alpha, beta1, beta2, eps.
        Left out, they are read off the instance (torch, keras), or else estimated.
    tol
        The largest difference, relative to the way of a parameter, that rounding may make.

    Raises
    ------
    ValueError
        If the adapter is not known or its framework not installed, or the factory makes no
        optimizer of that kind.
    """
    _check_tol(tol)
    known = given(hyperparameters) if hyperparameters is not None else {}
    probe = design()
    seen = observe(optimizer_factory, adapter, probe)
    kept = usable(seen.path, probe)
    if np.isnan(seen.path[1, kept]).all():
        raise ValueError("optimizer_factory: step 1 makes every parameter NaN, whatever its "
                         "gradient, as a step counter does that starts at 0: the first correction "
                         "is then 1 - beta**0 = 0; count from 1")
    bare, _ = undecayed(seen.path, probe)
    path, fitting = bare[:, kept], probe.only(kept)
    asked = 2 * fitting.w0 - path if uphill(path, fitting) else path
    own = _own(adapter, seen)
    source = "as given"
    if not known and seen.stated:
        known, source = of_rule(own.rule) if own else letters(seen.stated), "read off the instance"
    found = _known(known, own, path, fitting, tol)
    if found is None:
        found = search(_rules(own), asked, fitting, tol)
        source = "estimated" if not known else f"estimated; {source}: {_said(known)}"
        known = of_rule(found.rule)
    tried = dict.fromkeys([*([own] if own else []), *candidates(known)])
    rows = _rows(list(tried), path, fitting, tol, adapter)
    return Finding(rows, known, source, remarks(optimizer_factory, adapter, seen, probe, tol),
                   "" if rows[0].same else rows[0].cause or found.cause)


@np.errstate(over="ignore", invalid="ignore")
def conform(optimizer_factory: Factory, rule: Rule, adapter: str, *, tol: float = 1e-9,
            ) -> Difference:
    """Return how far an optimizer is from `rule`, at most `tol`; else raise NonConforming.

    The parameters are those of `identify`; `rule` is one of `sgdtheory.optimizers`, with its
    hyperparameters, such as ``dialect("torch", "Adam", lr=0.1)``.

    Raises
    ------
    NonConforming
        If it differs: by how much, from which step on, the likely cause, and what it is instead.
    ValueError
        As `identify`.
    """
    require_rule(rule)
    _check_tol(tol)
    probe = design()
    seen = observe(optimizer_factory, adapter, probe)
    off = difference(follow(rule, probe), seen.path, tol)
    if off.step is None:
        return off
    kept = usable(seen.path, probe)
    why = explain(rule, seen.path[:, kept], probe.only(kept), tol) if kept.any() else ""
    raise NonConforming(rule, off, probe.labels[off.place], why,
                        identify(optimizer_factory, adapter, tol=tol,
                                 hyperparameters=of_rule(rule)))


def _check_tol(tol: float) -> None:
    if not 0 < tol < 1:
        raise ValueError(f"tol, the relative difference that counts as rounding, must be in (0, 1);"
                         f" got {tol}; 1e-9 tells decays apart that differ by 1e-6")


def _own(adapter: str, seen: Observed) -> Candidate | None:
    """Return the dialect of the instance's own class with what it states, if there is one."""
    if adapter not in FRAMEWORKS or seen.name not in names(adapter):
        return None
    stated = {name: value for name, value in seen.stated.items() if name not in LABELS}
    try:
        rule = dialect(adapter, seen.name, **stated)
    except ValueError:
        return None
    same = (c for c in candidates(of_rule(rule)) if (c.framework, c.name) == (adapter, seen.name))
    return next((c for c in same if c.rule == rule), Candidate(adapter, seen.name, (), rule))


def _rules(own: Candidate | None) -> list[Rule]:
    return [*([own.rule] if own else []), *[c.rule for c in candidates({})]]


def _known(known: dict[str, Any], own: Candidate | None, path: np.ndarray, probe: Probe,
           tol: float) -> Found | None:
    """Return the rule that is the path at the known numbers, or is it but for one change."""
    if not known:
        return None
    rules = list(dict.fromkeys([*([own.rule] if own else []),
                                *[c.rule for c in candidates(known)]]))
    apart = {rule: difference(follow(rule, probe), path, tol) for rule in rules}
    rules.sort(key=lambda rule: apart[rule].size)
    if apart[rules[0]].step is None:
        return Found(rules[0], "")
    causes = ((rule, cause(rule, path, probe, tol)) for rule in rules)
    return next((Found(rule, words) for rule, words in causes if words), None)


def _said(known: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value:.10g}" for name, value in known.items())


def _rows(tried: list[Candidate], path: np.ndarray, probe: Probe, tol: float, adapter: str,
          ) -> tuple[Row, ...]:
    """Return the rows in their order; where one is the same, only near ones are explained."""
    apart = {c.rule: difference(follow(c.rule, probe), path, tol) for c in tried}
    near = sorted((rule for rule in apart if apart[rule].step is not None),
                  key=lambda rule: apart[rule].size)
    asked = near if len(near) == len(apart) else near[:SHOWN]
    why = {rule: cause(rule, path, probe, tol) for rule in asked}
    rows = [Row(c, apart[c.rule], probe.labels[apart[c.rule].place], why.get(c.rule, ""))
            for c in tried]
    return tuple(sorted(rows, key=lambda row: (
        not row.same, not row.cause, 0 if row.same else row.difference.size,
        row.dialect.framework != adapter)))
