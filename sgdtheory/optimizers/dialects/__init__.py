"""Which rule a framework's optimizer really follows, in the framework's own names.

>>> dialect("torch", "Adam", lr=0.01)
Adam(alpha=0.01, beta1=0.9, beta2=0.999, eps=1e-08, eps_root=0, eps_hat=False)
>>> dialect("keras", "Adam", learning_rate=0.01).eps_hat      # eps is added before the correction
True
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from types import ModuleType
from typing import Any

from sgdtheory.optimizers.dialects import keras, optax, paper, slide, torch
from sgdtheory.optimizers.rule import Rule

__all__ = ["FRAMEWORKS", "dialect", "names"]

FRAMEWORKS: dict[str, ModuleType] = {
    "slide": slide, "paper": paper, "torch": torch, "keras": keras, "optax": optax,
}


def names(framework: str) -> tuple[str, ...]:
    """Return the classes or functions of `framework` that `dialect` knows."""
    return tuple(_module(framework).RULES)


def dialect(framework: str, name: str, /, **hyperparameters: Any) -> Rule:
    """Return the rule that an optimizer of a framework follows.

    Parameters
    ----------
    framework
        ``"slide"``, ``"paper"``, ``"torch"`` (PyTorch 2.13), ``"keras"`` (Keras 3.15) or
        ``"optax"`` (Optax 0.2.8). None of them is imported.
    name
        The framework's own class or function: ``"NAdam"``, ``"Nadam"``, ``"nadam"``.
    hyperparameters
        In the framework's own names; what is left out has the framework's own default.

    Returns
    -------
    Rule
        Its ``parameters(w, state)`` is what the framework shows: the look-ahead point for
        Nesterov's momentum in torch, keras and optax.

    Raises
    ------
    ValueError
        If no rule of `sgdtheory.optimizers` is what the optimizer does, which says why and what to
        leave out; or if a name is not known.
    """
    module = _module(framework)
    if name not in module.RULES:
        raise ValueError(f"name, the optimizer of {framework}, must be one of "
                         f"{', '.join(module.RULES)}; got {name!r}")
    make = module.RULES[name]
    where = f"{framework} {name}"
    known = dict(hyperparameters)
    for option, value in hyperparameters.items():
        if option in module.NEUTRAL and option not in signature(make).parameters:
            neutral, why = module.NEUTRAL[option]
            if neutral is not None and value not in neutral:
                raise ValueError(f"{where}: {option}={value!r} {why}; no rule here follows it: "
                                 f"leave it out")
            del known[option]
    unknown = sorted(set(known) - set(signature(make).parameters))
    if unknown:
        raise ValueError(f"{where} has no hyperparameter {unknown[0]!r}; it has "
                         f"{', '.join(signature(make).parameters)}")
    missing = [name for name, parameter in signature(make).parameters.items()
               if parameter.default is parameter.empty and name not in known]
    if missing:
        raise ValueError(f"{where} has no default for {missing[0]}; give it a value")
    return _made(make, where, known)


def _made(make: Callable[..., Rule], where: str, known: dict[str, Any]) -> Rule:
    try:
        return make(**known)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error}") from error


def _module(framework: str) -> ModuleType:
    if framework not in FRAMEWORKS:
        raise ValueError(f"framework must be one of {', '.join(FRAMEWORKS)}; got {framework!r}")
    return FRAMEWORKS[framework]
