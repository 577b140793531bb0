"""A plan and its trade-off as text and as a JSON value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from textwrap import fill
from typing import Any

import numpy as np

from sgdtheory.check.result import plain
from sgdtheory.planner import closed_form
from sgdtheory.planner.confirm import Confirmation
from sgdtheory.planner.model import Slide, alpha_of, steps_of
from sgdtheory.planner.planning import Plan
from sgdtheory.planner.tradeoff import Tradeoff

__all__ = ["remarks", "text", "to_dict"]

WIDTH = 100
FACTORS = (1 / 16, 1 / 4, 1 / 2, 1, 2, 4, 16)
SHARES = (1 / 16, 1 / 4, 1 / 2, 1)


def text(found: Tradeoff, confirmed: Confirmation | None = None,
         said: Sequence[str] = ()) -> str:
    """Return the plan, the trade-off, how the plan fared, and what `remarks` said."""
    parts = [*_plan(found), "", *_over_B(found), "", *_over_alpha(found)]
    if confirmed is not None:
        parts += ["", *_confirmed(found, confirmed)]
    if said:
        parts += ["", "Remarks", *[_folded(remark, 4) for remark in said]]
    return "\n".join(parts)


def _plan(found: Tradeoff) -> list[str]:
    plan, model, cost = found.plan, found.setting.model, found.setting.cost
    what = ("the slide's bound [slide 21]" if isinstance(model, Slide)
            else "the worst case over smooth losses")
    given = ", ".join(f"{name} = {value:.6g}" for name, value in asdict(model).items())
    return [
        f"The cheapest plan that is certified by {what}", f"  {given}", f"  cost of a step: {cost}",
        "",
        f"  alpha   {plan.alpha:<12.6g}  at most {model.largest_alpha:.6g} is allowed",
        f"  B       {plan.B:<12}  {plan.samples} sample gradients in all",
        f"  steps   {plan.steps}",
        f"  cost    {plan.cost:.10g}",
        f"  E|w_t - w*|^2 <= {plan.distance2:.6g} at t = {plan.steps}",
        "", _formula(found)]


def _formula(found: Tradeoff) -> str:
    if not math.isfinite(found.best):
        return "  in closed form: samples are free, B is as large as it helps"
    near = closed_form.step(found.setting.model, found.best)
    return (f"  in closed form (real numbers): alpha {near.alpha:.6g}, B {found.best:.6g}, "
            f"steps {near.steps:.6g}")


def _over_B(found: Tradeoff) -> list[str]:
    """Return a table of the best choices with smaller and larger batches."""
    rows = ["Cost against B", f"  {'B':>12} {'alpha':>12} {'steps':>12} {'cost':>14}  / least"]
    shown = sorted({int(np.argmin(np.abs(np.log(found.B / (found.plan.B * factor)))))
                    for factor in FACTORS})
    for k in shown:
        rows.append(f"  {found.B[k]:>12.0f} {found.alpha[k]:>12.6g} {found.steps[k]:>12.0f} "
                    f"{found.cost[k]:>14.10g}  {found.cost[k] / found.plan.cost:.3f}")
    return rows


def _over_alpha(found: Tradeoff) -> list[str]:
    """Return a table of the steps that other step sizes need, and where no number will do."""
    model, plan = found.setting.model, found.plan
    rows = [f"Steps against alpha, with batches of {plan.B}", f"  {'alpha':>12} {'steps':>12}"]
    alphas = [*(share * plan.alpha for share in SHARES), (plan.alpha + found.end) / 2]
    for alpha in sorted(set(alphas)):
        rows.append(f"  {alpha:>12.6g} {max(1, math.ceil(model.steps(alpha, plan.B))):>12}")
    says = ("larger ones are not allowed" if found.end >= model.largest_alpha
            else "no number will do: the squared radius is the target")
    return [*rows, f"  {found.end:>12.6g} {says:>12}"]


def _confirmed(found: Tradeoff, confirmed: Confirmation) -> list[str]:
    run, last = confirmed.run, found.plan.steps
    known = ("not known" if math.isnan(confirmed.exact)
             else f"{confirmed.exact:.6g} without projection")
    return [
        f"The plan carried out: E|w_t - w*|^2 at t = {last}",
        f"  target    {found.setting.model.target:.6g}",
        f"  exact     {known}",
        f"  measured  {run.mean[-1]:.6g}, mean of {run.runs} projected runs from seed {run.seed}; "
        f"the true mean is in [{confirmed.lower[-1]:.6g}, {confirmed.upper[-1]:.6g}]",
        *[_folded(f"{name:9} {verdict}", 12) for name, verdict in confirmed.verdicts.items()]]


def _folded(line: str, indent: int) -> str:
    return fill(line, WIDTH, initial_indent="  ", subsequent_indent=" " * indent,
                break_on_hyphens=False)


def remarks(found: Tradeoff, n: int | None = None, other: Plan | None = None) -> list[str]:
    """Return what a reader might overlook.

    `n` is the number of rows that batches are drawn of, `other` the plan by the other model.
    """
    model, plan = found.setting.model, found.plan
    said = list(plan.remarks)
    if other is not None and other.cost < plan.cost:
        name = "smooth" if isinstance(model, Slide) else "slide"
        said.append(f"the {name} model, whose constants are given too, certifies a cheaper plan: "
                    f"alpha {other.alpha:.6g}, B {other.B}, steps {other.steps}, cost "
                    f"{other.cost:.10g}; ask for it with --model {name}")
    return said + ([] if n is None else _of_all_rows(found, n))


def _of_all_rows(found: Tradeoff, n: int) -> list[str]:
    """Compare the plan with the exact gradient of all `n` rows, which has no noise."""
    plan, model, price = found.plan, found.setting.model, found.setting.cost.price(n)
    silent = replace(model, sigma2=0.0)
    steps = steps_of(silent, 1)
    cost = steps * price
    all_rows = (f"{steps} step{'s' * (steps > 1)} of the exact gradient, of all {n} rows, alpha "
                f"{alpha_of(silent, 1, steps):.6g}, reach{'es' * (steps == 1)} it at a cost of "
                f"{cost:.6g}")
    if cost < plan.cost:
        return [f"batches need not be drawn: {all_rows}, less than the plan's {plan.cost:.6g}"]
    if n <= plan.B:
        return [f"B = {plan.B} draws at least as many rows as there are, {n}, because it draws "
                f"with replacement; still {all_rows}, no less than the plan's"]
    return []


def _numbers(plan: Plan) -> dict[str, Any]:
    """Return the plan without its remarks, which stand among the answer's."""
    return {name: value for name, value in asdict(plan).items() if name != "remarks"}


