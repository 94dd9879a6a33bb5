"""Small sessions written by hand, event by event, for the tests of what looks at events afterwards."""

from __future__ import annotations

from typing import Any

from coach import content
from coach.domain import (
    Act,
    Assessed,
    Assessment,
    Event,
    Intervened,
    Language,
    Person,
    Refused,
    Role,
    Said,
    Session,
    SessionClosed,
    SessionOpened,
    Setup,
    StepClosed,
    StepOpened,
    fold,
)
from coach.schemas import Method

NAMES = {"facilitator": "Noor", "client": "Awa", "c1": "Zoé", "c2": "Marc", "c3": "Ines"}
ROLES = {"facilitator": Role.FACILITATOR, "client": Role.CLIENT}
SEAT_IDS = {Role.CONSULTANT: "c1", Role.CLIENT: "client", Role.FACILITATOR: "facilitator"}


def setup_of(seat: Role = Role.CONSULTANT, lang: Language = "en", **more: Any) -> Setup:
    """A setup with five people, the user in `seat`."""
    people = tuple(
        Person(id=i, name=n, role=ROLES.get(i, Role.CONSULTANT), is_user=SEAT_IDS[seat] == i) for i, n in NAMES.items()
    )
    given = {"cases": ("night-ward",), "method": "payette-champagne", "people": people} | more
    return Setup(seat=seat, lang=lang, **given)


class Log:
    """Writes events one after the other; the clock goes on by `pace` seconds each."""

    def __init__(self, seat: Role = Role.CONSULTANT, lang: Language = "en", pace: float = 20, **more: Any) -> None:
        self.setup = setup_of(seat, lang, **more)
        self.pace, self.items = pace, list[Event]()
        self.add(SessionOpened, setup=self.setup)

    @property
    def user(self) -> str:
        return self.setup.user.id

    def add(self, kind: type[Any], **values: Any) -> int:
        seq = len(self.items)
        self.items.append(kind(seq=seq, at=seq * self.pace, **values))
        return seq

    def open(self, step: str) -> int:
        return self.add(StepOpened, step=step)

    def close(self, step: str, by: str = "facilitator") -> int:
        return self.add(StepClosed, step=step, by=by)

    def say(self, who: str, act: Act, text: str, **more: Any) -> int:
        voice = more.pop("voice", "user" if who == self.user else "scripted")
        return self.add(Said, speaker=who, act=act, text=text, voice=voice, **more)

    def refuse(self, text: str, reason: str = "silent-consultant-presentation") -> int:
        return self.add(Refused, speaker=self.user, text=text, reason=reason)

    def judge(self, of: int, *codes: str, sure: bool = True, **more: Any) -> int:
        fatal = {"judgement", "disguised_solution", "advice", "leading", "interpretation"}
        said = self.items[of]
        assert isinstance(said, Said)
        verdict = Assessment(
            text=said.text,
            lang=self.setup.lang,
            solution_free=not {"disguised_solution", "advice"} & set(codes),
            neutral=not fatal & set(codes),
            in_step=not {"advice", "wrong_step", "self_story"} & set(codes),
            codes=codes,
            confidence=0.9,
            sure=sure,
            **more,
        )
        return self.add(Assessed, of=of, assessment=verdict)

    def ask(self, text: str, *codes: str, refs: tuple[str, ...] = (), answer: str = "It is so.", **more: Any) -> int:
        """The user asks, is judged, and the client answers."""
        seq = self.say(self.user, Act.ASK, text, to="client")
        self.judge(seq, *codes, **more)
        self.say("client", Act.ANSWER, answer, to=self.user, refs=refs)
        return seq

    def intervene(self, text: str, slip: int | None, met: bool = True, drift: str | None = "advice") -> int:
        seq = self.say(self.user, Act.INTERVENE, text)
        self.add(Intervened, of=seq, slip=slip, drift=drift, met=met)
        return seq

    def end(self, reason: str = "completed") -> int:
        return self.add(SessionClosed, reason=reason)

    @property
    def session(self) -> Session:
        return fold(self.items)

    @property
    def method(self) -> Method:
        return content.method(self.setup.method)


