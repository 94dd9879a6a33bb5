"""The sheet in five formats: complete, in the right letters, and never more than text."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach import content
from coach.debrief import debrief
from coach.domain import EVENT, LANGUAGES, Act, Language, Role, Setup, Undone, fold
from coach.errors import WrongUse
from coach.export import FORMATS, MEDIA_TYPES, export
from coach.export.pdf import written
from tests.handmade import WORDS, Log, consultant_log

PAPERS = [f for f in FORMATS if f != "json"]


def made(log: Log, format_: str, date: str | None = None) -> bytes:
    return export(log.session, debrief(log.session, log.method), format_, date=date)


def read(data: bytes, format_: str) -> str:
    """The words of a file, without its marks, white space folded."""
    if format_ == "pdf":
        from pypdf import PdfReader

        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    elif format_ == "docx":
        import docx

        page = docx.Document(BytesIO(data))
        cells = [c.text for t in page.tables for row in t.rows for c in row.cells]
        text = "\n".join([p.text for p in page.paragraphs] + cells)
    elif format_ == "html":
        text = _stripped(data.decode())
    elif format_ == "md":
        text = _stripped(_shown(data.decode()))
    else:
        text = data.decode()
    return " ".join(text.replace("\u00a0", " ").split())


def _shown(text: str) -> str:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def _stripped(page: str) -> str:
    import html

    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.S)))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format_", PAPERS)
def test_the_sheet_is_whole(format_: str, lang: Language) -> None:
    log = consultant_log(lang)
    words = read(made(log, format_, date="22/11/2026"), format_)
    for key in ("presentation", "open", "why", "rewrite", "contract", "plan", "learning"):
        assert WORDS[lang][key] in words, key
    for step in log.method.steps:
        assert step.names.of(lang) in words
    reading = content.reading_for("code:disguised_solution", lang)
    assert reading is not None
    for expected in ("22/11/2026", log.method.names.of(lang), content.case("night-ward", lang).title, reading.title):
        assert " ".join(expected.replace("\u00a0", " ").split()) in words, expected
    assert content.say("sheet.sources", lang) in words
    assert "Payette & Champagne 1997" in words


@pytest.mark.parametrize("format_", FORMATS)
def test_french_letters_and_quotes_are_right(format_: str) -> None:
    log = Log(Role.CLIENT, "fr")
    log.open("presentation")
    log.say("client", Act.PRESENT, "Ma sœur dit : « l'œuvre d'été coûte cher », ça Ÿ, où ? À Noël… naïveté, 12 €.")
    words = read(made(log, format_), format_)
    for piece in ("sœur", "« l'œuvre d'été coûte cher »", "Ÿ", "À Noël…", "naïveté", "12 €"):
        assert piece in words, piece


HOSTILE = [
    '#set page(width: 1pt) #eval("1") #include "/etc/passwd" $x^2$ @ref <label> /* gone */ // gone',
    '<script>alert(1)</script><img src=x onerror=alert(2)> <svg xmlns="http://www.w3.org/2000/svg"> {{ 7 * 7 }} {% raw',
    "[click](javascript:alert(1)) ![x](http://example.invalid/a.png) **bold** `code` | cell | ~~gone~~",
    "# heading\n- bullet\n1. number\n> quote\n---\n```\nfence",
    "before\x00\x0b\x1b[31m\u202eafter\u2066 end\ufeff",
    "\\textbf{x} \\#not \\u{41} &amp; &lt;b&gt; ]]> <!-- gone --> \\",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format_", PAPERS)
def test_what_people_type_stays_text(format_: str, text: str) -> None:
    log = Log()
    log.open("clarification")
    log.ask(text, "advice", why=text, rewrite=text, answer=text)
    log.refuse(text)
    data = made(log, format_)
    shown = re.sub("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    squeezed = re.sub(r"\s", "", read(data, format_))
    assert squeezed.count(re.sub(r"\s", "", shown)) >= 4


@pytest.mark.parametrize("text", HOSTILE)
def test_no_mark_of_the_user_becomes_an_element_of_the_page(text: str) -> None:
    def tags(words: str, format_: str) -> list[str]:
        log = Log()
        log.open("clarification")
        log.ask(words, "advice", why=words, rewrite=words, answer=words)
        page = made(log, format_).decode()
        found = re.findall(r"<(\w+)", _shown(page) if format_ == "md" else page)
        return [t for t in found if t not in ("p", "br")]

    for format_ in ("html", "md"):
        assert tags(text, format_) == tags("plain words", format_)


def test_the_page_needs_nothing_from_outside() -> None:
    page = made(consultant_log("fr"), "html").decode()
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)\s*=|url\(|@import""", page)
    assert 'lang="fr"' in page
    assert page.count("<svg ") == 4


