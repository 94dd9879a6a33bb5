"""`coach rehearse` from a piped script: all cases, seats and languages, and what it promises to scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coach import content

LINES = {
    ("consultant", "en"): [
        "How long has this been going on?",
        "Have you thought of hiring somebody?",
        "/wait",
        "Who else knows?",
    ],
    ("consultant", "fr"): [
        "Depuis quand est-ce que ça dure ?",
        "Tu devrais en parler à ton chef.",
        "/wait",
        "Qui d'autre est au courant ?",
    ],
    ("facilitator", "en"): [
        "Welcome. The floor is yours.",
        "/wait",
        "/wait",
        "/next",
        "Neutral questions only now.",
        "/wait",
        "/give nobody-here",
        "/wait",
    ],
    ("facilitator", "fr"): [
        "Bienvenue, nous t'écoutons.",
        "/wait",
        "/wait",
        "/next",
        "Des questions neutres maintenant.",
        "/wait",
        "/wait",
    ],
    ("client", "en"): [
        "I run a small bakery with my sister. Since January we argue about the opening hours every single week, and our two "
        "employees have begun to take sides. Last Friday one of them left in the middle of the morning.",
        "It makes me feel tired, and a bit ashamed in front of the customers.",
        "/wait",
        "In this session I would like you to help me to prepare the talk with my sister.",
    ],
    ("client", "fr"): [
        "Je tiens une petite librairie avec mon frère. Depuis janvier on se dispute chaque semaine sur les horaires, et nos "
        "deux employés commencent à prendre parti. Vendredi, l'un d'eux est parti au milieu de la matinée.",
        "Ça me fatigue, et j'ai un peu honte devant la clientèle.",
        "/wait",
        "Dans cette séance, j'aimerais que vous m'aidiez à préparer la conversation avec mon frère.",
    ],
}
CASES = [c.id for c in content.cases("en")]


@pytest.mark.parametrize(("seat", "lang"), list(LINES))
@pytest.mark.parametrize("case", CASES)
def test_a_piped_script_plays_a_whole_session_to_its_debrief(
    coach: Callable[..., tuple[int, str, str]], case: str, seat: str, lang: str, tmp_path: Path
) -> None:
    script = "\n".join(line for line in LINES[seat, lang] if "nobody-here" not in line)
    out = tmp_path / "session.json"
    code, printed, errors = coach(
        "rehearse", "--case", case, "--seat", seat, "--lang", lang, "--json", str(out), stdin=script
    )
    assert code == 0, errors
    data = json.loads(out.read_text(encoding="utf-8"))
    assert data["events"][-1] == data["events"][-1] | {"type": "session_closed", "reason": "completed"}
    closed = [e["step"] for e in data["events"] if e["type"] == "step_closed"]
    assert closed == [s.id for s in content.method(content.DEFAULT_METHOD).steps]
    said = [e["text"] for e in data["events"] if e["type"] == "said" and e["voice"] == "user"]
    typed = [line for line in LINES[seat, lang] if not line.startswith("/")]
    assert said == typed[: len(said)] and len(said) >= min(2, len(typed))
    assert content.say("cli.completed", lang) in printed
    assert data["debrief"]["steps"]


def test_each_question_of_a_consultant_gets_its_verdict(
    coach: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "s.json"
    coach(
        "rehearse",
        "--case",
        CASES[0],
        "--seat",
        "consultant",
        "--lang",
        "en",
        "--json",
        str(out),
        stdin="\n".join(LINES["consultant", "en"]),
    )
    events = json.loads(out.read_text(encoding="utf-8"))["events"]
    asked = [e["seq"] for e in events if e["type"] == "said" and e["voice"] == "user" and e["act"] == "ask"]
    verdicts = {e["of"]: e["assessment"] for e in events if e["type"] == "assessed"}
    assert asked and set(asked) == set(verdicts)
    assert verdicts[asked[0]]["codes"] == [] and verdicts[asked[1]]["codes"]
    assert verdicts[asked[1]]["citations"] and verdicts[asked[1]]["why"]


def test_the_same_seed_and_input_give_the_same_output(
    coach: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    script = "\n".join(LINES["facilitator", "fr"])
    args = ("rehearse", "--case", CASES[1], "--seat", "facilitator", "--lang", "fr", "--seed", "5")
    first = coach(*args, "--json", str(tmp_path / "1.json"), stdin=script)
    again = coach(*args, "--json", str(tmp_path / "2.json"), stdin=script)
    assert first[1] == again[1]
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()


@pytest.mark.parametrize(
    ("args", "key"),
    [
        (("--case", "nowhere", "--seat", "client", "--lang", "fr"), "unknown-case"),
        (("--case", "night-ward", "--seat", "king", "--lang", "fr"), "unknown-seat"),
        (("--case", "night-ward", "--seat", "client", "--lang", "de"), "unknown-language"),
        (("--case", "night-ward", "--seat", "client", "--lang", "fr", "--variant", "none"), "unknown-method"),
    ],
)
def test_an_unknown_choice_is_one_sentence_and_exit_code_2(
    coach: Callable[..., tuple[int, str, str]], args: tuple[str, ...], key: str
) -> None:
    code, printed, errors = coach("rehearse", *args, stdin="")
    assert code == 2 and not printed
    assert len(errors.strip().splitlines()) == 1 and "Traceback" not in errors
    lang = "fr" if "fr" in args else "en"
    assert errors.strip().startswith(content.words(lang)[f"error.{key}"].split("{")[0].strip()[:10])


@pytest.mark.parametrize(
    "bad", ["x" * 20_000, "🙂🙂🙂", "/dance", "Wie lange dauert das schon und wer ist dafür verantwortlich?"]
)
def test_a_line_that_cannot_be_played_is_told_and_the_session_goes_on(
    coach: Callable[..., tuple[int, str, str]], bad: str
) -> None:
    code, printed, errors = coach(
        "rehearse", "--case", CASES[0], "--seat", "consultant", "--lang", "en", stdin=f"{bad}\nWho decides?\n"
    )
    assert code == 1
    assert "Line 1" in errors and "Traceback" not in errors
    assert "Who decides?" in printed and content.say("cli.completed", "en") in printed
