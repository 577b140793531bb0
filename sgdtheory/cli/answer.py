"""The answer of a check as text."""

from __future__ import annotations

import math
from textwrap import fill

from sgdtheory.check import Bound, CheckResult, Exact

__all__ = ["text"]

WIDTH, NARROWEST = 100, 40


def text(result: CheckResult, heading: str) -> str:
    """Return the answer: constants, hypotheses, balls, verdicts, remarks."""
    parts = [heading, _setting(result), "", "Constants", *_constants(result), "",
             "Hypotheses of the lecture", *_hypotheses(result), "",
             "Squared radius of the ball around w*: E|w_t - w*|^2", *_balls(result), "",
             f"Verdicts (anything wrong among them, or the interval: probability <= "
             f"{result.settings['delta']:g})", *_verdicts(result)]
    if result.remarks:
        parts += ["", "Remarks", *[_note("  - ", remark) for remark in result.remarks]]
    return "\n".join(parts)


def _setting(result: CheckResult) -> str:
    s = result.settings
    drawn = "with" if s["replace"] else "without"
    put = "projected on the ball" if s["project"] else "not projected"
    return (f"alpha = {s['alpha']:g}, B = {s['B']} drawn {drawn} replacement, {put}, "
            f"start at |w_0 - w*|^2 = {s['d0']:.6g}\n{s['steps']} steps, {s['runs']} runs, "
            f"seed {s['seed']}")


def _constants(result: CheckResult) -> list[str]:
    lines = str(result.constants).splitlines()
    return [_note(f"  {line.removesuffix(entry.why)}", entry.why)
            for line, entry in zip(lines, result.constants, strict=True)]


def _hypotheses(result: CheckResult) -> list[str]:
    return [_note(f"  {h.status:20} {h.name:23} ", h.shown) for h in result.hypotheses]


def _balls(result: CheckResult) -> list[str]:
    mean, last = float(result.run.mean[-1]), result.settings["steps"]
    against, truth = (result.exact.limit, "exact") if result.exact else (mean, "measured")
    notes = {name: _notes(bound, against, truth) for name, bound in result.bounds.items()}
    if _no_correction(result):
        notes["corrected"] = ("the slide's: they differ only for alpha > 1/(2c), or where mu2/c^2 "
                              "is less")
    return [
        _ball("the ball alone", result.trivial, result.trivial_why),
        *[_ball(name, bound.limit, notes[name]) for name, bound in result.bounds.items()],
        _ball("exact", against, _of_exact(result.exact, last)) if result.exact else
        _note(f"  {'exact':16} ", f"not known: {result.exact_why.partition(';')[0]}"),
        _ball("measured", mean, f"at t = {last}, mean of {result.run.runs} "
              f"{'projected ' * result.settings['project']}runs; the true mean is in "
              f"[{result.lower[-1]:.6g}, {result.upper[-1]:.6g}]"),
    ]


def _of_exact(exact: Exact, last: int) -> str:
    """Say what the exact limit is of, the value at the last step, and what it is held to."""
    grows = "grows without limit; " if exact.limit == math.inf else ""
    held = (f"; measured without projection: {exact.run.mean[-1]:.6g}" if exact.moved else "")
    return f"without projection; {grows}at t = {last}: {exact.at[-1]:.6g}{held}"


def _no_correction(result: CheckResult) -> bool:
    """Say whether the corrected bound is the slide's, at all times and in the limit."""
    slide, corrected = result.bounds["slide"], result.bounds["corrected"]
    same_limit = math.isclose(corrected.limit, slide.limit, rel_tol=1e-12)
    return same_limit and bool((corrected.at == slide.at).all())


def _ball(name: str, value: float, note: str) -> str:
    shown = "not known" if math.isnan(value) else f"{value:.6g}"
    return _note(f"  {name:16} {shown:12}  ", note)


def _notes(bound: Bound, against: float, truth: str) -> str:
    notes = []
    if against > 0 and math.isfinite(against) and math.isfinite(bound.limit):
        notes.append(f"{bound.limit / against:.4g} times the {truth}")
    if bound.limit == math.inf:
        notes.append("no limit: alpha >= 2/L")
    elif bound.vacuous:
        notes.append("VACUOUS: no smaller than the ball alone")
    if bound.missing:
        notes.append("not implied here, for this fails: " + ", ".join(bound.missing))
    return "; ".join(notes)


def _verdicts(result: CheckResult) -> list[str]:
    said = {name: str(verdict) for name, verdict in result.verdicts.items()}
    for name, bound in result.bounds.items():
        if bound.verdict.status == "violated" and bound.missing:
            said[name] += _no_contradiction(bound, result)
    if _no_correction(result):
        said["corrected"] = "as the slide's: it is the same bound here"
    return [_note(f"  {name:10} ", words) for name, words in said.items()]


def _no_contradiction(bound: Bound, result: CheckResult) -> str:
    """Say why a violated bound is no refutation of its theorem."""
    left = bool(result.run.distance2.max() > result.settings["radius"] ** 2)
    diverges = result.exact is not None and result.exact.limit == math.inf
    return (f"; its theorem is not contradicted, because a hypothesis of it fails here: "
            f"{', '.join(bound.missing)}{' (the iterates leave the ball)' * left}"
            f"{', and the run diverges' * diverges}")


def _note(head: str, words: str) -> str:
    """Return `head` and `words`, which go on below themselves where the line ends."""
    if not words:
        return head.rstrip()
    return fill(words, max(WIDTH, len(head) + NARROWEST), initial_indent=head,
                subsequent_indent=" " * len(head), break_on_hyphens=False,
                break_long_words=False)
