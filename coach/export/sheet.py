"""From a session and its debrief to the blocks of a sheet, in reading order."""

from __future__ import annotations

from collections.abc import Iterator

from coach import content
from coach.charts import charts, number, percent_of, title_of, visible
from coach.debrief.models import Debrief, Moment, Quote
from coach.domain import Assessed, Assessment, Citation, Role, Session, StepOpened
from coach.domain import Said as SaidEvent
from coach.errors import CoachError
from coach.export.blocks import Block, Card, Chart, Facts, Heading, Line, Para, Said, Sheet, Source, Table
from coach.schemas import Method


def build(session: Session, review: Debrief, method: Method, *, transcript: bool, date: str | None) -> Sheet:
    """The sheet of a session, with or without what was said."""
    return _Build(session, review, method, date).sheet(transcript)


class _Build:
    def __init__(self, session: Session, review: Debrief, method: Method, date: str | None) -> None:
        self.session, self.review, self.method, self.date = session, review, method, date
        self.setup, self.lang = session.started(), review.lang
        self.cited: dict[str, Citation] = {}

    def word(self, key: str, **facts: object) -> str:
        return content.say(f"sheet.{key}", self.lang, **facts)

    def sheet(self, transcript: bool) -> Sheet:
        blocks: list[Block] = [*self._header(), *self._debrief(), *self._figures(), *self._kept(), *self._frame()]
        if transcript:
            blocks += self._transcript()
        blocks += self._sources()  # last: it lists what the others cited
        return Sheet(
            lang=self.lang,
            title=self._case(),
            subtitle=self.word("title"),
            footer=self.word("made"),
            colon=self.word("colon"),
            quotes=(self.word("quote-open"), self.word("quote-close")),
            blocks=tuple(blocks),
        )

    # -- head --------------------------------------------------------------------------------------------

    def _case(self) -> str:
        if self.setup.seat is Role.CLIENT or not self.setup.cases:
            words = self.word("own-situation")
            return words[0].upper() + words[1:]
        titles = []
        for ident in self.setup.cases:
            try:
                titles.append(content.case(ident, self.lang).title)
            except CoachError:  # a case may be gone since; the sheet of an old session is still due
                titles.append(ident)
        return " · ".join(titles)

    def _part(self, role: str) -> str:
        return self.word(f"part.{role}")

    def _pair(self, label: str, value: str) -> str:
        return f"{label}{self.word('colon')}{value}"

    def _header(self) -> Iterator[Block]:
        rows = [
            (self.word("method"), self.method.names.of(self.lang)),
            (self.word("seat"), self.word(f"seats.{self.setup.seat.value}")),
            (self.word("duration"), self.word("minutes", minutes=number(self.review.minutes, self.review))),
        ]
        if self.date:
            rows.append((self.word("date"), visible(self.date)))
        people = [f"{visible(p.name)} ({self._part(p.role.value)})" for p in self.setup.people]
        rows.append((self.word("people"), ", ".join(people)))
        yield Facts(rows=tuple(rows))

    # -- debrief -----------------------------------------------------------------------------------------

    def _debrief(self) -> Iterator[Block]:
        yield Heading(level=2, text=self.word("debrief"))
        yield Para(text=self.review.headline, tone="lead")
        for moment in self.review.moments:
            yield self._moment(moment)
        coming = self.review.next_time
        yield Card(tone="next", label=self.word("next"), text=coming.text, extra=self._read(coming.citation))

    def _moment(self, moment: Moment) -> Card:
        extra = [(self.word("instead"), visible(moment.rewrite))] if moment.rewrite else []
        return Card(
            tone=moment.kind,
            label=self.word(f"moment-{moment.kind}"),
            quote=visible(moment.quote.text),
            by=f"{visible(moment.quote.name)}, {moment.quote.step}",
            text=visible(moment.why),
            extra=(*extra, *self._read(moment.citation)),
        )

    def _read(self, *citations: Citation | None) -> tuple[tuple[str, str], ...]:
        found = [c for c in citations if c is not None]
        self.cited |= {c.id: c for c in found if c.id not in self.cited}
        return ((self.word("read"), ", ".join(visible(c.title) for c in found)),) if found else ()

    def _figures(self) -> Iterator[Block]:
        yield Heading(level=2, text=self.word("charts"))
        review, mix = self.review, self.review.mix
        for name, svg in charts(review).items():
            yield Chart(name=name, title=title_of(name, review), svg=svg)
        talk = tuple((visible(s.name), str(s.words), percent_of(s.share, review)) for s in review.talk)
        head = (self.word("person"), self.word("words"), self.word("share"))
        yield Table(title=title_of("talk", review), head=head, rows=talk)
        kinds = ("open", "closed", "several", "statement", "clean", "not_clean")
        names = {k: content.say(f"chart.{k.replace('_', '-')}", self.lang) for k in kinds}
        rows = tuple((names[k], str(getattr(mix, k))) for k in kinds if mix.asked)
        yield Table(title=title_of("mix", review), head=(self.word("questions"), self.word("number")), rows=rows)
        codes = tuple((content.say(f"debrief.name.{c}", self.lang), str(n)) for c, n in mix.codes.items())
        marks = (self.word("mark"), self.word("number"))
        yield Table(title=self.word("codes"), head=marks, rows=codes, drawn=False)
        steps = tuple(
            (s.name, number(s.minutes, review), "–" if s.timebox is None else number(s.timebox, review))
            for s in review.steps
        )
        head = (self.word("step"), self.word("used"), self.word("timebox"))
        yield Table(title=title_of("minutes", review), head=head, rows=steps)
        if review.steps_left:
            yield Para(text=self._pair(self.word("not-reached"), ", ".join(review.steps_left)), tone="note")

    # -- what the group takes with it ----------------------------------------------------------------------

    def _kept(self) -> Iterator[Block]:
        for key, quotes in (
            ("contract", self.review.contracts),
            ("plan", self.review.plan),
            ("learning", self.review.learning),
        ):
            if quotes:
                yield Heading(level=2, text=self.word(key))
                yield from (self._said(q) for q in quotes)

    def _said(self, quote: Quote, remark: str = "") -> Said:
        return Said(name=visible(quote.name), text=visible(quote.text), remark=visible(remark))

    def _frame(self) -> Iterator[Block]:
        record = self.review.facilitation
        if record and record.slips:
            yield Heading(level=2, text=self.word("slips"))
            for slip in record.slips:
                yield self._said(slip.quote, self._pair(slip.name, self.word(f"slip-{slip.outcome}")))
        if record and record.false_alarms:
            yield Heading(level=2, text=self.word("false-alarms"))
            yield from (self._said(q) for q in record.false_alarms)
        if self.review.out_of_turn:
            yield Heading(level=2, text=self.word("out-of-turn"))
            yield from (self._said(o.quote, o.reason) for o in self.review.out_of_turn)

    # -- transcript --------------------------------------------------------------------------------------

    def _transcript(self) -> Iterator[Block]:
        yield Heading(level=2, text=self.word("transcript"))
        if not self.session.said:
            yield Para(text=self.word("nothing-said"), tone="note")
        verdicts = {e.of: e.assessment for e in self.session.events if isinstance(e, Assessed)}
        names = {s.id: s.names.of(self.lang) for s in self.method.steps}
        for event in self.session.events:
            if isinstance(event, StepOpened):
                yield Heading(level=3, text=names.get(event.step, event.step))
            elif isinstance(event, SaidEvent):
                yield self._line(event, verdicts.get(event.seq))

    def _line(self, said: SaidEvent, verdict: Assessment | None) -> Line:
        who = next((p for p in self.setup.people if p.id == said.speaker), None)
        line = Line(
            seq=said.seq,
            at=f"{int(said.at) // 60}:{int(said.at) % 60:02}",
            name=visible(who.name if who else said.speaker),
            role=self.word("you") if who and who.is_user else self._part(who.role.value) if who else "",
            is_user=bool(who and who.is_user),
            text=visible(said.text),
        )
        if said.drift:
            return line.model_copy(update={"mark": "drift", "label": self._drift(said)})
        return line.model_copy(update=self._judged(verdict)) if verdict else line

    def _drift(self, said: SaidEvent) -> str:
        record = self.review.facilitation
        slip = next((s for s in record.slips if s.quote.seq == said.seq), None) if record else None
        if slip:
            return self._pair(slip.name, self.word(f"slip-{slip.outcome}"))
        return self.word("drifted")

    def _judged(self, verdict: Assessment) -> dict[str, object]:
        names = [content.say(f"debrief.name.{c}", self.lang) for c in verdict.codes]
        label = self.word("clean" if verdict.clean else "not-clean")
        label = self._pair(label, ", ".join(names)) if names else label
        label += "" if verdict.sure else f" ({self.word('unsure')})"
        extra = [("", visible(verdict.why))] if verdict.why and not verdict.clean else []
        if verdict.rewrite:
            extra.append((self.word("guide" if verdict.rewrite_is_guide else "instead"), visible(verdict.rewrite)))
        citations = () if verdict.clean else verdict.citations
        mark = "clean" if verdict.clean else "not-clean"
        return {"mark": mark, "label": label, "extra": (*extra, *self._read(*citations))}

    # -- sources -----------------------------------------------------------------------------------------

    def _sources(self) -> Iterator[Block]:
        yield Heading(level=2, text=self.word("sources"))
        for citation in sorted(self.cited.values(), key=lambda c: c.title):
            yield Source(
                title=visible(citation.title),
                excerpt=visible(citation.excerpt),
                sources=tuple(visible(s) for s in citation.sources),
            )
        yield Para(text=self._pair(self.word("method-sources"), "; ".join(self.method.sources)), tone="note")
