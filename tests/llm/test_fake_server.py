from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import pytest

from coach import content
from coach.domain import LANGUAGES
from coach.fake_server import FakeServer


def post(base_url: str, text: str, **more: Any) -> dict[str, Any]:
    body = {"model": "fake", "messages": [{"role": "user", "content": text}], **more}
    request = urllib.request.Request(f"{base_url}/chat/completions", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=5) as reply:  # noqa: S310
        found: dict[str, Any] = json.load(reply)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_canned_lines_fit_the_moment_and_change_each_time(lang: str) -> None:
    moment = f'<moment role="consultant" act="ask" step="clarification" lang="{lang}"/>'
    with FakeServer() as server:
        said = [post(server.base_url, moment)["choices"][0]["message"]["content"] for _ in range(3)]
    assert said == [content.say(f"fake.ask-{n}", lang) for n in (1, 2, 3)]  # type: ignore[arg-type]


def test_a_request_without_a_moment_is_answered_too() -> None:
    with FakeServer() as server:
        assert post(server.base_url, "Hello")["choices"][0]["message"]["content"]


def test_it_listens_on_this_machine_only_and_is_gone_when_stopped() -> None:
    with FakeServer() as server:
        port = int(server.base_url.rpartition(":")[2].split("/")[0])
        assert server.base_url.startswith("http://127.0.0.1:")
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_trainers_can_start_it_and_are_told_what_to_set() -> None:
    child = subprocess.Popen([sys.executable, "-m", "coach.fake_server"], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        first, second = child.stdout.readline().strip(), child.stdout.readline().strip()
        assert second == "COACH_MODEL=openai:fake"
        assert post(first.removeprefix("OPENAI_BASE_URL="), "Hello")["object"] == "chat.completion"
    finally:
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]
