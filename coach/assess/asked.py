"""What is asked anew: the client's own words with an open question, or a question of the corpus, what served first.

The order is measured: readers judged 1,984 candidate questions for 480 faulty utterances of dev, each by itself (did it
keep the matter, could a peer say it so?). See the model card.
"""

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

BEST = 3  # questions that the model finds likely and that are tried
_SHORT = 9  # words; in a longer utterance a remedy is not all there is
# What goes before the model's own choice: of a remedy, what was weighed or tried for the same need; of a story of the
# asker's, what it is like for the client.
_BEFORE = {"advice": ("tried",), "disguised_solution": ("tried",), "self_story": ("living",)}
# What was done, could be or is wanted: of no use to who judged, guessed or pushed.
_OF_ACTION = frozenset("tried options plan wish contract".split())
# What happened and how the client sees it, whatever was judged: the model's other choices were beside the point.
_OF_FACTS = ("event", "view")
# Too loose, or of another matter, in more than half of the readings: these come last.
_LOOSE = frozenset("own_act motive meaning process tools facts wish".split())
# Where "her" or "lui" can stand as well as a noun.
_OF_PRONOUN = re.compile(
    r"\b(?:with|from|to|of|on|seen|between you and|avec|pour|sur) \{person\}|\{de_person\}|\{person\} et \[toi"
)


def asked(job: Job) -> Iterator[str]:
    """Questions that would teach the asker the same, the nearest first."""
    about = matter.of(job)
    if job.code in WORDED:
        yield from _their_words(about, job)
    for name in (*_named(job), *_BEFORE.get(job.code, ()), *_likely(job)):
        yield from _questions(name, about, job)


def _their_words(about: Matter, job: Job) -> Iterator[str]:
    """Words of the client's that the utterance is about; for a guess, what they feel or who is guessed at."""
    shape = content.rewrites(job.lang)
    quoted = list(filled(turned(shape.quoted, job), about.quote, "quote")) if about.quote else []
    yield from quoted if about.sure else []
    if about.fragment:
        yield from (joined(about.fragment, text, job.lang) for text in turned(shape.tell, job))
    guess = job.code == "interpretation"
    if guess and "feeling" in [aim.name for aim in job.aims[:BEST]]:
        yield from turned(shape.intents["feeling"].plain, job)
    yield from quoted
    if guess and about.person and about.named:
        yield from filled(turned(shape.anchored, job), about.person)


def _likely(job: Job) -> list[str]:
    """The names of the questions that the model finds likely, the loose ones last."""
    names = [aim.name for aim in job.aims if not (job.code in WORDED and aim.name in _OF_ACTION)][:BEST]
    if job.code == "judgement":
        return [name for name in _OF_FACTS if name in names] or ["view"]
    if job.code == "wrong_step" and re.search(content.rewrites(job.lang).of_group, job.text, re.IGNORECASE):
        names.insert(0, "contract")
    return sorted(names, key=lambda name: name in _LOOSE)


def _named(job: Job) -> list[str]:
    """The question that a remedy would have answered, where a short utterance is about nothing else ("A rota?")."""
    said = [w for w, _, _ in words.tokens(job.text, job.lang)]
    if not job.brings_idea or job.context or len(said) > _SHORT:
        return []
    new = {w.removesuffix("s") for w in said}
    found = [name for name in content.rewrites(job.lang).intents if new & _remedies(name, job.lang)]
    return found if len(found) == 1 else []


@lru_cache(maxsize=128)
def _remedies(name: str, lang: Language) -> frozenset[str]:
    return frozenset(fold(w).removesuffix("s") for w in content.rewrites(lang).intents[name].remedies.split())


def _questions(name: str, about: Matter, job: Job) -> Iterator[str]:
    shape = content.rewrites(job.lang)
    if about.person:
        fit = [t for t in shape.intents[name].person if about.named or _OF_PRONOUN.search(t)]
        yield from filled(turned(fit, job), about.person)
    if name == "tried" and re.search(shape.attempts, job.context.replace("’", "'"), re.IGNORECASE):
        yield from turned(shape.besides, job)
    yield from turned(shape.intents[name].plain, job)
