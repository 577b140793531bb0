"""The house's own rules, enforced here and nowhere else."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
import tomllib
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest

import sgdtheory as st
from sgdtheory.evidence import Proof, claims_of, ledger
from sgdtheory.logic.formula import Formula
from sgdtheory.theory import TOPICS

ROOT = Path(__file__).parent.parent
LIBRARY = sorted((ROOT / "sgdtheory").rglob("*.py"))
LEAVES = sorted([*(ROOT / "proofs").glob("*.py"), *(ROOT / "simulations").glob("*.py")])
FLOORS = {
    "notation": 0, "elementary": 0, "formal": 0, "_lazy": 0, "picture": 0,
    "counting": 0, "kinds": 0, "translation": 0,
    "logic": 1, "optimizers": 1, "problems": 1, "data": 1, "networks": 1,
    "theory": 2, "exact": 2, "montecarlo": 2,
    "verdict": 3, "evidence": 3, "check": 3, "conformance": 3,
    "planner": 3,
    "cli": 4, "gallery": 4, "script": 4, "__main__": 4, "testing": 4, "strategies": 4,
    "pytest_plugin": 4,
}


def room_of(path: Path) -> str:
    """Return the room of the house that a file of the library is in."""
    return path.relative_to(ROOT / "sgdtheory").parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """Return the dotted name under which a file of the project is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts if parts[0] == "sgdtheory" else ("sgdtheory", *parts)
    return ".".join(part for part in parts if part != "__init__")


MODULES = [name_of(path) for path in (*LIBRARY, *LEAVES)]


