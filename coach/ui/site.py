"""One Gradio app a language, its pages side by side."""

from __future__ import annotations

import warnings
from typing import Any

import gradio as gr

from coach.domain import Language
from coach.ui import check, debrief, drill, method, room, start
from coach.ui.desk import Desk
from coach.ui.words import say

# A new page joins here, in `render.PAGES` if the navigation shows it, and under `ui.title` and `ui.nav`.
PAGES = {
    "room": room.build,
    "debrief": debrief.build,
    "check": check.build,
    "drill": drill.build,
    "method": method.build,
}
_FONT = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]


def build(desk: Desk, lang: Language) -> gr.Blocks:
    """The whole site in one language."""
    with gr.Blocks(title=say(lang, "title.start"), analytics_enabled=False) as blocks:
        start.build(desk, lang)
    for path, page in PAGES.items():
        with blocks.route(say(lang, f"title.{path}"), f"/{path}", show_in_navbar=False):
            page(desk, lang)
    blocks.queue(default_concurrency_limit=30, max_size=300, api_open=False)
    return blocks


def mount(app: Any, desk: Desk, lang: Language) -> Any:
    """Hang the site below /en or /fr of the parent application."""
    warnings.filterwarnings("ignore", message="SSR mode is not supported")  # nobody asked for it
    return gr.mount_gradio_app(
        app,
        build(desk, lang),
        f"/{lang}",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        theme=gr.themes.Default(font=_FONT, font_mono=_MONO),  # plain strings: no font is fetched from anywhere
    )
