"""HTML by escaped templates: what people typed is always text, never markup."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from coach import content
from coach.domain import Assessment, Citation, Language
from coach.ui.words import NAMES, other, sayer

_LOOSE = re.compile(r" (?=[?!:;»])|(?<=«) ")
_TEMPLATES = Path(__file__).parent / "templates"
PAGES = ("", "check", "drill", "method")  # what the navigation shows


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(template: str, lang: Language, **facts: Any) -> str:
    """A template filled in; `t` says the page's words, `say` any of the catalogue's."""
    found = _environment().get_template(f"{template}.html")
    text = found.render(
        lang=lang,
        other=other(lang),
        other_name=NAMES[other(lang)],
        pages=PAGES,
        t=sayer(lang),
        say=lambda key, **words: content.say(key, lang, **words),
        mark=marked,
        **{"full": partial(full_text, lang), **facts},
    )
    return tied(text, lang)


def tied(text: str, lang: Language) -> str:
    """French sets a space before ? ! : ; and inside « »: no line may break there."""
    return _LOOSE.sub("\u00a0", text) if lang == "fr" else text


def marked(verdict: Assessment) -> Markup:
    """The question with the words that carry a fault in `<mark>`; overlapping spans are joined."""
    text, out, at = verdict.text, Markup(""), 0
    for start, end in _joined([(s.start, s.end) for s in verdict.spans if 0 <= s.start < s.end <= len(text)]):
        out += Markup("{}<mark>{}</mark>").format(text[at:start], text[start:end])
        at = end
    return out + text[at:]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def full_text(lang: Language, citation: Citation) -> str:
    """The whole passage of the method behind a citation, or its excerpt."""
    reading = content.readings(lang).get(citation.id)
    return reading.text if reading else citation.excerpt


def initials(name: str) -> str:
    """One or two letters for the avatar."""
    parts = [p for p in name.replace("-", " ").split() if p]
    return "".join(p[0] for p in parts[:2]).upper() or "?"
