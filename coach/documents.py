"""The user's own documents: read, cleaned, cut into passages and kept beside the method's texts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from coach.domain import Frozen, Language
from coach.errors import RecallError, WrongUse
from coach.language import detect
from coach.reading import SUFFIXES, read_text

MAX_BYTES = 20 * 1024 * 1024
LEAST, MOST = 60, 200  # words in a passage
_AIM = 130
_SENTENCE = re.compile(r"(?<=[.!?…»\"])\s+(?=[^\W\d_a-z]|[«\"\d])")
_ID = re.compile(r"[0-9a-f]{12}")


class Part(Frozen):
    """One passage of a document."""

    lang: Language
    text: str = Field(min_length=1)


class Document(Frozen):
    """A document as it is kept: `digest` is the SHA-256 of its bytes, `id` its beginning."""

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    title: str
    source: str
    digest: str
    passages: tuple[Part, ...] = Field(min_length=1)


class Documents:
    """The documents in one folder, a JSON file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, files: Sequence[Path]) -> list[Document]:
        """Read all the files, then keep them all: nothing is kept when one of them cannot be used.

        A document that is there already is returned as it is.

        Raises:
            WrongUse: a missing file, an unknown kind, an empty or too large file.
            RecallError: a file that cannot be read, or a folder that cannot be written.
        """
        read = [self._read(Path(path)) for path in files]
        new = {d.id: d for d in read if not self._path(d.id).is_file()}
        written: list[Path] = []
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for document in new.values():
                path = self._path(document.id)
                draft = path.with_suffix(".new")
                draft.write_text(document.model_dump_json(indent=1), encoding="utf-8")
                draft.replace(path)
                written.append(path)
        except OSError as error:
            for path in written:
                path.unlink(missing_ok=True)
            raise RecallError("documents-folder", folder=self._folder, problem=_reason(error)) from error
        return read

    def all(self) -> list[Document]:
        """All documents, by title.

        Raises:
            RecallError: for a file in the folder that is not what was written there.
        """
        return sorted((self._load(path) for path in self._files()), key=lambda d: (d.title.lower(), d.id))

    def sound(self) -> tuple[list[Document], int]:
        """The documents that can be read, by title, and how many cannot."""
        found, damaged = [], 0
        for path in self._files():
            try:
                found.append(self._load(path))
            except RecallError:
                damaged += 1
        return sorted(found, key=lambda d: (d.title.lower(), d.id)), damaged

    def remove(self, ident: str) -> None:
        """Forget a document.

        Raises:
            WrongUse: if there is none of that id.
        """
        if not _ID.fullmatch(ident) or not self._path(ident).is_file():
            known = ", ".join(p.stem for p in self._files()) or "-"
            raise WrongUse("unknown-document", given=ident, known=known)
        try:
            self._path(ident).unlink()
        except OSError as error:
            raise RecallError("documents-folder", folder=self._folder, problem=_reason(error)) from error

    def stamp(self) -> object:
        """A value that changes when a document comes, goes or is changed."""
        stamps = []
        for path in self._files():
            try:
                stamps.append((path.name, path.stat().st_mtime_ns))
            except OSError:  # removed by another process at this moment
                continue
        return tuple(stamps)

    def _files(self) -> list[Path]:
        try:
            return sorted(p for p in self._folder.iterdir() if p.suffix == ".json" and _ID.fullmatch(p.stem))
        except OSError:
            return []

    def _path(self, ident: str) -> Path:
        return self._folder / f"{ident}.json"

    def _load(self, path: Path) -> Document:
        try:
            return Document.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as error:
            raise RecallError("document-damaged", file=path.name, folder=self._folder) from error

    def _read(self, path: Path) -> Document:
        name = path.name
        if not path.is_file():
            raise WrongUse("document-missing", file=name)
        if path.suffix.lower() not in SUFFIXES:
            raise WrongUse("document-kind", file=name, known=", ".join(SUFFIXES))
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= MAX_BYTES else b""
        except OSError as error:
            raise RecallError("document-unreadable", file=name, problem=_reason(error)) from error
        if size > MAX_BYTES:
            raise WrongUse("document-too-large", file=name, limit=MAX_BYTES // 1024 // 1024)
        if not data.strip():
            raise WrongUse("document-empty", file=name)
        parts = [Part(lang=detect(text), text=text) for text in cut(read_text(data, path.suffix.lower(), name))]
        if not parts:
            raise WrongUse("document-empty", file=name)
        digest = hashlib.sha256(data + name.encode("utf-8", "replace")).hexdigest()
        return Document(id=digest[:12], title=path.stem, source=name, digest=digest, passages=tuple(parts))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def cut(paragraphs: Iterable[str]) -> list[str]:
    """Paragraphs as passages of 60 to 200 words, cut between sentences where there are any.

    Only a document that is shorter as a whole gives a passage of fewer than 60 words.
    """
    passages: list[list[str]] = []
    current: list[str] = []
    for piece, ends_paragraph in _pieces(paragraphs):
        if current and _count(current) + _count([piece]) > MOST:
            passages.append(current)
            current = []
        current.append(piece)
        if _count(current) >= (LEAST if ends_paragraph else MOST) and _count(current) >= _AIM:
            passages.append(current)
            current = []
    if current:
        passages.append(current)
    return [" ".join(words) for words in _even_end([" ".join(p).split() for p in passages]) if words]


def _pieces(paragraphs: Iterable[str]) -> Iterable[tuple[str, bool]]:
    """Sentences, none longer than a passage may be, each with whether it ends its paragraph."""
    for paragraph in paragraphs:
        sentences = [s for s in _SENTENCE.split(" ".join(paragraph.split())) if s]
        for number, sentence in enumerate(sentences, start=1):
            words = sentence.split()
            for start in range(0, len(words), _AIM):
                last = number == len(sentences) and start + _AIM >= len(words)
                yield " ".join(words[start : start + _AIM]), last


def _even_end(passages: list[list[str]]) -> list[list[str]]:
    """A last passage that is too short joins the one before it, or takes some of its words."""
    if len(passages) > 1 and len(passages[-1]) < LEAST:
        both = passages[-2] + passages[-1]
        middle = len(both) // 2
        passages[-2:] = [both] if len(both) <= MOST else [both[:middle], both[middle:]]
    return passages


def _count(pieces: Sequence[str]) -> int:
    return sum(len(p.split()) for p in pieces)
