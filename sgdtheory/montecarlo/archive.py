"""Arrays and a JSON header in one ``.npz`` file that cannot be half written or silently damaged.

The file is written under a temporary name, flushed to the disk and moved into place; its header
holds a SHA-256 of the header's other entries and of every array, which is checked when it is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["DamagedFile", "read", "write"]


class DamagedFile(ValueError):
    """A file whose contents are not what was written."""


def write(path: Path, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write `header` (JSON values) and `arrays` to `path`, all or nothing."""
    sealed = {**header, "sha256": _digest(header, arrays)}
    text = np.frombuffer(json.dumps(sealed).encode(), dtype=np.uint8)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, header=text, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the header and the arrays of `path`; raise DamagedFile if they are not as written."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(arrays.pop("header").tobytes())
        sealed = header.pop("sha256")
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except Exception as error:
        raise DamagedFile(f"{path} is damaged or is not a file of this package: {error}; "
                          f"delete it and simulate again") from error
    if sealed != _digest(header, arrays):
        raise DamagedFile(f"{path} is damaged: its SHA-256 does not match its contents; "
                          f"delete it and simulate again")
    return header, arrays


def _digest(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.data if array.size else b"")
    return digest.hexdigest()
