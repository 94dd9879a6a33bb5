from __future__ import annotations

from pathlib import Path

import pytest

from coach import content, doctor
from coach.doctor import Check, checks
from coach.domain import LANGUAGES, Language
from coach.fake_server import Behaviour, FakeServer
from coach.settings import Settings


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedder and the evaluator take seconds to load: they have one test of their own."""
    monkeypatch.setattr(doctor, "_embedder", lambda shop, lang: (True, "-"))
    monkeypatch.setattr(doctor, "_evaluator", lambda shop, lang: (True, "-"))


def found(lang: Language = "en", **chosen: object) -> dict[str, Check]:
    names = ("python", "content", "database", "index", "embedder", "evaluator", "model", "judge", "tracing")
    return dict(zip((*names, "disk", "pdf"), checks(Settings(**chosen), lang), strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fresh_installation_is_sound_and_says_that_nothing_leaves(tmp_path: Path, lang: Language) -> None:
    report = found(lang, data_dir=tmp_path / "new")
    assert [n for n, c in report.items() if c.ok is False] == []
    assert report["model"].text == content.say("doctor.model-scripted", lang)
    assert report["index"].ok is None
    assert all(c.name and "{" not in c.text for c in report.values())


def test_a_model_on_this_machine_is_named_with_its_address(tmp_path: Path) -> None:
    with FakeServer() as server:
        check = found(data_dir=tmp_path, model="openai:fake", OPENAI_BASE_URL=server.base_url)["model"]
        assert check.ok is True
        assert check.text == content.say("doctor.model-local", "en", name="openai:fake", where=server.base_url)
    assert server.requests == []  # nothing was said to it


def test_a_model_that_does_not_answer_is_a_finding(tmp_path: Path) -> None:
    with FakeServer() as server:
        address = server.base_url
    check = found(data_dir=tmp_path, model="openai:fake", OPENAI_BASE_URL=address)["model"]
    assert (check.ok, check.text) == (False, content.say("error.model-unreachable", "en"))


@pytest.mark.parametrize("model", ["openai:m", "mystery"])
def test_a_model_wrongly_set_is_a_finding(tmp_path: Path, model: str) -> None:
    assert found(data_dir=tmp_path, model=model)["model"].ok is False


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_judge_is_named_with_its_address(tmp_path: Path, lang: Language) -> None:
    assert found(lang, data_dir=tmp_path)["judge"].text == content.say("doctor.judge-off", lang)
    with FakeServer() as server:
        check = found(lang, data_dir=tmp_path, judge="openai:fake", OPENAI_BASE_URL=server.base_url)["judge"]
    assert check.text == content.say("doctor.judge-local", lang, name="openai:fake", where=server.base_url)
    assert server.requests == []
    assert found(lang, data_dir=tmp_path, judge="mystery")["judge"].ok is False


def test_tracing_is_a_finding(tmp_path: Path) -> None:
    check = found(data_dir=tmp_path, LANGSMITH_TRACING="true")["tracing"]
    assert (check.ok, check.text) == (False, content.say("error.tracing-on", "en"))


def test_a_damaged_database_is_a_finding_and_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "coach.db").write_bytes(b"this is no database, it is a letter" * 200)
    report = found(data_dir=tmp_path)
    assert report["database"].ok is False
    assert "coach.db" in report["database"].text
    assert (tmp_path / "coach.db").read_bytes().startswith(b"this is no database")


def test_a_data_folder_that_cannot_be_made_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert found(data_dir=tmp_path / "file" / "data")["database"].ok is False


def test_an_index_that_is_there_and_a_server_that_is_not(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "part").write_text("x")
    assert found(data_dir=tmp_path)["index"].ok is True
    with FakeServer(otherwise=Behaviour()) as server:
        url = server.base_url.removesuffix("/v1")
        assert found(data_dir=tmp_path, chroma_url=url)["index"].ok is True
    assert found(data_dir=tmp_path, chroma_url=url)["index"].ok is False


def test_a_check_that_breaks_is_a_finding_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("private words")

    monkeypatch.setattr(doctor, "_pdf", explode)
    monkeypatch.setattr(doctor, "_disk", explode)
    report = found(data_dir=tmp_path)
    assert (report["pdf"].ok, report["disk"].ok) == (False, False)
    assert "RuntimeError" in report["pdf"].text
    assert "private" not in report["pdf"].text


def test_passwords_in_addresses_are_not_shown() -> None:
    assert doctor._without_secrets("postgresql://me:secret@db.example/coach") == "postgresql://db.example/coach"
