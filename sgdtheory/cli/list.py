"""``sgdtheory list``: one line a claim."""

from __future__ import annotations

import sys
from argparse import Namespace

from sgdtheory.cli.options import Commands, command, known_topic

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "list", "list the claims: key, slide, status, words", run)
    parser.add_argument("topic", nargs="?", type=known_topic, help="only the claims of this topic")
    parser.add_argument("--errata", action="store_true",
                        help="a Markdown table of what the slides say wrongly or imprecisely: the "
                             "slide, what is said, what is true, and the evidence")


def run(arguments: Namespace) -> int:
    """Print one line a claim; 1 if the evidence of a topic cannot be read."""
    from sgdtheory.theory import TOPICS

    topics = [arguments.topic] if arguments.topic else list(TOPICS)
    return _errata(topics) if arguments.errata else max([_topic(topic) for topic in topics])


def _errata(topics: list[str]) -> int:
    """Print the table of corrections, in the order of the slides."""
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import ledger

    with shown() as progress:
        found = []
        for done, topic in enumerate(topics):
            progress(done, len(topics), f"proving {topic}")
            found += [row for row in ledger([topic]) if row.claim.slide and row.claim.correction]
    print("| slide | claim | said | true | evidence |\n|---|---|---|---|---|")
    for row in sorted(found, key=lambda row: row.claim.slide or 0):
        claim = row.claim
        cells = (str(claim.slide), claim.key, claim.says, claim.correction, row.status)
        print(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return 0


def _topic(topic: str) -> int:
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import claims_of, ledger
    from sgdtheory.theory import TOPICS

    try:
        with shown() as progress:
            progress(0, 1, f"proving {topic}")
            lines = [(row.claim, row.status) for row in ledger([topic])]
        code = 0
    except Exception as error:  # evidence is code: whatever it raises is the finding
        lines, code = [(claim, "no evidence") for claim in claims_of(topic)], 1
        print(f"sgdtheory: the evidence of {topic} cannot be read: {type(error).__name__}: {error}",
              file=sys.stderr)
    width = max(len(claim.key) for name in TOPICS for claim in claims_of(name))
    for claim, status in lines:
        slide = "ours" if claim.slide is None else f"slide {claim.slide}"
        print(f"{claim.key:{width}} {slide:9} {status:11} {claim.says}")
    return code
