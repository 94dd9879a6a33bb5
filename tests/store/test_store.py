"""What was stored stays stored, and a database that cannot be used is left as it was."""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach import migrations
from coach.domain import (
    EVENT,
    Act,
    Citation,
    Coached,
    Refused,
    Role,
    Said,
    SessionClosed,
    SessionOpened,
    StepClosed,
    StepOpened,
    Undone,
    Waited,
    fold,
)
from coach.errors import StoreError, WrongUse
from coach.store import SqlStore
from coach.store.shape import HEAD
from tests.handmade import consultant_log, setup_of

SETUP = setup_of()


def url(folder: Path, name: str = "coach.db") -> str:
    return f"sqlite:///{folder / name}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(url(tmp_path))
    yield made
    made.close()


def _waited(seq: int) -> Waited:
    return Waited(seq=seq, at=seq, speaker="c1")


def refused_as(key: str, database_url: str, **more: float) -> StoreError:
    with pytest.raises(StoreError) as caught:
        SqlStore(database_url, **more)
    assert caught.value.key == key
    return caught.value


def test_a_session_comes_back_as_it_was(store: SqlStore) -> None:
    log = consultant_log("fr")
    ident = store.create(log.setup)
    for event in log.items:
        store.append(ident, event)
    assert store.events(ident) == log.items
    assert fold(store.events(ident)) == log.session


def test_a_second_store_sees_what_the_first_one_wrote(store: SqlStore, tmp_path: Path) -> None:
    ident = store.create(SETUP)
    store.append(ident, SessionOpened(seq=0, at=0, setup=SETUP))
    assert len(SqlStore(url(tmp_path)).events(ident)) == 1


def test_readers_do_not_wait_for_a_writer(store: SqlStore, tmp_path: Path) -> None:
    ident = store.create(SETUP)
    writer = sqlite3.connect(tmp_path / "coach.db", isolation_level=None)
    assert writer.execute("pragma journal_mode").fetchone() == ("wal",)
    writer.execute("begin immediate")
    writer.execute("delete from session")
    assert [r.id for r in store.sessions()] == [ident]
    writer.execute("rollback")
    writer.close()


def test_two_data_folders_never_touch_each_other(tmp_path: Path) -> None:
    one, other = SqlStore(url(tmp_path / "a")), SqlStore(url(tmp_path / "b"))
    one.create(SETUP)
    assert other.sessions() == []


def test_a_number_that_is_taken_is_a_conflict_and_changes_nothing(store: SqlStore) -> None:
    ident = store.create(SETUP)
    first = Waited(seq=0, at=1, speaker="c1")
    store.append(ident, first)
    with pytest.raises(StoreError) as caught:
        store.append(ident, Waited(seq=0, at=2, speaker="c2"))
    assert caught.value.key == "store-conflict"
    assert store.events(ident) == [first]


def test_unknown_sessions_are_wrong_use(store: SqlStore) -> None:
    for call in (lambda: store.events("no"), lambda: store.delete("no"), lambda: store.append("no", _waited(0))):
        with pytest.raises(WrongUse) as caught:
            call()
        assert caught.value.key == "unknown-session"


def test_ids_are_short_unique_and_easy_to_type(store: SqlStore) -> None:
    ids = {store.create(SETUP) for _ in range(50)}
    assert len(ids) == 50
    assert all(len(i) == 9 and not set(i) & set("aeiou01l") for i in ids)


def test_the_list_shows_the_latest_session_first(store: SqlStore) -> None:
    old, new = store.create(SETUP), store.create(setup_of(Role.CLIENT, "fr"))
    assert [r.id for r in store.sessions()] == [new, old]
    store.append(old, _waited(0))
    assert [r.id for r in store.sessions()] == [old, new]


def test_the_list_says_where_a_session_stands(store: SqlStore) -> None:
    ident = store.create(SETUP)
    steps = [
        SessionOpened(seq=0, at=0, setup=SETUP),
        StepOpened(seq=1, at=1, step="presentation"),
        StepClosed(seq=2, at=2, step="presentation", by="facilitator"),
        StepOpened(seq=3, at=3, step="clarification"),
    ]
    for event in steps:
        store.append(ident, event)
    row = store.sessions()[0]
    assert (row.step, row.closed, row.events, row.case, row.seat) == (
        "clarification",
        None,
        4,
        "night-ward",
        "consultant",
    )
    store.append(ident, Undone(seq=4, at=4, back_to=2))
    assert store.sessions()[0].step == "presentation"
    store.append(ident, SessionClosed(seq=5, at=5, reason="ended"))
    assert (store.sessions()[0].step, store.sessions()[0].closed) == (None, "ended")


