"""Writing a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from coach.errors import CoachError


def write_file(path: Path, data: bytes) -> None:
    """Write `path` whole or not at all.

    Raises:
        CoachError: if it cannot be written.
    """
    spare = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        spare.write_bytes(data)
        spare.replace(path)
    except OSError as error:
        raise CoachError("file-write", file=path, problem=error.strerror or type(error).__name__) from error
