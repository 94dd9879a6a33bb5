"""One rule a step: what the room does next when nothing else binds."""

from __future__ import annotations

from collections.abc import Callable

from coach.cast import script
from coach.cast.moment import Close, Moment, Move, Speak, YourTurn
from coach.domain import Act, Cue, Person, Role, Said, Session, StepKind, Waited
from coach.method import SECOND_CLIENT, may_not_close, role_of
from coach.schemas import StepSpec

_PACE = {"calm": 1.0, "brisk": 0.5, "untimed": 1.0}
_QUESTIONS_PER_MINUTE = 0.5
_QUESTIONS_AT_LEAST = 4
_WORDS_PRESENTED = 90  # a user's presentation may close after so many words


def minutes_of(session: Session, spec: StepSpec) -> float:
    """The step's timebox at the chosen pace, in minutes."""
    return spec.minutes * _PACE[session.started().pace]


def _presentation(m: Moment) -> Move:
    if m.client_is_user:
        turns = m.count(Act.PRESENT)
        words = sum(len(s.text.split()) for s in m.said if s.act is Act.PRESENT)
        if turns and (words >= _WORDS_PRESENTED or turns >= 3 or m.waited_last):
            return Close()
        return m.frame("more", m.client.id) if turns > m.framed("more") else _prompt_or_play(m, Act.PRESENT)
    parts = len(m.case.presentation.strip().split("\n\n"))
    return m.client_speaks(Act.PRESENT) if m.count(Act.PRESENT, m.client.id) < parts else Close()


def _prompt_or_play(m: Moment, act: Act) -> Move:
    """The user owns this act. Two waits in a row and the script helps out, so that no session is stuck."""
    waits = 0
    for event in reversed(m.events):
        if isinstance(event, Waited):
            waits += 1
        elif isinstance(event, Said) and event.voice == "user":
            break
    return m.client_speaks(act) if waits >= 2 else YourTurn()


def _clarification(m: Moment) -> Move:
    asked = m.unanswered()
    if asked is not None:
        return YourTurn() if m.client_is_user else m.client_speaks(Act.ANSWER, asked.speaker, asked.seq)
    if _asked_enough(m):
        return Close()
    asker = _next_asker(m)
    if m.role is Role.CONSULTANT:
        if any(isinstance(e, Said) and e.act is Act.ASK for e in m.since_user):
            return YourTurn()
        if asker is None:
            return Close() if m.waited_last and m.count(Act.ASK) else YourTurn()
    return Speak(Cue(speaker=asker.id, act=Act.ASK, to=m.client.id)) if asker else Close()


def _asked_enough(m: Moment) -> bool:
    minutes, asked = minutes_of(m.session, m.spec), m.count(Act.ASK)
    started = m.events[0].at if m.events else m.session.now
    over = m.setup.pace != "untimed" and m.session.now - started > minutes * 60
    return asked >= max(_QUESTIONS_AT_LEAST, round(minutes * _QUESTIONS_PER_MINUTE)) or (over and asked > 0)


def _next_asker(m: Moment) -> Person | None:
    """The agent who asked least and did not ask last; ties fall by the seed."""
    last = next((s.speaker for s in reversed(m.said) if s.act is Act.ASK), None)
    ready = [p for p in m.agents if m.can_ask(p)]
    ready = [p for p in ready if p.id != last] or ready
    return min(ready, key=lambda p: (m.count(Act.ASK, p.id), m.dice("order", p.id)), default=None)


def _contract(m: Moment) -> Move:
    if m.count(Act.CONTRACT):
        return Close()
    voices = [p for p in m.agents if not m.count(Act.NEED, p.id)]
    by_agents = sum(1 for s in m.said if s.act is Act.NEED and s.voice != "user" and not s.drift)
    if by_agents < (2 if m.spec.reformulation else 1) and voices:
        who = voices[int(m.dice("need", by_agents) * len(voices))]
        return Speak(Cue(speaker=who.id, act=Act.NEED, to=m.client.id))
    if m.role is Role.CONSULTANT and not m.users_turns:
        return YourTurn()
    return _prompt_or_play(m, Act.CONTRACT) if m.client_is_user else m.client_speaks(Act.CONTRACT)


def _consultation(m: Moment) -> Move:
    each = script.CONTRIBUTIONS_EACH[m.setup.pace]
    left = [p for p in m.agents if m.count(Act.CONTRIBUTE, p.id) < each]
    recent = sum(1 for e in m.since_user if isinstance(e, Said) and e.act is Act.CONTRIBUTE)
    if m.role is Role.CONSULTANT and (recent >= 2 or (not left and recent)):
        return YourTurn()
    if not left:
        return Close()
    who = min(left, key=lambda p: (m.count(Act.CONTRIBUTE, p.id), m.dice("turns", p.id)))
    return Speak(Cue(speaker=who.id, act=Act.CONTRIBUTE, to=m.client.id))


def _action_plan(m: Moment) -> Move:
    done = m.count(Act.PLAN)
    if not m.client_is_user:
        return Close() if done >= 2 else m.client_speaks(Act.PLAN)
    if done >= 2 or (done and m.waited_last):
        return Close()
    return m.frame("first-step", m.client.id) if done and not m.framed("first-step") else _prompt_or_play(m, Act.PLAN)


def _everyone_once(m: Moment) -> Move:
    act = {StepKind.CHECK_IN: Act.CHECK_IN, StepKind.TOPIC_CHOICE: Act.TOPIC}.get(m.kind, Act.LEARN)
    for who in _round_table(m):
        if m.count(act, who.id):
            continue
        if not who.is_user:
            return Speak(Cue(speaker=who.id, act=act))
        if m.role is None and role_of(who, m.spec.round) is not Role.CONSULTANT:
            return Speak(Cue(speaker=who.id, act=act))
        if m.role not in (None, Role.FACILITATOR) and not m.users_turns:
            return YourTurn()
        # a user who waited has passed; nobody puts words into the mouth of a consultant who left
    return Close() if may_not_close(m.session, m.method) is None else YourTurn()


def _round_table(m: Moment) -> list[Person]:
    """Who speaks in a round: a check-in starts with the client, the others end with them; learning with the host."""
    others = [p for p in m.setup.people if p.id != m.client.id and p.role is not Role.FACILITATOR]
    others = [p for p in others if p.is_user or p in m.agents or p.id in (SECOND_CLIENT, "client")]
    if m.kind is StepKind.CHECK_IN:
        return [m.client, *others]
    return [*others, m.client, *([m.facilitator] if m.kind is StepKind.LEARNING else [])]


RULES: dict[StepKind, Callable[[Moment], Move]] = {
    StepKind.PRESENTATION: _presentation,
    StepKind.CLARIFICATION: _clarification,
    StepKind.CONTRACT: _contract,
    StepKind.CONSULTATION: _consultation,
    StepKind.ACTION_PLAN: _action_plan,
    StepKind.CHECK_IN: _everyone_once,
    StepKind.TOPIC_CHOICE: _everyone_once,
    StepKind.LEARNING: _everyone_once,
}
