"""Two turns that are no utterance like the others: the facilitator's, and a question to the coach."""

from __future__ import annotations

from collections.abc import Iterator

from coach import content
from coach import method as law
from coach.domain import Act, Citation, Coached, Event, Intervened, Language, Person, Role, Said, StepKind
from coach.language import check_text
from coach.ports import Hit
from coach.schemas import StepSpec
from coach.stage import Stage

_SHOWN = 3  # passages
_STEP = 24  # more than a step has


def facilitate(stage: Stage, user: Person, text: str, kind: StepKind) -> Iterator[Event]:
    """The facilitator's words; where they step in, also whether that met what had just gone wrong."""
    lang = stage.session.started().lang
    slip = next((s for s in reversed(stage.session.said) if s.drift), None)
    here = [e for e in stage.session.in_step if slip is not None and e.seq > slip.seq]
    fresh = slip is not None and slip in stage.session.in_step and not any(isinstance(e, Intervened) for e in here)
    slip = slip if fresh else None
    who = law.person(stage.session, slip.speaker) if slip else None
    people = stage.session.started().people
    others = [p for p in people if p.role is Role.CONSULTANT and who is not None and p.id != who.id]
    reading = stage.team.recogniser.read(text, lang, slip, who, others)
    framed = any(isinstance(e, Said) and e.speaker == user.id for e in stage.session.in_step)
    act = Act.INTERVENE if reading.intervenes else Act.FRAME
    if act is Act.FRAME and framed and kind is StepKind.LEARNING:
        act = Act.LEARN
    said = stage.emit(Said, speaker=user.id, act=act, text=text, voice="user")
    yield said
    if reading.intervenes and framed or (slip is not None and reading.intervenes):
        number = slip.seq if slip else None
        yield stage.emit(Intervened, of=said.seq, slip=number, drift=reading.drift, met=reading.meets)


def advise(stage: Stage, question: str) -> Event:
    """The coach's aside: the step's purpose, or the passages nearest to the question."""
    lang = stage.session.started().lang
    spec = law.current(stage.session, stage.method)
    asked = question.strip()
    if asked:
        check_text(question, lang)
    hits = stage.team.passages.search(asked, lang, k=_SHOWN) if asked else _about(stage, spec, lang)
    citations: tuple[Citation, ...] = tuple(h.citation(words=60) for h in hits)
    text = content.say("coach.step", lang, step=spec.names.of(lang), purpose=spec.purpose.of(lang)) if spec else ""
    if asked and citations:
        text = content.say("coach.passage", lang, title=citations[0].title)
    return stage.emit(Coached, question=asked, text=text, citations=citations)


def _about(stage: Stage, spec: StepSpec | None, lang: Language) -> list[Hit]:
    """Passages about the step. None about a single fault: beside a verdict that found another one, it would mislead."""
    if spec is None:
        return []
    found = stage.team.passages.search(spec.purpose.of(lang), lang, k=_STEP, step=spec.kind.value)
    return [hit for hit in found if not any(t.startswith("code:") for t in hit.topics)][:_SHOWN]
