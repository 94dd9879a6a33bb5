"""The evaluator: one utterance and what the client has said so far, in; verdicts, codes, spans and feedback, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from coach import content
from coach.assess import codes as book
from coach.assess import cues, evidence, explain, injection, rewrite
from coach.assess.classifier import Aim, Classifier, Reading, side_by_side
from coach.assess.decide import Decision, decide, weights
from coach.assess.spelling import Mended, mended
from coach.assess.words import content_stems
from coach.domain import Assessment, Citation, Language, Span
from coach.language import as_language, check_text, usable

_EXCERPT = 40  # words
_REMEMBERED = 4096  # candidate rewrites whose verdict is kept: most come from templates


class Item(NamedTuple):
    """One utterance to judge; `lang` is detected when it is None."""

    text: str
    lang: str | None = None
    context: str = ""


class Ready(NamedTuple):
    """An item that can be judged."""

    text: str
    lang: Language
    context: str
    mended: Mended  # the text without typing errors
    spoken: str  # that, without what addresses the evaluator


# A decision, and words that carry its codes, for codes that no cue marks. `Settle` has the last word on it.
Settled = tuple[Decision, Mapping[str, Span]]
Settle = Callable[[Ready, Decision], Settled]


def _as_decided(item: Ready, decision: Decision) -> Settled:
    return decision, {}


class Assessor:
    """Implements `ports.Evaluator` with the shipped model: no network, no key.

    Args:
        classifier: the model; it loads on first use.
    """

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._classifier = classifier or Classifier()
        self._is_clean = lru_cache(maxsize=_REMEMBERED)(self._judge_clean)

    def assess(self, text: str, lang: Language | None = None, context: str = "") -> Assessment:
        """The verdicts, codes, spans, confidence and rewrite for `text`.

        Raises:
            WrongUse: for a text that is empty, too long, without words or in a third language.
        """
        return self.assess_many([Item(text, lang, context)])[0]

    def assess_many(
        self, items: Sequence[Item | tuple[str, str | None, str]], settle: Settle = _as_decided
    ) -> list[Assessment]:
        """One assessment an item, in order; the same as `assess` one by one, but faster.

        Args:
            items: what is judged.
            settle: may change each decision before the feedback is made; called once all items are known to be usable.

        Raises:
            WrongUse: for the first item that cannot be used.
        """
        ready = [self._checked(Item(*item)) for item in items]
        readings, decisions = self._decide(ready)
        settled = [settle(*both) for both in zip(ready, decisions, strict=True)]
        return side_by_side(lambda made: self._assessment(*made), list(zip(ready, settled, readings, strict=True)))

    def _checked(self, item: Item) -> Ready:
        lang = as_language(item.lang, item.text)
        text, context = check_text(item.text, lang), usable(item.context).strip()
        right = mended(text, lang, context, self._classifier.knows)
        return Ready(text, lang, context, right, injection.spoken(right.text))

    def _decide(self, ready: Sequence[Ready]) -> tuple[list[Reading], list[Decision]]:
        readings = self._classifier.read([(r.context, r.spoken) for r in ready])
        marks = [weights(cues.find(r.spoken, r.lang, r.context)) for r in ready]
        shape = (len(ready), len(book.CODES))
        probabilities = np.array([r.probabilities for r in readings]).reshape(shape)
        return readings, decide(probabilities, np.array(marks).reshape(shape))

    def _assessment(self, item: Ready, settled: Settled, reading: Reading) -> Assessment:
        decision, quoted = settled
        solution_free, neutral, in_step = verdicts = book.verdicts(decision.codes)
        return Assessment(
            text=item.text,
            lang=item.lang,
            solution_free=solution_free,
            neutral=neutral,
            in_step=in_step,
            codes=decision.codes,
            confidence=1 - decision.fault if verdicts.clean else decision.fault,
            sure=decision.sure,
            citations=citations(decision.codes, item.lang),
            **self._feedback(item, decision.codes, self._spans(item, decision.codes, reading, quoted), reading.aims),
        )

    def _feedback(
        self, item: Ready, codes: Sequence[str], spans: tuple[Span, ...], aims: Sequence[Aim]
    ) -> dict[str, Any]:
        """Marked words, why, and (for a fault) the rewrite."""
        if not codes:
            return {}
        first = next((s for s in spans if s.code == codes[0]), None)
        address = rewrite.address(item.spoken, item.lang)
        found: dict[str, Any] = {
            "spans": spans,
            "why": explain.why(codes[0], item.lang, first.text if first else "", address),
        }
        if not book.verdicts(codes).clean:
            judged = partial(self._is_clean, item.lang, item.context)
            better = rewrite.rewrite(
                item.spoken, item.lang, codes, item.context, aims, judged, first.text if first else ""
            )
            found |= {"rewrite": better.text, "rewrite_is_guide": better.is_guide}
        return found

    def _judge_clean(self, lang: Language, context: str, text: str) -> bool:
        # Words of the client need the client's context; a plain template is the same question everywhere.
        told = context if content_stems(text, lang) & content_stems(context, lang) else ""
        if told != context:
            return self._is_clean(lang, told, text)
        _, (decision,) = self._decide([Ready(text, lang, told, Mended(text), text)])
        return not set(decision.codes) & set(book.FAULTS)

    def _spans(
        self, item: Ready, codes: Sequence[str], reading: Reading, quoted: Mapping[str, Span]
    ) -> tuple[Span, ...]:
        """What was quoted; else where the model looked."""
        marked = {code: quoted.get(code) or evidence.span(item.spoken, code, reading, item.lang) for code in codes}
        placed = (_placed(span, item) for span in marked.values())
        return tuple(span for span in placed if span)


def _placed(span: Span, item: Ready) -> Span | None:
    """`span` of the spoken part, as it was typed: its place and words in the whole text."""
    shift = 0 if item.spoken == item.mended.text else item.mended.text.find(span.text) - span.start
    if shift + span.start < 0:
        return None
    start, end = item.mended.place(span.start + shift, span.end + shift)
    return span.model_copy(update={"start": start, "end": end, "text": item.text[start:end]})


def citations(codes: Sequence[str], lang: Language) -> tuple[Citation, ...]:
    """The passage about each of `codes`, where there is one."""
    found = {r.id: r for r in (content.reading_for(f"code:{code}", lang) for code in codes) if r}
    return tuple(Citation(id=r.id, title=r.title, excerpt=_start(r.text), sources=r.sources) for r in found.values())


def _start(text: str) -> str:
    parts = text.split()
    return " ".join(parts[:_EXCERPT]) + (" …" if len(parts) > _EXCERPT else "")
