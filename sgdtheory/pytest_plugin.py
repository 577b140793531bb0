"""A pytest plugin: the fixture `mc`, and a ledger of how likely a false alarm of the suite is.

Every check that a test makes through `mc` spends a false-alarm probability; a test that judges
chance by other means states its own with ``@pytest.mark.chance(delta)``. The terminal summary says
who spent what, and a session that spends more than ``--mc-delta`` fails. What is spent travels as
a property of each test's report, so that it also reaches JUnit files and the head of a distributed
run. A suite that uses neither is left alone, as is one that declares a marker `chance` of its own.

Nothing but pytest is imported before a test asks for `mc`.
"""

from __future__ import annotations

import hashlib
import math
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import numpy as np

    from sgdtheory.verdict import Verdict

__all__ = ["Ledger", "MonteCarlo", "mc"]

_SPENT = "mc_delta"
_CHECKS_IN_BUDGET = 1000
_SHOWN = 10
_MARKER = "chance(delta): a true claim fails this test with probability at most delta"


@dataclass(frozen=True)
class MonteCarlo:
    """What a test of random code needs: streams of its own, and checks that keep account.

    Attributes
    ----------
    test
        The node id of the test; each test has its own streams.
    mc_seed
        The suite's seed, ``--mc-seed``.
    delta
        What a check spends unless it says otherwise: a thousandth of ``--mc-delta``.
    account
        The properties of the test's report, where spendings are written down.
    """

    test: str
    mc_seed: int
    delta: float
    account: list[tuple[str, object]]

    def rng(self, name: str = "") -> np.random.Generator:
        """Return the stream called `name`, always from its beginning."""
        import numpy as np

        return np.random.default_rng(self._sequence(name))

    def seed(self, name: str = "") -> int:
        """Return a seed of the stream called `name`, for code that takes a seed."""
        high, low = self._sequence(name).generate_state(2)
        return int(high) << 32 | int(low)

    def _sequence(self, name: str) -> np.random.SeedSequence:
        import numpy as np

        digest = hashlib.sha256(f"{self.test}\0{name}".encode()).digest()
        words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4)]
        return np.random.SeedSequence(self.mc_seed, spawn_key=words)

    def spend(self, delta: float | None = None) -> float:
        """Write down a false-alarm probability, by default `MonteCarlo.delta`, and return it.

        For a check of one's own that fails, though all is right, with at most this probability.
        """
        spent = self.delta if delta is None else delta
        self.account.append((_SPENT, _probability("delta", spent)))
        return float(spent)

    def below(
        self, run_or_samples: Any, bound: Any, delta: float | None = None, **known: Any
    ) -> Verdict:
        """`sgdtheory.testing.assert_below`, on the account of this test."""
        __tracebackhide__ = True
        from sgdtheory.testing import assert_below

        return assert_below(run_or_samples, bound, self.spend(delta), **known)

    def equal_mean(
        self, run_or_samples: Any, value: Any, delta: float | None = None, **known: Any
    ) -> Verdict:
        """`sgdtheory.testing.assert_equal_mean`, on the account of this test."""
        __tracebackhide__ = True
        from sgdtheory.testing import assert_equal_mean

        return assert_equal_mean(run_or_samples, value, self.spend(delta), **known)

    def drift(
        self, distance2: Any, drift: Callable[[Any], Any], delta: float | None = None, **known: Any
    ) -> Verdict:
        """`sgdtheory.testing.assert_drift`, on the account of this test."""
        __tracebackhide__ = True
        from sgdtheory.testing import assert_drift

        return assert_drift(distance2, drift, self.spend(delta), **known)


@pytest.fixture
def mc(request: pytest.FixtureRequest) -> MonteCarlo:
    """Random streams of this test's own, and checks that spend from the ledger of false alarms."""
    option = request.config.getoption
    return MonteCarlo(request.node.nodeid, option("mc_seed"),
                      option("mc_delta") / _CHECKS_IN_BUDGET, request.node.user_properties)


