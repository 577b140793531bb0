"""Interrupted simulations go on, damaged files are seen, results survive the disk."""

import os
import subprocess
import sys

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory.montecarlo import DamagedFile, store
from sgdtheory.optimizers import SGD, Momentum
from sgdtheory.problems.quadratic import quadratic

BLOCK = 65_536 // 256


@pytest.fixture(scope="module")
def problem():
    return quadratic(np.linspace(0.5, 2, 256), 1.0)


def simulate(problem, **changes):
    arguments = {"steps": 5, "runs": 3 * BLOCK + 1, **changes}
    return st.simulate(problem, arguments.pop("rule", SGD(0.1)), **arguments)


def interrupted_after(blocks):
    def progress(done, total):
        assert total == 4
        if done == blocks:
            raise KeyboardInterrupt

    return progress


def the_files(folder):
    return sorted(folder.glob("*/block-*.npz"))


def counted(monkeypatch):
    simulated, original = [], store.simulate_block

    def simulate_block(job, b):
        simulated.append(b)
        return original(job, b)

    monkeypatch.setattr(store, "simulate_block", simulate_block)
    return simulated


def test_an_interrupted_simulation_resumes_to_the_same_bits(problem, tmp_path, monkeypatch):
    whole = simulate(problem)
    with pytest.raises(KeyboardInterrupt) as interruption:
        simulate(problem, store=tmp_path, progress=interrupted_after(2))
    assert "2 of 4 blocks kept in" in interruption.value.__notes__[0]
    assert len(the_files(tmp_path)) == 2
    simulated = counted(monkeypatch)
    resumed = simulate(problem, store=tmp_path)
    assert simulated == [2, 3] and resumed.recomputed == 0
    assert resumed.distance2.tobytes() == whole.distance2.tobytes()


def test_a_damaged_block_is_simulated_again_and_counted(problem, tmp_path):
    whole = simulate(problem, store=tmp_path)
    damaged = the_files(tmp_path)[1]
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    again = simulate(problem, store=tmp_path)
    assert again.recomputed == 1
    assert again.distance2.tobytes() == whole.distance2.tobytes()
    assert simulate(problem, store=tmp_path).recomputed == 0


def test_a_block_in_the_place_of_another_is_not_taken_for_it(problem, tmp_path):
    whole = simulate(problem, store=tmp_path)
    first, second = the_files(tmp_path)[:2]
    second.write_bytes(first.read_bytes())
    again = simulate(problem, store=tmp_path)
    assert again.recomputed == 1
    assert np.array_equal(again.distance2, whole.distance2)


def test_a_truncated_block_is_simulated_again(problem, tmp_path):
    whole = simulate(problem, store=tmp_path)
    for path, keep in zip(the_files(tmp_path), (0, 10, 1000), strict=False):
        path.write_bytes(path.read_bytes()[:keep])
    again = simulate(problem, store=tmp_path)
    assert again.recomputed == 3
    assert np.array_equal(again.distance2, whole.distance2)


@pytest.mark.parametrize("changes", [
    {"rule": SGD(0.2)}, {"rule": Momentum(0.1)}, {"seed": 1}, {"steps": 6}, {"B": 2},
    {"runs": 3 * BLOCK + 2}, {"w0": np.zeros(256)}, {"project": False}, {"configuration": 1},
    {"times": [0, 5]}, {"allow_divergence": True},
], ids=lambda changes: next(iter(changes)))
def test_other_arguments_never_take_the_stored_blocks(problem, tmp_path, changes, monkeypatch):
    simulate(problem, store=tmp_path)
    simulated = counted(monkeypatch)
    simulate(problem, store=tmp_path, **changes)
    assert simulated == [0, 1, 2, 3]
    simulate(problem, store=tmp_path, **changes)
    assert simulated == [0, 1, 2, 3]


def test_another_problem_never_takes_the_stored_blocks(problem, tmp_path, monkeypatch):
    simulate(problem, store=tmp_path)
    simulated = counted(monkeypatch)
    other = quadratic(np.linspace(0.5, 2, 256), 1.0 + 1e-15)
    simulate(other, store=tmp_path)
    same = quadratic(np.linspace(0.5, 2, 256), 1.0)
    simulate(same, store=tmp_path)
    assert simulated == [0, 1, 2, 3]


