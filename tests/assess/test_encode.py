"""The model sees which of the asker's words the client used before, and the whole utterance."""

from __future__ import annotations

import pytest

from coach.assess.classifier import VOCABULARY, WEIGHTS
from coach.assess.encode import CONTEXT_PIECES, NEW, NOTHING_TOLD, TOLD, UTTERANCE_PIECES, Encoder, batch


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(WEIGHTS / VOCABULARY)


def test_without_context_no_word_counts_as_new(encoder: Encoder) -> None:
    (row,) = encoder.rows([("", "Have you thought of a rota?")])[0]
    assert set(row.told) == {0, NOTHING_TOLD}


def test_the_clients_words_are_marked_in_any_form(encoder: Encoder) -> None:
    (row,) = encoder.rows([("I tried ROTAS in March.", "And the rotas?")])[0]
    assert row.told[-5:-1].count(TOLD) >= 1
    assert NEW in row.told


def test_a_long_context_keeps_its_end_and_the_whole_utterance(encoder: Encoder) -> None:
    (row,) = encoder.rows([("word " * 500 + "the end", "Why now?")])[0]
    (bare,) = encoder.rows([("", "Why now?")])[0]
    assert len(row.pieces) == CONTEXT_PIECES + 2 + len(bare.pieces)


def test_a_very_long_utterance_comes_in_windows(encoder: Encoder) -> None:
    windows = encoder.rows([("", "Why does it matter? " * 200)])[0]
    assert len(windows) > 1
    assert all(len(w.pieces) <= UTTERANCE_PIECES + 2 for w in windows)


def test_a_batch_is_padded_to_its_longest_row(encoder: Encoder) -> None:
    rows = [windows[0] for windows in encoder.rows([("", "Why?"), ("We are nine.", "Since when are you nine?")])]
    made = batch(rows)
    assert made.pieces.shape == made.told.shape == (2, max(len(r.pieces) for r in rows))


def test_a_text_all_in_capitals_reads_as_in_small_letters(encoder: Encoder) -> None:
    assert encoder.rows([("WE ARE NINE.", "WHY DID SHE LEAVE?")]) == encoder.rows(
        [("we are nine.", "why did she leave?")]
    )
    assert encoder.rows([("", "HR knows?")]) != encoder.rows([("", "hr knows?")])


def test_of_a_very_long_context_the_sentences_are_read_that_the_question_speaks_of(encoder: Encoder) -> None:
    told = "I thought of a rota in March. " + "Then nothing much happened for weeks on end. " * 40 + "That is all."
    (row,) = encoder.rows([(told, "What became of the rota?")])[0]
    read = row.pieces[1 : row.pieces.index(2)]
    (start,) = encoder.rows([("", "I thought of a rota in March.")])[0]
    (end,) = encoder.rows([("", "That is all.")])[0]
    assert read[: len(start.places)] == start.pieces[1:-1]
    assert read[-len(end.places) :] == end.pieces[1:-1]
    assert len(read) <= CONTEXT_PIECES
