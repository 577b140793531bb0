"""Tables of numbers read from CSV files, with errors that name the row and the column.

>>> table = read_table(path("diabetes"), target="y")
>>> table.X.shape, table.names[:3]
((442, 10), ('age', 'sex', 'bmi'))
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from importlib.resources import files
from os import PathLike
from pathlib import Path

import numpy as np

__all__ = ["Table", "path", "read_table"]

DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")

Row = tuple[int, list[str]]
"""A line number of the file and the cells of that line."""


@dataclass(frozen=True, eq=False)
class Table:
    """Features and target of a data set.

    Attributes
    ----------
    X : (n, d) float64
        One row a sample.
    y : (n,) float64, or text
        The target; text where no cell of it is a number (labels of `problems.logistic`).
    names : tuple of d str
        The names of the columns of `X`.
    """

    X: np.ndarray
    y: np.ndarray
    names: tuple[str, ...]

    def standardized(self, target: bool = True) -> Table:
        """Return the table with columns of mean 0 and variance 1 (over n), `y` too if `target`."""
        spread = self.X.std(axis=0)
        constant = [name for name, sd in zip(self.names, spread, strict=True) if sd == 0]
        if constant:
            raise ValueError(f"column {constant[0]!r} is constant: it has no standard deviation to "
                             "divide by; remove it")
        X = (self.X - self.X.mean(axis=0)) / spread
        if not target:
            return replace(self, X=X)
        if self.y.dtype.kind != "f" or self.y.std() == 0:
            raise ValueError("the target is text or constant: it has no standard deviation to "
                             "divide by; use standardized(target=False)")
        return replace(self, X=X, y=(self.y - self.y.mean()) / self.y.std())


def path(name: str) -> Path:
    """Return where the data set called `name` (such as ``"diabetes"``) lies; see PROVENANCE.md."""
    folder = Path(str(files("sgdtheory.data")))
    known = sorted(file.stem for file in folder.glob("*.csv"))
    if name not in known:
        raise ValueError(f"{name!r} is not a data set of the package; known: {', '.join(known)}")
    return folder / f"{name}.csv"


def read_table(path: str | PathLike[str], target: str) -> Table:
    """Return the table in the CSV file at `path`, whose column `target` is `y`.

    The first line holds the names; the separator is a comma, a semicolon or a tab, whichever the
    first line has most of. Raises ValueError for a missing or empty file, an unknown target, a
    ragged row, text, a decimal comma or a missing value among numbers, and fewer than two rows.
    """
    file = Path(path)
    header, rows = _cells(file)
    _check_header(header, target, file)
    _check_rows(header, rows, file)
    names = tuple(name for name in header if name != target)
    columns = {name: [(line, cells[j]) for line, cells in rows] for j, name in enumerate(header)}
    y = columns.pop(target)
    X = np.column_stack([_numbers(file, name, columns[name]) for name in names])
    labels = all(cell and not _is_number(cell) and not DECIMAL_COMMA.fullmatch(cell)
                 for _, cell in y)
    target_values = np.array([cell for _, cell in y]) if labels else _numbers(file, target, y)
    return Table(X, target_values, names)


def _cells(file: Path) -> tuple[list[str], list[Row]]:
    """Return the names in the first line and the numbered rows below it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not UTF-8 text (byte {error.start}); save it so") from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if cells]
    if not lines:
        raise ValueError(f"{file} is empty; it needs a line of names and at least two rows")
    return lines[0][1], lines[1:]


def _check_header(header: list[str], target: str, file: Path) -> None:
    """Raise ValueError unless the names are different and hold `target` and a feature."""
    if all(_is_number(name) for name in header):
        raise ValueError(f"the first line of {file} holds numbers, not names; add a line of names")
    if repeated := [name for name, count in Counter(header).items() if count > 1]:
        raise ValueError(f"{file}: the column {repeated[0]!r} is there twice; rename one")
    if target not in header:
        raise ValueError(f"{file}: there is no column {target!r} to be the target; the columns "
                         f"are: {', '.join(header)}")
    if len(header) < 2:
        raise ValueError(f"{file} has only the target {target!r}; add at least one feature column")


def _check_rows(header: list[str], rows: list[Row], file: Path) -> None:
    """Raise ValueError unless each row has a cell for each name, and there are two rows."""
    for line, cells in rows:
        if len(cells) != len(header):
            mend = ("complete the row" if len(cells) < len(header) else
                    "remove what is too much (a decimal comma makes two cells of a number: write "
                    "1.5, not 1,5)")
            raise ValueError(f"{file}: line {line} has {len(cells)} cells, the first line has "
                             f"{len(header)} names; {mend}")
    if len(rows) < 2:
        raise ValueError(f"{file} has {len(rows)} row{'s' if not rows else ''} of data; at least 2 "
                         "are needed: one row has no variance")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(file: Path, name: str, cells: list[tuple[int, str]]) -> np.ndarray:
    """Return the cells of the column `name` as floats, or raise ValueError naming a bad one."""
    for line, cell in cells:
        if DECIMAL_COMMA.fullmatch(cell):
            raise ValueError(f"{file}: column {name!r} has a decimal comma, {cell!r}, in line "
                             f"{line}; write {cell.replace(',', '.')!r}, with a point")
        if cell and not _is_number(cell):
            raise ValueError(f"{file}: column {name!r} has text, {cell!r}, in line {line}; every "
                             f"cell must be a number: encode it, or remove the column")
    values = np.array([float(cell or "nan") for _, cell in cells])
    if bad := [line for (line, _), ok in zip(cells, np.isfinite(values), strict=True) if not ok]:
        raise ValueError(f"{file}: column {name!r} has {len(bad)} missing, NaN or infinite value"
                         f"{'s' if len(bad) > 1 else ''}, the first in line {bad[0]}; remove or "
                         "fill the rows")
    return values
