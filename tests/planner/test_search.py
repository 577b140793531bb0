"""The search for the cheapest batch against trying them all, and the three costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sgdtheory.planner import Linear, Overlapped, Parallel, search
from sgdtheory.planner.search import cheapest, smallest

QUIET = settings(max_examples=100, deadline=None, derandomize=True,
                 suppress_health_check=list(HealthCheck))


def falling(drops):
    """Return a function of B that falls by whole numbers, to at least 1, at the given batches."""
    at, by = zip(*sorted(drops), strict=True)
    after = 1 + np.concatenate([np.cumsum(by[::-1])[::-1], [0]])
    return lambda B: int(after[np.searchsorted(at, B, side="right")])


DROPS = some.lists(some.tuples(some.integers(2, 300), some.integers(1, 40)), min_size=1,
                   max_size=30, unique_by=lambda drop: drop[0])
PRICES = some.one_of(
    some.builds(Linear, some.floats(0.0, 90), some.floats(0.1, 3)),
    some.builds(Linear, some.just(2.0), some.just(0.0)),
    some.builds(Overlapped, some.floats(0.5, 90), some.floats(0.1, 3)),
    some.builds(Parallel, some.floats(0.0, 90), some.floats(0.1, 3), some.integers(1, 40)))


@QUIET
@given(drops=DROPS, cost=PRICES, first=some.integers(1, 40), start=some.integers(1, 400))
def test_nothing_is_cheaper_than_what_the_search_finds(drops, cost, first, start):
    steps = falling(drops)
    B, T = cheapest(steps, cost.price, first, start)
    least = min(steps(b) * cost.price(b) for b in range(first, 302))
    assert T == steps(B) and B >= first
    assert T * cost.price(B) == least
    assert B == first or steps(B - 1) > T


def test_a_local_descent_would_be_caught():
    steps, cost = falling([(50, 90), (200, 10)]), Linear(30.0, 1.0)

    def product(B):
        return steps(B) * cost.price(B)

    local = 1
    while product(local + 1) < product(local):
        local += 1
    assert (local, product(local)) == (1, 101 * 31)
    assert cheapest(steps, cost.price, 1, 1) == (200, 1) and product(200) == 230


def test_a_search_that_takes_long_is_content_with_a_tenth_of_a_percent(monkeypatch):
    N, asked = 10**8 + 7, []

    def steps(B):
        asked.append(B)
        return -(-N // B)

    monkeypatch.setattr(search, "ENOUGH", 50)
    B, T = cheapest(steps, Linear(0.0, 1.0).price, 2, 2)
    assert N <= T * B <= 1.001 * N
    assert len(asked) < 2 * 18 / search.WITHIN  # intervals of relative width 1e-3 from 2 to N


def test_the_smallest_is_found_at_both_ends():
    assert smallest(lambda B: True, 1, 10) == 1
    assert smallest(lambda B: B > 9, 1, 10) == 10


@QUIET
@given(cost=PRICES, B=some.integers(1, 1000))
def test_a_filled_batch_costs_the_same_and_the_next_one_more(cost, B):
    filled = cost.fill(B)
    assert filled >= B and cost.price(filled) == cost.price(B)
    assert cost.price(filled + 1) > cost.price(B) or cost.t1 == 0


def test_costs_are_what_their_words_say():
    assert (str(Linear(2.0, 3.0)), Linear(2.0, 3.0).price(4)) == ("2 + 3 B", 14)
    assert (str(Linear(0.0, 1.0)), str(Linear(5.0, 0.0))) == ("B", "5")
    assert (str(Overlapped(9.0, 2.0)), Overlapped(9.0, 2.0).price(4)) == ("max(9, 2 B)", 9)
    assert Overlapped(9.0, 2.0).price(5) == 10
    assert (str(Parallel(1.0, 2.0, 8)), Parallel(1.0, 2.0, 8).price(9)) == ("1 + 2 ceil(B/8)", 5)


def test_a_latency_below_the_cost_of_a_sample_leaves_nothing_free():
    assert Overlapped(0.5, 2.0).fill(1) == 1 and Overlapped(0.5, 2.0).price(1) == 2
    assert Overlapped(7.0, 2.0).fill(1) == pytest.approx(3)
