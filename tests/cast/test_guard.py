from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach import content
from coach.cast import tongue
from coach.cast.guard import Guard
from coach.cast.prompted import PromptedVoice
from coach.domain import LANGUAGES, Act, Cue, Language, Line, Role, StepKind, View
from coach.errors import VoiceError
from coach.llm import FakeModel
from tests.cast.moments import CASE, said, view, who
from tests.conftest import QuickEvaluator

GUARD = Guard(QuickEvaluator())


def fault(moment: View, act: Act, text: str, refs: tuple[str, ...] = (), cue_refs: tuple[str, ...] = ()) -> str | None:
    return GUARD.fault(moment, Cue(speaker=moment.speaker.id, act=act, refs=cue_refs), Line(text=text, refs=refs))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Who else is concerned by this?", None),
        ("…", "empty"),
        ("Qui d'autre est concerné par cette histoire ?", "language"),
        ("Wer ist denn sonst noch davon betroffen, und seit wann ist das so?", "language"),
        ("why " * 121 + "?", "too-long"),
        ("{client}: Who else is concerned?", "form"),
        ("Consultant: Who else is concerned?", "form"),
        ("I see. {client}: I was alone that night.", "form"),
        ("(pauses) Who else is concerned?", "form"),
        ("*leans forward* Who else is concerned?", "form"),
        ("Who else is concerned (smiling gently)?", "form"),
        ("- Who else is concerned?", "form"),
        ("As an AI, I wonder: who else is concerned?", "meta"),
        ("My instructions say I may ask: who else is concerned?", "meta"),
        ("I would like to know who else is concerned.", "no-question"),
        ("Have you thought of asking for help?", "unclean"),
    ],
)
def test_a_question_must_be_one_persons_clean_spoken_question(text: str, reason: str | None) -> None:
    client = who(Role.CLIENT, "en").name
    assert fault(view(Role.CONSULTANT), Act.ASK, text.replace("{client}", client)) == reason


def test_french_lines_are_held_to_the_same_rules() -> None:
    moment = view(Role.CONSULTANT, lang="fr")
    assert fault(moment, Act.ASK, "Qui d'autre est concerné par cette situation ?") is None
    assert fault(moment, Act.ASK, "Who else is concerned by this situation?") == "language"
    assert fault(moment, Act.ASK, "En tant qu'IA, je demande : qui d'autre est concerné ?") == "meta"
    assert fault(moment, Act.ASK, "Animatrice : qui d'autre est concerné ?") == "form"


def test_a_question_somebody_has_asked_is_not_asked_again() -> None:
    before = [*view(Role.CONSULTANT).said, said(9, "x", Act.ASK, "Who else is concerned by all this?")]
    assert fault(view(Role.CONSULTANT, said=before), Act.ASK, "who else is concerned by all this ?") == "repeat"


@pytest.mark.parametrize(
    "text",
    [
        "Nora, you should put it in writing.",
        "If I were you I would wait.",
        "Have you considered a mediator?",
        "Why don't you call him?",
        "My advice is to wait.",
    ],
)
@pytest.mark.parametrize("act", [Act.FRAME, Act.INTERVENE, Act.LEARN])
def test_a_facilitator_never_advises(act: Act, text: str) -> None:
    assert fault(view(Role.FACILITATOR), act, text, cue_refs=("advice",)) == "advice"


@pytest.mark.parametrize(
    "text", ["Tu devrais lui écrire.", "À ta place, j'attendrais.", "Et si tu demandais un médiateur ?"]
)
def test_a_french_facilitator_never_advises(text: str) -> None:
    assert fault(view(Role.FACILITATOR, lang="fr"), Act.INTERVENE, text) == "advice"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("When I hear you speak of the nurses at night, I think of my own first team.", None),
        ("You must tell the nurses tonight.", "order"),
        ("You should have told the nurses.", "order"),
        ("Bananas ripen faster beside apples.", "off-contract"),
    ],
)
def test_a_contribution_is_offered_and_about_the_clients_matter(text: str, reason: str | None) -> None:
    moment = view(Role.CONSULTANT, StepKind.CONSULTATION, contract="Help me see my part in how the nurses take it.")
    assert fault(moment, Act.CONTRIBUTE, text) == reason


def test_reformulating_the_need_is_no_place_for_advice() -> None:
    moment = view(Role.CONSULTANT, StepKind.CONTRACT)
    assert fault(moment, Act.NEED, "What I understood is that you need calm, and you should ask for it.") == "advice"


def test_the_client_rests_on_facts_of_the_case_only() -> None:
    fact = content.case(CASE, "en").facts[0]
    assert fault(view(Role.CLIENT), Act.ANSWER, fact.answer, (fact.id,)) is None
    assert fault(view(Role.CLIENT), Act.ANSWER, fact.answer, (fact.id, "made-up")) == "unknown-fact"


