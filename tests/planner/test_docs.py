"""The page on planning is true: its sessions run, and its commands do what it says."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from sgdtheory.cli import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "planning.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.chance(1e-9)
def test_the_sessions_of_the_page_run_and_show_what_is_printed():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried > 20) == (0, True)


def test_a_session_that_lies_would_be_seen():
    lie = TEXT.partition("## From data")[0].replace("15.49", "15.48")
    parsed = doctest.DocTestParser().get_doctest(lie, {}, "lie", str(PAGE), 0)
    runner = doctest.DocTestRunner(verbose=False)
    assert runner.run(parsed, out=lambda text: None).failed == 1


def test_the_commands_of_the_page_succeed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sgdtheory.picture.render", lambda figure, kind: b"")
    commands = re.search(r"^```sh\n(.*?)^```$", TEXT, re.M | re.S).group(1).splitlines()
    assert len(commands) == 2
    for command in commands:
        assert main([*shlex.split(command)[1:], "--no-simulate", "--out", str(tmp_path)]) == 0
        assert "The cheapest plan" in capsys.readouterr().out
