"""What can be found: readings and the passages of the user's documents, in one shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from coach import content
from coach.documents import Document
from coach.domain import LANGUAGES, Frozen, Language
from coach.ports import Hit

ANY = "any"


class Passage(Frozen):
    """A text that can be found. `asked` are questions that it answers; `own` says it is from a user's document."""

    id: str
    lang: Language
    title: str
    text: str
    step: str = ANY
    role: str = ANY
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    own: bool = False

    @property
    def key(self) -> str:
        """Its name among all passages: two languages may share an id."""
        return f"{self.lang}:{self.id}"

    @property
    def views(self) -> tuple[str, ...]:
        """The texts that are embedded for it: whole, title, questions."""
        return (f"{self.title}. {self.text}", self.title, *self.asked)

    def digest(self, space: str) -> str:
        """A hash of everything that its vector and its filters rest on; `space` names the vector space."""
        whole = "\n".join([space, self.key, self.step, *self.views])
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()

    def hit(self, score: float) -> Hit:
        """The passage as an answer."""
        fields = {name: getattr(self, name) for name in Hit.model_fields if name != "score"}
        return Hit(**fields, score=score)


def readings() -> list[Passage]:
    """The method's texts in all languages."""
    return [
        Passage(**reading.model_dump(), asked=content.asked(lang).get(reading.id, ()))
        for lang in LANGUAGES
        for reading in content.readings(lang).values()
    ]


def documents(found: Iterable[Document]) -> list[Passage]:
    """The passages of the user's documents; each is cited under its document's id and its number."""
    return [
        Passage(
            id=f"{document.id}-{number}",
            lang=part.lang,
            title=document.title,
            text=part.text,
            topics=("document",),
            sources=(document.source,),
            own=True,
        )
        for document in found
        for number, part in enumerate(document.passages, start=1)
    ]
