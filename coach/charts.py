"""Plain inline SVG: no script, a title and a description, every value in text, bars from 0.

Text takes the colour of the page (`currentColor`). Marks stand out on white and on near-black paper, and differ in
shape or pattern as well as in colour, so that nobody needs to tell the colours apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from coach import content
from coach.debrief.models import Debrief

# What no paper can show: control characters, half characters, and the marks that turn the direction of writing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Blue and vermilion of the Okabe-Ito palette, shifted until both reach 3:1 on white and on #111.
_MAIN, _WARN, _SOFT = "#2f7fbf", "#d1622b", "#7f8894"
_WIDTH, _ROW, _LABEL = 520, 28, 178  # user units; the picture scales with its box
_VALUE = 96  # room for the value at the right


@dataclass
class _Picture:
    """An SVG being drawn; `ident` keeps the ids of several pictures on a page apart."""

    ident: str
    title: str
    desc: str
    parts: list[str] = field(default_factory=list)
    height: float = 0

    def text(
        self, x: float, y: float, words: str, anchor: str = "start", weight: str = "normal", size: int = 13
    ) -> None:
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}"'
            f' fill="currentColor">{escape(visible(words))}</text>'
        )

    def bar(self, x: float, y: float, width: float, colour: str, height: float = 16) -> None:
        if width > 0:
            self.parts.append(
                f'<rect x="{x:g}" y="{y:g}" width="{max(width, 1):.4g}" height="{height:g}" rx="2" fill="{colour}"/>'
            )

    def line(self, x: float, top: float, bottom: float, width: float = 1, opacity: float = 0.5) -> None:
        self.parts.append(
            f'<path d="M{x:.4g} {top:g}V{bottom:g}" stroke="currentColor" stroke-width="{width:g}"'
            f' stroke-opacity="{opacity:g}" fill="none"/>'
        )

    def svg(self) -> str:
        ids = f"{self.ident}-title {self.ident}-desc"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {self.height:g}" role="img"'
            f' aria-labelledby="{ids}" font-family="inherit" class="chart chart-{self.ident}">'
            f'<title id="{self.ident}-title">{escape(self.title)}</title>'
            f'<desc id="{self.ident}-desc">{escape(visible(self.desc))}</desc>{"".join(self.parts)}</svg>'
        )


def visible(text: str) -> str:
    """`text` without characters that no format can show; line breaks stay."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def charts(sheet: Debrief) -> dict[str, str]:
    """All four pictures by name: talk, mix, minutes, verdicts; each a complete `<svg>` element."""
    return {
        "talk": talk_share(sheet),
        "mix": question_mix(sheet),
        "minutes": minutes(sheet),
        "verdicts": verdict_strip(sheet),
    }


def title_of(name: str, sheet: Debrief) -> str:
    """The heading of a picture."""
    return content.say(f"chart.{name}", sheet.lang)


def number(value: float, sheet: Debrief) -> str:
    """A number with one decimal at most, as the language writes it."""
    shown = f"{value:.1f}".removesuffix(".0")
    return shown.replace(".", ",") if sheet.lang == "fr" else shown


def percent_of(part: float, sheet: Debrief) -> str:
    """A part of 1 as a percentage, as the language writes it."""
    return content.say("chart.percent", sheet.lang, value=number(100 * part, sheet))


def talk_share(sheet: Debrief) -> str:
    """Each person's part of all words, as bars from 0 to the largest part."""
    rows = []
    for share in sheet.talk:
        you = f" ({content.say('chart.you', sheet.lang)})" if share.is_user else ""
        percent = percent_of(share.share, sheet)
        shown = content.say("chart.talk-row", sheet.lang, name=share.name + you, percent=percent, words=share.words)
        rows.append(
            (share.name + you, share.share, percent_of(share.share, sheet), _MAIN if share.is_user else _SOFT, shown)
        )
    return _bars(sheet, "talk", rows, rows="; ".join(r[4] for r in rows))


def question_mix(sheet: Debrief) -> str:
    """How many questions were open, closed, several at once; and how many were clean."""
    mix = sheet.mix

    def say(key: str) -> str:
        return content.say(f"chart.{key}", sheet.lang)

    if not mix.asked:
        return _empty(sheet, "mix")
    counts = [("open", mix.open, _MAIN), ("closed", mix.closed, _SOFT), ("several", mix.several, _SOFT)]
    if mix.statement:
        counts.append(("statement", mix.statement, _SOFT))
    if mix.clean or mix.not_clean:
        counts += [("clean", mix.clean, _MAIN), ("not-clean", mix.not_clean, _WARN)]
    rows = [
        (say(key), float(count), str(count), colour, content.say("chart.count", sheet.lang, name=say(key), count=count))
        for key, count, colour in counts
    ]
    return _bars(sheet, "mix", rows, rows="; ".join(r[4] for r in rows), asked=mix.asked)


