"""A session is the fold of its events: the state, the one function that changes it, and what a speaker may see."""

from __future__ import annotations

from coach.events import (
    EVENT,
    LANGUAGES,
    Act,
    Assessed,
    Assessment,
    Citation,
    Coached,
    Event,
    FloorGiven,
    Frozen,
    Intervened,
    Language,
    Person,
    Refused,
    Role,
    Said,
    SeatReleased,
    SessionClosed,
    SessionOpened,
    Setup,
    Span,
    StepClosed,
    StepKind,
    StepOpened,
    Undone,
    VoiceLost,
    Waited,
)

__all__ = [
    "Act",
    "Assessed",
    "Assessment",
    "Citation",
    "Coached",
    "Cue",
    "EVENT",
    "Event",
    "FloorGiven",
    "Frozen",
    "Intervened",
    "LANGUAGES",
    "Language",
    "Line",
    "Person",
    "Refused",
    "Role",
    "Said",
    "SeatReleased",
    "Session",
    "SessionClosed",
    "SessionOpened",
    "Setup",
    "Span",
    "StepClosed",
    "StepKind",
    "StepOpened",
    "Undone",
    "View",
    "VoiceLost",
    "Waited",
    "apply",
    "fold",
]


class Session(Frozen):
    """The state that the events add up to. Only `apply` makes a new one.

    `log` holds every event ever stored, `events` those that still count after undoing.
    """

    setup: Setup | None = None
    log: tuple[Event, ...] = ()
    events: tuple[Event, ...] = ()
    step: str | None = None
    steps_done: tuple[str, ...] = ()
    floor: str | None = None
    released: bool = False
    closed: str | None = None

    @property
    def now(self) -> float:
        """Seconds on the session's clock at the last event."""
        return self.log[-1].at if self.log else 0.0

    @property
    def said(self) -> tuple[Said, ...]:
        """What was said aloud, in order."""
        return tuple(e for e in self.events if isinstance(e, Said))

    @property
    def in_step(self) -> tuple[Event, ...]:
        """The events since the open step was opened (empty between steps)."""
        if self.step is None:
            return ()
        start = max(i for i, e in enumerate(self.events) if isinstance(e, StepOpened))
        return self.events[start + 1 :]

    @property
    def contract(self) -> str | None:
        """The contract in force: the last one the client stated, in this round."""
        return next((s.text for s in reversed(self.said) if s.act is Act.CONTRACT), None)

    def started(self) -> Setup:
        """The setup of a session that has begun.

        Raises:
            ValueError: if no SessionOpened has been applied.
        """
        if self.setup is None:
            raise ValueError("the session has not been opened")
        return self.setup


def apply(session: Session, event: Event) -> Session:
    """The session after one more event. Pure: the same events always give the same session."""
    log = (*session.log, event)
    if isinstance(event, Undone):
        kept = tuple(e for e in session.events if e.seq < event.back_to)
        return fold(kept).model_copy(update={"log": log})
    change: dict[str, object] = {"log": log, "events": (*session.events, event)}
    match event:
        case SessionOpened():
            change["setup"] = event.setup
        case StepOpened():
            change |= {"step": event.step, "floor": None}
        case StepClosed():
            change |= {"step": None, "floor": None, "steps_done": (*session.steps_done, event.step)}
        case FloorGiven():
            change["floor"] = event.to
        case Said():
            if event.speaker == session.floor:
                change["floor"] = None
        case SeatReleased():
            change["released"] = True
        case SessionClosed():
            change |= {"closed": event.reason, "step": None}
        case _:
            pass
    return session.model_copy(update=change)


def fold(events: tuple[Event, ...] | list[Event]) -> Session:
    """The session that a list of events adds up to."""
    session = Session()
    for event in events:
        session = apply(session, event)
    return session


class View(Frozen):
    """What one speaker may know: their role, the step, and what was said aloud. Nothing of the others' minds."""

    speaker: Person
    role: Role
    lang: Language
    method: str
    step: str
    kind: StepKind
    round: int
    case: str
    people: tuple[Person, ...]
    said: tuple[Said, ...]
    contract: str | None
    openness: float = 0.0


class Cue(Frozen):
    """What the director expects of a speaker: an act, towards whom, about what."""

    speaker: str
    act: Act
    to: str | None = None
    about: int | None = None  # number of the utterance it answers
    refs: tuple[str, ...] = ()
    slip: str | None = None


class Line(Frozen):
    """What a voice gives back: words, and the content they rest on."""

    text: str
    refs: tuple[str, ...] = ()
    drift: str | None = None
    voice: str = "scripted"
