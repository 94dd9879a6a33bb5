"""The shape of the drill: its bank of utterances, and what is kept of an answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from coach.domain import Frozen

Text = Annotated[str, Field(min_length=1)]
Fault = Literal["disguised_solution", "advice", "leading", "judgement", "interpretation", "wrong_step", "self_story"]
Tip = Literal["stacked", "preamble", "off_topic", "third_party"]
FAULTS: tuple[Fault, ...] = (
    "disguised_solution",
    "advice",
    "leading",
    "judgement",
    "interpretation",
    "wrong_step",
    "self_story",
)
CLEAN = "clean"
STRANDS: tuple[str, ...] = (*FAULTS, CLEAN)  # what progress is counted by


class DrillItem(Frozen):
    """One utterance to judge; without a fault among its codes it is clean."""

    id: Text
    text: Text
    context: str = ""
    codes: tuple[Fault | Tip, ...] = ()

    @property
    def strand(self) -> str:
        """What this item trains: its first fault, or "clean"."""
        return next((c for c in self.codes if c in FAULTS), CLEAN)

    @property
    def clean(self) -> bool:
        """No fault: at most a tip."""
        return self.strand == CLEAN


class Bank(Frozen):
    """The utterances of one language."""

    items: tuple[DrillItem, ...] = Field(min_length=10)

    @model_validator(mode="after")
    def _each_once(self) -> Bank:
        for field in ("id", "text"):
            values = [getattr(item, field) for item in self.items]
            twice = next((v for v in values if values.count(v) > 1), None)
            if twice is not None:
                raise ValueError(f"stands twice: {twice}")
        return self


class DrillAnswer(Frozen):
    """What somebody answered: "clean" or a code; `at` is ISO 8601 in UTC, empty until it is stored."""

    item: str
    given: str
    right: bool
    at: str = ""
