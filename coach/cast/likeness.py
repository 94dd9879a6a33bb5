"""Two ways to tell what a question asks for beside the nearest phrasing: its spelling, and a small classifier."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def plain(text: str) -> str:
    """Lower case, without accents or punctuation, so that typing habits do not matter."""
    stripped = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    kept = (c if c.isalnum() else " " for c in stripped if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def standard(values: Floats) -> Floats:
    """`values` with mean 0 and deviation 1, so that likenesses of different kinds can be added."""
    spread: Floats = (values - values.mean()) / (float(values.std()) or 1.0)
    return spread


class Spelling:
    """Likeness of spelling: TF-IDF over runs of three and four letters, so that typing errors cost little."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [_runs(t) for t in texts]
        seen = Counter(run for c in counts for run in c)
        rarity = {n: float(np.log(len(texts) / n)) for n in set(seen.values())}
        self._idf = {run: rarity[n] for run, n in seen.items()}
        self._rare = float(np.log(len(texts)))
        self._size = len(texts)
        often = {n: float(1 + np.log(n)) for n in {n for c in counts for n in c.values()}}
        numbers = {run: number for number, run in enumerate(seen)}
        order: list[int] = []
        weights: list[float] = []
        for c in counts:
            row = [often[n] * self._idf[run] for run, n in c.items()]
            norm = math.sqrt(sum(w * w for w in row)) or 1.0
            order += [numbers[run] for run in c]
            weights += [w / norm for w in row]
        # one array for all runs, each run a slice of it: thousands of small arrays take a second to make
        by_run = np.argsort(np.array(order, dtype=np.int64), kind="stable")
        self._rows = np.repeat(np.arange(len(texts)), [len(c) for c in counts])[by_run]
        self._weights = np.array(weights)[by_run]
        ends = np.cumsum(list(seen.values())).tolist()
        self._places = {run: slice(end - n, end) for (run, n), end in zip(seen.items(), ends, strict=True)}

    def likeness(self, text: str) -> Floats:
        """Cosines with each text, 0 to 1, shape (n,)."""
        weights = {run: (1 + np.log(n)) * self._idf.get(run, self._rare) for run, n in _runs(text).items()}
        norm = float(np.sqrt(sum(w * w for w in weights.values()))) or 1.0
        found = np.zeros(self._size)
        for run, weight in weights.items():
            if run in self._places:
                place = self._places[run]
                found[self._rows[place]] += weight / norm * self._weights[place]
        return found


def _runs(text: str) -> Counter[str]:
    padded = f" {plain(text)} "
    return Counter(padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1))


_RIDGE = 1.0  # the penalty, as a share of the mean variance
_OUTSIDE_WEIGHT = 6.0  # what all outside questions together weigh, a fact's phrasings being 1


class Classifier:
    """Ridge regression from a question's vector to the fact it asks for; the last class is "none of them".

    Args:
        vectors: phrasings, shape (n, dim).
        owners: the fact number of each, -1 for a question outside the case.
        facts: how many facts there are.
    """

    def __init__(self, vectors: NDArray[np.float32], owners: NDArray[np.int64], facts: int) -> None:
        x = vectors.astype(np.float64)
        classes = np.where(owners < 0, facts, owners)
        self._targets = np.zeros((len(x), facts + 1))
        self._targets[np.arange(len(x)), classes] = 1
        weights = 1 / np.maximum(self._targets.sum(0), 1)[classes]
        weights[owners < 0] *= _OUTSIDE_WEIGHT
        self._centre, self._base = x.mean(0), self._targets.mean(0)
        centred = x - self._centre
        scatter = (centred * weights[:, None]).T @ centred
        scatter += _RIDGE * np.trace(scatter) / x.shape[1] * np.eye(x.shape[1])
        self._inverse = np.linalg.inv(scatter)
        self._map = self._inverse @ (centred * weights[:, None]).T @ (self._targets - self._base)
        self._seen, self._weights = vectors, weights

    @cached_property
    def _pull(self) -> Floats:
        """How far each phrasing pulls its own score; only training asks, and it takes longer than all the rest."""
        centred = self._seen.astype(np.float64) - self._centre
        pull: Floats = self._weights * np.einsum("ij,jk,ik->i", centred, self._inverse, centred)
        return pull

    def scores(self, vector: NDArray[np.float32]) -> Floats:
        """How much the question belongs to each fact, and last to none; shape (facts + 1,)."""
        found: Floats = (vector.astype(np.float64) - self._centre) @ self._map
        return found

    def without(self, row: int, vector: NDArray[np.float32]) -> Floats:
        """The same for phrasing number `row`, as if it had never been seen (the leave-one-out formula)."""
        pull = float(self._pull[row])
        found: Floats = (self.scores(vector) - pull * (self._targets[row] - self._base)) / (1 - pull)
        return found
