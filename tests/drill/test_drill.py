"""What comes next in the drill, and how progress is counted."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from coach import content
from coach.drill import FIVE, SPACING, choose, error_rate, is_right, progress
from coach.drill_schema import CLEAN, FAULTS, STRANDS, DrillAnswer, DrillItem

ITEMS = content.drill("en").items
IDS = [i.id for i in ITEMS]
ANSWERS = st.lists(
    st.builds(DrillAnswer, item=st.sampled_from([*IDS, "gone"]), given=st.just(CLEAN), right=st.booleans()),
    max_size=150,
)


@settings(max_examples=30, deadline=None)
@given(ANSWERS, st.integers())
def test_any_past_gives_five_different_rested_items_and_the_same_ones_again(
    answers: list[DrillAnswer], seed: int
) -> None:
    found = choose(ITEMS, answers, seed)
    assert len({i.id for i in found}) == FIVE
    assert not {i.id for i in found} & {a.item for a in answers[-SPACING:]}
    assert choose(ITEMS, answers, seed) == found


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(ITEMS), max_size=8, unique=True), ANSWERS, st.integers(0, 5))
def test_a_small_bank_gives_what_it_has(items: list[DrillItem], answers: list[DrillAnswer], seed: int) -> None:
    assert len(choose(items, answers, seed)) == min(FIVE, len(items))


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(STRANDS))
def test_a_weak_strand_comes_more_often_than_the_others(weak: str) -> None:
    answers = [
        DrillAnswer(item=item.id, given="", right=strand != weak)
        for strand in STRANDS
        for item in [i for i in ITEMS if i.strand == strand][:5]
    ]
    seen = Counter(i.strand for seed in range(80) for i in choose(ITEMS, answers, seed))
    strong = Counter(i.strand for seed in range(80) for i in choose(ITEMS, [], seed))
    assert seen[weak] > strong[weak]
    assert all(seen[weak] > seen[s] for s in FAULTS if s != weak)


def test_a_playthrough_never_repeats_an_item_too_soon() -> None:
    answers: list[DrillAnswer] = []
    while len(answers) < 300:
        for item in choose(ITEMS, answers, 3):
            assert item.id not in {a.item for a in answers[-SPACING:]}
            answers.append(DrillAnswer(item=item.id, given=CLEAN, right=item.clean))
    assert {a.item for a in answers} >= {i.id for i in ITEMS if i.strand == "leading"}


@given(st.lists(st.booleans(), max_size=40))
def test_a_fresh_mistake_counts_more_than_an_old_one(rights: list[bool]) -> None:
    assert error_rate([*rights, False]) > error_rate([*rights, True])
    assert error_rate([False, *rights, True]) < error_rate([True, *rights, False])


def test_the_tip_of_a_clean_item_is_right_and_so_is_clean() -> None:
    tip = next(i for i in ITEMS if i.codes == ("stacked",))
    fault = next(i for i in ITEMS if i.codes == ("advice",))
    assert is_right(tip, CLEAN) and is_right(tip, "stacked") and not is_right(tip, "preamble")
    assert is_right(fault, "advice") and not is_right(fault, CLEAN) and not is_right(fault, "leading")


def test_progress_counts_by_strand_in_blocks_of_five() -> None:
    leading = [i.id for i in ITEMS if i.strand == "leading"][:6]
    answers = [DrillAnswer(item=i, given="", right=n > 0) for n, i in enumerate(leading)]
    row = next(p for p in progress(ITEMS, answers) if p.strand == "leading")
    assert (row.seen, row.right, row.curve) == (6, 5, (0.8, 1.0))
