"""What every page is made of: one gr.HTML, one event that it sends, errors told in the page's language."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from coach import content
from coach.domain import Language
from coach.errors import CoachError
from coach.settings import Settings
from coach.ui.render import html
from coach.ui.words import say

_LOG = logging.getLogger("coach.ui")
_SCRIPT = "codev.page(element, props, watch, (data) => trigger('act', data));"


def html_page(template: str, lang: Language, settings: Settings, here: str, script: str = _SCRIPT, **facts: Any) -> gr.HTML:
    """A page's HTML, which never changes; what does change comes as a payload and is put in its place by the script."""
    model = None if settings.model == "scripted" else settings.model
    text = html(template, lang, here=here, model=model, **facts)
    gr.Navbar(visible=False)
    # `{{` and `${` would be read as the component's own template language; the pages hold neither.
    return gr.HTML(value=None, html_template=text, js_on_load=script, apply_default_css=False, padding=False)


def tell(error: Exception, lang: Language) -> None:
    """Say what went wrong, in the page's language. The log gets the error's class, never its words."""
    if isinstance(error, CoachError):
        text = content.explain(error, lang)
    else:
        _LOG.error("unexpected: %s", type(error).__name__)
        text = say(lang, "unexpected")
    gr.Warning(text, title=say(lang, "notice"), duration=12)


@contextmanager
def told(lang: Language) -> Iterator[None]:
    """Whatever fails inside is told to the user; the page stays as it was."""
    try:
        yield
    except Exception as error:  # the edge of the program: nothing may reach the browser as a traceback
        tell(error, lang)
