"""Check questions: paste or upload up to fifty, read why, take the verdicts along."""

from __future__ import annotations

from typing import Any

from coach import batch
from coach.domain import Assessment, Language
from coach.errors import WrongUse
from coach.ui.desk import Desk
from coach.ui.parts import guarded, html_page
from coach.ui.render import html

MOST = 50


def build(desk: Desk, lang: Language) -> None:
    """Lay the page out and wire it to the desk."""
    page = html_page("check", lang, desk.shop.settings.model, here="check", judge=desk.shop.judge_away, most=MOST)

    def act(data: dict[str, Any]) -> dict[str, Any]:
        if data.get("kind") != "check":
            return {"parts": {}}
        return _judged(batch.judge_rows(_rows(data, lang), None, _name(data), tell=lang), lang)

    page.act(guarded(act, lang), None, page, show_progress="hidden", api_visibility="private", trigger_mode="multiple")


def _name(data: dict[str, Any]) -> str:
    return str(data.get("file_name") or "") or "–"


def _rows(data: dict[str, Any], lang: Language) -> list[dict[str, Any]]:
    """The questions, from the file when there is one.

    Raises:
        WrongUse: for none, too many, or a file that cannot be read.
    """
    if data.get("file_name"):
        rows = batch.rows_of(str(data.get("file") or ""), _name(data), tell=lang)
    else:
        lines = [line.strip() for line in str(data.get("questions") or "").splitlines()]
        rows = [{"text": line, "context": str(data.get("context") or "").strip()} for line in lines if line]
    if not rows:
        raise WrongUse("text-empty")
    if len(rows) > MOST:
        raise WrongUse("too-many-questions", count=len(rows), limit=MOST)
    return rows


def _judged(rows: list[dict[str, Any]], lang: Language) -> dict[str, Any]:
    fields = set(Assessment.model_fields)
    verdicts = [Assessment.model_validate({k: v for k, v in row.items() if k in fields}) for row in rows]
    return {
        "parts": {"verdicts": html("verdicts", lang, verdicts=verdicts, clean=sum(v.clean for v in verdicts))},
        "files": {"csv": batch.as_csv(rows), "jsonl": batch.as_jsonl(rows)},
        "focus": "#verdicts-h",
    }
