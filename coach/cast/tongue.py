"""What the words of a line show by themselves: form, meta talk, advice, numbers, names. Pure; both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coach.cast.likeness import plain
from coach.domain import Language

_MARKUP = re.compile(r"[*_#`{}<>|\\]|^\s*[-•]\s|\[[^\]]*\]|^\s*\([^)]*\)")
_STAGE = re.compile(
    r"\(\s*(?:\w+\s+)?(?:pauses?|silence|sigh|smil|laugh|nod|look|think|hesitat|soupir|souri|ri[ts]?\b|rire|regard|hoche|hésit|réfléchi)"
    r"[^)]*\)",
    re.I,
)
_LABELS = (
    "client|consultant|facilitator|me|answer|question|reply"
    "|cliente|consultante|animateur|animatrice|animation|moi|réponse"
)
_META = {
    "en": (
        "as an? (?:ai|assistant|language model)|i(?:'m| am) (?:an ai|an assistant|a language model|a chatbot)",
        r"language model|chatgpt|(?:system|the|my|this) prompt\b|my (?:instructions|guidelines)",
        r"in this (?:role-?play|simulation)|my persona|json\b|facts_used",
    ),
    "fr": (
        "en tant qu(?:e |')(?:ia|assistante?|modèle)|je suis (?:une ia|un assistant|un modèle|un chatbot)",
        r"modèle de langage|chatgpt|(?:le|mon|ce) prompt\b|mes (?:consignes|instructions)",
        r"dans ce(?:tte)? (?:jeu de rôles?|simulation)|mon personnage|json\b|facts_used",
    ),
}
_ADVICE = {
    "en": (
        "you (?:really )?(?:should|ought to)|you could (?:always|try|just|simply)|you might want to",
        "you(?:'d| had) better",
        "you must|why don't you|why not just|have you (?:thought (?:of|about)|considered)|if i were you",
        "in your (?:place|shoes)|my advice",
        "i(?:'d| would) (?:recommend|advise|suggest)|i (?:recommend|advise|suggest) (?:that )?you",
        "best thing (?:to do|for you)|have you (?:tried|talked to|spoken to)|what if you|could(?:n't you| you not)",
    ),
    "fr": (
        "tu (?:devrais|dois|ferais mieux|as intérêt à|pourrais (?:essayer|peut-être|aussi|toujours|simplement))",
        "vous (?:devriez|devez)|il (?:faut|faudrait) que tu|à ta place|si j'étais toi|mon conseil",
        "je te (?:conseille|recommande|suggère)|pourquoi ne pas|pourquoi tu ne",
        "as-tu (?:pensé|songé|envisagé|essayé)|tu ne pourrais pas|tu as (?:pensé|songé) à|et si tu",
        "le mieux (?:serait|pour toi)",
    ),
}
_ORDER = {
    "en": (
        r"you must(?:n't)?\b|(?<!what )(?<!all )you (?:have|need) to\b|you should(?:n't| not)? have",
        "you ought to have|you were wrong|your (?:mistake|fault)",
    ),
    "fr": (
        r"tu dois\b|il (?:faut|fallait) que tu|tu (?:n')?aurais (?:pas )?dû|tu as (?:eu tort|mal)",
        "ta faute|ton erreur",
    ),
}
_NUMBERS = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    # "neuf" is also the French for "new": it tells nothing
    "fr": "deux trois quatre cinq six sept huit - dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt",
}
_TENS = {
    "en": {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
    | {"hundred": 100, "thousand": 1000},
    "fr": {"trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "cents": 100, "mille": 1000},
}
_IDIOM = re.compile(r"\b(?:one or two|two or three|une? ou deux|deux ou trois|tous les deux|les deux)\b")
_CALENDAR = set(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter english french noel paques".split()
)


def out_of_form(text: str, names: Iterable[str]) -> bool:
    """Whether the line carries markup, stage directions, or a speaker's name in front of words."""
    labels = "|".join([*(re.escape(n) for n in names), _LABELS])
    named = re.search(rf"(?:^|[.!?…»\"]\s+)(?:{labels})\s*(?:\([^)]*\))?\s*:\s", text, re.I)
    return bool(named or _MARKUP.search(text) or _STAGE.search(text))


def talks_meta(text: str, lang: Language) -> bool:
    """Whether the line speaks of models, prompts or the play itself."""
    return _has(_META[lang], text)


def advises(text: str, lang: Language) -> bool:
    """Whether the line tells somebody what to do, in so many words."""
    return _has(_ADVICE[lang], text)


def orders(text: str, lang: Language) -> bool:
    """Whether the line commands or reproaches, which even an idea in consultation may not."""
    return _has(_ORDER[lang], text)


def _has(patterns: tuple[str, ...], text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{'|'.join(patterns)})", text.replace("’", "'").lower()) is not None


def numbers(text: str, lang: Language) -> set[str]:
    """The numbers in a text, in figures; "42", "forty-two" and "quarante-deux" are the same."""
    low = _IDIOM.sub(" ", text.lower().replace("’", "'"))
    low = re.sub(r"(?<=\d)[\s,.\u00a0\u202f](?=\d{3}\b)", "", low)
    words = {w: n for n, w in enumerate(_NUMBERS[lang].split(), start=2)} | _TENS[lang]
    found = set(re.findall(r"\d+", low))
    tens = 0
    for word in re.findall(r"[^\W\d_]+(?:-(?:sept|huit|neuf))?", low):
        value = words.get(word)
        if value is None:
            tens = 0
            continue
        found |= {str(value)} | ({str(tens + value)} if tens and value < 10 else set())
        tens = value if 20 <= value < 100 else 0
    return found


def strange_names(text: str, known: Iterable[str]) -> set[str]:
    """Words with a capital inside a sentence that occur nowhere in `known`: invented people, places, firms."""
    familiar = {w for t in known for w in plain(t).split()} | _CALENDAR
    inside = re.findall(r"(?<![.!?…:;«»\"“”(])\s[«“\"(]?([A-ZÀÂÇÉÈÊËÎÏÔÙÛŒ][\w'’-]+)", " ." + text)
    return {w for w in inside if not set(plain(w).split()) <= familiar | {"m", "d", "ll", "ve", "s", "re"}}


def stems(text: str) -> set[str]:
    """The beginnings (five letters) of the longer words: enough to see whether two texts speak of the same."""
    return {w[:5] for w in plain(text).split() if len(w) > 3}
