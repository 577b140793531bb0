"""The line of progress: on a terminal only, and gone at the end."""

from __future__ import annotations

import io

import pytest

from sgdtheory.cli.progress import shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_a_line_that_is_wiped_at_the_end():
    screen = Terminal()
    with shown(screen) as progress:
        progress(1, 4, "simulating")
        assert "[######..................] 1/4 simulating" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_file_sees_nothing():
    screen = io.StringIO()
    with shown(screen) as progress:
        progress(1, 4, "simulating")
    assert screen.getvalue() == ""


def test_the_line_is_wiped_when_the_work_fails():
    screen = Terminal()
    with pytest.raises(ValueError, match="bad"), shown(screen) as progress:
        progress(0, 0, "starting")
        raise ValueError("bad")
    assert screen.getvalue().endswith("\r\x1b[K")