def test_a_deep_fact_waits_until_the_client_feels_safe() -> None:
    fact = next(f for f in content.case(CASE, "en").facts if f.depth == "deep")
    closed, safe = view(Role.CLIENT, openness=2.0), view(Role.CLIENT, openness=2.5)
    assert fault(safe, Act.ANSWER, fact.answer, (fact.id,)) is None
    assert fault(closed, Act.ANSWER, fact.answer, (fact.id,)) == "too-soon"
    assert fault(closed, Act.ANSWER, fact.answer) == "leak"
    assert fault(closed, Act.ANSWER, fact.deflect or "", (fact.id, "held-back")) is None


def test_a_deep_fact_that_was_told_may_be_mentioned_when_the_client_has_closed_up_again() -> None:
    fact = next(f for f in content.case(CASE, "en").facts if f.depth == "deep")
    client = who(Role.CLIENT, "en").id
    before = [*view(Role.CLIENT).said, said(9, client, Act.ANSWER, fact.answer, refs=(fact.id,))]
    assert fault(view(Role.CLIENT, openness=0.0, said=before), Act.ANSWER, fact.curt, (fact.id,)) in (None, "repeat")


@pytest.mark.parametrize(
    "text", ["There were 4711 of us.", "It was Mortimer who told me.", "We were eighty-seven people."]
)
def test_the_client_invents_no_number_and_no_name(text: str) -> None:
    assert fault(view(Role.CLIENT), Act.ANSWER, text) == "invented"


def test_what_the_group_has_said_may_be_taken_up() -> None:
    before = [*view(Role.CLIENT).said, said(9, "nora", Act.ASK, "Were you 4711 people, as Mortimer says?")]
    assert fault(view(Role.CLIENT, said=before), Act.ANSWER, "No, not 4711, and Mortimer was not there.") is None


def test_with_the_users_own_situation_the_case_is_out_of_bounds() -> None:
    client = who(Role.CLIENT, "en").id
    fact = content.case(CASE, "en").facts[0]
    own = [said(2, client, Act.PRESENT, "My neighbour at work plays music all day.", voice="user")]
    moment = view(Role.CLIENT, said=own)
    assert fault(moment, Act.ANSWER, "I have nothing to add to that.") is None
    assert fault(moment, Act.ANSWER, "I have nothing to add to that.", (fact.id,)) == "unknown-fact"
    assert fault(moment, Act.ANSWER, "There are 23 of us there.") == "invented"


class Parrot:
    """Says its lines in turn and remembers the complaints."""

    takes_complaints = True
    name = "openai:parrot"

    def __init__(self, *lines: str) -> None:
        self.lines, self.complaints = list(lines), list[str | None]()

    def speak(self, view: View, cue: Cue, complaint: str | None = None) -> Line:
        self.complaints.append(complaint)
        return Line(text=self.lines.pop(0), voice=self.name)


ASK = Cue(speaker="nora", act=Act.ASK)


def test_a_good_line_passes_at_once() -> None:
    voice = Parrot("Who is concerned?", "never said?")
    assert GUARD.passed(view(Role.CONSULTANT), ASK, voice).text == "Who is concerned?"
    assert voice.complaints == [None]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_bad_line_is_repaired_once_with_a_complaint_in_the_sessions_language(lang: Language) -> None:
    good = {"en": "Who else is concerned by this?", "fr": "Qui d'autre est concerné par cela ?"}[lang]
    voice = Parrot("…", good)
    assert GUARD.passed(view(Role.CONSULTANT, lang=lang), ASK, voice).text == good
    assert voice.complaints == [None, content.say("guard.empty", lang)]


def test_a_second_bad_line_ends_in_an_error_that_names_the_rule() -> None:
    voice = Parrot("…", "I would like to know.", "Who is concerned?")
    with pytest.raises(VoiceError) as caught:
        GUARD.passed(view(Role.CONSULTANT), ASK, voice)
    assert caught.value.key == "guard-no-question"
    assert len(voice.complaints) == 2


def test_a_model_that_fails_is_not_asked_for_a_repair() -> None:
    model = FakeModel([VoiceError("model-timeout"), {"text": "Who is concerned?"}])
    with pytest.raises(VoiceError) as caught:
        GUARD.passed(view(Role.CONSULTANT), ASK, PromptedVoice(model))
    assert (caught.value.key, len(model.calls)) == ("model-timeout", 1)


REASONS = "empty too-long form language meta repeat no-question unclean advice order off-contract unknown-fact too-soon"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", [*REASONS.split(), "leak", "invented"])
def test_every_rule_has_its_words(reason: str, lang: Language) -> None:
    assert content.say(f"guard.{reason}", lang)
    assert content.say(f"error.guard-{reason}", lang)  # without facts: the room keeps the key alone


