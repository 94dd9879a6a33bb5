"""The one loop: a user's turn goes in, events come out, each stored before it is given away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coach import content
from coach import method as law
from coach.cast import director
from coach.cast.guard import Guard
from coach.domain import (
    Act,
    Assessed,
    Citation,
    Coached,
    Cue,
    Event,
    FloorGiven,
    Intervened,
    Line,
    Person,
    Refused,
    Role,
    Said,
    SeatReleased,
    Session,
    SessionClosed,
    SessionOpened,
    Setup,
    StepClosed,
    StepKind,
    StepOpened,
    Undone,
    VoiceLost,
    Waited,
    apply,
)
from coach.errors import Unlawful, VoiceError, WrongUse
from coach.frame.recognise import Recogniser
from coach.language import check_text
from coach.ports import Evaluator, Passages, Voice
from coach.schemas import Method
from coach.turns import Ask, End, Give, Next, Release, Say, Turn, Undo, Wait

__all__ = [
    "Ask",
    "End",
    "Give",
    "Keep",
    "Next",
    "Release",
    "Say",
    "Team",
    "Turn",
    "Undo",
    "Wait",
    "open_session",
    "resume",
    "take_turn",
]
Keep = Callable[[Event], None]


@dataclass(frozen=True)
class Team:
    """Everybody and everything a session needs; built by wiring.py alone."""

    voice: Voice
    stand_in: Voice
    evaluator: Evaluator
    passages: Passages
    recogniser: Recogniser
    guard: Guard
    clock: Callable[[Session, str], float]


class _Room:
    """A session in motion. `emit` is the only way an event comes into being."""

    def __init__(self, session: Session, team: Team, keep: Keep) -> None:
        self.session, self.team, self.keep = session, team, keep

    @property
    def method(self) -> Method:
        return content.method(self.session.started().method)

    def emit(self, kind: type, **fields: object) -> Event:
        """Make, check, store and apply one event.

        Raises:
            Unlawful: if the method does not allow it now; nothing is stored then.
        """
        at = self.team.clock(self.session, str(fields.get("text", "")))
        event: Event = kind(seq=len(self.session.log), at=round(at, 2), **fields)
        refused = law.refusal(self.session, self.method_of(event), event)
        if refused:
            raise refused
        self.keep(event)
        self.session = apply(self.session, event)
        return event

    def method_of(self, event: Event) -> Method:
        return content.method(event.setup.method) if isinstance(event, SessionOpened) else self.method


def open_session(setup: Setup, team: Team, keep: Keep) -> Iterator[Event]:
    """Open the session and let the room play until the user has the floor. Yields each event once stored."""
    room = _Room(Session(), team, keep)
    yield room.emit(SessionOpened, setup=setup)
    yield from _go_on(room)


def take_turn(session: Session, turn: Turn, team: Team, keep: Keep) -> Iterator[Event]:
    """Play one turn of the user and what follows from it, until they have the floor again.

    Args:
        session: the state before the turn; the caller folds the events that come back into it.
        turn: what the user does.
        team: voices, evaluator, passages.
        keep: stores an event durably; called before the event is yielded.

    Raises:
        WrongUse: for a text that cannot be used (empty, too long, no words, a third language) or an unknown name.
        Unlawful: for a move that the seat or the step does not allow. Words are never lost: what was typed out of
            turn is kept as a Refused event instead.
    """
    room = _Room(session, team, keep)
    if session.closed:
        raise Unlawful("session-over")
    before = len(session.log)
    yield from _users_events(room, turn)
    if not isinstance(turn, Undo | Ask | End) and len(room.session.log) > before and not _only_refused(room, before):
        yield from _go_on(room)


def resume(session: Session, team: Team, keep: Keep) -> Iterator[Event]:
    """Go on where a killed process stopped: what the room still had to do before the user's turn."""
    if session.setup is not None and not session.closed:
        yield from _go_on(_Room(session, team, keep))


def _only_refused(room: _Room, before: int) -> bool:
    return all(isinstance(e, Refused) for e in room.session.log[before:])


def _users_events(room: _Room, turn: Turn) -> Iterator[Event]:
    user = room.session.started().user
    match turn:
        case Say(text):
            yield from _say(room, user, text)
        case Wait():
            yield room.emit(Waited, speaker=user.id)
        case Next():
            yield from _next(room, user)
        case Give(name):
            yield from _give(room, user, name)
        case Undo():
            yield room.emit(Undone, back_to=_last_turn(room.session))
        case Ask(text):
            yield _coach(room, text)
        case Release():
            yield room.emit(SeatReleased)
        case End():
            yield room.emit(SessionClosed, reason="ended")


def _say(room: _Room, user: Person, text: str) -> Iterator[Event]:
    lang = room.session.started().lang
    words = check_text(text, lang)
    spec = law.current(room.session, room.method)
    if spec is None:
        raise Unlawful("between-steps")
    role = law.role_of(user, spec.round)
    refused = law.refuse_speech(room.session, room.method, user)
    if refused:
        facts = {k: str(v) for k, v in refused.facts.items()}
        yield room.emit(Refused, speaker=user.id, text=words, reason=refused.key, facts=facts)
        return
    if role is Role.FACILITATOR:
        yield from _facilitate(room, user, words, spec.kind)
        return
    act = law.ordinary_act(spec.kind, role)
    client = law.client_of(room.session, spec.round)
    to = client.id if client.id != user.id else None
    said = room.emit(Said, speaker=user.id, act=act, text=words, to=to, voice="user")
    yield said
    if role is Role.CONSULTANT and spec.kind is StepKind.CLARIFICATION:
        verdict = room.team.evaluator.assess(words, context=_told(room.session, client.id, said.seq))
        yield room.emit(Assessed, of=said.seq, assessment=verdict)


