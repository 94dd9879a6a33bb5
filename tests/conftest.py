"""What all tests share: no network beyond this machine, a clean environment, and a quick room."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coach import room
from coach.cast.guard import Guard
from coach.cast.scripted import ScriptedVoice
from coach.domain import Assessment, Event, Language, Session
from coach.frame.recognise import Recogniser
from coach.language import as_language
from coach.ports import Hit, Vectors
from coach.rehearsal import Rehearsal

_OPEN = socket.socket.connect


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave this machine in no test."""

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return _OPEN(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("COACH_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


class QuickEmbedder:
    """Vectors from the words alone: no model, the same on every machine."""

    name, dim = "quick", 64

    def queries(self, texts: Sequence[str]) -> Vectors:
        rows = [np.sum([self._word(w) for w in t.lower().split()] or [np.ones(self.dim)], axis=0) for t in texts]
        return np.array([r / np.linalg.norm(r) for r in rows], dtype=np.float32)

    passages = queries
    questions = queries

    def _word(self, word: str) -> np.ndarray:
        seed = int.from_bytes(word.strip(".,?!'").encode()[-4:], "big")
        return np.random.default_rng(seed).normal(size=self.dim)


class QuickEvaluator:
    """Finds a few plain faults; the real evaluator has its own tests."""

    def assess(self, text: str, lang: Language | None = None, context: str = "") -> Assessment:
        faulty = any(w in text.lower() for w in ("should", "have you thought", "tu devrais", "as-tu pensé"))
        codes = ("disguised_solution",) if faulty else ()
        return Assessment(
            text=text,
            lang=as_language(lang, text),
            solution_free=not faulty,
            neutral=not faulty,
            in_step=True,
            codes=codes,
            confidence=0.9,
        )

    def assess_many(self, items: Sequence[tuple[str, Language | None, str]]) -> list[Assessment]:
        return [self.assess(*item) for item in items]


class NoPassages:
    """A library without books."""

    def search(self, query: str, lang: Language, k: int = 5, step: str | None = None) -> list[Hit]:
        return []


def spoken(session: Session, text: str) -> float:
    return session.now + (4 + len(text.split()) / 2.3 if text else 0)


@pytest.fixture(scope="session")
def quick_team() -> room.Team:
    """A whole team that needs no model."""
    embedder, evaluator = QuickEmbedder(), QuickEvaluator()
    voice = ScriptedVoice(embedder)
    return room.Team(
        voice=voice,
        stand_in=voice,
        evaluator=evaluator,
        passages=NoPassages(),
        recogniser=Recogniser(embedder),
        guard=Guard(evaluator),
        clock=spoken,
    )


@pytest.fixture(scope="session")
def rehearse(quick_team: room.Team) -> Callable[..., tuple[Session, list[Event]]]:
    """Play turns; gives the session and what was stored."""
    from coach.errors import CoachError
    from coach.seating import make_setup

    def play(
        case: str, seat: str, lang: str, turns: Sequence[room.Turn], release: bool = True, **options: Any
    ) -> tuple[Session, list[Event]]:
        stored: list[Event] = []
        rehearsal = Rehearsal(quick_team, stored.append)
        _drain(rehearsal.open(make_setup(case, seat, lang, **options)))
        for turn in turns:
            if rehearsal.session.closed:
                break
            try:
                _drain(rehearsal.take(turn))
            except CoachError:
                continue
        if release and not rehearsal.session.closed:
            _drain(rehearsal.take(room.Release()))
        return rehearsal.session, stored

    return play


def _drain(events: Iterator[Event]) -> None:
    for _ in events:
        pass


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: their driver keeps an event loop in the main thread, where others run their own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
