"""The problem of a table of data, for the commands that take one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["problem"]


def problem(data: str, target: str, loss: str, l2: float,
            radius: float | None = None) -> tuple[Any, str]:
    """Return the problem, and the line that says what was read.

    Raises
    ------
    ValueError
        If the target does not fit the loss, or the numbers are beyond what floats can do.
    """
    import numpy as np

    from sgdtheory import problems
    from sgdtheory.data import read_table

    table = read_table(data, target)
    if loss == "ridge" and table.y.dtype.kind != "f":
        raise ValueError(f"the target {target!r} is text (such as {str(table.y[0])!r}), "
                         f"and ridge needs numbers; for two labels take --loss logistic")
    build = problems.ridge if loss == "ridge" else problems.logistic
    try:
        with np.errstate(all="ignore"):
            built = build(table.X, table.y, l2, radius)
    except (np.linalg.LinAlgError, ArithmeticError) as error:
        raise ValueError(f"the constants of {data} cannot be computed ({error}): its "
                         f"numbers are too large or too small; scale the columns") from error
    n, dim = table.X.shape
    return built, (f"{loss} on {Path(data).name}: {n} rows, {dim} columns, target {target}, "
                   f"l2 = {l2:g}; nothing was scaled")
