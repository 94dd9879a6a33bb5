"""The event store, and the only user of SQLAlchemy: SQLite by default, PostgreSQL by address.

An event is committed, and flushed to the disk, before `append` returns. Nothing here deletes or overwrites a
database that it cannot read.
"""

from coach.store.sql import SqlStore

__all__ = ["SqlStore"]
