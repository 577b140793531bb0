"""The door of every simulation script: options, verdicts, picture, result file, exit code.

``python simulations/noise_ball.py --runs 4096 --seed 0 --out out/`` prints one verdict a line and
writes ``noise_ball.png``, ``noise_ball.svg`` and ``noise_ball.json``. Exit codes: 0 all as it
should be, 1 a claim was refuted or a control that could be seen was not caught, 2 bad input, 130
interrupted.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
import tempfile
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from sgdtheory import __version__, picture
from sgdtheory.cli import workers
from sgdtheory.verdict import Verdict, controls

__all__ = ["Simulation", "keep", "load", "main", "save", "write"]


class Simulation(Protocol):
    """The module of a simulation."""

    __doc__: str | None
    __file__: str
    Result: type
    PANELS: tuple[picture.Panel, ...]

    @staticmethod
    def run(runs: int, seed: int, executor: Any, progress: Any) -> Any:
        """Simulate and judge; never plot."""


def main(simulation: Simulation | ModuleType, argv: Sequence[str] | None = None) -> int:
    """Run the script of a simulation module and return its exit code."""
    name, options = Path(str(simulation.__file__)).stem, _options(simulation, argv)
    try:
        _check_folder(options.out)
        with workers.pool(options.workers) as executor:
            result = simulation.run(options.runs, options.seed, executor, _progress())
        keep(simulation, result, options.out)
    except KeyboardInterrupt:
        return _stopped(name, "interrupted; the same command starts again", 130)
    except (OSError, ValueError) as error:
        return _stopped(name, str(error), 2)
    _clear_progress()
    _print(controls.report(result.verdicts, options.runs))
    return _verdict_on(name, result.verdicts, options.runs)


def keep(simulation: Simulation | ModuleType, result: Any, folder: Path) -> None:
    """Write a result and its picture, as PNG and SVG, to `folder`."""
    stem = folder / Path(str(simulation.__file__)).stem
    save(result, stem.with_suffix(".json"))
    title = str(simulation.__doc__).partition("\n")[0].rstrip(".")
    figure = picture.draw(simulation.PANELS, result, title)
    for kind in ("png", "svg"):
        write(stem.with_suffix(f".{kind}"), picture.render(figure, kind))


def _stopped(name: str, why: str, code: int) -> int:
    _clear_progress()
    print(f"{name}: {why}", file=sys.stderr)
    return code


def _print(text: str) -> None:
    """Print to a reader who may have left, as ``| head`` does."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _verdict_on(name: str, verdicts: Mapping[str, Verdict], runs: int) -> int:
    wrong = controls.failures(verdicts, runs)
    for failed in wrong:
        print(f"{name}: {controls.complaint(failed)}", file=sys.stderr)
    if missing := controls.summary(verdicts, runs):
        print(f"{name}: {missing}", file=sys.stderr)
    return 1 if wrong else 0


def _options(simulation: Simulation | ModuleType, argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=Path(str(simulation.__file__)).name,
                                     description=simulation.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=controls.ENOUGH_RUNS, help="replicas "
                        f"(default {controls.ENOUGH_RUNS}, {controls.WHY_ENOUGH})")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (default 0)")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR",
                        help="folder of the picture and the result (default out)")
    parser.add_argument("--workers", type=int, default=1, help="processes (default 1): the same "
                        "bits for any number")
    options = parser.parse_args(argv)
    for letter, least in (("runs", 2), ("seed", 0), ("workers", 1)):
        if getattr(options, letter) < least:
            parser.error(f"--{letter} must be >= {least}; got {getattr(options, letter)}")
    return options


def _check_folder(folder: Path) -> None:
    """Create `folder` and write to it, so that what cannot be saved is not computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(f"--out {folder} cannot be written ({error.strerror}); choose another folder"
                      ) from error


def _progress() -> Any:
    """Return a function that shows progress on a terminal, or None elsewhere."""
    return _show if sys.stderr.isatty() else None


def _show(done: int, total: int, what: str) -> None:
    print(f"\r\033[K{what}: {done}/{total}", end="", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def write(path: Path, content: bytes) -> None:
    """Write a file, all or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def save(result: Any, path: Path) -> None:
    """Write a result to a JSON file; numbers keep every bit."""
    content = {"simulation": type(result).__module__.rpartition(".")[2],
               "sgdtheory": __version__, "numpy": np.__version__, "result": _plain(result)}
    write(path, json.dumps(content, indent=1, allow_nan=False).encode() + b"\n")


def load(path: str | Path, kind: type) -> Any:
    """Return the result of class `kind` that `save` wrote to `path`."""
    try:
        return _built(kind, json.loads(Path(path).read_text(encoding="utf-8"))["result"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} does not hold a result of {kind.__module__}: {error!r}; run the "
                         f"simulation again") from error


def _plain(value: Any) -> Any:
    """Return `value` in terms of JSON; a number that is not finite becomes a word."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _built(kind: Any, plain: Any) -> Any:
    """Return the value of type `kind` that `_plain` turned into `plain`."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast(Any, kind)(**{name: _built(hints[name], entry)
                                         for name, entry in plain.items()})
    if typing.get_origin(kind) in (dict, Mapping):
        entry_kind = typing.get_args(kind)[1]
        return {key: _built(entry_kind, entry) for key, entry in plain.items()}
    if typing.get_origin(kind) is tuple:
        return tuple(_built(typing.get_args(kind)[0], entry) for entry in plain)
    if kind is np.ndarray:
        return np.array(_numbers(plain))
    return float(plain) if kind is float else plain


def _numbers(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_numbers(entry) for entry in plain]
    return float(plain) if isinstance(plain, str) else plain
