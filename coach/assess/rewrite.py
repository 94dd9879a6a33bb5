"""The same question without its fault: what would the asker have learned, and how can that be asked cleanly?

Nothing is invented. What is clean in the utterance is kept; else the intent is read from its words and asked with
a template of `corpus/<lang>/cues/rewrites.yaml`, around a topic that is certain. The caller's evaluator has the
last word on every candidate; where none passes, the asker gets a guiding question instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from coach import content
from coach.assess import cues, topics, words
from coach.assess.explain import addressed, pick
from coach.assess.topics import Topic
from coach.domain import Language
from coach.schemas import Intent

ORDER = ("advice", "disguised_solution", "self_story", "wrong_step", "judgement", "interpretation", "leading")
CARRIES_IDEA = frozenset(ORDER[:3])
MOST_TRIES = 10  # each try may cost the evaluator some milliseconds
OF_CONTEXT = 0.4  # a word of the client counts less for the intent than one that the asker brought


class Rewrite(NamedTuple):
    """A clean question, or (`is_guide`) a hint for the asker on how to find one."""

    text: str
    is_guide: bool


class _Job(NamedTuple):
    text: str
    lang: Language
    code: str  # the heaviest fault
    context: str
    address: str

    @property
    def brings_idea(self) -> bool:
        return self.code in CARRIES_IDEA


def rewrite(
    text: str, lang: Language, codes: Sequence[str], context: str, is_clean: Callable[[str], bool]
) -> Rewrite:
    """`text` without what `codes` fault in it, in the same language and register (tu, vous).

    Args:
        text: the utterance.
        lang: its language.
        codes: what is wrong with it.
        context: what the client has said so far.
        is_clean: judges a candidate; only what passes is given.
    """
    code = next((c for c in ORDER if c in codes), codes[0] if codes else "leading")
    job = _Job(" ".join(text.split()), lang, code, context, address(text, lang))
    seen: set[str] = set()
    for candidate in _candidates(job):
        if candidate in seen or candidate == job.text:
            continue
        seen.add(candidate)
        if is_clean(candidate):
            return Rewrite(candidate, is_guide=False)
        if len(seen) >= MOST_TRIES:
            break
    return Rewrite(_guide(job), is_guide=True)


def address(text: str, lang: Language) -> str:
    """How the client is addressed in French: "tu", "vous" or "" where it does not show."""
    if lang != "fr":
        return ""
    folded = words.fold(text)
    if re.search(r"(?<![-\w])(?:tu|te|toi|ton|ta|tes)\b|(?:[asx]|-)-tu\b|\bt'(?=\w)", folded):
        return "tu"
    if re.search(r"\b(?:vous|votre|vos)\b|\b\w{2,}ez(?:-|\b)", folded.replace("chez", "").replace("assez", "")):
        return "vous"
    imperative = r"(?:^|[.!?:,;] )(?:ne |n')?(?:dis|va|fais|mets|prends|appelle|coupe|ferme|garde|passe|reste|arrete|laisse|demande|parle|note|tiens|ecris|montre|envoie)(?:-|\s)"
    return "tu" if re.search(imperative, folded) else ""


def _candidates(job: _Job) -> Iterator[str]:
    return chain(_kept_sentences(job), _kept_clause(job), _without_cause(job), _asked(job))


# What is clean already


def _kept_sentences(job: _Job) -> Iterator[str]:
    pieces = [job.text[start:end] for start, end in words.sentences(job.text)]
    if len(pieces) < 2:
        return
    shape = content.rewrites(job.lang)
    for at, piece in enumerate(pieces):
        asks = re.match(shape.asks, piece, re.IGNORECASE)
        if not (piece.rstrip("» \"”").endswith("?") or asks) or _bare(piece, job.lang) or _faulty(piece, job):
            continue
        if at and (job.brings_idea or _leans(piece, pieces[:at], job)):
            continue  # what follows an idea mostly carries it on
        yield _as_question(piece, job.lang)


def _bare(piece: str, lang: Language) -> bool:
    """True for a piece that asks nothing by itself ("Correct?", "C'est bien ça ?")."""
    count = len(words.tokens(piece, lang))
    shape = content.rewrites(lang)
    if count < 3 or (count < 5 and not re.match(shape.asks, piece, re.IGNORECASE)) or re.match(shape.checks, piece.strip(), re.IGNORECASE):
        return True
    return count < 4 and not words.content_stems(piece, lang)


def _leans(piece: str, before: Sequence[str], job: _Job) -> bool:
    """True if `piece` needs the faulty sentences before it."""
    earlier = frozenset(chain.from_iterable(words.content_stems(p, job.lang) for p in before))
    fresh = words.content_stems(piece, job.lang) & earlier - words.content_stems(job.context, job.lang)
    return bool(fresh) or bool(re.search(content.rewrites(job.lang).anaphora, piece, re.IGNORECASE))


def _faulty(piece: str, job: _Job) -> bool:
    found = cues.find(piece, job.lang, job.context)
    return any(c.code in cues.FATAL and c.weight >= 1 for c in found) or _loaded(piece, job)


def _loaded(piece: str, job: _Job) -> bool:
    """True if `piece` names a feeling or a mark that the client has not given."""
    stems = frozenset(words.stems(piece, job.lang))
    marks = stems & words.stem_set("evaluative", job.lang) - words.content_stems(job.context, job.lang)
    return bool(marks) or bool(words.feelings(piece, job.lang) - words.feelings(job.context, job.lang))


def _kept_clause(job: _Job) -> Iterator[str]:
    """`Who set it up, the usual suspects?` -> `Who set it up?`"""
    pieces = words.clauses(job.text)
    if len(pieces) < 2 or job.code not in ("leading", "judgement"):
        return
    first = job.text[pieces[0][0] : pieces[0][1]]
    if not re.match(content.rewrites(job.lang).asks, first, re.IGNORECASE) or _subordinate(first, job.lang):
        return
    if len(words.tokens(first, job.lang)) >= 4 and not _faulty(first, job):
        yield _as_question(first, job.lang)


def _subordinate(clause: str, lang: Language) -> bool:
    low = words.fold(clause)
    if lang == "en":
        asked = r"(?:do|does|did|is|are|was|were|has|have|will)\b"
        return bool(re.match(r"(?:and |so |but )?(?:when|where|whose|which|how late)\b(?! " + asked + ")(?! \\w+ " + asked + ")", low))
    return bool(re.match(r"(?:et |mais |donc )?(?:quand|ou|que|qui|quoi qu)\b(?! est-ce| a | avez| as | s'est)", low))


def _without_cause(job: _Job) -> Iterator[str]:
    """`She left because she felt small` -> `She left: how do you explain it?`, when the client said that she left."""
    shape = content.rewrites(job.lang)
    cut = re.search(shape.because, job.text, re.IGNORECASE)
    if job.code != "interpretation" or cut is None or not job.context:
        return
    before = re.sub(r"[ ,;:]*\b(?:c'est|c'était|that's|it's|that is|and|et)$", "", job.text[: cut.start()].strip(" ,;:"))
    said = words.content_stems(before, job.lang)
    if len(said) < 2 or _faulty(before, job) or not words.already_said(before, job.context, job.lang):
        return
    if re.match(r"(?:is|are|was|were|do|does|did|has|have|est-ce|c'est|c'était|qu)\b|" + shape.asks, before, re.IGNORECASE):
        return
    for text in _turned(shape.explain, job):
        yield _joined(before, text, job.lang)


# What is asked anew


def _asked(job: _Job) -> Iterator[str]:
    found = topics.find(job.text, job.lang, job.context)
    things = [t for t in found if not t.person and _usable(t, job)]
    people = [t.text for t in found if t.person and _usable(t, job)]
    person = next(iter(people), None) or topics.pronoun(job.text, job.lang)
    named = next((t.text for t in found if t.person and t.known), None)
    fragment = _fragment(job)
    for intent in _intents(job, fragment, next(iter(people), None))[:3]:
        plain = list(_turned(intent.plain, job))
        if person and intent.person and not (intent.of_others and _addressed(job)):
            yield from _filled(_turned(intent.person, job), person)
        elif named and job.brings_idea:
            yield from _filled(_turned(_default(job).person, job), named)
        if fragment:
            yield from (_joined(fragment, text, job.lang) for text in _for_fragment(intent, plain, job))
        elif things and (not intent.when or not job.brings_idea) and intent.id not in _ABOUT_ITSELF:
            yield from _framed(things[0].text, plain, job)
        yield from (text for text in plain if not _leaks(text, job))


def _for_fragment(intent: Intent, plain: Sequence[str], job: _Job) -> Sequence[str]:
    fits = job.brings_idea or job.code == "wrong_step" or intent.id in _FITS_ANY
    return plain if fits else list(_turned(_default(job).plain, job))


_FITS_ANY = frozenset({"feeling", "cause", "praise", "motive"})
_ABOUT_ITSELF = frozenset({"either", "contract", "praise", "wish"})  # a topic beside these questions would only disturb


def _about(intent: Intent, fragment: str, job: _Job) -> bool:
    patterns = next(p for i, p in _matchers(job.lang) if i is intent)
    return any(p.pattern.search(words.fold(fragment)) for p in patterns)


def _usable(topic: Topic, job: _Job) -> bool:
    if job.code == "wrong_step" or job.context:
        return topic.known
    return topic.sure and topic.front if job.brings_idea else topic.front or topic.person


def _addressed(job: _Job) -> bool:
    return bool(job.address) or bool(re.search(r"\byou", words.fold(job.text)))


def _leaks(text: str, job: _Job) -> bool:
    """True if a template would repeat the idea that has to go."""
    if not job.brings_idea:
        return False
    new = words.content_stems(job.text, job.lang) - words.content_stems(job.context, job.lang)
    return bool(words.content_stems(text, job.lang) & new)


def _framed(topic: str, plain: Sequence[str], job: _Job) -> Iterator[str]:
    frames = content.rewrites(job.lang).frames
    frame = frames[pick(len(frames), job.text)]
    for question in plain:
        if not _leaks(question, job):
            yield next(_filled([frame.replace("{question}", _lower(question))], topic, "topic"))


def _filled(templates: Sequence[str] | Iterator[str], phrase: str, slot: str = "person") -> Iterator[str]:
    for template in templates:
        text = template.replace("{" + slot + "}", phrase).replace("{de_" + slot + "}", topics.de(phrase))
        yield text.replace("{" + slot.capitalize() + "}", phrase[:1].upper() + phrase[1:])


def _turned(templates: Sequence[str], job: _Job) -> Iterator[str]:
    """The templates in the right form of address, starting at one that depends on the text."""
    usable = [t for t in (addressed(t, job.address) for t in templates) if t is not None]
    start = pick(len(usable), job.text) if usable else 0
    yield from (*usable[start:], *usable[:start])


class _Matcher(NamedTuple):
    pattern: re.Pattern[str]
    weight: float

    @staticmethod
    def of(source: str, macros: Mapping[str, str]) -> _Matcher:
        return _Matcher(cues.compiled(source.removeprefix("~"), macros), 0.5 if source.startswith("~") else 1.0)


@lru_cache(maxsize=4)
def _matchers(lang: Language) -> tuple[tuple[Intent, tuple[_Matcher, ...]], ...]:
    shape = content.rewrites(lang)
    return tuple((i, tuple(_Matcher.of(p, shape.words) for p in i.when)) for i in shape.intents)


def _intents(job: _Job, fragment: str | None, person: str | None) -> list[Intent]:
    """What the asker wants to know: the likeliest intents first, the fall-back of the code last."""
    folded, scored, last = words.fold(job.text), [], []
    for intent, patterns in _matchers(job.lang):
        if job.code not in intent.codes:
            continue
        if not patterns:
            last.append(intent)
            continue
        score = sum(p.weight * _weight(m.group(), job) for p in patterns for m in p.pattern.finditer(folded))
        score += bool(person and intent.of_person) + 0.5 * bool(person and score and intent.person and job.brings_idea)
        if score > 0:
            scored.append((-score, intent))
    if fragment and job.brings_idea:  # the question must fit the words it hangs on
        scored = [(s, i) for s, i in scored if _about(i, fragment, job)]
    ranked = [intent for _, intent in sorted(scored, key=lambda pair: pair[0])]
    return [*ranked[:2], *last, *ranked[2:]]


def _default(job: _Job) -> Intent:
    return next(i for i, patterns in _matchers(job.lang) if job.code in i.codes and not patterns)


def _weight(found: str, job: _Job) -> float:
    one = " " not in found.strip()
    return OF_CONTEXT if one and words.already_said(found, job.context, job.lang) else 1.0


def _fragment(job: _Job) -> str | None:
    """The client's own words at the head of the utterance ("Four calls and no form"), to hang the question on."""
    pieces, shape = words.clauses(job.text), content.rewrites(job.lang)
    if not pieces or (len(pieces) == 1 and job.text.rstrip().endswith((".", "?"))):
        return None
    raw = job.text[pieces[0][0] : pieces[0][1]]
    first = re.sub(shape.openers, "", raw, count=1, flags=re.IGNORECASE).strip()
    inside = [w for w, _, _ in words.tokens(first, job.lang)]
    if not 2 <= len(inside) <= 9 or re.match(shape.vocatives, first, re.IGNORECASE) or _faulty(first, job):
        return None
    if inside[0] in _HYPOTHETICAL or set(inside) & _SPEAKER or any(re.match(shape.asks, w) for w in inside):
        return None
    if job.context:
        return first if words.content_stems(first, job.lang) and _echo(first, job) else None
    nominal = inside[0] not in _SUBJECTS and not set(inside) & _CLAIM and not any(w in words.word_set("verbs", job.lang) for w in inside)
    return first if nominal and not job.brings_idea and len(inside) <= 7 and words.content_stems(first, job.lang) else None


