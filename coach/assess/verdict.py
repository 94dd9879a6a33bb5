"""The evaluator: one utterance and what the client has said so far, in; verdicts, codes, spans and feedback, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach import content
from coach.assess import codes as book, evidence, injection
from coach.assess.classifier import Classifier
from coach.assess.decide import Decision, decide
from coach.domain import Assessment, Citation, Language, Span
from coach.language import as_language, check_text


class Item(NamedTuple):
    """One utterance to judge; `lang` is detected when it is None."""

    text: str
    lang: str | None = None
    context: str = ""


class Assessor:
    """Implements `ports.Evaluator` with the shipped model: no network, no key.

    Args:
        classifier: the model; it loads on first use.
    """

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._classifier = classifier or Classifier()

    def assess(self, text: str, lang: Language | None = None, context: str = "") -> Assessment:
        """The verdicts, codes, spans, confidence and rewrite for `text`.

        Raises:
            WrongUse: for a text that is empty, too long, without words or in a third language.
        """
        return self.assess_many([Item(text, lang, context)])[0]

    def assess_many(self, items: Sequence[Item | tuple[str, str | None, str]]) -> list[Assessment]:
        """One assessment an item, in order; the same as `assess` one by one, but faster.

        Raises:
            WrongUse: for the first item that cannot be used.
        """
        ready = [_checked(Item(*item)) for item in items]
        probabilities = self._classifier.probabilities([(c, injection.spoken(t)) for t, _, c in ready])
        decisions = decide(probabilities)
        return [
            self._assessment(text, lang, context, decision, row)
            for (text, lang, context), decision, row in zip(ready, decisions, probabilities, strict=True)
        ]

    def _assessment(
        self, text: str, lang: Language, context: str, decision: Decision, row: NDArray[np.float32]
    ) -> Assessment:
        solution_free, neutral, in_step = verdicts = book.verdicts(decision.codes)
        return Assessment(
            text=text,
            lang=lang,
            solution_free=solution_free,
            neutral=neutral,
            in_step=in_step,
            codes=decision.codes,
            spans=self._spans(text, context, decision.codes, row),
            confidence=1 - decision.fault if verdicts.clean else decision.fault,
            sure=decision.sure,
            citations=_citations(decision.codes, lang),
        )

    def _spans(self, text: str, context: str, codes: Sequence[str], row: NDArray[np.float32]) -> tuple[Span, ...]:
        marked = [c for c in codes if c in book.FAULTS]
        if not marked:
            return ()
        parts = evidence.clauses(text)
        rest = [(context, t) for t in evidence.without(text, parts)] if len(parts) > 1 else []
        less = self._classifier.probabilities(rest)
        return tuple(evidence.span(text, code, parts, row, less) for code in marked)


def _checked(item: Item) -> tuple[str, Language, str]:
    lang = as_language(item.lang, item.text)
    return check_text(item.text, lang), lang, item.context.replace("\x00", "").strip()


def _citations(codes: Sequence[str], lang: Language) -> tuple[Citation, ...]:
    found = [r for r in (content.reading_for(f"code:{code}", lang) for code in codes) if r]
    return tuple({r.id: Citation(id=r.id, title=r.title, excerpt=_start(r.text), sources=r.sources) for r in found}.values())


def _start(text: str, words: int = 40) -> str:
    parts = text.split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")
