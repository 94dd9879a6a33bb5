"""What the cassettes hold: each scene talks to a model at an address. Recorded by `python -m tests.llm.record`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import vcr
from pydantic import BaseModel, ConfigDict, Field

from coach.cast.prompted import PromptedVoice
from coach.domain import Act, Cue, Language, Role, StepKind
from tests.cast.moments import view
from tests.llm.conftest import model_at

CASSETTES = Path(__file__).parent.parent / "cassettes"
ADDRESS = "http://127.0.0.1:8080/v1"  # where the cassettes say they were recorded; nothing listens there


PATIENCE = 240.0  # seconds: recording may happen on a busy machine


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(description="one short sentence")


def structured(base_url: str) -> str:
    model = model_at(base_url, timeout=PATIENCE)
    reply: Reply = model.complete("You are brief.", "Ask me one question about my work.", Reply, seed=1)
    return reply.text


def streamed(base_url: str) -> str:
    return "|".join(model_at(base_url, timeout=PATIENCE).stream("You are brief.", "Greet me in one sentence."))


def asked(base_url: str, lang: Language = "en") -> str:
    voice = PromptedVoice(model_at(base_url, timeout=PATIENCE))
    moment = view(Role.CONSULTANT, StepKind.CLARIFICATION, lang)
    return voice.speak(moment, Cue(speaker=moment.speaker.id, act=Act.ASK)).text


def asked_in_french(base_url: str) -> str:
    return asked(base_url, "fr")


SCENES: dict[str, Callable[[str], str]] = {
    "structured": structured,
    "streamed": streamed,
    "asked-en": asked,
    "asked-fr": asked_in_french,
}


def recorder(mode: str) -> Any:
    """The tape: without keys, real ports, paths or machine names; templates may change without a new recording."""
    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=mode,
        match_on=["method", "host", "path"],
        filter_headers=["authorization", "user-agent", "host", "cookie"],
        before_record_request=_anonymous,
        before_record_response=_bare,
        decode_compressed_response=True,
    )


def _anonymous(request: Any) -> Any:
    request.uri = f"{ADDRESS}/{request.uri.split('/v1/', 1)[1]}"
    for name in [n for n in request.headers if n.lower().startswith("x-stainless")]:
        del request.headers[name]
    return request


def _bare(response: Any) -> Any:
    kept = ("content-type",)
    response["headers"] = {k: v for k, v in response["headers"].items() if k.lower() in kept}
    folder = b'"model":"'
    body = response["content"] if "content" in response else response["body"]["string"]
    body = body.encode() if isinstance(body, str) else body
    parts = body.split(folder)
    body = folder.join([parts[0], *(b"smollm2" + p[p.index(b'"') :] for p in parts[1:])])
    if "content" in response:
        response["content"] = body
    else:
        response["body"]["string"] = body
    return response
