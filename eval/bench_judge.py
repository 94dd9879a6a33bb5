"""What a judge adds to the embedded evaluator: recorded answers go through the real port. `python -m eval.bench_judge`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from coach.assess.decide import Decision
from coach.assess.judge import JudgedAssessor, Judgement, render
from coach.assess.verdict import Assessor, Item, Ready, Settled
from coach.domain import LANGUAGES
from coach.errors import VoiceError
from coach.evals.gold import SPLITS, Utterance, every
from eval import scores
from eval.scores import Judged

GOLD = Path(__file__).parent / "gold" / "judge"


class Recorded:
    """A model that answers from `eval/gold/judge`; other prompts fail, as those of a model that is away."""

    name, remote = "recorded", False

    def __init__(self, answers: dict[str, Judgement]) -> None:
        self._answers = answers
        self.missing = 0

    def complete(self, system: str, user: str, schema: type[Any], seed: int = 0) -> Judgement:
        if user not in self._answers:
            self.missing += 1
            raise VoiceError("model-resting")
        return self._answers[user]

    def stream(self, system: str, user: str) -> Iterator[str]:
        raise VoiceError("model-resting")


def recorded(rows: Sequence[Utterance], embedded: Assessor) -> Recorded:
    """The recorded answers, by the prompts that ask for them."""
    lines = [line for file in sorted(GOLD.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines()]
    found = {row.pop("id"): Judgement.model_validate(row) for row in map(json.loads, lines)}
    prompts: list[str] = []

    def note(item: Ready, decision: Decision) -> Settled:
        prompts.append(render(item)[1])
        return decision, {}

    asked = [u for u in rows if u.id in found]
    embedded.assess_many([Item(u.text, u.lang, u.context) for u in asked], note)
    return Recorded({prompt: found[u.id] for prompt, u in zip(prompts, asked, strict=True)})


def main() -> None:
    """A table: kappa of `clean` and false alarms, alone and with the judge."""
    gold, embedded = every(), Assessor()
    print("| split | asked | kappa alone | with the judge | false alarms alone | with the judge | not recorded |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for split in (s for s in SPLITS if s != "train"):
        for lang in LANGUAGES:
            rows = [u for u in gold[split] if u.lang == lang]
            model = recorded(rows, embedded)
            items = [Item(u.text, u.lang, u.context) for u in rows]
            pairs = [
                [Judged(u, a) for u, a in zip(rows, assessor.assess_many(items), strict=True)]
                for assessor in (embedded, JudgedAssessor(embedded, model))
            ]
            unsure = sum(not r.found.sure for r in pairs[0])
            figures = [f"{score(p):.3f}" for score in (scores.clean_kappa, scores.false_alarms) for p in pairs]
            print(f"| {split} {lang} | {unsure} | {' | '.join(figures)} | {model.missing} |")


if __name__ == "__main__":
    main()