def rooms_imported(path: Path) -> set[str]:
    """Return the rooms of the house that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sgdtheory"):
            parts = (node.module or "").split(".")
            names = parts[1:2] or [alias.name for alias in node.names]
            found.update(names)
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            found.update(parts[1] for parts in names if parts[0] == "sgdtheory" and parts[1:])
    return found


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_a_module_imports_from_lower_floors_only(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    leaves = {"proofs", "simulations"} if FLOORS[room] == 4 else set()
    for other in rooms_imported(path) - {room, "__version__"} - leaves:
        assert FLOORS[other] <= FLOORS[room], f"{room} imports {other}, a floor above it"


def test_a_room_that_looks_up_would_be_seen(tmp_path: Path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("from sgdtheory import verdict\nfrom sgdtheory.cli.main import run\n")
    assert rooms_imported(spy) == {"verdict", "cli"}


TRUSTED = [*(ROOT / f"sgdtheory/logic/{name}.py" for name in
             ("language", "arithmetic", "atoms", "meaning")),
           *sorted((ROOT / "sgdtheory/logic/kernel").glob("*.py"))]
NOT_BELIEVED = {"sgdtheory.formal", "sgdtheory.logic.plain"}  # an empty base, a text for people


def strangers(path: Path) -> set[str]:
    """Return what a trusted file imports beyond the standard library and trusted files."""
    found = {node.module or "" for node in ast.walk(ast.parse(path.read_text()))
             if isinstance(node, ast.ImportFrom)}
    found |= {alias.name for node in ast.walk(ast.parse(path.read_text()))
              if isinstance(node, ast.Import) for alias in node.names}
    trusted = {name_of(file) for file in TRUSTED} | {"sgdtheory.logic"} | NOT_BELIEVED
    return {name for name in found
            if name not in trusted and name.split(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("path", TRUSTED, ids=name_of)
def test_the_trusted_part_rests_on_the_standard_library_and_itself(path: Path) -> None:
    assert strangers(path) == set()


def test_a_trusted_file_that_imports_more_would_be_seen(tmp_path: Path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import sympy\nfrom sgdtheory.logic.proof import prove\nimport secrets\n")
    assert strangers(spy) == {"sympy", "sgdtheory.logic.proof"}


def test_the_readme_says_how_long_the_trusted_part_is() -> None:
    said = re.search(r"kernel of about ([\d,]+) lines", (ROOT / "README.md").read_text())
    assert said is not None
    lines = sum(len(path.read_text().splitlines()) for path in TRUSTED)
    assert abs(lines - int(said[1].replace(",", ""))) < 100


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_has_four_files(topic: str) -> None:
    homes = ("sgdtheory/theory/{}.py", "proofs/{}.py", "simulations/{}.py",
             "tests/theory/test_{}.py")
    missing = [home.format(topic) for home in homes if not (ROOT / home.format(topic)).exists()]
    assert not missing
    assert topic not in sys.stdlib_module_names


def test_every_theory_file_is_a_topic() -> None:
    files = {path.stem for path in (ROOT / "sgdtheory/theory").glob("*.py")} - {"__init__"}
    assert files == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_claim_is_settled_by_evidence(topic: str) -> None:
    for row in ledger([topic]):
        assert row.status != "unsettled", row.claim
        as_stated = any(
            name.endswith("_as_stated") and value is row.claim
            for name, value in vars(import_module(f"sgdtheory.theory.{topic}")).items()
        )
        assert as_stated == (row.status == "refuted"), row.claim


@pytest.mark.parametrize("topic", TOPICS)
def test_every_theorem_owes_an_example_and_needs_all_its_hypotheses(topic: str) -> None:
    for row in ledger([topic]):
        proofs = [item for item in row.evidence if isinstance(item, Proof)]
        if proofs:
            assert len(proofs) == 1
            assert proofs[0].unused == (), row.claim
            assert any(hasattr(item, "slack") for item in row.evidence), row.claim


def test_no_two_claims_have_the_same_key() -> None:
    keys = [claim.key for topic in TOPICS for claim in claims_of(topic)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("topic", TOPICS)
def test_a_formula_has_no_float_literal_and_keeps_fractions_exact(topic: str) -> None:
    module = import_module(f"sgdtheory.theory.{topic}")
    tree = ast.parse(Path(str(module.__file__)).read_text())
    decimals = [n.value for n in ast.walk(tree)
                if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert set(decimals) <= {1e-12}  # the tolerance of a comparison, in no formula
    for formula in (v for v in vars(module).values() if isinstance(v, Formula)):
        assert formula.function.__annotations__ == {}
        values = {p.name: Fraction(3) if p.natural else Fraction(1, 4) for p in formula.parameters}
        fitting = {"c": 1, "L": 2, "k": 1, "n": 3, "tau": 2, "growth": 1, "above": 0}
        if formula.name == "scheduled2":
            fitting["mu2"] = 1  # so that the start is close enough
        if formula.name in ("fastest_rate", "usual_rate"):
            fitting["L"] = 16  # 16 and 3 * 16 + 1 are squares
        if topic == "bias_variance" and formula.name != "nested_risk":  # beyond the peak, squares
            fitting |= {"p": 9, "sigma2": 1, "signal2": 2 if formula.name == "best_samples" else 4}
        values |= {k: Fraction(v) for k, v in fitting.items() if k in values}
        rational = formula.name not in (
            "ball_to_cube", "nearest_median", "gaussian_distance")  # pi, and roots
        kinds = (Fraction, int) if rational else float
        assert isinstance(formula(**values), kinds), formula


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_the_library_neither_prints_nor_asserts_nor_draws_globally(path: Path) -> None:
    if FLOORS.get(room_of(path)) == 4:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert), "assert is not validation"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, "a bare except"
    text = path.read_text()
    assert not re.search(r"np\.random\.(rand|randn|seed|normal|uniform|choice)\b", text)
    assert "warnings.warn" not in text


@pytest.mark.parametrize("path", [*LIBRARY, *LEAVES], ids=name_of)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    lines = path.read_text().splitlines()
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert doc, "every module says what it is"
    limit = 250 if path in LIBRARY else 450  # proofs and simulations are read top to bottom
    assert len(lines) <= limit or "Long because" in doc, f"{len(lines)} lines"


def test_simplify_is_asked_nowhere_in_logic_and_proofs() -> None:
    for path in [*(ROOT / "sgdtheory/logic").rglob("*.py"), *(ROOT / "proofs").glob("*.py")]:
        called = [n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
        names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in called}
        assert "simplify" not in names, path


def test_the_trusted_core_does_not_know_sympy() -> None:
    code = ("import sys, sgdtheory.logic.kernel; "
            "assert not {'sympy', 'scipy', 'matplotlib'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_the_package_is_light() -> None:
    code = ("import sys, sgdtheory; heavy = {'sympy', 'scipy', 'matplotlib', 'hypothesis'};"
            "assert not heavy & set(sys.modules), heavy & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_package_ships() -> None:
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    there = {name_of(path) for path in (*LIBRARY, *LEAVES) if path.name == "__init__.py"}
    assert set(shipped) == there


@pytest.mark.parametrize("name", [n for n in MODULES if not n.startswith("sgdtheory.cli")])
def test_examples_in_docstrings_run(name: str) -> None:
    if name in ("sgdtheory.__main__",):
        return
    failed, _ = doctest.testmod(import_module(name))
    assert failed == 0


def test_the_readme_runs() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False,
                                     optionflags=doctest.ELLIPSIS)
    assert tried > 0
    assert failed == 0


def test_the_public_names_are_there() -> None:
    for name in st.__all__:
        assert getattr(st, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'simulated_annealing'"):
        _ = st.simulated_annealing