@dataclass(frozen=True, eq=False)
class Ledger:
    """Who spent what: the node id of each test that ran, and its false-alarm probabilities."""

    config: pytest.Config
    budget: float
    marked: bool
    spent: dict[str, list[float]] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """The false-alarm probability of all tests together, by the union bound."""
        return math.fsum(delta for deltas in self.spent.values() for delta in deltas)

    @property
    def exceeded(self) -> bool:
        """Whether more was spent than the budget, beyond rounding."""
        return self.total > self.budget * (1 + 1e-9)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse a suite whose marks alone exceed the budget, before anything runs."""
        marks = {item.nodeid: declared(item) for item in items} if self.marked else {}
        before = Ledger(self.config, self.budget, self.marked, marks)
        if before.exceeded and not hasattr(self.config, "workerinput"):
            raise pytest.UsageError(before.refusal())

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Write down the marks of a test that is about to run."""
        if self.marked:
            item.user_properties.extend((_SPENT, delta) for delta in declared(item))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Read what a test has spent off its last report."""
        deltas = [float(str(value)) for name, value in report.user_properties if name == _SPENT]
        if report.when == "teardown" and deltas:
            self.spent[report.nodeid] = deltas

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a session that has spent more than its budget."""
        if self.exceeded and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the ledger, if there is anything in it."""
        if not self.spent:
            return
        terminalreporter.section(f"false alarms, --mc-seed={self.config.getoption('mc_seed')}")
        for line in self.lines(everything=self.config.get_verbosity() > 0):
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"false-alarm probability of all tests together: at most "
                                    f"{self.total:.2g} (budget {self.budget:g})")
        if self.exceeded:
            terminalreporter.write_line(f"FAILED: {self.refusal()}", red=True)

    def lines(self, everything: bool) -> Iterator[str]:
        """Yield a line for each test, or for those that spent most, with their cases together."""
        spent: dict[str, list[float]] = {}
        for case, deltas in self.spent.items():
            spent.setdefault(case if everything else case.partition("[")[0], []).extend(deltas)
        ordered = sorted(spent, key=lambda test: (-math.fsum(spent[test]), test))
        shown = len(ordered) if everything else _SHOWN
        for test in ordered[:shown]:
            checks = f"{len(spent[test])} check{'s' if len(spent[test]) > 1 else ''}"
            yield f"{math.fsum(spent[test]):8.2g}  {test} ({checks})"
        if rest := ordered[shown:]:
            others = math.fsum(delta for test in rest for delta in spent[test])
            yield f"{others:8.2g}  {len(rest)} other test{'s' if len(rest) > 1 else ''} (see -v)"

    def refusal(self) -> str:
        """Say that the budget is exceeded, and what to do."""
        return (f"the tests' false-alarm probabilities add up to {self.total:.3g}, more than "
                f"--mc-delta={self.budget:g}; lower the delta of some, or raise --mc-delta")


def declared(item: pytest.Item) -> list[float]:
    """Return the false-alarm probabilities that the `chance` marks of a test declare."""
    marks = list(item.iter_markers("chance"))
    wrong = [mark for mark in marks if len(mark.args) != 1 or mark.kwargs]
    if wrong:
        raise pytest.UsageError(f"{item.nodeid}: chance takes one number, the probability of a "
                                f"false alarm; got {wrong[0].args} {wrong[0].kwargs}")
    try:
        return [_probability("chance(delta)", mark.args[0]) for mark in marks]
    except ValueError as error:
        raise pytest.UsageError(f"{item.nodeid}: {error}") from error


def _probability(name: str, value: Any) -> float:
    if not isinstance(value, Real) or not 0 < float(value) < 1:
        raise ValueError(f"{name}, the probability of a false alarm, must lie in (0, 1); got "
                         f"{value!r}")
    return float(value)


def _budget(text: str) -> float:
    try:
        return _probability("--mc-delta", float(text))
    except ValueError as error:
        raise ArgumentTypeError(f"the false-alarm probability of all tests together must lie in "
                                f"(0, 1); got {text}") from error


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"the seed of all streams must be a whole number >= 0; got {text}")
    return int(text)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("sgdtheory", "Monte Carlo tests")
    group.addoption("--mc-delta", type=_budget, default=1e-6, metavar="DELTA",
                    help="the largest false-alarm probability of all tests together (1e-6)")
    group.addoption("--mc-seed", type=_seed, default=0, metavar="SEED",
                    help="the seed of the streams of the fixture mc (0)")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, unless the suite has one of that name, and open the ledger."""
    declared_names = {line.split("(")[0].split(":")[0].strip() for line in config.getini("markers")}
    ours = "chance" not in declared_names
    if ours:
        config.addinivalue_line("markers", _MARKER)
    ledger = Ledger(config, config.getoption("mc_delta"), ours)
    config.pluginmanager.register(ledger, "sgdtheory-ledger")
