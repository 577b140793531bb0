"""What an interrupted ``verify`` has finished, kept until the same command completes it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import numpy as np

from sgdtheory import script
from sgdtheory.cli.findings import Finding

__all__ = ["fingerprint", "read", "write"]


def fingerprint(topic: str, runs: int, seed: int) -> str:
    """Return a digest of what the findings depend on: settings, NumPy, every line of the code."""
    digest = hashlib.sha256(f"{topic} {runs} {seed} {np.__version__}".encode())
    for package in ("sgdtheory", "sgdtheory.proofs", "sgdtheory.simulations"):
        for file in sorted(Path(str(import_module(package).__file__)).parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def read(path: Path, mark: str) -> list[Finding] | None:
    """Return the findings kept under `mark`; None if there are none, or they are damaged."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return [Finding(**entry) for entry in value["findings"]] if value["mark"] == mark else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(path: Path, mark: str, findings: list[Finding]) -> None:
    """Keep the findings of a topic, if all are as they should be: what failed is tried again."""
    if all(finding.ok for finding in findings):
        value = {"mark": mark, "findings": [asdict(finding) for finding in findings]}
        script.write(path, json.dumps(value).encode())
