"""The room as a page shows it: a view of the session, in pieces that the browser puts in their places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coach import content
from coach import method as law
from coach.domain import (
    Assessed,
    Citation,
    Coached,
    Event,
    FloorGiven,
    Intervened,
    Language,
    Person,
    Refused,
    Role,
    Said,
    SessionClosed,
    StepOpened,
    Undone,
    VoiceLost,
    Waited,
)
from coach.errors import CoachError, Unlawful
from coach.schemas import Method, StepSpec
from coach.ui import offer as moves
from coach.ui.desk import Frame
from coach.ui.render import html, initials
from coach.ui.words import say

Entry = tuple[str, str]  # a key that stays, and its HTML


@dataclass(frozen=True)
class Seat:
    """Somebody at the table, as the page shows them."""

    id: str
    name: str
    initials: str
    colour: int
    role: str
    job: str
    is_user: bool
    silent: bool = False
    speaking: bool = False


class RoomView:
    """One frame of a session, drawn."""

    def __init__(
        self, ident: str, frame: Frame, left: float | None, full: Callable[[Citation], str] | None = None
    ) -> None:
        self.ident, self.frame, self.session, self.left = ident, frame, frame.session, left
        self._open = {"full": full} if full else {}
        self.setup = frame.session.started()
        self.lang: Language = self.setup.lang
        self.method: Method = content.method(self.setup.method)
        self.spec: StepSpec | None = law.current(self.session, self.method)
        self.live = self.setup.feedback == "live"
        self.seats = {p.id: self._seat(p, i) for i, p in enumerate(self.setup.people)}

    def payload(self, **extra: Any) -> dict[str, Any]:
        """Everything the page needs to draw itself; `extra` joins it."""
        offer = moves.offer(self.session, self.method)
        now = "busy" if self.frame.busy else offer.now
        return {
            "session": self.ident,
            "seen": len(self.session.log),
            "busy": self.frame.busy,
            "over": self.session.closed is not None,
            "seat": self.setup.seat.value,
            "left": self.left,
            "offer": {k: getattr(offer, k) for k in ("say", "wait", "next", "undo", "ask", "end", "give")},
            "parts": {
                "bar": self._html("bar", steps=self._steps()),
                "table": self._html("table", seats=list(self.seats.values())),
                "contract": self._html("contract", text=self.session.contract),
                "now": self._html("now", text=self._now(now), opening=self._opening(now)),
                "panel": self._panel(),
            },
            "log": self.entries(),
            **extra,
        }

    def _html(self, template: str, **facts: Any) -> str:
        return html(f"room/{template}", self.lang, **facts, **self._open)

    def _seat(self, person: Person, place: int) -> Seat:
        role = law.role_of(person, self.spec.round) if self.spec else person.role
        quiet = role is not Role.FACILITATOR and self.spec is not None and not law.lawful_acts(self.spec, role)
        speaking = self.frame.speaking
        return Seat(
            id=person.id,
            name=person.name,
            initials=initials(person.name),
            colour=place % 9,
            role=say(self.lang, f"role.{role.value}"),
            job=person.job,
            is_user=person.is_user,
            silent=quiet,
            speaking=speaking is not None and speaking.id == person.id,
        )

    def _steps(self) -> list[dict[str, Any]]:
        done = set(self.session.steps_done)
        return [
            {"name": s.names.of(self.lang), "done": s.id in done, "here": s.id == self.session.step}
            for s in self.method.steps
        ]

    def _now(self, key: str) -> str:
        client = law.client_of(self.session, self.spec.round).name if self.spec else ""
        speaking = self.frame.speaking
        if key == "busy" and speaking is not None:
            return say(self.lang, "now.speaking", name=speaking.name)
        return say(self.lang, f"now.{key}", client=client, step=self.spec.names.of(self.lang) if self.spec else "")

    def _opening(self, key: str) -> str:
        """Words the facilitator may open the step with, or close it."""
        if self.spec is None or not key.startswith("facilitator."):
            return ""
        client = law.client_of(self.session, self.spec.round).name
        if key == "facilitator.exhausted" and not isinstance(self.session.events[-1], Waited):
            return ""  # the closing words were said
        words = {"facilitator.open": self.spec.opening, "facilitator.exhausted": self.spec.closing}.get(key)
        return words.of(self.lang).format(client=client) if words else ""

    # -- the transcript --------------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """The transcript, one keyed entry an event that can be seen, and who is about to speak."""
        events = self.session.events
        verdicts = {e.of: e.assessment for e in events if isinstance(e, Assessed)} if self.live else {}
        found = [(f"e{e.seq}", text) for e in events if (text := self._entry(e, verdicts))]
        taken_back = [e for e in self.session.log[-1:] if isinstance(e, Undone)]
        found += [(f"e{e.seq}", self._note(say(self.lang, "note.undone"))) for e in taken_back]
        if self.frame.speaking is not None:
            seat = self.seats[self.frame.speaking.id]
            found.append(("typing", self._html("typing", seat=seat)))
        return found

    def _entry(self, event: Event, verdicts: dict[int, Any]) -> str:
        match event:
            case Said():
                return self._html("said", seat=self.seats[event.speaker], said=event, verdict=verdicts.get(event.seq))
            case StepOpened(step=step):
                spec = self.method.step(step)
                return self._html("step", name=spec.names.of(self.lang), purpose=spec.purpose.of(self.lang))
            case Refused():
                reason = content.explain(Unlawful(event.reason, **event.facts), self.lang)
                return self._html("refused", text=event.text, reason=reason)
            case FloorGiven(to=to):
                return self._note(say(self.lang, "note.floor", name=self.seats[to].name))
            case VoiceLost(reason=reason):
                why = content.explain(CoachError(reason), self.lang)
                return self._note(say(self.lang, "note.voice-lost", reason=why))
            case SessionClosed(reason=reason):
                return self._note(say(self.lang, f"note.{reason}"))
        return ""

    def _note(self, text: str) -> str:
        return self._html("note", text=text)

    # -- the side panel --------------------------------------------------------------------------------

    def _panel(self) -> str:
        events = self.session.events
        asked = {s.seq: s for s in self.session.said if s.voice == "user"}
        verdicts = [e for e in events if isinstance(e, Assessed) and e.of in asked]
        coached = next((e for e in reversed(events) if isinstance(e, Coached)), None)
        steps = [e for e in events if isinstance(e, Intervened)]
        return self._html(
            "panel",
            live=self.live,
            seat=self.setup.seat.value,
            last=verdicts[-1] if verdicts else None,
            history=verdicts[::-1],
            coached=coached,
            interventions=[(asked[e.of], _outcome(e)) for e in reversed(steps) if e.of in asked],
            step=self.spec,
            drifts=[content.drift(d, self.lang) for d in self.spec.drifts] if self.spec else [],
            case=content.case(self.setup.cases[0], self.lang) if self.setup.seat is not Role.CLIENT else None,
        )


def _outcome(event: Intervened) -> str:
    if event.met:
        return "met"
    return "false-alarm" if event.slip is None else "not-met"
