"""The cue files: every pattern compiles and hits its example, and both languages carry the same."""

from __future__ import annotations

import re

import pytest

from coach import content
from coach.assess import cues, words
from coach.assess.explain import addressed
from coach.assess.verdict import Assessor
from coach.cue_schema import INTENTS, CueFile
from coach.domain import LANGUAGES, Language


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor()


FILES = [(lang, file) for lang in LANGUAGES for file in content.cues(lang)]
ASKED = [(lang, name) for lang in LANGUAGES for name in INTENTS]


def names(items: list[tuple[Language, CueFile]]) -> list[str]:
    return [f"{lang}-{item.id}" for lang, item in items]


@pytest.mark.parametrize(("lang", "file"), FILES, ids=names(FILES))
def test_every_pattern_hits_its_example(lang: Language, file: CueFile) -> None:
    macros = {**content.lexicon(lang).words, **file.words}
    for cue in file.patterns:
        found = cues.compiled(cue.pattern, macros).search(words.fold(cue.example))
        assert found, f"{file.id}: {cue.example}"
        assert cue.pattern.count("(?P<span>") == 1, f"{file.id}: {cue.pattern}"


@pytest.mark.parametrize(("lang", "file"), FILES, ids=names(FILES))
def test_patterns_are_written_without_accents(lang: Language, file: CueFile) -> None:
    for cue in file.patterns:
        assert words.fold(cue.pattern.replace("’", "'")) == cue.pattern.replace("’", "'").lower(), cue.pattern


@pytest.mark.parametrize(("lang", "file"), FILES, ids=names(FILES))
def test_no_pattern_stands_twice(lang: Language, file: CueFile) -> None:
    assert len({c.pattern for c in file.patterns}) == len(file.patterns)


def test_both_languages_have_the_same_files_and_intents() -> None:
    folders = [content.ids(content.corpus(lang, "cues")) for lang in LANGUAGES]
    assert folders[0] == folders[1]
    assert set(content.CODES) < set(folders[0])
    assert set(content.rewrites("en").intents) == set(content.rewrites("fr").intents) == set(INTENTS)


@pytest.mark.parametrize(("lang", "name"), ASKED)
def test_templates_of_an_intent_are_whole_questions_with_the_fields_they_may_have(lang: Language, name: str) -> None:
    intent = content.rewrites(lang).intents[name]
    fields = {"plain": set(), "person": {"person", "de_person"}}
    for kind, known in fields.items():
        for template in getattr(intent, kind):
            assert template.endswith("?")
            used = set(re.findall(r"{(\w+)}", template))
            assert used <= known and bool(used) == bool(known), template
    if lang == "fr":
        assert all(t.endswith((" ?", "\N{NO-BREAK SPACE}?")) for t in intent.plain)


@pytest.mark.parametrize(("lang", "name"), ASKED)
def test_a_question_of_an_intent_is_clean_in_every_situation(assessor: Assessor, lang: Language, name: str) -> None:
    for template in content.rewrites(lang).intents[name].plain:
        for form in ("tu", "vous"):
            text = addressed(template, form)
            assert text and assessor.assess(text, lang).clean, text


@pytest.mark.parametrize(("lang", "file"), FILES, ids=names(FILES))
def test_every_why_names_the_words_and_the_bare_one_does_not(lang: Language, file: CueFile) -> None:
    assert "{" not in file.bare
    named = [w for w in file.why if "{words}" in w]
    assert named
    assert all(set(re.findall(r"{(\w+)}", w)) <= {"words"} for w in file.why)
