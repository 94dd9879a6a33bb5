"""The shape of a case: a situation with its whole cast, in one language."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from coach.domain import Frozen, StepKind

Text = Annotated[str, Field(min_length=1)]
Form = Literal["experience", "hypothesis", "idea", "feedback"]


class Persona(Frozen):
    """The client of a case."""

    name: Text
    job: Text
    organisation: Text
    manner: Text


class Fact(Frozen):
    """Something true in a case, and the questions that reach it."""

    id: str
    topic: Text
    kind: Literal["fact", "feeling", "wish", "tried", "relation", "value"]
    depth: Literal["surface", "deep"]
    ask: tuple[Text, ...] = Field(min_length=4)
    answer: Text
    curt: Text
    deflect: str | None = None
    keywords: tuple[Text, ...] = Field(min_length=2)


class ContractWords(Frozen):
    """What the consultants hear, what the client asks for, and what it might have been."""

    need: Text
    statement: Text
    alternatives: tuple[Text, ...]


class CleanQuestion(Frozen):
    """A consultant's clean question and the fact it reaches."""

    fact: str
    text: Text


class Consultant(Frozen):
    """An agent consultant."""

    id: str
    name: Text
    job: Text
    temper: Text
    questions: tuple[CleanQuestion, ...] = Field(min_length=5)


class Contribution(Frozen):
    """What a consultant offers in consultation."""

    id: str
    by: str
    kind: Form
    text: Text


class PlanAction(Frozen):
    """Something the client may decide to do; `from` names the contributions it grew out of."""

    id: str
    origin: tuple[str, ...] = Field(alias="from")
    action: Text
    when: Text
    first_sign: Text


class Plan(Frozen):
    """The client's synthesis and action plan."""

    synthesis: Text
    actions: tuple[PlanAction, ...] = Field(min_length=3)
    support: Text


class Slip(Frozen):
    """Something said in the wrong step or manner, and how the speaker starts again when it was met."""

    id: str
    by: str
    step: StepKind
    drift: str
    text: Text
    repair: Text


class Reactions(Frozen):
    """The client's short lines."""

    judged: tuple[Text, ...] = Field(min_length=2)
    suggested: tuple[Text, ...] = Field(min_length=2)
    led: tuple[Text, ...] = Field(min_length=2)
    unknown: tuple[Text, ...] = Field(min_length=3)
    repeated: tuple[Text, ...] = Field(min_length=2)
    unclear: tuple[Text, ...] = Field(min_length=2)
    thanks: tuple[Text, ...] = Field(min_length=2)
    opening_up: tuple[Text, ...] = Field(min_length=1)


class Case(Frozen):
    """A situation with its whole cast, in one language."""

    id: str
    title: Text
    sector: Text
    difficulty: int = Field(ge=1, le=4)
    summary: Text
    client: Persona
    presentation: Text
    request: Text
    facts: tuple[Fact, ...] = Field(min_length=25, max_length=40)
    outside: tuple[Text, ...] = ()
    contract: ContractWords
    consultants: tuple[Consultant, ...] = Field(min_length=3, max_length=7)
    contributions: tuple[Contribution, ...] = Field(min_length=12)
    plan: Plan
    learning: dict[str, Text]
    slips: tuple[Slip, ...] = Field(min_length=8)
    reactions: Reactions

    @model_validator(mode="after")
    def _ids_meet(self) -> Case:
        facts, people = {f.id for f in self.facts}, {c.id for c in self.consultants}
        given = {c.id for c in self.contributions}
        _same("facts", len(facts), len(self.facts))
        _known("fact", {q.fact for c in self.consultants for q in c.questions}, facts)
        _known("consultant", {c.by for c in self.contributions}, people)
        _known("speaker", {s.by for s in self.slips}, people | {"client"})
        _known("contribution", {o for a in self.plan.actions for o in a.origin}, given)
        _known("learner", people | {"client", "facilitator"}, set(self.learning))
        lonely = [f.id for f in self.facts if f.depth == "deep" and not f.deflect]
        if lonely:
            raise ValueError(f"deep facts need a deflect: {lonely}")
        return self

    def fact(self, ident: str) -> Fact:
        """The fact with that id."""
        return next(f for f in self.facts if f.id == ident)

    def consultant(self, ident: str) -> Consultant | None:
        """The consultant with that id, or None."""
        return next((c for c in self.consultants if c.id == ident), None)


def _same(what: str, one: int, other: int) -> None:
    if one != other:
        raise ValueError(f"two {what} have the same id")


def _known(what: str, used: set[str], known: set[str]) -> None:
    if used - known:
        raise ValueError(f"unknown {what}: {sorted(used - known)}")
