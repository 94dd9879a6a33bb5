"""Typing errors are mended before judging; what the user sees marked is what they typed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.assess.classifier import Classifier
from coach.assess.spelling import mended
from coach.assess.verdict import Assessor
from coach.domain import LANGUAGES, Language
from coach.evals.gold import read
from eval.variants import typos

KNOWS = Classifier().knows


@pytest.mark.parametrize(
    ("typed", "lang", "context", "right"),
    [
        ("Haev you thuoght of a rota?", "en", "", "Have you thought of a rota?"),
        ("Waht hapens when nobody ansers?", "en", "", "What happens when nobody answers?"),
        ("um what what did he say", "en", "", "what did he say"),
        ("Depuis qaund ça duer ?", "fr", "", "Depuis quand ça dure ?"),
        ("Qui sarrange avec ton colègue ?", "fr", "", "Qui s'arrange avec ton collègue ?"),
        ("euh la reunion, c'est quand ?", "fr", "", "la réunion, c'est quand ?"),
        ("Does the nigth bulb cost much?", "en", "The bulbs of the night shift.", "Does the night bulb cost much?"),
    ],
)
def test_a_slip_is_mended(typed: str, lang: Language, context: str, right: str) -> None:
    assert mended(typed, lang, context, KNOWS).text == right


@pytest.mark.parametrize(
    ("text", "lang", "context"),
    [
        ("What did Tolu say to the DRH in Maseru?", "en", ""),
        ("Is the whinchatter still broken?", "en", "The whinchatter broke in May."),
        ("Ton chum, y vient-tu à l'aréna ?", "fr", ""),
        ("Vous vous voyez quand, avec ta sœur ?", "fr", ""),
        ("They had had that that colour programme neighbour.", "en", ""),
    ],
)
def test_names_dialect_and_the_clients_words_stay(text: str, lang: Language, context: str) -> None:
    assert mended(text, lang, context, KNOWS).text == text


def test_few_words_of_careful_writing_are_touched() -> None:
    """The gold utterances hold slips on purpose, and dialect: about one in a hundred may change."""
    for lang in LANGUAGES:
        rows = [u for u in read("dev", lang) if u.speech == "spoken"]
        changed = sum(bool(mended(u.text, lang, u.context, KNOWS).changes) for u in rows)
        assert changed <= 0.02 * len(rows)


@given(st.text(alphabet="abdeinorstuéE' ,.?", max_size=60), st.sampled_from(LANGUAGES))
def test_every_place_points_into_the_typed_text(text: str, lang: Language) -> None:
    found = mended(text, lang, "", KNOWS)
    typed = [found.place(i, i + 1) for i in range(len(found.text))]
    assert all(0 <= start <= end <= len(text) for start, end in typed)
    assert typed == sorted(typed)
    for here, there, start, end in found.changes:
        if here < there:
            assert found.place(here, there) == (start, end)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_marked_words_are_the_typed_ones(lang: Language) -> None:
    rng, assessor = random.Random(1), Assessor()
    rows = [u for u in read("dev", lang) if not u.clean][:40]
    for u in rows:
        text = typos(u.text, lang, rng)
        for span in assessor.assess(text, lang, u.context).spans:
            assert text[span.start : span.end] == span.text
