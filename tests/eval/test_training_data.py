"""What the training of the evaluator learns from."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from coach.assess.classifier import VOCABULARY, WEIGHTS
from coach.assess.encode import Encoder
from eval.train.data import Example, Varied, courses


def example(number: int, author: str, context: str = "", text: str = "Since when?") -> Example:
    return Example(f"{author}-{number}", "en", "bakery", context, text, frozenset(), None, author=author)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(WEIGHTS / VOCABULARY)


def test_in_ordinary_talk_the_clean_turns_count_more_than_the_faulty_ones() -> None:
    """Real talk is nearly always clean: its forms alone must not look suspicious."""
    leading = frozenset({"leading"})
    for author in ("q4a", "r2", "x11"):
        clean, faulty = courses([example(1, author), example(2, author)._replace(codes=leading)])[1].counts
        assert clean > 1 > faulty
    assert list(courses([example(1, "w3"), example(2, "w3")._replace(codes=leading)])[1].counts) == [1, 1]


def test_the_first_training_sees_no_scenes_and_spoken_talk_twice() -> None:
    first, second = courses([example(1, "w3"), example(2, "r2"), example(3, "x11")])
    assert Counter(e.author for e in first.examples) == {"w3": 1, "x11": 2}
    assert set(first.counts) == {1.0}
    assert len(first.counts) == 3
    assert [e.author for e in second.examples] == ["w3", "r2", "x11"]


@pytest.mark.parametrize(("twice", "loses"), [(False, True), (True, False)])
def test_only_a_context_that_turns_the_verdict_always_stays(encoder: Encoder, twice: bool, loses: bool) -> None:
    """The same utterance counted twice is not the same words under two contexts."""
    told = "The oven broke in May."
    elsewhere = example(3, "w1", "The bus was late again.")._replace(setting="depot")
    faulty = example(1, "x1", told)._replace(codes=frozenset({"leading"}))
    rows = [faulty, faulty, elsewhere]
    if twice:
        rows.append(example(2, "x1", "We hired two bakers."))
    varied = Varied(rows, encoder, random.Random(3))
    assert any(not varied(rows[0])[0] for _ in range(200)) is loses
