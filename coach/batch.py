"""Questions in, verdicts out: JSONL and CSV. A batch is written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from coach import content
from coach.domain import Assessment, Language
from coach.errors import CoachError, WrongUse
from coach.language import as_language

_CHUNK = 64


def flat(verdict: Assessment) -> dict[str, Any]:
    """An assessment as the fields that programs read (see docs/cli.md)."""
    data = verdict.model_dump(mode="json")
    data["clean"] = verdict.clean
    return data


_ADDED = (
    "solution_free",
    "neutral",
    "in_step",
    "clean",
    "codes",
    "spans",
    "confidence",
    "sure",
    "why",
    "rewrite",
    "citations",
)


def assess_file(source: Path, output: Path | None, kind: str, lang: str | None) -> None:
    """Judge every line of a file; other fields pass through unchanged.

    Raises:
        WrongUse: if the file or one of its lines cannot be used (names the line); nothing is written then.
    """
    rows = rows_of(_open(source), source.name, kind)
    results = judge_rows(rows, lang, source.name)
    text = as_jsonl(results) if kind == "jsonl" else as_csv(results)
    if output is None or str(output) == "-":
        sys.stdout.write(text)
        return
    from coach.files import write_file

    write_file(output, text.encode("utf-8"))


def judge_rows(
    rows: Sequence[dict[str, Any]], lang: str | None, name: str, tell: Language | None = None
) -> list[dict[str, Any]]:
    """Each row with its verdicts added; `tell` is the language of errors (default: the settings').

    Raises:
        WrongUse: names the first row that cannot be judged.
    """
    from coach.wiring import workshop

    items: list[tuple[str, Language, str]] = []
    for number, row in enumerate(rows, start=1):
        text, context = row.get("text"), row.get("context") or ""
        if not isinstance(text, str) or not isinstance(context, str):
            raise _bad(name, number, CoachError("row-text"), tell)
        try:
            items.append((text, as_language(row.get("lang") or lang, text), context))
        except CoachError as error:
            raise _bad(name, number, error, tell) from error
    verdicts: list[Assessment] = []
    for start in range(0, len(items), _CHUNK):
        try:
            verdicts += workshop().evaluator.assess_many(items[start : start + _CHUNK])
        except CoachError as error:
            raise _bad(name, start + 1 + int(str(error.facts.get("index", 0))), error, tell) from error
    found = [flat(v) for v in verdicts]
    return [{**row, "lang": v["lang"], **{k: v[k] for k in _ADDED}} for row, v in zip(rows, found, strict=True)]


def rows_of(text: str, name: str, kind: str | None = None, tell: Language | None = None) -> list[dict[str, Any]]:
    """The rows of a JSONL or CSV text; its `kind` by the ending of `name` when None.

    Raises:
        WrongUse: names the first line that cannot be read.
    """
    jsonl = kind == "jsonl" if kind else name.lower().endswith((".jsonl", ".ndjson", ".json"))
    return list(_read_jsonl(text, name, tell) if jsonl else _read_csv(text, name, tell))


def _bad(name: str, number: int, error: CoachError, tell: Language | None = None) -> WrongUse:
    from coach.settings import settings

    lang: Language = tell or ("fr" if settings().lang == "fr" else "en")
    return WrongUse("bad-line", file=name, line=number, problem=content.explain(error, lang).rstrip("."))


def _open(source: Path) -> str:
    try:
        return sys.stdin.read() if str(source) == "-" else source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse("file-missing", file=source) from error


def _read_jsonl(text: str, name: str, tell: Language | None) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise _bad(name, number, CoachError("row-json"), tell) from error
        if not isinstance(row, dict):
            raise _bad(name, number, CoachError("row-json"), tell)
        yield row


def _read_csv(text: str, name: str, tell: Language | None) -> Iterator[dict[str, Any]]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    if "text" not in (reader.fieldnames or ()):
        raise _bad(name, 1, CoachError("row-column"), tell)
    yield from ({k: v for k, v in row.items() if k} for row in reader)


def as_jsonl(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as JSON, one a line."""
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV; lists are joined by spaces, citations by their ids."""
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        plain = dict(row)
        plain["codes"] = " ".join(row["codes"])
        plain["spans"] = " | ".join(s["text"] for s in row["spans"])
        plain["citations"] = " ".join(c["id"] for c in row["citations"])
        writer.writerow(plain)
    return out.getvalue()
