"""Probabilities of the codes for an utterance in its context, from the shipped network (int8, one thread)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import CODES
from coach.assess.encode import Encoder, Row, batch

WEIGHTS = Path(__file__).parent / "weights"
NETWORK, VOCABULARY = "evaluator.onnx", "tokenizer.json"


class _Loaded(NamedTuple):
    encoder: Encoder
    session: Any


class Classifier:
    """The trained model. Loads on first use; safe to share between threads."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._loaded: _Loaded | None = None

    def _model(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                import onnxruntime

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                options.log_severity_level = 3
                session = onnxruntime.InferenceSession(
                    str(self._folder / NETWORK), options, providers=["CPUExecutionProvider"]
                )
                self._loaded = _Loaded(Encoder(self._folder / VOCABULARY), session)
            return self._loaded

    def probabilities(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For (context, utterance) pairs the probability of each code, shape (n, 11), in the order of `CODES`.

        A very long utterance is judged window by window: the worst window counts.
        """
        if not texts:
            return np.zeros((0, len(CODES)), np.float32)
        model = self._model()
        windows = model.encoder.rows(texts)
        owner = np.repeat(np.arange(len(texts)), [len(w) for w in windows])
        scores = _scores(model.session, [row for w in windows for row in w])
        worst = np.full((len(texts), len(CODES)), -np.inf, np.float32)
        np.maximum.at(worst, owner, scores)
        return np.asarray(1 / (1 + np.exp(-worst)), np.float32)


def _scores(session: Any, rows: Sequence[Row]) -> NDArray[np.float32]:
    """Logits, shape (n, 11).

    One row at a time: the activations' 8-bit scale is taken over a whole call, so rows that share one would change
    each other's numbers; and on one core a row of fifty pieces fills the processor as well as a batch does.
    """
    scores = np.zeros((len(rows), len(CODES)), np.float32)
    for i, row in enumerate(rows):
        made = batch([row])
        scores[i] = session.run(None, {"pieces": made.pieces, "told": made.told})[0][0]
    return scores
