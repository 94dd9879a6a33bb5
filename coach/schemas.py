"""The shape of the content files. Ids are file names; words stand per language."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator

from coach.domain import Frozen, Language, Role, StepKind

Text = Annotated[str, Field(min_length=1)]
Form = Literal["experience", "hypothesis", "idea", "feedback"]


class Both(Frozen):
    """The same words in both languages."""

    en: Text
    fr: Text

    def of(self, lang: Language) -> str:
        """The words in `lang`."""
        return self.en if lang == "en" else self.fr


class StepSpec(Frozen):
    """One step of a variant: who speaks, who is silent, for how long, and what opens and closes it."""

    id: str
    kind: StepKind
    round: int = Field(default=1, ge=1, le=2)
    names: Both
    speakers: tuple[Role, ...]
    silent: tuple[Role, ...] = ()
    minutes: float = Field(gt=0)
    purpose: Both
    opening: Both
    closing: Both
    closes_when: Both
    drifts: tuple[str, ...]
    readings: tuple[str, ...]
    reformulation: bool = False
    client_may_answer: bool = False


class People(Frozen):
    """How many people sit in the room, the facilitator included."""

    min: int = Field(ge=3)
    max: int


class Positions(Frozen):
    """Where sources disagree: which position this variant takes."""

    group_size: Both
    client_in_consultation: Both
    contract_step: Both
    clarification_scope: Both


class Method(Frozen):
    """A variant of the method."""

    id: str
    names: Both
    summary: Both
    people: People
    minutes: float
    positions: Positions
    sources: tuple[Text, ...] = Field(min_length=1)
    steps: tuple[StepSpec, ...]

    def step(self, ident: str) -> StepSpec:
        """The step with that id."""
        return next(s for s in self.steps if s.id == ident)

    @property
    def rounds(self) -> int:
        """How many clients the session has."""
        return max(s.round for s in self.steps)

    @model_validator(mode="after")
    def _whole(self) -> Method:
        if len({s.id for s in self.steps}) != len(self.steps):
            raise ValueError("two steps have the same id")
        six = [k for k in StepKind if k not in (StepKind.CHECK_IN, StepKind.TOPIC_CHOICE)]
        for number in range(1, self.rounds + 1):
            kinds = [s.kind for s in self.steps if s.round == number and s.kind in six]
            if kinds != six:
                raise ValueError(f"round {number} must have the six steps in order, has {[str(k) for k in kinds]}")
        if abs(sum(s.minutes for s in self.steps) - self.minutes) > 0.01:
            raise ValueError("minutes is not the sum of the steps' minutes")
        return self


class Drift(Frozen):
    """A way in which a session leaves its frame, and how a facilitator meets it."""

    id: str
    name: Text
    looks_like: Text
    why: Text
    meet: tuple[Text, ...] = Field(min_length=2)
    clumsy: tuple[Text, ...] = Field(min_length=1)
    reading: str
    code: str


class Offer(Frozen):
    """A contribution that fits any situation of a theme; `{name}` and `{contract}` are filled in."""

    kind: Form
    text: Text


class Theme(Frozen):
    """What agents may ask and offer when the user brings their own situation; `stories` are situations of this kind."""

    id: str
    name: Text
    describes: Text
    questions: tuple[Text, ...] = Field(min_length=8)
    contributions: tuple[Offer, ...] = Field(min_length=8)
    actions: tuple[Text, ...] = Field(min_length=3)
    learning: tuple[Text, ...] = Field(min_length=4)
    stories: tuple[Text, ...] = Field(min_length=20)


class Reading(Frozen):
    """A passage of the method, 60 to 200 words, in our own words; the main topic stands first."""

    id: str
    lang: Language
    title: Text
    step: str
    role: str
    topics: tuple[Text, ...] = Field(min_length=1)
    sources: tuple[Text, ...] = Field(min_length=1)
    text: Text


class Asked(RootModel[dict[str, tuple[Text, ...]]]):
    """How people ask for each reading, by the reading's id: recall learns from these what a passage answers."""


class Outside(Frozen):
    """Questions that one may ask of any situation and that a written case usually does not answer."""

    id: str
    questions: tuple[Text, ...] = Field(min_length=20)
