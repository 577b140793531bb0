"""Simulated epochs against exact moments, two-sided; their batches; their bits."""

import math
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory import exact
from sgdtheory.montecarlo.block import generator
from sgdtheory.montecarlo.deck import ORDERS, epoch_batches
from sgdtheory.optimizers import SGD
from sgdtheory.problems.epochs import sorted_targets, waves
from sgdtheory.problems.logistic import logistic
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge

DELTA = 1e-9
Processes = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))


def misses(values, expected, ceiling):
    """Whether an expected mean lies outside of the empirical Bernstein interval, jointly."""
    runs, k = values.shape
    log = math.log(4 * k / DELTA)
    variance = values.var(axis=0, ddof=1)
    half = np.sqrt(2 * variance * log / runs) + 7 * ceiling * log / (3 * (runs - 1))
    return np.abs(values.mean(axis=0) - expected) > half


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(2)
    return ridge(rng.uniform(-1, 1, (5, 2)), rng.uniform(-1, 1, 5), l2=0.5)


@pytest.mark.chance(DELTA)
@pytest.mark.parametrize("order", ["reshuffle", "shuffle-once"])
def test_simulated_epochs_have_their_exact_moments_and_not_those_of_others(data, order):
    rule, w0, B, steps = SGD(0.9), data.w_star + np.array([1.0, 0.0]), 2, 3
    epochs = np.array([1, 2, 6])
    run = st.simulate(data, rule, B, steps=6 * steps, runs=80_000, times=epochs * steps, seed=3,
                      w0=w0, project=False, order=order)
    ceiling = run.ceiling
    right = exact.epochs2(data, rule, B, epochs, order, w0=w0)
    assert not misses(run.distance2, right, ceiling).any()
    for other in set(ORDERS) - {order}:
        wrong = exact.epochs2(data, rule, B, epochs, other, w0=w0)
        assert misses(run.distance2, wrong, ceiling).any(), other
    fresh = exact.distance2(data, rule, B, epochs * steps, w0=w0, replace=False)
    assert misses(run.distance2, fresh, ceiling).any()
    late = exact.epochs2(data, rule, B, epochs + 1, order, w0=w0)
    assert misses(run.distance2, late, ceiling).any()
    full = exact.epochs2(data, rule, 3, epochs, order, w0=w0)
    assert misses(run.distance2, full, ceiling).any()


def test_a_cyclic_order_has_no_chance(data):
    run = st.simulate(data, SGD(0.4), 2, steps=30, runs=2, times=[3, 6, 30], order="cyclic")
    assert np.array_equal(run.distance2[0], run.distance2[1])
    expected = exact.epochs2(data, SGD(0.4), 2, [1, 2, 10], "cyclic")
    np.testing.assert_allclose(run.distance2[0], expected, rtol=1e-12)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(run.distance2[0], np.roll(expected, 1), rtol=1e-12)


@pytest.mark.chance(DELTA)
def test_simulated_waves_exceed_the_bound_after_an_epoch():
    shuffled = st.simulate(waves(), SGD(0.5), steps=2, runs=4000, order="reshuffle")
    np.testing.assert_allclose(shuffled.mean, [0, 1 / 4, 9 / 16], rtol=1e-12)
    fresh = st.simulate(waves(), SGD(0.5), steps=2, runs=30_000)
    assert not misses(fresh.distance2, [0, 1 / 4, 5 / 16], 9 / 16).any()
    assert misses(fresh.distance2, [0, 1 / 4, 9 / 16], 9 / 16).any()


def test_a_sorted_pass_is_simulated_as_it_is_computed():
    run = st.simulate(sorted_targets(50, 0.05), SGD(0.05), steps=1000, runs=2, times=[100, 1000],
                      order="cyclic")
    r = 0.95**50
    expected = [(1 - r) ** 4, ((1 - r) / (1 + r) * (1 - r**20)) ** 2]
    np.testing.assert_allclose(run.mean, expected, rtol=1e-12)
    assert np.all(run.mean > 10 * 0.05)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("B", [1, 2, 3, 7])
