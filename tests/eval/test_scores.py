"""The figures mean what they are called."""

from __future__ import annotations

import random
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from coach.assess.codes import verdicts
from coach.domain import Assessment, Span
from coach.evals.gold import Utterance
from eval import plot_reliability, scores, variants
from eval.scores import Judged


def _judged(label: str, found: str, pair: str | None = None, text: str = "Why now?", confidence: float = 0.9) -> Judged:
    gold, said = ([c] if c else [] for c in (label, found))
    names = ("solution_free", "neutral", "in_step")
    return Judged(
        Utterance.model_validate(
            {"id": "x", "lang": "en", "setting": "s", "region": "UK", "register": "spoken", "context": "", "text": text}
            | {"codes": gold, "pair": pair, "author": "a"}
            | dict(zip(names, verdicts(gold), strict=True))
        ),
        Assessment.model_validate(
            {"text": text, "lang": "en", "codes": said, "confidence": confidence}
            | dict(zip(names, verdicts(said), strict=True))
        ),
    )


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.random(200) > 0.4, rng.random(200) > 0.5
    assert scores.kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_a_pair_counts_only_when_both_members_are_right() -> None:
    right = [_judged("", "", "p"), _judged("advice", "leading", "p")]
    wrong = [_judged("", "", "q"), _judged("advice", "", "q")]
    assert scores.pairs(right) == 1.0
    assert scores.pairs(right + wrong) == 0.5
    assert np.isnan(scores.turned([_judged("", "", "p"), _judged("advice", "advice", "p", text="Other words")]))


def test_false_alarms_are_counted_among_clean_utterances_only() -> None:
    rows = [_judged("", "advice"), _judged("", ""), _judged("advice", "leading"), _judged("leading", "leading")]
    assert scores.false_alarms(rows) == 0.5


def test_the_brier_score_takes_the_probability_of_clean() -> None:
    assert scores.brier([_judged("", "", confidence=0.8)]) == pytest.approx(0.04)
    assert scores.brier([_judged("", "advice", confidence=0.8)]) == pytest.approx(0.64)


def test_marked_words_are_held_against_the_readers() -> None:
    row = _judged("leading", "leading", text="So, late, isn't it?")
    row = replace(row, gold=row.gold.model_copy(update={"evidence": {"leading": "isn't it"}}))
    span = Span(start=10, end=18, code="leading", text="isn't it")
    assert scores.marked_words([row]) == 0.0
    right = replace(row, found=row.found.model_copy(update={"spans": (span,)}))
    assert scores.marked_words([right]) == 1.0
    wide = replace(row, found=row.found.model_copy(update={"spans": (span.model_copy(update={"start": 4}),)}))
    assert 0.5 < scores.marked_words([wide]) < 1.0


def test_an_interval_holds_its_value_and_is_the_same_each_time() -> None:
    rows = [_judged("", "" if i % 3 else "advice") for i in range(30)] + [
        _judged("advice", "advice") for _ in range(30)
    ]
    unit = {id(r): i for i, r in enumerate(rows)}
    one = scores.interval(rows, scores.clean_kappa, lambda r: unit[id(r)], 100)
    assert one == scores.interval(rows, scores.clean_kappa, lambda r: unit[id(r)], 100)
    assert one[1] <= one[0] <= one[2]


@pytest.mark.parametrize("name", list(variants.ROBUSTNESS))
def test_a_variant_keeps_most_letters(name: str) -> None:
    text = "Qu'est-ce qui s'est passé, ce matin-là, quand elle n'est pas venue ?"
    made = variants.ROBUSTNESS[name](text, "fr", random.Random(1))
    letters = sum(c.isalpha() for c in made)
    assert abs(letters - sum(c.isalpha() for c in text)) <= 12
    assert made != text


def test_each_utterance_falls_in_the_bin_of_its_probability() -> None:
    sure = [_judged("", "", confidence=1.0), _judged("advice", "", confidence=0.81)]
    against = [_judged("advice", "advice", confidence=0.9)] * 3  # P(clean) 0.1
    low, high = scores.bins([*sure, *against])
    assert (low.low, low.count, low.true) == (0.0, 3, 0.0)
    assert low.given == pytest.approx(0.1)
    assert (high.low, high.count, high.true) == (0.8, 2, 0.5)


@pytest.mark.parametrize(("share", "count"), [(0.0, 7), (0.5, 10), (1.0, 400)])
def test_the_interval_of_a_share_holds_it_and_stays_between_none_and_all(share: float, count: int) -> None:
    low, high = scores.wilson(share, count)
    assert -1e-9 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-9
    assert high - low > 0


def test_the_picture_has_a_mark_and_its_interval_for_each_bin() -> None:
    each = scores.bins([_judged("", "", confidence=0.9), _judged("advice", "advice", confidence=0.7)])
    picture = ElementTree.fromstring(plot_reliability.plot({"en": each, "fr": each}))
    circles = picture.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == len(each) + 1  # and the one of the legend
    assert "en 0.90: 1.00 of 1" in (picture.findtext("{http://www.w3.org/2000/svg}desc") or "")
