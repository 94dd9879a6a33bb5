"""What the client of a case may say at this moment: one definition for the prompt and for the guard."""

from __future__ import annotations

from dataclasses import dataclass

from coach import content
from coach.case_schema import Case, Fact
from coach.cast.script import brings_own
from coach.cast.scripted import SAFE
from coach.domain import Act, Role, View

MARKS = {"held-back", "opened-up", "repeated"}


@dataclass(frozen=True)
class Knowledge:
    """A client's facts: already told, fit to be told when asked for, and not before they feel safe."""

    case: Case
    told: tuple[Fact, ...]
    may: tuple[Fact, ...]
    later: tuple[Fact, ...]

    def paragraph(self, view: View) -> str:
        """The part of the presentation that comes next."""
        parts = [" ".join(p.split()) for p in self.case.presentation.strip().split("\n\n")]
        done = sum(1 for s in view.said if s.act is Act.PRESENT)
        return parts[min(done, len(parts) - 1)]

    def texts(self, act: Act) -> list[str]:
        """Everything that may find its way into a line of that act, besides what was said."""
        case, me = self.case, self.case.client
        known = [case.presentation, case.request, case.summary, me.job, me.organisation]
        known += [text for f in (*self.told, *self.may) for text in (f.answer, f.curt)]
        known += [f.deflect for f in self.later if f.deflect]
        if act in (Act.CONTRACT, Act.PLAN, Act.LEARN):
            known += [case.contract.statement, *case.contract.alternatives]
        return known


def knowledge(view: View) -> Knowledge | None:
    """What the speaker knows of the case besides what was said: nothing unless they are its client.

    A user who is the client brings their own situation: then nobody knows anything that was not said.
    """
    if view.role is not Role.CLIENT or brings_own(view.said):
        return None
    case = content.case(view.case, view.lang)
    given = {r for s in view.said if s.act is Act.ANSWER and "held-back" not in s.refs for r in s.refs}
    told = tuple(f for f in case.facts if f.id in given)
    left = [f for f in case.facts if f.id not in given]
    later = tuple(f for f in left if f.depth == "deep" and view.openness < SAFE)
    return Knowledge(case, told, tuple(f for f in left if f not in later), later)
