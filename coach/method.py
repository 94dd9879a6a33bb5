"""The law: who may speak, what is lawful in a step, when a step may close. Pure; knows no agent and no page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coach.domain import (
    Act,
    Assessed,
    Event,
    FloorGiven,
    Intervened,
    Person,
    Role,
    Said,
    Session,
    SessionClosed,
    SessionOpened,
    StepClosed,
    StepKind,
    StepOpened,
    Undone,
    View,
)
from coach.errors import Unlawful
from coach.schemas import Method, StepSpec

# What each role may do in a step, besides what a facilitator may do in all of them.
_ANYWHERE: dict[Role, set[Act]] = {
    Role.FACILITATOR: {Act.FRAME, Act.INTERVENE},
    Role.CONSULTANT: {Act.PASS, Act.REPAIR},
    Role.CLIENT: {Act.PASS, Act.REPAIR},
}
_ALL = {Role.CLIENT, Role.CONSULTANT, Role.FACILITATOR}
_ACTS: dict[StepKind, dict[Act, set[Role]]] = {
    StepKind.CHECK_IN: {Act.CHECK_IN: _ALL},
    StepKind.TOPIC_CHOICE: {Act.TOPIC: _ALL},
    StepKind.PRESENTATION: {Act.PRESENT: {Role.CLIENT}},
    StepKind.CLARIFICATION: {Act.ASK: {Role.CONSULTANT}, Act.ANSWER: {Role.CLIENT}},
    StepKind.CONTRACT: {
        Act.NEED: {Role.CONSULTANT},
        Act.CONTRACT: {Role.CLIENT},
        Act.ANSWER: {Role.CLIENT},
        Act.ASK: {Role.CONSULTANT},
    },
    StepKind.CONSULTATION: {Act.CONTRIBUTE: {Role.CONSULTANT}, Act.ACKNOWLEDGE: {Role.CLIENT}},
    StepKind.ACTION_PLAN: {Act.PLAN: {Role.CLIENT}},
    StepKind.LEARNING: {Act.LEARN: _ALL},
}
# The act without which a step has not happened.
_NEEDED: dict[StepKind, Act] = {
    StepKind.CHECK_IN: Act.CHECK_IN,
    StepKind.TOPIC_CHOICE: Act.TOPIC,
    StepKind.PRESENTATION: Act.PRESENT,
    StepKind.CLARIFICATION: Act.ASK,
    StepKind.CONTRACT: Act.CONTRACT,
    StepKind.CONSULTATION: Act.CONTRIBUTE,
    StepKind.ACTION_PLAN: Act.PLAN,
    StepKind.LEARNING: Act.LEARN,
}
SECOND_CLIENT = "client-2"
# The steps that the client brings to their end when they have said what they had to say.
_CLIENT_ENDS = {StepKind.PRESENTATION, StepKind.ACTION_PLAN}


def role_of(person: Person, round_: int = 1) -> Role:
    """The role of a person in a round: in round 2 another peer is the client, the first one a consultant."""
    if person.role is Role.FACILITATOR or round_ == 1:
        return person.role
    return Role.CLIENT if person.id == SECOND_CLIENT else Role.CONSULTANT


def person(session: Session, ident: str) -> Person | None:
    """The person with that id, or None."""
    return next((p for p in session.started().people if p.id == ident), None)


def client_of(session: Session, round_: int) -> Person:
    """Who is the client in that round."""
    return next(p for p in session.started().people if role_of(p, round_) is Role.CLIENT)


def current(session: Session, method: Method) -> StepSpec | None:
    """The open step, or None between steps."""
    return method.step(session.step) if session.step else None


def upcoming(session: Session, method: Method) -> StepSpec | None:
    """The step to open next, or None when all are done."""
    left = [s for s in method.steps if s.id not in session.steps_done and s.id != session.step]
    return left[0] if left else None


def ordinary_act(kind: StepKind, role: Role) -> Act:
    """What an utterance of that role is in that step, when nobody says otherwise."""
    if role is Role.FACILITATOR:
        return Act.LEARN if kind is StepKind.LEARNING else Act.FRAME
    preferred = {
        (StepKind.CONTRACT, Role.CLIENT): Act.CONTRACT,
        (StepKind.CONTRACT, Role.CONSULTANT): Act.NEED,
    }.get((kind, role))
    return preferred or next((act for act, roles in _ACTS[kind].items() if role in roles), Act.PASS)


def _may_speak(spec: StepSpec, role: Role) -> bool:
    if role is Role.CLIENT and spec.kind is StepKind.CONSULTATION:
        return spec.client_may_answer or role in spec.speakers
    return role in spec.speakers


def lawful_acts(spec: StepSpec, role: Role) -> set[Act]:
    """Every act open to a role in a step; empty for those who keep silent."""
    if not _may_speak(spec, role) and role is not Role.FACILITATOR:
        return set()
    return _ANYWHERE[role] | {act for act, roles in _ACTS[spec.kind].items() if role in roles}


def refusal(session: Session, method: Method, event: Event) -> Unlawful | None:
    """Why the method does not allow `event` now, or None when it does."""
    if event.seq != len(session.log):
        return Unlawful("out-of-order")
    if isinstance(event, SessionOpened):
        return Unlawful("already-open") if session.setup else None
    if session.setup is None:
        return Unlawful("not-open")
    if session.closed:
        return Unlawful("session-over")
    rule = _RULES.get(type(event))
    return rule(session, method, event) if rule else None


def _refuse_open(session: Session, method: Method, event: StepOpened) -> Unlawful | None:
    if session.step:
        return Unlawful("step-open")
    expected = upcoming(session, method)
    return None if expected and expected.id == event.step else Unlawful("wrong-order")


def _refuse_close(session: Session, method: Method, event: StepClosed) -> Unlawful | None:
    if session.step != event.step:
        return Unlawful("no-such-step-open")
    return may_not_close(session, method)


def _refuse_undo(session: Session, method: Method, event: Undone) -> Unlawful | None:
    ok = 0 < event.back_to <= event.seq and any(e.seq == event.back_to for e in session.events)
    return None if ok else Unlawful("nothing-to-undo")


def _refuse_end(session: Session, method: Method, event: SessionClosed) -> Unlawful | None:
    done = session.step is None and upcoming(session, method) is None
    return None if event.reason == "ended" or done else Unlawful("steps-left")


def may_not_close(session: Session, method: Method) -> Unlawful | None:
    """Why the open step may not close yet (its own act is missing), or None when it may."""
    spec = current(session, method)
    if spec is None:
        return Unlawful("no-such-step-open")
    needed = _NEEDED[spec.kind]
    if any(isinstance(e, Said) and e.act is needed and not e.drift for e in session.in_step):
        return None
    return Unlawful(f"close-{spec.kind.value.replace('_', '-')}")


def _refuse_said(session: Session, method: Method, event: Said) -> Unlawful | None:
    spec = current(session, method)
    who = person(session, event.speaker)
    if spec is None:
        return Unlawful("between-steps")
    if who is None or not event.text.strip():
        return Unlawful("nobody")
    return refuse_speech(session, method, who, event.act, planted=event.drift is not None)


def refuse_speech(
    session: Session, method: Method, who: Person, act: Act | None = None, planted: bool = False
) -> Unlawful | None:
    """Why `who` may not speak now (do `act`, if given), or None. A planted slip may break the step's rule."""
    spec = current(session, method)
    if spec is None:
        return Unlawful("between-steps")
    role = role_of(who, spec.round)
    if planted and not who.is_user:
        return None
    open_acts = lawful_acts(spec, role)
    if not open_acts:
        return Unlawful(f"silent-{role.value}-{spec.kind.value.replace('_', '-')}", step=spec.id)
    if act is not None and act not in open_acts:
        return Unlawful("act-not-here", step=spec.id)
    if session.floor not in (None, who.id) and role is not Role.FACILITATOR:
        holder = person(session, session.floor or "")
        return Unlawful("floor-taken", name=holder.name if holder else "")
    return None


