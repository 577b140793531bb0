"""Exact moments of epochs: every row once, in batches, in an order that is shuffled or is not.

Batches of an epoch are not independent of each other, so that the recursion for fresh batches is
wrong for them [claims S24-a, S24-b]. The last batch has ``n mod B`` rows where that is not 0.

>>> from sgdtheory.optimizers import SGD
>>> from sgdtheory.problems import ridge
>>> data = ridge([[1.0], [1.0]], [1.0, -1.0], l2=0.0)
>>> epochs2(data, SGD(1.0), epochs=[1, 2]).round(12).tolist()
[1.0, 1.0]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.exact.laws import LeastSquaresRows, NotExactlyKnown, gradient_law
from sgdtheory.exact.orders import RowSteps, cyclic, reshuffled, shuffled_once
from sgdtheory.exact.question import start_error, whole_times
from sgdtheory.exact.transition import autonomous, start
from sgdtheory.problems.geometry import check_batch

__all__ = ["epochs2"]

ORDERS = {"reshuffle": reshuffled, "cyclic": cyclic, "shuffle-once": shuffled_once}


def epochs2(problem: Any, rule: Any, B: int = 1, epochs: Any = 100, order: str = "reshuffle",
            w0: Any = None) -> np.ndarray:
    """Return ``E|w - w*|^2`` after each number of `epochs`, shape ``(k,)``, without projection.

    Parameters
    ----------
    problem
        A finite sum of squares, such as `sgdtheory.problems.ridge`.
    rule
        A linear rule that does not read the time; its state passes from one epoch to the next.
    epochs
        A whole number or increasing whole numbers.
    order
        ``"reshuffle"``: a new uniform order in each epoch; ``"cyclic"``: that of the rows;
        ``"shuffle-once"``: one uniform order for all epochs.

    Raises
    ------
    NotExactlyKnown
        If the rows are too many to average over their orders: known for any number of rows are
        the cyclic order, and every order where all rows have the same curvature.
    """
    if order not in ORDERS:
        raise ValueError(f"order, that of the rows in an epoch, must be one of "
                         f"{', '.join(ORDERS)}; got {order!r}")
    counts, e0 = whole_times(epochs, "epochs"), start_error(problem, w0)
    rows, x0 = _rows(problem, rule, B, e0)
    with np.errstate(over="ignore", invalid="ignore"):
        values = ORDERS[order](rows, x0, counts)
    return np.where(np.isfinite(values), values, np.inf)


def _rows(problem: Any, rule: Any, B: int, e0: np.ndarray) -> tuple[RowSteps, np.ndarray]:
    """Return the step on each row and the start, ``(k dim,)``, in the eigenbasis."""
    if problem.n is None:
        raise ValueError("epochs need a finite sum of rows, and this problem draws fresh samples; "
                         "ask exact.distance2")
    size, law = check_batch(B, problem.n, replace=False), gradient_law(problem)
    if not isinstance(law, LeastSquaresRows):
        raise NotExactlyKnown(f"epochs are known for sums of squares; the rows of "
                              f"{type(problem).__name__} are no such sum; simulate them")
    transition = autonomous(rule, problem.dim)
    if transition is None:
        raise NotExactlyKnown(f"{type(rule).__name__} changes its step with the time, so no two "
                              f"epochs are alike; simulate it")
    full, last = divmod(problem.n, size)
    sizes = (size,) * full + ((last,) if last else ())
    return RowSteps.of(law, transition, sizes), start(rule, law.basis.T @ e0).T.ravel()
