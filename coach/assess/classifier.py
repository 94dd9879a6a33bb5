"""Probabilities of the codes for an utterance in its context, from the shipped network (int8, one thread)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import CODES
from coach.assess.encode import Encoder, Row, batch
from coach.cue_schema import INTENTS

WEIGHTS = Path(__file__).parent / "weights"
NETWORK, VOCABULARY = "evaluator.onnx", "tokenizer.json"
_MOST_CORES = 4  # a batch must leave something of the machine to the people in a session
_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


class Aim(NamedTuple):
    """A question (the plain one of one of `INTENTS`), and how likely it asks for what the asker wanted to learn."""

    name: str
    share: float


class Reading(NamedTuple):
    """What the model makes of one utterance.

    `probabilities` (11,) in the order of `CODES`; `aims` are the likeliest first; `looks` (pieces,
    11) says how much each piece of the utterance counted for a code; `places` are where the pieces stand in it.
    """

    probabilities: NDArray[np.float32]
    aims: tuple[Aim, ...]
    places: list[tuple[int, int]]
    looks: NDArray[np.float32]


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

    def knows(self, word: str) -> bool:
        """True if `word` (small letters) is in the model's vocabulary as a whole."""
        return self._model().encoder.knows(word)

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """What the model makes of each (context, utterance) pair, in order.

        A very long utterance is judged window by window: for each code the worst window counts.
        """
        if not texts:
            return []
        model = self._model()
        return side_by_side(partial(_reading, model.session), model.encoder.rows(texts))

    def probabilities(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For (context, utterance) pairs the probability of each code, shape (n, 11), in the order of `CODES`."""
        return np.array([r.probabilities for r in self.read(texts)], np.float32).reshape(len(texts), len(CODES))


def side_by_side(function: Callable[[_Item], _Made], items: Sequence[_Item]) -> list[_Made]:
    """`function` of each item, in order, on the processor's cores; onnxruntime lets other threads run meanwhile."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(_MOST_CORES, os.cpu_count() or 1), thread_name_prefix="assess") as pool:
        return list(pool.map(function, items))


def _reading(session: Any, windows: Sequence[Row]) -> Reading:
    """One row at a time.

    The activations' 8-bit scale is taken over a whole call, so rows that share one would change each other's numbers;
    and on one core a row of fifty pieces fills the processor as well as a batch does.
    """
    scores, looks, aims = [], [], []
    for row in windows:
        made = batch([row])
        found, seen, aimed = session.run(None, {"pieces": made.pieces, "told": made.told})
        scores.append(found[0])
        aims.append(aimed[0])
        looks.append(seen[0, : len(row.places)])
    worst = np.argmax(scores, axis=0)
    for number, seen in enumerate(looks):
        seen *= worst == number
    return Reading(
        np.asarray(1 / (1 + np.exp(-np.max(scores, axis=0))), np.float32),
        _aims(np.max(aims, axis=0)),
        [place for row in windows for place in row.places],
        np.concatenate(looks),
    )


def _aims(logits: NDArray[np.float32]) -> tuple[Aim, ...]:
    shares = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return tuple(Aim(INTENTS[i], float(shares[i])) for i in np.argsort(-shares))
