"""Record the cassettes anew from a real local server: `make local-model`, then `python -m tests.llm.record [NAME …]`."""

from __future__ import annotations

import sys

from tests.llm.local_server import local_server
from tests.llm.scenes import CASSETTES, SCENES, recorder


def main(names: list[str]) -> None:
    CASSETTES.mkdir(exist_ok=True)
    with local_server() as base_url:
        for name, scene in SCENES.items():
            if names and name not in names:
                continue
            path = CASSETTES / f"{name}.yaml"
            path.unlink(missing_ok=True)
            with recorder("all").use_cassette(path.name):
                print(f"{name}: {scene(base_url)}")


if __name__ == "__main__":
    main(sys.argv[1:])
