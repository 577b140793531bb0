"""What `identify` finds: the dialects in the order of their nearness, and why they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sgdtheory.conformance.candidates import Candidate
from sgdtheory.conformance.difference import Difference

__all__ = ["Finding", "NonConforming", "Row"]

SHOWN = 8


@dataclass(frozen=True)
class Row:
    """One dialect against the optimizer.

    `difference` has its size relative to the way, and the first step that differs (None: the same
    rule); `gradients` says where they differ most; `cause` what the optimizer does otherwise, where
    one change of the rule explains all of it, else "".
    """

    dialect: Candidate
    difference: Difference
    gradients: str
    cause: str

    @property
    def same(self) -> bool:
        """Whether no step differs."""
        return self.difference.step is None

    def __str__(self) -> str:
        if self.same:
            return f"{self.dialect!s:34} same"
        why = self.cause or f"most for {self.gradients}"
        size, step = self.difference.size, self.difference.step
        return f"{self.dialect!s:34} differs by {size:.2g} from step {step} on: {why}"


@dataclass(frozen=True)
class Finding:
    """The dialects, nearest first; the `numbers` they were compared at; `remarks` on the optimizer.

    First come those that are the same rule, then those that one change explains, then the others,
    by their distance.
    """

    rows: tuple[Row, ...]
    numbers: dict[str, Any]
    source: str
    remarks: tuple[str, ...]
    cause: str

    @property
    def best(self) -> Row:
        """The nearest dialect."""
        return self.rows[0]

    @property
    def same(self) -> tuple[Row, ...]:
        """The dialects that are the same rule."""
        return tuple(row for row in self.rows if row.same)

    def __str__(self) -> str:
        numbers = ", ".join(f"{name}={value:.10g}" for name, value in self.numbers.items())
        lines = [self._verdict(), f"compared at {numbers or 'the defaults'} ({self.source})", "",
                 *[f"  {row}" for row in self._shown()]]
        if rest := len(self.rows) - len(self._shown()):
            lines.append(f"  ... and {rest} further away")
        return "\n".join([*lines, *[f"note: {remark}" for remark in self.remarks]])

    def _verdict(self) -> str:
        if self.same:
            return f"it is {self.best.dialect}: {self.best.dialect.rule}"
        if self.cause:
            return f"it is no known rule; nearest: {self.best.dialect}; likely cause: {self.cause}"
        return (f"it is no known rule, nor one with a known mistake; nearest: {self.best.dialect}, "
                f"at a distance of {self.best.difference.size:.2g}")

    def _shown(self) -> tuple[Row, ...]:
        return self.rows[:max(SHOWN, min(len(self.same), 2 * SHOWN))]


class NonConforming(ValueError):
    """An optimizer that does not follow the rule it is held to.

    `difference` says by how much and from which step on, `cause` is the likely one or "", and
    `finding` has what it is instead.
    """

    def __init__(self, rule: Any, difference: Difference, gradients: str, cause: str,
                 finding: Finding) -> None:
        self.rule, self.difference, self.cause, self.finding = rule, difference, cause, finding
        why = f"likely cause: {cause}" if cause else "no known mistake explains it"
        super().__init__(
            f"the optimizer is not {rule}: it differs by {difference.size:.2g} from step "
            f"{difference.step} on, most for {gradients}; {why}\n{finding}")
