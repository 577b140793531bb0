"""The page on judging is true: its sessions are doctests, and its test files run and pass."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "judging.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
FILES = {block.split()[1]: block for block in BLOCKS if block.startswith("# test_")}


@pytest.mark.chance(6e-9)
def test_the_sessions_of_the_page_run_and_show_what_is_printed():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried > 20) == (0, True)


def test_a_session_that_lies_would_be_seen():
    lie = PAGE.read_text(encoding="utf-8").replace("'holds'", "'proved'")
    parsed = doctest.DocTestParser().get_doctest(lie, {}, "lie", str(PAGE), 0)
    runner = doctest.DocTestRunner(verbose=False)
    assert runner.run(parsed, out=lambda text: None).failed > 0


def test_every_python_block_is_a_session_or_a_test_file():
    assert len(FILES) == 2
    assert all(block.startswith(">>>") for block in BLOCKS if block not in FILES.values())


@pytest.mark.chance(13e-9)
def test_the_test_files_of_the_page_pass_and_spend_what_the_page_says(pytester):
    for name, text in FILES.items():
        (pytester.path / name).write_text(text)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["*exact_law (10 checks)", "*at most 1.3e-08 (budget 1e-06)"])
