"""A model behind an OpenAI-compatible address. The only user of langchain, openai and tenacity."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from coach.errors import VoiceError, WrongUse
from coach.llm.calm import Breaker, retrying
from coach.llm.edge import within
from coach.settings import Settings

T = TypeVar("T")
OPENAI = "https://api.openai.com/v1"
_NO_KEY = "no-key-needed"  # servers that need none still expect the header
_CONNECT = 3.0  # seconds to reach the server at all
_REFUSES_FORMAT = {400, 404, 415, 422, 501}
_JSON = "\n\nReply with one JSON object that fits this JSON schema, and nothing else:\n{schema}"


def build_model(spec: str, settings: Settings) -> LangchainModel:
    """The model that `spec` ("openai:NAME") names, at the address and with the key of `settings`.

    Nothing is sent and nothing heavy is imported yet.

    Raises:
        WrongUse: "unknown-model", "model-no-key" (neither address nor key) or "model-bad-address".
    """
    kind, _, name = spec.strip().partition(":")
    if kind != "openai" or not name.strip():
        raise WrongUse("unknown-model", given=spec, known="scripted, openai:NAME")
    base = (settings.openai_base_url or "").strip()
    key = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
    if not base and not key:
        raise WrongUse("model-no-key")
    return LangchainModel(
        name.strip(),
        base or OPENAI,
        SecretStr(key or _NO_KEY),
        timeout=settings.model_timeout,
        retries=settings.model_retries,
        traced=_says_yes(settings.langsmith_tracing),
    )


def tracing_on(settings: Settings | None = None) -> bool:
    """Whether langchain would send what is said to a tracing service."""
    if settings and _says_yes(settings.langsmith_tracing):
        return True
    from langsmith.utils import tracing_is_enabled

    return bool(tracing_is_enabled())  # it reads every name of the variable, the old ones too


def _says_yes(value: str | None) -> bool:
    return (value or "").strip().lower() not in ("", "0", "false", "no", "off")


def is_loopback(url: str) -> bool:
    """Whether `url` stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class LangchainModel:
    """A chat model over HTTP: validated replies, time-outs, retries, a rest after failures.

    Args:
        name: as the server knows it.
        base_url: the server's address, with its path ("http://127.0.0.1:8080/v1").
        key: sent as the bearer token.
        timeout: seconds for one try.
        retries: further tries; one at the most where the server is silent or unreachable.
        traced: tracing was asked for: nothing may be sent.
        clock: seconds, for the rest.
        pause: seconds before the first retry; doubled each time.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        key: SecretStr,
        timeout: float = 30.0,
        retries: int = 2,
        traced: bool = False,
        clock: Callable[[], float] = time.monotonic,
        pause: float = 0.3,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WrongUse("model-bad-address", given=base_url.rpartition("@")[2])
        self.name = f"openai:{name}"
        self.address = base_url.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1)  # fit to be shown
        self.remote = not is_loopback(base_url)
        self._model, self._base, self._key = name, base_url, key
        self._timeout, self._traced, self._patience = timeout, traced, (retries, pause)
        self._breaker = Breaker(clock)
        self._lock = threading.Lock()
        self._chat_model: Any = None
        self._format_refused = False

    def complete(self, system: str, user: str, schema: type[Any], seed: int = 0) -> Any:
        """One reply, validated as `schema` (a pydantic model); `seed` is passed on.

        Raises:
            VoiceError: "tracing-on", "model-resting", or why there is no reply after the retries: "model-timeout",
                "model-unreachable", "model-refused", "model-busy", "model-failed", "model-bad-reply".
        """
        self._refuse_tracing()
        told = system + _JSON.format(schema=json.dumps(schema.model_json_schema(), ensure_ascii=False))
        with self._breaker.watch():
            seeds = count(seed)  # the same seed would bring the same bad reply again
            return retrying(lambda: _validated(self._ask(told, user, schema, next(seeds)), schema), *self._patience)

    def stream(self, system: str, user: str) -> Iterator[str]:
        """One free reply in pieces; retried only while nothing has been given yet.

        Raises:
            VoiceError: as `complete`.
        """
        self._refuse_tracing()
        with self._breaker.watch():
            first, rest = retrying(lambda: self._open(system, user), *self._patience)
            yield first
            yield from rest

    def reach(self) -> None:
        """Ask the server for its models, so that a person learns whether it answers; sends no content.

        Raises:
            VoiceError: as `complete`, after one try of at most three seconds.
        """
        client = self._chat().root_client
        try:
            list(within(_CONNECT, lambda: [client.models.list(timeout=_CONNECT)]))
        except VoiceError as error:
            if error.facts.get("status") not in (404, 405, 501):  # some servers have no such list: they did answer
                raise

    def _refuse_tracing(self) -> None:
        if self._traced or tracing_on():
            raise VoiceError("tracing-on")

    def _chat(self) -> Any:
        """The langchain client, made once: its import takes seconds."""
        with self._lock:
            if self._chat_model is None:
                import openai
                from langchain_openai import ChatOpenAI

                logging.getLogger("openai").setLevel(logging.WARNING)  # its debug lines hold what was said
                # A local address must not go through a proxy, and nothing may be redirected to somebody else.
                http = openai.DefaultHttpxClient(trust_env=self.remote, follow_redirects=False)
                self._chat_model = ChatOpenAI(
                    model=self._model,
                    base_url=self._base,
                    api_key=self._key,
                    timeout=openai.Timeout(self._timeout, connect=min(_CONNECT, self._timeout)),
                    max_retries=0,
                    stream_usage=True,
                    use_responses_api=False,
                    http_client=http,
                )
            return self._chat_model

    def _ask(self, system: str, user: str, schema: type[Any], seed: int) -> str:
        """The text of one reply; without the schema for servers that refuse to be bound by one."""
        if not self._format_refused:
            wanted = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
            bound = {"seed": seed, "response_format": {"type": "json_schema", "json_schema": wanted}}
            try:
                return self._send(system, user, bound)
            except VoiceError as error:
                if error.facts.get("status") not in _REFUSES_FORMAT:
                    raise
        text = self._send(system, user, {})
        self._format_refused = True
        return text

    def _send(self, system: str, user: str, extra: dict[str, Any]) -> str:
        chat, messages = self._chat(), [("system", system), ("human", user)]
        [text] = within(self._timeout, lambda: [str(chat.invoke(messages, extra_body=extra).text)])
        return text

    def _open(self, system: str, user: str) -> tuple[str, Iterator[str]]:
        chat, messages = self._chat(), [("system", system), ("human", user)]
        pieces = within(self._timeout, lambda: _words(chat.stream(messages)))
        first = next(pieces, None)
        if first is None:
            raise VoiceError("model-bad-reply")
        return first, pieces


def _words(chunks: Iterator[Any]) -> Iterator[str]:
    """The text in the chunks; a stream that stops without its last word was cut."""
    ended = False
    for chunk in chunks:
        ended = ended or bool(chunk.response_metadata.get("finish_reason"))
        if chunk.text:
            yield str(chunk.text)
    if not ended:
        raise VoiceError("model-unreachable")


def _validated(text: str, schema: type[Any]) -> Any:
    """The JSON object in `text` as `schema`; words or a code fence around it are forgiven."""
    start, end = text.find("{"), text.rfind("}")
    try:
        return schema.model_validate_json(text[start : end + 1] if start >= 0 else text)
    except ValidationError:
        raise VoiceError("model-bad-reply") from None  # the cause would carry what was said into a log
