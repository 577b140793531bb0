"""Assertions about random quantities, for anybody's test suite: a verdict, or AssertionError.

A true claim fails with probability at most `delta`, whatever the law of the samples, and a check
that could not have seen a violation fails too: it is not a pass.

>>> import numpy as np
>>> samples = np.random.default_rng(0).chisquare(10, 4096)
>>> assert_below(samples, 12.0).status
'not refuted'
>>> assert_equal_mean(samples, 10.0, variance=20.0).status
'holds'
>>> try:
...     assert_below(samples, 8.0)
... except AssertionError as error:
...     print(str(error).partition(":")[0])
violated
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.verdict import Replicas, Verdict, judge, judge_equal, judge_log

__all__ = ["assert_below", "assert_drift", "assert_equal_mean"]


def assert_below(
    run_or_samples: Any,
    bound: Any,
    delta: float = 1e-9,
    *,
    ceiling: Any = None,
    variance: Any = None,
    allow_inconclusive: bool = False,
) -> Verdict:
    """Assert that the mean is at most `bound`, at all recorded times; return the verdict.

    Parameters
    ----------
    run_or_samples
        What `sgdtheory.simulate` returns, or independent samples >= 0, ``(runs,)`` or
        ``(runs, k)``: one column for each time, numbered from 0.
    bound
        A number, an array ``(k,)`` or a callable of t.
    delta
        The probability that a true bound fails.
    ceiling, variance
        A certified almost-sure upper limit and the exact variance of one sample, a number or
        ``(k,)``, where they are known; those of a run are its own.
    allow_inconclusive
        Let a check pass that could not have seen an excess of 100 %.

    Raises
    ------
    AssertionError
        If the bound is violated, or the verdict is inconclusive.
    """
    __tracebackhide__ = True
    verdict = judge(bound, _replicas(run_or_samples, ceiling, variance), delta)
    return _passed(verdict, allow_inconclusive)


def assert_equal_mean(
    run_or_samples: Any,
    value: Any,
    delta: float = 1e-9,
    ceiling: Any = None,
    variance: Any = None,
    *,
    allow_inconclusive: bool = False,
) -> Verdict:
    """Assert that the mean is `value`, on both sides; return the verdict.

    The parameters are those of `assert_below`. Without a ceiling or a variance nothing can be seen
    on the lower side [Bahadur & Savage 1956], and the assertion fails.
    """
    __tracebackhide__ = True
    verdict = judge_equal(value, _replicas(run_or_samples, ceiling, variance), delta)
    if verdict and not allow_inconclusive and not np.isfinite(verdict.detectable_below):
        raise AssertionError(
            f"{verdict}\nno shortfall can be seen, and a check that cannot see is not a pass: give "
            f"the ceiling or the variance of one sample, take assert_below for the upper side "
            f"alone, or allow_inconclusive=True")
    return _passed(verdict, allow_inconclusive)


def assert_drift(
    distance2: Any,
    drift: Callable[[Any], Any],
    delta: float = 1e-9,
    *,
    allow_inconclusive: bool = False,
) -> Verdict:
    """Assert ``E[X_(t+1) | past] <= drift(X_t)`` along one trajectory ``(T,)``; return the verdict.

    The iterates must be consecutive and the samples fresh, or drawn with replacement.
    """
    __tracebackhide__ = True
    return _passed(judge_log(distance2, drift, delta), allow_inconclusive)


def _passed(verdict: Verdict, allow_inconclusive: bool) -> Verdict:
    __tracebackhide__ = True
    if not verdict:
        raise AssertionError(
            f"{verdict}\na true claim fails here with probability at most {verdict.delta:g}: the "
            f"claim or the code is wrong. More runs, or another seed, show by how much")
    if verdict.status == "inconclusive" and not allow_inconclusive:
        raise AssertionError(
            f"{verdict}\na check that cannot see is not a pass: take more runs, where the line "
            f"above says how many or where to cut, or allow_inconclusive=True")
    return verdict


def _replicas(run_or_samples: Any, ceiling: Any, variance: Any) -> Any:
    """Return what is judged: a run, with what else is known of it, or replicas of samples."""
    run = run_or_samples if hasattr(run_or_samples, "distance2") else _sampled(run_or_samples)
    k = np.shape(run.distance2)[1:]
    return Replicas(
        run.distance2, run.times, diverged=run.diverged,
        ceiling=run.ceiling if ceiling is None else np.broadcast_to(ceiling, k),
        variance=run.variance if variance is None else np.broadcast_to(variance, k))


def _sampled(samples: Any) -> Replicas:
    try:
        values = np.asarray(samples, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"run_or_samples must be a run or an array of real numbers; got "
                         f"{type(samples).__name__}") from error
    if values.ndim not in (1, 2):
        raise ValueError(f"run_or_samples must be a run, or samples of shape (runs,) or (runs, k); "
                         f"got {values.shape}; average over the other axes first")
    if (values < 0).any():
        raise ValueError(f"run_or_samples, the samples, must be >= 0; got {np.nanmin(values):g}; "
                         f"subtract a certain lower limit from them and from what is claimed")
    return Replicas(values[:, None] if values.ndim == 1 else values)
