"""Processes that simulate parts, and what becomes of them when the command is interrupted."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

__all__ = ["pool"]

MOST = 1024


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give an executor of `workers` processes; None for one, which needs no other process.

    Workers die quietly of the interrupt of a terminal, which reaches them too; an interrupt sent to
    the command alone lets them finish the part that they are at.
    """
    if not 1 <= workers <= MOST:
        raise ValueError(f"workers, the number of processes, must be a whole number from 1 to "
                         f"{MOST}; got {workers}; 1 needs no other process")
    if workers == 1:
        yield None
        return
    executor = ProcessPoolExecutor(workers, get_context("spawn"), _quiet)
    try:
        yield executor
    except BrokenExecutor as error:
        raise OSError("a worker process died, probably for want of memory; take fewer workers or "
                      "runs; what is finished is kept, the same command goes on from there"
                      ) from error
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _quiet() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
