"""What the training of the evaluator learns from."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from coach.assess.classifier import VOCABULARY, WEIGHTS
from coach.assess.encode import Encoder
from eval.train.data import Example, Varied, weighed


def example(number: int, author: str, context: str = "", text: str = "Since when?") -> Example:
    return Example(f"{author}-{number}", "en", "bakery", context, text, frozenset(), None, author=author)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(WEIGHTS / VOCABULARY)


def test_spoken_talk_stands_twice_and_everything_else_once() -> None:
    earlier, spoken = [example(i, "w3") for i in range(20)], [example(i, "x11") for i in range(5)]
    counted = Counter(e.id for e in weighed([*earlier, *spoken]))
    assert {counted[e.id] for e in earlier} == {1}
    assert {counted[e.id] for e in spoken} == {2}


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
