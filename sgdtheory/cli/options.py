"""Options that several commands have, and the types of their values."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Commands", "add_runs", "check_runs", "command", "finite", "known_topic",
           "whole"]

Commands = Any
"""What ``add_subparsers`` returns."""


def command(commands: Commands, name: str, says: str, run: Callable[..., int]) -> Any:
    """Add the command `name`; `says` is its one line of help, `run` what it does."""
    parser = commands.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.",
                                 allow_abbrev=False)
    parser.set_defaults(run=run)
    return parser


def add_runs(parser: Any, runs: int | None, out: str | None, all_controls: bool = False) -> None:
    """Add ``--runs``, ``--seed``, ``--workers`` and ``--out``.

    `all_controls` says that the default is the size at which all controls can be seen.
    """
    why = (", which all controls need: with fewer, verdicts may be without a control and say so"
           if all_controls else "")
    shown = f" (default {runs}{why})" if runs else ""
    parser.add_argument("--runs", type=whole, default=runs, metavar="N",
                        help=f"number of replicas{shown}")
    parser.add_argument("--seed", type=whole, default=0, metavar="N",
                        help="seed of the random numbers (default 0)")
    parser.add_argument("--workers", type=whole, default=1, metavar="N",
                        help="processes; the numbers do not depend on it (default 1)")
    parser.add_argument("--out", default=out, metavar="FOLDER", help="folder for tables, figures "
                        f"and what is finished (default {out or 'none: nothing is written'})")


def finite(text: str) -> float:
    """Return the finite number that `text` says; else raise argparse's error."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"must be a finite number, such as 0.01; got {text!r}")
    return number


def whole(text: str) -> int:
    """Return the whole number that `text` says; else raise argparse's error."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be a whole number, such as 16; got {text!r}") from None


def known_topic(name: str) -> str:
    """Return `name` if it is a topic; else raise argparse's error, which lists the topics."""
    from sgdtheory.theory import TOPICS

    if name not in TOPICS:
        raise argparse.ArgumentTypeError(
            f"{name!r} is not a topic of the lecture; choose one of {', '.join(TOPICS)}")
    return name


def check_runs(arguments: argparse.Namespace) -> None:
    """Raise ValueError unless ``runs`` and ``seed`` can be simulated with."""
    from sgdtheory.montecarlo import request

    request.whole("runs", "the number of replicas", arguments.runs, 2)
    request.whole("seed", "the seed of the random numbers", arguments.seed, 0)