def to_dict(found: Tradeoff, confirmed: Confirmation | None = None,
            said: Sequence[str] = ()) -> dict[str, Any]:
    """Return everything as values of JSON; numbers that are not finite as strings."""
    plan, model = found.plan, found.setting.model
    near = closed_form.step(model, found.best) if math.isfinite(found.best) else None
    value: dict[str, Any] = {
        "model": type(model).__name__.lower(), "given": asdict(model),
        "cost_of_a_step": str(found.setting.cost),
        "plan": {**_numbers(plan), "samples": plan.samples},
        "closed_form": {"B": found.best, **(asdict(near) if near else {})},
        "over_B": {"B": found.B, "alpha": found.alpha, "steps": found.steps, "cost": found.cost,
                   "closed_form": found.formula},
        "over_alpha": {"alpha": found.alphas, "steps": found.needed, "end": found.end},
        "remarks": list(said)}
    if confirmed is not None:
        run = confirmed.run
        value["carried_out"] = {
            "runs": run.runs, "seed": run.seed, "times": run.times, "mean": run.mean,
            "lower": confirmed.lower, "upper": confirmed.upper, "bound": confirmed.bound,
            "exact": confirmed.exact, "exact_at": confirmed.exact_at, "refuted": confirmed.refuted,
            "verdicts": {name: {**asdict(verdict), "text": str(verdict)}
                         for name, verdict in confirmed.verdicts.items()}}
    return dict(plain(value))
