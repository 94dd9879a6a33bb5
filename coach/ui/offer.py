"""What makes sense for the user now: the law asked in advance, so that a button is live only when it would work."""

from __future__ import annotations

from dataclasses import dataclass

from coach import method as law
from coach.cast import director
from coach.domain import Act, FloorGiven, Refused, Role, Said, Session, StepClosed, StepKind, Waited
from coach.schemas import Method


@dataclass(frozen=True)
class Offer:
    """The moves that are open to the user; `now` names the line that says what is expected of them."""

    now: str
    say: bool = False
    wait: bool = False
    next: bool = False
    undo: bool = False
    ask: bool = False
    end: bool = False
    give: tuple[tuple[str, str], ...] = ()


def offer(session: Session, method: Method) -> Offer:
    """The user's possible moves in this state, and the key of the line that tells them what to do."""
    if session.closed or session.setup is None:
        return Offer(now="over")
    user = session.setup.user
    return Offer(
        now=_now(session, method),
        say=law.refuse_speech(session, method, user) is None,
        wait=True,
        next=session.step is not None and law.may_move_on(session, method, user) is None,
        undo=any(_own(session, e) for e in session.events),
        ask=session.step is not None,
        end=True,
        give=_may_get_the_floor(session, method),
    )


def pending(session: Session, method: Method) -> bool:
    """Whether the room still has something to do before the user's turn."""
    return not session.closed and not isinstance(director.next_move(session, method), director.YourTurn)


def _own(session: Session, event: object) -> bool:
    mine = isinstance(event, StepClosed) and event.by == session.started().user.id
    return (
        mine or isinstance(event, Refused | Waited | FloorGiven) or (isinstance(event, Said) and event.voice == "user")
    )


def _may_get_the_floor(session: Session, method: Method) -> tuple[tuple[str, str], ...]:
    spec, setup = law.current(session, method), session.started()
    if spec is None or law.role_of(setup.user, spec.round) is not Role.FACILITATOR:
        return ()
    events = [(p, FloorGiven(seq=len(session.log), at=session.now, to=p.id)) for p in setup.people if not p.is_user]
    return tuple((p.id, p.name) for p, e in events if law.refusal(session, method, e) is None)


def _now(session: Session, method: Method) -> str:
    """The key below `ui.now` of the sentence for this moment."""
    spec = law.current(session, method)
    if spec is None or pending(session, method):
        return "paused"
    user = session.started().user
    role = law.role_of(user, spec.round)
    if role is Role.FACILITATOR:
        return _facilitator(session, method, spec.kind)
    if law.refuse_speech(session, method, user) is not None:
        return "silent"
    said = [s for s in session.in_step if isinstance(s, Said) and s.voice == "user"]
    more = {StepKind.ACTION_PLAN: "client.first-step", StepKind.PRESENTATION: "client.more"}.get(spec.kind)
    if role is Role.CLIENT and more and said:
        return more
    return f"{role.value}.{spec.kind.value.replace('_', '-')}"


def _facilitator(session: Session, method: Method, kind: StepKind) -> str:
    events = session.in_step
    own = [e for e in events if isinstance(e, Said) and e.voice == "user"]
    others = [e for e in events if isinstance(e, Said) and e.voice != "user"]
    if not own and not others:
        return "facilitator.open"
    after = events[events.index(others[-1]) + 1 :] if others else events
    if any(isinstance(e, Waited) for e in after):  # the room was let go on, and nobody took the floor
        done = law.may_not_close(session, method) is None
        return "facilitator.exhausted" if done else "facilitator.stuck"
    if (
        kind is StepKind.LEARNING
        and law.may_not_close(session, method) is None
        and not any(e.act is Act.LEARN for e in own)
    ):
        return "facilitator.learn"
    return "facilitator.go-on"
