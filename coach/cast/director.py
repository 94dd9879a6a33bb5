"""Who speaks next. Pure: the same session always gives the same move."""

from __future__ import annotations

from coach.case_schema import Slip
from coach.cast import script, steps
from coach.cast.moment import (
    ACT_OF_FLOOR,
    Close,
    Finish,
    Moment,
    Move,
    Open,
    Speak,
    YourTurn,
    between_steps,
    is_users,
    moment_of,
)
from coach.domain import Act, Assessed, Cue, Intervened, Person, Role, Said, Session, StepKind
from coach.method import person
from coach.schemas import Method

__all__ = ["Close", "Finish", "Move", "Open", "Speak", "YourTurn", "minutes_of", "next_move"]

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
_ANSWERED_IN = (StepKind.CLARIFICATION, StepKind.CONTRACT)
_SLIP_CHANCE = 0.45
minutes_of = steps.minutes_of


def next_move(session: Session, method: Method) -> Move:
    """What happens next; the rules stand in the order in which they bind."""
    if session.closed:
        return YourTurn()
    m = moment_of(session, method)
    if m is None:
        return between_steps(session, method)
    facilitating = m.role is Role.FACILITATOR
    if not facilitating and not any(s.act is Act.FRAME for s in m.said):
        return m.frame("open")
    if facilitating and not m.users_turns:
        return YourTurn()
    move = _after_slip(m) or _with_floor(m) or _meet_user(m) or steps.RULES[m.kind](m)
    return _held_by_facilitator(m, move) if facilitating else move


def _held_by_facilitator(m: Moment, move: Move) -> Move:
    """In the facilitator's seat the room makes a few utterances, then waits; it never closes a step itself."""
    if not isinstance(move, Speak):
        return YourTurn()
    if move.cue.act is Act.ANSWER or move.cue.refs[:1] == ("repair",):
        return move
    spoken = [e for e in m.since_user if isinstance(e, Said)]
    if len(spoken) >= _STRIDE[m.kind]:
        return YourTurn()
    return _plant(m, spoken) or move


def _plant(m: Moment, spoken: list[Said]) -> Speak | None:
    """Perhaps a slip instead of the lawful line; seeded, at most one between two of the user's turns."""
    slips = script.slips_left(m.session, m.case, m.kind)
    if not slips or m.session.floor or not m.said or any(s.drift for s in spoken):
        return None
    planted = sum(1 for s in m.said if s.drift)
    if m.dice("slip", m.users_turns, len(m.said)) > _SLIP_CHANCE / (1 + planted / 2):
        return None
    slip = slips[int(m.dice("which", m.users_turns, len(m.said)) * len(slips))]
    who = script.person_for(slip, m.setup.people, m.case, m.spec.round)
    return _slip_cue(m, slip, who) if who else None


def _slip_cue(m: Moment, slip: Slip, who: Person) -> Speak:
    to = None if who.id == m.client.id else m.client.id
    return Speak(Cue(speaker=who.id, act=script.slip_act(slip), to=to, slip=slip.id, refs=(slip.id,)))


def _after_slip(m: Moment) -> Move | None:
    """Right after a slip the facilitator may step in; once it was met, the speaker starts again."""
    slip = next((s for s in reversed(m.said) if s.drift), None)
    if slip is None:
        return None
    after = [e for e in m.events if e.seq > slip.seq]
    if m.role is Role.FACILITATOR and not any(is_users(e) for e in after):
        return YourTurn()
    met = any(isinstance(e, Intervened) and e.slip == slip.seq and e.met for e in after)
    again = any(isinstance(e, Said) and e.speaker == slip.speaker for e in after)
    if not met or again:
        return None
    asks = m.kind is StepKind.CLARIFICATION and slip.speaker != m.client.id
    return Speak(
        Cue(speaker=slip.speaker, act=Act.ASK if asks else Act.REPAIR, to=slip.to, refs=("repair", slip.refs[0]))
    )


def _with_floor(m: Moment) -> Move | None:
    """Whoever was given the floor speaks."""
    who = person(m.session, m.session.floor) if m.session.floor else None
    if who is None:
        return None
    if who.is_user and m.role is not None:
        return YourTurn()
    asked = m.unanswered() if m.kind in _ANSWERED_IN else None  # a slip may ask elsewhere: nobody owes it an answer
    if who.id == m.client.id and asked is not None:
        return m.client_speaks(Act.ANSWER, asked.speaker, asked.seq)
    client_act, consultant_act = ACT_OF_FLOOR[m.kind]
    act = client_act if who.id == m.client.id else consultant_act
    if act is Act.ASK and not m.can_ask(who):
        act = Act.PASS
    return Speak(Cue(speaker=who.id, act=act, to=m.client.id))


def _meet_user(m: Moment) -> Move | None:
    """The agent facilitator meets the user's fault once the client has reacted; not twice in a row."""
    verdicts = [e for e in m.events if isinstance(e, Assessed)]
    if m.role is not Role.CONSULTANT or m.kind is not StepKind.CLARIFICATION or not verdicts:
        return None
    asked = next((s for s in m.said if s.seq == verdicts[-1].of), None)
    if asked is None or verdicts[-1].assessment.clean or m.said[-1].act is not Act.ANSWER:
        return None
    since = verdicts[-2].of if len(verdicts) > 1 else -1
    met_lately = any(s.act is Act.INTERVENE and s.seq > since for s in m.said)
    if m.said[-1].to != asked.speaker or met_lately:
        return None
    codes = verdicts[-1].assessment.codes
    return Speak(Cue(speaker=m.facilitator.id, act=Act.INTERVENE, to=m.user.id, about=asked.seq, refs=codes[:1]))
