"""One line on a terminal that says how far the work is; silent anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["shown"]

WIDTH = 24


@contextmanager
def shown(stream: TextIO | None = None) -> Iterator[Callable[[int, int, str], None]]:
    """Give ``progress(done, total, what)``, which draws on `stream` (stderr) if it is a terminal.

    The line is wiped when the work ends, however it ends.
    """
    screen = sys.stderr if stream is None else stream
    if not screen.isatty():
        yield lambda done, total, what: None
        return
    started = time.monotonic()

    def progress(done: int, total: int, what: str) -> None:
        full = WIDTH * done // max(total, 1)
        bar = "#" * full + "." * (WIDTH - full)
        line = f"[{bar}] {done}/{total} {what}, {time.monotonic() - started:.0f} s"
        screen.write(f"\r\x1b[K{line}")
        screen.flush()

    try:
        yield progress
    finally:
        screen.write("\r\x1b[K")
        screen.flush()
