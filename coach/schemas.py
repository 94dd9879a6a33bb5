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
    """What agents may ask and offer when the user brings their own situation."""

    id: str
    name: Text
    describes: Text
    questions: tuple[Text, ...] = Field(min_length=8)
    contributions: tuple[Offer, ...] = Field(min_length=8)
    actions: tuple[Text, ...] = Field(min_length=3)
    learning: tuple[Text, ...] = Field(min_length=4)


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


class CuePattern(Frozen):
    """One wording that carries a fault.

    `pattern` is a regular expression over the folded text (lower case, no accents): a space stands for any white
    space, an apostrophe or a hyphen may be missing, `{name}` is one of the file's `words`, whole words are meant.
    The group `span` marks the words that carry the fault; without it the whole match does.
    """

    pattern: Text
    note: Text
    example: Text
    weight: float = Field(default=1.0, gt=0, le=3)
    names_content: bool = False  # what the span names is no fault once the client has said it


class CueFile(Frozen):
    """The wordings of one code of the codebook, and the sentences that explain it (`{words}` is filled in)."""

    id: str
    lang: Language
    words: dict[str, Text] = Field(default_factory=dict)
    patterns: tuple[CuePattern, ...] = Field(min_length=8, max_length=60)
    why: tuple[Text, ...] = Field(min_length=3)
    bare: Text  # the same where no words could be marked


class Grammar(Frozen):
    """What bounds a noun phrase: word lists, and patterns over folded words."""

    determiners: Text
    own: Text
    joins: Text
    before_pronoun: Text
    not_in_front: Text
    not_names: Text
    verb_form: Text
    follows_noun: Text
    infinitive: Text
    place: Text
    article: Text
    of_a_thing: Text


class Lexicon(Frozen):
    """Word lists of one language, each a string of words (feelings: family -> words)."""

    stop: Text
    feelings: dict[str, tuple[Text, ...]]
    evaluative: Text
    praise: Text
    people: Text
    persons: Text
    verbs: Text
    function: Text
    not_topic: Text
    elsewhere: tuple[Text, ...]
    words: dict[str, Text] = Field(default_factory=dict)
    shapes: dict[str, Text]
    grammar: Grammar
    objects: dict[str, Text]  # she -> her


class Intent(Frozen):
    """What an asker would learn, and clean questions that ask for it.

    `when` are patterns as in `CuePattern` (after `~` they count half); an intent without any is the fall-back of
    its codes. Templates may hold `{person}` or, in French, `{de_person}` (contracted) and `[tu|vous]` forms.
    """

    id: str
    codes: tuple[str, ...] = Field(min_length=1)
    when: tuple[Text, ...] = ()
    person: tuple[Text, ...] = ()
    of_person: bool = False  # a person named in the utterance speaks for this intent
    of_others: bool = False  # the person templates fit only where the client is not addressed
    beside_fragment: bool = False  # its questions fit behind any words of the client
    beside_topic: bool = True  # its questions fit behind a topic
    plain: tuple[Text, ...] = Field(min_length=2)


class Fragments(Frozen):
    """Which words of the client a question may hang on: word lists."""

    never_first: Text
    speaker: Text
    indefinite: Text
    claim: Text
    subjects: Text


class Rewrites(Frozen):
    """The templates behind the rewrites of one language."""

    words: dict[str, Text] = Field(default_factory=dict)
    intents: tuple[Intent, ...] = Field(min_length=12)
    because: Text
    explain: tuple[Text, ...] = Field(min_length=1)
    frames: tuple[Text, ...] = Field(min_length=2)  # {topic} or {Topic} before a {question}
    guides: dict[str, tuple[Text, ...]]  # to the asker, with_topic and plain
    openers: Text
    vocatives: Text
    asks: Text  # how a question begins
    in_situ: Text  # and what makes one without standing first
    tags: Text
    anaphora: Text
    checks: Text
    not_a_question: Text
    not_before_cause: Text
    trailing: Text
    addressed: Text
    fragments: Fragments


class Asked(RootModel[dict[str, tuple[Text, ...]]]):
    """How people ask for each reading, by the reading's id: recall learns from these what a passage answers."""
