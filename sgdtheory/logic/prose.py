"""A proof as numbered prose, in Markdown or LaTeX; every formula is the kernel's own."""

from __future__ import annotations

from collections.abc import Mapping

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
    """Number the steps; what a reader takes with another step is named where it is used."""
    lines: list[str] = []
    numbers: dict[int, int] = {}
    for step in steps_of(last):
        if step.taken or step.because == "hypothesis":
            continue
        numbers[id(step)] = len(numbers) + 1
        title = _bold(_sentence(step.title), format)
        lines.append(f"{numbers[id(step)]}. {title} {_said(step, numbers)}")
        lines.append(f"   $${typeset(step.statement)}$$")
    return lines


def _said(step: Step, numbers: Mapping[int, int]) -> str:
    """Return why a step holds, with the labels of its premises put in."""
    said = step.because
    for i, premise in enumerate(step.premises):
        said = said.replace(f"[[{i}]]", _label(premise, numbers))
    return said


def _label(step: Step, numbers: Mapping[int, int]) -> str:
    if step.taken:
        return _label(step.premises[0], numbers) + step.title
    return f"({numbers[id(step)]})" if id(step) in numbers else f"[{step.title}]"


def _sentence(title: str) -> str:
    return title[0].upper() + title[1:] + "."
