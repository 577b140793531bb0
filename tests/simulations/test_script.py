"""The door of the scripts: what it prints, writes, refuses and returns."""

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sgdtheory.simulations import measuring, noise_ball

from sgdtheory import script
from sgdtheory.verdict import Verdict

HOLDS = Verdict("holds", 0.5, 3, 0.01, 1e-9, 1.0, 64, tol=0.0)
VIOLATED = Verdict("violated", 2.0, 3, 0.01, 1e-9, 99.0, 64)
UNSEEN = Verdict("not refuted", 1.01, 3, 0.2, 1e-9, 1.0, 64, planted=0.05)
SEEN = Verdict("not refuted", 1.01, 3, 0.04, 1e-9, 1.0, 64, planted=0.05)


@dataclass(frozen=True)
class Result:
    at: np.ndarray
    limit: float
    verdicts: dict[str, Verdict]


def draw_line(result, ax):
    ax.plot(result.at, result.at)


def stub(verdicts, run=None):
    """Return a simulation whose run gives these verdicts, and the calls that it got."""
    calls = []

    def default(runs, seed, executor, progress):
        calls.append((runs, seed))
        if progress:
            progress(1, 2, "half")
        return Result(np.arange(3.0), math.inf, verdicts)

    return SimpleNamespace(__doc__="A stub.\n\nMore.", __file__="/anywhere/stub.py", Result=Result,
                           PANELS=(draw_line,), run=run or default, calls=calls)


def test_a_good_run_prints_one_verdict_a_line_and_returns_0(tmp_path, capsys):
    simulation = stub({"bound": HOLDS, "control: bound": VIOLATED, "refuted: slide": VIOLATED})
    assert script.main(simulation, ["--runs", "7", "--seed", "5", "--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["ok   bound", "ok   control",
                                                          "ok   refuted"]
    assert simulation.calls == [(7, 5)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stub.json", "stub.png", "stub.svg"]


@pytest.mark.parametrize(("verdicts", "said"), [
    ({"bound": VIOLATED}, "'bound' is refuted"),
    ({"control: bound": HOLDS}, "'control: bound' was not caught"),
    ({"refuted: slide": HOLDS}, "'refuted: slide' was not caught")])
def test_a_refuted_claim_and_an_uncaught_control_return_1_and_say_so(tmp_path, capsys, verdicts,
                                                                      said):
    assert script.main(stub(verdicts), ["--out", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("FAIL ")
    assert said in printed.err


def test_a_control_that_could_not_be_seen_is_told_in_one_line_and_returns_0(tmp_path, capsys):
    verdicts = {"bound, attained": HOLDS, "control: bound, 5% too loose": UNSEEN, "other": HOLDS}
    assert script.main(stub(verdicts), ["--runs", "512", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    bound, control, other = printed.out.splitlines()
    assert bound.startswith("ok   bound") and "without a control, which needs about" in bound
    assert control.startswith("open control: bound, 5% too loose: inconclusive: needs about --runs")
    assert other.startswith("ok   other") and "without" not in other
    assert printed.err == ("stub: inconclusive: 1 of 1 controls could not be seen with --runs 512, "
                           "which leaves verdicts without a control; needs about --runs 4096\n")


@pytest.mark.parametrize(("verdict", "runs"), [(SEEN, 512), (UNSEEN, 4096), (UNSEEN, 9999)])
def test_a_control_that_could_be_seen_or_is_missed_at_the_full_size_returns_1(
        tmp_path, capsys, verdict, runs):
    verdicts = {"bound, attained": HOLDS, "control: bound, 5% too loose": verdict}
    assert script.main(stub(verdicts), ["--runs", str(runs), "--out", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert "'control: bound, 5% too loose' was not caught" in printed.err
    assert "FAIL control: bound" in printed.out and "inconclusive" not in printed.out


@pytest.mark.parametrize("options", [["--runs", "1"], ["--seed", "-1"], ["--workers", "0"],
                                     ["--runs", "many"], ["--nonsense"]])
def test_bad_options_return_2_before_anything_is_computed(options, capsys):
    simulation = stub({})
    with pytest.raises(SystemExit) as stopped:
        script.main(simulation, options)
    assert stopped.value.code == 2
    assert simulation.calls == []
    assert options[0] in capsys.readouterr().err


def test_an_unwritable_folder_is_found_before_anything_is_computed(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    simulation = stub({})
    assert script.main(simulation, ["--out", str(tmp_path / "file" / "out")]) == 2
    assert simulation.calls == []
    assert "cannot be written" in capsys.readouterr().err


def test_what_the_simulation_refuses_returns_2_without_a_traceback(tmp_path, capsys):
    def refuse(*arguments):
        raise ValueError("the simulation needs 3 TiB")

    assert script.main(stub({}, refuse), ["--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "stub: the simulation needs 3 TiB\n"


def test_an_interrupt_returns_130_and_leaves_no_half_file(tmp_path, capsys):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    assert script.main(stub({}, interrupted), ["--out", str(tmp_path)]) == 130
    assert list(tmp_path.iterdir()) == []
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_shown_on_a_terminal_only(tmp_path, capsys, monkeypatch, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    script.main(stub({"bound": HOLDS}), ["--out", str(tmp_path)])
    assert ("half: 1/2" in capsys.readouterr().err) is terminal


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    script.write(path, b"old")

    def full(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        script.write(path, b"new")
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [b"old"]


def test_a_saved_result_is_strict_json_and_comes_back_bit_for_bit(tmp_path):
    result = Result(np.array([0.1, np.inf, -np.inf, 1 / 3]), math.nan, {"bound": HOLDS})
    script.save(result, tmp_path / "r.json")
    json.loads((tmp_path / "r.json").read_text(),
               parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    back = script.load(tmp_path / "r.json", Result)
    assert back.at.tolist() == result.at.tolist()
    assert math.isnan(back.limit)
    assert str(back.verdicts["bound"]) == str(HOLDS)


@pytest.mark.parametrize("content", ["{", "[]", '{"result": {"at": []}}', '{"result": {"x": 1}}'])
def test_a_damaged_result_is_refused(tmp_path, content):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(ValueError, match="does not hold a result"):
        script.load(tmp_path / "r.json", Result)


def test_the_reader_may_leave_before_the_end(tmp_path):
    """``| head`` closes the pipe: no traceback, and the files are there."""
    file = Path(noise_ball.__file__).with_name("bias_correction.py")
    command = f"{sys.executable} {file} --runs 16 --out {tmp_path}; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"({command}) | true"], capture_output=True, text=True,
                          timeout=120, check=False)
    assert "Traceback" not in done.stderr
    assert (tmp_path / "bias_correction.json").exists()


def test_the_file_is_a_script(tmp_path):
    """16 runs are too few for the controls, which is told and is no failure."""
    done = subprocess.run([sys.executable, noise_ball.__file__, "--runs", "16", "--workers", "2",
                           "--out", str(tmp_path)], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0
    assert "could not be seen with --runs 16" in done.stderr
    assert {line[:5] for line in done.stdout.splitlines()} == {"ok   ", "open "}
    assert len(list(tmp_path.iterdir())) == 3


def test_numbers_that_are_not_random_must_agree_to_12_digits():
    """The control: a relative difference of 2e-12 is caught, one of 5e-13 is rounding."""
    at = np.arange(1, 4)
    assert measuring.certain(at * (1 + 5e-13), at, at).status == "holds"
    wrong = measuring.certain(np.array([1, 2, 3 * (1 + 2e-12)]), at, at)
    assert wrong.status == "violated"
    assert wrong.time == 3
    assert "violated" in str(wrong)
