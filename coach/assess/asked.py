"""What is asked anew: the intent behind a faulty utterance, as a question from a template around a certain topic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from coach import content
from coach.assess import matter, words
from coach.assess.matter import Matter
from coach.assess.phrasing import WORDED, Job, filled, joined, turned
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
# Alone these would ask only how the client sees "it", or what was done: what the utterance is about comes first.
_HELD = frozenset("view own_act other_act cause motive facts meaning tried".split())
# Where "her" or "lui" can stand as well as a noun.
_OF_PRONOUN = re.compile(
    r"\b(?:with|from|to|of|on|seen|between you and|avec|pour|sur) \{person\}|\{de_person\}|\{person\} et \[toi"
)


def asked(job: Job) -> Iterator[str]:
    """Questions that would teach the asker the same, the nearest first."""
    about = matter.of(job)
    unsure = not (job.aims and job.aims[0].share >= SURE)
    broad = [_BROAD[job.code]] if unsure and job.code in _BROAD else []
    unfit = _OF_YOU if _of_others(about, job) else frozenset[str]()
    unfit |= _OF_ACTION if job.code in WORDED else frozenset()
    likely = [aim.name for aim in job.aims if aim.name not in unfit]
    for name in [*_named(job), *broad, *likely[:BEST]]:
        here = about if name not in _OF_SELF or about.in_front else about._replace(thing=None)
        yield from _questions(name, here, job)


def _of_others(about: Matter, job: Job) -> bool:
    """True if the utterance speaks of somebody, and not to the client."""
    shape = content.lexicon(job.lang)
    you = "|".join([shape.words["you"].replace("’", "'"), *shape.grammar.own.split()])
    told = re.search(rf"\b(?:{you})(?:\b|(?<='))|\w[ -]?ez\b", fold(job.text))
    return about.person is not None and job.code != "self_story" and not told


def _named(job: Job) -> list[str]:
    """The intent of a remedy that the utterance names and the client has not, where there is one."""
    if not job.brings_idea:
        return []
    told = set(words.stems(job.context, job.lang))
    new = {w.removesuffix("s") for w, _, _ in words.tokens(job.text, job.lang) if words.stem(w, job.lang) not in told}
    found = [name for name in content.rewrites(job.lang).intents if new & _remedies(name, job.lang)]
    return found if len(found) == 1 else []


@lru_cache(maxsize=128)
def _remedies(name: str, lang: Language) -> frozenset[str]:
    return frozenset(fold(w).removesuffix("s") for w in content.rewrites(lang).intents[name].remedies.split())


def _questions(name: str, about: Matter, job: Job) -> Iterator[str]:
    shape = content.rewrites(job.lang)
    intent = shape.intents[name]
    fit = [t for t in intent.person if about.named or _OF_PRONOUN.search(t)]
    person = filled(turned(fit, job), about.person) if about.person else iter(())
    thing = filled(turned(intent.topic, job), about.thing, "topic") if about.thing else iter(())
    yield from (*person, *thing) if name in _OF_PEOPLE else (*thing, *person)
    if about.fragment:
        beside = intent.beside or (shape.tell if name in _HELD else ())
        yield from (joined(about.fragment, text, job.lang) for text in turned(beside, job))
    if name in _HELD:
        yield from _held(about, job)
    yield from turned(intent.plain, job)


def _held(about: Matter, job: Job) -> Iterator[str]:
    """What the utterance is about, and an open question."""
    shape, anchor = content.rewrites(job.lang), about.anchor
    quoted = list(filled(turned(shape.quoted, job), about.quote, "quote")) if about.quote else []
    yield from quoted if about.sure else []
    if anchor and anchor.person:
        yield from filled(turned(shape.anchored, job), anchor.text)
    elif anchor:
        yield from (joined(anchor.text, text, job.lang) for text in turned(shape.tell, job))
    yield from quoted
