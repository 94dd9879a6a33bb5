"""Codev Coach: rehearse professional co-development sessions, offline, in English and French.

The Python door, one example each:

>>> from coach import assess
>>> verdict = assess("Have you thought of a rota?", lang="en")
>>> verdict.solution_free
False

>>> from coach import search
>>> hit = search("may the client answer during consultation?", lang="en", k=1)[0]
>>> bool(hit.title and hit.sources)
True

>>> from coach import rehearse
>>> rehearsal = rehearse(case="night-ward", seat="consultant", lang="en", lines=["/wait"], seed=7)
>>> rehearsal.debrief.steps[0].step
'presentation'
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "assess", "rehearse", "search"]

if TYPE_CHECKING:
    from coach.api import assess, rehearse, search


def __getattr__(name: str) -> Any:
    """Load the heavy parts only when they are asked for, so that `coach --help` stays instant."""
    if name in {"assess", "rehearse", "search"}:
        # `coach.assess` is also a sub-package: resolve through the api module, never by import order.
        from coach import api

        return getattr(api, name)
    raise AttributeError(f"module 'coach' has no attribute {name!r}")
