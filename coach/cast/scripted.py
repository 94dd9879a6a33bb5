"""The scripted voice: a written case speaks. Nothing is invented, so nothing can be false."""

from __future__ import annotations

from collections.abc import Sequence

from coach import content
from coach.case_schema import Case, Consultant, Fact, Slip
from coach.cast.facts import FactFinder
from coach.cast.own import OwnSituation
from coach.cast.script import brings_own, dice, open_contributions, open_questions, part_of
from coach.domain import Act, Cue, Line, Role, Said, View
from coach.errors import VoiceError
from coach.language import words_of
from coach.method import client_of_view
from coach.ports import Embedder

# Openness (0–5) at which the client gives a deep fact, and below which answers turn curt.
SAFE = 2.5
_CLOSED = 1.25
FAULT_REACTION = {
    "judgement": "judged",
    "disguised_solution": "suggested",
    "advice": "suggested",
    "leading": "led",
    "interpretation": "led",
    "disguised-solution": "suggested",
    "wrong_step": "suggested",
    "wrong-step": "suggested",
}


class ScriptedVoice:
    """Plays every person of a written case; in the user's own situation, asks and offers from the themes."""

    name = "scripted"

    def __init__(self, embedder: Embedder) -> None:
        self._facts = FactFinder(embedder)
        self._own = OwnSituation(embedder)

    def warm(self, case_id: str) -> None:
        """Load what the first question in this case would otherwise wait for."""
        self._facts.warm(content.case(case_id, "en"))  # one index answers in both languages

    def speak(self, view: View, cue: Cue) -> Line:
        """The written line for this moment.

        Raises:
            VoiceError: if the case has nothing for the cue (a mistake of the director).
        """
        case = content.case(view.case, view.lang)
        if cue.slip:
            slip = _slip(case, cue.slip)
            return Line(text=slip.text, refs=(slip.id,), drift=slip.drift)
        if cue.refs[:1] == ("repair",):
            slip = _slip(case, cue.refs[1])
            fact = self._facts.find(case, slip.repair) if cue.act is Act.ASK else None
            return Line(text=slip.repair, refs=(fact.fact.id,) if fact else ())
        if view.role is Role.FACILITATOR:
            return self._facilitator(view, cue, case)
        if view.role is Role.CLIENT:
            return self._client(view, cue, case)
        return self._consultant(view, cue, case)

    # -- the client ----------------------------------------------------------------------------------

    def _client(self, view: View, cue: Cue, case: Case) -> Line:
        own = brings_own(view.said)
        match cue.act:
            case Act.PRESENT:
                return Line(text=_nth(case.presentation.strip().split("\n\n"), view, Act.PRESENT))
            case Act.ANSWER:
                return Line(text=_no_more(view)) if own else self._answer(view, cue, case)
            case Act.CONTRACT:
                return Line(text=self._own.contract(view) if own else case.contract.statement)
            case Act.ACKNOWLEDGE:
                return Line(text=_pick(case.reactions.thanks, view))
            case Act.PLAN:
                return self._plan(view, case, own)
            case Act.LEARN:
                return Line(text=content.say("room.client-learned", view.lang) if own else case.learning["client"])
            case Act.TOPIC:
                return Line(text=case.request)
            case Act.CHECK_IN:
                return Line(text=content.say("room.check-in-client", view.lang))
            case _:
                return Line(text=content.say("room.nothing-to-add", view.lang))

    def _answer(self, view: View, cue: Cue, case: Case) -> Line:
        asked = next((s for s in view.said if s.seq == cue.about), None)
        if asked is None:
            raise VoiceError("nothing-to-answer")
        found = {*cue.refs, asked.drift}
        fault = next((reaction for code, reaction in FAULT_REACTION.items() if code in found), None)  # the worst first
        if fault:
            return Line(text=_pick(getattr(case.reactions, fault), view), refs=(f"reaction:{fault}",))
        if not asked.refs and _leans(asked.text, view):
            return Line(text=_pick(_which(view), view), refs=("reaction:which",))
        fact = self._asked_fact(asked, case)
        if fact is None:
            return Line(text=_pick(case.reactions.unknown, view), refs=("reaction:unknown",))
        return self._tell(fact, view, case)

    def _asked_fact(self, asked: Said, case: Case) -> Fact | None:
        known = {f.id: f for f in case.facts}
        written = next((known[r] for r in asked.refs if r in known), None)
        if written is not None:
            return written
        match = self._facts.find(case, asked.text)
        return match.fact if match else None

    def _tell(self, fact: Fact, view: View, case: Case) -> Line:
        told = [s for s in view.said if s.act is Act.ANSWER and fact.id in s.refs]
        if any("held-back" not in s.refs for s in told):
            lead = _pick(case.reactions.repeated, view)
            return Line(text=lead.replace("{fact}", fact.curt), refs=(fact.id, "repeated"))
        if fact.depth == "deep" and view.openness < SAFE:
            deflect = fact.deflect or _pick(case.reactions.unknown, view)
            again = any("held-back" in s.refs for s in told)
            text = content.say("room.not-yet", view.lang) if again else deflect
            return Line(text=text, refs=(fact.id, "held-back"))
        if view.openness < _CLOSED:
            return Line(text=fact.curt, refs=(fact.id,))
        opened = any("opened-up" in s.refs for s in view.said)
        if fact.depth == "deep" and not opened:
            return Line(text=f"{_pick(case.reactions.opening_up, view)} {fact.answer}", refs=(fact.id, "opened-up"))
        return Line(text=fact.answer, refs=(fact.id,))

    def _plan(self, view: View, case: Case, own: bool) -> Line:
        first = not any(s.act is Act.PLAN for s in view.said)
        if own:
            if first:
                return Line(text=content.say("room.own-synthesis", view.lang))
            return Line(text=content.say("room.own-plan", view.lang, first=self._own.actions(view)[0]))
        if first:
            return Line(text=case.plan.synthesis)
        heard = {r for s in view.said if s.act is Act.CONTRIBUTE for r in s.refs}
        grown = [a for a in case.plan.actions if set(a.origin) & heard] or list(case.plan.actions)
        chosen = grown[:3]
        steps = [
            f"{n}. {a.action} {_sentence(a.when)} {_sentence(a.first_sign)}" for n, a in enumerate(chosen, start=1)
        ]
        return Line(text="\n".join([*steps, case.plan.support]), refs=tuple(a.id for a in chosen))

    # -- the consultants -----------------------------------------------------------------------------

    def _consultant(self, view: View, cue: Cue, case: Case) -> Line:
        part = part_of(view.speaker, view.people, case, view.round)
        own = brings_own(view.said) and client_of_view(view).is_user
        match cue.act:
            case Act.ASK:
                return Line(text=self._own.question(view)) if own else self._ask(view, case, part)
            case Act.NEED:
                return self._need(view, case, own)
            case Act.CONTRIBUTE:
                return Line(text=self._own.contribution(view)) if own else self._contribute(view, case, part)
            case Act.LEARN if own or part is None:
                return Line(text=self._own.learning(view))
            case Act.LEARN if part is not None:
                return Line(text=case.learning[part.id])
            case Act.CHECK_IN | Act.TOPIC:
                kind = "check-in" if cue.act is Act.CHECK_IN else "topic"
                seats = [p.id for p in view.people]
                number = seats.index(view.speaker.id) % 5 + 1
                return Line(text=content.say(f"room.{kind}-{number}", view.lang))
            case _:
                return Line(text=content.say("room.nothing-to-add", view.lang))

    def _ask(self, view: View, case: Case, part: Consultant | None) -> Line:
        left = open_questions(part, case, view.said) if part else []
        if not left:
            raise VoiceError("no-question-left")
        surface = [q for q in left if case.fact(q.fact).depth == "surface"]
        pool = (surface or left) if view.openness < SAFE else left
        chosen = pool[dice(0, "ask", view.speaker.id, len(view.said)).randrange(min(3, len(pool)))]
        return Line(text=chosen.text, refs=(chosen.fact,))

    def _need(self, view: View, case: Case, own: bool) -> Line:
        if own:
            return Line(text=self._own.need(view))
        said = {s.text for s in view.said}
        if case.contract.need not in said:
            return Line(text=case.contract.need)
        return Line(text=content.say("room.need-agreed", view.lang))

    def _contribute(self, view: View, case: Case, part: Consultant | None) -> Line:
        left = open_contributions(part, case, view.said) if part else []
        if not left:
            return Line(text=content.say("room.nothing-to-add", view.lang))
        return Line(text=left[0].text, refs=(left[0].id,))

    # -- the facilitator -----------------------------------------------------------------------------

    def _facilitator(self, view: View, cue: Cue, case: Case) -> Line:
        client = client_of_view(view)
        what = cue.refs[0] if cue.refs else ""
        if cue.act is Act.LEARN:
            return Line(text=case.learning["facilitator"])
        if cue.act is Act.CHECK_IN:
            return Line(text=content.say("room.check-in-facilitator", view.lang))
        if cue.act is Act.INTERVENE:
            name = next((p.name for p in view.people if p.id == cue.to), "")
            drift = content.drift_for_code(what, view.lang)
            return Line(text=_pick(drift.meet, view).replace("{name}", name), refs=(drift.id,))
        spec = content.method(view.method).step(view.step)
        if what in ("open", "close"):
            written = spec.opening if what == "open" else spec.closing
            return Line(text=written.of(view.lang).replace("{client}", client.name), refs=(what,))
        return Line(text=content.say(f"room.{what}", view.lang, client=client.name), refs=(what,))


