"""Who speaks next. Pure: the same session always gives the same move."""

from __future__ import annotations

from dataclasses import dataclass

from coach.cast import script
from coach.domain import (
    Act,
    Assessed,
    Cue,
    Event,
    FloorGiven,
    Intervened,
    Person,
    Role,
    Said,
    Session,
    StepKind,
    Waited,
)
from coach.method import SECOND_CLIENT, client_of, current, may_not_close, person, role_of, upcoming
from coach.schemas import Method, Slip, StepSpec


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

# Facilitator's seat: how many utterances the room makes before it looks at the facilitator again.
_STRIDE = {
    StepKind.CHECK_IN: 4,
    StepKind.TOPIC_CHOICE: 4,
    StepKind.PRESENTATION: 2,
    StepKind.CLARIFICATION: 2,
    StepKind.CONTRACT: 1,
    StepKind.CONSULTATION: 2,
    StepKind.ACTION_PLAN: 1,
    StepKind.LEARNING: 4,
}
_PACE = {"calm": 1.0, "brisk": 0.5, "untimed": 1.0}
_SLIP_CHANCE = 0.45
_QUESTIONS_PER_MINUTE = 0.5
_QUESTIONS_AT_LEAST = 4
_WORDS_PRESENTED = 90  # a user's presentation may close after so many words


def minutes_of(session: Session, spec: StepSpec) -> float:
    """The step's timebox at the chosen pace, in minutes."""
    return spec.minutes * _PACE[session.started().pace]


def next_move(session: Session, method: Method) -> Move:
    """What happens next."""
    if session.closed:
        return YourTurn()
    spec = current(session, method)
    if spec is None:
        coming = upcoming(session, method)
        return Open(coming.id) if coming else Finish()
    return _Moment(session, spec, method).move()


