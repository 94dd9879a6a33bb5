"""What an index folder says about itself: which index is the valid one, and for which texts it was built."""

from __future__ import annotations

import contextlib
import json
import uuid
from pathlib import Path
from typing import Any


class State:
    """A small JSON file, replaced whole: `folder`, `fingerprint` and, for a server, `ident`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged = False

    def read(self) -> dict[str, Any]:
        """What was written last; empty when there is nothing, or nothing that can be read (then `damaged`)."""
        try:
            state = json.loads((self._folder / "state.json").read_text(encoding="utf-8"))
        except OSError:
            return {}
        except ValueError:
            self.damaged = True
            return {}
        return state if isinstance(state, dict) else {}

    def change(self, **changes: object) -> None:
        """Write some of the values anew.

        Raises:
            OSError: if the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / "state.new"
        draft.write_text(json.dumps(self.read() | changes), encoding="utf-8")
        draft.replace(self._folder / "state.json")

    def ident(self) -> str:
        """A name for this data directory, so that two of them on one server never meet."""
        ident = self.read().get("ident")
        if not ident:
            ident = uuid.uuid4().hex[:12]
            with contextlib.suppress(OSError):
                self.change(ident=ident)
        return str(ident)
