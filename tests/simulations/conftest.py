"""Small runs of the three simulations, each done once for all tests.

False alarms: each verdict has 1e-9, a small run at most 50 of them; with the 300-seed tests
(test_controls.py) this folder spends less than 1e-6.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from sgdtheory.simulations import bias_correction, minibatch, noise_ball

SIMULATIONS = {module.__name__.rpartition(".")[2]: module
               for module in (noise_ball, minibatch, bias_correction)}
RUNS = 128


@cache
def small_result(name):
    return SIMULATIONS[name].run(runs=RUNS, seed=1)


@pytest.fixture(params=SIMULATIONS)
def simulation(request):
    return SIMULATIONS[request.param]


@pytest.fixture
def small(simulation):
    """Return the result of a small run of the simulation."""
    return small_result(simulation.__name__.rpartition(".")[2])


@pytest.fixture
def two_threads():
    with ThreadPoolExecutor(2) as executor:
        yield executor
