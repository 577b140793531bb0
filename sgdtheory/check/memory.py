"""What a check needs of memory, estimated before anything is computed."""

from __future__ import annotations

import os

__all__ = ["fits"]

COPIES = 6
"""Arrays of all distances that exist at once: two runs, and what the judge makes of one."""


def fits(runs: int, times: int, batch_numbers: int, limit: float | None = None) -> None:
    """Raise ValueError if the check needs more than `limit` bytes (None: this machine's memory).

    `batch_numbers` is how many row numbers one part draws in one step.
    """
    available = _memory() if limit is None else limit
    for needed, what, less in (
        (8 * COPIES * runs * times, f"{runs} runs at {times} recorded times", "fewer runs"),
        (8 * 3 * batch_numbers, f"{batch_numbers} rows drawn in one step", "smaller batches"),
    ):
        if needed > available:
            raise ValueError(f"the check needs {needed / 2**30:.3g} GiB ({what}), more than the "
                             f"{available / 2**30:.3g} GiB of memory; take {less}")


def _memory() -> float:
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")
