"""What a session in play needs, and the only way an event comes into being."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coach import content
from coach import method as law
from coach.cast.guard import Guard
from coach.domain import Event, Session, SessionOpened, apply
from coach.frame.recognise import Recogniser
from coach.ports import Evaluator, Passages, Voice
from coach.schemas import Method

Keep = Callable[[Event], None]


@dataclass(frozen=True)
class Team:
    """Everybody and everything a session needs; built by wiring.py alone."""

    voice: Voice
    stand_in: Voice
    evaluator: Evaluator
    passages: Passages
    recogniser: Recogniser
    guard: Guard
    clock: Callable[[Session, str], float]


class Stage:
    """A session in motion. `emit` is the only way an event comes into being."""

    def __init__(self, session: Session, team: Team, keep: Keep) -> None:
        self.session, self.team, self.keep = session, team, keep

    @property
    def method(self) -> Method:
        """The variant that this session follows."""
        return content.method(self.session.started().method)

    def emit(self, kind: type, **fields: object) -> Event:
        """Make, check, store and apply one event.

        Raises:
            Unlawful: if the method does not allow it now; nothing is stored then.
        """
        at = self.team.clock(self.session, str(fields.get("text", "")))
        event: Event = kind(seq=len(self.session.log), at=round(at, 2), **fields)
        refused = law.refusal(self.session, self._method_of(event), event)
        if refused:
            raise refused
        self.keep(event)
        self.session = apply(self.session, event)
        return event

    def _method_of(self, event: Event) -> Method:
        return content.method(event.setup.method) if isinstance(event, SessionOpened) else self.method
