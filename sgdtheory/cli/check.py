"""``sgdtheory check``: a data set, a loss and a step size against the lecture."""

from __future__ import annotations

import hashlib
import json
import shutil
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgdtheory.cli.options import Commands, add_runs, command, finite

if TYPE_CHECKING:
    from sgdtheory.check import CheckResult

__all__ = ["add", "run"]

FILES = ("check.json", "check.txt", "check.png", "check.svg")
PARTS = "parts"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "check", "hold SGD on a table of data to the lecture's bounds", run)
    parser.add_argument("data", help="CSV file with a line of names; nothing in it is scaled")
    parser.add_argument("--target", required=True, metavar="COLUMN", help="the column to predict")
    parser.add_argument("--loss", required=True, choices=("ridge", "logistic"))
    parser.add_argument("--l2", type=finite, default=0.0, metavar="X",
                        help="factor of |w|^2/2 in the loss (default 0)")
    parser.add_argument("--alpha", type=finite, required=True, metavar="X", help="the step size")
    parser.add_argument("--batch", type=int, default=1, metavar="B",
                        help="B, the batch size (default 1)")
    parser.add_argument("--no-replace", dest="replace", action="store_false",
                        help="draw the rows of a batch without replacement")
    parser.add_argument("--no-project", dest="project", action="store_false",
                        help="do not project the iterates on the ball")
    parser.add_argument("--steps", type=int, metavar="N",
                        help="number of steps (default: until the start is forgotten)")
    parser.add_argument("--radius", type=finite, metavar="X", help="of the ball around the "
                        "minimiser (default: the smallest that contains the start 0)")
    parser.add_argument("--delta", type=finite, default=1e-6, metavar="X", help="probability that "
                        "anything said of the measured is wrong (default 1e-6)")
    add_runs(parser, 4096, "out")


def run(arguments: Namespace) -> int:
    """Check, print the answer and save it; 1 if something is violated."""
    from sgdtheory.check import check
    from sgdtheory.cli import output, workers
    from sgdtheory.cli.answer import text
    from sgdtheory.cli.progress import shown

    place = output.folder(arguments.out, FILES)
    problem, heading = _problem(arguments)
    store = place / PARTS / _mark(arguments)
    try:
        with workers.pool(arguments.workers) as executor, shown() as progress:
            result = check(
                problem, arguments.alpha, arguments.batch, steps=arguments.steps,
                runs=arguments.runs, seed=arguments.seed, replace=arguments.replace,
                project=arguments.project, delta=arguments.delta, executor=executor,
                store=store, progress=progress)
        _save(result, heading, place)
    except KeyboardInterrupt as interruption:
        raise KeyboardInterrupt(_kept(store)) from interruption
    except ValueError:
        _clear(store)
        raise
    print(text(result, heading))
    print(f"\nsaved in {place}: {', '.join(FILES)}")
    if not _clear(store):
        print(f"{place / PARTS} keeps the finished parts of other commands that were interrupted; "
              f"the same commands go on from there")
    return int(result.refuted)


def _problem(arguments: Namespace) -> tuple[Any, str]:
    """Return the problem, and the line that says what was read."""
    import numpy as np

    from sgdtheory import problems
    from sgdtheory.data import read_table

    table = read_table(arguments.data, arguments.target)
    if arguments.loss == "ridge" and table.y.dtype.kind != "f":
        raise ValueError(f"the target {arguments.target!r} is text (such as {str(table.y[0])!r}), "
                         f"and ridge needs numbers; for two labels take --loss logistic")
    build = problems.ridge if arguments.loss == "ridge" else problems.logistic
    try:
        with np.errstate(all="ignore"):
            problem = build(table.X, table.y, arguments.l2, arguments.radius)
    except (np.linalg.LinAlgError, ArithmeticError) as error:
        raise ValueError(f"the constants of {arguments.data} cannot be computed ({error}): its "
                         f"numbers are too large or too small; scale the columns") from error
    name = Path(arguments.data).name
    n, dim = table.X.shape
    return problem, (f"{arguments.loss} on {name}: {n} rows, {dim} columns, target "
                     f"{arguments.target}, l2 = {arguments.l2:g}; nothing was scaled")


def _mark(arguments: Namespace) -> str:
    """Return a digest of what was asked, so that no command clears the parts of another."""
    asked = {name: value for name, value in vars(arguments).items()
             if name not in ("run", "out", "workers")}
    return hashlib.sha256(repr(sorted(asked.items())).encode()).hexdigest()[:16]


def _clear(store: Path) -> bool:
    """Remove the parts of a finished command; say whether no other command has left any."""
    shutil.rmtree(store, ignore_errors=True)
    try:
        store.parent.rmdir()
    except OSError:
        return not store.parent.exists()
    return True


def _kept(store: Path) -> str:
    parts = len(list(store.rglob("block-*.npz")))
    if not parts:
        return "no part was finished yet; the same command starts again"
    return f"{parts} parts are kept in {store}; the same command goes on from there"


def _save(result: CheckResult, heading: str, place: Path) -> None:
    from sgdtheory import picture, script
    from sgdtheory.check.picture import figure
    from sgdtheory.cli.answer import text

    value = json.dumps({"what": heading, **result.to_dict()}, indent=1, allow_nan=False)
    script.write(place / "check.json", f"{value}\n".encode())
    script.write(place / "check.txt", f"{text(result, heading)}\n".encode())
    drawn = figure(result)
    for kind in ("png", "svg"):
        script.write(place / f"check.{kind}", picture.render(drawn, kind))
