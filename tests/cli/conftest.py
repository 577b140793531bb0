"""Small tables, and the command in this process."""

from __future__ import annotations

import pytest

from sgdtheory.cli import main


@pytest.fixture
def command(capsys):
    """Return a function that runs the command and returns its exit code, stdout and stderr."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a CSV file and returns its path."""

    def write(text, name="data.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write
