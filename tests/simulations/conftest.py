"""Small runs of the simulations, each done once for all tests.

A small run has at most 30 verdicts on true claims in which anything is random, each with a
false-alarm probability of 1e-9.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from sgdtheory.simulations import (
    bias_correction,
    epochs,
    exact_moments,
    gradient_descent,
    minibatch,
    momentum,
    nesterov,
    noise_ball,
    optimum_noise,
    step_sizes,
)

SIMULATIONS = {module.__name__.rpartition(".")[2]: module
               for module in (gradient_descent, noise_ball, minibatch, epochs, step_sizes,
                              optimum_noise, exact_moments, momentum, bias_correction, nesterov)}
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
