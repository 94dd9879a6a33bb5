"""A user at play for the benchmark: a stored session, turns as fast as they come back, and how long each wait was."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from functools import partial

from coach import content
from coach.domain import LANGUAGES, Language, Role
from coach.errors import CoachError
from coach.rehearsal import Rehearsal
from coach.room import Next, Say, Turn, Wait
from coach.seating import make_setup
from coach.wiring import Workshop, rehearsal
from eval import bench_facts


def first_questions(shop: Workshop) -> None:
    """Warm as the app is once it says so: what the first question of each case would load."""
    for case in content.cases("en"):
        shop.scripted.warm(case.id)
    shop.team()


def play(shop: Workshop, number: int, turns_: int, together: threading.Barrier, gaps: list[float]) -> None:
    """One user's session: opened, then turns as fast as they come back; each wait in milliseconds goes into `gaps`."""
    seat, lang = list(Role)[number % 3], LANGUAGES[number // 3 % 2]
    every_case = content.cases(lang)
    case = every_case[number % len(every_case)].id
    setup = make_setup(case, seat.value, lang, seed=number)
    ident = shop.store.create(setup)
    together.wait()
    _drain(Rehearsal(shop.team(), partial(shop.store.append, ident)).open(setup), time.perf_counter(), gaps)
    for turn in _turns(random.Random(number), seat, case, lang, turns_):
        start = time.perf_counter()
        run = rehearsal(shop, ident)  # as the page does: each turn begins with the stored session
        if run.session.closed:
            return
        try:
            _drain(run.take(turn), start, gaps)
        except CoachError:  # a turn that the step does not allow is answered, too
            gaps.append(1000 * (time.perf_counter() - start))


def _turns(rng: random.Random, seat: Role, case: str, lang: Language, count: int) -> list[Turn]:
    """What a user of that seat says, each line new to the embedder; the facilitator moves on and waits as well."""
    asked = [str(r["question"]) for r in bench_facts.gold(lang) if r["case"] == case]
    found = content.case(case, lang)
    lines = {
        Role.CONSULTANT: asked,
        Role.CLIENT: [*found.presentation.split("\n\n"), *(f.answer for f in found.facts)],
        Role.FACILITATOR: [m.replace("{name}", "Sam") for d in content.drifts(lang) for m in d.meet],
    }[seat]
    said: list[Turn] = [Say(text) for text in rng.sample(lines, min(count, len(lines)))]
    others: list[Turn] = [Wait(), Next()] if seat is Role.FACILITATOR else [Wait()]
    return [rng.choice(others) if n % 3 == 2 else turn for n, turn in enumerate(said)]


def _drain(events: Iterator[object], start: float, gaps: list[float]) -> None:
    for _ in events:
        now = time.perf_counter()
        gaps.append(1000 * (now - start))
        start = now
