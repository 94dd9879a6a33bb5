"""The English and French part of the XLM-R vocabulary, as a plain tokenizer.json."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.e5.weights import Vocabulary

# One piece a line. How they were chosen: all pieces of our corpus and gold texts (also in lower and upper case),
# all single Latin characters and marks, pieces that occur in the French message catalogues and manual pages of a
# Debian system (twice or more), and ASCII pieces that occur in English manual pages and docstrings (three times or more).
PIECES = Path(__file__).parent / "pieces.txt"


def kept(source: Vocabulary) -> NDArray[np.int64]:
    """The rows of the original vocabulary that stay; the first four are <s> <pad> </s> <unk>."""
    wanted = set(PIECES.read_text(encoding="utf-8").split("\n")) - {""}
    return np.array([i for i, p in enumerate(source.pieces) if i < 4 or p in wanted], np.int64)


def write(source: Vocabulary, rows: NDArray[np.int64], file: Path) -> None:
    """Write the tokenizer of the vocabulary `rows`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = [(source.pieces[i], float(source.scores[i])) for i in rows]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("’", "'")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.save(str(file), pretty=False)
