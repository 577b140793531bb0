"""Verdicts on falsehoods: whether each was caught, and if not, whether it could have been seen.

A verdict that cannot fail shows nothing, so a simulation judges falsehoods too: planted ones, slips
and refuted claims. One that could have been seen and was not is a failure, of the judge or of the
simulation. One that is smaller than what its verdict can detect with so few replicas says nothing:
the verdicts beside it are then *without a control*, which is told and is no failure of a claim.
From `ENOUGH_RUNS` on there is no such excuse: every control must be caught.

>>> from sgdtheory.verdict import Verdict
>>> small = Verdict("not refuted", 1.05, 1, 0.2, 1e-9, 3.0, 256, planted=0.05)
>>> needed("control: 5% below", small, runs=256), failures({"control: 5% below": small}, runs=256)
(4096, [])
>>> failures({"control: 5% below": small}, runs=4096)
['control: 5% below']
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sgdtheory.verdict.outcome import Verdict

__all__ = ["ENOUGH_RUNS", "MUST_FALL", "WHY_ENOUGH", "complaint", "failures", "needed",
           "remark", "report", "summary", "unseen"]

MUST_FALL = ("control: ", "refuted: ")
"""Beginnings of the names of verdicts that must be "violated": what is planted, what is false."""

ENOUGH_RUNS = 4096
"""Replicas with which every control is seen: ``benchmarks/results/simulation_controls.md``."""

WHY_ENOUGH = "which all controls need: with fewer, verdicts may be without a control and say so"


def needed(name: str, verdict: Verdict, runs: int) -> int:
    """Return about how many `runs` would show this falsehood, if it could not be seen; else 0.

    What can be detected falls with the square root of the number of replicas; the answer is a
    power of 2 and no more than `ENOUGH_RUNS`. Where it is not known what is planted, the measured
    ratio stands for it.
    """
    if runs >= ENOUGH_RUNS or not name.startswith(MUST_FALL) or not verdict:
        return 0
    planted = verdict.ratio - 1 if math.isnan(verdict.planted) else verdict.planted
    blind = _blindness(verdict, planted)
    if blind <= 1:
        return 0
    estimate = runs * min(blind, ENOUGH_RUNS) ** 2
    return min(ENOUGH_RUNS, 1 << math.ceil(math.log2(estimate)))


def _blindness(verdict: Verdict, planted: float) -> float:
    """Return what can be detected over what is planted, both as fractions of the larger mean."""
    if planted > 0:
        seen = verdict.detectable / (1 + verdict.detectable) if verdict.detectable < math.inf else 1
        return seen * (1 + planted) / planted if seen < 1 else math.inf
    return verdict.detectable_below / -planted if planted < 0 else math.inf


def unseen(verdicts: Mapping[str, Verdict], runs: int) -> dict[str, int]:
    """Return the falsehoods that could not be seen, and about how many runs would show each."""
    found = {name: needed(name, verdict, runs) for name, verdict in verdicts.items()}
    return {name: number for name, number in found.items() if number}


def failures(verdicts: Mapping[str, Verdict], runs: int = ENOUGH_RUNS) -> list[str]:
    """Return the names of the verdicts that are not what they should be."""
    excused = unseen(verdicts, runs)
    return [name for name, verdict in verdicts.items()
            if bool(verdict) is name.startswith(MUST_FALL) and name not in excused]


def complaint(failed: str) -> str:
    """Return what is wrong with a verdict that is not what it should be."""
    said = ("was not caught: a control without which the other verdicts show little"
            if failed.startswith(MUST_FALL) else "is refuted")
    return f"{failed!r} {said}"


def remark(name: str, verdicts: Mapping[str, Verdict], runs: int) -> str:
    """Return that a verdict has no control, if one of those named after it could not be seen."""
    about = name.removesuffix(", attained")
    missing = [number for control, number in unseen(verdicts, runs).items()
               if control.startswith(tuple(f"{kind}{about}" for kind in MUST_FALL))]
    return f"without a control, which needs about --runs {max(missing)}" if missing else ""


def report(verdicts: Mapping[str, Verdict], runs: int = ENOUGH_RUNS) -> str:
    """Return one line for each verdict, which begins with ok, FAIL or, of the unseen, open."""
    wrong, inconclusive = set(failures(verdicts, runs)), unseen(verdicts, runs)
    lines = []
    for name, verdict in verdicts.items():
        word = "FAIL" if name in wrong else "open" if name in inconclusive else "ok  "
        number = inconclusive.get(name)
        needs = f"inconclusive: needs about --runs {number}; " if number else ""
        said = remark(name, verdicts, runs)
        lines.append(f"{word} {name}: {needs}{verdict}" + (f"; {said}" if said else ""))
    return "\n".join(lines)


def summary(verdicts: Mapping[str, Verdict], runs: int) -> str:
    """Return in one line how many controls could not be seen; nothing if all could."""
    missing = unseen(verdicts, runs)
    if not missing:
        return ""
    planted = sum(name.startswith(MUST_FALL) for name in verdicts)
    return (f"inconclusive: {len(missing)} of {planted} controls could not be seen with --runs "
            f"{runs}, which leaves verdicts without a control; needs about --runs "
            f"{max(missing.values())}")
