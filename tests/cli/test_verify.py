"""``list``, ``prove``, ``simulate`` and ``verify`` on a small topic in which faults are planted."""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from types import ModuleType

import pytest
from sgdtheory.proofs import bias_correction

import sgdtheory.evidence
import sgdtheory.theory
from sgdtheory.evidence import Citation, Example, Measurement, Proof
from sgdtheory.logic.claim import Claim
from sgdtheory.verdict import Verdict

PROOF = next(item for value in vars(bias_correction).values()
             for item in (value if isinstance(value, tuple) else (value,))
             if isinstance(item, Proof))
SOUND = Verdict("not refuted", 0.9, 7, 0.05, 1e-9, -1.0, 64)
BROKEN = Verdict("violated", 1.9, 7, 0.05, 1e-9, 99.0, 64)
BLIND = Verdict("inconclusive", 0.9, 7, math.inf, 1e-9, -1.0, 64)


@dataclass(frozen=True)
class Result:
    verdicts: dict[str, Verdict]


class Topic:
    """A topic ``toy`` in three modules; its parts may be changed before the command runs."""

    def __init__(self, monkeypatch):
        self.proved, self.cited = PROOF.claim, Claim("toy.S2-a", "Somebody else showed it.")
        self.measured = Claim("toy.S2-b", "It was | measured.")
        self.wrong = Claim("toy.S3-a", "The lecture says so.", correction="It is not so.")
        self.verdicts = {"toy": SOUND, "control: toy": BROKEN}
        self.parts = {name: ModuleType(f"sgdtheory.{name}.toy")
                      for name in ("theory", "proofs", "simulations")}
        for name, module in self.parts.items():
            monkeypatch.setitem(sys.modules, f"sgdtheory.{name}.toy", module)
        self.theory, self.proofs, self.simulation = self.parts.values()
        self.theory.__dict__.update(proved=self.proved, cited=self.cited, measured=self.measured,
                                    wrong_as_stated=self.wrong)
        self.proofs.__dict__.update(evidence=(
            PROOF, Citation(self.cited, "a book"),
            Example(self.wrong, Fraction(-1), "a counterexample")))
        self.simulation.__dict__.update(
            __doc__="The toy.", __file__="toy.py", PANELS=(lambda result, ax: None,),
            run=self.run, measurements=(Measurement(self.measured, "toy"),))
        for home in (sgdtheory.theory, sgdtheory.evidence):
            monkeypatch.setattr(home, "TOPICS", ("toy",))
        self.runs = []

    def run(self, runs=4096, seed=0, executor=None, progress=None):
        self.runs.append((runs, seed, executor is not None))
        return Result(self.verdicts)


@pytest.fixture
def toy(monkeypatch):
    return Topic(monkeypatch)


def test_sound_claims_are_verified_and_a_refuted_lecture_is_a_success(command, toy, tmp_path):
    code, out, err = command("verify", "--runs", "64", "--seed", "3", "--out", tmp_path)
    assert (code, err) == (0, "") and "FAIL" not in out and toy.runs == [(64, 3, False)]
    assert re.search(r"ok +toy.S3-a +slide 3 +refuted", out) and "0 not as they should be" in out
    table = json.loads((tmp_path / "claims.json").read_text())
    assert [claim["status"] for claim in table["claims"]][1:] == ["cited", "measured", "refuted",
                                                                  "measured"]
    assert "| The lecture says so. | It is not so. |" in (tmp_path / "claims.md").read_text()
    assert r"It was \| measured." in (tmp_path / "claims.md").read_text()
    assert (tmp_path / "toy.svg").exists() and not (tmp_path / "unfinished").exists()


def planted_unsettled(toy):
    toy.theory.extra = Claim("toy.S9-a", "Nobody knows.")


def planted_violated(toy):
    toy.verdicts = {"toy": BROKEN}


def planted_unjoined_violation(toy):
    toy.verdicts = {"toy": SOUND, "something else": BROKEN}


def planted_blind_control(toy):
    toy.verdicts = {"toy": SOUND, "control: toy": SOUND}


def planted_inconclusive(toy):
    toy.verdicts = {"toy": BLIND}


def planted_missing_verdict(toy):
    toy.verdicts = {}


def planted_contradiction(toy):
    toy.proofs.more = Example(toy.proved, Fraction(-1), "a counterexample")


def planted_refutation_of_what_should_hold(toy):
    toy.proofs.more = Example(toy.measured, Fraction(-1), "a counterexample")


def planted_proof_of_what_is_said_to_be_wrong(toy):
    toy.theory.proved_as_stated = toy.proved


