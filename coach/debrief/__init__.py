"""A session looked at afterwards: pure views of its events, the same for a live, an imported or a simulated one."""

from __future__ import annotations

from coach.debrief import counts
from coach.debrief.following import next_time
from coach.debrief.look import Look
from coach.debrief.models import Debrief, Quote
from coach.debrief.moments import moments
from coach.domain import Act, Role, Session
from coach.schemas import Method

__all__ = ["Debrief", "debrief"]


def debrief(session: Session, method: Method) -> Debrief:
    """What the session looked like: shares, questions, time, quoted moments, and one thing to try next time.

    Args:
        session: a session that was opened; it may be short, empty, or still going on.
        method: the variant it was played under.

    Raises:
        ValueError: if the session was never opened.
    """
    look = Look(session, method)
    mix, steps, record = counts.mix(look), counts.steps(look), counts.facilitation(look)
    return Debrief(
        lang=look.lang,
        seat=look.setup.seat.value,
        closed=session.closed,
        minutes=round(session.now / 60, 2),
        headline=_headline(look, len(steps), mix.clean, mix.clean + mix.not_clean),
        talk=counts.talk(look),
        mix=mix,
        verdicts=counts.timeline(look),
        steps=steps,
        steps_left=counts.steps_left(look),
        moments=moments(look),
        facilitation=record,
        out_of_turn=counts.out_of_turn(look),
        contracts=_words(look, Act.CONTRACT),
        plan=_words(look, Act.PLAN),
        learning=_words(look, Act.LEARN),
        next_time=next_time(look, mix, record, steps),
    )


def _words(look: Look, act: Act) -> tuple[Quote, ...]:
    return tuple(look.quote(s) for s in look.session.said if s.act is act and not s.drift)


def _headline(look: Look, opened: int, clean: int, assessed: int) -> str:
    """One sentence for the seat: what the figures below add up to."""
    seat = look.setup.seat
    if not look.session.said:
        return look.say("headline.empty")
    if seat is Role.CONSULTANT and assessed:
        return look.say("headline.consultant", clean=clean, assessed=assessed)
    record = counts.facilitation(look)
    if record is not None and record.slips:
        return look.say("headline.facilitator", met=record.count("met"), slips=len(record.slips))
    if seat is Role.CLIENT and any(s.act is Act.PLAN for s in look.by_user()):
        return look.say("headline.client")
    return look.say("headline.other", opened=opened, steps=len(look.method.steps))
