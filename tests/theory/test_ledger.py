"""The 170 claims of the audit of the lecture: each is settled, and corrected where it is wrong."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from sgdtheory.evidence import Row, ledger

DOCS = Path(__file__).parents[2] / "docs"
AUDIT = [line.split() for line in
         (Path(__file__).parent / "lecture_claims.txt").read_text().splitlines()]
AS_PRINTED = {"true", "true-beyond-the-slides", "true-with-added-hypotheses"}


@cache
def rows() -> list[Row]:
    return ledger()


def rows_of(name: str) -> list[Row]:
    """Return the rows of a claim of the audit; ``networks.S4-uat`` is its ``networks.uat``."""
    subject, _, short = name.partition(".")
    key = re.compile(rf"{subject}\.(S\d+-)?{re.escape(short)}(-|$)")
    return [row for row in rows() if key.match(row.claim.key)]


def test_the_audit_has_170_claims() -> None:
    assert len({name for name, _ in AUDIT}) == len(AUDIT) == 170


@pytest.mark.parametrize(("name", "verdict"), AUDIT, ids=[name for name, _ in AUDIT])
def test_a_claim_is_settled_and_corrected_where_it_is_wrong(name: str, verdict: str) -> None:
    found = rows_of(name)
    assert found and all(row.status != "unsettled" for row in found)
    if verdict not in AS_PRINTED:
        assert any(row.status == "refuted" or row.claim.correction for row in found)


def test_every_key_stands_for_one_claim() -> None:
    keys = [row.claim.key for row in rows()]
    assert len(set(keys)) == len(keys)


def test_a_claim_that_nobody_states_would_be_seen() -> None:
    assert rows_of("sgd.S21-z") == [] and rows_of("networks.act") == []


def test_the_pages_of_claims_and_errata_and_the_table_of_the_readme_are_what_is_proved() -> None:
    """``make docs`` writes them; in Spanish every text is translated."""
    spec = spec_from_file_location("claims_page", DOCS / "claims.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    written = module.pages()
    assert [path.name for path in written] == ["claims.md", "errata.md", "erratas.md", "README.md"]
    assert all(path.read_text(encoding="utf-8") == text for path, text in written.items())
    assert f"| all | 3-5, 8-13, 15-32 | {len(rows())} |" in written[DOCS.parent / "README.md"]
    english, spanish = (written[DOCS / name].splitlines() for name in ("errata.md", "erratas.md"))
    assert len(english) == len(spanish) > 40
