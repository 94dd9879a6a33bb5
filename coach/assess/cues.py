"""Wordings that carry a fault, and where they stand.

The patterns are content (`corpus/<lang>/cues/<code>.yaml`). What the client has already brought up is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from coach import content
from coach.assess import words
from coach.assess.words import already_said
from coach.domain import Language

__all__ = ["FATAL", "Cue", "already_said", "compiled", "find"]

_PIECE = re.compile(r"\[[^\]]*\]| \?|['’]\??| (?=(?:t|s|re|d|ll|ve|m)\b)| |(?<![\\?])-\??")
_MACRO = re.compile(r"\{([a-z_]+)\}")
FATAL = frozenset(content.CODES[:7])


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
