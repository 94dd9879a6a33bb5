"""What the coach says aside, beside the verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from coach import content, room
from coach.domain import LANGUAGES, Coached, Language
from coach.ports import Hit
from coach.rehearsal import Rehearsal
from coach.seating import make_setup


class Shelf:
    """The readings of a step in the order of their files: those about single faults come early."""

    def search(self, query: str, lang: Language, k: int = 5, step: str | None = None) -> list[Hit]:
        found = [r for r in content.readings(lang).values() if step is None or r.step == step]
        return [Hit(**r.model_dump(), score=1.0) for r in found][:k]


def _asked(team: room.Team, lang: Language, question: str) -> Iterator[Coached]:
    rehearsal = Rehearsal(replace(team, passages=Shelf()), lambda _: None)
    list(rehearsal.open(make_setup("night-ward", "consultant", lang)))
    yield from (e for e in rehearsal.take(room.Ask(question)) if isinstance(e, Coached))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_question_no_passage_names_a_fault_that_nobody_found(quick_team: room.Team, lang: Language) -> None:
    (told,) = _asked(quick_team, lang, "")
    assert told.citations
    topics = [t for c in told.citations for t in content.readings(lang)[c.id].topics]
    assert not [t for t in topics if t.startswith("code:")]


def test_a_question_may_find_any_passage(quick_team: room.Team) -> None:
    (told,) = _asked(quick_team, "en", "What is advice?")
    assert len(told.citations) == 3