_HYPOTHETICAL = frozenset("if suppose supposing say imagine what would could should is are do does did has have had were was will can any "
                          "si mettons imaginons supposons quand est as avez peux pouvez pourquoi pour".split())  # fmt: skip
_SPEAKER = frozenset("i we me my our us je j m nous mon ma mes notre nos moi".split())
_CLAIM = frozenset("aussi ne n pas se s toujours jamais never always just only not don't doesn't".split())
_SUBJECTS = frozenset("you he she they it there that this tu vous il elle ils elles on ca c ce t".split())


def _echo(first: str, job: _Job) -> bool:
    known = words.content_stems(job.context, job.lang)
    return all(words.near(s, known) for s in words.content_stems(first, job.lang))


def _joined(head: str, question: str, lang: Language) -> str:
    head = head[:1].upper() + head[1:]
    return f"{head}{' :' if lang == 'fr' else ':'} {_lower(question)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _as_question(piece: str, lang: Language) -> str:
    piece = piece.strip(" .,;:!…?")
    piece = re.sub(r"^(?:and|so|but|et|mais|donc|pis),? (?=\w)", "", piece, flags=re.IGNORECASE)
    return f"{piece[:1].upper()}{piece[1:]}{' ?' if lang == 'fr' else '?'}"


def _guide(job: _Job) -> str:
    guides = content.rewrites(job.lang).guides
    known = [t for t in topics.find(job.text, job.lang, job.context) if t.sure]
    name = "with_topic" if known else "plain"
    text = next(_turned(guides[name], job))
    return next(_filled([text], known[0].text, "topic")) if known else text