def planted_failing_simulation(toy):
    toy.simulation.run = lambda *_: 1 / 0


def planted_unreadable_simulation(toy):
    toy.simulation.run = lambda *_: object()


@pytest.mark.parametrize(("plant", "said"), [
    (planted_unsettled, "toy.S9-a: unsettled: there is no proof, example, citation or measurement"),
    (planted_violated, r"toy.S2-b: toy: violated: mean / claimed = 1.9"),
    (planted_unjoined_violation, "toy, simulation: 'something else' is refuted: violated"),
    (planted_blind_control, "toy, simulation: 'control: toy' was not caught: .*: not refuted"),
    (planted_inconclusive, "toy.S2-b: unsettled: toy: inconclusive"),
    (planted_missing_verdict, "toy.S2-b: the simulation has no verdict called 'toy'"),
    (planted_contradiction, "is both proved and refuted"),
    (planted_refutation_of_what_should_hold, "toy.S2-b: refuted, and the theory file does not say"),
    (planted_proof_of_what_is_said_to_be_wrong, "the lecture is wrong here, and it is proved"),
    (planted_failing_simulation, "toy, simulation: ZeroDivisionError: division by zero"),
    (planted_unreadable_simulation, "toy, simulation: (Attribute|Type)Error"),
])
def test_a_planted_fault_exits_with_1_and_is_named(command, toy, tmp_path, plant, said):
    plant(toy)
    code, out, err = command("verify", "toy", "--out", tmp_path)
    assert code == 1 and "FAIL" in out and re.search(said, err), err
    assert json.loads((tmp_path / "claims.json").read_text())["failed"] >= 1


UNSEEN = Verdict("not refuted", 0.99, 7, 0.5, 1e-9, -1.0, 64, 0.4, planted=-0.05)
SEEN = Verdict("not refuted", 0.99, 7, 0.5, 1e-9, -1.0, 64, 0.04, planted=-0.05)


def test_a_control_too_small_for_so_few_runs_is_told_everywhere_and_exits_with_0(
        command, toy, tmp_path):
    toy.verdicts = {"toy": SOUND, "control: toy, 5% too loose": UNSEEN}
    code, out, err = command("verify", "--runs", "512", "--out", tmp_path)
    assert code == 0 and "FAIL" not in out
    words = "without a control, which needs about --runs 4096"
    assert re.search(rf"ok +toy.S2-b .*\[{words}\]", out)
    said = "inconclusive: 1 of 1 controls could not be seen with --runs 512"
    assert f"sgdtheory: toy: {said}" in err
    table = json.loads((tmp_path / "claims.json").read_text())
    assert [claim["lacks"][:23] for claim in table["claims"]] == ["", "", words[:23], "", said[:23]]
    assert f"yes; {words}" in (tmp_path / "claims.md").read_text()
    code, out, err = command("simulate", "toy", "--runs", "512", "--out", tmp_path)
    assert code == 0 and words in out and said in err


@pytest.mark.parametrize("name", ["verify", "simulate"])
@pytest.mark.parametrize(("verdict", "runs"), [(SEEN, 512), (UNSEEN, 4096)])
def test_a_control_that_could_be_seen_and_was_not_exits_with_1(
        command, toy, tmp_path, name, verdict, runs):
    toy.verdicts = {"toy": SOUND, "control: toy, 5% too loose": verdict}
    code, out, err = command(name, "toy", "--runs", runs, "--out", tmp_path)
    assert code == 1 and "FAIL" in out and "without a control" not in out
    assert "'control: toy, 5% too loose' was not caught" in err


@pytest.mark.parametrize("name", ["verify", "simulate"])
def test_the_help_says_which_size_all_controls_need(command, name):
    code, out, _ = command(name, "--help")
    assert code == 0 and "default 4096, which all controls need" in " ".join(out.split())


