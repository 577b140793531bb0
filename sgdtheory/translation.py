"""The words of the pictures and of the ledger in Spanish, the language of the lecture.

English is the language of the code; the catalogues ``data/es/*.json`` have one text of Spanish for
each of English. Numbers and mathematics are the same in both, so that texts which differ in nothing
else share one entry, and a text stays translated when its numbers change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LANGUAGES", "catalogue", "retext", "skeleton", "translate"]

LANGUAGES = ("en", "es")
"""English, and Spanish."""

_KEPT = re.compile(r"\$[^$]*\$|(?<![\w.])\d+(?:[.,]\d+)*(?:e[-+]?\d+)?")
_LETTER = re.compile(r"[^\W\d_]")
_GAP = "\0"


def skeleton(text: str) -> str:
    """Return `text` without the numbers and the mathematics (``$...$``) in it."""
    return _KEPT.sub(_GAP, text)


def translate(text: str, language: str) -> str:
    """Return `text` in `language`; LookupError if its catalogue does not have it."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; got {language!r}")
    bare = skeleton(text)
    if language == "en" or not _LETTER.search(bare):
        return text
    parts = catalogue(language).get(bare)
    if parts is None:
        raise LookupError(f"the catalogue of {language!r} has no text for {text!r}; add it to "
                          f"sgdtheory/data/{language}")
    kept = _KEPT.findall(text)
    return "".join(kept[part] if isinstance(part, int) else part for part in parts)


@cache
def catalogue(language: str) -> Mapping[str, tuple[str | int, ...]]:
    """Return each skeleton's translation: texts, and the places of what is kept between them."""
    found: dict[str, tuple[str | int, ...]] = {}
    for file in sorted(files("sgdtheory").joinpath("data", language).iterdir(), key=str):
        for text, said in json.loads(file.read_text(encoding="utf-8")).items():
            found[skeleton(text)] = _parts(text, said)
    return found


def _parts(text: str, said: str) -> tuple[str | int, ...]:
    """Return `said` cut where it keeps a number or formula of `text`, and which one."""
    parts: list[str | int] = []
    left: list[str | None] = list(_KEPT.findall(text))
    end = 0
    for found in _KEPT.finditer(said):
        if found.group() in left:
            place = left.index(found.group())
            left[place] = None
            parts += [said[end : found.start()], place]
            end = found.end()
    if any(left):
        raise ValueError(f"the translation {said!r} of {text!r} lacks {next(filter(None, left))}")
    return (*parts, said[end:])


def retext(figure: Figure, language: str) -> None:
    """Translate every text of a figure in place: titles, axes, legends, notes, named ticks."""
    from matplotlib.text import Text

    named = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) if _named(axis)]
    ticks = [(axis, axis.get_majorticklocs(), [translate(label.get_text(), language)
                                              for label in axis.get_majorticklabels()])
             for axis in named]
    labels = {label for axis in named for label in axis.get_majorticklabels()}
    for found in figure.findobj(Text):
        text: Any = found
        if text not in labels:
            text.set_text(translate(text.get_text(), language))
    for axis, places, words in ticks:
        axis.set_ticks(places, words)


def _named(axis: Any) -> bool:
    """Tell whether the ticks of an axis are words."""
    return any(_LETTER.search(skeleton(label.get_text())) for label in axis.get_majorticklabels())
