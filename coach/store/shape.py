"""The database's tables, and bringing an older or an empty database up to them (alembic, quietly)."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

import coach.migrations
from coach.errors import StoreError

VERSION_TABLE = "coach_schema"
HEAD = "0002"  # the newest revision in coach/migrations; a test holds that it is
META = sa.MetaData()
SESSION = sa.Table(
    "session",
    META,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created", sa.String(32), nullable=False),
    sa.Column("updated", sa.String(32), nullable=False),
    sa.Column("setup", sa.Text, nullable=False),
)
EVENTS = sa.Table(
    "event",
    META,
    sa.Column("session_id", sa.String(32), sa.ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
DRILL = sa.Table(
    "drill_answer",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("item", sa.String(64), nullable=False),
    sa.Column("given", sa.String(32), nullable=False),
    sa.Column("right", sa.Boolean, nullable=False),
)


def prepare(connection: Connection, where: str) -> None:
    """Check the database, then bring its shape up to date; `where` is how to call it in an error.

    Raises:
        StoreError: if it is broken, is not ours, or is newer than this code.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise StoreError("store-corrupt", file=where)
    if _version(connection, where) == HEAD:
        return
    connection.rollback()
    # Two processes may start at once: the second waits here and then finds the work done.
    lock = "BEGIN IMMEDIATE" if sqlite else "SELECT pg_advisory_xact_lock(20261122)"
    connection.exec_driver_sql(lock)
    version = _version(connection, where)
    if version != HEAD:
        _upgrade(connection, version, where)
    connection.commit()


def _version(connection: Connection, where: str) -> str | None:
    """The revision the database has, None for a new one."""
    names = sa.inspect(connection).get_table_names()
    if VERSION_TABLE in names:
        version = sa.table(VERSION_TABLE, sa.column("version_num", sa.String))
        return connection.scalar(sa.select(version.c.version_num))
    if (names and connection.dialect.name == "sqlite") or {SESSION.name, EVENTS.name} & set(names):
        raise StoreError("store-foreign", file=where)
    return None


def _upgrade(connection: Connection, version: str | None, where: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    folder = str(Path(coach.migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {r.revision for r in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError("store-newer", file=where)
    command.upgrade(config, "head")
