"""The method: its steps in each variant, and its texts, to read and to search."""

from __future__ import annotations

from typing import Any

from coach import content
from coach.domain import Language
from coach.ui.desk import Desk
from coach.ui.parts import guarded, html_page
from coach.ui.render import html

_ORDER = ("any", "presentation", "clarification", "contract", "consultation", "action_plan", "learning")


def build(desk: Desk, lang: Language) -> None:
    """Lay the page out and wire it to the desk."""
    shelves = [(step, [r for r in content.readings(lang).values() if r.step == step]) for step in _ORDER]
    page = html_page(
        "method",
        lang,
        desk.shop.settings.model,
        here="method",
        judge=desk.shop.judge_away,
        methods=content.methods(),
        shelves=shelves,
    )

    def act(data: dict[str, Any]) -> dict[str, Any]:
        if data.get("kind") != "search":
            return {"parts": {}}
        query = str(data.get("query") or "").strip()
        hits = desk.shop.passages.search(query, lang, k=6) if query else []
        return {"parts": {"hits": html("hits", lang, hits=hits, query=query)}, "focus": "#hits-h"}

    page.act(guarded(act, lang), None, page, show_progress="hidden", api_visibility="private", trigger_mode="multiple")
