from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from coach.cast.prompted import Answer, Words
from coach.errors import VoiceError, WrongUse
from coach.fake_server import Behaviour, FakeServer
from coach.llm import FakeModel, build_model, is_loopback
from coach.settings import Settings
from tests.llm.conftest import model_at


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """The import of langchain takes seconds: not within a test that measures."""
    import langchain_openai  # noqa: F401


def four_words(request: object) -> str:
    return "one two three four"


def status(code: int) -> Behaviour:
    return Behaviour("status", code)


def test_a_reply_is_validated_and_the_schema_was_asked_for() -> None:
    with FakeServer(reply=lambda request: '{"text": "Who is concerned?"}') as server:
        assert model_at(server.base_url).complete("be brief", "ask", Reply, seed=7) == Reply(text="Who is concerned?")
    [request] = server.requests
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["seed"] == 7
    assert request["messages"][1] == {"content": "ask", "role": "user"}


@pytest.mark.parametrize(
    ("first", "requests"),
    [(status(500), 2), (status(429), 2), (Behaviour("garbage"), 2), (Behaviour("prose"), 2), (Behaviour("cut"), 2)]
    + [(Behaviour("hang"), 2), (Behaviour("die"), 2), (Behaviour("no-schema"), 2)],
)
def test_one_failure_is_made_good_by_another_try(first: Behaviour, requests: int) -> None:
    with FakeServer(first) as server:
        assert model_at(server.base_url, timeout=0.5).complete("s", "u", Reply).text
        assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("always", "key", "requests"),
    [
        (status(500), "model-failed", 3),
        (status(503), "model-failed", 3),
        (status(400), "model-failed", 2),  # once with the schema, once without; no further try
        (status(404), "model-failed", 2),
        (status(401), "model-refused", 1),
        (status(403), "model-refused", 1),
        (status(429), "model-busy", 3),
        (Behaviour("garbage"), "model-bad-reply", 3),
        (Behaviour("prose"), "model-bad-reply", 3),
        (Behaviour("cut"), "model-bad-reply", 3),
        (Behaviour("hang"), "model-timeout", 2),
        (Behaviour("drip"), "model-timeout", 2),
        (Behaviour("die"), "model-unreachable", 2),
    ],
)
def test_lasting_failure_is_named_after_a_bounded_number_of_tries(always: Behaviour, key: str, requests: int) -> None:
    with FakeServer(otherwise=always) as server, pytest.raises(VoiceError) as caught:
        model_at(server.base_url, timeout=0.4, retries=2).complete("s", "u", Reply)
    assert (caught.value.key, len(server.requests)) == (key, requests)


def test_no_retries_means_one_request() -> None:
    with FakeServer(otherwise=status(500)) as server, pytest.raises(VoiceError):
        model_at(server.base_url, retries=0).complete("s", "u", Reply)
    assert len(server.requests) == 1


def test_a_server_that_refuses_the_schema_is_asked_without_it_from_then_on() -> None:
    with FakeServer(otherwise=Behaviour("no-schema")) as server:
        model = model_at(server.base_url)
        model.complete("s", "u", Reply)
        model.complete("s", "u", Reply)
    assert ["response_format" in r for r in server.requests] == [True, False, False]


def test_json_within_words_is_accepted() -> None:
    with FakeServer(reply=lambda request: 'Sure:\n```json\n{"text": "Yes."}\n```') as server:
        assert model_at(server.base_url).complete("s", "u", Reply).text == "Yes."


def test_a_reply_with_an_unknown_field_is_bad() -> None:
    with FakeServer(reply=lambda request: '{"text": "Yes.", "more": 1}') as server, pytest.raises(VoiceError) as caught:
        model_at(server.base_url, retries=0).complete("s", "u", Reply)
    assert caught.value.key == "model-bad-reply"


def test_another_try_after_a_bad_reply_takes_another_seed() -> None:
    with FakeServer(Behaviour("prose")) as server:
        model_at(server.base_url).complete("s", "u", Reply, seed=4)
    assert [r["seed"] for r in server.requests] == [4, 5]


def test_a_model_that_answers_badly_gets_more_chances_than_a_dead_one() -> None:
    with FakeServer(reply=lambda request: "prose") as server:
        model, keys = model_at(server.base_url, retries=0), []
        for _ in range(8):
            with pytest.raises(VoiceError) as caught:
                model.complete("s", "u", Reply)
            keys.append(caught.value.key)
    assert keys == ["model-bad-reply"] * 6 + ["model-resting"] * 2


