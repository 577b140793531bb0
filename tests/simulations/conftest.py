"""Small runs of the simulations, each done once for all tests.

A small run has few verdicts on true claims in which anything is random, each with a
false-alarm probability of 1e-9.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module

import pytest

from sgdtheory.theory import TOPICS

SIMULATIONS = {topic: import_module(f"sgdtheory.simulations.{topic}") for topic in TOPICS}
RUNS = 128


@cache
def small_result(name):
    return SIMULATIONS[name].run(runs=RUNS, seed=1)


@pytest.fixture(params=SIMULATIONS)
def simulation(request):
    return SIMULATIONS[request.param]


@pytest.fixture
def small_result_of():
    """Return the function from the name of a topic to the result of its small run."""
    return small_result


@pytest.fixture
def small(simulation):
    """Return the result of a small run of the simulation."""
    return small_result(simulation.__name__.rpartition(".")[2])


@pytest.fixture
def two_threads():
    with ThreadPoolExecutor(2) as executor:
        yield executor
