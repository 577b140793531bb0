"""Controls: what could not have been seen is excused, and nothing else is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sgdtheory.cli import options
from sgdtheory.verdict import Replicas, Verdict, controls, judge, judge_equal

NAME = "control: bound, 5% too loose"


def missed(detectable=0.2, below=math.inf, planted=0.05, ratio=1.0):
    return Verdict("not refuted", ratio, 1, detectable, 1e-9, 0.0, 64, below, planted=planted)


@pytest.mark.parametrize(("verdict", "runs", "needed"), [
    (missed(0.05), 512, 0),  # what is planted is what is seen
    (missed(0.0501), 512, 1024),  # a little too few, and the next power of two
    (missed(0.1), 512, 2048),  # (0.1/1.1 / (0.05/1.05))^2 = 3.6 times as many
    (missed(0.1), 100, 512),  # 365
    (missed(math.inf), 16, 4096),
    (missed(3.0, 0.05, -0.05), 512, 0),
    (missed(0.0, 0.1, -0.05), 512, 2048),
    (missed(0.0, math.inf, -0.05), 512, 4096),
    (missed(0.2, planted=math.nan, ratio=1.5), 512, 0),  # measured, where not known
    (missed(1.0, planted=math.nan, ratio=1.5), 512, 2048),
    (missed(0.2, planted=math.nan, ratio=1.0), 512, 4096),
    (missed(0.2), 4096, 0),
    (missed(math.inf), 10_000, 0),
])
def test_the_number_of_runs_grows_with_the_square_of_what_is_missing(verdict, runs, needed):
    assert controls.needed(NAME, verdict, runs) == needed
    assert controls.failures({NAME: verdict}, runs) == ([] if needed else [NAME])


def test_only_a_missed_falsehood_is_excused():
    caught, blind = Verdict("violated", 2.0, 1, math.inf, 1e-9, 99.0, 64), missed(math.inf)
    assert controls.unseen({"bound": blind, NAME: caught}, 16) == {}
    assert controls.failures({"bound": caught, NAME: caught}, 16) == ["bound"]
    assert controls.failures({"bound": blind, NAME: blind}) == [NAME]


def test_a_verdict_lacks_the_controls_that_are_named_after_it():
    verdicts = {"bound, attained": missed(), "other": missed(), NAME: missed(0.2)}
    assert controls.remark("bound, attained", verdicts, 512).endswith("--runs 4096")
    assert controls.remark("other", verdicts, 512) == ""
    assert controls.remark("bound, attained", verdicts, 4096) == ""


def planted(runs, seed=0):
    """5 % planted below the mean of chi2_10 / 10, whose cv is 0.45, and above it."""
    values = np.random.default_rng(seed).chisquare(10, (runs, 1)) / 10
    sample = Replicas(values, variance=[0.2])
    return {"control: below": (judge, 0.95, 1 / 0.95 - 1), "control: above": (
        judge_equal, 1.05, 1 / 1.05 - 1)}, sample


@pytest.mark.parametrize("broken", [False, True])
def test_the_real_judge_excuses_itself_and_a_broken_one_does_not(broken, monkeypatch):
    """64 replicas cannot see 5 %; from the number that they ask for on it is seen, or fails.

    The broken judge never says "violated" and still says what it would have caught.
    """
    def verdicts(runs):
        asked, sample = planted(runs)
        found = {}
        for name, (ask, claimed, size) in asked.items():
            said = vars(ask(claimed, sample, 1e-9)) | {"planted": size}
            found[name] = Verdict(**said | ({"status": "not refuted"} if broken else {}))
        return found

    monkeypatch.setattr(controls, "ENOUGH_RUNS", 1 << 20)
    few = verdicts(64)
    assert controls.failures(few, 64) == []
    enough = max(controls.unseen(few, 64).values())
    assert 8192 <= enough <= 32_768
    assert controls.failures(verdicts(enough), enough) == (list(few) if broken else [])
    assert controls.failures(verdicts(enough)) == (list(few) if broken else [])


def test_the_commands_say_the_same_size(capsys):
    import argparse

    parser = argparse.ArgumentParser()
    options.add_runs(parser, controls.ENOUGH_RUNS, None, all_controls=True)
    assert controls.WHY_ENOUGH in " ".join(parser.format_help().split())
