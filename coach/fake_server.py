"""A small OpenAI-compatible server without a model: for tests, and for trainers who want to try the wiring.

`python -m coach.fake_server` prints what to set and serves until Ctrl-C. Its lines are canned (words.yaml,
`fake.*`): it shows that the wiring works, it does not play a role.
"""

from __future__ import annotations

import io
import json
import re
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, cast

from coach import content
from coach.domain import LANGUAGES, Language
from coach.errors import ContentError

Kind = Literal["ok", "status", "garbage", "prose", "no-schema", "hang", "drip", "die", "cut"]
Reply = Callable[[dict[str, Any]], str]
_MOMENT = re.compile(r'<moment role="([\w-]+)" act="([\w-]+)" step="[\w-]+" lang="(\w+)"/>')


@dataclass(frozen=True)
class Behaviour:
    """What the server does with one request.

    `ok` answers; `status` answers with that HTTP status; `garbage` with a body that is no JSON; `prose` with words
    instead of the wanted JSON; `no-schema` with 400 if a schema was asked for; `hang` never (until it is stopped);
    `drip` with a space now and then, for ever; `die` closes the connection, in a stream half-way; `cut` breaks
    the JSON of the reply off in the middle. `delay` is in seconds.
    """

    kind: Kind = "ok"
    status: int = 500
    delay: float = 0.0


class FakeServer:
    """Serves on a free port of this machine, in threads, while the `with` block runs.

    Args:
        script: behaviours of the first requests.
        otherwise: the behaviour once the script is used up.
        reply: makes the text of an answer from the request's JSON; canned lines by default.
        port: 0 for a free one.
    """

    def __init__(
        self,
        *script: Behaviour,
        otherwise: Behaviour | None = None,
        reply: Reply | None = None,
        port: int = 0,
    ) -> None:
        self.script, self.otherwise = deque(script), otherwise or Behaviour()
        self.reply = reply or Canned()
        self.requests: list[dict[str, Any]] = []
        self.stopped = threading.Event()
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL must say."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> FakeServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Kill the server: from here on, connections are refused. Twice does no harm."""
        if not self.stopped.is_set():
            self.stopped.set()
            self._http.shutdown()
            self._http.server_close()

    def wait(self) -> None:
        """Serve until the thread is interrupted."""
        self._thread.join()

    def next_behaviour(self) -> Behaviour:
        """What to do with the request that has just come in."""
        return self.script.popleft() if self.script else self.otherwise


class Canned:
    """Lines from words.yaml that fit the moment named in the prompt, another one each time."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: dict[str, Any]) -> str:
        """The text of the answer: JSON in the shape that the request asks for, else words."""
        found = _MOMENT.search(str(request["messages"][-1]["content"]))
        act, lang = (found[2], found[3]) if found else ("pass", "en")
        return fill(request, self._line(act, cast(Language, lang if lang in LANGUAGES else "en")))

    def _line(self, act: str, lang: Language) -> str:
        with self._lock:
            self._given[act] += 1
            number = self._given[act]
        for ident in (f"{act}-{(number - 1) % 8 + 1}", f"{act}-1", "pass-1"):
            try:
                return content.say(f"fake.{ident}", lang)
            except ContentError:
                continue
        return "…"


def fill(request: dict[str, Any], text: str) -> str:
    """`text` in the shape that the request's schema asks for (other strings and lists stay empty), else as it is."""
    schema = request.get("response_format", {}).get("json_schema", {}).get("schema")
    if schema is None:
        return json.dumps({"text": text}, ensure_ascii=False) if "JSON" in str(request["messages"][0]) else text
    empty = {"array": [], "boolean": False, "integer": 0, "number": 0, "string": ""}
    shape = {name: empty.get(part.get("type", "string"), "") for name, part in schema["properties"].items()}
    return json.dumps({**shape, "text": text}, ensure_ascii=False)


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.0: one request a connection, so that a killed server is gone at once."""

    fake: FakeServer

    def do_GET(self) -> None:
        self._json({"object": "list", "data": [{"id": "fake", "object": "model", "created": 0, "owned_by": "coach"}]})

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
        self.fake.requests.append(request)
        does = self.fake.next_behaviour()
        self.fake.stopped.wait(does.delay)
        try:
            self._behave(does, request)
        except OSError:  # the client has gone: nobody to tell
            self.close_connection = True

    def _behave(self, does: Behaviour, request: dict[str, Any]) -> None:
        kind = does.kind
        if kind == "no-schema" and "response_format" in request:
            kind, does = "status", Behaviour("status", 400)
        if kind == "status":
            self._json({"error": {"message": "scripted failure", "type": "fake", "code": None}}, does.status)
        elif kind == "garbage":
            self._head("text/html")
            self.wfile.write(b"<html>502 from something in between</html>")
        elif kind == "hang":
            self.fake.stopped.wait(600)
        elif kind == "drip":
            self._drip()
        elif kind == "die" and not request.get("stream"):
            self._break_off()
        else:
            self._answer(kind, request)

    def _answer(self, kind: Kind, request: dict[str, Any]) -> None:
        text = self.fake.reply(request)
        if kind == "prose":
            text = "Well, let me think about that."
        if kind == "cut":
            text = text[: len(text) // 2]
        if request.get("stream"):
            self._stream(text, die=kind == "die", usage=bool(request.get("stream_options", {}).get("include_usage")))
            return
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._json({**_frame("chat.completion"), "choices": [choice], "usage": _usage(text)})

    def _stream(self, text: str, die: bool, usage: bool) -> None:
        self._head("text/event-stream")
        words = re.findall(r"\S+\s*", text)
        for number, word in enumerate(words):
            if die and number >= max(1, len(words) // 2):
                self._break_off()
                return
            self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": word}}]})
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if usage:
            self._event({"choices": [], "usage": _usage(text)})
        self.wfile.write(b"data: [DONE]\n\n")

    def _break_off(self) -> None:
        """Reset the connection: a plain close would look like the end of the answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.wfile, self.close_connection = io.BytesIO(), True

    def _event(self, part: dict[str, Any]) -> None:
        body = {**_frame("chat.completion.chunk"), **part}
        self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
        self.wfile.flush()

    def _drip(self) -> None:
        self._head("application/json")
        while not self.fake.stopped.wait(0.2):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _head(self, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        self._head("application/json", status)
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        """Nothing: no content in logs."""


def _frame(kind: str) -> dict[str, Any]:
    return {"id": "fake-1", "object": kind, "created": int(time.time()), "model": "fake"}


def _usage(text: str) -> dict[str, int]:
    said = len(text.split())
    return {"prompt_tokens": 1, "completion_tokens": said, "total_tokens": said + 1}


def main() -> None:
    """Serve until Ctrl-C, and say what to set."""
    with FakeServer() as server:
        print(f"OPENAI_BASE_URL={server.base_url}\nCOACH_MODEL=openai:fake", flush=True)
        try:
            server.wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
