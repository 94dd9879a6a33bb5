"""Moments in the client's seat: precise answers, a contract in own words, a plan with a first step."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.debrief.candidate import Candidate
from coach.debrief.look import Look
from coach.domain import Act, Language, Role, Said, StepKind

_WHEN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
        r"|this (?:week|month|afternoon)|next (?:week|month|meeting)|before|by the|by \w+day|within"
        r"|in (?:two|three|\d+) (?:days|weeks)|on the \d+|january|february|april|june|july|august|september"
        r"|october|november|december|\d{1,2}(?:st|nd|rd|th))\b",
        re.I,
    ),
    "fr": re.compile(
        r"\b(aujourd'hui|ce soir|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|cette semaine|ce mois"
        r"|la semaine prochaine|le mois prochain|avant|d'ici|sous (?:huit|quinze|\d+) jours"
        r"|dans (?:deux|trois|\d+) (?:jours|semaines)|janvier|février|avril|juin|juillet|août|septembre"
        r"|octobre|novembre|décembre|le \d{1,2})\b",
        re.I,
    ),
}
_FIRST: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(first|to start|i will|i'll|i am going to|i'm going to)\b", re.I),
    "fr": re.compile(r"\b(d'abord|premier|première|pour commencer|je vais|je commence)\b|\bje \w+(?:rai)\b", re.I),
}
_SHORT, _LONG = 5, 120  # words: below, an answer gives the group nothing to see; above, it takes the floor


def client_moments(look: Look) -> Iterator[Candidate]:
    """What the user did as the client, with their own situation or in a case."""
    for line in look.by_user(role=Role.CLIENT):
        match line.act:
            case Act.ANSWER:
                yield from _answer(look, line)
            case Act.CONTRACT:
                yield Candidate("good", line, 4.0, "good.contract", ("craft:contract", "step:contract"))
            case Act.PLAN:
                yield from _plan(look, line)
            case Act.PRESENT:
                yield from _present(look, line)
            case Act.LEARN:
                yield Candidate("good", line, 2.0, "good.learned", ("craft:learning-journal",))
            case _:
                pass
    yield from _lent(look)
    for refused in look.refused:
        kind = look.kind(refused.seq)
        if kind is StepKind.CONSULTATION:
            yield Candidate("work_on", refused, 4.2, "work.justified", ("drift:justification", "step:consultation"))
        else:
            yield Candidate("work_on", refused, 3.0, "work.out-of-turn", (f"step:{kind.value}", "rule:silence"))


def has_when(text: str, lang: Language) -> bool:
    """Whether a plan says when."""
    return bool(_WHEN[lang].search(text.replace("’", "'")))


def _answer(look: Look, line: Said) -> Iterator[Candidate]:
    words = len(line.text.split())
    topics = ("craft:facts-feelings-values", "role:client")
    concrete = bool(re.search(r"\d|«|\"|“", line.text)) or has_when(line.text, look.lang)
    if words < _SHORT:
        yield Candidate("work_on", line, 2.0, "work.short-answer", topics)
    elif words > _LONG:
        yield Candidate("work_on", line, 2.5, "work.long-answer", ("rule:punctuality-timebox", "role:client"))
    elif concrete and words >= 8:
        yield Candidate("good", line, 3.0 + min(words, 60) / 100, "good.precise", topics)
    else:
        yield Candidate("good", line, 1.0 + min(words, 60) / 100, "good.answered", topics)
        yield Candidate("work_on", line, 0.6, "work.vague-answer", topics)


def _plan(look: Look, line: Said) -> Iterator[Candidate]:
    plain = line.text.replace("’", "'")
    first, when = bool(_FIRST[look.lang].search(plain)), has_when(plain, look.lang)
    topics = ("craft:action-plan", "step:action_plan")
    if first and when:
        yield Candidate("good", line, 4.5, "good.first-step", topics)
    elif when or first:
        yield Candidate("good", line, 2.2, "good.plan", topics)
        yield Candidate("work_on", line, 2.8, "work.plan-when" if first else "work.plan-first", topics)
    else:
        yield Candidate("work_on", line, 4.0, "work.plan", topics)


def _present(look: Look, line: Said) -> Iterator[Candidate]:
    topics = ("craft:prepare-presentation", "step:presentation")
    if len(line.text.split()) >= 40:
        yield Candidate("good", line, 1.8, "good.presented", topics)
    else:
        yield Candidate("work_on", line, 1.5, "work.presented", topics)


def _lent(look: Look) -> Iterator[Candidate]:
    """A contract or plan that the script had to say in the user's place."""
    for line in look.session.said:
        mine = line.speaker == look.user.id and line.voice != "user"
        if mine and (look.released_at is None or line.seq < look.released_at) and line.act in (Act.CONTRACT, Act.PLAN):
            topic = "craft:contract" if line.act is Act.CONTRACT else "craft:action-plan"
            yield Candidate("work_on", line, 3.5, f"work.lent-{line.act.value}", (topic,))
