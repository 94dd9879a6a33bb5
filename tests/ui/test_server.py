"""The doors of the server: languages, exports, health, and who is turned away."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from coach import server
from coach.errors import CoachError
from coach.seating import make_setup
from coach.settings import Settings
from coach.ui.desk import Desk
from coach.ui.document import dress
from coach.wiring import Workshop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(Settings(data_dir=tmp_path_factory.mktemp("server")))


@pytest.fixture(scope="module")
def client(shop: Workshop) -> Iterator[TestClient]:
    app = server.build(shop)
    yield TestClient(app, base_url="http://127.0.0.1:7860", follow_redirects=False)  # no lifespan: nothing is warmed


@pytest.mark.parametrize(
    ("wanted", "cookie", "goes"),
    [("fr-CA,fr;q=0.9,en;q=0.5", "", "fr"), ("de,en;q=0.8,fr;q=0.9", "", "fr"), ("de", "", "en"), ("fr", "en", "en")],
)
def test_the_start_follows_the_readers_language(client: TestClient, wanted: str, cookie: str, goes: str) -> None:
    headers = {"accept-language": wanted} | ({"cookie": f"codev_lang={cookie}"} if cookie else {})
    assert client.get("/", headers=headers).headers["location"] == f"/{goes}/"


def test_health_says_version_and_store(client: TestClient) -> None:
    state = client.get("/healthz").json()
    assert state["ok"] is True
    assert state["store"] == "ok"
    assert state["version"]


def test_every_export_has_its_type_and_name(client: TestClient, shop: Workshop) -> None:
    ident = Desk(shop).begin(make_setup("night-ward", "client", "fr", name="Zoé"))
    answer = client.get(f"/export/{ident}.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert f"{ident}.json" in answer.headers["content-disposition"]
    assert "Zoé" in json.dumps(answer.json(), ensure_ascii=False)
    assert client.get(f"/export/{ident}.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["nope.pdf", "nope", "nope.exe", "..%2Fx.pdf"])
def test_an_unknown_export_is_a_sentence_in_the_readers_language(client: TestClient, name: str) -> None:
    answer = client.get(f"/export/{name}", headers={"accept-language": "fr"})
    assert answer.status_code == 404
    assert answer.text.count("\n") <= 1
    assert "Traceback" not in answer.text
    assert any(word in answer.text for word in ("séance", "page", "format"))


def test_a_rebound_name_and_a_forged_post_are_turned_away(client: TestClient) -> None:
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 403
    forged = {"origin": "http://evil.example"}
    assert client.post("/en/gradio_api/queue/join", json={}, headers=forged).status_code == 403
    assert client.get("/export/x.pdf", headers=forged).status_code == 403
    own = {"origin": "http://127.0.0.1:7860"}
    assert client.post("/en/gradio_api/queue/join", json={}, headers=own).status_code != 403


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("path", ["", "room", "check", "drill", "method", "debrief"])
def test_each_page_is_served_in_its_language_and_reaches_nobody_else(client: TestClient, lang: str, path: str) -> None:
    answer = client.get(f"/{lang}/{path}")
    head = answer.text.partition("</head>")[0]
    assert f'lang="{lang}"' in head
    assert head.count("<title>") == 1
    assert "og:image" not in head
    assert "https://" not in head.replace("https://gradio.app/main", "").partition("window.gradio_config")[0]
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_title_for_every_page_in_both_languages() -> None:
    page = '<html lang="en"><head></head></html>'
    titles = {
        dress(page, f"/{lang}/{p}").split("<title>")[1].split("<")[0]
        for lang in ("en", "fr")
        for p in ("", "room", "check")
    }
    assert len(titles) == 6
    assert "Codev Coach</title>" in dress(page, "/en/unheard-of")


def test_a_taken_port_is_told_before_anything_heavy_is_loaded() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CoachError, match="port-taken"):
            server.serve("127.0.0.1", taken.getsockname()[1])


def test_an_address_that_is_not_ours_is_not_called_a_taken_port() -> None:
    with pytest.raises(CoachError, match="bad-address"):
        server.serve("no-such-host.invalid", 7861)


def test_app_py_is_a_few_lines() -> None:
    assert len((Path(server.__file__).parents[1] / "app.py").read_text().splitlines()) < 15
