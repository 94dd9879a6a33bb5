"""Text into the numbers that the model reads: pieces, which part they belong to, and what the client already said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

START, PAD, END = 0, 1, 2
CONTEXT_PIECES = 100  # the end of the context, nearest to the utterance
UTTERANCE_PIECES = 256  # longer utterances are judged window by window
NOTHING_TOLD, NEW, TOLD = 1, 2, 3  # `told`: 0 marks the context's own pieces
_WORD = re.compile(r"[^\W_]+")
_STEM = 5  # letters that two forms of a word share
_SHOUTED = 4  # capitals; fewer may be a name or "OK"


class Row(NamedTuple):
    """One (context, utterance) pair. `told` says for each piece whether the client used its word before."""

    pieces: list[int]
    told: list[int]


class Batch(NamedTuple):
    """Rows padded to one length: int64 arrays of shape (n, length)."""

    pieces: NDArray[np.int64]
    told: NDArray[np.int64]


class Encoder:
    """The shipped vocabulary (a plain JSON file for the `tokenizers` library)."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(file))

    def rows(self, texts: Sequence[tuple[str, str]]) -> list[list[Row]]:
        """The windows of each (context, utterance) pair: one, or more for a very long utterance."""
        contexts, utterances = [_calm(c) for c, _ in texts], [_calm(u) for _, u in texts]
        told = self._tokenizer.encode_batch(contexts, add_special_tokens=False)
        said = self._tokenizer.encode_batch(utterances, add_special_tokens=False)
        return [_windows(c, t.ids, u, s) for c, t, u, s in zip(contexts, told, utterances, said, strict=True)]


def _calm(text: str) -> str:
    """`text`, in small letters where it is all in capitals: the vocabulary knows few words in capitals."""
    small = sum(c.islower() for c in text)
    return text.lower() if sum(c.isupper() for c in text) > max(_SHOUTED, 3 * small) else text


def _windows(context: str, told: list[int], utterance: str, said: Any) -> list[Row]:
    marks = _marks(context, utterance, said.offsets)
    head = [START, *told[-CONTEXT_PIECES:], END, END] if context else [START]
    cuts = range(0, max(1, len(said.ids)), UTTERANCE_PIECES)
    return [
        Row(
            [*head, *said.ids[i : i + UTTERANCE_PIECES], END],
            [*([0] * len(head)), *marks[i : i + UTTERANCE_PIECES], 0],
        )
        for i in cuts
    ]


def _key(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in folded if not unicodedata.combining(c))[:_STEM]


def _marks(context: str, utterance: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    if not context:
        return [NOTHING_TOLD] * len(offsets)
    known = {_key(w) for w in _WORD.findall(context)}
    at = [NEW] * (len(utterance) + 1)
    for match in _WORD.finditer(utterance):
        if _key(match.group()) in known:
            at[match.start() : match.end()] = [TOLD] * len(match.group())
    # A piece may begin with the space before its word: its last letter tells.
    return [at[max(start, end - 1)] for start, end in offsets]


def batch(rows: Sequence[Row]) -> Batch:
    """`rows` as padded arrays."""
    length = max(len(r.pieces) for r in rows)
    pieces = np.full((len(rows), length), PAD, np.int64)
    told = np.zeros((len(rows), length), np.int64)
    for i, row in enumerate(rows):
        pieces[i, : len(row.pieces)] = row.pieces
        told[i, : len(row.told)] = row.told
    return Batch(pieces, told)
