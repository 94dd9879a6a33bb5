"""What a debrief says of a session, in each seat, however short the session was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach import content
from coach.debrief import Debrief, debrief
from coach.debrief.consultant import WEIGHTS
from coach.debrief.questions import form_of
from coach.domain import LANGUAGES, Act, Language, Role, SeatReleased, Undone, Waited
from tests.handmade import WORDS, Log, consultant_log


def of(log: Log) -> Debrief:
    return debrief(log.session, log.method)


def test_talk_shares_count_words_and_add_up_to_one() -> None:
    log = Log()
    log.open("presentation")
    log.say("client", Act.PRESENT, "one two three")
    log.say("facilitator", Act.FRAME, "four")
    found = of(log)
    assert [(s.name, s.words, s.share) for s in found.talk[:2]] == [("Awa", 3, 0.75), ("Noor", 1, 0.25)]
    assert len(found.talk) == 5
    assert sum(s.share for s in found.talk) == pytest.approx(1)


def test_the_question_mix_counts_the_users_questions_and_codes() -> None:
    mix = of(consultant_log()).mix
    assert (mix.whose, mix.asked) == ("user", 4)
    assert (mix.open, mix.closed, mix.several, mix.statement) == (1, 2, 1, 0)
    assert (mix.clean, mix.not_clean, mix.codes) == (3, 1, {"disguised_solution": 1, "stacked": 1})


def test_without_questions_of_the_user_the_groups_are_counted() -> None:
    log = Log(Role.FACILITATOR)
    log.open("clarification")
    log.say("c1", Act.ASK, "What happened on Monday?")
    mix = of(log).mix
    assert (mix.whose, mix.asked, mix.open, mix.clean + mix.not_clean) == ("group", 1, 1, 0)


def test_verdicts_stand_in_the_order_of_the_questions() -> None:
    found = of(consultant_log()).verdicts
    assert [v.clean for v in found] == [True, True, False, True]
    assert [v.sure for v in found] == [True, True, True, False]
    assert found[2].codes == ("disguised_solution",)
    assert [v.at for v in found] == sorted(v.at for v in found)


@pytest.mark.parametrize(("pace", "box"), [("calm", 10.0), ("brisk", 5.0), ("untimed", None)])
def test_the_timebox_follows_the_pace(pace: str, box: float | None) -> None:
    log = Log(pace=60)
    log.setup = log.setup.model_copy(update={"pace": pace})
    log.items[0] = log.items[0].model_copy(update={"setup": log.setup})
    log.open("presentation")
    for _ in range(6):
        log.say("client", Act.PRESENT, "words")
    log.close("presentation")
    (step,) = of(log).steps
    assert (step.timebox, step.minutes, step.done) == (box, 7.0, True)
    assert step.over is (pace == "brisk")


def test_a_step_that_is_still_open_counts_until_the_last_event() -> None:
    log = Log(pace=30)
    log.open("presentation")
    log.say("client", Act.PRESENT, "words")
    found = of(log)
    assert (found.steps[0].minutes, found.steps[0].done) == (0.5, False)
    assert len(found.steps_left) == 5


def test_the_question_that_opened_the_client_up_is_a_good_moment() -> None:
    good = [m for m in of(consultant_log()).moments if m.kind == "good"]
    assert WORDS["en"]["open"] in [m.quote.text for m in good]
    assert len(good) == 2


def test_the_worst_fatal_code_is_the_moment_to_work_on() -> None:
    log = Log()
    log.open("clarification")
    log.ask("You should rest.", "advice")
    log.ask("How could you let that happen?", "judgement", why="It asks for a defence.")
    log.ask("Where, when and with whom?", "stacked")
    (work,) = [m for m in of(log).moments if m.kind == "work_on"]
    assert work.quote.text == "How could you let that happen?"
    assert work.why == "It asks for a defence."
    assert work.topic == "code:judgement"


def test_a_fault_the_evaluator_is_not_sure_of_gives_way_to_a_certain_one() -> None:
    log = Log()
    log.open("clarification")
    log.ask("Was it envy?", "judgement", sure=False)
    log.ask("Is it because you fear her?", "interpretation")
    (work,) = [m for m in of(log).moments if m.kind == "work_on"]
    assert work.topic == "code:interpretation"


def test_a_faulty_question_is_never_a_good_moment() -> None:
    log = Log()
    log.open("clarification")
    log.ask("Have you thought of a rota?", "disguised_solution", refs=("fear", "opened-up"))
    log.ask("Have you thought of a break?", "disguised_solution", refs=("rest",))
    assert [m.kind for m in of(log).moments] == ["work_on"]


def test_an_answer_that_was_held_back_or_repeated_earns_no_praise_for_a_new_fact() -> None:
    log = Log()
    log.open("clarification")
    log.ask("What is it like?", refs=("fear", "held-back"))
    log.ask("And what is it like?", refs=("fear", "repeated"))
    assert all(m.why == content.say("debrief.good.clean", "en") for m in of(log).moments if m.kind == "good")


def test_a_clients_plan_with_a_first_step_and_a_date_is_good() -> None:
    log = _client(plan="First I will call Marc on Monday.")
    kinds = {m.topic: m.kind for m in of(log).moments}
    assert kinds["craft:action-plan"] == "good"
    assert kinds["craft:contract"] == "good"


def test_a_clients_plan_without_step_or_date_is_to_work_on() -> None:
    found = of(_client(plan="More trust between us."))
    (work,) = [m for m in found.moments if m.kind == "work_on"]
    assert (work.topic, work.quote.text) == ("craft:action-plan", "More trust between us.")
    assert found.next_time.text == content.say("debrief.next.when", "en")


def test_an_answer_typed_during_consultation_is_shown_as_justification() -> None:
    log = Log(Role.CLIENT)
    log.open("consultation")
    log.refuse("But I had no choice!", "silent-client-consultation")
    found = of(log)
    assert found.moments[0].topic == "drift:justification"
    assert found.out_of_turn[0].quote.text == "But I had no choice!"
    assert found.out_of_turn[0].reason


def test_words_the_script_lent_are_not_praised_as_the_clients_own() -> None:
    log = Log(Role.CLIENT)
    log.open("contract")
    log.say("client", Act.CONTRACT, "Help me to prepare the talk.", voice="scripted")
    assert [m.kind for m in of(log).moments] == ["work_on"]


def test_each_planted_slip_is_named_with_what_became_of_it() -> None:
    log = Log(Role.FACILITATOR)
    log.open("clarification")
    met = log.say("c1", Act.ASK, "You should rest.", drift="advice", refs=("s1",))
    log.intervene("Zoé, keep the advice for later.", met)
    clumsy = log.say("c2", Act.ASK, "Was it envy?", drift="interpretation", refs=("s2",))
    log.intervene("Stop it.", clumsy, met=False)
    log.say("c3", Act.ASK, "That happened to me in May.", drift="side-story", refs=("s3",))
    log.add(Waited, speaker="facilitator")
    log.intervene("Marc, please.", None, met=False, drift="debate")
    log.say("c1", Act.ASK, "Don't you think so?", drift="leading", refs=("s4",))
    log.end("ended")
    record = of(log).facilitation
    assert record is not None
    assert [s.outcome for s in record.slips] == ["met", "clumsy", "missed", "unanswered"]
    assert [s.drift for s in record.slips] == ["advice", "interpretation", "side-story", "leading"]
    assert all(s.name for s in record.slips)
    assert [q.text for q in record.false_alarms] == ["Marc, please."]


def test_the_facilitators_missed_slip_is_quoted_and_tried_next_time() -> None:
    log = Log(Role.FACILITATOR)
    log.open("clarification")
    log.say("c3", Act.ASK, "That happened to me in May.", drift="side-story", refs=("s3",))
    log.say("client", Act.ANSWER, "I see.")
    found = of(log)
    (work,) = found.moments
    assert (work.quote.text, work.topic) == ("That happened to me in May.", "drift:side-story")
    assert found.next_time.topic == "drift:side-story"


def test_slips_after_the_user_left_are_nobodys_fault() -> None:
    log = Log(Role.FACILITATOR)
    log.open("clarification")
    log.add(SeatReleased)
    log.say("c3", Act.ASK, "That happened to me.", drift="side-story", refs=("s3",))
    log.say("client", Act.ANSWER, "I see.")
    record = of(log).facilitation
    assert record is not None
    assert record.slips == ()


def test_what_was_undone_is_not_looked_at() -> None:
    log = Log()
    log.open("clarification")
    seq = log.ask("You should rest.", "advice")
    log.add(Undone, back_to=seq)
    found = of(log)
    assert (found.verdicts, found.moments, found.mix.asked) == ((), (), 0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_contract_the_plan_and_what_was_learned_are_quoted(lang: Language) -> None:
    found = of(consultant_log(lang))
    quoted = [q.text for q in (*found.contracts, *found.plan, *found.learning)]
    assert quoted == [WORDS[lang][k] for k in ("contract", "plan", "learning")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_moment_and_the_next_step_cite_the_method(lang: Language) -> None:
    found = of(consultant_log(lang))
    assert len(found.moments) == 3
    for citation in (*(m.citation for m in found.moments), found.next_time.citation):
        assert citation is not None
        assert citation.id in content.readings(lang)
        assert citation.sources


@pytest.mark.parametrize("seat", list(Role))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_session_cut_off_anywhere_still_has_a_debrief(seat: Role, lang: Language) -> None:
    log = consultant_log(lang)
    log.items[0] = Log(seat, lang).items[0]
    for length in range(1, len(log.items) + 1):
        short = Log(seat, lang)
        short.items = log.items[:length]
        found = of(short)
        assert found.headline
        assert found.next_time.text
        assert Debrief.model_validate_json(found.model_dump_json()) == found


def test_a_session_of_two_rounds_counts_both() -> None:
    log = Log(method="long-two-clients", cases=("night-ward", "gone-case"))
    for step in log.method.steps:
        log.open(step.id)
        log.close(step.id)
    assert len(of(log).steps) == len(log.method.steps)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Act), st.text(min_size=1, max_size=60), st.booleans()), max_size=12))
def test_no_words_make_a_debrief_fail(lines: list[tuple[Act, str, bool]]) -> None:
    for seat in Role:
        log = Log(seat)
        log.open("clarification")
        for act, text, mine in lines:
            log.say(log.user if mine else "c2", act, text)
        found = of(log)
        assert 0 <= sum(s.share for s in found.talk) <= 1.001
        assert len(found.moments) <= 3


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", list(WEIGHTS))
def test_every_code_has_its_words_and_its_passage(code: str, lang: Language) -> None:
    assert all(content.say(f"debrief.{key}.{code}", lang) for key in ("name", "code", "next.code"))
    assert content.reading_for(f"code:{code}", lang)


@pytest.mark.parametrize(
    ("lang", "text", "form"),
    [
        ("en", "What happened on Monday?", "open"),
        ("en", "Is it a permanent team?", "closed"),
        ("en", "So she reports to you?", "closed"),
        ("en", "Can you tell us what happened next?", "open"),
        ("en", "Who was there? And what did they say?", "several"),
        ("en", "Tell us about the last handover.", "open"),
        ("en", "I had the same thing in May.", "statement"),
        ("en", "You said you were tired. How do you notice it?", "open"),
        ("fr", "Qu'est-ce qui s'est passé lundi ?", "open"),
        ("fr", "Est-ce une équipe permanente ?", "closed"),
        ("fr", "Est-ce que ta cheffe le sait ?", "closed"),
        ("fr", "Depuis quand travaillez-vous ensemble ?", "open"),
        ("fr", "Tu en as parlé à quelqu'un ?", "closed"),
        ("fr", "Tu le vis comment ?", "open"),
        ("fr", "Peux-tu nous raconter la dernière relève ?", "open"),
        ("fr", "Qui était là ? Et qu'est-ce qui s'est dit ?", "several"),
        ("fr", "Raconte-nous la dernière relève.", "open"),
        ("fr", "J'ai vécu la même chose en mai.", "statement"),
    ],
)
def test_the_form_of_a_question(lang: Language, text: str, form: str) -> None:
    assert form_of(text, lang) == form


def _client(plan: str) -> Log:
    log = Log(Role.CLIENT)
    log.open("contract")
    log.say("client", Act.CONTRACT, "In this session I would like you to help me to prepare the talk.")
    log.close("contract")
    log.open("action_plan")
    log.say("client", Act.PLAN, plan)
    return log
