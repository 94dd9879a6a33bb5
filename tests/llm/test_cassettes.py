"""Replies of a real local model, replayed: the wire format is llama.cpp's, not ours."""

from __future__ import annotations

import re

import pytest

from tests.llm.scenes import ADDRESS, CASSETTES, SCENES, recorder


@pytest.mark.parametrize("name", SCENES)
def test_a_recorded_reply_of_a_real_model_is_understood(name: str) -> None:
    with recorder("none").use_cassette(f"{name}.yaml") as tape:
        said = SCENES[name](ADDRESS)
    assert said.strip()
    assert tape.all_played


def test_no_cassette_is_an_orphan() -> None:
    assert {p.name for p in CASSETTES.iterdir()} == {f"{name}.yaml" for name in SCENES}


@pytest.mark.parametrize("name", SCENES)
def test_a_cassette_holds_no_key_no_machine_and_no_path(name: str) -> None:
    text = (CASSETTES / f"{name}.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^/\s'\"\\]+", text)) == {"http://127.0.0.1:8080"}
    for trace in (
        "authorization",
        "a-key",
        "bearer",
        "api_key",
        "set-cookie",
        "/root",
        "/home",
        "/work",
        ".gguf",
        ".venv",
    ):
        assert trace not in text.lower(), trace
