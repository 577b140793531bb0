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


def run(arguments: Namespace) -> int:
    """Print one line a claim; 1 if the evidence of a topic cannot be read."""
    from sgdtheory.theory import TOPICS

    return max([_topic(topic) for topic in ([arguments.topic] if arguments.topic else TOPICS)])


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