def consultant_log(lang: Language = "en") -> Log:
    """A whole session in the consultant's seat, with good and bad questions."""
    log = Log(lang=lang)
    log.open("presentation")
    log.say("facilitator", Act.FRAME, "Awa, the floor is yours." if lang == "en" else "Awa, la parole est à toi.")
    log.say("client", Act.PRESENT, WORDS[lang]["presentation"])
    log.refuse("But why?")
    log.close("presentation")
    log.open("clarification")
    log.ask(WORDS[lang]["closed"], refs=("handover-time",), answer=WORDS[lang]["fact"])
    log.ask(WORDS[lang]["open"], refs=("fear", "opened-up"), answer=WORDS[lang]["deep"])
    log.ask(
        WORDS[lang]["disguised"],
        "disguised_solution",
        refs=("reaction:suggested",),
        answer="Hm.",
        why=WORDS[lang]["why"],
        rewrite=WORDS[lang]["rewrite"],
        citations=_cited("code:disguised_solution", lang),
    )
    log.ask(WORDS[lang]["stacked"], "stacked", refs=("team-size",), answer=WORDS[lang]["fact"], sure=False)
    log.close("clarification")
    log.open("contract")
    log.say("c2", Act.NEED, WORDS[lang]["need"])
    log.say("client", Act.CONTRACT, WORDS[lang]["contract"])
    log.close("contract")
    log.open("consultation")
    log.say("c1", Act.CONTRIBUTE, WORDS[lang]["contribution"])
    log.close("consultation")
    log.open("action_plan")
    log.say("client", Act.PLAN, WORDS[lang]["plan"])
    log.close("action_plan")
    log.open("learning")
    log.say("c1", Act.LEARN, WORDS[lang]["learning"])
    log.close("learning")
    log.end()
    return log


def _cited(topic: str, lang: Language) -> tuple[Any, ...]:
    from coach.domain import Citation

    reading = content.reading_for(topic, lang)
    assert reading is not None
    return (Citation(id=reading.id, title=reading.title, excerpt=reading.text[:120], sources=reading.sources),)


WORDS = {
    "en": {
        "presentation": "Since March I run the night team. Two nurses no longer speak, and the handover suffers.",
        "closed": "Is it a permanent team?",
        "open": "What happens in you when the two of them come in?",
        "disguised": "Have you thought of moving one of them to the day team?",
        "stacked": "When did it begin, and who noticed it first?",
        "why": "The question carries an action: moving one of them.",
        "rewrite": "What have you tried so far?",
        "fact": "Yes, since March, twelve people.",
        "deep": "I have not told anyone: I am afraid to lose both.",
        "need": "What I understood from your need is a way to start the talk.",
        "contract": "In this session I would like you to help me to prepare the talk with both of them.",
        "contribution": "In my ward, I began with each of them alone; it gave me time to listen.",
        "plan": "On Monday I will ask each of them for twenty minutes before the shift.",
        "learning": "I take away that silence is an answer, too.",
    },
    "fr": {
        "presentation": "Depuis mars, je dirige l'équipe de nuit. Deux infirmières ne se parlent plus.",
        "closed": "Est-ce une équipe permanente ?",
        "open": "Qu'est-ce qui se passe en toi quand elles arrivent toutes les deux ?",
        "disguised": "As-tu pensé à muter l'une des deux de jour ?",
        "stacked": "Quand est-ce que ça a commencé, et qui l'a remarqué en premier ?",
        "why": "La question porte une action : muter l'une des deux.",
        "rewrite": "Qu'as-tu essayé jusqu'ici ?",
        "fact": "Oui, depuis mars, douze personnes.",
        "deep": "Je ne l'ai dit à personne : j'ai peur de perdre ma sœur de cœur, « l'œil » de l'équipe.",
        "need": "Ce que je comprends de ton besoin, c'est comment ouvrir la conversation.",
        "contract": "Dans cette séance, j'aimerais que vous m'aidiez à préparer l'échange avec elles.",
        "contribution": "Dans mon service, j'ai commencé par les voir l'une après l'autre ; j'ai pu écouter.",
        "plan": "Lundi, je demande à chacune vingt minutes avant la relève.",
        "learning": "Je retiens que le silence est aussi une réponse.",
    },
}
