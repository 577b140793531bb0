"""The one drawing style: safe for colour-blind eyes and for grey printers, the same bytes each run.

A panel is a function ``(result, ax)`` that draws on the axes it is given and computes nothing. What
a line stands for decides how it looks, in every picture: `ROLES`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "ROLES", "Panel", "draw", "marks", "render", "role", "style"]

Panel = Callable[[Any, "Axes"], None]

ROLES: Mapping[str, Mapping[str, Any]] = {
    "slide": {"color": "#D55E00", "linestyle": "--", "linewidth": 1.8},
    "corrected": {"color": "#E69F00", "linestyle": "-.", "linewidth": 2.2},
    "smooth": {"color": "#009E73", "linestyle": (0, (1, 1.2)), "linewidth": 2.4},
    "exact": {"color": "#000000", "linestyle": "-", "linewidth": 1.0},
    "other": {"color": "#CC79A7", "linestyle": (0, (6, 1.5, 1, 1.5)), "linewidth": 1.5},
    "limit": {"color": "#595959", "linestyle": ":", "linewidth": 1.2},
    "measured": {"color": "#0072B2", "linestyle": "none", "marker": "o", "markersize": 4.0,
                 "elinewidth": 1.2, "capsize": 2.0},
    "measured too": {"color": "#56B4E9", "linestyle": "none", "marker": "^", "markersize": 5.0,
                     "markeredgecolor": "#00466e", "elinewidth": 1.2, "capsize": 2.0},
}
"""How a line looks, by what it stands for: colours of Okabe and Ito, and a dash or mark each."""

_STYLE: Mapping[Any, Any] = {
    "font.family": "DejaVu Sans", "font.size": 9.0, "axes.titlesize": 10.0,
    "axes.titlelocation": "left", "legend.fontsize": 8.0, "legend.frameon": True,
    "legend.framealpha": 0.9, "legend.edgecolor": "0.8", "axes.grid": True, "grid.color": "0.9",
    "grid.linewidth": 0.6, "axes.axisbelow": True, "axes.spines.top": False,
    "axes.spines.right": False, "svg.hashsalt": "sgdtheory", "svg.fonttype": "path",
    "figure.dpi": 100.0, "savefig.dpi": 150.0, "path.simplify": True,
    "mathtext.fontset": "dejavusans",
}

FORMATS: Mapping[str, tuple[str, ...]] = {
    "png": ("Software",), "svg": ("Date", "Creator"),
    "pdf": ("CreationDate", "ModDate", "Creator", "Producer"),
}
"""The formats of a picture, each with what it would say about the day and the program."""

_PANEL_INCHES = (5.0, 3.6)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the style of the package, whatever the user's own settings are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def role(name: str, **changes: Any) -> dict[str, Any]:
    """Return the keyword arguments of ``plot`` or ``errorbar`` for what `name` stands for."""
    return {**ROLES[name], **changes}


def marks(name: str, **changes: Any) -> dict[str, Any]:
    """Return `role` for ``plot``, which knows no error bars."""
    bars = ("elinewidth", "capsize")
    return {key: value for key, value in role(name, **changes).items() if key not in bars}


def draw(panels: Sequence[Panel], result: Any, title: str = "", columns: int = 2) -> Figure:
    """Return a figure with one panel for each function, which draws from `result` alone."""
    from matplotlib.figure import Figure

    rows = -(-len(panels) // columns)
    width, height = _PANEL_INCHES
    with style():
        figure = Figure(figsize=(width * columns, height * rows + (0.4 if title else 0.0)),
                        layout="constrained")
        if title:
            figure.suptitle(title, fontsize=12, fontweight="bold")
        for place, panel in enumerate(panels, start=1):
            panel(result, figure.add_subplot(rows, columns, place))
    return figure


def render(figure: Figure, kind: str) -> bytes:
    """Return `figure` as the bytes of a file of one of the `FORMATS`.

    No date and no program name goes in: the same figure gives the same bytes.
    """
    if kind not in FORMATS:
        raise ValueError(f"kind, the format of a picture, must be one of {', '.join(FORMATS)}; "
                         f"got {kind!r}")
    file = io.BytesIO()
    with style():
        figure.savefig(file, format=kind, metadata=dict.fromkeys(FORMATS[kind]))
    return file.getvalue()
