"""What the templates make of a session, and of hostile words."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coach import content
from coach.domain import LANGUAGES, Assessment, Language, Role, Session, Span, apply, fold
from coach.room import Give, Next, Say, Wait
from coach.ui.desk import Frame
from coach.ui.render import initials, marked, tied
from coach.ui.view import RoomView

TEMPLATES = Path(content.__file__).parent / "ui" / "templates"


def _verdict(text: str, *spans: tuple[int, int]) -> Assessment:
    found = tuple(Span(start=a, end=b, code="advice", text=text[a:b]) for a, b in spans)
    return Assessment(
        text=text, lang="en", solution_free=False, neutral=False, in_step=False, spans=found, confidence=1
    )


def _log(session: Session) -> str:
    return "".join(html for _, html in RoomView("id", Frame(session), None).entries())


def test_marked_words_stand_in_the_question_and_overlaps_are_joined() -> None:
    assert str(marked(_verdict("You should go", (0, 10), (4, 13)))) == "<mark>You should go</mark>"
    assert str(marked(_verdict("You should go", (4, 10)))) == "You <mark>should</mark> go"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=4))
def test_marking_loses_and_adds_no_words(text: str, spans: list[tuple[int, int]]) -> None:
    bare = re.sub(r"</?mark>", "", str(marked(_verdict(text, *spans))))
    assert bare == str(marked(_verdict(text)))


def test_markup_in_an_utterance_is_shown_as_text(rehearse) -> None:  # type: ignore[no-untyped-def]
    session, _ = rehearse(
        "night-ward", "consultant", "en", [Say("What <script>alert(1)</script> then?")], name="<b>Zoé</b>"
    )
    shown = _log(session)
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<b>Zoé" not in shown


def test_planted_slips_carry_no_mark_in_the_room(rehearse) -> None:  # type: ignore[no-untyped-def]
    session, _ = rehearse("night-ward", "facilitator", "en", [Say("Welcome. Please begin."), Wait(), Next()] * 20)
    slips = [s for s in session.said if s.drift]
    assert slips
    keys = dict(RoomView("id", Frame(session), None).entries())
    for slip in slips:
        html = keys[f"e{slip.seq}"]
        assert slip.drift not in re.sub(re.escape(slip.text), "", html)
        assert not any(ref in html for ref in slip.refs)


def test_every_moment_of_every_seat_can_be_drawn(rehearse) -> None:  # type: ignore[no-untyped-def]
    for lang in LANGUAGES:
        for seat in Role:
            turns = [Say("Since when has this been so?"), Wait(), Next(), Give("client"), Wait()] * 12
            _, events = rehearse("dairy-handover", seat.value, lang, turns, method="long-two-clients")
            session = Session()
            for event in events:
                session = apply(session, event)
                RoomView("id", Frame(session), 12.5).payload()


def test_entries_keep_their_keys_while_the_session_goes_on(rehearse) -> None:  # type: ignore[no-untyped-def]
    _, events = rehearse("night-ward", "consultant", "fr", [Say("Depuis quand ?"), Wait()])
    early, late = (RoomView("id", Frame(fold(e)), None).entries() for e in (events[: len(events) // 2], events))
    assert [k for k, _ in late][: len(early)] == [k for k, _ in early]


def test_french_signs_stay_on_the_line_of_their_word() -> None:
    assert tied("Et après ? « Rien » : voilà !", "fr") == "Et après\u00a0? «\u00a0Rien\u00a0»\u00a0: voilà\u00a0!"
    assert tied("And then ? “Nothing”", "en") == "And then ? “Nothing”"


def test_initials_of_odd_names() -> None:
    assert [initials(n) for n in ("Zoé", "Jean-Luc Œil", "", "  ")] == ["Z", "JL", "?", "?"]


def test_every_word_that_a_template_asks_for_exists_in_both_languages() -> None:
    asked = set()
    for path in TEMPLATES.rglob("*.html"):
        asked |= {f"ui.{key}" for key in re.findall(r"\bt\('([\w.-]+)'[,)]", path.read_text(encoding="utf-8"))}
    assert len(asked) > 80
    for lang in LANGUAGES:
        assert asked <= set(content.words(lang))


def test_both_languages_have_the_same_words_and_fields() -> None:
    def fields(lang: Language) -> dict[str, set[str]]:
        return {k: set(re.findall(r"{\w+}", v)) for k, v in content.words(lang).items() if k.startswith("ui.")}

    assert fields("en") == fields("fr")
