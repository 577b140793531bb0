"""The picture of a check: bounds, exact value and measured mean over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sgdtheory import picture
from sgdtheory.check.result import CheckResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["figure", "panel"]

_BELOW = {"corrected": {"linewidth": 4.5, "linestyle": "-", "alpha": 0.5, "zorder": 1.9}}
"""The corrected bound lies below the slide's and is wider: both are seen where they coincide."""

HIGHEST = 1e100
"""Where the picture of a run that diverges is cut off."""


def panel(result: CheckResult, ax: Axes) -> None:
    """Draw the result on `ax`: times from 1 on, both axes logarithmic."""
    later = result.run.times > 0
    t = result.run.times[later]
    low, high = _range(result, later)
    ax.set(xscale="log", yscale="log", ylim=(low, high), xlabel="step t",
           ylabel=r"$E\,|w_t - w^*|^2$")
    ax.axhline(result.trivial, **picture.role("limit"), label="the ball alone")
    for name, label in _named(result):
        at = _shown(result.bounds[name].at[later], high)
        hidden = "" if (at < high).sum() >= min(2, len(t)) else ": above the picture"
        ax.plot(t, at, **picture.role(name, **_BELOW.get(name, {})), label=f"{label}{hidden}")
    if result.exact:
        ax.plot(t, result.exact.at[later], **picture.role("exact"), label="exact, not projected")
    _measured(result, ax, later, high)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)


def _named(result: CheckResult) -> list[tuple[str, str]]:
    """Return the bounds and their labels; one line where the corrected bound is the slide's."""
    same = np.array_equal(result.bounds["slide"].at, result.bounds["corrected"].at)
    labels = {name: f"{name} bound" for name in result.bounds}
    if same:
        labels["slide"] = "slide bound, and corrected"
        del labels["corrected"]
    return list(labels.items())


def _range(result: CheckResult, later: np.ndarray) -> tuple[float, float]:
    """Return the limits of the vertical axis: what was measured, the ball, and what is near."""
    seen = np.append(result.run.mean[later], result.trivial)
    near = [bound.limit for bound in result.bounds.values()]
    near += [] if result.exact is None else [float(result.exact.at.max())]
    limits = [value for value in near if value < 1e4 * seen.max()]
    high = max(float(seen.max()), *limits, 0.0)
    return float(seen[seen > 0].min()) / 2, min(2 * high, HIGHEST)


def _shown(values: np.ndarray, high: float) -> np.ndarray:
    """Return `values` with NaN in the place of what is far above the picture."""
    return np.where(values < 10 * high, values, np.nan)


def _measured(result: CheckResult, ax: Axes, later: np.ndarray, high: float) -> None:
    """Draw the mean and its confidence band; the ends of the axis where nothing certifies one."""
    mean = _shown(result.run.mean[later], high)
    lower = np.fmin(result.lower[later], mean)
    upper = np.fmax(np.fmin(result.upper[later], 10 * high), mean)
    ax.errorbar(result.run.times[later], mean, [mean - lower, upper - mean],
                **picture.role("measured", markersize=2.5, capsize=1.0),
                label="measured, with its band")


def figure(result: CheckResult) -> Figure:
    """Return the picture as a figure; `sgdtheory.picture.render` makes a file of it."""
    s = result.settings
    title = rf"{s['problem']}, $\alpha$ = {s['alpha']:g}, B = {s['B']}, {s['runs']} runs"
    return picture.draw((panel,), result, title, columns=1)
