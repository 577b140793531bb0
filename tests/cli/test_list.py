"""``sgdtheory list``: lines, tables, corrections, and both languages."""

from __future__ import annotations

from sgdtheory.cli import main
from sgdtheory.cli.list import _ranges
from sgdtheory.evidence import claims_of, ledger


def listed(capsys, *arguments):
    assert main(["list", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_one_line_a_claim_in_either_language(capsys):
    english, spanish = (listed(capsys, "rmsprop", "--lang", lang) for lang in ("en", "es"))
    keys = [claim.key for claim in claims_of("rmsprop")]
    assert [line.split()[0] for line in english] == keys
    assert [line.split()[0] for line in spanish] == keys
    assert any(" proved " in line for line in english)
    assert any(" demostrada " in line for line in spanish)


def test_the_table_has_every_claim_and_what_is_to_be_known(capsys):
    head, _, *rows = listed(capsys, "adadelta", "--markdown")
    assert head == "| slide | claim | status | said | true, or to be known |"
    assert len(rows) == len(claims_of("adadelta"))
    assert all(row.count(" | ") == 4 for row in rows)
    assert any("what is printed is a misprint" in row for row in rows)


def test_the_errata_are_what_is_refuted_or_printed_otherwise(capsys):
    head, _, *rows = listed(capsys, "adadelta", "--errata")
    assert head == "| slide | claim | printed | true | evidence |"
    wrong = [row.claim.key for row in ledger(["adadelta"])
             if row.slide and (row.status == "refuted" or row.claim.printed)]
    assert [row.split(" | ")[1] for row in rows] == wrong
    assert any("Delta_t comes before delta_t. | The order of Adadelta" in row for row in rows)
    assert 3 < len(wrong) < len(claims_of("adadelta"))


def test_what_is_right_as_printed_is_no_erratum(capsys):
    rows = listed(capsys, "bias_correction", "--errata")[2:]
    refuted = [row for row in ledger(["bias_correction"]) if row.status == "refuted"]
    assert len(rows) == len([row for row in refuted if row.slide])


def test_the_summary_counts_each_status_and_leaves_no_claim_out(capsys):
    head, _, row = listed(capsys, "rmsprop", "--summary")
    assert head.split(" | ")[:3] == ["| topic", "slides", "claims"]
    _, name, slides, claims, *counts = (cell.strip() for cell in row.rstrip("|").split("|"))
    assert (name, slides, int(claims)) == ("rmsprop", "30", len(claims_of("rmsprop")))
    assert sum(int(count) for count in counts if count) == int(claims)
    assert listed(capsys, "rmsprop", "--summary", "--lang", "es")[0].startswith("| tema |")


def test_slides_in_a_row_are_a_range():
    assert _ranges([1, 3, 4, 5, 7]) == "1, 3-5, 7"
    assert _ranges([]) == ""