class _Moment:
    """One look at the open step: the counts that the rules below need, each derived from the events."""

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
        self.since_user = self._since_user()

    def _since_user(self) -> list[Event]:
        """The events after the user's last turn in this step (all of them when they had none)."""
        mine = [i for i, e in enumerate(self.events) if self._is_users(e)]
        return list(self.events[mine[-1] + 1 :]) if mine else list(self.events)

    def _is_users(self, event: Event) -> bool:
        if isinstance(event, Waited | FloorGiven):
            return True
        return isinstance(event, Said) and event.voice == "user"

    @property
    def users_turns(self) -> int:
        return sum(1 for e in self.events if self._is_users(e))

    def count(self, act: Act, by: str | None = None) -> int:
        return sum(1 for s in self.said if s.act is act and not s.drift and by in (None, s.speaker))

    def agent(self, act: Act, to: str | None = None, about: int | None = None) -> Speak:
        """The client speaks; about a faulty question, the cue carries its codes."""
        verdict = next((e.assessment for e in self.events if isinstance(e, Assessed) and e.of == about), None)
        codes = verdict.codes if verdict is not None and not verdict.clean else ()
        return Speak(Cue(speaker=self.client.id, act=act, to=to, about=about, refs=codes))

    # -- the rules, in the order in which they bind -------------------------------------------------

    def move(self) -> Move:
        facilitating = self.role is Role.FACILITATOR
        if not facilitating and not any(s.act is Act.FRAME for s in self.said):
            return self._frame("open")
        if facilitating and not self.users_turns:
            return YourTurn()
        slip = self._after_slip()
        if slip is not None:
            return slip
        if self.session.floor:
            return self._with_floor(self.session.floor)
        met = self._meet_user()
        if met is not None:
            return met
        step = {
            StepKind.PRESENTATION: self._presentation,
            StepKind.CLARIFICATION: self._clarification,
            StepKind.CONTRACT: self._contract,
            StepKind.CONSULTATION: self._consultation,
            StepKind.ACTION_PLAN: self._action_plan,
            StepKind.CHECK_IN: self._everyone_once,
            StepKind.TOPIC_CHOICE: self._everyone_once,
            StepKind.LEARNING: self._everyone_once,
        }[self.kind]
        move = step()
        return self._held_by_facilitator(move) if facilitating else move

    def _frame(self, what: str, to: str | None = None) -> Speak:
        return Speak(Cue(speaker=self._facilitator().id, act=Act.FRAME, to=to, refs=(what,)))

    def _facilitator(self) -> Person:
        return next(p for p in self.setup.people if p.role is Role.FACILITATOR)

    def _held_by_facilitator(self, move: Move) -> Move:
        """In the facilitator's seat the room makes a few utterances, then waits; it never closes a step itself."""
        if isinstance(move, Close | YourTurn):
            return YourTurn()
        spoken = [e for e in self.since_user if isinstance(e, Said)]
        answering = isinstance(move, Speak) and move.cue.act is Act.ANSWER
        if len(spoken) >= _STRIDE[self.kind] and not answering:
            return YourTurn()
        return move if answering else (self._plant(spoken) or move)

    def _plant(self, spoken: list[Said]) -> Speak | None:
        """Perhaps a slip instead of the lawful line; seeded, at most one between two of the user's turns."""
        slips = script.slips_left(self.session, self.case, self.kind)
        planted = sum(1 for s in self.said if s.drift)
        if not slips or any(s.drift for s in spoken) or not self.said:
            return None
        chance = script.dice(self.setup.seed, "slip", self.spec.id, self.users_turns, len(self.said))
        if chance.random() > _SLIP_CHANCE / (1 + planted / 2):
            return None
        slip = slips[chance.randrange(len(slips))]
        who = script.person_for(slip, self.setup.people, self.case, self.spec.round)
        return self._slip_cue(slip, who) if who else None

    def _slip_cue(self, slip: Slip, who: Person) -> Speak:
        to = None if who.id == self.client.id else self.client.id
        return Speak(Cue(speaker=who.id, act=script.slip_act(slip), to=to, slip=slip.id, refs=(slip.id,)))

    def _after_slip(self) -> Move | None:
        """Right after a slip the facilitator may step in; once it was met, the speaker starts again."""
        slip = next((s for s in reversed(self.said) if s.drift), None)
        if slip is None:
            return None
        after = [e for e in self.events if e.seq > slip.seq]
        if self.role is Role.FACILITATOR and not any(self._is_users(e) for e in after):
            return YourTurn()
        met = any(isinstance(e, Intervened) and e.slip == slip.seq and e.met for e in after)
        again = any(isinstance(e, Said) and e.speaker == slip.speaker for e in after)
        if not met or again:
            return None
        act = Act.ASK if self.kind is StepKind.CLARIFICATION and slip.speaker != self.client.id else Act.REPAIR
        return Speak(Cue(speaker=slip.speaker, act=act, to=slip.to, refs=("repair", slip.refs[0])))

    def _with_floor(self, ident: str) -> Move:
        who = person(self.session, ident)
        if who is None or (who.is_user and self.role is not None):
            return YourTurn()
        asked = self._unanswered()
        if who.id == self.client.id and asked is not None:
            return self.agent(Act.ANSWER, asked.speaker, asked.seq)
        return Speak(Cue(speaker=who.id, act=self._act_for(who), to=self.client.id))

    def _act_for(self, who: Person) -> Act:
        is_client = who.id == self.client.id
        table = {
            StepKind.PRESENTATION: Act.PRESENT,
            StepKind.CLARIFICATION: Act.PASS if is_client else Act.ASK,
            StepKind.CONTRACT: Act.CONTRACT if is_client else Act.NEED,
            StepKind.CONSULTATION: Act.ACKNOWLEDGE if is_client else Act.CONTRIBUTE,
            StepKind.ACTION_PLAN: Act.PLAN,
            StepKind.CHECK_IN: Act.CHECK_IN,
            StepKind.TOPIC_CHOICE: Act.TOPIC,
            StepKind.LEARNING: Act.LEARN,
        }
        act = table[self.kind]
        part = script.part_of(who, self.setup.people, self.case, self.spec.round)
        exhausted = act is Act.ASK and part is not None and not self._can_ask(who)
        return Act.PASS if exhausted else act

    def _meet_user(self) -> Move | None:
        """The agent facilitator meets the user's fault once the client has reacted; not twice in a row."""
        if self.role is not Role.CONSULTANT or self.kind is not StepKind.CLARIFICATION:
            return None
        last = next((e for e in reversed(self.events) if isinstance(e, Said)), None)
        verdicts = [e for e in self.events if isinstance(e, Assessed)]
        if last is None or last.act is not Act.ANSWER or not verdicts or verdicts[-1].assessment.clean:
            return None
        asked = next((s for s in self.said if s.seq == verdicts[-1].of), None)
        if asked is None or last.to != asked.speaker or not asked.voice == "user":
            return None
        earlier = [s for s in self.said if s.act is Act.INTERVENE and s.seq > (verdicts[-2].of if len(verdicts) > 1 else -1)]
        if earlier or any(s.act is Act.INTERVENE and s.seq > asked.seq for s in self.said):
            return None
        codes = verdicts[-1].assessment.codes
        return Speak(Cue(speaker=self._facilitator().id, act=Act.INTERVENE, to=self.user.id, about=asked.seq, refs=codes[:1]))

    # -- one rule a step -----------------------------------------------------------------------------

    def _presentation(self) -> Move:
        if self.client.is_user and self.role is Role.CLIENT:
            words = sum(len(s.text.split()) for s in self.said if s.act is Act.PRESENT)
            turns = self.count(Act.PRESENT)
            if turns and (words >= _WORDS_PRESENTED or turns >= 3 or isinstance(self.events[-1], Waited)):
                return Close()
            prompted = sum(1 for e in self.events if isinstance(e, Said) and e.refs == ("more",))
            if turns > prompted:
                return self._frame("more", self.client.id)
            return self._prompt_or_play(Act.PRESENT)
        parts = len(self.case.presentation.strip().split("\n\n"))
        return self.agent(Act.PRESENT) if self.count(Act.PRESENT, self.client.id) < parts else Close()

    def _prompt_or_play(self, act: Act) -> Move:
        """The user owns this act. Two waits in a row and the script helps out, so that no session is stuck."""
        waits = 0
        for event in reversed(self.events):
            if isinstance(event, Waited):
                waits += 1
            elif isinstance(event, Said) and event.voice == "user":
                break
        return self.agent(act) if waits >= 2 else YourTurn()

    def _unanswered(self) -> Said | None:
        last = next((s for s in reversed(self.said) if s.act in (Act.ASK, Act.ANSWER, Act.PASS)), None)
        if last is None or last.act is not Act.ASK:
            return None
        if self.client.is_user and any(isinstance(e, Waited) and e.seq > last.seq for e in self.events):
            return None  # the client chose not to answer
        return last

    def _can_ask(self, who: Person) -> bool:
        if script.brings_own(self.session.said) and self.client.is_user:
            return True
        part = script.part_of(who, self.setup.people, self.case, self.spec.round)
        return part is not None and bool(script.open_questions(part, self.case, self._round_said()))

    def _round_said(self) -> tuple[Said, ...]:
        first = next(s.id for s in self.method.steps if s.round == self.spec.round)
        opened = next((e.seq for e in self.session.events if getattr(e, "step", None) == first), 0)
        return tuple(s for s in self.session.said if s.seq >= opened)

    def _next_asker(self) -> Person | None:
        last = next((s.speaker for s in reversed(self.said) if s.act is Act.ASK), None)
        ready = [p for p in self.agents if self._can_ask(p)]
        ready = [p for p in ready if p.id != last] or ready
        order = script.dice(self.setup.seed, "order", self.spec.id)
        places = {p.id: order.random() for p in self.agents}
        return min(ready, key=lambda p: (self.count(Act.ASK, p.id), places[p.id]), default=None)

    def _clarification(self) -> Move:
        asked = self._unanswered()
        if asked is not None:
            mine = self.client.is_user and self.role is Role.CLIENT
            return YourTurn() if mine else self.agent(Act.ANSWER, asked.speaker, asked.seq)
        minutes = minutes_of(self.session, self.spec)
        started = self.events[0].at if self.events else self.session.now
        over = self.setup.pace != "untimed" and self.session.now - started > minutes * 60
        enough = max(_QUESTIONS_AT_LEAST, round(minutes * _QUESTIONS_PER_MINUTE))
        if self.count(Act.ASK) >= enough or (over and self.count(Act.ASK)):
            return Close()
        asker = self._next_asker()
        if self.role is Role.CONSULTANT:
            agents_asked = any(isinstance(e, Said) and e.act is Act.ASK for e in self.since_user)
            if agents_asked or asker is None:
                waited_out = asker is None and isinstance(self.events[-1], Waited)
                return Close() if waited_out and self.count(Act.ASK) else YourTurn()
        if asker is None:
            return Close()
        return Speak(Cue(speaker=asker.id, act=Act.ASK, to=self.client.id))

    def _contract(self) -> Move:
        if self.count(Act.CONTRACT):
            return Close()
        voices = [p for p in self.agents if not self.count(Act.NEED, p.id)]
        wanted = 2 if self.spec.reformulation else 1
        by_agents = sum(1 for s in self.said if s.act is Act.NEED and s.voice != "user" and not s.drift)
        if by_agents < wanted and voices:
            pick = script.dice(self.setup.seed, "need", self.spec.id, by_agents).randrange(len(voices))
            return Speak(Cue(speaker=voices[pick].id, act=Act.NEED, to=self.client.id))
        if self.role is Role.CONSULTANT and not self.users_turns:
            return YourTurn()
        if self.client.is_user and self.role is Role.CLIENT:
            return self._prompt_or_play(Act.CONTRACT)
        return self.agent(Act.CONTRACT)

    def _consultation(self) -> Move:
        each = script.CONTRIBUTIONS_EACH[self.setup.pace]
        order = script.dice(self.setup.seed, "turns", self.spec.id)
        places = {p.id: order.random() for p in self.agents}
        left = [p for p in self.agents if self.count(Act.CONTRIBUTE, p.id) < each]
        recent = sum(1 for e in self.since_user if isinstance(e, Said) and e.act is Act.CONTRIBUTE)
        if self.role is Role.CONSULTANT and (recent >= 2 or (not left and recent)):
            return YourTurn()
        if not left:
            return Close()
        who = min(left, key=lambda p: (self.count(Act.CONTRIBUTE, p.id), places[p.id]))
        return Speak(Cue(speaker=who.id, act=Act.CONTRIBUTE, to=self.client.id))

    def _action_plan(self) -> Move:
        done = self.count(Act.PLAN)
        if self.client.is_user and self.role is Role.CLIENT:
            if done >= 2 or (done and isinstance(self.events[-1], Waited)):
                return Close()
            prompted = any(isinstance(e, Said) and e.refs == ("first-step",) for e in self.events)
            if done and not prompted:
                return self._frame("first-step", self.client.id)
            return self._prompt_or_play(Act.PLAN)
        return Close() if done >= 2 else self.agent(Act.PLAN)

    def _everyone_once(self) -> Move:
        act = {StepKind.CHECK_IN: Act.CHECK_IN, StepKind.TOPIC_CHOICE: Act.TOPIC}.get(self.kind, Act.LEARN)
        silent = [p for p in self._round_table() if not self.count(act, p.id)]
        for who in silent:
            if who.is_user and self.role is None and role_of(who, self.spec.round) is Role.CONSULTANT:
                continue  # nobody puts words into the mouth of a user who left
            if who.is_user and self.role is not None:
                if not self.users_turns and self.role is not Role.FACILITATOR:
                    return YourTurn()
                continue
            return Speak(Cue(speaker=who.id, act=act))
        return Close() if may_not_close(self.session, self.method) is None else YourTurn()

    def _round_table(self) -> list[Person]:
        """Who speaks in a round: a check-in starts with the client, the others end with them; learning with the host."""
        people = list(self.setup.people)
        others = [p for p in people if p.id != self.client.id and p.role is not Role.FACILITATOR]
        others = [p for p in others if p.is_user or p in self.agents or p.id in (SECOND_CLIENT, "client")]
        if self.kind is StepKind.CHECK_IN:
            return [self.client, *others]
        last = [self._facilitator()] if self.kind is StepKind.LEARNING else []
        return [*others, self.client, *last]
