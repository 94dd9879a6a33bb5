"""The command line. Imports nothing heavy at the top: `coach --help` must stay instant."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from coach.errors import WrongUse
from coach.usage import failed, sound_streams

app = typer.Typer(
    name="coach",
    help="Rehearse professional co-development, offline, in English and French.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
corpus_app = typer.Typer(help="Your own documents beside the method's texts.", no_args_is_help=True)
app.add_typer(corpus_app, name="corpus")

Lang = Annotated[str | None, typer.Option("--lang", help="en or fr; default: COACH_LANG, else the system's language.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
_spoken: list[Any] = []  # the language of this call, for messages about errors


def _lang(given: str | None) -> Any:
    """The language of this call; remembered, so that an error is told in it."""
    from coach import content
    from coach.settings import settings

    _spoken[:] = [content.language(given or settings().lang)]
    return _spoken[0]


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False))


@app.command()
def rehearse(
    case: Annotated[str, typer.Option("--case", help="The case; `coach cases` lists them.")],
    seat: Annotated[str, typer.Option("--seat", help="consultant, facilitator or client.")],
    lang: Lang = None,
    variant: Annotated[str, typer.Option("--variant", help="Variant of the method.")] = "payette-champagne",
    seed: Annotated[int, typer.Option("--seed", help="Same seed and input: same session.")] = 0,
    pace: Annotated[str, typer.Option("--pace", help="calm, brisk or untimed.")] = "calm",
    feedback: Annotated[str, typer.Option("--feedback", help="live or after.")] = "live",
    name: Annotated[str | None, typer.Option("--name", help="Your first name in the room.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write events and debrief to this file.")] = None,
) -> None:
    """Play a whole session. Each line of standard input is one of your turns.

    /wait lets the room go on, /next moves to the next step, /give NAME gives the floor, /undo takes your last turn
    back, /ask asks the coach, /end ends. At the end of input the agents play the session to its end.
    """
    from coach.terminal import rehearse_here

    spoken = _lang(lang)
    options = {"method": variant, "seed": seed, "pace": pace, "feedback": feedback, "name": name}
    code = rehearse_here(case, seat, spoken, options, json_file)
    raise typer.Exit(code)


@app.command()
def assess(
    text: Annotated[str | None, typer.Argument(help="One utterance of the clarification step.")] = None,
    lang: Lang = None,
    context: Annotated[str, typer.Option("--context", help="What the client has said so far.")] = "",
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", help="A JSONL file: text, lang, context, any others.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A CSV file with a column `text`.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where a batch is written (default: print).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a clarification question is neutral, free of solutions and in its step."""
    from coach import batch
    from coach.terminal import show_assessment, tell_of_judge

    spoken = lang if lang is None else _lang(lang)
    if sum(x is not None for x in (text, jsonl, csv)) != 1:
        _lang(lang)
        raise WrongUse("assess-one-source")
    tell_of_judge(_lang(lang))
    if text is not None:
        from coach.api import assess as judge

        verdict = judge(text, spoken, context)
        _print_json(batch.flat(verdict)) if as_json else show_assessment(verdict)
        return
    source = jsonl or csv
    if source is not None:
        _lang(lang)
        batch.assess_file(source, output, "jsonl" if jsonl else "csv", lang)


