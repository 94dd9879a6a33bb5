"""The room: the session as it is played."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from coach.domain import Language, Said, Session, Undone
from coach.errors import CoachError
from coach.room import Ask, End, Give, Next, Release, Say, Turn, Undo, Wait
from coach.ui.desk import Desk, Frame
from coach.ui.parts import guarded, html_page, sentence
from coach.ui.view import RoomView

_SCRIPT = "codev.room(element, props, watch, (data) => trigger('turn', data), (data) => trigger('halt', data));"


def build(desk: Desk, lang: Language) -> None:
    """Lay the page out and wire it to the desk."""
    room = html_page("room", lang, desk.shop.settings.model, here="room", judge=desk.shop.judge_away, script=_SCRIPT)

    async def turn(event: gr.EventData) -> AsyncIterator[Any]:
        data = event._data
        try:
            async for frame in _frames(desk, data):
                yield _payload(desk, data, frame, lang)
        except Exception as error:  # the edge: whatever happened is told in a sentence, and the page catches up
            yield {**_catch_up(desk, data, lang), "notice": sentence(error, lang)}

    def halt(data: dict[str, Any]) -> dict[str, Any]:
        return _payload(desk, data, desk.stop(str(data.get("session"))), lang)

    playing = room.turn(turn, None, room, show_progress="hidden", api_visibility="private", trigger_mode="multiple")
    room.halt(
        guarded(halt, lang),
        None,
        room,
        show_progress="hidden",
        api_visibility="private",
        trigger_mode="multiple",
        cancels=[playing],
    )


def _frames(desk: Desk, data: dict[str, Any]) -> AsyncIterator[Frame]:
    ident, turn = str(data.get("session")), _turn(data)
    return desk.enter(ident) if turn is None else desk.take(ident, turn, int(data.get("seen") or 0))


def _turn(data: dict[str, Any]) -> Turn | None:
    """What the page sent, as a turn; None to show the room as it stands and let it go on."""
    text = str(data.get("text") or "")
    turns: dict[str, Turn] = {
        "say": Say(text),
        "wait": Wait(),
        "next": Next(),
        "give": Give(str(data.get("to") or "")),
        "undo": Undo(),
        "ask": Ask(text),
        "release": Release(),
        "end": End(),
    }
    return turns.get(str(data.get("kind")))


def _payload(desk: Desk, data: dict[str, Any], frame: Frame, lang: Language) -> dict[str, Any]:
    ident, session = str(data.get("session")), frame.session
    debrief = f"/{lang}/debrief?session={ident}"
    spoken = session.started().lang
    if spoken != lang:  # a session keeps its language: its room is the other one
        return {"goto": f"/{spoken}/room?session={ident}"}
    if data.get("kind") == "end" and session.closed:
        return {"goto": debrief}
    view = RoomView(ident, frame, desk.left(ident, session), desk.full(lang))
    return view.payload(debrief=debrief, box=_box(data, session))


def _box(data: dict[str, Any], session: Session) -> tuple[int, str] | None:
    """What the message box shall hold from an event on: nothing once said, the words once undone."""
    for event in session.log[int(data.get("seen") or 0) :]:
        if data.get("kind") == "say" and isinstance(event, Said) and event.voice == "user":
            return event.seq, ""
        if data.get("kind") == "undo" and isinstance(event, Undone):
            gone = next((e for e in session.log if e.seq == event.back_to), None)
            return (event.seq, gone.text) if isinstance(gone, Said) else None
    return None


def _catch_up(desk: Desk, data: dict[str, Any], lang: Language) -> dict[str, Any]:
    """The session as it stands, or a way out when there is none."""
    try:
        return _payload(desk, {**data, "kind": "catch-up"}, desk.stop(str(data.get("session"))), lang)
    except CoachError:
        return {"lost": f"/{lang}/"}
