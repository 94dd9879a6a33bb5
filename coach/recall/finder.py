"""The door to the passages. How memory, Chroma and several processes share the work: docs/adr/009."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coach.documents import Documents
from coach.domain import LANGUAGES, Language, StepKind
from coach.errors import RecallError, WrongUse
from coach.language import words_of
from coach.ports import Embedder, Hit, Vectors
from coach.recall import passages as source
from coach.recall.chroma import ChromaIndex, Progress, check, new_folder, open_embedded, open_server, sweep
from coach.recall.lock import FolderLock
from coach.recall.passages import Passage
from coach.recall.shelf import FLOOR, Shelf
from coach.recall.space import Space
from coach.recall.state import State

_CANDIDATES = 40
_MAX_QUERY = 600  # characters that count; longer questions are cut


@dataclass(frozen=True)
class Library:
    """All that a search needs, made anew when a document comes or goes."""

    passages: tuple[Passage, ...]
    vectors: Vectors
    digests: tuple[str, ...]
    shelves: dict[Language, Shelf]
    space: Space
    stamp: object

    @property
    def fingerprint(self) -> str:
        """One hash for the whole: equal when nothing has to be rebuilt."""
        return hashlib.sha256("\n".join(self.digests).encode()).hexdigest()


class Recall:
    """Searches the readings and the user's documents.

    Args:
        embedder: makes vectors and caches them.
        index_dir: the folder of the embedded index; its lock decides which process may write.
        chroma_url: a Chroma server to use instead.
        documents: the user's documents; by default those in `corpus` beside the index.
    """

    def __init__(
        self, embedder: Embedder, index_dir: Path, chroma_url: str | None = None, documents: Documents | None = None
    ) -> None:
        self._embedder, self._folder, self._url = embedder, index_dir, chroma_url
        self._documents = documents or Documents(index_dir.parent / "corpus")
        self._lock = threading.RLock()
        self._owner, self._state = FolderLock(index_dir), State(index_dir)
        self._space: Space | None = None
        self._readings: list[Passage] = []
        self._library: Library | None = None
        self._index: ChromaIndex | None = None
        self.notices: list[str] = []  # keys of sentences that the user should see once ("recall.…")

    def search(self, query: str, lang: Language, k: int = 5, step: str | None = None) -> list[Hit]:
        """The `k` best passages in `lang` for a question, best first; empty when there is nothing to look for.

        Raises:
            WrongUse: for a step that no variant has.
            RecallError: if the Chroma server or the embedder cannot be used.
        """
        if step is not None and step not in set(StepKind):
            raise WrongUse("unknown-step", given=step, known=", ".join(StepKind))
        query = " ".join(query[:_MAX_QUERY].split())
        if k < 1 or not words_of(query):
            return []
        library = self.prepare()
        shelf = library.shelves[lang]
        if not shelf.passages:
            return []
        vector = library.space.question(query, lang)
        scores = shelf.fused(query, vector)
        if float(scores.max()) < FLOOR:
            return []
        rows = self._candidates(shelf, vector, scores, lang, step, k)
        best = sorted(rows, key=lambda n: (-scores[n], shelf.passages[n].id))[:k]
        return [shelf.passages[n].hit(round(float(scores[n]), 4)) for n in best]

    def get(self, ident: str, lang: Language) -> Hit:
        """The passage that a citation names.

        Raises:
            WrongUse: if there is none of that id in that language.
        """
        shelf = self.prepare().shelves[lang]
        row = shelf.rows.get(f"{lang}:{ident}")
        if row is None:
            raise WrongUse("unknown-passage", given=ident)
        return shelf.passages[row].hit(1.0)

    def prepare(self, progress: Progress | None = None) -> Library:
        """Everything ready for a search; builds the index when passages came, changed or went."""
        stamp = self._documents.stamp()
        library = self._library
        if library is not None and library.stamp == stamp:
            return library
        with self._lock:
            if self._library is None or self._library.stamp != stamp:
                library = self._load(stamp, progress)
                self._bring_up_to_date(library, progress)
                self._library = library
            return self._library

    def connect(self) -> bool:
        """Open Chroma for a process that lives long; False when another process owns the index (memory serves)."""
        library = self.prepare()
        with self._lock:
            if self._index is None:
                self._sync(library, None)
            return self._index is not None

    def close(self) -> None:
        """Let another process own the index."""
        with self._lock:
            self._index = None
            self._owner.release()

    def _candidates(
        self, shelf: Shelf, vector: Vectors, scores: Vectors, lang: Language, step: str | None, k: int
    ) -> Sequence[int]:
        """Rows worth ranking: Chroma's nearest and the best by all scores; without Chroma every allowed row."""
        allowed = np.flatnonzero(shelf.allowed(step))
        index = self._index
        if index is None:
            return [int(n) for n in allowed]
        count = max(_CANDIDATES, 2 * k)
        try:
            keys = index.nearest(vector, lang, step, count)
        except RecallError:
            if self._url:
                raise
            self._index = None  # the vectors are in memory too
            return [int(n) for n in allowed]
        near = {shelf.rows[key] for key in keys if key in shelf.rows}
        by_words = sorted(allowed, key=lambda n: -scores[n])[:count]
        return [int(n) for n in near | set(by_words)]

    def _load(self, stamp: object, progress: Progress | None) -> Library:
        if self._space is None:
            self._readings = source.readings()
            self._embed(self._readings, progress)
            self._space = Space(self._embedder, self._readings, self._folder / "space.npz")
        kept, damaged = self._documents.sound()
        if damaged:  # one bad file must not silence all the others
            self._note("recall.document-damaged")
        own = source.documents(kept)
        self._embed(own, progress)
        found = (*self._readings, *own)
        # All readings shape the space, so any change among them moves every vector.
        digests = tuple(p.digest(self._space.digest) for p in found)
        vectors = np.concatenate([self._space.places(self._readings), self._space.places(own)])
        faces = [*self._space.faces(self._readings), *self._space.faces(own)]
        shelves: dict[Language, Shelf] = {}
        for lang in LANGUAGES:
            rows = [n for n, p in enumerate(found) if p.lang == lang]
            shelves[lang] = Shelf([found[n] for n in rows], vectors[rows], [faces[n] for n in rows], lang)
        return Library(found, vectors, digests, shelves, self._space, stamp)

    def _embed(self, passages: Sequence[Passage], progress: Progress | None) -> None:
        texts = [view for p in passages for view in p.views]
        if progress and hasattr(self._embedder, "missing"):
            self._embedder.passages(texts, progress=progress)  # type: ignore[call-arg]
        else:
            self._embedder.passages(texts)

    def _bring_up_to_date(self, library: Library, progress: Progress | None) -> None:
        """Open Chroma only when it has work to do: importing it takes longer than everything else together."""
        state = self._state.read()
        if self._state.damaged:
            self._note("recall.index-rebuilt")
        folder = self._folder / str(state.get("folder", ""))
        if self._url is None and self._index is None and state.get("fingerprint") == library.fingerprint:
            try:
                check(folder)
            except RecallError:
                self._sync(library, progress)
            return
        self._sync(library, progress)

    def _sync(self, library: Library, progress: Progress | None) -> None:
        if self._url is not None:
            if self._index is None:
                self._index = open_server(self._url, f"codev-coach-{self._state.ident()}", self._embedder)
            self._index.sync(library.passages, library.digests, library.vectors, progress)
        elif self._owner.take():
            try:
                self._sync_embedded(library, progress)
            except (RecallError, OSError):
                self._index = None
                self._note("recall.index-unusable")

    def _sync_embedded(self, library: Library, progress: Progress | None) -> None:
        name = self._state.read().get("folder")
        if self._index is None and name:
            try:
                self._index = open_embedded(self._folder / name, self._embedder)
                self._index.sync(library.passages, library.digests, library.vectors, progress)
            except RecallError:
                self._index, name = None, None
                self._note("recall.index-rebuilt")
        elif self._index is not None:
            self._index.sync(library.passages, library.digests, library.vectors, progress)
        if self._index is None:
            folder = new_folder(self._folder)
            name = folder.name
            self._index = open_embedded(folder, self._embedder)
            self._index.sync(library.passages, library.digests, library.vectors, progress)
        self._state.change(folder=name, fingerprint=library.fingerprint)
        sweep(self._folder, str(name))

    def _note(self, key: str) -> None:
        if key not in self.notices:
            self.notices.append(key)
