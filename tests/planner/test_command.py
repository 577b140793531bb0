"""``sgdtheory plan`` end to end, the picture, and the plan carried out."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from unittest import mock

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory import picture, planner
from sgdtheory.check import memory
from sgdtheory.cli import main
from sgdtheory.data import path
from sgdtheory.planner import answer, confirm
from sgdtheory.planner.picture import figure

GIVEN = ("--c", ".5", "--sigma2", "16", "--mu2", "1", "--d0", "1", "--target", ".1", "--t0", "15")
DATA = (path("diabetes"), "--target-column", "y", "--loss", "ridge", "--l2", ".1", "--t0", "15",
        "--target", ".12", "--model", "smooth", "--runs", "128", "--delta", "1e-9")
FILES = {"plan.json", "plan.txt", "plan.png", "plan.svg"}


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures empty, which take most of the time."""
    monkeypatch.setattr("sgdtheory.picture.render", lambda figure, kind: b"")


@pytest.fixture
def command(capsys, tmp_path):
    """Return a function that runs the command and returns its exit code, stdout and stderr."""

    def run(*arguments, out=tmp_path / "out"):
        code = main(["plan", *map(str, arguments), "--out", str(out)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def saved(tmp_path):
    return json.loads((tmp_path / "out/plan.json").read_text())


@pytest.mark.usefixtures("undrawn")
def test_constants_are_enough_for_a_plan(command, tmp_path):
    code, out, err = command(*GIVEN)
    assert (code, err) == (0, "")
    for part in ("slide's bound", "alpha   0.0386846", "B       15", "steps   97", "cost    2910",
                 "in closed form", "Cost against B", "Steps against alpha", "no number will do"):
        assert part in out
    assert {file.name for file in (tmp_path / "out").iterdir()} == FILES
    assert (tmp_path / "out/plan.txt").read_text() in f"{out}\n"


@pytest.mark.usefixtures("undrawn")
def test_the_command_plans_what_the_function_plans(command, tmp_path):
    command(*GIVEN)
    found = st.plan(c=0.5, sigma2=16.0, mu2=1.0, d0=1.0, target=0.1, t0=15.0)
    numbers = {name: value for name, value in vars(found).items() if name != "remarks"}
    assert saved(tmp_path)["plan"] == {**numbers, "samples": found.samples}
    assert found.remarks == () and saved(tmp_path)["remarks"] == []


@pytest.mark.usefixtures("undrawn")
def test_every_cost_can_be_asked_for(command):
    for options, shown in ((("--latency", "20", "--t0", "0"), "max(20, B)"),
                           (("--P", "8"), "15 + ceil(B/8)"), (("--t1", "0"), "step: 15\n")):
        code, out, _ = command(*GIVEN, *options)
        assert code == 0 and shown in out
    assert "samples are free" in out


@pytest.mark.usefixtures("undrawn")
def test_the_table_of_batches_is_the_trade_off(command, tmp_path):
    _, out, _ = command(*GIVEN)
    rows = re.findall(r"^ +(\d+) +([\d.e-]+) +(\d+) +([\d.]+)  ([\d.]+)$", out, re.M)
    assert len(rows) == 7 and min(float(row[4]) for row in rows) == 1
    for B, _, steps, cost, _ in rows:
        assert float(cost) == int(steps) * (15 + int(B))
    over = saved(tmp_path)["over_B"]
    assert min(over["cost"]) == saved(tmp_path)["plan"]["cost"]
    assert all(a >= b for a, b in pairwise(over["steps"]))


@pytest.mark.chance(1e-9)
def test_a_plan_from_data_is_carried_out_and_holds(command, tmp_path):
    code, out, err = command(*DATA)
    assert (code, err) == (0, "")
    assert re.search(r"target +holds", out) and re.search(r"bound +holds", out)
    assert "442 rows, 10 columns" in out and "alpha   0.472504" in out
    assert "batches need not be drawn: 7 steps of the exact gradient, of all 442 rows" in out
    done = saved(tmp_path)["carried_out"]
    assert done["times"][-1] == saved(tmp_path)["plan"]["steps"]
    assert done["lower"][-1] <= done["exact"] <= done["upper"][-1] < 0.12
    assert {file.name for file in (tmp_path / "out").iterdir()} == set(FILES)


def test_the_same_command_gives_the_same_bytes(command, tmp_path):
    for folder in ("one", "two"):
        command(*GIVEN, out=tmp_path / folder)
    for name in FILES:
        one, two = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == two and len(one) > 1000


@pytest.mark.usefixtures("undrawn")
def test_the_measured_depends_on_the_seed_alone(command, tmp_path):
    for folder, seed in (("one", 0), ("two", 0), ("three", 1)):
        command(*DATA, "--seed", seed, out=tmp_path / folder)
    one, two, three = ((tmp_path / folder / "plan.json").read_bytes()
                       for folder in ("one", "two", "three"))
    assert one == two != three


@pytest.mark.usefixtures("undrawn")
def test_the_data_need_not_be_simulated(command, tmp_path):
    code, out, _ = command(*DATA, "--no-simulate")
    assert code == 0 and "carried out" not in out
    assert "carried_out" not in saved(tmp_path)


@pytest.mark.usefixtures("undrawn")
def test_a_plan_that_fails_on_the_data_exits_with_1(command, monkeypatch):
    whole = planner.solve

    def too_few(setting):
        plan = whole(setting)
        return planner.Plan(plan.alpha / 400, plan.B, plan.steps, plan.cost, plan.distance2)

    monkeypatch.setattr(planner, "solve", too_few)
    code, out, _ = command(*DATA)
    assert code == 1 and re.search(r"target +violated", out)


@pytest.mark.usefixtures("undrawn")
def test_an_interrupt_says_what_is_kept_and_exits_with_130(command, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(confirm, "confirm", mock.Mock(side_effect=KeyboardInterrupt))
        assert "no part was finished yet" in command(*DATA)[2]
    monkeypatch.setattr(confirm, "interval", mock.Mock(side_effect=KeyboardInterrupt))
    code, _, err = command(*DATA)
    assert code == 130 and "1 finished part of the simulation is kept in" in err
    assert "the same command goes on from there" in err


@pytest.mark.usefixtures("undrawn")
def test_what_is_finished_is_not_simulated_again_and_is_cleared_at_the_end(
        command, monkeypatch, tmp_path):
    with monkeypatch.context() as patched:
        patched.setattr(confirm, "interval", mock.Mock(side_effect=KeyboardInterrupt))
        command(*DATA)
    assert (tmp_path / "out/parts").exists()
    again = mock.Mock(side_effect=AssertionError("simulated again"))
    monkeypatch.setattr("sgdtheory.montecarlo.store.simulate_block", again)
    assert command(*DATA)[0] == 0
    assert not (tmp_path / "out/parts").exists()
    with pytest.raises(AssertionError, match="simulated again"):
        command(*DATA)


@pytest.mark.parametrize(("arguments", "message"), [
    (GIVEN[2:], "--c, the constant of strong convexity, is missing; give --c X, or name a CSV"),
    (GIVEN[:-4], "the following arguments are required: --target"),
    ((*GIVEN, "--target", "2"), "target=2, .* is not below d0=1, .*: nothing is to be done"),
    ((*GIVEN, "--c", "x"), "argument --c: must be a finite number, such as 0.01; got 'x'"),
    ((*GIVEN, "--model", "smooth"),
     "--L, the Lipschitz constant of the gradient, is missing; give --L X, or name a CSV file"),
    (GIVEN[:4] + GIVEN[6:], "--mu2, the squared bound on the gradient, is missing; give --mu2 X"),
    ((*GIVEN, "--loss", "ridge"), "--loss is about data, and no file is named; name a CSV file"),
    ((*GIVEN, "--l2", "1"), "--l2 is about data"),
    ((*GIVEN, path("diabetes")), "--target-column is missing: the data .*diabetes.csv need it"),
    ((*DATA, "--mu2", "1"), "mu2, the squared bound on the gradient, follows from the data; leave"),
    ((*DATA, "--target-column", "z"), "there is no column 'z' to be the target; the columns are"),
    ((*DATA, "--runs", "1"), "runs, the number of replicas, must be a whole number >= 2; got 1"),
    ((*DATA, "--workers", "0"), "workers, the number of processes, must be a whole number from 1"),
    ((*GIVEN, "--P", "0"), "P, the number of samples .*, must be a whole number >= 1; got 0"),
])
def test_a_bad_command_is_refused(command, arguments, message):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "") and "Traceback" not in err
    assert re.search(message, " ".join(err.split())), err


@pytest.mark.usefixtures("undrawn")
def test_contradictory_and_idle_constants_are_remarked_upon(command):
    _, out, _ = command(*GIVEN, "--mu2", ".01")
    said = " ".join(out.split())
    assert "mu2 = 0.01 is below c^2 d0 = 0.25: no strongly convex loss has both" in said
    assert "mu2/c^2 = 0.04 is at most the target" in said
    found = st.plan(c=0.5, sigma2=16.0, mu2=0.01, d0=1.0, target=0.1, t0=15.0)
    assert len(found.remarks) == 2 and all(remark in said for remark in found.remarks)
    assert "Remarks" not in command(*GIVEN)[1]


@pytest.mark.usefixtures("undrawn")
def test_a_cheaper_model_is_remarked_upon(command, tmp_path):
    _, out, _ = command(*GIVEN, "--L", "5")
    smooth = st.plan(model="smooth", c=0.5, L=5.0, sigma2=16.0, d0=1.0, target=0.1, t0=15.0)
    said = f"B {smooth.B}, steps {smooth.steps}, cost {smooth.cost:g}; ask for it with --model"
    assert smooth.cost < saved(tmp_path)["plan"]["cost"] and said in " ".join(out.split())
    assert "cheaper plan" not in command(*GIVEN, "--L", "5", "--model", "smooth")[1]
    assert "cheaper plan" not in command(*GIVEN, "--L", "0.1")[1]  # L < c: there is no other plan


# --- the library behind it ------------------------------------------------------------------------

def carried_out(problem, target, **options):
    """Return the trade-off of a plan for `problem`, and how it fared."""
    d0 = float(np.sum((problem.w0 - problem.w_star) ** 2))
    asked = planner.setting(c=problem.c, sigma2=problem.sigma2, mu2=problem.mu2, L=problem.L, d0=d0,
                            target=target, t0=5.0)
    plan = planner.solve(asked)
    return planner.tradeoff(asked, plan), confirm.confirm(problem, asked, plan, **options)


@pytest.mark.chance(1e-9)
def test_a_plan_is_carried_out_on_a_problem_without_data():
    problem = st.problems.quadratic([0.5, 1.0], sigma2=0.5)
    found, fared = carried_out(problem, problem.radius**2 / 2, runs=512, delta=1e-9)
    assert not fared.refuted and fared.run.times[-1] == found.plan.steps
    assert fared.bound[-1] == found.plan.distance2
    assert fared.lower[-1] <= fared.run.mean[-1] <= fared.upper[-1]


def test_the_number_of_workers_does_not_change_the_numbers():
    problem = st.problems.quadratic([0.5, 1.0], sigma2=0.5)
    with ThreadPoolExecutor(2) as executor:
        _, two = carried_out(problem, problem.radius**2 / 2, runs=1100, executor=executor)
    _, one = carried_out(problem, problem.radius**2 / 2, runs=1100)
    assert np.array_equal(one.run.distance2, two.run.distance2)


def asked_for(**changes):
    given = {"c": 0.5, "sigma2": 16.0, "mu2": 1.0, "d0": 1.0, "target": 0.1, "t0": 15.0, **changes}
    asked = planner.setting(**given)
    return planner.tradeoff(asked, planner.solve(asked))


@pytest.mark.parametrize("changes", [
    {}, {"sigma2": 0.0}, {"mu2": 0.0}, {"sigma2": 0.0, "mu2": 0.0, "t1": 0.0}, {"P": 8},
    {"t0": 0.0, "latency": 64.0}, {"model": "smooth", "L": 0.5}, {"model": "smooth", "L": 50.0},
    {"target": 0.999999}, {"t1": 0.0}, {"target": 1e-6}, {"t1": 1e9},
])
def test_every_kind_of_plan_has_a_picture_and_an_answer(changes):
    found = asked_for(**changes)
    assert len(figure(found).axes) == 2
    assert answer.text(found).count("\n") > 15
    json.dumps(answer.to_dict(found), allow_nan=False)
    assert np.isfinite(found.alphas).all() and (np.diff(found.alphas) > 0).all()
    assert found.needed.min() <= found.plan.steps
    assert found.cost.min() >= found.plan.cost * (1 - 1e-12)


def test_the_picture_has_the_exact_mean_where_it_is_known():
    problem = st.problems.quadratic([0.5, 1.0], sigma2=0.5)
    found, fared = carried_out(problem, problem.radius**2 / 2, runs=8)
    direct = st.exact.distance2(problem, st.optimizers.SGD(found.plan.alpha), found.plan.B,
                                times=fared.run.times)
    np.testing.assert_array_equal(fared.exact_at, direct)
    assert fared.exact == direct[-1]
    assert "exact, not projected" in drawn_over_time(found, fared)
    unknown = replace(fared, exact_at=np.full(len(direct), np.nan))
    assert "exact, not projected" not in drawn_over_time(found, unknown)


def drawn_over_time(found, fared):
    return {str(line.get_label()) for line in figure(found, fared).axes[2].lines}


def test_the_exact_gradient_is_named_where_it_costs_less_and_not_where_it_costs_more():
    """Without noise the smooth bound contracts by ((L-c)/(L+c))^2 a step: 4 steps for 0.1 of d0."""
    found = asked_for(model="smooth", L=2.0)
    noiseless = next(t for t in range(1, 99) if ((2 - 0.5) / 2.5) ** (2 * t) <= 0.1)
    (said,) = answer.remarks(found, n=5)
    assert f"{noiseless} steps of the exact gradient, of all 5 rows, alpha 0.8," in said
    assert f"at a cost of {noiseless * 20}, less than the plan's" in said
    assert answer.remarks(found, n=10**6) == answer.remarks(found) == []


def test_more_rows_than_there_are_is_remarked_upon_where_the_exact_gradient_costs_more():
    """Batches are free, so that the largest has no noise left and costs no more than all rows."""
    found = asked_for(t1=0.0)
    (said,) = answer.remarks(found, n=100)
    assert found.plan.B > 100 and "draws at least as many rows as there are, 100" in said


def test_a_plan_too_large_for_memory_names_the_plan_and_what_to_do(monkeypatch):
    monkeypatch.setattr("sgdtheory.montecarlo.memory._machine", lambda: 1000.0)
    problem = st.problems.quadratic([0.5, 1.0], sigma2=0.5)
    with pytest.raises(ValueError, match=r"the simulation of the plan needs .* of memory; take "):
        carried_out(problem, problem.radius**2 / 2)
    with pytest.raises(ValueError, match=r"the simulation of the plan needs .* rows drawn in one "
                       r"step.*; take a larger target, or do without the simulation"):
        memory.fits(1, 1, 10**6, who="the simulation of the plan",
                    smaller="take a larger target, or do without the simulation")
    with pytest.raises(ValueError, match=r"the check needs .*; take smaller batches"):
        memory.fits(1, 1, 10**6)


@pytest.mark.parametrize("changes", [{}, {"target": 0.999999}])
def test_a_picture_of_a_plan_alone_can_be_saved(changes):
    assert picture.render(figure(asked_for(**changes)), "svg").startswith(b"<?xml")


def test_the_picture_shows_the_plan_at_the_bottom_of_both_curves():
    found = asked_for()
    for axes, x, y in zip(figure(found).axes, (found.plan.B, found.plan.alpha),
                          (found.plan.cost, found.plan.steps), strict=True):
        marked = next(line for line in axes.lines if "the plan" in str(line.get_label()))
        assert (marked.get_xdata()[0], marked.get_ydata()[0]) == (x, y)
        curve = next(line for line in axes.lines if len(line.get_xdata()) > 50)
        assert y <= 1.02 * np.nanmin(curve.get_ydata())
        low, high = axes.get_ylim()
        assert low < y < high
