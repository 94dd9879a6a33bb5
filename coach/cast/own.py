"""What agents ask and offer when the user brings their own situation: themes, and the user's own words."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from coach import content
from coach.cast.script import dice
from coach.domain import Act, Language, Said, View
from coach.method import client_of_view
from coach.ports import Embedder
from coach.schemas import Theme

_CLAUSE = re.compile(r"[,.;:!?…()«»\"\n]|\b(?:and|but|because|so|that|which|et|mais|parce|donc|que|qui|car)\b", re.I)
_EDGE = {
    "en": set(
        "a an the and or but so to of in on at my our his her their i we it is was are be that this then very just with about for from into by as at than like if when since every some their has have had do does not no".split()
    ),
    "fr": set(
        "un une le la les l' et ou mais donc de du des à au aux mon ma mes notre nos son sa ses je on nous il elle c'est est ce cette que qui très avec pour dans sur par en chez sans entre depuis si comme quand ne pas leur leurs ont a sont y se me te ces nous vous chaque".split()
    ),
}


class OwnSituation:
    """Chooses theme, question and contribution for a situation that no case describes."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def theme(self, view: View) -> Theme:
        """The theme nearest to what the client has told; "general" when little was told."""
        themes = content.themes(view.lang)
        told = " ".join(s.text for s in own_words(view))
        general = next(t for t in themes if t.id == "general")
        if len(told.split()) < 15:
            return general
        named = [t for t in themes if t.id != "general"]
        scores = self._embedder.passages([t.describes for t in named]) @ self._embedder.queries([told[:600]])[0]
        return named[int(np.argmax(scores))]

    def question(self, view: View) -> str:
        """A clean question nobody has asked yet, where possible in the client's own words."""
        asked = [s.text for s in view.said if s.act is Act.ASK]
        roll = dice(0, "own", view.speaker.id, len(view.said))
        quotes = fresh_quotes(view)
        general = next(t for t in content.themes(view.lang) if t.id == "general")
        pool = list(dict.fromkeys([*self.theme(view).questions, *general.questions]))
        stems = Counter(_stem(t) for t in pool if any(_same_frame(t, a) for a in asked))
        left = [q for q in pool if _stem(q) not in stems]
        quoting = [q for q in left if "{quote}" in q]
        simple = [q for q in left if "{quote}" not in q]
        if quotes and quoting and (roll.random() < 0.5 or not simple):
            return quoting[roll.randrange(len(quoting))].format(quote=quotes[0])
        if simple:
            return simple[roll.randrange(min(6, len(simple)))]
        return content.say("room.tell-more", view.lang, quote=(quotes or [own_words(view)[-1].text[:60]])[0])

    def need(self, view: View) -> str:
        """The client's need, reformulated in their own words, nothing added."""
        quotes = fresh_quotes(view, used=()) or [own_words(view)[0].text[:80]]
        key = "room.need-two" if len(quotes) > 1 else "room.need-one"
        return content.say(key, view.lang, quote=quotes[0], other=quotes[-1])

    def contract(self, view: View) -> str:
        """A contract in the client's own words, for a client who leaves before stating one."""
        quotes = fresh_quotes(view, used=()) or [own_words(view)[0].text[:80]]
        return content.say("room.own-contract", view.lang, quote=quotes[0])

    def contribution(self, view: View) -> str:
        """Something offered that nobody has offered yet, tied to the contract."""
        general = next(t for t in content.themes(view.lang) if t.id == "general")
        offers = list(dict.fromkeys([*self.theme(view).contributions, *general.contributions]))
        said = [s.text for s in view.said if s.act is Act.CONTRIBUTE]
        left = [o for o in offers if not any(_same_frame(o.text, t) for t in said)] or offers
        roll = dice(0, "offer", view.speaker.id, len(view.said))
        client = client_of_view(view)
        contract = (view.contract or "").strip().rstrip(".?!")
        return left[roll.randrange(min(5, len(left)))].text.format(name=client.name, contract=contract)

    def learning(self, view: View) -> str:
        """What a consultant learns for themselves; each says something else."""
        said = {s.text for s in view.said}
        general = next(t for t in content.themes(view.lang) if t.id == "general")
        left = [t for t in [*self.theme(view).learning, *general.learning] if t not in said]
        return left[0] if left else content.say("room.nothing-to-add", view.lang)

    def actions(self, view: View) -> tuple[str, ...]:
        """Actions that a client of this theme might choose."""
        return self.theme(view).actions


def own_words(view: View) -> list[Said]:
    """What the user, as client, has told the group."""
    told = [s for s in view.said if s.voice == "user" and s.act in (Act.PRESENT, Act.ANSWER)]
    return told or [s for s in view.said if s.voice == "user"]


def fresh_quotes(view: View, used: tuple[str, ...] | None = None) -> list[str]:
    """Short runs of the client's own words (2 to 6 words) that nobody quoted yet, the latest first."""
    spoken = " ".join(s.text for s in view.said if s.voice != "user") if used is None else " ".join(used)
    found: list[str] = []
    for said in reversed(own_words(view)):
        runs = [r for piece in _CLAUSE.split(said.text) if (r := _trim(piece, view.lang))]
        found += sorted(runs, key=lambda r: -len(r))[:3]
    return [q for q in found if q not in spoken]


def _trim(piece: str, lang: Language) -> str | None:
    words = piece.strip(" -–—'’").split()
    while words and words[0].lower() in _EDGE[lang]:
        words = words[1:]
    words = words[:6]
    while words and words[-1].lower() in _EDGE[lang]:
        words = words[:-1]
    long = [w for w in words if len(w) > 4]
    return " ".join(words) if 2 <= len(words) and long else None


def _stem(template: str) -> str:
    return template.split("{", 1)[0] if "{" in template and not template.startswith("{") else template


def _same_frame(template: str, text: str) -> bool:
    """Whether `text` was made from `template`."""
    parts = re.split(r"\{\w+\}", template)
    return re.fullmatch(".*".join(re.escape(p) for p in parts), text, flags=re.S) is not None