def _refuse_floor(session: Session, method: Method, event: FloorGiven) -> Unlawful | None:
    spec, who = current(session, method), person(session, event.to)
    if spec is None:
        return Unlawful("between-steps")
    if who is None:
        return Unlawful("nobody")
    if not _may_speak(spec, role_of(who, spec.round)):
        return Unlawful("floor-to-silent", name=who.name)
    return None


def _refuse_note(session: Session, method: Method, event: Assessed | Intervened) -> Unlawful | None:
    target = next((e for e in session.events if e.seq == event.of), None)
    spec = current(session, method)
    who = person(session, target.speaker) if isinstance(target, Said) else None
    if who is None or spec is None:
        return Unlawful("nothing-to-note")
    role = role_of(who, spec.round)
    if isinstance(event, Assessed):
        fits = role is Role.CONSULTANT and spec.kind is StepKind.CLARIFICATION
    else:
        slip = next((e for e in session.events if e.seq == event.slip), None)
        fits = role is Role.FACILITATOR and (event.slip is None or (isinstance(slip, Said) and bool(slip.drift)))
    return None if fits else Unlawful("nothing-to-note")


# An event that no rule names is lawful whenever the session is open.
_RULES: dict[type, Callable[[Session, Method, Any], Unlawful | None]] = {
    StepOpened: _refuse_open,
    StepClosed: _refuse_close,
    Said: _refuse_said,
    FloorGiven: _refuse_floor,
    Assessed: _refuse_note,
    Intervened: _refuse_note,
    Undone: _refuse_undo,
    SessionClosed: _refuse_end,
}


