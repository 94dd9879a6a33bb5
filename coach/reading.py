"""Text out of files: md, txt, pdf, docx. Every way a file can be bad ends here, as one error that names it."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable

from coach.errors import RecallError

_MAX_TEXT = 5_000_000  # characters of text; a long book has about one million
_MAX_UNPACKED = 200 * 1024 * 1024  # bytes a docx may unpack to
_MAX_RATIO = 300  # how much smaller than its content a packed part may be
_MAX_PAGES = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\u00ad]")
_MARKS = re.compile(r"^\s*(#{1,6}\s+|[-*+•]\s+|>\s?|\d+[.)]\s+)")


def read_text(data: bytes, suffix: str, name: str) -> list[str]:
    """The paragraphs of a file, cleaned; empty when it holds no words.

    Raises:
        RecallError: encrypted, damaged, without text, or far larger unpacked than packed.
    """
    paragraphs = [clean(p) for p in _READERS[suffix](data, name)]
    kept = [p for p in paragraphs if any(c.isalpha() for c in p)]
    if sum(map(len, kept)) > _MAX_TEXT:
        raise RecallError("document-too-long", file=name)
    return kept


def clean(text: str) -> str:
    """One paragraph without control characters and line breaks; words cut at a line's end are joined."""
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text))
    text = re.sub(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])", "", text)
    return " ".join(text.split())


def _plain(data: bytes, name: str) -> list[str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    elif b"\x00" in data:
        raise RecallError("document-unreadable", file=name, problem="binary")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")  # what older Windows programs write
    return re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))


def _markdown(data: bytes, name: str) -> list[str]:
    text = "\n\n".join(_plain(data, name))
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    text = re.sub(r"```.*?```|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`|~~)", "", text)
    lines = [_MARKS.sub("", line) for line in text.split("\n")]
    return re.split(r"\n\s*\n", "\n".join(lines))


def _pdf(data: bytes, name: str) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks are not for a person to read

    try:
        reader = PdfReader(io.BytesIO(data))
        # An empty password opens files that are only protected against printing or changing.
        if reader.is_encrypted and not reader.decrypt(""):
            raise RecallError("document-encrypted", file=name)
        if len(reader.pages) > _MAX_PAGES:
            raise RecallError("document-too-long", file=name)
        pages = [page.extract_text() or "" for page in reader.pages]
    except RecallError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise RecallError("document-unreadable", file=name, problem=type(error).__name__) from error
    except (NotImplementedError, ImportError) as error:  # a cipher pypdf does not bring along
        raise RecallError("document-encrypted", file=name) from error
    except (RecursionError, MemoryError) as error:
        raise RecallError("document-unreadable", file=name, problem=type(error).__name__) from error
    if not any(c.isalpha() for page in pages for c in page):
        raise RecallError("document-no-text", file=name)
    return [p for page in _without_running_lines(pages) for p in re.split(r"\n\s*\n", page)]


def _without_running_lines(pages: list[str]) -> list[str]:
    """Pages without page numbers and without the lines that stand at the edge of most pages."""
    lines = [
        [x for x in page.splitlines() if not re.fullmatch(r"\s*(page\s+)?\d+(\s*/\s*\d+)?\s*", x, re.I)]
        for page in pages
    ]
    edges = Counter(e for page in lines if page for e in {page[0].strip(), page[-1].strip()})
    running = {e for e, n in edges.items() if n > 2 and n > len(pages) / 2}
    return ["\n".join(x for x in page if x.strip() not in running) for page in lines]


def _docx(data: bytes, name: str) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _refuse_bomb(packed, name)
    except zipfile.BadZipFile as error:
        # Word keeps a file with a password in an older container, whose first bytes these are.
        key = "document-encrypted" if data[:4] == b"\xd0\xcf\x11\xe0" else "document-unreadable"
        raise RecallError(key, file=name, problem="BadZipFile") from error
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(io.BytesIO(data))
        paragraphs = [p.text for p in document.paragraphs]
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    except (
        OpcError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        SyntaxError,
        AttributeError,
        OSError,
        RuntimeError,
    ) as error:
        raise RecallError("document-unreadable", file=name, problem=type(error).__name__) from error
    found = [*paragraphs, *dict.fromkeys(cells)]
    if not any(c.isalpha() for p in found for c in p):
        raise RecallError("document-no-text", file=name)
    return found


def _refuse_bomb(packed: zipfile.ZipFile, name: str) -> None:
    parts = packed.infolist()
    # The sizes a part declares are what zipfile enforces when it is unpacked.
    swollen = any(p.file_size > 1_000_000 and p.file_size > _MAX_RATIO * max(1, p.compress_size) for p in parts)
    if swollen or len(parts) > 5000 or sum(p.file_size for p in parts) > _MAX_UNPACKED:
        raise RecallError("document-bomb", file=name)


_READERS: dict[str, Callable[[bytes, str], list[str]]] = {
    ".md": _markdown,
    ".txt": _plain,
    ".pdf": _pdf,
    ".docx": _docx,
}
SUFFIXES = tuple(_READERS)
