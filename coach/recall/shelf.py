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
FLOOR = 0.13  # every tuning query scores more; 8 of 20 questions about other things score less
_HALF = 20.0  # the BM25 score that counts half of the most a score can count


class Shelf:
    """What can be found in one language.

    Args:
        passages: in a fixed order.
        vectors: their unit vectors, shape (n, dim).
        lang: the language of all of them.
    """

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, lang: Language) -> None:
        self.passages, self._vectors = tuple(passages), vectors
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

    def words(self, query: str) -> NDArray[np.float32]:
        """A keyword score of every passage, from 0 to 1, shape (n,)."""
        scores = self._keywords.scores(query)
        part: NDArray[np.float32] = scores / (scores + _HALF)
        return part

    def fused(self, query: str, vector: Vectors) -> NDArray[np.float32]:
        """Both together, shape (n,)."""
        both: NDArray[np.float32] = self.dense(vector) + KEYWORD_WEIGHT * self.words(query)
        return both