def test_a_deleted_session_leaves_no_word_in_the_files(store: SqlStore, tmp_path: Path) -> None:
    kept, gone = store.create(SETUP), store.create(SETUP)
    for ident, text in ((kept, "cerulean"), (gone, "vermilion")):
        store.append(ident, Refused(seq=0, at=0, speaker="c1", text=text, reason="x"))
    store.delete(gone)
    assert [r.id for r in store.sessions()] == [kept]
    store.close()
    bytes_left = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"cerulean" in bytes_left
    assert b"vermilion" not in bytes_left


def test_many_threads_append_at_once(store: SqlStore) -> None:
    ids, failures = [store.create(SETUP) for _ in range(12)], []

    def write(ident: str) -> None:
        try:
            for seq in range(15):
                store.append(ident, _waited(seq))
        except Exception as error:  # noqa: BLE001  a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=write, args=(i,)) for i in ids]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not failures
    assert all([e.seq for e in store.events(i)] == list(range(15)) for i in ids)


def test_a_memory_database_is_one_for_all_threads() -> None:
    store, seen = SqlStore("sqlite://"), []
    ident = store.create(SETUP)
    thread = threading.Thread(target=lambda: seen.append(store.sessions()[0].id))
    thread.start()
    thread.join()
    assert seen == [ident]


WRITER = """
import sys
from coach.domain import Said, Act
from coach.store import SqlStore
from tests.handmade import setup_of
store = SqlStore(sys.argv[1])
ident = store.create(setup_of())
print(ident, flush=True)
for seq in range(100000):
    store.append(ident, Said(seq=seq, at=seq, speaker="c1", act=Act.ASK, text="œuvre " * 20))
    print(seq, flush=True)
"""


def test_what_was_reported_stored_survives_kill_9(tmp_path: Path) -> None:
    chance = random.Random(9)
    for round_ in range(2):
        address = url(tmp_path, f"{round_}.db")
        root = str(Path(__file__).parents[2])
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, address],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": root},
        )
        assert child.stdout is not None
        ident, last, stop = child.stdout.readline().strip(), -1, chance.randrange(5, 120)
        while last < stop:
            last = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        shown = [int(line) for line in child.stdout.read().split()]
        child.wait()
        child.stdout.close()
        stored = SqlStore(address).events(ident)
        assert [e.seq for e in stored] == list(range(len(stored)))
        assert len(stored) > max([last, *shown])


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "coach.db"
    file.write_bytes(b"This was a letter, not a database. " * 400)
    before = file.read_bytes()
    assert refused_as("store-corrupt", url(tmp_path)).facts["file"] == str(file)
    assert file.read_bytes() == before


def test_a_database_with_a_damaged_page_is_named_and_left_alone(tmp_path: Path) -> None:
    store = SqlStore(url(tmp_path))
    ident = store.create(SETUP)
    for seq in range(200):
        store.append(ident, Said(seq=seq, at=0, speaker="c1", act=Act.ASK, text="a question " * 20))
    store.close()
    file = tmp_path / "coach.db"
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    whole = bytearray(file.read_bytes())
    whole[8192:40960] = os.urandom(32768)
    file.write_bytes(whole)
    refused_as("store-corrupt", url(tmp_path))
    assert file.read_bytes() == bytes(whole)


def test_a_row_that_is_no_event_is_corruption_not_a_crash(store: SqlStore, tmp_path: Path) -> None:
    ident = store.create(SETUP)
    store.append(ident, _waited(0))
    with sqlite3.connect(tmp_path / "coach.db") as raw:
        raw.execute('update event set body = \'{"type": "waited"\'')
    raw.close()
    with pytest.raises(StoreError) as caught:
        store.events(ident)
    assert caught.value.key == "store-corrupt"


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "coach.db") as raw:
        raw.execute("create table invoices (id integer)")
    raw.close()
    refused_as("store-foreign", url(tmp_path))
    with sqlite3.connect(tmp_path / "coach.db") as raw:
        assert raw.execute("select name from sqlite_master").fetchall() == [("invoices",)]
    raw.close()


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    SqlStore(url(tmp_path)).close()
    with sqlite3.connect(tmp_path / "coach.db") as raw:
        raw.execute("update coach_schema set version_num = '9999'")
    raw.close()
    refused_as("store-newer", url(tmp_path))


