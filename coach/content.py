"""The only reader of prompts/, corpus/ and eval/. Files are strict: an unknown key names file, line and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from coach.case_schema import Case
from coach.cue_schema import CueFile, Lexicon, Rewrites
from coach.domain import LANGUAGES, Language
from coach.drill_schema import Bank
from coach.errors import CoachError, ContentError, WrongUse
from coach.schemas import Asked, Drift, Method, Outside, Reading, Theme
from coach.strict import loaded, parse

M = TypeVar("M", bound=BaseModel)


def root() -> Path:
    """The folder that holds prompts/, corpus/ and eval/: inside the wheel, or the checkout."""
    packed = Path(__file__).parent / "_content"
    return packed if packed.is_dir() else Path(__file__).parent.parent


def language(value: str) -> Language:
    """`value` as a language.

    Raises:
        WrongUse: for a language we do not speak.
    """
    if value not in LANGUAGES:
        raise WrongUse("unknown-language", given=value, known=", ".join(LANGUAGES))
    return value


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError("content", file=path.name, line=1, name="-", problem=str(error)) from error


def _load(folder: Path, ident: str, model: type[M], unknown: str) -> M:
    path = folder / f"{ident}.yaml"
    if not path.is_file():
        raise WrongUse(unknown, given=ident, known=", ".join(ids(folder)))
    return parse(_read(path), model, _shown(path), id=ident)


def _shown(path: Path) -> str:
    return str(path.relative_to(root())) if path.is_relative_to(root()) else str(path)


def ids(folder: Path, suffix: str = ".yaml") -> list[str]:
    """The ids (file names without suffix) in a content folder, sorted."""
    return sorted(p.stem for p in folder.glob(f"*{suffix}"))


def corpus(lang: Language, *parts: str) -> Path:
    """A folder of one language's corpus."""
    return root().joinpath("corpus", lang, *parts)


@lru_cache(maxsize=64)
def case(ident: str, lang: Language) -> Case:
    """A case in one language."""
    return _load(corpus(lang, "cases"), ident, Case, "unknown-case")


@lru_cache(maxsize=4)
def cases(lang: Language) -> tuple[Case, ...]:
    """All cases, the easiest first."""
    found = [case(i, lang) for i in ids(corpus(lang, "cases"))]
    return tuple(sorted(found, key=lambda c: (c.difficulty, c.id)))


@lru_cache(maxsize=16)
def method(ident: str) -> Method:
    """A variant of the method."""
    return _load(root() / "corpus" / "methods", ident, Method, "unknown-method")


def methods() -> tuple[Method, ...]:
    """All variants, the default first."""
    folder = root() / "corpus" / "methods"
    return tuple(sorted((method(i) for i in ids(folder)), key=lambda m: (m.id != DEFAULT_METHOD, m.id)))


DEFAULT_METHOD = "payette-champagne"


@lru_cache(maxsize=64)
def drift(ident: str, lang: Language) -> Drift:
    """A drift and how to meet it."""
    return _load(corpus(lang, "drifts"), ident, Drift, "unknown-drift")


def drifts(lang: Language) -> tuple[Drift, ...]:
    """All drifts of a language."""
    return tuple(drift(i, lang) for i in ids(corpus(lang, "drifts")))


@lru_cache(maxsize=4)
def outside(lang: Language) -> tuple[str, ...]:
    """Questions that a written case usually does not answer: what "I don't know" is compared with."""
    return _load(corpus(lang), "outside", Outside, "unknown-case").questions


def drift_for_code(code: str, lang: Language) -> Drift:
    """The drift that a fault of the codebook amounts to in the room."""
    found = drifts(lang)
    return next((d for d in found if d.id == code.replace("_", "-") or d.code == code), found[0])


@lru_cache(maxsize=4)
def themes(lang: Language) -> tuple[Theme, ...]:
    """What the agents may ask and offer about any situation, by theme."""
    folder = corpus(lang, "themes")
    return tuple(_load(folder, i, Theme, "unknown-theme") for i in ids(folder))


CODES = (
    "disguised_solution",
    "advice",
    "leading",
    "judgement",
    "interpretation",
    "wrong_step",
    "self_story",
    "stacked",
    "preamble",
    "off_topic",
    "third_party",
)


