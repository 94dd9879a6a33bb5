"""From probabilities to codes: one calibrated decision, from which the verdicts follow."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import CODES, FAULTS, MINOR, breaking

CALIBRATION = Path(__file__).parent / "weights" / "calibration.json"
_EPS = 1e-6


class Calibration(NamedTuple):
    """What was fitted on the dev split: see `eval/train`. `slope` and `offset` are Platt's, on the log-odds."""

    slope: float
    offset: float
    threshold: float  # of the probability of any fault
    band: tuple[float, float]  # inside it the evaluator is not sure
    codes: dict[str, float]  # threshold of each code's own probability


class Decision(NamedTuple):
    """The codes, and the calibrated probability that the utterance carries a fault."""

    codes: tuple[str, ...]
    fault: float
    sure: bool


@lru_cache(maxsize=1)
def calibration(path: Path = CALIBRATION) -> Calibration:
    """The shipped calibration."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(**{**data, "band": tuple(data["band"])})


def log_odds(probabilities: NDArray[np.floating], verdict: str = "clean") -> NDArray[np.float64]:
    """The log-odds that `verdict` is false, from the codes that break it: shape (n, 11) -> (n,).

    The odds of the codes add up: a smooth maximum, so a verdict is never surer than its codes allow.
    """
    columns = [CODES.index(code) for code in breaking(verdict)]
    p = np.clip(probabilities[:, columns].astype(np.float64), _EPS, 1 - _EPS)
    return np.log((p / (1 - p)).sum(axis=1))


def fault_probability(probabilities: NDArray[np.floating], fitted: Calibration) -> NDArray[np.float64]:
    """The calibrated probability that an utterance is not clean, shape (n,)."""
    return 1 / (1 + np.exp(-(fitted.slope * log_odds(probabilities) + fitted.offset)))


def decide(probabilities: NDArray[np.floating], fitted: Calibration | None = None) -> list[Decision]:
    """One decision a row. A faulty row has at least one fault code, a clean row none: verdicts follow from codes."""
    fitted = fitted or calibration()
    faults = fault_probability(probabilities, fitted)
    return [_decide(row, float(fault), fitted) for row, fault in zip(probabilities, faults, strict=True)]


def _decide(row: NDArray[np.floating], fault: float, fitted: Calibration) -> Decision:
    p = dict(zip(CODES, (float(x) for x in row), strict=True))
    codes: set[str] = {c for c in MINOR if p[c] >= fitted.codes[c]}
    if fault >= fitted.threshold:
        over = {c for c in FAULTS if p[c] >= fitted.codes[c]}
        codes |= over or {max(FAULTS, key=lambda c: p[c] / fitted.codes[c])}
    low, high = fitted.band
    return Decision(tuple(c for c in CODES if c in codes), fault, not low < fault < high)
