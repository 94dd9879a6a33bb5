"""The pictures: well-formed, described, from 0, and safe."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from coach.charts import charts
from coach.debrief import debrief
from coach.domain import LANGUAGES, Act, Language
from tests.handmade import Log, consultant_log

SVG = "{http://www.w3.org/2000/svg}"


def drawn(log: Log) -> dict[str, ElementTree.Element]:
    return {k: ElementTree.fromstring(v) for k, v in charts(debrief(log.session, log.method)).items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_has_a_title_a_description_and_text_in_the_colour_of_the_page(lang: Language) -> None:
    for name, picture in drawn(consultant_log(lang)).items():
        title, desc = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
        assert title is not None and title.text
        assert desc is not None and desc.text
        assert picture.attrib["role"] == "img"
        assert picture.attrib["aria-labelledby"] == f"{name}-title {name}-desc"
        assert {t.attrib["fill"] for t in picture.iter(f"{SVG}text")} == {"currentColor"}


def test_bars_start_at_the_same_zero_and_are_as_long_as_their_values() -> None:
    log = Log()
    log.open("presentation")
    log.say("client", Act.PRESENT, "one two three four")
    log.say("facilitator", Act.FRAME, "one two")
    long, half = list(drawn(log)["talk"].iter(f"{SVG}rect"))
    assert long.attrib["x"] == half.attrib["x"]
    assert float(long.attrib["width"]) == pytest.approx(2 * float(half.attrib["width"]), rel=0.01)


def test_a_verdict_shows_by_its_shape_too() -> None:
    strip = drawn(consultant_log())["verdicts"]
    marks = [g[1].tag.removeprefix(SVG) for g in strip.iter(f"{SVG}g")]
    assert marks == ["circle", "circle", "path", "circle"]


def test_an_empty_session_has_pictures_too() -> None:
    assert all("".join(p.itertext()).strip() for p in drawn(Log()).values())


def test_a_hostile_name_stays_text() -> None:
    log = Log()
    people = tuple(
        p.model_copy(update={"name": "</text><script>x</script>\x00"}) if p.is_user else p for p in log.setup.people
    )
    log.setup = log.setup.model_copy(update={"people": people})
    log.items[0] = log.items[0].model_copy(update={"setup": log.setup})
    log.open("presentation")
    log.say("c1", Act.ASK, "hello")
    pictures = charts(debrief(log.session, log.method))
    assert "<script" not in "".join(pictures.values())
    assert not re.search(r"\son\w+=", "".join(pictures.values()))
    ElementTree.fromstring(pictures["talk"])
