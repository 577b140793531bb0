"""Which frameworks follow the slides' rules: computed from the rules, no framework needed.

    python docs/dialects.py    writes docs/dialects.md, in a second

With ``--check`` it writes nothing and says by its exit code whether that is what it would write.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from inspect import signature
from pathlib import Path

from sgdtheory.conformance.candidates import Candidate, candidates
from sgdtheory.conformance.causes import cause
from sgdtheory.conformance.difference import difference
from sgdtheory.conformance.numbers import of_rule
from sgdtheory.conformance.probe import design, follow
from sgdtheory.optimizers import Nadam, Rule, dialect
from sgdtheory.optimizers.dialects import FRAMEWORKS, names

PAGE = Path(__file__).parent / "dialects.md"
NUMBERS = {"alpha": 0.01, "beta1": 0.9, "beta2": 0.99, "eps": 1e-6}
SHOWN = (*NUMBERS, "initial", "decay")
PROBE, TOL = design(), 1e-12
COLUMNS = ("paper", "torch", "keras", "optax")
ROWS: tuple[tuple[str, str, dict[str, float], tuple[str, ...]], ...] = (
    ("17", "SGD", {}, ("SGD", "SGD", "SGD", "sgd")),
    ("26", "Momentum", {}, ("momentum", "SGD(momentum)", "SGD(momentum)", "sgd(momentum)")),
    ("27", "Momentum with bias correction", {}, ("", "", "", "ema")),
    ("28", "Nesterov", {}, ("Nesterov", "SGD(momentum, nesterov)", "SGD(momentum, nesterov)",
                            "sgd(momentum, nesterov)")),
    ("29", "Adagrad", {}, ("AdaGrad", "Adagrad", "Adagrad", "adagrad")),
    ("30", "RMSProp", {}, ("RMSProp", "RMSprop", "RMSprop", "rmsprop")),
    ("30", "RMSProp with bias correction", {"beta1": 0.0},
     ("", "Adam", "Adam", "rmsprop(bias_correction, eps_in_sqrt=False)")),
    ("30", "ADAM", {}, ("Adam", "Adam", "Adam", "adam")),
    ("31", "ADAMAX", {}, ("AdaMax", "Adamax", "Adamax", "adamax")),
    ("31", "AMSGrad", {}, ("AMSGrad", "Adam(amsgrad)", "Adam(amsgrad)", "amsgrad")),
    ("31", "NADAM", {}, ("Nadam", "NAdam", "Nadam", "nadam")),
    ("32", "Adadelta", {"alpha": 1.0}, ("ADADELTA", "Adadelta", "Adadelta", "adadelta")),
)
HEAD = """# Dialects

Written by `python docs/dialects.py`, from the rules alone; `tests/frameworks` compares the
rules with the real classes (PyTorch 2.13, Keras 3.15, Optax 0.2.8). The rule is given by
`st.optimizers.dialect(framework, name, ...)`.

## Against the slides (corrected)

At equal numbers, alpha = 0.01 (Adadelta: 1), beta1 = 0.9, beta2 = 0.99, eps = 1e-6 where there is
one, on the gradients of `st.identify`: all scales from 1e-12 to 1e8, zeros, both signs. A size is
relative to the way of a parameter; the step is the first that differs by more than 1e-12. Momentum
and Nesterov are compared at lr = alpha (1 - beta1), and Nesterov at its look-ahead point, which the
frameworks store.

"""
SILENT = ("ADAMAX", "AMSGrad")
"""Rules that have no epsilon on the slides."""
SETTINGS = {"amsgrad": "amsgrad(bias_correction_mu=False, bias_correction_nu=False)"}
"""Options with which an optimizer may be the slide's."""


def found(framework: str, name: str, numbers: dict[str, float]) -> Candidate:
    """Return the candidate that is written so."""
    return next(c for c in candidates(numbers) if str(c) == f"{framework} {name}")


