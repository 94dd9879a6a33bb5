"""The prompted voice: the same view as the scripted one, put into a template and answered by a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from coach import content
from coach.cast.knowledge import Knowledge, knowledge
from coach.cast.script import brings_own, part_of
from coach.cast.scripted import FAULT_REACTION
from coach.domain import Act, Cue, Line, Person, Role, View
from coach.method import client_of_view, role_of
from coach.ports import Model
from coach.prompting import templates

WORDS_LIMIT = {Act.PRESENT: 300}
WORDS_DEFAULT = 120
# Acts with a template for each role; the others share one.
_OWN_TEMPLATE = {
    Role.CLIENT: {Act.PRESENT, Act.ANSWER, Act.CONTRACT, Act.ACKNOWLEDGE, Act.PLAN, Act.LEARN},
    Role.CONSULTANT: {Act.ASK, Act.NEED, Act.CONTRIBUTE, Act.LEARN},
    Role.FACILITATOR: {Act.FRAME, Act.INTERVENE, Act.LEARN},
}


class _Reply(BaseModel):
    """Every field required and nothing else allowed: what strict JSON-schema servers ask for."""

    model_config = ConfigDict(extra="forbid")


class Words(_Reply):
    """What somebody says."""

    text: str


class Answer(_Reply):
    """What the client answers, and the ids of the facts it rests on or holds back."""

    text: str
    facts_used: list[str]
    facts_held_back: list[str]


class PromptedVoice:
    """Plays every person through a model, each with what they may know and no more.

    Args:
        model: gives validated replies.
    """

    takes_complaints = True

    def __init__(self, model: Model) -> None:
        self._model = model
        self.name = model.name

    def speak(self, view: View, cue: Cue, complaint: str | None = None) -> Line:
        """The words of `cue.speaker`; `complaint` says what was wrong with the reply before.

        Raises:
            VoiceError: when the model gives no reply of the right shape.
        """
        system, user = render(view, cue, complaint)
        schema = Answer if cue.act is Act.ANSWER else Words
        seed = len(view.said) + (1000 if complaint else 0)
        reply = self._model.complete(system, user, schema, seed)
        return Line(text=_tidy(reply.text), refs=_refs(view, cue, reply), voice=self.name)


def render(view: View, cue: Cue, complaint: str | None = None) -> tuple[str, str]:
    """The system and the user message for this moment.

    Raises:
        ContentError: if a template is missing or wants a variable that there is not.
    """
    facts = variables(view, cue, complaint)
    found = templates(view.lang)
    system, user = (
        found.get_template(name).render(facts).strip() for name in (view.role.value, template_for(view.role, cue.act))
    )
    return system, user


def template_for(role: Role, act: Act) -> str:
    """The name of the template of an act."""
    plain = act.value.replace("_", "-")
    return f"{role.value}-{plain}" if act in _OWN_TEMPLATE[role] else plain


def variables(view: View, cue: Cue, complaint: str | None = None) -> Mapping[str, Any]:
    """Everything that a template may mention: what the view shows, and the speaker's own part."""
    spec = content.method(view.method).step(view.step)
    known = knowledge(view)
    asked = next((s for s in view.said if s.seq == cue.about), None)
    return {
        "me": view.speaker,
        "role": view.role.value,
        "act": cue.act.value.replace("_", "-"),
        "kind": view.kind.value,
        "lang": view.lang,
        "client": client_of_view(view).name,
        "people": [(p.name, p.job, role_of(p, view.round).value) for p in view.people],
        "step": {"name": spec.names.of(view.lang), "purpose": spec.purpose.of(view.lang)},
        "said": _said(view),
        "contract": view.contract,
        "own": brings_own(view.said),
        "temper": _temper(view),
        "case": known.case if known else None,
        "known": known,
        "part": known.paragraph(view) if known else None,
        "asked": asked.text if asked else None,
        "faults": [r for r in cue.refs if r in FAULT_REACTION],
        "repair": cue.act is Act.REPAIR or cue.refs[:1] == ("repair",),
        "to": _name(view, cue.to),
        "frame": _frame(view, cue),
        "drift": content.drift_for_code(cue.refs[0], view.lang) if _meets(cue) else None,
        "limit": WORDS_LIMIT.get(cue.act, WORDS_DEFAULT),
        "complaint": complaint,
    }


def _said(view: View) -> list[dict[str, str]]:
    by_id: dict[str, Person] = {p.id: p for p in view.people}
    return [
        {"name": p.name, "role": role_of(p, view.round).value, "text": s.text}
        for s in view.said
        if (p := by_id.get(s.speaker)) is not None
    ]


def _temper(view: View) -> str | None:
    """A consultant's own manner: theirs, not the case's."""
    if view.role is not Role.CONSULTANT:
        return None
    part = part_of(view.speaker, view.people, content.case(view.case, view.lang), view.round)
    return part.temper if part else None


def _name(view: View, ident: str | None) -> str | None:
    return next((p.name for p in view.people if p.id == ident), None)


def _meets(cue: Cue) -> bool:
    return cue.act is Act.INTERVENE and bool(cue.refs)


def _frame(view: View, cue: Cue) -> dict[str, str] | None:
    """What the facilitator is to do, and how the method words it."""
    if cue.act is not Act.FRAME:
        return None
    spec, client = content.method(view.method).step(view.step), client_of_view(view).name
    what = cue.refs[0] if cue.refs else "open"
    if what in ("open", "close"):
        written = spec.opening if what == "open" else spec.closing
        return {"what": what, "written": written.of(view.lang).replace("{client}", client)}
    return {"what": what, "written": content.say(f"room.{what}", view.lang, client=client)}


def _refs(view: View, cue: Cue, reply: Words | Answer) -> tuple[str, ...]:
    """The content ids behind a reply, as the scripted voice would give them: director and debrief read them."""
    if cue.act is Act.FRAME:
        return cue.refs[:1]
    if _meets(cue):
        return (content.drift_for_code(cue.refs[0], view.lang).id,)
    if not isinstance(reply, Answer):
        return ()
    fault = next((FAULT_REACTION[r] for r in cue.refs if r in FAULT_REACTION), None)
    if fault and not reply.facts_used:
        return (f"reaction:{fault}",)
    known = knowledge(view)
    if known is None:
        return tuple(dict.fromkeys(reply.facts_used))
    return _told(known, view, reply) or ("reaction:unknown",)


def _told(known: Knowledge, view: View, reply: Answer) -> tuple[str, ...]:
    used = tuple(dict.fromkeys(reply.facts_used))
    if not used:
        held = tuple(dict.fromkeys(r for r in reply.facts_held_back if r in {f.id for f in known.later}))
        return (*held, "held-back") if held else ()
    if set(used) <= {f.id for f in known.told}:
        return (*used, "repeated")
    opened = any("opened-up" in s.refs for s in view.said)
    deep = any(f.id in used and f.depth == "deep" for f in known.may)
    return (*used, "opened-up") if deep and not opened else used


def _tidy(text: str) -> str:
    """White space set right, and quotation marks around the whole taken off."""
    tidy = " ".join(text.split())
    for left, right in (('"', '"'), ("«", "»"), ("“", "”")):
        if tidy.startswith(left) and tidy.endswith(right) and tidy.count(left) == 1 + (left == right):
            tidy = tidy[1:-1].strip()
    return tidy
