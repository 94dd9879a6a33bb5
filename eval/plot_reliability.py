"""`python -m eval.plot_reliability`: how often "clean" came true on test, by the probability given, as an SVG for the model card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coach.assess.verdict import Assessor
from coach.domain import LANGUAGES
from coach.evals.gold import every
from eval.bench_assess import judge
from eval.scores import Bin, bins, wilson

FILE = Path(__file__).parents[1] / "docs" / "images" / "reliability.svg"
_SIDE, _LEFT, _TOP = 320, 56, 36  # the square of the plot and the room around it, in user units
_COLOURS = {"en": "#2f7fbf", "fr": "#d1622b"}
_SHIFT = {"en": -5, "fr": 5}  # two intervals over the same probability stay apart


def plot(found: dict[str, Sequence[Bin]]) -> str:
    """A complete `<svg>`: the diagonal, and for each language a mark with its interval in each bin."""
    parts = [_line(0, 0, 1, 1, "#7f8894", ' stroke-dasharray="4 4"'), _line(0, 0, 1, 0), _line(0, 0, 0, 1)]
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(_text(_x(tick), _y(0) + 20, f"{tick:g}", "middle"))
        parts.append(_text(_x(0) - 8, _y(tick) + 4, f"{tick:g}", "end"))
    for place, (lang, each) in enumerate(found.items()):
        parts += [part for b in each for part in _mark(lang, b)]
        parts.append(_shape(lang, _x(0.06), _y(0.95) + 20 * place))
        parts.append(_text(_x(0.06) + 14, _y(0.95) + 20 * place + 5, {"en": "English", "fr": "French"}[lang]))
    parts.append(_text(_x(0.5), _y(0) + 42, "probability of clean that was given", "middle"))
    parts.append(_text(_x(0), 20, "share that was clean, 95 % interval"))
    told = "; ".join(f"{lang} {b.given:.2f}: {b.true:.2f} of {b.count}" for lang, each in found.items() for b in each)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE + _LEFT + 24} {_SIDE + _TOP + 56}" width="520" role="img"'
        f' font-family="sans-serif"><title>Reliability on test</title><desc>{told}</desc>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#222", more: str = "") -> str:
    return f'<path d="M{_x(x1):.1f} {_y(y1):.1f}L{_x(x2):.1f} {_y(y2):.1f}" stroke="{colour}"{more} fill="none"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="13" fill="#222">{words}</text>'


def _shape(lang: str, x: float, y: float) -> str:
    if lang == "en":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_COLOURS[lang]}"/>'
    return f'<path d="M{x:.1f} {y - 6:.1f}l6 11h-12z" fill="{_COLOURS[lang]}"/>'


def _mark(lang: str, b: Bin) -> list[str]:
    low, high = wilson(b.true, b.count)
    x = _x(b.given) + _SHIFT[lang]
    bar = f'<path d="M{x:.1f} {_y(low):.1f}V{_y(high):.1f}" stroke="{_COLOURS[lang]}" stroke-width="2"/>'
    return [bar, _shape(lang, x, _y(b.true))]


def main() -> None:
    """Judge the test split and write the picture."""
    assessor, rows = Assessor(), every()["test"]
    found = {lang: bins(judge(assessor, [u for u in rows if u.lang == lang])) for lang in LANGUAGES}
    FILE.write_text(plot(found), encoding="utf-8")


if __name__ == "__main__":
    main()
