"""Where in the utterance a code sits, when no cue says so: the clause that the model looked at most for it."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from coach.assess.classifier import Reading
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


def span(text: str, code: str, reading: Reading) -> Span:
    """The clause of `text` that counted most for `code`."""
    column, parts = CODES.index(code), clauses(text)
    middle = np.array([(start + end) / 2 for start, end in reading.places])
    weight = [float(reading.looks[(middle >= p.start) & (middle <= p.end), column].sum()) for p in parts]
    best = parts[int(np.argmax(weight))]
    return Span(start=best.start, end=best.end, code=code, text=text[best.start : best.end])
