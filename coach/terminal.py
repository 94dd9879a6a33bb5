"""What the terminal shows: a session as it is spoken, verdicts, tables, and one place to write files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from coach import content
from coach.domain import (
    Assessed,
    Assessment,
    Coached,
    Event,
    FloorGiven,
    Intervened,
    Language,
    Refused,
    Said,
    SessionClosed,
    Setup,
    StepOpened,
    Undone,
    VoiceLost,
)
from coach.errors import CoachError, Unlawful
from coach.export import export
from coach.files import write_file
from coach.rehearsal import COMMANDS, Rehearsal, Trouble, play
from coach.seating import make_setup
from coach.wiring import WallClock, spoken_clock, workshop

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")


def _console(error: bool = False) -> Console:
    stream = sys.stderr if error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else 100, highlight=False, soft_wrap=False)


class Screen:
    """Shows events as they come."""

    def __init__(self, setup: Setup, console: Console) -> None:
        self.setup, self.console = setup, console
        self._people = {p.id: p for p in setup.people}
        self._method = content.method(setup.method)

    def _say(self, key: str, **facts: object) -> str:
        return content.say(f"cli.{key}", self.setup.lang, **facts)

    def show(self, event: Event) -> None:
        """Print one event."""
        match event:
            case StepOpened(step=step):
                spec = self._method.step(step)
                label = f"{spec.names.of(self.setup.lang)} · {spec.minutes:g} min"
                self.console.print(Rule(escape(label), style="bold"))
            case Said():
                self._said(event)
            case Assessed() | Intervened():
                if self.setup.feedback == "live":
                    self._feedback(event)
            case Refused():
                facts: dict[str, object] = dict(event.facts)
                self._note(content.explain(Unlawful(event.reason, **facts), self.setup.lang))
            case Coached():
                self._coached(event)
            case FloorGiven() | VoiceLost() | Undone():
                self._note(self._aside(event))
            case SessionClosed(reason=reason):
                self.console.print(Rule(escape(self._say(reason)), style="bold"))
            case _:
                pass

    def _said(self, event: Said) -> None:
        who = self._people[event.speaker]
        colour = _COLOURS[list(self._people).index(event.speaker) % len(_COLOURS)]
        role = content.say(f"role.{who.role.value}", self.setup.lang)
        line = Text.assemble(
            (who.name, f"bold {colour}"), (f" ({role})", "dim"), " : " if self.setup.lang == "fr" else ": "
        )
        self.console.print(line.append(event.text))

    def _aside(self, event: FloorGiven | VoiceLost | Undone) -> str:
        if isinstance(event, FloorGiven):
            return self._say("floor", name=self._people[event.to].name)
        if isinstance(event, VoiceLost):
            return self._say("voice-lost", reason=content.explain(CoachError(event.reason), self.setup.lang))
        return self._say("undone")

    def _feedback(self, event: Assessed | Intervened) -> None:
        if isinstance(event, Assessed):
            show_assessment(event.assessment, self.console)
        else:
            self._note(self._say("met" if event.met else "false-alarm" if event.slip is None else "not-met"))

    def _note(self, text: str) -> None:
        self.console.print(Text(f"   ▸ {text}", style="italic dim"))

    def _coached(self, event: Coached) -> None:
        body = [Text(event.text)] if event.text else []
        for citation in event.citations[:2]:
            marks = [content.say(f"sheet.quote-{side}", self.setup.lang) for side in ("open", "close")]
            quote = citation.excerpt.join(marks)
            body.append(Text(f"{quote}  — {citation.title} ({'; '.join(citation.sources)})", style="dim"))
        nothing = Text(content.say("coach.empty", self.setup.lang))
        self.console.print(Panel(Text("\n").join(body or [nothing]), title=self._say("coach")))


def show_assessment(verdict: Assessment, console: Console | None = None) -> None:
    """Print a verdict with its marked words, why, rewrite and citation."""
    out, lang = console or _console(), verdict.lang
    marked = Text(verdict.text)
    for span in verdict.spans:
        marked.stylize("bold underline red", span.start, span.end)
    checks = [
        f"✓ {content.say(f'verdict.{v}', lang)}"
        if getattr(verdict, v)
        else f"✗ {content.say(f'verdict.not_{v}', lang)}"
        for v in ("solution_free", "neutral", "in_step")
    ]
    body = [marked, Text("   ".join(checks))]
    if verdict.codes:
        body.append(Text(" · ".join(content.say(f"code.{c}", lang) for c in verdict.codes), style="bold"))
    if verdict.why:
        body.append(Text(verdict.why))
    if verdict.rewrite:
        key = "verdict.guide" if verdict.rewrite_is_guide else "verdict.rewrite"
        body.append(Text(content.say(key, lang, text=verdict.rewrite), style="green"))
    for citation in verdict.citations[:1]:
        body.append(Text(f"{citation.title} — {'; '.join(citation.sources)}", style="dim"))
    title = content.say("verdict.clean" if verdict.clean else "verdict.faulty", lang)
    if not verdict.sure:
        title = f"{title} ({content.say('verdict.unsure', lang)})"
    out.print(
        Panel(
            Text("\n").join(body),
            title=title,
            border_style="green" if verdict.clean else "red",
            width=min(100, out.width),
        )
    )


def rehearse_here(case: str, seat: str, lang: Language, options: dict[str, Any], json_file: Path | None) -> int:
    """Play a session in this terminal, or from a piped script.

    Returns:
        0, or 1 when lines of the script could not be played.
    """
    shop = workshop()
    piped = not sys.stdin.isatty()
    setup = make_setup(case, seat, lang, voice=shop.settings.model, **options)
    console, errors = _console(), _console(error=True)
    team = shop.team(setup.voice, spoken_clock if piped else WallClock())
    ident = shop.store.create(setup)
    screen = Screen(setup, console)
    _announce(screen, ident, errors)
    tell_of_judge(setup.lang)
    rehearsal = Rehearsal(team, partial(shop.store.append, ident))
    lines = _script() if piped else _typed(rehearsal, screen)

    def trouble(found: Trouble) -> None:
        where = content.say("cli.line", lang, number=found.line) if piped else ""
        errors.print(Text(f"{where}{content.explain(found.error, lang)}", style="red"), soft_wrap=True)

    troubles = play(rehearsal, setup, lines, screen.show, trouble)
    unused = sum(1 for line in lines if line.strip()) if piped else 0
    if unused:
        errors.print(Text(content.say("cli.unused", lang, count=unused)), soft_wrap=True)
    found = rehearsal.debrief()
    console.print(Markdown(export(rehearsal.session, found, "md", transcript=False).decode()))
    if json_file is not None:
        write_file(json_file, export(rehearsal.session, found, "json"))
    return 1 if piped and troubles else 0


def _announce(screen: Screen, ident: str, errors: Console) -> None:
    setup = screen.setup
    case = content.case(setup.cases[0], setup.lang)
    errors.print(Text(content.say("cli.saved-as", setup.lang, id=ident), style="dim"), soft_wrap=True)
    if setup.voice != "scripted":
        errors.print(
            Text(content.say("cli.model-plays", setup.lang, model=setup.voice), style="bold yellow"), soft_wrap=True
        )
    screen.console.print(Panel(Text(case.summary), title=escape(case.title), width=min(100, screen.console.width)))


def tell_of_judge(lang: Language) -> None:
    """Say on standard error that a judge elsewhere reads questions, where one does.

    Raises:
        WrongUse: for a judge wrongly set.
    """
    if away := workshop().judge_away:
        _console(error=True).print(Text(content.say("cli.judge-reads", lang, judge=away), style="bold yellow"))


def _script() -> Iterator[str]:
    return (line.rstrip("\r\n").removeprefix("\ufeff") for line in sys.stdin if line.strip("\ufeff \t\r\n"))


def _typed(rehearsal: Rehearsal, screen: Screen) -> Iterator[str]:
    screen.console.print(Text(screen._say("commands", commands=" ".join(COMMANDS)), style="dim"))
    while not rehearsal.session.closed:
        try:
            line = screen.console.input(f"[bold]{escape(screen.setup.user.name)}[/bold] › ")
        except EOFError:
            return
        if line.strip():
            yield line


def show_table(rows: Sequence[dict[str, Any]], lang: Language, what: str) -> None:
    """Print rows as a table, or say that there are none."""
    console = _console()
    if not rows:
        console.print(content.say(f"cli.no-{what}", lang))
        return
    table = Table(box=None, pad_edge=False)
    for key in rows[0]:
        table.add_column(content.say(f"column.{key}", lang), overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if v is None else str(v)) for v in row.values()))
    console.print(table)


def show_hits(hits: Sequence[Any], lang: Language) -> None:
    """Print passages with their sources."""
    console = _console()
    if not hits:
        console.print(content.say("coach.empty", lang))
    for hit in hits:
        console.print(Text.assemble((hit.title, "bold"), (f"  [{hit.id}]", "dim")))
        console.print(Text(hit.text))
        console.print(Text("; ".join(hit.sources) + "\n", style="dim"))


def show_checks(found: Sequence[Any], lang: Language) -> None:
    """Print the doctor's findings."""
    console = _console()
    for check in found:
        mark, style = {True: ("✓", "green"), False: ("✗", "red"), None: ("–", "yellow")}[check.ok]
        console.print(
            Text.assemble((f"{mark} ", style), (check.name + content.say("sheet.colon", lang), "bold"), check.text)
        )


def build_index(lang: Language) -> None:
    """Build or refresh the index; a bar on the terminal shows how far it is."""
    console = _console(error=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), console=console
    ) as bar:
        task = bar.add_task(content.say("cli.indexing", lang), total=None)
        workshop().passages.prepare(lambda done, total: bar.update(task, completed=done, total=total))
    console.print(content.say("cli.indexed", lang))
