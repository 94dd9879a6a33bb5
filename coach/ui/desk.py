"""Where the pages meet the sessions: one clock and one lock a session; the newest hand on a session leads it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Lock

from coach import content
from coach import method as law
from coach.cast import director
from coach.debrief import Debrief, debrief
from coach.domain import Citation, Event, Language, Person, Said, Session, Setup, fold
from coach.errors import CoachError, Unlawful, WrongUse
from coach.rehearsal import Rehearsal
from coach.room import Turn, Wait
from coach.schemas import Method
from coach.ui.offer import pending
from coach.wiring import WallClock, Workshop, rehearsal

_SECONDS_A_WORD, _SHORTEST, _LONGEST = 0.055, 0.7, 2.6  # how long somebody seems to speak before the words stand there
_DRAW_EVERY = 0.1  # seconds: a browser gains nothing from more
_PACE = {"calm": 1.0, "brisk": 0.5, "untimed": 1.0}


@dataclass(frozen=True)
class Frame:
    """One look at the room: the session as far as it is shown, who is speaking, whether more follows."""

    session: Session
    speaking: Person | None = None
    busy: bool = False


@dataclass
class _Place:
    """What this process remembers of a session."""

    clock: WallClock
    lock: Lock
    hand: object | None = None


class Desk:
    """The sessions as pages use them."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self._places: dict[str, _Place] = {}
        self._guard = Lock()

    def begin(self, setup: Setup) -> str:
        """A new session, opened; its id. The room goes on when the page shows it."""
        ident = self.shop.store.create(setup)
        keep = partial(self.shop.store.append, ident)
        next(Rehearsal(self.shop.team(setup.voice), keep).open(setup))
        return ident

    def session(self, ident: str) -> Session:
        """The session as it is stored.

        Raises:
            WrongUse: if there is none with that id.
        """
        session = fold(self.shop.store.events(ident))
        if session.setup is None:
            raise WrongUse("unknown-session", given=ident)
        return session

    def debrief(self, ident: str) -> tuple[Session, Debrief]:
        """A stored session, looked at afterwards."""
        session = self.session(ident)
        return session, debrief(session, content.method(session.started().method))

    def forget(self, ident: str) -> None:
        """Delete a session for good."""
        self.shop.store.delete(ident)
        with self._guard:
            self._places.pop(ident, None)

    def enter(self, ident: str) -> AsyncIterator[Frame]:
        """Open the page: what stands there, and what a killed process had begun."""
        with self._guard:  # the hours in which no page was open do not count: a new clock starts at the last event
            if ident in self._places:
                self._places[ident].clock = WallClock()
        return self._run(ident, None, None)

    def take(self, ident: str, turn: Turn, seen: int) -> AsyncIterator[Frame]:
        """Play a turn. `seen` is how many events the page has seen.

        Raises:
            Unlawful: "out-of-order" when another page has moved the session on; what the method does not allow.
        """
        return self._run(ident, turn, seen)

    def stop(self, ident: str) -> Frame:
        """Let nobody go on; everything that was stored is shown."""
        place = self._place(ident)
        place.hand = None
        with place.lock:  # an utterance that is being stored is shown too
            return Frame(self.session(ident))

    def left(self, ident: str, session: Session) -> float | None:
        """Seconds left of the open step; None where time is not kept."""
        spec = law.current(session, content.method(session.started().method))
        if spec is None or session.started().pace == "untimed":
            return None
        opened = next(e.at for e in reversed(session.events) if e.type == "step_opened")
        now = self._place(ident).clock(session, "")
        return director.minutes_of(session, spec) * 60 - (now - opened)

    def full(self, lang: Language) -> Callable[[Citation], str]:
        """Opens a citation: the whole passage, of the method or of the user's own document."""

        def text(citation: Citation) -> str:
            reading = content.readings(lang).get(citation.id)
            if reading:
                return reading.text
            try:
                return self.shop.passages.get(citation.id, lang).text
            except CoachError:  # a document that was removed since
                return citation.excerpt

        return text

    # -- inside ----------------------------------------------------------------------------------------

    def _place(self, ident: str) -> _Place:
        with self._guard:
            return self._places.setdefault(ident, _Place(WallClock(), Lock()))

    async def _run(self, ident: str, turn: Turn | None, seen: int | None) -> AsyncIterator[Frame]:
        place = self._place(ident)
        if seen is not None:  # a page that lags behind must not take the session from the one that leads it
            await asyncio.to_thread(self._load, ident, place, seen)
        hand = place.hand = object()
        run = await asyncio.to_thread(self._load, ident, place, seen)
        shown = run.session
        yield Frame(shown, busy=turn is not None or pending(shown, _method(shown)))
        events, drawn = self._events(run, turn), 0.0
        while place.hand is hand:
            event = await asyncio.to_thread(self._next, place, hand, events)
            if event is None:
                break
            if isinstance(event, Said) and event.voice != "user" and self.shop.settings.typing:
                yield Frame(shown, law.person(run.session, event.speaker), busy=True)
                await asyncio.sleep(self._delay(run.session, event))
                if place.hand is not hand:
                    return
            shown = run.session
            if time.monotonic() - drawn >= _DRAW_EVERY:
                drawn = time.monotonic()
                yield Frame(shown, busy=True)
        if place.hand is hand:
            place.hand = None
            yield Frame(run.session)

    def _load(self, ident: str, place: _Place, seen: int | None) -> Rehearsal:
        with place.lock:
            run = rehearsal(self.shop, ident, place.clock)
        if run.session.setup is None:
            raise WrongUse("unknown-session", given=ident)
        if seen is not None and seen != len(run.session.log):
            raise Unlawful("out-of-order")
        return run

    def _events(self, run: Rehearsal, turn: Turn | None) -> Iterator[Event]:
        """To wait for a room that was stopped in the middle is to let it finish."""
        if turn is None or (isinstance(turn, Wait) and pending(run.session, _method(run.session))):
            return run.resume()
        return run.take(turn)

    def _next(self, place: _Place, hand: object, events: Iterator[Event]) -> Event | None:
        with place.lock:
            return next(events, None) if place.hand is hand else None

    def _delay(self, session: Session, event: Said) -> float:
        seconds = min(_LONGEST, max(_SHORTEST, len(event.text.split()) * _SECONDS_A_WORD))
        return seconds * self.shop.settings.typing * _PACE[session.started().pace]


def _method(session: Session) -> Method:
    return content.method(session.started().method)
