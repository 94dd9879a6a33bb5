"""Three moments worth another look, chosen for the seat: candidates with a weight, the best of them quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from coach.debrief.candidate import Candidate
from coach.debrief.client import client_moments
from coach.debrief.consultant import consultant_moments
from coach.debrief.facilitator import facilitator_moments
from coach.debrief.look import Look
from coach.debrief.models import Moment
from coach.domain import Role

_BY_SEAT: dict[Role, Callable[[Look], Iterator[Candidate]]] = {
    Role.CONSULTANT: consultant_moments,
    Role.CLIENT: client_moments,
    Role.FACILITATOR: facilitator_moments,
}


def moments(look: Look) -> tuple[Moment, ...]:
    """At most two good moments and one to work on, in the order in which they happened; fewer in a short session."""
    found = list(_BY_SEAT[look.setup.seat](look))
    if len({s.round for s in look.spec_at.values()}) > 1:  # in a second round the user's role may have changed
        found += [c for seat, rule in _BY_SEAT.items() if seat is not look.setup.seat for c in rule(look)]
    work = _best([c for c in found if c.kind == "work_on"], 1)
    taken = {c.event.seq for c in work}
    good = _best([c for c in found if c.kind == "good" and c.event.seq not in taken], 2)
    return tuple(_quoted(look, c) for c in sorted([*good, *work], key=lambda c: (c.kind != "good", c.event.seq)))


def _best(candidates: Iterable[Candidate], count: int) -> list[Candidate]:
    """The heaviest, the first of equals; a second one for another reason than the first, where there is one."""
    ranked = sorted(candidates, key=lambda c: (-c.weight, c.event.seq))
    chosen: list[Candidate] = []
    for other_reason in (True, False):
        for candidate in ranked:
            if len(chosen) == count or candidate.event.seq in {c.event.seq for c in chosen}:
                continue
            if other_reason and candidate.why in {c.why for c in chosen}:
                continue
            chosen.append(candidate)
    return chosen


def _quoted(look: Look, candidate: Candidate) -> Moment:
    return Moment(
        kind=candidate.kind,
        topic=candidate.topics[0],
        quote=look.quote(candidate.event),
        why=candidate.words or look.say(candidate.why, **candidate.facts),
        rewrite=candidate.rewrite,
        citation=look.cite(*candidate.topics),
    )
