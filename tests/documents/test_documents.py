from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.documents import LEAST, MOST, Documents, cut
from coach.errors import CoachError, RecallError, WrongUse

ENGLISH = "The group listens while the client tells what happened on the ward. "
FRENCH = "Le groupe écoute pendant que la cliente raconte ce qui s'est passé à l'atelier. "


@pytest.fixture
def shelf(tmp_path: Path) -> Documents:
    return Documents(tmp_path / "data" / "corpus")


def _pdf(text: str = "", password: str | None = None) -> bytes:
    """A small PDF, written by hand: one page, with `text` or nothing on it."""
    from pypdf import PdfReader, PdfWriter

    stream = b"BT /F1 12 Tf 14 TL 20 800 Td " + b"".join(
        f"({text[i : i + 80]}) Tj T* ".encode("latin-1") for i in range(0, len(text), 80)
    )
    stream += b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    if password is None:
        return out
    writer, buffer = PdfWriter(clone_from=PdfReader(io.BytesIO(out))), io.BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


def _docx(*paragraphs: str) -> bytes:
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"a" * 30_000_000)
    return buffer.getvalue()


def _write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notes.txt", ENGLISH * 20),
        ("notes.md", "---\ntitle: x\n---\n# Heading\n\n" + ENGLISH * 20),
        ("notes.PDF", _pdf(ENGLISH * 20)),
        ("notes.docx", _docx(ENGLISH * 10, ENGLISH * 10)),
    ],
)
def test_every_kind_is_read_kept_listed_and_removed(tmp_path, shelf, name, data) -> None:
    (document,) = shelf.add([_write(tmp_path, name, data)])
    assert document.source == name and document.title == "notes"
    assert "group listens while the client" in document.passages[0].text
    assert shelf.all() == [document]
    shelf.remove(document.id)
    assert shelf.all() == []


def test_the_language_is_found_passage_by_passage(tmp_path, shelf) -> None:
    (document,) = shelf.add([_write(tmp_path, "both.txt", ENGLISH * 12 + "\n\n" + FRENCH * 10)])
    assert {p.lang for p in document.passages} == {"en", "fr"}
    assert all(("groupe" in p.text) == (p.lang == "fr") for p in document.passages)


def test_adding_twice_keeps_one(tmp_path, shelf) -> None:
    path = _write(tmp_path, "a.txt", ENGLISH * 9)
    assert shelf.add([path]) == shelf.add([path, path])[:1]
    assert len(shelf.all()) == 1


def test_markdown_loses_its_signs(tmp_path, shelf) -> None:
    source = "# Title\n\n- **bold** [link](http://x.y)\n> quote\n\n```\ncode\n```\n" + ENGLISH * 6
    (document,) = shelf.add([_write(tmp_path, "a.md", source)])
    text = " ".join(p.text for p in document.passages)
    assert "bold link quote" in text and not any(s in text for s in ("*", "http", "code", "#", ">"))


def test_old_windows_text_keeps_its_accents(tmp_path, shelf) -> None:
    (document,) = shelf.add([_write(tmp_path, "a.txt", (FRENCH * 6).encode("cp1252"))])
    assert "écoute" in document.passages[0].text


@pytest.mark.parametrize(
    ("name", "data", "kind", "key"),
    [
        ("a.txt", "", WrongUse, "document-empty"),
        ("a.txt", " \n\t ", WrongUse, "document-empty"),
        ("a.txt", "*** 123 ---", WrongUse, "document-empty"),
        ("a.txt", b"abc\x00\x01def", RecallError, "document-unreadable"),
        ("a.odt", "text", WrongUse, "document-kind"),
        ("a", "text", WrongUse, "document-kind"),
        ("a.pdf", _pdf(), RecallError, "document-no-text"),
        ("a.pdf", _pdf(ENGLISH, "secret"), RecallError, "document-encrypted"),
        ("a.pdf", "this is no pdf", RecallError, "document-unreadable"),
        ("a.pdf", _pdf(ENGLISH * 9)[:300], RecallError, "document-unreadable"),
        ("a.docx", "this is no docx", RecallError, "document-unreadable"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"x" * 900, RecallError, "document-encrypted"),
        ("a.docx", _docx(), RecallError, "document-no-text"),
        ("a.docx", _bomb(), RecallError, "document-bomb"),
        ("a.txt", b"a" * (20 * 1024 * 1024 + 1), WrongUse, "document-too-large"),
        ("a.txt", "word " * 1_100_000, RecallError, "document-too-long"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_a_bad_file_is_one_error_and_adds_nothing(tmp_path, shelf, name, data, kind, key) -> None:
    (kept,) = shelf.add([_write(tmp_path, "good.txt", ENGLISH * 9)])
    also = _write(tmp_path, "also-good.txt", FRENCH * 9)
    with pytest.raises(CoachError) as caught:
        shelf.add([also, _write(tmp_path, name, data)])
    assert (type(caught.value), caught.value.key) == (kind, key)
    assert caught.value.facts["file"] == name
    assert shelf.all() == [kept]


def test_a_missing_file_and_a_folder_are_wrong_use(tmp_path, shelf) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(WrongUse) as caught:
            shelf.add([path])
        assert caught.value.key == "document-missing"


def test_an_unknown_or_hostile_id_removes_nothing(tmp_path, shelf) -> None:
    shelf.add([_write(tmp_path, "a.txt", ENGLISH * 9)])
    for ident in ("", "0" * 12, "../../a", "*"):
        with pytest.raises(WrongUse):
            shelf.remove(ident)
    assert len(shelf.all()) == 1


def test_a_damaged_stored_document_is_named(tmp_path, shelf) -> None:
    (document,) = shelf.add([_write(tmp_path, "a.txt", ENGLISH * 9)])
    stored = tmp_path / "data" / "corpus" / f"{document.id}.json"
    stored.write_text('{"id": "x", "surplus": 1}')
    with pytest.raises(RecallError) as caught:
        shelf.all()
    assert caught.value.facts["file"] == stored.name


def test_a_folder_that_cannot_be_written_is_one_error(tmp_path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RecallError) as caught:
        Documents(tmp_path / "file" / "corpus").add([_write(tmp_path, "a.txt", ENGLISH * 9)])
    assert caught.value.key == "documents-folder"


def test_the_stamp_changes_when_a_document_comes_or_goes(tmp_path, shelf) -> None:
    before = shelf.stamp()
    (document,) = shelf.add([_write(tmp_path, "a.txt", ENGLISH * 9)])
    assert shelf.stamp() != before
    shelf.remove(document.id)
    assert shelf.stamp() == before


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(1, 260), min_size=1, max_size=9), min_size=1, max_size=12))
def test_passages_hold_every_word_in_order_within_their_limits(paragraphs: list[list[int]]) -> None:
    number = iter(range(10**6))
    texts = [" ".join("W" + " ".join(f"w{next(number)}" for _ in range(n)) + "." for n in p) for p in paragraphs]
    passages = cut(texts)
    assert " ".join(passages).split() == " ".join(texts).split()
    sizes = [len(p.split()) for p in passages]
    assert max(sizes) <= MOST
    assert len(sizes) == 1 or min(sizes) >= LEAST
