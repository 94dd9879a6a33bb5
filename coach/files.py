"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from coach.errors import CoachError


def write_file(path: Path, data: bytes) -> None:
    """Write `path` whole or not at all; a link is followed, a device or a pipe is written to and never replaced.

    Raises:
        CoachError: if it cannot be written.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the name; RuntimeError: links in a ring
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise CoachError("file-write", file=path, problem=problem) from error


def _replace(target: Path, data: bytes) -> None:
    # The name is our own: two processes may write the same file at once.
    spare = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with spare.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        spare.replace(target)
    except OSError:
        spare.unlink(missing_ok=True)
        raise
