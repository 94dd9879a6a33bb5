"""What `from coach import …` gives: three functions with typed results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach import content
from coach.debrief import Debrief
from coach.domain import Assessment, Event
from coach.language import as_language, check_text
from coach.ports import Hit
from coach.rehearsal import Rehearsal, Trouble, play
from coach.seating import make_setup
from coach.wiring import spoken_clock, workshop


@dataclass(frozen=True)
class Rehearsed:
    """A session played to its end.

    Attributes:
        events: everything that happened, in order.
        debrief: what it looked like.
        troubles: lines that could not be played, with the reason.
    """

    events: tuple[Event, ...]
    debrief: Debrief
    troubles: tuple[Trouble, ...]


def assess(text: str, lang: str | None = None, context: str = "") -> Assessment:
    """The verdicts on one utterance of the clarification step, by the codebook.

    Args:
        text: the whole turn of a consultant.
        lang: "en" or "fr"; detected when None.
        context: what the client has said so far.

    Raises:
        WrongUse: for a text that cannot be judged, or an unknown language.

    >>> assess("Since when has this been going on?", lang="en").clean
    True
    """
    return workshop().evaluator.assess(text, as_language(lang, text), context)


def search(query: str, lang: str = "en", k: int = 5, step: str | None = None) -> list[Hit]:
    """The `k` passages of the method nearest to `query`, best first.

    Raises:
        WrongUse: for an unknown language or step, or a query that cannot be read (empty, no words, a third language).
        RecallError: if the index cannot be used.
    """
    spoken = content.language(lang)
    return workshop().passages.search(check_text(query, spoken), spoken, k=k, step=step)


def rehearse(
    case: str,
    seat: str,
    lang: str = "en",
    lines: Iterable[str] = (),
    method: str = content.DEFAULT_METHOD,
    seed: int = 0,
    pace: str = "calm",
) -> Rehearsed:
    """Play a whole session; each line is one turn of the user, then the agents play on to the end.

    Nothing is stored. The same arguments always give the same result.

    Raises:
        WrongUse: for an unknown case, seat, language, variant or pace.
    """
    setup = make_setup(case, seat, lang, method, seed, pace)
    rehearsal = Rehearsal(workshop().team(clock=spoken_clock), keep=lambda event: None)
    troubles = play(rehearsal, setup, lines)
    return Rehearsed(rehearsal.session.log, rehearsal.debrief(), tuple(troubles))
