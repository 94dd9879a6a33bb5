"""What a user can do in a turn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Say:
    """The user speaks."""

    text: str


@dataclass(frozen=True)
class Wait:
    """The user lets the room go on."""


@dataclass(frozen=True)
class Next:
    """The user ends the open step."""


@dataclass(frozen=True)
class Give:
    """The facilitator gives the floor to somebody, by name or id."""

    name: str


@dataclass(frozen=True)
class Undo:
    """Take back the user's last turn and all that followed it."""


@dataclass(frozen=True)
class Ask:
    """The user asks the coach, aside."""

    text: str = ""


@dataclass(frozen=True)
class Release:
    """The user leaves; the agents play the session to its end."""


@dataclass(frozen=True)
class End:
    """The user ends the session here."""


Turn = Say | Wait | Next | Give | Undo | Ask | Release | End
