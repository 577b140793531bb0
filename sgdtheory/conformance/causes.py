"""What one change of a rule gives another path: the change is the likely cause.

>>> from sgdtheory.optimizers import RMSProp
>>> list(changes(RMSProp(0.1)))
['epsilon outside the square root', 'second moment bias-corrected', 'no epsilon']
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import numpy as np

from sgdtheory.conformance.bugs import BUGS, HandWrittenAdam
from sgdtheory.conformance.difference import difference
from sgdtheory.conformance.probe import Probe, follow
from sgdtheory.optimizers.adadelta import Adadelta, AdadeltaAsStated
from sgdtheory.optimizers.adam import Adam, AdamAsStated
from sgdtheory.optimizers.amsgrad import AMSGrad
from sgdtheory.optimizers.momentum import CorrectedMomentum, DampenedMomentum, Momentum
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.nesterov import Nesterov
from sgdtheory.optimizers.rmsprop import CorrectedRMSProp, RMSProp
from sgdtheory.optimizers.rule import Rule

__all__ = ["cause", "changes"]

TURNED = {
    "eps_inside": ("epsilon outside the square root", "epsilon inside the square root"),
    "eps_hat": ("epsilon added after the bias correction",
                "epsilon added before the bias correction (epsilon hat)"),
    "eps_in_max": ("epsilon added to the maximum", "epsilon inside the maximum"),
    "correct_mean": ("first moment not bias-corrected", "first moment bias-corrected"),
    "correct_square": ("second moment not bias-corrected", "second moment bias-corrected"),
    "average_by_schedule": ("first moment averaged with beta1, not by the schedule",
                            "first moment averaged by the schedule"),
    "scaled": ("accumulator of the unscaled steps", "accumulator of the scaled steps"),
}
"""What it means that a field of a rule is false or true."""
VALUES: dict[str, tuple[tuple[Any, str], ...]] = {
    "initial": ((0, "accumulator starts at 0"), (0.1, "accumulator starts at 0.1")),
    "damping": ((0, "no schedule of the momentum"), (0.5, "a schedule of the momentum")),
    "decay": ((1, "schedule of the momentum runs 250 times as fast (Keras)"),
              (1 / 250, "schedule of the momentum runs at 1/250 a step")),
    "eps": ((0, "no epsilon"),),
}


def changes(rule: Rule) -> dict[str, Rule]:
    """Return single changes of a rule: in words, and the rule that has it."""
    return dict(_changes(rule))


def _changes(rule: Rule) -> Iterator[tuple[str, Rule]]:
    names = {field.name for field in fields(rule)}  # type: ignore[arg-type]
    for name in TURNED:
        if name in names and _matters(name, rule):
            now = getattr(rule, name)
            yield TURNED[name][not now], replace(rule, **{name: not now})  # type: ignore[type-var]
    yield from _kin(rule)
    for name in VALUES:
        for value, words in VALUES[name]:
            if name in names and getattr(rule, name) != value and (
                    name != "decay" or rule.damping):  # type: ignore[attr-defined]
                yield words, replace(rule, **{name: value})  # type: ignore[type-var]


def _matters(name: str, rule: Any) -> bool:
    """Tell whether turning a field changes anything."""
    if name.startswith("eps"):
        return bool(rule.eps != 0)
    if name == "scaled":
        return bool(rule.alpha0 != 1)
    if name == "average_by_schedule":
        return bool(rule.damping)
    return True


def _kin(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield the changes that make a rule of another class."""
    match rule:
        case Adam() if not rule.eps_hat and rule.eps_root == 0:
            plain = HandWrittenAdam(rule.alpha, rule.beta1, rule.beta2, rule.eps)
            yield from ((words, replace(plain, **fault)) for words, fault in BUGS)
            yield "beta1 and beta2 swapped", replace(plain, beta1=rule.beta2, beta2=rule.beta1)
            yield from _maximal(rule)
        case Adam():
            yield from _maximal(rule)
        case AdamAsStated():
            yield "first moment bias-corrected", Adam(rule.alpha, rule.beta1, rule.beta2, rule.eps)
        case Adadelta() if not rule.scaled:
            yield ("squared parameters in the place of the squared changes (as slide 32 is "
                   "printed)", AdadeltaAsStated(rule.alpha0, rule.beta2, rule.eps))
        case AMSGrad():
            yield from _amsgrad(rule)
        case Nadam():
            yield "no look-ahead in the first moment", Adam(
                rule.alpha, rule.beta1, rule.beta2, rule.eps, rule.eps_root)
            if rule.average_by_schedule and rule.damping:
                yield ("first moment averaged with beta1, and a schedule of the momentum that "
                       "runs 250 times as fast (Keras)",
                       replace(rule, average_by_schedule=False, decay=1))
        case RMSProp():
            yield "second moment bias-corrected", CorrectedRMSProp(
                rule.alpha, rule.beta2, rule.eps, rule.eps_inside)
        case CorrectedRMSProp():
            yield "second moment not bias-corrected", RMSProp(
                rule.alpha, rule.beta2, rule.eps, rule.eps_inside)
        case Momentum() | CorrectedMomentum() | Nesterov():
            yield from _averages(rule)
        case _:
            return