def _slip(case: Case, ident: str) -> Slip:
    return next(s for s in case.slips if s.id == ident)


def _nth(parts: Sequence[str], view: View, act: Act) -> str:
    done = sum(1 for s in view.said if s.act is act and s.voice != "user")
    return " ".join(parts[min(done, len(parts) - 1)].split())


def _pick(options: Sequence[str], view: View) -> str:
    """One of several wordings, another one each time until all were used."""
    used = [s.text for s in view.said]
    left = [o for o in options if not any(o in t for t in used)] or list(options)
    return left[dice(0, view.speaker.id, len(view.said)).randrange(len(left))]


def _sentence(text: str) -> str:
    """`text` with a full stop, where it does not end with a mark of its own."""
    return text if text.rstrip(' »"”').endswith((".", "!", "?", "…")) else f"{text}."


def _leans(question: str, view: View) -> bool:
    """Whether a question ("Since when?", "Par exemple ?") says nothing of what it asks about."""
    return set(words_of(question)) <= set(content.say("room.short", view.lang).split())


def _which(view: View) -> list[str]:
    return [content.say(f"room.which-{n}", view.lang) for n in (1, 2, 3)]


def _no_more(view: View) -> str:
    """What the user's client says when the user has stopped answering: never the same words twice in a row."""
    times = sum(1 for s in view.said if s.act is Act.ANSWER and s.voice != "user")
    return content.say(f"room.no-more-answer-{times % 4 + 1}", view.lang)
