"""The pages beside the room."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.driver import Visitor


def test_pasted_questions_are_judged_and_taken_along(visitor: Visitor) -> None:
    visitor.visit("/en/check")
    visitor.page.fill(
        "textarea[name=questions]", "Since when has this been going on?\nYou should really tell your boss."
    )
    visitor.page.click("form button[type=submit]")
    visitor.page.wait_for_selector("table.verdicts")
    assert visitor.page.locator("table.verdicts tbody tr").count() == 2
    with visitor.page.expect_download() as waiting:
        visitor.page.click("[data-file=jsonl]")
    rows = [json.loads(line) for line in Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()]
    assert [r["clean"] for r in rows] == [True, False]


def test_an_uploaded_file_with_a_broken_line_is_named(visitor: Visitor, tmp_path: Path) -> None:
    broken = tmp_path / "questions.jsonl"
    broken.write_text('{"text": "Since when?"}\nnot json\n', encoding="utf-8")
    visitor.visit("/fr/check")
    visitor.page.set_input_files("input[type=file]", broken)
    visitor.page.click("form button[type=submit]")
    visitor.page.wait_for_selector("[data-notice] .notice")
    told = visitor.page.inner_text("[data-notice]")
    assert "questions.jsonl" in told
    assert "2" in told


def test_fifty_questions_are_enough(visitor: Visitor) -> None:
    visitor.visit("/en/check")
    visitor.page.fill("textarea[name=questions]", "Since when?\n" * 51)
    visitor.page.click("form button[type=submit]")
    visitor.page.wait_for_selector("[data-notice] .notice")
    assert "51" in visitor.page.inner_text("[data-notice]")
    assert visitor.page.input_value("textarea[name=questions]").count("\n") == 51


def test_a_search_opens_passages_with_their_sources(visitor: Visitor) -> None:
    visitor.visit("/en/method")
    visitor.page.fill("#query", "may the client answer during consultation?")
    visitor.page.press("#query", "Enter")
    visitor.page.wait_for_selector(".hits details")
    assert visitor.page.locator(".hits details[open] .sources").first.inner_text()


def test_rehearse_again_takes_another_seat(visitor: Visitor) -> None:
    visitor.begin("en", "consultant")
    visitor.page.click("[data-act=leave]")
    visitor.page.click("[data-leave-act=end]")
    visitor.page.wait_for_selector("#again")
    visitor.page.locator("#again label:has(input[value=facilitator])").click()
    visitor.page.click("#again button[type=submit]")
    visitor.page.wait_for_url("**/room?session=*")
    visitor.settled()
    assert visitor.page.locator("[data-give]").is_visible()
    assert "Zoé" in visitor.page.inner_text(".seat.me")
