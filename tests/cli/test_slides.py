"""``sgdtheory slides``: pictures and a page, in two languages, the same bytes every time."""

from __future__ import annotations

import re

import pytest
from sgdtheory.simulations import bias_correction, rmsprop

from sgdtheory.cli import main

FEW = ("--runs", "64")


def slides(place, *arguments, topics=("bias_correction",)):
    return main(["slides", *topics, *FEW, "--out", str(place), *arguments])


def files_of(place):
    return {file.name: file.read_bytes() for file in place.iterdir() if file.is_file()}


@pytest.fixture
def spanish(tmp_path):
    assert slides(tmp_path) == 0
    return files_of(tmp_path)


def test_each_panel_is_a_picture_and_the_page_shows_them_all(tmp_path, spanish, capsys):
    assert slides(tmp_path) == 0
    names = [f"bias_correction-{i + 1}.svg" for i in range(len(bias_correction.PANELS))]
    assert set(spanish) == {*names, "index.html"}
    page = spanish["index.html"].decode()
    assert '<html lang="es">' in page and re.findall(r'img src="([^"]+)"', page) == names
    assert "optimizers.S27-convex" in page and "<td>demostrada</td>" in page
    assert re.search(r"\d pictures of 1 topics; open .*index\.html", capsys.readouterr().out)


def test_the_second_time_nothing_is_simulated_and_every_byte_is_the_same(
        tmp_path, spanish, monkeypatch):
    monkeypatch.setattr(bias_correction, "run", None)
    assert slides(tmp_path) == 0
    assert files_of(tmp_path) == spanish


def test_another_number_of_runs_is_simulated_anew(tmp_path, spanish):
    assert slides(tmp_path, "--runs", "65") == 0
    assert files_of(tmp_path) != spanish


@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_english_and_other_formats(tmp_path, kind, magic):
    assert slides(tmp_path, "--lang", "en", "--format", kind) == 0
    first = files_of(tmp_path)
    assert first[f"bias_correction-1.{kind}"].startswith(magic)
    assert '<html lang="en">' in first["index.html"].decode()
    assert slides(tmp_path, "--lang", "en", "--format", kind) == 0
    assert files_of(tmp_path) == first


def test_what_is_simulated_is_kept_when_the_command_is_interrupted(tmp_path, monkeypatch, capsys):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(rmsprop, "run", interrupted)
    assert slides(tmp_path, topics=("bias_correction", "rmsprop")) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert len(list((tmp_path / "results").glob("bias_correction-*.json"))) == 1


def test_a_language_that_is_not_there_is_refused(tmp_path, capsys):
    assert slides(tmp_path, "--lang", "fr") == 2
    assert "invalid choice: 'fr'" in capsys.readouterr().err


def test_a_result_that_was_cut_off_is_simulated_again(tmp_path, spanish):
    kept = next((tmp_path / "results").glob("*.json"))
    kept.write_bytes(kept.read_bytes()[:100])
    assert slides(tmp_path) == 0
    assert files_of(tmp_path) == spanish
