"""The gold utterances: read strictly, held against the codebook, and kept apart between the splits."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from coach.assess.codes import CODES, verdicts
from coach.content import root
from coach.cue_schema import INTENTS
from coach.domain import LANGUAGES, Frozen, Language
from coach.errors import ContentError

# "unseen" and "spoken": by writers of whom the evaluator has never read anything; "spoken" is talk of other fields.
Split = Literal["train", "dev", "test", "unseen", "spoken"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test", "unseen", "spoken")
NEAR = 92  # rapidfuzz ratio from which two utterances count as the same
_SHORT = 25  # characters: short questions ("Since when?") are said in every setting


class Utterance(Frozen):
    """One labelled utterance of a consultant in clarification.

    `pair` joins a clean and a faulty one; `intent` is what the asker of a faulty one would learn (`INTENTS`); `serves`
    are the intents whose plain question would teach them that, the best first, by a reader (None: nobody looked);
    `evidence` gives for codes the words that carry them, by a reader.
    """

    id: str
    lang: Language
    setting: str
    region: str
    speech: Literal["spoken"] = Field(alias="register")
    context: str
    text: str
    solution_free: bool
    neutral: bool
    in_step: bool
    codes: tuple[str, ...]
    pair: str | None
    author: str
    intent: str | None = None
    serves: tuple[str, ...] | None = None
    evidence: dict[str, str] = Field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """All three verdicts hold."""
        return self.solution_free and self.neutral and self.in_step


def folder() -> Path:
    """Where the gold utterances are."""
    return root() / "eval" / "gold" / "utterances"


def read(split: Split, lang: Language, where: Path | None = None) -> list[Utterance]:
    """The utterances of one file, in order.

    Raises:
        ContentError: a missing file, or a line that is not as it should be (file, line, key).
    """
    path = (where or folder()) / f"{split}.{lang}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ContentError("content", file=path.name, line=1, name="-", problem=str(error)) from error
    return [_row(line, path.name, number) for number, line in enumerate(lines, 1)]


def _row(line: str, name: str, number: int) -> Utterance:
    try:
        return Utterance.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(p) for p in first["loc"]) or "-"
        raise ContentError("content", file=name, line=number, name=key, problem=first["msg"]) from error


def every(where: Path | None = None) -> dict[Split, list[Utterance]]:
    """All utterances by split, English before French."""
    return {split: [u for lang in LANGUAGES for u in read(split, lang, where)] for split in SPLITS}


def problems(gold: dict[Split, list[Utterance]]) -> Iterator[str]:
    """What is wrong with the gold set, one line each; nothing when all is well."""
    everything = [u for rows in gold.values() for u in rows]
    yield from _labels(everything)
    yield from _details(everything)
    yield from _pairs(everything)
    yield from _splits(gold)
    for a, b in combinations(gold, 2):
        yield from near_duplicates(gold[a], gold[b])


def _labels(rows: Sequence[Utterance]) -> Iterator[str]:
    for ident, count in Counter(u.id for u in rows).items():
        if count > 1:
            yield f"{ident}: the id stands {count} times"
    for u in rows:
        unknown = set(u.codes) - set(CODES)
        if unknown:
            yield f"{u.id}: unknown codes {sorted(unknown)}"
        elif verdicts(u.codes) != (u.solution_free, u.neutral, u.in_step):
            yield f"{u.id}: the verdicts do not follow from {list(u.codes)}"
        elif list(u.codes) != sorted(set(u.codes), key=CODES.index):
            yield f"{u.id}: codes twice or not in the order of the codebook"


def _details(rows: Sequence[Utterance]) -> Iterator[str]:
    for u in rows:
        if u.intent is not None and (u.clean or u.intent not in INTENTS):
            yield f"{u.id}: the intent {u.intent} is unknown, or of a clean utterance"
        if u.serves is not None and (u.clean or set(u.serves) - set(INTENTS) or len(set(u.serves)) < len(u.serves)):
            yield f"{u.id}: questions that serve are unknown, twice, or of a clean utterance"
        for code, words in u.evidence.items():
            if code not in u.codes or not words or words not in u.text:
                yield f"{u.id}: the evidence of {code} is not in the text, or the code is not there"


def _pairs(rows: Sequence[Utterance]) -> Iterator[str]:
    members: dict[str, list[Utterance]] = defaultdict(list)
    for u in rows:
        if u.pair:
            members[u.pair].append(u)
    for pair, both in members.items():
        if sorted(u.clean for u in both) != [False, True]:
            yield f"{pair}: a pair needs one clean and one faulty utterance"


def _splits(gold: dict[Split, list[Utterance]]) -> Iterator[str]:
    for a, b in combinations(gold, 2):
        for name in ("setting", "pair"):
            shared = {getattr(u, name) for u in gold[a]} & {getattr(u, name) for u in gold[b]} - {None}
            if shared:
                yield f"{a} and {b} share {name}s: {sorted(shared)[:5]}"


def near_duplicates(left: Sequence[Utterance], right: Sequence[Utterance]) -> Iterator[str]:
    """Utterances of two splits that are the same or nearly so, beyond short questions that anybody asks."""
    from rapidfuzz import fuzz, process

    for lang in LANGUAGES:
        one = [u for u in left if u.lang == lang and len(u.text) >= _SHORT]
        two = [u for u in right if u.lang == lang and len(u.text) >= _SHORT]
        scores = process.cdist(
            [u.text.lower() for u in one], [u.text.lower() for u in two], scorer=fuzz.ratio, score_cutoff=NEAR
        )
        for i, j in zip(*scores.nonzero(), strict=True):
            yield f"{one[i].id} and {two[j].id} are nearly the same: {one[i].text!r}"


def balance(gold: dict[Split, list[Utterance]]) -> str:
    """A table: how many, how many clean, with context and in pairs, and each code, by split and language."""
    lines = [f"{'':10}{'items':>7}{'settings':>9}{'clean':>7}{'context':>8}{'pairs':>7}  codes"]
    for split, rows in gold.items():
        for lang in LANGUAGES:
            chosen = [u for u in rows if u.lang == lang]
            codes = Counter(c for u in chosen for c in u.codes)
            numbers = (
                f"{len(chosen):7}{len({u.setting for u in chosen}):9}{sum(u.clean for u in chosen):7}"
                f"{sum(bool(u.context) for u in chosen):8}{len({u.pair for u in chosen} - {None}):7}"
            )
            lines.append(f"{split + ' ' + lang:10}{numbers}  " + " ".join(f"{c}={codes[c]}" for c in CODES))
    return "\n".join(lines)


def main() -> int:
    """Print the balance and every problem; 1 if there is any."""
    gold = every()
    found = list(problems(gold))
    sys.stdout.write("\n".join([balance(gold), *found, f"{len(found)} problems"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
