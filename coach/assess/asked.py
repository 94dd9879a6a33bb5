"""What is asked anew: the intent behind a faulty utterance, as a question from a template around a certain topic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from coach import content
from coach.assess import cues, topics, words
from coach.assess.explain import pick
from coach.assess.kept import faulty
from coach.assess.phrasing import Job, filled, joined, lower, turned
from coach.assess.topics import Topic
from coach.cue_schema import Intent
from coach.domain import Language

ENOUGH = 0.75  # below this score an intent is a guess, and the fall-back of the code is safer
OF_CONTEXT = 0.4  # a word of the client tells less of the intent than one that the asker brought
VERB_FIRST = 12  # characters: the verb of an imperative stands here and counts double
BEST = 3  # intents that are tried


class _Matcher(NamedTuple):
    pattern: re.Pattern[str]
    weight: float

    @staticmethod
    def of(source: str, macros: Mapping[str, str]) -> _Matcher:
        return _Matcher(cues.compiled(source.removeprefix("~"), macros), 0.5 if source.startswith("~") else 1.0)


class _Subject(NamedTuple):
    """What the new question may speak of."""

    fragment: str | None  # the client's own words, to stand before the question
    thing: str | None
    person: str | None  # as after a preposition: a noun phrase, a name or a pronoun
    known: str | None  # a person whom the client has named
    noun: bool  # the person is no mere pronoun


def asked(job: Job) -> Iterator[str]:
    """Questions that would teach the asker the same, the nearest first."""
    about = _subject(job)
    for intent in _intents(job, about)[:BEST]:
        of_others = intent.of_others and about.person and not _addressed(job)
        if about.person and intent.person and (of_others or not intent.of_others):
            yield from filled(turned(intent.person, job), about.person)
        elif about.known and job.brings_idea:
            yield from filled(turned(_fallback(job).person, job), about.known)
        if not of_others:  # their feelings are not the client's
            yield from _plain(intent, about, job)


def _plain(intent: Intent, about: _Subject, job: Job) -> Iterator[str]:
    plain = [t for t in turned(intent.plain, job) if not _leaks(t, job)]
    if about.fragment:
        fits = job.brings_idea or job.code == "wrong_step" or intent.beside_fragment
        tails = plain if fits else list(turned(_fallback(job).plain, job))
        yield from (joined(about.fragment, text, job.lang) for text in tails)
    elif about.thing and intent.beside_topic and (not intent.when or not job.brings_idea):
        frames = content.rewrites(job.lang).frames
        frame = frames[pick(len(frames), job.text)]
        yield from filled((frame.replace("{question}", lower(text)) for text in plain), about.thing, "topic")
    yield from plain


def _subject(job: Job) -> _Subject:
    found = topics.find(job.text, job.lang, job.context)
    usable = [t for t in found if _usable(t, job)]
    person = next((t.text for t in usable if t.person), None)
    fragment = _fragment(job)
    pronoun = None if fragment else topics.pronoun(job.text, job.lang)  # it may stand for the fragment
    return _Subject(
        fragment=fragment,
        thing=next((t.text for t in usable if not t.person), None),
        person=person or pronoun,
        known=next((t.text for t in found if t.person and t.known), None),
        noun=person is not None,
    )


def _usable(topic: Topic, job: Job) -> bool:
    if job.code == "wrong_step" or job.context:
        return topic.known
    return topic.sure and topic.front if job.brings_idea else topic.front or topic.person


def _addressed(job: Job) -> bool:
    return bool(re.search(content.rewrites(job.lang).addressed, words.fold(job.text)))


def _leaks(text: str, job: Job) -> bool:
    """True if a template would repeat the idea that has to go."""
    new = words.content_stems(job.text, job.lang) - words.content_stems(job.context, job.lang)
    return job.brings_idea and bool(words.content_stems(text, job.lang) & new)


@lru_cache(maxsize=4)
def _matchers(lang: Language) -> tuple[tuple[Intent, tuple[_Matcher, ...]], ...]:
    shape = content.rewrites(lang)
    return tuple((i, tuple(_Matcher.of(p, shape.words) for p in i.when)) for i in shape.intents)


def _fallback(job: Job) -> Intent:
    return next(i for i, patterns in _matchers(job.lang) if job.code in i.codes and not patterns)


def _intents(job: Job, about: _Subject) -> list[Intent]:
    """What the asker wants to know: what is sure first, then the fall-back of the code, then guesses."""
    folded, scored = words.fold(job.text), []
    for intent, patterns in _matchers(job.lang):
        if job.code not in intent.codes or not patterns:
            continue
        if about.fragment and job.brings_idea and not _speaks_of(patterns, about.fragment):
            continue  # the question must fit the words it hangs on
        score = sum(p.weight * _weight(m, job) for p in patterns for m in p.pattern.finditer(folded))
        score += about.noun * (intent.of_person + 0.5 * bool(score and intent.person and job.brings_idea))
        scored.append((score, intent))
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    sure = [intent for score, intent in ranked if score >= ENOUGH][: BEST - 1]
    return [*sure, _fallback(job), *(intent for _, intent in ranked if intent not in sure)]


def _speaks_of(patterns: Sequence[_Matcher], fragment: str) -> bool:
    return any(p.pattern.search(words.fold(fragment)) for p in patterns)


def _weight(match: re.Match[str], job: Job) -> float:
    if job.code == "advice" and match.start() < VERB_FIRST:
        return 2.0
    one_word = " " not in match.group().strip()
    return OF_CONTEXT if one_word and words.already_said(match.group(), job.context, job.lang) else 1.0


def _fragment(job: Job) -> str | None:
    """The words at the head of the utterance ("Four calls and no form"), if a question can hang on them."""
    pieces, shape = words.clauses(job.text), content.rewrites(job.lang)
    if len(pieces) < 2:
        return None
    first = re.sub(shape.openers, "", job.text[pieces[0][0] : pieces[0][1]], count=1, flags=re.IGNORECASE).strip()
    inside = [w for w, _, _ in words.tokens(first, job.lang)]
    if not 2 <= len(inside) <= 9 or re.match(shape.vocatives, first, re.IGNORECASE) or faulty(first, job):
        return None
    lists = shape.fragments
    if inside[0] in lists.never_first.split() or set(inside) & set(lists.speaker.split()):
        return None
    if any(re.match(shape.asks, w) for w in inside) or not words.content_stems(first, job.lang):
        return None
    verbal = inside[0] in lists.subjects.split() or any(_verbal(w, job) for w in inside)
    if job.context:
        return first if _echo(first, job) and not (verbal and job.brings_idea) else None
    opinion = verbal or inside[0] in lists.indefinite.split()
    return None if opinion or job.brings_idea or len(inside) > 7 else first


def _verbal(word: str, job: Job) -> bool:
    claim = content.rewrites(job.lang).fragments.claim.split()
    return word in claim or word.endswith("'s") or word in words.word_set("verbs", job.lang)


def _echo(first: str, job: Job) -> bool:
    known = words.content_stems(job.context, job.lang)
    return all(words.near(s, known) for s in words.content_stems(first, job.lang))
