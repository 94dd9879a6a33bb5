"""Who sits where: from what the user chose to the setup of a new session."""

from __future__ import annotations

from coach import content
from coach.domain import Language, Person, Role, Setup
from coach.errors import WrongUse
from coach.method import SECOND_CLIENT

PACES = ("calm", "brisk", "untimed")


def make_setup(
    case: str,
    seat: str,
    lang: str,
    method: str = content.DEFAULT_METHOD,
    seed: int = 0,
    pace: str = "calm",
    feedback: str = "live",
    voice: str = "scripted",
    name: str | None = None,
) -> Setup:
    """The setup of a new session, its people seated.

    Raises:
        WrongUse: for an unknown case, language, variant, seat or pace.
    """
    tongue = content.language(lang)
    if seat not in set(Role):
        raise WrongUse("unknown-seat", given=seat, known=", ".join(r.value for r in Role))
    if pace not in PACES:
        raise WrongUse("unknown-pace", given=pace, known=", ".join(PACES))
    variant = content.method(method)
    chosen = [content.case(case, tongue).id]
    if variant.rounds == 2:
        others = [c.id for c in content.cases(tongue)]
        chosen.append(others[(others.index(case) + 1) % len(others)])
    role = Role(seat)
    return Setup.model_validate(
        {
            "cases": chosen,
            "method": method,
            "seat": role,
            "lang": tongue,
            "seed": seed,
            "pace": pace,
            "feedback": feedback,
            "voice": voice,
            "people": _seat(chosen, role, tongue, name, variant.people.max),
        }
    )


def _seat(cases: list[str], seat: Role, lang: Language, name: str | None, most: int) -> list[Person]:
    """The people in the room: facilitator, client (two in two rounds), consultants, and the user among them."""
    case = content.case(cases[0], lang)
    mine = (name or "").strip()[:40] or content.say("people.you", lang)
    host = mine if seat is Role.FACILITATOR else content.say("people.facilitator", lang)
    client = mine if seat is Role.CLIENT else case.client.name
    job = "" if seat is Role.CLIENT else case.client.job
    people = [
        Person(id="facilitator", name=host, role=Role.FACILITATOR, is_user=seat is Role.FACILITATOR),
        Person(id="client", name=client, role=Role.CLIENT, job=job, is_user=seat is Role.CLIENT),
    ]
    if len(cases) > 1:
        other = content.case(cases[1], lang).client
        people.append(Person(id=SECOND_CLIENT, name=other.name, role=Role.CONSULTANT, job=other.job))
    if seat is Role.CONSULTANT:
        people.append(Person(id="you", name=mine, role=Role.CONSULTANT, is_user=True))
    room_left = max(3, most - len(people))
    for consultant in case.consultants[:room_left]:
        people.append(Person(id=consultant.id, name=consultant.name, role=Role.CONSULTANT, job=consultant.job))
    return people
