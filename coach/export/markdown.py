"""The sheet as Markdown (CommonMark and GFM tables). What people typed stays text: its marks are escaped."""

from __future__ import annotations

import re

from coach.export.blocks import Block, Card, Chart, Facts, Heading, Line, Para, Said, Sheet, Source, Table

_MARKS = re.compile(r"([\\`*_\[\]<>#|~&$])")
_LINE_START = re.compile(r"^(\s*)([-+=:]|\d+[.)])", re.M)
_LINK = re.compile(r"\b(https?|ftp|www)(?=[:.])", re.I)


def plain(text: str) -> str:
    """`text` as Markdown that shows exactly these characters, on one line."""
    return " ".join(_escape(text).split())


def _escape(text: str) -> str:
    marked = _MARKS.sub(r"\\\1", text)
    marked = _LINE_START.sub(lambda m: m[1] + (m[2][:-1] + "\\" + m[2][-1] if len(m[2]) > 1 else "\\" + m[2]), marked)
    # GFM links bare addresses by itself: a backslash before the colon or dot keeps them as words.
    return _LINK.sub(r"\1\\", marked)


def _quoted(text: str) -> str:
    lines = [line.strip() for line in _escape(text).split("\n")]
    return "\n".join(f"> {line}\\" if line else ">" for line in lines).removesuffix("\\")


def render(sheet: Sheet) -> bytes:
    """The sheet as UTF-8 Markdown."""
    parts = [f"# {plain(sheet.title)}", f"*{plain(sheet.subtitle)}*"]
    parts += [p for p in (_block(b, sheet.colon) for b in sheet.blocks) if p]
    parts += ["---", f"*{plain(sheet.footer)}*"]
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block, colon: str) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {plain(block.text)}"
        case Para():
            return {"lead": "**{}**", "note": "*{}*", "plain": "{}"}[block.tone].format(plain(block.text))
        case Facts():
            return "\n".join(f"- **{plain(k)}**{colon}{plain(v)}" for k, v in block.rows)
        case Said():
            remark = f" ({plain(block.remark)})" if block.remark else ""
            return f"**{plain(block.name)}**{remark}\n\n{_quoted(block.text)}"
        case Card():
            return _card(block, colon)
        case Table():
            return _table(block) if block.rows else ""
        case Chart():
            return ""
        case Line():
            return _line(block, colon)
        case Source():
            return f"- **{plain(block.title)}**{colon}{plain(block.excerpt)} *({plain('; '.join(block.sources))})*"


def _extra(extra: tuple[tuple[str, str], ...], colon: str) -> list[str]:
    return [f"- {f'{plain(label)}{colon}' if label else ''}{plain(text)}" for label, text in extra]


def _card(card: Card, colon: str) -> str:
    parts = [f"### {plain(card.label)}"]
    if card.quote:
        parts.append(f"{_quoted(card.quote)}\n>\n> {plain(card.by)}")
    parts.append(plain(card.text))
    parts.append("\n".join(_extra(card.extra, colon)))
    return "\n\n".join(p for p in parts if p)


def _table(table: Table) -> str:
    rows = [table.head, tuple("---" for _ in table.head), *(tuple(plain(c) for c in row) for row in table.rows)]
    return f"### {plain(table.title)}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _line(line: Line, colon: str) -> str:
    role = f" ({plain(line.role)})" if line.role else ""
    head = f"**{plain(line.name)}**{role} · {line.at}"
    notes = [f"- {plain(line.label)}", *_extra(line.extra, colon)] if line.label else []
    return "\n\n".join(p for p in (head, _quoted(line.text), "\n".join(notes)) if p)
