"""Evidence for claims, and the ledger that joins the two.

Evidence is a `Proof` (a theorem of the kernel), an `Example` (an exact rational instance: slack < 0
refutes, = 0 shows that an inequality is tight, else it is not vacuous), a `Citation` (not proved
here, and we say so) or a `Measurement` (a simulation with a stated error rate).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from sgdtheory.logic.claim import Claim
from sgdtheory.logic.kernel import is_theorem
from sgdtheory.logic.model import Model
from sgdtheory.logic.proof import Step
from sgdtheory.logic.prose import prose
from sgdtheory.logic.typeset import typeset
from sgdtheory.theory import TOPICS

__all__ = ["Citation", "EvidenceError", "Example", "Measurement", "Proof", "Row", "example",
           "ledger", "prove"]


class EvidenceError(ValueError):
    """Evidence that does not show what it is given for."""


@dataclass(frozen=True)
class Proof:
    """A theorem that says what the claim says, under no more hypotheses than the claim has."""

    claim: Claim
    step: Step

    def __post_init__(self) -> None:
        theorem = self.step.theorem
        if not is_theorem(theorem):
            raise EvidenceError(f"{self.claim.key}: {theorem!r} is not a theorem of the kernel")
        if theorem.conclusion != self.claim.conclusion:
            raise EvidenceError(f"{self.claim.key} says {self.claim.conclusion}, and the theorem "
                                f"says {theorem.conclusion}")
        undeclared = theorem.hypotheses - {h.statement for h in self.claim.hypotheses}
        if undeclared:
            said = "; ".join(map(str, undeclared))
            raise EvidenceError(f"{self.claim.key} is proved from what it does not state: {said}")

    @property
    def statement(self) -> str:
        """The theorem in LaTeX."""
        return typeset(self.step.statement)

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """The titles of the hypotheses that the proof used, in the claim's order."""
        used = self.step.theorem.hypotheses
        return tuple(h.title for h in self.claim.hypotheses if h.statement in used)

    @property
    def integrable(self) -> tuple[str, ...]:
        """What the proof takes as integrable, in the kernel's words; no claim states it."""
        return tuple(sorted(self.step.theorem.integrable))

    @property
    def unused(self) -> tuple[str, ...]:
        """The titles of the hypotheses that the claim states and the proof did not need."""
        used = self.step.theorem.hypotheses
        return tuple(h.title for h in self.claim.hypotheses if h.statement not in used)

    def prose(self, format: str = "markdown") -> str:
        """Return the proof as numbered steps, in ``markdown`` or ``latex``."""
        return prose(self.claim, self.step, format)


@dataclass(frozen=True)
class Example:
    """An exact instance of a claim: its slack decides what it shows."""

    claim: Claim
    slack: Fraction
    what: str

    def __post_init__(self) -> None:
        if not isinstance(self.slack, (int, Fraction)):
            raise EvidenceError(f"{self.claim.key}: the slack {self.slack!r} is not exact")

    @property
    def shows(self) -> str:
        """What the instance shows: refuted, tight (an equality is no looser) or not vacuous."""
        if self.slack < 0:
            return "refuted"
        says = self.claim.conclusion
        attained = self.slack == 0 and (says is None or says.relation in (">=", ">"))
        return "tight" if attained else "not vacuous"


def example(claim: Claim, model: Model, what: str) -> Example:
    """Evaluate a claim in an exact model; raise EvidenceError if a hypothesis fails there."""
    for hypothesis in claim.hypotheses:
        if not model.holds(hypothesis.statement):
            raise EvidenceError(f"{claim.key}: in the example ({what}) it is not true that "
                                f"{hypothesis.title}")
    if claim.conclusion is None:
        raise EvidenceError(f"{claim.key} is in words only; give the slack of its exact run")
    if claim.conclusion.relation in ("=", "in"):
        return Example(claim, Fraction(0 if model.holds(claim.conclusion) else -1), what)
    return Example(claim, model.slack(claim.conclusion), what)


@dataclass(frozen=True)
class Citation:
    """A claim that is not proved here: a definition, an empirical statement, a known theorem."""

    claim: Claim
    source: str


@dataclass(frozen=True)
class Measurement:
    """A claim that the simulation of its topic measures under the name `name`."""

    claim: Claim
    name: str


Evidence = Proof | Example | Citation | Measurement


@dataclass(frozen=True)
class Row:
    """A claim with its evidence, as one row of the ledger."""

    topic: str
    claim: Claim
    evidence: tuple[Evidence, ...]

    @property
    def status(self) -> str:
        """Refuted, tight (attained), proved, measured, cited, or unsettled.

        A claim in symbols is tight when it is proved and attained; one in words, when it is
        attained: such a claim says no more than that.
        """
        shown = {e.shows for e in self.evidence if isinstance(e, Example)}
        proved = any(isinstance(e, Proof) for e in self.evidence)
        if proved and "refuted" in shown:
            raise EvidenceError(f"{self.claim.key} is both proved and refuted")
        if "refuted" in shown:
            return "refuted"
        if "tight" in shown and (proved or self.claim.conclusion is None):
            return "tight"
        if proved:
            return "proved"
        kinds = {type(e) for e in self.evidence}
        return "measured" if Measurement in kinds else "cited" if Citation in kinds else "unsettled"

    @property
    def slide(self) -> int | None:
        """The slide of the claim."""
        return self.claim.slide

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """The hypotheses that the proof used."""
        return next((e.hypotheses for e in self.evidence if isinstance(e, Proof)), ())

    @property
    def source(self) -> str:
        """Where the evidence comes from, in a few words."""
        parts = [e.what if isinstance(e, Example) else e.source for e in self.evidence
                 if isinstance(e, (Example, Citation))]
        return "; ".join(parts)


def _globals(module: str, kind: Any) -> Iterator[Any]:
    seen: set[int] = set()
    for value in vars(import_module(module)).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, kind) and id(item) not in seen:
                seen.add(id(item))
                yield item


def evidence_of(topic: str) -> tuple[Evidence, ...]:
    """Return the evidence of a topic: its proof file and its simulation file."""
    homes = (f"sgdtheory.proofs.{topic}", f"sgdtheory.simulations.{topic}")
    return tuple(item for home in homes for item in _globals(home, Evidence))


def claims_of(topic: str) -> tuple[Claim, ...]:
    """Return the claims of a topic, in the order in which it states them."""
    return tuple(_globals(f"sgdtheory.theory.{topic}", Claim))


def ledger(topics: Iterable[str] = TOPICS) -> list[Row]:
    """Return one row a claim: the claim, its slide, its status and its evidence."""
    rows = []
    for topic in topics:
        found = evidence_of(topic)
        for claim in claims_of(topic):
            own = tuple(item for item in found if item.claim is claim)
            rows.append(Row(topic, claim, own))
    return rows


def prove(topic: str) -> list[Proof]:
    """Return the theorems of a topic, each checked by the kernel when its file was imported."""
    if topic not in TOPICS:
        raise ValueError(f"topic={topic!r} is not a topic of the lecture; choose one of "
                         f"{', '.join(TOPICS)}")
    return list(_globals(f"sgdtheory.proofs.{topic}", Proof))
