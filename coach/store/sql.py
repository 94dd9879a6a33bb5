"""Append and replay events in a SQL database."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from coach.domain import EVENT, Event, Language, SessionOpened, Setup, fold
from coach.drill_schema import DrillAnswer
from coach.errors import StoreError, WrongUse
from coach.ports import SessionRow
from coach.store.engine import address, key_for, open_engine, shown
from coach.store.shape import DRILL, EVENTS, SESSION, prepare

_SHAPE = ("step_opened", "step_closed", "session_closed", "undone")  # the events that move a session on
# No vowels and nothing that looks like something else: ids are read out, typed, and spell no word.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


class SqlStore:
    """Keeps sessions as rows of events; may be used from several threads at once.

    Args:
        database_url: a SQLAlchemy address, `sqlite:///…` or `postgresql://…`; a missing SQLite file is made.
        wait: seconds to wait for another process that is writing.

    Raises:
        StoreError: when the database cannot be opened, is broken, is not ours, or is newer than this code.
    """

    def __init__(self, database_url: str, wait: float = 10.0) -> None:
        url = address(database_url)
        self._where = shown(url)
        # SQLite has one writer at a time; a queue of our own is fair, its busy handler is not.
        self._writing = threading.Lock()
        with self._translated():
            self._engine = open_engine(url, wait)
            with self._engine.connect() as connection:
                prepare(connection, self._where)

    def create(self, setup: Setup) -> str:
        """A new, empty session; its id, like "k7mq-2xtd"."""
        now = _now()
        for _ in range(5):
            ident = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
            row = {"id": ident, "created": now, "updated": now, "setup": setup.model_dump_json()}
            try:
                with self._write() as connection:
                    connection.execute(sa.insert(SESSION).values(row))
            except IntegrityError:
                continue  # the id is taken: once in 10^11
            return ident
        raise StoreError("store-failed", file=self._where)

    def append(self, session_id: str, event: Event) -> None:
        """Store one event durably, in a transaction of its own.

        Raises:
            WrongUse: for an unknown session.
            StoreError: if its number is taken (two writers) or the database fails.
        """
        row = {"session_id": session_id, "seq": event.seq, "type": event.type, "body": event.model_dump_json()}
        touch: dict[str, Any] = {"updated": _now()}
        if isinstance(event, SessionOpened):
            touch["setup"] = event.setup.model_dump_json()
        try:
            with self._write() as connection:
                touched = connection.execute(sa.update(SESSION).where(SESSION.c.id == session_id).values(touch))
                if touched.rowcount == 0:
                    raise WrongUse("unknown-session", given=session_id)
                connection.execute(sa.insert(EVENTS).values(row))
        except IntegrityError as error:
            raise StoreError("store-conflict", session=session_id, number=event.seq) from error

    def events(self, session_id: str) -> list[Event]:
        """All events of a session in order.

        Raises:
            WrongUse: for an unknown session.
            StoreError: if the database fails or holds something that is no event.
        """
        with self._translated(), self._engine.connect() as connection:
            self._known(connection, session_id)
            query = sa.select(EVENTS.c.body).where(EVENTS.c.session_id == session_id).order_by(EVENTS.c.seq)
            return [self._event(body) for body in connection.scalars(query)]

    def sessions(self) -> list[SessionRow]:
        """All sessions, the latest first."""
        counts = (
            sa.select(EVENTS.c.session_id, sa.func.count().label("events")).group_by(EVENTS.c.session_id).subquery()
        )
        rows = (
            sa.select(SESSION, counts.c.events)
            .outerjoin(counts, counts.c.session_id == SESSION.c.id)
            .order_by(SESSION.c.updated.desc(), SESSION.c.created.desc(), SESSION.c.id)
        )
        moves = sa.select(EVENTS).where(EVENTS.c.type.in_(_SHAPE)).order_by(EVENTS.c.session_id, EVENTS.c.seq)
        with self._translated(), self._engine.connect() as connection:
            found = connection.execute(rows).all()
            by_session = {
                ident: [self._event(r.body) for r in group]
                for ident, group in groupby(connection.execute(moves), key=lambda r: r.session_id)
            }
        return [self._row(row, by_session.get(row.id, [])) for row in found]

    def delete(self, session_id: str) -> None:
        """Remove a session and its events for good.

        Raises:
            WrongUse: for an unknown session.
        """
        with self._write() as connection:
            self._known(connection, session_id)
            connection.execute(sa.delete(EVENTS).where(EVENTS.c.session_id == session_id))
            connection.execute(sa.delete(SESSION).where(SESSION.c.id == session_id))
        if self._engine.dialect.name == "sqlite":
            with self._translated(), self._engine.connect() as connection:
                # secure_delete wiped the pages; this keeps the words from living on in the write-ahead log.
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def add_drill(self, lang: Language, answer: DrillAnswer) -> None:
        """Keep one answer of the drill durably; what was rewritten is not kept."""
        row = answer.model_dump() | {"lang": lang, "at": _now()}
        with self._write() as connection:
            connection.execute(sa.insert(DRILL).values(row))

    def drill_answers(self, lang: Language) -> list[DrillAnswer]:
        """All answers of the drill in one language, in order."""
        query = sa.select(DRILL).where(DRILL.c.lang == lang).order_by(DRILL.c.number)
        with self._translated(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [DrillAnswer(item=r.item, given=r.given, right=r.right, at=r.at) for r in rows]

    def close(self) -> None:
        """Let go of the database's connections; the store opens new ones if it is used again."""
        self._engine.dispose()

    # -- inside ----------------------------------------------------------------------------------------

    def _known(self, connection: Connection, session_id: str) -> None:
        if connection.scalar(sa.select(SESSION.c.id).where(SESSION.c.id == session_id)) is None:
            raise WrongUse("unknown-session", given=session_id)

    def _event(self, body: str) -> Event:
        try:
            return EVENT.validate_json(body)
        except ValidationError as error:
            raise StoreError("store-corrupt", file=self._where) from error

    def _row(self, row: Any, moves: list[Event]) -> SessionRow:
        try:
            setup = Setup.model_validate_json(row.setup)
        except ValidationError as error:
            raise StoreError("store-corrupt", file=self._where) from error
        state = fold(moves)
        return SessionRow(
            id=row.id,
            case=setup.cases[0] if setup.cases else "",
            method=setup.method,
            seat=setup.seat.value,
            lang=setup.lang,
            started=row.created,
            updated=row.updated,
            step=state.step,
            closed=state.closed,
            events=row.events or 0,
        )

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._translated(), self._writing, self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The one place where a database's exception becomes ours; a taken number is the caller's to name."""
        try:
            yield
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
            raise StoreError(key_for(error), file=self._where) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
