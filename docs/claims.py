"""What the ledger says, as pages: every claim, what the slides print wrongly, how many of which.

    python docs/claims.py    writes claims.md, errata.md and erratas.md, and the README's table

It proves everything, half a minute. With ``--check`` it writes nothing and says by its exit code
whether every page is what it would write.
"""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from sgdtheory.cli import main

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
TABLE = re.compile(r"(?<=<!-- sgdtheory list --summary -->\n).*?(?=<!-- end -->)", re.DOTALL)
PAGES = {
    "claims.md": (("--markdown",), "# Every claim\n\nWritten by `python docs/claims.py`: "
                  "`sgdtheory list --markdown`. In Spanish: `--lang es`. The proofs: `sgdtheory "
                  "prove TOPIC`.\n\n"),
    "errata.md": (("--errata",), "# Errata of the slides\n\nWritten by `python docs/claims.py`: "
                  "`sgdtheory list --errata`. [En castellano](erratas.md).\n\n"),
    "erratas.md": (("--errata", "--lang", "es"), "# Fe de erratas de las diapositivas\n\nEscrita "
                   "por `python docs/claims.py`: `sgdtheory list --errata --lang es`. [In "
                   "English](errata.md).\n\n"),
}


def listed(*arguments: str) -> str:
    """Return what ``sgdtheory list`` prints."""
    with redirect_stdout(StringIO()) as out:
        code = main(["list", *arguments])
    if code:
        raise SystemExit(code)
    return out.getvalue()


def pages() -> dict[Path, str]:
    """Return the text of every page by its path; of the README with its table."""
    found = {HERE / name: head + listed(*arguments) for name, (arguments, head) in PAGES.items()}
    table = listed("--summary")
    return found | {README: TABLE.sub(lambda _: table, README.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    written = pages()
    if "--check" in sys.argv[1:]:
        sys.exit(any(path.read_text(encoding="utf-8") != text for path, text in written.items()))
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