def _maximal(rule: Adam) -> Iterator[tuple[str, Rule]]:
    kept = AMSGrad(rule.alpha, rule.beta1, rule.beta2, rule.eps, correct_mean=True,
                   eps_root=rule.eps_root, eps_hat=rule.eps_hat)
    yield "largest second moment so far, corrected after the maximum (AMSGrad)", replace(
        kept, correct_square=True)
    yield "largest corrected second moment so far (AMSGrad)", replace(kept, correct_before_max=True)
    yield "look-ahead in the first moment (Nadam)", Nadam(
        rule.alpha, rule.beta1, rule.beta2, rule.eps, damping=0, average_by_schedule=False)


def _amsgrad(rule: AMSGrad) -> Iterator[tuple[str, Rule]]:
    yield "no maximum of the second moment", Adam(
        rule.alpha, rule.beta1, rule.beta2, rule.eps, rule.eps_root, rule.eps_hat)
    if rule.correct_square:
        yield "second moment corrected before the maximum", replace(
            rule, correct_square=False, correct_before_max=True)
    elif rule.correct_before_max:
        yield "second moment corrected after the maximum", replace(
            rule, correct_square=True, correct_before_max=False)
        yield "second moment not bias-corrected", replace(rule, correct_before_max=False)
        yield "neither moment bias-corrected", replace(rule, correct_before_max=False,
                                                       correct_mean=False)
    else:
        yield "both moments bias-corrected, the second after the maximum", replace(
            rule, correct_mean=True, correct_square=True)
        yield "both moments bias-corrected, the second before the maximum", replace(
            rule, correct_mean=True, correct_before_max=True)


def _averages(rule: Momentum | CorrectedMomentum | Nesterov) -> Iterator[tuple[str, Rule]]:
    alpha, beta1 = rule.alpha, rule.beta1
    words: dict[type[Any], str] = {
        Momentum: "first moment not bias-corrected, and no look-ahead",
        CorrectedMomentum: "first moment bias-corrected", Nesterov: "Nesterov's look-ahead"}
    if isinstance(rule, Momentum):
        yield "first moment starts at the first gradient", DampenedMomentum(
            alpha * (1 - beta1), beta1, beta1)
    for kind in words:
        if kind is not type(rule):
            yield words[kind], kind(alpha, beta1)
    yield ("gradient not weighted by 1 - beta1 in the first moment, which is a velocity",
           replace(rule, alpha=alpha / (1 - beta1)))
    yield ("gradient weighted by 1 - beta1 twice", replace(rule, alpha=alpha * (1 - beta1)))


def cause(rule: Rule, path: np.ndarray, probe: Probe, tol: float) -> str:
    """Return the change, or the two of a hand-written Adam, that make `rule` the `path`, or ""."""
    if difference(follow(rule, probe), 2 * probe.w0 - path, tol).step is None:
        return "sign of the step turned: it climbs"
    for words, changed in changes(rule).items():
        if difference(follow(changed, probe), path, tol).step is None:
            return words
    if isinstance(rule, Adam) and not rule.eps_hat and rule.eps_root == 0:
        plain = HandWrittenAdam(rule.alpha, rule.beta1, rule.beta2, rule.eps)
        for (one, first), (two, second) in combinations(BUGS, 2):
            if not set(first) & set(second) and difference(
                    follow(replace(plain, **first, **second), probe), path, tol).step is None:
                return f"{one}; and {two}"
    return ""
