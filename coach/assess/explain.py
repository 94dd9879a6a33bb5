"""One sentence that says why an utterance was marked."""

from __future__ import annotations

import re
from zlib import crc32

from coach import content
from coach.domain import Language

LONGEST = 60
_FORMS = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


def pick(variants: int, seed: str) -> int:
    """A number from 0 to `variants` - 1, always the same for the same seed."""
    return crc32(seed.encode()) % variants


def addressed(text: str, address: str) -> str | None:
    """`text` with its `[tu|vous]` forms chosen; None where it has such forms and the address is unknown."""
    if address not in ("tu", "vous"):
        return None if _FORMS.search(text) else text
    return _FORMS.sub(lambda m: m.group(1 if address == "tu" else 2), text)


def _short(words: str) -> str:
    words = " ".join(words.split()).strip(' ,;:«»"“”')
    if len(words) <= LONGEST:
        return words
    return words[: words.rfind(" ", 0, LONGEST)].rstrip(" ,;:") + " …"


def why(code: str, lang: Language, span_text: str = "", address: str = "") -> str:
    """Why `code` was given: one sentence that names the marked words.

    Args:
        code: a code of the codebook.
        lang: the user's language.
        span_text: the marked words; without any the sentence speaks of the whole utterance.
        address: "tu", "vous" or "" where it does not show (French).

    Raises:
        StopIteration: for an unknown code.
    """
    file = next(f for f in content.cues(lang) if f.id == code)
    words = _short(span_text)
    if not words:
        return file.bare
    variants = [v for v in (addressed(t, address) for t in file.why) if v is not None]
    return variants[pick(len(variants), span_text)].replace("{words}", words)
