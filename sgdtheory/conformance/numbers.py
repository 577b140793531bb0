"""The hyperparameters that an optimizer states, in the letters of the rules.

>>> letters({"lr": 0.1, "betas": (0.8, 0.99), "weight_decay": 0})
{'alpha': 0.1, 'beta1': 0.8, 'beta2': 0.99}
>>> letters({"learning_rate": 0.1, "momentum": 0.75})      # a velocity: alpha = rate/(1 - momentum)
{'alpha': 0.4, 'beta1': 0.75}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sgdtheory.conformance.candidates import NUMBERS
from sgdtheory.notation import letter
from sgdtheory.optimizers.rule import Rule

__all__ = ["given", "letters", "of_rule"]

ALIASES = {
    "lr": "alpha", "learning_rate": "alpha", "alpha0": "alpha",
    "beta_1": "beta1", "b1": "beta1", "beta_2": "beta2", "b2": "beta2", "rho": "beta2",
    "decay_rate": "beta2", "epsilon": "eps",
}


def letters(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return alpha, beta1, beta2 and eps as far as an instance of an unknown class states them.

    PyTorch's RMSprop calls beta2 alpha: where there is an ``lr``, ``alpha`` is that.
    """
    found: dict[str, Any] = {}
    for name, value in stated.items():
        if name == "betas" and isinstance(value, (tuple, list)) and len(value) == 2:
            found |= {"beta1": value[0], "beta2": value[1]}
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            own = "beta2" if name == "alpha" and "lr" in stated else ALIASES.get(name, name)
            found |= {own: value} if own in NUMBERS else {}
    momentum = stated.get("momentum")
    if isinstance(momentum, float) and 0 < momentum < 1 and "beta1" not in found:
        found |= {"beta1": momentum}
        if "alpha" in found and "beta2" not in found:
            found["alpha"] = found["alpha"] / (1 - momentum)
    return {name: value for name, value in found.items() if _inside(name, value)}


def _inside(name: str, value: Any) -> bool:
    try:
        letter(name).check(value)
    except (TypeError, ValueError):
        return False
    return True


def given(hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the user gave, or raise ValueError: letters of the rules only, in their domains.

    Other names mean other things in other frameworks (PyTorch's RMSprop calls beta2 alpha).
    """
    for name, value in hyperparameters.items():
        if name not in NUMBERS:
            raise ValueError(f"hyperparameters must be called as in the rules, "
                             f"{', '.join(NUMBERS)}; got {name!r}; alpha is the learning rate")
        letter(name).check_hyperparameter(value)
    return {"alpha" if name == "alpha0" else name: x for name, x in hyperparameters.items()}


def of_rule(rule: Rule) -> dict[str, Any]:
    """Return the numbers of a rule; one that averages squares alone is one with ``beta1 = 0``."""
    own = {field.name: getattr(rule, field.name) for field in fields(rule)  # type: ignore[arg-type]
           if field.name in NUMBERS}
    if "alpha0" in own:
        return {"alpha": own.pop("alpha0"), **own}
    return own if "beta1" in own or "beta2" not in own else {**own, "beta1": 0.0}
