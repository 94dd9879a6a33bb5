"""The sheet as PDF by typst, with the fonts that typst carries. Words reach it as data, never as typst code."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from coach.errors import ExportError
from coach.export.blocks import Sheet

_FONT = "Libertinus Serif"
_TEMPLATE = Path(__file__).parent.parent / "templates" / "sheet.typ"
# The bundled fonts have no pictures: an emoji is written out, its modifiers and joiners are left out.
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u2604\u2607-\u27bf\u2b00-\u2bff\u231a-\u23ff]")
_JOINERS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_ENDLESS = re.compile(r"\S{40}(?=\S)")


def written(text: str) -> str:
    """`text` with every emoji as its Unicode name: "👍" becomes "[thumbs up sign]"; endless words may break."""
    named = _PICTURES.sub(lambda m: f"[{unicodedata.name(m[0], '?').lower()}]", _JOINERS.sub("", text))
    return _ENDLESS.sub(lambda m: m[0] + "\u200b", named)


def render(sheet: Sheet) -> bytes:
    """The sheet as tagged PDF.

    Raises:
        ExportError: when typst fails.
    """
    import typst

    data = json.dumps(_written(sheet.model_dump(mode="json")), ensure_ascii=False)
    try:
        made = typst.compile(_TEMPLATE.read_bytes(), sys_inputs={"sheet": data}, format="pdf", timestamp=0)
    except (RuntimeError, OSError) as error:
        raise ExportError("export-failed", format="pdf") from error
    if not isinstance(made, bytes):
        raise ExportError("export-failed", format="pdf")
    return made


def _written(value: Any) -> Any:
    if isinstance(value, str):
        if value.startswith("<svg xmlns="):  # markup: endless "words" there are not ours to break
            return _PICTURES.sub("", value.replace('font-family="inherit"', f'font-family="{_FONT}"'))
        return written(value)
    if isinstance(value, dict):
        return {k: _written(v) for k, v in value.items()}
    return [_written(v) for v in value] if isinstance(value, list) else value
