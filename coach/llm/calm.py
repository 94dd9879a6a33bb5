"""Patience with a server, and its limits: retries, and a rest after failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from coach.errors import VoiceError

T = TypeVar("T")
_AFTER, _REST = 2, 60.0  # failures in a row, and the seconds of rest that follow them
# A server that answers badly is at least there: it may fail three times as often before it rests.
_SHARE = {"model-bad-reply": 1 / 3}
_RETRIED = {"model-timeout", "model-unreachable", "model-busy", "model-bad-reply"}
_ONCE = {"model-timeout", "model-unreachable"}  # who did not answer twice will not answer the third time


class Breaker:
    """Lets a voice rest after failures in a row, so that a dead server does not slow down a whole session."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._until = 0.0, 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Count how the block ends.

        Raises:
            VoiceError: "model-resting", without running the block, during the rest.
        """
        with self._lock:
            if self._clock() < self._until:
                raise VoiceError("model-resting")
        try:
            yield
        except VoiceError as error:
            with self._lock:
                self._failures += _SHARE.get(error.key, 1.0)
                if self._failures >= _AFTER - 1e-9:  # after a rest one failure is enough: the count is kept
                    self._until = self._clock() + _REST
            raise
        with self._lock:
            self._failures = 0.0


def retrying(work: Callable[[], T], retries: int, pause: float) -> T:
    """`work()`, tried again after `pause` seconds, then twice as long, where another try may help.

    Args:
        work: raises VoiceError.
        retries: further tries; one at the most where the server is silent or unreachable.
        pause: seconds before the first retry.

    Raises:
        VoiceError: that of the last try.
    """
    import tenacity

    def worth_it(error: BaseException) -> bool:
        return isinstance(error, VoiceError) and (
            error.key in _RETRIED or int(str(error.facts.get("status", 0))) >= 500
        )

    def enough(state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        silent = isinstance(error, VoiceError) and error.key in _ONCE
        return state.attempt_number > (min(retries, 1) if silent else retries)

    tries = tenacity.Retrying(
        retry=tenacity.retry_if_exception(worth_it),
        stop=enough,
        wait=tenacity.wait_exponential(multiplier=pause, max=4),
        reraise=True,
    )
    return tries(work)