def may_move_on(session: Session, method: Method, who: Person) -> Unlawful | None:
    """Why `who` may not end the open step (whatever was said in it), or None when they may."""
    spec = current(session, method)
    if spec is None:
        return None
    role = role_of(who, spec.round)
    if role is Role.FACILITATOR or (role is Role.CLIENT and spec.kind in _CLIENT_ENDS):
        return may_not_close(session, method)
    return Unlawful("next-not-yours")


def view_for(session: Session, method: Method, speaker: Person) -> View:
    """What `speaker` may know now: what was said aloud, never the facts, verdicts or notes of others.

    Raises:
        Unlawful: between steps, when nobody speaks.
    """
    spec = current(session, method)
    if spec is None:
        raise Unlawful("between-steps")
    setup = session.started()
    first = next((e.seq for e in session.events if isinstance(e, StepOpened) and e.step == _first_of(method, spec)), 0)
    said = tuple(s for s in session.said if s.seq >= first)
    return View(
        speaker=speaker,
        role=role_of(speaker, spec.round),
        lang=setup.lang,
        method=method.id,
        step=spec.id,
        kind=spec.kind,
        round=spec.round,
        case=setup.cases[min(spec.round, len(setup.cases)) - 1],
        people=setup.people,
        said=said,
        contract=next((s.text for s in reversed(said) if s.act is Act.CONTRACT), None),
        openness=openness(session, said),
    )


def client_of_view(view: View) -> Person:
    """Who is the client, as anybody in the room can see."""
    return next(p for p in view.people if role_of(p, view.round) is Role.CLIENT)


def _first_of(method: Method, spec: StepSpec) -> str:
    return next(s.id for s in method.steps if s.round == spec.round)


def openness(session: Session, said: tuple[Said, ...]) -> float:
    """How safe the client feels, 0 to 5: up with clean questions, down with judgement and disguised solutions."""
    level = 1.0
    verdicts = {e.of: e.assessment for e in session.events if isinstance(e, Assessed)}
    for line in said:
        if line.act is not Act.ASK:
            continue
        verdict = verdicts.get(line.seq)
        if line.drift or (verdict is not None and not verdict.clean):
            severe = line.drift == "judgement" or (verdict is not None and "judgement" in verdict.codes)
            level -= 2.0 if severe else 1.0
        else:
            level += 0.5
        level = min(5.0, max(0.0, level))
    return level
