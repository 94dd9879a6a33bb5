"""kill -9 at random moments: whatever was shown is there afterwards, and the session goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial
from pathlib import Path

from coach import content, room
from coach.domain import EVENT, Event, SessionOpened, fold
from coach.rehearsal import Rehearsal, restore
from coach.seating import make_setup
from coach.store import SqlStore

SCRIPT = ["How long has this been so?", "You should tell her.", "Who knows about it?", "What matters most to you?"]


def _play_and_show(team: room.Team, url: str, shown: int) -> None:
    """In the child: play, and write each event to the pipe once it may be shown."""
    store = SqlStore(url)
    setup = make_setup("night-ward", "consultant", "en", pace="brisk")
    ident = store.create(setup)
    rehearsal = Rehearsal(team, partial(store.append, ident))

    def show(event: Event) -> None:
        os.write(shown, EVENT.dump_json(event) + b"\n")
        time.sleep(0.002)

    os.write(shown, ident.encode() + b"\n")
    for event in rehearsal.open(setup):
        show(event)
    for line in SCRIPT:
        for event in rehearsal.take(room.Say(line)):
            show(event)
    for event in rehearsal.take(room.Release()):
        show(event)
    os._exit(0)


def test_everything_that_was_shown_survives_kill_9_at_twenty_random_moments(
    quick_team: room.Team, tmp_path: Path
) -> None:
    dice = random.Random(20)
    lengths = set()
    for number in range(20):
        url = f"sqlite:///{tmp_path / f'coach-{number}.db'}"
        SqlStore(url).close()  # the schema is there: the random moments fall into the session
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _play_and_show(quick_team, url, writer)
            finally:
                os._exit(1)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            # So many lines, and then some moment: a busy machine must not make all the moments the same.
            seen = b"".join(pipe.readline() for _ in range(dice.randint(1, 75)))
            time.sleep(dice.uniform(0, 0.01))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            lines = (seen + pipe.read()).split(b"\n")
        ident, shown = lines[0].decode(), [EVENT.validate_json(line) for line in lines[1:-1]]
        if not ident:
            continue
        store = SqlStore(url)
        kept = store.events(ident)
        assert kept[: len(shown)] == shown
        lengths.add(len(shown))
        if kept and isinstance(kept[0], SessionOpened):
            _goes_on(quick_team, store, ident, kept)
        store.close()
    assert len(lengths) > 5, "the moments were not random enough to mean anything"


def _goes_on(team: room.Team, store: SqlStore, ident: str, kept: list[Event]) -> None:
    rehearsal = restore(kept, team, partial(store.append, ident))
    for _ in rehearsal.resume():
        pass
    if not rehearsal.session.closed:
        for _ in rehearsal.take(room.Release()):
            pass
    assert rehearsal.session.closed == "completed"
    assert fold(store.events(ident)) == rehearsal.session
    assert list(rehearsal.session.steps_done) == [s.id for s in content.method(content.DEFAULT_METHOD).steps]
