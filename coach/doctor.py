"""What works here and what does not, in plain words. No check raises; each stands for itself."""

from __future__ import annotations

import shutil
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from coach import content
from coach.domain import LANGUAGES, Frozen, Language
from coach.errors import CoachError
from coach.settings import Settings
from coach.wiring import Workshop

_ROOM = 0.5  # GB that index, vectors and exports may take
_GB, _MB = 1e9, 1e6


class Check(Frozen):
    """One finding: `ok` is None where there is nothing to worry about yet, but something still to come."""

    name: str
    ok: bool | None
    text: str


Finding = tuple[bool | None, str]


def checks(settings: Settings, lang: Language) -> list[Check]:
    """Everything worth knowing about this installation, in a fixed order, in `lang`."""
    shop = Workshop(settings)
    parts: dict[str, Callable[[Workshop, Language], Finding]] = {
        "python": _python,
        "content": _content,
        "database": _database,
        "index": _index,
        "embedder": _embedder,
        "evaluator": _evaluator,
        "model": _model,
        "judge": _judge,
        "tracing": _tracing,
        "disk": _disk,
        "pdf": _pdf,
    }
    return [_check(name, part, shop, lang) for name, part in parts.items()]


def _check(name: str, part: Callable[[Workshop, Language], Finding], shop: Workshop, lang: Language) -> Check:
    try:
        ok, text = part(shop, lang)
    except CoachError as error:
        ok, text = False, _explained(error, lang)
    except Exception as error:  # a doctor that falls ill helps nobody: whatever it is, it is the finding
        ok, text = False, _said("doctor.broken", lang, problem=type(error).__name__)
    return Check(name=_said(f"doctor.names.{name}", lang, or_else=name), ok=ok, text=text)


def _said(key: str, lang: Language, or_else: str = "", **facts: object) -> str:
    """The sentence, or the bare facts where the content itself is what is broken."""
    try:
        return content.say(key, lang, **facts)
    except CoachError:
        return or_else or " ".join([key, *map(str, facts.values())])


def _explained(error: CoachError, lang: Language) -> str:
    try:
        return content.explain(error, lang)
    except CoachError:
        return str(error)


def _python(shop: Workshop, lang: Language) -> Finding:
    fine = sys.version_info >= (3, 11)  # noqa: UP036  people do run what they have
    return fine, content.say("doctor.python" if fine else "doctor.python-old", lang, version=sys.version.split()[0])


def _content(shop: Workshop, lang: Language) -> Finding:
    for other in LANGUAGES:
        content.cases(other), content.readings(other), content.themes(other), content.drifts(other)
    templates = content.ids(content.root() / "prompts" / lang, ".md")
    counts = {"cases": content.cases(lang), "readings": content.readings(lang), "methods": content.methods()}
    sizes = {name: len(found) for name, found in counts.items()}
    return True, content.say("doctor.content", lang, templates=len(templates), **sizes)


def _database(shop: Workshop, lang: Language) -> Finding:
    where = shop.settings.database
    shown = where.removeprefix("sqlite:///") if where.startswith("sqlite") else _without_secrets(where)
    return True, content.say("doctor.database", lang, where=shown, sessions=len(shop.store.sessions()))


def _without_secrets(url: str) -> str:
    """An address without the name and password that it may carry."""
    return url.replace(f"{urlsplit(url).netloc.rpartition('@')[0]}@", "", 1) if "@" in urlsplit(url).netloc else url


def _index(shop: Workshop, lang: Language) -> Finding:
    url = shop.settings.chroma_url
    if url:
        fine = _listens(url)
        return fine, content.say(
            "doctor.index-server" if fine else "doctor.index-silent", lang, where=_without_secrets(url)
        )
    folder = shop.settings.index_dir
    if folder.is_dir() and any(folder.iterdir()):
        return True, content.say("doctor.index-ready", lang, where=folder)
    return None, content.say("doctor.index-later", lang)


def _listens(url: str) -> bool:
    parts = urlsplit(url if "//" in url else f"//{url}")
    try:
        with socket.create_connection((parts.hostname or "localhost", parts.port or 8000), timeout=2):
            return True
    except OSError:
        return False


def _embedder(shop: Workshop, lang: Language) -> Finding:
    text = content.say("doctor.python", lang, version="")
    shop.embedder.queries([text])  # the first one loads the weights
    started = time.perf_counter()
    shop.embedder.queries([f"{text} {started}"])
    return True, content.say("doctor.embedder", lang, ms=round((time.perf_counter() - started) * 1000))


def _evaluator(shop: Workshop, lang: Language) -> Finding:
    shop.embedded.assess(content.themes(lang)[0].questions[0], lang)
    folder = Path(__file__).parent / "assess" / "weights"
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    return True, content.say("doctor.evaluator", lang, mb=round(size / _MB))


def _model(shop: Workshop, lang: Language) -> Finding:
    if shop.settings.model == "scripted":
        return True, content.say("doctor.model-scripted", lang)
    from coach.llm import build_model

    model = build_model(shop.settings.model, shop.settings)
    model.reach()
    key = "doctor.model-remote" if model.remote else "doctor.model-local"
    return True, content.say(key, lang, name=model.name, where=model.address)


def _judge(shop: Workshop, lang: Language) -> Finding:
    if shop.judge is None:
        return True, content.say("doctor.judge-off", lang)
    shop.judge.reach()
    key = "doctor.judge-remote" if shop.judge.remote else "doctor.judge-local"
    return True, content.say(key, lang, name=shop.judge.name, where=shop.judge.address)


def _tracing(shop: Workshop, lang: Language) -> Finding:
    from coach.llm import tracing_on

    on = tracing_on(shop.settings)
    return not on, content.say("error.tracing-on" if on else "doctor.tracing", lang)


def _disk(shop: Workshop, lang: Language) -> Finding:
    folder = shop.settings.data_dir
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(there).free / _GB
    key = "doctor.disk" if free >= _ROOM else "doctor.disk-low"
    return free >= _ROOM, content.say(key, lang, free=round(free, 1), where=folder, wanted=_ROOM)


def _pdf(shop: Workshop, lang: Language) -> Finding:
    import typst

    page = typst.compile(b"Codev: \xc5\x93 \xc3\xa9", ignore_system_fonts=True)
    return page[:4] == b"%PDF", content.say("doctor.pdf", lang)
