"""One thing to try next time: the habit that cost most, or the next stretch when there was none."""

from __future__ import annotations

from coach.debrief.client import has_when
from coach.debrief.consultant import WEIGHTS
from coach.debrief.look import Look
from coach.debrief.models import Facilitation, NextTime, QuestionMix, StepTime
from coach.domain import Act, Role


def next_time(look: Look, mix: QuestionMix, record: Facilitation | None, steps: tuple[StepTime, ...]) -> NextTime:
    """One thing, with the passage that explains it."""
    rules = {Role.CONSULTANT: _consultant, Role.CLIENT: _client}
    if look.setup.seat is Role.FACILITATOR:
        key, topics, facts = _facilitator(look, record or Facilitation(), steps)
    else:
        key, topics = rules[look.setup.seat](look, mix)
        facts = {}
    return NextTime(topic=topics[0], text=look.say(f"next.{key}", **facts), citation=look.cite(*topics))


def _consultant(look: Look, mix: QuestionMix) -> tuple[str, tuple[str, ...]]:
    own = mix if mix.whose == "user" else QuestionMix(whose="user")
    if not own.asked:
        return "ask", ("craft:neutral-question", "step:clarification")
    if own.codes:
        worst = max(own.codes, key=lambda c: (WEIGHTS.get(c, 1.0) * own.codes[c], c))
        return f"code.{worst}", (f"code:{worst}",)
    if own.closed * 2 > own.asked:
        return "open", ("craft:open-and-closed",)
    if look.refused:
        return "silence", ("rule:silence", "role:consultant")
    return "echo", ("craft:echo-reformulate",)


def _client(look: Look, _: QuestionMix) -> tuple[str, tuple[str, ...]]:
    mine = look.by_user(role=Role.CLIENT)
    plans = [s for s in mine if s.act is Act.PLAN]
    answers = [s for s in mine if s.act is Act.ANSWER]
    if not mine:
        return "present", ("craft:prepare-presentation",)
    if look.refused:
        return "listen", ("drift:justification", "step:consultation")
    if plans and not any(has_when(s.text, look.lang) for s in plans):
        return "when", ("craft:action-plan",)
    if answers and sum(len(s.text.split()) for s in answers) < 8 * len(answers):
        return "tell", ("craft:facts-feelings-values", "role:client")
    if plans:
        return "follow-up", ("craft:follow-up", "craft:learning-journal")
    return "present", ("craft:prepare-presentation",)


def _facilitator(
    look: Look, record: Facilitation, steps: tuple[StepTime, ...]
) -> tuple[str, tuple[str, ...], dict[str, str]]:
    for outcome in ("missed", "clumsy"):
        names = [s for s in record.slips if s.outcome == outcome]
        if names:
            drift = names[0].drift.replace("_", "-")
            return outcome, (f"drift:{drift}", "role:facilitator"), {"drift": names[0].name}
    if len(record.false_alarms) > record.count("met"):
        return "wait", ("rule:silence", "role:facilitator"), {}
    late = next((s for s in steps if s.over), None)
    if late is not None:
        return "time", ("rule:punctuality-timebox",), {"step": late.name}
    if not look.by_user(role=Role.FACILITATOR):
        return "frame", ("role:facilitator",), {}
    return "contract", ("craft:contract", "role:facilitator"), {}
