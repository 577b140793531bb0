"""The campaign over seeds: it counts what it should, and its result is about this code."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from sgdtheory.theory import TOPICS
from sgdtheory.verdict import controls

HOME = Path(__file__).parents[2] / "benchmarks"
SPEC = importlib.util.spec_from_file_location("campaign", HOME / "simulation_controls.py")
campaign = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(campaign)

GOOD = {"bound, attained": False, "other": False, "control: bound": True, "refuted: slide": True}


@pytest.mark.parametrize(("wrong", "missed", "alarms"), [
    ({}, 0, 0), ({"control: bound": False}, 1, 0), ({"refuted: slide": False}, 1, 0),
    ({"other": True}, 0, 1)])
def test_misses_and_false_alarms_are_counted_apart(wrong, missed, alarms):
    outcomes = [GOOD, GOOD | wrong, GOOD]
    assert [count.total() for count in campaign.counted(outcomes)] == [missed, alarms]
    said = "\n".join(campaign.section("toy", outcomes, 6.0))
    assert f"caught in {3 - missed}:" in said and f"true claims in {alarms}:" in said
    assert all(f"| {name} | 3 | {int(name in wrong)} |" in said for name in GOOD)


def test_a_topic_that_is_run_again_replaces_its_own_section_only():
    seeds = [GOOD] * 3
    first = {topic: "\n".join(campaign.section(topic, seeds, 3.0)) for topic in TOPICS}
    text = campaign.page(first, 64)
    assert campaign.kept(text) == first
    again = first | {"minibatch": "\n".join(campaign.section("minibatch", seeds * 2, 3.0))}
    changed = campaign.page(campaign.kept(text) | again, 64)
    assert campaign.kept(changed) == again
    assert changed != text and changed.count("## minibatch") == 1


def test_the_limits_are_those_of_clopper_and_pearson():
    assert campaign.at_most(0, 300) == pytest.approx(1 - 0.05 ** (1 / 300))
    assert campaign.at_most(0, 300) < 0.01 < campaign.at_most(1, 300)
    assert campaign.at_most(3, 3) == 1.0


def test_verdicts_do_not_depend_on_the_bands_that_the_campaign_leaves_out(monkeypatch):
    full = campaign.judged("step_sizes", 64, 7)[0]
    monkeypatch.setattr(campaign.measuring, "interval", campaign.measuring.interval)
    campaign.without_pictures()
    assert campaign.judged("step_sizes", 64, 7)[0] == full


@pytest.mark.parametrize("topic", TOPICS)
def test_the_committed_result_knows_every_verdict_and_found_nothing_wrong(topic, small_result_of):
    text = campaign.RESULTS.read_text(encoding="utf-8")
    assert f"--seeds {campaign.SEEDS} --runs {controls.ENOUGH_RUNS}" in text
    part = campaign.kept(text)[topic]
    seeds = re.search(r"^(\d+) seeds,", part, re.M)[1]
    assert int(seeds) >= campaign.FEWEST
    rows = re.findall(rf"^\| (.+) \| {seeds} \| 0 \| 0\.\d+ \|$", part, re.M)
    assert {row.replace(r"\|", "|") for row in rows} == set(small_result_of(topic).verdicts)
