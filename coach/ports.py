"""The contracts between the parts. Two implementations behind each; nobody imports one from another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.domain import Assessment, Citation, Cue, Event, Frozen, Language, Line, Setup, View

Vectors = NDArray[np.float32]


class Voice(Protocol):
    """Speaks for one person at a time."""

    name: str

    def speak(self, view: View, cue: Cue) -> Line:
        """The words of `cue.speaker`, given only what `view` shows.

        Raises:
            VoiceError: when there is no usable reply.
        """
        ...


class Evaluator(Protocol):
    """Judges one utterance of the clarification step."""

    def assess(self, text: str, lang: Language | None = None, context: str = "") -> Assessment:
        """The verdicts, codes, spans, confidence and rewrite for `text`."""
        ...

    def assess_many(self, items: Sequence[tuple[str, Language | None, str]]) -> list[Assessment]:
        """The same for many (text, lang, context), faster.

        Raises:
            WrongUse: for the first unusable text; facts hold its `index`.
        """
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    dim: int

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions, shape (n, dim), L2-normalised."""
        ...

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions that others are compared with, shape (n, dim); cached like passages."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors for texts to be found, shape (n, dim), L2-normalised; cached by content hash."""
        ...


class Hit(Frozen):
    """A passage that was found: `score` ranks (higher is nearer), it is no probability."""

    id: str
    lang: str
    title: str
    text: str
    step: str
    role: str
    topics: tuple[str, ...]
    sources: tuple[str, ...]
    score: float

    def citation(self, words: int = 40) -> Citation:
        """The hit as a citation with the first `words` words of the passage."""
        parts = self.text.split()
        excerpt = " ".join(parts[:words]) + (" …" if len(parts) > words else "")
        return Citation(id=self.id, title=self.title, excerpt=excerpt, sources=self.sources)


class Passages(Protocol):
    """The method's texts, and the user's own."""

    def search(self, query: str, lang: Language, k: int = 5, step: str | None = None) -> list[Hit]:
        """The `k` nearest passages, best first."""
        ...


class SessionRow(Frozen):
    """One line of the list of past sessions. Times are ISO 8601, UTC."""

    id: str
    case: str
    method: str
    seat: str
    lang: str
    started: str
    updated: str
    step: str | None
    closed: str | None
    events: int


class EventStore(Protocol):
    """Keeps events; each is durable when `append` returns."""

    def create(self, setup: Setup) -> str:
        """A new, empty session; its id."""
        ...

    def append(self, session_id: str, event: Event) -> None:
        """Store one event durably.

        Raises:
            StoreError: if its number is taken (two writers) or the database fails.
        """
        ...

    def events(self, session_id: str) -> list[Event]:
        """All events of a session in order.

        Raises:
            WrongUse: for an unknown session.
        """
        ...

    def sessions(self) -> list[SessionRow]:
        """All sessions, the latest first."""
        ...

    def delete(self, session_id: str) -> None:
        """Remove a session and its events for good."""
        ...


class Model(Protocol):
    """A chat model that returns validated structures; only `coach.llm` implements it with a library."""

    name: str
    remote: bool

    def complete(self, system: str, user: str, schema: type[Any], seed: int = 0) -> Any:
        """One reply, validated as `schema` (a pydantic model).

        Raises:
            VoiceError: after the retries, with the reason.
        """
        ...

    def stream(self, system: str, user: str) -> Iterator[str]:
        """One free reply, in pieces.

        Raises:
            VoiceError: as above.
        """
        ...
