"""The scripted client in the room, on the real encoder: answers what is asked, and only that."""

from __future__ import annotations

import pytest

from coach import content, rehearse
from coach.domain import Act, Said

ASKED = {
    "en": ("When did the handover take place, exactly?", "How so?", "What colour is the delivery van?"),
    "fr": ("La passation a eu lieu quand, exactement ?", "Dans quel sens ?", "De quelle couleur est la camionnette ?"),
}
JUDGED = {
    "en": "How could you let him walk all over you like that?",
    "fr": "Comment as-tu pu le laisser te marcher dessus comme ça ?",
}


def answers(lang: str, lines: list[str]) -> list[Said]:
    """What the client replied to the user, in order."""
    played = rehearse("dairy-handover", "consultant", lang, lines)
    assert not played.troubles
    user = played.events[0].setup.user.id  # type: ignore[union-attr]
    said = [e for e in played.events if isinstance(e, Said)]
    mine = [i for i, e in enumerate(said) if e.speaker == user and e.act is Act.ASK and e.voice == "user"]
    return [next(e for e in said[i:] if e.act is Act.ANSWER) for i in mine]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_client_tells_the_fact_asks_which_part_is_meant_and_says_what_they_do_not_know(lang: str) -> None:
    told, leaning, outside = answers(lang, list(ASKED[lang]))
    assert told.refs == ("handover-date",)
    assert told.text == content.case("dairy-handover", lang).fact("handover-date").answer
    assert leaning.refs == ("reaction:which",)
    assert outside.refs == ("reaction:unknown",)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_after_a_judgement_the_client_turns_curt(lang: str) -> None:
    judged, told = answers(lang, [JUDGED[lang], ASKED[lang][0]])
    assert judged.refs == ("reaction:judged",)
    assert told.text == content.case("dairy-handover", lang).fact("handover-date").curt


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_client_does_not_tell_the_same_twice(lang: str) -> None:
    question = ASKED[lang][0]
    first, second = answers(lang, [question, question])
    assert first.text != second.text
    assert "repeated" in second.refs
