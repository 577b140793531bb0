"""The suite's account of chance: how likely is a false alarm of all its tests together?

A test that draws random numbers for a verdict is marked ``@pytest.mark.chance(delta)``: it fails,
though everything is right, with probability at most `delta`. The sum is printed and limited. Seeds
are fixed, so a run does not flake; the account says how much the choice of a seed could matter.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

BUDGET = 1e-6

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "chance(delta): raises a false alarm with probability at most delta"
    )


def spent(items: list[pytest.Item]) -> float:
    """Return the false-alarm probability of a list of tests, by the union bound."""
    return sum(mark.args[0] for item in items for mark in item.iter_markers("chance"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a suite that could alarm too often."""
    config.stash[SPENT] = spent(items)
    if config.stash[SPENT] > BUDGET:
        raise pytest.UsageError(
            f"the tests' false-alarm probabilities add up to {config.stash[SPENT]:.3g}, more than "
            f"{BUDGET:g}; lower the delta of some"
        )


SPENT = pytest.StashKey[float]()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None] | None:
    """Print the account."""
    total = config.stash.get(SPENT, 0.0)
    terminalreporter.write_line(
        f"false-alarm probability of the collected tests: at most {total:.2g} (budget {BUDGET:g})"
    )
    return None
