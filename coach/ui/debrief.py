"""The debrief page: what the session looked like, what to try next, the sheet to take away."""

from __future__ import annotations

from typing import Any

from coach import content
from coach.charts import charts
from coach.domain import Assessed, Language
from coach.errors import WrongUse
from coach.export import FORMATS
from coach.seating import make_setup
from coach.ui.desk import Desk
from coach.ui.parts import guarded, html_page, sentence
from coach.ui.render import html

_ORDER = ("pdf", "docx", "md", "html", "json")


def build(desk: Desk, lang: Language) -> None:
    """Lay the page out and wire it to the desk."""
    page = html_page("debrief", lang, desk.shop.settings.model, here="debrief", judge=desk.shop.judge_away)

    def act(data: dict[str, Any]) -> dict[str, Any]:
        if data.get("kind") == "again":
            return {"goto": f"/{lang}/room?session={_again(desk, data)}"}
        try:
            return _sheet(desk, str(data.get("session")), lang)
        except WrongUse as error:
            return {"parts": {"sheet": html("nothing", lang)}, "notice": sentence(error, lang)}

    page.act(guarded(act, lang), None, page, show_progress="hidden", api_visibility="private", trigger_mode="multiple")


def _sheet(desk: Desk, ident: str, lang: Language) -> dict[str, Any]:
    session, found = desk.debrief(ident)
    setup = session.started()
    if setup.lang != lang:
        return {"goto": f"/{setup.lang}/debrief?session={ident}"}
    own = {s.seq for s in session.said if s.voice == "user"}
    sheet = html(
        "sheet",
        lang,
        id=ident,
        setup=setup,
        found=found,
        case=content.case(setup.cases[0], lang),
        method=content.method(setup.method),
        pictures=charts(found),
        verdicts=[e for e in session.events if isinstance(e, Assessed) and e.of in own],
        formats=sorted(FORMATS, key=_ORDER.index),
        full=desk.full(lang),
    )
    return {"parts": {"sheet": sheet}}


def _again(desk: Desk, data: dict[str, Any]) -> str:
    """A new session like the one before, from the seat that was chosen, with another seed."""
    old = desk.session(str(data.get("session"))).started()
    setup = make_setup(
        case=old.cases[0],
        seat=str(data.get("seat")),
        lang=old.lang,
        method=old.method,
        seed=old.seed + 1,
        pace=old.pace,
        feedback=old.feedback,
        voice=desk.shop.settings.model,
        name=old.user.name,
    )
    return desk.begin(setup)
