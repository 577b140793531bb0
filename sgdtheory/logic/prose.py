"""A proof as numbered prose, in Markdown or LaTeX; every formula is the kernel's own."""

from __future__ import annotations

from sgdtheory.logic.claim import Claim
from sgdtheory.logic.proof import Step, known_when, steps_of
from sgdtheory.logic.typeset import typeset

__all__ = ["prose"]


def prose(claim: Claim, last: Step, format: str = "markdown") -> str:
    """Return claim, hypotheses and numbered steps; `format` is ``markdown`` or ``latex``."""
    if format not in ("markdown", "latex"):
        raise ValueError(f"format={format!r}, the form of the text, must be markdown or latex")
    lines = [_heading(claim, format), claim.says, "", _bold("Hypotheses.", format)]
    lines += _hypotheses(claim, last, format)
    lines += ["", _bold("Proof.", format), *_steps(last, format), "", _statement(last, "QED")]
    return "\n".join(lines) + "\n"


def _heading(claim: Claim, format: str) -> str:
    where = f" [slide {claim.slide}]" if claim.slide else ""
    title = f"{claim.key}{where}"
    return f"## {title}" if format == "markdown" else rf"\subsection*{{{title}}}"


def _bold(text: str, format: str) -> str:
    return f"**{text}**" if format == "markdown" else rf"\textbf{{{text}}}"


def _statement(step: Step, tag: str) -> str:
    return rf"$${typeset(step.statement)}\qquad\text{{{tag}}}$$"


def _hypotheses(claim: Claim, last: Step, format: str) -> list[str]:
    """List the hypotheses that were used, when each random vector is known, what is integrable."""
    used = last.theorem.hypotheses
    items = [f"{h.title}: ${typeset(h.statement)}$" for h in claim.hypotheses
             if h.statement in used]
    for name, delay in sorted(known_when(last).items()):
        when = "t" if delay == 0 else f"t+{delay}"
        items.append(rf"${name}_t$ is $\mathcal{{F}}_{{{when}}}$-measurable")
    items += [f"integrability: {token}" for token in sorted(last.theorem.integrable)]
    unused = [h.title for h in claim.hypotheses if h.statement not in used]
    if unused:
        items.append("not needed: " + "; ".join(unused))
    return [f"- {item}" if format == "markdown" else rf"\par $\bullet$ {item}" for item in items]


def _steps(last: Step, format: str) -> list[str]:
    lines, number = [], 0
    for step in steps_of(last):
        if step.because in ("hypothesis", f"{step.title.split(' at ')[0]}, at"):
            continue
        if step.because.startswith(step.title.split(" at $")[0] + ", at $"):
            continue
        number += 1
        lines.append(f"{number}. {_bold(_sentence(step.title), format)} {step.because}")
        lines.append(f"   $${typeset(step.statement)}$$")
    return lines


def _sentence(title: str) -> str:
    return title[0].upper() + title[1:] + "."
