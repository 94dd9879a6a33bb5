"""A session that someone plays: the state, and one method that takes a turn. Page, terminal and scripts use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from coach import content, room
from coach.debrief import Debrief, debrief
from coach.domain import Event, Session, Setup, apply, fold
from coach.errors import CoachError, WrongUse

COMMANDS = ("/wait", "/next", "/give", "/undo", "/ask", "/end")


class Rehearsal:
    """A session in play. `session` is always the fold of the events given away so far."""

    def __init__(self, team: room.Team, keep: room.Keep, session: Session | None = None) -> None:
        self.team, self.session, self._keep = team, session or Session(), keep

    def open(self, setup: Setup) -> Iterator[Event]:
        """Open the session; events until the user has the floor."""
        yield from self._follow(room.open_session(setup, self.team, self._keep))

    def take(self, turn: room.Turn) -> Iterator[Event]:
        """Play one turn of the user; see `room.take_turn`."""
        yield from self._follow(room.take_turn(self.session, turn, self.team, self._keep))

    def resume(self) -> Iterator[Event]:
        """Finish what a killed process had begun."""
        yield from self._follow(room.resume(self.session, self.team, self._keep))

    def debrief(self) -> Debrief:
        """What the session looked like, from its events alone."""
        return debrief(self.session, content.method(self.session.started().method))

    def _follow(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            self.session = apply(self.session, event)
            yield event


def restore(events: list[Event], team: room.Team, keep: room.Keep) -> Rehearsal:
    """The rehearsal that stored events add up to."""
    return Rehearsal(team, keep, fold(events))


def parse_turn(line: str) -> room.Turn:
    """A line of a script or of the terminal as a turn.

    Raises:
        WrongUse: for a command that does not exist, or `/give` without a name.
    """
    text = line.strip()
    if not text.startswith("/"):
        return room.Say(line)
    command, _, rest = text.partition(" ")
    match command.lower():
        case "/wait":
            return room.Wait()
        case "/next":
            return room.Next()
        case "/undo":
            return room.Undo()
        case "/end":
            return room.End()
        case "/ask":
            return room.Ask(rest)
        case "/give" if rest.strip():
            return room.Give(rest.strip().lstrip("@"))
    raise WrongUse("unknown-command", given=command, known=", ".join(COMMANDS))


@dataclass(frozen=True)
class Trouble:
    """A line that could not be played: its number from 1, and why."""

    line: int
    error: CoachError


def play(
    rehearsal: Rehearsal,
    setup: Setup,
    lines: Iterable[str],
    show: Callable[[Event], None] = lambda event: None,
    trouble: Callable[[Trouble], None] = lambda trouble: None,
) -> list[Trouble]:
    """Play a whole session from lines; at their end the agents play on to the debrief.

    Returns:
        The lines that could not be played; the session goes on without them.
    """
    troubles: list[Trouble] = []

    def run(events: Iterator[Event]) -> None:
        for event in events:
            show(event)

    run(rehearsal.open(setup))
    for number, line in enumerate(lines, start=1):
        if rehearsal.session.closed:
            break
        try:
            run(rehearsal.take(parse_turn(line)))
        except CoachError as error:
            troubles.append(Trouble(number, error))
            trouble(troubles[-1])
    if not rehearsal.session.closed:
        run(rehearsal.take(room.Release()))
    return troubles
