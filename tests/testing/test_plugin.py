"""The plugin on suites of others: what fails, what is printed, what is reproduced, what is let be.

`suite` writes a test file and runs pytest on it in this process; the plugin is found by its entry
point, as in anybody's environment.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from sgdtheory.pytest_plugin import Ledger, MonteCarlo


@pytest.fixture
def suite(pytester: pytest.Pytester):
    """Return a function that runs pytest on a file of that text with these options."""

    def run(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_suite=text)
        return pytester.runpytest_inprocess("-p", "no:randomly", *options)

    return run


def draws(result: pytest.RunResult) -> list[str]:
    """What a suite printed as ``draw NUMBER``."""
    return re.findall(r"draw (\d+)", result.stdout.str())


def test_a_violated_bound_fails_and_says_what_to_do(suite):
    result = suite("""
        def test_violated(mc):
            mc.below(mc.rng("x").exponential(size=4096), 0.8)
    """)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: violated: mean / claimed = 1.*delta = 1e-09*",
                                 "*a true claim fails here with probability at most 1e-09*"])
    assert "def assert_below" not in result.stdout.str()  # the traceback ends in the user's test


SEEDS = 300
OVER_SEEDS = f"""
    import pytest

    @pytest.mark.parametrize("replica", range({SEEDS}))
    def test_mean(mc, replica):
        x = mc.rng().exponential(size=8192)
        mc.below(x, BOUND)
