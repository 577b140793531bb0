"""What a check found: everything that the command prints, as numbers and as a JSON value."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sgdtheory.check.hypotheses import Hypothesis
from sgdtheory.montecarlo import Run
from sgdtheory.problems import Constants
from sgdtheory.verdict import Verdict

__all__ = ["Bound", "CheckResult", "Exact", "plain"]


@dataclass(frozen=True, eq=False)
class Bound:
    """A bound on ``E|w_t - w*|^2`` and how it fared.

    Attributes
    ----------
    says
        The bound in words, with its source.
    at
        Its value at the recorded times, ``(k,)``.
    limit
        Its limit as t grows: the squared radius of the ball; inf where there is none.
    vacuous
        Whether the limit is no smaller than what the ball alone allows.
    missing
        The hypotheses that it rests on and that fail.
    verdict
        The measured against it.
    """

    says: str
    at: np.ndarray
    limit: float
    vacuous: bool
    missing: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Exact:
    """The exact ``E|w_t - w*|^2`` of the iterates that are not projected, and how it fared.

    Attributes
    ----------
    at, limit
        Its values at the recorded times, ``(k,)``, and its limit; NaN where only `at` is known.
    run
        The run that was held to it: without projection, or of iterates that cannot leave the ball.
    moved
        How many replicas the projection has moved, judging by the recorded times.
    verdict
        The measured against it, on both sides.
    """

    at: np.ndarray
    limit: float
    run: Run
    moved: int
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class CheckResult:
    """The answer of `check`.

    Attributes
    ----------
    settings
        What was asked: alpha, B, steps, runs, seed, replace, project, delta, radius, n, dim, ...
    trivial, trivial_why
        The squared distance that the ball alone allows, and where it comes from; it holds without
        any step of SGD if the iterates cannot leave the ball.
    bounds
        The slide's, the corrected and the smooth one, by name.
    exact, exact_why
        The exact value, or None and why it is not known.
    run
        The measured distances.
    lower, upper
        A confidence band of the mean, right at all recorded times at once, ``(k,)`` each.
    remarks
        What a reader might overlook.
    """

    settings: dict[str, Any]
    constants: Constants
    hypotheses: tuple[Hypothesis, ...]
    trivial: float
    trivial_why: str
    bounds: dict[str, Bound]
    exact: Exact | None
    exact_why: str
    run: Run
    lower: np.ndarray
    upper: np.ndarray
    remarks: tuple[str, ...]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts by the name of the bound, and ``exact``."""
        found = {name: bound.verdict for name, bound in self.bounds.items()}
        return {**found, "exact": self.exact.verdict} if self.exact else found

    @property
    def refuted(self) -> bool:
        """Whether the measured violates a bound or the exact value."""
        return not all(self.verdicts.values())

    def to_dict(self) -> dict[str, Any]:
        """Return everything as values of JSON; numbers that are not finite as strings."""
        measured = {"times": self.run.times, "mean": self.run.mean, "stderr": self.run.stderr,
                    "lower": self.lower, "upper": self.upper}
        exact = None if self.exact is None else {
            "limit": self.exact.limit, "at": self.exact.at, "mean": self.exact.run.mean,
            "moved": self.exact.moved, "verdict": _verdict(self.exact.verdict)}
        value = plain({
            "settings": self.settings,
            "constants": [asdict(constant) for constant in self.constants],
            "hypotheses": [asdict(hypothesis) for hypothesis in self.hypotheses],
            "trivial": {"value": self.trivial, "why": self.trivial_why},
            "bounds": {name: _bound(bound) for name, bound in self.bounds.items()},
            "exact": exact, "exact_why": self.exact_why,
            "measured": measured, "remarks": self.remarks, "refuted": self.refuted,
        })
        return dict(value)


def _bound(bound: Bound) -> dict[str, Any]:
    return {"says": bound.says, "limit": bound.limit, "at": bound.at, "vacuous": bound.vacuous,
            "missing": bound.missing, "verdict": _verdict(bound.verdict)}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {**asdict(verdict), "text": str(verdict)}


def plain(value: Any) -> Any:
    """Return a value of dicts, sequences and numbers as one of JSON."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