def cell(framework: str, name: str, row: str, numbers: dict[str, float]) -> str:
    """Return what a framework's optimizer is to the slide's."""
    if not name:
        return "—"
    shown = f"`{name}`" + (" with beta1 = 0" if numbers["beta1"] == 0 and "dam" in name else "")
    off, why = compared(framework, name, row, numbers, {})
    if off.step is None:
        return f"{shown}: **same**"
    apart = f"{off.size:.2g} from step {off.step}"
    for words, changed, initial in (
            ("eps = 0", {"eps": 0.0}, {}),
            ("accumulator from 0", {}, {"initial": 0}),
            ("eps = 0 and accumulator from 0", {"eps": 0.0}, {"initial": 0})):
        if compared(framework, name, row, numbers | changed, initial)[0].step is None:
            return f"{shown}: **same with {words}**, else {apart}"
    if name in SETTINGS and not compared(framework, SETTINGS[name], row, numbers | {"eps": 0.0},
                                         {})[0].step:
        return f"{shown}: **same as `{SETTINGS[name]}` with eps = 0**, else {apart}"
    if row in SILENT:
        off, why = compared(framework, name, row, numbers | {"eps": 0.0}, {})
        apart = f"{off.size:.2g} from step {off.step} at eps = 0"
    return f"{shown}: **different**, {apart}" + (f": {why}" if why else "")


def compared(framework: str, name: str, row: str, numbers: dict[str, float],
             initial: dict[str, int]):
    """Return the difference to the slide's rule, and what explains it."""
    own = numbers | ({"eps": 0.0} if row in SILENT else {})
    rule, slide = found(framework, name, numbers).rule, found("slide", row, own).rule
    if initial:
        if not hasattr(rule, "initial"):
            return difference(follow(slide, PROBE), 1 + follow(slide, PROBE), TOL), ""
        rule = replace(rule, **initial)
    path = follow(rule, PROBE)
    off = difference(path, follow(slide, PROBE), TOL)
    return off, "" if off.step is None else cause(slide, path, PROBE, TOL)


def default(framework: str, name: str) -> Rule:
    """Return the rule of a class with its own defaults; what has none is 0.01, a decay 0.9."""
    make = FRAMEWORKS[framework].RULES[name]
    needed = {p.name: 0.9 if p.name == "decay" else 0.01
              for p in signature(make).parameters.values() if p.default is p.empty}
    if (framework, name) == ("optax", "adadelta"):  # its default, None, ascends
        needed = {"learning_rate": 0.01}
    return dialect(framework, name, **needed)


def beside(rule: Rule) -> dict[str, float]:
    """Return the settings of a rule that are no hyperparameters of every class."""
    if isinstance(rule, Nadam):
        return {"decay": rule.decay if rule.damping else 0}
    return {"initial": rule.initial} if hasattr(rule, "initial") else {}


def defaults() -> list[str]:
    """Return the table of the defaults, in the letters of the rules."""
    lines = ["## Defaults, in the letters of the rules", "",
             "A rate of 0.01 stands for one that has no default (Optax has none, nor have some "
             "papers; the None of Optax's adadelta adds the step instead of subtracting it, so "
             "that it climbs). alpha of a momentum is lr / (1 - momentum). Initial is what the "
             "accumulator starts from, decay how fast Nadam's schedule of the momentum runs, 0 "
             "where it has none.", "",
             "| dialect | alpha | beta1 | beta2 | eps | initial | decay |",
             "|---|---|---|---|---|---|---|"]
    for framework in COLUMNS:
        for name in names(framework):
            rule = default(framework, name)
            numbers = {**of_rule(rule), **beside(rule)}
            shown = (f"{numbers[n]:.4g}" if n in numbers else "" for n in SHOWN)
            lines.append(f"| {framework} {name} | {' | '.join(shown)} |")
    return lines


def page() -> str:
    """Return the text of the page."""
    lines = [f"| slide | optimizer | {' | '.join(COLUMNS)} |", "|---|---|---|---|---|---|"]
    for slide, row, override, called in ROWS:
        cells = [cell(framework, name, row, NUMBERS | override)
                 for framework, name in zip(COLUMNS, called, strict=True)]
        lines.append(f"| {slide} | {row} | {' | '.join(cells)} |")
    return HEAD + "\n".join([*lines, "", *defaults()]) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(page() != PAGE.read_text())
    PAGE.write_text(page())
