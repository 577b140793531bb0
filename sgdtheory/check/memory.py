"""What a check, or a plan carried out, needs of memory, estimated before it is computed."""

from __future__ import annotations

from sgdtheory.montecarlo.memory import refuse_too_much

__all__ = ["fits"]

COPIES = 6
"""Arrays of all distances that exist at once: two runs, and what the judge makes of one."""


def fits(runs: int, times: int, batch_numbers: int, limit: float | None = None,
         who: str = "the check", smaller: str = "take smaller batches") -> None:
    """Raise ValueError if `who` needs more than `limit` bytes (None: this machine's memory).

    `batch_numbers` is how many row numbers one part draws in one step, `smaller` how to get fewer.
    """
    refuse_too_much(8 * COPIES * runs * times, who, f"{runs} runs at {times} recorded times",
                    "take fewer runs", limit)
    refuse_too_much(8 * 3 * batch_numbers, who, f"{batch_numbers} rows drawn in one step",
                    smaller, limit)
