"""Claims and assumptions: what is said, before anybody proves or measures it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sgdtheory.logic.language import Statement

__all__ = ["Assumption", "Claim"]


@dataclass(frozen=True)
class Assumption:
    """A hypothesis in words and in symbols."""

    title: str
    statement: Statement


@dataclass(frozen=True, eq=False)
class Claim:
    """Something the lecture says, or should say; evidence refers to it by identity.

    ``key`` numbers it by subject and slide (``sgd.S21-d``) or names a theorem of ours
    (``sgd.T-trace``). ``conclusion``
    and ``hypotheses`` are in the language of proofs where the claim is a theorem or the refuted
    form of one; a claim in words only has neither. ``correction`` says what is true instead, or
    what else is to be known; ``printed`` is what the slide has where that is wrong or misleading
    and the claim itself is not what it says.
    """

    key: str
    says: str
    conclusion: Statement | None = None
    hypotheses: tuple[Assumption, ...] = ()
    correction: str = ""
    printed: str = ""

    @property
    def slide(self) -> int | None:
        """The slide it is printed on, or None if it is ours."""
        found = re.search(r"\.S(\d+)-", self.key)
        return int(found.group(1)) if found else None

    def __repr__(self) -> str:
        return f"<claim {self.key}: {self.says}>"
