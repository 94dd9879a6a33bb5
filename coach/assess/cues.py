"""Wordings that carry a fault: where they stand, and how much of what else in an utterance speaks for one.

The patterns are content (`corpus/<lang>/cues/<code>.yaml`). What the client has already brought up is no fault.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach import content
from coach.assess import words
from coach.assess.words import already_said
from coach.domain import Language, Span

__all__ = ["FEATURES", "Cue", "already_said", "compiled", "features", "find", "spans"]

_PIECE = re.compile(r"\[[^\]]*\]| \?|['’]\??| (?=(?:t|s|re|d|ll|ve|m)\b)| |(?<![\\?])-\??")
_MACRO = re.compile(r"\{([a-z_]+)\}")
MAX_SPAN = 90  # a longer mark would be the whole utterance


class Cue(NamedTuple):
    """Characters `start` to `end` of the utterance speak for `code`; `weight` 0 to 3 says how much."""

    code: str
    start: int
    end: int
    weight: float


class _Rule(NamedTuple):
    code: str
    pattern: re.Pattern[str]
    weight: float
    names_content: bool


def _loosen(match: re.Match[str]) -> str:
    piece = match.group()
    if piece.startswith("["):
        return piece
    if piece == " ?":
        return r"[\s'-]*"
    if piece == " ":
        after = match.string[match.end() :]
        return r"[\s'-]*" if re.match(r"(?:t|s|re|d|ll|ve|m)\b", after) else r"[\s'-]+"
    return r"[\s'-]?"


def compiled(pattern: str, macros: Mapping[str, str]) -> re.Pattern[str]:
    """A content pattern as a regular expression over folded text (see `schemas.CuePattern`).

    Raises:
        re.error: for a pattern that is none.
        KeyError: for an unknown `{name}`.
    """
    while found := _MACRO.search(pattern):
        pattern = pattern[: found.start()] + macros[found.group(1)].strip() + pattern[found.end() :]
    before = "" if pattern.startswith((r"(?P<span>\?", r"\?")) else r"(?<!\w)"
    after = "" if pattern.endswith((r"\?)", r"\?")) else r"(?!\w)"
    return re.compile(f"{before}(?:{_PIECE.sub(_loosen, pattern)}){after}", re.DOTALL)


@lru_cache(maxsize=4)
def _rules(lang: Language) -> tuple[_Rule, ...]:
    shared = content.lexicon(lang).words
    return tuple(
        _Rule(file.id, compiled(p.pattern, {**shared, **file.words}), p.weight, p.names_content)
        for file in content.cues(lang)
        for p in file.patterns
    )


@lru_cache(maxsize=512)
def _find(text: str, lang: Language, context: str) -> tuple[Cue, ...]:
    folded, found = words.fold(text), []
    for rule in _rules(lang):
        match = rule.pattern.search(folded)
        if match is None:
            continue
        start, end = match.span("span") if "span" in rule.pattern.groupindex else match.span()
        if start < 0 or not text[start:end].strip(" ,"):
            start, end = match.span()
        if rule.names_content and already_said(text[start:end], context, lang):
            continue
        while end > start and not (folded[end - 1].isalnum() or folded[end - 1] in '»")?'):
            end -= 1
        while start < end and not (folded[start].isalnum() or folded[start] in '«"('):
            start += 1
        found.append(Cue(rule.code, start, end, rule.weight))
    return tuple(found)


def find(text: str, lang: Language, context: str = "") -> list[Cue]:
    """The cues in `text`, in the order of the codebook; `context` is what the client has said so far."""
    return list(_find(text, lang, context))


def spans(text: str, lang: Language, codes: Iterable[str], context: str = "") -> tuple[Span | None, ...]:
    """For each code the words that carry it, or None where no cue tells: then the model must say.

    The heaviest cue wins, and among equals the one that marks most words.
    """
    cues = _find(text, lang, context)
    return tuple(_mark(text, code, [c for c in cues if c.code == code]) for code in codes)


def _mark(text: str, code: str, cues: list[Cue]) -> Span | None:
    if not cues:
        return None
    best = max(cues, key=lambda c: (c.weight, c.end - c.start))
    end = best.end
    if end - best.start > MAX_SPAN:
        cut = text.rfind(" ", best.start, best.start + MAX_SPAN)
        end = cut if cut > best.start else end
    return Span(start=best.start, end=end, code=code, text=text[best.start : end])


_SHAPES = "first second third modal conditional negation tag cause past wh choice new_thing certainty".split()
_COUNTS = (
    "chars words sentences questions quotes context echo new_words evaluative praise felt felt_new people people_new "
    "persons elsewhere starts_small ends_bare statement_first longest_clause cues fatal_weight strongest"
).split()
FEATURES: tuple[str, ...] = (
    *(f"cue_{c}" for c in content.CODES),
    *(f"shape_{s}" for s in _SHAPES),
    *_COUNTS,
)
FATAL = frozenset(content.CODES[:7])


@lru_cache(maxsize=4)
def _shapes(lang: Language) -> tuple[re.Pattern[str], ...]:
    shapes = content.lexicon(lang).shapes
    return tuple(re.compile(shapes[name]) for name in _SHAPES)


@lru_cache(maxsize=4)
def _elsewhere(lang: Language) -> re.Pattern[str]:
    return compiled("(?:" + "|".join(content.lexicon(lang).elsewhere) + ")", content.lexicon(lang).words)


def features(text: str, lang: Language, context: str = "") -> NDArray[np.float32]:
    """What the surface tells, one number for each name in FEATURES; shape (len(FEATURES),), under a millisecond."""
    cues = _find(text, lang, context)
    by_code = [sum(c.weight for c in cues if c.code == code) for code in content.CODES]
    folded = words.fold(text)
    shapes = [min(len(p.findall(folded)), 4) for p in _shapes(lang)]
    return np.array([*by_code, *shapes, *_counts(text, folded, lang, context, cues)], dtype=np.float32)


def _counts(text: str, folded: str, lang: Language, context: str, cues: tuple[Cue, ...]) -> list[float]:
    said, known = words.content_stems(text, lang), words.content_stems(context, lang)
    all_stems = set(words.stems(text, lang))
    felt, before = words.feelings(text, lang), words.feelings(context, lang)
    inside: Callable[[str], int] = lambda name: len(all_stems & words.stem_set(name, lang))  # noqa: E731
    body, tail = words.sentences(text), text.rstrip()
    echo = len(said & known) / len(said) if said and context else 0.0
    fatal = [c.weight for c in cues if c.code in FATAL]
    people = all_stems & words.stem_set("people", lang)
    longest = max((end - start for start, end in words.clauses(text)), default=0)
    return [
        math.log1p(len(text)),
        math.log1p(len(all_stems)),
        float(len(body)),
        float(text.count("?")),
        float(any(q in text for q in '«"“')),
        float(bool(context)),
        echo,
        float(len(said - known)) if context else 0.0,
        float(inside("evaluative")),
        float(inside("praise")),
        float(len(felt)),
        float(len(felt - before)),
        float(len(people)),
        float(len(people - set(words.stems(context, lang)))),
        float(inside("persons")),
        float(bool(_elsewhere(lang).search(folded))),
        float(text[:1].islower()),
        float(not tail.endswith(("?", ".", "!", "…"))),
        float(len(body) > 1 and not text[body[0][0] : body[0][1]].endswith("?")),
        math.log1p(longest),
        float(len(cues)),
        float(sum(fatal)),
        max(fatal, default=0.0),
    ]
