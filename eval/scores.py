"""How well verdicts and codes agree with the gold labels, with bootstrap intervals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import FAULTS, VERDICTS
from coach.domain import Assessment
from coach.evals.gold import Utterance

CLAIMS = (*VERDICTS, "clean")
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Gold and verdict side by side."""

    gold: Utterance
    found: Assessment

    @property
    def right(self) -> bool:
        """The evaluator says clean where the label does."""
        return self.gold.clean == self.found.clean


def kappa(truth: Flags, found: Flags) -> float:
    """Cohen's kappa of two labellings; 0 where it is not defined."""
    agree, chance = np.mean(truth == found), 0.0
    for value in (True, False):
        chance += np.mean(truth == value) * np.mean(found == value)
    return float((agree - chance) / (1 - chance)) if chance < 1 else 0.0


def precision_recall_f1(truth: Flags, found: Flags) -> tuple[float, float, float]:
    """Precision, recall and F1 of the flagged items; 0 where nothing was flagged."""
    hits = float(np.sum(truth & found))
    precision, recall = hits / max(1.0, float(found.sum())), hits / max(1.0, float(truth.sum()))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def broken(rows: Sequence[Judged], claim: str) -> tuple[Flags, Flags]:
    """Where `claim` (a verdict, or clean) is false: by the label, and by the evaluator."""
    return (
        np.array([not getattr(r.gold, claim) for r in rows], bool),
        np.array([not getattr(r.found, claim) for r in rows], bool),
    )


def carries(rows: Sequence[Judged], code: str) -> tuple[Flags, Flags]:
    """Where `code` is: by the label, and by the evaluator."""
    return np.array([code in r.gold.codes for r in rows], bool), np.array([code in r.found.codes for r in rows], bool)


def clean_kappa(rows: Sequence[Judged]) -> float:
    """Kappa of `clean`."""
    return kappa(*broken(rows, "clean"))


def false_alarms(rows: Sequence[Judged]) -> float:
    """The share of clean utterances that are called faulty."""
    truth, found = broken(rows, "clean")
    return float(np.mean(found[~truth])) if (~truth).any() else 0.0


def code_f1(rows: Sequence[Judged], code: str) -> float:
    """F1 of one code."""
    return precision_recall_f1(*carries(rows, code))[2]


def macro_f1(rows: Sequence[Judged]) -> float:
    """Mean F1 of the seven fatal and major codes."""
    return float(np.mean([code_f1(rows, c) for c in FAULTS]))


def solution_f1(rows: Sequence[Judged]) -> float:
    """F1 of "not solution_free"."""
    return precision_recall_f1(*broken(rows, "solution_free"))[2]


def brier(rows: Sequence[Judged]) -> float:
    """Mean squared error of the probability that the utterance is clean."""
    return float(np.mean([(probability(r) - r.gold.clean) ** 2 for r in rows]))


def probability(row: Judged) -> float:
    """The evaluator's probability that the utterance is clean."""
    return row.found.confidence if row.found.clean else 1 - row.found.confidence


def pairs(rows: Sequence[Judged]) -> float:
    """The share of minimal pairs of which both members are judged right."""
    members: dict[str, list[bool]] = defaultdict(list)
    for r in rows:
        if r.gold.pair:
            members[r.gold.pair].append(r.right)
    return float(np.mean([all(m) for m in members.values()])) if members else 0.0


def turned(rows: Sequence[Judged]) -> float:
    """As `pairs`, of the pairs with the same words, where only the context turns the verdict; NaN where there is none."""
    members: dict[str, list[Judged]] = defaultdict(list)
    for r in rows:
        if r.gold.pair:
            members[r.gold.pair].append(r)
    same = [m for m in members.values() if len({r.gold.text.lower() for r in m}) == 1]
    return float(np.mean([all(r.right for r in m) for m in same])) if same else float("nan")


def marked_words(rows: Sequence[Judged]) -> float:
    """How well the marked words meet those that a reader marked, where both name the code: mean F1 over the letters."""
    found = [_overlap(r, code, words) for r in rows for code, words in r.gold.evidence.items() if code in r.found.codes]
    return float(np.mean(found)) if found else 0.0


def _overlap(row: Judged, code: str, words: str) -> float:
    start, letters = row.gold.text.index(words), {i for i, c in enumerate(row.gold.text) if c.isalnum()}
    truth = letters & set(range(start, start + len(words)))
    found = letters & {i for s in row.found.spans if s.code == code for i in range(s.start, s.end)}
    return 2 * len(truth & found) / max(1, len(truth) + len(found))


def interval(
    rows: Sequence[Judged],
    score: Callable[[Sequence[Judged]], float],
    unit: Callable[[Judged], Hashable],
    rounds: int = 500,
) -> tuple[float, float, float]:
    """`score` with its 95 % interval, resampled by `unit` (a setting, or a pair), fixed seed."""
    groups: dict[Hashable, list[Judged]] = defaultdict(list)
    for r in rows:
        groups[unit(r)].append(r)
    units, rng = list(groups.values()), np.random.default_rng(1)
    values = [score([r for i in rng.integers(0, len(units), len(units)) for r in units[i]]) for _ in range(rounds)]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return score(rows), float(low), float(high)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count` things (E. B. Wilson, 1927)."""
    z = 1.96
    middle, half = share + z * z / (2 * count), z * math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)


def confusion(rows: Sequence[Judged]) -> str:
    """The first code of the label (rows) against the first code found (columns)."""
    names = ["clean", *FAULTS]
    first: Callable[[Sequence[str]], str] = lambda codes: next((c for c in FAULTS if c in codes), "clean")  # noqa: E731
    table = np.zeros((len(names), len(names)), int)
    for r in rows:
        table[names.index(first(r.gold.codes)), names.index(first(r.found.codes))] += 1
    head = f"{'label / found':20}" + "".join(f"{n[:9]:>10}" for n in names)
    return "\n".join(
        [head, *(f"{n:20}" + "".join(f"{v:10}" for v in line) for n, line in zip(names, table, strict=True))]
    )


class Bin(NamedTuple):
    """Utterances that got a probability of being clean from `low` on: how many, its mean, and how often it came true."""

    low: float
    count: int
    given: float
    true: float


def bins(rows: Sequence[Judged], count: int = 5) -> list[Bin]:
    """The bins of equal width that hold any utterance."""
    p = np.array([probability(r) for r in rows])
    truth = np.array([r.gold.clean for r in rows])
    place = np.minimum((p * count).astype(int), count - 1)
    return [
        Bin(i / count, int(inside.sum()), float(p[inside].mean()), float(truth[inside].mean()))
        for i in range(count)
        if (inside := place == i).any()
    ]


def reliability(rows: Sequence[Judged], count: int = 5) -> str:
    """How often "clean" came true, by the probability that was given for it."""
    head = f"{'P(clean)':12}{'items':>7}{'mean P':>9}{'came true':>11}"
    lines = [f"{b.low:.1f}–{b.low + 1 / count:.1f}{b.count:12}{b.given:9.2f}{b.true:11.2f}" for b in bins(rows, count)]
    return "\n".join([head, *lines])
