"""From probabilities and cues to codes: one calibrated decision, from which the verdicts follow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import CODES, FAULTS, MINOR, breaking
from coach.assess.cues import Cue

CALIBRATION = Path(__file__).parent / "weights" / "calibration.json"
_EPS = 1e-6
_OUTRIGHT = 7.0  # what the codebook itself gives as an example settles the reason: other faults then need a cue too
_UNMOVED = -5.0  # and however sure the network is that there is no such fault, it counts for no more than this then
_HEAVIEST = 8.0  # cues weigh 0 to 3, and 7 where the codebook itself gives the wording; no typing error may exceed that
Numbers = NDArray[np.float64]


class Calibration(NamedTuple):
    """What was fitted on the dev split: see `eval/train/calibrate.py`.

    `cue` is what one unit of a cue's weight adds to the log-odds of its code; `slope` and `offset` are Platt's, on
    the log-odds of any fault; `threshold` is that of its probability, `band` where the evaluator is not sure.
    """

    cue: float
    slope: float
    offset: float
    threshold: float
    band: tuple[float, float]
    codes: Mapping[str, float]


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


def weights(cues: Sequence[Cue]) -> list[float]:
    """The heaviest cue for each code, in the order of `CODES`."""
    return [min(_HEAVIEST, max((c.weight for c in cues if c.code == code), default=0.0)) for code in CODES]


def with_cues(probabilities: NDArray[np.floating], cues: NDArray[np.floating], share: float) -> Numbers:
    """The probabilities (n, 11) after the cues' weights (n, 11) have spoken."""
    p = np.clip(probabilities.astype(np.float64), _EPS, 1 - _EPS)
    odds = np.log(p / (1 - p))
    odds = np.where(cues >= _OUTRIGHT, np.maximum(odds, _UNMOVED), odds)
    return np.asarray(1 / (1 + np.exp(-(odds + share * cues))))


def log_odds(probabilities: NDArray[np.floating], verdict: str = "clean") -> Numbers:
    """The log-odds that `verdict` is false, from the codes that break it: shape (n, 11) -> (n,).

    The odds of the codes add up: a smooth maximum, so a verdict is never surer than its codes allow.
    """
    columns = [CODES.index(code) for code in breaking(verdict)]
    p = np.clip(probabilities[:, columns].astype(np.float64), _EPS, 1 - _EPS)
    return np.asarray(np.log((p / (1 - p)).sum(axis=1)))


def fault_probability(probabilities: NDArray[np.floating], fitted: Calibration) -> Numbers:
    """The calibrated probability that an utterance is not clean, shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-(fitted.slope * log_odds(probabilities) + fitted.offset))))


def decide(
    probabilities: NDArray[np.floating], cues: NDArray[np.floating], fitted: Calibration | None = None
) -> list[Decision]:
    """One decision a row. A faulty row has at least one fault code, a clean row none: verdicts follow from codes."""
    fitted = fitted or calibration()
    both = with_cues(probabilities, cues, fitted.cue)
    faults = fault_probability(both, fitted)
    return [_decide(row, marks, float(fault), fitted) for row, marks, fault in zip(both, cues, faults, strict=True)]


def _decide(row: Numbers, marks: NDArray[np.floating], fault: float, fitted: Calibration) -> Decision:
    p = dict(zip(CODES, (float(x) for x in row), strict=True))
    codes: set[str] = {c for c in MINOR if p[c] >= fitted.codes[c]}
    if fault >= fitted.threshold:
        over = {c for c in FAULTS if p[c] >= fitted.codes[c]}
        marked = {c for c, weight in zip(CODES, marks, strict=True) if weight > 0}
        if any(weight >= _OUTRIGHT for weight in marks) and over & marked:
            over &= marked
        codes |= over or {max(FAULTS, key=lambda c: p[c])}
    low, high = fitted.band
    return Decision(tuple(c for c in CODES if c in codes), fault, not low < fault < high)
