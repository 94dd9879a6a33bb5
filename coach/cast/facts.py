"""Which fact of a case does a question ask for? Meaning and spelling together, calibrated."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach import content
from coach.case_schema import Case, Fact
from coach.domain import LANGUAGES
from coach.ports import Embedder

Floats = NDArray[np.float64]

FEATURES = ("meaning", "meaning_lead", "spelling", "spelling_lead", "margin")
# How much a fact's best, second and third phrasing count: one lucky phrasing should not win alone.
_BEST_THREE = (1.0, 0.5, 0.25)
# What spelling weighs beside meaning; chosen on the consultants' own questions, see eval/train_facts.py.
_SPELLING = 0.5


@dataclass(frozen=True)
class Match:
    """The best fact for a question, with the probability (0–1) that it is the one asked for."""

    fact: Fact
    probability: float


def plain(text: str) -> str:
    """Lower case, without accents or punctuation, so that typing habits do not matter."""
    stripped = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    kept = (c if c.isalnum() else " " for c in stripped if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


class Spelling:
    """Likeness of spelling: TF-IDF over runs of three and four letters, so that typing errors cost little."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [_runs(t) for t in texts]
        seen = Counter(run for c in counts for run in c)
        self._idf = {run: float(np.log(len(texts) / n)) for run, n in seen.items()}
        self._rare = float(np.log(len(texts)))
        self._size = len(texts)
        places: dict[str, list[tuple[int, float]]] = {}
        for row, c in enumerate(counts):
            weights = {run: (1 + np.log(n)) * self._idf[run] for run, n in c.items()}
            norm = float(np.sqrt(sum(w * w for w in weights.values()))) or 1.0
            for run, weight in weights.items():
                places.setdefault(run, []).append((row, float(weight) / norm))
        self._rows = {run: np.array([r for r, _ in found]) for run, found in places.items()}
        self._weights = {run: np.array([w for _, w in found]) for run, found in places.items()}

    def likeness(self, text: str) -> Floats:
        """Cosines with each text, 0 to 1, shape (n,)."""
        weights = {run: (1 + np.log(n)) * self._idf.get(run, self._rare) for run, n in _runs(text).items()}
        norm = float(np.sqrt(sum(w * w for w in weights.values()))) or 1.0
        found = np.zeros(self._size)
        for run, weight in weights.items():
            if run in self._rows:
                found[self._rows[run]] += weight / norm * self._weights[run]
        return found


def _runs(text: str) -> Counter[str]:
    padded = f" {plain(text)} "
    return Counter(padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1))


@dataclass(frozen=True)
class _Index:
    """All phrasings of a case's facts, in both languages."""

    owners: NDArray[np.int64]  # fact number of each phrasing, shape (n,)
    vectors: NDArray[np.float32]  # (n, dim)
    spelling: Spelling


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """The logistic weights over FEATURES, `bias` and `threshold`; trained by eval/train_facts.py."""
    found: Mapping[str, float] = json.loads((Path(__file__).parent / "facts.json").read_text(encoding="utf-8"))
    return found


def phrasings(case_id: str) -> list[list[str]]:
    """For each fact of a case the questions that reach it, in both languages; what an index embeds."""
    cases = [content.case(case_id, lang) for lang in LANGUAGES]
    found: list[list[str]] = []
    for fact in cases[0].facts:
        told = [c.fact(fact.id) for c in cases]
        found.append([text for f in told for text in (*f.ask, f.topic)])
    return found


class FactFinder:
    """Finds the fact that a question asks for, whatever its wording or language."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._indexes: dict[str, _Index] = {}
        self._lock = threading.Lock()

    def find(self, case: Case, question: str) -> Match | None:
        """The fact asked for, or None when none is likely enough (off-case question)."""
        best, features = best_of(*self.scores(case, question))
        w = weights()
        logit = w["bias"] + sum(w[name] * value for name, value in zip(FEATURES, features, strict=True))
        probability = float(1 / (1 + np.exp(-logit)))
        return Match(case.facts[best], probability) if probability >= w["threshold"] else None

    def scores(self, case: Case, question: str) -> tuple[Floats, Floats]:
        """How near the question comes to each fact, by meaning and by spelling; two arrays of shape (facts,)."""
        index = self._index(case)
        cosines = (index.vectors @ self._embedder.queries([question])[0]).astype(np.float64)
        count = len(case.facts)
        return (
            _by_fact(cosines, index.owners, count),
            _by_fact(index.spelling.likeness(question), index.owners, count),
        )

    def _index(self, case: Case) -> _Index:
        with self._lock:
            if case.id not in self._indexes:
                self._indexes[case.id] = self._build(case)
            return self._indexes[case.id]

    def _build(self, case: Case) -> _Index:
        groups = phrasings(case.id)
        texts = [t for group in groups for t in group]
        owners = np.array([number for number, group in enumerate(groups) for _ in group])
        return _Index(owners, self._embedder.questions(texts), Spelling(texts))


def best_of(meaning: Floats, spelling: Floats) -> tuple[int, tuple[float, ...]]:
    """The number of the best fact, and the values of FEATURES that tell how far to trust it."""
    lead, spell = _standard(meaning), _standard(spelling)
    blend = lead + _SPELLING * spell
    best = int(np.argmax(blend))
    second = float(np.partition(blend, -2)[-2])
    return best, (
        float(meaning[best]),
        float(lead[best]),
        float(spelling[best]),
        float(spell[best]),
        float(blend[best]) - second,
    )


def _standard(values: Floats) -> Floats:
    spread: Floats = (values - values.mean()) / (float(values.std()) or 1.0)
    return spread


def _by_fact(values: Floats, owners: NDArray[np.int64], facts: int) -> Floats:
    """The weighted mean of each fact's three best phrasings."""
    found = np.empty(facts)
    for number in range(facts):
        best = np.sort(values[owners == number])[::-1][:3]
        share = np.array(_BEST_THREE[: len(best)])
        found[number] = float(best @ share / share.sum())
    return found
