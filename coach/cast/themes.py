"""Which theme does somebody's own situation belong to? Learnt from the stories that each theme tells."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach import content
from coach.cast.likeness import Classifier, Spelling, standard
from coach.domain import LANGUAGES, Language
from coach.ports import Embedder
from coach.schemas import Theme

GENERAL = "general"
_TOLD = 1200  # characters of a situation that are read
_SPELLING = 0.5  # what likeness of words weighs beside likeness of meaning, as for the facts of a case
_NEAREST = 3  # stories of a theme whose likeness counts


@dataclass(frozen=True)
class _Index:
    ids: list[str]  # the last one is GENERAL
    owners: NDArray[np.int64]  # the theme number of each story, of both languages
    meaning: Classifier
    spelling: Spelling


class ThemeFinder:
    """Finds the theme of a situation told in either language."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._lock = embedder, threading.Lock()
        self._found: _Index | None = None

    def find(self, told: str, lang: Language) -> Theme:
        """The nearest theme; the general one for a situation that is of no kind in particular."""
        index, text = self._index(), told[:_TOLD]
        meaning = index.meaning.scores(self._embedder.queries([text])[0])
        likeness = index.spelling.likeness(text)
        spelling = np.array([np.sort(likeness[index.owners == n])[-_NEAREST:].mean() for n in range(len(index.ids))])
        best = index.ids[int(np.argmax(standard(meaning) + _SPELLING * standard(spelling)))]
        return next(t for t in content.themes(lang) if t.id == best)

    def _index(self) -> _Index:
        with self._lock:
            if self._found is None:
                self._found = self._build()
            return self._found

    def _build(self) -> _Index:
        ids = [t.id for t in content.themes(LANGUAGES[0]) if t.id != GENERAL] + [GENERAL]
        pairs = [
            (ids.index(theme.id), text)
            for lang in LANGUAGES
            for theme in content.themes(lang)
            for text in (theme.describes, *theme.stories)
        ]
        owners, texts = np.array([n for n, _ in pairs]), [text for _, text in pairs]
        general = len(ids) - 1
        kinds = np.where(owners == general, -1, owners)
        return _Index(ids, owners, Classifier(self._embedder.queries(texts), kinds, general), Spelling(texts))
