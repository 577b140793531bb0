"""``sgdtheory prove``: the theorems as numbered prose."""

from __future__ import annotations

import sys
from argparse import Namespace

from sgdtheory.cli.options import Commands, command, known_topic

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "prove", "print the theorems, each checked by the kernel", run)
    parser.add_argument("topic", nargs="?", type=known_topic,
                        help="only the theorems of this topic")
    parser.add_argument("--format", choices=("markdown", "latex"), default="markdown")


def run(arguments: Namespace) -> int:
    """Print the proofs; 1 if a proof file does not hold."""
    from sgdtheory.theory import TOPICS

    topics = [arguments.topic] if arguments.topic else list(TOPICS)
    return max([_topic(topic, arguments.format) for topic in topics])


def _topic(topic: str, format: str) -> int:
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import prove

    try:
        with shown() as progress:
            progress(0, 1, f"proving {topic}")
            texts = [proof.prose(format) for proof in prove(topic)]
    except Exception as error:  # a proof is code: whatever it raises is the finding
        print(f"sgdtheory: {topic} is not proved: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print("\n".join(texts) if texts else f"{topic} has no theorem yet.")
    return 0
