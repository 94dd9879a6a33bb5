"""Whole sessions played by a model over HTTP, in every seat."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from coach.domain import Event, Said, VoiceLost, fold
from coach.errors import VoiceError
from coach.fake_server import Behaviour, FakeServer, fill
from coach.llm import FakeModel
from tests.llm.conftest import Play, model_at

SEATS = ("consultant", "facilitator", "client")


def voices(events: list[Event]) -> Counter[str]:
    return Counter(e.voice for e in events if isinstance(e, Said))


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("seat", SEATS)
def test_a_session_played_by_the_fake_server_runs_to_its_end(play: Play, seat: str, lang: str) -> None:
    with FakeServer() as server:
        session, stored = play(model_at(server.base_url), seat, lang)
    assert session.closed == "completed"
    assert fold(stored) == session
    assert voices(stored)["openai:fake"] >= 10
    assert {e.reason.split("-")[0] for e in stored if isinstance(e, VoiceLost)} <= {"guard"}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("seat", SEATS)
def test_when_the_server_is_killed_the_scripted_voice_goes_on_and_says_so(play: Play, seat: str, lang: str) -> None:
    with FakeServer() as server:
        killed: list[int] = []

        def kill(number: int, event: Event) -> None:
            if isinstance(event, Said) and event.voice == "openai:fake" and number > 6 and not killed:
                server.stop()
                killed.append(number)

        started = time.monotonic()
        session, stored = play(model_at(server.base_url, timeout=30.0, retries=3, pause=0.3), seat, lang, on=kill)
    assert session.closed == "completed"
    assert killed
    after = stored[killed[0] :]
    assert voices(after)["openai:fake"] == 0
    assert voices(after)["scripted"] >= 8
    lost = [e.reason for e in after if isinstance(e, VoiceLost)]
    assert lost[:2] == ["model-unreachable"] * 2
    assert set(lost[2:]) <= {"model-resting"}
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("always", "failures"),
    [(Behaviour("garbage"), 6), (Behaviour("prose"), 6), (Behaviour("status", 500), 2), (Behaviour("die"), 2)],
)
def test_a_server_that_never_works_leaves_a_scripted_session(play: Play, always: Behaviour, failures: int) -> None:
    with FakeServer(otherwise=always) as server:
        session, stored = play(model_at(server.base_url), "consultant", "en")
    assert session.closed == "completed"
    assert set(voices(stored)) == {"scripted", "user"}
    assert len(server.requests) <= failures * 2  # it rests after so many in a row, of two tries each


def test_a_server_that_hangs_costs_a_bounded_time(play: Play) -> None:
    with FakeServer(otherwise=Behaviour("hang")) as server:
        started = time.monotonic()
        session, _ = play(model_at(server.base_url, timeout=0.5), "consultant", "en")
    assert session.closed == "completed"
    assert time.monotonic() - started < 15


def test_what_breaks_the_rules_is_never_said(play: Play) -> None:
    rude = "As an AI language model I think you should have left."
    with FakeServer(reply=lambda request: fill(request, rude)) as server:
        session, stored = play(model_at(server.base_url), "consultant", "en")
    assert session.closed == "completed"
    assert not any(rude in e.text for e in stored if isinstance(e, Said))
    assert {e.reason for e in stored if isinstance(e, VoiceLost)} == {"guard-meta"}


def test_the_same_session_through_the_fake_model(play: Play) -> None:
    session, stored = play(FakeModel(lambda system, user, schema: VoiceError("model-busy")), "consultant", "fr")
    assert session.closed == "completed"
    assert {e.reason for e in stored if isinstance(e, VoiceLost)} == {"model-busy"}
