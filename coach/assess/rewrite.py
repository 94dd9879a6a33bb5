"""The same question without its fault: what would the asker have learned, and how can that be asked cleanly?

Nothing is invented. What is clean in the utterance is kept; else the intent that the model read in it is asked with
a template of `corpus/<lang>/cues/rewrites.yaml`, around a topic that is certain. The caller's evaluator has the
last word on every candidate; where none passes, the asker gets a guiding question instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from coach import content
from coach.assess import topics
from coach.assess.asked import asked
from coach.assess.classifier import Aim
from coach.assess.kept import kept
from coach.assess.phrasing import ORDER, Job, address, filled, turned
from coach.domain import Language

__all__ = ["Rewrite", "address", "rewrite"]

MOST_TRIES = 10  # each try may cost the evaluator some milliseconds


class Rewrite(NamedTuple):
    """A clean question, or (`is_guide`) a hint for the asker on how to find one."""

    text: str
    is_guide: bool


def rewrite(
    text: str,
    lang: Language,
    codes: Sequence[str],
    context: str,
    aims: Sequence[Aim],
    is_clean: Callable[[str], bool],
    marked: str = "",
) -> Rewrite:
    """`text` without what `codes` fault in it, in the same language and register (tu, vous).

    Args:
        text: the utterance.
        lang: its language.
        codes: what is wrong with it.
        context: what the client has said so far.
        aims: what the asker may have wanted to learn, the likeliest first.
        is_clean: judges a candidate; only what passes is given.
        marked: the words that carry the fault.
    """
    code = next((c for c in ORDER if c in codes), ORDER[-1])
    job = Job(" ".join(text.split()), lang, code, context, address(text, lang), tuple(aims), marked)
    seen = {job.text}
    for candidate in chain(kept(job), asked(job)):
        if candidate in seen:
            continue
        seen.add(candidate)
        if is_clean(candidate):
            return Rewrite(candidate, is_guide=False)
        if len(seen) > MOST_TRIES:
            break
    return Rewrite(_guide(job), is_guide=True)


def _guide(job: Job) -> str:
    known = [t.text for t in topics.find(job.text, job.lang, job.context) if t.known]
    text = next(turned(content.rewrites(job.lang).guides["with_topic" if known else "plain"], job))
    return next(filled([text], known[0], "topic")) if known else text
