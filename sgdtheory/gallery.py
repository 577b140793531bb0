"""The pictures of the lecture one by one, with their captions, and the page that shows them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from sgdtheory import picture, translation

if TYPE_CHECKING:
    from sgdtheory.evidence import Row

__all__ = ["Chapter", "caption", "chapter", "drawn", "page"]

_STYLE = """body{font:16px/1.5 sans-serif;color:#222;max-width:62rem;margin:2rem auto}
body{padding:0 1rem}
h1{font-size:1.7rem}
h2{font-size:1.25rem;margin-top:3rem;border-top:1px solid #ccc;padding-top:1rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:1.5rem}
figure{margin:0}img{width:100%}figcaption{font-size:.9rem}nav a{margin-right:.8rem}
table{border-collapse:collapse;font-size:.85rem;width:100%;margin-top:1rem}
th,td{border:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}
td{overflow-wrap:anywhere}td:nth-child(-n+3){white-space:nowrap}"""

SIGNS = {r"\alpha": "α", r"\beta": "β", r"\varepsilon": "ε", r"\lambda": "λ", r"\mu": "μ",
         r"\sigma": "σ", r"\pi": "π", r"\leq": "≤", r"\geq": "≥", r"\approx": "≈", r"\cdot": "·",
         r"\tanh": "tanh", r"\log": "log", r"\,": " "}
"""What the mathematics of captions is made of, as text."""

_HEADS = ("slide", "claim", "status", "said", "true, or to be known")


@dataclass(frozen=True)
class Chapter:
    """A topic on the page: its pictures, as pairs (file name, caption), and its claims."""

    topic: str
    title: str
    pictures: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def caption(panel: picture.Panel) -> str:
    """Return what the documentation of a panel says after its first line, as one paragraph."""
    _, _, body = cleandoc(panel.__doc__ or "").partition("\n\n")
    return " ".join(body.split())


def drawn(panel: picture.Panel, result: Any, language: str, kind: str) -> bytes:
    """Return one panel as a picture of its own with its words in `language`."""
    figure = picture.draw([panel], result, columns=1)
    translation.retext(figure, language)
    return picture.render(figure, kind)


def chapter(simulation: Any, rows: Sequence[Row], names: Sequence[str]) -> Chapter:
    """Return the chapter of the simulation of a topic, its pictures being the files `names`."""
    topic = simulation.__name__.rpartition(".")[2]
    title = str(simulation.__doc__).partition("\n")[0].rstrip(".")
    captions = [caption(panel) for panel in simulation.PANELS]
    return Chapter(topic, title, tuple(zip(names, captions, strict=True)), tuple(rows))


def mathematics(words: str) -> str:
    """Return a caption in HTML, its ``$...$`` as signs, with powers and indices set as such."""
    return re.sub(r"\$([^$]*)\$", lambda found: _signs(found[1]), html.escape(words))


def _signs(formula: str) -> str:
    formula = re.sub(r"\\sqrt\{(\w|\\\w+)\}", r"√\1", formula)
    formula = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", formula)
    for name, sign in SIGNS.items():
        formula = formula.replace(name, sign)
    for mark, tag in ((r"\^", "sup"), ("_", "sub")):
        formula = re.sub(mark + r"(?:\{([^{}]*)\}|(\w))", rf"<{tag}>\1\2</{tag}>", formula)
    return formula


def page(chapters: Iterable[Chapter], language: str) -> str:
    """Return the page that shows the pictures and tells what became of each claim, in HTML."""
    chapters = list(chapters)

    def said(text: str) -> str:
        return mathematics(translation.translate(text, language))

    title = said("The pictures of the lecture, and what is true of its claims")
    contents = "".join(f'<a href="#{c.topic}">{said(c.title)}</a><br>' for c in chapters)
    body = "\n".join(_chapter(c, said) for c in chapters)
    return (f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
            f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n<nav>{contents}</nav>\n"
            f"{body}\n</body></html>\n")


def _chapter(found: Chapter, said: Any) -> str:
    pictures = "\n".join(
        f'<figure><a href="{name}"><img src="{name}" alt="{_plain(said(words))}" '
        f'loading="lazy"></a>'
        f"<figcaption>{said(words)}</figcaption></figure>" for name, words in found.pictures)
    heads = "".join(f"<th>{said(head)}</th>" for head in _HEADS)
    rows = "\n".join(_row(row, said) for row in found.rows)
    return (f'<h2 id="{found.topic}">{said(found.title)}</h2>\n<div class="pictures">{pictures}'
            f"</div>\n<table><tr>{heads}</tr>\n{rows}</table>")


def _plain(marked: str) -> str:
    return re.sub("<[^>]*>", "", marked)


def _row(row: Row, said: Any) -> str:
    claim = row.claim
    cells = (str(claim.slide or ""), html.escape(claim.key), said(row.status), said(claim.says),
             said(claim.correction))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