def test_a_proof_that_cannot_be_imported_exits_with_1_and_says_why(
        command, toy, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sgdtheory.proofs.toy", None)
    code, _, err = command("verify", "--out", tmp_path)
    assert code == 1 and "toy, evidence: ModuleNotFoundError" in err
    for arguments in (("list",), ("prove",)):
        code, _, err = command(*arguments)
        assert code == 1 and "ModuleNotFoundError" in err
    assert "toy.S2-b" in command("list")[1]


def test_an_interrupted_verify_resumes_behind_the_topics_it_has_finished(
        command, toy, tmp_path, monkeypatch):
    monkeypatch.setattr(sgdtheory.theory, "TOPICS", ("toy", "more"))
    for name, module in toy.parts.items():
        copy = ModuleType(f"sgdtheory.{name}.more")
        copy.__dict__.update({key: value for key, value in vars(module).items()
                              if not key.startswith("__") or key in ("__doc__", "__file__")})
        monkeypatch.setitem(sys.modules, f"sgdtheory.{name}.more", copy)

    def interrupted(*_):
        raise KeyboardInterrupt

    more = sys.modules["sgdtheory.simulations.more"]
    monkeypatch.setattr(more, "run", interrupted)
    code, _, err = command("verify", "--out", tmp_path)
    assert code == 130 and "1 of 2 topics are kept" in err and len(toy.runs) == 1
    monkeypatch.setattr(more, "run", toy.run)
    resumed = command("verify", "--out", tmp_path)
    assert resumed[0] == 0 and len(toy.runs) == 2
    again = command("verify", "--out", tmp_path)
    assert resumed == again and len(toy.runs) == 4


def test_other_settings_and_damaged_files_are_not_resumed_from(toy, tmp_path):
    from sgdtheory.cli import findings, keeping

    found, file = findings.of_topic("toy", 64, 0, tmp_path), tmp_path / "kept.json"
    keeping.write(file, keeping.fingerprint("toy", 64, 0), found)
    assert keeping.read(file, keeping.fingerprint("toy", 64, 0)) == found
    assert keeping.read(file, keeping.fingerprint("toy", 64, 1)) is None
    file.write_text(file.read_text()[:-9])
    assert keeping.read(file, keeping.fingerprint("toy", 64, 0)) is None


def test_what_has_failed_is_not_kept(toy, tmp_path):
    from sgdtheory.cli import findings, keeping

    planted_violated(toy)
    keeping.write(tmp_path / "kept.json", "mark", findings.of_topic("toy", 64, 0, tmp_path))
    assert not (tmp_path / "kept.json").exists()


def test_claims_and_simulations_are_counted_apart_and_cells_are_short(command, toy, tmp_path):
    toy.verdicts = {**toy.verdicts, **{f"more {i}": replace(SOUND, runs=1) for i in range(9)}}
    toy.simulation.more = tuple(Measurement(toy.measured, name) for name in toy.verdicts
                                if name.startswith("more"))
    code, out, _ = command("verify", "--runs", "64", "--out", tmp_path)
    assert code == 0 and re.search(r"^4 claims: .*; 1 simulation; 0 not as", out, re.MULTILINE)
    table = (tmp_path / "claims.md").read_text()
    assert "toy: not refuted, mean/claimed 0.9 at 7, 64 runs, delta 1e-09; more 0" in table
    assert "7 more in toy.json" in table and "1 runs" not in table
    assert max(map(len, table.splitlines())) < 600 < len("; ".join(map(str, toy.verdicts.values())))


def test_what_a_proof_takes_as_integrable_is_told(command, toy, tmp_path, monkeypatch):
    command("verify", "toy", "--out", tmp_path)
    assert "integrable: W in L2" not in (tmp_path / "claims.md").read_text()
    monkeypatch.setattr(Proof, "integrable", ("W in L2",))
    command("verify", "toy", "--out", tmp_path)
    assert "integrable: W in L2" in (tmp_path / "claims.md").read_text()


def test_list_prints_key_slide_status_and_words(command, toy):
    code, out, err = command("list", "toy")
    assert (code, err) == (0, "")
    assert re.search(r"^toy.S2-a +slide 2 +cited +Somebody else showed it.$", out, re.MULTILINE)
    assert len(out.splitlines()) == 4


@pytest.mark.parametrize(("format", "sign"), [("markdown", "**Proof.**"), ("latex", r"\textbf")])
def test_prove_prints_numbered_prose(command, toy, format, sign):
    code, out, err = command("prove", "toy", "--format", format)
    assert (code, err) == (0, "") and sign in out and "1. " in out and "QED" in out


def test_simulate_does_what_the_script_does(command, toy, tmp_path):
    arguments = ("simulate", "toy", "--runs", "64", "--out", tmp_path)
    code, out, err = command(*arguments)
    assert code == 0 and "ok   control: toy: violated" in out
    assert {file.name for file in tmp_path.iterdir()} == {"toy.json", "toy.png", "toy.svg"}
    toy.verdicts = {"toy": BROKEN}
    code, _, err = command(*arguments)
    assert code == 1 and "'toy' is refuted" in err


def test_a_topic_without_simulation_is_refused_by_simulate(command, toy, monkeypatch):
    monkeypatch.setattr(sgdtheory.theory, "TOPICS", ("toy", "bare"))
    code, _, err = command("simulate", "bare")
    assert code == 2 and "the topic 'bare' has no simulation" in err
