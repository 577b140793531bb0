"""The page on conformance is true: its sessions are doctests."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
TEXT = PAGE.read_text(encoding="utf-8")


def failures(text: str) -> int:
    """Return how many examples of a text do not show what they print."""
    parsed = doctest.DocTestParser().get_doctest(text, {}, "page", str(PAGE), 0)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    return runner.run(parsed, out=lambda text: None).failed


def test_the_sessions_of_the_page_run_and_show_what_is_printed() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)
    assert len(blocks) == 4 and all(block.startswith(">>>") for block in blocks)
    assert failures(TEXT) == 0


def test_a_session_that_lies_would_be_seen() -> None:
    first = TEXT.partition("## In a test")[0]
    assert failures(first.replace("'epsilon inside the square root'", "'no epsilon'")) == 1


def test_the_page_says_what_the_probe_is() -> None:
    from sgdtheory.conformance.probe import SCALES, design

    probe = design()
    assert f"One run of {len(probe.gradients)} steps" in TEXT
    assert f"with {len(probe.labels)} parameters" in TEXT and len(SCALES) == 9
