"""The rules that an optimizer is compared with: every dialect, with the options that change it.

>>> found = candidates({"alpha": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3})
>>> print(found[0], found[0].rule)
slide SGD SGD(alpha=0.1)
>>> next(c.rule for c in found if str(c) == "torch SGD(momentum)")
Momentum(alpha=0.1, beta1=0.8)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sgdtheory.optimizers.dialects import FRAMEWORKS, dialect, names
from sgdtheory.optimizers.rule import Rule

__all__ = ["Candidate", "candidates", "with_numbers"]

OPTIONS: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {
    ("torch", "SGD"): ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True},
                       {"momentum": 0.9, "dampening": 0.9}),
    ("torch", "Adam"): ({}, {"amsgrad": True}),
    ("keras", "SGD"): ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}),
    ("keras", "Adam"): ({}, {"amsgrad": True}),
    ("optax", "sgd"): ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}),
    ("optax", "trace"): ({"decay": 0.9}, {"decay": 0.9, "nesterov": True}),
    ("optax", "ema"): ({"decay": 0.9}, {"decay": 0.9, "debias": False}),
    ("optax", "rmsprop"): ({}, {"eps_in_sqrt": False}, {"bias_correction": True},
                           {"bias_correction": True, "eps_in_sqrt": False}),
    ("optax", "amsgrad"): ({}, {"bias_correction_mu": False, "bias_correction_nu": False}),
}
"""Options that make another rule of the same class; every other class has one."""
FIXED = {("paper", "RMSProp"): ("eps",), ("paper", "AdaMax"): ("eps",),
         ("paper", "AMSGrad"): ("eps",), ("paper", "ADADELTA"): ("alpha",)}
"""What a paper leaves no choice of."""
MISPRINTED = "as printed"
RATES = {"slide": "alpha", "torch": "lr", "keras": "learning_rate", "optax": "learning_rate"}
NUMBERS = ("alpha", "alpha0", "beta1", "beta2", "eps")


@dataclass(frozen=True)
class Candidate:
    """A dialect with the rule that it follows; `options` are those that make the rule another."""

    framework: str
    name: str
    options: tuple[str, ...]
    rule: Rule

    def __str__(self) -> str:
        options = f"({', '.join(self.options)})" if self.options else ""
        return f"{self.framework} {self.name}{options}"


def candidates(numbers: Mapping[str, Any]) -> list[Candidate]:
    """Return every dialect with these `numbers` (alpha, beta1, beta2, eps) where it has them.

    What the slides misprint is no rule to follow: it counts as a mistake.
    """
    return [_candidate(framework, name, options, numbers)
            for framework in FRAMEWORKS for name in names(framework)
            if not name.endswith(MISPRINTED)
            for options in OPTIONS.get((framework, name), ({},))]


def _candidate(framework: str, name: str, options: dict[str, Any], numbers: Mapping[str, Any],
               ) -> Candidate:
    fixed = FIXED.get((framework, name), ())
    rule = with_numbers(_usual(framework, name, options),
                        {letter: x for letter, x in numbers.items() if letter not in fixed})
    return Candidate(framework, name, _shown(options), rule)


def with_numbers(rule: Rule, numbers: Mapping[str, Any]) -> Rule:
    """Return `rule` with those of the `numbers` that it has; Adadelta's alpha0 is an alpha."""
    known = {"alpha0": numbers["alpha"]} if "alpha" in numbers else {}
    known |= {name: value for name, value in numbers.items() if name in NUMBERS}
    own = {field.name for field in fields(rule)}  # type: ignore[arg-type]
    changed: Rule = replace(rule, **{n: v for n, v in known.items() if n in own})  # type: ignore[type-var]
    return changed


def _usual(framework: str, name: str, options: dict[str, Any]) -> Rule:
    """Return a dialect with its defaults, and a rate of 0.01 where it has none."""
    if framework == "paper":
        rates = {"SGD": {"a": 0.01}, "momentum": {"epsilon": 0.01}, "Nesterov": {"epsilon": 0.01},
                 "AdaGrad": {"eta": 0.01}}.get(name, {})
    else:
        needless = framework == "slide" and name.startswith("Adadelta")
        rates = {} if needless else {RATES[framework]: 0.01}
    return dialect(framework, name, **rates, **options)


def _shown(options: dict[str, Any]) -> tuple[str, ...]:
    words = {name: name if isinstance(value, float) or value is True else f"{name}={value}"
             for name, value in options.items() if name != "decay"}
    return tuple(words.values())
