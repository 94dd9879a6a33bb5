"""What the shipped model's numbers mean: fitted on the dev split with the very file that ships."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss

from coach.assess import cues
from coach.assess.codes import CODES
from coach.assess.decide import log_odds, weights, with_cues
from eval.train.data import Example, targets

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_GRID = np.arange(0.2, 0.81, 0.02)
_ROUNDS = 100
# Below this probability of being right the evaluator says that it is not sure; and it accuses nobody on less,
# because a clean question that is called faulty discourages more than a fault that is missed. For earlier
# weights it was the lowest that kept recorded questions of other fields under 8 % of false alarms; these have 6 and 7 %.
_UNSURE = 0.68


def calibrate(raw: NDArray[np.float32], dev: Sequence[Example], file: Path) -> None:
    """The cues' share, Platt's scaling of the fault, the codes' thresholds, and the band of doubt, written to `file`."""
    faulty = np.array([e.faulty for e in dev])
    marks = np.array([weights(cues.find(e.text, e.lang, e.context)) for e in dev])
    share = min(_SHARES, key=lambda w: _loss(with_cues(raw, marks, w), faulty))
    probabilities = with_cues(raw, marks, share)
    platt = LogisticRegression(C=1e6).fit(log_odds(probabilities)[:, None], faulty)
    slope, offset = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    truth = targets(dev) > 0
    codes = {
        code: _bagged(lambda i, t, k=k: f1_score(truth[i, k], probabilities[i, k] >= t, zero_division=0.0), len(dev))
        for k, code in enumerate(CODES)
    }
    fitted = {
        "cue": share,
        "slope": round(slope, 4),
        "offset": round(offset, 4),
        "threshold": _UNSURE,
        "band": [round(1 - _UNSURE, 3), _UNSURE],
        "codes": codes,
    }
    file.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def _loss(probabilities: NDArray[np.float64], faulty: NDArray[np.bool_]) -> float:
    """Log loss of the fault after Platt's scaling."""
    odds = log_odds(probabilities)[:, None]
    return float(log_loss(faulty, LogisticRegression(C=1e6).fit(odds, faulty).predict_proba(odds)[:, 1]))


def _bagged(score: Callable[[NDArray[np.int64], float], float], size: int) -> float:
    """The mean of the best thresholds of bootstrap samples: one small split must not decide by a hair."""
    rng = np.random.default_rng(7)
    best = []
    for _ in range(_ROUNDS):
        sample = rng.integers(0, size, size)
        values = [score(sample, float(t)) for t in _GRID]
        best.append(np.mean(_GRID[np.array(values) >= max(values) - 1e-9]))
    return round(float(np.mean(best)), 3)
