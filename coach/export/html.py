"""The sheet as one HTML file that needs nothing else: no script, no font, no address."""

from __future__ import annotations

from pathlib import Path

from coach.export.blocks import Sheet

TEMPLATES = Path(__file__).parent.parent / "templates"


def render(sheet: Sheet) -> bytes:
    """The sheet as UTF-8 HTML; what people typed is escaped by the template engine."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("sheet.html").render(sheet=sheet).encode()