def test_a_run_survives_the_disk(problem, tmp_path):
    for project in (True, False):
        run = simulate(problem, project=project)
        run.save(tmp_path / "run.npz")
        loaded = st.load(tmp_path / "run.npz")
        for name in run.__dataclass_fields__:
            left, right = getattr(run, name), getattr(loaded, name)
            assert np.array_equal(left, right) if left is not None else right is None, name
            assert type(left) is type(right), name
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


def test_no_flipped_byte_of_a_saved_run_goes_unnoticed(tmp_path):
    run = st.simulate(quadratic([1.0], 1.0), SGD(0.1), steps=2, runs=3)
    path = tmp_path / "run.npz"
    run.save(path)
    content, refused = path.read_bytes(), 0
    places = range(0, len(content), 11)
    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1:])
        try:
            loaded = st.load(path)
        except DamagedFile:
            refused += 1
        else:  # a byte that carries nothing, such as a date of the archive
            assert loaded.distance2.tobytes() == run.distance2.tobytes()
            assert (loaded.rule, loaded.B, loaded.seed) == (run.rule, run.B, run.seed)
    assert refused > len(places) / 2


def test_a_file_that_is_not_a_run_is_refused(tmp_path):
    path = tmp_path / "other.npz"
    path.write_text("not a run")
    with pytest.raises(DamagedFile, match="is damaged or is not a file of this package"):
        st.load(path)
    np.savez(path, distance2=np.zeros(3))
    with pytest.raises(DamagedFile, match="is damaged or is not a file of this package"):
        st.load(path)
    with pytest.raises(FileNotFoundError):
        st.load(tmp_path / "missing.npz")


def test_a_stored_block_is_not_a_run(problem, tmp_path):
    simulate(problem, store=tmp_path)
    with pytest.raises(DamagedFile, match="does not hold a run"):
        st.load(the_files(tmp_path)[0])


def test_a_failed_write_leaves_the_old_file_and_nothing_else(problem, tmp_path, monkeypatch):
    run = simulate(problem)
    run.save(tmp_path / "run.npz")
    before = (tmp_path / "run.npz").read_bytes()

    def full_disk(*arguments, **keywords):
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="no space left"):
        run.save(tmp_path / "run.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    assert (tmp_path / "run.npz").read_bytes() == before


def test_a_file_whose_contents_were_replaced_is_refused(problem, tmp_path):
    path = tmp_path / "run.npz"
    simulate(problem).save(path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["distance2"] = arrays["distance2"] * 0.5
    np.savez(path, **arrays)
    with pytest.raises(DamagedFile, match="SHA-256 does not match"):
        st.load(path)


def test_without_a_store_an_interruption_is_passed_on_as_it_is(problem):
    with pytest.raises(KeyboardInterrupt) as interruption:
        simulate(problem, progress=interrupted_after(2))
    assert not getattr(interruption.value, "__notes__", [])


def test_a_store_refuses_a_rule_that_it_cannot_identify(problem, tmp_path):
    class Local(SGD):
        """A rule that no other process could find."""

    class Plain:
        """The same, and no dataclass."""

        def init(self, w):
            return None

        def step(self, w, state, grad, t):
            return w, state

    assert simulate(problem, store=tmp_path, rule=Local(0.1)).recomputed == 0
    with pytest.raises(ValueError, match="needs a problem and a rule that can be pickled"):
        simulate(problem, store=tmp_path, rule=Plain())


SCRIPT = """
import sys, numpy as np
from sgdtheory.montecarlo import store
from sgdtheory.montecarlo.block import Job
from sgdtheory.optimizers import Momentum
from sgdtheory.problems.ridge import ridge
X = np.sin(np.arange(30.0)).reshape(10, 3)
job = Job(ridge(X, np.cos(np.arange(10.0)), 0.1), Momentum(0.1), 2, np.ones(3), np.arange(4), 5,
          1, 0, True, False, True)
if len(sys.argv) > 1:
    repr(job), job.problem.constants(), job.problem.loss(np.ones(3))
sys.stdout.write(store.fingerprint(job))
"""


def test_another_process_finds_the_same_folder():
    prints = {subprocess.run([sys.executable, "-c", SCRIPT, *used], capture_output=True, text=True,
                             check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
              for seed, used in (("1", []), ("2", ["used"]))}
    assert len(prints) == 1 and len(prints.pop()) == 32