def test_json_holds_everything_and_replays() -> None:
    log = consultant_log("fr")
    log.add(Undone, back_to=5)
    data = json.loads(made(log, "json"))
    assert list(data) == ["setup", "events", "debrief"]
    assert Setup.model_validate(data["setup"]) == log.setup
    events = [EVENT.validate_python(e) for e in data["events"]]
    assert fold(events) == log.session
    assert "œ" in made(consultant_log("fr"), "json").decode()


@pytest.mark.parametrize("format_", ["json", "md", "html", "pdf"])
def test_the_same_session_gives_the_same_bytes(format_: str) -> None:
    assert made(consultant_log(), format_) == made(consultant_log(), format_)


def test_emoji_are_written_out_where_the_fonts_have_none() -> None:
    assert written("fine 👍🏽 ❤️ → ✨") == "fine [thumbs up sign] [heavy black heart] → [sparkles]"
    log = Log()
    log.open("presentation")
    log.say("client", Act.PRESENT, "so tired 😀 today")
    assert "so tired [grinning face] today" in read(made(log, "pdf"), "pdf")
    assert "so tired 😀 today" in read(made(log, "html"), "html")


def test_an_endless_word_stays_on_the_page() -> None:
    assert written("x" * 100) == "\u200b".join(["x" * 40, "x" * 40, "x" * 20])
    assert written("ordinary words") == "ordinary words"


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("seat", list(Role))
def test_an_empty_session_has_a_sheet(seat: Role, format_: str) -> None:
    assert made(Log(seat, "fr"), format_)


def test_a_case_that_is_gone_does_not_stop_the_sheet() -> None:
    assert "gone-case" in read(made(Log(cases=("gone-case",)), "md"), "md")


def test_the_transcript_can_be_left_out() -> None:
    log = consultant_log()
    short = read(export(log.session, debrief(log.session, log.method), "md", transcript=False), "md")
    assert WORDS["en"]["presentation"] not in short
    assert WORDS["en"]["contract"] in short


def test_slips_and_their_outcome_stand_in_the_transcript() -> None:
    log = Log(Role.FACILITATOR)
    log.open("clarification")
    slip = log.say("c1", Act.ASK, "You should rest.", drift="advice", refs=("s1",))
    log.intervene("Zoé, keep the advice for later.", slip)
    words = read(made(log, "md"), "md")
    assert f"{content.drift('advice', 'en').name}: {content.say('sheet.slip-met', 'en')}" in words


@pytest.mark.parametrize("given_", ["odt", "", "PDF", "../md"])
def test_an_unknown_format_is_wrong_use(given_: str) -> None:
    with pytest.raises(WrongUse) as caught:
        made(Log(), given_)
    assert caught.value.key == "unknown-format"
    assert content.explain(caught.value, "fr")


def test_every_format_has_a_media_type() -> None:
    assert set(MEDIA_TYPES) == set(FORMATS)


@settings(max_examples=25, deadline=None)
@given(text=st.text(min_size=1, max_size=120))
def test_no_text_breaks_a_format(text: str) -> None:
    log = Log()
    log.open("presentation")
    log.say("client", Act.PRESENT, text)
    for format_ in PAPERS:
        assert made(log, format_)
