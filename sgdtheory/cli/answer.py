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
    lines = [f"  {'no SGD at all':16} {_number(result.trivial)}  {result.trivial_why}"]
    against = result.exact.limit if result.exact else math.nan
    for name, bound in result.bounds.items():
        notes = [f"{bound.limit / against:.4g} times the exact"] if _usable(bound, against) else []
        if bound.limit == math.inf:
            notes = ["no limit: alpha >= 2/L"]
        if bound.vacuous:
            notes.append("VACUOUS: no smaller than what holds without any SGD")
        if bound.missing:
            notes.append(f"not implied: {', '.join(bound.missing)} fails")
        lines.append(f"  {name:16} {_number(bound.limit)}  {'; '.join(notes)}".rstrip())
    if result.exact:
        lines.append(f"  {'exact':16} {_number(against)}  without projection; at t = "
                     f"{result.settings['steps']}: {result.exact.at[-1]:.6g}")
    else:
        lines.append(_wrapped(f"{'exact':16} not known: {result.exact_why}", "  "))
    low, high = result.lower[-1], result.upper[-1]
    return [*lines, f"  {'measured':16} {_number(float(result.run.mean[-1]))}  at t = "
                    f"{result.settings['steps']}, mean of {result.run.runs} runs; the true mean is "
                    f"in [{low:.6g}, {high:.6g}]"]


def _usable(bound: Bound, against: float) -> bool:
    return against > 0 and math.isfinite(against) and math.isfinite(bound.limit)


def _verdicts(result: CheckResult) -> list[str]:
    return [_wrapped(f"{name:10} {verdict}", "  ") for name, verdict in result.verdicts.items()]


def _number(value: float) -> str:
    return f"{value:<12.6g}" if not math.isnan(value) else "not known   "


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" for line in block.splitlines())


def _wrapped(line: str, indent: str) -> str:
    return fill(line, WIDTH, initial_indent=indent, subsequent_indent=indent + " " * 11,
                break_on_hyphens=False, break_long_words=False)
