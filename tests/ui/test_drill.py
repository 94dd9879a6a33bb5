"""The drill's page: what it sends and what comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coach.errors import WrongUse
from coach.practice import Practice
from coach.store import SqlStore
from coach.ui import drill
from tests.conftest import QuickEvaluator


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(SqlStore(f"sqlite:///{tmp_path / 'coach.db'}"), QuickEvaluator(), "fr")


def _fields(page: str) -> list[str]:
    return re.findall(r'name="(answer:[\w-]+)"', page)


def test_five_are_asked_and_their_answers_are_told_with_progress(practice: Practice) -> None:
    asked = _fields(drill._five(practice)["parts"]["drill"])
    assert len(asked) == 5
    told = drill._answered(practice, {"kind": "answers"} | dict.fromkeys(asked, "clean"))["parts"]
    assert told["drill"].count("<article") == 5 and "%" in told["progress"]
    assert sum(p.seen for p in practice.progress()) == 5
    assert not set(asked) & set(_fields(drill._five(practice)["parts"]["drill"]))


@pytest.mark.parametrize(
    "bad", [{}, {"answer:clean-01": ""}, {"answer:clean-01": "nonsense"}, {"answer:nowhere": "clean"}]
)
def test_nothing_is_stored_of_answers_that_cannot_be_used(practice: Practice, bad: dict[str, str]) -> None:
    with pytest.raises(WrongUse):
        drill._answered(practice, {"answer:advice-01": "advice"} | bad if bad else bad)
    assert sum(p.seen for p in practice.progress()) == 0


def test_a_rewrite_is_judged_in_its_place_and_escaped(practice: Practice) -> None:
    parts = drill._rewritten(practice, "advice-01", "<b>Tu devrais</b> partir")["parts"]
    assert "<b>" not in parts["rewrite-advice-01"] and "✗" in parts["rewrite-advice-01"]
    with pytest.raises(WrongUse):
        drill._rewritten(practice, "clean-01", "Depuis quand ?")
