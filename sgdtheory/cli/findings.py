"""What is found about the claims of a topic, each joined to its evidence.

A claim that the lecture states wrongly is as it should be when it is refuted. What is not as it
should be: a claim without evidence or with contradictory evidence, a violated verdict on something
that should hold, a control that was not caught though it could be seen, and code that fails. A
control that too few replicas could not show leaves a verdict without a control, which is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sgdtheory import script
from sgdtheory.evidence import Measurement, Proof, Row, ledger
from sgdtheory.montecarlo.memory import TooMuch
from sgdtheory.verdict import Verdict, controls

__all__ = ["Finding", "of_topic"]

SHOWN = 3
"""How many verdicts on one claim the table shows."""


@dataclass(frozen=True)
class Finding:
    """One claim, or a topic's simulation, and whether the evidence is as it should be.

    `lacks` says which control is missing, where one could not be seen with so few replicas;
    `remark` is the claim's correction: what is true instead, or what else is to be known.
    """

    topic: str
    key: str
    slide: int | None
    status: str
    ok: bool
    says: str
    why: str
    lacks: str = ""
    remark: str = ""

    def __str__(self) -> str:
        where = "ours" if self.slide is None else f"slide {self.slide}"
        found = f"{self.key:30} {where:9} {self.status:11} {self.says}"
        line = f"{'ok  ' if self.ok else 'FAIL'} {found}{f' [{self.lacks}]' if self.lacks else ''}"
        return line if self.ok or not self.why else f"{line}\n     {self.why}"

    @property
    def on_claim(self) -> bool:
        """Whether this is about one claim, not about a simulation or a file of evidence."""
        return ", " not in self.key

    def row(self) -> str:
        """Return the finding as a row of a Markdown table."""
        cells = (self.topic, self.key, "" if self.slide is None else str(self.slide), self.status,
                 self._as_it_should_be(), self.says, self.remark, self.why)
        plain = (" ".join(cell.split()).replace("|", r"\|") for cell in cells)
        return f"| {' | '.join(plain)} |"

    def _as_it_should_be(self) -> str:
        if not self.ok:
            return "NO"
        return f"yes; {self.lacks}" if self.lacks else "yes"


def of_topic(topic: str, runs: int, seed: int, place: Path, executor: Any = None,
             progress: Callable[[int, int, str], None] | None = None) -> list[Finding]:
    """Prove, compute and simulate `topic`; write its figures and numbers to `place`."""
    if progress is not None:
        progress(0, 1, f"proving {topic}")
    try:
        rows = ledger([topic])
    except Exception as error:  # evidence is code: whatever it raises is the finding
        return [_broken(topic, "evidence", error)]
    try:
        verdicts = _simulated(topic, runs, seed, place, executor, progress)
    except TooMuch as error:  # that is the request's fault, and not the topic's
        raise TooMuch(f"{topic} with runs={runs}: {error}") from error
    except Exception as error:  # so is a simulation
        return [*[_joined(row, {}, runs) for row in rows], _broken(topic, "simulation", error)]
    return [*[_joined(row, verdicts, runs) for row in rows], _controls(topic, verdicts, runs)]


def _simulated(topic: str, runs: int, seed: int, place: Path, executor: Any,
               progress: Any) -> Mapping[str, Verdict]:
    simulation: Any = import_module(f"sgdtheory.simulations.{topic}")
    result = simulation.run(runs, seed, executor, progress)
    script.keep(simulation, result, place)
    verdicts: Mapping[str, Verdict] = result.verdicts
    return verdicts


def _joined(row: Row, verdicts: Mapping[str, Verdict], runs: int) -> Finding:
    """Return the finding on one claim."""
    names = [item.name for item in row.evidence if isinstance(item, Measurement)]
    try:
        status = row.status
    except ValueError as error:
        status, wrong = "contradicted", str(error)
    else:
        wrong = _wrong(row, status, names, verdicts, runs)
    shown = _measured(row.topic, {name: verdicts[name] for name in names if name in verdicts})
    lacks = next(filter(None, (controls.remark(name, verdicts, runs) for name in names)), "")
    if not wrong and status == "measured" and _open(names, verdicts):
        lacks = f"open: too few runs to say anything; {controls.ENOUGH_RUNS} are enough"
    return Finding(row.topic, row.claim.key, row.slide, status, not wrong, row.claim.says,
                   wrong or "; ".join(filter(None, (shown, row.source, _integrable(row)))), lacks,
                   row.claim.correction)


def _measured(topic: str, verdicts: Mapping[str, Verdict]) -> str:
    """Return in a few words what the verdicts on a claim are; the topic's file has the rest."""
    said = [f"{name}: {_brief(verdict)}" for name, verdict in list(verdicts.items())[:SHOWN]]
    more = len(verdicts) - len(said)
    return "; ".join([*said, f"{more} more in {topic}.json"] if more > 0 else said)


