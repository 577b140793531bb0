"""The largest variance on a ball: the dual bound meets the primal point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from sgdtheory.problems.secular import maximize_on_ball


@given(seed=hyp.integers(0, 2**32), dim=hyp.integers(1, 8), rank=hyp.integers(1, 8),
       radius=hyp.sampled_from([1e-6, 0.3, 1.0, 1e6]), linear=hyp.sampled_from([0, 1e-12, 1, 1e6]))
@settings(max_examples=150, deadline=None)
def test_primal_and_dual_agree_and_no_point_of_the_ball_is_above(seed, dim, rank, radius, linear):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((min(rank, dim), dim))
    Q, q = A.T @ A, linear * rng.standard_normal(dim)
    best = maximize_on_ball(Q, q, radius)
    size = abs(best.upper)
    assert best.value <= best.upper + 1e-12 * size and best.upper - best.value <= 1e-9 * size
    assert np.sqrt(best.point @ best.point) == pytest.approx(radius, rel=1e-12)
    assert best.nu >= np.linalg.eigvalsh(Q)[-1] * (1 - 1e-12)
    h = rng.standard_normal((dim, 500))
    h *= radius / np.sqrt((h**2).sum(axis=0))
    assert ((h * (Q @ h)).sum(axis=0) + 2 * q @ h).max() <= best.upper + 1e-12 * size


def test_the_hard_case_needs_a_piece_of_the_top_eigenvector():
    """Q = diag(0, 1, 4), q = (1, 1, 0): delta = 0, h = (1/4, 1/3, tau), value 4 R^2 + 7/12."""
    best = maximize_on_ball(np.diag([0.0, 1.0, 4.0]), np.array([1.0, 1.0, 0.0]), radius=2.0)
    assert best.value == pytest.approx(16 + 1 / 4 + 1 / 3, rel=1e-14)
    assert best.upper == pytest.approx(best.value, rel=1e-14) and best.nu == 4.0
    np.testing.assert_allclose(best.point[:2], [1 / 4, 1 / 3], rtol=1e-13)


@pytest.mark.parametrize("q", [np.zeros(3), np.array([1.0, 0.0, 0.0])])
def test_no_quadratic_part_is_the_linear_maximum(q):
    best = maximize_on_ball(np.zeros((3, 3)), q, radius=3.0)
    assert best.value == pytest.approx(6.0 * q[0], abs=1e-15)
    assert best.upper == pytest.approx(6.0 * q[0], abs=1e-15)


def test_a_smaller_multiplier_gives_no_bound():
    Q, q = np.diag([1.0, 3.0]), np.array([1.0, 1.0])
    best = maximize_on_ball(Q, q, 1.0)
    lower = best.nu * 0.99
    claimed = lower + float(q @ np.linalg.solve(lower * np.eye(2) - Q, q))
    assert claimed >= best.upper  # every admissible nu bounds from above; the best one least
    assert best.upper * 0.999 < best.value
