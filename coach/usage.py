"""What a person is told when a command fails: always one sentence, in their language, and never a traceback."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException

from coach.errors import CoachError, WrongUse


def sound_streams() -> None:
    """Streams that can carry any text; one that the caller closed becomes the empty one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  open till the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def failed(error: Exception, spoken: Sequence[str] = ()) -> int:
    """Tell what went wrong in one sentence, in `spoken` where that is known; gives the exit code."""
    if isinstance(error, TyperException):
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
            return 2
        error = _explained(error)
    if not isinstance(error, CoachError):
        # A fault of ours. Where it happened goes out, and nothing of what was said.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        error = CoachError("unexpected", problem=getattr(error, "strerror", None) or type(error).__name__, where=where)
    _tell(error, spoken)
    return error.exit_code


def _tell(error: CoachError, spoken: Sequence[str]) -> None:
    from coach import content
    from coach.settings import locale_language, settings

    try:
        known = spoken[0] if spoken else _wanted(sys.argv[1:], settings().lang)
    except CoachError:  # the settings are what is wrong
        known = _wanted(sys.argv[1:], locale_language())
    try:
        typer.echo(content.explain(error, "fr" if known == "fr" else "en"), err=True)
    except CoachError as broken:  # the catalogue itself is broken: say what we know
        typer.echo(f"{broken}; {error}", err=True)


def _explained(error: TyperException) -> WrongUse:
    """What the parser found wrong: it speaks English only, and in several lines."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "coach"
    option = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    match type(error).__name__:
        case "MissingParameter":
            return WrongUse("usage-missing", command=command, name=_name(parameter))
        case "BadParameter":
            return WrongUse("usage-value", command=command, name=_name(parameter))
        case "NoSuchOption":
            return WrongUse("usage-option", command=command, given=option)
        case "BadOptionUsage":
            return WrongUse("usage-needs-value", command=command, name=option)
    if context is not None and hasattr(context.command, "commands"):
        return WrongUse("usage-command", command=command, known=", ".join(context.command.commands))
    return WrongUse("usage-extra", command=command)


def _wanted(arguments: Sequence[str], otherwise: str) -> str:
    """The language that an unparsed command line asks for."""
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            return value if equals else next(iter(arguments[place + 1 :]), otherwise)
    return otherwise


def _name(parameter: object) -> str:
    flags: Sequence[str] = getattr(parameter, "opts", ())
    long = [flag for flag in flags if flag.startswith("--")]
    return long[0] if long else str(getattr(parameter, "name", "?")).upper()
