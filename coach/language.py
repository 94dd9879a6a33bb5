"""Which language is this, and is it a text at all?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from coach.domain import Language
from coach.errors import WrongUse

MAX_CHARS = 4000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words that one of our languages has and the other has not; chat spellings included.
_MARKS: dict[Language, frozenset[str]] = {
    "en": frozenset(
        "the a an is are was were do does did you your i my we he she they it this that these what when where who why how "
        "have has had would could should can will of to in on at for with from and or but not been there about me him her "
        "them us our their which if so because than then into out up who's what's it's don't didn't isn't i'm".split()
    ),
    "fr": frozenset(
        "le la les un une des du de est sont était étaient es suis as avez avait tu vous je nous il elle ils elles on ça ce "
        "cette ces que qui quoi quand où comment pourquoi combien quel quelle quels quelles et ou mais pas ne plus dans sur "
        "pour avec chez par au aux en se sa son ses ton ta tes votre vos mon ma mes notre nos leur leurs y si donc alors "
        "c'est qu'est d'un d'une l'équipe t'as jsuis pk oui non ont fait faire".split()
    ),
}


def words_of(text: str) -> list[str]:
    """The words of a text, lower case."""
    return [w.lower().replace("’", "'") for w in _WORD.findall(text)]


def detect(text: str, default: Language = "en") -> Language:
    """English or French, by function words; `default` when the text does not tell."""
    scores = _scores(words_of(text), text)
    if scores["en"] == scores["fr"]:
        return default
    return "en" if scores["en"] > scores["fr"] else "fr"


def _scores(words: list[str], text: str) -> dict[Language, float]:
    parts = [p for w in words for p in ({w, w.split("'")[-1]} if "'" in w else {w})]
    scores: dict[Language, float] = {k: sum(1.0 for p in parts if p in marks) for k, marks in _MARKS.items()}
    scores["fr"] += 0.5 * len(re.findall(r"[àâçéèêëîïôùûœ]|\b[ldjmtsnc]['’]|\bqu['’]", text.lower()))
    return scores


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def third_language(text: str) -> str | None:
    """The code of a language that is neither English nor French, when that is beyond doubt; else None.

    Doubt goes to the writer: short, misspelt or mixed texts are never refused.
    """
    words = words_of(text)
    letters = [c for c in text if c.isalpha()]
    if letters and sum(1 for c in letters if ord(c) > 0x24F) > len(letters) / 2:
        return str(_identifier().classify(text)[0])
    if len(words) < 5:
        return None
    scores = _scores(words, text)
    if max(scores.values()) >= 0.25 * len(words):
        return None
    code, probability = _identifier().classify(text)
    return str(code) if code not in ("en", "fr") and probability > 0.98 else None


def usable(text: str) -> str:
    """`text`, as long as before, with a space for each NUL and a question mark for each half of a character."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")


def check_text(text: str, lang: Language) -> str:
    """`text`, trimmed, if it can be used as an utterance.

    Raises:
        WrongUse: empty, too long, without a word or a number, or in a third language.
    """
    clean = usable(text).strip()
    if not clean:
        raise WrongUse("text-empty")
    if len(clean) > MAX_CHARS:
        raise WrongUse("text-too-long", length=len(clean), limit=MAX_CHARS)
    if not words_of(clean) and not any(c.isdigit() for c in clean):  # "'42?" asks something
        raise WrongUse("text-no-words")
    other = third_language(clean)
    if other:
        raise WrongUse("text-language", code=other)
    return clean


def as_language(code: str | None, text: str) -> Language:
    """The language given, or the one detected.

    Raises:
        WrongUse: for a language we do not speak.
    """
    if code is None:
        return detect(text)
    if not isinstance(code, str) or code not in _MARKS:  # a line of a file may hold anything
        raise WrongUse("unknown-language", given=code, known="en, fr")
    return code
