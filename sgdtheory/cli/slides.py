"""``sgdtheory slides``: every picture of the lecture, in Spanish or English, and a page of them."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from sgdtheory.cli.options import Commands, add_runs, check_runs, command, known_topic
from sgdtheory.picture import FORMATS
from sgdtheory.translation import LANGUAGES

__all__ = ["add", "run"]

RESULTS = "results"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "slides", "draw every picture of the lecture, each with its "
                     "caption, and a page that shows them with what is true of each claim", run)
    parser.add_argument("topics", nargs="*", type=known_topic, metavar="topic",
                        help="only these topics (default: all)")
    parser.add_argument("--lang", choices=LANGUAGES, default="es",
                        help="language of the pictures and of the page (default es)")
    parser.add_argument("--format", choices=FORMATS, default="svg",
                        help="of the pictures (default svg)")
    add_runs(parser, 4096, "slides")


def run(arguments: Namespace) -> int:
    """Draw the pictures topic by topic; what was simulated before is read, not done again."""
    from sgdtheory import gallery, script
    from sgdtheory.cli import output, workers
    from sgdtheory.cli.progress import shown
    from sgdtheory.evidence import ledger
    from sgdtheory.theory import TOPICS

    check_runs(arguments)
    topics = list(dict.fromkeys(arguments.topics)) or list(TOPICS)
    place = output.folder(arguments.out, ("index.html",))
    (place / RESULTS).mkdir(exist_ok=True)
    chapters = []
    try:
        with workers.pool(arguments.workers) as executor, shown() as progress:
            for done, topic in enumerate(topics):
                progress(done, len(topics), topic)
                simulation: Any = import_module(f"sgdtheory.simulations.{topic}")
                result = _result(topic, simulation, arguments, place / RESULTS, executor)
                names = _draw(topic, simulation, result, arguments, place)
                chapters.append(gallery.chapter(simulation, ledger([topic]), names))
    except KeyboardInterrupt as interruption:
        raise KeyboardInterrupt(f"what was simulated is kept in {place / RESULTS}; the same "
                                f"command goes on from there") from interruption
    script.write(place / "index.html", gallery.page(chapters, arguments.lang).encode())
    print(f"{sum(len(found.pictures) for found in chapters)} pictures of {len(topics)} topics; "
          f"open {place / 'index.html'}")
    return 0


def _result(topic: str, simulation: Any, arguments: Namespace, place: Path, executor: Any) -> Any:
    """Return the result of a topic: the one that an earlier run left here whole, or a new one."""
    from sgdtheory import script
    from sgdtheory.cli import keeping

    mark = keeping.fingerprint(topic, arguments.runs, arguments.seed)
    kept = place / f"{topic}-{mark[:16]}.json"
    with suppress(FileNotFoundError, ValueError):
        return script.load(kept, simulation.Result)
    result = simulation.run(arguments.runs, arguments.seed, executor, None)
    script.save(result, kept)
    return result


def _draw(topic: str, simulation: Any, result: Any, arguments: Namespace,
          place: Path) -> list[str]:
    """Write one picture a panel and return their file names."""
    from sgdtheory import gallery, script

    names = []
    for number, panel in enumerate(simulation.PANELS, start=1):
        names.append(f"{topic}-{number}.{arguments.format}")
        script.write(place / names[-1],
                     gallery.drawn(panel, result, arguments.lang, arguments.format))
    return names
