"""Drill: five utterances to judge, why, a rewrite, and how it goes over time."""

from __future__ import annotations

from typing import Any

from coach.assess.codes import FAULTS, MINOR
from coach.domain import Language
from coach.errors import WrongUse
from coach.practice import ANSWERS, Practice
from coach.ui.desk import Desk
from coach.ui.parts import guarded, html_page
from coach.ui.render import html

_FIELD = "answer:"
_MOST = 5


def build(desk: Desk, lang: Language) -> None:
    """Lay the page out and wire it to the desk."""
    page = html_page("drill", lang, desk.shop.settings.model, here="drill", judge=desk.shop.judge_away)

    def act(data: dict[str, Any]) -> dict[str, Any]:
        practice = Practice(desk.shop.store, desk.shop.evaluator, lang)
        match data.get("kind"):
            case "answers":
                return _answered(practice, data)
            case "rewrite":
                return _rewritten(practice, str(data.get("item") or ""), str(data.get("text") or ""))
            case "next":
                return _five(practice) | {"focus": "#drill-h"}
            case _:
                return _five(practice)

    page.act(guarded(act, lang), None, page, show_progress="hidden", api_visibility="private", trigger_mode="multiple")


def _five(practice: Practice) -> dict[str, Any]:
    five = html("drill/five", practice.lang, items=practice.five(), faults=FAULTS, tips=MINOR)
    return {"parts": {"drill": five, "progress": _progress(practice)}}


def _answered(practice: Practice, data: dict[str, Any]) -> dict[str, Any]:
    """Nothing is stored unless every answer can be.

    Raises:
        WrongUse: for an answer that is missing or unknown.
    """
    given = {k.removeprefix(_FIELD): str(v) for k, v in data.items() if k.startswith(_FIELD)}
    if not given or len(given) > _MOST or not set(given.values()) <= set(ANSWERS):
        raise WrongUse("drill-unanswered")
    for ident in given:
        practice.item(ident)
    found = [practice.answer(ident, answer) for ident, answer in given.items()]
    told = html("drill/told", practice.lang, found=found, right=sum(f.right for f in found))
    return {"parts": {"drill": told, "progress": _progress(practice)}, "focus": "#told-h"}


def _rewritten(practice: Practice, ident: str, text: str) -> dict[str, Any]:
    verdict = practice.rewrite(ident, text)
    return {"parts": {f"rewrite-{ident}": html("drill/rewritten", practice.lang, verdict=verdict)}}


def _progress(practice: Practice) -> str:
    return html("drill/progress", practice.lang, rows=practice.progress())
