"""Judges one utterance of the clarification step: `coach.assess("…", lang="en")`.

The package is callable itself, because `from coach import assess` finds the sub-package once any of its
modules has been imported, and the function before that: both must do the same.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from coach.domain import Assessment, Language


class _Callable(ModuleType):
    def __call__(self, text: str, lang: Language | None = None, context: str = "") -> Assessment:
        """The same as `coach.api.assess`."""
        # By name: the api stands above this package, and imports run downward only.
        return cast("Assessment", import_module("coach.api").assess(text, lang=lang, context=context))


sys.modules[__name__].__class__ = _Callable
