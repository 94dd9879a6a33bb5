"""Gold rows for training: read, varied, and put into batches of like length that keep pairs together."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.assess.codes import CODES, FAULTS
from coach.assess.encode import Encoder, Row
from coach.assess.spelling import mended
from coach.cue_schema import INTENTS
from eval import variants

GOLD = Path(__file__).parents[1] / "gold" / "utterances"
# Authors of ordinary talk of other fields. In real talk one turn in ten or fifteen is faulty; of what they wrote a
# third is, so that the forms of talk themselves would look suspicious if all counted alike.
_TALK = re.compile(r"q|r|x(?![78]$)")
_TALK_CLEAN, _TALK_FAULTY = 2.0, 0.5
_TURNED = {"x7", "x8"}  # the same words turned by what the client said: few, and hard
_SCENES = "r"  # nine turns in ten are clean
_SPOKEN = "x"
_VARIED = 0.55  # share of the items shown in a varied spelling
_INSTRUCTED = 0.04
_SWAPPED = 0.12
_LENGTHENED = 0.12  # clients say more than one thing before a question comes
_LATE = 0.12  # and late in a session they have said a great deal
# Most typing errors are mended before the model reads them, capitals are made small; missing marks stay missing.
_VARIANTS = (
    *[variants.typos] * 3,
    *[variants.recognised] * 6,
    *[variants.unpunctuated] * 2,
    variants.lowered,
    variants.unaccented,
)


class Example(NamedTuple):
    """One gold utterance."""

    id: str
    lang: variants.Lang
    setting: str
    context: str
    text: str
    codes: frozenset[str]
    pair: str | None
    intent: str | None = None  # what the asker would learn, where it is labelled
    serves: frozenset[str] | None = None  # and the questions that a reader found to ask for that, where one looked
    evidence: tuple[tuple[str, str], ...] = ()  # (code, the words that carry it), where a reader marked them
    author: str = ""

    @property
    def faulty(self) -> bool:
        """It carries a fatal or major code."""
        return bool(self.codes & set(FAULTS))

    @property
    def target(self) -> list[float]:
        """1 for each code it carries, in the order of `CODES`."""
        return [float(c in self.codes) for c in CODES]


def load(split: str) -> list[Example]:
    """The examples of one split, English first."""
    rows = [json.loads(x) for f in sorted(GOLD.glob(f"{split}.*.jsonl")) for x in f.read_text("utf-8").splitlines()]
    keys = ("id", "lang", "setting", "context", "text")
    return [
        Example(
            *(r[k] for k in keys),
            codes=frozenset(r["codes"]),
            pair=r["pair"],
            intent=r.get("intent"),
            serves=frozenset(r["serves"]) if "serves" in r else None,
            evidence=tuple(r.get("evidence", {}).items()),
            author=r["author"],
        )
        for r in rows
    ]


class Course(NamedTuple):
    """What one training learns from: the examples, and how much the codes and verdicts of each count, shape (n,)."""

    examples: list[Example]
    counts: NDArray[np.float32]


def courses(examples: Sequence[Example]) -> list[Course]:
    """The two trainings whose mean ships.

    One sees spoken talk twice and no scenes, and finds more faults; one counts ordinary talk by how often it is faulty,
    and accuses less of it.
    """
    plain = [e for e in examples if not e.author.startswith(_SCENES)]
    plain += [e for e in plain if e.author.startswith(_SPOKEN)]
    counts = np.array([_count(e) for e in examples], np.float32)
    return [Course(plain, np.ones(len(plain), np.float32)), Course(list(examples), counts)]


def _count(example: Example) -> float:
    if example.author in _TURNED:
        return 2.0
    if _TALK.match(example.author):
        return _TALK_FAULTY if example.faulty else _TALK_CLEAN
    return 1.0


def marked(example: Example, text: str, row: Row) -> list[tuple[int, list[int]]]:
    """(code's number, numbers of the utterance's pieces that carry it), for evidence that stands in `text` as shown."""
    found = []
    for code, words in example.evidence:
        start = text.lower().find(words.lower())
        inside = [i for i, (_, end) in enumerate(row.places) if start < end <= start + len(words)]
        if start >= 0 and inside:
            found.append((CODES.index(code), inside))
    return found


def targets(examples: Sequence[Example]) -> NDArray[np.float32]:
    """The codes of each example, shape (n, 11)."""
    return np.array([e.target for e in examples], np.float32)


class Served(NamedTuple):
    """How likely each of the 43 questions asks for what each asker wanted, and how much that counts: (n, 43), (n,)."""

    shares: NDArray[np.float32]
    weights: NDArray[np.float32]


def served(examples: Sequence[Example], unread: float = 0.3) -> Served:
    """From the readings; where nobody looked, from those of other examples of the same intent, which count `unread`."""
    shares, weights = np.zeros((len(examples), len(INTENTS)), np.float32), np.zeros(len(examples), np.float32)
    by_intent: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for i, e in enumerate(examples):
        if e.serves is not None:
            shares[i], weights[i] = [name in e.serves for name in INTENTS], 1.0
            by_intent[e.intent or ""].append(shares[i])
    for i, e in enumerate(examples):
        if e.serves is None and e.intent:
            own = np.array([name == e.intent for name in INTENTS], np.float32)
            shares[i], weights[i] = np.mean([own, *by_intent[e.intent]], axis=0), unread
    return Served(shares, weights)


class Varied:
    """An epoch's texts: spellings vary, contexts come and go where the label does not depend on them."""

    def __init__(self, examples: Sequence[Example], encoder: Encoder, rng: random.Random) -> None:
        self._rng, self._encoder = rng, encoder
        told: dict[tuple[str, str], set[str]] = defaultdict(set)
        for e in examples:
            if e.context:
                told[e.setting, e.lang].add(e.context)
        self._told = {k: sorted(v) for k, v in told.items()}
        texts: dict[tuple[str, str], int] = defaultdict(int)
        for e in {e.id: e for e in examples}.values():
            texts[e.setting, e.text.lower()] += 1
        self._turned = {k for k, n in texts.items() if n > 1}  # the context turns the verdict

    def __call__(self, example: Example) -> tuple[str, str]:
        """(context, utterance) as shown this time."""
        rng = self._rng
        text, context = example.text, self._late(example, self._context(example))
        if rng.random() < _VARIED:
            text = rng.choice(_VARIANTS)(text, example.lang, rng)
            if context and rng.random() < 0.3:
                context = rng.choice(_VARIANTS)(context, example.lang, rng)
        if rng.random() < _INSTRUCTED:
            text = variants.instructed(text, example.lang, rng)
        return shown(self._encoder, example._replace(context=context, text=text))

    def _late(self, example: Example, context: str) -> str:
        """`context`, sometimes behind talk from other settings: it is beside the point, so the label holds."""
        if not context or self._rng.random() >= _LATE:
            return context
        others = [k for k in self._told if k[1] == example.lang and k[0] != example.setting]
        talk = [self._rng.choice(self._told[self._rng.choice(others)]) for _ in range(self._rng.randint(1, 4))]
        return " ".join([*talk, context])

    def _context(self, example: Example) -> str:
        turned = (example.setting, example.text.lower()) in self._turned
        free = not turned and not (example.context and (example.pair or not example.faulty))
        others = self._told.get((example.setting, example.lang), [])
        if (
            example.context
            and not turned
            and not (example.pair and example.faulty)
            and self._rng.random() < _LENGTHENED
        ):
            return f"{self._rng.choice(others)} {example.context}"
        if not free or not others or self._rng.random() >= _SWAPPED:
            return example.context
        return "" if example.context else self._rng.choice(others)


