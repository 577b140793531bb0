"""The installed command, as a process of its own: weight, exit codes, a real Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sgdtheory import __version__
from sgdtheory.data import path

COMMAND = Path(sys.executable).with_name("sgdtheory")
CHECK = ("check", path("diabetes"), "--target", "y", "--loss", "ridge", "--l2", "0.1", "--alpha",
         "0.01", "--batch", "4", "--steps", "240", "--runs", "6144")


def end(process):
    """End the group of a process that should have ended: a failure leaves nothing behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def start(*arguments):
    """Start the command in a group of its own that heeds Ctrl-C even where the tests do not."""
    heed = ("import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
            "os.execv(sys.argv[1], sys.argv[1:])")
    words = [str(word) for word in (sys.executable, "-c", heed, COMMAND, *arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            start_new_session=True)


def run(*arguments, door=(COMMAND,)):
    words = [str(word) for word in (*door, *arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("door", [(COMMAND,), (sys.executable, "-m", "sgdtheory")])
def test_both_doors_lead_to_the_command(door):
    done = run("--version", door=door)
    assert (done.returncode, done.stdout) == (0, f"sgdtheory {__version__}\n")


def test_help_names_every_command_and_the_exit_codes():
    done = run("--help")
    assert done.returncode == 0 and "130" in done.stdout
    for name in ("list", "prove", "simulate", "verify", "check", "plan"):
        assert f"\n    {name} " in done.stdout


@pytest.mark.parametrize(("code", "heavy"), [
    ("import sgdtheory", ["sympy", "matplotlib", "scipy"]),
    ("from sgdtheory.cli import _parser; _parser()", ["sympy", "matplotlib", "scipy", "numpy"]),
])
def test_importing_is_light(code, heavy):
    """Which modules are loaded is what makes the time, and unlike a time it is certain."""
    show = f"{code}; import sys; print([name for name in {heavy} if name in sys.modules])"
    assert run("-c", show, door=(sys.executable,)).stdout == "[]\n"


def test_bad_input_ends_with_2_and_no_traceback(tmp_path):
    done = run("check", tmp_path / "no.csv", *CHECK[2:], "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "") and "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The result of one process that nobody interrupts."""
    out = tmp_path_factory.mktemp("whole")
    done = run(*CHECK, "--out", out)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "check.json").read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_keeps_the_finished_parts_and_the_same_command_resumes(
        tmp_path, whole, workers):
    """As on a terminal: the interrupt reaches the command and its workers at once."""
    cut = tmp_path / "cut"
    process = start(*CHECK, "--workers", workers, "--out", cut)
    while process.poll() is None and len(list(cut.rglob("block-*.npz"))) < 2:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    try:
        _, err = process.communicate(timeout=60)
    finally:
        end(process)
    assert process.returncode == 130, err
    assert "the same command goes on from there" in err and "Traceback" not in err
    assert not (cut / "check.json").exists()
    assert 2 <= len(list(cut.rglob("block-*.npz"))) < 24
    assert run(*CHECK, "--workers", workers, "--out", cut).returncode == 0
    assert not (cut / "parts").exists()
    assert json.loads((cut / "check.json").read_text()) == whole


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_a_second_interrupt_does_not_wait_for_the_parts_under_way(tmp_path):
    """A million steps a part would take minutes."""
    process = start(*CHECK, "--steps", "1000000", "--workers", "2", "--out", tmp_path)
    too_late = threading.Timer(60, end, [process])
    too_late.start()
    try:
        while process.poll() is None and not list(tmp_path.glob("parts/*")):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        said = "".join(process.stderr.readline() for _ in range(2))
        assert "finishing the parts under way; interrupt again to drop them" in said
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
    finally:
        too_late.cancel()
        end(process)
    assert process.returncode == 130
