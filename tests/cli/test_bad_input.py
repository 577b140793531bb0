"""Bad input: exit code 2, and one paragraph on stderr that says what to do."""

from __future__ import annotations

import re

import pytest

from sgdtheory.data import path

GOOD = "a,b,y\n1,2,3\n4,1,6\n2,2,1\n"
CHECK = ("--target", "y", "--loss", "ridge", "--alpha", "0.01", "--runs", "8", "--steps", "3")
DIABETES = (path("diabetes"), "--target", "y", "--loss", "ridge", "--l2", "0.1")


def refused(found, message):
    code, out, err = found
    assert (code, out) == (2, "")
    assert "Traceback" not in err and "\n\n" not in err.strip()
    assert re.search(message, " ".join(err.split())), err


def test_good_input_is_not_refused(command, table, tmp_path):
    code, out, err = command("check", table(GOOD), *CHECK, "--out", tmp_path / "out")
    assert code == 0 and "Hypotheses" in out and err == ""


@pytest.mark.parametrize(("text", "options", "message"), [
    ("", (), "data.csv is empty; it needs a line of names and at least two rows"),
    ("a,b\n1,2\n3,4\n", (), "there is no column 'y' to be the target; the columns are: a, b"),
    ("a,y\n1,2\nx,3\n", (), "column 'a' has text, 'x', in line 3; every cell must be a number"),
    ("a,y\n1,2\nnan,3\n", (), "column 'a' has 1 missing, NaN or infinite value, .* in line 3"),
    ("a,y\n1,2\n,3\n", (), "column 'a' has 1 missing"),
    ("a,y\n1,2\n", (), "has 1 row of data; at least 2 are needed"),
    ("a,b,y\n1,0,3\n4,0,6\n", (), r"data.csv: column 'b' is constant and l2 = 0, so that c, the "
     r"constant of strong convexity, is 0: .*; take --l2 0.1, or drop the column"),
    ("a,b,y\n1,1,3\n1,1,6\n", (), "columns 'a', 'b' are constant and l2 = 0, .* drop one of them"),
    ("a,b,e,y\n1,2,1,3\n2,4,0,6\n3,6,0,6\n", (), "the columns 'a', 'b' are combinations of "
     "each other and l2 = 0, so that c.*--l2 0.1, or drop one"),
    ("a,b,y\n1,2,3\n", (), "has 1 row of data"),
    ("a,b,e,y\n1,2,3,4\n4,1,3,6\n", (), r"csv: not strongly convex: lambda_min = 0 .*--l2 0.1"),
    ("a;y\n1,5;2\n2,5;3\n", (), r"data.csv: column 'a' has a decimal comma, '1,5', in line 2; "
     r"write '1\.5', with a point"),
    ("a;y\n1.5;2,5\n2.5;3,5\n", (), "csv: column 'y' has a decimal comma, '2,5', in line 2"),
    ("a;y\n1.5;-2,5e3\n2.5;3\n", (), "column 'y' has a decimal comma, '-2,5e3', in line 2"),
    ("a,y\n1,5,2\n2,5,3\n", (), "data.csv: line 2 has 3 cells, the first line has 2 names; "
     "remove what is too much .a decimal comma makes two cells"),
    ("a,b,y\n1,2,3\n4,6\n", (), "line 3 has 2 cells, the first line has 3 names; complete the row"),
    ("a,y\n1,M\n2,B\n", (), r"target 'y' is text \(such as 'M'\).*take --loss logistic"),
    ("a,y\n1e200,1\n2e200,2\n", (), r"largest entry of size 2e\+200; .*; rescale it"),
    ("a,y\n1e-200,1\n2e-200,2\n", (), "largest entry of size 2e-200; .*; rescale it"),
    (GOOD, ("--loss", "logistic", "--l2", "1"),
     "y, the labels, must take two values; it takes 3: 1.0, 3.0, 6.0"),
    ("a,y\n1,0\n2,1\n", ("--loss", "logistic"), "not strongly convex: l2=0.*add l2 > 0"),
])
def test_a_bad_table_is_refused(command, table, tmp_path, text, options, message):
    found = command("check", table(text), *CHECK, *options, "--out", tmp_path / "out")
    refused(found, message)


def test_a_missing_file_is_refused(command, tmp_path):
    found = command("check", tmp_path / "no.csv", *CHECK, "--out", tmp_path / "out")
    refused(found, r"no.csv cannot be read \(No such file or directory\); check the path")


