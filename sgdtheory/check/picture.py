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


def panel(result: CheckResult, ax: Axes) -> None:
    """Draw the result on `ax`: times from 1 on, both axes logarithmic."""
    later = result.run.times > 0
    t = result.run.times[later]
    low, high = _range(result, later)
    ax.axhline(result.trivial, **picture.role("limit"), label="the ball alone")
    for name, bound in result.bounds.items():
        at = np.where(bound.at < 2 * high, bound.at, np.nan)[later]
        ax.plot(t, at, **picture.role(name), label=f"{name} bound")
    if result.exact:
        ax.plot(t, result.exact.at[later], **picture.role("exact"), label="exact, not projected")
    _measured(result, ax, t, later)
    ax.set(xscale="log", yscale="log", xlabel="step t", ylabel=r"$E\,|w_t - w^*|^2$",
           ylim=(low, high))
    ax.legend()


def _range(result: CheckResult, later: np.ndarray) -> tuple[float, float]:
    """Return the limits of the vertical axis: what was measured, the ball, and a bound near it."""
    seen = np.append(result.run.mean[later], result.trivial)
    limits = [bound.limit for bound in result.bounds.values() if bound.limit < 1e4 * seen.max()]
    return float(seen[seen > 0].min()) / 2, 2 * max(float(seen.max()), *limits, 0.0)


def _measured(result: CheckResult, ax: Axes, t: np.ndarray, later: np.ndarray) -> None:
    """Draw the mean and its confidence band, which has no upper end where nothing certifies one."""
    mean, low = result.run.mean, result.lower
    high = np.where(np.isfinite(result.upper), result.upper, mean)
    bars = np.maximum([mean - low, high - mean], 0.0)[:, later]
    ax.errorbar(t, mean[later], bars, **picture.role("measured", markersize=2.5, capsize=1.0),
                label="measured, with its confidence band")


def figure(result: CheckResult) -> Figure:
    """Return the picture as a figure; `sgdtheory.picture.render` makes a file of it."""
    s = result.settings
    title = f"{s['problem']}, alpha = {s['alpha']:g}, B = {s['B']}, {s['runs']} runs"
    return picture.draw((panel,), result, title, columns=1)
