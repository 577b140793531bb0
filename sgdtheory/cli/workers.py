"""Processes that simulate parts, and what becomes of them when the command is interrupted.

An interrupt of a terminal reaches every process. The workers ignore it from birth, because one that
dies while it holds a lock of the queue makes the others wait forever: they finish the parts that
they are at, which are kept. A second interrupt ends them at once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context

__all__ = ["pool"]

MOST = 1024
NAP = 0.05


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give an executor of `workers` processes; None for one, which needs no other process."""
    if not 1 <= workers <= MOST:
        raise ValueError(f"workers, the number of processes, must be a whole number from 1 to "
                         f"{MOST}; got {workers}; 1 needs no other process")
    if workers == 1:
        yield None
        return
    executor = _started(workers)
    try:
        yield executor
    except KeyboardInterrupt:
        _wait_for_parts(executor)
        raise
    except BrokenExecutor as error:
        raise OSError("a worker process died, probably for want of memory; take fewer workers or "
                      "runs; what is finished is kept, the same command goes on from there"
                      ) from error
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _started(workers: int) -> ProcessPoolExecutor:
    """Return an executor whose processes are born while the interrupt is ignored, and inherit it.

    A process is started for each task that finds no idle one, hence the tasks that do nothing.
    """
    executor = ProcessPoolExecutor(workers, get_context("spawn"))
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for _ in range(workers):
            executor.submit(os.getpid)
    finally:
        signal.signal(signal.SIGINT, heard)
    return executor


def _wait_for_parts(executor: ProcessPoolExecutor) -> None:
    """Wait in naps: a signal that comes just before a long wait would not be heard in it."""
    heard = signal.signal(signal.SIGINT, _drop)
    try:
        print("\nsgdtheory: finishing the parts under way; interrupt again to drop them",
              file=sys.stderr, flush=True)
        executor.shutdown(wait=False, cancel_futures=True)
        while active_children():
            time.sleep(NAP)
    finally:
        signal.signal(signal.SIGINT, heard)


def _drop(*_: object) -> None:
    """End the workers and the command; what is finished is on the disk, whole."""
    for process in active_children():
        process.kill()
    os._exit(130)
