"""A verdict: a word, the evidence for it, and what the evidence could have shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["BLIND_BEYOND", "CERTIFIED_WITHIN", "Status", "Verdict"]

Status = Literal["holds", "not refuted", "violated", "inconclusive"]

CERTIFIED_WITHIN = 0.1
"""`holds` is said where the claim is certified up to a relative tolerance of at most this."""

BLIND_BEYOND = 1.0
"""`inconclusive` is said where an excess of this size, a factor 2, could have passed unseen."""

LEAST_SHOWN = 5e-5
"""Percentages have two decimals: a smaller one is not told from none."""


@dataclass(frozen=True)
class Verdict:
    """The judge's answer; false only if the claim is violated.

    Attributes
    ----------
    status
        "violated": refuted, which happens to a true claim with probability at most `delta`;
        "holds": certified up to the relative tolerance `tol`, wrong with probability at most
        `delta`; "not refuted"; "inconclusive": nothing worth finding could have been found.
    ratio
        The largest ratio of mean to bound over the recorded times, at `time` (the one furthest
        from 1 where equality is judged). Times without spread count only if they exceed; NaN if
        mean and bound are 0 at all times that count.
    detectable
        Smallest relative excess, at any one recorded time, that would have been caught with about
        95 %, if the law there has the sample's coefficient of variation: an excess made of
        events too rare for the sample is not covered by it, only by a ceiling or a variance.
    detectable_below
        The same for a shortfall; inf where the test cannot see one.
    delta
        Probability of a false alarm, for all times together.
    log_evalue
        Logarithm of the capital won against the claim; violated at ``log(1/delta)`` or more.
    tol
        The relative tolerance of "holds": E distance2 <= bound (1 + tol); NaN if not certified.
    planted
        What a planted falsehood is off by, truth / claimed - 1; NaN where it is not known.
    """

    status: Status
    ratio: float
    time: Any
    detectable: float
    delta: float
    log_evalue: float
    runs: int
    detectable_below: float = math.inf
    tol: float = math.nan
    why: str = ""
    planted: float = math.nan

    def __bool__(self) -> bool:
        return self.status != "violated"

    def __str__(self) -> str:
        words = [f"{self.status}: {self._ratio()} at t = {self.time}"]
        if self.status == "holds":
            words.append(self._certified())
        elif self.status == "violated":
            words.append(f"log e-value {self.log_evalue:.4g} >= {-math.log(self.delta):.4g}")
        if self.status != "violated" or math.isfinite(self.detectable):
            words.append(self._seen())
        words.append(f"delta = {self.delta:g}, {self.runs} runs")
        return "; ".join(words + ([self.why] if self.why else []))

    def _ratio(self) -> str:
        if math.isnan(self.ratio):
            return "mean and claimed are both 0"
        return f"mean / claimed = {self.ratio:.4g}"

    def _certified(self) -> str:
        """Say what the confidence limits certify, which needs no excess to be seen."""
        if self.tol < LEAST_SHOWN:
            return "certified: the confidence limit respects the claim at every time"
        return f"certified: the confidence limit is beyond the claim by at most {self.tol:.2%}"

    def _seen(self) -> str:
        if not math.isfinite(self.detectable):
            return "no excess would have been caught"
        below = ""
        if math.isfinite(self.detectable_below):
            below = f" or a shortfall of {_share(self.detectable_below)}"
        excess = (f"an excess of {_share(self.detectable)}" if self.detectable < BLIND_BEYOND else
                  f"a mean of {1 + self.detectable:.4g} times the claimed")
        where = "were the claim false, " if self.status == "holds" else ""
        return f"{where}{excess}{below} would have been caught"


def _share(relative: float) -> str:
    """Return a relative size as a percentage."""
    return f"{relative:.2%}" if relative >= LEAST_SHOWN else f"less than {LEAST_SHOWN:.3%}"
