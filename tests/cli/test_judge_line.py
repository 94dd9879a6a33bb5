"""The terminal says that questions leave the machine when a judge elsewhere reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from coach import settings, wiring

Run = Callable[..., tuple[int, str, str]]
SURE = "You should talk to your manager."


@pytest.fixture(autouse=True)
def _as_set_here() -> Iterator[None]:
    """The settings are read once a process: not the ones of the tests before, nor ours for those after."""
    settings.settings.cache_clear()
    wiring.workshop.cache_clear()
    yield
    settings.settings.cache_clear()
    wiring.workshop.cache_clear()


def _set(monkeypatch: pytest.MonkeyPatch, judge: str, address: str) -> None:
    monkeypatch.setenv("COACH_JUDGE", judge)
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    settings.settings()  # read now: the fixture takes its own changes back after a call


@pytest.mark.parametrize(
    ("judge", "address", "said"),
    [("off", "https://models.example/v1", False), ("openai:m", "http://127.0.0.1:9/v1", False)]
    + [("openai:m", "https://models.example/v1", True)],
)
def test_assess_says_so_on_standard_error(
    coach: Run, monkeypatch: pytest.MonkeyPatch, judge: str, address: str, said: bool
) -> None:
    settings.settings.cache_clear()
    _set(monkeypatch, judge, address)
    code, out, err = coach("assess", SURE, "--lang", "en", "--json")  # sure: nothing is sent
    assert code == 0
    assert out.startswith("{")
    assert ("COACH_JUDGE=off" in " ".join(err.split())) is said


def test_a_judge_wrongly_set_is_wrong_use(coach: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.settings.cache_clear()
    _set(monkeypatch, "mystery", "")
    code, out, err = coach("assess", SURE, "--lang", "en")
    assert (code, out) == (2, "")
    assert "COACH_JUDGE" in err
