"""The finished parts of long commands: kept when one is interrupted, gone when it is done.

They lie in ``parts/<digest of the command>`` in the folder of its results, so that no command
clears the parts of another.
"""

from __future__ import annotations

import hashlib
import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["PARTS", "clear", "guarded", "of_others", "store"]

PARTS = "parts"


def store(place: Path, arguments: Namespace) -> Path:
    """Return the folder of the parts of a command that saves its results in `place`."""
    asked = {name: value for name, value in vars(arguments).items()
             if name not in ("run", "out", "workers")}
    return place / PARTS / hashlib.sha256(repr(sorted(asked.items())).encode()).hexdigest()[:16]


@contextmanager
def guarded(store: Path) -> Iterator[None]:
    """Say what an interruption leaves; leave nothing of a command that is refused."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        raise KeyboardInterrupt(_kept(store)) from interruption
    except ValueError:
        clear(store)
        raise


def clear(store: Path) -> None:
    """Remove the parts of a command that is done."""
    shutil.rmtree(store, ignore_errors=True)
    if store.parent.exists() and not any(store.parent.iterdir()):
        store.parent.rmdir()


def of_others(place: Path) -> str:
    """Return a line on parts of other commands that are still there, or nothing."""
    if not (place / PARTS).exists():
        return ""
    return (f"other commands into {place} were interrupted; what they had finished is in "
            f"{place / PARTS}: give one of them again, with the same options, and it goes on from "
            f"there; delete the folder if none of them is to go on")


def _kept(store: Path) -> str:
    parts = len(list(store.rglob("block-*.npz")))
    if not parts:
        return "no part was finished yet; the same command starts again"
    one = parts == 1
    return (f"{parts} finished part{'' if one else 's'} of the simulation {'is' if one else 'are'} "
            f"kept in {store}; the same command goes on from there")
