"""The client's own words, quoted: whole phrases, no times, and a contract they already said."""

from __future__ import annotations

import pytest

from coach import room
from coach.domain import Act

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
