"""What every page is made of: one gr.HTML, one event that it sends, errors told in the page's language."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from coach import content
from coach.domain import Language
from coach.errors import CoachError
from coach.ui.render import html, tied
from coach.ui.words import say

_LOG = logging.getLogger("coach.ui")
_SCRIPT = "codev.page(element, props, watch, (data) => trigger('act', data));"
Act = Callable[[dict[str, Any]], dict[str, Any]]  # what the page sent, and the payload that answers it


def html_page(
    template: str, lang: Language, model: str, here: str, script: str = _SCRIPT, judge: str = "", **facts: Any
) -> gr.HTML:
    """A page's HTML, which never changes; what does change comes as a payload and is put in its place by the script.

    The page says so when a `model` plays the others, and when a `judge` elsewhere reads questions (`shop.judge_away`).
    """
    shown = "" if model == "scripted" else model
    text = html(template, lang, here=here, model=shown, judge=judge, **facts)
    gr.Navbar(visible=False)
    # `{{` and `${` would be read as the component's own template language; the pages hold neither.
    return gr.HTML(value=None, html_template=text, js_on_load=script, apply_default_css=False, padding=False)


def sentence(error: Exception, lang: Language) -> str:
    """What went wrong, in the page's language. The log gets the error's class, never its words."""
    if isinstance(error, CoachError):
        return tied(content.explain(error, lang), lang)
    _LOG.error("unexpected: %s", type(error).__name__)
    return tied(say(lang, "unexpected"), lang)


def guarded(act: Act, lang: Language) -> Callable[[gr.EventData], dict[str, Any]]:
    """A page's handler for Gradio: what the page sent goes in, a payload comes out, a failure becomes its notice.

    The notice is our own and not `gr.Warning`: Gradio titles its toasts in the browser's language, not the page's.
    """

    def handle(event: gr.EventData) -> dict[str, Any]:
        try:
            return act(event._data)
        except Exception as error:  # the edge of the program: nothing may reach the browser as a traceback
            return {"notice": sentence(error, lang)}

    return handle