def _told(session: Session, client: str, before: int) -> str:
    """What the client has said so far: the context of a verdict."""
    return "\n".join(s.text for s in session.said if s.speaker == client and s.seq < before)


def _facilitate(room: _Room, user: Person, text: str, kind: StepKind) -> Iterator[Event]:
    lang = room.session.started().lang
    slip = next((s for s in reversed(room.session.said) if s.drift), None)
    here = [e for e in room.session.in_step if slip is not None and e.seq > slip.seq]
    fresh = slip is not None and slip in room.session.in_step and not any(isinstance(e, Intervened) for e in here)
    slip = slip if fresh else None
    who = law.person(room.session, slip.speaker) if slip else None
    reading = room.team.recogniser.read(text, lang, slip, who)
    framed = any(isinstance(e, Said) and e.speaker == user.id for e in room.session.in_step)
    act = Act.INTERVENE if reading.intervenes else Act.FRAME
    if act is Act.FRAME and framed and kind is StepKind.LEARNING:
        act = Act.LEARN
    said = room.emit(Said, speaker=user.id, act=act, text=text, voice="user")
    yield said
    if reading.intervenes and framed or (slip is not None and reading.intervenes):
        number = slip.seq if slip else None
        yield room.emit(Intervened, of=said.seq, slip=number, drift=reading.drift, met=reading.meets)


def _next(room: _Room, user: Person) -> Iterator[Event]:
    refused = law.may_move_on(room.session, room.method, user)
    if refused:
        raise refused
    if room.session.step:
        yield room.emit(StepClosed, step=room.session.step, by=user.id)


def _give(room: _Room, user: Person, name: str) -> Iterator[Event]:
    spec = law.current(room.session, room.method)
    if spec is None or law.role_of(user, spec.round) is not Role.FACILITATOR:
        raise Unlawful("floor-not-yours")
    people = room.session.started().people
    key = name.strip().lower()
    who = next((p for p in people if key in (p.id.lower(), p.name.lower(), p.name.split()[0].lower())), None)
    if who is None:
        raise WrongUse("unknown-person", given=name, known=", ".join(p.name for p in people if not p.is_user))
    yield room.emit(FloorGiven, to=who.id)


def _last_turn(session: Session) -> int:
    """Where the user's last turn began.

    Raises:
        Unlawful: if they have not had one.
    """
    for event in reversed(session.events):
        mine = isinstance(event, Said | Refused) and (isinstance(event, Refused) or event.voice == "user")
        moved = isinstance(event, StepClosed) and event.by == session.started().user.id
        if mine or moved or isinstance(event, Waited | FloorGiven):
            return event.seq
    raise Unlawful("nothing-to-undo")


def _coach(room: _Room, question: str) -> Event:
    """The coach's aside: the step's purpose, or the passages nearest to the question."""
    lang = room.session.started().lang
    spec = law.current(room.session, room.method)
    if question.strip():
        check_text(question, lang)
    query = question.strip() or (spec.purpose.of(lang) if spec else "")
    hits = room.team.passages.search(query, lang, k=3, step=spec.kind.value if spec and not question.strip() else None)
    citations: tuple[Citation, ...] = tuple(h.citation(words=60) for h in hits)
    text = content.say("coach.step", lang, step=spec.names.of(lang), purpose=spec.purpose.of(lang)) if spec else ""
    if question.strip() and citations:
        text = content.say("coach.passage", lang, title=citations[0].title)
    return room.emit(Coached, question=question.strip(), text=text, citations=citations)


def _go_on(room: _Room) -> Iterator[Event]:
    """Let the agents act until the director gives the floor to the user."""
    for _ in range(400):  # a session has far fewer moves; the bound only stops a mistake in the rules
        move = director.next_move(room.session, room.method)
        match move:
            case director.YourTurn():
                return
            case director.Open(step):
                yield room.emit(StepOpened, step=step)
            case director.Close():
                yield from _close(room)
            case director.Finish():
                yield room.emit(SessionClosed, reason="completed")
                return
            case director.Speak(cue):
                yield from _speak(room, cue)


def _close(room: _Room) -> Iterator[Event]:
    facilitator = next(p for p in room.session.started().people if p.role is Role.FACILITATOR)
    yield from _speak(room, Cue(speaker=facilitator.id, act=Act.FRAME, refs=("close",)))
    yield room.emit(StepClosed, step=room.session.step, by=facilitator.id)


def _speak(room: _Room, cue: Cue) -> Iterator[Event]:
    """One agent's utterance: its voice, the guard, and the scripted stand-in when both fail."""
    team, session = room.team, room.session
    who = law.person(session, cue.speaker)
    if who is None:
        raise WrongUse("unknown-person", given=cue.speaker, known="")
    view = law.view_for(session, room.method, who)
    line: Line | None = None
    if team.voice is not team.stand_in and cue.slip is None:
        try:
            line = team.guard.passed(view, cue, team.voice)
        except VoiceError as error:
            yield room.emit(VoiceLost, speaker=who.id, reason=error.key)
    if line is None:
        line = team.stand_in.speak(view, cue)
    yield room.emit(
        Said,
        speaker=who.id,
        act=cue.act,
        text=line.text,
        to=cue.to,
        refs=line.refs,
        drift=line.drift,
        voice=line.voice,
    )
