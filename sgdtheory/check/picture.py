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
    ax.axhline(result.trivial, **picture.role("limit"), label="what holds without any SGD")
    for name, bound in result.bounds.items():
        at = np.where(np.isfinite(bound.at), bound.at, np.nan)[later]
        ax.plot(t, at, **picture.role(name), label=f"{name} bound")
    if result.exact:
        ax.plot(t, result.exact.at[later], **picture.role("exact"), label="exact, not projected")
    _measured(result, ax, t, later)
    ax.set(xscale="log", yscale="log", xlabel="step t", ylabel=r"$E\,|w_t - w^*|^2$")
    ax.legend()


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
