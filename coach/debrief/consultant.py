"""Moments in the consultant's seat: questions that opened something, and the fault that weighs most."""

from __future__ import annotations

from collections.abc import Iterator

from coach.debrief.candidate import Candidate
from coach.debrief.look import Look
from coach.debrief.questions import form_of
from coach.domain import Act, Role, Said, StepKind

# The codebook's weights: fatal, major, minor; among the fatal ones, what harms the client's trust most comes first.
WEIGHTS = {
    "judgement": 6.4,
    "disguised_solution": 6.3,
    "advice": 6.2,
    "leading": 6.0,
    "interpretation": 4.4,
    "wrong_step": 4.2,
    "self_story": 4.0,
    "stacked": 2.3,
    "preamble": 2.2,
    "off_topic": 2.1,
    "third_party": 2.0,
}


def consultant_moments(look: Look) -> Iterator[Candidate]:
    """What the user did as a consultant."""
    deep = look.deep_facts()
    known: set[str] = set()
    lines = look.session.said
    for number, line in enumerate(lines):
        if line.voice == "user" and line.speaker == look.user.id and look.role(look.user, line.seq) is Role.CONSULTANT:
            answer = next((s for s in lines[number + 1 : number + 4] if s.act is Act.ANSWER), None)
            yield from _question(look, line, answer, known, deep)
            yield from _other(look, line)
        if line.act is Act.ANSWER and "held-back" not in line.refs:
            known |= {r for r in line.refs if not r.startswith("reaction:")}
    for refused in look.refused:
        topic = f"step:{look.kind(refused.seq).value}"
        yield Candidate("work_on", refused, 3.0, "work.out-of-turn", (topic, "rule:silence"))


def _question(look: Look, line: Said, answer: Said | None, known: set[str], deep: set[str]) -> Iterator[Candidate]:
    if line.act is not Act.ASK or look.kind(line.seq) is not StepKind.CLARIFICATION:
        return
    found = look.verdicts.get(line.seq)
    form = form_of(line.text, look.lang)
    verdict = found.assessment if found else None
    if verdict is not None and verdict.codes:
        code = max(verdict.codes, key=lambda c: WEIGHTS.get(c, 1.0))
        weight = WEIGHTS.get(code, 1.0) - (0 if verdict.sure else 3)
        words = verdict.why if not verdict.clean else ""
        rewrite = None if verdict.rewrite_is_guide else verdict.rewrite
        yield Candidate("work_on", line, weight, f"code.{code}", (f"code:{code}",), words=words, rewrite=rewrite)
    if verdict is not None and not verdict.clean:
        return
    bonus = 0.5 if form == "open" else 0.0
    minor = 1.0 if verdict is not None and verdict.codes else 0.0
    refs = set(answer.refs) if answer else set()
    told = {r for r in refs if not r.startswith("reaction:") and r not in ("repeated", "held-back", "opened-up")}
    plain = not refs & {"held-back", "repeated"}
    if "opened-up" in refs:
        yield Candidate("good", line, 6 + bonus - minor, "good.opened-up", ("craft:neutral-question", "rule:trust"))
    elif told & deep - known and plain:
        yield Candidate("good", line, 5 + bonus - minor, "good.deep", ("craft:facts-feelings-values",))
    elif told - known and plain:
        yield Candidate("good", line, 3 + bonus - minor, "good.new-fact", ("craft:open-and-closed",))
    elif verdict is not None:
        yield Candidate("good", line, 1 + bonus - minor, "good.clean", ("craft:neutral-question",))
    if form == "closed":
        yield Candidate("work_on", line, 1.0, "work.closed", ("craft:open-and-closed",))
    elif refs and not told:
        yield Candidate("work_on", line, 0.8, "work.no-answer", ("craft:echo-reformulate",))


def _other(look: Look, line: Said) -> Iterator[Candidate]:
    if line.act is Act.CONTRIBUTE:
        yield Candidate("good", line, 2.0, "good.contribution", ("craft:consultation-forms",))
    elif line.act is Act.NEED:
        yield Candidate("good", line, 1.9, "good.need", ("craft:contract", "craft:echo-reformulate"))
    elif line.act is Act.LEARN:
        yield Candidate("good", line, 1.2, "good.learned", ("craft:learning-journal",))
