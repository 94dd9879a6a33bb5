"""A server, a browser and a page for the tests that see the product as a person does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.e2e.driver import Server, Visitor

CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = Path(__file__).parents[2] / ".venv" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("e2e") / "data")
    found.start()
    yield found
    found.kill()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may not ask anybody but us, and may not fail in silence."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    found, troubles = context.new_page(), list[str]()

    def asked(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            troubles.append(f"asked {request.url}")

    context.on("request", asked)
    found.on("pageerror", lambda error: troubles.append(str(error)))
    yield found
    context.close()
    assert not troubles


@pytest.fixture
def visitor(page: Page, server: Server) -> Visitor:
    return Visitor(page, server)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as `make axe` fetched it."""
    if not AXE.exists() and not os.environ.get("CI"):
        pytest.skip("no axe-core here: make axe")
    return AXE.read_text(encoding="utf-8")
