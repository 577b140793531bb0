"""The same arguments give the same bits, whoever computes them."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.montecarlo.block import generator
from sgdtheory.optimizers import SGD, Momentum
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge

BLOCK = 65_536 // 256
Processes = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))


@pytest.fixture(scope="module")
def problem():
    return quadratic(np.linspace(0.5, 2, 256), 1.0)


def simulate(problem, **changes):
    arguments = {"steps": 20, "runs": 4 * BLOCK + 3, "seed": 7, **changes}
    return st.simulate(problem, Momentum(0.2), 2, **arguments)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("pool", [ThreadPoolExecutor, Processes],
                         ids=["threads", "processes"])
def test_any_number_of_threads_or_processes_gives_the_same_bits(problem, pool, workers):
    serial = simulate(problem)
    with pool(workers) as executor:
        parallel = simulate(problem, executor=executor)
    assert parallel.distance2.tobytes() == serial.distance2.tobytes()


def test_a_finite_sum_gives_the_same_bits_in_two_processes():
    rng = np.random.default_rng(0)
    data = ridge(rng.standard_normal((50, 128)), rng.standard_normal(50), 0.1)
    for replace in (True, False):
        arguments = {"steps": 5, "runs": 1200, "replace": replace}
        serial = st.simulate(data, SGD(0.01), 3, **arguments)
        with Processes(2) as executor:
            parallel = st.simulate(data, SGD(0.01), 3, executor=executor, **arguments)
        assert parallel.distance2.tobytes() == serial.distance2.tobytes()


def test_seeds_and_configurations_have_numbers_of_their_own(problem):
    first = simulate(problem).distance2[:, -1]
    for changes in ({"seed": 8}, {"configuration": 1}):
        assert not np.any(simulate(problem, **changes).distance2[:, -1] == first)
    assert np.array_equal(simulate(problem, seed=7, configuration=0).distance2[:, -1], first)


def test_more_runs_leave_the_full_blocks_as_they_are(problem):
    few, many = simulate(problem, runs=2 * BLOCK), simulate(problem, runs=5 * BLOCK)
    assert np.array_equal(many.distance2[: 2 * BLOCK], few.distance2)
    assert len(np.unique(many.distance2[:, -1])) == 5 * BLOCK


def test_the_recorded_times_do_not_change_the_numbers(problem):
    some = simulate(problem, times=[3, 20])
    every = simulate(problem, times=range(21))
    assert np.array_equal(every.distance2[:, [3, 20]], some.distance2)
    early = simulate(problem, times=[3])
    assert np.array_equal(early.distance2[:, 0], some.distance2[:, 0])


def test_a_block_draws_from_the_documented_stream():
    entropy = np.random.SeedSequence(7, spawn_key=(2, 5))
    expected = np.random.Generator(np.random.SFC64(entropy)).standard_normal(4)
    assert np.array_equal(generator(7, 2, 5).standard_normal(4), expected)
    assert not np.any(generator(7, 5, 2).standard_normal(4) == expected)


def test_a_run_is_a_plain_loop_over_the_documented_streams(problem):
    """The slow obvious twin: w itself, allocated anew at every step."""
    rule, B = SGD(0.2), 2
    run = st.simulate(problem, rule, B, steps=4, runs=BLOCK + 10, seed=3, project=True)
    rows = []
    for b, size in ((0, BLOCK), (1, 10)):
        rng = generator(3, 0, b)
        w = np.tile((problem.w0 - problem.w_star)[:, None], size)
        squares = [np.sum(w**2, axis=0)]
        for _ in range(4):
            w = problem.project_error(w - 0.2 * problem.sample_grad_error(w, B, rng))
            squares.append(np.sum(w**2, axis=0))
        rows.append(np.array(squares).T)
    assert np.array_equal(run.times, range(5))
    np.testing.assert_allclose(run.distance2, np.concatenate(rows), rtol=1e-14)
