"""Exact moments against the average over every sample path of a small finite sum."""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pytest

from sgdtheory import exact
from sgdtheory.exact import laws
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.problems.ridge import ridge

STEPS = 3
TOLERANCE = 1e-13


@dataclass(frozen=True)
class LookAhead:
    """Nesterov's method as on slide 28: the gradient at ``w - alpha beta1 m``."""

    alpha: float
    beta1: float

    def init(self, w):
        return 0 * w

    def step(self, w, m, grad, t):
        m = self.beta1 * m + (1 - self.beta1) * grad(w - self.alpha * self.beta1 * m)
        return w - self.alpha * m, m


RULES = [SGD(0.3), Momentum(0.3, 0.5), CorrectedMomentum(0.3, 0.5), LookAhead(0.3, 0.5)]
BATCHES = [(1, True), (2, True), (1, False), (2, False), (3, False)]


@pytest.fixture
def problem():
    X = [[1.0, 0.5], [-0.25, 1.5], [0.75, -1.0]]
    return ridge(X, [1.0, -0.5, 2.0], l2=0.1)


def all_paths(problem, rule, B, replace):
    """E|w_t - w*|^2 for t = 0 .. STEPS by enumeration: every batch at every step."""
    rows = range(problem.n)
    batches = list(product(rows, repeat=B) if replace else combinations(rows, B))
    w0 = np.array([0.5, -1.5])
    total = np.zeros(STEPS + 1)
    for path in product(batches, repeat=STEPS):
        w, state = w0, rule.init(w0)
        for t in range(STEPS + 1):
            if t:
                X, y = problem.X[list(path[t - 1])], problem.y[list(path[t - 1])]
                w, state = rule.step(
                    w, state, lambda v, X=X, y=y: X.T @ (X @ v - y) / B + problem.l2 * v, t)
            total[t] += np.sum((w - problem.w_star) ** 2)
    return total / len(batches) ** STEPS


def ours(problem, rule, B, replace, times=range(STEPS + 1)):
    return exact.distance2(problem, rule, B, times=list(times), w0=[0.5, -1.5], replace=replace)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize(("B", "replace"), BATCHES)
def test_the_moments_are_the_average_over_all_sample_paths(problem, rule, B, replace):
    expected = all_paths(problem, rule, B, replace)
    np.testing.assert_allclose(ours(problem, rule, B, replace), expected, rtol=TOLERANCE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_the_average_over_all_paths_tells_the_wrong_moments_from_the_right_ones(problem, rule):
    expected = all_paths(problem, rule, 2, replace=False)[1:]
    mutants = {
        "replacement ignored, kappa = 1/B": ours(problem, rule, 2, True)[1:],
        "kappa of B = 1": ours(problem, rule, 1, False)[1:],
        "off by one in t": ours(problem, rule, 2, False, range(2, STEPS + 2)),
        "no noise": ours(problem, rule, 3, False)[1:],
    }
    for name, wrong in mutants.items():
        assert np.all(np.abs(wrong / expected - 1) > 1e3 * TOLERANCE), name


@pytest.mark.parametrize("mutant", ["no cross term", "no mean squared", "no floor"])
def test_the_average_over_all_paths_sees_a_term_missing_from_the_law(problem, mutant, monkeypatch):
    law = laws.LeastSquaresRows
    spread, floor = law.spread, law.floor
    if mutant == "no cross term":
        monkeypatch.setattr(law, "spread", lambda self, m, P: spread(self, 0 * m, P))
    elif mutant == "no mean squared":
        hessian = np.diag(np.linalg.eigvalsh(problem.X.T @ problem.X / problem.n))
        monkeypatch.setattr(law, "spread",
                            lambda self, m, P: spread(self, m, P) + hessian @ P @ hessian)
    else:
        monkeypatch.setattr(law, "floor", property(lambda self: 0 * floor.fget(self)))
    expected = all_paths(problem, SGD(0.3), 1, True)
    wrong = ours(problem, SGD(0.3), 1, True)
    assert np.all(np.abs(wrong / expected - 1)[2:] > 1e3 * TOLERANCE)
