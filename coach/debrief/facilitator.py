"""Moments in the facilitator's seat: drifts met and missed, false alarms, the frame held."""

from __future__ import annotations

from collections.abc import Iterator

from coach.debrief.candidate import Candidate
from coach.debrief.counts import drift_name, facilitation
from coach.debrief.look import Look
from coach.domain import Act, Role, Said

_WORK = {"missed": (5.0, "work.missed"), "clumsy": (4.0, "work.clumsy")}


def facilitator_moments(look: Look) -> Iterator[Candidate]:
    """What the user did as the facilitator."""
    said = {s.seq: s for s in look.session.said}
    record = facilitation(look)
    for slip in record.slips if record else ():
        name = _first_name(look, slip.quote.speaker)
        facts = {"drift": slip.name, "name": name, "slip": _short(slip.quote.text)}
        topics = (f"drift:{slip.drift.replace('_', '-')}", "role:facilitator")
        if slip.outcome == "met" and slip.by:
            yield Candidate("good", said[slip.by.seq], 5.0, "good.met", topics, facts=facts)
        elif slip.outcome in _WORK:
            weight, why = _WORK[slip.outcome]
            words = said[slip.by.seq] if slip.by else said[slip.quote.seq]
            yield Candidate("work_on", words, weight, why, topics, facts=facts)
    for event in look.intervened:
        if event.slip is None and event.of in said:
            facts = {"drift": drift_name(look, event.drift or "")}
            yield Candidate("work_on", said[event.of], 3.0, "work.false-alarm", ("role:facilitator",), facts=facts)
    yield from _frame(look, said)
    for refused in look.refused:
        yield Candidate("work_on", refused, 2.0, "work.out-of-turn", (f"step:{look.kind(refused.seq).value}",))


def _first_name(look: Look, ident: str) -> str:
    """The first name of somebody in the room."""
    return look.name(ident).split()[0]


def _frame(look: Look, said: dict[int, Said]) -> Iterator[Candidate]:
    """The words with which the user opened a step: the longer ones usually say who speaks and for how long."""
    opened: set[str] = set()
    for line in look.by_user(role=Role.FACILITATOR):
        spec = look.spec_at[line.seq]
        if line.act is Act.LEARN:
            yield Candidate("good", line, 1.0, "good.learned", ("craft:learning-journal",))
        if line.act is not Act.FRAME or spec.id in opened:
            continue
        opened.add(spec.id)
        words = len(line.text.split())
        topics = (f"step:{spec.kind.value}", "role:facilitator")
        facts = {"step": spec.names.of(look.lang)}
        if words >= 6:
            yield Candidate("good", line, 1.5 + min(words, 40) / 40, "good.framed", topics, facts=facts)
        else:
            yield Candidate("work_on", line, 1.0, "work.framed", topics, facts=facts)


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words[:14]) + (" …" if len(words) > 14 else "")
