"""Moments of a session, made by hand: what somebody sees when it is their turn."""

from __future__ import annotations

from collections.abc import Sequence

from coach import content
from coach.case_schema import Case
from coach.domain import Act, Language, Person, Role, Said, StepKind, View
from coach.seating import make_setup

CASE = "night-ward"


def people(lang: Language, case: str = CASE, seat: str = "facilitator") -> tuple[Person, ...]:
    return make_setup(case, seat, lang).people


def who(role: Role, lang: Language, case: str = CASE) -> Person:
    return next(p for p in people(lang, case) if p.role is role)


def presented(case: Case, client: str) -> list[Said]:
    parts = case.presentation.strip().split("\n\n")
    return [Said(seq=n + 2, at=0, speaker=client, act=Act.PRESENT, text=text) for n, text in enumerate(parts)]


def view(
    role: Role,
    kind: StepKind = StepKind.CLARIFICATION,
    lang: Language = "en",
    said: Sequence[Said] | None = None,
    openness: float = 5.0,
    contract: str | None = None,
    case: str = CASE,
    speaker: str | None = None,
) -> View:
    room = people(lang, case)
    client = who(Role.CLIENT, lang, case).id
    me = next(p for p in room if p.id == speaker) if speaker else who(role, lang, case)
    return View(
        speaker=me,
        role=role,
        lang=lang,
        method=content.DEFAULT_METHOD,
        step=kind.value,
        kind=kind,
        round=1,
        case=case,
        people=room,
        said=tuple(presented(content.case(case, lang), client) if said is None else said),
        contract=contract,
        openness=openness,
    )


def said(seq: int, speaker: str, act: Act, text: str, voice: str = "scripted", refs: tuple[str, ...] = ()) -> Said:
    return Said(seq=seq, at=0, speaker=speaker, act=act, text=text, voice=voice, refs=refs)
