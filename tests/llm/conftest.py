"""A room whose agents are played by whatever answers at an address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from coach import room
from coach.cast.prompted import PromptedVoice
from coach.domain import Event, Session
from coach.llm import LangchainModel
from coach.rehearsal import Rehearsal
from coach.seating import make_setup

Play = Callable[..., tuple[Session, list[Event]]]

TURNS: dict[str, dict[str, list[room.Turn]]] = {
    "en": {
        "consultant": [room.Say("What happened in the last meeting?"), room.Wait()],
        "facilitator": [room.Say("Welcome. Let us begin with the presentation."), room.Wait(), room.Next()],
        "client": [
            room.Say(
                "My colleague and I share an office, and since the spring we hardly speak to each other any more."
            ),
            room.Wait(),
            room.Say("It began after a project that failed."),
        ],
    },
    "fr": {
        "consultant": [room.Say("Que s'est-il passé à la dernière réunion ?"), room.Wait()],
        "facilitator": [room.Say("Bienvenue. Commençons par l'exposé."), room.Wait(), room.Next()],
        "client": [
            room.Say("Ma collègue et moi partageons un bureau, et depuis le printemps on ne se parle presque plus."),
            room.Wait(),
            room.Say("Cela a commencé après un projet qui a échoué."),
        ],
    },
}


def model_at(base_url: str, **options: Any) -> LangchainModel:
    chosen: dict[str, Any] = {"timeout": 5.0, "retries": 1, "pause": 0.01, **options}
    return LangchainModel("fake", base_url, SecretStr("a-key"), **chosen)


@pytest.fixture
def play(quick_team: room.Team) -> Play:
    """Play turns, then leave the seat; `on` sees each event with the number of those before it."""

    def run(
        model: Any,
        seat: str,
        lang: str,
        turns: Sequence[room.Turn] | None = None,
        on: Callable[[int, Event], None] = lambda number, event: None,
        **options: Any,
    ) -> tuple[Session, list[Event]]:
        stored: list[Event] = []
        team = replace(quick_team, voice=PromptedVoice(model))
        rehearsal = Rehearsal(team, stored.append)
        setup = make_setup("night-ward", seat, lang, voice=model.name, pace="brisk", **options)

        def watch(events: Iterator[Event]) -> None:
            for event in events:
                on(len(stored), event)

        watch(rehearsal.open(setup))
        for turn in TURNS[lang][seat] if turns is None else turns:
            watch(rehearsal.take(turn))
        watch(rehearsal.take(room.Release()))
        return rehearsal.session, stored

    return run
