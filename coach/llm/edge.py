"""The edge to the foreign libraries: their exceptions are translated here, and their waiting is bounded."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from coach.errors import VoiceError

T = TypeVar("T")
_END = VoiceError("end")


def within(seconds: float, work: Callable[[], Iterable[T]]) -> Iterator[T]:
    """What `work()` gives, piece by piece, in a thread of its own and within `seconds` in all.

    HTTP time-outs bound each silence only (a server that sends a space a second waits for ever), and the look-up of a
    name not at all. A thread that is given up on ends with its connection.

    Raises:
        VoiceError: "model-timeout", or what a foreign exception means.
    """
    inbox: queue.Queue[tuple[list[T], VoiceError | None]] = queue.Queue()
    gone = threading.Event()

    def run() -> None:
        try:
            for piece in work():
                inbox.put(([piece], None))
                if gone.is_set():
                    return
            inbox.put(([], _END))
        except Exception as error:  # langchain, openai and httpx each raise their own
            inbox.put(([], as_voice_error(error)))

    threading.Thread(target=run, daemon=True, name="coach-model").start()
    end = time.monotonic() + seconds
    try:
        while True:
            pieces, over = inbox.get(timeout=max(0.0, end - time.monotonic()))
            if over is _END:
                return
            if over is not None:
                raise over
            yield from pieces
    except queue.Empty:
        raise VoiceError("model-timeout") from None
    finally:
        gone.set()


def as_voice_error(error: Exception) -> VoiceError:
    """A foreign exception as ours. Its message is left behind: servers echo what they were sent."""
    import openai

    if isinstance(error, VoiceError):
        return error
    status = getattr(error, "status_code", None)
    facts = {"status": status} if isinstance(status, int) else {}
    table: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
        ((openai.APITimeoutError, TimeoutError), "model-timeout"),
        ((openai.APIResponseValidationError, ValueError, TypeError, KeyError, AttributeError), "model-bad-reply"),
        ((openai.AuthenticationError, openai.PermissionDeniedError), "model-refused"),
        ((openai.RateLimitError,), "model-busy"),
        ((openai.APIStatusError,), "model-failed"),
        ((openai.APIConnectionError, OSError), "model-unreachable"),
    )
    key = next((key for kinds, key in table if isinstance(error, kinds)), None)
    return VoiceError(key or _by_name(type(error).__name__), **facts)


def _by_name(name: str) -> str:
    """While a stream is read, the HTTP library's own exceptions come through; which library depends on openai's age."""
    if "Timeout" in name:
        return "model-timeout"
    return "model-unreachable" if name in ("RemoteProtocolError", "ReadError", "ConnectError") else "model-failed"
