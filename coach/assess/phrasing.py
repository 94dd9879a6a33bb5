"""The small change of rewriting: forms of address, templates, capitals, the spaces before French marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from coach import content
from coach.assess import topics, words
from coach.assess.classifier import Aim
from coach.assess.explain import addressed, pick
from coach.domain import Language

# The heaviest first: a rewrite answers to one fault, and curing it cures the lighter ones.
ORDER = ("advice", "disguised_solution", "self_story", "judgement", "wrong_step", "interpretation", "leading")
CARRIES_IDEA = frozenset(ORDER[:3])
WORDED = frozenset({"judgement", "interpretation", "leading"})  # faults of wording: they may sit in one clause alone
_TU = re.compile(r"(?<![-\w])(?:tu|te|toi|ton|ta|tes)\b|(?<![-\w])t'(?=\w)")
_VOUS = re.compile(r"\b(?:vous|votre|vos|dites|faites)\b|\b(?!chez\b|assez\b|nez\b)\w{2,}ez\b")
_TU_VERB = re.compile(
    r"\b\w+[asx]-tu\b|(?:^|[.!?:,;] )(?:ne |n')?(?:dis|va|fais|mets|prends|appelle|coupe|ferme|garde|passe|reste|arrete"
    r"|laisse|demande|parle|note|tiens|ecris|montre|envoie|rends|attends|refuse|prends|ouvre|donne)(?:-|\s)"
)


class Job(NamedTuple):
    """An utterance to be rewritten: its heaviest fault, what the client has said, how the client is addressed.

    `aims` are the intents that it may have, the likeliest first; `marked` are the words that carry the fault.
    """

    text: str
    lang: Language
    code: str
    context: str
    address: str
    aims: tuple[Aim, ...] = ()
    marked: str = ""

    @property
    def brings_idea(self) -> bool:
        """True if the utterance carries something to do, which must not come back."""
        return self.code in CARRIES_IDEA


def address(text: str, lang: Language) -> str:
    """How the client is addressed in French: "tu", "vous" or "" where it does not show (always in English)."""
    folded = words.fold(text)
    if lang != "fr":
        return ""
    if _TU.search(folded):
        return "tu"
    if _VOUS.search(folded):
        return "vous"
    return "tu" if _TU_VERB.search(folded) else ""


def turned(templates: Sequence[str], job: Job) -> Iterator[str]:
    """The templates in the right form of address, starting at one that depends on the text.

    Where the address is known, those that use it before those without any; where not, those without any, and "tu", as
    in most groups, if there are none.
    """
    plain = [t for t in templates if "[" not in t]
    direct = [t for t in (addressed(t, job.address or "tu") for t in templates if t not in plain) if t is not None]
    for usable in (direct, plain) if job.address or not plain else (plain,):
        start = pick(len(usable), job.text) if usable else 0
        yield from (*usable[start:], *usable[:start])


def filled(templates: Iterable[str], phrase: str, slot: str = "person") -> Iterator[str]:
    """The templates with `phrase` in `{slot}` or `{de_slot}` (French, contracted)."""
    for template in templates:
        yield template.replace("{" + slot + "}", phrase).replace("{de_" + slot + "}", topics.de(phrase))


def joined(head: str, question: str, lang: Language) -> str:
    """`head` and, behind a colon, the question."""
    return f"{upper(head)}{' :' if lang == 'fr' else ':'} {lower(question)}"


def as_question(piece: str, lang: Language) -> str:
    """`piece` as a sentence of its own, with capital and question mark."""
    piece = unjoined(piece.strip(" .,;:!…?"), lang)
    return f"{upper(piece)}{' ?' if lang == 'fr' else '?'}"


def unjoined(piece: str, lang: Language) -> str:
    """`piece` without the word that ties it to what stood before ("and", « mais »)."""
    return re.sub(content.rewrites(lang).joiners, "", piece, count=1, flags=re.IGNORECASE)


def upper(text: str) -> str:
    """`text` with a capital."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """`text` with a small first letter."""
    return text[:1].lower() + text[1:]
