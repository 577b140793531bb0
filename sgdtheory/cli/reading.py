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
    from sgdtheory.problems.design import penalty
    from sgdtheory.problems.geometry import ball_radius

    l2 = penalty(l2)
    if radius is not None:
        ball_radius(radius, 1.0)
    table = read_table(data, target)
    if loss == "ridge" and table.y.dtype.kind != "f":
        raise ValueError(f"{data}: the target {target!r} is text (such as {str(table.y[0])!r}), "
                         f"and ridge needs numbers; for two labels take --loss logistic")
    if loss == "ridge" and l2 == 0:
        _refuse_dependent(table, data)
    build = problems.ridge if loss == "ridge" else problems.logistic
    try:
        with np.errstate(all="ignore"):
            problem = build(table.X, table.y, l2, radius)
    except (np.linalg.LinAlgError, ArithmeticError) as error:
        raise ValueError(f"the constants of {data} cannot be computed ({error}): its "
                         f"numbers are too large or too small; scale the columns") from error
    except ValueError as error:
        needs = "; on the command line --l2 0.1" if "l2 > 0" in str(error) else ""
        raise ValueError(f"{data}: {error}{needs}") from error
    name = Path(data).name
    n, dim = table.X.shape
    return problem, (f"{loss} on {name}: {n} rows, {dim} columns, target "
                     f"{target}, l2 = {l2:g}; nothing was scaled")


def _refuse_dependent(table: Any, data: Path) -> None:
    """Raise ValueError naming the columns that without a penalty leave c at 0."""
    import numpy as np

    n, dim = table.X.shape
    if dim > n:
        return  # then all of them depend on each other, and the rank says enough
    scale = np.abs(table.X).max(axis=0)
    _, s, Vt = np.linalg.svd(table.X / np.where(scale > 0, scale, 1.0), full_matrices=False)
    free = Vt[s <= n * np.finfo(float).eps * s[0]]
    involved = np.flatnonzero(np.abs(free).max(axis=0, initial=0.0) > 1e-6)
    constant = [j for j in involved if np.ptp(table.X[:, j]) == 0]
    if not len(involved):
        return
    named = constant or list(involved)
    names = ", ".join(repr(table.names[j]) for j in named)
    many = len(named) > 1
    what = (f"column{'s' * many} {names} {'are' if many else 'is'} constant" if constant else
            f"the columns {names} are combinations of each other")
    raise ValueError(f"{data}: {what} and l2 = 0, so that c, the constant of strong convexity, is "
                     f"0: the loss has no single minimiser; take --l2 0.1, or drop "
                     f"{'one of them' if many else 'the column'}")
