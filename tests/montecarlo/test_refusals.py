"""What `simulate` refuses, and what it says; divergence; the recorded times."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.montecarlo import DivergedError
from sgdtheory.montecarlo.request import recorded_times
from sgdtheory.optimizers import SGD, Momentum
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge


@pytest.fixture(scope="module")
def problem():
    return quadratic([1.0, 2.0], 1.0)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(4)
    return ridge(rng.standard_normal((5, 2)), rng.standard_normal(5), 0.1)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"B": 0}, "B, the batch size, must be a whole number >= 1; got 0"),
    ({"B": 1.5}, "B, the batch size, must be"),
    ({"steps": -1}, "steps, the number of steps, must be a whole number >= 0; got -1"),
    ({"steps": 2.5}, "steps, the number of steps"),
    ({"runs": 1}, "runs, the number of replicas, must be a whole number >= 2; got 1"),
    ({"seed": -1}, "seed, the seed of the random numbers"),
    ({"configuration": -1}, "configuration, the number of the configuration"),
    ({"times": [0, 11]}, r"must lie in \[0, steps\] = \[0, 10\]; got 0 .. 11; raise steps"),
    ({"times": [-1, 3]}, r"must lie in \[0, steps\]"),
    ({"times": [3, 3]}, "must increase strictly"),
    ({"times": [5, 2]}, "must increase strictly"),
    ({"times": [0.5]}, "must be whole numbers"),
    ({"times": []}, "at least one"),
    ({"w0": [1.0]}, r"must have shape \(2,\).*got shape \(1,\)"),
    ({"w0": [1.0, np.nan]}, "must be finite; entry 1 is not"),
    ({"w0": [5.0, 0.0]}, "outside of the ball of radius 1; start inside"),
    ({"noise": "fast"}, "must be 'strict' .* got 'fast'"),
    ({"noise": "sign"}, "must be 'strict' .* got 'sign'"),
    ({"replace": False}, "replace=False needs a finite sum"),
])
def test_an_argument_out_of_its_domain_is_refused(problem, arguments, message):
    with pytest.raises(ValueError, match=message):
        st.simulate(problem, SGD(0.1), **{"steps": 10, "runs": 4, **arguments})


def test_more_rows_than_there_are_is_refused_without_replacement_only(data):
    with pytest.raises(ValueError, match=r"B=6, the batch size, exceeds n=5 .* B <= 5"):
        st.simulate(data, SGD(0.1), 6, steps=2, runs=4, replace=False)
    assert st.simulate(data, SGD(0.1), 6, steps=2, runs=4).B == 6


def test_a_start_outside_of_the_ball_is_fine_without_projection(problem):
    run = st.simulate(problem, SGD(0.1), steps=2, runs=4, w0=[5.0, 0.0], project=False)
    assert run.distance2[0, 0] == 25


def test_a_request_larger_than_the_memory_is_refused_before_anything_is_computed(problem):
    with pytest.raises(ValueError, match=r"needs 72\.8 TiB \(100000000000 runs at 50 recorded "
                                         r"times\), more than .* record fewer times or runs"):
        st.simulate(problem, SGD(0.1), steps=10**12, runs=10**11, times=range(50))


def test_the_memory_limit_is_the_one_given(problem):
    arguments = {"steps": 10, "runs": 1000}
    st.simulate(problem, SGD(0.1), memory_limit=2**26, **arguments)
    with pytest.raises(ValueError, match=r"more than the 1\.0 MiB of memory"):
        st.simulate(problem, SGD(0.1), memory_limit=2**20, **arguments)


def test_the_default_times_are_about_sixty_and_log_spaced():
    assert recorded_times(None, 0).tolist() == [0]
    assert recorded_times(None, 1).tolist() == [0, 1]
    assert recorded_times(None, 5).tolist() == [0, 1, 2, 3, 4, 5]
    for steps in (100, 1000, 10**5, 10**9):
        times = recorded_times(None, steps)
        assert times[0] == 0 and times[-1] == steps and 30 <= len(times) <= 60
        late = times[times > 100]
        ratios = late[1:] / late[:-1]
        assert ratios.size == 0 or ratios.max() < 1.02 * ratios.min() + 0.02


def test_progress_counts_the_blocks(problem):
    seen = []
    st.simulate(problem, SGD(0.1), steps=2, runs=2 * 32_768 + 1,
                progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_diverging_replica_is_named_with_its_step_and_the_remedy(data):
    alpha = 10 / data.L
    with pytest.raises(DivergedError) as caught:
        st.simulate(data, SGD(alpha), steps=2000, runs=8, project=False)
    error = caught.value
    message = str(error)
    assert f"replica {error.replica} left the finite range at step {error.step}" in message
    assert f"alpha={alpha:.6g}, the learning rate, is not below 2/L={2 / data.L:.6g}" in message
    assert "allow_divergence=True" in message
    assert 1e153 < error.reached
    assert 0 <= error.replica < 8 and 0 < error.step < 2000


def test_a_diverging_replica_is_the_same_when_it_comes_from_another_process(data):
    call = partial(st.simulate, data, SGD(10 / data.L), steps=2000, runs=8, project=False)
    with pytest.raises(DivergedError) as here:
        call()
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        there = processes.submit(call).exception()
    assert type(there) is DivergedError and str(there) == str(here.value)
    assert vars(there) == vars(here.value) and len(vars(there)) == 3


def test_notes_on_a_diverging_replica_survive_pickling():
    error = DivergedError("lost", 1, 2, 3.0)
    error.add_note("on machine 5")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["on machine 5"]
    plain = pickle.loads(pickle.dumps(DivergedError("lost", 1, 2, 3.0)))
    assert not hasattr(plain, "__notes__") and plain.replica == 1


def test_noise_that_grows_with_the_distance_is_named_as_the_cause():
    problem = gaussian_least_squares([1.0] * 10, 1.0)
    with pytest.raises(DivergedError, match=r"is below 2/L=2 but the noise .* project=True"):
        st.simulate(problem, SGD(1.0), steps=2000, runs=4, project=False)


@dataclass(frozen=True)
class Nameless:
    """A rule without a learning rate that doubles the error at every step."""

    def init(self, w):
        return None

    def step(self, w, state, grad, t):
        return 2 * w, None


class Plain:
    """The same, not a dataclass."""

    init, step = Nameless.init, Nameless.step


def test_a_rule_without_alpha_is_told_to_take_a_smaller_step(problem):
    for rule in (Nameless(), Plain()):
        with pytest.raises(DivergedError, match=r"at step 512 .*: take a smaller step, or"):
            st.simulate(problem, rule, steps=600, runs=2, w0=[0.0, 1.0], project=False)


def test_divergence_is_a_mask_where_it_is_allowed_and_the_first_step_is_right(data):
    alpha, times = 3.2 / data.L, np.arange(3000)
    run = st.simulate(data, SGD(alpha), 5, steps=2999, runs=70, times=times, project=False,
                      allow_divergence=True)
    assert run.diverged.all()
    for replica, step in enumerate(run.diverged_at):
        assert np.all(np.isfinite(run.distance2[replica, :step]))
        assert np.all(run.distance2[replica, step:] == np.inf)
        assert run.distance2[replica, step - 1] > 1e290
    assert len(np.unique(run.diverged_at)) > 3
    assert run.mean[-1] == np.inf and run.stderr[-1] == np.inf
    assert np.isfinite(run.mean[0]) and run.stderr[0] < 1e-15


def test_replicas_that_stay_are_not_touched_by_those_that_diverge():
    problem = gaussian_least_squares([1.0], 1.0)
    arguments = {"runs": 400, "project": False, "allow_divergence": True}
    long = st.simulate(problem, SGD(2.7), steps=5000, times=[10, 5000], **arguments)
    assert 0 < long.diverged.sum() < 400
    assert np.all(np.isfinite(long.distance2[~long.diverged]))
    short = st.simulate(problem, SGD(2.7), steps=10, **arguments)
    assert np.array_equal(long.distance2[:, 0], short.distance2[:, -1])


def test_a_projection_does_not_hide_that_a_step_left_the_finite_range():
    problem = quadratic([1.0], 1.0)
    with pytest.raises(DivergedError, match="at step 1 "):
        st.simulate(problem, SGD(1e200), steps=3, runs=4)
    masked = st.simulate(problem, SGD(1e200), steps=3, runs=4, allow_divergence=True)
    assert np.all(masked.diverged_at == 1)


def test_a_run_that_diverges_in_a_later_block_names_the_replica_of_the_run():
    @dataclass(frozen=True)
    class Late:
        """Diverges in the second block only: its first draw tells the block."""

        def init(self, w):
            return None

        def step(self, w, state, grad, t):
            later = w.shape[1] < 65_536
            return np.where(later & (np.arange(w.shape[1]) == 3), np.inf, w), None

    with pytest.raises(DivergedError, match="replica 65539 left the finite range at step 1 "):
        st.simulate(quadratic([1.0], 1.0), Late(), steps=3, runs=65_536 + 10)


def test_the_settings_are_kept(problem):
    run = st.simulate(problem, Momentum(0.25), 3, steps=4, runs=5, seed=9, project=False)
    kept = (run.B, run.steps, run.runs, run.seed, run.alpha, run.replace, run.project, run.noise)
    assert kept == (3, 4, 5, 9, 0.25, True, False, "strict")
    assert run.rule == "Momentum(alpha=0.25, beta1=0.9)" and run.numpy == np.__version__
    assert run.problem == "Quadratic of dimension 2"
    with pytest.raises(ValueError, match="read-only"):
        run.distance2[0, 0] = 1
    assert run.mean.shape == run.stderr.shape == run.times.shape == run.ceiling.shape


def test_a_machine_that_does_not_tell_its_memory_refuses_nothing(problem, monkeypatch):
    def unknown(name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr("os.sysconf", unknown)
    assert st.simulate(problem, SGD(0.1), steps=2, runs=3).runs == 3


@pytest.mark.parametrize(("first", "second", "message"), [
    (SGD(0.1), st.problems.quadratic([1.0], sigma2=1.0), "that is an update rule: the problem com"),
    ("x", SGD(0.1), "problem, what is minimised, must have dim, .*; 'x' lacks"),
    (st.problems.quadratic([1.0], sigma2=1.0), 0.1, "rule, the update rule, must have .*; got 0.1"),
    (st.problems.quadratic([1.0], sigma2=1.0), SGD, "that is the class: give its hyperparameters"),
])
def test_what_is_no_problem_or_no_rule_is_told_so(first, second, message):
    for asked in (st.simulate, st.exact.distance2):
        with pytest.raises(TypeError, match=message):
            asked(first, second)
    if message.startswith("rule"):
        with pytest.raises(TypeError, match=message):
            st.exact.limit2(first, second)


@pytest.mark.parametrize(("change", "message"), [
    ({"runs": 1}, "got 1; 4096 is the default"), ({"seed": -1}, "got -1; 0 is the default"),
    ({"steps": -1}, r"got -1; .* about 1/\(alpha c\)"), ({"runs": True}, "got True; 4096"),
    ({"steps": "many"}, "steps, the number of steps, must be a whole number >= 0; got 'many'"),
])
def test_a_refused_whole_number_says_the_next_step(change, message):
    with pytest.raises(ValueError, match=message):
        st.simulate(st.problems.quadratic([1.0], sigma2=1.0), SGD(0.1), **change)


def test_a_start_that_is_no_number_is_refused_in_words():
    problem = st.problems.quadratic([1.0], sigma2=1.0)
    for asked in (st.simulate, st.exact.distance2):
        with pytest.raises(ValueError, match=r"w0, the starting point, must be 1 real numbers"):
            asked(problem, SGD(0.1), w0=["a"])
