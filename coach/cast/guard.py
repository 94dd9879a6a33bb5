"""What a model says counts only if it keeps to role, step, language and facts: at most one repair."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, cast

from rapidfuzz import fuzz

from coach import content
from coach.cast import tongue
from coach.cast.knowledge import MARKS, Knowledge, knowledge
from coach.cast.likeness import plain
from coach.cast.prompted import WORDS_DEFAULT, WORDS_LIMIT
from coach.domain import Act, Cue, Line, Role, View
from coach.errors import VoiceError, WrongUse
from coach.language import detect, third_language, words_of
from coach.method import client_of_view
from coach.ports import Evaluator, Voice

_SAME = 88.0  # rapidfuzz ratio, 0 to 100, from which two lines are one and the same
_FACTUAL = {Act.PRESENT, Act.ANSWER, Act.CONTRACT}
_NO_ADVICE = {Act.NEED, Act.LEARN, Act.CHECK_IN, Act.PASS, Act.REPAIR}


class _Corrigible(Protocol):
    name: str

    def speak(self, view: View, cue: Cue, complaint: str | None = None) -> Line: ...


class Guard:
    """Holds a model's line to the rules.

    Args:
        evaluator: judges the consultants' questions.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def passed(self, view: View, cue: Cue, voice: Voice) -> Line:
        """The voice's line, once repaired if need be.

        Raises:
            VoiceError: "guard-<reason>" when the repair fails too, or what the voice raises.
        """
        line = voice.speak(view, cue)
        reason = self.fault(view, cue, line)
        if reason and getattr(voice, "takes_complaints", False):
            complaint = content.say(f"guard.{reason}", view.lang)
            line = cast(_Corrigible, voice).speak(view, cue, complaint)
            reason = self.fault(view, cue, line)
        if reason:
            raise VoiceError(f"guard-{reason}")
        return line

    def fault(self, view: View, cue: Cue, line: Line) -> str | None:
        """The first rule that the line breaks, or None.

        One of "empty", "too-long", "form", "language", "meta", "repeat", "no-question", "unclean", "advice", "order",
        "off-contract", "unknown-fact", "too-soon", "leak", "invented".
        """
        checks: tuple[Callable[[View, Cue, Line], str | None], ...] = (_form, _repeat, self._role, _facts)
        return next((reason for check in checks if (reason := check(view, cue, line))), None)

    def _role(self, view: View, cue: Cue, line: Line) -> str | None:
        if cue.act is Act.ASK:
            return self._question(view, line)
        advice = tongue.advises(line.text, view.lang)
        if view.role is Role.FACILITATOR:
            # Its words alone: the evaluator, made for consultants' questions, finds advice in the best interventions.
            return "advice" if advice else None
        if cue.act is Act.CONTRIBUTE:
            return _contribution(view, line)
        return "advice" if advice and cue.act in _NO_ADVICE else None

    def _question(self, view: View, line: Line) -> str | None:
        if not line.text.rstrip(' »"”').endswith("?"):
            return "no-question"
        client = client_of_view(view).id
        told = "\n".join(s.text for s in view.said if s.speaker == client)
        try:
            verdict = self._evaluator.assess(line.text, view.lang, told)
        except WrongUse:
            return "unclean"  # what cannot be judged does not count
        return None if verdict.clean else "unclean"


def _form(view: View, cue: Cue, line: Line) -> str | None:
    words = words_of(line.text)
    if not words:
        return "empty"
    if len(line.text.split()) > WORDS_LIMIT.get(cue.act, WORDS_DEFAULT):
        return "too-long"
    if tongue.out_of_form(line.text, [p.name for p in view.people]):
        return "form"
    if len(words) > 3 and (detect(line.text, view.lang) != view.lang or third_language(line.text)):
        return "language"
    return "meta" if tongue.talks_meta(line.text, view.lang) else None


def _repeat(view: View, cue: Cue, line: Line) -> str | None:
    new = plain(line.text)
    if len(new.split()) < 4:
        return None
    said = (plain(s.text) for s in view.said)
    return "repeat" if any(fuzz.ratio(new, old, score_cutoff=_SAME) for old in said) else None


def _contribution(view: View, line: Line) -> str | None:
    """Something offered, not ordered, and about what the client brought or asked for."""
    if tongue.orders(line.text, view.lang):
        return "order"
    client = client_of_view(view).id
    brought = [view.contract or "", *(s.text for s in view.said if s.speaker == client)]
    shared = tongue.stems(line.text) & {stem for text in brought for stem in tongue.stems(text)}
    return None if shared else "off-contract"


def _facts(view: View, cue: Cue, line: Line) -> str | None:
    """The client says nothing but the facts of the case, and deep ones only when it feels safe."""
    if view.role is not Role.CLIENT:
        return None
    known = knowledge(view)
    named = {r for r in line.refs if r not in MARKS and not r.startswith("reaction:")}
    if known is None:
        wrong = "unknown-fact" if named else None
    else:
        wrong = _named(known, named, held="held-back" in line.refs) or _leak(known, view, line.text)
    return wrong or (_invented(known, view, cue, line) if cue.act in _FACTUAL else None)


def _named(known: Knowledge, named: set[str], held: bool) -> str | None:
    if named - {f.id for f in known.case.facts}:
        return "unknown-fact"
    return "too-soon" if not held and named & {f.id for f in known.later} else None


def _open_texts(known: Knowledge | None, view: View, act: Act) -> list[str]:
    people = [f"{p.name} {p.job}" for p in view.people]
    return [*(known.texts(act) if known else []), *(s.text for s in view.said), *people]


def _leak(known: Knowledge, view: View, text: str) -> str | None:
    """Whether the words that only a withheld fact holds are in the text."""
    free = {s for t in _open_texts(known, view, Act.CONTRACT) for s in tongue.stems(t)}
    said = tongue.stems(text)
    for fact in known.later:
        for sentence in (*re.split(r"(?<=[.!?])\s+", fact.answer), fact.curt):
            private = tongue.stems(sentence) - free
            if len(private & said) >= max(2, len(private) * 0.5):
                return "leak"
    return None


def _invented(known: Knowledge | None, view: View, cue: Cue, line: Line) -> str | None:
    """Whether the text holds a number or a name that nobody gave."""
    texts = _open_texts(known, view, cue.act)
    given = {n for t in texts for n in tongue.numbers(t, view.lang)}
    strange = tongue.numbers(line.text, view.lang) - given or tongue.strange_names(line.text, texts)
    return "invented" if strange else None
