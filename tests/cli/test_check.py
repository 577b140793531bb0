"""``sgdtheory check`` end to end: what it prints, what it saves, its exit codes."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest

import sgdtheory.check
from sgdtheory import problems
from sgdtheory.cli.answer import text
from sgdtheory.data import path, read_table
from sgdtheory.evidence import claims_of

RIDGE = ("check", path("diabetes"), "--target", "y", "--loss", "ridge", "--l2", "0.1",
         "--alpha", "0.01", "--batch", "16", "--runs", "64", "--steps", "40")
LOGISTIC = ("check", path("breast_cancer"), "--target", "y", "--loss", "logistic", "--l2", "0.1",
            "--alpha", "0.01", "--batch", "16", "--runs", "64", "--steps", "10")


def numbers_in(value):
    if isinstance(value, dict):
        return [x for item in value.values() for x in numbers_in(item)]
    if isinstance(value, list):
        return [x for item in value for x in numbers_in(item)]
    return [float(value)] if isinstance(value, (int, float)) else []


@pytest.mark.chance(1e-9)
@pytest.mark.parametrize("arguments", [(*RIDGE, "--delta", "1e-9"), (*LOGISTIC, "--delta", "1e-9")])
def test_the_shipped_data_work_end_to_end(command, tmp_path, arguments):
    code, out, err = command(*arguments, "--out", tmp_path)
    assert (code, err) == (0, "")
    for part in ("Constants", "sigma2", "holds by projection", "the ball alone", "slide",
                 "corrected", "smooth", "exact", "measured", "Verdicts"):
        assert part in out
    assert {file.name for file in tmp_path.iterdir()} == {
        "check.json", "check.txt", "check.png", "check.svg"}
    assert (tmp_path / "check.txt").read_text() in f"{out}\n"
    assert (tmp_path / "check.png").read_bytes().startswith(b"\x89PNG")


def test_every_number_in_the_table_of_balls_is_in_the_json(command, tmp_path):
    _, out, _ = command(*RIDGE, "--out", tmp_path)
    saved = json.loads((tmp_path / "check.json").read_text())
    known = numbers_in(saved)
    ratios = [bound["limit"] / saved["exact"]["limit"] for bound in saved["bounds"].values()]
    balls = out.partition("Squared radius")[2].partition("\n")[2].partition("Verdicts")[0]
    printed = re.findall(r"(?<![\w^/*|])\d+\.\d+(?:e[+-]\d+)?", balls)
    assert len(printed) > 10
    slope = saved["constants"][2]["value"] / saved["constants"][0]["value"] ** 2
    for number in printed:
        assert any(math.isclose(float(number), value, rel_tol=1e-3)
                   for value in (*known, *ratios, slope)), number


def test_a_vacuous_bound_is_called_so_and_a_telling_one_is_not(command, tmp_path):
    _, vacuous, _ = command(*RIDGE, "--batch", "1", "--out", tmp_path)
    _, telling, _ = command(*RIDGE, "--batch", "256", "--out", tmp_path)
    assert "VACUOUS" in vacuous and "VACUOUS" not in telling


def test_a_logistic_regression_says_why_there_is_no_exact_value(command, tmp_path):
    _, out, _ = command(*LOGISTIC, "--out", tmp_path)
    assert "not known: the gradient noise of Logistic has no closed second moment here" in out
    assert json.loads((tmp_path / "check.json").read_text())["exact"] is None


@pytest.mark.chance(1e-9)
def test_text_labels_are_two_values_too(command, table, tmp_path):
    data = table("size;kind\n1;M\n2;B\n-1;M\n4;B\n")
    code, out, _ = command("check", data, "--target", "kind", "--loss", "logistic", "--l2", "1",
                           "--alpha", ".1", "--runs", "8", "--steps", "4", "--delta", "1e-9",
                           "--out", tmp_path / "o")
    assert code == 0 and "4 rows, 1 columns, target kind" in out


def test_a_violated_bound_exits_with_1_and_says_which_hypothesis_fails(command, tmp_path):
    code, out, _ = command(*RIDGE, "--batch", "1", "--alpha", "4", "--no-project", "--steps", "10",
                           "--out", tmp_path)
    assert code == 1 and re.search(r"slide +violated", out)
    said = " ".join(out.split())
    assert "not implied here, for this fails: iterates stay in Theta" in said
    assert json.loads((tmp_path / "check.json").read_text())["refuted"] is True


def test_a_violation_outside_of_the_hypotheses_is_told_from_a_refutation():
    out = " ".join(report(B=1, alpha=0.5, project=False, runs=512).split())
    verdict = out.partition("Verdicts")[2].partition("corrected as")[0]
    assert "slide violated" in verdict and "its theorem is not contradicted" in verdict
    assert "fails here: iterates stay in Theta (the iterates leave the ball), and the run d" in out
    assert "exact inf without projection; grows without limit; at t = 40" in out
    assert "not contradicted" not in report(), "where nothing is violated nothing is excused"


@pytest.mark.parametrize("project", [True, False])
def test_a_violation_is_excused_only_where_a_hypothesis_fails(project):
    data = read_table(path("diabetes"), target="y")
    problem = problems.ridge(data.X, data.y, 0.1)
    found = sgdtheory.check.check(problem, 0.01, 16, steps=40, runs=16, project=project)
    slide = found.bounds["slide"]
    caught = replace(slide, verdict=replace(slide.verdict, status="violated"))
    said = text(replace(found, bounds={**found.bounds, "slide": caught}), "ridge")
    assert ("its theorem is not contradicted" in " ".join(said.split())) is not project
    assert "the run diverges" not in said and "leave the ball" not in said.partition("Verd")[2]


def test_what_is_measured_without_projection_stands_beside_the_exact():
    out = " ".join(report(alpha=0.05, B=1).split())
    assert re.search(r"at t = 40: [\d.]+; measured without projection: [\d.]+", out)
    assert "mean of 64 projected runs" in out
    free = " ".join(report(alpha=0.05, B=1, project=False).split())
    assert "mean of 64 runs" in free and "measured without" not in free


@cache
def report(radius=None, **asked):
    """What the command prints of the diabetes data; without the files, which take longer."""
    data = read_table(path("diabetes"), target="y")
    problem = problems.ridge(data.X, data.y, 0.1, radius)
    asked = {"alpha": 0.01, "B": 16, "steps": 40, "runs": 64} | asked
    return text(sgdtheory.check.check(problem, **asked), "ridge on diabetes")


def test_the_report_tells_a_given_radius_from_a_default_and_says_where_runs_start():
    default, small, large = report(), report(radius=0.1), report(radius=1.0)
    assert re.search(r"radius +0.493861 +default +around w_star: the smallest ball", default)
    assert re.search(r"radius +0.1 +given +around w_star; steps may leave it", small)
    assert "0 is not in the ball: it is 0.493861 away from w*, and the radius is 0.1;" in small
    assert "start at |w_0 - w*|^2 = 0.01\n" in small
    for out in (default, large):
        assert "0 is not in the ball" not in out and "|w_0 - w*|^2 = 0.243899\n" in out


def test_the_report_says_of_the_ball_what_holds_with_and_without_projection():
    projected, free = report(), report(project=False)
    assert "radius^2, which holds without any SGD" in projected
    assert "radius^2, if the iterates stay in the ball, which is not certain" in free
    assert "are projected" not in free and "which holds without any SGD" not in free


def test_the_corrected_bound_is_shown_again_only_where_it_is_another():
    same, other = report(), report(B=1, alpha=4.5)
    assert "corrected  as the slide's: it is the same bound here" in same
    assert re.search(r"corrected +0.238688 +the slide's: they differ only for", same)
    assert "as the slide's" not in other and re.search(r"corrected +352.002 +\d", other)


@pytest.mark.parametrize("more", [{}, {"project": False}, {"radius": 0.1}, {"B": 1, "alpha": 4.5}])
def test_no_line_of_the_report_is_wider_than_the_page(more):
    lines = report(**more).splitlines()
    assert max(map(len, lines)) <= 100 and len(lines) > 30


def test_where_nothing_moves_every_bound_is_still_shown(command, table, tmp_path):
    """The target is 0: runs start at the minimiser, and the gradient of all rows is 0 there."""
    data = table("size,zero\n1,0\n-1,0\n2,0\n")
    _, out, _ = command("check", data, "--target", "zero", "--loss", "ridge", "--l2", "1",
                        "--alpha", ".05", "--batch", "3", "--no-replace", "--runs", "8",
                        "--steps", "5", "--out", tmp_path / "o")
    assert re.search(r"slide +0.08055", out) and re.search(r"smooth +0.006006", out)
    assert re.search(r"default +around w_star: radius 1, because runs start at", out)
    assert "mean and claimed are both 0 at t = 0" in out and "of 0.00%" not in out


def test_the_columns_of_the_list_are_straight(command, monkeypatch):
    """Its words need no proofs, which take seconds."""
    def unproved(topics):
        return [SimpleNamespace(claim=claim, status="cited") for claim in claims_of(topics[0])]

    monkeypatch.setattr("sgdtheory.evidence.ledger", unproved)
    _, out, _ = command("list")
    starts = {re.search(r" (slide \d+|ours) ", line).start() for line in out.splitlines()}
    assert len(starts) == 1 and max(len(line.split()[0]) for line in out.splitlines()) > 26


def test_the_same_command_gives_the_same_bytes(command, tmp_path):
    command(*RIDGE, "--out", tmp_path / "one")
    command(*RIDGE, "--out", tmp_path / "two")
    for name in ("check.json", "check.txt", "check.png", "check.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    command(*RIDGE, "--seed", "1", "--out", tmp_path / "two")
    assert (tmp_path / "one/check.json").read_bytes() != (tmp_path / "two/check.json").read_bytes()


def test_an_interrupt_says_what_is_kept_and_exits_with_130(command, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sgdtheory.check, "check", interrupted)
    code, _, err = command(*RIDGE, "--out", tmp_path)
    assert code == 130 and "no part was finished yet; the same command starts again" in err
    monkeypatch.undo()
    monkeypatch.setattr(sgdtheory.check.checking, "interval", interrupted)
    code, _, err = command(*RIDGE, "--out", tmp_path)
    assert code == 130
    assert re.search("2 finished parts of .* are kept in .*; the same command goes on", err)


def test_a_finished_command_reads_its_parts_clears_them_and_leaves_those_of_others(
        command, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    other = (*RIDGE, "--seed", "1", "--out", tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(sgdtheory.check.checking, "interval", interrupted)
        assert [command(*words)[0] for words in ((*RIDGE, "--out", tmp_path), other)] == [130, 130]

    def again(*_):
        raise ValueError("a part was simulated again")

    monkeypatch.setattr("sgdtheory.montecarlo.store.simulate_block", again)
    code, out, _ = command(*RIDGE, "--out", tmp_path)
    assert code == 0 and "give one of them again, with the same options, and it goes on" in out
    assert len(list(tmp_path.glob("parts/*"))) == 1
    code, out, _ = command(*other)
    assert code == 0 and "parts" not in out and not (tmp_path / "parts").exists()
    code, _, err = command(*RIDGE, "--out", tmp_path)
    assert code == 2 and "simulated again" in err and not (tmp_path / "parts").exists()


def test_running_out_of_memory_or_of_disk_is_no_traceback(command, tmp_path, monkeypatch):
    for error, message in ((MemoryError(), "out of memory; take fewer runs"),
                           (OSError(28, "No space left on device"), "No space left on device")):
        def failing(*_, error=error, **__):
            raise error

        monkeypatch.setattr(sgdtheory.check, "check", failing)
        code, _, err = command(*RIDGE, "--out", tmp_path)
        assert code == 2 and message in err
