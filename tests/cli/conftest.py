"""The command line, run in this process so that the models load once."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach import cli, settings, wiring


@pytest.fixture(scope="package")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def coach(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Run `coach …`; gives exit code, standard output and standard error."""
    monkeypatch.setenv("COACH_DATA_DIR", str(data_dir))
    if settings.settings().data_dir != data_dir:
        settings.settings.cache_clear()
        wiring.workshop.cache_clear()

    def run(*args: str, stdin: str = "") -> tuple[int, str, str]:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        monkeypatch.setattr(sys, "argv", ["coach", *args])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        cli._spoken.clear()
        with pytest.raises(SystemExit) as leave:
            cli.main()
        code = leave.value.code
        for stream in (out, err):
            stream.flush()
        texts = [s.buffer.getvalue().decode("utf-8") for s in (out, err)]  # type: ignore[attr-defined]
        monkeypatch.undo()
        monkeypatch.setenv("COACH_DATA_DIR", str(data_dir))
        return (code if isinstance(code, int) else 0), texts[0], texts[1]

    yield run
