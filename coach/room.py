"""The one loop: a user's turn goes in, events come out, each stored before it is given away."""

from __future__ import annotations

from collections.abc import Iterator

from coach import method as law
from coach.aside import advise, facilitate
from coach.cast import director
from coach.domain import (
    Act,
    Assessed,
    Cue,
    Event,
    FloorGiven,
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
)
from coach.errors import Unlawful, VoiceError, WrongUse
from coach.language import check_text
from coach.stage import Keep, Stage, Team
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


def open_session(setup: Setup, team: Team, keep: Keep) -> Iterator[Event]:
    """Open the session and let the room play until the user has the floor. Yields each event once stored."""
    stage = Stage(Session(), team, keep)
    yield stage.emit(SessionOpened, setup=setup)
    yield from _go_on(stage)


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
    stage = Stage(session, team, keep)
    if session.closed:
        raise Unlawful("session-over")
    before = len(session.log)
    yield from _users_events(stage, turn)
    if not isinstance(turn, Undo | Ask | End) and len(stage.session.log) > before and not _only_refused(stage, before):
        yield from _go_on(stage)


def resume(session: Session, team: Team, keep: Keep) -> Iterator[Event]:
    """Go on where a killed process stopped: what the room still had to do before the user's turn."""
    if session.setup is not None and not session.closed:
        yield from _go_on(Stage(session, team, keep))


def _only_refused(stage: Stage, before: int) -> bool:
    return all(isinstance(e, Refused) for e in stage.session.log[before:])


def _users_events(stage: Stage, turn: Turn) -> Iterator[Event]:
    user = stage.session.started().user
    match turn:
        case Say(text):
            yield from _say(stage, user, text)
        case Wait():
            yield stage.emit(Waited, speaker=user.id)
        case Next():
            yield from _next(stage, user)
        case Give(name):
            yield from _give(stage, user, name)
        case Undo():
            yield stage.emit(Undone, back_to=_last_turn(stage.session))
        case Ask(text):
            yield advise(stage, text)
        case Release():
            yield stage.emit(SeatReleased)
        case End():
            yield stage.emit(SessionClosed, reason="ended")


def _say(stage: Stage, user: Person, text: str) -> Iterator[Event]:
    lang = stage.session.started().lang
    words = check_text(text, lang)
    spec = law.current(stage.session, stage.method)
    if spec is None:
        raise Unlawful("between-steps")
    role = law.role_of(user, spec.round)
    refused = law.refuse_speech(stage.session, stage.method, user)
    if refused:
        facts = {k: str(v) for k, v in refused.facts.items()}
        yield stage.emit(Refused, speaker=user.id, text=words, reason=refused.key, facts=facts)
        return
    if role is Role.FACILITATOR:
        yield from facilitate(stage, user, words, spec.kind)
        return
    act = law.ordinary_act(spec.kind, role)
    client = law.client_of(stage.session, spec.round)
    to = client.id if client.id != user.id else None
    said = stage.emit(Said, speaker=user.id, act=act, text=words, to=to, voice="user")
    yield said
    if role is Role.CONSULTANT and spec.kind is StepKind.CLARIFICATION:
        verdict = stage.team.evaluator.assess(words, context=_told(stage.session, client.id, said.seq))
        yield stage.emit(Assessed, of=said.seq, assessment=verdict)


def _told(session: Session, client: str, before: int) -> str:
    """What the client has said so far: the context of a verdict."""
    return "\n".join(s.text for s in session.said if s.speaker == client and s.seq < before)


def _next(stage: Stage, user: Person) -> Iterator[Event]:
    refused = law.may_move_on(stage.session, stage.method, user)
    if refused:
        raise refused
    if stage.session.step:
        yield stage.emit(StepClosed, step=stage.session.step, by=user.id)


def _give(stage: Stage, user: Person, name: str) -> Iterator[Event]:
    spec = law.current(stage.session, stage.method)
    if spec is None or law.role_of(user, spec.round) is not Role.FACILITATOR:
        raise Unlawful("floor-not-yours")
    people = stage.session.started().people
    key = name.strip().lower()
    who = next((p for p in people if key in (p.id.lower(), p.name.lower(), p.name.split()[0].lower())), None)
    if who is None:
        raise WrongUse("unknown-person", given=name, known=", ".join(p.name for p in people if not p.is_user))
    yield stage.emit(FloorGiven, to=who.id)


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


def _go_on(stage: Stage) -> Iterator[Event]:
    """Let the agents act until the director gives the floor to the user."""
    for _ in range(400):  # a session has far fewer moves; the bound only stops a mistake in the rules
        move = director.next_move(stage.session, stage.method)
        match move:
            case director.YourTurn():
                return
            case director.Open(step):
                yield stage.emit(StepOpened, step=step)
            case director.Close():
                yield from _close(stage)
            case director.Finish():
                yield stage.emit(SessionClosed, reason="completed")
                return
            case director.Speak(cue):
                yield from _speak(stage, cue)


def _close(stage: Stage) -> Iterator[Event]:
    facilitator = next(p for p in stage.session.started().people if p.role is Role.FACILITATOR)
    yield from _speak(stage, Cue(speaker=facilitator.id, act=Act.FRAME, refs=("close",)))
    yield stage.emit(StepClosed, step=stage.session.step, by=facilitator.id)


def _speak(stage: Stage, cue: Cue) -> Iterator[Event]:
    """One agent's utterance: its voice, the guard, and the scripted stand-in when both fail."""
    team, session = stage.team, stage.session
    who = law.person(session, cue.speaker)
    if who is None:
        raise WrongUse("unknown-person", given=cue.speaker, known="")
    view = law.view_for(session, stage.method, who)
    line: Line | None = None
    if team.voice is not team.stand_in and cue.slip is None:
        try:
            line = team.guard.passed(view, cue, team.voice)
        except VoiceError as error:
            yield stage.emit(VoiceLost, speaker=who.id, reason=error.key)
    if line is None:
        line = team.stand_in.speak(view, cue)
    yield stage.emit(
        Said,
        speaker=who.id,
        act=cue.act,
        text=line.text,
        to=cue.to,
        refs=line.refs,
        drift=line.drift,
        voice=line.voice,
    )
