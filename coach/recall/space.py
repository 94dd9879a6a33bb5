"""The vector space of recall: the embedder's, centred and whitened on the readings.

All vectors of the embedder lie close together (cosines of 0.7 to 0.9), and most of what tells two of them apart
is wording, not meaning. The views of one reading (its text, its title, the questions it answers, in every
language) mean the same; so the directions in which they differ among themselves are damped. This is linear
discriminant analysis; what it gains is in docs/adr/008.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

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

    Args:
        embedder: makes the vectors.
        readings: the readings in all languages.
        kept: where the fitted space is kept between starts, or None.
    """

    def __init__(self, embedder: Embedder, readings: Sequence[Passage], kept: Path | None = None) -> None:
        self._embedder = embedder
        whole = "\n".join([embedder.name, str(SHRINKAGE), str(_WEIGHTS), *(p.digest("") for p in readings)])
        self.digest = hashlib.sha256(whole.encode()).hexdigest()
        self._parts = self._load(kept) if kept else None
        if self._parts is None:
            self._parts = self._fit(readings)
            if kept:
                self._save(kept)

    def question(self, text: str, lang: Language) -> Vectors:
        """The unit vector of a user's question, shape (dim,)."""
        raw = self._embedder.queries([text])[0] - self._part(f"{lang}.question")
        return _unit(raw @ self._part("map"))

    def places(self, passages: Sequence[Passage]) -> Vectors:
        """One unit vector a passage, shape (n, dim). The versions of a reading in all languages share one place."""
        total: dict[str, NDArray[np.float64]] = {}
        for passage, views in zip(passages, self._views(passages), strict=True):
            name = passage.key if passage.own else passage.id
            weights = np.array([_WEIGHTS[_kind(i)] for i in range(len(views))])
            total[name] = total.get(name, 0.0) + (views * weights[:, None]).sum(axis=0)
        rows = [_unit(total[p.key if p.own else p.id] @ self._part("map")) for p in passages]
        return np.stack(rows) if rows else np.zeros((0, self._embedder.dim), np.float32)

    def faces(self, passages: Sequence[Passage]) -> list[Vectors]:
        """The unit vectors of each passage's single views, all languages of a reading together, shape (views, dim)."""
        groups: dict[str, list[NDArray[np.float64]]] = {}
        names = [p.key if p.own else p.id for p in passages]
        for name, views in zip(names, self._views(passages), strict=True):
            groups.setdefault(name, []).append(views @ self._part("map"))
        units = {name: _units(np.vstack(rows)) for name, rows in groups.items()}
        return [units[name] for name in names]

    def _views(self, passages: Sequence[Passage]) -> list[NDArray[np.float32]]:
        """The centred vectors of each passage's views."""
        rows = iter(self._embedder.passages([v for p in passages for v in p.views]))
        found = []
        for passage in passages:
            centres = [self._part(f"{passage.lang}.{_kind(i)}") for i in range(len(passage.views))]
            found.append(np.stack([next(rows) - centre for centre in centres]))
        return found

    def _part(self, name: str) -> NDArray[np.float64]:
        """A centre, or the map; neutral where there was nothing to fit."""
        found = (self._parts or {}).get(name)
        if found is not None:
            return found
        return np.eye(self._embedder.dim) if name == "map" else np.zeros(self._embedder.dim)

    def _fit(self, readings: Sequence[Passage]) -> dict[str, NDArray[np.float64]]:
        parts: dict[str, NDArray[np.float64]] = {}
        self._parts = parts
        for lang in LANGUAGES:
            mine = [p for p in readings if p.lang == lang]
            views = [(_kind(i), v) for p in mine for i, v in enumerate(p.views)]
            for kind in _KINDS:
                texts = [v for k, v in views if k == kind]
                if texts:
                    parts[f"{lang}.{kind}"] = self._embedder.passages(texts).mean(axis=0, dtype=np.float64)
            if mine:
                parts[f"{lang}.question"] = self._embedder.queries(sample(mine)).mean(axis=0, dtype=np.float64)
        if readings:
            parts["map"] = _whitening(readings, self._views(readings))
        return parts

    def _load(self, file: Path) -> dict[str, NDArray[np.float64]] | None:
        """The parts kept by an earlier start, if they are of these very readings."""
        try:
            with np.load(file, allow_pickle=False) as data:
                parts = {name: data[name] for name in data.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, KeyError):
            return None
        digest = parts.pop("digest", None)
        return parts if digest is not None and str(digest) == self.digest else None

    def _save(self, file: Path) -> None:
        draft = file.with_suffix(f".{os.getpid()}.npz")
        with contextlib.suppress(OSError):  # the next start fits it again
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(draft, digest=np.array(self.digest), **cast(dict[str, Any], self._parts or {}))
            draft.replace(file)


def sample(passages: Sequence[Passage]) -> list[str]:
    """Questions spread over the passages, whose mean is taken as the centre of all questions in their language."""
    lines = [(p.asked or (p.title,))[0] for p in passages]
    return lines[:: max(1, len(lines) // _QUERY_SAMPLE)]


def _whitening(readings: Sequence[Passage], views: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    groups: dict[str, list[tuple[float, NDArray[np.float32]]]] = {}
    for passage, rows in zip(readings, views, strict=True):
        groups.setdefault(passage.id, []).extend((_WEIGHTS[_kind(i)], row) for i, row in enumerate(rows))
    size = views[0].shape[1]
    scatter, mass = np.zeros((size, size)), 0.0
    for group in groups.values():
        weights = np.array([w for w, _ in group])
        rows = np.stack([r for _, r in group]).astype(np.float64)
        away = rows - np.average(rows, axis=0, weights=weights)
        scatter += (away * weights[:, None]).T @ away
        mass += float(weights.sum())
    scatter /= mass
    even = max(float(np.trace(scatter)) / size, 1e-9)
    root: NDArray[np.float64] = np.linalg.cholesky(np.linalg.inv(scatter + SHRINKAGE * even * np.eye(size)))
    return root


def _unit(row: NDArray[np.float64]) -> Vectors:
    unit: Vectors = (row / (np.linalg.norm(row) or 1.0)).astype(np.float32)
    return unit


def _units(rows: NDArray[np.float64]) -> Vectors:
    units: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return units