@app.command()
def drill(
    lang: Lang = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed and past answers: same questions.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Judge utterances, five at a time. Each line of standard input is an answer: clean, or a code.

    /rewrite TEXT has your own wording of the last faulty one judged, /end ends.
    """
    from coach.drill_terminal import drill_here

    raise typer.Exit(drill_here(_lang(lang), seed, as_json))


@app.command()
def cases(lang: Lang = None, as_json: AsJson = False) -> None:
    """List the cases, the easiest first."""
    from coach import content
    from coach.terminal import show_table

    found = content.cases(_lang(lang))
    rows = [{k: getattr(c, k) for k in ("id", "difficulty", "title", "sector", "summary")} for c in found]
    _print_json(rows) if as_json else show_table(rows, _spoken[0], "cases")


@app.command()
def sessions(
    delete: Annotated[str | None, typer.Option("--delete", help="Delete this session for good.")] = None,
    as_json: AsJson = False,
) -> None:
    """List your past sessions, the latest first."""
    from coach.terminal import show_table
    from coach.wiring import workshop

    spoken = _lang(None)
    store = workshop().store
    if delete:
        store.delete(delete)
        return
    rows = [r.model_dump() for r in store.sessions()]
    _print_json(rows) if as_json else show_table(rows, spoken, "sessions")


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="The session; `coach sessions` lists them.")],
    fmt: Annotated[str, typer.Option("--format", help="md, html, pdf, docx or json.")] = "md",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; - prints.")] = None,
) -> None:
    """Write a session with its debrief; prints the path of the file."""
    from coach.files import write_file
    from coach.wiring import sheet, workshop

    _lang(None)
    data = sheet(workshop(), session, fmt)
    if output is not None and str(output) == "-":
        sys.stdout.buffer.write(data)
        return
    path = output or workshop().settings.export_dir / f"{session}.{fmt}"
    write_file(path, data)
    typer.echo(str(path))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What you want to know about the method.")],
    lang: Lang = None,
    k: Annotated[int, typer.Option("--k", min=1, max=50, help="How many passages.")] = 5,
    step: Annotated[str | None, typer.Option("--step", help="Only passages for this step.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find passages of the method, with their sources."""
    from coach.api import search as find
    from coach.terminal import show_hits

    spoken = _lang(lang)
    hits = find(query, spoken, k, step)
    _print_json([h.model_dump() for h in hits]) if as_json else show_hits(hits, spoken)


@app.command()
def doctor(lang: Lang = None, as_json: AsJson = False) -> None:
    """Say in plain words what works here and what does not."""
    from coach.doctor import checks
    from coach.settings import settings
    from coach.terminal import show_checks

    spoken = _lang(lang)
    found = checks(settings(), spoken)
    _print_json([c.model_dump() for c in found]) if as_json else show_checks(found, spoken)
    if any(c.ok is False for c in found):
        raise typer.Exit(1)


@app.command()
def index() -> None:
    """Build or refresh the passage index, with a progress bar."""
    from coach.terminal import build_index

    build_index(_lang(None))


@app.command(name="app")
def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 7860,
) -> None:
    """Serve the app in the browser."""
    _lang(None)
    from coach.server import serve as run

    run(host, port)


@corpus_app.command("add")
def corpus_add(files: Annotated[list[Path], typer.Argument(help="md, txt, pdf or docx.")]) -> None:
    """Let your own documents be found and cited."""
    from coach import content
    from coach.wiring import workshop

    spoken = _lang(None)
    for document in workshop().documents.add(files):
        typer.echo(content.say("cli.added", spoken, id=document.id, title=document.title, count=len(document.passages)))


@corpus_app.command("list")
def corpus_list(as_json: AsJson = False) -> None:
    """List your documents."""
    from coach.terminal import show_table
    from coach.wiring import workshop

    spoken = _lang(None)
    rows = [{"id": d.id, "title": d.title, "passages": len(d.passages)} for d in workshop().documents.all()]
    _print_json(rows) if as_json else show_table(rows, spoken, "documents")


@corpus_app.command("remove")
def corpus_remove(document: Annotated[str, typer.Argument(help="The document's id.")]) -> None:
    """Forget one of your documents."""
    from coach.wiring import workshop

    _lang(None)
    workshop().documents.remove(document)


def main() -> None:
    """Run a command. Exit code 0: fine, 1: the work failed, 2: wrong use; every failure is one sentence."""
    sound_streams()
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()  # here, where a reader that went away can still be met
    except BrokenPipeError:  # the reader of our output went away: nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except typer.Exit as leave:
        code = leave.exit_code
    except Exception as error:
        code = failed(error, _spoken)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
