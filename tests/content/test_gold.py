"""The gold utterances hold together, and the lint that says so can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain import LANGUAGES
from coach.errors import ContentError
from coach.evals import gold
from coach.evals.gold import Split, Utterance


@pytest.fixture(scope="module")
def shipped() -> dict[Split, list[Utterance]]:
    return gold.every()


def test_the_gold_utterances_have_no_problem(shipped: dict[Split, list[Utterance]]) -> None:
    assert list(gold.problems(shipped)) == []


def test_there_are_five_thousand_utterances_in_forty_settings_with_pairs(shipped: dict[Split, list[Utterance]]) -> None:
    rows = [u for part in shipped.values() for u in part]
    assert len(rows) >= 5000
    assert len({u.setting for u in rows}) >= 40
    assert len({u.pair for u in rows} - {None}) >= 1200
    for lang in LANGUAGES:
        assert 0.45 < sum(u.lang == lang for u in rows) / len(rows) < 0.55


def _utterance(**change: object) -> Utterance:
    base = {
        "id": "x-en-001",
        "lang": "en",
        "setting": "x",
        "region": "UK",
        "register": "spoken",
        "context": "",
        "text": "How is the work shared out on the ward today?",
        "solution_free": True,
        "neutral": True,
        "in_step": True,
        "codes": (),
        "pair": None,
        "author": "a",
    }
    return Utterance.model_validate({**base, **change})


@pytest.mark.parametrize(
    ("train", "test", "expected"),
    [
        (_utterance(codes=("advice",)), _utterance(id="y", setting="y", text="When?"), "do not follow"),
        (_utterance(codes=("rudeness",)), _utterance(id="y", setting="y", text="When?"), "unknown codes"),
        (_utterance(), _utterance(id="y", text="When?"), "share settings"),
        (_utterance(pair="p"), _utterance(id="y", setting="y", text="When?"), "one clean and one faulty"),
        (
            _utterance(),
            _utterance(id="y", setting="y", text="How is the work shared out on the ward today"),
            "nearly the same",
        ),
        (_utterance(), _utterance(setting="y", text="When?"), "stands 2 times"),
        (_utterance(serves=("tried",)), _utterance(id="y", setting="y", text="When?"), "questions that serve"),
        (
            _utterance(codes=("judgement",), neutral=False, serves=("tried", "tried")),
            _utterance(id="y", setting="y", text="When?"),
            "questions that serve",
        ),
    ],
)
def test_the_lint_names_what_is_wrong(train: Utterance, test: Utterance, expected: str) -> None:
    found = list(gold.problems({"train": [train], "dev": [], "test": [test]}))
    assert any(expected in line for line in found)


def test_an_unknown_key_names_file_and_line(tmp_path: Path) -> None:
    good = _utterance().model_dump_json(by_alias=True)
    (tmp_path / "dev.en.jsonl").write_text(good + "\n" + good[:-1] + ', "mood": 1}\n', encoding="utf-8")
    with pytest.raises(ContentError) as error:
        gold.read("dev", "en", tmp_path)
    assert error.value.facts["line"] == 2
    assert error.value.facts["name"] == "mood"
