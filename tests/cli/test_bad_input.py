"""Whatever comes in: one sentence in the user's language, the right exit code, and nothing lost."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coach import content, settings, usage, wiring
from coach.errors import CoachError
from coach.files import write_file

Coach = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("args", "key"),
    [
        (("nonsense",), "usage-command"),
        (("--nope",), "usage-option"),
        (("cases", "--nope"), "usage-option"),
        (("rehearse",), "usage-missing"),
        (("search",), "usage-missing"),
        (("corpus", "add"), "usage-missing"),
        (("app", "--port", "x"), "usage-value"),
        (("app", "--port", "99999"), "usage-value"),
        (("search", "x", "--k", "0"), "usage-value"),
        (("rehearse", "--case"), "usage-needs-value"),
        (("cases", "surplus"), "usage-extra"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_wrong_call_is_one_sentence_in_the_users_language(
    coach: Coach, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], key: str, lang: str
) -> None:
    monkeypatch.setenv("LANG", f"{lang}_CA.UTF-8")
    settings.settings.cache_clear()
    code, printed, errors = coach(*args)
    settings.settings.cache_clear()
    assert code == 2 and not printed
    assert len(errors.strip().splitlines()) == 1
    tail = content.words("fr" if lang == "fr" else "en")[f"error.{key}"].rpartition("}")[2]
    assert errors.strip().endswith(tail) and "?" not in errors


@pytest.mark.parametrize(("query", "key"), [("", "text-empty"), ("  \n", "text-empty"), ("?! 🙂", "text-no-words")])
def test_a_search_for_nothing_is_refused(coach: Coach, query: str, key: str) -> None:
    code, printed, errors = coach("search", query, "--lang", "fr")
    assert code == 2 and not printed
    assert errors.strip() == content.words("fr")[f"error.{key}"]


def test_a_setting_that_cannot_be_used_is_named(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODEL_TIMEOUT", "soon")
    settings.settings.cache_clear()
    with pytest.raises(CoachError) as told:
        settings.settings()
    settings.settings.cache_clear()
    assert told.value.facts["name"] == "COACH_MODEL_TIMEOUT" and told.value.exit_code == 2


def test_a_fault_of_ours_is_one_sentence_without_what_was_said(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise KeyError("a private word")

    monkeypatch.setattr(content, "cases", broken)
    code, _, errors = coach("cases", "--lang", "fr")
    assert code == 1 and len(errors.strip().splitlines()) == 1
    assert "KeyError" in errors and "private" not in errors and "Traceback" not in errors


@pytest.mark.parametrize(
    ("lines", "number", "key"),
    [
        (['{"text": "Who decides?"}', "", '{"text": "🙂"}'], 3, "text-no-words"),
        (['{"text": "Who decides?", "lang": ["en"]}'], 1, "unknown-language"),
        (["[" * 100_000], 1, "row-json"),
        (['{"text": "Who decides?"}', '{"text": 5}'], 2, "row-text"),
    ],
)
def test_a_line_that_cannot_be_judged_is_named_by_its_own_number(
    coach: Coach, tmp_path: Path, lines: list[str], number: int, key: str
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    code, _, errors = coach("assess", "--jsonl", str(source), "-o", str(out), "--lang", "en")
    assert code == 2 and not out.exists()
    assert errors.startswith(f"Line {number} of in.jsonl: ")
    assert content.words("en")[f"error.{key}"].split("{")[0].rstrip(".") in errors


@pytest.mark.parametrize(("text", "number"), [("id,text\n1\n", 2), ("text\n" + "x" * 200_000, 2), ("txt\nx\n", 1)])
def test_a_csv_row_that_cannot_be_read_is_named_by_its_line(
    coach: Coach, tmp_path: Path, text: str, number: int
) -> None:
    source = tmp_path / "in.csv"
    source.write_text(text, encoding="utf-8")
    code, printed, errors = coach("assess", "--csv", str(source), "--lang", "en")
    assert code == 2 and not printed and errors.startswith(f"Line {number} of in.csv: ")


def test_marks_windows_line_ends_unicode_separators_and_half_characters_pass(coach: Coach, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    rows = ['{"text": "Who decides?", "context": null, "lang": null, "id": 7}', '{"text": "Who \\ud83d decides?"}']
    source.write_bytes(("\ufeff" + "\r\n".join([*rows, '{"text": "Who\u2028decides?"}']) + "\r\n").encode())
    code, printed, errors = coach("assess", "--jsonl", str(source))
    assert code == 0, errors
    found = [json.loads(line) for line in printed.rstrip("\n").split("\n")]
    assert [r["text"] for r in found] == ["Who decides?", "Who \ud83d decides?", "Who\u2028decides?"]
    assert found[0]["id"] == 7


def test_spans_count_from_the_beginning_of_the_rows_own_text(coach: Coach, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    text = "   \nHave you thought of hiring somebody?"
    source.write_text(json.dumps({"text": text, "lang": "en"}), encoding="utf-8")
    row = json.loads(coach("assess", "--jsonl", str(source))[1])
    assert row["spans"]
    assert all(text[s["start"] : s["end"]] == s["text"] for s in row["spans"])


def test_a_file_that_is_not_utf8_is_called_so(coach: Coach, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes('{"text": "Qui décide ?"}'.encode("latin-1"))
    code, _, errors = coach("assess", "--jsonl", str(source), "--lang", "fr")
    assert code == 2 and "UTF-8" in errors


def test_a_device_or_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, b"words")
    assert os.read(reader, 10) == b"words"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_file(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"


@pytest.mark.parametrize("place", ["folder", "file/below"])
def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(CoachError) as told:
        write_file(tmp_path / place, b"words")
    assert told.value.key == "file-write"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"kept"


@pytest.mark.parametrize("url", ["postgresql://u@h:abc/x", "nonsense", "foo://x"])
def test_an_address_that_is_none_is_told(url: str, tmp_path: Path) -> None:
    shop = wiring.Workshop(settings.Settings(data_dir=tmp_path, database_url=url))
    with pytest.raises(CoachError) as told:
        _ = shop.store
    assert told.value.key == "store-address"


def test_the_plan_is_told_in_whole_sentences_and_the_clients_agent_varies(coach: Coach, tmp_path: Path) -> None:
    out = tmp_path / "s.json"
    coach("rehearse", "--case", "night-ward", "--seat", "consultant", "--lang", "fr", "--json", str(out))
    events = json.loads(out.read_text(encoding="utf-8"))["events"]
    plan = next(e["text"] for e in events if e["type"] == "said" and e["act"] == "plan" and e["text"].startswith("1. "))
    actions = {a.id: a for a in content.case("night-ward", "fr").plan.actions}
    assert any(f"{a.when}. {a.first_sign}" in plan for a in actions.values())
    told = "I run a bakery with my sister. Since January we argue about the opening hours every week.\n"
    coach("rehearse", "--case", "night-ward", "--seat", "client", "--lang", "en", "--json", str(out), stdin=told)
    events = json.loads(out.read_text(encoding="utf-8"))["events"]
    answers = [e["text"] for e in events if e["type"] == "said" and e["act"] == "answer"]
    assert len(answers) > 3 and all(a != b for a, b in zip(answers, answers[1:], strict=False))
    asked = [e["text"] for e in events if e["type"] == "said" and e["act"] in ("ask", "need")]
    assert not any(word in text for text in asked for word in ('argue about"', 'bakery with"', "with”", "about”"))


def test_a_refused_line_is_told_on_one_line(coach: Coach) -> None:
    _, _, errors = coach("rehearse", "--case", "night-ward", "--seat", "consultant", "--lang", "fr", stdin="/next\n")
    assert len(errors.strip().splitlines()) == 2  # the session's id, and the line


def test_bytes_that_are_no_text_and_a_mark_before_the_first_line_do_not_stop_a_session() -> None:
    from coach.terminal import _script

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO("\ufeffWho decides?\r\n\ufeff\n/wait\n"))
        assert list(_script()) == ["Who decides?", "/wait"]
    stream = io.TextIOWrapper(io.BytesIO(b"\xff\nWho?\n"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", stream)
        usage.sound_streams()
        assert stream.read() == "\ufffd\nWho?\n"


def test_a_file_that_only_claims_to_be_a_pdf_is_told_in_one_line(tmp_path: Path) -> None:
    """In a process of its own: what a library prints about it goes past this one's streams."""
    fake = tmp_path / "fake.pdf"
    fake.write_bytes(b"no")
    call = [sys.executable, "-m", "coach.cli", "corpus", "add", str(fake)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and not done.stdout and len(done.stderr.strip().splitlines()) == 1


def test_a_variable_that_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COACH_DATA_DIR", "COACH_LANG", "COACH_MODEL", "COACH_CHROMA_URL"):
        monkeypatch.setenv(name, "")
    found = settings.Settings()
    assert (found.lang, found.model, found.chroma_url) == ("en", "scripted", None)
    assert found.data_dir != Path()
