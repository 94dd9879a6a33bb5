"""The rules of the method, driven by random lawful and unlawful acts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach import content, method, room
from coach.domain import (
    EVENT,
    Act,
    FloorGiven,
    Person,
    Role,
    Said,
    Session,
    SessionClosed,
    SessionOpened,
    Setup,
    StepClosed,
    StepOpened,
    apply,
    fold,
)
from coach.errors import CoachError, Unlawful

PEOPLE = (
    Person(id="facilitator", name="Robin", role=Role.FACILITATOR),
    Person(id="client", name="Nadia", role=Role.CLIENT),
    Person(id="you", name="Alex", role=Role.CONSULTANT, is_user=True),
    Person(id="paul", name="Paul", role=Role.CONSULTANT),
)
METHODS = [m.id for m in content.methods()]


def _setup(variant: str) -> Setup:
    cases = ("night-ward", "dairy-handover")[: content.method(variant).rounds]
    return Setup(cases=cases, method=variant, seat=Role.CONSULTANT, lang="en", people=PEOPLE)


def _events(session: Session, variant: str) -> st.SearchStrategy[object]:
    seq, steps = len(session.log), [s.id for s in content.method(variant).steps]
    who = st.sampled_from([p.id for p in PEOPLE] + ["nobody"])
    at = session.now + 1
    return st.one_of(
        st.builds(lambda s: StepOpened(seq=seq, at=at, step=s), st.sampled_from(steps)),
        st.builds(lambda s: StepClosed(seq=seq, at=at, step=s, by="facilitator"), st.sampled_from(steps)),
        st.builds(
            lambda w, a, t: Said(seq=seq, at=at, speaker=w, act=a, text=t, voice="user"),
            who,
            st.sampled_from(list(Act)),
            st.sampled_from(["a line", "  "]),
        ),
        st.builds(lambda w: FloorGiven(seq=seq, at=at, to=w), who),
        st.builds(lambda r: SessionClosed(seq=seq, at=at, reason=r), st.just("completed")),
        st.builds(lambda s: StepOpened(seq=s, at=at, step=steps[0]), st.integers(0, 3)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), variant=st.sampled_from(METHODS))
def test_no_unlawful_act_is_accepted_and_replay_equals_the_live_state(data: st.DataObject, variant: str) -> None:
    variant_ = content.method(variant)
    order = [s.id for s in variant_.steps]
    session = apply(Session(), SessionOpened(seq=0, at=0, setup=_setup(variant)))
    for _ in range(data.draw(st.integers(5, 40))):
        event = data.draw(_events(session, variant))
        if method.refusal(session, variant_, event) is not None:
            continue
        if isinstance(event, Said):
            spec = method.current(session, variant_)
            speaker = next(p for p in PEOPLE if p.id == event.speaker)
            role = method.role_of(speaker, spec.round)
            assert role in spec.speakers or spec.client_may_answer or role is Role.FACILITATOR
            assert event.text.strip()
        if isinstance(event, StepOpened):
            assert session.step is None and event.step == order[len(session.steps_done)]
        if isinstance(event, StepClosed):
            assert event.step == session.step
        if isinstance(event, SessionClosed):
            assert list(session.steps_done) == order
        session = apply(session, event)
    assert list(session.steps_done) == order[: len(session.steps_done)]
    copied = [EVENT.validate_json(EVENT.dump_json(e)) for e in session.log]
    assert fold(copied) == session


_TURNS = st.one_of(
    st.sampled_from([room.Wait(), room.Next(), room.Undo(), room.Ask(""), room.Give("Paul"), room.Give("Nobody")]),
    st.sampled_from(
        ["How long has this lasted?", "You should tell her.", "Thank you, please go on.", "", "🙂", "x" * 5000]
    ).map(room.Say),
)


@settings(
    max_examples=24, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    turns=st.lists(_TURNS, max_size=14),
    seat=st.sampled_from(list(Role)),
    variant=st.sampled_from(METHODS),
    seed=st.integers(0, 99),
)
def test_no_session_gets_stuck_and_replay_equals_the_live_state(
    rehearse, turns: list[room.Turn], seat: Role, variant: str, seed: int
) -> None:
    session, stored = rehearse("night-ward", seat.value, "en", turns, method=variant, seed=seed, pace="brisk")
    assert session.closed == "completed"
    assert list(session.steps_done) == [s.id for s in content.method(variant).steps]
    copied = [EVENT.validate_json(EVENT.dump_json(e)) for e in stored]
    assert fold(copied) == session
    assert [e.seq for e in stored] == list(range(len(stored)))


@pytest.mark.parametrize("seat", list(Role))
def test_waiting_alone_moves_every_seat_to_the_end_or_to_a_step_the_user_owns(rehearse, seat: Role) -> None:
    session, _ = rehearse("night-ward", seat.value, "fr", [room.Wait()] * 60, pace="brisk", release=False)
    spec = method.current(session, content.method(content.DEFAULT_METHOD))
    assert session.closed == "completed" or (seat is Role.FACILITATOR and spec is not None)


def test_a_facilitator_moves_on_only_when_the_step_has_happened(rehearse) -> None:
    session, _ = rehearse("night-ward", "facilitator", "en", [room.Next()], release=False)
    assert session.step == "presentation" and not session.steps_done
    moved, _ = rehearse("night-ward", "facilitator", "en", [room.Wait(), room.Wait(), room.Next()], release=False)
    assert moved.steps_done == ("presentation",)


def test_a_consultant_who_speaks_while_the_client_plans_is_refused_and_their_words_are_kept() -> None:
    variant = content.method(content.DEFAULT_METHOD)
    session = apply(Session(), SessionOpened(seq=0, at=0, setup=_setup(variant.id)))
    session = apply(session, StepOpened(seq=1, at=1, step="presentation"))
    refused = method.refuse_speech(session, variant, PEOPLE[2])
    assert isinstance(refused, CoachError) and refused.key == "silent-consultant-presentation"
    assert "?" not in content.explain(refused, "fr")[:1]


def test_every_reason_of_the_law_can_be_said_in_both_languages() -> None:
    kinds = [k.value.replace("_", "-") for k in method.StepKind]
    keys = [f"close-{k}" for k in kinds] + [
        "wrong-order",
        "session-over",
        "floor-taken",
        "floor-to-silent",
        "next-not-yours",
    ]
    for key in keys:
        for lang in ("en", "fr"):
            assert content.explain(Unlawful(key, name="Paul", step="x"), lang)
