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
STATUSES = ("proved", "tight", "refuted", "measured", "cited", "unsettled")
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
    parser.add_argument("--summary", action="store_true",
                        help="a Markdown table of how many claims of each topic are proved, tight, "
                        "refuted, measured or cited")
    parser.add_argument("--lang", choices=LANGUAGES, default="en",
                        help="language of the words (default en)")


def run(arguments: Namespace) -> int:
    """Print one line a claim; 1 if the evidence of a topic cannot be read."""
    from sgdtheory.theory import TOPICS

    topics = [arguments.topic] if arguments.topic else list(TOPICS)
    if arguments.summary:
        return _summary(topics, arguments.lang)
    if arguments.markdown or arguments.errata:
        return _table(topics, arguments)
    return max([_topic(topic, arguments.lang) for topic in topics])


def _rows(topics: list[str]) -> list[Row]:
    """Return the ledger, with progress."""
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import ledger

    with shown() as progress:
        found: list[Row] = []
        for done, topic in enumerate(topics):
            progress(done, len(topics), f"proving {topic}")
            found += ledger([topic])
    return found


def _summary(topics: list[str], language: str) -> int:
    """Print how many claims of each topic have which status, and the slides that they are on."""
    found = _rows(topics)
    shown = [status for status in STATUSES if any(row.status == status for row in found)]
    print(_row(translate(head, language) for head in ("topic", "slides", "claims", *shown)))
    print("|---|---|" + "--:|" * (1 + len(shown)))
    for topic in topics:
        print(_counts(topic, [row for row in found if row.topic == topic], shown))
    if len(topics) > 1:
        print(_counts(translate("all", language), found, shown))
    return 0


def _counts(name: str, rows: list[Row], shown: list[str]) -> str:
    slides = sorted({row.slide for row in rows if row.slide})
    counts = (sum(row.status == status for row in rows) for status in shown)
    return _row((name, _ranges(slides), str(len(rows)), *(str(n) if n else "" for n in counts)))


def _ranges(numbers: list[int]) -> str:
    """Return ``1, 3-5`` for 1, 3, 4, 5."""
    first = [n for n in numbers if n - 1 not in numbers]
    last = [n for n in numbers if n + 1 not in numbers]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(first, last, strict=True))


def _table(topics: list[str], arguments: Namespace) -> int:
    """Print a Markdown table, in the order of the slides; what is no slide's comes last."""
    found = _rows(topics)
    heads, cells = (ERRATA, _erratum) if arguments.errata else (HEADS, _claim)
    if arguments.errata:
        found = [row for row in found if row.slide and (row.claim.printed
                                                        or row.status == "refuted")]
    print(_row(translate(head, arguments.lang) for head in heads))
    print("|" + "---|" * len(heads))
    for row in sorted(found, key=lambda row: row.slide or sys.maxsize):
        words = (" ".join(translate(said, arguments.lang) for said in cell if said)
                 for cell in cells(row))
        print(_row((str(row.slide or ""), row.claim.key, *words)))
    return 0


def _claim(row: Row) -> tuple[tuple[str, ...], ...]:
    """Return status, words and correction, each as its sentences."""
    return (row.status,), (row.claim.says,), (row.claim.correction,)


def _erratum(row: Row) -> tuple[tuple[str, ...], ...]:
    """Return what the slide has, what is true, and how that is known, each as its sentences."""
    claim = row.claim
    corrected = row.status == "refuted" or claim.printed == claim.says
    true = (claim.correction,) if corrected else (claim.says, claim.correction)
    return (claim.printed or claim.says,), true, (row.status,)


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
