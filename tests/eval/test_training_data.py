"""Which utterances the two trainings learn from."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.train.data import Example, first, more


def example(number: int, author: str, pair: str | None = None) -> Example:
    return Example(f"{author}-{number}", "en", "bakery", "", "Since when?", frozenset(), pair, author=author)


EARLIER = [example(i, "w3", pair=f"p{i // 2}" if i < 1000 else None) for i in range(2000)]
LATER = [example(i, "x1") for i in range(300)]


def test_the_first_training_sees_no_later_author() -> None:
    assert first([*EARLIER, *LATER]) == EARLIER


def test_the_second_training_sees_every_later_utterance_and_a_share_of_the_others() -> None:
    chosen = more([*EARLIER, *LATER], again=0.25, seed=11)
    assert [e for e in chosen if e.author == "x1"] == LATER
    assert len(chosen) - len(LATER) == pytest.approx(500, rel=0.15)


def test_a_pair_is_seen_whole_or_not_at_all() -> None:
    chosen = more([*EARLIER, *LATER], again=0.25, seed=11)
    assert set(Counter(e.pair for e in chosen if e.pair).values()) == {2}


def test_the_same_seed_chooses_the_same_utterances() -> None:
    assert more(EARLIER, again=0.25, seed=11) == more(EARLIER, again=0.25, seed=11)
    assert more(EARLIER, again=0.25, seed=11) != more(EARLIER, again=0.25, seed=12)
