"""The page says that questions leave the machine when a judge elsewhere reads them."""

from __future__ import annotations

import pytest

from coach import content
from coach.domain import LANGUAGES, Language
from coach.ui.render import html, tied


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("judge", "model"), [("openai:m", ""), ("openai:m", "openai:other"), ("", "")])
def test_the_header_names_the_judge_where_there_is_one(lang: Language, judge: str, model: str) -> None:
    page = html("header", lang, here="", model=model, judge=judge)
    for name, key, facts in (
        (judge, "cli.judge-reads", {"judge": judge}),
        (model, "cli.model-plays", {"model": model}),
    ):
        assert (tied(content.say(key, lang, **facts), lang) in page.replace("&#39;", "'")) is bool(name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_start_page_promises_privacy_only_without_such_a_judge(lang: Language) -> None:
    facts = {"here": "", "model": "", "cases": (), "seats": (), "methods": (), "paces": ()}
    promise = tied(content.say("ui.start.private", lang), lang)
    assert promise in html("start", lang, judge="", **facts).replace("&#39;", "'")
    assert promise not in html("start", lang, judge="openai:m", **facts).replace("&#39;", "'")
