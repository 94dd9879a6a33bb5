"""Typing errors and hesitations put right before anything is judged: a model and its cues know words, not slips.

Only a word that neither the model's vocabulary nor the dictionary nor the client knows is touched, and only where one
change (a letter wrong, missing, doubled or swapped; an accent; an apostrophe) makes a known word of it. Names stay.
The words that the user sees marked are the ones that they typed: `Mended.place` gives offsets back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from coach.assess.words import fold, word_set
from coach.domain import Language

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ELIDED = re.compile(r"^(?:(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’])+", re.IGNORECASE)
_UNMARKED = re.compile(r"^(qu|[cdjlmnst])(?=[aeiouyhàâéèêîôû])")  # "cest", "jai": an elision without its apostrophe
_SENTENCE_ENDS = ".?!…:"
_ENDING = re.compile(r"['’](?:s|d|ll|ve|re)$", re.IGNORECASE)
_HESITATION = re.compile(r"(?<![\w'’-])(?:u+m+|u+h+|e+r+m|h+m+|e+u+h+|h+e+u+)(?![\w'’-])[,.… ]*", re.IGNORECASE)
# A word said twice, as one does while thinking; some are right twice ("had had", « vous vous », « c'est qui qui »).
_TWICE = "vous|nous|qui|had|that|is|très|bien|very|really|now|non|no|oui|yes|ha|ah|hé|oh"
_STUTTER = re.compile(rf"\b(?!(?:{_TWICE})\b)([^\W\d_]+) (?=\1\b(?!['’-]))", re.IGNORECASE)
_DOUBLE = re.compile(r"(.)\1")
_SHORTEST, _LONGEST = 3, 25  # letters; below that nearly anything is a word, above it nothing
_COMMON = 15_000  # a rare word is no likelier than that the typed one is dialect, a trade's own, or a name


class Mended(NamedTuple):
    """A text with its typing errors put right; `changes` are (start, end in `text`, start, end as typed)."""

    text: str
    changes: tuple[tuple[int, int, int, int], ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text as typed; a mended word counts as a whole."""
        return self._typed(start, first=True), self._typed(end, first=False)

    def _typed(self, at: int, first: bool) -> int:
        shift = 0
        for here, there, typed, typed_end in self.changes:
            if at < here or (first and at == here):
                break
            if at < there:
                return typed if first else typed_end
            shift = typed_end - there
        return at + shift


def mended(text: str, lang: Language, context: str, knows: Callable[[str], bool]) -> Mended:
    """`text` with its typing errors put right.

    Args:
        text: the utterance as typed.
        lang: its language.
        context: what the client has said: their words are right, and likelier than others.
        knows: whether the model has seen a (lower-case) word.
    """
    said = {w.lower() for m in _WORD.finditer(context) for w in re.split("['’]", m.group())}
    parts: list[str] = []
    changes: list[tuple[int, int, int, int]] = []
    done = length = 0
    for start, end, better in sorted([*_slips(text), *_errors(text, lang, said, knows)]):
        if start < done:
            continue
        parts += [text[done:start], better]
        length += start - done + len(better)
        done = end
        changes.append((length - len(better), length, start, end))
    rest = "".join([*parts, text[done:]])
    return Mended(rest, tuple(changes)) if rest.strip() else Mended(text)


def _slips(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern in (_HESITATION, _STUTTER):
        yield from ((m.start(), m.end(), "") for m in pattern.finditer(text))


def _errors(text: str, lang: Language, said: set[str], knows: Callable[[str], bool]) -> Iterator[tuple[int, int, str]]:
    for match in _WORD.finditer(text):
        word, start = _core(match, lang)
        if better := _better(text, word, start, lang, said, knows):
            yield start, start + len(word), better


def _core(match: re.Match[str], lang: Language) -> tuple[str, int]:
    """The word without French elisions before it or an English ending behind it, and where it starts."""
    word, start = match.group(), match.start()
    if lang == "en":
        return _ENDING.sub("", word), start
    cut = _ELIDED.match(word)
    return (word[cut.end() :], start + cut.end()) if cut else (word, start)


def _better(
    text: str, word: str, start: int, lang: Language, said: set[str], knows: Callable[[str], bool]
) -> str | None:
    low = word.lower()
    if (
        not _SHORTEST <= len(word) <= _LONGEST
        or low in said
        or _is_name(text, word, start)
        or knows(low)
        or _spelt(low, lang)
    ):
        return None
    found = _candidates(low, lang)
    pool = [w for w in found if w in said] or found
    if not pool:
        return None
    best = max(pool, key=lambda w: (*_likeness(w, low), _frequency(w, lang)))
    if word.isupper():
        return best.upper()
    return best.capitalize() if word[0].isupper() else best


def _likeness(word: str, typed: str) -> tuple[bool, bool, bool]:
    """The same letters but for accents and apostrophes; in another order; but for a double one."""
    return (
        _plain(word) == _plain(typed),
        Counter(word) == Counter(typed),
        _DOUBLE.sub(r"\1", word) == _DOUBLE.sub(r"\1", typed),
    )


def _is_name(text: str, word: str, start: int) -> bool:
    """True for a capital inside a sentence, and for capitals among small letters."""
    if word.isupper():
        return not text.isupper()
    before = text[:start].rstrip(" \t\n\"'«»(-–—’")
    return word[0].isupper() and bool(before) and before[-1] not in _SENTENCE_ENDS


def _plain(word: str) -> str:
    return "".join(c for c in fold(word) if c.isalpha())


@lru_cache(maxsize=2)
def _dictionary(lang: Language) -> Any:
    from spellchecker import SpellChecker

    return SpellChecker(language=lang, distance=1)


@lru_cache(maxsize=2)
def _rarest(lang: Language) -> int:
    """The frequency of the last of the common words."""
    return int(_dictionary(lang).word_frequency.dictionary.most_common(_COMMON)[-1][1])


def _spelt(word: str, lang: Language) -> bool:
    return fold(word) in word_set("regional", lang) or bool(
        _dictionary(lang).known([word.replace("œ", "oe").replace("’", "'")])
    )


def _frequency(word: str, lang: Language) -> int:
    return int(_dictionary(lang)[word])


@lru_cache(maxsize=20_000)
def _candidates(word: str, lang: Language) -> tuple[str, ...]:
    """Known words at one change from `word`, in a fixed order."""
    rarest = _rarest(lang)
    near = _dictionary(lang).candidates(word.replace("’", "'")) or ()
    regional = word_set("regional", lang)
    found = {w for w in near if any(_likeness(w, word)) or fold(w) in regional or _frequency(w, lang) >= rarest}
    if lang == "fr" and (cut := _UNMARKED.match(word)) and _spelt(rest := word[cut.end() :], lang):
        found.add(f"{cut.group()}'{rest}")
    return tuple(sorted(found - {word}))
