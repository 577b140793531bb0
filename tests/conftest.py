"""Hypothesis profiles. The account of chance is the package's own plugin for pytest.

A test that chance can fail is marked ``@pytest.mark.chance(delta)``, or checks through the fixture
`mc`; seeds are fixed, so a run does not flake, and the ledger says how much their choice matters.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
