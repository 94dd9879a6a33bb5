"""Words, stems, sentences and clauses of an utterance; tolerant of spelling, the same for both languages."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from coach import content
from coach.cue_schema import Lexicon
from coach.domain import Language

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)")
_SHORT = r"\b(?:Mr|Mrs|Ms|Dr|St|M|Pr)\."  # their dot ends nothing
_SENTENCE = re.compile(rf"(?:{_SHORT}|[^.?!…])+(?:[.?!…]+[»\"”')]*|$)")
_CLAUSE = re.compile(rf"(?:{_SHORT}|[^,;:.?!…–—])+")
_NAMES: dict[Language, str] = {"en": "english", "fr": "french"}
_local = threading.local()


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    if char in "’‘`´":
        return "'"
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """`text` in lower case without accents, of the same length, so that offsets stay true."""
    return "".join(map(_plain, text))


def tokens(text: str, lang: Language) -> list[tuple[str, int, int]]:
    """The folded words with their offsets; French elisions (l', qu') stand as words of their own."""
    found: list[tuple[str, int, int]] = []
    for match in _WORD.finditer(fold(text)):
        word, start = match.group(), match.start()
        while lang == "fr" and word != "aujourd'hui" and (cut := _ELISION.match(word)):
            found.append((cut.group()[:-1], start, start + cut.end()))
            word, start = word[cut.end() :], start + cut.end()
        found.append((word, start, match.end()))
    return found


def _stemmer(lang: Language) -> Any:
    import Stemmer

    made: dict[str, Any] = _local.__dict__.setdefault("stemmers", {})
    if lang not in made:
        made[lang] = Stemmer.Stemmer(_NAMES[lang])
    return made[lang]


@lru_cache(maxsize=50_000)
def stem(word: str, lang: Language) -> str:
    """The stem of one folded word."""
    return str(_stemmer(lang).stemWord(word.removesuffix("'s")))


def stems(text: str, lang: Language) -> list[str]:
    """The stems of all words, in order."""
    return [stem(w, lang) for w, _, _ in tokens(text, lang)]


@lru_cache(maxsize=2048)
def content_stems(text: str, lang: Language) -> frozenset[str]:
    """The stems of the words that carry meaning (no function words, no mere light verbs)."""
    empty = word_set("stop", lang)
    return frozenset(stem(w, lang) for w, _, _ in tokens(text, lang) if w not in empty and (len(w) > 1 or w.isdigit()))


@lru_cache(maxsize=64)
def word_set(name: str, lang: Language) -> frozenset[str]:
    """A word list of the lexicon, folded."""
    return frozenset(fold(str(getattr(content.lexicon(lang), name))).split())


@lru_cache(maxsize=64)
def stem_set(name: str, lang: Language) -> frozenset[str]:
    """A word list of the lexicon, as stems."""
    return frozenset(stem(w, lang) for w in word_set(name, lang))


@lru_cache(maxsize=4)
def feeling_words(lang: Language) -> dict[str, str]:
    """Stem of a feeling word -> its family (fear, shame …)."""
    lexicon: Lexicon = content.lexicon(lang)
    single = ((family, fold(w)) for family, words in lexicon.feelings.items() for w in words if " " not in w)
    return {stem(w, lang): family for family, w in single}


def feelings(text: str, lang: Language) -> frozenset[str]:
    """The families of feelings that `text` names."""
    known = feeling_words(lang)
    return frozenset(known[s] for s in stems(text, lang) if s in known)


def near(stemmed: str, others: Iterable[str]) -> bool:
    """True if `stemmed` is one of `others`, or a misspelling of one (words of five letters and more)."""
    pool = others if isinstance(others, (set, frozenset)) else set(others)
    if stemmed in pool:
        return True
    if len(stemmed) < 5:
        return False
    from rapidfuzz.fuzz import ratio

    return any(abs(len(stemmed) - len(o)) <= 2 and o[0] == stemmed[0] and ratio(stemmed, o) >= 86 for o in pool)


def already_said(phrase: str, context: str, lang: Language) -> bool:
    """True if the client has already brought up what `phrase` names (codebook, rules 1, 5, 6 and 9).

    All the words that carry meaning must be there, one in three may be missing in a long phrase; a feeling
    counts as said when a word of the same family was said.
    """
    if not context:
        return False
    wanted, known = content_stems(phrase, lang), content_stems(context, lang)
    if not wanted:
        return False
    felt, families = feeling_words(lang), feelings(context, lang)
    missing = [w for w in wanted if not near(w, known) and felt.get(w) not in families]
    if any(w in felt for w in missing):
        return False
    return len(missing) <= len(wanted) // 3


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences, trimmed."""
    return [_trim(text, m.start(), m.end()) for m in _SENTENCE.finditer(text) if _WORD.search(m.group())]


def clauses(text: str) -> list[tuple[int, int]]:
    """Offsets of the pieces between punctuation marks, trimmed."""
    return [_trim(text, m.start(), m.end()) for m in _CLAUSE.finditer(text) if _WORD.search(m.group())]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