def gone() -> str:
    """An address at which nothing listens any more."""
    with FakeServer() as server:
        return server.base_url


def test_a_dead_server_costs_less_than_two_seconds_and_then_nothing() -> None:
    model = model_at(gone(), timeout=30.0, retries=5, pause=0.3)
    keys, started = [], time.monotonic()
    for _ in range(10):
        with pytest.raises(VoiceError) as caught:
            model.complete("s", "u", Reply)
        keys.append(caught.value.key)
    assert time.monotonic() - started < 2.0
    assert keys == ["model-unreachable"] * 2 + ["model-resting"] * 8


def test_after_its_rest_the_model_is_tried_again_and_one_failure_ends_the_trial() -> None:
    now = [0.0]
    with FakeServer(*[status(401)] * 3) as server:
        model = model_at(server.base_url, clock=lambda: now[0])

        def outcome() -> str:
            try:
                return str(model.complete("s", "u", Reply).text) and "spoke"
            except VoiceError as error:
                return error.key

        assert [outcome() for _ in range(3)] == ["model-refused", "model-refused", "model-resting"]
        now[0] = 60.5
        assert [outcome() for _ in range(2)] == ["model-refused", "model-resting"]
        now[0] = 121.0
        assert [outcome() for _ in range(2)] == ["spoke", "spoke"]
        assert len(server.requests) == 5


def test_one_success_between_failures_keeps_the_model_awake() -> None:
    with FakeServer(status(401), Behaviour(), status(401), Behaviour()) as server:
        model = model_at(server.base_url)
        for fails in (True, False, True, False):
            if fails:
                pytest.raises(VoiceError, model.complete, "s", "u", Reply)
            else:
                model.complete("s", "u", Reply)


def test_a_stream_gives_pieces_and_asks_for_the_count_of_tokens() -> None:
    with FakeServer(reply=four_words) as server:
        assert list(model_at(server.base_url).stream("s", "u")) == ["one ", "two ", "three ", "four"]
    assert server.requests[0]["stream_options"] == {"include_usage": True}


def collected(pieces: Iterator[str]) -> tuple[list[str], str | None]:
    got: list[str] = []
    try:
        for piece in pieces:
            got.append(piece)
    except VoiceError as error:
        return got, error.key
    return got, None


@pytest.mark.parametrize(
    ("script", "expected", "requests"),
    [
        ([status(500)], (["one ", "two ", "three ", "four"], None), 2),
        ([Behaviour("die")], (["one ", "two "], "model-unreachable"), 1),  # never retried once something was heard
        ([Behaviour("garbage")] * 3, ([], "model-bad-reply"), 2),
        ([Behaviour("hang")] * 3, ([], "model-timeout"), 2),
        ([Behaviour("drip")] * 3, ([], "model-timeout"), 2),
    ],
)
def test_a_stream_that_fails(script: list[Behaviour], expected: tuple[list[str], str | None], requests: int) -> None:
    with FakeServer(*script, reply=four_words) as server:
        assert collected(model_at(server.base_url, timeout=0.4).stream("s", "u")) == expected
        assert len(server.requests) == requests


def test_a_stream_may_be_left_early() -> None:
    with FakeServer(reply=four_words) as server:
        model = model_at(server.base_url)
        pieces = model.stream("s", "u")
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert list(model.stream("s", "u"))