@lru_cache(maxsize=4)
def cues(lang: Language) -> tuple[CueFile, ...]:
    """The wordings that carry a fault, one file a code, in the order of the codebook."""
    folder = corpus(lang, "cues")
    paths = [folder / f"{code}.yaml" for code in CODES]
    return tuple(parse(_read(p), CueFile, _shown(p), id=p.stem, lang=lang) for p in paths)


@lru_cache(maxsize=4)
def lexicon(lang: Language) -> Lexicon:
    """The word lists behind cues and rewrites."""
    path = corpus(lang, "cues") / "lexicon.yaml"
    return parse(_read(path), Lexicon, _shown(path))


@lru_cache(maxsize=4)
def rewrites(lang: Language) -> Rewrites:
    """The intents and templates behind the rewrites."""
    path = corpus(lang, "cues") / "rewrites.yaml"
    return parse(_read(path), Rewrites, _shown(path))


@lru_cache(maxsize=4)
def drill(lang: Language) -> Bank:
    """The utterances of the drill."""
    path = corpus(lang, "drill.yaml")
    return parse(_read(path), Bank, _shown(path))


@lru_cache(maxsize=4)
def readings(lang: Language) -> Mapping[str, Reading]:
    """The method's texts by id."""
    folder = corpus(lang, "readings")
    return {i: read_passage(folder / f"{i}.md", lang) for i in ids(folder, ".md")}


def read_passage(path: Path, lang: Language) -> Reading:
    """One passage: YAML front matter between `---` lines, then the text.

    Raises:
        ContentError: as `parse`.
    """
    text = _read(path)
    head, found, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not found:
        raise ContentError("content", file=_shown(path), line=1, name="-", problem="no front matter between --- lines")
    extra = {"id": path.stem, "lang": lang, "text": body.strip()}
    return parse(head, Reading, _shown(path), first_line=2, **extra)


@lru_cache(maxsize=4)
def asked(lang: Language) -> Mapping[str, tuple[str, ...]]:
    """How people ask for each reading, by its id; a reading without such lines is simply absent.

    Raises:
        ContentError: as `parse`, and for a reading that does not exist.
    """
    path = corpus(lang, "asked.yaml")
    if not path.is_file():
        return {}
    found = parse(_read(path), Asked, _shown(path)).root
    for ident in found.keys() - readings(lang).keys():
        raise ContentError("content", file=_shown(path), line=1, name=ident, problem="no reading has this id")
    return found


def reading_for(topic: str, lang: Language) -> Reading | None:
    """The passage whose main topic is `topic` ("code:advice", "drift:debate"), or None."""
    found = [r for r in readings(lang).values() if topic in r.topics]
    return min(found, key=lambda r: (r.topics.index(topic), r.id), default=None)


@lru_cache(maxsize=4)
def words(lang: Language) -> Mapping[str, str]:
    """Every sentence the product itself says, flat: "error.unknown-case" -> text with {fields}."""
    found: dict[str, str] = {}
    for ident in ids(corpus(lang, "words")):
        found |= _flat(loaded(_read(corpus(lang, "words", f"{ident}.yaml"))), ())
    return found


def _flat(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, (*path, str(key)))
        else:
            yield ".".join((*path, str(key))), str(value)


def say(key: str, lang: Language, **facts: object) -> str:
    """The product's own sentence `key` in `lang`, its fields filled in.

    Raises:
        ContentError: if the catalogue lacks the key or a field.
    """
    try:
        return words(lang)[key].format(**facts)
    except (KeyError, IndexError) as error:
        raise ContentError("content", file=f"corpus/{lang}/words", line=1, name=key, problem=str(error)) from error


def explain(error: CoachError, lang: Language) -> str:
    """What went wrong, where, and what to do: one sentence in the user's language."""
    return say(f"error.{error.key}", lang, **error.facts)


def prompt(name: str, lang: Language) -> str:
    """The source of a prompt template.

    Raises:
        ContentError: if there is none of that name.
    """
    path = root() / "prompts" / lang / f"{name}.md"
    if not path.is_file():
        raise ContentError("content", file=_shown(path), line=1, name=name, problem="no such template")
    return _read(path)
