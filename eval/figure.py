"""One measured figure beside its bar, as a row of a table."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Figure:
    """One row of the table: `value` is compared with `bar`; `least` turns "under" into "at least"."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    least: bool = False
    processor: str = ""
    note: str = ""

    @property
    def row(self) -> str:
        """The figure as a row of a Markdown table."""
        held = self.bar is not None and (self.value >= self.bar if self.least else self.value < self.bar)
        sign = "≥" if self.least else "<"
        bar = "" if self.bar is None else f"{sign} {self.bar:g} {self.unit}"
        verdict = "" if self.bar is None else ("yes" if held else "**no**")
        load = f"{os.getloadavg()[0]:.1f}"
        shown = f"{self.value:.2f}" if self.value < 10 else f"{self.value:.0f}"
        return f"| {self.what} | {shown} {self.unit} | {self.processor} | {bar} | {verdict} | {load} | {self.note} |"


HEAD = "| what | wall | processor | bar | holds | load | note |\n| --- | --- | --- | --- | --- | --- | --- |"


def timed(calls: list[Callable[[], object]]) -> tuple[list[float], list[float]]:
    """Milliseconds of wall and of this thread's processor time for each call."""
    wall, cpu = [], []
    for call in calls:
        start, used = time.perf_counter(), time.thread_time()
        call()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.thread_time() - used))
    return wall, cpu


def quantile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def ms(values: list[float], percent: float) -> str:
    return f"{quantile(values, percent):.1f} ms"


def secs(seconds: float) -> str:
    return f"{seconds:.2f} s"