def minutes(sheet: Debrief) -> str:
    """Minutes used in each step as bars, the timebox as an upright mark."""
    picture = _Picture("minutes", title_of("minutes", sheet), "")
    top = max([s.minutes for s in sheet.steps] + [s.timebox or 0 for s in sheet.steps] + [0.1])
    scale, told = (_WIDTH - _LABEL - _VALUE) / top, []
    for place, step in enumerate(sheet.steps):
        y = 8 + place * _ROW
        used, box = number(step.minutes, sheet), number(step.timebox, sheet) if step.timebox is not None else ""
        key = "chart.minutes-row" if box else "chart.minutes-row-free"
        told.append(content.say(key, sheet.lang, name=step.name, used=used, timebox=box))
        picture.text(_LABEL - 10, y + 13, _cut(step.name), "end")
        picture.bar(_LABEL, y, step.minutes * scale, _WARN if step.over else _MAIN)
        if step.timebox is not None:
            picture.line(_LABEL + step.timebox * scale, y - 4, y + 20, width=2.5, opacity=0.9)
        picture.text(_WIDTH, y + 13, f"{used} / {box} min" if box else f"{used} min", "end")
    picture.height = 12 + len(sheet.steps) * _ROW
    if any(s.timebox is not None for s in sheet.steps):
        picture.line(_LABEL, picture.height, picture.height + 14, width=2.5, opacity=0.9)
        picture.text(_LABEL + 8, picture.height + 12, content.say("chart.timebox", sheet.lang), size=12)
        picture.height += 20
    _axis(picture, len(sheet.steps))
    picture.desc = content.say("chart.minutes-desc", sheet.lang, rows="; ".join(told))
    return picture.svg()


def verdict_strip(sheet: Debrief) -> str:
    """The assessed questions in order: a disc is clean, a triangle is not; hollow where it is not certain."""
    if not sheet.verdicts:
        return _empty(sheet, "verdicts")
    picture, told = _Picture("verdicts", title_of("verdicts", sheet), ""), []
    across = 16
    for place, verdict in enumerate(sheet.verdicts):
        x, y = 16 + place % across * 31, 18 + place // across * 46
        said = content.say("chart.clean" if verdict.clean else "chart.not-clean", sheet.lang)
        names = [content.say(f"debrief.name.{c}", sheet.lang) for c in verdict.codes]
        named = f"{said} ({', '.join(names)})" if names else said
        told.append(content.say("chart.count", sheet.lang, name=place + 1, count=named))
        fill = (_MAIN if verdict.clean else _WARN) if verdict.sure else "none"
        stroke = f'stroke="{_MAIN if verdict.clean else _WARN}" stroke-width="2" fill="{fill}"'
        shape = f'<circle cx="{x}" cy="{y}" r="9" {stroke}/>' if verdict.clean else _triangle(x, y, stroke)
        picture.parts.append(f"<g><title>{escape(told[-1])}</title>{shape}</g>")
        picture.text(x, y + 24, str(place + 1), "middle", size=11)
    picture.height = 50 + (len(sheet.verdicts) - 1) // across * 46
    _legend(picture, sheet)
    picture.desc = content.say("chart.verdicts-desc", sheet.lang, rows="; ".join(told))
    return picture.svg()


def _triangle(x: float, y: float, paint: str) -> str:
    return f'<path d="M{x:g} {y - 10:g}l10 18h-20z" {paint}/>'


def _legend(picture: _Picture, sheet: Debrief) -> None:
    y = picture.height + 12
    picture.parts.append(f'<circle cx="16" cy="{y:g}" r="7" fill="{_MAIN}"/>')
    picture.text(30, y + 4, content.say("chart.clean", sheet.lang), size=12)
    picture.parts.append(_triangle(130, y, f'fill="{_WARN}"'))
    picture.text(146, y + 4, content.say("chart.not-clean", sheet.lang), size=12)
    if not all(v.sure for v in sheet.verdicts):
        picture.parts.append(f'<circle cx="256" cy="{y:g}" r="7" fill="none" stroke="{_SOFT}" stroke-width="2"/>')
        picture.text(270, y + 4, content.say("chart.unsure", sheet.lang), size=12)
    picture.height = y + 18


def _bars(sheet: Debrief, name: str, bars: list[tuple[str, float, str, str, str]], **facts: object) -> str:
    """Rows of (label, value, value in text, colour, sentence)."""
    desc = content.say(f"chart.{name}-desc", sheet.lang, **facts)
    picture = _Picture(name, title_of(name, sheet), desc)
    top = max([r[1] for r in bars] + [1e-9])
    for place, (label, value, shown, colour, _) in enumerate(bars):
        y = 8 + place * _ROW
        width = value / top * (_WIDTH - _LABEL - _VALUE)
        picture.text(_LABEL - 10, y + 13, _cut(label), "end")
        picture.bar(_LABEL, y, width, colour)
        picture.text(_LABEL + width + 8, y + 13, shown)
    picture.height = 12 + len(bars) * _ROW
    _axis(picture, len(bars))
    return picture.svg()


def _axis(picture: _Picture, rows: int) -> None:
    """The line at 0 from which every bar starts."""
    picture.line(_LABEL, 2, 8 + rows * _ROW - 8)


def _empty(sheet: Debrief, name: str) -> str:
    words = content.say(f"chart.{name}-none", sheet.lang)
    picture = _Picture(name, title_of(name, sheet), words, height=30)
    picture.text(0, 19, words)
    return picture.svg()


def _cut(label: str, limit: int = 27) -> str:
    """A label that fits its column; the description keeps the whole one."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"
