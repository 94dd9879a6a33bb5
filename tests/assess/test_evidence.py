"""The marked words are where the model looked: an unbroken run of whole words."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.assess import evidence
from coach.assess.classifier import Reading
from coach.assess.codes import CODES

TEXT = "So the boss, he's only buying time, isn't he?"
TAG = TEXT.index("isn't")


def _read(text: str, looks: list[float]) -> Reading:
    """A reading with one piece a letter, where `leading` looks as given."""
    table = np.zeros((len(text), len(CODES)), np.float32)
    table[:, CODES.index("leading")] = looks
    return Reading(np.zeros(len(CODES), np.float32), (), [(i, i + 1) for i in range(len(text))], table)


def test_the_words_that_were_looked_at_are_marked() -> None:
    looks = [1.0 if i >= TAG else 0.01 for i in range(len(TEXT))]
    found = evidence.span(TEXT, "leading", _read(TEXT, looks), "en")
    assert found.text == "isn't he"
    assert (found.start, found.end) == (TAG, TAG + len("isn't he"))


def test_a_weak_word_between_two_strong_ones_does_not_break_the_run() -> None:
    strong = {"only", "time"}
    looks = [0.0] * len(TEXT)
    for word in strong:
        looks[TEXT.index(word)] = 1.0
    assert evidence.span(TEXT, "leading", _read(TEXT, looks), "en").text == "only buying time"


def test_a_run_does_not_end_on_a_word_that_says_nothing() -> None:
    text = "You should tell your boss about it."
    looks = [1.0 if i < text.index("boss") else 0.0 for i in range(len(text))]
    assert evidence.span(text, "leading", _read(text, looks), "en").text == "You should tell your boss"


def test_a_run_leaves_no_single_word_of_its_sentence_over() -> None:
    text = "Fine. It's jealousy, isn't it? When was that?"
    inside = range(text.index("jealousy"), text.index("isn't") + len("isn't"))
    looks = [float(i in inside) for i in range(len(text))]
    assert evidence.span(text, "leading", _read(text, looks), "en").text == "It's jealousy, isn't it"


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_any_reading_gives_a_piece_of_the_text(text: str, rng: object) -> None:
    found = evidence.span(text, "leading", _read(text, [rng.random() for _ in text]), "en")  # type: ignore[attr-defined]
    assert found.text == text[found.start : found.end] != ""