@pytest.mark.parametrize(("options", "message"), [
    (("--alpha", "0"), "alpha, the learning rate, must be > 0; got 0"),
    (("--alpha", "-1"), "alpha, the learning rate, must be > 0; got -1"),
    (("--alpha", "nan"), "argument --alpha: must be a finite number, such as 0.01; got 'nan'"),
    (("--alpha", "x"), "argument --alpha: must be a finite number, such as 0.01; got 'x'"),
    (("--alpha", "10"),
     r"alpha=10, .*exceeds 1/\(2c\)=4.60572.*corrected radius, E\|w_t-w\*\|\^2 <= 352.002"),
    (("--batch", "443", "--no-replace"),
     "B=443, the batch size, exceeds n=442 samples without replacement; .* take B <= 442"),
    (("--batch", "0"), "B, the batch size, must be a whole number >= 1; got 0"),
    (("--batch", "1.5"), "argument --batch: must be a whole number, such as 16; got '1.5'"),
    (("--alpha", "2.5", "--no-project", "--steps", "1000"),
     r"replica \d+ left the finite range at step \d+ .*alpha=2.5, the learning rate, is not below "
     r"2/L=0.484941.*take a smaller alpha, or project the iterates on the ball; fewer steps show"),
    (("--runs", "1000000000000"), r"needs 1.* TiB .*more than the .* of memory; take fewer"),
    (("--batch", "100000000000"), "rows drawn in one step.*of memory; take smaller batches"),
    (("--runs", "1"), "runs, the number of replicas, must be a whole number >= 2; got 1"),
    (("--steps", "0"), "steps, the number of steps, must be a whole number >= 1; got 0"),
    (("--workers", "0"), "workers, the number of processes, must be a whole number from 1"),
    (("--delta", "0"), r"delta, the probability of a false alarm, must lie in \(0, 1\)"),
    (("--radius", "0"), "radius=0.0, the largest distance .*, must be > 0 and finite"),
    (("--l2", "-1"), "l2=-1.0, the factor of .* must be a finite number >= 0"),
    (("--loss", "hinge"), r"argument --loss: invalid choice: 'hinge' \(choose from"),
    (("--speed", "3"), "unrecognized arguments: --speed 3"),
])
def test_a_bad_option_is_refused(command, tmp_path, options, message):
    given = ("--alpha", "0.1", "--runs", "8", "--steps", "3", *options)
    refused(command("check", *DIABETES, *given, "--out", tmp_path / "out"), message)


def test_a_folder_that_cannot_be_written_is_found_before_computing(command, table, monkeypatch):
    monkeypatch.setattr("sgdtheory.data.read_table", lambda *_: pytest.fail("it computed first"))
    found = command("check", table(GOOD), *CHECK, "--out", table("a file", "file") / "out")
    refused(found, r"out=.*, the folder for the results, cannot be written \(Not a directory\)")
    blocked = table(GOOD).parent
    (blocked / "check.json").mkdir()
    refused(command("check", table(GOOD), *CHECK, "--out", blocked), "check.json is a folder")


def test_an_empty_folder_is_refused(command):
    refused(command("check", *DIABETES, "--alpha", "0.1", "--out", ""),
            "out, the folder for the results, is empty; name one with --out, or . for the current")


def test_a_simulation_larger_than_memory_is_bad_input_and_refutes_nothing(command, tmp_path):
    code, out, err = command("verify", "step_sizes", "--runs", "1000000000000", "--out", tmp_path)
    assert code == 2 and "FAIL" not in out and "Traceback" not in err
    assert "step_sizes with runs=1000000000000: " in err and "of memory; record fewer" in err


@pytest.mark.parametrize("arguments", [("list", "alchemy"), ("prove", "alchemy"),
                                       ("simulate", "alchemy"), ("verify", "alchemy")])
def test_an_unknown_topic_is_refused_with_the_known_ones(command, arguments):
    refused(command(*arguments), "'alchemy' is not a topic of the lecture; choose one of")


@pytest.mark.parametrize(("arguments", "message"), [
    ((), "the following arguments are required: command"),
    (("brew",), "invalid choice: 'brew'"),
    (("prove", "--format", "pdf"), "argument --format: invalid choice: 'pdf'"),
    (("verify", "--runs", "1"), "runs, the number of replicas, must be .* >= 2; got 1; 4096"),
    (("verify", "--seed", "-1"), "seed, the seed of the random numbers, must be .* >= 0; got -1"),
    (("simulate", "noise_ball", "--runs", "0"), "runs, the number of replicas"),
])
def test_a_bad_command_is_refused(command, arguments, message):
    refused(command(*arguments), message)
