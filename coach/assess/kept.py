"""What is clean already in a faulty utterance: a sentence, a clause, the client's words before a "because"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from coach import content
from coach.assess import cues, words
from coach.assess.phrasing import WORDED, Job, as_question, joined, turned

_HEAVY = 1.0  # cues from this weight on count as a fault
_SHORT = 5  # words; a shorter closed question leans on what stands before it


def kept(job: Job) -> Iterator[str]:
    """The parts that can stand alone, as questions, the surest first."""
    return chain(_sentences(job), _clause(job), _tail(job), _without_cause(job))


def faulty(piece: str, job: Job) -> bool:
    """True if cues speak against `piece`, or if it names a feeling or a mark that the client has not given."""
    found = cues.find(piece, job.lang, job.context)
    if any(c.code in cues.FATAL and c.weight >= _HEAVY for c in found):
        return True
    said = words.content_stems(job.context, job.lang)
    if frozenset(words.stems(piece, job.lang)) & words.stem_set("evaluative", job.lang) - said:
        return True
    return bool(words.feelings(piece, job.lang) - words.feelings(job.context, job.lang))


def _sentences(job: Job) -> Iterator[str]:
    pieces = [job.text[start:end] for start, end in words.sentences(job.text)]
    if len(pieces) < 2:
        return
    for at, piece in enumerate(pieces):
        in_situ = piece.endswith("?") and re.search(content.rewrites(job.lang).in_situ, piece, re.IGNORECASE)
        asks = _matches("asks", piece, job) or in_situ
        if not (asks or piece.rstrip('» "”').endswith("?")) or _bare(piece, job) or faulty(piece, job):
            continue
        if not asks and not _fault_outside(at, pieces, job):
            continue
        if at and (job.brings_idea or len(words.tokens(piece, job.lang)) < _SHORT or _leans(piece, pieces[:at], job)):
            continue  # what follows an idea mostly carries it on
        yield as_question(piece, job.lang)


def _matches(shape: str, piece: str, job: Job) -> bool:
    return bool(re.match(getattr(content.rewrites(job.lang), shape), piece.strip(), re.IGNORECASE))


def _fault_outside(at: int, pieces: Sequence[str], job: Job) -> bool:
    """True if another sentence than number `at` carries the fault, by the marked words or a cue."""
    others = [p for i, p in enumerate(pieces) if i != at]
    if job.marked and job.marked not in pieces[at] and any(job.marked in p for p in others):
        return True
    return any(c.code in cues.FATAL for p in others for c in cues.find(p, job.lang, job.context))


def _bare(piece: str, job: Job) -> bool:
    """True for a piece that asks nothing by itself ("Correct?", "C'est bien ça ?", "Since when?")."""
    count = len(words.tokens(piece, job.lang))
    if count < 3 or _matches("checks", piece, job):
        return True
    return count < _SHORT and not _matches("asks", piece, job) and not words.content_stems(piece, job.lang)


def _leans(piece: str, before: Sequence[str], job: Job) -> bool:
    """True if `piece` needs the faulty sentences before it."""
    earlier = frozenset(chain.from_iterable(words.content_stems(p, job.lang) for p in before))
    fresh = words.content_stems(piece, job.lang) & earlier - words.content_stems(job.context, job.lang)
    return bool(fresh) or bool(re.search(content.rewrites(job.lang).anaphora, piece, re.IGNORECASE))


def _clause(job: Job) -> Iterator[str]:
    """From "Who set it up, the usual suspects?" the question before the comma."""
    pieces = words.clauses(job.text)
    if len(pieces) < 2 or job.code not in WORDED:
        return
    first = job.text[pieces[0][0] : pieces[0][1]]
    if not _matches("asks", first, job) or re.match(content.rewrites(job.lang).not_a_question, words.fold(first)):
        return
    if len(words.tokens(first, job.lang)) >= 4 and not faulty(first, job):
        yield as_question(first, job.lang)


def _tail(job: Job) -> Iterator[str]:
    """From "You used to act yourself, of course, so what is it like?" the question behind the last comma."""
    pieces = words.clauses(job.text)
    if len(pieces) < 2 or job.code not in WORDED | {"self_story"}:
        return
    last = job.text[pieces[-1][0] : pieces[-1][1]]
    earlier = [job.text[start:end] for start, end in pieces[:-1]]
    not_asked = re.match(content.rewrites(job.lang).not_a_question, words.fold(last.strip()))
    if not_asked or not _matches("asks", last, job) or len(words.tokens(last, job.lang)) < 4:
        return
    if not faulty(last, job) and not _leans(last, earlier, job):
        yield as_question(last, job.lang)


def _without_cause(job: Job) -> Iterator[str]:
    """From "She left because she felt small", when the client said so far: "She left", as something to tell about."""
    shape = content.rewrites(job.lang)
    cut = re.search(shape.because, job.text, re.IGNORECASE)
    if job.code != "interpretation" or cut is None or not job.context:
        return
    before = re.sub(shape.trailing, "", job.text[: cut.start()].strip(" ,;:"), flags=re.IGNORECASE)
    if len(words.content_stems(before, job.lang)) < 2 or faulty(before, job):
        return
    if _matches("not_before_cause", before, job) or _matches("asks", before, job):
        return
    if words.already_said(before, job.context, job.lang):
        yield from (joined(before, text, job.lang) for text in turned(shape.tell, job))
