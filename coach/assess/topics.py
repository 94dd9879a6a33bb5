"""What an utterance is about: noun phrases that can be put into another sentence without harm.

No parser: a phrase counts only where its borders are certain (a determiner before it, a function word, a known
verb or a punctuation mark after it). In doubt there is no topic.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from coach import content
from coach.assess import words
from coach.assess.cues import compiled
from coach.assess.words import already_said, fold, near, stem, stem_set, tokens, word_set
from coach.domain import Language

_DETERMINERS: dict[Language, frozenset[str]] = {
    "en": frozenset("the your his their those these".split()),
    "fr": frozenset("le la les l cet cette ces ton ta tes votre vos du au aux".split()),
}
_CONTRACTED = {"du": "le", "au": "le", "aux": "les"}
_JOIN: dict[Language, frozenset[str]] = {"en": frozenset({"of"}), "fr": frozenset("de d du des".split())}
_PRONOUN_BEFORE = frozenset(
    "je j tu t il elle on nous vous ils elles ne n me m te se s en y pas lui leur qui a peut peux pouvez va vas allez veux "
    "veut voulez peuvent dois doit devez faut faire laisse laisser jamais".split()
)
_ADJECTIVE = re.compile(r"(?:al|ale|aux|ales|el|elle|els|ique|iques|if|ive|ifs|ives|eux|euse|aire|aires|iste|ees?|anne?s?|ienn?e?s?|ant|ants)$")
_VERBISH = re.compile(r"(?:[^i]er|ez|ais|ait|aient|iez|rons|ront|rait)$")
_CLITICS, _INFINITIVE = frozenset({"le", "la", "les", "l"}), re.compile(r"(?:er|ir|re)$")  # « la contredire »
_TENSE = re.compile(r"(?:ed|ing)$")
_OBJECT: dict[str, str] = {
    "he": "him", "she": "her", "they": "them", "il": "lui", "elle": "elle", "ils": "eux", "elles": "elles",
}  # fmt: skip


class Topic(NamedTuple):
    """A noun phrase as it stands in the middle of a sentence ("the loading bays", "la directrice de section")."""

    text: str
    person: bool
    known: bool  # the client has spoken of it
    front: bool  # it opens the utterance ("The loading bays, …"), or belongs to the client ("your …")
    sure: bool  # it cannot be the asker's own idea: the client named it, or it is the client's own


def find(text: str, lang: Language, context: str = "") -> list[Topic]:
    """The topics of `text`, the best first."""
    found = [*_dislocated(text, lang, context), *_names(text, lang, context), *_phrases(text, lang, context)]
    unique = {t.text.lower(): t for t in reversed(found)}
    ordered = [t for t in found if unique.get(t.text.lower()) is t]
    return sorted(ordered, key=lambda t: (not t.known, not t.sure))


def pronoun(text: str, lang: Language) -> str | None:
    """The person whom a pronoun of the utterance names, as after a preposition ("her", "lui"), or None."""
    wanted = ("he", "she", "they") if lang == "en" else ("il", "elle", "ils", "elles")
    seen = [w for w, _, _ in tokens(text, lang) if w in wanted]
    if not seen or len(set(seen)) > 1 or (lang == "fr" and _of_a_thing(text, seen[0])):
        return None
    return _OBJECT[seen[0]]


def _of_a_thing(text: str, pronoun: str) -> bool:
    """French pronouns stand for things too: only one without any noun before it is taken for a person."""
    low = text.lower()
    if re.search(r"\bil (?:y|faut|faudrait|reste|s'agit|paraît|suffi\w+|exist\w+|se passe|a fallu|fallait|en fallait)\b|-t-il\b", low):
        return True
    found = re.search(rf"\b{pronoun}\b", low)
    before = low[: found.start()] if found else low
    return bool(re.search(r"\b(?:le|la|les|l'|un|une|des|du|cette|ce|cet|ces|ton|ta|tes|votre|vos|sa|son|ses)\b ?\w", before))


@lru_cache(maxsize=4)
def _remedies(lang: Language) -> re.Pattern[str]:
    return compiled("{remedy}s?", content.lexicon(lang).words)


def _make(text: str, head: str, lang: Language, context: str) -> Topic | None:
    stems = {stem(w, lang) for w, _, _ in tokens(text, lang)}
    bad = stem_set("evaluative", lang) | stem_set("not_topic", lang) | set(words.feeling_words(lang))
    if stems & bad or stem(head, lang) in stem_set("stop", lang) or head.isdigit() or len(head) < 3:
        return None
    known = already_said(text, context, lang) or (bool(context) and near(stem(head, lang), words.content_stems(context, lang)))
    person = stem(head, lang) in stem_set("persons", lang)
    own = fold(text).split(" ")[0] in {"your", "ton", "ta", "tes", "votre", "vos"}
    outside = stem(head, lang) in stem_set("people", lang) or bool(_remedies(lang).search(fold(text)))
    return Topic(text, person, known, own, known or (not outside and not context and (own or not person)))


_PLACE = {
    "en": r"\b(?:in|at|from|near|outside|around|over|to|of|down) {name}\b",
    "fr": r"\b(?:à|en|de|d'|du|vers|dans|au) ?{name}\b",
}
_NOT_NAMES = frozenset(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december christmas easter english french hr ok lundi mardi mercredi jeudi vendredi samedi dimanche janvier".split()
)


def _names(text: str, lang: Language, context: str) -> list[Topic]:
    """People whom the client has called by name, and whom the utterance names again."""
    found = []
    for match in re.finditer(r"(?<![\w'’-])[A-ZÀ-ÖØ-Ý][\w-]*[a-zà-ÿ]{2,}", text):
        name = re.sub(r"['’]s$", "", match.group())
        said = re.search(rf"\b{re.escape(name)}\b", context)
        if not said or name.lower() in _NOT_NAMES or fold(name) in word_set("stop", lang):
            continue
        starts = said.start() == 0 or context[: said.start()].rstrip().endswith((".", "?", "!"))
        place = any(re.search(_PLACE[lang].replace("{name}", re.escape(name)), part) for part in (text, context))
        title = re.search(rf"\b(?:[A-Z][a-z]+|Mrs?|Ms|Dr) {re.escape(name)}\b|\b{re.escape(name)} [A-Z]", context)
        article = re.search(rf"\b(?:the|a|le|la|les|l'|du|au) ?{re.escape(name)}\b", context)
        if not (place or title or article or (starts and fold(name) in words.word_set("function", lang))):
            whole = re.match(r"['’]s (\w+)", text[match.start() + len(name) :]) if lang == "en" else None
            if whole and fold(whole.group(1)) in word_set("persons", lang):
                name += whole.group()
            elif whole and not _verb(fold(whole.group(1)), lang) and fold(whole.group(1)) not in word_set("function", lang):
                continue  # Gwen's desk is not Gwen
            found.append(Topic(name, person=True, known=True, front=False, sure=True))
    return found


def _dislocated(text: str, lang: Language, context: str) -> list[Topic]:
    """`The loading bays, could …`: what stands before the first comma, when it is a noun phrase."""
    cut = re.match(r"\s*([^,;:.?!]+),", text)
    if not cut:
        return []
    phrase = re.sub(content.rewrites(lang).openers, "", cut.group(1).strip(), count=1, flags=re.IGNORECASE).strip()
    inside = [w for w, _, _ in tokens(phrase, lang)]
    if not 2 <= len(inside) <= 6 or inside[0] not in _DETERMINERS[lang] - {"du", "au", "aux"}:
        return []
    if any(_verb(w, lang) and not (lang == "fr" and w.endswith("er")) for w in inside[1:]) or set(inside) & {"not", "never", "pas", "qui", "who", "that", "que", "si", "if"}:
        return []
    head = _head(inside[1:], lang)
    made = _make(_decapitalised(phrase), head, lang, context) if head else None
    return [made._replace(front=True)] if made else []


def _head(inside: list[str], lang: Language) -> str:
    stop = next((i for i, w in enumerate(inside) if w in word_set("function", lang) | _JOIN[lang]), len(inside))
    part = inside[:stop]
    if not part:
        return ""
    return part[-1] if lang == "en" else part[0]


def _verb(word: str, lang: Language) -> bool:
    if word in word_set("verbs", lang):
        return True
    return bool((_TENSE if lang == "en" else _VERBISH).search(word)) and word not in word_set("persons", lang)


def _phrases(text: str, lang: Language, context: str) -> list[Topic]:
    found, items = [], tokens(text, lang)
    for at, (word, start, _) in enumerate(items):
        if word not in _DETERMINERS[lang] or (lang == "fr" and at and _pronoun(word, items[at - 1][0])):
            continue
        taken = _collect(text, items, at, lang, context)
        if taken is None or (taken == at + 1 and word in _CLITICS and _INFINITIVE.search(items[taken][0]) and not context):
            continue
        phrase = text[start : items[taken][2]]
        if word in _CONTRACTED:
            phrase = _CONTRACTED[word] + text[items[at][2] : items[taken][2]]
        phrase = re.sub(r"['’]s$", "", phrase)
        inside = [w.removesuffix("'s") for w, _, _ in items[at + 1 : taken + 1]]
        made = _make(_decapitalised(phrase), _head(inside, lang), lang, context)
        if made:
            found.append(made)
    return found


def _pronoun(word: str, before: str) -> bool:
    return word in {"le", "la", "les", "l"} and before in _PRONOUN_BEFORE


def _collect(text: str, items: list[tuple[str, int, int]], at: int, lang: Language, context: str) -> int | None:
    """The index of the last word of the phrase whose determiner is `items[at]`, or None in doubt."""
    border, last, nouns = word_set("function", lang) - _JOIN[lang], None, 0
    here = at + 1
    while here < len(items):
        word, start, _ = items[here]
        gap = text[items[here - 1][2] : start].strip("-'’ ")
        if gap or word in border or _verb(word, lang):
            return last if nouns else None
        if word in _JOIN[lang]:
            after = items[here + 1][0] if here + 1 < len(items) else ""
            if not nouns or not after or _verb(after, lang) or after in border or len(after) < 3:
                return last if nouns and not (lang == "en") else last
            here += 1
            word = after
            nouns = 1
        elif nouns and not _may_follow(items[here - 1][0], word, here, items, lang, context):
            return None
        else:
            nouns += 1
        if nouns > 2 and (lang == "fr" or f"{items[here - 1][0]} {word}" not in fold(context)):
            return None
        last, here = here, here + 1
    return last if nouns else None


def _may_follow(before: str, word: str, here: int, items: list[tuple[str, int, int]], lang: Language, context: str) -> bool:
    if lang == "en" or f"{before} {word}" in fold(context):
        return True
    return bool(_ADJECTIVE.search(word)) and here + 1 <= len(items)


def _decapitalised(phrase: str) -> str:
    return phrase[:1].lower() + phrase[1:]


def de(phrase: str) -> str:
    """`phrase` after « de », contracted: du, des, de l', d'elle."""
    low = phrase.lower()
    if low.startswith("le "):
        return "du " + phrase[3:]
    if low.startswith("les "):
        return "des " + phrase[4:]
    if fold(low)[:1] in "aeiouyh" and not low.startswith(("les", "la ", "le ")):
        return "d'" + phrase
    return "de " + phrase