def test_every_epoch_has_every_row_once(order, B):
    deck = epoch_batches(7, B, 50, order, generator(0, 0, 0))
    steps = -(-7 // B)
    epochs = []
    for _ in range(3):
        batches = [next(deck).copy() for _ in range(steps)]
        assert [len(rows) for rows in batches] == [B] * (7 // B) + [7 % B] * (7 % B > 0)
        epochs.append(np.concatenate(batches))
        assert np.array_equal(np.sort(epochs[-1], axis=0), np.tile(np.arange(7), (50, 1)).T)
    again = np.array_equal(epochs[0], epochs[1]) and np.array_equal(epochs[1], epochs[2])
    assert again == (order != "reshuffle")
    alike = np.all(epochs[0] == epochs[0][:, :1])
    assert alike == (order == "cyclic")


@pytest.mark.chance(DELTA)
@pytest.mark.parametrize("order", ["reshuffle", "shuffle-once"])
def test_every_order_of_the_rows_is_equally_likely(order):
    # 24 orders, 24,000 replicas: a count is within 32 n p (Bernstein) with all but 1e-12 each.
    deck = epoch_batches(4, 1, 24_000, order, generator(1, 0, 0))
    rows = np.concatenate([next(deck).copy() for _ in range(4)])
    counts = np.unique(rows.T @ [64, 16, 4, 1], return_counts=True)[1]
    log = math.log(2 * 24 / (DELTA / 4))
    most = math.sqrt(2 * 1000 * log) + 2 * log / 3
    assert len(counts) == 24 and np.all(np.abs(counts - 1000) < most)
    biased = np.where(rows[0] == 0, 1, rows[0])
    assert abs(np.sum(biased == 1) - 6000) > 6 * most


def test_an_epoch_is_a_plain_loop_over_the_documented_streams(data):
    """The slow obvious twin, in two blocks."""
    size = 65_536 // 5
    run = st.simulate(data, SGD(0.2), 2, steps=7, runs=size + 10, seed=3, order="reshuffle")
    for b, replicas in ((0, slice(0, size)), (1, slice(size, size + 10))):
        rng, rows = generator(3, 0, b), None
        e = np.repeat((data.w0 - data.w_star)[:, None], replicas.stop - replicas.start, axis=1)
        for t in range(7):
            if t % 3 == 0:
                rows = np.repeat(np.arange(5)[:, None], e.shape[1], axis=1) if t == 0 else rows
                rows = rng.permuted(rows, axis=0)
            batch = rows[2 * (t % 3) : 2 * (t % 3) + 2]
            e = data.project_error(e - 0.2 * data.batch_grad_error(e, batch))
        np.testing.assert_allclose(run.distance2[replicas, -1], np.sum(e**2, axis=0), rtol=1e-14)


@pytest.mark.parametrize("order", ["reshuffle", "shuffle-once"])
def test_epochs_have_the_same_bits_in_two_processes_and_from_a_store(order, tmp_path):
    rng = np.random.default_rng(0)
    data = ridge(rng.standard_normal((300, 2)), rng.standard_normal(300), 0.1)
    arguments = {"steps": 9, "runs": 600, "order": order, "seed": 4}
    serial = st.simulate(data, SGD(0.01), 64, **arguments)
    with Processes(2) as executor:
        parallel = st.simulate(data, SGD(0.01), 64, executor=executor, store=tmp_path, **arguments)
    kept = st.simulate(data, SGD(0.01), 64, store=tmp_path, **arguments)
    assert parallel.distance2.tobytes() == serial.distance2.tobytes()
    assert kept.distance2.tobytes() == serial.distance2.tobytes()
    other = st.simulate(data, SGD(0.01), 64, store=tmp_path, **(arguments | {"order": None}))
    assert other.distance2.tobytes() != serial.distance2.tobytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_run_remembers_its_order_and_knows_no_variance_of_it(data, tmp_path):
    run = st.simulate(data, SGD(0.1), steps=4, runs=5, order="reshuffle", project=False)
    assert run.order == "reshuffle" and run.replace is False and run.variance is None
    assert np.isfinite(run.ceiling).all()
    run.save(tmp_path / "run.npz")
    assert st.load(tmp_path / "run.npz").order == "reshuffle"
    assert st.simulate(data, SGD(0.1), steps=4, runs=5).order is None


def test_logistic_regression_has_epochs_too():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((6, 2)), np.array([1.0, -1.0] * 3)
    data = logistic(X, y, 0.3)
    run = st.simulate(data, SGD(0.5), 4, steps=2, runs=3, order="cyclic", project=False)
    w = data.w0
    for rows in (slice(0, 4), slice(4, 6)):
        slopes = -y[rows] / (1 + np.exp(y[rows] * (X[rows] @ w)))
        w = w - 0.5 * (slopes @ X[rows] / len(slopes) + 0.3 * w)
    np.testing.assert_allclose(run.distance2[:, -1], np.sum((w - data.w_star) ** 2), rtol=1e-10)


@pytest.mark.parametrize(("problem", "arguments", "message"), [
    (None, {"order": "random"}, "must be one of reshuffle, cyclic, shuffle-once, or None"),
    (None, {"order": "cyclic", "B": 6}, "B=6, the batch size, exceeds n=5"),
    (quadratic([1.0], 1.0), {"order": "reshuffle"}, "order='reshuffle' needs a finite sum"),
])
def test_orders_that_cannot_be_simulated_are_refused(data, problem, arguments, message):
    with pytest.raises(ValueError, match=message):
        st.simulate(problem or data, SGD(0.1), **{"steps": 2, "runs": 4, **arguments})


def test_the_orders_of_the_replicas_count_as_memory():
    many = ridge(np.ones((5000, 1)), np.arange(5000), 0.0)
    arguments = {"steps": 1, "runs": 64, "memory_limit": 10_000_000}
    with pytest.raises(ValueError, match=r"more than the 9.5 MiB of memory"):
        st.simulate(many, SGD(0.1), order="reshuffle", **arguments)
    assert st.simulate(many, SGD(0.1), **arguments).runs == 64
