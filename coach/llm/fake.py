"""A model without a network, shipped beside the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from coach.errors import VoiceError


class FakeModel:
    """A model without a network, behind the same port.

    Args:
        replies: what comes back in turn (a dict, a schema's instance, a string for `stream`; an exception is
            raised), or a function of (system, user, schema) that makes it.
        name: as shown.
    """

    remote = False

    def __init__(
        self, replies: Callable[[str, str, type[Any]], Any] | Iterable[Any], name: str = "openai:fake"
    ) -> None:
        self.name = name
        self.calls: list[tuple[str, str]] = []
        self._make = replies if callable(replies) else None
        self._left = iter(()) if callable(replies) else iter(replies)

    def complete(self, system: str, user: str, schema: type[Any], seed: int = 0) -> Any:
        """The next reply as `schema`.

        Raises:
            VoiceError: "model-bad-reply" when it does not fit, "model-failed" when none is left.
        """
        reply = self._next(system, user, schema)
        try:
            return schema.model_validate(reply.model_dump() if isinstance(reply, BaseModel) else reply)
        except ValidationError:
            raise VoiceError("model-bad-reply") from None

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The next reply word by word."""
        for number, word in enumerate(str(self._next(system, user, str)).split()):
            yield word if number == 0 else f" {word}"

    def _next(self, system: str, user: str, schema: type[Any]) -> Any:
        self.calls.append((system, user))
        reply = self._make(system, user, schema) if self._make else next(self._left, VoiceError("model-failed"))
        if isinstance(reply, Exception):
            raise reply
        return reply
