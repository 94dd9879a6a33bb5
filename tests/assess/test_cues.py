"""Cues mark the words that carry a fault, and let pass what the client has already said."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach import content
from coach.assess import cues, words
from coach.domain import LANGUAGES, Language

FAULTY: list[tuple[Language, str, str, str]] = [
    ("en", "Have you thought of a rota?", "disguised_solution", "a rota"),
    ("en", "What would it take to have sensors in bay three?", "disguised_solution", "sensors"),
    ("en", "If I were you I would wait until March.", "advice", "If I were you"),
    ("en", "Don't you think it is a bit late?", "leading", "Don't you think"),
    ("en", "She's done with you, isn't she?", "leading", "isn't she"),
    ("en", "Why didn't you warn her?", "judgement", "Why didn't you warn her"),
    ("en", "Is it because you fear losing her?", "interpretation", "because you fear losing her"),
    ("en", "What are your options now?", "wrong_step", "options now"),
    ("en", "That happened to me at the mill, twice.", "self_story", "That happened to me"),
    ("fr", "As-tu pensé à un médiateur ?", "disguised_solution", "médiateur"),
    ("fr", "À ta place, j'attendrais le mois de mars.", "advice", "À ta place"),
    ("fr", "C'est un peu du bricolage, non ?", "leading", "non"),
    ("fr", "Pourquoi tu ne l'as pas prévenue ?", "judgement", "Pourquoi tu ne l'as pas prévenue"),
    ("fr", "C'est par peur de la perdre ?", "interpretation", "peur de la perdre"),
    ("fr", "Quelles pistes te reste-t-il ?", "wrong_step", "pistes"),
    ("fr", "Ça m'est arrivé avec un cheval.", "self_story", "Ça m'est arrivé"),
]


@pytest.mark.parametrize(("lang", "text", "code", "marked"), FAULTY)
def test_the_words_that_carry_the_fault_are_marked(lang: Language, text: str, code: str, marked: str) -> None:
    assert any(marked in text[c.start : c.end] for c in cues.find(text, lang) if c.code == code)


@pytest.mark.parametrize("variant", [str.upper, lambda t: t.replace("'", ""), lambda t: t.replace("'", "’")])
def test_case_and_apostrophes_do_not_hide_a_cue(variant: object) -> None:
    text = variant("Don't you think it is late?")  # type: ignore[operator]
    assert any(c.code == "leading" for c in cues.find(text, "en"))


def test_missing_accents_do_not_hide_a_cue() -> None:
    assert any(c.code == "disguised_solution" for c in cues.find("as tu pense a un mediateur", "fr"))


@pytest.mark.parametrize(
    ("lang", "text", "said", "other"),
    [
        ("en", "Have you thought of a rota?", "I have thought about a rota, but nobody signs up.", "Nobody signs up."),
        ("en", "Were you ashamed?", "I felt such shame that evening.", "It was a long evening."),
        ("fr", "As-tu pensé à un médiateur ?", "J'ai pensé au médiateur de la ville.", "La ville ne répond pas."),
    ],
)
def test_what_the_client_brought_up_is_no_fault(lang: Language, text: str, said: str, other: str) -> None:
    code = "interpretation" if "ashamed" in text else "disguised_solution"
    assert not [c for c in cues.find(text, lang, said) if c.code == code]
    assert [c for c in cues.find(text, lang, other) if c.code == code]


def test_a_misspelt_word_counts_as_said() -> None:
    assert words.already_said("the questionnaire", "I sent a questionaire round", "en")
    assert not words.already_said("the questionnaire", "I sent a letter round", "en")
    assert not words.already_said("the questionnaire", "", "en")


@pytest.mark.parametrize("text", ["What have you tried so far?", "How did you feel then?", "Does she report to you?"])
def test_clean_questions_carry_no_heavy_cue(text: str) -> None:
    assert not [c for c in cues.find(text, "en") if c.code in cues.FATAL and c.weight >= 1]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_gets_marks_inside_it(text: str, lang: Language) -> None:
    assert len(words.fold(text)) == len(text)
    for cue in cues.find(text, lang):
        assert 0 <= cue.start <= cue.end <= len(text)


def test_cues_take_about_a_millisecond() -> None:
    items = [(p.example, f.lang) for lang in LANGUAGES for f in content.cues(lang) for p in f.patterns]
    for text, lang in items[:20]:
        cues.find(text, lang)
    cues._find.cache_clear()
    start = time.process_time()
    for text, lang in items:
        cues.find(text, lang)
    assert (time.process_time() - start) / len(items) < 0.004  # a generous bound for busy machines