def batches(examples: Sequence[Example], rows: Sequence[Row], pieces: int, rng: random.Random) -> Iterator[list[int]]:
    """Indices of examples, batch by batch, each of about `pieces` padded pieces; both members of a pair together."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, e in enumerate(examples):
        groups[e.pair or e.id].append(i)
    units = [(max(len(rows[i].pieces) for i in g) + rng.uniform(0, 12), g) for g in groups.values()]
    made: list[list[int]] = []
    current: list[int] = []
    longest = 0.0
    for length, group in sorted(units, key=lambda u: u[0]):
        if current and max(longest, length) * (len(current) + len(group)) > pieces:
            made.append(current)
            current, longest = [], 0.0
        current, longest = current + group, max(longest, length)
    if current:
        made.append(current)
    rng.shuffle(made)
    yield from made


class Knows(Protocol):
    """What has a vocabulary: the encoder, or the classifier around it."""

    def knows(self, word: str) -> bool: ...


def shown(encoder: Knows, example: Example) -> tuple[str, str]:
    """(context, utterance) as the evaluator shows them to the model."""
    return example.context, mended(example.text, example.lang, example.context, encoder.knows).text


def encoded(encoder: Encoder, texts: Sequence[tuple[str, str]]) -> list[Row]:
    """The first window of each text: gold utterances have only one."""
    return [windows[0] for windows in encoder.rows(texts)]
