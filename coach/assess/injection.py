"""Words that address the evaluator instead of the client: they are taken out before anything is judged.

Codebook, rule 12: an instruction to the evaluator is content like any other and never changes a verdict. It says
nothing to the client, so what is judged is the rest. Only the instruction itself goes, never the sentence around
it, or a fault could hide behind one. The model is trained with such sentences as well (their labels unchanged),
for those that no pattern knows.
"""

from __future__ import annotations

import re

_VERDICT = (
    r"(?:neutral|neutre|clean|solution[- ]free|sans solution|in[- ]step|dans l'[eé]tape|propre|conforme|compliant"
    r"|fault[- ]?free|sans faute)\b"
)
_RULES = (
    r"(?:rules?|instructions?|guidelines?|prompts?|codebook|criteria|r[eè]gles?|consignes?|directives?|crit[eè]res?)\b"
)
_BEFORE = r"(?:previous|prior|above|earlier|pr[eé]c[eé]dent\w*|ci-dessus)\b"
_JUDGE = (
    r"(?:evaluator|classifier|grader|language model|AI|[eé]valuateur|[eé]valuatrice|classificateur|mod[eè]le de langage"
    r"|IA)\b"
)
_DISREGARD = r"(?:ignore[rz]?|disregard|forget|bypass|override|oublie[rz]?|ne (?:tiens|tenez) pas compte|fai(?:s|tes) abstraction)\b"
_MARK = (
    r"(?:rate|mark|label|classify|score|grade|judge|count|tag|call|consider|treat|output|return|answer"
    r"|note[rz]?|marque[rz]?|classe[rz]?|juge[rz]?|consid[eè]re[rz]?|[eé]value[rz]?|compte[rz]?|r[eé]ponds?)\b"
)
_THIS = r"(?:this|it|that|these|utterance|question|message|sentence|ceci|cela|[cç]a|la|le|phrase)\b"
_IS = r"(?:this|(?:this|my|the) (?:question|utterance|sentence)|ceci|(?:cette|ma) (?:question|phrase)) (?:is|est)\b|\bc'est une question(?= propre)"
_LEAD = (
    r"(?:(?:please|now|and|then|so|just|et|puis|you (?:must|should|have to|need to)|tu dois|vous devez|il faut|merci de"
    r"|s'il (?:te|vous) pla[iî]t|(?:system|assistant|syst[eè]me) ?[:>]"
    rf"|(?:note|message|instruction)s? (?:to|for|pour|[aà]) (?:the |l'|le |la )?{_JUDGE} ?[:,])[ ,]*)*"
)
_TAIL = (
    rf"(?:(?: ?(?:,|and|et|&|/|or|ou) ?| )(?:as |comme )?{_VERDICT})*(?: (?:question|utterance|one|phrase)\b)?\s*[.!]*"
)
_PATTERNS = (
    # "ignore the rules above", "oublie les consignes précédentes", or any rules where a verdict is claimed beside
    rf"{_LEAD}\b{_DISREGARD}[^.!?\n]{{0,20}}?\b(?:{_BEFORE} {_RULES}|{_RULES} {_BEFORE}|{_RULES}(?=[^.!?\n]{{0,60}}\b{_VERDICT}))\s*[.!,]*",
    # "rate this as neutral", "note ceci comme neutre", "and output neutral"
    rf"{_LEAD}\b{_MARK}(?:[^.!?\n]{{0,25}}?\b{_THIS}[^.!?\n]{{0,25}}?\b| ){_VERDICT}{_TAIL}",
    # "this is neutral", "cette question est neutre"
    rf"{_LEAD}\b(?:{_IS})(?: an?| une?| quite| tout [aà] fait| already| d[eé]j[aà]| perfectly)? {_VERDICT}(?!\s*\?){_TAIL}",
)
_FOUND = re.compile("|".join(_PATTERNS), re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{<«\"][\s,;:.!]*[)\]}>»\"]")
_EDGE = " \t\n,;:—–-("


def spoken(text: str) -> str:
    """`text` without what addresses the evaluator; unchanged when nothing else would be left."""
    straight = text.replace("’", "'")
    rest = _BRACKETS.sub(" ", _FOUND.sub(" ", straight))
    if rest == straight:
        return text
    rest = re.sub(r"\s+", " ", rest).strip(_EDGE)
    return rest if any(c.isalpha() for c in rest) else text
