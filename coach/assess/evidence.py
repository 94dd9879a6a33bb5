"""Where in the utterance a code sits: the words that the model looked at most for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from coach.assess.classifier import Reading
from coach.assess.codes import CODES
from coach.assess.words import fold, word_set
from coach.domain import Language, Span

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_WORTH = (
    0.65  # a word belongs to the span if it got at least this many times an even share of the looks (chosen on dev)
)


def span(text: str, code: str, reading: Reading, lang: Language) -> Span:
    """The unbroken run of words of `text` that counted most for `code`.

    It does not end on "your" or "à", and leaves no single word of its sentence over ("isn't it", not "isn't").
    """
    found = [m.span() for m in _WORD.finditer(text)] or [(0, len(text))]
    last = np.array([end - 1 for _, end in reading.places])
    looks = reading.looks[:, CODES.index(code)]
    weight = np.array([looks[(start <= last) & (last < end)].sum() for start, end in found])
    first, behind = _heaviest(weight / max(float(weight.sum()), 1e-9) - _WORTH / len(found))
    empty = word_set("function", lang)
    while behind < len(found) and fold(text[slice(*found[behind - 1])]) in empty and not _gap(text, found, behind):
        behind += 1
    if not _ends(text, found, behind) and _ends(text, found, behind + 1):
        behind += 1
    if not _ends(text, found, first) and _ends(text, found, first - 1):
        first -= 1
    start, end = found[first][0], found[behind - 1][1]
    return Span(start=start, end=end, code=code, text=text[start:end])


def _ends(text: str, found: Sequence[tuple[int, int]], behind: int) -> bool:
    """True if a sentence ends before the word number `behind`, or the text begins or ends there."""
    return not 0 < behind < len(found) or any(mark in _gap(text, found, behind) for mark in ".?!…")


def _gap(text: str, found: Sequence[tuple[int, int]], behind: int) -> str:
    """The marks before the word number `behind`."""
    return text[found[behind - 1][1] : found[behind][0]].strip()


def _heaviest(gains: np.ndarray) -> tuple[int, int]:
    """The run (first, one past the last) with the greatest sum; at least one."""
    best, run = (int(np.argmax(gains)), int(np.argmax(gains)) + 1), (0, 0.0)
    most = float(gains.max())
    start, total = run
    for i, gain in enumerate(gains):
        if total <= 0:
            start, total = i, 0.0
        total += float(gain)
        if total > most:
            best, most = (start, i + 1), total
    return best
