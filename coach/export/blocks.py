"""The sheet's building blocks: every format draws the same blocks, each in its own way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from coach.domain import Frozen, Language

Tone = Literal["good", "work_on", "next"]


class Heading(Frozen):
    """A section begins; level 2 or 3 (the sheet's title is level 1)."""

    kind: Literal["heading"] = "heading"
    level: int
    text: str


class Para(Frozen):
    """A paragraph; `lead` is the sentence that stands for all, `note` small print."""

    kind: Literal["para"] = "para"
    text: str
    tone: Literal["plain", "lead", "note"] = "plain"


class Facts(Frozen):
    """Labels and values."""

    kind: Literal["facts"] = "facts"
    rows: tuple[tuple[str, str], ...]


class Said(Frozen):
    """Somebody's words on their own, with a remark where there is one."""

    kind: Literal["said"] = "said"
    name: str
    text: str
    remark: str = ""


class Card(Frozen):
    """A moment: the words, why they matter, another wording, where to read on."""

    kind: Literal["card"] = "card"
    tone: Tone
    label: str
    quote: str = ""
    by: str = ""
    text: str
    extra: tuple[tuple[str, str], ...] = ()


class Table(Frozen):
    """Figures; where charts can be drawn they say the same, so these formats leave the table out."""

    kind: Literal["table"] = "table"
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    drawn: bool = True


class Chart(Frozen):
    """A picture as SVG, with its words."""

    kind: Literal["chart"] = "chart"
    name: str
    title: str
    svg: str


class Line(Frozen):
    """One utterance of the transcript; `mark` says what the evaluator or the frame made of it."""

    kind: Literal["line"] = "line"
    seq: int
    at: str
    name: str
    role: str
    is_user: bool
    text: str
    mark: Literal["", "clean", "not-clean", "drift"] = ""
    label: str = ""
    extra: tuple[tuple[str, str], ...] = ()


class Source(Frozen):
    """A passage that the sheet cites."""

    kind: Literal["source"] = "source"
    title: str
    excerpt: str
    sources: tuple[str, ...]


Block = Annotated[
    Heading | Para | Facts | Said | Card | Table | Chart | Line | Source,
    Field(discriminator="kind"),
]


class Sheet(Frozen):
    """A whole sheet; `colon` and `quotes` are the language's way to set them."""

    lang: Language
    title: str
    subtitle: str
    footer: str
    colon: str
    quotes: tuple[str, str]
    blocks: tuple[Block, ...]
