"""The picture of a plan: the cost over B, the steps over alpha, and the plan carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sgdtheory import picture
from sgdtheory.planner.confirm import Confirmation
from sgdtheory.planner.model import Slide
from sgdtheory.planner.tradeoff import Tradeoff

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Shown", "figure", "over_B", "over_alpha", "over_time"]

TALLEST = 100.0
"""How many times the plan's steps or cost the vertical axis reaches at most."""

SHORT = 200.0
"""Ratio of the ends of a logarithmic axis up to which 2 and 5 are labelled too."""


class Shown(NamedTuple):
    """What is drawn."""

    tradeoff: Tradeoff
    confirmation: Confirmation | None = None

    @property
    def role(self) -> str:
        """The role of the bound that the plan rests on."""
        return "slide" if isinstance(self.tradeoff.setting.model, Slide) else "smooth"

    @property
    def what(self) -> str:
        """The name of that bound."""
        return "slide's bound" if self.role == "slide" else "smooth bound"


def over_B(shown: Shown, ax: Axes) -> None:
    """Draw the cost of the best choice with batches of B."""
    found, plan = shown.tradeoff, shown.tradeoff.plan
    ax.plot(found.B, found.cost, **picture.role("exact"), label="fewest whole steps")
    ax.plot(found.B, found.formula, **picture.role(shown.role), label="closed form")
    if found.B[0] <= found.best <= found.B[-1]:
        ax.axvline(found.best, **picture.role("limit"),
                   label=f"best B in closed form: {found.best:.4g}")
    _plan(ax, plan.B, plan.cost, f"the plan: B = {plan.B}, cost {plan.cost:.6g}")
    ax.set(xscale="log", yscale="log", xlabel="batch size B", title="Cost against batch size",
           ylabel=f"cost, with {found.setting.cost} for a step", ylim=_span(found.cost, plan.cost))
    _ticks(ax.xaxis)
    _ticks(ax.yaxis)
    ax.legend(loc="upper center")


def over_alpha(shown: Shown, ax: Axes) -> None:
    """Draw the steps that each step size needs, with batches of the plan."""
    found, plan = shown.tradeoff, shown.tradeoff.plan
    seen = np.where(np.isfinite(found.needed), found.needed, np.nan)
    ax.plot(found.alphas, seen, **picture.role(shown.role), label=f"steps by the {shown.what}")
    largest = found.setting.model.largest_alpha
    says = "largest step size" if found.end >= largest else "the ball alone is the target"
    ax.axvline(found.end, **picture.role("limit"), label=f"{says}: {found.end:.4g}")
    _plan(ax, plan.alpha, plan.steps,
          f"the plan: steps = {plan.steps}, $\\alpha$ = {plan.alpha:.4g}")
    ax.set(xscale="log", yscale="log", xlabel=r"step size $\alpha$", ylabel="steps to the target",
           title=f"Steps against step size, B = {plan.B}",
           ylim=_span(seen[np.isfinite(seen)], plan.steps))
    _ticks(ax.xaxis)
    _ticks(ax.yaxis)
    ax.legend(loc="upper center")


def over_time(shown: Shown, ax: Axes) -> None:
    """Draw the bound and the measured distance of the plan carried out."""
    confirmed, model = shown.confirmation, shown.tradeoff.setting.model
    if confirmed is None:
        raise ValueError("confirmation, the plan carried out, is missing: there is nothing to draw "
                         "over time; take the other two panels")
    run = confirmed.run
    high = np.where(np.isfinite(confirmed.upper), confirmed.upper, run.mean)
    bars = np.maximum([run.mean - confirmed.lower, high - run.mean], 0.0)
    ax.plot(run.times, confirmed.bound, **picture.role(shown.role), label=shown.what)
    if np.isfinite(confirmed.exact_at).any():
        ax.plot(run.times, _finite(confirmed.exact_at), **picture.role("exact"),
                label="exact, not projected")
    ax.axhline(model.target, **picture.role("limit"), label=f"target: {model.target:.4g}")
    ax.errorbar(run.times, run.mean, bars, **picture.role("measured", markersize=2.5, capsize=1.0),
                label=f"measured, {run.runs} runs, with its band")
    lowest = min(run.mean[run.mean > 0].min(initial=model.target), model.target)
    ax.set(yscale="log", xlabel="step t", ylabel=r"$E\,|w_t - w^*|^2$",
           title="The plan carried out", ylim=(lowest / 8, 2 * model.d0))
    _ticks(ax.yaxis)
    ax.legend(loc="lower left")


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _plan(ax: Axes, x: float, y: float, label: str) -> None:
    look = picture.marks("other", linestyle="none", marker="D", markersize=8.0, zorder=5,
                         markeredgecolor="#000000")
    ax.plot([x], [y], **look, label=label)


def _span(seen: np.ndarray, plan: float) -> tuple[float, float]:
    """Return limits of a logarithmic axis: the plan, what is not too far above, the legend."""
    bottom, top = min(float(seen.min()), plan), min(float(seen.max()), TALLEST * plan)
    room = (max(top, plan) / bottom) ** 0.4
    return bottom / 1.5, 1.5 * room * max(top, plan)


def _ticks(axis: Any) -> None:
    """Label a logarithmic axis at 1, 2, 5, 10, ... where it is short, at powers of 10 else."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = axis.get_view_interval()
    if high < SHORT * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_formatter(NullFormatter())


def figure(tradeoff: Tradeoff, confirmation: Confirmation | None = None) -> Figure:
    """Return the picture as a figure; `sgdtheory.picture.render` makes a file of it."""
    panels: tuple[picture.Panel, ...] = (over_B, over_alpha)
    if confirmation is not None:
        panels += (over_time,)
    model = tradeoff.setting.model
    title = f"The cheapest way from squared distance {model.d0:.4g} to {model.target:.4g}"
    return picture.draw(panels, Shown(tradeoff, confirmation), title, columns=len(panels))