def test_a_locked_database_says_so_and_works_again_afterwards(store: SqlStore, tmp_path: Path) -> None:
    impatient = SqlStore(url(tmp_path), wait=0.05)
    other = sqlite3.connect(tmp_path / "coach.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreError) as caught:
        impatient.create(SETUP)
    assert caught.value.key == "store-locked"
    other.execute("rollback")
    other.close()
    assert impatient.create(SETUP)


def test_a_read_only_database_can_be_read_but_not_written(store: SqlStore, tmp_path: Path) -> None:
    ident = store.create(SETUP)
    reader = SqlStore(f"sqlite:///file:{tmp_path / 'coach.db'}?mode=ro&uri=true")
    assert [r.id for r in reader.sessions()] == [ident]
    with pytest.raises(StoreError) as caught:
        reader.append(ident, _waited(0))
    assert caught.value.key == "store-readonly"


def test_a_full_disk_is_said_and_loses_nothing(store: SqlStore, tmp_path: Path) -> None:
    ident = store.create(SETUP)

    def tiny(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("pragma max_page_count = 1")  # SQLite then keeps the size the file has

    sa.event.listen(sa.Engine, "connect", tiny)
    try:
        cramped, seq = SqlStore(url(tmp_path)), 0
        with pytest.raises(StoreError) as caught:
            for seq in range(100):
                cramped.append(ident, Said(seq=seq, at=0, speaker="c1", act=Act.ASK, text="long " * 700))
    finally:
        sa.event.remove(sa.Engine, "connect", tiny)
    assert caught.value.key == "store-full"
    assert len(store.events(ident)) == seq


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused_as("store-open", url(tmp_path / "file" / "deeper"))


@pytest.mark.parametrize("address", ["", "not an address", "nosuchdatabase://x/y"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    refused_as("store-address", address)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    error = refused_as("store-unreachable", "postgresql://coach:secret@127.0.0.1:1/coach")
    assert "127.0.0.1" in str(error.facts["file"])
    assert "secret" not in str(error)


def test_the_newest_revision_is_the_one_the_code_expects() -> None:
    names = sorted(p.stem for p in (Path(migrations.__file__).parent / "versions").glob("0*.py"))
    assert names[-1].startswith(HEAD)


def test_the_tables_that_migrations_make_are_the_tables_the_code_uses(store: SqlStore, tmp_path: Path) -> None:
    from coach.store.shape import META

    found = sa.inspect(sa.create_engine(url(tmp_path)))
    for table in META.sorted_tables:
        assert [c["name"] for c in found.get_columns(table.name)] == [c.name for c in table.columns]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
AT = st.floats(min_value=0, max_value=1e7, allow_nan=False)
EVENTS = st.one_of(
    st.builds(Waited, seq=st.just(0), at=AT, speaker=WORDS),
    st.builds(
        Refused, seq=st.just(0), at=AT, speaker=WORDS, text=WORDS, reason=WORDS, facts=st.dictionaries(WORDS, WORDS)
    ),
    st.builds(
        Said,
        seq=st.just(0),
        at=AT,
        speaker=WORDS,
        act=st.sampled_from(Act),
        text=WORDS,
        to=st.none() | WORDS,
        refs=st.lists(WORDS, max_size=3).map(tuple),
        drift=st.none() | WORDS,
        voice=WORDS,
    ),
    st.builds(
        Coached,
        seq=st.just(0),
        at=AT,
        question=WORDS,
        text=WORDS,
        citations=st.lists(st.builds(Citation, id=WORDS, title=WORDS, excerpt=WORDS), max_size=2).map(tuple),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=EVENTS)
def test_any_event_comes_back_equal(store: SqlStore, event: Said) -> None:
    ident = store.create(SETUP)
    store.append(ident, event)
    (back,) = store.events(ident)
    assert back == event
    assert math.copysign(1, back.at) >= 0
    assert EVENT.validate_json(event.model_dump_json()) == event


def test_postgresql_keeps_events_the_same_way(postgres: str) -> None:
    store = SqlStore(postgres)
    log = consultant_log("fr")
    ident = store.create(log.setup)
    for event in log.items:
        store.append(ident, event)
    assert SqlStore(postgres).events(ident) == log.items
    with pytest.raises(StoreError) as caught:
        store.append(ident, log.items[0])
    assert caught.value.key == "store-conflict"
    assert store.sessions()[0].closed == "completed"
    store.delete(ident)
    assert store.sessions() == []
    store.close()


@pytest.fixture
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own, on a socket in a folder of its own; skipped where none is installed."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (str(homes[-1]) if homes else None)
    runuser, root = shutil.which("runuser"), os.getuid() == 0
    if found is None or (root and runuser is None):
        pytest.skip("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="coach-pg-"))
    if root:  # PostgreSQL refuses to run as root: the account that its package made runs it
        shutil.chown(folder, "postgres")
    plain = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    prefix = [str(runuser), "-u", "postgres", "--"] if root else []

    def run(tool: str, *args: str) -> bool:
        line = [*prefix, str(Path(found).resolve().with_name(tool)), *args]
        # pg_ctl's server keeps the pipes open: nothing is read from it.
        return not subprocess.run(
            line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, env=plain
        ).returncode

    data, options = str(folder / "data"), f"-c listen_addresses='' -k {folder} -c fsync=off"
    try:
        if not run("initdb", "-D", data, "-A", "trust", "-U", "coach", "-E", "UTF8", "--no-sync"):
            pytest.skip("PostgreSQL cannot make a cluster here")
        if not run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start"):
            pytest.skip("PostgreSQL does not start here")
        yield f"postgresql://coach@/postgres?host={folder}"
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