def _brief(verdict: Verdict) -> str:
    """Return the word of a verdict, its ratio, and how many replicas it rests on, if any."""
    rests = (f"{verdict.runs} runs, delta {verdict.delta:g}" if verdict.runs > 1
             else "nothing is random")
    at = f"{verdict.time:.4g}" if isinstance(verdict.time, float) else verdict.time
    return f"{verdict.status}, mean/claimed {verdict.ratio:.4g} at {at}, {rests}"


def _integrable(row: Row) -> str:
    """Return what the proof takes as integrable, which no claim states."""
    tokens = [token for item in row.evidence if isinstance(item, Proof)
              for token in item.integrable]
    return f"integrable: {', '.join(tokens)}" if tokens else ""


def _wrong(row: Row, status: str, names: list[str], verdicts: Mapping[str, Verdict],
           runs: int) -> str:
    """Return what is not as it should be, or nothing."""
    missing = [name for name in names if name not in verdicts]
    if status == "unsettled":
        return "unsettled: there is no proof, example, citation or measurement of it"
    if status == "refuted" and not (_stated_wrongly(row) or row.claim.correction):
        return "refuted, and the theory file does not say that the lecture is wrong here"
    if status in ("proved", "tight") and _stated_wrongly(row):
        return "its name says that the lecture is wrong here, and it is proved"
    if missing:
        return f"the simulation has no verdict called {missing[0]!r}"
    if failed := [name for name in names if name in controls.failures(verdicts, runs)]:
        return f"{failed[0]}: {verdicts[failed[0]]}"
    if status == "measured" and _open(names, verdicts) and runs >= controls.ENOUGH_RUNS:
        return f"unsettled: {names[0]}: {verdicts[names[0]]}"
    return ""


def _open(names: list[str], verdicts: Mapping[str, Verdict]) -> bool:
    """Say whether no verdict of a measured claim says anything: too few runs."""
    return all(verdicts[name].status == "inconclusive" for name in names)


def _stated_wrongly(row: Row) -> bool:
    """Say whether the claim's name in its topic ends with ``_as_stated``."""
    home = vars(import_module(f"sgdtheory.theory.{row.topic}"))
    return any(value is row.claim and name.endswith("_as_stated") for name, value in home.items())


def _controls(topic: str, verdicts: Mapping[str, Verdict], runs: int) -> Finding:
    """Return the finding on all verdicts of the simulation, joined to a claim or not."""
    failed = controls.failures(verdicts, runs)
    planted = sum(name.startswith(controls.MUST_FALL) for name in verdicts)
    why = f"{controls.complaint(failed[0])}: {verdicts[failed[0]]}" if failed else ""
    return Finding(topic, f"{topic}, simulation", None, "measured", not failed,
                   f"{len(verdicts)} verdicts, {planted} of them on falsehoods that must be "
                   "caught.", why, controls.summary(verdicts, runs))


def _broken(topic: str, what: str, error: Exception) -> Finding:
    return Finding(topic, f"{topic}, {what}", None, "broken", False, f"The {what} cannot be read.",
                   f"{type(error).__name__}: {error}")
