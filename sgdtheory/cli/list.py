"""``sgdtheory list``: one line a claim, or one row of a table."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sgdtheory.cli.options import Commands, command, known_topic
from sgdtheory.translation import LANGUAGES, translate

if TYPE_CHECKING:
    from sgdtheory.evidence import Row

__all__ = ["add", "run"]

HEADS = ("slide", "claim", "status", "said", "true, or to be known")
ERRATA = ("slide", "claim", "printed", "true", "evidence")
NO_EVIDENCE = "no evidence"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "list", "list the claims: key, slide, status, words", run)
    parser.add_argument("topic", nargs="?", type=known_topic, help="only the claims of this topic")
    parser.add_argument("--markdown", action="store_true",
                        help="a Markdown table, with what is true where a claim is corrected")
    parser.add_argument("--errata", action="store_true",
                        help="a Markdown table of what the slides say wrongly or imprecisely")
    parser.add_argument("--lang", choices=LANGUAGES, default="en",
                        help="language of the words (default en)")


def run(arguments: Namespace) -> int:
    """Print one line a claim; 1 if the evidence of a topic cannot be read."""
    from sgdtheory.theory import TOPICS

    topics = [arguments.topic] if arguments.topic else list(TOPICS)
    if arguments.markdown or arguments.errata:
        return _table(topics, arguments)
    return max([_topic(topic, arguments.lang) for topic in topics])


def _table(topics: list[str], arguments: Namespace) -> int:
    """Print a Markdown table, in the order of the slides; what is no slide's comes last."""
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import ledger

    with shown() as progress:
        found: list[Row] = []
        for done, topic in enumerate(topics):
            progress(done, len(topics), f"proving {topic}")
            found += ledger([topic])
    heads, cells = (ERRATA, _erratum) if arguments.errata else (HEADS, _claim)
    if arguments.errata:
        found = [row for row in found if row.slide and (row.claim.printed
                                                        or row.status == "refuted")]
    print(_row(translate(head, arguments.lang) for head in heads))
    print("|" + "---|" * len(heads))
    for row in sorted(found, key=lambda row: row.slide or sys.maxsize):
        words = (translate(said, arguments.lang) for said in cells(row))
        print(_row((str(row.slide or ""), row.claim.key, *words)))
    return 0


def _claim(row: Row) -> tuple[str, str, str]:
    """Return status, words and correction."""
    return row.status, row.claim.says, row.claim.correction


def _erratum(row: Row) -> tuple[str, str, str]:
    """Return what the slide has, what is true, and how that is known."""
    claim = row.claim
    true = claim.correction if row.status == "refuted" or claim.printed == claim.says else (
        f"{claim.says} {claim.correction}".strip())
    return claim.printed or claim.says, true, row.status


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _topic(topic: str, language: str) -> int:
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import claims_of, ledger
    from sgdtheory.theory import TOPICS

    try:
        with shown() as progress:
            progress(0, 1, f"proving {topic}")
            lines = [(row.claim, row.status) for row in ledger([topic])]
        code = 0
    except Exception as error:  # evidence is code: whatever it raises is the finding
        lines, code = [(claim, NO_EVIDENCE) for claim in claims_of(topic)], 1
        print(f"sgdtheory: the evidence of {topic} cannot be read: {type(error).__name__}: {error}",
              file=sys.stderr)
    width = max(len(claim.key) for name in TOPICS for claim in claims_of(name))
    for claim, status in lines:
        slide = translate("ours" if claim.slide is None else f"slide {claim.slide}", language)
        words = translate(status, language), translate(claim.says, language)
        print(f"{claim.key:{width}} {slide:14} {words[0]:13} {words[1]}")
    return code
