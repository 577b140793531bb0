"""The command ``sgdtheory``.

Exit codes: 0 nothing refuted, 1 something refuted or unproved, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import sgdtheory

__all__ = ["main"]

COMMANDS = ("list", "prove", "simulate", "verify", "slides", "check", "plan", "identify")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with the arguments `argv` and return its exit code."""
    try:
        arguments = _parser().parse_args(argv)
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 2
    except KeyboardInterrupt as interruption:
        return _say(f"interrupted; {_kept(interruption)}", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except MemoryError:
        return _say("out of memory; take fewer runs, a smaller batch or fewer workers", 2)
    except (ValueError, OSError) as refusal:
        return _say(str(refusal), 2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sgdtheory", allow_abbrev=False,
        description="The theory of stochastic optimisation: proved, known exactly, and measured.",
        epilog="exit codes: 0 nothing refuted; 1 something refuted or unproved; 2 bad input; "
               "130 interrupted (what is finished is kept; the same command resumes)")
    parser.add_argument("--version", action="version", version=f"sgdtheory {sgdtheory.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name in COMMANDS:
        import_module(f"sgdtheory.cli.{name}").add(commands)
    return parser


def _kept(interruption: KeyboardInterrupt) -> str:
    """Return what the command said it had kept, or that nothing had to be."""
    return str(interruption) or "nothing was finished yet"


def _say(message: str, code: int) -> int:
    print(f"sgdtheory: {message}", file=sys.stderr)
    return code
