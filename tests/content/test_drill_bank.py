"""The drill's bank: the same number per code in each language, and not a copy of the gold."""

from __future__ import annotations

from collections import Counter

import pytest

from coach import content
from coach.content import CODES
from coach.domain import LANGUAGES, Language
from coach.drill_schema import CLEAN, FAULTS, STRANDS
from coach.language import check_text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ten_a_fault_and_forty_clean(lang: Language) -> None:
    items = content.drill(lang).items
    assert Counter(i.strand for i in items) == {**dict.fromkeys(FAULTS, 10), CLEAN: 40}


def test_the_languages_carry_the_same_number_per_code() -> None:
    counts = [Counter(i.codes for i in content.drill(lang).items) for lang in LANGUAGES]
    assert counts[0] == counts[1]


def test_every_code_is_in_the_bank() -> None:
    assert {c for i in content.drill("fr").items for c in i.codes} == set(CODES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_item_can_be_judged(lang: Language) -> None:
    for item in content.drill(lang).items:
        assert check_text(item.text, lang) == item.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_item_is_taken_from_the_gold(lang: Language) -> None:
    gold = "\n".join(p.read_text(encoding="utf-8") for p in (content.root() / "eval" / "gold").rglob(f"*.{lang}.jsonl"))
    assert gold
    assert [i.id for i in content.drill(lang).items if len(i.text.split()) > 4 and f'"{i.text}"' in gold] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_strand_has_a_name(lang: Language) -> None:
    assert all(content.say(f"drill.strand.{s}", lang) for s in STRANDS)
