"""The values everything is made of. A session is the fold of its events; nothing here does any work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")


class Frozen(BaseModel):
    """A value: immutable, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(StrEnum):
    """Who somebody is in the session; also the three seats a user can take."""

    CLIENT = "client"
    CONSULTANT = "consultant"
    FACILITATOR = "facilitator"


class StepKind(StrEnum):
    """What a step is for. Variants may add a check-in or a topic choice; the other six are the method."""

    CHECK_IN = "check_in"
    TOPIC_CHOICE = "topic_choice"
    PRESENTATION = "presentation"
    CLARIFICATION = "clarification"
    CONTRACT = "contract"
    CONSULTATION = "consultation"
    ACTION_PLAN = "action_plan"
    LEARNING = "learning"


class Act(StrEnum):
    """What an utterance does in the session."""

    FRAME = "frame"  # the facilitator opens, closes, keeps time, gives the floor
    INTERVENE = "intervene"  # the facilitator meets a drift
    CHECK_IN = "check_in"
    TOPIC = "topic"
    PRESENT = "present"
    ASK = "ask"
    ANSWER = "answer"
    NEED = "need"  # a consultant reformulates what the client needs
    CONTRACT = "contract"
    CONTRIBUTE = "contribute"
    ACKNOWLEDGE = "acknowledge"
    PLAN = "plan"
    LEARN = "learn"
    REPAIR = "repair"  # a speaker starts again after a drift was met
    PASS = "pass"  # noqa: S105  nothing to add


class Person(Frozen):
    """Somebody in the room. `role` is the role in round 1."""

    id: str
    name: str
    role: Role
    job: str = ""
    is_user: bool = False


class Setup(Frozen):
    """What was chosen before the session began; with the user's turns it decides everything that follows."""

    cases: tuple[str, ...]
    method: str
    seat: Role
    lang: Language
    seed: int = 0
    pace: Literal["calm", "brisk", "untimed"] = "calm"
    feedback: Literal["live", "after"] = "live"
    voice: str = "scripted"
    people: tuple[Person, ...]

    @property
    def user(self) -> Person:
        """The person whom the user plays."""
        return next(p for p in self.people if p.is_user)


class Span(Frozen):
    """The words that carry a fault: `text == utterance[start:end]`, offsets in characters."""

    start: int
    end: int
    code: str
    text: str


class Citation(Frozen):
    """A passage of the method that backs a piece of feedback; `id` opens it."""

    id: str
    title: str
    excerpt: str
    sources: tuple[str, ...] = ()


class Assessment(Frozen):
    """The verdicts on one utterance of the clarification step (shared codebook).

    `confidence` is the calibrated probability, 0 to 1, that `clean` is right; `sure` is False inside the
    band where the evaluator would be tossing a coin. `rewrite` is a question, or guidance when
    `rewrite_is_guide`; both are None for a clean utterance.
    """

    text: str
    lang: Language
    solution_free: bool
    neutral: bool
    in_step: bool
    codes: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    confidence: float = Field(ge=0, le=1)
    sure: bool = True
    why: str = ""
    rewrite: str | None = None
    rewrite_is_guide: bool = False
    citations: tuple[Citation, ...] = ()

    @property
    def clean(self) -> bool:
        """All three verdicts hold."""
        return self.solution_free and self.neutral and self.in_step


class _Event(Frozen):
    seq: int  # place in the session's log, from 0
    at: float  # seconds on the session's clock


class SessionOpened(_Event):
    """The first event: who sits where, in which case, under which variant."""

    type: Literal["session_opened"] = "session_opened"
    setup: Setup


class StepOpened(_Event):
    """A step of the variant begins."""

    type: Literal["step_opened"] = "step_opened"
    step: str


class StepClosed(_Event):
    """The step that was open ends."""

    type: Literal["step_closed"] = "step_closed"
    step: str
    by: str


class Said(_Event):
    """One utterance. `refs` are content ids (facts, contributions, slips); `drift` names a planted slip."""

    type: Literal["said"] = "said"
    speaker: str
    act: Act
    text: str
    to: str | None = None
    refs: tuple[str, ...] = ()
    drift: str | None = None
    voice: str = "scripted"


class Refused(_Event):
    """Something the user typed that the method does not allow now: kept, shown to them, not said aloud."""

    type: Literal["refused"] = "refused"
    speaker: str
    text: str
    reason: str  # error key of the Unlawful act
    facts: dict[str, str] = Field(default_factory=dict)


class Assessed(_Event):
    """The evaluator's verdict on the utterance with number `of`."""

    type: Literal["assessed"] = "assessed"
    of: int
    assessment: Assessment


class Intervened(_Event):
    """The user, facilitating, intervened with utterance `of`.

    `slip` is the number of the planted slip it answers, None for a false alarm; `met` says whether the
    intervention fits the drift.
    """

    type: Literal["intervened"] = "intervened"
    of: int
    slip: int | None
    drift: str | None
    met: bool


class FloorGiven(_Event):
    """The facilitator gives the floor to somebody."""

    type: Literal["floor_given"] = "floor_given"
    to: str


class Waited(_Event):
    """The user let the room go on."""

    type: Literal["waited"] = "waited"
    speaker: str


class Coached(_Event):
    """The user asked the coach; only they see it."""

    type: Literal["coached"] = "coached"
    question: str
    text: str
    citations: tuple[Citation, ...] = ()


class SeatReleased(_Event):
    """The user left; from here the agents play the session to its end."""

    type: Literal["seat_released"] = "seat_released"


class VoiceLost(_Event):
    """The model failed and the scripted voice took over for one utterance."""

    type: Literal["voice_lost"] = "voice_lost"
    speaker: str
    reason: str


class Undone(_Event):
    """Everything from event `back_to` on is taken back; the log keeps it."""

    type: Literal["undone"] = "undone"
    back_to: int


class SessionClosed(_Event):
    """The last event."""

    type: Literal["session_closed"] = "session_closed"
    reason: Literal["completed", "ended"]


Event = Annotated[
    SessionOpened
    | StepOpened
    | StepClosed
    | Said
    | Refused
    | Assessed
    | Intervened
    | FloorGiven
    | Waited
    | Coached
    | SeatReleased
    | VoiceLost
    | Undone
    | SessionClosed,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


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

