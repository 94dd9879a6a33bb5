"""The start page: choose a case, a seat, a variant; take up or delete a past session."""

from __future__ import annotations

from typing import Any

from coach import content
from coach.domain import Language
from coach.ports import SessionRow
from coach.seating import PACES, make_setup
from coach.ui.desk import Desk
from coach.ui.parts import guarded, html_page
from coach.ui.render import html
from coach.ui.words import say

SEATS = ("consultant", "facilitator", "client")


def build(desk: Desk, lang: Language) -> None:
    """Lay the page out and wire it to the desk."""
    facts: dict[str, Any] = {"cases": content.cases(lang), "methods": content.methods(), "seats": SEATS, "paces": PACES}
    page = html_page("start", lang, desk.shop.settings.model, here="", judge=desk.shop.judge_away, **facts)

    def act(data: dict[str, Any]) -> dict[str, Any]:
        match data.get("kind"):
            case "begin":
                return {"goto": f"/{lang}/room?session={_begin(desk, lang, data)}"}
            case "forget":
                desk.forget(str(data.get("session")))
                return {**_past(desk, lang), "focus": "#past-h"}
            case _:
                return _past(desk, lang)

    page.act(guarded(act, lang), None, page, show_progress="hidden", api_visibility="private", trigger_mode="multiple")


def _begin(desk: Desk, lang: Language, data: dict[str, Any]) -> str:
    seed = str(data.get("seed") or "0").strip()
    setup = make_setup(
        case=str(data.get("case")),
        seat=str(data.get("seat")),
        lang=lang,
        method=str(data.get("method") or content.DEFAULT_METHOD),
        seed=int(seed) if seed.lstrip("-").isdigit() else 0,
        pace=str(data.get("pace") or "calm"),
        feedback="after" if data.get("feedback") == "after" else "live",
        voice=desk.shop.settings.model,
        name=str(data.get("name") or ""),
    )
    return desk.begin(setup)


def _past(desk: Desk, lang: Language) -> dict[str, Any]:
    rows = [_row(r, lang) for r in desk.shop.store.sessions()]
    return {"parts": {"past": html("past", lang, rows=rows)}}


def _row(row: SessionRow, lang: Language) -> dict[str, Any]:
    spoken: Language = "fr" if row.lang == "fr" else "en"
    known = row.case in {c.id for c in content.cases(lang)}
    step = content.method(row.method).step(row.step).names.of(lang) if row.step else ""
    return {
        "id": row.id,
        "lang": spoken,
        "title": content.case(row.case, lang).title if known else row.case,
        "seat": say(lang, f"seat.{row.seat}.name"),
        "step": step,
        "closed": row.closed,
        "when": f"{row.updated[:10]} {row.updated[11:16]}",
        "stamp": row.updated,
    }
