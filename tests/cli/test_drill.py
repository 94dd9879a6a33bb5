"""`coach drill` from piped lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coach import content, settings, wiring

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fresh(coach: Run, data_dir: Path) -> Run:
    """The command line on a store without answers."""
    wiring.workshop.cache_clear()
    settings.settings.cache_clear()
    for path in data_dir.glob("*.db*"):
        path.unlink()
    return coach


def _codes(lang: str) -> dict[str, str]:
    return {i.id: i.strand for i in content.drill("fr" if lang == "fr" else "en").items}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_answers_are_judged_by_the_bank_and_explained(fresh: Run, lang: str) -> None:
    code, out, errors = fresh(
        "drill", "--lang", lang, "--json", stdin="clean\nadvice\nleading\nclean\njudgement\nclean\n"
    )
    assert code == 0, errors
    answers = json.loads(out)["answers"]
    assert len({a["item"] for a in answers}) == 6
    for answer in answers:
        strand = _codes(lang)[answer["item"]]
        assert answer["clean"] == (strand == "clean")
        assert answer["right"] == (answer["given"] == strand or answer["given"] in answer["codes"])
        assert bool(answer["why"]) == bool(answer["codes"]) == bool(answer["citations"])
        assert {s["code"] for s in answer["spans"]} <= set(answer["codes"])


def test_progress_survives_and_seen_items_rest(fresh: Run) -> None:
    first = json.loads(fresh("drill", "--lang", "fr", "--json", stdin="clean\n" * 7)[1])
    wiring.workshop.cache_clear()
    again = json.loads(fresh("drill", "--lang", "fr", "--json", stdin="clean\n" * 7)[1])
    assert sum(p["seen"] for p in again["progress"]) == 14
    assert not {a["item"] for a in first["answers"]} & {a["item"] for a in again["answers"]}


def test_a_seed_gives_the_same_items_and_another_seed_others(fresh: Run, data_dir: Path) -> None:
    def items(seed: str) -> list[str]:
        wiring.workshop.cache_clear()
        for path in data_dir.glob("*.db*"):
            path.unlink()
        out = fresh("drill", "--lang", "en", "--seed", seed, "--json", stdin="clean\n" * 5)[1]
        return [a["item"] for a in json.loads(out)["answers"]]

    assert items("4") == items("4") != items("5")


def test_a_rewrite_of_a_faulty_one_is_judged_by_the_evaluator(fresh: Run) -> None:
    lines = "".join(
        "advice\n/rewrite Since when has this been going on?\n/rewrite You should hire somebody.\n" for _ in range(6)
    )
    code, out, errors = fresh("drill", "--lang", "en", "--json", stdin=lines)
    answers = json.loads(out)["answers"]
    faulty = [a for a in answers if not a["clean"]]
    assert faulty and all([r["clean"] for r in a["rewrites"]] == [True, False] for a in faulty)
    assert all(a["rewrites"] == [] for a in answers if a["clean"])
    assert code == (1 if len(faulty) < len(answers) else 0), errors


@pytest.mark.parametrize("bad", ["maybe", "/dance", "/rewrite Who knows?"])
def test_a_line_that_cannot_be_used_is_told_and_the_drill_goes_on(fresh: Run, bad: str) -> None:
    code, out, errors = fresh("drill", "--lang", "en", "--json", stdin=f"{bad}\nclean\n")
    assert code == 1 and len(errors.strip().splitlines()) == 1 and errors.startswith("Line 1")
    assert len(json.loads(out)["answers"]) == 1


def test_an_unknown_language_is_exit_code_2(fresh: Run) -> None:
    assert fresh("drill", "--lang", "de")[0] == 2


def test_the_terminal_shows_verdict_and_progress(fresh: Run) -> None:
    code, out, _ = fresh("drill", "--lang", "fr", stdin="clean\n")
    assert code == 0
    assert content.say("drill.progress", "fr") in out and content.say("drill.strand.self_story", "fr") in out
