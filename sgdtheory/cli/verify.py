"""``sgdtheory verify``: every claim of the topics against its proofs, examples and simulation."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgdtheory.cli.options import Commands, add_runs, check_runs, command, known_topic

if TYPE_CHECKING:
    from sgdtheory.cli.findings import Finding

__all__ = ["add", "run"]

FILES = ("claims.json", "claims.md")
UNFINISHED = "unfinished"
WORDS = """ok: as it should be; a claim that the lecture states wrongly should be refuted.
proved: by the kernel, from the hypotheses that it states; tight: proved, and attained by an exact
instance; refuted: by an exact instance; measured: simulated, with a stated error probability;
cited: neither, and we say so. How and why: claims.md, and `sgdtheory prove TOPIC`."""
LEGEND = """Of a verdict the table shows the largest ratio of mean to claim, with the time or the
setting at which it is found; delta is the probability of a false alarm. What it could have caught,
and the verdicts on planted falsehoods, are in the files of the topics. Integrable: what a proof
takes as integrable, beyond the hypotheses of the claim. Measured with --runs {runs} --seed {seed}.
"""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "verify", "prove, compute and measure every claim", run)
    parser.add_argument("topics", nargs="*", type=known_topic, metavar="topic",
                        help="only these topics (default: all)")
    add_runs(parser, 4096, "out", all_controls=True)


def run(arguments: Namespace) -> int:
    """Verify the topics one after the other; 1 if a claim is not as it should be.

    A control that so few runs could not show is told, and is no reason for a 1.
    """
    from sgdtheory.cli import output, workers
    from sgdtheory.cli.progress import shown
    from sgdtheory.theory import TOPICS

    check_runs(arguments)
    topics = list(dict.fromkeys(arguments.topics)) or list(TOPICS)
    pictures = [f"{topic}.{kind}" for topic in topics for kind in ("png", "svg", "json")]
    place = output.folder(arguments.out, (*FILES, *pictures))
    kept = place / UNFINISHED
    kept.mkdir(exist_ok=True)
    found: list[Finding] = []
    try:
        with workers.pool(arguments.workers) as executor:
            for topic in topics:
                with shown() as progress:
                    new = _topic(topic, arguments, place, executor, progress)
                found += new
                print("\n".join(map(str, new)), flush=True)
    except KeyboardInterrupt as interruption:
        done = len(list(kept.glob("*.json")))
        raise KeyboardInterrupt(f"{done} of {len(topics)} topics are kept in {kept}; the same "
                                f"command goes on from there") from interruption
    _write(found, arguments, place)
    shutil.rmtree(kept)
    return _sum_up(found, place)


def _topic(topic: str, arguments: Namespace, place: Path, executor: Any,
           progress: Any) -> list[Finding]:
    """Return the findings on a topic, from the interrupted run if it had finished the topic."""
    from sgdtheory.cli import findings, keeping

    kept = place / UNFINISHED / f"{topic}.json"
    mark = keeping.fingerprint(topic, arguments.runs, arguments.seed)
    known = keeping.read(kept, mark)
    if known is not None:
        return known
    new = findings.of_topic(topic, arguments.runs, arguments.seed, place, executor, progress)
    keeping.write(kept, mark, new)
    return new


def _write(found: list[Finding], arguments: Namespace, place: Path) -> None:
    import json

    import sgdtheory
    from sgdtheory import script

    value = {"sgdtheory": sgdtheory.__version__, "runs": arguments.runs, "seed": arguments.seed,
             "failed": sum(not finding.ok for finding in found),
             "claims": [asdict(finding) for finding in found]}
    script.write(place / "claims.json", f"{json.dumps(value, indent=1)}\n".encode())
    rows = [WORDS, "", LEGEND.format(**value),
            "| topic | claim | slide | status | as it should be | words | remark | why |",
            "|---|---|---|---|---|---|---|---|", *[finding.row() for finding in found]]
    script.write(place / "claims.md", ("\n".join(rows) + "\n").encode())


def _sum_up(found: list[Finding], place: Path) -> int:
    counts = Counter(finding.status for finding in found if finding.on_claim)
    claims, failed = counts.total(), [finding for finding in found if not finding.ok]
    others = len(found) - claims
    print(f"\n{claims} claim{'s' * (claims != 1)}: "
          + ", ".join(f"{number} {status}" for status, number in counts.most_common())
          + f"; {others} simulation{'s' * (others != 1)}; {len(failed)} not as they should be; "
          f"tables and figures are in {place}")
    print(WORDS)
    for finding in failed:
        print(f"sgdtheory: {finding.topic}: {finding.key}: {finding.why}", file=sys.stderr)
    for finding in found:
        if finding.lacks and finding.key.endswith(", simulation"):
            print(f"sgdtheory: {finding.topic}: {finding.lacks}", file=sys.stderr)
    return int(bool(failed))
