"""Keyboard alone, and what axe finds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.driver import Visitor

_RUN = """async () => {
  const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']});
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')}`);
}"""
_SIZES = ((1280, 900), (390, 844))


def _violations(page: Page, axe: str) -> list[str]:
    """What axe finds in light and dark, wide and narrow."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"() => {{ {axe}; }}")
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in _SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(80)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{width}: the page is too wide"
            found += [f"{scheme} {width}: {v}" for v in page.evaluate(_RUN)]
    return found


@pytest.mark.parametrize("path", ["/en/", "/fr/check", "/fr/drill", "/fr/method"])
def test_no_violation_on_the_pages(visitor: Visitor, axe: str, path: str) -> None:
    visitor.visit(path)
    if path.endswith("check"):
        visitor.page.fill("textarea[name=questions]", "Depuis quand ?\nVous devriez en parler à votre chef.")
        visitor.page.click("form button[type=submit]")
        visitor.page.wait_for_selector("table.verdicts")
    if path.endswith("drill"):
        visitor.page.wait_for_selector("select[name^='answer:']")
        assert _violations(visitor.page, axe) == []
        for box in visitor.page.locator("select[name^='answer:']").all():
            box.select_option("clean")
        visitor.page.click("form[data-kind=answers] button[type=submit]")
        visitor.page.wait_for_selector("#told-h")
    if path.endswith("method"):
        visitor.page.fill("#query", "silence")
        visitor.page.press("#query", "Enter")
        visitor.page.wait_for_selector(".hits")
    assert _violations(visitor.page, axe) == []


def test_no_violation_in_the_room_and_the_debrief(visitor: Visitor, axe: str) -> None:
    visitor.begin("en", "consultant")
    visitor.say("You should put it in writing, don't you think?")
    visitor.act("ask")
    visitor.page.locator(".panel summary").first.click()
    visitor.say("Was ist denn eigentlich an diesem Morgen nach dem Sturz passiert?")
    assert _violations(visitor.page, axe) == []
    visitor.page.click("[data-act=leave]")
    assert visitor.page.evaluate(_RUN) == []
    visitor.page.click("[data-leave-act=end]")
    visitor.page.wait_for_selector("[data-part=sheet] h1")
    assert _violations(visitor.page, axe) == []


def test_no_violation_in_the_facilitators_room(visitor: Visitor, axe: str) -> None:
    visitor.begin("fr", "facilitator")
    assert _violations(visitor.page, axe) == []


def _press(page: Page, key: str, until: str, most: int = 60) -> None:
    """Press a key until the focus is on something that matches; it must be seen to be there."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("(s) => document.activeElement.matches(s)", until):
            node = "document.activeElement"
            if page.evaluate(f"{node}.matches('.option input, .pill input')"):
                node += ".nextElementSibling"  # the card shows the focus of the button inside
            assert page.evaluate(f"getComputedStyle({node}).outlineStyle") != "none", f"focus on {until} cannot be seen"
            return
    raise AssertionError(f"{key} never led to {until}")


def test_a_session_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    visitor.visit("/en/")
    _press(page, "Tab", ".skip", 3)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    _press(page, "Tab", "input[name=case]")
    page.keyboard.press("ArrowDown")
    _press(page, "Tab", "input[name=seat]")
    _press(page, "Tab", "input[name=name]")
    page.keyboard.type("Zoé")
    _press(page, "Tab", "button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/room?session=*")
    visitor.settled()
    _press(page, "Tab", "#box")
    page.keyboard.type("What happened then?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("And before?")
    page.keyboard.press("Enter")
    visitor.page.wait_for_timeout(80)
    visitor.settled()
    assert "And before?" in visitor.transcript
    assert page.evaluate("document.activeElement.id") == "box"
    _press(page, "Tab", "[data-act=wait]")
    page.keyboard.press("Enter")
    visitor.page.wait_for_timeout(80)
    visitor.settled()
    _press(page, "Tab", "[data-act=leave]")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.act") == "leave"
    page.keyboard.press("Enter")
    _press(page, "Tab", "[data-leave-act=release]", 4)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-finished]:not([hidden])", timeout=30_000)
    _press(page, "Tab", "[data-debrief]", 80)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=sheet] h1")
    _press(page, "Tab", "a[href$='.pdf']", 120)
