"""The passages of one language in memory, with their vectors and keywords; scores are fused here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.domain import Language
from coach.ports import Vectors
from coach.recall.keywords import Keywords
from coach.recall.passages import ANY, Passage

# Chosen on the tuning half of eval/gold/recall; eval/bench_recall.py shows each part alone beside the whole.
KEYWORD_WEIGHT = 0.2
FLOOR = 0.33  # every tuning query scores more; 13 of 15 questions about other things score less
_HALF = 20.0  # the BM25 score that counts half of the most a score can count


class Shelf:
    """What can be found in one language.

    Args:
        passages: in a fixed order.
        vectors: their unit vectors, shape (n, dim).
        faces: the unit vectors of each one's views, shape (views, dim).
        lang: the language of all of them.
    """

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, faces: Sequence[Vectors], lang: Language) -> None:
        self.passages, self._vectors = tuple(passages), vectors
        self._faces = np.vstack(faces) if faces else np.zeros((0, vectors.shape[1]), np.float32)
        self._ends = np.cumsum([len(f) for f in faces])[:-1]
        self.rows = {p.key: n for n, p in enumerate(passages)}
        self._steps = np.array([p.step for p in passages])
        self._keywords = Keywords(passages, lang)

    def allowed(self, step: str | None) -> NDArray[np.bool_]:
        """Which passages a step filter keeps: those of the step, and those of any."""
        kept: NDArray[np.bool_] = np.ones(len(self.passages), bool)
        return kept if step is None else (self._steps == step) | (self._steps == ANY)

    def dense(self, vector: Vectors) -> NDArray[np.float32]:
        """The cosine of every passage with the question, shape (n,)."""
        cosines: NDArray[np.float32] = self._vectors @ vector
        return cosines

    def nearest(self, vector: Vectors) -> NDArray[np.float32]:
        """The mean cosine of each passage's three nearest views with the question, shape (n,)."""
        if not self.passages:
            return np.zeros(0, np.float32)
        groups = np.split(self._faces @ vector, self._ends)
        return np.array([np.sort(g)[-3:].mean() for g in groups], dtype=np.float32)

    def words(self, query: str) -> NDArray[np.float32]:
        """A keyword score of every passage, from 0 to 1, shape (n,)."""
        scores = self._keywords.scores(query)
        part: NDArray[np.float32] = scores / (scores + _HALF)
        return part

    def fused(self, query: str, vector: Vectors) -> NDArray[np.float32]:
        """All together, shape (n,)."""
        meaning = self.dense(vector) + self.nearest(vector)
        total: NDArray[np.float32] = meaning + KEYWORD_WEIGHT * self.words(query)
        return total
