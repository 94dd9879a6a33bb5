"""The codebook's codes, what they weigh and which verdicts they make false. Verdicts come from codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from coach.content import CODES

__all__ = ["CODES", "FAULTS", "MINOR", "VERDICTS", "Verdicts", "breaking", "breaks", "verdicts", "weight"]

Weight = Literal["fatal", "major", "minor"]
VERDICTS: tuple[str, ...] = ("solution_free", "neutral", "in_step")

# code -> (weight, the verdicts it makes false). The order of CODES is the order of the model's outputs.
_BOOK: Mapping[str, tuple[Weight, frozenset[str]]] = {
    "disguised_solution": ("fatal", frozenset({"solution_free", "neutral"})),
    "advice": ("fatal", frozenset({"solution_free", "neutral", "in_step"})),
    "leading": ("fatal", frozenset({"neutral"})),
    "judgement": ("fatal", frozenset({"neutral"})),
    "interpretation": ("major", frozenset({"neutral"})),
    "wrong_step": ("major", frozenset({"in_step"})),
    "self_story": ("major", frozenset({"in_step"})),
    "stacked": ("minor", frozenset()),
    "preamble": ("minor", frozenset()),
    "off_topic": ("minor", frozenset()),
    "third_party": ("minor", frozenset()),
}
FAULTS: tuple[str, ...] = tuple(c for c in CODES if _BOOK[c][0] != "minor")
MINOR: tuple[str, ...] = tuple(c for c in CODES if _BOOK[c][0] == "minor")


class Verdicts(NamedTuple):
    """The three verdicts of the codebook."""

    solution_free: bool
    neutral: bool
    in_step: bool

    @property
    def clean(self) -> bool:
        """All three hold."""
        return self.solution_free and self.neutral and self.in_step


def weight(code: str) -> Weight:
    """How much a code weighs: fatal, major or minor."""
    return _BOOK[code][0]


def breaks(code: str) -> frozenset[str]:
    """The verdicts that a code makes false; empty for a minor code."""
    return _BOOK[code][1]


def breaking(verdict: str) -> tuple[str, ...]:
    """The codes that make `verdict` false; `clean` means any of the three."""
    return FAULTS if verdict == "clean" else tuple(c for c in CODES if verdict in breaks(c))


def verdicts(codes: Iterable[str]) -> Verdicts:
    """The verdicts that follow from `codes`.

    Raises:
        KeyError: for a code that the codebook does not know.
    """
    false = {v for code in codes for v in breaks(code)}
    return Verdicts(*(v not in false for v in VERDICTS))
