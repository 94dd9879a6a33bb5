"""How long the processes take to start: the command line and the app."""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coach import content
from eval.figure import Figure, secs

_PATIENCE = 60.0  # seconds to wait for the app before it counts as not ready


def _env(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_", "LANGSMITH_"))}
    return kept | {"COACH_DATA_DIR": str(data), "OMP_NUM_THREADS": "1", "LANG": "en_GB.UTF-8"}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def help_time(base: Path) -> Figure:
    """`coach --help`, from the start of the process to its end."""
    walls, cpus = [], []
    for _ in range(5):
        start, used = time.perf_counter(), _children()
        call = [sys.executable, "-m", "coach.cli", "--help"]
        script = Path(sys.executable).with_name("coach")
        subprocess.run(
            [str(script), "--help"] if script.exists() else call, capture_output=True, check=True, env=_env(base)
        )
        walls.append(time.perf_counter() - start)
        cpus.append(_children() - used)
    return Figure(
        "`coach --help`, median of 5", statistics.median(walls), "s", 0.6, processor=secs(statistics.median(cpus))
    )


def app_ready(base: Path, data: Path) -> Iterator[Figure]:
    """From `python app.py` to a health check that is ok, and to one that says all is warm.

    Where the environment forbids Python to keep bytecode, every start compiles thousands of files: that start, and
    one with bytecode kept, as a user's second start has it, are told apart.
    """
    if sys.dont_write_bytecode:
        yield from _start(_env(data), "no bytecode kept (environment)")
        env = {k: v for k, v in _env(data).items() if k != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = str(base / "bytecode")
        list(_start(env, ""))
        yield from _start(env, "bytecode kept")
    else:
        list(_start(_env(data), ""))
        yield from _start(_env(data), "bytecode kept")


def _start(env: dict[str, str], note: str) -> Iterator[Figure]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, used, start = f"http://127.0.0.1:{port}/healthz", _children(), time.perf_counter()
    with _running([sys.executable, "app.py", "--port", str(port)], env):
        answers = _until(url, lambda state: bool(state["ok"]), start)
        warm = _until(url, lambda state: bool(state["warm"]["ready"]), start)
    whole = f"{secs(_children() - used)} to the end"
    yield Figure("app answers, warm index", answers, "s", 8, note=note)
    yield Figure("app answers and all is loaded", warm, "s", 8, processor=whole, note=note)


@contextmanager
def _running(command: list[str], env: dict[str, str]) -> Iterator[None]:
    """The command in a child process, ended whatever happens."""
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(command, cwd=content.root(), env=env, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _until(url: str, good: Callable[[dict[str, dict[str, bool]]], bool], start: float) -> float:
    """Seconds from `start` until the address answers what is wanted; infinite when it never does."""
    while time.perf_counter() - start < _PATIENCE:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if good(json.load(answer)):
                    return time.perf_counter() - start
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    return float("inf")
