"""What an utterance is about: noun phrases that can be put into another sentence without harm.

No parser: a phrase counts only where its borders are certain (a determiner before it; a function word, a known
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

_CONTRACTED = {"du": "le", "au": "le", "aux": "les"}
_CLITICS = frozenset({"le", "la", "les", "l"})
_NAME = re.compile(r"(?<![\w'’-])((?:Mrs?|Ms|Dr|M|Mme|Mlle)\.? )?([A-ZÀ-ÖØ-Ý][\w-]*[a-zà-ÿ]{2,})")
_POSSESSIVE = re.compile(r"['’]s$")
_Token = tuple[str, int, int]


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
    first = {t.text.lower(): t for t in reversed(found)}
    unique = [t for t in found if first[t.text.lower()] is t]
    return sorted(unique, key=lambda t: (not t.known, not t.sure))


def pronoun(text: str, lang: Language) -> str | None:
    """The person whom a pronoun of the utterance names, as after a preposition ("her", "lui"), or None.

    French pronouns stand for things too: only one without any noun before it is taken for a person.
    """
    objects = content.lexicon(lang).objects
    seen = {w for w, _, _ in tokens(text, lang) if w in objects}
    if len(seen) != 1:
        return None
    word = seen.pop()
    thing = content.lexicon(lang).grammar.of_a_thing.replace("{pronoun}", word)
    return None if re.search(thing, text.lower()) else objects[word]


@lru_cache(maxsize=64)
def _list(name: str, lang: Language) -> frozenset[str]:
    return frozenset(fold(str(getattr(content.lexicon(lang).grammar, name))).split())


@lru_cache(maxsize=16)
def _shape(name: str, lang: Language) -> re.Pattern[str]:
    return re.compile(str(getattr(content.lexicon(lang).grammar, name)))


@lru_cache(maxsize=4)
def _remedy(lang: Language) -> re.Pattern[str]:
    return compiled("{remedy}s?", content.lexicon(lang).words)


def _make(text: str, head: str, lang: Language, context: str) -> Topic | None:
    stems, top = set(words.stems(text, lang)), stem(head, lang)
    bad = stem_set("evaluative", lang) | stem_set("not_topic", lang) | set(words.feeling_words(lang))
    if stems & bad or top in stem_set("stop", lang) or head.isdigit() or len(head) < 3:
        return None
    known = bool(context) and (already_said(text, context, lang) or near(top, words.content_stems(context, lang)))
    if _verb(head, lang) and not known:
        return None
    person, own = top in stem_set("persons", lang), tokens(text, lang)[0][0] in _list("own", lang)
    remedy = top in stem_set("people", lang) or bool(_remedy(lang).search(fold(text)))
    return Topic(text, person, known, own, known or (not remedy and not context and (own or not person)))


def _names(text: str, lang: Language, context: str) -> list[Topic]:
    """People whom the client has called by name, and whom the utterance names again."""
    found = []
    for match in _NAME.finditer(text):
        name, title = _POSSESSIVE.sub("", match.group(2)), match.group(1) or ""
        if not _is_person(name, text, lang, context):
            continue
        owned = re.match(r"['’]s (\w+)", text[match.start(2) + len(name) :])
        if owned and fold(owned.group(1)) in word_set("persons", lang):
            name += owned.group()
        elif owned and not _verb(fold(owned.group(1)), lang) and fold(owned.group(1)) not in word_set("function", lang):
            continue  # Gwen's desk is not Gwen
        found.append(Topic(title + name, person=True, known=True, front=False, sure=True))
    return found


def _is_person(name: str, text: str, lang: Language, context: str) -> bool:
    quoted, grammar = re.escape(name), content.lexicon(lang).grammar
    if not re.search(rf"\b{quoted}\b", context) or fold(name) in _list("not_names", lang) | word_set("stop", lang):
        return False
    place = re.compile(grammar.place.replace("{name}", quoted))
    elsewhere = [m.start() for m in re.finditer(rf"\b{quoted}\b", context) if not context[: m.start()].endswith("à ")]
    longer = rf"\b[A-Z][a-z]+ {quoted}\b|\b{quoted} [A-Z]|" + grammar.article.replace("{name}", quoted)
    return bool(elsewhere) and not (place.search(text) or place.search(context) or re.search(longer, context))


def _dislocated(text: str, lang: Language, context: str) -> list[Topic]:
    """What stands before the first comma, when it is a noun phrase ("The loading bays, could …")."""
    cut = re.match(r"\s*([^,;:.?!]+),", text)
    if not cut:
        return []
    phrase = re.sub(content.rewrites(lang).openers, "", cut.group(1).strip(), count=1, flags=re.IGNORECASE).strip()
    inside = [w for w, _, _ in tokens(phrase, lang)]
    if not 2 <= len(inside) <= 6 or inside[0] not in _list("determiners", lang) - set(_CONTRACTED):
        return []
    verbs = [w for w in inside[2:] if _verb(w, lang) and not _shape("infinitive", lang).search(w)]
    head = _head(inside[1:], lang)
    if verbs or inside[1] in word_set("verbs", lang) or not head or set(inside) & _list("not_in_front", lang):
        return []
    made = _make(_lower(phrase), head, lang, context)
    return [made._replace(front=True)] if made else []


def _head(inside: list[str], lang: Language) -> str:
    border = word_set("function", lang) | _list("joins", lang)
    stop = next((i for i, w in enumerate(inside) if w in border), len(inside))
    part = inside[:stop]
    return (part[-1] if lang == "en" else part[0]) if part else ""


def _verb(word: str, lang: Language) -> bool:
    if word in word_set("verbs", lang):
        return True
    return bool(_shape("verb_form", lang).search(word)) and word not in word_set("persons", lang)


def _phrases(text: str, lang: Language, context: str) -> list[Topic]:
    found, items = [], tokens(text, lang)
    for at, (word, start, _) in enumerate(items):
        if word not in _list("determiners", lang):
            continue
        last = _last(text, items, at, lang, context)
        if last is None or _is_pronoun(items, at, last, lang, context):
            continue
        phrase = text[start : items[last][2]]
        if word in _CONTRACTED and lang == "fr":
            phrase = _CONTRACTED[word] + text[items[at][2] : items[last][2]]
        inside = [w.removesuffix("'s") for w, _, _ in items[at + 1 : last + 1]]
        made = _make(_lower(_POSSESSIVE.sub("", phrase)), _head(inside, lang), lang, context)
        found += [made] if made else []
    return found


def _is_pronoun(items: list[_Token], at: int, last: int, lang: Language, context: str) -> bool:
    """True for « tu le vois », « la contredire »: no article stands there."""
    if items[at][0] not in _CLITICS or lang != "fr":
        return False
    if at and items[at - 1][0] in _list("before_pronoun", lang):
        return True
    return last == at + 1 and not context and bool(_shape("infinitive", lang).search(items[last][0]))


def _last(text: str, items: list[_Token], at: int, lang: Language, context: str) -> int | None:
    """The index of the last word of the phrase whose determiner is `items[at]`, or None in doubt."""
    joins = _list("joins", lang)
    last, nouns, here = at, 0, at + 1
    while here < len(items) and not _ends(text, items, here, lang, first=here == at + 1):
        word = items[here][0]
        if word in joins:
            if not nouns or here + 1 >= len(items) or _ends(text, items, here + 1, lang):
                break
            here, nouns = here + 1, 0  # the noun behind « de », "of"
        elif nouns and not _verb(items[here - 1][0], lang) and not _follows(items, here, nouns, lang, context):
            return None
        nouns, last, here = nouns + 1, here, here + 1
    return last if last > at else None


def _ends(text: str, items: list[_Token], here: int, lang: Language, first: bool = False) -> bool:
    """True if the phrase cannot go on with `items[here]`; as `first` word a form like "loading" may stand."""
    word, start, _ = items[here]
    gap = text[items[here - 1][2] : start].strip("-'’ ")
    return (
        bool(gap)
        or word in word_set("function", lang) - _list("joins", lang)
        or (word in word_set("verbs", lang) if first else _verb(word, lang))
    )


def _follows(items: list[_Token], here: int, nouns: int, lang: Language, context: str) -> bool:
    """True if the word may stand behind the noun before it in one phrase."""
    if f"{items[here - 1][0]} {items[here][0]}" in fold(context):
        return True
    return nouns < 2 and bool(_shape("follows_noun", lang).search(items[here][0]))


def _lower(phrase: str) -> str:
    return phrase[:1].lower() + phrase[1:]


def de(phrase: str) -> str:
    """`phrase` after « de », contracted: du, des, de l', d'elle."""
    low = phrase.lower()
    if low.startswith("le "):
        return "du " + phrase[3:]
    if low.startswith("les "):
        return "des " + phrase[4:]
    return ("d'" if fold(low)[:1] in "aeiou" else "de ") + phrase
