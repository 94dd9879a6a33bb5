"""The vector space of recall: the embedder's, centred and whitened on the readings.

All vectors of the embedder lie close together (cosines of 0.7 to 0.9), and most of what tells two of them apart
is wording, not meaning. The views of one reading (its text, its title, the questions it answers, in every
language) mean the same; so the directions in which they differ among themselves are damped. This is linear
discriminant analysis; what it gains is in docs/adr/005.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.domain import LANGUAGES, Language
from coach.ports import Embedder, Vectors
from coach.recall.passages import Passage

SHRINKAGE = 2.0  # share of an even spread in the scatter; chosen on the tuning half of eval/gold/recall
_KINDS = ("whole", "title", "asked")
_WEIGHTS = {"whole": 2.0, "title": 1.0, "asked": 1.0}
_QUERY_SAMPLE = 24  # questions a language whose mean is the centre of questions


def _kind(view: int) -> str:
    return _KINDS[min(view, 2)]


class Space:
    """Maps embedder vectors into the space where passages are compared; fitted on the readings alone.

    User documents are placed in it but do not move it, so adding one leaves all other vectors as they are.
    """

    def __init__(self, embedder: Embedder, readings: Sequence[Passage]) -> None:
        self._embedder = embedder
        self._centres: dict[tuple[Language, str], Vectors] = {}
        self._questions: dict[Language, Vectors] = {}
        self._map: NDArray[np.float64] = np.eye(embedder.dim)
        self._fit(readings)

    def question(self, text: str, lang: Language) -> Vectors:
        """The unit vector of a user's question, shape (dim,)."""
        raw = self._embedder.queries([text])[0] - self._questions.get(lang, 0.0)
        return _unit(raw @ self._map)

    def places(self, passages: Sequence[Passage]) -> Vectors:
        """One unit vector a passage, shape (n, dim). The versions of a reading in all languages share one place."""
        total: dict[str, NDArray[np.float64]] = {}
        for passage, views in zip(passages, self._views(passages), strict=True):
            name = passage.key if passage.own else passage.id
            weights = np.array([_WEIGHTS[_kind(i)] for i in range(len(views))])
            total[name] = total.get(name, 0.0) + (views * weights[:, None]).sum(axis=0)
        rows = [_unit(total[p.key if p.own else p.id] @ self._map) for p in passages]
        return np.stack(rows) if rows else np.zeros((0, self._embedder.dim), np.float32)

    def _views(self, passages: Sequence[Passage]) -> list[NDArray[np.float32]]:
        """The centred vectors of each passage's views."""
        rows = iter(self._embedder.passages([v for p in passages for v in p.views]))
        found = []
        for passage in passages:
            centres = [self._centres.get((passage.lang, _kind(i)), 0.0) for i in range(len(passage.views))]
            found.append(np.stack([next(rows) - centre for centre in centres]))
        return found

    def _fit(self, readings: Sequence[Passage]) -> None:
        for lang in LANGUAGES:
            mine = [p for p in readings if p.lang == lang]
            views = [(_kind(i), v) for p in mine for i, v in enumerate(p.views)]
            for kind in _KINDS:
                texts = [v for k, v in views if k == kind]
                if texts:
                    self._centres[lang, kind] = self._embedder.passages(texts).mean(axis=0)
            if mine:
                self._questions[lang] = self._embedder.queries(sample(mine)).mean(axis=0)
        if readings:
            self._map = _whitening(readings, self._views(readings))


def sample(passages: Sequence[Passage]) -> list[str]:
    """Questions spread over the passages, whose mean is taken as the centre of all questions in their language."""
    lines = [(p.asked or (p.title,))[0] for p in passages]
    return lines[:: max(1, len(lines) // _QUERY_SAMPLE)]


def _whitening(readings: Sequence[Passage], views: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    groups: dict[str, list[tuple[float, NDArray[np.float32]]]] = {}
    for passage, rows in zip(readings, views, strict=True):
        groups.setdefault(passage.id, []).extend((_WEIGHTS[_kind(i)], row) for i, row in enumerate(rows))
    scatter, mass = 0.0, 0.0
    for group in groups.values():
        weights = np.array([w for w, _ in group])
        rows = np.stack([r for _, r in group]).astype(np.float64)
        away = rows - np.average(rows, axis=0, weights=weights)
        scatter = scatter + (away * weights[:, None]).T @ away
        mass += float(weights.sum())
    scatter = np.asarray(scatter) / mass
    size = scatter.shape[0]
    even = max(float(np.trace(scatter)) / size, 1e-9)
    root: NDArray[np.float64] = np.linalg.cholesky(np.linalg.inv(scatter + SHRINKAGE * even * np.eye(size)))
    return root


def _unit(row: NDArray[np.float64]) -> Vectors:
    unit: Vectors = (row / (np.linalg.norm(row) or 1.0)).astype(np.float32)
    return unit
