"""A live button works; a dead one would not have."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coach import content, room
from coach.domain import Refused, Session, apply
from coach.errors import CoachError
from coach.room import Give, Next, Say, Turn, Undo, Wait
from coach.seating import make_setup
from coach.ui.offer import offer, pending

MOVES: tuple[Turn, ...] = (
    Say("Since when has this been so, and what did you see?"),
    Wait(),
    Next(),
    Undo(),
    Give("client"),
)


def _play(team: room.Team, seat: str, turns: Sequence[Turn]) -> Session:
    session = Session()
    for event in room.open_session(make_setup("night-ward", seat, "en"), team, lambda e: None):
        session = apply(session, event)
    for turn in turns:
        session = _try(team, session, turn)[0]
    return session


def _try(team: room.Team, session: Session, turn: Turn) -> tuple[Session, bool]:
    """The session after the turn, and whether it did what it is for."""
    after, before = session, len(session.log)
    try:
        for event in room.take_turn(session, turn, team, lambda e: None):
            after = apply(after, event)
    except CoachError:
        return after, False
    return after, not any(isinstance(e, Refused) for e in after.log[before:])


@pytest.mark.parametrize("seat", ["consultant", "facilitator", "client"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(turns=[MOVES[0]])  # a slip asks during the presentation; the floor then goes to the client
@given(turns=st.lists(st.sampled_from(MOVES), max_size=14))
def test_a_button_is_live_exactly_when_its_move_works(quick_team: room.Team, seat: str, turns: list[Turn]) -> None:
    session = _play(quick_team, seat, turns)
    found = offer(session, content.method(session.started().method))
    live = {
        "say": found.say,
        "wait": found.wait,
        "next": found.next,
        "undo": found.undo,
        "give": "client" in {i for i, _ in found.give},
    }
    for name, turn in zip(("say", "wait", "next", "undo", "give"), MOVES, strict=True):
        assert _try(quick_team, session, turn)[1] == live[name], name


@pytest.mark.parametrize("lang", ["en", "fr"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seat=st.sampled_from(["consultant", "facilitator", "client"]), turns=st.lists(st.sampled_from(MOVES), max_size=14)
)
def test_every_moment_has_a_line_that_says_what_to_do(
    quick_team: room.Team, lang: str, seat: str, turns: list[Turn]
) -> None:
    session = _play(quick_team, seat, turns)
    method = content.method(session.started().method)
    assert not pending(session, method)
    assert f"ui.now.{offer(session, method).now}" in content.words(content.language(lang))
