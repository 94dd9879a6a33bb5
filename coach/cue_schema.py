"""The shape of what the evaluator reads: cues, lexicon, rewrites."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from coach.domain import Frozen, Language

Text = Annotated[str, Field(min_length=1)]

# What the asker of a faulty question would learn, in the order of the model's outputs; the gold utterances name it.
INTENTS = (
    "sharing",
    "staffing",
    "money",
    "helpers",
    "told",
    "talk",
    "training",
    "record",
    "rules",
    "time",
    "rest",
    "tools",
    "place",
    "gathering",
    "deciding",
    "stopping",
    "elsewhere",
    "process",
    "reaction",
    "news",
    "consequence",
    "tried",
    "feeling",
    "motive",
    "cause",
    "event",
    "own_act",
    "other_act",
    "bond",
    "between",
    "view",
    "facts",
    "others_view",
    "meaning",
    "history",
    "effect",
    "role",
    "wish",
    "contract",
    "options",
    "plan",
    "stake",
    "living",
)


class CuePattern(Frozen):
    """One wording that carries a fault.

    `pattern` is a regular expression over the folded text (lower case, no accents): a space stands for any white
    space, an apostrophe or a hyphen may be missing, `{name}` is one of the file's `words`, whole words are meant.
    The group `span` marks the words that carry the fault; without it the whole match does.
    """

    pattern: Text
    note: Text
    example: Text
    weight: float = Field(default=1.0, gt=0, le=8)
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
    regional: Text  # words that no dictionary has and that are no typing errors
    feelings: dict[str, tuple[Text, ...]]
    evaluative: Text
    people: Text
    persons: Text
    verbs: Text
    function: Text
    not_topic: Text
    words: dict[str, Text] = Field(default_factory=dict)
    grammar: Grammar
    objects: dict[str, Text]  # she -> her


class Intent(Frozen):
    """Clean questions that ask for what the asker of a faulty one would learn.

    `person` templates hold `{person}`, in French also `{de_person}`. All may hold `[tu|vous]` forms.
    `remedies` are words that, brought as a remedy, tell that this is what the asker would learn (a rota: how the work
    is shared).
    """

    plain: tuple[Text, ...] = Field(min_length=2)
    person: tuple[Text, ...] = ()
    remedies: str = ""


class Fragments(Frozen):
    """Which words of the client a question may hang on: word lists."""

    never_first: Text
    speaker: Text
    never: Text
    times: Text  # of these alone nothing can be told
    openings: Text  # how a clause begins that can be quoted alone


class Rewrites(Frozen):
    """The templates behind the rewrites of one language."""

    intents: dict[str, Intent]
    because: Text
    tell: tuple[Text, ...] = Field(min_length=1)  # stands behind words of the client
    quoted: tuple[Text, ...] = Field(min_length=1)  # the same with a whole clause of theirs, `{quote}`
    of_group: Text  # what is wanted of the group: that belongs to the contract
    attempts: Text  # how the client tells what they have tried or weighed
    besides: tuple[Text, ...] = Field(min_length=1)  # what was tried, to a client who has told some of it
    anchored: tuple[Text, ...] = Field(min_length=1)  # asks about somebody, `{person}`, whatever it may be
    guides: dict[str, tuple[Text, ...]]  # to the asker, with_topic and plain
    openers: Text
    joiners: Text  # what ties a clause to the one before
    vocatives: Text
    asks: Text  # how a question begins
    in_situ: Text  # and what makes one without standing first
    anaphora: Text
    checks: Text
    not_a_question: Text
    not_before_cause: Text
    trailing: Text
    fragments: Fragments

    @model_validator(mode="after")
    def _all_intents(self) -> Rewrites:
        odd = set(self.intents) ^ set(INTENTS)
        if odd:
            raise ValueError(f"intents missing or unknown: {', '.join(sorted(odd))}")
        return self
