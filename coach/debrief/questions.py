"""Open, closed, several at once, or no question: simple rules on the words, for counting, never for a verdict."""

from __future__ import annotations

import re
from typing import Literal

from coach.domain import Language

Form = Literal["open", "closed", "several", "statement"]

_OPEN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(what|how|why|who|whom|whose|where|when|which|in what way|tell us|tell me|describe|walk us|walk me"
        r"|say more|help us understand|take us)\b",
        re.I,
    ),
    "fr": re.compile(
        r"\b(que|quoi|qu'est-ce|qu'a|qu'as|qu'en|qu'y|comment|pourquoi|qui|où|quand|quel|quelle|quels|quelles|lequel"
        r"|laquelle|lesquels|lesquelles|combien|à partir de|décris|décrivez|décrire|raconte|racontez|raconter"
        r"|parle-nous|parlez-nous|dis-nous|dites-nous|dis-m'en|en quoi)\b",
        re.I,
    ),
}
# "How many", "when" and "who" ask for one fact, but leave the answer open: they count as open, like any question
# that a yes or a no does not answer. What begins with a verb, or with est-ce que, does not.
_CLOSED: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:(?:and|so|but|ok|okay|then|well|[A-Z][\w-]+,)[ ,]+)*"
        r"(?:is|are|was|were|am|do|does|did|have|has|had|can|could|would|will|should|may|might|isn't|aren't|don't"
        r"|doesn't|didn't|haven't|hasn't|couldn't|wouldn't|shouldn't|won't)\b",
        re.I,
    ),
    "fr": re.compile(
        r"^(?:(?:et|donc|mais|alors|ok|bon|[A-ZÉÈ][\w-]+,)[ ,]+)*"
        r"(?:est-ce qu|(?:n'|t'|l'|s'|y )?\w+-(?:tu|vous|il|elle|ils|elles|on|ce|t-il|t-elle|t-on)\b"
        r"|tu\b|vous\b|c'est\b|il\b|elle\b|ils\b|elles\b|on\b)",
        re.I,
    ),
}
# What the client may still tell after "Can you …" is open: "Can you tell us what happened?"
_INVITES = re.compile(
    r"\b(tell|describe|say more|explain|give (?:us|me) an example|walk|help us"
    r"|dire|raconter|décrire|expliquer|préciser|parler|donner un exemple|nous en dire)\b",
    re.I,
)


def form_of(text: str, lang: Language) -> Form:
    """The form of an utterance that was meant as a question."""
    plain = text.replace("’", "'").strip()
    parts = [p.strip() for p in re.findall(r"[^?]+\?", plain)]
    questions = [re.split(r"(?<=[.!…;:])\s+", p)[-1] for p in parts]
    if len(questions) > 1:
        return "several"
    if not questions:
        if _OPEN[lang].match(plain) or _INVITES.match(plain):
            return "open"
        return "closed" if _CLOSED[lang].match(plain) and len(plain.split()) < 25 else "statement"
    asked = questions[0]
    if _CLOSED[lang].match(asked):
        inverted_open = lang == "fr" and re.search(
            r"\b(quoi|comment|combien|où|quand|qui|pourquoi|quel\w*)\s*\?$", asked, re.I
        )
        return "open" if _INVITES.search(asked) or inverted_open else "closed"
    return "open" if _OPEN[lang].search(asked) else "closed"
