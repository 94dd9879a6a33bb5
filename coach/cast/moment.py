"""One look at the open step: the counts that the director's rules need, each derived from the events."""

from __future__ import annotations

from dataclasses import dataclass

from coach.cast import script
from coach.domain import Act, Assessed, Cue, Event, FloorGiven, Person, Role, Said, Session, StepKind, Waited
from coach.method import client_of, current, role_of, upcoming
from coach.schemas import Method, StepSpec


@dataclass(frozen=True)
class Speak:
    """Let somebody speak."""

    cue: Cue


@dataclass(frozen=True)
class Open:
    """Open the next step."""

    step: str


class Close:
    """Close the open step."""


class Finish:
    """All steps are done."""


class YourTurn:
    """The user has the floor; nobody else speaks."""


Move = Speak | Open | Close | Finish | YourTurn


class Moment:
    """The open step as the director sees it.

    `role` is the user's role in this round, None once they have left; `since_user` are the events after their last
    turn in this step.
    """

    def __init__(self, session: Session, spec: StepSpec, method: Method) -> None:
        self.session, self.spec, self.kind, self.method = session, spec, spec.kind, method
        self.setup = session.started()
        self.events = session.in_step
        self.said = [e for e in self.events if isinstance(e, Said)]
        self.case = script.case_of(session, spec.round)
        self.user = self.setup.user
        self.role = None if session.released else role_of(self.user, spec.round)
        self.client = client_of(session, spec.round)
        self.agents = script.consultants(self.setup.people, spec.round)
        self.facilitator = next(p for p in self.setup.people if p.role is Role.FACILITATOR)
        mine = [i for i, e in enumerate(self.events) if is_users(e)]
        self.users_turns = len(mine)
        self.since_user: list[Event] = list(self.events[mine[-1] + 1 :] if mine else self.events)

    @property
    def client_is_user(self) -> bool:
        """Whether the user, still here, is the client."""
        return self.client.is_user and self.role is Role.CLIENT

    @property
    def waited_last(self) -> bool:
        """Whether the last thing that happened is that the user let the room go on."""
        return bool(self.events) and isinstance(self.events[-1], Waited)

    def count(self, act: Act, by: str | None = None) -> int:
        """How often the act was done in this step, slips left out."""
        return sum(1 for s in self.said if s.act is act and not s.drift and by in (None, s.speaker))

    def dice(self, *moment: object) -> float:
        """Chance between 0 and 1 that depends on the seed and the moment alone."""
        return script.dice(self.setup.seed, self.spec.id, *moment).random()

    def client_speaks(self, act: Act, to: str | None = None, about: int | None = None) -> Speak:
        """The client speaks; about a faulty question, the cue carries its codes."""
        verdict = next((e.assessment for e in self.events if isinstance(e, Assessed) and e.of == about), None)
        codes = verdict.codes if verdict is not None and not verdict.clean else ()
        return Speak(Cue(speaker=self.client.id, act=act, to=to, about=about, refs=codes))

    def frame(self, what: str, to: str | None = None) -> Speak:
        """The agent facilitator says the words named `what`."""
        return Speak(Cue(speaker=self.facilitator.id, act=Act.FRAME, to=to, refs=(what,)))

    def framed(self, what: str) -> int:
        """How often the facilitator said the words named `what` in this step."""
        return sum(1 for s in self.said if s.act is Act.FRAME and s.refs == (what,))

    def unanswered(self) -> Said | None:
        """The question that waits for the client, if any."""
        last = next((s for s in reversed(self.said) if s.act in (Act.ASK, Act.ANSWER, Act.PASS)), None)
        if last is None or last.act is not Act.ASK:
            return None
        if self.client.is_user and any(isinstance(e, Waited) and e.seq > last.seq for e in self.events):
            return None  # the client chose not to answer
        return last

    def can_ask(self, who: Person) -> bool:
        """Whether a consultant has a question left."""
        if script.brings_own(self.session.said) and self.client.is_user:
            return True
        part = script.part_of(who, self.setup.people, self.case, self.spec.round)
        return part is not None and bool(script.open_questions(part, self.case, self._round_said()))

    def _round_said(self) -> tuple[Said, ...]:
        first = next(s.id for s in self.method.steps if s.round == self.spec.round)
        opened = next((e.seq for e in self.session.events if getattr(e, "step", None) == first), 0)
        return tuple(s for s in self.session.said if s.seq >= opened)


def is_users(event: Event) -> bool:
    """Whether the event is a turn of the user."""
    return isinstance(event, Waited | FloorGiven) or (isinstance(event, Said) and event.voice == "user")


def between_steps(session: Session, method: Method) -> Move:
    """What happens when no step is open."""
    coming = upcoming(session, method)
    return Open(coming.id) if coming else Finish()


def moment_of(session: Session, method: Method) -> Moment | None:
    """The moment, or None between steps."""
    spec = current(session, method)
    return Moment(session, spec, method) if spec else None


ACT_OF_FLOOR: dict[StepKind, tuple[Act, Act]] = {  # what (client, consultant) do when they are given the floor
    StepKind.PRESENTATION: (Act.PRESENT, Act.PASS),
    StepKind.CLARIFICATION: (Act.PASS, Act.ASK),
    StepKind.CONTRACT: (Act.CONTRACT, Act.NEED),
    StepKind.CONSULTATION: (Act.ACKNOWLEDGE, Act.CONTRIBUTE),
    StepKind.ACTION_PLAN: (Act.PLAN, Act.PASS),
    StepKind.CHECK_IN: (Act.CHECK_IN, Act.CHECK_IN),
    StepKind.TOPIC_CHOICE: (Act.TOPIC, Act.TOPIC),
    StepKind.LEARNING: (Act.LEARN, Act.LEARN),
}
