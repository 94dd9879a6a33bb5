"""What is asked anew: the intent behind a faulty utterance, as a question from a template around a certain topic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from coach import content
from coach.assess import topics, words
from coach.assess.kept import faulty
from coach.assess.phrasing import WORDED, Job, filled, joined, turned, upper
from coach.assess.topics import Topic
from coach.assess.words import fold
from coach.domain import Language

BEST = 3  # questions that are tried
# Below this share a question is a guess; then what fits most utterances of the same fault comes first: of a remedy,
# what was tried for the same need (it served in all 27 cases of a blind reading of dev, the network's choice in two
# of three); of a story of the asker's, what it is like for the client.
SURE = 0.8
_BROAD = {"advice": "tried", "disguised_solution": "tried", "self_story": "living"}
# What was done, could be or is wanted: of no use to who judged, guessed or pushed.
_OF_ACTION = frozenset("tried options plan wish contract".split())
# These are about somebody: a person of the story comes first. In the others, the matter does.
_OF_PEOPLE = frozenset("talk reaction other_act bond between others_view helpers told news wish".split())
# And these are about the client: a thing counts only where the asker has set it at the head of the utterance.
_OF_SELF = frozenset("feeling motive cause meaning view stake role effect own_act".split())
# What the client feels, lives or did does not answer a guess at somebody else (an utterance without "you").
_OF_YOU = frozenset("feeling living rest own_act".split())
# Alone these would ask only how the client sees "it": words of theirs come first, with `tell` or `quoted` behind.
_TOLD = frozenset("view own_act other_act cause motive facts meaning".split())
_QUOTED = (3, 14)  # words
_MARKS = re.compile(r"[«»“”\"]")
_JOINED = re.compile(r"^(?:and|so|but|because|et|mais|donc|pis|puis|alors|car) ", re.IGNORECASE)
# Where "her" or "lui" can stand as well as a noun.
_OF_PRONOUN = re.compile(
    r"\b(?:with|from|to|of|on|seen|between you and|avec|pour|sur) \{person\}|\{de_person\}|\{person\} et \[toi"
)


class _Subject(NamedTuple):
    """What the new question may speak of."""

    fragment: str | None  # the client's own words, to stand before the question
    thing: str | None
    in_front: bool  # the thing stands at the head of the utterance
    named: bool  # the person, by a noun or a name
    person: str | None  # as after a preposition: a noun phrase, a name or a pronoun


def asked(job: Job) -> Iterator[str]:
    """Questions that would teach the asker the same, the nearest first."""
    about = _subject(job)
    unsure = not (job.aims and job.aims[0].share >= SURE)
    broad = [_BROAD[job.code]] if unsure and job.code in _BROAD else []
    unfit = _OF_YOU if _of_others(about, job) else frozenset[str]()
    unfit |= _OF_ACTION if job.code in WORDED else frozenset()
    likely = [aim.name for aim in job.aims if aim.name not in unfit]
    for name in [*_named(job), *broad, *likely[:BEST]]:
        matter = about if name not in _OF_SELF or about.in_front else about._replace(thing=None)
        yield from _questions(name, matter, job)


def _of_others(about: _Subject, job: Job) -> bool:
    """True if the utterance speaks of somebody, and not to the client."""
    shape = content.lexicon(job.lang)
    you = "|".join([shape.words["you"].replace("’", "'"), *shape.grammar.own.split()])
    told = re.search(rf"\b(?:{you})(?:\b|(?<='))|\w[ -]?ez\b", fold(job.text))
    return about.person is not None and job.code != "self_story" and not told


def _named(job: Job) -> list[str]:
    """The intent of a remedy that the utterance names and the client has not, where there is one."""
    if not job.brings_idea:
        return []
    new = set(words.stems(job.text, job.lang)) - set(words.stems(job.context, job.lang))
    found = [name for name in content.rewrites(job.lang).intents if new & _remedies(name, job.lang)]
    return found if len(found) == 1 else []


@lru_cache(maxsize=128)
def _remedies(name: str, lang: Language) -> frozenset[str]:
    listed = content.rewrites(lang).intents[name].remedies
    return frozenset(words.stems(listed, lang))


def _questions(name: str, about: _Subject, job: Job) -> Iterator[str]:
    shape = content.rewrites(job.lang)
    intent = shape.intents[name]
    fit = [t for t in intent.person if about.named or _OF_PRONOUN.search(t)]
    person = filled(turned(fit, job), about.person) if about.person else iter(())
    thing = filled(turned(intent.topic, job), about.thing, "topic") if about.thing else iter(())
    yield from (*person, *thing) if name in _OF_PEOPLE else (*thing, *person)
    if about.fragment:
        beside = intent.beside or (shape.tell if name in _TOLD else ())
        yield from (joined(about.fragment, text, job.lang) for text in turned(beside, job))
    elif name in _TOLD and (quote := _quote(job)):
        yield from filled(turned(shape.quoted, job), quote, "quote")
    yield from turned(intent.plain, job)


def _subject(job: Job) -> _Subject:
    usable = [t for t in topics.find(job.text, job.lang, job.context) if _usable(t, job)]
    person = next((t.text for t in usable if t.person), None)
    fragment = _fragment(job)
    pronoun = None if fragment else topics.pronoun(job.text, job.lang)  # it may stand for the fragment
    thing = next((t for t in usable if not t.person), None)
    return _Subject(
        fragment, thing.text if thing else None, bool(thing and thing.front), person is not None, person or pronoun
    )


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
    if not _can_stand(inside, job) or not words.content_stems(first, job.lang):
        return None
    return first if _echo(first, job) and not (_verbal(inside, job) and job.brings_idea) else None


def _quote(job: Job) -> str | None:
    """The clause of the client's that the utterance is nearest to, if it can stand alone and is no speech.

    The first sentence mostly says who the client is: it takes two words in common, elsewhere one is enough.
    """
    asked_of, openings = words.content_stems(job.text, job.lang), content.rewrites(job.lang).fragments.openings.split()
    sentences = words.sentences(job.context)
    starts, first = {start for start, _ in sentences}, sentences[0][1] if sentences else 0
    best, most = None, 0
    for start, end in words.clauses(job.context):
        clause = _JOINED.sub("", job.context[start:end])
        inside = [w for w, _, _ in words.tokens(clause, job.lang)]
        shared = sum(words.near(s, asked_of) for s in words.content_stems(clause, job.lang))
        whole = inside and (start in starts or inside[0] in openings) and not _MARKS.search(clause)
        if whole and shared >= max(most, 2 if start < first else 1) and _QUOTED[0] <= len(inside) <= _QUOTED[1]:
            best, most = clause, shared
    return upper(best) if best else None


def _can_stand(inside: Sequence[str], job: Job) -> bool:
    shape = content.rewrites(job.lang)
    lists = shape.fragments
    if inside[0] in lists.never_first.split() or set(inside) & set(lists.speaker.split()):
        return False
    return not any(re.match(shape.asks, w) for w in inside)


def _verbal(inside: Sequence[str], job: Job) -> bool:
    lists = content.rewrites(job.lang).fragments
    claims = set(lists.claim.split()) | words.word_set("verbs", job.lang)
    return inside[0] in lists.subjects.split() or any(w in claims or w.endswith("'s") for w in inside)


def _echo(first: str, job: Job) -> bool:
    known = words.content_stems(job.context, job.lang)
    return all(words.near(s, known) for s in words.content_stems(first, job.lang))
