"""Which utterances come next, and how it goes: pure functions of the answers so far."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from coach.domain import Frozen
from coach.drill_schema import CLEAN, STRANDS, DrillAnswer, DrillItem

FIVE = 5
SPACING = 30  # how many other answers lie between two showings of an item
_FADE = 0.85  # what an answer weighs beside the next one of its strand
_SHARE = {CLEAN: 3.0}  # with eight strands alike, one in eight would be clean: too few to learn to leave it alone
_AFTER = {None: 1.0, True: 0.5, False: 2.0}  # an item that went wrong comes back sooner than one that went right
_RECENT = 10
_BLOCK = 5


class Progress(Frozen):
    """One strand: how many answers, how many right, the share of the last ten, and the shares of each five in turn."""

    strand: str
    seen: int
    right: int
    recent: float | None
    curve: tuple[float, ...]


def is_right(item: DrillItem, given: str) -> bool:
    """Whether "clean" or a code is an answer to `item`; the tip of a clean item is right, too."""
    return item.clean if given == CLEAN else given in item.codes


def error_rate(rights: Sequence[bool]) -> float:
    """How likely the next answer of a strand is wrong, 0–1, the latest counting most; 0.5 where nothing is known."""
    wrong, total = 1.0, 2.0
    for age, right in enumerate(reversed(rights)):
        wrong += 0.0 if right else _FADE**age
        total += _FADE**age
    return wrong / total


def choose(
    items: Sequence[DrillItem], answers: Sequence[DrillAnswer], seed: int, count: int = FIVE
) -> tuple[DrillItem, ...]:
    """The next `count` different items (fewer where the bank has fewer), the weak strands more often.

    No item comes that was among the last `SPACING` answers, as far as the bank is large enough. The same answers
    and seed give the same items.
    """
    dice = random.Random(f"{seed}:{len(answers)}")
    left = _rested(items, answers, count)
    wanted = _wanted(items, answers)
    latest = {a.item: a.right for a in answers}
    chosen: list[DrillItem] = []
    while left and len(chosen) < count:
        sizes = Counter(i.strand for i in left)
        odds = [wanted[i.strand] / sizes[i.strand] * _AFTER[latest.get(i.id)] for i in left]
        item = dice.choices(left, odds)[0]
        left.remove(item)
        wanted[item.strand] /= 2  # five of one kind would tell the answer
        chosen.append(item)
    return tuple(chosen)


def _rested(items: Sequence[DrillItem], answers: Sequence[DrillAnswer], count: int) -> list[DrillItem]:
    spacing = min(SPACING, max(0, len(items) - count))
    tired = {a.item for a in answers[max(0, len(answers) - spacing) :]}
    return [i for i in items if i.id not in tired]


def _wanted(items: Sequence[DrillItem], answers: Sequence[DrillAnswer]) -> dict[str, float]:
    rights = by_strand(items, answers)
    return {s: _SHARE.get(s, 1.0) * error_rate(rights[s]) ** 2 for s in STRANDS}


def by_strand(items: Sequence[DrillItem], answers: Sequence[DrillAnswer]) -> Mapping[str, list[bool]]:
    """Right or wrong, in order, by strand; answers to items that the bank no longer has do not count."""
    strand = {i.id: i.strand for i in items}
    found: dict[str, list[bool]] = {s: [] for s in STRANDS}
    for answer in answers:
        if answer.item in strand:
            found[strand[answer.item]].append(answer.right)
    return found


def progress(items: Sequence[DrillItem], answers: Sequence[DrillAnswer]) -> tuple[Progress, ...]:
    """How each strand goes, in the order of the codebook, "clean" last."""
    return tuple(_progress(strand, rights) for strand, rights in by_strand(items, answers).items())


def _progress(strand: str, rights: Sequence[bool]) -> Progress:
    recent = rights[-_RECENT:]
    blocks = [rights[n : n + _BLOCK] for n in range(0, len(rights), _BLOCK)]
    return Progress(
        strand=strand,
        seen=len(rights),
        right=sum(rights),
        recent=sum(recent) / len(recent) if recent else None,
        curve=tuple(sum(b) / len(b) for b in blocks),
    )
