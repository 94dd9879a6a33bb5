"""Which fact of a case does a question ask for? Meaning and spelling together, calibrated."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach import content
from coach.case_schema import Case, Fact
from coach.cast.likeness import Classifier, Floats, Spelling, standard
from coach.domain import LANGUAGES
from coach.ports import Embedder

FEATURES = (
    "meaning",
    "meaning_lead",
    "spelling",
    "spelling_lead",
    "answer_lead",
    "margin",
    "over_outside",
    "spelling_over_outside",
    "nearest_over_outside",
    "class_lead",
    "class_over_outside",
)
# How much the best, second and third phrasing count: one lucky phrasing should not win alone.
_BEST_THREE = (1.0, 0.5, 0.25)
# What spelling, and the likeness of question and answer, weigh beside the likeness of questions; chosen by leaving
# phrasings out, see eval/train_facts.py.
_SPELLING, _ANSWER = 0.5, 0.3


@dataclass(frozen=True)
class Match:
    """The best fact for a question, with the probability (0–1) that it is the one asked for."""

    fact: Fact
    probability: float


@dataclass(frozen=True)
class _Index:
    """All phrasings of a case's facts in both languages, and questions that it does not answer."""

    owners: NDArray[np.int64]  # fact number of each phrasing, -1 for a question outside the case; shape (n,)
    vectors: NDArray[np.float32]  # (n, dim)
    answers: NDArray[np.float32]  # (languages, facts, dim)
    spelling: Spelling
    classifier: Classifier


@dataclass(frozen=True)
class Nearness:
    """How near a question comes to each fact: arrays of shape (facts,); `…outside` to the nearest unanswered ones."""

    meaning: Floats
    nearest: Floats  # the single nearest phrasing
    spelling: Floats
    answer: Floats
    classes: Floats
    meaning_outside: float
    nearest_outside: float
    spelling_outside: float
    class_outside: float


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


def unanswered(case_id: str) -> list[str]:
    """Questions that the case does not answer, its own and those of any situation, in both languages."""
    own = [q for lang in LANGUAGES for q in content.case(case_id, lang).outside]
    return [*own, *(q for lang in LANGUAGES for q in content.outside(lang))]


class FactFinder:
    """Finds the fact that a question asks for, whatever its wording or language."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._indexes: dict[str, _Index] = {}
        self._lock = threading.Lock()

    def warm(self, case: Case) -> None:
        """Load what the first question in this case would otherwise wait for."""
        self._index(case)

    def find(self, case: Case, question: str) -> Match | None:
        """The fact asked for, or None when none is likely enough (off-case question)."""
        best, features = best_of(self.nearness(case, question))
        w = weights()
        logit = w["bias"] + sum(w[name] * value for name, value in zip(FEATURES, features, strict=True))
        probability = float(1 / (1 + np.exp(-logit)))
        return Match(case.facts[best], probability) if probability >= w["threshold"] else None

    def nearness(self, case: Case, question: str, leave_out: bool = False) -> Nearness:
        """How near the question comes to each fact; `leave_out` forgets the question itself, to learn from it."""
        index = self._index(case)
        vector = self._embedder.queries([question])[0]
        meaning = (index.vectors @ vector).astype(np.float64)
        spelling = index.spelling.likeness(question)
        owners, classes = index.owners, index.classifier.scores(vector)
        if leave_out:
            classes = index.classifier.without(int(np.argmax(meaning)), vector)
            owners = np.where(meaning > _SAME, -2, owners)
        count = len(case.facts)
        groups = [np.flatnonzero(owners == number) for number in range(count)]
        outside = np.flatnonzero(owners == -1)
        return Nearness(
            meaning=np.array([_best(meaning[g]) for g in groups]),
            nearest=np.array([meaning[g].max() for g in groups]),
            spelling=np.array([_best(spelling[g]) for g in groups]),
            answer=(index.answers @ vector).max(axis=0).astype(np.float64),
            classes=classes[:-1],
            meaning_outside=_best(meaning[outside]),
            nearest_outside=float(meaning[outside].max()),
            spelling_outside=_best(spelling[outside]),
            class_outside=float(classes[-1]),
        )

    def _index(self, case: Case) -> _Index:
        with self._lock:
            if case.id not in self._indexes:
                self._indexes[case.id] = self._build(case)
            return self._indexes[case.id]

    def _build(self, case: Case) -> _Index:
        groups, outside = phrasings(case.id), unanswered(case.id)
        texts = [t for group in groups for t in group] + outside
        owners = np.array([number for number, group in enumerate(groups) for _ in group] + [-1] * len(outside))
        vectors = self._embedder.questions(texts)
        answers = [[f.answer for f in content.case(case.id, lang).facts] for lang in LANGUAGES]
        return _Index(
            owners=owners,
            vectors=vectors,
            answers=np.stack([self._embedder.passages(a) for a in answers]),
            spelling=Spelling(texts),
            classifier=Classifier(vectors, owners, len(case.facts)),
        )


_SAME = 0.9999  # a cosine above this is the same text


def best_of(near: Nearness) -> tuple[int, tuple[float, ...]]:
    """The number of the best fact, and the values of FEATURES that tell how far to trust it."""
    lead, spell, answer = standard(near.meaning), standard(near.spelling), standard(near.answer)
    classes = standard(near.classes)
    blend = lead + classes + _SPELLING * spell + _ANSWER * answer
    best = int(np.argmax(blend))
    features = (
        near.meaning[best],
        lead[best],
        near.spelling[best],
        spell[best],
        answer[best],
        blend[best] - np.partition(blend, -2)[-2],
        near.meaning[best] - near.meaning_outside,
        near.spelling[best] - near.spelling_outside,
        near.nearest[best] - near.nearest_outside,
        classes[best],
        near.classes[best] - near.class_outside,
    )
    return best, tuple(float(f) for f in features)


def _best(values: Floats) -> float:
    """The weighted mean of the three highest."""
    best = np.sort(values)[::-1][:3]
    share = np.array(_BEST_THREE[: len(best)])
    return float(best @ share / share.sum())
