"""What the other parts of the debrief look up again and again: who, in which step, in which role."""

from __future__ import annotations

from functools import cached_property

from coach import content
from coach import method as law
from coach.debrief.models import Quote
from coach.domain import (
    Assessed,
    Citation,
    Event,
    Intervened,
    Language,
    Person,
    Refused,
    Role,
    Said,
    SeatReleased,
    Session,
    Setup,
    StepClosed,
    StepKind,
    StepOpened,
)
from coach.errors import CoachError
from coach.schemas import Method, StepSpec


class Look:
    """A session's events, with the questions that a debrief asks of them."""

    def __init__(self, session: Session, method: Method) -> None:
        self.session, self.method = session, method
        self.setup: Setup = session.started()
        self.lang: Language = self.setup.lang
        self.user: Person = self.setup.user
        self.events: tuple[Event, ...] = session.events

    @cached_property
    def spec_at(self) -> dict[int, StepSpec]:
        """The step in which each event stands; events between steps belong to the one before."""
        specs = {s.id: s for s in self.method.steps}
        found: dict[int, StepSpec] = {}
        now = self.method.steps[0]
        for event in self.events:
            if isinstance(event, StepOpened):
                now = specs.get(event.step, now)
            found[event.seq] = now
        return found

    @cached_property
    def released_at(self) -> int | None:
        """The number of the event with which the user left their seat."""
        return next((e.seq for e in self.events if isinstance(e, SeatReleased)), None)

    @cached_property
    def verdicts(self) -> dict[int, Assessed]:
        """The verdicts by the number of the utterance."""
        return {e.of: e for e in self.events if isinstance(e, Assessed)}

    @cached_property
    def refused(self) -> tuple[Refused, ...]:
        """What the user typed out of turn."""
        return tuple(e for e in self.events if isinstance(e, Refused))

    @cached_property
    def intervened(self) -> tuple[Intervened, ...]:
        """The user's interventions."""
        return tuple(e for e in self.events if isinstance(e, Intervened))

    def kind(self, seq: int) -> StepKind:
        """What the step is for in which that event stands."""
        return self.spec_at[seq].kind

    def role(self, person: Person, seq: int) -> Role:
        """The person's role at that moment (a second round changes roles)."""
        return law.role_of(person, self.spec_at[seq].round)

    def name(self, ident: str) -> str:
        """What the person is called; the id for somebody who is not on the list."""
        who = law.person(self.session, ident)
        return who.name if who else ident

    def by_user(self, *, role: Role | None = None) -> list[Said]:
        """What the user themself said (not the script in their place), in that role."""
        mine = [s for s in self.session.said if s.voice == "user" and s.speaker == self.user.id]
        return [s for s in mine if role is None or self.role(self.user, s.seq) is role]

    def quote(self, event: Said | Refused) -> Quote:
        """The words of an event."""
        return Quote(
            seq=event.seq,
            speaker=event.speaker,
            name=self.name(event.speaker),
            step=self.spec_at[event.seq].names.of(self.lang),
            text=event.text.strip(),
        )

    def after(self, seq: int) -> list[Event]:
        """The events after that number."""
        return [e for e in self.events if e.seq > seq]

    def closed_steps(self) -> dict[str, StepClosed]:
        """The closing of each step that was closed."""
        return {e.step: e for e in self.events if isinstance(e, StepClosed)}

    def say(self, key: str, **facts: object) -> str:
        """One of the debrief's own sentences."""
        return content.say(f"debrief.{key}", self.lang, **facts)

    def cite(self, *topics: str) -> Citation | None:
        """The passage of the first topic that has one."""
        for topic in topics:
            reading = content.reading_for(topic, self.lang)
            if reading is None:
                continue
            parts = reading.text.split()
            excerpt = " ".join(parts[:40]) + (" …" if len(parts) > 40 else "")
            return Citation(id=reading.id, title=reading.title, excerpt=excerpt, sources=reading.sources)
        return None

    def deep_facts(self) -> set[str]:
        """The ids of the cases' deep facts; empty where a case is gone or none was played."""
        found: set[str] = set()
        for ident in self.setup.cases:
            try:
                case = content.case(ident, self.lang)
            except CoachError:
                continue
            found |= {f.id for f in case.facts if f.depth == "deep"}
        return found
