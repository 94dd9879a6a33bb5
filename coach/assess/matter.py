"""What a faulty utterance is about, in words for a clean question: the client's own, or whoever is spoken of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from coach import content
from coach.assess import topics, words
from coach.assess.kept import faulty
from coach.assess.phrasing import WORDED, Job, unjoined, upper
from coach.assess.topics import Topic
from coach.domain import Language

_QUOTED = (4, 14)  # words
_STRONG = 2  # words that a clause has in common with the utterance, from which it surely is what is meant
_MARKS = re.compile(r"[«»“”\"]")


class Matter(NamedTuple):
    """What the new question may speak of."""

    fragment: str | None  # the client's own words, to stand before the question
    quote: str | None  # a clause of theirs that can be quoted
    sure: bool  # the quote is surely what is meant
    named: bool  # the person, by a noun or a name
    person: str | None  # as after a preposition: a noun phrase, a name or a pronoun


def of(job: Job) -> Matter:
    """The matter of `job`'s utterance; all of it may be missing. Words of the client's only where they are used."""
    found = topics.find(job.text, job.lang, job.context)
    person = next((t.text for t in found if t.person and _usable(t, job)), None)
    fragment = None if job.brings_idea else _fragment(job)
    quote, shared = _quote(job) if job.code in WORDED else (None, 0)
    pronoun = None if fragment else topics.pronoun(job.text, job.lang)  # it may stand for the fragment
    return Matter(fragment, quote, shared >= _STRONG, person is not None, person or pronoun)


def _usable(topic: Topic, job: Job) -> bool:
    if job.code == "wrong_step" or job.context:
        return topic.known
    return topic.sure and topic.front if job.brings_idea else topic.front or topic.person


def _fragment(job: Job) -> str | None:
    """The client's words at the head of the utterance ("Four calls and no form"), if a question can hang on them."""
    pieces, shape = words.clauses(job.text), content.rewrites(job.lang)
    if len(pieces) < 2 or not job.context:
        return None
    first = re.sub(shape.openers, "", job.text[pieces[0][0] : pieces[0][1]], count=1, flags=re.IGNORECASE).strip()
    inside = [w for w, _, _ in words.tokens(first, job.lang)]
    if not 2 <= len(inside) <= 9 or re.match(shape.vocatives, first, re.IGNORECASE) or faulty(first, job):
        return None
    if not _can_stand(inside, job) or not words.content_stems(first, job.lang) or _MARKS.search(first):
        return None
    return first if _echo(first, job) else None


def _quote(job: Job) -> tuple[str | None, int]:
    """The clause of the client's that the utterance is nearest to, and how many words both have; it can stand alone.

    The first sentence mostly says who the client is: it takes two words in common, elsewhere one is enough.
    """
    asked_of, openings = words.content_stems(job.text, job.lang), content.rewrites(job.lang).fragments.openings.split()
    sentences = words.sentences(job.context)
    starts, first = {start for start, _ in sentences}, sentences[0][1] if sentences else 0
    best, most = None, 0
    for start, end in words.clauses(job.context):
        clause = unjoined(job.context[start:end], job.lang)
        inside = [w for w, _, _ in words.tokens(clause, job.lang)]
        shared = sum(words.near(s, asked_of) for s in words.content_stems(clause, job.lang))
        whole = inside and (start in starts or inside[0] in openings) and not _MARKS.search(clause)
        if whole and shared >= max(most, 2 if start < first else 1) and _QUOTED[0] <= len(inside) <= _QUOTED[1]:
            best, most = clause, shared
    return upper(best) if best else None, most


def _can_stand(inside: Sequence[str], job: Job) -> bool:
    shape = content.rewrites(job.lang)
    lists = shape.fragments
    if inside[0] in lists.never_first.split() or set(inside) & {*lists.speaker.split(), *lists.never.split()}:
        return False
    if {words.stem(w, job.lang) for w in inside} <= _times(job.lang):
        return False  # "Three months": nothing can be told about that
    return not any(re.match(shape.asks, w) for w in inside)


@lru_cache(maxsize=4)
def _times(lang: Language) -> frozenset[str]:
    """The stems of what nothing can be told about: times, numbers, function words."""
    lists = content.rewrites(lang).fragments
    alone = {*lists.times.split(), *words.word_set("stop", lang), *words.word_set("function", lang)}
    return frozenset(words.stem(w, lang) for w in alone)


def _echo(first: str, job: Job) -> bool:
    known = words.content_stems(job.context, job.lang)
    return all(words.near(s, known) for s in words.content_stems(first, job.lang))