@pytest.mark.parametrize("name", ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"])
def test_nothing_is_sent_while_tracing_is_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith.utils import get_env_var

    get_env_var.cache_clear()  # it remembers the environment of the first call
    monkeypatch.setenv(name, "true")
    try:
        with FakeServer() as server:
            settings = Settings(OPENAI_BASE_URL=server.base_url)
            model = build_model("openai:fake", settings)
            for attempt in (lambda: model.complete("s", "u", Reply), lambda: list(model.stream("s", "u"))):
                with pytest.raises(VoiceError) as caught:
                    attempt()
                assert caught.value.key == "tracing-on"
            assert server.requests == []
    finally:
        get_env_var.cache_clear()


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:9/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://10.0.0.1/v1", False),
        ("http://0.0.0.0:8080/v1", False),
        ("https://models.example/v1", False),
        ("http://localhost.example/v1", False),
        ("http://user:127.0.0.1@models.example/v1", False),
    ],
)
def test_only_loopback_addresses_stay_on_the_machine(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
    assert build_model("openai:m", Settings(OPENAI_BASE_URL=url)).remote is not loopback


def test_without_an_address_the_model_is_remote() -> None:
    model = build_model("openai:some-model", Settings(OPENAI_API_KEY=SecretStr("k")))
    assert (model.name, model.remote) == ("openai:some-model", True)


@pytest.mark.parametrize(
    ("spec", "settings", "key"),
    [
        ("openai:m", {}, "model-no-key"),
        ("openai:m", {"OPENAI_API_KEY": ""}, "model-no-key"),
        ("openai:", {"OPENAI_API_KEY": "k"}, "unknown-model"),
        ("mystery:m", {"OPENAI_API_KEY": "k"}, "unknown-model"),
        ("openai:m", {"OPENAI_BASE_URL": "somewhere"}, "model-bad-address"),
        ("openai:m", {"OPENAI_BASE_URL": "ftp://127.0.0.1/"}, "model-bad-address"),
    ],
)
def test_a_wrong_setting_is_one_clear_error(spec: str, settings: dict[str, str], key: str) -> None:
    with pytest.raises(WrongUse) as caught:
        build_model(spec, Settings(**settings))  # type: ignore[arg-type]
    assert caught.value.key == key


def test_the_shown_address_holds_no_password() -> None:
    assert "secret" not in build_model("openai:m", Settings(OPENAI_BASE_URL="http://me:secret@127.0.0.1:9/v1")).address


def test_a_local_server_needs_no_key() -> None:
    with FakeServer() as server:
        assert build_model("openai:fake", Settings(OPENAI_BASE_URL=server.base_url)).complete("s", "u", Reply)


def test_a_proxy_never_gets_what_is_meant_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeServer() as proxy, FakeServer() as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        monkeypatch.setenv("ALL_PROXY", proxy.base_url.removesuffix("/v1"))
        model_at(server.base_url).complete("s", "u", Reply)
        assert (len(proxy.requests), len(server.requests)) == (0, 1)


def test_no_content_in_logs_or_errors(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    with FakeServer(status(500), Behaviour("prose"), otherwise=status(400), reply=lambda r: "the-answer") as server:
        model = model_at(server.base_url)
        for _ in range(2):
            with pytest.raises(VoiceError) as caught:
                model.complete("the-system", "the-question", Reply)
            assert caught.value.__cause__ is None
            assert "the-" not in repr(caught.value)
    assert not any(word in caplog.text for word in ("the-system", "the-question", "the-answer", "a-key"))


def test_the_server_can_be_reached_without_saying_anything() -> None:
    with FakeServer() as server:
        model_at(server.base_url).reach()
        assert server.requests == []
    with pytest.raises(VoiceError) as caught:
        model_at(server.base_url).reach()
    assert caught.value.key == "model-unreachable"


def test_many_users_share_one_model() -> None:
    with FakeServer(otherwise=Behaviour(delay=0.2)) as server:
        model = model_at(server.base_url)
        model.complete("s", "u", Reply)
        threads = [threading.Thread(target=model.complete, args=("s", "u", Reply)) for _ in range(10)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - started < 1.5  # one after the other would take two seconds
        assert len(server.requests) == 11


@pytest.mark.parametrize("schema", [Words, Answer])
def test_our_schemas_are_what_strict_servers_ask_for(schema: type[BaseModel]) -> None:
    shape = schema.model_json_schema()
    assert shape["additionalProperties"] is False
    assert set(shape["required"]) == set(shape["properties"])


def test_the_fake_model_keeps_the_contract_of_the_real_one() -> None:
    model = FakeModel([{"text": "One."}, {"wrong": 1}, VoiceError("model-timeout"), "two words"])
    assert model.complete("s", "u", Reply) == Reply(text="One.")
    for key in ("model-bad-reply", "model-timeout"):
        with pytest.raises(VoiceError) as caught:
            model.complete("s", "u", Reply)
        assert caught.value.key == key
    assert "".join(model.stream("s", "u")) == "two words"
    with pytest.raises(VoiceError):
        model.complete("s", "u", Reply)
    assert model.calls[0] == ("s", "u")
