"""The answer of a check as text."""

from __future__ import annotations

import math
from textwrap import fill

from sgdtheory.check import Bound, CheckResult

__all__ = ["text"]

WIDTH = 100


def text(result: CheckResult, heading: str) -> str:
    """Return the answer: constants, hypotheses, balls, verdicts, remarks."""
    parts = [heading, _setting(result), "", "Constants", _indented(str(result.constants)), "",
             "Hypotheses of the lecture", *_hypotheses(result), "",
             "Squared radius of the ball around w*: E|w_t - w*|^2", *_balls(result), "",
             f"Verdicts (anything wrong among them, or the interval: probability <= "
             f"{result.settings['delta']:g})", *_verdicts(result)]
    if result.remarks:
        parts += ["", "Remarks", *[_wrapped(remark, "  ") for remark in result.remarks]]
    return "\n".join(parts)


def _setting(result: CheckResult) -> str:
    s = result.settings
    drawn = "with" if s["replace"] else "without"
    put = "projected on the ball" if s["project"] else "not projected"
    return (f"alpha = {s['alpha']:g}, B = {s['B']} drawn {drawn} replacement, {put}, "
            f"start at d0 = {s['d0']:.6g}\n{s['steps']} steps, {s['runs']} runs, seed {s['seed']}")


def _hypotheses(result: CheckResult) -> list[str]:
    return [f"  {h.status:20} {h.name:22} {h.shown}" for h in result.hypotheses]


def _balls(result: CheckResult) -> list[str]:
    mean, last = float(result.run.mean[-1]), result.settings["steps"]
    against, truth = (result.exact.limit, "exact") if result.exact else (mean, "measured")
    return [
        _ball("the ball alone", result.trivial, result.trivial_why),
        *[_ball(name, bound.limit, _notes(bound, against, truth))
          for name, bound in result.bounds.items()],
        _ball("exact", against, f"without projection; at t = {last}: {result.exact.at[-1]:.6g}")
        if result.exact else
        _wrapped(f"{'exact':16} not known: {result.exact_why.partition(';')[0]}", "  "),
        _ball("measured", mean, f"at t = {last}, mean of {result.run.runs} runs; the true mean is "
              f"in [{result.lower[-1]:.6g}, {result.upper[-1]:.6g}]"),
    ]


def _ball(name: str, value: float, note: str) -> str:
    shown = "not known" if math.isnan(value) else f"{value:.6g}"
    return f"  {name:16} {shown:12}  {note}".rstrip()


def _notes(bound: Bound, against: float, truth: str) -> str:
    notes = []
    if against > 0 and math.isfinite(against) and math.isfinite(bound.limit):
        notes.append(f"{bound.limit / against:.4g} times the {truth}")
    if bound.limit == math.inf:
        notes.append("no limit: alpha >= 2/L")
    elif bound.vacuous:
        notes.append("VACUOUS: no smaller than what holds without any SGD")
    if bound.missing:
        notes.append("not implied here, for this fails: " + ", ".join(bound.missing))
    return "; ".join(notes)


def _verdicts(result: CheckResult) -> list[str]:
    return [_wrapped(f"{name:10} {verdict}", "  ") for name, verdict in result.verdicts.items()]


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" for line in block.splitlines())


def _wrapped(line: str, indent: str) -> str:
    return fill(line, WIDTH, initial_indent=indent, subsequent_indent=indent + " " * 11,
                break_on_hyphens=False, break_long_words=False)
