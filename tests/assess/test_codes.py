"""Verdicts follow from codes, always, as the codebook has it."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coach.assess.codes import CODES, FAULTS, MINOR, VERDICTS, breaking, breaks, verdicts
from coach.assess.cues import Cue
from coach.assess.decide import CALIBRATION, calibration, decide, log_odds, weights, with_cues

_ROWS = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 5), st.just(len(CODES))), elements=st.floats(0, 1, width=32, allow_nan=False)
)


@given(st.sets(st.sampled_from(CODES)))
def test_a_verdict_is_false_exactly_when_a_code_breaks_it(codes: set[str]) -> None:
    found = verdicts(codes)
    for name in VERDICTS:
        assert getattr(found, name) == (not codes & set(breaking(name)))
    assert found.clean == (not codes & set(FAULTS))


def test_what_carries_a_solution_is_never_neutral() -> None:
    assert set(breaking("solution_free")) <= set(breaking("neutral"))


def test_minor_codes_leave_the_verdicts_as_they_are() -> None:
    assert verdicts(MINOR).clean
    assert all(not breaks(code) for code in MINOR)


@given(_ROWS, st.data())
def test_every_decision_is_consistent(rows: np.ndarray, data: st.DataObject) -> None:
    marks = data.draw(arrays.arrays(np.float64, rows.shape, elements=st.floats(0, 2)))
    for decision in decide(rows, marks):
        found = verdicts(decision.codes)
        assert found.clean == (decision.fault < calibration().threshold)
        assert 0 <= decision.fault <= 1
        assert list(decision.codes) == sorted(decision.codes, key=CODES.index)


@given(_ROWS)
def test_clean_is_at_least_as_doubtful_as_each_verdict(rows: np.ndarray) -> None:
    for name in VERDICTS:
        assert (log_odds(rows) >= log_odds(rows, name) - 1e-9).all()


def test_a_cue_speaks_for_its_code_only() -> None:
    marks = np.array([weights([Cue("advice", 0, 3, 1.5)])])
    before = np.full((1, len(CODES)), 0.2)
    after = with_cues(before, marks, 1.0)
    raised = [c for c, a, b in zip(CODES, after[0], before[0], strict=True) if a > b + 1e-6]
    assert raised == ["advice"]


def test_the_calibration_is_plain_and_knows_every_code() -> None:
    data = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    assert set(data["codes"]) == set(CODES)
    assert data["band"][0] <= data["threshold"] <= data["band"][1]
