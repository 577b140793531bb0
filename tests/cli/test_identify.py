"""``sgdtheory identify``: its table, its exit codes, its refusals."""

from __future__ import annotations

import pytest

from sgdtheory.cli import main

MODULE = """
def plain():
    return lambda w, g: w - 0.1 * g

def odd():
    return lambda w, g: w - 0.1 * g / (1 + g * g) ** 0.25

nothing = 3
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return the name of a module in the current folder."""
    (tmp_path / "mine_to_identify.py").write_text(MODULE)
    (tmp_path / "broken_to_identify.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
    return "mine_to_identify"


def test_a_known_rule_is_printed_with_exit_code_0(module, capsys) -> None:
    assert main(["identify", f"{module}:plain", "--adapter", "callable"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("it is slide SGD: SGD(alpha=0.1)\ncompared at alpha=0.1 (estimated)")


def test_an_unknown_rule_has_exit_code_1(module, capsys) -> None:
    assert main(["identify", f"{module}:odd", "--adapter", "callable"]) == 1
    assert "it is no known rule" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "message"), [
    (["mine_to_identify", "--adapter", "callable"], "must be written module:name"),
    (["no_such_module:x", "--adapter", "callable"], "no_such_module cannot be imported"),
    (["mine_to_identify:x", "--adapter", "callable"], "mine_to_identify has no x"),
    (["mine_to_identify:nothing", "--adapter", "callable"], "must be a function or a class; got 3"),
    (["broken_to_identify:x", "--adapter", "callable"], "raised ZeroDivisionError"),
    (["mine_to_identify:plain", "--adapter", "mxnet"], "invalid choice: 'mxnet'"),
    (["mine_to_identify:plain", "--adapter", "callable", "--given", "lr=0.1"], "got 'lr'"),
    (["mine_to_identify:plain", "--adapter", "callable", "--given", "alpha"], "letter=number"),
    (["mine_to_identify:plain", "--adapter", "callable", "--tol", "0"], "tol, the relative"),
])
def test_bad_input_has_exit_code_2_and_a_reason(module, arguments, message, capsys) -> None:
    assert main(["identify", *arguments]) == 2
    assert message in capsys.readouterr().err
