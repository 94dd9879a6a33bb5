"""The countable half of a debrief: who spoke how much, which questions, how long each step took."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from coach import content
from coach.debrief.look import Look
from coach.debrief.models import Facilitation, OutOfTurn, QuestionMix, Share, SlipMet, StepTime, Verdict
from coach.debrief.questions import form_of
from coach.domain import (
    Act,
    FloorGiven,
    Intervened,
    Role,
    Said,
    SessionClosed,
    StepClosed,
    StepKind,
    StepOpened,
    Waited,
)
from coach.errors import ContentError

Outcome = Literal["met", "clumsy", "missed", "unanswered"]
_PACE = {"calm": 1.0, "brisk": 0.5}


def talk(look: Look) -> tuple[Share, ...]:
    """Everybody who sat in the room, the one who spoke most first; shares add up to 1, or are all 0."""
    words: Counter[str] = Counter()
    turns: Counter[str] = Counter()
    for line in look.session.said:
        words[line.speaker] += len(line.text.split())
        turns[line.speaker] += 1
    total = words.total()
    rows = [
        Share(
            person=p.id,
            name=p.name,
            role=p.role.value,
            is_user=p.is_user,
            words=words[p.id],
            utterances=turns[p.id],
            share=round(words[p.id] / total, 4) if total else 0.0,
        )
        for p in look.setup.people
    ]
    return tuple(sorted(rows, key=lambda r: (-r.words, r.name)))


def mix(look: Look) -> QuestionMix:
    """The questions of the clarification: the user's when they asked any, otherwise the group's."""
    asked = [s for s in look.session.said if s.act is Act.ASK and look.kind(s.seq) is StepKind.CLARIFICATION]
    mine = [s for s in asked if s.voice == "user" and s.speaker == look.user.id]
    counted = mine or asked
    judged = {s.seq: look.verdicts[s.seq].assessment for s in counted if s.seq in look.verdicts}
    stacked = {seq for seq, v in judged.items() if "stacked" in v.codes}
    forms = Counter("several" if s.seq in stacked else form_of(s.text, look.lang) for s in counted)
    verdicts = list(judged.values())
    codes = Counter(code for v in verdicts for code in v.codes)
    return QuestionMix(
        whose="user" if mine else "group",
        asked=len(counted),
        open=forms["open"],
        closed=forms["closed"],
        several=forms["several"],
        statement=forms["statement"],
        clean=sum(1 for v in verdicts if v.clean),
        not_clean=sum(1 for v in verdicts if not v.clean),
        codes=dict(sorted(codes.items(), key=lambda c: (-c[1], c[0]))),
    )


def timeline(look: Look) -> tuple[Verdict, ...]:
    """The verdicts in the order of the questions."""
    rows = []
    for line in look.session.said:
        found = look.verdicts.get(line.seq)
        if found is None:
            continue
        verdict = found.assessment
        rows.append(
            Verdict(
                seq=line.seq,
                at=line.at,
                step=look.spec_at[line.seq].id,
                speaker=line.speaker,
                name=look.name(line.speaker),
                text=line.text.strip(),
                clean=verdict.clean,
                sure=verdict.sure,
                codes=verdict.codes,
            )
        )
    return tuple(rows)


def steps(look: Look) -> tuple[StepTime, ...]:
    """The steps that were opened, with the time they took; an open one lasts until the last event."""
    specs = {s.id: s for s in look.method.steps}
    closed = look.closed_steps()
    pace = _PACE.get(look.setup.pace)
    rows = []
    for event in look.events:
        spec = specs.get(event.step) if isinstance(event, StepOpened) else None
        if spec is None:
            continue
        end = closed[spec.id].at if spec.id in closed else look.events[-1].at
        used = max(0.0, end - event.at) / 60
        box = spec.minutes * pace if pace is not None else None
        rows.append(
            StepTime(
                step=spec.id,
                name=spec.names.of(look.lang),
                minutes=round(used, 2),
                timebox=box,
                done=spec.id in closed,
                over=box is not None and used > box,
            )
        )
    return tuple(rows)


def steps_left(look: Look) -> tuple[str, ...]:
    """The names of the steps that were never opened."""
    opened = {e.step for e in look.events if isinstance(e, StepOpened)}
    return tuple(s.names.of(look.lang) for s in look.method.steps if s.id not in opened)


def facilitation(look: Look) -> Facilitation | None:
    """What became of each planted slip, and the false alarms; None when the user did not facilitate."""
    if look.setup.seat is not Role.FACILITATOR:
        return None
    planted = [s for s in look.session.said if s.drift and not s.voice == "user"]
    if look.released_at is not None:
        planted = [s for s in planted if s.seq < look.released_at]
    alarms = [e.of for e in look.intervened if e.slip is None]
    return Facilitation(
        slips=tuple(_slip(look, s) for s in planted),
        false_alarms=tuple(look.quote(s) for s in look.session.said if s.seq in alarms),
    )


def _slip(look: Look, slip: Said) -> SlipMet:
    answers = [e for e in look.intervened if e.slip == slip.seq]
    best = next((e for e in answers if e.met), answers[0] if answers else None)
    words = next((s for s in look.session.said if best is not None and s.seq == best.of), None)
    return SlipMet(
        quote=look.quote(slip),
        drift=slip.drift or "",
        name=drift_name(look, slip.drift or ""),
        outcome=_outcome(look, slip, best),
        by=look.quote(words) if words else None,
    )


def _outcome(look: Look, slip: Said, best: Intervened | None) -> Outcome:
    if best is not None:
        return "met" if best.met else "clumsy"
    moved_on = [e for e in look.after(slip.seq) if isinstance(e, Said | Waited | StepClosed | FloorGiven)]
    ended = any(isinstance(e, SessionClosed) and e.reason == "ended" for e in look.events) or not look.session.closed
    return "missed" if moved_on or not ended else "unanswered"


def drift_name(look: Look, ident: str) -> str:
    """The drift's name in the session's language; its id where it has no file."""
    found = next((d for d in content.drifts(look.lang) if d.id == ident.replace("_", "-")), None)
    return found.name if found else ident


def out_of_turn(look: Look) -> tuple[OutOfTurn, ...]:
    """What the user typed when the method did not allow it."""
    rows = []
    for event in look.refused:
        try:
            reason = content.say(f"error.{event.reason}", look.lang, **event.facts)
        except ContentError:  # an old session may carry a reason that has no sentence any more
            reason = look.say("out-of-turn")
        rows.append(OutOfTurn(quote=look.quote(event), reason=reason))
    return tuple(rows)
