"""Laws with mean 1 that squared distances may have, and a count of alarms that is too many."""

import numpy as np
import pytest

ANISOTROPIC = np.array([2.0, *[1.0] * 3, *[0.5] * 6])
ANISOTROPIC = ANISOTROPIC / ANISOTROPIC.sum()


def chi2_1(rng, n):
    return rng.standard_normal(n) ** 2


def anisotropic_10(rng, n):
    return rng.standard_normal((n, 10)) ** 2 @ ANISOTROPIC


def rare_outlier(rng, n):
    """0.9 but for one in a thousand, which is 100.9: mean 1."""
    return np.where(rng.random(n) < 1e-3, 100.9, 0.9)


def bounded_discrete(rng, n):
    return rng.choice([0.0, 0.5, 1.0, 3.0], size=n, p=[0.2, 0.4, 0.2, 0.2])


def rare_zeros(rng, n):
    """1.001001... but for one in a thousand, which is 0: mean 1, skewed to the left."""
    return np.where(rng.random(n) < 1e-3, 0.0, 1 / 0.999)


LAWS = {law.__name__: law for law in
        (chi2_1, anisotropic_10, rare_outlier, bounded_discrete, rare_zeros)}
CEILINGS = {"bounded_discrete": 3.0, "rare_outlier": 100.9, "rare_zeros": 1 / 0.999}
VARIANCES = {"chi2_1": 2.0, "anisotropic_10": 2 * float(ANISOTROPIC @ ANISOTROPIC),
             "rare_outlier": 0.999 * 0.1**2 + 1e-3 * 99.9**2,
             "bounded_discrete": 0.2 + 0.4 * 0.25 + 0.2 * 4,
             "rare_zeros": 1e-3 + 0.999 * (1 / 0.999 - 1) ** 2}


def pytest_generate_tests(metafunc):
    if "any_law" in metafunc.fixturenames:
        metafunc.parametrize("any_law", LAWS)


@pytest.fixture
def draw():
    """Return n samples of the law of that name, shape (n, 1)."""
    return lambda law, rng, n: LAWS[law](rng, n)[:, None]


@pytest.fixture
def known():
    """Return the (ceiling, variance) of the law of that name."""
    return lambda law: (CEILINGS.get(law, np.inf), np.array([VARIANCES[law]]))


@pytest.fixture
def too_many():
    """Return the least count that n trials of probability p reach with probability < 1e-9."""
    from scipy.stats import binom

    return lambda n, p: int(binom.isf(1e-9, n, p)) + 1
