"""A session's sheet as a file: Markdown, HTML, PDF, DOCX, or JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable

from coach import content
from coach.debrief.models import Debrief
from coach.domain import Session
from coach.errors import WrongUse
from coach.export.blocks import Sheet
from coach.export.sheet import build

FORMATS = ("md", "html", "pdf", "docx", "json")
MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


def export(
    session: Session,
    debrief: Debrief,
    format: str,  # noqa: A002  the word that callers use
    *,
    transcript: bool = True,
    date: str | None = None,
) -> bytes:
    """The session's sheet as the bytes of a file.

    Args:
        session: the session, at any moment after it was opened.
        debrief: its debrief.
        format: one of `FORMATS`.
        transcript: whether the sheet holds what was said, step by step (JSON always does).
        date: shown in the head as given; nothing is shown for None.

    Raises:
        WrongUse: for a format that is not in `FORMATS`.
        ExportError: when the library behind a format fails.
    """
    if format not in FORMATS:
        raise WrongUse("unknown-format", given=format, known=", ".join(FORMATS))
    if format == "json":
        return as_json(session, debrief)
    method = content.method(session.started().method)
    return _renderer(format)(build(session, debrief, method, transcript=transcript, date=date))


def as_json(session: Session, debrief: Debrief) -> bytes:
    """Setup, every event ever stored (undone ones too, so that a replay gives this session), and the debrief."""
    data = {
        "setup": session.started().model_dump(mode="json"),
        "events": [e.model_dump(mode="json") for e in session.log],
        "debrief": debrief.model_dump(mode="json"),
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _renderer(name: str) -> Callable[[Sheet], bytes]:
    """The renderer of a format; its library is loaded only now."""
    if name == "md":
        from coach.export import markdown

        return markdown.render
    if name == "html":
        from coach.export import html

        return html.render
    if name == "pdf":
        from coach.export import pdf

        return pdf.render
    from coach.export import docx

    return docx.render
