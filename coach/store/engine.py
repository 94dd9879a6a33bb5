"""Opening a database, and turning what it raises into our own errors."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from coach.errors import StoreError

# SQLite's primary result codes (https://sqlite.org/rescode.html) that a person can do something about.
_SQLITE = {
    5: "store-locked",
    6: "store-locked",
    8: "store-readonly",
    11: "store-corrupt",
    13: "store-full",
    14: "store-open",
    26: "store-corrupt",
}


def address(database_url: str) -> URL:
    """The address, with the driver that we ship for it.

    Raises:
        StoreError: if it is no database address.
    """
    try:
        url = make_url(database_url)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:  # ValueError: a port that is no number
        raise StoreError("store-address") from error
    return url


def shown(url: URL) -> str:
    """How to name the database to a person: the file, or the address without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.render_as_string(hide_password=True)


def open_engine(url: URL, wait: float) -> Engine:
    """An engine whose connections keep what they commit; `wait` is in seconds."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_size=10, max_overflow=40, pool_pre_ping=True)
    if url.database in (None, "", ":memory:"):
        engine = sa.create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        if not url.query.get("uri"):
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, pool_size=10, max_overflow=40, connect_args={"timeout": wait})

    def pragmas(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        # FULL: a committed event outlives a power cut, too, not only a killed process.
        for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {line}")
        cursor.close()

    sa.event.listen(engine, "connect", pragmas)
    return engine


def key_for(error: Exception) -> str:
    """Which of our sentences fits a foreign exception."""
    if isinstance(error, ModuleNotFoundError):
        return "store-driver"
    if isinstance(error, OSError):
        return "store-full" if error.errno == errno.ENOSPC else "store-open"
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF, "store-failed")
    return "store-unreachable" if isinstance(error, OperationalError) else "store-failed"
