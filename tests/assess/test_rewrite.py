"""A rewrite keeps what the asker would learn, drops the fault, and is never what the evaluator faults."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach import content
from coach.assess import topics
from coach.assess.classifier import Aim
from coach.assess.explain import addressed, why
from coach.assess.phrasing import address
from coach.assess.rewrite import rewrite
from coach.cue_schema import INTENTS
from coach.domain import LANGUAGES, Language

CONTEXT = "I run a night ward. Kemi and the day team do not talk. The loading bays close at nine. No forms are kept."


def always(_: str) -> bool:
    return True


def aimed(*names: str, share: float = 0.9) -> list[Aim]:
    return [Aim(name, share) for name in names]


def one(text: str, lang: Language, *codes: str, context: str = "", aims: tuple[str, ...] = ("tried",)) -> str:
    return rewrite(text, lang, codes, context, aimed(*aims), always).text


def test_a_remedy_becomes_the_question_it_would_have_answered() -> None:
    found = one("Have you thought of a rota?", "en", "disguised_solution", aims=("sharing", "time"))
    assert "rota" not in found
    assert found in content.rewrites("en").intents["sharing"].plain


@pytest.mark.parametrize(("text", "lang"), [("What about a rota?", "en"), ("Et un roulement, alors ?", "fr")])
def test_a_remedy_by_name_tells_what_the_asker_would_learn(text: str, lang: Language) -> None:
    aims = aimed("place", "tools", share=0.3)
    found = rewrite(text, lang, ["disguised_solution"], "", aims, always).text
    assert found in content.rewrites(lang).intents["sharing"].plain


def test_a_remedy_that_the_client_named_tells_nothing() -> None:
    aims = aimed("talk", share=0.9)
    found = rewrite("So ask her about the rota.", "en", ["advice"], "The rota is late.", aims, always).text
    assert found not in content.rewrites("en").intents["sharing"].plain


@pytest.mark.parametrize("text", ["The loading bays, could a few stay open?", "Could a cousin come by on Sundays?"])
@pytest.mark.parametrize("context", ["", CONTEXT])
def test_of_a_remedy_what_was_weighed_or_tried_is_asked(text: str, context: str) -> None:
    found = one(text, "en", "disguised_solution", context=context, aims=("process", "place"))
    assert found in content.rewrites("en").intents["tried"].plain


def test_who_has_told_of_attempts_is_asked_for_others() -> None:
    told = "I run a night ward. I asked Kemi to swap shifts and she laughed."
    found = one("Could a cousin come by on Sundays?", "en", "disguised_solution", context=told)
    assert found in content.rewrites("en").besides


def test_in_a_long_utterance_a_remedy_by_name_is_not_the_matter() -> None:
    text = "Three of them on the night side already, so would a rota with the clinic over the road bring anyone in?"
    assert one(text, "en", "disguised_solution") in content.rewrites("en").intents["tried"].plain


def test_what_is_wanted_of_the_group_becomes_what_matters() -> None:
    found = one("So what do you want from us tonight?", "en", "wrong_step", aims=("plan", "options"))
    assert found in content.rewrites("en").intents["contract"].plain


@pytest.mark.parametrize(("names", "first"), [(("own_act", "event"), "event"), (("motive", "rules", "talk"), "view")])
def test_questions_that_readers_found_loose_come_last(names: tuple[str, ...], first: str) -> None:
    found = one("Who lets forty bags go astray on a calm day?", "en", "judgement", aims=names)
    assert found in content.rewrites("en").intents[first].plain


def test_of_a_guess_at_a_feeling_the_feeling_is_asked() -> None:
    found = one("It eats you up, this business.", "en", "interpretation", aims=("view", "feeling"))
    assert found in content.rewrites("en").intents["feeling"].plain


def test_who_is_addressed_stays_addressed() -> None:
    tu = one("Tu devrais prendre un jour.", "fr", "advice")
    assert " tu as " in f" {tu}"
    nobody = one("Un jour de repos, et hop.", "fr", "advice")
    assert "tu" not in nobody.split() and "vous" not in nobody.split()


def test_a_person_of_the_story_stays_in_it() -> None:
    found = one("Why didn't you stand up to Kemi?", "en", "judgement", context=CONTEXT, aims=("bond", "own_act"))
    assert "Kemi" in found


def test_advice_that_begins_like_a_question_is_not_kept() -> None:
    found = one("Yeah nah, what you do is ring the thirteen who left.", "en", "leading", aims=("talk",))
    assert not found.startswith("What you do")


def test_a_guess_about_what_was_said_gets_the_clients_own_words_back() -> None:
    told = "Kemi left. So nobody spoke in the green room after the show, and I went home."
    found = one("Silence in a green room is never good, is it?", "en", "leading", context=told, aims=("view",))
    assert "“Nobody spoke in the green room after the show”" in found
    apart = one("Silence at night is never good, is it?", "en", "leading", context=told, aims=("view",))
    assert apart in content.rewrites("en").intents["view"].plain


def test_a_clean_sentence_is_kept() -> None:
    text = "How long is her break? Whatever it is, put it in writing to her."
    assert one(text, "en", "advice") == "How long is her break?"


def test_a_french_question_is_kept_although_its_word_stands_last() -> None:
    text = "Ils sont combien dans l'équipe ? De toute façon, mets-les tous ensemble."
    assert one(text, "fr", "advice") == "Ils sont combien dans l'équipe ?"


def test_an_utterance_without_marks_is_not_repeated_as_a_topic() -> None:
    assert "comme ca" not in one(
        "et tu as enlever comme ca sans rien dire", "fr", "judgement", context="J'ai tout enlevé."
    )


def test_a_question_is_kept_without_the_answer_behind_it() -> None:
    assert one("Who set the group up, the usual suspects?", "en", "leading") == "Who set the group up?"


def test_the_cause_goes_and_the_clients_words_stay() -> None:
    text = "So the day team does not talk because they look down on you."
    found = one(text, "en", "interpretation", context=CONTEXT)
    assert found.startswith("So the day team does not talk: ")
    assert "look down" not in found


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Tu devrais te reposer.", "tu"),
        ("Appelle ton investisseur ce soir.", "tu"),
        ("Dis-le-leur demain.", "tu"),
        ("Avez-vous pensé à un médiateur ?", "vous"),
        ("Tenez bon jusqu'à la livraison.", "vous"),
        ("Votre convention, elle prévoit-tu ça ?", "vous"),
        ("Qui l'a prévenu chez eux ?", ""),
    ],
)
def test_the_form_of_address_is_heard(text: str, form: str) -> None:
    assert address(text, "fr") == form


@pytest.mark.parametrize(("text", "never"), [("Tu as eu honte, toi ?", " vous"), ("Avez-vous eu honte ?", " tu ")])
def test_tu_stays_tu_and_vous_stays_vous(text: str, never: str) -> None:
    seen: list[str] = []
    rewrite(
        text, "fr", ["interpretation"], "", aimed("feeling", "view", "cause"), lambda t: bool(seen.append(t))
    )  # every candidate is refused
    assert seen
    assert not [t for t in seen if never in f" {t.lower()} "]


def test_unknown_address_is_left_open() -> None:
    assert addressed("Comment [vas-tu|allez-vous] ?", "") is None
    assert addressed("Comment [vas-tu|allez-vous] ?", "vous") == "Comment allez-vous ?"


def test_a_guide_comes_where_no_candidate_is_clean() -> None:
    tried: list[str] = []
    found = rewrite(
        "Have you thought of a rota?",
        "en",
        ["disguised_solution"],
        "",
        aimed(*INTENTS),
        lambda t: bool(tried.append(t)),
    )
    assert found.is_guide
    assert found.text.startswith("What ")
    assert 0 < len(tried) <= 10


def test_only_what_the_evaluator_passes_is_given() -> None:
    passed = rewrite("Tu devrais parler à ta cheffe.", "fr", ["advice"], "", aimed("talk"), lambda t: "jusqu'ici" in t)
    assert passed.is_guide or "jusqu'ici" in passed.text


@pytest.mark.parametrize(
    ("phrase", "after_de"),
    [
        ("le chef", "du chef"),
        ("les bacs", "des bacs"),
        ("l'équipe", "de l'équipe"),
        ("elle", "d'elle"),
        ("ta sœur", "de ta sœur"),
    ],
)
def test_french_de_is_contracted(phrase: str, after_de: str) -> None:
    assert topics.de(phrase) == after_de


@pytest.mark.parametrize(
    ("text", "lang", "topic"),
    [
        ("The loading bays, could they stay open?", "en", "the loading bays"),
        ("Could you not ask your ward manager?", "en", "your ward manager"),
        ("La directrice de section, elle en dit quoi ?", "fr", "la directrice de section"),
        ("Qui pourrait parler au directeur ?", "fr", "le directeur"),
    ],
)
def test_a_noun_phrase_is_found_whole(text: str, lang: Language, topic: str) -> None:
    assert topic in [t.text for t in topics.find(text, lang, text)]


@pytest.mark.parametrize("text", ["Il faut la contredire ?", "Tu le vois souvent ?", "Vous les laissez faire ?"])
def test_a_french_pronoun_is_no_article(text: str) -> None:
    assert topics.find(text, "fr") == []


def test_the_sentence_why_names_the_marked_words() -> None:
    assert "a rota" in why("disguised_solution", "en", "a rota")
    assert "{" not in why("leading", "fr", "") and why("leading", "fr", "")
    assert why("leading", "en", "isn't it") == why("leading", "en", "isn't it")
    assert len(why("advice", "en", "put it on paper " * 20)) < 250


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.sampled_from(LANGUAGES), st.sampled_from(content.CODES), st.booleans())
def test_any_text_gets_a_whole_sentence_back(text: str, lang: Language, code: str, passes: bool) -> None:
    found = rewrite(text, lang, [code], "", aimed(*INTENTS), lambda _: passes)
    assert found.text
    assert "{" not in found.text.replace(text, "") or "{" in text
    assert found.text == rewrite(text, lang, [code], "", aimed(*INTENTS), lambda _: passes).text