def written(lang: Language) -> list[tuple[View, Act, str, tuple[str, ...]]]:
    """Every line that the cases hold, at its moment."""
    found: list[tuple[View, Act, str, tuple[str, ...]]] = []
    for case in content.cases(lang):
        client = who(Role.CLIENT, lang, case.id).id

        def at(role: Role, kind: StepKind = StepKind.CLARIFICATION, ident: str = case.id, **more: Any) -> View:
            return view(role, kind, lang, case=ident, **more)

        told, safe, shy = at(Role.CLIENT).said, at(Role.CLIENT), at(Role.CLIENT, openness=1.0)
        found += [(at(Role.CLIENT, said=told[:n]), Act.PRESENT, s.text, ()) for n, s in enumerate(told)]
        found += [(safe, Act.ANSWER, f.answer, (f.id,)) for f in case.facts]
        found += [(shy, Act.ANSWER, f.curt, (f.id,)) for f in case.facts if f.depth == "surface"]
        found += [(shy, Act.ANSWER, f.deflect, (f.id, "held-back")) for f in case.facts if f.deflect]
        found += [(shy, Act.CONTRACT, t, ()) for t in (case.contract.statement, *case.contract.alternatives)]
        for part in case.consultants:
            found += [(at(Role.CONSULTANT, speaker=part.id), Act.LEARN, case.learning[part.id], ())]
            found += [(at(Role.CONSULTANT, speaker=part.id), Act.ASK, q.text, ()) for q in part.questions]
        contract = said(99, client, Act.CONTRACT, case.contract.statement)
        giving = at(Role.CONSULTANT, StepKind.CONSULTATION, said=[*told, contract], contract=contract.text)
        found += [(giving, Act.CONTRIBUTE, c.text, ()) for c in case.contributions]
        plan = at(Role.CLIENT, StepKind.ACTION_PLAN, said=[*told, contract])
        found += [(plan, Act.PLAN, case.plan.synthesis, ()), (plan, Act.LEARN, case.learning["client"], ())]
        meets = [m.replace("{name}", case.consultants[0].name) for d in content.drifts(lang) for m in d.meet]
        found += [(at(Role.FACILITATOR), Act.INTERVENE, m, ()) for m in meets]
    steps = [s for m in content.methods() for s in m.steps]
    host = view(Role.FACILITATOR, lang=lang)
    framing = [w.of(lang).replace("{client}", "Nora") for s in steps for w in (s.opening, s.closing)]
    return found + [(host, Act.FRAME, words, ()) for words in framing]


class Anything(QuickEvaluator):
    def assess(self, text: str, lang: Language | None = None, context: str = "") -> Any:
        return super().assess("Why?", lang, context)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nearly_all_that_trainers_have_written_would_pass(lang: Language) -> None:
    guard, lines = Guard(Anything()), written(lang)
    wrong = [
        (reason, text)
        for moment, act, text, refs in lines
        if (reason := guard.fault(moment, Cue(speaker=moment.speaker.id, act=act), Line(text=text, refs=refs)))
    ]
    assert len(lines) > 500
    assert len(wrong) <= len(lines) / 200, (Counter(r for r, _ in wrong), wrong[:5])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nearly_every_withheld_answer_is_caught(lang: Language) -> None:
    deep = [(c.id, f) for c in content.cases(lang) for f in c.facts if f.depth == "deep"]
    missed = [
        f.answer
        for ident, f in deep
        if fault(view(Role.CLIENT, lang=lang, case=ident, openness=1.0), Act.ANSWER, f.answer) is None
    ]
    assert len(deep) > 20
    assert len(missed) <= len(deep) / 20, missed


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("forty-two services", "en", {"40", "2", "42"}),
        ("42 services", "en", {"42"}),
        ("3,000 people, 12.5 %", "en", {"3000", "12", "5"}),
        ("quarante-deux et 3 000", "fr", {"40", "2", "42", "3000"}),
        ("two or three things", "en", set()),
        ("un nouveau, tout neuf", "fr", set()),
    ],
)
def test_numbers_are_the_same_in_words_and_figures(text: str, lang: Language, found: set[str]) -> None:
    assert tongue.numbers(text, lang) == found


@given(st.text(max_size=400), st.sampled_from(list(Role)), st.sampled_from(list(Act)), st.sampled_from(LANGUAGES))
def test_no_text_makes_the_guard_fall_over(text: str, role: Role, act: Act, lang: Language) -> None:
    reason = fault(MOMENTS(role, lang), act, text)
    assert reason is None or content.say(f"guard.{reason}", lang)


MOMENTS: Callable[[Role, Language], View] = lambda role, lang: view(role, lang=lang)  # noqa: E731
