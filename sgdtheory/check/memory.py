"""What a check needs of memory, estimated before anything is computed."""

from __future__ import annotations

from sgdtheory.montecarlo.memory import refuse_too_much

__all__ = ["fits"]

COPIES = 6
"""Arrays of all distances that exist at once: two runs, and what the judge makes of one."""


def fits(runs: int, times: int, batch_numbers: int, limit: float | None = None,
         what: str = "the check") -> None:
    """Raise ValueError if `what` needs more than `limit` bytes (None: this machine's memory).

    `batch_numbers` is how many row numbers one part draws in one step.
    """
    refuse_too_much(8 * COPIES * runs * times, what,
                    f"{runs} runs at {times} recorded times", "take fewer runs", limit)
    refuse_too_much(8 * 3 * batch_numbers, what, f"{batch_numbers} rows drawn in one step",
                    "take smaller batches", limit)
