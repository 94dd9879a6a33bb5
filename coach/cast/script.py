"""What the written case still holds for a moment of the session: pure look-ups that director and voice share."""

from __future__ import annotations

import random

from coach import content
from coach.case_schema import Case, CleanQuestion, Consultant, Contribution, Slip
from coach.domain import Act, Person, Role, Said, Session, StepKind, View
from coach.method import SECOND_CLIENT, role_of

# How many contributions each agent consultant makes, by pace.
CONTRIBUTIONS_EACH = {"calm": 3, "brisk": 2, "untimed": 3}
_SLIP_ACTS = {
    (StepKind.CLARIFICATION, False): Act.ASK,
    (StepKind.CONSULTATION, False): Act.CONTRIBUTE,
    (StepKind.CONSULTATION, True): Act.ACKNOWLEDGE,
    (StepKind.ACTION_PLAN, False): Act.CONTRIBUTE,
    (StepKind.CONTRACT, False): Act.NEED,
}


def dice(session_seed: int, *moment: object) -> random.Random:
    """Chance that depends on the seed and the moment alone, so that a replay rolls the same."""
    return random.Random(f"{session_seed}:{':'.join(map(str, moment))}")  # noqa: S311  not for secrets


def case_of(session: Session, round_: int) -> Case:
    """The case that is played in that round."""
    setup = session.started()
    return content.case(setup.cases[min(round_, len(setup.cases)) - 1], setup.lang)


def consultants(people: tuple[Person, ...], round_: int) -> list[Person]:
    """The agent consultants who have lines in that round, in seating order."""
    return [
        p
        for p in people
        if not p.is_user and role_of(p, round_) is Role.CONSULTANT and p.id not in (SECOND_CLIENT, "client")
    ]


def part_of(person: Person, people: tuple[Person, ...], case: Case, round_: int) -> Consultant | None:
    """The written part that a consultant plays: their own, or in round 2 the one at the same place."""
    own = case.consultant(person.id)
    if own is not None:
        return own
    seats = [p.id for p in consultants(people, round_)]
    if person.id not in seats:
        return None
    return case.consultants[seats.index(person.id) % len(case.consultants)]


def brings_own(said: tuple[Said, ...]) -> bool:
    """Whether the client of this round is a user who has begun to tell their own situation."""
    return any(s.voice == "user" and s.act in (Act.PRESENT, Act.ANSWER, Act.CONTRACT) for s in said)


def facts_told(said: tuple[Said, ...], case: Case) -> set[str]:
    """The facts that the client has already given."""
    known = {f.id for f in case.facts}
    return {r for s in said if s.act is Act.ANSWER for r in s.refs if r in known}


def open_questions(part: Consultant, case: Case, said: tuple[Said, ...]) -> list[CleanQuestion]:
    """The part's questions whose fact nobody has reached yet."""
    told = facts_told(said, case)
    asked = {s.text for s in said if s.act is Act.ASK}
    return [q for q in part.questions if q.fact not in told and q.text not in asked]


def open_contributions(part: Consultant, case: Case, said: tuple[Said, ...]) -> list[Contribution]:
    """What the part has not offered yet."""
    used = {r for s in said if s.act is Act.CONTRIBUTE for r in s.refs}
    return [c for c in case.contributions if c.by == part.id and c.id not in used]


def slips_left(session: Session, case: Case, kind: StepKind) -> list[Slip]:
    """The slips of this step that nobody has committed yet."""
    used = {r for s in session.said if s.drift for r in s.refs}
    return [s for s in case.slips if s.step is kind and s.id not in used]


def slip_act(slip: Slip) -> Act:
    """What a slip is, as an act."""
    fallback = Act.ANSWER if slip.by == "client" else Act.ASK
    return _SLIP_ACTS.get((slip.step, slip.by == "client"), fallback)


def person_for(slip: Slip, people: tuple[Person, ...], case: Case, round_: int) -> Person | None:
    """Who in the room commits the slip, or None when nobody can."""
    if slip.by == "client":
        return next((p for p in people if role_of(p, round_) is Role.CLIENT and not p.is_user), None)
    for who in consultants(people, round_):
        part = part_of(who, people, case, round_)
        if part is not None and part.id == slip.by:
            return who
    return None


def last_by_user(view: View) -> Said | None:
    """The user's last words, if any."""
    return next((s for s in reversed(view.said) if s.voice == "user"), None)