"""


@pytest.mark.chance(SEEDS * 1e-12)
def test_a_true_bound_never_flakes_over_300_seeds(suite):
    result = suite(OVER_SEEDS.replace("BOUND", "1.0"), "--mc-delta=1e-9")
    result.assert_outcomes(passed=SEEDS)
    result.stdout.fnmatch_lines([
        "=* false alarms, --mc-seed=0 =*",
        "   3e-10  test_suite.py::test_mean (300 checks)",
        "false-alarm probability of all tests together: at most 3e-10 (budget 1e-09)"])


def test_a_bound_a_fifth_too_small_is_caught_on_all_300_seeds():
    """8192 samples; n95 is 4,700 at delta = 1e-12, so that no seed should miss it."""
    missed = 0
    for seed in range(SEEDS):
        mc = MonteCarlo("test", seed, 1e-12, [])
        try:
            mc.below(mc.rng().exponential(size=8192), 1 / 1.2)
            missed += 1
        except AssertionError:
            pass
    assert missed == 0


@pytest.mark.chance(4e-9)
def test_the_ledger_says_who_spent_what(suite):
    text = """
        import pytest

        def test_two_checks(mc):
            mc.below(mc.rng("x").exponential(size=4096), 2.0)
            mc.equal_mean(mc.rng("y").random(4096), 0.5, delta=3e-9, ceiling=1.0)

        @pytest.mark.chance(4e-8)
        @pytest.mark.parametrize("case", [1, 2])
        def test_marked(case):
            pass

        @pytest.mark.chance(1e-8)
        def test_marked_that_checks_too(mc):
            mc.spend(2e-8)

        def test_drift(mc):
            mc.drift([1.0] * 400, lambda x: x + 1e-3 * (x > 0), 5e-10)

        def test_calm():
            pass
    """
    result = suite(text)
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines([
        "   8e-08  test_suite.py::test_marked (2 checks)",
        "   3e-08  test_suite.py::test_marked_that_checks_too (2 checks)",
        "   4e-09  test_suite.py::test_two_checks (2 checks)",
        "   5e-10  test_suite.py::test_drift (1 check)",
        "false-alarm probability of all tests together: at most 1.1e-07 (budget 1e-06)"],
        consecutive=True)
    assert "test_calm" not in result.stdout.str()
    suite(text, "-v").stdout.fnmatch_lines(["*4e-08  test_suite.py::test_marked?1? (1 check)"])


def test_a_long_ledger_is_cut_and_adds_up(suite):
    text = "\n".join(f"def test_{i:02d}(mc):\n    mc.spend({i + 1}e-9)" for i in range(12))
    suite(text).stdout.fnmatch_lines([
        " 1.2e-08  test_suite.py::test_11 (1 check)", "   3e-09  2 other tests (see -v)",
        "*at most 7.8e-08*"])
    assert "other tests" not in suite(text, "-v").stdout.str()


def test_only_tests_that_ran_have_spent_and_failing_ones_have(suite):
    result = suite("""
        import pytest

        @pytest.mark.skip
        @pytest.mark.chance(1e-8)
        def test_skipped():
            pass

        def test_failed(mc):
            mc.spend(2e-9)
            raise RuntimeError
    """)
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*at most 2e-09 *"])


def test_a_suite_that_spends_more_than_its_budget_fails_though_its_tests_pass(suite):
    text = """
        def test_spender(mc):
            mc.spend(6e-7)

        def test_another(mc):
            mc.spend(5e-7)
    """
    result = suite(text)
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([
        "FAILED: the tests' false-alarm probabilities add up to 1.1e-06, more than "
        "--mc-delta=1e-06; lower the delta of some, or raise --mc-delta"])
    assert suite(text, "--mc-delta=2e-6").ret == pytest.ExitCode.OK


def test_a_thousand_checks_of_the_default_are_in_the_budget_and_one_more_is_not(suite):
    text = "def test_many(mc):\n    for _ in range({}):\n        mc.spend()"
    for delta in ("1e-6", "0.3", "7e-3"):
        assert suite(text.format(1000), f"--mc-delta={delta}").ret == pytest.ExitCode.OK
        assert suite(text.format(1001), f"--mc-delta={delta}").ret == pytest.ExitCode.TESTS_FAILED


def test_marks_beyond_the_budget_are_refused_before_anything_runs(suite):
    text = """
        import pytest

        @pytest.mark.chance(6e-7)
        @pytest.mark.parametrize("case", [1, 2])
        def test_marked(case):
            print("executed")
    """
    result = suite(text, "-s")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*add up to 1.2e-06, more than --mc-delta=1e-06; lower*"])
    assert "executed" not in result.stdout.str()
    assert suite(text, "-s", "-k", "1").ret == pytest.ExitCode.OK


@pytest.mark.parametrize("mark", ["'often'", "2", "0", "", "1e-9, 1e-9", "delta=1e-9"])
def test_a_mark_without_a_probability_is_refused_by_the_name_of_its_test(suite, mark):
    result = suite(f"""
        import pytest

        @pytest.mark.chance({mark})
        def test_marked():
            pass
    """)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_suite.py::test_marked: chance*probability of a false*"])


@pytest.mark.parametrize(("option", "message"), [
    ("--mc-delta=2", "*--mc-delta: the false-alarm probability of all tests * (0, 1); got 2"),
    ("--mc-delta=0", "*got 0"), ("--mc-delta=nan", "*got nan"), ("--mc-delta=x", "*got x"),
    ("--mc-seed=-1", "*--mc-seed: the seed of all streams must be a whole number >= 0; got -1"),
    ("--mc-seed=1.5", "*got 1.5")])
def test_options_out_of_their_domain_are_refused(suite, option, message):
    result = suite("def test_nothing(): pass", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


@pytest.mark.parametrize("delta", [0, 1, "1e-9", float("nan")])
def test_a_check_with_a_delta_that_is_no_probability_is_refused_and_spends_nothing(delta):
    account: list = []
    mc = MonteCarlo("test", 0, 1e-9, account)
    with pytest.raises(ValueError, match=r"delta, the probability of a false alarm, must lie"):
        mc.below([1.0, 2.0], 3.0, delta)
    assert account == []


DRAWS = """
    def test_one(mc):
        print("draw", mc.rng("x").integers(2**62), flush=True)
        print("draw", mc.rng("y").integers(2**62))
        print("draw", mc.rng("x").integers(2**62))
        print("draw", mc.seed("x"))

    def test_two(mc):
        print("draw", mc.rng("x").integers(2**62))
        print("draw", mc.seed("x"))
