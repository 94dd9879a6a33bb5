"""Whole sessions in the browser."""

from __future__ import annotations

import re

import pytest

from tests.e2e.driver import Server, Visitor

CASES = {"consultant": "night-ward", "facilitator": "school-merger", "client": "dairy-handover"}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("seat", ["consultant", "facilitator", "client"])
def test_a_session_runs_to_its_debrief(visitor: Visitor, seat: str, lang: str) -> None:
    visitor.begin(lang, seat, CASES[seat])
    visitor.play(lang, seat)
    assert visitor.page.locator(".steps .done").count() == 6
    visitor.debrief()
    assert visitor.page.locator("html").get_attribute("lang") == lang
    assert visitor.page.locator(".figures svg").count() == 4
    assert visitor.page.locator(".next-time .big-text").inner_text().strip()


def test_a_faulty_question_gets_its_verdict_and_a_wording_to_use(visitor: Visitor) -> None:
    visitor.begin("en", "consultant")
    visitor.say("You should put the night report in writing and read it yourself every morning.")
    panel = visitor.page.locator("#feedback")
    assert panel.locator("mark").count() >= 1
    assert "✗" in panel.inner_text()
    panel.locator(".passage summary").first.click()
    assert panel.locator(".passage .sources").first.is_visible()
    use = panel.locator("[data-fill]")
    if use.count():
        wording = use.first.get_attribute("data-fill")
        use.first.click()
        assert visitor.page.input_value("#box") == wording


def test_feedback_kept_for_later_stays_out_of_the_room(visitor: Visitor) -> None:
    visitor.begin("fr", "consultant", feedback="after")
    visitor.say("Vous devriez tout mettre par écrit.")
    assert visitor.page.locator(".room mark, .room .chip").count() == 0


def test_reload_in_the_middle_keeps_transcript_and_draft(visitor: Visitor) -> None:
    visitor.begin("en", "consultant")
    visitor.say("What happened on the morning after?")
    before = visitor.transcript
    visitor.page.fill("#box", "A thought that is not finished: œ, é, « »")
    visitor.page.reload()
    visitor.settled()
    assert visitor.transcript == before
    assert visitor.page.input_value("#box") == "A thought that is not finished: œ, é, « »"


def test_a_killed_server_loses_nothing_and_the_session_goes_on(visitor: Visitor, server: Server) -> None:
    visitor.begin("fr", "client")
    visitor.say("Je dirige une équipe de six personnes et deux d'entre elles ne se parlent plus.")
    before = visitor.transcript
    server.kill()
    server.start()
    visitor.page.reload()
    visitor.settled()
    assert visitor.transcript == before
    visitor.say("J'attends de vous de m'aider à voir ce que je ne vois pas.")
    assert "ce que je ne vois pas" in visitor.transcript
    visitor.visit("/fr/")
    visitor.page.locator(".past-list a.button", has_text=re.compile("^Reprendre")).first.click()
    visitor.settled()
    assert "ce que je ne vois pas" in visitor.transcript


def test_what_is_refused_is_kept_and_said_gently(visitor: Visitor) -> None:
    visitor.begin("en", "consultant")
    visitor.say("Was ist denn eigentlich an diesem Morgen nach dem Sturz passiert?")
    assert "another language" in visitor.page.inner_text("[data-notice]")
    assert visitor.page.input_value("#box").startswith("Was ist denn")
    visitor.page.click("[data-notice-close]")
    assert not visitor.page.inner_text("[data-notice]")


def test_a_second_window_is_told_that_the_session_moved_on(visitor: Visitor, server: Server) -> None:
    visitor.begin("en", "consultant")
    second = Visitor(visitor.page.context.new_page(), server)
    second.page.goto(visitor.page.url)
    second.settled()
    second.say("How long has this been so?")
    visitor.say("What happened then?")
    assert "moved on" in visitor.page.inner_text("[data-notice]")
    assert "How long has this been so?" in visitor.transcript
    assert visitor.page.input_value("#box") == "What happened then?"
    visitor.page.press("#box", "Enter")
    visitor.page.wait_for_function("document.getElementById('box').value === ''")


def test_undo_gives_the_words_back(visitor: Visitor) -> None:
    visitor.begin("en", "consultant")
    visitor.say("What happened on the morning after?")
    visitor.act("undo")
    assert visitor.page.input_value("#box") == "What happened on the morning after?"
    assert "What happened on the morning after?" not in visitor.transcript


def test_markup_typed_by_somebody_stays_text(visitor: Visitor) -> None:
    visitor.begin("en", "consultant")
    visitor.say("What happened <img src=x onerror=alert(1)> then?")
    assert "<img src=x" in visitor.transcript
    assert visitor.page.locator("[data-log] img").count() == 0


def test_the_sheet_is_downloaded_as_pdf_and_the_session_deleted(visitor: Visitor) -> None:
    visitor.begin("fr", "consultant")
    visitor.page.click("[data-act=leave]")
    visitor.page.click("[data-leave-act=end]")
    visitor.page.wait_for_url("**/debrief?session=*")
    visitor.page.wait_for_selector("[data-part=sheet] h1")
    name, data = visitor.download("pdf")
    assert name.endswith(".pdf")
    assert data.startswith(b"%PDF")
    ident = visitor.page.url.rpartition("=")[2]
    visitor.visit("/fr/")
    more = visitor.page.locator("[data-more]")
    visitor.page.wait_for_selector(".past-list")
    if more.count():
        more.click()
    row = visitor.page.locator(".past-list li", has=visitor.page.locator(f"a[href$='{ident}']"))
    row.locator("[data-confirm]").click()
    visitor.page.locator("dialog[open] button[value=yes]").click()
    row.wait_for(state="detached")


def test_the_language_switch_is_remembered(visitor: Visitor) -> None:
    visitor.visit("/")
    assert visitor.page.url.endswith("/en/")
    visitor.page.click("[data-switch=fr]")
    visitor.page.wait_for_url("**/fr/")
    visitor.page.wait_for_selector("form.setup")
    assert visitor.page.title() == "S'exercer à une séance · Codev Coach"
    visitor.visit("/")
    assert visitor.page.url.endswith("/fr/")
    visitor.visit("/fr/method")
    visitor.page.click("[data-switch=en]")
    visitor.page.wait_for_url("**/en/method")
