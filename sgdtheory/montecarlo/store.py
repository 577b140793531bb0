"""Finished blocks on disk, so that an interrupted simulation goes on where it stopped.

A simulation owns a folder, named by a digest of everything that determines its numbers. Each block
is one checked file, written by the worker that simulated it as soon as it is finished.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sgdtheory import __version__
from sgdtheory.montecarlo import archive
from sgdtheory.montecarlo.block import Block, Job, simulate_block

__all__ = ["Finished", "Store", "fingerprint", "finish", "open_store"]


class Finished(NamedTuple):
    """A block, and whether a damaged file was found in its place."""

    block: Block
    damaged: bool


@dataclass(frozen=True)
class Store:
    """The folder of one simulation."""

    folder: Path

    def path(self, b: int) -> Path:
        """Return the file of block `b`."""
        return self.folder / f"block-{b:06d}.npz"

    def kept(self) -> int:
        """Return how many blocks the folder holds."""
        return len(list(self.folder.glob("block-*.npz")))

    def read(self, b: int) -> Block | None:
        """Return block `b`, or None if it is not there; raise DamagedFile if it is not intact."""
        try:
            header, arrays = archive.read(self.path(b))
        except FileNotFoundError:
            return None
        if header["block"] != b:
            raise archive.DamagedFile(f"{self.path(b)} holds block {header['block']}")
        return Block(arrays["distance2"], arrays["diverged_at"], header["reached"])

    def write(self, b: int, block: Block) -> None:
        """Write block `b`, all or nothing."""
        arrays = {"distance2": block.distance2, "diverged_at": block.diverged_at}
        archive.write(self.path(b), {"block": b, "reached": block.reached}, arrays)


def open_store(directory: str | Path | None, job: Job) -> Store | None:
    """Return the store of `job` in `directory`, created if need be; None for no directory."""
    if directory is None:
        return None
    folder = Path(directory) / fingerprint(job)
    folder.mkdir(parents=True, exist_ok=True)
    return Store(folder)


def finish(job: Job, store: Store | None, b: int) -> Finished:
    """Return block `b` of `job`: from the store if it is there intact, else simulated and kept."""
    if store is None:
        return Finished(simulate_block(job, b), False)
    try:
        block, damaged = store.read(b), False
    except archive.DamagedFile:
        block, damaged = None, True
    if block is None:
        block = simulate_block(job, b)
        store.write(b, block)
    return Finished(block, damaged)


def fingerprint(job: Job) -> str:
    """Return a digest of all that determines the numbers of `job`, but the package's own text."""
    digest = hashlib.sha256(f"{__version__} {np.__version__}".encode())
    _feed(digest.update, job)
    return digest.hexdigest()[:32]


def _feed(update: Callable[[bytes], None], value: Any) -> None:
    """Feed `value` to a digest: dataclasses by their fields, arrays by their bytes."""
    if is_dataclass(value) and not isinstance(value, type):
        update(f"{type(value).__module__}.{type(value).__qualname__}(".encode())
        for field in fields(value):
            _feed(update, getattr(value, field.name))
        update(b")")
    elif isinstance(value, np.ndarray) and value.dtype.kind != "O":
        update(f"{value.dtype.str}{value.shape}".encode())
        update(np.ascontiguousarray(value).tobytes())
    else:
        update(_pickled(value))


def _pickled(value: Any) -> bytes:
    try:
        return pickle.dumps(value, protocol=5)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"store, the folder of finished blocks, needs a problem and a rule that "
                         f"can be pickled: {error}; define them in a module, or leave store out"
                         ) from error
