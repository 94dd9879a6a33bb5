"""Prompt templates made ready: strict about variables, and with a fence that what people said cannot close."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from coach import content
from coach.domain import Language

if TYPE_CHECKING:
    from jinja2 import Environment


@lru_cache(maxsize=2)
def templates(lang: Language) -> Environment:
    """The templates of `prompts/<lang>/` by name; a missing one is a ContentError, a missing variable fails."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: content.prompt(name, lang)),
        undefined=StrictUndefined,
        autoescape=False,  # the output is a prompt, no page  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["data"] = data
    return made


def fenced(text: str) -> str:
    """`text`, unable to close a fence; character by character, so offsets stay."""
    return text.replace("<", "‹").replace(">", "›")


def data(text: str) -> str:
    """Words of others on one line, unable to close the fence around them."""
    return " ".join(fenced(text).split())
