"""The problem of a user's data, as the commands that take a CSV file read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["read_problem"]


def read_problem(data: Path, target: str, loss: str, l2: float,
                 radius: float | None = None) -> tuple[Any, str]:
    """Return the problem of a CSV file, and the line that says what was read."""
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
            problem = build(table.X, table.y, l2, radius)
    except (np.linalg.LinAlgError, ArithmeticError) as error:
        raise ValueError(f"the constants of {data} cannot be computed ({error}): its "
                         f"numbers are too large or too small; scale the columns") from error
    name = Path(data).name
    n, dim = table.X.shape
    return problem, (f"{loss} on {name}: {n} rows, {dim} columns, target "
                     f"{target}, l2 = {l2:g}; nothing was scaled")
