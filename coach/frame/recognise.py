"""Is what the facilitator just said an intervention, and which drift does it meet?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from coach import content
from coach.domain import Language, Person, Said
from coach.ports import Embedder, Vectors

# In units of cosine difference, set on 38 hand-written utterances: what a signal word weighs, and how much more
# likely an intervention is right after a slip.
_SIGNAL = 0.012
_AFTER_SLIP = 0.008


@dataclass(frozen=True)
class Reading:
    """What a facilitator's utterance does: `drift` is the one its words fit best."""

    intervenes: bool
    drift: str | None
    meets: bool


class Recogniser:
    """Compares an utterance with ways of meeting each drift and with a facilitator's ordinary words."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._index = lru_cache(maxsize=2)(self._build)

    def _build(self, lang: Language) -> tuple[list[str], Vectors, Vectors]:
        drifts = content.drifts(lang)
        owners = [d.id for d in drifts for _ in d.meet]
        meeting = self._embedder.passages([m for d in drifts for m in d.meet])
        steps = [s for m in content.methods() for s in m.steps]
        ordinary = [w.of(lang) for s in steps for w in (s.opening, s.closing)]
        ordinary += [content.say(f"ordinary.{i}", lang) for i in range(1, 13)]
        return owners, meeting, self._embedder.passages(list(dict.fromkeys(ordinary)))

    def read(
        self, text: str, lang: Language, slip: Said | None, who: Person | None, others: Sequence[Person] = ()
    ) -> Reading:
        """Whether `text` intervenes and meets `slip` (said by `who`), if there is one.

        Someone who was just addressed by name after a slip is met even when the words are unusual. Words that name
        one of the `others` instead meet nothing.
        """
        owners, meeting, ordinary = self._index(lang)
        asked = self._embedder.queries([text.replace(who.name, "") if who else text])[0]
        near, plain = meeting @ asked, ordinary @ asked
        ranked = list(dict.fromkeys(owners[i] for i in np.argsort(-near)))
        named = who is not None and _names(text, who)
        signals = min(2, len({m.group().lower() for m in _signals(lang).finditer(text)}))
        score = float(near.max() - plain.max()) + _SIGNAL * signals
        if slip is not None:
            score += _AFTER_SLIP + (_SIGNAL if named else 0.0)
        intervenes = score >= 0 and (slip is not None or signals > 0)  # unprovoked, it takes a telling word
        fits = slip is not None and (slip.drift in ranked[:6] or named or signals == 2)
        elsewhere = not named and any(_names(text, p) for p in others)
        return Reading(intervenes, ranked[0] if intervenes else None, intervenes and fits and not elsewhere)


def _names(text: str, who: Person) -> bool:
    return re.search(rf"\b{re.escape(who.name)}\b", text, re.IGNORECASE) is not None


@lru_cache(maxsize=2)
def _signals(lang: Language) -> re.Pattern[str]:
    return re.compile(content.words(lang)["frame.signals"], re.IGNORECASE)
