"""The cue files: every pattern compiles and hits its example, and both languages carry the same."""

from __future__ import annotations

import re

import pytest

from coach import content
from coach.assess import cues, words
from coach.assess.explain import addressed
from coach.cue_schema import CueFile, Intent
from coach.domain import LANGUAGES, Language

FILES = [(lang, file) for lang in LANGUAGES for file in content.cues(lang)]
INTENTS = [(lang, intent) for lang in LANGUAGES for intent in content.rewrites(lang).intents]


def names(items: list[tuple[Language, CueFile]] | list[tuple[Language, Intent]]) -> list[str]:
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
    shapes = [[(i.id, i.codes, i.of_person, i.of_others) for i in content.rewrites(lang).intents] for lang in LANGUAGES]
    assert shapes[0] == shapes[1]
    assert set(content.lexicon("en").shapes) == set(content.lexicon("fr").shapes)


@pytest.mark.parametrize(("lang", "intent"), INTENTS, ids=names(INTENTS))
def test_intents_compile_and_their_templates_are_whole_questions(lang: Language, intent: Intent) -> None:
    macros = content.rewrites(lang).words
    for pattern in intent.when:
        cues.compiled(pattern.removeprefix("~"), macros)
    for template in (*intent.plain, *intent.person):
        assert template.endswith("?")
        assert set(re.findall(r"{(\w+)}", template)) <= {"person", "de_person"}
    assert any(addressed(t, "") for t in intent.plain), "one template must do without tu and vous"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_has_a_fall_back(lang: Language) -> None:
    for code in content.CODES[:7]:
        assert [i for i in content.rewrites(lang).intents if code in i.codes and not i.when], code


@pytest.mark.parametrize(("lang", "file"), FILES, ids=names(FILES))
def test_every_why_names_the_words_and_the_bare_one_does_not(lang: Language, file: CueFile) -> None:
    assert "{" not in file.bare
    named = [w for w in file.why if "{words}" in w]
    assert named
    assert all(set(re.findall(r"{(\w+)}", w)) <= {"words"} for w in file.why)
