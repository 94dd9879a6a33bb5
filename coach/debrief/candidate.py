"""A moment that might be quoted, with what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from coach.domain import Refused, Said


@dataclass(frozen=True)
class Candidate:
    """`weight` ranks it among its kind; `why` names the sentence, unless `words` already says why.

    `topics` are tried in order for the passage.
    """

    kind: Literal["good", "work_on"]
    event: Said | Refused
    weight: float
    why: str
    topics: tuple[str, ...]
    words: str = ""
    rewrite: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
