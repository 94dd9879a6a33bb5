"""What agents ask and offer when the user brings their own situation: themes, and the user's own words."""

from __future__ import annotations

import re
from collections import Counter
from textwrap import shorten

from coach import content
from coach.cast.script import dice
from coach.cast.themes import GENERAL, ThemeFinder
from coach.domain import Act, Language, Said, View
from coach.method import client_of_view
from coach.ports import Embedder
from coach.schemas import Theme

# English: where a run of words may be cut, at punctuation and at words that tie phrases together. What is left between two
# cuts is a phrase that can be quoted whole ("opening hours", "take sides").
_MARKS = re.compile(r"[,.;:!?…()«»\"“”\n]")
_TIES = set(
    "and but because so that which who what when while if since until as than like to of in on at with about for from into by "
    "over under between after before during i we you he she they it me us him them us is are was were be been being am have has "
    "had do does did will would can could should may might must not no don't doesn't didn't isn't aren't wasn't every each "
    "some any very just also only then now still even one two i'm it's we're they're that's there".split()
)
# Times and numbers tell when, not what: nobody asks what "last Friday" means to someone.
_WHEN = {
    "en": set(
        "last next today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january february march april "
        "june july august september october november december morning mornings evening afternoon night day days week weeks month "
        "months year years hour hours minute minutes time times o'clock middle end beginning spring summer autumn winter three four "
        "five six seven eight nine ten single".split()
    ),
    "fr": set(
        "hier demain aujourd'hui dernier dernière prochain prochaine lundi mardi mercredi jeudi vendredi samedi dimanche janvier "
        "février mars avril mai juin juillet août septembre octobre novembre décembre matin matinée midi soir soirée nuit jour jours "
        "semaine semaines mois an ans année années heure heures minute minutes fois temps matins soirs jeudis vendredis milieu fin début printemps été automne "
        "hiver trois quatre cinq six sept huit neuf dix dix-neuf vingt devant voudrait voudrais peu".split()
    ),
}
# French: a determiner, perhaps an adjective that stands before its noun, a noun, and perhaps "de" with another.
_BEFORE_NOUN = set(
    "petit petite petits petites grand grande grands grandes nouveau nouvel nouvelle nouveaux nouvelles ancien ancienne anciens "
    "anciennes vieux vieille jeune jeunes bon bonne mauvais mauvaise gros grosse premier première vrai vraie seul seule".split()
)
_DETERMINER = r"(?:(?:le|la|les|un|une|des|ce|cet|cette|ces|mon|ma|mes|notre|nos|son|sa|ses)\s|l['’])"
_NOUN = rf"(?:(?:{'|'.join(sorted(_BEFORE_NOUN))})\s)?[\w-]{{4,}}"
_OF = r"\s(?:du\s|des\s|de\s(?:la\s|l['’]|mon\s|ma\s|mes\s)?|d['’])"
_NOUN_PHRASE = re.compile(rf"\b{_DETERMINER}{_NOUN}(?:{_OF}{_NOUN})?(?![\w'’-])", re.I)
# After these "le", "la", "les" and "l'" are pronouns, and a verb follows.
_SUBJECT = re.compile(r"(?:\b(?:je|tu|on|il|elle|nous|vous|ils|elles|me|te|ne|y|qui)\s|\b[jn]['’])$", re.I)
_TO = re.compile(r"\b(?:de|pour|à|sans|peux|veux|dois|faut|faire)\s$", re.I)
_VERB = re.compile(r"^(?:l['’]|le |la |les )\w+(?:er|ir|re)$", re.I)
# They say too little to be quoted.
_EMPTY = set(
    "autres autre même mêmes plupart choses chose suite place fait faire dire voir avoir être gens côté moment avait avais avez avons".split()
)
_QUOTED = 80  # characters of a quotation at most
_ASKS = {"en": re.compile(r"\bhelp me\b", re.I), "fr": re.compile(r"\bm['’]aid(?:er|iez|ez)\b", re.I)}


