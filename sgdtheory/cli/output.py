"""The folder that a command writes into, found unwritable before anything is computed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["folder"]


def folder(path: str, names: Iterable[str]) -> Path:
    """Return the folder at `path`, made if need be; raise ValueError if `names` cannot go there."""
    if not path:
        raise ValueError("out, the folder for the results, is empty; name one with --out, or . for "
                         "the current one")
    place = Path(path)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ValueError(f"out={path}, the folder for the results, cannot be written "
                         f"({reason}); name another one with --out") from error
    if taken := [name for name in names if (place / name).is_dir()]:
        raise ValueError(f"{place / taken[0]} is a folder, and a file of that name is to be "
                         f"written; move it away, or name another folder with --out")
    return place
