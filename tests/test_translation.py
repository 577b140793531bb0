"""Every word of the pictures, of their captions and of the ledger is there in Spanish."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

import sgdtheory
from sgdtheory import gallery, translation
from sgdtheory.evidence import claims_of
from sgdtheory.theory import TOPICS

CATALOGUES = sorted((Path(sgdtheory.__file__).parent / "data" / "es").glob("*.json"))


def test_numbers_and_formulas_are_kept_where_the_sentence_wants_them(monkeypatch) -> None:
    parts = translation._parts("from 0.5 to $x^2$ in 3 steps", "en 3 pasos, de 0.5 a $x^2$")
    monkeypatch.setattr(translation, "catalogue", lambda language: {
        translation.skeleton("from 0.5 to $x^2$ in 3 steps"): parts})
    assert translation.translate("from 7 to $y$ in 20 steps", "es") == "en 20 pasos, de 7 a $y$"
    assert translation.translate("from 7 to $y$ in 20 steps", "en") == "from 7 to $y$ in 20 steps"
    assert translation.translate("$x$ = 3e-4", "es") == "$x$ = 3e-4"
    with pytest.raises(LookupError, match=r"no text for 'from 7 to'; add it to sgdtheory/data/es"):
        translation.translate("from 7 to", "es")
    with pytest.raises(ValueError, match="language must be one of en, es; got 'fr'"):
        translation.translate("word", "fr")


def test_a_translation_that_drops_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"of '5 of 6' lacks 6"):
        translation._parts("5 of 6", "5 de ellos")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_of_a_topic_and_says_everything_once(path) -> None:
    assert path.stem in {*TOPICS, "words"}
    texts = json.loads(path.read_text(encoding="utf-8"))
    bare = [translation.skeleton(text) for text in texts]
    assert len(set(bare)) == len(bare), "two texts that differ in numbers only need one entry"
    assert all(said.strip() == said != "" for said in texts.values())


def test_two_catalogues_never_contradict_each_other() -> None:
    seen: dict[str, object] = {}
    for path in CATALOGUES:
        for text, said in json.loads(path.read_text(encoding="utf-8")).items():
            bare, parts = translation.skeleton(text), translation._parts(text, said)
            assert seen.setdefault(bare, parts) == parts, (path.stem, text)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_claim_has_its_words_in_spanish(topic) -> None:
    for claim in claims_of(topic):
        for text in (claim.says, claim.correction, claim.printed):
            said = translation.translate(text, "es")
            assert said != text or len(text.split()) < 4, (claim.key, text)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_picture_has_a_caption_in_both_languages(topic) -> None:
    simulation = import_module(f"sgdtheory.simulations.{topic}")
    captions = [gallery.caption(panel) for panel in simulation.PANELS]
    assert len(set(captions)) == len(captions)
    for caption in captions:
        for language in translation.LANGUAGES:
            shown = gallery.mathematics(translation.translate(caption, language))
            assert not set(shown) & set("\\$"), shown
        assert caption.endswith(".") and len(caption.split()) > 7, caption
        assert translation.translate(caption, "es") != caption


def test_the_mathematics_of_a_caption_is_text_on_the_page() -> None:
    said = gallery.mathematics(r"as $1/\sqrt{\varepsilon}$, $\sigma^2/B$ & $w_t$, $4^{-L}$")
    assert said == ("as 1/√ε, σ<sup>2</sup>/B &amp; w<sub>t</sub>, 4<sup>-L</sup>")
    assert gallery.mathematics("3 < 4") == "3 &lt; 4"
