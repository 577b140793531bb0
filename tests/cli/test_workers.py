"""Processes: none for one worker, and a death among them is told."""

from __future__ import annotations

import os

import pytest

from sgdtheory.cli.workers import pool


def test_one_worker_needs_no_process():
    with pool(1) as executor:
        assert executor is None


@pytest.mark.parametrize("workers", [0, -1, 10**9])
def test_an_impossible_number_of_workers_is_refused(workers):
    with pytest.raises(ValueError, match="workers, the number of processes"), pool(workers):
        pass


def test_a_worker_that_dies_is_told_in_words():
    with pytest.raises(OSError, match="a worker process died"), pool(2) as executor:
        executor.submit(os._exit, 9).result()
