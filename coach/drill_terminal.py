"""The drill in a terminal, or from piped lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coach import content
from coach.domain import Assessment, Language
from coach.drill_schema import DrillItem
from coach.errors import CoachError, WrongUse
from coach.practice import ANSWERS, Feedback, Practice
from coach.terminal import show_assessment, tell_of_judge
from coach.wiring import workshop

_REWRITE = "/rewrite"


class _Desk:
    """One run: shows items and feedback, or keeps them for the JSON."""

    def __init__(self, practice: Practice, as_json: bool) -> None:
        self.practice, self.as_json = practice, as_json
        self.rows: list[dict[str, Any]] = []
        self.last: DrillItem | None = None
        stream = sys.stdout
        self.out = Console(file=stream, width=None if stream.isatty() else 100, highlight=False, quiet=as_json)
        self.errors = Console(file=sys.stderr, highlight=False, soft_wrap=True)

    def say(self, key: str, **facts: object) -> str:
        return content.say(f"drill.{key}", self.practice.lang, **facts)

    def show(self, item: DrillItem) -> None:
        if item.context:
            self.out.print(Text(self.say("context", text=item.context), style="dim"))
        self.out.print(Text(item.text, style="bold"))

    def answer(self, item: DrillItem, given: str) -> None:
        self._told(self.practice.answer(item.id, given))
        self.last = item

    def rewrite(self, text: str) -> None:
        """Judge the user's wording of the item answered last.

        Raises:
            WrongUse: where no item was answered, or it needs no mending.
        """
        if self.last is None:
            raise WrongUse("drill-nothing-to-mend")
        verdict = self.practice.rewrite(self.last.id, text)
        self.rows[-1]["rewrites"].append({"text": text, "clean": verdict.clean, "codes": list(verdict.codes)})
        self._panel(verdict)

    def _told(self, found: Feedback) -> None:
        self.rows.append(
            {"item": found.item.id, "context": found.item.context, "given": found.given, "right": found.right}
            | found.verdict.model_dump(mode="json", exclude={"confidence", "sure"})
            | {"clean": found.item.clean, "rewrites": []}
        )
        self.out.print(Text(self.say("right" if found.right else "wrong"), style="green" if found.right else "red"))
        self._panel(found.verdict)
        if not found.verdict.why:
            self.out.print(Text(self.say("why-clean")))

    def _panel(self, verdict: Assessment) -> None:
        if not self.as_json:
            show_assessment(verdict, self.out)

    def close(self) -> None:
        rows = self.practice.progress()
        if self.as_json:
            data = {"answers": self.rows, "progress": [p.model_dump(mode="json") for p in rows]}
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
            return
        table = Table(box=None, pad_edge=False, title=self.say("progress"))
        for key in ("col-strand", "col-seen", "col-right", "col-time"):
            table.add_column(self.say(key))
        for row in rows:
            curve = " → ".join(f"{share:.0%}" for share in row.curve[-6:])
            table.add_row(self.say(f"strand.{row.strand}"), str(row.seen), str(row.right), curve or "–")
        self.out.print(table)


def drill_here(lang: Language, seed: int, as_json: bool) -> int:
    """Judge utterances until the end of input.

    Returns:
        0, or 1 when a piped line could not be used.
    """
    shop = workshop()
    tell_of_judge(lang)
    desk = _Desk(Practice(shop.store, shop.evaluator, lang, seed), as_json)
    piped = not sys.stdin.isatty()
    if not piped:
        desk.errors.print(Text(desk.say("how", answers=" ".join(ANSWERS)), style="dim"))
    troubles = _play(desk, _lines(piped), piped)
    desk.close()
    return 1 if piped and troubles else 0


def _lines(piped: bool) -> Iterator[tuple[int, str]]:
    """Lines with their number, from 1; empty ones are skipped."""
    if not piped:
        sys.stderr.write("› ")
        sys.stderr.flush()
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            yield number, line.strip()
        if not piped:
            sys.stderr.write("› ")
            sys.stderr.flush()


def _play(desk: _Desk, lines: Iterator[tuple[int, str]], piped: bool) -> int:
    """Five after five; gives how many lines could not be used."""
    queue: list[DrillItem] = []
    shown = False
    troubles = 0
    while True:
        queue = queue or list(desk.practice.five())
        if not piped and not shown:
            desk.show(queue[0])
            shown = True
        number, line = next(lines, (0, ""))
        if not number or line == "/end":
            return troubles
        try:
            if line.split()[0] == _REWRITE:
                desk.rewrite(line.removeprefix(_REWRITE).strip())
                continue
            if piped and not shown:
                desk.show(queue[0])
                shown = True
            desk.answer(queue[0], line.lower().replace("-", "_"))
            queue.pop(0)
            shown = False
        except WrongUse as error:
            troubles += 1
            _tell(desk, error, number if piped else 0)


def _tell(desk: _Desk, error: CoachError, number: int) -> None:
    lang = desk.practice.lang
    where = content.say("cli.line", lang, number=number) if number else ""
    desk.errors.print(Text(f"{where}{content.explain(error, lang)}", style="red"))
