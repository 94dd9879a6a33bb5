"""Text into the numbers that the model reads: pieces, which part they belong to, and what the client already said."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

START, PAD, END = 0, 1, 2
CONTEXT_PIECES = 112  # of a longer context, the sentences that share words with the utterance, and its end
_AROUND = 80  # pieces that may be filled with sentences that share nothing: much beside the point hides a fault
UTTERANCE_PIECES = 256  # longer utterances are judged window by window
NOTHING_TOLD, NEW, TOLD = 1, 2, 3  # `told`: 0 marks the context's own pieces
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[^.?!…\n]+[.?!…\n]*")
_STEM = 5  # letters that two forms of a word share
_SHOUTED = 4  # capitals; fewer may be a name or "OK"


class Row(NamedTuple):
    """One (context, utterance) pair.

    `told` says for each piece whether the client used its word before; `places` are the offsets in the utterance of
    those of its pieces that this row holds.
    """

    pieces: list[int]
    told: list[int]
    places: list[tuple[int, int]]


class Batch(NamedTuple):
    """Rows padded to one length: int64 arrays of shape (n, length)."""

    pieces: NDArray[np.int64]
    told: NDArray[np.int64]


class Encoder:
    """The shipped vocabulary (a plain JSON file for the `tokenizers` library)."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(file))

    def knows(self, word: str) -> bool:
        """True if `word` (small letters) is one piece of the vocabulary."""
        return self._tokenizer.token_to_id("▁" + word) is not None

    def rows(self, texts: Sequence[tuple[str, str]]) -> list[list[Row]]:
        """The windows of each (context, utterance) pair: one, or more for a very long utterance."""
        contexts, utterances = [_calm(c) for c, _ in texts], [_calm(u) for _, u in texts]
        told = self._tokenizer.encode_batch(contexts, add_special_tokens=False)
        said = self._tokenizer.encode_batch(utterances, add_special_tokens=False)
        return [
            _windows(c, _chosen(c, t, u), u, s) for c, t, u, s in zip(contexts, told, utterances, said, strict=True)
        ]


def _calm(text: str) -> str:
    """`text`, in small letters where it is all in capitals: the vocabulary knows few words in capitals."""
    small = sum(c.islower() for c in text)
    return text.lower() if sum(c.isupper() for c in text) > max(_SHOUTED, 3 * small) else text


def _windows(context: str, told: list[int], utterance: str, said: Any) -> list[Row]:
    marks = _marks(context, utterance, said.offsets)
    head = [START, *told, END, END] if context else [START]
    cuts = range(0, max(1, len(said.ids)), UTTERANCE_PIECES)
    return [
        Row(
            [*head, *said.ids[i : i + UTTERANCE_PIECES], END],
            [*([0] * len(head)), *marks[i : i + UTTERANCE_PIECES], 0],
            said.offsets[i : i + UTTERANCE_PIECES],
        )
        for i in cuts
    ]


def _chosen(context: str, encoded: Any, utterance: str) -> list[int]:
    """The pieces of the context that the model reads: all of a short one."""
    if len(encoded.ids) <= CONTEXT_PIECES:
        return list(encoded.ids)
    asked = {_key(w) for w in _WORD.findall(utterance) if len(w) >= _STEM - 1}
    ends = [m.end() for m in _SENTENCE.finditer(context)]
    owner = [bisect_left(ends, end) for _, end in encoded.offsets]
    shared = [len(asked & {_key(w) for w in _WORD.findall(m.group())}) for m in _SENTENCE.finditer(context)]
    last = owner[-1]
    kept, left = set[int](), CONTEXT_PIECES
    for sentence in sorted(set(owner), key=lambda n: (n != last, -shared[n], -n)):
        size = owner.count(sentence)
        beside = sentence != last and not shared[sentence] and CONTEXT_PIECES - left + size > _AROUND
        if size <= left and not beside:
            kept.add(sentence)
            left -= size
    pieces = [piece for piece, n in zip(encoded.ids, owner, strict=True) if n in kept]
    return pieces or list(encoded.ids[-CONTEXT_PIECES:])


@lru_cache(maxsize=20_000)
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
