"""A model as second reader: it decides where the embedded evaluator is not sure, and must show the words.

Who decides when they disagree, and why: docs/adr/010-judge-and-evaluator.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from coach.assess import injection
from coach.assess.codes import CODES, FAULTS
from coach.assess.decide import Decision
from coach.assess.verdict import Assessor, Item, Ready
from coach.domain import Assessment, Language, Span
from coach.errors import VoiceError
from coach.ports import Model
from coach.prompting import fenced, templates

_LOG = logging.getLogger("coach.assess")
_CONTEXT = 4000  # characters of what the client said, the latest: a prompt has an end


def _known(code: str) -> str:
    if code not in CODES:
        raise ValueError("not a code of the codebook")
    return code


class _Strict(BaseModel):
    """Every field required and nothing else allowed: what strict JSON-schema servers ask for."""

    model_config = ConfigDict(extra="forbid")


class Found(_Strict):
    """One code, and the words of the utterance that carry it."""

    code: Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(CODES)})]
    evidence: str


class Judgement(_Strict):
    """What the judge answers; `reason` makes it think and is not kept."""

    codes: list[Found]
    reason: str


class JudgedAssessor:
    """Implements `ports.Evaluator`: the embedded evaluator, with a model for what it is not sure of.

    Args:
        embedded: decides what it is sure of, and gives spans, reasons and rewrites for all.
        model: asked once for each other utterance; where it fails, the embedded verdict stands.
    """

    def __init__(self, embedded: Assessor, model: Model) -> None:
        self._embedded = embedded
        self._model = model

    def assess(self, text: str, lang: Language | None = None, context: str = "") -> Assessment:
        """The verdicts, codes, spans, confidence and rewrite for `text`; `sure` tells of the embedded evaluator.

        Raises:
            WrongUse: for a text that is empty, too long, without words or in a third language; nothing is sent then.
        """
        return self.assess_many([(text, lang, context)])[0]

    def assess_many(self, items: Sequence[Item | tuple[str, str | None, str]]) -> list[Assessment]:
        """One assessment an item, in order; the judge is asked for one utterance after the other.

        Raises:
            WrongUse: for the first item that cannot be used; nothing is sent then.
        """
        return self._embedded.assess_many(items, self._settle)

    def _settle(self, item: Ready, decision: Decision) -> tuple[Decision, Mapping[str, Span]]:
        if decision.sure:
            return decision, {}
        try:
            reply: Judgement = self._model.complete(*render(item), Judgement)
        except VoiceError as error:
            _LOG.warning("the judge gave no verdict: %s", error.key)
            return decision, {}
        spans = proven(item.spoken, reply.codes)
        if unproven(reply.codes, spans):
            return decision, {}
        return decision._replace(codes=tuple(code for code in CODES if code in spans)), spans


def render(item: Ready) -> tuple[str, str]:
    """The system and the user message that ask for a judgement of `item`.

    Raises:
        ContentError: if a template is missing.
    """
    found = templates(item.lang)
    context = injection.spoken(item.context)[-_CONTEXT:]
    user = found.get_template("judge-utterance").render(utterance=item.spoken, context=context)
    return found.get_template("judge").render().strip(), user.strip()


def proven(text: str, codes: Sequence[Found]) -> dict[str, Span]:
    """For each code the words of `text` that were quoted for it; a code without such words is left out."""
    spans: dict[str, Span] = {}
    for found in codes:
        if found.code not in spans and (place := _quoted(text, found.evidence)):
            start, end = place
            spans[found.code] = Span(start=start, end=end, code=found.code, text=text[start:end])
    return spans


def unproven(codes: Sequence[Found], spans: Mapping[str, Span]) -> bool:
    """Whether the judge found something but could show nothing of it, or no fault where it claimed one.

    A fault without evidence must not turn into "clean" because a tip beside it had some.
    """
    named, shown = {c.code for c in codes}, set(spans)
    return bool(named) and (not shown or (bool(named & set(FAULTS)) and not shown & set(FAULTS)))


def _quoted(text: str, evidence: str) -> tuple[int, int] | None:
    """Where `evidence` stands in `text`, word for word; white space and the fence's marks are as in the prompt."""
    words = fenced(evidence).split()
    if not any(c.isalpha() for word in words for c in word):
        return None
    pattern = r"\s+".join(map(re.escape, words))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", fenced(text))
    return match.span() if match else None