class OwnSituation:
    """Chooses theme, question and contribution for a situation that no case describes."""

    def __init__(self, embedder: Embedder) -> None:
        self._themes = ThemeFinder(embedder)

    def theme(self, view: View) -> Theme:
        """The theme nearest to what the client has told; "general" when little was told."""
        told = " ".join(s.text for s in own_words(view))
        return self._themes.find(told, view.lang) if len(told.split()) >= 15 else _general(view)

    def question(self, view: View) -> str:
        """A clean question nobody has asked yet, where possible in the client's own words."""
        asked = [s.text for s in view.said if s.act is Act.ASK]
        roll = dice(0, "own", view.speaker.id, len(view.said))
        quotes = fresh_quotes(view)
        general = _general(view)
        pool = list(dict.fromkeys([*self.theme(view).questions, *general.questions]))
        stems = Counter(_stem(t) for t in pool if any(_same_frame(t, a) for a in asked))
        left = [q for q in pool if _stem(q) not in stems]
        quoting = [q for q in left if "{quote}" in q]
        simple = [q for q in left if "{quote}" not in q]
        if quotes and quoting and (roll.random() < 0.5 or not simple):
            return quoting[roll.randrange(len(quoting))].format(quote=quotes[0])
        if simple:
            return simple[roll.randrange(min(6, len(simple)))]
        return content.say("room.tell-more", view.lang, quote=(quotes or [_shortened(own_words(view)[-1].text)])[0])

    def need(self, view: View) -> str:
        """The client's need, reformulated in their own words, nothing added."""
        quotes = sorted(fresh_quotes(view, used=()), key=len, reverse=True) or [_shortened(own_words(view)[0].text)]
        key = "room.need-two" if len(quotes) > 1 else "room.need-one"
        return content.say(key, view.lang, quote=quotes[0], other=quotes[min(1, len(quotes) - 1)])

    def contract(self, view: View) -> str:
        """A contract in the client's own words, for a client who leaves before stating one."""
        told = [t.strip() for s in own_words(view) for t in re.split(r"(?<=[.!?])\s+", s.text)]
        asked = [t for t in told if _ASKS[view.lang].search(t)]
        quotes = sorted(fresh_quotes(view, used=()), key=len, reverse=True) or [_shortened(own_words(view)[0].text)]
        return asked[-1] if asked else content.say("room.own-contract", view.lang, quote=quotes[0])

    def contribution(self, view: View) -> str:
        """Something offered that nobody has offered yet, tied to the contract."""
        general = _general(view)
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
        general = _general(view)
        left = [t for t in [*self.theme(view).learning, *general.learning] if t not in said]
        return left[0] if left else content.say("room.nothing-to-add", view.lang)

    def actions(self, view: View) -> tuple[str, ...]:
        """Actions that a client of this theme might choose."""
        return self.theme(view).actions


def _general(view: View) -> Theme:
    return next(t for t in content.themes(view.lang) if t.id == GENERAL)


def own_words(view: View) -> list[Said]:
    """What the user, as client, has told the group."""
    told = [s for s in view.said if s.voice == "user" and s.act in (Act.PRESENT, Act.ANSWER)]
    return told or [s for s in view.said if s.voice == "user"]


def fresh_quotes(view: View, used: tuple[str, ...] | None = None) -> list[str]:
    """Short phrases of the client's own words (2 to 5 words) that nobody quoted yet, the latest first."""
    spoken = " ".join(s.text for s in view.said if s.voice != "user") if used is None else " ".join(used)
    found: list[str] = []
    for said in reversed(own_words(view)):
        told = [t for t in _MARKS.split(said.text) if not _ASKS[view.lang].search(t)]
        runs = [run for piece in told for run in _phrases(piece, view.lang)]
        found += sorted(runs, key=lambda r: -len(r))[:3]
    return [q for q in found if q not in spoken]


def _shortened(text: str) -> str:
    return shorten(text, _QUOTED, placeholder=" …")


def _phrases(piece: str, lang: Language) -> list[str]:
    """The phrases of `piece` that can stand between quotation marks."""
    return _noun_phrases(piece) if lang == "fr" else _runs(piece)


def _noun_phrases(piece: str) -> list[str]:
    """French: determiner and noun, with what "de" adds to it ("la coupe du budget").

    A verb follows its noun with nothing between them ("les horaires nous divisent"), so a run of words may end in the
    middle of a clause; a phrase that begins with a determiner does not.
    """
    found: list[str] = []
    for match in _NOUN_PHRASE.finditer(piece):
        phrase, before = match.group(), piece[: match.start()]
        words = set(re.split(r"[\s'’]+", phrase.lower()))
        verb = _SUBJECT.search(before) or (_TO.search(before) and _VERB.match(phrase))
        if not verb and not words & (_WHEN["fr"] | _EMPTY) and phrase.split()[-1].lower() not in _BEFORE_NOUN:
            found.append(phrase)
    return found


def _runs(piece: str) -> list[str]:
    """The runs of words between two ties."""
    found: list[str] = []
    run: list[str] = []
    for word in [*piece.split(), ""]:
        bare = word.strip(" -–—'’").lower()
        if not bare or bare in _TIES or bare in _WHEN["en"]:
            if 2 <= len(run) <= 5 and any(len(w) > 4 for w in run):
                found.append(" ".join(run))
            run = []
        else:
            run.append(word)
    return [f for f in found if f in piece]


def _stem(template: str) -> str:
    return template.split("{", 1)[0] if "{" in template and not template.startswith("{") else template


def _same_frame(template: str, text: str) -> bool:
    """Whether `text` was made from `template`."""
    parts = re.split(r"\{\w+\}", template)
    return re.fullmatch(".*".join(re.escape(p) for p in parts), text, flags=re.S) is not None
