"""The picture of a check: bounds, exact value and measured mean over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sgdtheory.check.result import CheckResult

__all__ = ["draw", "save"]

STYLES: dict[str, dict[str, Any]] = {
    "slide": {"color": "#d55e00", "linestyle": "-"},
    "corrected": {"color": "#cc79a7", "linestyle": "--"},
    "smooth": {"color": "#0072b2", "linestyle": "-."},
}


def draw(result: CheckResult, ax: Any = None) -> Any:
    """Draw on `ax` (a new one by default) and return it; times from 1 on, both axes logarithmic."""
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(7, 4.5), layout="constrained").subplots()
    later = result.run.times > 0
    t = result.run.times[later]
    ax.axhline(result.trivial, color="0.6", linestyle=":", label="the ball alone")
    for name, bound in result.bounds.items():
        at = np.where(np.isfinite(bound.at), bound.at, np.nan)[later]
        ax.plot(t, at, label=f"{name} bound", **STYLES[name])
    if result.exact:
        ax.plot(t, result.exact.at[later], color="black", label="exact, not projected")
    _measured(result, ax, t, later)
    s = result.settings
    ax.set(xscale="log", yscale="log", xlabel="step t", ylabel=r"$E\,|w_t - w^*|^2$",
           title=f"{s['problem']}, alpha = {s['alpha']:g}, B = {s['B']}, {s['runs']} runs")
    ax.legend(frameon=False, fontsize="small")
    return ax


def _measured(result: CheckResult, ax: Any, t: np.ndarray, later: np.ndarray) -> None:
    """Draw the mean and its confidence band, which is open where there is no upper limit."""
    color = "#009e73"
    upper = np.where(np.isfinite(result.upper), result.upper, np.nan)[later]
    ax.fill_between(t, result.lower[later], upper, color=color, alpha=0.25, linewidth=0,
                    label=f"its confidence band, {1 - result.settings['delta'] / 5:.7g}")
    ax.plot(t, result.run.mean[later], color=color, marker=".", linestyle="none", label="measured")


def save(result: CheckResult, path: Path) -> None:
    """Save the picture as its suffix says; the same result gives the same bytes."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "sgdtheory", "svg.fonttype": "path"}):
        figure = Figure(figsize=(7, 4.5), layout="constrained")
        draw(result, figure.subplots())
        metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, metadata=metadata, dpi=150)
