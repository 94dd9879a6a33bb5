"""Keyword search: BM25 over word stems and pieces of words, so that inflection and typing errors are forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coach.domain import Language
from coach.recall.passages import Passage

_WORD = re.compile(r"[a-z0-9]+")
_GRAM = 4
# Words that say nothing about a subject; French elisions (l', d', qu') fall apart into single letters first.
_EMPTY: dict[Language, frozenset[str]] = {
    "en": frozenset(
        "a an the is are was were be been to of in on at for with from by into out up about and or but if so as than "
        "then i me my we our us you your he him his she her it its they them their this that these those what when "
        "where who why how do does did can could should would will not no there here have has had just all s t don m "
        "re ll ve d".split()
    ),
    "fr": frozenset(
        "le la les l un une des du de d et ou mais que qu qui quoi ce cet cette ces c est sont etre a as ai ont avoir "
        "au aux en dans sur pour par avec sans je j tu il elle on nous vous ils elles me m te t se s mon ma mes ton ta "
        "tes son sa ses notre nos votre vos leur leurs y n ne pas plus si quand comment pourquoi fait faire".split()
    ),
}


def fold(text: str) -> str:
    """Lower case without accents; œ and æ as two letters."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=4)
def _stemmer(lang: Language) -> Any:
    import Stemmer

    return Stemmer.Stemmer({"en": "english", "fr": "french"}[lang])


def terms(text: str, lang: Language) -> list[str]:
    """The search terms of a text: the stem of each telling word, and its pieces of four letters."""
    words = [w for w in _WORD.findall(fold(text)) if w not in _EMPTY[lang]]
    stems = [f"={stem}" for stem in _stemmer(lang).stemWords(words)]
    framed = [f" {w} " for w in words]
    return stems + [w[i : i + _GRAM] for w in framed for i in range(max(1, len(w) - _GRAM + 1))]


class Keywords:
    """The keyword index of some passages of one language."""

    def __init__(self, passages: Sequence[Passage], lang: Language) -> None:
        self._lang, self._size = lang, len(passages)
        self._index: Any = None
        # Titles and known questions count twice: they are short, and they name the subject.
        texts = [terms(" ".join([*(p.views[1:] * 2), p.text]), lang) for p in passages]
        self._known = {t for terms_ in texts for t in terms_}
        if self._known:
            import bm25s

            self._index = bm25s.BM25()
            self._index.index(texts, show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """A BM25 score for each passage, shape (n,); 0 where no term of the query occurs."""
        asked = [t for t in terms(query, self._lang) if t in self._known]
        if not asked:
            return np.zeros(self._size, np.float32)
        found: NDArray[np.float32] = self._index.get_scores(asked)
        return found
