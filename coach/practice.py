"""The drill with its memory: five utterances, an answer, why, a rewrite judged."""

from __future__ import annotations

from coach import content, drill
from coach.assess import codes as book
from coach.assess import explain, rewrite
from coach.assess.verdict import citations
from coach.domain import Assessment, Frozen, Language
from coach.drill_schema import CLEAN, DrillAnswer, DrillItem
from coach.errors import WrongUse
from coach.ports import Evaluator
from coach.store import SqlStore

ANSWERS: tuple[str, ...] = (CLEAN, *book.CODES)


class Feedback(Frozen):
    """An answer and what the bank says; `verdict` is the bank's, marked and explained by the evaluator."""

    item: DrillItem
    given: str
    right: bool
    verdict: Assessment


class Practice:
    """One language's drill. Answers are stored before their feedback is given.

    Args:
        store: keeps the answers.
        evaluator: marks the words and judges rewrites.
        lang: the language of the bank.
        seed: the same seed and past answers give the same items.
    """

    def __init__(self, store: SqlStore, evaluator: Evaluator, lang: Language, seed: int = 0) -> None:
        self.lang, self._store, self._evaluator, self._seed = lang, store, evaluator, seed
        self._items = content.drill(lang).items

    def five(self) -> tuple[DrillItem, ...]:
        """The next items to judge."""
        return drill.choose(self._items, self._store.drill_answers(self.lang), self._seed)

    def answer(self, ident: str, given: str) -> Feedback:
        """Store an answer, "clean" or a code; whether it is right, and why.

        Raises:
            WrongUse: for an unknown item or answer.
            StoreError: if it cannot be kept.
        """
        item = self.item(ident)
        if given not in ANSWERS:
            raise WrongUse("drill-answer", known=", ".join(ANSWERS))
        right = drill.is_right(item, given)
        self._store.add_drill(self.lang, DrillAnswer(item=item.id, given=given, right=right))
        return Feedback(item=item, given=given, right=right, verdict=self._verdict(item))

    def rewrite(self, ident: str, text: str) -> Assessment:
        """The evaluator's verdict on the user's own wording; it is not stored.

        Raises:
            WrongUse: for an unknown item, an item that is clean, or a text that cannot be judged.
        """
        item = self.item(ident)
        if item.clean:
            raise WrongUse("drill-nothing-to-mend")
        return self._evaluator.assess(text, self.lang, item.context)

    def progress(self) -> tuple[drill.Progress, ...]:
        """How each strand goes."""
        return drill.progress(self._items, self._store.drill_answers(self.lang))

    def item(self, ident: str) -> DrillItem:
        """An item of the bank.

        Raises:
            WrongUse: if there is none.
        """
        found = next((i for i in self._items if i.id == ident), None)
        if found is None:
            raise WrongUse("drill-item", given=ident)
        return found

    def _verdict(self, item: DrillItem) -> Assessment:
        """The bank's verdict. What the evaluator marks for another code would contradict it and is left out."""
        seen = self._evaluator.assess(item.text, self.lang, item.context)
        spans = tuple(s for s in seen.spans if s.code in item.codes)
        solution_free, neutral, in_step = book.verdicts(item.codes)
        why = ""
        if item.codes:
            first = next((s.text for s in spans if s.code == item.codes[0]), "")
            why = explain.why(item.codes[0], self.lang, first, rewrite.address(item.text, self.lang))
        return Assessment(
            text=item.text,
            lang=self.lang,
            solution_free=solution_free,
            neutral=neutral,
            in_step=in_step,
            codes=item.codes,
            spans=spans,
            why=why,
            confidence=1.0,
            rewrite=None if item.clean else seen.rewrite,
            rewrite_is_guide=not item.clean and seen.rewrite_is_guide,
            citations=citations(item.codes, self.lang),
        )
