"""What a debrief says, as values. Every text is already in the session's language."""

from __future__ import annotations

from typing import Literal

from coach.domain import Citation, Frozen, Language


class Quote(Frozen):
    """Somebody's own words: `seq` is the number of the utterance, `name` the speaker's."""

    seq: int
    speaker: str
    name: str
    step: str
    text: str


class Share(Frozen):
    """How much one person spoke; `share` is their part of all words, 0 to 1."""

    person: str
    name: str
    role: str
    is_user: bool
    words: int
    utterances: int
    share: float


class QuestionMix(Frozen):
    """What kind of questions were asked while the group clarified.

    `whose` says whose questions are counted: the user's, or the whole group's when the user asked none.
    `open`, `closed`, `several` and `statement` add up to `asked`; `clean` and `not_clean` count what was assessed.
    """

    whose: Literal["user", "group"]
    asked: int = 0
    open: int = 0
    closed: int = 0
    several: int = 0
    statement: int = 0
    clean: int = 0
    not_clean: int = 0
    codes: dict[str, int] = {}


class Verdict(Frozen):
    """One assessed question; `at` is seconds on the session's clock."""

    seq: int
    at: float
    step: str
    speaker: str
    name: str
    text: str
    clean: bool
    sure: bool
    codes: tuple[str, ...]


class StepTime(Frozen):
    """A step that was opened: minutes used, and the timebox (None where time is not kept)."""

    step: str
    name: str
    minutes: float
    timebox: float | None
    done: bool
    over: bool


class Moment(Frozen):
    """A moment worth another look: the words, why, and a passage of the method."""

    kind: Literal["good", "work_on"]
    topic: str
    quote: Quote
    why: str
    rewrite: str | None = None
    citation: Citation | None = None


class SlipMet(Frozen):
    """A drift that an agent committed while the user facilitated, and what became of it.

    `clumsy`: there was an intervention, but it did not fit the drift. `unanswered`: the session ended before
    the facilitator could act.
    """

    quote: Quote
    drift: str
    name: str
    outcome: Literal["met", "clumsy", "missed", "unanswered"]
    by: Quote | None = None


class Facilitation(Frozen):
    """The facilitator's record."""

    slips: tuple[SlipMet, ...] = ()
    false_alarms: tuple[Quote, ...] = ()

    def count(self, outcome: str) -> int:
        """How many slips ended that way."""
        return sum(1 for s in self.slips if s.outcome == outcome)


class OutOfTurn(Frozen):
    """Something the user typed when the method did not allow it, and the reason they were given."""

    quote: Quote
    reason: str


class NextTime(Frozen):
    """One thing to try in the next session."""

    topic: str
    text: str
    citation: Citation | None = None


class Debrief(Frozen):
    """A session looked at afterwards. Empty parts are empty tuples, never missing."""

    lang: Language
    seat: str
    closed: str | None
    minutes: float
    headline: str
    talk: tuple[Share, ...] = ()
    mix: QuestionMix
    verdicts: tuple[Verdict, ...] = ()
    steps: tuple[StepTime, ...] = ()
    steps_left: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    facilitation: Facilitation | None = None
    out_of_turn: tuple[OutOfTurn, ...] = ()
    contracts: tuple[Quote, ...] = ()
    plan: tuple[Quote, ...] = ()
    learning: tuple[Quote, ...] = ()
    next_time: NextTime
