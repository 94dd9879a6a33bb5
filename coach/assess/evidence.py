"""Where in the utterance a code sits, when no cue says so: the clause whose removal lowers its probability most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import CODES
from coach.domain import Span

_CLAUSE = re.compile(r"[^.?!…;:,—–]+(?:[.?!…]+(?=\s|$)|$)?")
_MIN_LETTERS = 6  # shorter pieces ("so", "bon") join the one before


class Clause(NamedTuple):
    """A piece of an utterance and its offsets."""

    start: int
    end: int


def clauses(text: str) -> list[Clause]:
    """The clauses of `text`, without the spaces and marks around them, in order; at least one."""
    found: list[Clause] = []
    for match in _CLAUSE.finditer(text):
        piece = match.group().strip()
        if not any(c.isalpha() for c in piece):
            continue
        start = match.start() + match.group().index(piece)
        clause = Clause(start, start + len(piece))
        if found and sum(c.isalpha() for c in piece) < _MIN_LETTERS:
            clause, found = Clause(found[-1].start, clause.end), found[:-1]
        found.append(clause)
    return found or [Clause(0, len(text))]


def without(text: str, parts: Sequence[Clause]) -> list[str]:
    """`text` once without each of its parts."""
    return [f"{text[: p.start]} {text[p.end :]}".strip() for p in parts]


def span(text: str, code: str, parts: Sequence[Clause], full: NDArray[np.floating], less: NDArray[np.floating]) -> Span:
    """The span of `code`: `full` holds the probabilities (11,) of the text, `less` (n, 11) those without each part."""
    column = CODES.index(code)
    best = parts[int(np.argmax(full[column] - less[:, column]))] if len(parts) > 1 else parts[0]
    return Span(start=best.start, end=best.end, code=code, text=text[best.start : best.end])
