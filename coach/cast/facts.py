"""Which fact of a case does a question ask for? Embeddings and fuzzy words together, calibrated."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from coach import content
from coach.domain import LANGUAGES
from coach.ports import Embedder
from coach.schemas import Case, Fact

FEATURES = ("cosine", "margin", "gain", "fuzzy", "fuzzy_margin", "keywords")


@dataclass(frozen=True)
class Match:
    """The best fact for a question, with the probability (0–1) that it is the one asked for."""

    fact: Fact
    probability: float


@dataclass(frozen=True)
class _Index:
    """All phrasings of a case's facts, in both languages."""

    owners: NDArray[np.int64]  # fact number of each phrasing, shape (n,)
    plain: tuple[str, ...]  # normalised phrasings
    vectors: NDArray[np.float32]  # (n, dim)
    keywords: tuple[frozenset[str], ...]  # per fact, both languages


def plain(text: str) -> str:
    """Lower case, without accents or punctuation, so that typing habits do not matter."""
    stripped = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    kept = (c if c.isalnum() else " " for c in stripped if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """The logistic weights over FEATURES, `bias` and `threshold`; trained by eval/train_facts.py."""
    return json.loads((Path(__file__).parent / "facts.json").read_text(encoding="utf-8"))


class FactFinder:
    """Finds the fact that a question asks for, whatever its wording or language."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._indexes: dict[str, _Index] = {}

    def find(self, case: Case, question: str) -> Match | None:
        """The fact asked for, or None when none is likely enough (off-case question)."""
        scores, features = self.rank(case, question)
        best = int(np.argmax(scores))
        w = weights()
        logit = w["bias"] + sum(w[name] * value for name, value in zip(FEATURES, features[best], strict=True))
        probability = float(1 / (1 + np.exp(-logit)))
        return Match(case.facts[best], probability) if probability >= w["threshold"] else None

    def rank(self, case: Case, question: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A score a fact, shape (facts,), and the features behind it, shape (facts, len(FEATURES))."""
        index = self._index(case)
        asked = plain(question)
        cosines = index.vectors @ self._embedder.queries([question])[0]
        fuzzies = process.cdist([asked], index.plain, scorer=fuzz.token_set_ratio)[0] / 100
        sorts = process.cdist([asked], index.plain, scorer=fuzz.token_sort_ratio)[0] / 100
        cosine = _best(cosines, index.owners, len(case.facts))
        fuzzy = _best((fuzzies + sorts) / 2, index.owners, len(case.facts))
        hits = np.array([_overlap(asked, words) for words in index.keywords])
        spread = float(np.std(cosine)) or 1.0
        gain = (cosine - float(np.mean(cosine))) / spread
        blend = gain + 4.0 * fuzzy + 0.8 * hits
        features = np.stack([cosine, _margin(blend), gain, fuzzy, _margin(fuzzy), hits], axis=1)
        return blend, features

    def _index(self, case: Case) -> _Index:
        if case.id not in self._indexes:
            self._indexes[case.id] = self._build(case)
        return self._indexes[case.id]

    def _build(self, case: Case) -> _Index:
        owners, texts = [], []
        keywords: list[set[str]] = [set() for _ in case.facts]
        for lang in LANGUAGES:
            facts = {f.id: f for f in content.case(case.id, lang).facts}
            for number, fact in enumerate(case.facts):
                told = facts[fact.id]
                texts += [*told.ask, told.topic]
                owners += [number] * (len(told.ask) + 1)
                keywords[number] |= {w for k in told.keywords for w in plain(k).split() if len(w) > 3}
        return _Index(
            owners=np.array(owners),
            plain=tuple(plain(t) for t in texts),
            vectors=self._embedder.passages(texts),
            keywords=tuple(frozenset(k) for k in keywords),
        )


def _best(values: NDArray[np.float64], owners: NDArray[np.int64], facts: int) -> NDArray[np.float64]:
    best = np.full(facts, -np.inf)
    np.maximum.at(best, owners, values.astype(np.float64))
    return best


def _margin(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each value stands above the best of the others."""
    order = np.sort(values)
    top, second = order[-1], order[-2]
    return np.where(values == top, values - second, values - top)


def _overlap(asked: str, keywords: frozenset[str]) -> float:
    """How many words of the question are keywords, typing errors forgiven; 0 to 3."""
    long = [w for w in asked.split() if len(w) > 3]
    near = sum(1 for w in long if w in keywords or any(fuzz.ratio(w, k) >= 84 for k in keywords))
    return float(min(near, 3))
