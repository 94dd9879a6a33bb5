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
from coach.language import as_language, check_text, usable

_CHUNK = 64
_BOM = "\ufeff"


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


class Row(dict[str, Any]):
    """The fields of one row, with the number of the line it stands on."""

    def __init__(self, fields: dict[str, Any], line: int) -> None:
        super().__init__(fields)
        self.line = line


def judge_rows(
    rows: Sequence[dict[str, Any]], lang: str | None, name: str, tell: Language | None = None
) -> list[dict[str, Any]]:
    """Each row with its verdicts added; `tell` is the language of errors (default: the settings').

    Raises:
        WrongUse: names the first row that cannot be judged, by its line where it is a `Row`.
    """
    from coach.wiring import workshop

    items: list[tuple[str, Language, str]] = []
    for number, row in enumerate(rows, start=1):
        try:
            items.append(_item(row, lang))
        except CoachError as error:
            raise _bad(name, row.line if isinstance(row, Row) else number, error, tell) from error
    verdicts: list[Assessment] = []
    for start in range(0, len(items), _CHUNK):
        verdicts += workshop().evaluator.assess_many(items[start : start + _CHUNK])
    return [_judged(row, verdict) for row, verdict in zip(rows, verdicts, strict=True)]


def _item(row: dict[str, Any], lang: str | None) -> tuple[str, Language, str]:
    """What the evaluator wants of a row.

    Raises:
        WrongUse: if the row cannot be judged.
    """
    text, context = row.get("text"), row.get("context") or ""
    if not isinstance(text, str) or not isinstance(context, str):
        raise WrongUse("row-text")
    spoken = as_language(row.get("lang") or lang, text)
    check_text(text, spoken)
    return text, spoken, context


def _judged(row: dict[str, Any], verdict: Assessment) -> dict[str, Any]:
    """A row with its verdicts; the spans count from the beginning of the row's own, untrimmed text."""
    data = flat(verdict)
    text = usable(row["text"])
    lead = len(text) - len(text.lstrip())
    for span in data["spans"]:
        span["start"] += lead
        span["end"] += lead
    return {**row, "lang": data["lang"], **{k: data[k] for k in _ADDED}}


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
        return sys.stdin.read().removeprefix(_BOM) if str(source) == "-" else source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse("file-not-utf8", file=source) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise WrongUse("file-missing", file=source) from error


def _read_jsonl(text: str, name: str, tell: Language | None) -> Iterator[Row]:
    # Not splitlines: a JSON string may hold the line separators of Unicode.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:  # ValueError: also a number of too many digits
            raise _bad(name, number, CoachError("row-json"), tell) from error
        if not isinstance(row, dict):
            raise _bad(name, number, CoachError("row-json"), tell)
        yield Row(row, number)


def _read_csv(text: str, name: str, tell: Language | None) -> Iterator[Row]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        if "text" not in (reader.fieldnames or ()):
            raise _bad(name, 1, CoachError("row-column"), tell)
        for row in reader:
            yield Row({k: v for k, v in row.items() if k}, reader.line_num)
    except csv.Error as error:
        raise _bad(name, reader.line_num + 1, CoachError("row-csv"), tell) from error


def as_jsonl(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as JSON, one a line."""
    return "".join(_line(r) + "\n" for r in rows)


def _line(row: dict[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False)
    # Half a character, which JSON may hold and UTF-8 may not, passes through as it came: escaped.
    return line if usable(line) == line else json.dumps(row)


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
