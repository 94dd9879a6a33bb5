"""Who leads a session when several hands reach for it, and what a stop leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from coach import room
from coach.domain import Said, fold
from coach.errors import Unlawful, WrongUse
from coach.room import Say, Wait
from coach.seating import make_setup
from coach.settings import Settings
from coach.store import SqlStore
from coach.ui.desk import Desk, Frame


class QuickShop:
    """A workshop whose team needs no model."""

    def __init__(self, team: room.Team, settings: Settings) -> None:
        self._team, self.settings = team, settings
        self.store = SqlStore(settings.database)

    def team(self, voice: str = "scripted", clock: Any = None) -> room.Team:
        return self._team


@pytest.fixture
def desk(quick_team: room.Team, tmp_path: Path) -> Desk:
    return Desk(QuickShop(quick_team, Settings(data_dir=tmp_path, typing=0.02)))  # type: ignore[arg-type]


async def _all(frames: AsyncIterator[Frame]) -> list[Frame]:
    return [frame async for frame in frames]


def _opened(desk: Desk, seat: str = "consultant") -> str:
    return desk.begin(make_setup("night-ward", seat, "en"))


def test_entering_lets_the_room_go_on_until_the_users_turn(desk: Desk) -> None:
    ident = _opened(desk)
    frames = asyncio.run(_all(desk.enter(ident)))
    assert not frames[-1].busy
    assert frames[-1].session.step == "clarification"
    assert any(f.speaking is not None for f in frames)


def test_nothing_is_shown_before_it_is_stored(desk: Desk) -> None:
    ident = _opened(desk)

    async def watch() -> None:
        async for frame in desk.enter(ident):
            assert len(frame.session.log) <= len(desk.shop.store.events(ident))

    asyncio.run(watch())


def test_a_stop_holds_the_room_and_waiting_lets_it_finish(desk: Desk) -> None:
    ident = _opened(desk)

    async def stop_early() -> list[Frame]:
        frames: list[Frame] = []
        async for frame in desk.enter(ident):
            frames.append(frame)
            if len(frames) == 4:
                desk.stop(ident)
        return frames

    asyncio.run(stop_early())
    held = desk.stop(ident).session
    assert held.step == "presentation"
    assert asyncio.run(_all(desk.take(ident, Wait(), len(held.log))))[-1].session.step == "clarification"
    waited = [e for e in desk.session(ident).events if e.type == "waited"]
    assert waited == []  # the room only finished what it had begun


def test_a_page_that_lags_behind_is_told_and_takes_nothing(desk: Desk) -> None:
    ident = _opened(desk)
    seen = len(asyncio.run(_all(desk.enter(ident)))[-1].session.log)
    asyncio.run(_all(desk.take(ident, Say("Since when has this been so?"), seen)))
    before = desk.session(ident).log
    with pytest.raises(Unlawful, match="out-of-order"):
        asyncio.run(_all(desk.take(ident, Say("What happened then?"), seen)))
    assert desk.session(ident).log == before


def test_the_newest_hand_leads_and_no_event_is_lost_or_doubled(desk: Desk) -> None:
    ident = _opened(desk)

    async def two() -> None:
        await asyncio.gather(_all(desk.enter(ident)), _all(desk.enter(ident)))

    asyncio.run(two())
    log = desk.session(ident).log
    assert [e.seq for e in log] == list(range(len(log)))
    texts = [e.text for e in log if isinstance(e, Said)]
    assert len(texts) == len(set(texts))


def test_an_unknown_or_deleted_session_is_refused(desk: Desk) -> None:
    with pytest.raises(WrongUse, match="unknown-session"):
        asyncio.run(_all(desk.enter("nope")))
    ident = _opened(desk)
    desk.forget(ident)
    with pytest.raises(WrongUse, match="unknown-session"):
        desk.session(ident)


def test_what_the_page_shows_is_what_the_store_replays(desk: Desk) -> None:
    ident = _opened(desk, "facilitator")
    last = asyncio.run(_all(desk.enter(ident)))[-1].session
    for turn in (Say("Welcome. The floor is yours."), Wait(), Wait()):
        last = asyncio.run(_all(desk.take(ident, turn, len(last.log))))[-1].session
    assert fold(desk.shop.store.events(ident)) == last
