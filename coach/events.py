"""What a session is made of: people, verdicts and events. Values only; nothing here does any work."""

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
