"""What else could have been chosen: the cost over B, and the steps over alpha."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sgdtheory.planner import closed_form
from sgdtheory.planner.model import alpha_of, steps_of
from sgdtheory.planner.planning import Plan, Setting
from sgdtheory.planner.search import LARGEST

__all__ = ["Tradeoff", "tradeoff"]

SPAN = 64
"""How many times smaller and larger than the plan's the batches of the comparison are."""

POINTS = 120


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """The neighbourhood of a plan.

    Attributes
    ----------
    B, alpha, steps, cost
        For each batch size the best step size, its steps and their cost, ``(k,)`` each.
    formula
        The cost in closed form at these batch sizes, ``(k,)``.
    best
        The best batch size in closed form, a real number.
    alphas, needed
        Step sizes, and the real number of steps that each needs with the plan's batches; inf where
        no number will do. ``(m,)`` each.
    end
        The step size from which on no number of steps will do.
    """

    setting: Setting
    plan: Plan
    B: np.ndarray
    alpha: np.ndarray
    steps: np.ndarray
    cost: np.ndarray
    formula: np.ndarray
    best: float
    alphas: np.ndarray
    needed: np.ndarray
    end: float


def tradeoff(setting: Setting, plan: Plan) -> Tradeoff:
    """Return the neighbourhood of `plan`, which `solve` made for `setting`."""
    model, cost = setting.model, setting.cost
    batches = _batches(plan.B)
    steps = [steps_of(model, B) for B in batches]
    end = model.alpha(model.target, plan.B)
    alphas = end * np.concatenate([np.geomspace(plan.alpha / end / 30, plan.alpha / end, POINTS),
                                   1 - np.geomspace(1 - plan.alpha / end, 1e-4, POINTS)[1:]]
                                  if plan.alpha < end else [np.geomspace(1 / 30, 1, POINTS)])
    return Tradeoff(
        setting, plan, np.array(batches, dtype=float),
        np.array([alpha_of(model, B, T) for B, T in zip(batches, steps, strict=True)]),
        np.array(steps, dtype=float),
        np.array([T * cost.price(B) for B, T in zip(batches, steps, strict=True)]),
        np.array([closed_form.step(model, B).steps * cost.price(B) for B in batches]),
        closed_form.batch(model, cost), alphas,
        np.array([max(1.0, model.steps(float(alpha), plan.B)) for alpha in alphas]), end)


def _batches(B: int) -> list[int]:
    """Return batch sizes around `B`, evenly spaced in their logarithm, `B` among them."""
    low, high = max(1, B // SPAN), min(B * SPAN, LARGEST)
    spaced = np.geomspace(low, high, POINTS)
    return sorted({B, *(math.floor(number) for number in spaced)})
