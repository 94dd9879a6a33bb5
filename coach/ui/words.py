"""The page's own words, as the templates ask for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coach import content
from coach.domain import Language

NAMES: dict[Language, str] = {"en": "English", "fr": "Français"}


def say(lang: Language, key: str, **facts: object) -> str:
    """The sentence `ui.<key>` of the catalogue."""
    return content.say(f"ui.{key}", lang, **facts)


def sayer(lang: Language) -> Callable[..., str]:
    """`say` in one language."""
    return partial(say, lang)


def other(lang: Language) -> Language:
    """The language that the switch leads to."""
    return "fr" if lang == "en" else "en"
