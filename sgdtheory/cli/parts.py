"""The finished parts of a simulation, kept where a command is interrupted, for the same command."""

from __future__ import annotations

import hashlib
import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["kept", "others"]

FOLDER = "parts"


@contextmanager
def kept(place: Path, arguments: Namespace) -> Iterator[Path]:
    """Lend a folder for the parts: an interrupt says what it keeps, any other end clears it.

    The folder belongs to what was asked, so that no command clears the parts of another.
    """
    asked = {name: value for name, value in vars(arguments).items()
             if name not in ("run", "out", "workers")}
    mark = hashlib.sha256(repr(sorted(asked.items())).encode()).hexdigest()[:16]
    store = place / FOLDER / mark
    try:
        yield store
    except KeyboardInterrupt as interruption:
        raise KeyboardInterrupt(_said(store)) from interruption
    except ValueError:
        _clear(store)
        raise
    _clear(store)


def others(place: Path) -> str:
    """Return a line about the parts of other commands; empty where there are none."""
    if not (place / FOLDER).exists():
        return ""
    return (f"\n{place / FOLDER} keeps the finished parts of other commands that were interrupted; "
            f"the same commands go on from there")


def _said(store: Path) -> str:
    parts = len(list(store.rglob("block-*.npz")))
    if not parts:
        return "no part was finished yet; the same command starts again"
    return f"{parts} parts are kept in {store}; the same command goes on from there"


def _clear(store: Path) -> None:
    """Remove the parts of a finished command, and their folder if no other has left any."""
    shutil.rmtree(store, ignore_errors=True)
    if store.parent.exists() and not any(store.parent.iterdir()):
        store.parent.rmdir()