"""


def test_seeds_reproduce_and_every_test_and_every_name_has_its_own_stream(suite):
    first, again, other = (draws(suite(DRAWS, "-s", f"--mc-seed={seed}")) for seed in (0, 0, 1))
    x, y, x_again, seed, x_of_two, seed_of_two = first
    assert first == again and x == x_again
    assert len({x, y, x_of_two, seed, seed_of_two}) == 5
    assert not set(first) & set(other)
    assert draws(suite(DRAWS, "-s")) == first  # the seed is 0 unless it is given
    assert draws(suite(DRAWS, "-s", "-k", "two")) == first[-2:]  # whichever tests run besides


def test_a_name_is_not_confused_with_the_end_of_a_test():
    one, two = MonteCarlo("test_a", 0, 1e-9, []), MonteCarlo("test_", 0, 1e-9, [])
    assert one.seed("b") != two.seed("ab")


def test_the_ledger_reaches_the_report_for_machines(suite, pytester):
    suite("def test_spender(mc):\n    mc.spend(2e-9)", "--junit-xml=out.xml")
    assert '<property name="mc_delta" value="2e-09"' in (pytester.path / "out.xml").read_text()


def test_what_is_spent_survives_the_trip_from_a_worker_to_the_head(suite, pytester):
    """Reports are all that a distributed run sends, as JSON."""
    recorder = pytester.inline_run(pytester.makepyfile("def test_spender(mc):\n    mc.spend(2e-9)"))
    report = recorder.getreports("pytest_runtest_logreport")[-1]
    sent = pytest.TestReport._from_json(report._to_json())
    ledger = Ledger(None, 1e-9, True)
    ledger.pytest_runtest_logreport(sent)
    assert ledger.total == 2e-9 and ledger.exceeded


@pytest.mark.chance(5e-9)
def test_checks_work_under_hypothesis_and_each_example_spends(suite):
    suite("""
        from hypothesis import HealthCheck, given, settings, strategies as st

        @settings(max_examples=5, database=None, derandomize=True,
                  suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(scale=st.sampled_from([1.0, 2.0, 4.0, 8.0, 16.0]))
        def test_scale(mc, scale):
            mc.below(scale * mc.rng(repr(scale)).exponential(size=2048), 1.5 * scale)
    """).stdout.fnmatch_lines(["   5e-09  test_suite.py::test_scale (5 checks)"])


def test_a_suite_that_uses_nothing_sees_nothing(suite):
    result = suite("def test_calm(): pass")
    assert "false" not in result.stdout.str() and result.ret == pytest.ExitCode.OK


def test_a_marker_and_a_fixture_of_ones_own_are_left_alone(suite, pytester):
    pytester.makeini("[pytest]\nmarkers = chance(percent): how often the weather fails us\n")
    result = suite("""
        import pytest

        @pytest.fixture
        def mc():
            return "Master of Ceremonies"

        @pytest.mark.chance(50, of="rain")
        def test_weather(mc):
            assert mc.endswith("Ceremonies")
    """, "--strict-markers")
    result.assert_outcomes(passed=1)
    assert "false" not in result.stdout.str()


def test_the_marker_is_declared(suite):
    line = "@pytest.mark.chance(delta): a true claim fails this test with probability at most delta"
    suite("", "--markers").stdout.fnmatch_lines([line])
    assert line not in suite("", "--markers", "-p", "no:sgdtheory").stdout.str()


HEAVY = {"sympy", "scipy", "hypothesis", "matplotlib", "numpy"}


def test_the_plugin_imports_nothing_heavy_before_it_is_used():
    code = ("import sys, sgdtheory.pytest_plugin;"
            f"assert not {HEAVY} & set(sys.modules), {HEAVY} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pytest_with_the_plugin_imports_nothing_heavy_for_others(pytester):
    pytester.makepyfile(f"""
        import sys

        def test_light(request):
            assert request.config.pluginmanager.has_plugin("sgdtheory-ledger")
            assert not {HEAVY} & set(sys.modules)
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert not re.search("false.alarm", result.stdout.str())
