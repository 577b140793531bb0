"""The table of a problem's constants: value, how it was obtained, and why it is that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Constant", "Constants", "How"]

How = Literal["exact", "certified upper bound", "certified lower bound", "given", "default"]
"""Exact values are closed forms in float64; certified ones are rounded to their safe side; given
ones are the user's; a default is what stands for one that was left out."""


@dataclass(frozen=True)
class Constant:
    """One constant of a problem."""

    name: str
    value: float
    how: How
    why: str


@dataclass(frozen=True)
class Constants:
    """The constants of a problem, in order; prints as a table.

    >>> print(Constants((Constant("c", 1.0, "exact", "smallest eigenvalue"),)))
    c  1  exact  smallest eigenvalue
    """

    entries: tuple[Constant, ...]

    def __iter__(self) -> Iterator[Constant]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, name: str | int) -> Constant:
        if isinstance(name, int):
            return self.entries[name]
        for entry in self.entries:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in self.entries)
        raise KeyError(f"there is no constant {name!r}; there are: {known}")

    def __str__(self) -> str:
        shown = [(e.name, f"{float(e.value):.6g}", e.how, e.why) for e in self.entries]
        widths = [max(len(row[j]) for row in shown) for j in range(3)]
        return "\n".join("  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in shown)
